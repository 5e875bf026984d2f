"""What hangs on a record that is absorbed: each kind of row moves, or stays when the kept record has its like."""

from django.db import models

from essaim.organisations.acts import Deed
from essaim.organisations.models import (
    Claim,
    Contact,
    DuplicatePair,
    Evidence,
    Label,
    ListItem,
    Offer,
    Organisation,
    Photo,
    Proposal,
    Request,
    Ruling,
    ServedZone,
    Site,
    StepPresence,
    Steward,
    Support,
)

FREE = (Offer, Photo, Support, Proposal, Request)
"""Any number of these may hang on one record."""


def move_parts(deed: Deed, kept: Organisation, absorbed: Organisation, left: frozenset[int]) -> None:
    """Move everything but the profile. `left`: ids of sites that stay behind."""
    _move_sites(deed, kept, absorbed, left)
    _move_contacts(deed, kept, absorbed, left)
    _move_labels(deed, kept, absorbed, left)
    _move_evidence(deed, kept, absorbed)
    _move_rulings(deed, kept, absorbed)
    _move_stewards(deed, kept, absorbed)
    _move_steps(deed, kept, absorbed)
    _move_pairs(deed, kept, absorbed)
    for table in FREE:
        _move(deed, table.objects.filter(organisation=absorbed), kept)
    taken = ListItem.objects.filter(organisation=kept).values("of")
    _move(deed, ListItem.objects.filter(organisation=absorbed).exclude(of__in=taken), kept)
    claiming = Claim.objects.filter(organisation=kept, state="open", user__isnull=False).values("user")
    waiting = models.Q(state="open", user__in=claiming)
    _move(deed, Claim.objects.filter(organisation=absorbed).exclude(waiting), kept)
    if not ServedZone.objects.filter(organisation=kept).exists():
        _move(deed, ServedZone.objects.filter(organisation=absorbed), kept)


def _move(deed: Deed, rows: models.QuerySet, kept: Organisation) -> None:
    deed.update_many([(row, {"organisation": kept}) for row in rows.order_by("pk")])


def _move_sites(deed: Deed, kept: Organisation, absorbed: Organisation, left: frozenset[int]) -> None:
    """One head office: the kept record's, if it has one."""
    has_office = Site.objects.filter(organisation=kept, is_head_office=True).exists()
    for site in Site.objects.filter(organisation=absorbed).exclude(pk__in=left).order_by("pk"):
        office = {"is_head_office": False} if has_office and site.is_head_office else {}
        deed.update(site, organisation=kept, **office)


def _move_contacts(deed: Deed, kept: Organisation, absorbed: Organisation, left: frozenset[int]) -> None:
    for contact in Contact.objects.filter(organisation=absorbed).order_by("pk"):
        nowhere = {"site": None} if contact.site_id in left else {}
        deed.update(contact, organisation=kept, **nowhere)


def _move_labels(deed: Deed, kept: Organisation, absorbed: Organisation, left: frozenset[int]) -> None:
    """A label of the whole organisation that both hold lasts as long as the longer of the two says."""
    own = {each.kind: each for each in Label.objects.filter(organisation=kept, site__isnull=True)}
    for label in Label.objects.filter(organisation=absorbed).order_by("pk"):
        twin = own.get(label.kind) if label.site_id is None else None
        if twin is not None:
            if twin.valid_to is not None and (label.valid_to is None or label.valid_to > twin.valid_to):
                deed.update(
                    twin, valid_from=label.valid_from, valid_to=label.valid_to, proof=label.proof,
                    dataset=label.dataset, seen_on=label.seen_on,
                )  # fmt: skip
        elif label.site_id not in left:
            deed.update(label, organisation=kept)


def _move_evidence(deed: Deed, kept: Organisation, absorbed: Organisation) -> None:
    """One row a source: the later of the two stands."""
    own = {each.source: each for each in Evidence.objects.filter(organisation=kept)}
    for row in Evidence.objects.filter(organisation=absorbed).order_by("pk"):
        twin = own.get(row.source)
        if twin is None:
            deed.update(row, organisation=kept)
        elif row.on > twin.on:
            deed.update(
                twin, says=row.says, value=row.value, family=row.family, on=row.on, dataset=row.dataset
            )


def _move_rulings(deed: Deed, kept: Organisation, absorbed: Organisation) -> None:
    """The kept record's ruling in force stands; past ones follow."""
    rows = Ruling.objects.filter(organisation=absorbed)
    if Ruling.objects.filter(organisation=kept, revoked_on__isnull=True).exists():
        rows = rows.filter(revoked_on__isnull=False)
    _move(deed, rows, kept)


def _move_stewards(deed: Deed, kept: Organisation, absorbed: Organisation) -> None:
    """A person of both keeps the wider role."""
    own = {each.user_id: each for each in Steward.objects.filter(organisation=kept)}
    for steward in Steward.objects.filter(organisation=absorbed).order_by("pk"):
        twin = own.get(steward.user_id)
        if twin is None:
            deed.update(steward, organisation=kept)
        elif steward.role == "owner":
            deed.update(twin, role="owner")


def _move_steps(deed: Deed, kept: Organisation, absorbed: Organisation) -> None:
    """What was said prevails over what was deduced."""
    own = {(each.channel, each.step): each for each in StepPresence.objects.filter(organisation=kept)}
    for row in StepPresence.objects.filter(organisation=absorbed).order_by("pk"):
        twin = own.get((row.channel, row.step))
        if twin is None:
            deed.update(row, organisation=kept)
        elif row.origin == "said":
            deed.update(twin, origin="said")


def _move_pairs(deed: Deed, kept: Organisation, absorbed: Organisation) -> None:
    """Pairs of the absorbed record with a third one become the kept record's, unless it has them already."""
    own = {frozenset((each.low_id, each.high_id)) for each in _pairs(kept)}
    for pair in _pairs(absorbed):
        third = pair.high_id if pair.low_id == absorbed.pk else pair.low_id
        if third != kept.pk and frozenset((kept.pk, third)) not in own:
            low, high = sorted((kept.pk, third))
            deed.update(pair, low_id=low, high_id=high)


def _pairs(organisation: Organisation) -> models.QuerySet:
    either = models.Q(low=organisation) | models.Q(high=organisation)
    return DuplicatePair.objects.filter(either).order_by("pk")
