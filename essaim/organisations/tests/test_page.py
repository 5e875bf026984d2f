"""An organisation's page: what it says, what it never says, and how much it costs."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.organisations import acts
from essaim.organisations.models import (
    Contact,
    Evidence,
    Label,
    Offer,
    Organisation,
    Profile,
    Ruling,
    ServedZone,
    StepPresence,
    Steward,
    Support,
)
from essaim.organisations.queries.page import address_of, map_outlines, sheet, shown_contacts
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)
from essaim.organisations.views import asking, page

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(1)


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is the day of the rows, whatever the clock says; nobody has asked for contacts yet."""
    monkeypatch.setattr(page, "today", lambda: TODAY)
    for each in caches.all(initialized_only=True):
        each.clear()


def page_of(organisation: Organisation, client: Client | None = None, **headers: str) -> str:
    answer = (client or Client()).get(
        reverse("organisations:organisation", args=[organisation.pk]), **headers
    )
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


class TestWhoIsShown:
    def test_hidden_and_unknown_give_the_same_answer(self, client: Client):
        hidden = make_organisation(hidden="objection", name="Ruche secrète")
        for name in ("organisation", "organisation_json", "organisation_jsonld", "sites"):
            ours = client.get(reverse(f"organisations:{name}", args=[hidden.pk]))
            none = client.get(reverse(f"organisations:{name}", args=[999_999]))
            path = [reverse(f"organisations:{name}", args=[each]).encode() for each in (hidden.pk, 999_999)]
            assert (ours.status_code, none.status_code) == (404, 404)
            assert ours.content.replace(path[0], b"") == none.content.replace(path[1], b"")
            lengths = [int(each.headers.pop("Content-Length")[1]) for each in (ours, none)]
            assert lengths[0] - len(path[0]) == lengths[1] - len(path[1])
            assert dict(ours.headers) == dict(none.headers)

    def test_contacts_of_a_hidden_record_are_not_there(self, client: Client):
        hidden = make_organisation(hidden="objection")
        Contact.objects.create(organisation=hidden, email="accueil@exemple.fr", is_personal=False)
        assert client.post(reverse("organisations:contacts", args=[hidden.pk])).status_code == 404

    def test_a_merged_record_leads_for_ever_to_the_one_that_was_kept(self, client: Client):
        kept = make_organisation()
        middle = make_organisation(merged_into=kept)
        old = make_organisation(merged_into=middle)
        for name in ("organisation", "organisation_json", "organisation_jsonld"):
            answer = client.get(reverse(f"organisations:{name}", args=[old.pk]))
            assert (answer.status_code, answer["Location"]) == (
                301,
                reverse(f"organisations:{name}", args=[kept.pk]),
            )

    def test_a_record_merged_into_a_hidden_one_tells_nothing(self, client: Client):
        kept = make_organisation(hidden="erased")
        old = make_organisation(merged_into=kept)
        assert address_of(old.pk) is None
        assert client.get(reverse("organisations:organisation", args=[old.pk])).status_code == 404

    def test_a_hidden_record_does_not_say_what_it_was_merged_into(self):
        assert address_of(make_organisation(hidden="objection", merged_into=make_organisation()).pk) is None

    def test_records_merged_in_a_circle_stop_somewhere(self):
        one = make_organisation()
        two = make_organisation(merged_into=one)
        Organisation.objects.filter(pk=one.pk).update(merged_into=two)
        assert address_of(one.pk) is None

    def test_a_closed_one_says_so_with_its_successor(self):
        after = make_organisation(name="Nouvelle ruche")
        html = page_of(make_organisation(closed_on=YESTERDAY, successor=after))
        assert "Elle a cessé son activité le 21 novembre 2026." in html
        assert f'href="/organisations/{after.pk}/">Nouvelle ruche</a>' in html

    def test_a_hidden_successor_or_predecessor_is_not_named(self):
        after = make_organisation(name="Ruche secrète", hidden="objection")
        before = make_organisation(closed_on=YESTERDAY, successor=after)
        seen = make_organisation(name="Ruche visible")
        make_organisation(name="Ruche cachée", hidden="objection", successor=seen)
        assert "Ruche secrète" not in page_of(before)
        assert "Ruche cachée" not in page_of(seen)
        assert sheet(seen.pk, TODAY).predecessors == []

    def test_a_successor_names_what_it_took_over(self):
        after = make_organisation(name="Nouvelle ruche")
        before = make_organisation(name="Ancienne ruche", closed_on=YESTERDAY, successor=after)
        assert f'href="/organisations/{before.pk}/">Ancienne ruche</a>' in page_of(after)


