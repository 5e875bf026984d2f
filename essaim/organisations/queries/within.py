"""The same question as `places.territories_of`, asked of the database for many organisations at once."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from essaim.accounts.models import Authority
from essaim.accounts.permissions import Person, is_administrator
from essaim.observatory.reference import places
from essaim.organisations.models import Site

MODERATORS = ("agent", "administrator")
Territories = Sequence[str] | None
"""Codes of territories; None is everywhere (the installation's own administrators)."""


def authorities_of(person: Person) -> list[Authority]:
    """Those a person moderates for, by name."""
    mine = Authority.objects.filter(memberships__user=person.pk, memberships__role__in=MODERATORS)
    return list(mine.distinct())


def territories_of_agent(person: Person) -> Territories:
    return None if is_administrator(person) else [each.territory for each in authorities_of(person)]


def communes_within(territories: Iterable[str]) -> set[str]:
    """Insee codes of today's communes in any of these territories."""
    codes: set[str] = set()
    for territory in territories:
        kind, _, identifier = territory.partition(":")
        if kind == "commune":
            codes.add(identifier)
        elif kind != "qpv" and territory in places.all_territories():
            codes.update(places.communes_of(territory))
    return codes


def holds(territories: Territories, organisation: str = "pk") -> Q | Combinable:
    """A filter on rows whose column `organisation` names an organisation: one of its open sites lies within, or none
    of them lies anywhere yet (then every authority may act)."""
    if territories is None:
        # Not an empty Q, which an "or" would drop.
        return Q(pk__isnull=False)
    here = Site.objects.filter(organisation=OuterRef(organisation), closed_on__isnull=True)
    quarters = [each.partition(":")[2] for each in territories if each.startswith("qpv:")]
    within = Q(commune__in=communes_within(territories)) | Q(qpv__in=quarters)
    if "country:FR" in territories:
        within |= ~Q(commune="")
    return Exists(here.filter(within)) | ~Exists(here.filter(~Q(commune="") | ~Q(qpv="")))
