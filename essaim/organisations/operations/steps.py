"""Where an organisation says it stands in a value chain: declared and withdrawn by its stewards or an agent."""

from datetime import date

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import permissions
from essaim.organisations.acts import act
from essaim.organisations.models import Organisation, StepPresence
from essaim.organisations.rules.channels import CHANNELS


class StepRefused(ExplainedError):
    """The step cannot be declared or withdrawn."""


def declare_step(
    *, organisation: Organisation, channel: str, step: str, by: User | None, on: date
) -> StepPresence:
    """Say that the organisation holds a step of a channel; saying it twice changes nothing. Raises StepRefused."""
    with transaction.atomic():
        held = _held(organisation, by)
        if channel not in CHANNELS or step not in CHANNELS[channel].steps:
            raise StepRefused(
                Text(
                    f"Ce maillon n'existe pas : {channel}/{step}. Choisissez dans la liste.",
                    f"There is no such step: {channel}/{step}. Choose from the list.",
                )
            )
        row = held.steps.filter(channel=channel, step=step).first()
        if row is not None and row.origin == "said":
            return row
        with act("step declared", by=by, on=on, authority=_authority(by, held)) as deed:
            if row is not None:
                deed.update(row, origin="said")
                return row
            return deed.create(StepPresence(organisation=held, channel=channel, step=step, origin="said"))


def withdraw_step(*, organisation: Organisation, channel: str, step: str, by: User | None, on: date) -> None:
    """Say that it no longer holds it; nothing to do when it did not. Raises StepRefused."""
    with transaction.atomic():
        held = _held(organisation, by)
        row = held.steps.filter(channel=channel, step=step).first()
        if row is not None:
            with act("step withdrawn", by=by, on=on, authority=_authority(by, held)) as deed:
                deed.delete(row)


def _held(organisation: Organisation, by: User | None) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not locked.is_published or not (by is None or permissions.may_edit(by, locked)):
        raise StepRefused(
            Text(
                "Seules les personnes de l'organisation et les agents de la collectivité disent sa place dans une "
                "filière. Demandez à tenir la fiche, ou proposez une correction.",
                "Only people of the organisation and agents of the authority say its place in a value chain. Ask to "
                "keep its page, or propose a correction.",
            )
        )
    return locked


def _authority(by: User | None, organisation: Organisation) -> object:
    if by is None or permissions.is_steward(by, organisation):
        return None
    return permissions.authority_of_moderator(by, organisation)
