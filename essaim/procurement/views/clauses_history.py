"""What became of an operation, its clauses and its engagements: from what to what, when and why."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from essaim.procurement.models import ClauseChange, ClauseOperation
from essaim.procurement.queries.clauses_standing import changes_of
from essaim.procurement.rules.clauses import FORMULAS, show_minutes
from essaim.ui import formats
from essaim.ui.tables import Column, Table
from essaim.ui.words import language, say


def history_table(operation: ClauseOperation, *, with_engagements: bool) -> Table | None:
    """None when nothing was changed. Engagements are the facilitators' business."""
    rows = changes_of(operation)
    if not with_engagements:
        rows = rows.filter(engagement=None)
    columns = (
        Column(_("Le"), "date"),
        Column(_("Quoi")),
        Column(_("Acte")),
        Column(_("Avant → après")),
        Column(_("Motif")),
    )
    body = [
        (each.made_on.isoformat(), _subject(each), each.get_act_display(), _difference(each), each.reason)
        for each in rows
    ]  # fmt: skip
    return Table(columns, body, _("Changements et retraits")) if body else None


def _subject(change: ClauseChange) -> str:
    if change.engagement is not None:
        return _("Engagement chez %(company)s") % {"company": change.engagement.share.company.name}
    if change.clause is not None:
        return _("Clause, %(lot)s") % {"lot": change.clause.lot}
    return _("Opération")


def _difference(change: ClauseChange) -> str:
    if change.act == "withdrawn":
        return ""
    labels = {
        "name": _("nom"), "starts_on": _("début"), "ends_on": _("fin"), "lot": _("lot"), "contract": _("marché"),
        "formula": _("formule"), "figures": _("chiffres"), "hours_due": _("heures dues"),
        "hours_expected": _("heures attendues"), "penalty_cents": _("pénalité"),
        "internal_cost_cents": _("coût interne"), "expected_minutes": _("heures prévues"),
        "formula_since": _("vaut depuis"),
    }  # fmt: skip
    return " ; ".join(
        f"{label} : {_shown(name, change.before, change)} → {_shown(name, change.after, change)}"
        for name, label in labels.items()
        if name in change.before
    )


def _shown(name: str, values: dict[str, Any], change: ClauseChange) -> str:
    value = values[name]
    if value in (None, ""):
        return "–"
    if name in ("starts_on", "ends_on", "formula_since"):
        return formats.date_long(value, language())
    if name == "formula":
        return say(FORMULAS[value].label)
    if name == "figures":
        return shown_figures(value)
    if name == "expected_minutes":
        return show_minutes(value)
    if name.endswith("_cents"):
        return shown_figure("cents", value)
    return str(value)


def shown_figures(figures: dict[str, Any]) -> str:
    """Of any formula: each figure is known by its name."""
    known = {each.name: each for formula in FORMULAS.values() for each in formula.figures}
    return ", ".join(
        f"{say(known[name].label)} {shown_figure(known[name].kind, value)}" for name, value in figures.items()
    )


def shown_figure(kind: str, value: object) -> str:
    column = Column("", {"cents": "euros", "percent": "percent", "hours": "number"}[kind])  # type: ignore[arg-type]
    return column.show(Decimal(value) / 100 if kind == "cents" else Decimal(str(value)))  # type: ignore[arg-type]
