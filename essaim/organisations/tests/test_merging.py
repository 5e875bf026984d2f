"""Two records become one, and undo restores every byte."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.organisations import acts
from essaim.organisations.completeness import refresh_quality
from essaim.organisations.models import (
    Act,
    Claim,
    Contact,
    DuplicatePair,
    Evidence,
    Label,
    ListItem,
    Offer,
    Organisation,
    OrganisationList,
    Photo,
    Profile,
    Proposal,
    Request,
    Ruling,
    ServedZone,
    Site,
    StepPresence,
    Steward,
    Support,
)
from essaim.organisations.operations.merging import MergeRefused, merge_organisations
from essaim.organisations.queries.decisions import AlreadyDecided
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)
from essaim.ui.models import IndexChange

pytestmark = pytest.mark.long

# Everything a merge may touch: the whole room but its own memory of acts.
TABLES = [
    each for each in apps.get_app_config("organisations").get_models()
    if each.__name__ not in ("Act", "Revision")
]  # fmt: skip


def snapshot() -> str:
    return "\n".join(serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES)


def merged(kept: Organisation, absorbed: Organisation, **values) -> Act:
    return merge_organisations(kept=kept, absorbed=absorbed, **{"by": None, "on": TODAY} | values)


def undone(act: Act) -> Act:
    return acts.undo(Act.objects.get(pk=act.pk), by=None, on=TODAY)


@pytest.mark.django_db
class TestMerge:
    def test_what_hangs_on_the_absorbed_record_moves_and_its_address_leads_to_the_kept_one(self):
        kept, absorbed = make_organisation(), make_organisation(siren=None)
        site = make_site(absorbed)
        rows = [
            site,
            Evidence.objects.create(organisation=absorbed, source="flag", says="member", on=TODAY),
            Label.objects.create(organisation=absorbed, site=site, kind="siae_ei", seen_on=TODAY),
            Profile.objects.create(organisation=absorbed, summary="Nous réparons"),
            Offer.objects.create(organisation=absorbed, title="Réparation"),
            Contact.objects.create(organisation=absorbed, site=site, phone="0320000000"),
            Steward.objects.create(organisation=absorbed, user=make_user(), role="owner", since=TODAY),
            Support.objects.create(organisation=absorbed, kind="advice", title="Conseil"),
            StepPresence.objects.create(organisation=absorbed, channel="reuse", step="sort", origin="said"),
            ServedZone.objects.create(organisation=absorbed, kind="national"),
            Photo.objects.create(organisation=absorbed, file="a.jpg", width=1, height=1, alt="L'atelier"),
        ]
        act = merged(kept, absorbed)
        absorbed.refresh_from_db()
        assert absorbed.merged_into == kept
        for row in rows:
            row.refresh_from_db()
            assert row.organisation == kept, row
        assert set(IndexChange.objects.values_list("object_id", flat=True)) == {kept.pk, absorbed.pk}
        assert not Organisation.objects.published().filter(pk=absorbed.pk).exists()
        undone(act)
        contact = Contact.objects.get()
        assert (contact.organisation, contact.phone) == (absorbed, "0320000000")

    def test_the_agents_choice_stands_and_a_silent_field_is_filled(self):
        kept = make_organisation(name="Asso A", sigle="", naf="88.99B", sector="unknown")
        absorbed = make_organisation(
            siren=None, name="Association A", sigle="AA", naf="94.99Z", sector="waste"
        )
        merged(kept, absorbed, choices={"name": "absorbed"})
        kept.refresh_from_db()
        assert (kept.name, kept.sigle, kept.naf, kept.sector) == ("Association A", "AA", "88.99B", "waste")

    def test_two_profiles_become_one_field_by_field(self):
        kept, absorbed = make_organisation(), make_organisation(siren=None)
        Profile.objects.create(organisation=kept, summary="Ici", website="")
        theirs = Profile.objects.create(organisation=absorbed, summary="Là", website="https://la.fr")
        merged(kept, absorbed, choices={"summary": "absorbed"})
        profile = Profile.objects.get(organisation=kept)
        assert (profile.summary, profile.website) == ("Là", "https://la.fr")
        theirs.refresh_from_db()
        assert theirs.organisation == absorbed

    def test_the_later_evidence_of_a_source_stands_and_the_status_follows(self):
        kept = make_organisation(legal_category="", status="not_member", reason_code="flag_not", family="")
        absorbed = make_organisation(siren=None, legal_category="")
        Evidence.objects.create(
            organisation=kept, source="flag", says="not_member", on=TODAY - timedelta(400)
        )
        Evidence.objects.create(organisation=absorbed, source="flag", says="member", on=TODAY)
        merged(kept, absorbed)
        kept.refresh_from_db()
        assert (kept.evidence.get().says, kept.status) == ("member", "member")

    def test_a_siren_passes_to_the_kept_record(self):
        kept, absorbed = make_organisation(siren=None), make_organisation()
        siren = absorbed.siren
        act = merged(kept, absorbed)
        kept.refresh_from_db()
        assert kept.siren == siren
        undone(act)
        assert list(Organisation.objects.order_by("pk").values_list("siren", flat=True)) == [None, siren]

    def test_two_legal_units_need_a_succession(self):
        kept, absorbed = make_organisation(), make_organisation()
        with pytest.raises(MergeRefused):
            merged(kept, absorbed)
        merged(kept, absorbed, succession="Fusion publiée le 3 mars")
        absorbed.refresh_from_db()
        assert (absorbed.successor, absorbed.merged_into) == (kept, kept)
        assert absorbed.siren is not None

    def test_a_place_known_on_both_sides_may_stay_behind(self):
        kept, absorbed = make_organisation(), make_organisation(siren=None)
        make_site(kept)
        same, other = make_site(absorbed), make_site(absorbed)
        contact = Contact.objects.create(organisation=absorbed, site=same, phone="0320000000")
        merged(kept, absorbed, leave_sites={same.pk})
        for row in (same, other, contact):
            row.refresh_from_db()
        assert (same.organisation, other.organisation) == (absorbed, kept)
        assert (contact.organisation, contact.site) == (kept, None)
        assert kept.sites.filter(is_head_office=True).count() == 1

    def test_a_person_of_both_keeps_the_wider_role(self):
        kept, absorbed, person = make_organisation(), make_organisation(siren=None), make_user()
        Steward.objects.create(organisation=kept, user=person, role="editor", since=TODAY)
        Steward.objects.create(organisation=absorbed, user=person, role="owner", since=TODAY)
        merged(kept, absorbed)
        assert kept.stewards.get().role == "owner"

    def test_pairs_with_a_third_record_follow(self):
        third, kept, absorbed = make_organisation(), make_organisation(), make_organisation(siren=None)
        pair = DuplicatePair.objects.create(low=third, high=absorbed, score=0.6, found_on=TODAY)
        ours = DuplicatePair.objects.create(low=kept, high=absorbed, score=0.9, found_on=TODAY)
        act = merged(kept, absorbed)
        pair.refresh_from_db()
        ours.refresh_from_db()
        assert (pair.low, pair.high, pair.state) == (third, kept, "open")
        assert (ours.state, ours.act) == ("merged", act)

    def test_who_took_over_from_the_absorbed_record_is_told_of_the_kept_one(self):
        kept, absorbed = make_organisation(), make_organisation(siren=None)
        before = make_organisation(successor=absorbed)
        Organisation.objects.filter(pk=kept.pk).update(successor=absorbed)
        merged(kept, absorbed)
        before.refresh_from_db()
        kept.refresh_from_db()
        assert (before.successor, kept.successor) == (kept, None)


@pytest.mark.django_db
class TestRefusals:
    def test_no_chain_and_no_cycle(self):
        one, two, three = (make_organisation(siren=None) for _ in range(3))
        merged(one, two)
        for kept, absorbed in ((one, one), (two, one), (two, three), (three, two), (three, one)):
            with pytest.raises(MergeRefused):
                merged(kept, absorbed)
        merged(one, three)
        assert set(one.merged.all()) == {two, three}

    @pytest.mark.parametrize(
        ("kept", "absorbed"), [("", "objection"), ("withdrawn", ""), ("erased", "erased")]
    )
    def test_nothing_hidden_is_brought_to_light(self, kept, absorbed):
        with pytest.raises(MergeRefused):
            merged(make_organisation(hidden=kept), make_organisation(siren=None, hidden=absorbed))

    @pytest.mark.parametrize("choices", [{"siren": "kept"}, {"name": "both"}])
    def test_a_choice_that_cannot_be_read(self, choices):
        with pytest.raises(MergeRefused):
            merged(make_organisation(), make_organisation(siren=None), choices=choices)

    def test_an_agent_must_moderate_both(self):
        near = make_authority()
        here, there = make_site().organisation, make_site(commune="35238").organisation
        with pytest.raises(MergeRefused):
            merged(here, there, by=make_agent(near), succession="x")

    def test_the_second_agent_sees_what_the_first_decided(self):
        authority = make_authority()
        kept, absorbed = make_site().organisation, make_site(make_organisation(siren=None)).organisation
        DuplicatePair.objects.create(low=kept, high=absorbed, score=0.9, found_on=TODAY)
        merged(kept, absorbed, by=make_agent(authority))
        with pytest.raises(AlreadyDecided) as told:
            merged(absorbed, kept, by=make_agent(authority))
        assert "agent, Métropole de Lille" in told.value.text.fr
        assert "fondues" in told.value.text.fr

    def test_what_people_did_since_with_their_lists_does_not_stand_in_the_way(self):
        kept, absorbed = make_organisation(), make_organisation(siren=None)
        mine = OrganisationList.objects.create(user=make_user(), name="À voir", token="t", made_on=TODAY)
        gone, stays = (
            ListItem.objects.create(of=each, organisation=absorbed, added_on=TODAY)
            for each in (
                mine,
                OrganisationList.objects.create(user=mine.user, name="2", token="u", made_on=TODAY),
            )
        )
        act = merged(kept, absorbed)
        assert list(ListItem.objects.values_list("organisation", flat=True)) == [kept.pk, kept.pk]
        gone.delete()
        undone(act)
        stays.refresh_from_db()
        absorbed.refresh_from_db()
        assert (stays.organisation, absorbed.merged_into) == (absorbed, None)


PARTS = ("site", "office", "evidence", "label", "site_label", "profile", "offer", "contact", "steward",
         "support", "step", "zone", "photo", "list", "claim", "proposal", "request", "ruling", "old_ruling",
         "pair", "successor")  # fmt: skip
TEXTS = st.text("aé'\"\\ 0", min_size=1, max_size=5)
RICH = st.lists(st.tuples(st.sampled_from(PARTS), st.integers(0, 2), TEXTS), max_size=25)
CHOICES = st.dictionaries(
    st.sampled_from(["name", "sigle", "naf", "summary", "website", "links"]),
    st.sampled_from(["kept", "absorbed"]),
)


class TestUndoIsExact(TestCase):
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(RICH, CHOICES, st.booleans(), st.booleans(), st.booleans())
    def test_a_merge_undone_restores_every_byte(self, parts, choices, kept_siren, absorbed_siren, leave):
        sirens = [{} if has else {"siren": None} for has in (kept_siren, absorbed_siren, True)]
        records = [make_organisation(**each) for each in sirens]
        person = make_user()
        mine = OrganisationList.objects.create(user=person, name="L", token=f"t{person.pk}", made_on=TODAY)
        authority = make_authority()
        for part, which, text in parts:
            _add(part, records, which, text, person, mine, authority)
        kept, absorbed, _ = records
        # Scores are true to what the records hold before the merge, as acts leave them.
        refresh_quality(each.pk for each in records)
        before = snapshot()
        act = merged(
            Organisation.objects.get(pk=kept.pk),
            Organisation.objects.get(pk=absorbed.pk),
            choices=choices,
            succession="publiée" if kept_siren and absorbed_siren else "",
            leave_sites=set(absorbed.sites.values_list("pk", flat=True)[:1]) if leave else (),
        )
        assert snapshot() != before
        assert Organisation.objects.get(pk=absorbed.pk).merged_into_id == kept.pk
        undone(act)
        assert snapshot() == before


def _add(part, records, which, text, person, mine, authority):
    """One more row on record `which`, when nothing of the kind forbids it."""
    organisation = records[which]
    on = TODAY - timedelta(len(text))
    site = organisation.sites.first()
    has = {"organisation": organisation}
    if part in ("site", "office"):
        make_site(organisation, name=text, siret=None, is_head_office=part == "office", lon=3.0612345678901)
    elif part == "evidence" and not organisation.evidence.exists():
        Evidence.objects.create(**has, source="flag", says="member", value=text, on=on)
    elif part == "label" and not organisation.labels.filter(site=None).exists():
        Label.objects.create(**has, kind="esus", proof=text, valid_to=on, seen_on=on)
    elif part == "site_label" and site and not site.labels.exists():
        Label.objects.create(**has, site=site, kind="siae_ei", proof=text, seen_on=on)
    elif part == "profile" and not Profile.objects.filter(**has).exists():
        Profile.objects.create(**has, summary=text, links=[{"label": text}])
    elif part == "offer":
        Offer.objects.create(**has, title=text)
    elif part == "contact":
        Contact.objects.create(**has, site=site, person=text, phone="0320000000")
    elif part == "steward" and not organisation.stewards.exists():
        role = "owner" if len(text) % 2 else "editor"
        Steward.objects.create(**has, user=person, role=role, since=on)
    elif part == "support":
        Support.objects.create(**has, kind="advice", title=text, stages=[text])
    elif part == "step" and not organisation.steps.exists():
        origin = "said" if len(text) % 2 else "activity"
        StepPresence.objects.create(**has, channel="reuse", step="sort", origin=origin)
    elif part == "zone" and not ServedZone.objects.filter(**has).exists():
        ServedZone.objects.create(**has, kind="radius", radius_km=len(text))
    elif part == "photo":
        Photo.objects.create(**has, file=text, width=1, height=1, alt=text)
    elif part == "list" and not ListItem.objects.filter(of=mine, **has).exists():
        ListItem.objects.create(of=mine, **has, note=text, added_on=on)
    elif part == "claim" and not organisation.claims.exists():
        state = "open" if len(text) % 2 else "refused"
        Claim.objects.create(**has, user=person, method="agent", state=state, made_on=on)
    elif part == "proposal":
        Proposal.objects.create(**has, kind="correction", changes={"name": text}, made_on=on)
    elif part == "request":
        Request.objects.create(
            **has, kind="access", email="a@b.fr", token=f"{organisation.pk}-{Request.objects.count()}",
            received_on=on, due_on=on,
        )  # fmt: skip
    elif part in ("ruling", "old_ruling"):
        revoked = TODAY if part == "old_ruling" else None
        if revoked or not organisation.rulings.filter(revoked_on=None).exists():
            Ruling.objects.create(
                **has, authority=authority, says="member", reason=text, ruled_on=on, revoked_on=revoked
            )
    elif part == "pair":
        low, high = sorted((organisation.pk, records[which - 1].pk))
        if not DuplicatePair.objects.filter(low=low, high=high).exists():
            DuplicatePair.objects.create(
                low_id=low, high_id=high, score=0.123456789, reasons=[text], found_on=on
            )
    elif part == "successor":
        Organisation.objects.filter(pk=organisation.pk).update(successor=records[which - 1])


def test_every_table_of_the_room_is_compared():
    names = {each.__name__ for each in TABLES}
    assert {"Organisation", "Site", "ListItem", "DuplicatePair", "Claim", "Request"} <= names
    assert Site in TABLES
