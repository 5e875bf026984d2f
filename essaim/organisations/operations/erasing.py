"""Erasure: the one act that rewrites history, because what is erased must not be found there either."""

from datetime import date
from functools import partial

from django.db import models, transaction

from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import acts, permissions, pictures
from essaim.organisations.acts import Deed
from essaim.organisations.importing.forgetting import forget_statements
from essaim.organisations.models import (
    Act,
    Claim,
    Contact,
    DuplicatePair,
    ListItem,
    Organisation,
    Photo,
    Proposal,
    Revision,
)

NAME_OF_THE_ERASED = "Fiche effacée"
# In this order: what hangs on a site goes before the site.
HANGING = (
    "contacts",
    "labels",
    "photos",
    "offers",
    "supports",
    "steps",
    "evidence",
    "rulings",
    "stewards",
    "sites",
)
EMPTY = {
    "name": NAME_OF_THE_ERASED,
    "sigle": "",
    "rna_id": "",
    "legal_category": "",
    "naf": "",
    "sector": "unknown",
    "size_band": "",
    "created_on": None,
    "closed_on": None,
    "successor": None,
    "status": "to_confirm",
    "family": "",
    "reason_code": "",
    "quality": 0,
    "hidden": "erased",
}


class EraseRefused(ExplainedError):
    """The record cannot be erased by this person."""


@transaction.atomic
def erase_organisation(
    *, organisation: Organisation, by: User | None, on: date, authority: Authority | None = None
) -> Act:
    """Remove everything the directory holds of the record and of those merged into it, revisions included. A shell
    stays: the id, so that the address answers that there is nothing, and the SIREN, so that no import refills it.

    It cannot be undone. The journal keeps the fact alone. Raises EraseRefused.
    """
    if by is not None and not permissions.may_moderate(by, organisation):
        raise EraseRefused(
            Text(
                "L'effacement revient aux agents d'une collectivité dont le territoire contient l'organisation.",
                "Erasure belongs to the agents of an authority whose territory holds the organisation.",
            )
        )
    records = [organisation, *organisation.merged.select_for_update()]
    ids = [each.pk for each in records]
    stems = _pictures(ids)
    with acts.act("organisation erased", by=by, on=on, authority=authority) as deed:
        for record in records:
            _empty(deed, record)
    # People's own messages and lists: not part of the record, no undo; gone all the same.
    for table in (Claim, Proposal, ListItem):
        table.objects.filter(organisation__in=ids).delete()
    DuplicatePair.objects.filter(models.Q(low__in=ids) | models.Q(high__in=ids)).delete()
    _forget(ids)
    transaction.on_commit(partial(pictures.remove, stems), robust=True)
    return deed.act


def _pictures(ids: list[int]) -> list[str]:
    """Files of its pictures, those taken down but still waiting on the disk included."""
    stems = set(Photo.objects.filter(organisation__in=ids).values_list("file", flat=True))
    for before in Revision.objects.filter(
        organisation_id__in=ids, model="photo", before__isnull=False
    ).values_list("before", flat=True):
        stems.add(before.get("file", ""))
    return sorted(filter(None, stems))


def _empty(deed: Deed, record: Organisation) -> None:
    Contact.objects.filter(site__organisation=record).exclude(organisation=record).update(site=None)
    forget_statements(deed, record)
    for relation in HANGING:
        for row in getattr(record, relation).all():
            deed.delete(row)
    for relation in ("profile", "served"):
        row = getattr(record, relation, None)
        if row is not None:
            deed.delete(row)
    deed.update(record, **EMPTY)


def _forget(ids: list[int]) -> None:
    """Empty what the revisions of these records hold; null stays null: it tells a creation from a removal."""
    of = Revision.objects.filter(organisation_id__in=ids)
    others = Revision.objects.filter(act=models.OuterRef("pk")).exclude(organisation_id__in=ids)
    alone = Act.objects.filter(pk__in=of.values("act")).filter(~models.Exists(others))
    Act.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).update(reason="")
    of.filter(before__isnull=False).update(before={})
    of.filter(after__isnull=False).update(after={})
    of.update(is_erased=True)
