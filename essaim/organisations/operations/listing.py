"""Lists of organisations that a person keeps. Not part of the record: no act, no undo; sharing is journalled."""

import secrets
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations.models import ListItem, Organisation, OrganisationList

MOST_LISTS = 50
MOST_ITEMS = 500
LONGEST_NAME = 120
LONGEST_NOTE = 280


class ListRefused(ExplainedError):
    """What was asked of a list cannot be done."""


def _own(of: OrganisationList, by: User) -> None:
    if of.user_id != by.pk:
        raise ListRefused(
            Text(
                "Cette liste appartient à une autre personne. Faites la vôtre.",
                "This list belongs to someone else. Make your own.",
            )
        )


def _named(name: str) -> str:
    kept = " ".join(name.split())[:LONGEST_NAME]
    if not kept:
        raise ListRefused(
            Text(
                "Une liste a besoin d'un nom, pour la retrouver. Écrivez-en un.",
                "A list needs a name, to be found again. Write one.",
            )
        )
    return kept


def make_list(*, name: str, by: User, on: date) -> OrganisationList:
    """A new, private list. Raises ListRefused without a name, or beyond 50 lists."""
    kept = _named(name)
    if OrganisationList.objects.filter(user=by).count() >= MOST_LISTS:
        raise ListRefused(
            Text(
                f"Vous avez déjà {MOST_LISTS} listes. Supprimez-en une pour en faire une autre.",
                f"You already have {MOST_LISTS} lists. Delete one to make another.",
            )
        )
    return OrganisationList.objects.create(user=by, name=kept, token=secrets.token_urlsafe(24), made_on=on)


def rename_list(*, of: OrganisationList, name: str, by: User, on: date) -> OrganisationList:
    _own(of, by)
    of.name = _named(name)
    of.save(update_fields=["name"])
    return of


def delete_list(*, of: OrganisationList, by: User, on: date) -> None:
    """The list and its lines; its link answers nothing any more."""
    _own(of, by)
    of.delete()


def add_to_list(
    *, of: OrganisationList, organisation: Organisation, note: str = "", by: User, on: date
) -> ListItem:
    """Keep an organisation. One already there stays there, its note too unless a new one is given.

    Raises ListRefused for someone else's list, an organisation shown nowhere, or beyond 500 lines.
    """
    _own(of, by)
    if not organisation.is_published:
        raise ListRefused(
            Text(
                "Cette organisation n'est plus publiée : elle ne peut pas être mise dans une liste.",
                "This organisation is no longer published: it cannot be put on a list.",
            )
        )
    with transaction.atomic():
        OrganisationList.objects.select_for_update().get(pk=of.pk)
        item = of.items.filter(organisation=organisation).first()
        if item is None:
            if of.items.count() >= MOST_ITEMS:
                raise ListRefused(
                    Text(
                        f"Une liste a {MOST_ITEMS} lignes au plus. Retirez-en une, ou faites une autre liste.",
                        f"A list has {MOST_ITEMS} lines at most. Remove one, or make another list.",
                    )
                )
            return ListItem.objects.create(
                of=of, organisation=organisation, note=note.strip()[:LONGEST_NOTE], added_on=on
            )
        if note.strip():
            item.note = note.strip()[:LONGEST_NOTE]
            item.save(update_fields=["note"])
        return item


def remove_from_list(*, of: OrganisationList, organisation: Organisation, by: User, on: date) -> bool:
    """Says whether it was there."""
    _own(of, by)
    removed, _kinds = of.items.filter(organisation=organisation).delete()
    return removed > 0


def note_item(*, of: OrganisationList, organisation: Organisation, note: str, by: User, on: date) -> bool:
    """Write the note beside an organisation (empty removes it); says whether it is on the list."""
    _own(of, by)
    return of.items.filter(organisation=organisation).update(note=note.strip()[:LONGEST_NOTE]) > 0


def share_list(*, of: OrganisationList, by: User, on: date) -> OrganisationList:
    """Readable by anyone who has the link. Sharing again after a stop makes a new link: the old one stays dead."""
    _own(of, by)
    if not of.is_shared:
        with transaction.atomic():
            of.is_shared, of.token = True, secrets.token_urlsafe(24)
            of.save(update_fields=["is_shared", "token"])
            journal.record("list shared", of, by=by, on=on)
    return of


def stop_sharing(*, of: OrganisationList, by: User, on: date) -> OrganisationList:
    _own(of, by)
    if of.is_shared:
        with transaction.atomic():
            of.is_shared = False
            of.save(update_fields=["is_shared"])
            journal.record("list no longer shared", of, by=by, on=on)
    return of
