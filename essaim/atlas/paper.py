"""From a territory's folio to the printed report: the same questions, sentences, charts and tables, as plain values.

Needs no Django project (see cli.py). Said in one language, given.
"""

from collections.abc import Sequence
from typing import Any

from essaim.atlas import exports, folio, places_map, readings
from essaim.atlas.report import Report
from essaim.law.text import Text
from essaim.observatory.atlas import Atlas
from essaim.observatory.indicators.definition import Definition
from essaim.observatory.store import Store
from essaim.ui import formats
from essaim.ui.tables import Column, Table

MOST_ROWS = 12


def report(store: Store, codes: Sequence[str], language: str) -> Report:
    """The report of the first territory; the others, if any, are compared with it in a table of their own.

    The active language must be `language`. Raises what `readings.read` and `readings.compared` raise.
    """
    atlases = readings.compared(store, codes)
    reading = readings.read(store, codes[0])
    readings.same_build([reading.atlas, *atlases])
    sections = folio.sections(reading)
    images = {f"{section.id}.svg": section.chart.svg for section in sections}
    locator = places_map.locator(reading.place, language)
    if locator:
        images["locator.svg"] = locator
    content = _frame(reading, language) | {
        "locator": {"file": "locator.svg", "alt": _locator_words(reading, language)} if locator else None,
        "key_figures": [_key_figure(figure, language) for figure in folio.key_figures(reading)],
        "sections": [
            *([_compared(atlases, reading, language)] if len(atlases) > 1 else []),
            *(_section(section, language) for section in sections),
        ],
        "sources": [_source(source, language) for source in reading.atlas.sources],
        "definitions": [
            _definition(figure.definition, language) for figure in reading.atlas.figures.values()
        ],
    }
    return Report(content, images)


def _frame(reading: readings.Reading, language: str) -> dict[str, Any]:
    place, atlas = reading.place, reading.atlas
    title = Text(
        "Atlas de l'économie sociale et solidaire", "Atlas of the social and solidarity economy"
    ).in_(language)
    day = formats.date_long(atlas.vintage, language)
    vintage = Text(f"Données au {day}", f"Data on {day}").in_(language)
    people = (
        Text(
            f"{formats.number(place.population, 'fr')} habitants",
            f"{formats.number(place.population, 'en')} inhabitants",
        ).in_(language)
        if place.population
        else ""
    )
    kind = readings.kind_label(place).in_(language)
    return {
        "lang": language[:2],
        "title": place.name,
        "kicker": title,
        "subtitle": " · ".join(part for part in (kind, people, vintage) if part),
        "keywords": [title, place.name, place.code],
        "running": f"{title} – {place.name}",
        "vintage": vintage,
        "fictitious": Text("DONNÉES FICTIVES", "FICTITIOUS DATA").in_(language) if atlas.fictitious else None,
        "fictitious_sentence": exports.FICTITIOUS.in_(language),
        "partial": folio.PARTIAL.in_(language) if readings.is_partial(atlas) else None,
        "footer": Text(
            f"Essaim, construction {atlas.build_id}. {_publishers(atlas)}. {vintage}. {exports.LICENCE}.",
            f"Essaim, build {atlas.build_id}. {_publishers(atlas)}. {vintage}. {exports.LICENCE}.",
        ).in_(language),
        "labels": {
            "sources": Text("Sources", "Sources").in_(language),
            "definitions": Text("Définition des chiffres", "Definition of the figures").in_(language),
        },
    }


def _publishers(atlas: Atlas) -> str:
    return ", ".join(dict.fromkeys(source.publisher for source in atlas.sources))


def _locator_words(reading: readings.Reading, language: str) -> str:
    name = reading.place.name
    return Text(f"Situation en France : {name}", f"Position in France: {name}").in_(language)


