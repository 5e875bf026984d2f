"""Undoing from the journal: what an agent may put back."""

from datetime import date

from django.db import transaction

from essaim.accounts.models import User
from essaim.organisations import acts
from essaim.organisations.acts import CannotUndo
from essaim.organisations.models import Act
from essaim.organisations.queries.journal import why_not_undone


@transaction.atomic
def undo_from_journal(*, act: Act, reason: str, by: User, on: date) -> Act:
    """Put back every row the act changed. Raises CannotUndo, which says why: undone already, an import, personal data,
    records of someone else's territory, or something changed since."""
    # Two agents at once: the second waits here, then finds the act undone.
    locked = Act.objects.select_for_update().get(pk=act.pk)
    obstacle = why_not_undone(locked, by)
    if obstacle is not None:
        raise CannotUndo(obstacle)
    return acts.undo(locked, by=by, on=on, authority=locked.authority, reason=reason)
