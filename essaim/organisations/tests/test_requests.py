"""What a person asks about data that concern them is answered on time, and what is hidden stays hidden."""

import json
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.accounts.models import Entry
from essaim.law.parameter import parameter
from essaim.organisations import acts
from essaim.organisations.models import (
    Claim,
    Contact,
    DuplicatePair,
    Evidence,
    Label,
    ListItem,
    Offer,
    Organisation,
    OrganisationList,
    Profile,
    Proposal,
    Request,
    Revision,
    Statement,
    Steward,
)
from essaim.organisations.operations.erasing import EraseRefused, erase_organisation
from essaim.organisations.operations.requests import (
    RequestRefused,
    attach_request,
    extend_request,
    grant_request,
    purge_requests,
    receive_request,
    refuse_request,
)
from essaim.organisations.queries.decisions import AlreadyDecided
from essaim.organisations.queries.register import HEADER, register_rows
from essaim.organisations.rules import deadlines, hiding
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)
from essaim.ui.models import IndexChange


def asked(organisation=None, kind="objection", **values) -> Request:
    given = {"email": "ada@exemple.fr", "message": "Je suis Ada.", "by": None, "on": TODAY}
    return receive_request(organisation=organisation, kind=kind, **given | values)


@pytest.mark.django_db
class TestReceiving:
    def test_it_starts_the_clock_of_the_law_and_acknowledges_by_mail(
        self, django_capture_on_commit_callbacks
    ):
        organisation = make_organisation()
        with django_capture_on_commit_callbacks(execute=True):
            request = asked(organisation)
        assert (request.state, request.due_on) == ("open", date(2026, 12, 22))
        (letter,) = mail.outbox
        assert letter.to == ["ada@exemple.fr"]
        assert f"/organisations/requests/{request.token}/" in letter.body
        assert "22/12/2026" in letter.body
        assert "Je suis Ada" not in letter.body

    def test_the_journal_keeps_the_fact_without_the_person(self):
        request = asked(make_organisation())
        entry = Entry.objects.get(object_id=str(request.pk), object_type="organisations.Request")
        assert (entry.act, entry.details) == ("data request received", {"kind": "objection"})

    def test_a_stranger_hides_nothing_at_once(self):
        organisation = make_organisation(legal_category="9220")
        asked(organisation)
        organisation.refresh_from_db()
        assert organisation.hidden == ""

    def test_the_organisations_steward_hides_it_at_once_and_the_index_is_told(self):
        organisation = make_organisation()
        steward = make_user()
        Steward.objects.create(organisation=organisation, user=steward, role="editor", since=TODAY)
        asked(organisation, by=steward)
        organisation.refresh_from_db()
        assert organisation.hidden == "objection"
        assert list(IndexChange.objects.values_list("object_id", flat=True)) == [organisation.pk]

    def test_a_natural_persons_record_is_hidden_at_once(self):
        organisation = make_organisation(legal_category="1000")
        asked(organisation, kind="erasure")
        assert not Organisation.objects.published().filter(pk=organisation.pk).exists()

    def test_asking_again_after_a_refusal_waits_like_any_request(self):
        organisation = make_organisation(legal_category="1000")
        refuse_request(request=asked(organisation), reason="Homonyme", by=None, on=TODAY)
        asked(organisation)
        organisation.refresh_from_db()
        assert organisation.hidden == ""

    def test_a_merged_records_request_goes_to_the_one_kept(self):
        kept = make_organisation()
        assert asked(make_organisation(merged_into=kept)).organisation == kept

    @pytest.mark.parametrize("values", [{"kind": "silence"}, {"email": "pas une adresse"}])
    def test_what_cannot_be_read_is_refused(self, values):
        with pytest.raises(RequestRefused):
            asked(make_organisation(), **values)
        assert Request.objects.count() == 0

    def test_one_address_cannot_send_letters_all_day(self):
        for _ in range(deadlines.REQUESTS_A_DAY):
            asked()
        with pytest.raises(RequestRefused):
            asked(email="ADA@exemple.fr")
        assert asked(email="bob@exemple.fr").pk


