"""An act remembers, and undo puts back every byte."""

import pytest
from django.core import serializers
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.accounts.models import Entry
from essaim.organisations import acts
from essaim.organisations.completeness import refresh_quality
from essaim.organisations.models import Act, Contact, Evidence, Label, Organisation, Profile, Revision, Site
from essaim.organisations.tests.factories import TODAY, make_organisation, make_site
from essaim.ui.models import IndexChange

TABLES = (Organisation, Site, Evidence, Label, Profile)


def snapshot() -> str:
    return "\n".join(serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES)


def edit(organisation: Organisation, **values) -> Act:
    with acts.act("edited", by=None, on=TODAY) as deed:
        deed.update(organisation, **values)
    return deed.act


@pytest.mark.django_db
class TestOneAct:
    def test_it_remembers_what_changed_and_only_that(self):
        organisation = make_organisation(name="Avant")
        done = edit(organisation, name="Après", naf=organisation.naf)
        revision = done.revisions.get()
        assert (revision.before, revision.after) == ({"name": "Avant"}, {"name": "Après"})
        assert Entry.objects.get().details == {"rows": 1}
        assert list(IndexChange.objects.values_list("index", "object_id")) == [
            ("organisations", organisation.pk)
        ]

    def test_it_leaves_no_trace_when_nothing_changes(self):
        organisation = make_organisation()
        edit(organisation, name=organisation.name)
        assert (Act.objects.count(), Entry.objects.count(), IndexChange.objects.count()) == (0, 0, 0)

    def test_it_writes_nothing_when_it_fails(self):
        organisation = make_organisation(name="Avant")
        with pytest.raises(ZeroDivisionError), acts.act("edited", by=None, on=TODAY) as deed:
            deed.update(organisation, name="Après")
            raise ZeroDivisionError
        organisation.refresh_from_db()
        assert organisation.name == "Avant"
        assert (Act.objects.count(), Revision.objects.count(), IndexChange.objects.count()) == (0, 0, 0)

    def test_a_personal_contact_is_not_remembered(self):
        organisation = make_organisation()
        with acts.act("contact added", by=None, on=TODAY) as deed:
            deed.create(Contact(organisation=organisation, person="Ada L.", email="ada@exemple.fr"))
        assert "ada" not in str(deed.act.revisions.get().after).lower()
        with pytest.raises(acts.CannotUndo):
            acts.undo(deed.act, by=None, on=TODAY)


@pytest.mark.django_db
class TestUndo:
    def test_a_later_change_is_not_overwritten(self):
        organisation = make_organisation(name="Un")
        first = edit(organisation, name="Deux")
        edit(organisation, name="Trois")
        with pytest.raises(acts.CannotUndo):
            acts.undo(first, by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.name == "Trois"

    def test_a_change_of_another_column_is_no_obstacle(self):
        organisation = make_organisation(name="Un", sigle="")
        first = edit(organisation, name="Deux")
        edit(organisation, sigle="D")
        acts.undo(first, by=None, on=TODAY)
        organisation.refresh_from_db()
        assert (organisation.name, organisation.sigle) == ("Un", "D")

    def test_it_happens_once(self):
        done = edit(make_organisation(), name="Deux")
        acts.undo(done, by=None, on=TODAY)
        with pytest.raises(acts.CannotUndo):
            acts.undo(Act.objects.get(pk=done.pk), by=None, on=TODAY)

    def test_an_undo_can_be_undone(self):
        organisation = make_organisation(name="Un")
        done = edit(organisation, name="Deux")
        acts.undo(acts.undo(done, by=None, on=TODAY), by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.name == "Deux"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rename", "close", "site", "evidence", "label", "profile", "remove"]),
        st.integers(0, 2),
        st.text("aé'\"\\ 0", min_size=1, max_size=6),
    ),
    max_size=8,
)


class TestUndoIsExact(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(STEPS)
    def test_any_act_undone_restores_every_byte(self, steps):
        organisations = [make_organisation() for _ in range(3)]
        sites = [make_site(each) for each in organisations]
        Profile.objects.create(organisation=organisations[2], summary="Depuis longtemps")
        refresh_quality(each.pk for each in organisations)
        before = snapshot()
        with acts.act("everything", by=None, on=TODAY) as deed:
            for step, which, text in steps:
                _do(deed, step, organisations[which], sites[which], text)
        if deed.revisions:
            acts.undo(deed.act, by=None, on=TODAY)
        assert snapshot() == before


def _do(deed: acts.Deed, step: str, organisation: Organisation, site: Site, text: str) -> None:
    if step == "rename":
        deed.update(organisation, name=text)
    elif step == "close":
        deed.update(organisation, closed_on=TODAY, quality=len(text))
    elif step == "site":
        deed.create(Site(organisation=organisation, name=text, lon=3.1, lat=50.123456789))
    elif step == "evidence" and not organisation.evidence.exists():
        deed.create(Evidence(organisation=organisation, source="flag", says="member", value=text, on=TODAY))
    elif step == "label" and not organisation.labels.exists():
        deed.create_many([Label(organisation=organisation, kind="esus", proof=text, seen_on=TODAY)])
    elif step == "profile" and Profile.objects.filter(organisation=organisation).exists():
        deed.update(Profile.objects.get(organisation=organisation), summary=text, links=[{"label": text}])
    elif step == "remove" and site.pk:
        site.refresh_from_db()
        deed.delete(site)
