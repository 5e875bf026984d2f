"""The pages: who may, what is asked when two write at once, what never shows, what works without JavaScript."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.organisations.models import Claim, Contact, Label, Photo, Profile, Proposal, Site, Steward
from essaim.organisations.operations import profiles
from essaim.organisations.rules.house import PROPOSALS
from essaim.organisations.tests.factories import TODAY, make_agent, make_organisation, make_site, make_user
from essaim.organisations.tests.test_owner_edits import picture
from essaim.ui.models import Draft

pytestmark = pytest.mark.django_db


def at(name: str, organisation=None, **kwargs) -> str:
    if organisation is not None:
        kwargs["id"] = organisation.pk
    return reverse(f"organisations:{name}", kwargs=kwargs)


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def organisation():
    return make_site(make_organisation(name="Le Polder")).organisation


@pytest.fixture
def owner(organisation, client):
    person = make_user()
    Steward.objects.create(organisation=organisation, user=person, role="owner", since=TODAY)
    client.force_login(person)
    return person


def seen(page) -> dict[str, str]:
    return dict(re.findall(r'name="(seen_\w+)" value="(\w+)"', page.content.decode()))


class TestEditing:
    def test_it_is_published_and_shown_as_text(self, client, organisation, owner):
        shown = seen(client.get(at("edit", organisation)))
        answer = client.post(at("edit", organisation), shown | {"summary": "<script>alert(1)</script>"})
        assert (answer.status_code, Profile.objects.get().summary) == (302, "<script>alert(1)</script>")
        for page in ("organisation", "edit", "history"):
            assert "<script>alert(1)" not in client.get(at(page, organisation)).content.decode()

    def test_the_second_of_two_sees_both_texts_and_chooses(self, client, organisation, owner):
        shown = seen(client.get(at("edit", organisation)))
        profiles.edit_profile(organisation=organisation, values={"summary": "D'elle"}, by=owner, on=TODAY)
        mine = shown | {"summary": "De moi", "description": "Aussi de moi"}
        asked = client.post(at("edit", organisation), mine)
        page = asked.content.decode()
        assert asked.status_code == 409
        assert page.count("D&#x27;elle") == 1
        assert 'name="keep_summary"' in page
        assert Profile.objects.get().summary == "D'elle"
        again = mine | seen(asked) | {"conflict_summary": "1"}
        assert client.post(at("edit", organisation), again).status_code == 409
        assert client.post(at("edit", organisation), again | {"keep_summary": "theirs"}).status_code == 302
        profile = Profile.objects.get()
        assert (profile.summary, profile.description) == ("D'elle", "Aussi de moi")
        # Its own text, chosen on a form that had seen the other's.
        client.post(at("edit", organisation), again | {"keep_summary": "mine"})
        assert Profile.objects.get().summary == "De moi"

    def test_hours_are_read_or_refused_in_place(self, client, organisation, owner):
        shown = seen(client.get(at("edit_hours", organisation)))
        wrong = client.post(at("edit_hours", organisation), shown | {"mon": "quand on peut"})
        assert (wrong.status_code, 'id="id_mon_error"' in wrong.content.decode()) == (422, True)
        client.post(at("edit_hours", organisation), shown | {"mon": "9h-12h", "sun": "fermé", "note": "RDV"})
        assert Profile.objects.get().opening_hours == {"mon": [["09:00", "12:00"]], "sun": [], "note": "RDV"}

    def test_territories_and_purchases_are_found_without_javascript(self, client, organisation, owner):
        cpv = at("new_row", organisation, section="offers")
        found = client.post(cpv, {"title": "Repas", "kind": "service", "cpv_search": "traiteur", "find": "1"})
        assert (found.status_code, 'value="555"' in found.content.decode(), organisation.offers.count()) == (
            200,
            True,
            0,
        )
        client.post(cpv, {"title": "Repas", "kind": "service", "cpv": ["555"]})
        assert organisation.offers.get().cpv == ["555"]
        assert 'value="555"' in client.get(at("find_cpv"), {"cpv_search": "traiteur"}).content.decode()

    @pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://exemple.fr", "data:text/html,x"])
    def test_only_web_addresses_are_links(self, client, organisation, owner, link):
        shown = seen(client.get(at("edit", organisation)))
        for field in ("website", "links"):
            assert (
                client.post(
                    at("edit", organisation), shown | {field: f"x {link}" if field == "links" else link}
                ).status_code
                == 422
            )
        assert Profile.objects.count() == 0

    def test_a_label_waits_for_an_agent_who_publishes_at_once(self, client, organisation, owner):
        values = {"kind": "esus", "proof": "arrêté 4"}
        client.post(at("new_row", organisation, section="labels"), values)
        assert (Label.objects.count(), Proposal.objects.get().kind) == (0, "sensitive")
        assert (
            "attend la vérification"
            in client.get(at("rows", organisation, section="labels")).content.decode()
        )
        client.force_login(make_agent())
        client.post(at("new_row", organisation, section="labels"), values)
        assert Label.objects.get().proof == "arrêté 4"

    def test_an_address_of_the_register_waits_too(self, client, organisation, owner):
        page = client.get(at("edit_identity", organisation))
        form = page.context["form"].initial | {"address": "9 rue Neuve", "closed_on": "", "rna_id": ""}
        assert client.post(at("edit_identity", organisation), form).status_code == 302
        made = Proposal.objects.get()
        assert (made.kind, made.changes) == (
            "sensitive", {"address": "9 rue Neuve", "site": organisation.sites.get().pk},
        )  # fmt: skip
        assert Site.objects.get().address == "1 rue Nationale"

    def test_rows_of_another_organisation_are_not_reached(self, client, organisation, owner):
        other = Contact.objects.create(organisation=make_organisation(), email="a@b.fr")
        for name in ("edit_row", "remove_row"):
            kwargs = {"section": "contacts", "row": other.pk}
            assert client.post(at(name, organisation, **kwargs)).status_code == 404
        assert Contact.objects.count() == 1

    def test_a_hidden_record_says_nothing_to_strangers(self, client, organisation):
        organisation.hidden = "objection"
        organisation.save()
        client.force_login(make_user())
        for name in ("edit", "team", "history", "claim", "propose"):
            assert client.get(at(name, organisation)).status_code == 404, name


class TestCost:
    @pytest.mark.parametrize("section", ["offers", "contacts", "places", "photos", "labels"])
    def test_a_list_costs_the_same_with_one_row_or_thirty(self, client, organisation, owner, section):
        def cost() -> int:
            with CaptureQueriesContext(connection) as met:
                assert client.get(at("rows", organisation, section=section)).status_code == 200
            return len(met)

        add_rows(organisation, section, 1)
        first = cost()
        add_rows(organisation, section, 29)
        assert cost() == first


def add_rows(organisation, section: str, number: int) -> None:
    for each in range(number):
        if section == "offers":
            organisation.offers.create(title=f"Offre {each}")
        elif section == "contacts":
            organisation.contacts.create(email="a@b.fr")
        elif section == "places":
            organisation.sites.create(address=f"{each} rue", is_official=False)
        elif section == "photos":
            organisation.photos.create(file="1/x", width=480, height=320, alt="x")
        else:
            site = organisation.sites.create(is_official=False)
            organisation.labels.create(kind="esus", site=site, seen_on=TODAY)


class TestClaiming:
    def test_it_is_withdrawn_by_a_button(self, client, organisation):
        client.force_login(make_user())
        client.post(at("claim", organisation), {"method": "agent", "motive": "Trésorière"})
        client.post(at("claim_withdraw", organisation))
        assert Claim.objects.get().state == "withdrawn"

    def test_an_expired_claim_is_explained(self, client, organisation):
        person = make_user()
        client.force_login(person)
        Claim.objects.create(
            organisation=organisation, user=person, method="mail", made_on=TODAY, state="expired"
        )
        assert "Votre demande précédente a expiré" in client.get(at("claim", organisation)).content.decode()

    def test_only_the_proofs_that_can_work_are_offered(self, client, organisation):
        client.force_login(make_user())
        page = client.get(at("claim", organisation)).content.decode()
        assert re.findall(r'name="method" value="(\w+)"', page) == ["post", "agent"]

    def test_a_wrong_code_says_how_many_tries_are_left(self, client, organisation, mailoutbox):
        Profile.objects.create(organisation=organisation, website="https://polder.org")
        client.force_login(make_user())
        client.post(at("claim", organisation), {"method": "mail", "email": "ada@polder.org"})
        wrong = client.post(at("claim_code", organisation), {"code": "AAAA"})
        assert (wrong.status_code, "Il vous reste 4 essais" in wrong.content.decode()) == (422, True)
        code = re.search(r"code : (\w+)", mailoutbox[0].body)[1]
        assert client.post(at("claim_code", organisation), {"code": code}).url == at("edit", organisation)

    def test_the_letter_is_for_an_agent_and_never_cached(self, client, organisation):
        client.force_login(make_user())
        client.post(at("claim", organisation), {"method": "post"})
        address = at("claim_letter", claim=Claim.objects.get().pk)
        assert client.post(address).status_code == 404
        client.force_login(make_agent())
        letter = client.post(address)
        assert (letter["Content-Type"], letter["Cache-Control"], letter.content[:5]) == (
            "application/pdf", "no-store", b"%PDF-",
        )  # fmt: skip

    def test_a_colleague_follows_the_invitation(self, client, organisation, owner, mailoutbox):
        client.post(at("invite", organisation), {"email": "bob@exemple.net", "role": "editor"})
        path = re.search(r"(/organisations/invitations/\S+)", mailoutbox[0].body)[1]
        client.logout()
        assert "Se connecter pour accepter" in client.get(path).content.decode()
        client.force_login(make_user())
        assert client.post(path).url == at("edit", organisation)
        assert (client.get(path).status_code, organisation.stewards.count()) == (410, 2)


class TestProposing:
    VALUES = {
        "website": "https://polder.org", "usual_name": "", "phone": "", "email_shown": "",
        "sector": "social_action", "address": "1 rue Nationale", "postcode": "59000",
    }  # fmt: skip

    def test_only_what_differs_is_proposed_and_the_link_is_private(self, client, organisation):
        answer = client.post(at("propose", organisation), self.VALUES | {"email": "voisine@exemple.net"})
        made = Proposal.objects.get()
        assert (made.changes, made.user) == ({"website": "https://polder.org"}, None)
        page = client.get(answer.url)
        assert ("voisine" in page.content.decode(), page["X-Robots-Tag"]) == (False, "noindex")

    def test_a_machine_is_thanked_and_thrown_away(self, client, organisation):
        answer = client.post(at("propose", organisation), self.VALUES | {"nickname": "bot"})
        assert (answer.status_code, "Merci" in answer.content.decode(), Proposal.objects.count()) == (
            200,
            True,
            0,
        )

    def test_too_many_in_an_hour_are_refused(self, client, organisation):
        for _ in range(PROPOSALS.most_an_hour):
            client.post(at("propose", organisation), self.VALUES)
        refused = client.post(at("propose", organisation), self.VALUES)
        assert (refused.status_code, Proposal.objects.count()) == (422, PROPOSALS.most_an_hour)
        assert "Revenez plus tard" in refused.content.decode()

    def test_a_closure_is_reported(self, client, organisation):
        site = organisation.sites.get()
        client.post(
            at("propose", organisation), {"what": "closed", "site": site.pk, "closed_on": "2026-11-01"}
        )
        made = Proposal.objects.get()
        assert (made.kind, made.changes) == ("closed", {"site": site.pk, "closed_on": "2026-11-01"})

    def test_a_new_place_is_shown_what_is_alike_once(self, client, organisation):
        values = {"name": "Polder", "sector": "trade", "postcode": "59000"}
        asked = client.post(at("propose_new"), values)
        assert (asked.status_code, at("organisation", organisation) in asked.content.decode()) == (422, True)
        client.post(at("propose_new"), values | {"sure": "1"})
        assert Proposal.objects.get().changes == {
            "name": "Polder",
            "sector": "trade",
            "postcode": "59000",
            "commune": "59350",
        }

    def test_a_post_code_of_several_communes_asks_which(self, client):
        asked = client.post(at("propose_new"), {"name": "X", "sector": "trade", "postcode": "59780"})
        assert (asked.status_code, "Quelle commune" in asked.content.decode()) == (422, True)


class TestHistory:
    def test_the_public_reads_what_changed_never_who_nor_the_text(self, client, organisation, owner):
        shown = seen(client.get(at("edit", organisation)))
        client.post(at("edit", organisation), shown | {"summary": "Une phrase"})
        assert owner.email in client.get(at("history", organisation)).content.decode()
        client.logout()
        page = client.get(at("history", organisation)).content.decode()
        assert ("Présentation : ajout" in page, "Une phrase" in page, owner.email in page) == (
            True,
            False,
            False,
        )

    def test_an_act_is_undone_by_a_button(self, client, organisation, owner):
        profiles.edit_profile(organisation=organisation, values={"summary": "Un"}, by=owner, on=TODAY)
        page = client.get(at("history", organisation)).content.decode()
        path = re.search(r'action="(\S+/undo/)"', page)[1]
        client.post(path)
        assert Profile.objects.count() == 0

    def test_a_refusal_to_undo_is_explained(self, client, organisation, owner):
        for text in ("Un", "Deux"):
            profiles.edit_profile(organisation=organisation, values={"summary": text}, by=owner, on=TODAY)
        first = re.findall(r'action="(\S+/undo/)"', client.get(at("history", organisation)).content.decode())[
            -1
        ]
        page = client.post(first, follow=True).content.decode()
        assert "a changé depuis" in page
        assert Profile.objects.get().summary == "Deux"


class TestPictures:
    def test_they_are_served_small_cached_and_never_sniffed(
        self, client, organisation, owner, tmp_path, settings
    ):
        settings.HOME = tmp_path
        posted = {"file": _file(picture((1200, 800))), "alt": "L'atelier", "credit": ""}
        assert client.post(at("new_row", organisation, section="photos"), posted).status_code == 302
        address = at("photo", id=Photo.objects.get().pk)
        client.logout()
        large, small = client.get(address), client.get(address, {"w": "300"})
        sizes = [len(b"".join(each.streaming_content)) for each in (large, small)]
        assert (large["Content-Type"], large["X-Content-Type-Options"], large["Cache-Control"]) == (
            "image/webp", "nosniff", "public, max-age=86400",
        )  # fmt: skip
        assert sizes[0] > sizes[1] > 0
        assert client.get(address, headers={"If-None-Match": large["ETag"]}).status_code == 304
        organisation.hidden = "objection"
        organisation.save()
        assert client.get(address).status_code == 404

    def test_a_script_named_as_a_picture_is_refused(self, client, organisation, owner):
        posted = {"file": _file(b"<html><script>alert(1)</script>"), "alt": "x"}
        assert client.post(at("new_row", organisation, section="photos"), posted).status_code == 422
        assert Photo.objects.count() == 0


def _file(content: bytes):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415  # only here

    return SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")


class TestDraftsOfForms:
    def test_a_draft_is_kept_shown_to_its_author_alone_and_forgotten_once_sent(
        self, client, organisation, owner
    ):
        shown = seen(client.get(at("edit", organisation)))
        client.post(at("edit", organisation), shown | {"summary": "Pas fini", "draft": "keep"})
        assert (
            Profile.objects.count(),
            "Pas fini" in client.get(at("edit", organisation)).content.decode(),
        ) == (0, True)
        client.post(at("edit", organisation), shown | {"summary": "Fini"})
        assert Draft.objects.count() == 0

    def test_a_conflict_is_seen_through_an_old_draft(self, client, organisation, owner):
        shown = seen(client.get(at("edit", organisation)))
        client.post(at("edit", organisation), shown | {"summary": "Mon brouillon", "draft": "keep"})
        profiles.edit_profile(organisation=organisation, values={"summary": "Le sien"}, by=owner, on=TODAY)
        later = seen(client.get(at("edit", organisation)))
        assert client.post(at("edit", organisation), later | {"summary": "Mon brouillon"}).status_code == 409
