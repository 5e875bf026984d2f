"""Undoing from a record's history: its people undo what is theirs, moderators the rest of the record's own acts."""

from datetime import date

from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.organisations import acts, permissions, pictures
from essaim.organisations.acts import CannotUndo
from essaim.organisations.models import Act, Organisation, Photo, Revision
from essaim.organisations.queries.history import OWNED_TABLES

IMPORTED = Text(
    "Cet acte est un import : il s'annule depuis la page des imports, en entier.",
    "This act is an import: it is undone from the imports page, as a whole.",
)
SHARED = Text(
    "Cet acte a changé d'autres fiches en même temps : il s'annule depuis le bureau des agents.",
    "This act changed other records at the same time: it is undone from the agents' desk.",
)
TEAM = Text(
    "Les changements de l'équipe se font depuis la page de l'équipe.",
    "Changes of the team are made from the team's page.",
)
NOT_YOURS = Text(
    "Cet acte touche des données officielles ou une décision de la collectivité : demandez à un agent de l'annuler.",
    "This act touches official data or a decision of the authority: ask an agent to undo it.",
)
FILE_GONE = Text(
    "Le fichier de cette photo a été effacé : elle ne peut pas revenir. Ajoutez-la de nouveau.",
    "The file of this picture has been erased: it cannot come back. Add it again.",
)


def undo_act(*, done: Act, organisation: Organisation, by: User, on: date, reason: str = "") -> Act:
    """Put back what `done` changed of the record. Raises CannotUndo with what stands in the way."""
    check_may_undo(done=done, organisation=organisation, by=by, on=on)
    authority = None
    if not permissions.is_steward(by, organisation):
        authority = permissions.authority_of_moderator(by, organisation)
    removed = done.revisions.filter(model="photo", after__isnull=True)
    if any(not pictures.widths_of(row.before["file"]) for row in removed if row.before):
        raise CannotUndo(FILE_GONE)
    added = [
        row.after["file"] for row in done.revisions.filter(model="photo", before__isnull=True) if row.after
    ]
    undone = acts.undo(done, by=by, on=on, authority=authority, reason=reason)
    for stem in added:
        if not Photo.objects.filter(file=stem).exists():
            pictures.start_waiting(stem)
    return undone


def check_may_undo(*, done: Act, organisation: Organisation, by: User, on: date) -> None:
    """Raises CannotUndo when this person may not undo that act, or not from here. What has changed since is seen only
    on doing it. (`on` as in every operation.)"""
    _needs(permissions.may_edit(by, organisation), NOT_YOURS)
    _needs(not hasattr(done, "imported"), IMPORTED)
    revisions = list(Revision.objects.filter(act=done)[:2_000])
    _needs(all(row.organisation_id == organisation.pk for row in revisions), SHARED)
    _needs(all(row.model not in ("steward", "claim") for row in revisions), TEAM)
    if not permissions.may_moderate(by, organisation):
        _needs(all(_is_theirs(row, organisation) for row in revisions), NOT_YOURS)


def _is_theirs(row: Revision, organisation: Organisation) -> bool:
    if row.model in OWNED_TABLES:
        return True
    if row.model != "site":
        return False
    whole = row.after if row.before is None else row.before if row.after is None else None
    if whole is not None:
        return whole.get("is_official") is False
    return organisation.sites.filter(pk=row.row_id, is_official=False).exists()


def _needs(is_met: bool, refusal: Text) -> None:
    if not is_met:
        raise CannotUndo(refusal)