class TestWhyItIsInTheSse:
    def test_files_are_called_by_their_names(self):
        organisation = make_organisation()
        Evidence.objects.create(
            organisation=organisation,
            source="flag",
            says="member",
            value="O",
            on=YESTERDAY,
            dataset="register",
        )
        html = page_of(organisation)
        assert html.count("Registre Sirene (observatoire)") == 2  # beside what it says, and among the sources
        assert ">register<" not in html

    def test_every_source_says_its_piece_with_its_date_and_dataset(self):
        organisation = make_organisation()
        Evidence.objects.create(
            organisation=organisation, source="flag", says="member", value="O", on=YESTERDAY, dataset="Sirene"
        )
        Evidence.objects.create(
            organisation=organisation, source="listed", says="", on=TODAY, dataset="CRESS"
        )
        said = [
            (each.source, each.says, each.on, each.dataset) for each in sheet(organisation.pk, TODAY).said
        ]
        assert said == [
            ("listed", "", TODAY, "CRESS"),
            ("flag", "member", YESTERDAY, "Sirene"),
            ("category", "member", None, ""),
        ]
        html = page_of(organisation)
        assert "Pourquoi elle est dans l'ESS" in html
        assert "Les sources qui parlent la disent toutes membre." in html
        assert "rien : elle se tait" in html
        assert "9220, Association déclarée" in html
        assert "#sse_perimeter" in html

    def test_a_disagreement_is_said_and_left_to_a_ruling(self):
        organisation = make_organisation()
        Evidence.objects.create(
            organisation=organisation, source="flag", says="not_member", value="N", on=TODAY
        )
        html = page_of(organisation)
        assert "Est-elle dans l'ESS ?" in html
        assert "Les sources se contredisent." in html
        assert (
            "La disent membre : Catégorie juridique. La disent hors de l'ESS : Indicateur ESS de SIRENE."
            in html
        )
        assert "une décision locale tranchera" in html

    def test_a_ruling_settles_and_shows_its_authority_and_reason_but_no_agent(self):
        organisation = make_organisation(legal_category="5710")
        agent = make_agent(make_authority())
        Ruling.objects.create(
            organisation=organisation, authority=agent.memberships.get().authority, says="member",
            reason="Statuts lus : lucrativité limitée.", ruled_on=YESTERDAY,
        )  # fmt: skip
        Evidence.objects.create(
            organisation=organisation, source="flag", says="not_member", value="N", on=TODAY
        )
        html = page_of(organisation)
        assert "Décision de Métropole de Lille, le 21 novembre 2026" in html
        assert "Statuts lus : lucrativité limitée." in html
        assert "Une décision locale la dit membre." in html
        assert agent.email not in html

    def test_a_ruling_that_ended_no_longer_speaks(self):
        organisation = make_organisation(legal_category="5710")
        Ruling.objects.create(
            organisation=organisation, authority=make_authority(), says="member", reason="Provisoire",
            ruled_on=TODAY - timedelta(30), ends_on=YESTERDAY,
        )  # fmt: skip
        assert sheet(organisation.pk, TODAY).ruling is None
        assert sheet(organisation.pk, YESTERDAY).ruling.reason == "Provisoire"
        assert "Provisoire" not in page_of(organisation)


