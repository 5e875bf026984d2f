"""What its people change at once, what is only asked, what is drawn again, and what undo gives back."""

import io
import os
import struct
import time
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from essaim.organisations import acts, pictures
from essaim.organisations.acts import CannotUndo
from essaim.organisations.editing import EditConflict, EditRefused, seen_of
from essaim.organisations.models import (
    Act,
    Contact,
    Offer,
    Photo,
    Profile,
    Proposal,
    Revision,
    ServedZone,
    Site,
    Steward,
)
from essaim.organisations.operations import contacts, photos, profiles, proposals, sites, undoing
from essaim.organisations.operations.proposals import ProposalRefused
from essaim.organisations.queries.alike import alike
from essaim.organisations.queries.history import history_of
from essaim.organisations.rules.house import PHOTOS, PROFILES
from essaim.organisations.tests.factories import TODAY, make_agent, make_organisation, make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_site(make_organisation()).organisation


@pytest.fixture
def owner(organisation):
    person = make_user()
    Steward.objects.create(organisation=organisation, user=person, role="owner", since=TODAY)
    return person


def edit(organisation, by, seen=None, **values):
    return profiles.edit_profile(organisation=organisation, values=values, seen=seen, by=by, on=TODAY)


class TestProfile:
    def test_it_is_published_at_once_and_remembered(self, organisation, owner):
        assert edit(organisation, owner, summary="Un", sectors=["trade"]) is True
        assert edit(organisation, owner, summary="Deux") is True
        assert edit(organisation, owner, summary="Deux") is False
        assert (organisation.profile.summary, Act.objects.count()) == ("Deux", 2)

    def test_only_its_people_and_agents_may(self, organisation, owner):
        with pytest.raises(EditRefused):
            edit(organisation, make_user(), summary="Moi")
        assert edit(organisation, make_agent(), summary="L'agent") is True

    def test_a_markup_is_kept_as_text(self, organisation, owner):
        typed = "<script>alert(1)</script> & <b>gras</b>"
        edit(organisation, owner, description=typed)
        assert Profile.objects.get().description == typed

    def test_the_second_of_two_on_one_field_is_asked(self, organisation, owner):
        edit(organisation, owner, summary="Avant", description="Avant")
        seen = seen_of(Profile.objects.get(), ["summary", "description"])
        edit(organisation, make_agent(), summary="Premier", seen=seen)
        with pytest.raises(EditConflict) as conflict:
            edit(organisation, owner, summary="Second", description="Autre", seen=seen)
        profile = Profile.objects.get()
        assert (conflict.value.theirs, profile.summary, profile.description) == (
            {"summary": "Premier"}, "Premier", "Avant",
        )  # fmt: skip
        edit(organisation, owner, summary="Avant", description="Autre", seen=seen)
        assert Profile.objects.get().summary == "Premier"

    def test_an_erased_record_is_closed_to_all(self, organisation, owner):
        organisation.hidden = "erased"
        organisation.save()
        with pytest.raises(EditRefused):
            edit(organisation, owner, summary="Encore")


class TestOffersAndZone:
    def test_offers_come_change_and_go(self, organisation, owner):
        signed = {"by": owner, "on": TODAY}
        first = profiles.add_offer(
            organisation=organisation, values={"title": "Traiteur", "cpv": ["55"]}, **signed
        )
        profiles.add_offer(organisation=organisation, values={"title": "Location"}, **signed)
        assert profiles.edit_offer(offer=first, values={"title": "Traiteur bio"}, **signed) is True
        profiles.remove_offer(offer=first, **signed)
        with pytest.raises(EditRefused):
            profiles.edit_offer(
                offer=Offer(pk=first.pk or 1, organisation=organisation), values={"title": "x"}, **signed
            )
        assert list(organisation.offers.values_list("title", "position")) == [("Location", 1)]

    def test_there_is_a_most(self, organisation, owner):
        Offer.objects.bulk_create(
            Offer(organisation=organisation, title="x") for _ in range(PROFILES.most_offers)
        )
        with pytest.raises(EditRefused):
            profiles.add_offer(organisation=organisation, values={"title": "y"}, by=owner, on=TODAY)

    def test_the_zone_is_set_changed_and_taken_back(self, organisation, owner):
        def say(values):
            return profiles.edit_served_zone(organisation=organisation, values=values, by=owner, on=TODAY)

        assert say({"kind": "radius", "radius_km": 20, "territories": []}) is True
        assert say({"kind": "territories", "radius_km": None, "territories": ["commune:59350"]}) is True
        assert ServedZone.objects.get().territories == ["commune:59350"]
        assert (say(None), say(None), ServedZone.objects.count()) == (True, False, 0)


