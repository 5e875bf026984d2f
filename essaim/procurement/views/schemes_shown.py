"""Figures of a scheme as charts, tables and sentences: everything is read in the figures, computed or frozen."""

from collections.abc import Mapping
from typing import Any

from essaim.law.text import Text
from essaim.procurement.queries.schemes_figures import COLUMNS, flat
from essaim.procurement.rules.schemes import NUMBER, VALUE, is_of_suppliers
from essaim.ui import formats
from essaim.ui.charts.chart import Chart, bars
from essaim.ui.colours import SERIES
from essaim.ui.tables import Column, Table

CATEGORY, BUYER = Text("Catégorie", "Category"), Text("Acheteur", "Buyer")
TOTAL = Text("Ensemble", "Total")
COUNTS = (
    Text("Comptent", "Count"),
    Text("Réponse connue", "Answer known"),
    Text("Total", "Total"),
)
SHARES = (
    Text("Taux", "Rate"),
    Text("Réponse inconnue", "Answer unknown"),
    Text("Au moins", "At least"),
    Text("Au plus", "At most"),
)
HERE, TARGET = Text("ce SPASER", "this scheme"), Text("cible", "target")
FRANCE = Text("France, tous acheteurs", "France, all buyers")
BASIS = {
    NUMBER: Text("En nombre de contrats", "By number of contracts"),
    VALUE: Text("En montant", "By value"),
}


