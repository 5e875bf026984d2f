"""Two agents decide the same item at the same instant: one decision stands, the other is told so."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from essaim.law.text import ExplainedError
from essaim.organisations.models import Act, DuplicatePair, Organisation
from essaim.organisations.operations.claims import decide_claim
from essaim.organisations.operations.duplicates import judge_distinct
from essaim.organisations.operations.journal import undo_from_journal
from essaim.organisations.operations.merging import merge_organisations
from essaim.organisations.operations.proposals import decide_proposal
from essaim.organisations.operations.requests import grant_request, refuse_request
from essaim.organisations.operations.rulings import rule_membership
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
)
from essaim.organisations.tests.test_desk import make_one

# SQLite lets one writer in at a time and keeps the tests' database to one thread: there the two decide in turn.
IS_POSTGRESQL = connection.vendor == "postgresql"
pytestmark = pytest.mark.django_db(transaction=IS_POSTGRESQL)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Each in a thread with its own connection, all released together; their answers or their errors."""
    ready, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(position: int, deed: Callable[[], object]) -> None:
        try:
            ready.wait(10)
            answers[position] = deed()
        except Exception as error:
            answers[position] = error
        finally:
            if IS_POSTGRESQL:
                connections.close_all()

    if not IS_POSTGRESQL:
        ready = threading.Barrier(1)
        for each in enumerate(deeds):
            run(*each)
        return answers
    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return answers


def one_stands(answers: list[object]) -> ExplainedError:
    """The only error, which is one that is told to people."""
    (told,) = [each for each in answers if isinstance(each, Exception)]
    assert isinstance(told, ExplainedError), told
    return told


@pytest.fixture
def agents():
    authority = make_authority()
    return make_agent(authority), make_agent(authority)


@pytest.mark.parametrize("round", range(3))
class TestAtOnce:
    def test_a_request_is_answered_once(self, agents, round):
        one, two = agents
        request = make_one("requests", make_site().organisation)
        told = one_stands(
            at_once(
                lambda: grant_request(request=request, answer="", checked="not_needed", by=one, on=TODAY),
                lambda: refuse_request(request=request, reason="Non", by=two, on=TODAY),
            )
        )
        assert "agent, Métropole de Lille" in told.text.fr

    def test_two_merges_each_way_leave_one(self, agents, round):
        one, two = agents
        pair = make_one("duplicates", make_site().organisation)
        told = one_stands(
            at_once(
                lambda: merge_organisations(kept=pair.low, absorbed=pair.high, by=one, on=TODAY),
                lambda: merge_organisations(kept=pair.high, absorbed=pair.low, by=two, on=TODAY),
            )
        )
        assert "fondues" in told.text.fr
        assert Organisation.objects.filter(merged_into__isnull=False).count() == 1

    def test_a_pair_is_merged_or_said_distinct_never_both(self, agents, round):
        one, two = agents
        pair = make_one("duplicates", make_site().organisation)
        one_stands(
            at_once(
                lambda: merge_organisations(kept=pair.low, absorbed=pair.high, by=one, on=TODAY),
                lambda: judge_distinct(pair=pair, reason="Deux sections", by=two, on=TODAY),
            )
        )
        is_merged = Organisation.objects.filter(merged_into__isnull=False).exists()
        assert DuplicatePair.objects.get().state == ("merged" if is_merged else "distinct")

    def test_a_claim_and_a_proposal_are_decided_once(self, agents, round):
        one, two = agents
        organisation = make_site().organisation
        claim, proposal = make_one("claims", organisation), make_one("proposals", organisation)
        one_stands(
            at_once(
                lambda: decide_claim(claim=claim, granted=True, reason="", by=one, on=TODAY),
                lambda: decide_claim(claim=claim, granted=False, reason="Non", by=two, on=TODAY),
            )
        )
        one_stands(
            at_once(
                lambda: decide_proposal(proposal=proposal, accepted=True, reason="", by=one, on=TODAY),
                lambda: decide_proposal(proposal=proposal, accepted=False, reason="Non", by=two, on=TODAY),
            )
        )

    def test_an_act_is_undone_once(self, agents, round):
        one, two = agents
        organisation = make_site(make_organisation(name="Avant")).organisation
        rule_membership(organisation=organisation, says="not_member", reason="Lu", by=one, on=TODAY)
        act = Act.objects.get(verb="membership ruled")
        one_stands(
            at_once(
                lambda: undo_from_journal(act=act, reason="", by=one, on=TODAY),
                lambda: undo_from_journal(act=act, reason="", by=two, on=TODAY),
            )
        )
        assert Act.objects.filter(undoes=act).count() == 1

    def test_two_rulings_leave_one_in_force(self, agents, round):
        one, two = agents
        organisation = make_site().organisation
        answers = at_once(
            lambda: rule_membership(organisation=organisation, says="member", reason="a", by=one, on=TODAY),
            lambda: rule_membership(
                organisation=organisation, says="not_member", reason="b", by=two, on=TODAY
            ),
        )
        assert not [each for each in answers if isinstance(each, Exception)]
        standing = organisation.rulings.get(revoked_on__isnull=True)
        organisation.refresh_from_db()
        assert organisation.status == standing.says
