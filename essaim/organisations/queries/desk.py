"""What waits for an agent: the queues of the desk, most urgent first, for the territories they act for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import CharField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from essaim.law.text import Text
from essaim.organisations.models import Claim, DuplicatePair, Import, Organisation, Proposal, Request
from essaim.organisations.queries.within import Territories, communes_within, holds
from essaim.organisations.rules.deadlines import HOUSE_DAYS, house_due

QUEUES = {
    "requests": Text("Demandes sur les données", "Data requests"),
    "claims": Text("Revendications de fiches", "Claims of pages"),
    "sensitive": Text("Changements à relire", "Sensitive changes"),
    "proposals": Text("Corrections et nouveaux lieux", "Corrections and new places"),
    "duplicates": Text("Doublons possibles", "Possible duplicates"),
    "to_confirm": Text("Statut ESS à confirmer", "SSE status to be confirmed"),
    "imports": Text("Imports en désaccord", "Imports that disagree"),
}
PROPOSED = ("correction", "new", "closed")
IMPORTS_DAYS = 30
"""Imports older than this are no longer news."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of a queue: words of the name or a SIREN, a kind, what is late only."""

    words: str = ""
    kind: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a queue. `due` is None where nothing presses."""

    queue: str
    id: int
    title: str
    detail: Text | str
    since: date
    due: date | None

    def days_left(self, on: date) -> int | None:
        return None if self.due is None else (self.due - on).days


def rows_of(queue: str, territories: Territories, asked: Asked, on: date) -> QuerySet:
    """The rows that wait in `queue`, in the order to take them."""
    rows = _OPEN[queue](territories, on)
    if asked.words:
        rows = rows.filter(_named(queue, asked.words))
    if asked.kind and queue in ("requests", "proposals"):
        rows = rows.filter(kind=asked.kind)
    if asked.late:
        rows = _late(rows, queue, on)
    return rows


def lines_of(queue: str, rows: Iterable) -> list[Waiting]:
    return [_LINES[queue](queue, each) for each in rows]


def counts(territories: Territories, on: date) -> list[tuple[str, int, int]]:
    """(queue, how many wait, how many of them are late), in the order of the desk; one query a queue."""
    found = []
    for queue in QUEUES:
        rows = _OPEN[queue](territories, on).order_by()
        late = _late(rows, queue, on)
        if queue in ("to_confirm", "imports"):
            found.append((queue, rows.count(), 0))
        else:
            found.append((queue, rows.count(), late.count()))
    return found


def most_urgent(territories: Territories, on: date, most: int) -> list[Waiting]:
    """What has a deadline, across the queues, nearest first."""
    lines: list[Waiting] = []
    for queue in ("requests", *HOUSE_DAYS):
        lines += lines_of(queue, rows_of(queue, territories, Asked(), on)[:most])
    return sorted(lines, key=lambda line: (line.due, line.queue, line.id))[:most]


def requests_of(territories: Territories) -> QuerySet:
    """Every request one may see, answered or not; one that names no record is everyone's."""
    return Request.objects.filter(Q(organisation__isnull=True) | Q(holds(territories, "organisation")))


def _requests(territories: Territories, on: date) -> QuerySet:
    return (
        requests_of(territories).filter(state="open").select_related("organisation").order_by("due_on", "id")
    )


_AN_AGENT_MUST = Q(method="agent") | Q(method="post", code_hash="") | Q(proved_on__isnull=False)
"""Decide, print the letter, or decide between a proven claim and who owns the page already."""


def claims_of(territories: Territories) -> QuerySet:
    return Claim.objects.filter(Q(holds(territories, "organisation"))).exclude(method="invitation")


def proposals_of(territories: Territories) -> QuerySet:
    """Every proposal one may answer or read; a new place is where its changes say."""
    rows = Proposal.objects.all()
    if territories is None:
        return rows
    # Cast: on a JSON column SQLite would read "59350" as the number 59350.
    rows = rows.annotate(place=Cast(KeyTextTransform("commune", "changes"), CharField()))
    within = Q(place__in=communes_within(territories))
    if "country:FR" in territories:
        within |= Q(place__isnull=False) & ~Q(place="")
    return rows.filter(
        Q(organisation__isnull=False) & Q(holds(territories, "organisation"))
        | Q(organisation__isnull=True) & within
    )