class TestWhatItShows:
    def test_labels_by_group_with_their_validity(self):
        organisation = make_organisation()
        site = make_site(organisation, name="Atelier")
        Label.objects.create(organisation=organisation, site=site, kind="siae_aci", seen_on=TODAY)
        Label.objects.create(organisation=organisation, kind="esus", valid_to=YESTERDAY, seen_on=TODAY)
        Label.objects.create(
            organisation=organisation, kind="scop", valid_to=TODAY, seen_on=TODAY, proof="javascript:alert(1)"
        )
        html = page_of(organisation)
        assert (
            "Insertion par l&#x27;activité économique (SIAE)" in html
            or "l'activité économique (SIAE)" in html
        )
        assert "expiré depuis le 21 novembre 2026" in html
        assert "Jusqu'au 22 novembre 2026." in html
        assert "Pour le lieu : Atelier." in html
        assert 'href="javascript' not in html
        assert re.findall(r'href="#labels" title="[^"]*">([^<]*)<', html) == ["ACI", "SCOP"]

    @pytest.mark.parametrize(
        ("zone", "words"),
        [
            ({"kind": "national"}, "Toute la France"),
            ({"kind": "radius", "radius_km": 15}, "Dans un rayon de 15 km autour de ses lieux"),
            (
                {"kind": "territories", "territories": ["commune:59350", "epci:200093201"]},
                "Lille, Métropole Européenne de Lille",
            ),
        ],
    )
    def test_the_zone_served_in_words(self, zone: dict, words: str):
        organisation = make_organisation()
        ServedZone.objects.create(organisation=organisation, **zone)
        assert f"<dt>Zone desservie</dt><dd>{words}</dd>" in page_of(organisation)

    def test_the_usual_name_goes_first_and_the_official_one_is_said(self):
        organisation = make_organisation(name="ASS DES LUCIOLES", sigle="ADL")
        Profile.objects.create(
            organisation=organisation, usual_name="Les Lucioles", summary="Elles éclairent."
        )
        html = page_of(organisation)
        assert "<h1>Les Lucioles</h1>" in html
        assert "Nom officiel : ASS DES LUCIOLES · ADL" in html
        assert '<p class="lead">Elles éclairent.</p>' in html

    def test_offers_carry_their_families_of_purchases_and_the_activity_its_name(self):
        organisation = make_organisation(naf="8899B")
        Offer.objects.create(organisation=organisation, title="Nettoyage", cpv=["90910000"])
        html = page_of(organisation)
        assert "90910000 Déchets, propreté et environnement" in html
        assert "Autre action sociale sans hébergement" in html

    def test_opening_hours_are_a_table_and_links_that_are_not_links_are_left_out(self):
        organisation = make_organisation()
        Profile.objects.create(
            organisation=organisation,
            opening_hours={"mon": [["09:00", "12:30"]], "tue": [], "note": "sur rendez-vous"},
            website="https://exemple.fr", links=["javascript:alert(1)", {"label": "Journal", "url": "https://exemple.fr/j"}],
        )  # fmt: skip
        html = page_of(organisation)
        assert '<th scope="row">Lundi</th><td>9 h – 12 h 30</td>' in html
        assert '<th scope="row">Mardi</th><td>Fermé</td>' in html
        assert "Mercredi" not in html
        assert "sur rendez-vous" in html
        assert ("javascript" in html, ">Journal</a>" in html, ">exemple.fr</a>" in html) == (
            False,
            True,
            True,
        )

    def test_publics_languages_and_accessibility_are_said_in_words(self):
        organisation = make_organisation()
        Profile.objects.create(
            organisation=organisation,
            publics=["young", "families"],
            languages=["fsl"],
            accessibility=["lift", "?"],
        )
        html = page_of(organisation)
        assert "<dd>Jeunes, Familles</dd>" in html
        assert "<dd>Langue des signes française</dd>" in html
        assert "<dd>Ascenseur, ?</dd>" in html

    def test_supports_and_steps_it_says_it_holds(self):
        organisation = make_organisation()
        Support.objects.create(
            organisation=organisation, kind="funder", title="Prêt d'honneur", stages=["idea"]
        )
        StepPresence.objects.create(organisation=organisation, channel="reuse", step="sort", origin="said")
        StepPresence.objects.create(organisation=organisation, channel="reuse", step="gone", origin="said")
        html = page_of(organisation)
        assert "Financeur" in html
        assert "L&#x27;idée" in html or "L'idée" in html
        assert "Réemploi des objets</a> : Trier</li>" in html or "Réemploi des objets : Trier</li>" in html

    def test_completeness_is_told_to_its_stewards_only(self):
        organisation, steward = make_organisation(quality=60), make_user()
        Steward.objects.create(organisation=organisation, user=steward, role="editor", since=TODAY)
        assert "complète à 60" not in page_of(organisation)
        client = Client()
        client.force_login(make_agent(make_authority()))
        assert "complète à 60" not in page_of(organisation, client)
        client.force_login(steward)
        assert "complète à 60" in page_of(organisation, client)

    def test_the_last_change_is_dated(self):
        organisation = make_organisation()
        assert "Dernière mise à jour" not in page_of(organisation)
        with acts.act("renamed", by=None, on=TODAY) as deed:
            deed.update(organisation, name="Autre nom")
        assert "Dernière mise à jour le" in page_of(organisation)

    def test_it_is_said_in_english_too(self):
        assert "Why it is in the SSE" in page_of(make_organisation(), HTTP_ACCEPT_LANGUAGE="en")


