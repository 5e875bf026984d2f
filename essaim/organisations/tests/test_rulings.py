"""An agent settles what the sources cannot, in public and for a time; and may take a record out of the directory."""

from datetime import timedelta

import pytest

from essaim.accounts.models import Entry
from essaim.organisations import acts
from essaim.organisations.models import Act, Evidence, Ruling
from essaim.organisations.operations.rulings import (
    RulingRefused,
    refresh_ended_rulings,
    revoke_ruling,
    rule_membership,
)
from essaim.organisations.operations.withdrawal import (
    WithdrawalRefused,
    restore_organisation,
    withdraw_organisation,
)
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)


def doubtful():
    """An association that SIRENE says is not in the SSE, in Lille."""
    organisation = make_organisation(
        legal_category="9220", status="to_confirm", reason_code="sources_disagree"
    )
    make_site(organisation)
    Evidence.objects.create(organisation=organisation, source="flag", says="not_member", on=TODAY)
    return organisation


def ruled(organisation, agent, **values) -> Ruling:
    given = {"says": "member", "reason": "Statuts lus en séance", "by": agent, "on": TODAY}
    return rule_membership(organisation=organisation, **given | values)


@pytest.mark.django_db
class TestRuling:
    def test_it_settles_the_status_and_the_journal_says_for_which_authority(self):
        organisation, authority = doubtful(), make_authority()
        ruling = ruled(organisation, make_agent(authority))
        organisation.refresh_from_db()
        assert (organisation.status, organisation.reason_code) == ("member", "ruling_member")
        assert ruling.authority == authority
        entry = Entry.objects.get(act="membership ruled")
        assert (entry.authority, entry.details["organisation"]) == (authority, organisation.pk)

    def test_the_next_one_takes_its_place_in_one_act(self):
        organisation, agent = doubtful(), make_agent()
        first = ruled(organisation, agent)
        ruled(organisation, agent, says="not_member", on=TODAY + timedelta(3))
        first.refresh_from_db()
        organisation.refresh_from_db()
        assert (first.revoked_on, organisation.status) == (TODAY + timedelta(3), "not_member")
        acts.undo(Act.objects.filter(verb="membership ruled").first(), by=agent, on=TODAY)
        first.refresh_from_db()
        organisation.refresh_from_db()
        assert (first.revoked_on, organisation.status) == (None, "member")

    def test_revoked_it_lets_the_sources_speak(self):
        organisation, agent = doubtful(), make_agent()
        ruling = ruled(organisation, agent)
        revoke_ruling(ruling=ruling, reason="Statuts modifiés", by=agent, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.status == "to_confirm"
        with pytest.raises(RulingRefused):
            revoke_ruling(ruling=ruling, reason="Encore", by=agent, on=TODAY)

    def test_once_ended_the_nightly_duty_lets_the_sources_speak_and_does_it_once(self):
        organisation, agent = doubtful(), make_agent()
        ruled(organisation, agent, ends_on=TODAY + timedelta(5))
        assert refresh_ended_rulings(by=None, on=TODAY + timedelta(5)) == 0
        assert refresh_ended_rulings(by=None, on=TODAY + timedelta(6)) == 1
        organisation.refresh_from_db()
        assert organisation.status == "to_confirm"
        acts_then = Act.objects.count()
        assert refresh_ended_rulings(by=None, on=TODAY + timedelta(7)) == 0
        assert Act.objects.count() == acts_then

    def test_an_ended_ruling_gives_way_to_a_new_one(self):
        organisation, agent = doubtful(), make_agent()
        ruled(organisation, agent, ends_on=TODAY)
        ruled(organisation, agent, says="not_member", on=TODAY + timedelta(9))
        assert organisation.rulings.filter(revoked_on__isnull=True).count() == 1

    @pytest.mark.parametrize(
        "values", [{"says": "perhaps"}, {"reason": " "}, {"ends_on": TODAY - timedelta(1)}]
    )
    def test_what_makes_no_ruling_is_refused(self, values):
        organisation = doubtful()
        with pytest.raises(RulingRefused):
            ruled(organisation, make_agent(), **values)
        assert Ruling.objects.count() == 0

    def test_only_for_the_territory_of_ones_authority(self):
        organisation = doubtful()
        for person in (make_agent(make_authority(territory="epci:243500139")), make_user()):
            with pytest.raises(RulingRefused):
                ruled(organisation, person)

    def test_the_installations_administrator_rules_in_the_name_of_an_authority_around_it(self):
        authority = make_authority()
        make_authority(territory="epci:243500139")
        ruling = ruled(doubtful(), make_user(is_superuser=True))
        assert ruling.authority == authority


@pytest.mark.django_db
class TestWithdrawal:
    def test_a_withdrawn_record_is_published_no_more_until_restored(self):
        organisation, agent = make_site().organisation, make_agent()
        withdraw_organisation(organisation=organisation, reason="N'a jamais existé", by=agent, on=TODAY)
        organisation.refresh_from_db()
        assert not organisation.is_published
        restore_organisation(organisation=organisation, reason="Erreur", by=agent, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.is_published

    def test_it_says_why(self):
        with pytest.raises(WithdrawalRefused):
            withdraw_organisation(organisation=make_organisation(), reason="", by=None, on=TODAY)

    @pytest.mark.parametrize("hidden", ["", "objection", "non_diffusible", "erased"])
    def test_restoring_never_overrides_a_person_or_the_register(self, hidden):
        organisation = make_organisation(hidden=hidden)
        with pytest.raises(WithdrawalRefused):
            restore_organisation(organisation=organisation, reason="", by=None, on=TODAY)

    def test_only_for_the_territory_of_ones_authority(self):
        far = make_agent(make_authority(territory="epci:243500139"))
        with pytest.raises(WithdrawalRefused):
            withdraw_organisation(organisation=make_site().organisation, reason="x", by=far, on=TODAY)