class TestContacts:
    def add(self, organisation, by, consents, **values):
        values = {"person": "Ada", "email": "ada@exemple.org", "is_personal": True} | values
        return contacts.add_contact(
            organisation=organisation, values=values, consents=consents, by=by, on=TODAY
        )

    def test_a_person_is_shown_from_the_day_they_agree(self, organisation, owner):
        silent = self.add(organisation, owner, False)
        agreed = self.add(organisation, owner, True)
        desk = self.add(organisation, owner, True, person="", is_personal=False)
        assert [(each.consent_on, each.is_shown) for each in (silent, agreed, desk)] == [
            (None, False), (TODAY, True), (None, True),
        ]  # fmt: skip

    def test_a_consent_keeps_its_day_until_the_person_changes_or_takes_it_back(self, organisation, owner):
        contact = self.add(organisation, owner, True)
        later = TODAY + timedelta(days=30)

        def edit(consents, **values):
            contacts.edit_contact(contact=contact, values=values, consents=consents, by=owner, on=later)
            return Contact.objects.get().consent_on

        assert (edit(True, label="Accueil"), edit(True, person="Bob"), edit(False)) == (TODAY, later, None)

    def test_nothing_of_a_person_stays_in_history(self, organisation, owner):
        contact = self.add(organisation, owner, True, phone="0320000000")
        contacts.edit_contact(contact=contact, values={"person": "Zoé"}, consents=True, by=owner, on=TODAY)
        contacts.remove_contact(contact=contact, by=owner, on=TODAY)
        kept = str(list(Revision.objects.values())).lower()
        assert [word for word in ("ada", "zoé", "0320000000") if word in kept] == []
        _page, told = history_of(organisation, 1, is_public=False)
        assert {line.is_erased for each in told for line in each.lines} == {True}
        for done in Act.objects.all():
            with pytest.raises(CannotUndo):
                undoing.undo_act(done=done, organisation=organisation, by=owner, on=TODAY)


class TestPlaces:
    VALUES = {"name": "L'atelier", "address": "12 rue Solférino", "postcode": "59000", "commune": "59350"}

    def add(self, organisation, by, **values):
        return sites.add_site(organisation=organisation, values=self.VALUES | values, by=by, on=TODAY)

    def test_without_a_point_it_is_placed_by_what_is_known(self, organisation, owner):
        middle = self.add(organisation, owner)
        assert (middle.is_official, middle.position_source, middle.lat is not None) == (
            False,
            "commune",
            True,
        )
        official = organisation.sites.get(is_official=True)
        same = self.add(organisation, owner, address="1, RUE NATIONALE")
        assert (same.lon, same.lat, same.position_source) == (official.lon, official.lat, "same_address")

    def test_a_point_must_lie_in_its_commune(self, organisation, owner):
        with pytest.raises(EditRefused):
            self.add(organisation, owner, lon=2.35, lat=48.85)
        with pytest.raises(EditRefused):
            self.add(organisation, owner, lon=50.63, lat=3.06)
        assert self.add(organisation, owner, lon=3.06, lat=50.63).position_source == "people"

    def test_a_new_address_takes_a_new_point(self, organisation, owner):
        site = self.add(organisation, owner, lon=3.06, lat=50.63)
        moved = {"postcode": "59100", "commune": "59512", "address": "1 Grand-Place"}
        sites.edit_site(site=site, values=moved, by=owner, on=TODAY)
        site.refresh_from_db()
        assert (site.commune, site.position_source, site.lon != 3.06) == ("59512", "commune", True)

    def test_an_official_place_only_has_its_point_moved_inside_its_commune(self, organisation, owner):
        site = organisation.sites.get()
        signed = {"site": site, "by": owner, "on": TODAY}
        with pytest.raises(EditRefused):
            sites.edit_site(values={"address": "Ailleurs"}, **signed)
        with pytest.raises(EditRefused):
            sites.close_site(**signed)
        with pytest.raises(EditRefused):
            sites.move_point(lon=2.35, lat=48.85, **signed)
        assert sites.move_point(lon=3.06, lat=50.63, **signed) is True

    def test_a_place_of_theirs_closes_and_can_come_back(self, organisation, owner):
        site = self.add(organisation, owner)
        sites.close_site(site=site, by=owner, on=TODAY)
        undoing.undo_act(done=Act.objects.first(), organisation=organisation, by=owner, on=TODAY)
        site.refresh_from_db()
        assert site.closed_on is None


