"""Who supports whom: the supports on offer, and a matrix of stages and kinds that shows what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations.models import Support
from essaim.organisations.queries.page import place_name
from essaim.organisations.rules import SUPPORT_STAGES, SUPPORTS
from essaim.organisations.rules.reach import reaches
from essaim.ui.tables import Column, Table

UNSAID = ""
"""The row of supports that do not say at which stage they help."""


@dataclass(frozen=True)
class SupportQuestion:
    """Codes; empty is any. `territory`: the support serves at least a part of it."""

    kind: str = ""
    stage: str = ""
    sector: str = ""
    territory: str = ""


@dataclass(frozen=True)
class Cell:
    kind: str
    count: int


@dataclass(frozen=True)
class Line:
    """One stage (None: not said) with a cell for each kind; `missing`: kinds nobody offers at that stage."""

    stage: str
    label: Text
    cells: tuple[Cell, ...]
    missing: tuple[Text, ...]

    @property
    def is_bare(self) -> bool:
        """Nobody at all."""
        return len(self.missing) == len(self.cells)


def supports_on_offer(question: SupportQuestion, on: date) -> list[Support]:
    """Supports of published, living organisations, open on that day, by kind then title. Two queries."""
    rows = (
        Support.objects.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=on),
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            organisation__hidden="",
            organisation__merged_into__isnull=True,
            organisation__closed_on__isnull=True,
        )
        .select_related("organisation", "organisation__profile")
        .order_by("kind", "title", "pk")
    )
    if question.kind:
        rows = rows.filter(kind=question.kind)
    return [row for row in rows if _suits(row, question)]


def matrix(supports: Iterable[Support]) -> list[Line]:
    """Stages by kinds, counting each support once a stage; a last line for those that say no stage, if any."""
    counts: dict[tuple[str, str], int] = {}
    for support in supports:
        known = [stage for stage in dict.fromkeys(support.stages) if stage in SUPPORT_STAGES]
        for stage in known or [UNSAID]:
            counts[stage, support.kind] = counts.get((stage, support.kind), 0) + 1
    lines = [_line(stage, label, counts) for stage, label in SUPPORT_STAGES.items()]
    if any(stage == UNSAID for stage, _ in counts):
        lines.append(_line(UNSAID, Text("Étape non précisée", "Stage not said"), counts))
    return lines


def support_table(supports: Iterable[Support], uri: str) -> Table:
    """What the CSV holds; `uri`: address of an organisation's page, with {id} in it."""
    columns = (
        Column(Text("Organisation", "Organisation")),
        Column(Text("Fiche", "Page")),
        Column("SIREN"),
        Column(Text("Type d'appui", "Kind of support")),
        Column(Text("Intitulé", "Title")),
        Column(Text("Description", "Description")),
        Column(Text("Étapes", "Stages")),
        Column(Text("Secteurs (vide : tous)", "Sectors (empty: all)")),
        Column(Text("Territoire (vide : toute la France)", "Territory (empty: all of France)")),
        Column(Text("Nom du territoire", "Name of the territory")),
        Column(Text("Lien", "Link")),
        Column(Text("Du", "From")),
        Column(Text("Au", "To")),
    )
    rows = [
        (
            plain_cell(support.organisation.name),
            uri.format(id=support.organisation_id),
            support.organisation.siren or "",
            SUPPORTS.get(support.kind),
            plain_cell(support.title),
            plain_cell(support.description),
            " ".join(support.stages),
            " ".join(support.sectors),
            support.territory,
            place_name(support.territory) if support.territory else "",
            plain_cell(support.link),
            support.starts_on and support.starts_on.isoformat(),
            support.ends_on and support.ends_on.isoformat(),
        )
        for support in supports
    ]
    return Table(columns, rows, Text("Qui accompagne qui", "Who supports whom"))


def plain_cell(text: str) -> str:
    """A text that a spreadsheet would run as a formula is preceded by an apostrophe."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def sector_words(codes: Iterable[str]) -> list[Text]:
    labels = categories.labels()["sector"]
    return [labels[code] for code in codes if code in labels]


def _suits(support: Support, question: SupportQuestion) -> bool:
    if question.stage and question.stage not in support.stages:
        return False
    if question.sector and support.sectors and question.sector not in support.sectors:
        return False
    return not question.territory or reaches(support.territory, question.territory)


def _line(stage: str, label: Text, counts: dict[tuple[str, str], int]) -> Line:
    cells = tuple(Cell(kind, counts.get((stage, kind), 0)) for kind in SUPPORTS)
    return Line(stage, label, cells, tuple(SUPPORTS[cell.kind] for cell in cells if not cell.count))