class TestContacts:
    def test_they_are_not_in_the_page_until_someone_asks(self, client: Client):
        organisation = make_organisation()
        Contact.objects.create(organisation=organisation, email="accueil@exemple.fr", is_personal=False)
        Contact.objects.create(
            organisation=organisation, email="zoe@exemple.fr", person="Zoé", consent_on=TODAY
        )
        Contact.objects.create(organisation=organisation, email="max@exemple.fr", person="Max")
        assert "@exemple.fr" not in page_of(organisation)
        answer = client.post(reverse("organisations:contacts", args=[organisation.pk]))
        assert re.findall(r"mailto:([^\"]*)", answer.content.decode()) == [
            "accueil@exemple.fr",
            "zoe@exemple.fr",
        ]
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
        fragment = client.post(
            reverse("organisations:contacts", args=[organisation.pk]), headers={"HX-Request": "true"}
        )
        assert "<html" not in fragment.content.decode()
        assert "zoe@exemple.fr" in fragment.content.decode()

    def test_no_data_file_holds_them(self, client: Client):
        organisation = make_organisation()
        Contact.objects.create(organisation=organisation, email="accueil@exemple.fr", is_personal=False)
        Contact.objects.create(organisation=organisation, phone="0320000000", person="Zoé", consent_on=TODAY)
        for name in ("organisation_json", "organisation_jsonld", "sites"):
            body = client.get(reverse(f"organisations:{name}", args=[organisation.pk])).content.decode()
            assert [mark for mark in ("accueil@", "0320000000", "Zoé") if mark in body] == []

    def test_asking_too_often_is_refused_and_says_when_to_come_back(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(asking, "MOST_PER_WINDOW", 2)
        organisation = make_organisation()
        Contact.objects.create(organisation=organisation, email="accueil@exemple.fr", is_personal=False)
        address = reverse("organisations:contacts", args=[organisation.pk])
        answers = [client.post(address) for _ in range(3)]
        assert [each.status_code for each in answers] == [200, 200, 429]
        assert answers[2]["Retry-After"] == "3600"
        assert "accueil@" not in answers[2].content.decode()
        assert client.post(address, REMOTE_ADDR="192.0.2.7").status_code == 200

    def test_a_visitor_cannot_choose_the_address_that_is_counted(self, rf, settings):
        request = rf.post("/", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9")
        request.user = type("Nobody", (), {"is_authenticated": False})()
        assert asking.asker(request) == "127-0-0-1"
        settings.PROXIES = 1
        assert asking.asker(request) == "203-0-113-9"

    def test_reading_them_by_get_is_not_possible(self, client: Client):
        organisation = make_organisation()
        assert client.get(reverse("organisations:contacts", args=[organisation.pk])).status_code == 405

    def test_only_consented_ones_are_listed(self):
        organisation = make_organisation()
        Contact.objects.create(organisation=organisation, email="max@exemple.fr", person="Max")
        assert list(shown_contacts(organisation)) == []


class TestData:
    def test_linked_data_cannot_end_its_element(self, client: Client):
        organisation = make_organisation(name="</script><script>alert(1)</script>")
        html = page_of(organisation)
        assert "<script>alert" not in html
        inside = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
        assert json.loads(inside[1])["name"] == "</script><script>alert(1)</script>"

    def test_linked_data_names_the_organisation_and_its_places(self, client: Client, settings):
        settings.PUBLIC_URL = "https://essaim.example/"
        organisation = make_organisation(name="Les Lucioles")
        make_site(organisation, name="Atelier")
        Profile.objects.create(organisation=organisation, opening_hours={"mon": [["09:00", "12:00"]]})
        answer = client.get(reverse("organisations:organisation_jsonld", args=[organisation.pk]))
        document = answer.json()
        assert answer["Content-Type"] == "application/ld+json"
        assert document["@type"] == ["Organization", "NGO", "LocalBusiness"]
        assert document["@id"] == f"https://essaim.example/organisations/{organisation.pk}/"
        assert document["identifier"] == [
            {"@type": "PropertyValue", "propertyID": "SIREN", "value": organisation.siren}
        ]
        assert document["address"] == {
            "@type": "PostalAddress", "streetAddress": "1 rue Nationale", "postalCode": "59000",
            "addressLocality": "Lille", "addressCountry": "FR",
        }  # fmt: skip

    def test_json_says_what_the_page_says(self, client: Client):
        organisation = make_organisation(name="Les Lucioles")
        make_site(organisation)
        Label.objects.create(organisation=organisation, kind="esus", valid_to=YESTERDAY, seen_on=TODAY)
        body = client.get(reverse("organisations:organisation_json", args=[organisation.pk])).json()
        assert (body["name"], body["sse"]["status"], body["sse"]["reason_code"]) == (
            "Les Lucioles",
            "member",
            "category",
        )
        assert [(each["kind"], each["validity"]) for each in body["labels"]] == [("esus", "expired")]
        assert [each["commune"] for each in body["sites"]] == ["59350"]

    def test_the_map_shows_open_places_that_lie_somewhere(self, client: Client):
        organisation = make_organisation()
        make_site(organisation)
        make_site(organisation, lon=None, lat=None)
        make_site(organisation, closed_on=YESTERDAY)
        body = client.get(reverse("organisations:sites", args=[organisation.pk])).json()
        assert [each["properties"] for each in body["features"]] == [
            {"name": "1 rue Nationale", "text": "59000 Lille"}
        ]

    @pytest.mark.parametrize(
        ("communes", "outlines"),
        [
            (["59350"], ("commune", "commune:59350")),
            (["59350", "59512"], ("commune", "epci:200093201")),
            (["59350", "59606"], ("commune", "departement:59")),
            (["59350", "62041"], ("departement", "region:32")),
            (["59350", "75056"], ("region", "country:FR")),
            (["00000"], None),
            ([], None),
        ],
    )
    def test_the_map_lies_on_the_smallest_territory_that_holds_its_places(self, communes, outlines):
        organisation = make_organisation()
        assert map_outlines([make_site(organisation, commune=each) for each in communes]) == outlines


class TestCost:
    def test_as_many_queries_with_thirty_rows_of_each_as_with_one(self, client: Client):
        def queries(rows: int) -> int:
            organisation = make_organisation()
            before = make_organisation(name="Avant")
            before.successor = organisation
            before.save()
            Profile.objects.create(organisation=organisation, summary="Une phrase.")
            ServedZone.objects.create(
                organisation=organisation, kind="territories", territories=["commune:59350"]
            )
            for position in range(rows):
                site = make_site(organisation, qpv="QN05901M")
                Label.objects.create(organisation=organisation, site=site, kind="siae_aci", seen_on=TODAY)
                Offer.objects.create(organisation=organisation, title=f"Offre {position}")
                Support.objects.create(organisation=organisation, kind="funder", title=f"Appui {position}")
                Contact.objects.create(organisation=organisation, email="a@exemple.fr", is_personal=False)
                make_organisation(successor=organisation)
            with CaptureQueriesContext(connection) as met:
                page_of(organisation, client)
            return len(met)

        assert queries(1) == queries(30) <= 18
