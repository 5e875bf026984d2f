"""What every edit of a record begins with: the lock, the right, and what others wrote meanwhile."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import permissions
from essaim.organisations.models import Organisation
from essaim.organisations.rules.profile import fingerprint, settle


class EditRefused(ExplainedError):
    """The change cannot be made."""


class EditConflict(EditRefused):
    """Someone changed the same fields since the form was shown. `theirs`: field -> value now kept."""

    def __init__(self, theirs: Mapping[str, Any]) -> None:
        self.theirs = dict(theirs)
        super().__init__(
            Text(
                "Une autre personne a changé les mêmes rubriques pendant que vous écriviez. Rien n'est perdu : "
                "choisissez, pour chacune, le texte à garder.",
                "Someone else changed the same parts while you were writing. Nothing is lost: choose, for each, the "
                "text to keep.",
            )
        )


NOT_ALLOWED = Text(
    "Cette fiche est tenue par ses responsables et la collectivité. Proposez plutôt une correction.",
    "This page is kept by its owners and the authority. Propose a correction instead.",
)
GONE = Text(
    "Cette ligne n'existe plus : une autre personne l'a retirée. Rechargez la page.",
    "This row is gone: someone else removed it. Reload the page.",
)


def needs(is_met: bool, refusal: Text) -> None:
    if not is_met:
        raise EditRefused(refusal)


def opened(organisation: Organisation, by: User | None) -> Organisation:
    """The record, locked for the transaction, if `by` may edit it (None: the command line). Raises EditRefused."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    needs(by is None or permissions.may_edit(by, locked), NOT_ALLOWED)
    needs(locked.merged_into_id is None and locked.hidden not in ("erased",), NOT_ALLOWED)
    return locked


def on_behalf_of(by: User | None, organisation: Organisation) -> Authority | None:
    """For which authority, when the person is not of the organisation."""
    if by is None or permissions.is_steward(by, organisation):
        return None
    return permissions.authority_of_moderator(by, organisation)


def row_of(model: type[models.Model], organisation: Organisation, row_id: int) -> models.Model:
    """A row of the locked record, as the database holds it. Raises EditRefused when it is gone."""
    found = model._default_manager.filter(organisation=organisation, pk=row_id).first()
    needs(found is not None, GONE)
    return found


def seen_of(row: models.Model | Mapping[str, Any], names: list[str]) -> dict[str, str]:
    """What a form carries of the values it shows: field -> fingerprint."""
    return {
        name: fingerprint(row[name] if isinstance(row, Mapping) else getattr(row, name)) for name in names
    }


def changes_to(
    row: models.Model, values: Mapping[str, Any], seen: Mapping[str, str] | None
) -> dict[str, Any]:
    """The part of `values` to write. Raises EditConflict."""
    current = {name: getattr(row, name) for name in values}
    settled = settle(current, values, seen or {})
    if settled.conflicts:
        raise EditConflict(settled.conflicts)
    return dict(settled.changes)
