"""The support ecosystem: who may say what is offered, who supports whom, what is missing."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.accounts.models import Entry
from essaim.organisations import acts
from essaim.organisations.models import Act, Organisation, Profile, Steward, Support
from essaim.organisations.operations import supports as operations
from essaim.organisations.queries.supports import SupportQuestion, matrix, supports_on_offer
from essaim.organisations.rules import SUPPORT_KINDS, SUPPORT_STAGES
from essaim.organisations.rules.reach import chain, reaches
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)

LILLE, MEL, NORD, REGION, LYON = (
    "commune:59350", "epci:200093201", "departement:59", "region:32", "commune:69123",
)  # fmt: skip
PLACES = [LILLE, MEL, NORD, REGION, LYON, "country:FR", ""]


def offer(organisation: Organisation | None = None, **values: object) -> Support:
    given = {"kind": "funder", "title": "Prêt d'honneur", "stages": ["idea"]} | values
    return Support.objects.create(organisation=organisation or make_organisation(), **given)


def titles(**question: str) -> list[str]:
    return [row.title for row in supports_on_offer(SupportQuestion(**question), TODAY)]


class TestReach:
    def test_a_commune_is_held_by_its_epci_departement_region_and_country(self):
        assert chain(LILLE) == (LILLE, MEL, NORD, REGION, "country:FR")

    def test_a_code_nobody_knows_is_alone_with_the_country(self):
        assert chain("qpv:QN05901M") == ("qpv:QN05901M", "country:FR")

    @pytest.mark.parametrize(
        ("offered", "wanted", "answer"),
        [
            (MEL, LILLE, True),
            (LILLE, MEL, True),
            (LYON, MEL, False),
            (REGION, LILLE, True),
            ("", LYON, True),
            (LYON, "", True),
            ("country:FR", LILLE, True),
        ],
    )
    def test_an_offer_reaches_what_holds_it_and_what_it_holds(self, offered: str, wanted: str, answer: bool):
        assert reaches(offered, wanted) is answer

    @given(st.sampled_from(PLACES), st.sampled_from(PLACES))
    def test_reaching_goes_both_ways(self, one: str, other: str):
        assert reaches(one, other) == reaches(other, one)
        assert reaches(one, one)


@pytest.mark.django_db
class TestOperations:
    def given(self, by, organisation: Organisation, **more: object) -> Support:
        return operations.add_support(
            organisation=organisation, kind="funder", title="Prêt", stages=["idea"], by=by, on=TODAY, **more
        )

    def test_a_steward_adds_changes_and_removes_and_each_act_can_be_undone(self):
        organisation, steward = make_organisation(), make_user()
        Steward.objects.create(organisation=organisation, user=steward, role="editor", since=TODAY)
        support = self.given(steward, organisation)
        operations.change_support(support=support, title="Prêt d'honneur", by=steward, on=TODAY)
        operations.remove_support(support=support, by=steward, on=TODAY)
        assert not Support.objects.exists()
        assert list(Act.objects.order_by("id").values_list("verb", flat=True)) == [
            "support added",
            "support changed",
            "support removed",
        ]
        for act in Act.objects.order_by("-id"):
            acts.undo(act, by=None, on=TODAY)
            if act.verb == "support removed":
                assert Support.objects.get().title == "Prêt d'honneur"
        assert not Support.objects.exists()
        assert Entry.objects.filter(act__startswith="support").count() == 3

    def test_an_agent_of_the_territory_acts_in_the_name_of_the_authority(self):
        authority = make_authority()
        organisation = make_site().organisation
        self.given(make_agent(authority), organisation)
        assert Act.objects.get().authority == authority

    @pytest.mark.parametrize("who", ["nobody", "elsewhere"])
    def test_others_are_refused(self, who: str):
        organisation = make_site().organisation
        by = make_user() if who == "nobody" else make_agent(make_authority(territory="epci:200046977"))
        with pytest.raises(operations.SupportRefused, match="agents of the authority"):
            self.given(by, organisation)
        support = offer(organisation)
        with pytest.raises(operations.SupportRefused):
            operations.change_support(support=support, title="Volé", by=by, on=TODAY)
        with pytest.raises(operations.SupportRefused):
            operations.remove_support(support=support, by=by, on=TODAY)
        assert Support.objects.get().title == "Prêt d'honneur"

    def test_nothing_is_written_on_a_hidden_record(self):
        with pytest.raises(operations.SupportRefused):
            self.given(None, make_organisation(hidden="objection"))

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"kind": "bank"}, "Unknown code: bank"),
            ({"stages": ["dream"]}, "Unknown code: dream"),
            ({"sectors": ["moon"]}, "Unknown code: moon"),
            ({"title": "  "}, "no title"),
            ({"starts_on": TODAY, "ends_on": TODAY - timedelta(1)}, "ends before"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, wrong: dict, said: str):
        values = {"kind": "funder", "title": "Prêt", "stages": ["idea"]} | wrong
        with pytest.raises(operations.SupportRefused, match=said):
            operations.add_support(organisation=make_organisation(), by=None, on=TODAY, **values)
        with pytest.raises(operations.SupportRefused, match=said):
            operations.change_support(support=offer(), by=None, on=TODAY, **wrong)

    def test_one_that_is_gone_is_said_to_be(self):
        support = offer()
        Support.objects.all().delete()
        with pytest.raises(operations.SupportRefused, match="Reload"):
            operations.remove_support(support=support, by=None, on=TODAY)


@pytest.mark.django_db
class TestQueries:
    def test_only_what_is_open_and_published_is_on_offer(self):
        offer(title="ouvert")
        offer(title="à venir", starts_on=TODAY + timedelta(1))
        offer(title="fini", ends_on=TODAY - timedelta(1))
        offer(make_organisation(hidden="objection"), title="caché")
        offer(make_organisation(merged_into=make_organisation()), title="fondu")
        offer(make_organisation(closed_on=TODAY), title="fermé")
        assert titles() == ["ouvert"]

    def test_filters_add_up_and_no_sector_means_every_sector(self):
        offer(title="tous", stages=["idea", "design"])
        offer(title="santé", sectors=["health"])
        offer(title="commerce", sectors=["trade"], kind="advice")
        assert titles(sector="health") == ["santé", "tous"]
        assert titles(kind="advice") == ["commerce"]
        assert titles(stage="design") == ["tous"]
        assert titles(stage="design", sector="trade", kind="advice") == []

    def test_the_territory_is_served_even_in_part(self):
        offer(title="a Lille", territory=LILLE)
        offer(title="b région", territory=REGION)
        offer(title="c Lyon", territory=LYON)
        offer(title="d partout")
        assert titles(territory=MEL) == ["a Lille", "b région", "d partout"]

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(SUPPORT_KINDS),
                st.lists(st.sampled_from([*SUPPORT_STAGES, "gone"]), max_size=4),
            ),
            max_size=12,
        )
    )
    def test_the_matrix_counts_as_one_would_by_hand(self, rows: list):
        supports = [Support(kind=kind, stages=stages) for kind, stages in rows]
        lines = {line.stage: line for line in matrix(supports)}
        for stage in SUPPORT_STAGES:
            by_hand = {kind: sum(k == kind and stage in s for k, s in rows) for kind in SUPPORT_KINDS}
            assert {cell.kind: cell.count for cell in lines[stage].cells} == by_hand
            assert len(lines[stage].missing) == list(by_hand.values()).count(0)
        unsaid = [kind for kind, stages in rows if not set(stages) & set(SUPPORT_STAGES)]
        assert ("" in lines) == bool(unsaid)
        if unsaid:
            assert sum(cell.count for cell in lines[""].cells) == len(unsaid)


@pytest.mark.django_db
class TestPages:
    def test_the_page_counts_lists_and_says_what_is_missing(self, client: Client):
        organisation = make_organisation(name="ASS FINANCE")
        Profile.objects.create(organisation=organisation, usual_name="La Cagnotte")
        offer(organisation, territory=MEL)
        html = client.get(reverse("organisations:supports"), {"territory": LILLE}).content.decode()
        assert ">La Cagnotte</a>" in html
        assert "6 étapes où personne n'aide :" in html
        assert "<strong>La création</strong>" not in html
        assert "<strong>L&#x27;idée</strong> – il manque : incubateur ou pépinière, tête de réseau" in html
        assert "Qui aide à quelle étape : Lille" in html
        assert 'kind=funder&amp;stage=idea&amp;territory=commune%3A59350#list">1</a>' in html

    def test_with_nothing_it_says_what_to_do(self, client: Client):
        html = client.get(reverse("organisations:supports")).content.decode()
        assert "Aucun appui n'est déclaré ici" in html
        assert "personne n'aide" not in html

    def test_an_unknown_place_or_code_does_not_break_it(self, client: Client):
        offer()
        answer = client.get(reverse("organisations:supports"), {"territory": "Zzyzx<b>", "kind": "bank"})
        assert answer.status_code == 200
        assert "Nous ne connaissons pas « Zzyzx&lt;b&gt; »" in answer.content.decode()

    def test_a_kind_that_is_missing_there_is_said_to_be(self, client: Client):
        offer()
        html = client.get(reverse("organisations:supports"), {"kind": "premises"}).content.decode()
        assert "Personne n'offre cela ici" in html

    def test_the_csv_holds_what_is_listed_and_no_formula(self, client: Client):
        offer(make_organisation(name="=HYPERLINK(1)"), territory=MEL)
        offer(territory=LYON)
        answer = client.get(reverse("organisations:supports_csv"), {"territory": MEL})
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row["Organisation"] for row in rows] == ["'=HYPERLINK(1)"]
        assert rows[0]["Fiche"] == f"http://testserver/organisations/{Organisation.objects.first().pk}/"
        assert rows[0]["Nom du territoire"] == "Métropole Européenne de Lille"

    def test_a_steward_adds_changes_and_removes_from_the_page(self, client: Client):
        organisation, steward = make_organisation(), make_user()
        Steward.objects.create(organisation=organisation, user=steward, role="owner", since=TODAY)
        client.force_login(steward)
        add = reverse("organisations:add_support", args=[organisation.pk])
        sent = {"kind": "funder", "title": "Prêt", "stages": ["idea"], "territory": MEL}
        assert client.post(add, sent | {"title": ""}).status_code == 422
        assert client.post(add, sent | {"territory": "Zzyzx"}).status_code == 422
        assert (
            client.post(add, sent | {"starts_on": "2026-11-22", "ends_on": "2026-11-21"}).status_code == 422
        )
        assert client.post(add, sent).status_code == 302
        support = Support.objects.get()
        assert (support.title, support.territory, support.stages) == ("Prêt", MEL, ["idea"])
        change = reverse("organisations:change_support", args=[organisation.pk, support.pk])
        assert 'value="Prêt"' in client.get(change).content.decode()
        assert client.post(change, sent | {"title": "Don"}).status_code == 302
        assert Support.objects.get().title == "Don"
        remove = reverse("organisations:remove_support", args=[organisation.pk, support.pk])
        assert [client.post(remove).status_code for _ in range(2)] == [302, 302]
        assert not Support.objects.exists()
        assert client.get(change).status_code == 404

    def test_a_support_of_another_organisation_is_not_changed_through_mine(self, client: Client):
        organisation, steward, other = make_organisation(), make_user(), offer()
        Steward.objects.create(organisation=organisation, user=steward, role="owner", since=TODAY)
        client.force_login(steward)
        change = reverse("organisations:change_support", args=[organisation.pk, other.pk])
        assert client.post(change, {"kind": "funder", "title": "Volé", "stages": ["idea"]}).status_code == 404
        client.post(reverse("organisations:remove_support", args=[organisation.pk, other.pk]))
        assert Support.objects.get().title == "Prêt d'honneur"

    def test_as_many_queries_with_thirty_supports_as_with_one(self, client: Client):
        def queries() -> int:
            with CaptureQueriesContext(connection) as met:
                client.get(reverse("organisations:supports"), {"stage": "idea", "territory": MEL})
            return len(met)

        offer()
        one = queries()
        for _ in range(29):
            offer()
        assert queries() == one
