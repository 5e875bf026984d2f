"""The journal shows an agent the acts of their territories, and undoes those it may."""

import pytest

from essaim.organisations import acts
from essaim.organisations.models import Act, Contact
from essaim.organisations.operations.journal import undo_from_journal
from essaim.organisations.queries import journal as reading
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
)


def renamed(organisation, name="Après", **values) -> Act:
    with acts.act("renamed", **{"by": None, "on": TODAY} | values) as deed:
        deed.update(organisation, name=name)
    return deed.act


@pytest.mark.django_db
class TestJournal:
    def test_an_agent_reads_the_acts_of_their_territories_only(self):
        near, far = make_authority(), make_authority(territory="epci:243500139")
        here = renamed(make_site().organisation)
        there = renamed(make_site(commune="35238").organisation)
        for authority, act in ((near, here), (far, there)):
            assert list(reading.acts_of(make_agent(authority), reading.Wanted())) == [act]

    def test_it_is_filtered_by_verb_role_and_organisation(self):
        agent = make_agent()
        one, two = make_site().organisation, make_site().organisation
        first, second = renamed(one, by=agent), renamed(two, name="Ailleurs")
        found = {
            wanted: list(reading.acts_of(agent, wanted))
            for wanted in (
                reading.Wanted(role="agent"),
                reading.Wanted(role="command"),
                reading.Wanted(organisation="ailleurs"),
                reading.Wanted(organisation=str(one.siren)),
                reading.Wanted(verb="renamed", since=TODAY, until=TODAY),
                reading.Wanted(verb="merged"),
            )
        }
        assert list(found.values()) == [[first], [second], [second], [first], [second, first], []]

    def test_a_line_tells_what_was_touched(self):
        one, two = make_site().organisation, make_organisation()
        with acts.act("both renamed", by=None, on=TODAY) as deed:
            deed.update(one, name="Un")
            deed.update(two, name="Deux")
        (line,) = reading.lines_of(Act.objects.filter(pk=deed.act.pk))
        assert (line.organisation_id, line.name, line.others, line.rows) == (one.pk, "Un", 1, 2)


@pytest.mark.django_db
class TestUndoing:
    def test_an_agent_undoes_an_act_of_their_territory_once(self):
        organisation, agent = make_site().organisation, make_agent()
        name = organisation.name
        act = renamed(organisation)
        undo_from_journal(act=act, reason="Erreur", by=agent, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.name == name
        with pytest.raises(acts.CannotUndo):
            undo_from_journal(act=act, reason="Encore", by=agent, on=TODAY)

    def test_not_when_it_also_touched_a_record_of_another_territory(self):
        here, there = make_site().organisation, make_site(commune="35238").organisation
        with acts.act("both renamed", by=None, on=TODAY) as deed:
            deed.update(here, name="Un")
            deed.update(there, name="Deux")
        agent = make_agent()
        with pytest.raises(acts.CannotUndo):
            undo_from_journal(act=deed.act, reason="", by=agent, on=TODAY)
        here.refresh_from_db()
        assert here.name == "Un"

    def test_not_when_it_touched_personal_data(self):
        organisation = make_site().organisation
        with acts.act("contact added", by=None, on=TODAY) as deed:
            deed.create(Contact(organisation=organisation, phone="0320000000"))
        assert reading.why_not_undone(deed.act, make_agent()) is not None

    def test_a_contact_that_only_moved_is_no_obstacle(self):
        one, two = make_site().organisation, make_organisation()
        contact = Contact.objects.create(organisation=one, person="Ada", email="ada@exemple.fr")
        with acts.act("moved", by=None, on=TODAY) as deed:
            deed.update(contact, organisation=two)
        undo_from_journal(act=deed.act, reason="", by=make_agent(), on=TODAY)
        contact.refresh_from_db()
        assert contact.organisation == one
