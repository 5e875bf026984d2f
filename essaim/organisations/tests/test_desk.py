"""The desk shows each agent what is theirs to decide, most urgent first, and says who was quicker."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.organisations import permissions
from essaim.organisations.models import (
    Act,
    Claim,
    DuplicatePair,
    Import,
    Organisation,
    Proposal,
    Request,
)
from essaim.organisations.operations.claims import decide_claim
from essaim.organisations.operations.duplicates import judge_distinct
from essaim.organisations.operations.proposals import decide_proposal
from essaim.organisations.operations.requests import receive_request
from essaim.organisations.queries import desk as waiting
from essaim.organisations.queries.within import holds, territories_of_agent
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)
from essaim.ui.formats import date_long

pytestmark = pytest.mark.django_db
NOBODY_ELSE = waiting.Asked()


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, *args) -> str:
    return reverse(f"organisations:{name}", args=args)


def make_one(queue: str, organisation: Organisation, day=TODAY):
    """One item waiting in `queue` about `organisation`."""
    if queue == "requests":
        return receive_request(
            organisation=organisation, kind="access", email=f"a{organisation.pk}@exemple.fr", message="",
            by=None, on=day,
        )  # fmt: skip
    if queue == "claims":
        return Claim.objects.create(
            organisation=organisation, user=make_user(), method="agent", motive="Présidente", made_on=day
        )
    if queue in ("sensitive", "proposals"):
        kind = "sensitive" if queue == "sensitive" else "correction"
        return Proposal.objects.create(
            organisation=organisation, kind=kind, changes={"sigle": "XYZ"}, made_on=day
        )
    if queue == "duplicates":
        other = make_site(make_organisation(siren=None, name=organisation.name)).organisation
        return DuplicatePair.objects.create(
            low=organisation, high=other, score=0.8, found_on=day,
            reasons=[{"code": "name", "strength": 1.0, "points": 6.3}],
        )  # fmt: skip
    if queue == "imports":
        return Import.objects.create(
            format="csv", file_name="liste.csv", sha256="0" * 64, dataset="liste", disagreements=3
        )
    Organisation.objects.filter(pk=organisation.pk).update(status="to_confirm")
    return organisation


class TestWhoseItIs:
    @pytest.mark.parametrize("queue", [each for each in waiting.QUEUES if each != "imports"])
    def test_an_item_waits_for_the_agents_of_its_territory_only(self, queue):
        near, far = make_agent(make_authority()), make_agent(make_authority(territory="epci:243500139"))
        item = make_one(queue, make_site(commune="59350").organisation)
        found = {
            person: list(waiting.rows_of(queue, territories_of_agent(person), NOBODY_ELSE, TODAY))
            for person in (near, far, make_user(is_superuser=True))
        }
        assert list(found.values()) == [[item], [], [item]]

    @pytest.mark.parametrize(
        "territory",
        ["epci:200093201", "departement:59", "region:32", "commune:59350", "country:FR", "qpv:QN05905M",
         "epci:243500139", "ept:200057875"],
    )  # fmt: skip
    def test_the_filter_says_what_the_permission_says(self, territory):
        person = make_agent(make_authority(territory=territory))
        make_site(commune="59350")
        make_site(commune="59350", closed_on=TODAY)
        make_site(commune="59355")
        make_site(commune="35238")
        make_site(commune="93001")
        make_site(commune="", qpv="QN05905M")
        make_site(commune="99999")
        make_site(make_site(commune="35238").organisation, commune="59512")
        make_organisation()
        allowed = {each.pk for each in Organisation.objects.all() if permissions.may_moderate(person, each)}
        held = Organisation.objects.filter(holds(territories_of_agent(person)))
        assert set(held.values_list("pk", flat=True)) == allowed

    @pytest.mark.parametrize("commune", ["59350", "35238", "99999"])
    def test_a_new_place_is_where_it_says(self, commune):
        person = make_agent()
        proposal = Proposal.objects.create(
            kind="new", changes={"name": "La Halle", "commune": commune}, made_on=TODAY
        )
        mine = waiting.proposals_of(territories_of_agent(person))
        assert mine.filter(pk=proposal.pk).exists() == permissions.may_decide(person, proposal)

    def test_a_code_still_being_typed_waits_for_nobody(self):
        organisation = make_site().organisation
        Claim.objects.create(
            organisation=organisation, user=make_user(), method="mail", code_hash="x", made_on=TODAY
        )
        proved = Claim.objects.create(
            organisation=organisation, user=make_user(), method="mail", made_on=TODAY, proved_on=TODAY
        )
        to_print = Claim.objects.create(
            organisation=organisation, user=make_user(), method="post", made_on=TODAY
        )
        assert list(waiting.rows_of("claims", None, NOBODY_ELSE, TODAY)) == [proved, to_print]


class TestUrgency:
    def test_overdue_requests_come_first_and_are_counted(self):
        person, organisation = make_agent(), make_site().organisation
        late = make_one("requests", organisation, TODAY - timedelta(40))
        soon = make_one("requests", organisation, TODAY - timedelta(20))
        claim = make_one("claims", organisation, TODAY)
        territories = territories_of_agent(person)
        urgent = waiting.most_urgent(territories, TODAY, 10)
        assert [(each.queue, each.id) for each in urgent] == [
            ("requests", late.pk), ("claims", claim.pk), ("requests", soon.pk),
        ]  # fmt: skip
        counted = {queue: (count, overdue) for queue, count, overdue in waiting.counts(territories, TODAY)}
        assert counted == dict.fromkeys(waiting.QUEUES, (0, 0)) | {"requests": (2, 1), "claims": (1, 0)}
        assert list(waiting.rows_of("requests", territories, waiting.Asked(late=True), TODAY)) == [late]

    def test_filters_by_name_and_kind(self):
        one, two = make_site(make_organisation(name="Le Relais")).organisation, make_site().organisation
        first, second = make_one("requests", one), make_one("requests", two)
        found = [
            list(waiting.rows_of("requests", None, asked, TODAY))
            for asked in (
                waiting.Asked(words="relais"),
                waiting.Asked(words=two.siren),
                waiting.Asked(kind="access"),
                waiting.Asked(kind="erasure"),
            )
        ]
        assert found == [[first], [second], [first, second], []]


class TestPages:
    @pytest.mark.parametrize("queue", waiting.QUEUES)
    def test_a_queue_asks_as_much_of_the_database_for_one_item_as_for_thirty(
        self, queue, django_assert_num_queries
    ):
        client = client_of(make_agent())
        today = timezone.localdate()
        make_one(queue, make_site().organisation, today)
        page = address("desk_queue", queue)
        client.get(page)
        with CaptureQueriesContext(connection) as counted:
            assert client.get(page).status_code == 200
        for _ in range(29):
            make_one(queue, make_site().organisation, today)
        with django_assert_num_queries(len(counted)):
            answer = client.get(page)
        assert len(answer.context["lines"]) == 30

    def test_the_desk_and_the_journal_too(self):
        client = client_of(make_agent())
        counted = []
        for n in (1, 29):
            for _ in range(n):
                organisation = make_site().organisation
                for queue in waiting.QUEUES:
                    make_one(queue, organisation)
                decide_proposal(
                    proposal=make_one("proposals", organisation), accepted=True, reason="", by=None, on=TODAY
                )
            for name in ("desk", "journal"):
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(address(name)).status_code == 200
                counted.append(len(captured))
        assert counted[:2] == counted[2:]
        assert max(counted) < 40

    def test_an_empty_desk_says_so(self):
        answer = client_of(make_agent()).get(address("desk"))
        assert "Rien n'attend" in answer.content.decode()

    def test_an_unknown_queue_is_not_found(self):
        assert client_of(make_agent()).get(address("desk_queue", "autres")).status_code == 404

    @pytest.mark.parametrize(
        ("queue", "name"),
        [("requests", "desk_request"), ("claims", "desk_claim"), ("proposals", "desk_proposal"),
         ("duplicates", "desk_pair"), ("to_confirm", "desk_record")],
    )  # fmt: skip
    def test_an_item_is_read_by_its_agents_and_nobody_else(self, queue, name):
        item = make_one(queue, make_site().organisation)
        page = address(name, item.pk)
        far = make_agent(make_authority(territory="epci:243500139"))
        answers = [client_of(each).get(page).status_code for each in (make_agent(), far, make_user())]
        assert answers[0] == 200
        assert answers[1] in (403, 404)
        assert answers[2] == 403
        assert Client().get(page).status_code == 302

    def test_a_desk_page_is_kept_by_no_cache(self):
        assert client_of(make_agent()).get(address("desk"))["Cache-Control"] == "private, no-store"


class TestDeciding:
    def test_a_proposal_is_accepted_and_its_act_undone_from_the_journal(self):
        organisation, client = make_site().organisation, client_of(make_agent())
        item = make_one("proposals", organisation)
        page = address("desk_proposal", item.pk)
        assert client.post(page, {"decision": "accept", "accept-reason": ""}).status_code == 302
        organisation.refresh_from_db()
        assert organisation.sigle == "XYZ"
        item.refresh_from_db()
        assert client.post(address("act", item.act_id), {"reason": "Erreur"}).status_code == 302
        organisation.refresh_from_db()
        assert organisation.sigle == ""

    @pytest.mark.parametrize(
        ("queue", "name"),
        [("claims", "desk_claim"), ("proposals", "desk_proposal"), ("requests", "desk_request")],
    )
    def test_a_refusal_needs_its_reason(self, queue, name):
        item = make_one(queue, make_site().organisation)
        answer = client_of(make_agent()).post(
            address(name, item.pk), {"decision": "refuse", "refuse-reason": ""}
        )
        assert answer.status_code == 422
        item.refresh_from_db()
        assert item.state == "open"

    def test_the_second_agent_is_told_who_was_quicker_and_sees_the_result(self):
        authority = make_authority()
        first, second = make_agent(authority), make_agent(authority)
        organisation = make_site().organisation
        signed = {"reason": "Homonyme", "by": first, "on": TODAY}
        claim = make_one("claims", organisation)
        decide_claim(claim=claim, granted=False, **signed)
        proposal = make_one("proposals", organisation)
        decide_proposal(proposal=proposal, accepted=False, **signed)
        pair = make_one("duplicates", organisation)
        judge_distinct(pair=pair, **signed)
        for page, decision in (
            (address("desk_claim", claim.pk), {"decision": "accept"}),
            (address("desk_proposal", proposal.pk), {"decision": "accept"}),
            (address("desk_pair", pair.pk), {"decision": "distinct", "distinct-reason": "Idem"}),
        ):
            answer = client_of(second).post(page, decision)
            assert answer.status_code == 409, page
            text = answer.content.decode()
            assert "Agent, Métropole de Lille" in text, page
            assert "22\xa0novembre\xa02026" in text, page

    def test_two_records_are_merged_from_their_page_then_unmerged(self):
        organisation, client = make_site().organisation, client_of(make_agent())
        pair = make_one("duplicates", organisation)
        page = client.get(address("desk_pair", pair.pk))
        form = page.context["merge"]
        chosen = {field: form[field].value() for field in form.differing()}
        sent = {"decision": "merge", "keep": form["keep"].value(), "sites": form["sites"].value(), **chosen}
        assert client.post(address("desk_pair", pair.pk), sent).status_code == 302
        pair.refresh_from_db()
        assert (pair.state, pair.high.merged_into) == ("merged", organisation)
        # The place typed twice stayed behind.
        assert organisation.sites.count() == 1
        moved = client.get(address("organisation", pair.high_id))
        assert (moved.status_code, moved["Location"]) == (301, address("organisation", organisation.pk))
        client.post(address("act", pair.act_id), {"reason": ""})
        pair = DuplicatePair.objects.select_related("high").get(pk=pair.pk)
        assert (pair.state, pair.high.merged_into) == ("open", None)

    def test_a_ruling_shows_the_finding_then_settles(self):
        organisation, client = make_site().organisation, client_of(make_agent())
        page = address("desk_record", organisation.pk)
        assert "Sa forme juridique la rend membre." in client.get(page).content.decode()
        sent = {"decision": "rule", "rule-says": "not_member", "rule-reason": "Statuts", "rule-ends_on": ""}
        assert client.post(page, sent).status_code == 302
        organisation.refresh_from_db()
        assert organisation.status == "not_member"

    def test_a_record_is_withdrawn_then_restored_from_its_page(self):
        organisation, client = make_site().organisation, client_of(make_agent())
        page, public = address("desk_record", organisation.pk), address("organisation", organisation.pk)
        client.post(page, {"decision": "withdraw", "withdraw-reason": "Doublon papier"})
        assert Client().get(public).status_code == 404
        client.post(page, {"decision": "restore", "restore-reason": "Erreur"})
        assert Client().get(public).status_code == 200


class TestAskingInPublic:
    def test_anyone_asks_and_follows_without_seeing_what_was_written(self):
        organisation = make_site().organisation
        client = Client()
        sent = {"kind": "access", "email": "ada@exemple.fr", "message": "Je suis Ada."}
        answer = client.post(address("object", organisation.pk), sent, follow=True)
        request = Request.objects.get()
        assert answer.redirect_chain == [(address("request", request.token), 302)]
        text = answer.content.decode()
        assert date_long(request.due_on, "fr") in text
        assert "ada@exemple.fr" not in text
        assert "Je suis Ada" not in text
        assert answer["X-Robots-Tag"] == "noindex"

    def test_what_is_missing_is_said(self):
        answer = Client().post(address("object_any"), {"kind": "access", "email": "ada@exemple.fr"})
        assert answer.status_code == 422
        assert Request.objects.count() == 0

    def test_the_form_of_a_hidden_record_is_not_found_and_a_merged_ones_leads_to_the_kept(self):
        kept = make_organisation()
        hidden, merged = make_organisation(hidden="objection"), make_organisation(merged_into=kept)
        assert Client().get(address("object", hidden.pk)).status_code == 404
        assert Client().get(address("object", merged.pk))["Location"] == address("object", kept.pk)

    def test_the_register_and_the_journal_are_exported_without_formulas(self):
        organisation, client = make_site().organisation, client_of(make_agent())
        make_one("requests", organisation)
        with_formula = make_site(make_organisation(name="Normale")).organisation
        client.post(
            address("desk_record", with_formula.pk), {"decision": "withdraw", "withdraw-reason": "=1+1"}
        )
        register = client.get(address("desk_register")).content.decode()
        assert register.splitlines()[0].startswith("number,kind,organisation")
        assert "exemple.fr" not in register
        journal = client.get(address("journal_csv")).content.decode()
        assert ",'=1+1," in journal
        assert Act.objects.count() == len(journal.splitlines()) - 1
