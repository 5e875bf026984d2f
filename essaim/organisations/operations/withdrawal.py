"""An authority takes a record out of the directory, or puts it back: a mistake, a scam, a place that never was."""

from datetime import date

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import acts, permissions
from essaim.organisations.models import Act, Organisation


class WithdrawalRefused(ExplainedError):
    """The record cannot be withdrawn or restored so."""


@transaction.atomic
def withdraw_organisation(*, organisation: Organisation, reason: str, by: User | None, on: date) -> Act:
    """Hide the record from everyone but agents, and say why. An import keeps it so. Raises WithdrawalRefused."""
    locked = _locked(organisation, by)
    if not reason.strip():
        raise WithdrawalRefused(
            Text(
                "Écrivez le motif du retrait : il reste dans le journal et sert à qui voudra rétablir la fiche.",
                "Write why the record is withdrawn: the journal keeps it, for whoever may restore the record.",
            )
        )
    if not locked.is_published:
        raise WithdrawalRefused(
            Text(
                "Cette fiche n'est déjà plus publiée : rien n'est à faire.",
                "This record is already not published: nothing to do.",
            )
        )
    return _set(locked, "organisation withdrawn", "withdrawn", reason, by, on)


@transaction.atomic
def restore_organisation(*, organisation: Organisation, reason: str, by: User | None, on: date) -> Act:
    """Publish a withdrawn record again. What a person's objection or the register hides is not restored so.
    Raises WithdrawalRefused."""
    locked = _locked(organisation, by)
    if locked.hidden != "withdrawn":
        raise WithdrawalRefused(
            Text(
                "Seule une fiche retirée par la collectivité se rétablit ainsi. Une opposition se lève en décidant "
                "la demande ; une fiche non diffusible dépend du registre.",
                "Only a record withdrawn by the authority is restored so. An objection ends with the decision on the "
                "request; a non-diffusible record depends on the register.",
            )
        )
    return _set(locked, "organisation restored", "", reason, by, on)


def _locked(organisation: Organisation, by: User | None) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if by is not None and not permissions.may_moderate(by, locked):
        raise WithdrawalRefused(
            Text(
                "Cet acte revient aux agents d'une collectivité dont le territoire contient l'organisation.",
                "This act belongs to the agents of an authority whose territory holds the organisation.",
            )
        )
    return locked


def _set(locked: Organisation, verb: str, hidden: str, reason: str, by: User | None, on: date) -> Act:
    authority = permissions.authority_of_moderator(by, locked) if by is not None else None
    with acts.act(verb, by=by, on=on, authority=authority, reason=reason, organisation=locked.pk) as deed:
        deed.update(locked, hidden=hidden)
    return deed.act
