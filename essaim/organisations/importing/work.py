"""What an import knows, what the database holds for some records, and the rows to write."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from essaim.organisations.importing.families import Ground, Owner
from essaim.organisations.importing.outcome import Tally
from essaim.organisations.models import Evidence, Label, Organisation, Ruling, Site, Statement
from essaim.organisations.queries.quality import said_by_people
from essaim.organisations.rules.statements import Links

Values = dict[str, Any]
Change = tuple[int, int | None, Values, Values]
TakeIds = Callable[[type[models.Model], int], Sequence[int]]


@dataclass
class Work:
    """What the whole import knows. `changed`: key -> (said, since); `owner_of`: key -> organisation."""

    source: str
    changed: Mapping[str, tuple[str, date]]
    owner_of: Mapping[str, Owner]
    ground: Ground
    before_links: Links
    after_links: Links
    on: date
    take_ids: TakeIds
    keys_of: dict[Owner, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for key, owner in self.owner_of.items():
            self.keys_of[owner].append(key)


@dataclass
class Plan:
    """Rows to create, change and remove, by table; and what to tell of it."""

    created: dict[type[models.Model], list[Values]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[type[models.Model], list[Change]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[type[models.Model], list[Values]] = field(default_factory=lambda: defaultdict(list))
    tally: Tally = field(default_factory=Tally)


@dataclass
class Present:
    """The database's rows for some organisations, as plain values."""

    organisations: dict[int, Values]
    sites: dict[int, Values]
    statements: list[Values]
    evidence: dict[tuple[int, str], Values]
    labels: dict[tuple[int, int | None, str], Values]
    rulings: dict[int, str]
    people: Mapping[int, set[str]]
    sites_of: dict[int, list[Values]] = field(default_factory=lambda: defaultdict(list))
    evidence_of: dict[int, list[Values]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for site in self.sites.values():
            self.sites_of[site["organisation_id"]].append(site)
        for (organisation, _), row in self.evidence.items():
            self.evidence_of[organisation].append(row)


def read_present(work: Work, owners: Sequence[Owner]) -> Present:
    """A dozen queries, whatever the number of organisations."""
    ids = [owner for owner in owners if isinstance(owner, int)]
    keys = [key for owner in owners for key in work.keys_of.get(owner, ())]
    of_keys = Q(source=work.source, key__in=keys)
    if not ids:
        statements = list(Statement.objects.filter(of_keys).order_by("id").values())
        sirets = _sites(Q(siret__in=[key for key in keys if len(key) == 14]))
        return Present({}, sirets, statements, {}, {}, {}, defaultdict(set))
    mine = {"organisation__in": ids}
    in_force = Q(revoked_on__isnull=True, ruled_on__lte=work.on) & (
        Q(ends_on__isnull=True) | Q(ends_on__gte=work.on)
    )
    return Present(
        {row["id"]: row for row in Organisation.objects.filter(pk__in=ids).order_by().values()},
        # Two plain questions each rather than one with OR, which PostgreSQL answers by reading the whole table.
        _sites(Q(**mine)) | _sites(Q(siret__in=[key for key in keys if len(key) == 14])),
        _both(Statement.objects.filter(**mine), Statement.objects.filter(of_keys)),
        {
            (row["organisation_id"], row["source"]): row
            for row in Evidence.objects.filter(**mine).order_by().values()
        },
        {
            (row["organisation_id"], row["site_id"], row["kind"]): row
            for row in Label.objects.filter(**mine).order_by().values()
        },
        dict(Ruling.objects.filter(in_force, **mine).values_list("organisation", "says")),
        said_by_people(ids),
    )


def _both(some: models.QuerySet, others: models.QuerySet) -> list[Values]:
    rows = {row["id"]: row for each in (some, others) for row in each.order_by().values()}
    return [rows[id] for id in sorted(rows)]


def _sites(wanted: Q) -> dict[int, Values]:
    return {row["id"]: row for row in Site.objects.filter(wanted).order_by("id").values()}