@pytest.mark.django_db
class TestAnswering:
    def test_a_granted_objection_hides_the_record_and_no_import_brings_it_back(self):
        organisation = make_organisation()
        grant_request(request=asked(organisation), answer="", checked="not_needed", by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.hidden == "objection"
        assert hiding.hidden_after_import(organisation.hidden, is_diffusible=True) == "objection"

    def test_a_refused_one_says_why_and_where_to_complain(self, django_capture_on_commit_callbacks):
        organisation = make_organisation(legal_category="1000")
        request = asked(organisation)
        with django_capture_on_commit_callbacks(execute=True):
            refuse_request(request=request, reason="Vous n'êtes pas nommée.", by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.hidden == ""
        body = mail.outbox[-1].body
        assert "Vous n'êtes pas nommée." in body
        assert parameter("personal_data.complaint", TODAY).value.fr in body

    def test_a_refusal_shows_again_only_what_it_had_hidden(self):
        organisation = make_organisation(legal_category="1000")
        first, second = asked(organisation), asked(organisation)
        refuse_request(request=first, reason="Doublon de la suivante", by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.hidden == "objection"
        refuse_request(request=second, reason="Non", by=None, on=TODAY)
        organisation.refresh_from_db()
        # It was the first request that hid the record, and the second one that ended the wait.
        assert organisation.hidden == ""

    def test_a_refusal_does_not_publish_what_the_register_hides(self):
        organisation = make_organisation(hidden="non_diffusible")
        refuse_request(request=asked(organisation), reason="Déjà masquée", by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.hidden == "non_diffusible"

    def test_a_refusal_needs_a_reason(self):
        with pytest.raises(RequestRefused):
            refuse_request(request=asked(make_organisation()), reason="  ", by=None, on=TODAY)

    def test_the_second_agent_is_told_who_decided_and_when(self):
        authority = make_authority()
        request = asked(make_site().organisation)
        grant_request(request=request, answer="", checked="not_needed", by=make_agent(authority), on=TODAY)
        with pytest.raises(AlreadyDecided) as told:
            refuse_request(request=request, reason="Non", by=make_agent(authority), on=TODAY)
        assert told.value.text.fr.startswith(
            "Ce dossier a déjà été décidé le 22\xa0novembre\xa02026 (agent, Métropole de Lille) : acceptée."
        )

    def test_an_agent_from_elsewhere_cannot_answer(self):
        request = asked(make_site().organisation)
        far = make_agent(make_authority(territory="epci:243500139"))
        with pytest.raises(RequestRefused):
            refuse_request(request=request, reason="Non", by=far, on=TODAY)

    def test_access_sends_what_is_held_about_the_address_and_nothing_else(
        self, django_capture_on_commit_callbacks
    ):
        organisation = make_organisation()
        Contact.objects.create(organisation=organisation, person="Ada L.", email="ADA@exemple.fr")
        Contact.objects.create(organisation=organisation, person="Bob", email="bob@exemple.fr")
        Proposal.objects.create(kind="closed", message="=1+1", email="ada@exemple.fr", made_on=TODAY)
        request = asked(None, kind="access")
        with django_capture_on_commit_callbacks(execute=True):
            grant_request(request=request, answer="Voici.", checked="mail_of_the_record", by=None, on=TODAY)
        name, content, _ = mail.outbox[-1].attachments[0]
        assert name == "donnees-detenues.csv"
        assert content.splitlines() == [
            "table,date,organisation,what / quoi",
            f'contact,,{organisation.pk},"Ada L., ADA@exemple.fr"',
            "proposal,2026-11-22,,'=1+1",
            "request,2026-11-22,,access: Je suis Ada.",
        ]

    def test_the_time_is_extended_once_and_before_it_ends(self):
        request = asked(make_organisation())
        with pytest.raises(RequestRefused):
            extend_request(request=request, reason="Tard", by=None, on=TODAY + timedelta(31))
        extend_request(request=request, reason="Archives papier", by=None, on=TODAY + timedelta(10))
        request.refresh_from_db()
        assert request.due_on == date(2027, 2, 22)
        with pytest.raises(RequestRefused):
            extend_request(request=request, reason="Encore", by=None, on=TODAY + timedelta(20))

    def test_a_request_without_a_record_is_attached_then_granted(self):
        request, organisation = asked(None), make_organisation()
        with pytest.raises(RequestRefused):
            grant_request(request=request, answer="", checked="not_needed", by=None, on=TODAY)
        attach_request(request=request, organisation=organisation, by=None, on=TODAY)
        grant_request(request=request, answer="", checked="not_needed", by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.hidden == "objection"

    def test_who_asked_is_forgotten_once_the_answer_can_no_longer_be_contested(self):
        granted, waiting = asked(None, kind="access"), asked(None, kind="access", email="bob@exemple.fr")
        grant_request(request=granted, answer="Voici.", checked="not_needed", by=None, on=TODAY)
        link = granted.token
        last = deadlines.add_months(TODAY, parameter("personal_data.action_months", TODAY).value)
        assert purge_requests(by=None, on=last) == 0
        line = list(register_rows(Request.objects.filter(pk=granted.pk)))
        assert purge_requests(by=None, on=last + timedelta(days=1)) == 1
        assert purge_requests(by=None, on=last + timedelta(days=2)) == 0
        granted.refresh_from_db()
        assert (granted.email, granted.message, granted.answer) == ("", "", "")
        assert not Request.objects.filter(token=link).exists()
        assert list(register_rows(Request.objects.filter(pk=granted.pk))) == line
        waiting.refresh_from_db()
        assert (waiting.email, waiting.forgotten_on) == ("bob@exemple.fr", None)
        assert Entry.objects.filter(act="data request forgotten").count() == 1

    def test_the_register_says_nothing_personal(self):
        request = asked(make_organisation())
        refuse_request(request=request, reason="Ada n'y est pas", by=None, on=TODAY + timedelta(40))
        (row,) = register_rows(Request.objects.all())
        assert dict(zip(HEADER, row, strict=True)) == {
            "number": request.pk,
            "kind": "objection",
            "organisation": request.organisation_id,
            "received_on": TODAY,
            "due_on": date(2026, 12, 22),
            "extended": "no",
            "state": "refused",
            "answered_on": TODAY + timedelta(40),
            "days_taken": 40,
            "late": "yes",
        }


SECRET = "Ada Lovelace"


def make_rich() -> Organisation:
    """A record that holds the secret wherever it can, changed through acts so that its history holds it too."""
    organisation = make_organisation(name=SECRET, legal_category="1000")
    site = make_site(organisation, name=SECRET)
    person = make_user()
    made = [
        Profile(organisation=organisation, description=SECRET),
        Contact(organisation=organisation, site=site, person=SECRET, email="ada@exemple.fr"),
        Evidence(organisation=organisation, source="flag", value=SECRET, on=TODAY),
        Label(organisation=organisation, site=site, kind="esus", proof=SECRET, seen_on=TODAY),
        Offer(organisation=organisation, title=SECRET),
        Steward(organisation=organisation, user=person, role="owner", since=TODAY),
    ]
    with acts.act("described", by=None, on=TODAY, reason=SECRET) as deed:
        for row in made:
            deed.create(row)
        deed.update(organisation, sigle=SECRET)
    Claim.objects.create(organisation=organisation, user=person, method="agent", motive=SECRET, made_on=TODAY)
    Proposal.objects.create(organisation=organisation, kind="closed", message=SECRET, made_on=TODAY)
    mine = OrganisationList.objects.create(user=person, name="À voir", token="t", made_on=TODAY)
    ListItem.objects.create(of=mine, organisation=organisation, note=SECRET, added_on=TODAY)
    other = make_organisation()
    Statement.objects.create(
        organisation=organisation, source="siae", key="1", on=TODAY, said=json.dumps({"name": SECRET})
    )
    DuplicatePair.objects.create(
        low=organisation, high=other, score=0.9, reasons=[SECRET], found_on=timezone.localdate()
    )
    return organisation


@pytest.mark.django_db
class TestErasure:
    def test_nothing_of_the_record_is_left_in_any_table_nor_in_its_history(self):
        organisation = make_rich()
        siren = organisation.siren
        request = asked(organisation, kind="erasure", message="")
        grant_request(request=request, answer="", checked="document_seen", by=None, on=TODAY)
        organisation.refresh_from_db()
        assert (organisation.siren, organisation.name, organisation.hidden) == (
            siren,
            "Fiche effacée",
            "erased",
        )
        assert everything_mentioning(SECRET) == []
        assert organisation.sites.count() + organisation.contacts.count() + organisation.evidence.count() == 0
        kept = Revision.objects.filter(organisation_id=organisation.pk)
        assert kept.count() > 10
        assert set(kept.values_list("is_erased", flat=True)) == {True}
        assert [each for each in kept if each.before or each.after] == []

    def test_it_cannot_be_undone_nor_can_what_came_before(self):
        organisation = make_rich()
        before = organisation_act = acts.Act.objects.get(verb="described")
        done = erase_organisation(organisation=organisation, by=None, on=TODAY)
        for act in (done, before, organisation_act):
            with pytest.raises(acts.CannotUndo):
                acts.undo(act, by=None, on=TODAY)

    def test_a_record_merged_into_it_is_erased_too(self):
        kept = make_organisation()
        absorbed = make_organisation(name=SECRET, merged_into=kept)
        erase_organisation(organisation=kept, by=None, on=TODAY)
        absorbed.refresh_from_db()
        assert (absorbed.name, absorbed.hidden) == ("Fiche effacée", "erased")

    def test_another_records_history_is_untouched(self):
        other = make_organisation(name="Un")
        with acts.act("renamed", by=None, on=TODAY, reason="Statuts") as deed:
            deed.update(other, name="Deux")
        erase_organisation(organisation=make_rich(), by=None, on=TODAY)
        acts.undo(deed.act, by=None, on=TODAY)
        other.refresh_from_db()
        assert other.name == "Un"

    def test_an_agent_from_elsewhere_cannot_erase(self):
        far = make_agent(make_authority(territory="epci:243500139"))
        with pytest.raises(EraseRefused):
            erase_organisation(organisation=make_site().organisation, by=far, on=TODAY)

    def test_an_import_may_not_refill_it(self):
        organisation = make_rich()
        erase_organisation(organisation=organisation, by=None, on=TODAY)
        organisation.refresh_from_db()
        assert not hiding.may_import(organisation.hidden)
        assert hiding.hidden_after_import(organisation.hidden, is_diffusible=True) == "erased"


def everything_mentioning(words: str) -> list[str]:
    """Tables of this room, the journal included, where the words are found in any column."""
    tables = [*apps.get_app_config("organisations").get_models(), Entry]
    return [
        f"{table.__name__}.{name}"
        for table in tables
        for row in table.objects.values()
        for name, value in row.items()
        if words in str(value)
    ]


def test_an_import_hides_and_shows_only_what_the_register_decides():
    assert {
        (hidden, diffusible): hiding.hidden_after_import(hidden, diffusible)
        for hidden in ("", "non_diffusible", "objection", "erased", "withdrawn")
        for diffusible in (True, False)
    } == {
        ("", True): "", ("", False): "non_diffusible",
        ("non_diffusible", True): "", ("non_diffusible", False): "non_diffusible",
        ("objection", True): "objection", ("objection", False): "objection",
        ("erased", True): "erased", ("erased", False): "erased",
        ("withdrawn", True): "withdrawn", ("withdrawn", False): "withdrawn",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 22), 1, date(2027, 1, 22)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, then):
    assert deadlines.add_months(day, months) == then


@settings(deadline=None)
@given(st.dates(date(2019, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_a_deadline_never_leaves_its_month_nor_moves_backwards(day, months):
    then = deadlines.add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day <= day.day
    assert deadlines.answer_due(day) <= deadlines.extended_due(day)