def _key_figure(shown: folio.KeyFigure, language: str) -> dict[str, Any]:
    figure = shown.figure
    note = figure.note_text
    if figure.status == "ok" and figure.value is not None:
        value = formats.number(figure.value, language, figure.unit.decimals)
    elif figure.status == "ok":
        value = formats.interval(figure.low, figure.high, language)
    else:
        value = (
            Text("Non publié", "Not published").in_(language)
            if figure.status == "secret"
            else formats.NOTHING
        )
    lines = [shown.comparison, shown.trend, note if figure.status != "ok" else None]
    return {
        "label": figure.definition.label.in_(language),
        "value": value,
        "unit": figure.unit.label.in_(language) if figure.id == "sse_jobs" and figure.status == "ok" else "",
        "lines": [_capital(line.in_(language)) for line in lines if line is not None],
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _section(section: folio.Section, language: str) -> dict[str, Any]:
    notes = " ".join(note.in_(language) for note in section.notes)
    sentence = section.chart.sentence
    return {
        "question": section.question.in_(language),
        "sentence": sentence.in_(language) if isinstance(sentence, Text) else sentence,
        "chart": {
            "file": f"{section.id}.svg",
            "alt": f"{section.question.in_(language)} {_words(sentence, language)}",
        },
        "table": _table(section.chart.table, language),
        "note": notes or None,
        "source": source_line(section.figures, language),
    }


def _words(words: Text | str, language: str) -> str:
    return words.in_(language) if isinstance(words, Text) else words


def _table(table: Table, language: str) -> dict[str, Any]:
    """The first columns and rows of a table, rows of zeros left out: what is left out is said, and is in the files."""
    columns = list(table.columns)[:4]
    shown = [
        row for row, raw in zip(table.body, table.rows, strict=True) if any(cell != 0 for cell in raw[1:4])
    ]
    rows = [[cell.text for cell in row["cells"]][: len(columns)] for row in shown]  # type: ignore[union-attr]
    kept = rows[:MOST_ROWS]
    if len(rows) > len(kept):
        more = len(rows) - len(kept)
        said = Text(f"… et {more} autres, dans les fichiers", f"… and {more} others, in the files").in_(
            language
        )
        kept.append([said, *("" for _ in columns[1:])])
    return {
        "columns": [_words(column.label, language) for column in columns],
        "numeric": [column.is_number for column in columns],
        "rows": kept,
    }


def source_line(definitions: Sequence[Definition], language: str) -> str:
    """Source, perimeter and denominator of the figures behind a chart."""
    sources = "; ".join(dict.fromkeys(one.source.in_(language) for one in definitions))
    perimeters = ", ".join(dict.fromkeys(one.perimeter.label.in_(language) for one in definitions))
    over = "; ".join(dict.fromkeys(one.denominator.in_(language) for one in definitions if one.denominator))
    words = Text(
        f"Source : {sources}. Périmètre : {perimeters}.", f"Source: {sources}. Perimeter: {perimeters}."
    )
    if over:
        words = Text(f"{words.fr} Dénominateur : {over}.", f"{words.en} Denominator: {over}.")
    return words.in_(language)


def compared_table(atlases: Sequence[Atlas], names: Sequence[Text]) -> list[tuple[Definition, list[object]]]:
    """One row per figure, one cell per territory."""
    return [
        (figure.definition, [folio.cell(atlas.figures.get(key)) for atlas in atlases])
        for key, figure in atlases[0].figures.items()
        if names
    ]


def _compared(atlases: Sequence[Atlas], reading: readings.Reading, language: str) -> dict[str, Any]:
    names = [folio.named(atlas) for atlas in atlases]
    rows = []
    for definition, cells in compared_table(atlases, names):
        kind = "percent" if definition.unit.id == "percent" else "number"
        column = Column("", kind, definition.unit.decimals)
        rows.append([definition.label.in_(language), *(column.show(cell) for cell in cells)])
    return {
        "question": Text("Comparaison", "Comparison").in_(language),
        "sentence": Text(
            "Mêmes définitions, même source, même date pour tous les territoires.",
            "Same definitions, same source, same date for every territory.",
        ).in_(language),
        "chart": None,
        "table": {
            "columns": [Text("Chiffre", "Figure").in_(language), *(name.in_(language) for name in names)],
            "numeric": [False, *(True for _ in names)],
            "rows": rows,
        },
        "note": None,
        "source": source_line([figure.definition for figure in atlases[0].figures.values()][:1], language),
    }


def _source(source: Any, language: str) -> dict[str, str]:
    day = formats.date_long(source.vintage, language)
    return {
        "name": source.name,
        "line": Text(
            f"{source.publisher}, données au {day}, {source.licence}",
            f"{source.publisher}, data on {day}, {source.licence}",
        ).in_(language),
        "detail": f"{source.file} – SHA-256 {source.sha256[:16]}… – {source.url}",
    }


def _definition(definition: Definition, language: str) -> dict[str, str]:
    numerator = definition.numerator.in_(language)
    over = f" / {definition.denominator.in_(language)}" if definition.denominator else ""
    return {
        "label": definition.label.in_(language),
        "text": f"{numerator}{over}. {definition.caveat.in_(language)}",
    }
