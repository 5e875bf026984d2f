"""The summary of social clauses as a table (XLSX, CSV) and as a tagged PDF, in the reader's language."""

import json
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from essaim.procurement.models import Clause
from essaim.procurement.queries.clauses_standing import Counts
from essaim.procurement.queries.clauses_summary import Summary
from essaim.procurement.rules.clauses import FORMULAS, MINUTES, fte_hours, full_time_equivalents, show_minutes
from essaim.ui import formats
from essaim.ui.tables import Column, Table
from essaim.ui.words import language, say

LAYOUT = Path(__file__).with_name("clauses_report.typ")


def as_table(summary: Summary) -> Table:
    """One row a company and a clause; a clause without a company still has its row."""
    columns = (
        Column(_("Opération")), Column(_("Lot")), Column(_("Marché")), Column(_("Formule")), Column(_("Entreprise")),
        Column("SIREN"), Column(_("Dues (h)"), "number"), Column(_("Prévues (h)"), "number"),
        Column(_("Déclarées (h)"), "number"), Column(_("Validées (h)"), "number"), Column(_("Manquent (h)"), "number"),
        Column(_("Réalisé"), "percent"), Column(_("Pénalité"), "euros"), Column(_("Fictif")),
        Column(_("Formule depuis"), "date"), Column(_("Dues avant, sur le lot (h)"), "number"),
    )  # fmt: skip
    rows = []
    for each in summary.operations:
        for clause in each.clauses:
            head = (
                each.operation.name,
                clause.clause.lot,
                clause.clause.contract,
                FORMULAS[clause.clause.formula].label,
            )
            since = clause.clause.formula_since
            tail = (
                _("oui") if each.operation.is_fictitious else "",
                since.isoformat() if since else None,
                clause.clause.hours_before,
            )
            for row in clause.shares:
                penalty = None if row.penalty is None else row.penalty / 100
                rows.append(
                    (*head, row.share.company.name, row.share.company.siren, *_counts(row), penalty, *tail)
                )
            if not clause.shares:
                rows.append((*head, None, None, *_counts(clause), None, *tail))
    return Table(columns, rows, _("Clauses sociales"))


def _counts(row: Counts) -> tuple[object, ...]:
    completion = None if row.completion is None else round(float(row.completion), 1)
    minutes = (row.expected_minutes, row.declared_minutes, row.validated_minutes, row.missing)
    return (row.due_hours, *map(_hours, minutes), completion)


def _hours(minutes: int) -> Decimal | int:
    return minutes // MINUTES if minutes % MINUTES == 0 else round(Decimal(minutes) / MINUTES, 2)


def content(summary: Summary) -> dict[str, Any]:
    """What the layout prints: plain text, shown as it is."""
    spoken = language()
    fte = full_time_equivalents(summary.validated_minutes, summary.on)
    kept = (
        _("Depuis le début.")
        if summary.year is None
        else _("Heures des mois de %(year)s.") % {"year": summary.year}
    )
    return {
        "lang": spoken,
        "title": _("Clauses sociales : %(what)s") % {"what": summary.title},
        "authority": summary.authority.name,
        "day": _("Situation au %(day)s.") % {"day": formats.date_long(summary.on, spoken)} + " " + kept,
        "fictitious": _("Données fictives, pour la démonstration.") if summary.is_fictitious else "",
        "figures": [
            [_("Heures validées"), show_minutes(summary.validated_minutes)],
            [_("Équivalents temps plein sur un an"), formats.number(float(fte), spoken, 2)],
            [_("Personnes"), formats.number(summary.people, spoken)],
        ],
        "head": [_("Entreprise"), _("Dues"), _("Prévues"), _("Déclarées"), _("Validées"), _("Manquent"), _("Réalisé")],
        "nothing": _("Aucune clause sur cette période."),
        "sections": [
            {
                "title": f"{each.operation.name} · {clause.clause.lot}",
                "formula": _formula(clause.clause, spoken),
                "rows": [_line(row.share.company.name, row, spoken) for row in clause.shares],
                "total": _line(_("Ensemble"), clause, spoken),
            }
            for each in summary.operations
            for clause in each.clauses
        ],
        "foot": _(
            "Heures validées par le facilitateur. Manquent : heures dues et non validées, base des pénalités. "
            "Équivalent temps plein : %(hours)s heures, à vérifier. Les personnes sont comptées sous pseudonyme ; "
            "aucun nom ne figure ici."
        )
        % {"hours": formats.number(fte_hours(summary.on), spoken)},
    }  # fmt: skip


def _formula(clause: Clause, spoken: str) -> str:
    label = say(FORMULAS[clause.formula].label)
    if clause.formula_since is None:
        return label
    told = {
        "formula": label,
        "day": formats.date_long(clause.formula_since, spoken),
        "hours": formats.number(clause.hours_before, spoken),
    }
    return _("%(formula)s. Calculées ainsi depuis le %(day)s ; %(hours)s heures dues auparavant.") % told


def _line(name: str, row: Counts, spoken: str) -> list[str]:
    completion = None if row.completion is None else float(row.completion)
    minutes = (
        row.due_minutes,
        row.expected_minutes,
        row.declared_minutes,
        row.validated_minutes,
        row.missing,
    )
    return [name, *map(show_minutes, minutes), formats.percent(completion, spoken)]


def as_pdf(summary: Summary) -> bytes:
    with tempfile.TemporaryDirectory(prefix="essaim-clauses-") as folder:
        root = Path(folder)
        shutil.copyfile(LAYOUT, root / "report.typ")
        (root / "data.json").write_text(json.dumps(content(summary), ensure_ascii=False), encoding="utf-8")
        return typst.compile(str(root / "report.typ"), root=str(root), pdf_standards=["ua-1"])