def _claims(territories: Territories, on: date) -> QuerySet:
    return (
        claims_of(territories)
        .filter(_AN_AGENT_MUST, state="open")
        .select_related("organisation")
        .order_by("made_on", "id")
    )


def _proposals(territories: Territories, kinds: tuple[str, ...]) -> QuerySet:
    rows = proposals_of(territories).filter(state="open", kind__in=kinds)
    return rows.select_related("organisation").order_by("made_on", "id")


def _pairs(territories: Territories, on: date) -> QuerySet:
    return (
        DuplicatePair.objects.filter(
            Q(holds(territories, "low")),
            Q(holds(territories, "high")),
            state="open",
            low__merged_into__isnull=True,
            high__merged_into__isnull=True,
        )
        .exclude(low__hidden="erased")
        .exclude(high__hidden="erased")
        .select_related("low", "high")
        .order_by("-score", "id")
    )


def _to_confirm(territories: Territories, on: date) -> QuerySet:
    """The most visible first: the fullest pages are those that people read."""
    rows = Organisation.objects.published().living().filter(holds(territories), status="to_confirm")
    return rows.order_by("-quality", "id")


def _imports(territories: Territories, on: date) -> QuerySet:
    return Import.objects.filter(
        disagreements__gt=0, at__date__gte=on - timedelta(days=IMPORTS_DAYS)
    ).order_by("-id")


_OPEN = {
    "requests": _requests,
    "claims": _claims,
    "sensitive": lambda territories, on: _proposals(territories, ("sensitive",)),
    "proposals": lambda territories, on: _proposals(territories, PROPOSED),
    "duplicates": _pairs,
    "to_confirm": _to_confirm,
    "imports": _imports,
}


def _late(rows: QuerySet, queue: str, on: date) -> QuerySet:
    if queue == "requests":
        return rows.filter(due_on__lt=on)
    if queue not in HOUSE_DAYS:
        return rows.none()
    column = "found_on" if queue == "duplicates" else "made_on"
    return rows.filter(**{f"{column}__lt": on - timedelta(days=HOUSE_DAYS[queue])})


def _named(queue: str, words: str) -> Q:
    prefixes = {"duplicates": ("low__", "high__"), "to_confirm": ("",)}.get(queue, ("organisation__",))
    if queue == "imports":
        return Q(file_name__icontains=words)
    named = Q()
    for prefix in prefixes:
        named |= Q(**{f"{prefix}name__icontains": words}) | Q(**{f"{prefix}siren": words.replace(" ", "")})
    return named


def _of_request(queue: str, row: Request) -> Waiting:
    name = row.organisation.name if row.organisation else ""
    return Waiting(queue, row.pk, name, row.get_kind_display(), row.received_on, row.due_on)


def _of_claim(queue: str, row: Claim) -> Waiting:
    return Waiting(
        queue,
        row.pk,
        row.organisation.name,
        row.get_method_display(),
        row.made_on,
        house_due(queue, row.made_on),
    )


def _of_proposal(queue: str, row: Proposal) -> Waiting:
    name = row.organisation.name if row.organisation else str(row.changes.get("name", ""))
    return Waiting(queue, row.pk, name, row.get_kind_display(), row.made_on, house_due(queue, row.made_on))


def _of_pair(queue: str, row: DuplicatePair) -> Waiting:
    return Waiting(queue, row.pk, row.low.name, row.high.name, row.found_on, house_due(queue, row.found_on))


def _of_organisation(queue: str, row: Organisation) -> Waiting:
    return Waiting(queue, row.pk, row.name, row.reason_code, row.last_seen_on, None)


def _of_import(queue: str, row: Import) -> Waiting:
    detail = Text(f"{row.disagreements} désaccords", f"{row.disagreements} disagreements")
    return Waiting(queue, row.pk, row.file_name, detail, row.at.date(), None)


_LINES = {
    "requests": _of_request,
    "claims": _of_claim,
    "sensitive": _of_proposal,
    "proposals": _of_proposal,
    "duplicates": _of_pair,
    "to_confirm": _of_organisation,
    "imports": _of_import,
}