def picture(size=(900, 600), form="JPEG", **more) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "orange").save(file, form, **more)
    return file.getvalue()


def with_position() -> bytes:
    """A JPEG with a camera's name and GPS position."""
    exif = Image.Exif()
    exif[0x010F] = "CameraOfAda"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (50.0, 38.0, 12.0)
    return picture(exif=exif, comment=b"secret comment", icc_profile=b"secretprofile")


def announced(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def media(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path / "media" / "organisations"


class TestPhotos:
    def add(self, organisation, by, content=None, alt="L'atelier", credit=""):
        return photos.add_photo(
            organisation=organisation, content=content or picture(), alt=alt, credit=credit, by=by, on=TODAY
        )

    def test_only_the_pixels_come_in(self, organisation, owner, media):
        photo = self.add(organisation, owner, with_position())
        (path,) = media.rglob("*.webp")
        kept = path.read_bytes()
        # Turned as the camera said, 600 wide: the policy's 480 is the only width not wider than it.
        assert (path.name.rpartition("-")[2], photo.width, photo.height) == ("480.webp", 480, 720)
        for mark in (b"CameraOfAda", b"EXIF", b"Exif", b"XMP", b"ICCP", b"secret"):
            assert mark not in kept
        with Image.open(io.BytesIO(kept)) as drawn:
            assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("WEBP", (480, 720), {})

    def test_each_width_once_never_larger_than_the_picture(self, organisation, owner, media):
        self.add(organisation, owner, picture((1200, 800), "PNG"))
        assert sorted(int(each.stem.rpartition("-")[2]) for each in media.rglob("*.webp")) == [480, 960]

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"<svg onload=alert(1)>", b"<html><script>", b"GIF89a" + b"\0" * 50, picture()[:200],
            picture(form="BMP"), picture(form="GIF"), picture(form="TIFF"), picture((20, 900)),
            announced(60_000, 60_000), announced(2**31 - 1, 2**31 - 1), b"\0" * (PHOTOS.most_bytes + 1),
        ],
        ids=["empty", "svg", "html", "fake gif", "cut", "bmp", "gif", "tiff", "thin", "bomb", "overflow", "heavy"],
    )  # fmt: skip
    def test_what_is_not_a_fit_picture_is_refused_and_leaves_nothing(
        self, organisation, owner, media, content
    ):
        started = time.monotonic()
        with pytest.raises(EditRefused):
            photos.add_photo(
                organisation=organisation, content=content, alt="x", credit="", by=owner, on=TODAY
            )
        assert (Photo.objects.count(), list(media.rglob("*"))) == (0, [])
        assert time.monotonic() - started < 3

    def test_it_says_what_is_seen_and_comes_from_its_people(self, organisation, owner, media):
        for by, alt in ((owner, " "), (make_user(), "x")):
            with pytest.raises(EditRefused):
                self.add(organisation, by, alt=alt)
        assert list(media.rglob("*.webp")) == []

    def test_description_and_credit_change(self, organisation, owner, media):
        photo = self.add(organisation, owner)
        assert photos.edit_photo(photo=photo, alt="La boutique", credit="Zoé", by=owner, on=TODAY) is True
        assert Photo.objects.get().alt == "La boutique"

    def test_removed_it_comes_back_while_its_file_waits_then_no_more(self, organisation, owner, media):
        photo = self.add(organisation, owner)
        photos.remove_photo(photo=photo, by=owner, on=TODAY)
        assert (Photo.objects.count(), photos.purge_photos(by=None, on=TODAY)) == (0, 0)
        undoing.undo_act(done=Act.objects.first(), organisation=organisation, by=owner, on=TODAY)
        assert Photo.objects.get().file == photo.file
        photos.remove_photo(photo=Photo.objects.get(), by=owner, on=TODAY)
        for path in media.rglob("*.webp"):
            os.utime(path, (0, time.time() - (PHOTOS.kept_days + 1) * 86_400))
        assert photos.purge_photos(by=None, on=TODAY) == 1
        with pytest.raises(CannotUndo) as refused:
            undoing.undo_act(done=Act.objects.first(), organisation=organisation, by=owner, on=TODAY)
        assert refused.value.text == undoing.FILE_GONE

    def test_an_erased_organisations_files_go_today(self, organisation, owner, media):
        photo = self.add(organisation, owner)
        other = make_organisation()
        self.add(other, make_agent())
        Photo.objects.filter(pk=photo.pk).delete()
        assert photos.purge_photos(by=None, on=TODAY, at_once=organisation) == 1
        assert [pictures.stem_of(path).partition("/")[0] for path in media.rglob("*.webp")] == [str(other.pk)]


