"""The status follows the evidence, and a ruling settles."""

from datetime import date, timedelta

import pytest

from essaim.organisations import acts, permissions
from essaim.organisations.models import Evidence, Ruling
from essaim.organisations.queries.places import authorities_over, territories_of, territories_of_commune
from essaim.organisations.standing import finding_of, refresh_status
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)


@pytest.mark.django_db
class TestStatus:
    def test_sources_that_disagree_leave_it_to_confirm(self):
        organisation = make_organisation(legal_category="9220")
        Evidence.objects.create(organisation=organisation, source="flag", says="not_member", on=TODAY)
        with acts.act("evidence read", by=None, on=TODAY) as deed:
            assert refresh_status(deed, organisation, on=TODAY)
        assert (organisation.status, organisation.reason_code) == ("to_confirm", "sources_disagree")

    def test_a_silent_source_says_nothing(self):
        organisation = make_organisation(legal_category="9220")
        Evidence.objects.create(organisation=organisation, source="flag", says="", on=TODAY)
        assert finding_of(organisation, TODAY).reason_code == "category"

    def test_what_nobody_knows_is_to_confirm_rather_than_out(self):
        finding = finding_of(make_organisation(legal_category=""), TODAY)
        assert (finding.status, finding.reason_code, finding.allowed) == (
            "to_confirm",
            "nothing_known",
            False,
        )
        assert finding_of(make_organisation(legal_category="5710"), TODAY).status == "not_member"

    @pytest.mark.parametrize(
        ("starts", "ends", "status"),
        [(TODAY, None, "member"), (TODAY, TODAY, "member"), (TODAY + timedelta(1), None, "not_member")],
    )
    def test_a_ruling_settles_between_its_dates(self, starts: date, ends: date | None, status: str):
        organisation = make_organisation(legal_category="5710")
        Ruling.objects.create(
            organisation=organisation,
            authority=make_authority(),
            says="member",
            reason="Statuts lus en séance",
            ruled_on=starts,
            ends_on=ends,
        )
        assert finding_of(organisation, TODAY).status == status


@pytest.mark.django_db
class TestWhoMayModerate:
    def test_an_agent_of_the_authority_around_it(self):
        organisation = make_site(commune="59350").organisation
        near, far = make_authority(), make_authority(territory="epci:243500139")
        assert authorities_over(organisation) == [near]
        assert permissions.may_moderate(make_agent(near), organisation)
        assert not permissions.may_moderate(make_agent(far), organisation)
        assert not permissions.may_moderate(make_agent(near, role="buyer"), organisation)

    def test_nobody_else(self):
        organisation = make_site().organisation
        assert not permissions.may_edit(make_user(), organisation)

    def test_a_closed_site_gives_no_territory(self):
        assert territories_of(make_site(closed_on=TODAY).organisation) == frozenset()


def test_the_territories_of_a_commune_go_up_to_the_country():
    assert territories_of_commune("59350") == (
        "commune:59350",
        "epci:200093201",
        "departement:59",
        "region:32",
        "country:FR",
    )