def sections(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One category each: its two headline rates, its trajectory, a table by buyer for each basis."""
    return [
        {
            "code": code,
            "label": Text.of(figures["categories"][code]),
            "number": bases[NUMBER],
            "value": bases[VALUE],
            "is_floor": is_of_suppliers(code),
            "trajectory": trajectory(figures, code),
            "tables": (buyers_table(figures, code, NUMBER), buyers_table(figures, code, VALUE)),
        }
        for code, bases in figures["total"].items()
    ]


def buyers_table(figures: Mapping[str, Any], category: str, basis: str) -> Table:
    """One row a buyer, then all of them together. Amounts in euros."""
    kind = "number" if basis == NUMBER else "euros"
    columns = [
        Column(BUYER),
        *(Column(label, kind, 0) for label in COUNTS),
        *(Column(label, "percent") for label in SHARES),
    ]
    rows = [(each["name"], *cells(each["rates"][category][basis], basis)) for each in figures["buyers"]]
    rows.append((TOTAL, *cells(figures["total"][category][basis], basis)))
    label = Text.of(figures["categories"][category])
    caption = Text(f"{label.fr}, {BASIS[basis].fr.lower()}", f"{label.en}, {BASIS[basis].en.lower()}")
    return Table(columns, rows, caption)


def cells(rate: Mapping[str, Any], basis: str) -> tuple[object, ...]:
    counts = tuple(
        rate[name] if basis == NUMBER else rate[name] / 100 for name in ("positive", "known", "total")
    )
    return (*counts, *(rate[name] for name in ("pct", "unknown_pct", "floor_pct", "ceiling_pct")))


def trajectory(figures: Mapping[str, Any], category: str) -> Chart:
    """Year by year: what the scheme did, the targets, the national rate. What nobody knows has no bar."""
    targets = [each for each in figures["objectives"] if each["category"] == category]
    measure = targets[0]["measure"] if targets else NUMBER
    known = [
        (each["year"], 0, HERE, each["rates"][category][measure]["pct"])
        for each in figures["years"]
        if each["rates"][category][measure]["pct"] is not None
    ]
    known += [
        (each["target_year"], 1, TARGET, each["target_pct"]) for each in targets if each["measure"] == measure
    ]
    known += [
        (each["year"], 2, FRANCE, each["pct"])
        for each in figures["benchmarks"]
        if each["category"] == category and each["who"] == "all"
    ]
    known.sort(key=lambda row: row[:2])
    label = Text.of(figures["categories"][category])
    return bars(
        [(Text(f"{year}, {who.fr}", f"{year}, {who.en}"), value) for year, _, who, value in known],
        title=Text(f"{label.fr} : trajectoire", f"{label.en}: trajectory"),
        sentence=sentence(figures, category, measure),
        category=Text("Année", "Year"),
        measure=SHARES[0],
        kind="percent",
        colours=[SERIES[place] for _, place, _, _ in known],
    )


def sentence(figures: Mapping[str, Any], category: str, measure: str) -> Text:
    """What the period says, with its count and what is not known."""
    rate = figures["total"][category][measure]
    period = figures["period"]
    if rate["pct"] is None:
        return Text(
            "Aucune réponse connue sur la période : le taux ne peut pas être calculé.",
            "No answer is known over the period: the rate cannot be computed.",
        )
    whole = "total" if is_of_suppliers(category) else "known"
    said = {}
    for language in ("fr", "en"):
        show = formats.number if measure == NUMBER else formats.euros
        unit = 1 if measure == NUMBER else 100
        said[language] = {
            "pct": formats.percent(rate["pct"], language),
            "unknown": formats.percent(rate["unknown_pct"], language),
            "part": show(rate["positive"] / unit, language, 0),
            "whole": show(rate[whole] / unit, language, 0),
            "years": f"{period['first_year']}–{period['last_year']}",
        }
    least = ("au moins ", "at least ") if is_of_suppliers(category) else ("", "")
    return Text(
        f"{said['fr']['years']} : {least[0]}{said['fr']['pct']} ({said['fr']['part']} sur {said['fr']['whole']}) ; "
        f"réponse inconnue pour {said['fr']['unknown']} de l'ensemble.",
        f"{said['en']['years']}: {least[1]}{said['en']['pct']} ({said['en']['part']} of {said['en']['whole']}); "
        f"answer unknown for {said['en']['unknown']} of the whole.",
    )


def objectives_table(figures: Mapping[str, Any]) -> Table:
    """Every target with what the period reached; a category no open data measures has no figure yet."""
    columns = [
        Column(CATEGORY),
        Column(Text("Mesure", "Measure")),
        Column(Text("Cible", "Target"), "percent"),
        Column(Text("En", "By")),
        Column(Text("Atteint sur la période", "Reached over the period"), "percent"),
        Column(Text("Écart à la cible (points)", "Gap to the target (points)"), "number", 1),
    ]
    rows = [
        (
            Text.of(figures["categories"][each["category"]]),
            BASIS[each["measure"]],
            each["target_pct"],
            str(each["target_year"]),
            each["reached_pct"],
            None if each["reached_pct"] is None else round(each["reached_pct"] - each["target_pct"], 2),
        )
        for each in figures["objectives"]
    ]
    return Table(columns, rows, Text("Les objectifs", "The objectives"))


def benchmark_table(figures: Mapping[str, Any]) -> Table:
    columns = [
        Column(CATEGORY),
        Column(Text("Année", "Year")),
        Column(Text("Qui", "Who")),
        Column(Text("Taux", "Rate"), "percent"),
    ]
    rows: list[tuple[object, ...]] = [
        (
            Text.of(figures["categories"][each["category"]]),
            str(each["year"]),
            Text.of(each["label"]),
            each["pct"],
        )
        for each in figures["benchmarks"]
    ]
    rows += [
        (
            Text.of(figures["categories"][each["category"]]),
            f"{each['from_year']}–{each['to_year']}",
            Text("Cible nationale (PNAD)", "National target (PNAD)"),
            each["pct"],
        )
        for each in figures["national_targets"]
    ]
    return Table(columns, rows, Text("Repères nationaux", "National benchmarks"))


def figures_table(figures: Mapping[str, Any]) -> Table:
    """Machine names and cents, one row a buyer, category and basis: the twin of the JSON file."""
    return Table([Column(name) for name in COLUMNS], flat(figures))