class TestUndoingFromHistory:
    def test_its_people_undo_theirs_and_the_record_is_as_before(self, organisation, owner):
        edit(organisation, owner, summary="Avant")
        edit(organisation, owner, summary="Après")
        undoing.undo_act(done=Act.objects.first(), organisation=organisation, by=owner, on=TODAY)
        assert Profile.objects.get().summary == "Avant"
        undoing.undo_act(done=Act.objects.first(), organisation=organisation, by=owner, on=TODAY)
        assert Profile.objects.get().summary == "Après"

    def test_what_others_decided_is_not_theirs_to_undo(self, organisation, owner):
        agent = make_agent()
        with acts.act("renamed", by=agent, on=TODAY) as deed:
            deed.update(organisation, name="Officiel")
        done = Act.objects.get()
        for nobody in (owner, make_user()):
            with pytest.raises(CannotUndo):
                undoing.check_may_undo(done=done, organisation=organisation, by=nobody, on=TODAY)
        undoing.undo_act(done=done, organisation=organisation, by=agent, on=TODAY)

    def test_an_act_on_two_records_or_on_the_team_is_undone_elsewhere(self, organisation, owner):
        agent, other = make_agent(), make_organisation()
        with acts.act("both", by=agent, on=TODAY) as deed:
            deed.update(organisation, name="Un")
            deed.update(other, name="Deux")
        shared = Act.objects.first()
        with acts.act("joined", by=agent, on=TODAY) as deed:
            deed.create(Steward(organisation=organisation, user=agent, role="editor", since=TODAY))
        for done in (shared, Act.objects.first()):
            with pytest.raises(CannotUndo):
                undoing.undo_act(done=done, organisation=organisation, by=agent, on=TODAY)
        assert history_of(organisation, 1, is_public=False)[1][1].is_shared is True

    def test_the_public_reads_neither_team_nor_contacts(self, organisation, owner):
        contacts.add_contact(
            organisation=organisation, values={"email": "a@b.fr"}, consents=False, by=owner, on=TODAY
        )
        with acts.act("joined", by=owner, on=TODAY) as deed:
            deed.create(Steward(organisation=organisation, user=make_user(), role="editor", since=TODAY))
        edit(organisation, owner, summary="Un")
        _page, told = history_of(organisation, 1, is_public=True)
        assert [line.table for each in told for line in each.lines] == ["profile"]

    @pytest.mark.parametrize("rows", [1, 30])
    def test_its_cost_does_not_grow(self, organisation, owner, rows, django_assert_num_queries):
        for number in range(rows):
            edit(organisation, owner, summary=f"Texte {number}")
        with django_assert_num_queries(4):
            _page, told = history_of(organisation, 1, is_public=False)
            assert len(told) == rows
            str([each.act.by for each in told])


