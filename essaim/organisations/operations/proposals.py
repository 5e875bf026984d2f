"""What anyone may propose, what an organisation's own people may not change alone, and the answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import mail, permissions
from essaim.organisations.acts import act
from essaim.organisations.models import Organisation, Proposal
from essaim.organisations.proposed import CannotApply, apply_changes, create_place
from essaim.organisations.rules.proposable import NotProposable, checked

KINDS = ("correction", "new", "closed", "sensitive")


class ProposalRefused(ExplainedError):
    """The proposal cannot be made, or answered, as asked."""


NOT_PUBLISHED = Text(
    "Cette fiche n'est pas publiée : on ne peut rien y proposer.",
    "This page is not published: nothing can be proposed there.",
)
EMPTY = Text(
    "Vous n'avez rien changé et rien écrit. Corrigez une rubrique, ou expliquez ce qui ne va pas.",
    "You changed nothing and wrote nothing. Correct a part, or explain what is wrong.",
)
NO_NAME = Text(
    "Un nouveau lieu a au moins un nom et une commune. Complétez-les.",
    "A new place has at least a name and a commune. Fill them in.",
)
NOT_OPEN = Text(
    "Cette proposition a déjà reçu sa réponse : rien n'est à faire.",
    "This proposal has already been answered: there is nothing to do.",
)
NOT_A_DECIDER = Text(
    "Cette réponse revient aux agents de la collectivité dont le territoire contient le lieu.",
    "This answer belongs to the agents of the authority whose territory holds the place.",
)
NO_REASON = Text(
    "Un refus se motive : la personne lira votre phrase. Écrivez-la.",
    "A refusal has a reason: the person will read your sentence. Write it.",
)
NOT_ITS_PEOPLE = Text(
    "Ce changement se demande depuis la fiche, par ses responsables. Proposez plutôt une correction.",
    "This change is asked from the page by its owners. Propose a correction instead.",
)


def propose(
    *,
    organisation: Organisation | None,
    kind: str,
    changes: Mapping[str, Any],
    by: User | None,
    on: date,
    message: str = "",
    email: str = "",
    language: str = "fr",
) -> Proposal:
    """Keep a proposal for an agent to answer; `by` is None for someone without an account. `organisation` is None for
    a new place. The address is told how to follow the answer. Raises ProposalRefused."""
    values = _checked(changes, on)
    with transaction.atomic():
        _may_propose(organisation, kind, values, message, by)
        proposal = Proposal.objects.create(
            organisation=organisation, kind=kind, changes=values, message=message.strip(), user=by,
            email=email.strip(), made_on=on,
        )  # fmt: skip
        journal.record(
            "proposal made", proposal, by=by, on=on, kind=kind,
            organisation=organisation.pk if organisation else None, fields=sorted(values),
        )  # fmt: skip
        mail.send_after(
            "proposal_received", [proposal.email], language=language, organisation=organisation,
            link=mail.address("proposal", token=proposal.token),
        )  # fmt: skip
    return proposal


def change_identity(
    *, organisation: Organisation, changes: Mapping[str, Any], by: User, on: date, message: str = ""
) -> Proposal | None:
    """A sensitive change asked by its own people: kept for review. An agent who may moderate the record makes it at
    once, and None is returned. Raises ProposalRefused."""
    values = _checked(changes, on)
    if not permissions.may_moderate(by, organisation):
        return propose(
            organisation=organisation, kind="sensitive", changes=values, by=by, on=on, message=message
        )
    with transaction.atomic():
        locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
        _needs(bool(values), EMPTY)
        authority = permissions.authority_of_moderator(by, locked)
        with act("record corrected", by=by, on=on, authority=authority, reason=message.strip()) as deed:
            _apply(deed, locked, values, on)
    return None


def decide_proposal(
    *, proposal: Proposal, accepted: bool, reason: str, by: User | None, on: date
) -> Proposal:
    """An agent's answer. Accepted: its changes are applied in one act, kept as `proposal.act`. The answer is mailed to
    the address that was left, which is then emptied.

    Raises ProposalRefused: answered already, not by this person, a refusal without reason, a change that no longer
    fits.
    """
    with transaction.atomic():
        if proposal.organisation_id:
            Organisation.objects.select_for_update().get(pk=proposal.organisation_id)
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        _needs(proposal.state == "open", NOT_OPEN)
        _needs(by is None or permissions.may_decide(by, proposal), NOT_A_DECIDER)
        _needs(accepted or bool(reason.strip()), NO_REASON)
        if accepted:
            _carry_out(proposal, reason.strip(), by, on)
        recipient = proposal.email or (proposal.user.email if proposal.user else "")
        proposal.state = "accepted" if accepted else "refused"
        proposal.reason, proposal.decided_on, proposal.decided_by = reason.strip(), on, by
        proposal.email = ""
        proposal.save()
        journal.record(
            f"proposal {proposal.state}", proposal, by=by, on=on, kind=proposal.kind,
            organisation=proposal.organisation_id,
        )  # fmt: skip
        mail.send_after(
            "proposal_answered", [recipient], organisation=proposal.organisation, accepted=accepted,
            reason=reason.strip(), link=mail.address("proposal", token=proposal.token),
        )  # fmt: skip
    return proposal


def _needs(is_met: bool, refusal: Text) -> None:
    if not is_met:
        raise ProposalRefused(refusal)


def _checked(changes: Mapping[str, Any], on: date) -> dict[str, Any]:
    try:
        return checked(changes, on)
    except NotProposable as error:
        raise ProposalRefused(error.text) from error


def _may_propose(
    organisation: Organisation | None, kind: str, values: Mapping[str, Any], message: str, by: User | None
) -> None:
    if kind not in KINDS:
        raise ValueError(f"no such kind of proposal: {kind}")
    if kind == "new":
        _needs(bool(values.get("name")) and bool(values.get("commune")), NO_NAME)
        return
    if organisation is None:
        raise ValueError("only a new place has no organisation")
    _needs(organisation.is_published, NOT_PUBLISHED)
    _needs(bool(values.keys() - {"site"}) or bool(message.strip()), EMPTY)
    if kind == "sensitive":
        _needs(by is not None and permissions.may_edit(by, organisation), NOT_ITS_PEOPLE)


def _apply(deed, organisation: Organisation, values: Mapping[str, Any], on: date) -> None:
    try:
        apply_changes(deed, organisation, values, on=on)
    except CannotApply as error:
        raise ProposalRefused(error.text) from error


def _carry_out(proposal: Proposal, reason: str, by: User | None, on: date) -> None:
    organisation = proposal.organisation
    authority = permissions.authority_of_moderator(by, organisation) if by and organisation else None
    verb = {"new": "place proposed and accepted", "closed": "closure accepted"}.get(
        proposal.kind, "correction accepted"
    )
    with act(verb, by=by, on=on, authority=authority, reason=reason, proposal=proposal.pk) as deed:
        if proposal.kind == "new":
            proposal.organisation = create_place(deed, proposal.changes, on=on)
        else:
            _apply(deed, organisation, proposal.changes, on)
    # An act that changed nothing (the record already said so) leaves no row to point to.
    proposal.act = deed.act if deed.revisions else None