class TestProposals:
    def propose(self, organisation, changes, by=None, kind="correction", **more):
        return proposals.propose(
            organisation=organisation, kind=kind, changes=changes, by=by, on=TODAY, **more
        )

    def decide(self, proposal, accepted=True, by=None, reason="Vérifié"):
        return proposals.decide_proposal(
            proposal=proposal, accepted=accepted, reason=reason, by=by or make_agent(), on=TODAY
        )

    def test_accepted_it_changes_the_record_in_one_act(self, organisation):
        changes = {
            "usual_name": "Le Polder", "website": "https://exemple.org", "phone": "03 20 11 22 33",
            "address": "5 rue Gambetta", "name": "LE POLDER", "label": {"kind": "esus", "proof": "arrêté 4"},
        }  # fmt: skip
        made = self.propose(organisation, changes, message="Vu sur place")
        assert (organisation.name == "LE POLDER", Profile.objects.count()) == (False, 0)
        done = self.decide(made)
        organisation.refresh_from_db()
        contact = organisation.contacts.get()
        assert (done.state, organisation.name, organisation.profile.website) == (
            "accepted", "LE POLDER", "https://exemple.org",
        )  # fmt: skip
        assert (contact.phone, contact.is_personal, organisation.labels.get().kind) == (
            "03 20 11 22 33", False, "esus",
        )  # fmt: skip
        assert (organisation.sites.get().address, done.act.revisions.count()) == ("5 rue Gambetta", 5)

    def test_the_answer_is_mailed_then_the_address_forgotten(
        self, organisation, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            made = self.propose(
                organisation, {"website": "https://a.fr"}, email="voisine@exemple.net", language="en"
            )
        with django_capture_on_commit_callbacks(execute=True):
            self.decide(made, accepted=False, reason="Ce site n'est pas le sien")
        assert [mail.to for mail in mailoutbox] == [["voisine@exemple.net"]] * 2
        assert "Ce site n'est pas le sien" in mailoutbox[1].body
        assert (Proposal.objects.get().email, Profile.objects.count()) == ("", 0)

    def test_it_is_answered_once_by_who_may_and_refused_with_a_reason(self, organisation, owner):
        made = self.propose(organisation, {"website": "https://a.fr"})
        for by, reason in ((owner, "x"), (make_user(), "x"), (make_agent(), " ")):
            with pytest.raises(ProposalRefused):
                self.decide(made, accepted=False, by=by, reason=reason)
        self.decide(made)
        with pytest.raises(ProposalRefused):
            self.decide(made, accepted=False)

    @pytest.mark.parametrize("hidden", ["objection", "erased", "non_diffusible"])
    def test_nothing_is_proposed_of_a_hidden_record(self, hidden):
        with pytest.raises(ProposalRefused):
            self.propose(make_organisation(hidden=hidden), {"website": "https://a.fr"})

    def test_an_empty_proposal_is_refused_a_sentence_is_enough(self, organisation):
        with pytest.raises(ProposalRefused):
            self.propose(organisation, {}, message=" ")
        assert self.decide(self.propose(organisation, {}, message="Le nom est faux")).act is None

    def test_a_closure_closes_one_place_or_everything(self, organisation):
        second = make_site(organisation)
        self.decide(self.propose(organisation, {"closed_on": "2026-10-01", "site": second.pk}, kind="closed"))
        organisation.refresh_from_db()
        assert (organisation.closed_on, organisation.sites.filter(closed_on__isnull=True).count()) == (
            None,
            1,
        )
        self.decide(self.propose(organisation, {"closed_on": "2026-11-01"}, kind="closed"))
        organisation.refresh_from_db()
        assert (str(organisation.closed_on), organisation.sites.filter(closed_on__isnull=True).count()) == (
            "2026-11-01",
            0,
        )

    def test_a_place_of_another_record_is_not_closed(self, organisation):
        elsewhere = make_site()
        made = self.propose(organisation, {"closed_on": "2026-10-01", "site": elsewhere.pk}, kind="closed")
        with pytest.raises(ProposalRefused):
            self.decide(made)
        assert (Site.objects.get(pk=elsewhere.pk).closed_on, Proposal.objects.get().state) == (None, "open")

    def test_a_siren_already_taken_is_for_the_duplicates(self, organisation):
        made = self.propose(organisation, {"siren": make_organisation().siren})
        with pytest.raises(ProposalRefused):
            self.decide(made)

    def test_its_own_people_ask_an_agent_does(self, organisation, owner):
        asked = proposals.change_identity(
            organisation=organisation, changes={"name": "Neuf"}, by=owner, on=TODAY
        )
        assert (asked.kind, asked.state) == ("sensitive", "open")
        agent = make_agent()
        assert (
            proposals.change_identity(organisation=organisation, changes={"name": "Net"}, by=agent, on=TODAY)
            is None
        )
        organisation.refresh_from_db()
        assert organisation.name == "Net"
        with pytest.raises(ProposalRefused):
            proposals.change_identity(
                organisation=organisation, changes={"name": "À moi"}, by=make_user(), on=TODAY
            )

    def test_a_new_place_becomes_a_record_to_confirm(self):
        changes = {
            "name": "Le Jardin partagé", "commune": "59350", "address": "3 rue des Sarrazins", "postcode": "59000",
            "sector": "agriculture_food", "summary": "Un jardin", "website": "https://jardin.org",
        }  # fmt: skip
        done = self.decide(self.propose(None, changes, kind="new"))
        made = done.organisation
        assert (made.siren, made.status, made.sector, made.profile.summary) == (
            None, "to_confirm", "agriculture_food", "Un jardin",
        )  # fmt: skip
        site = made.sites.get()
        assert (site.is_official, site.address, site.position_source) == (
            False,
            "3 rue des Sarrazins",
            "commune",
        )
        acts.undo(done.act, by=None, on=TODAY)
        assert type(made).objects.count() == 0

    def test_a_new_place_has_a_name_and_a_commune_and_an_agent_of_there(self):
        for changes in ({"name": "Sans lieu"}, {"commune": "59350"}):
            with pytest.raises(ProposalRefused):
                self.propose(None, changes, kind="new")
        made = self.propose(None, {"name": "À Lyon", "commune": "69123"}, kind="new")
        with pytest.raises(ProposalRefused):
            self.decide(made)

    def test_only_our_own_private_links_open(self, organisation):
        made = self.propose(organisation, {}, message="Bonjour")
        assert Proposal.objects.of_token(made.token) == made
        for token in ("", "1", str(made.pk), made.token + "x", made.token.replace(str(made.pk), "999", 1)):
            assert Proposal.objects.of_token(token) is None


class TestNamesAlikeNearby:
    def test_they_are_shown_unless_hidden_closed_or_far(self):
        near = make_site(make_organisation(name="La Recyclerie du Vieux-Lille")).organisation
        make_site(make_organisation(name="Recyclerie du Vieux Lille", hidden="objection"))
        make_site(make_organisation(name="Recyclerie du Vieux Lille", closed_on=TODAY))
        make_site(make_organisation(name="Recyclerie du Vieux Lille"), commune="13055")
        make_site(make_organisation(name="Tout autre chose"))
        assert [(each.organisation, each.address) for each in alike("Recyclerie du vieux lille", "59350")] == [
            (near, "1 rue Nationale 59000"),
        ]  # fmt: skip
        assert alike("", "59350") == alike("Recyclerie", "") == []
