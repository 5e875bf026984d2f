"""The questions, one section each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from essaim.atlas import sentences
from essaim.atlas.folio.cells import (
    ESTABLISHMENTS,
    MOST_BARS,
    SECRET,
    SMALL,
    TERRITORY,
    cell,
    here_and_around,
    part,
    ranked,
    references,
    side_by_side,
    slices_table,
    territories_table,
    value_of,
)
from essaim.atlas.places_map import density_map
from essaim.atlas.readings import KIND_PLURALS, Reading
from essaim.law.text import Text
from essaim.observatory.indicators.definition import Definition
from essaim.ui.charts.chart import Chart, bars
from essaim.ui.charts.parts import strip, years
from essaim.ui.tables import Column, Hidden, Table


@dataclass(frozen=True, slots=True)
class Section:
    """One question. `table` names the tidy table it downloads; `notes` say why something is missing or fragile."""

    id: str
    question: Text
    chart: Chart
    figures: tuple[Definition, ...]
    notes: tuple[Text, ...]
    table: str


def sections(reading: Reading) -> list[Section]:
    """Every question the territory's figures can answer, in reading order."""
    asked: list[Callable[[Reading], Section | None]] = [
        _employers, _activities, _families, _sizes, _where, _moves, _ages, _neighbourhoods,
    ]  # fmt: skip
    return [section for ask in asked if (section := ask(reading)) is not None]


def _definitions(reading: Reading, *ids: str) -> tuple[Definition, ...]:
    return tuple(reading.atlas.figures[key].definition for key in ids if key in reading.atlas.figures)


def _notes(reading: Reading, *ids: str) -> tuple[Text, ...]:
    """The notes of these figures, each once, and the warning on small numbers."""
    shown = [reading.atlas.figures[key] for key in ids if key in reading.atlas.figures]
    # That the file is incomplete is said once, at the top of the page.
    notes = [figure.note_text for figure in shown if figure.note != "partial_register"]
    found = list(dict.fromkeys(note for note in notes if note is not None))
    count = reading.atlas.figures.get("sse_employer_establishments")
    if sentences.known(count) and 0 < count.value < sentences.SMALL_NUMBER:  # type: ignore[union-attr,operator]
        found.append(SMALL)
    return tuple(found)


def _employers(reading: Reading) -> Section | None:
    ids = [
        key
        for key in (
            "sse_employer_establishments",
            "employer_establishments",
            "sse_employer_share_pct",
            "private_employer_establishments",
            "sse_employer_share_private_pct",
        )
        if key in reading.atlas.figures
    ]
    if not ids:
        return None
    side = side_by_side(reading)
    title = Text("Part de l'ESS parmi les établissements employeurs", "SSE share of employer establishments")
    chart = bars(
        [(name, cell(atlas.figures.get("sse_employer_share_pct"))) for name, atlas in side],  # type: ignore[misc]
        title=title,
        sentence=sentences.who_employs(reading.atlas.figures, references(reading)),
        category=TERRITORY,
        measure=Text("Part", "Share"),
        kind="percent",
        colours=here_and_around(side),
    )
    table = territories_table(reading, ids, title)
    return Section(
        "employers",
        Text("Qui emploie ?", "Who employs?"),
        replace(chart, table=table),
        _definitions(reading, "sse_employer_share_pct", "sse_employer_share_private_pct"),
        _notes(reading, "sse_employer_establishments", "sse_employer_share_pct"),
        "figures",
    )


def _activities(reading: Reading) -> Section | None:
    slices = [one for one in ranked(reading.atlas.by_sector) if one.status != "ok" or one.establishments]
    if not reading.atlas.by_sector:
        return None
    title = Text("Établissements de l'ESS par activité", "SSE establishments by activity")
    shown, rest = slices[:MOST_BARS], slices[MOST_BARS:]
    rows = [(one.label, part(one, "establishments")) for one in shown]
    others = sum(one.establishments or 0 for one in rest if one.status == "ok")
    if rest and all(one.status == "ok" for one in rest):
        rows.append((Text(f"Les {len(rest)} autres activités", f"The {len(rest)} other activities"), others))
    chart = bars(
        rows,  # type: ignore[arg-type]
        title=title,
        sentence=sentences.parts(
            reading.atlas.by_sector, Text("les activités", "activities"), of_france=not reading.is_partial
        ),
        category=Text("Activité", "Activity"),
        measure=ESTABLISHMENTS,
    )
    table = slices_table(ranked(reading.atlas.by_sector), Text("Activité", "Activity"), title, sectors=True)
    return Section(
        "activities",
        Text("Dans quelles activités ?", "In which activities?"),
        replace(chart, table=table),
        _definitions(reading, "sse_establishments"),
        (),
        "by_sector",
    )


def _families(reading: Reading) -> Section | None:
    slices = [one for one in reading.atlas.by_family if one.category != "unknown" or one.establishments]
    if not slices:
        return None
    title = Text("Établissements de l'ESS par famille", "SSE establishments by family")
    chart = strip(
        [(one.label, part(one, "establishments")) for one in slices],  # type: ignore[misc]
        title=title,
        sentence=sentences.parts(slices, Text("les familles", "families")),
        category=Text("Famille", "Family"),
        measure=ESTABLISHMENTS,
        colours=[f"family-{one.category}" if one.category != "unknown" else "ink-soft" for one in slices],
    )
    return Section(
        "families",
        Text("Quelles familles ?", "Which families?"),
        replace(chart, table=slices_table(slices, Text("Famille", "Family"), title)),
        _definitions(reading, "sse_establishments"),
        (),
        "by_family",
    )


def _sizes(reading: Reading) -> Section | None:
    if not reading.atlas.by_size:
        return None
    title = Text("Établissements de l'ESS par effectif", "SSE establishments by head-count")
    chart = bars(
        [(one.label, part(one, "establishments")) for one in reading.atlas.by_size],  # type: ignore[misc]
        title=title,
        sentence=sentences.sizes(reading.atlas.figures, reading.atlas.by_size),
        category=Text("Effectif", "Head-count"),
        measure=ESTABLISHMENTS,
    )
    return Section(
        "sizes",
        Text("De quelle taille ?", "How big?"),
        replace(chart, table=slices_table(reading.atlas.by_size, Text("Effectif", "Head-count"), title)),
        _definitions(reading, "sse_jobs", "sse_establishments"),
        _notes(reading, "sse_jobs"),
        "by_size",
    )


def _where(reading: Reading) -> Section | None:
    if reading.inside_kind is None or not reading.inside:
        return None
    places = reading.inside_places
    title = Text(
        f"Établissements de l'ESS pour 10 000 habitants, {KIND_PLURALS[reading.inside_kind].fr.lower()}",
        f"SSE establishments per 10,000 inhabitants, {KIND_PLURALS[reading.inside_kind].en.lower()}",
    )
    counts = {code: own.get("sse_establishments") for code, own in reading.inside.items()}
    rows = sorted(places.values(), key=lambda place: (-(value_of(counts.get(place.code)) or 0), place.name))
    sentence = sentences.where(
        [(place.name, value_of(counts.get(place.code))) for place in rows],
        value_of(reading.atlas.figures.get("sse_establishments")),
    )
    table = Table(
        [
            Column(KIND_PLURALS[reading.inside_kind]),
            Column(Text("Habitants", "Inhabitants"), "number"),
            Column(ESTABLISHMENTS, "number"),
            Column(Text("Pour 10 000 habitants", "Per 10,000 inhabitants"), "number", 1),
        ],
        [
            (
                place.name,
                place.population,
                cell(counts.get(place.code)),
                cell(reading.inside.get(place.code, {}).get("sse_density_per_10000")),
            )
            for place in rows
        ],
        title,
        links=[f"/atlas/{place.kind}/{place.id}/" for place in rows],
    )
    svg = density_map(reading, title)
    return Section(
        "where",
        Text("Où ?", "Where?"),
        Chart(svg, sentence, table),
        _definitions(reading, "sse_density_per_10000", "sse_establishments"),
        _notes(reading, "sse_density_per_10000"),
        "figures",
    )


def _moves(reading: Reading) -> Section | None:
    by_year = sorted(reading.atlas.by_year, key=lambda year: year.year)[-10:]
    if not by_year:
        return None
    title = Text(
        "Créations et fermetures d'établissements de l'ESS", "Openings and closures of SSE establishments"
    )
    hidden = Hidden(SECRET)
    rows = [
        (
            one.year,
            hidden if one.status == "secret" else one.creations,
            hidden if one.status == "secret" else one.closures,
        )
        for one in by_year
    ]
    chart = years(rows, title=title, sentence=sentences.moves(by_year))  # type: ignore[arg-type]
    return Section(
        "moves",
        Text("Comment cela bouge ?", "How does it move?"),
        chart,
        _definitions(reading, "sse_creations", "sse_closures"),
        tuple(dict.fromkeys(_notes(reading, "sse_creations", "sse_closures"))),
        "by_year",
    )


def _ages(reading: Reading) -> Section | None:
    if not any(one.establishments for one in reading.atlas.by_age):
        return None
    slices = [one for one in reading.atlas.by_age if one.category != "unknown" or one.establishments]
    title = Text("Établissements de l'ESS par âge", "SSE establishments by age")
    chart = bars(
        [(one.label, part(one, "establishments")) for one in slices],  # type: ignore[misc]
        title=title,
        sentence=sentences.ages(reading.atlas.figures.get("sse_median_age_years"), slices),
        category=Text("Âge", "Age"),
        measure=ESTABLISHMENTS,
    )
    return Section(
        "ages",
        Text("Depuis quand ?", "For how long?"),
        replace(chart, table=slices_table(slices, Text("Âge", "Age"), title)),
        _definitions(reading, "sse_median_age_years"),
        _notes(reading, "sse_median_age_years"),
        "by_age",
    )


def _neighbourhoods(reading: Reading) -> Section | None:
    ids = [
        key
        for key in ("sse_establishments_in_qpv", "sse_share_in_qpv_pct", "sse_establishments_within_300m_qpv")
        if key in reading.atlas.figures
    ]
    if "sse_establishments_in_qpv" not in ids or reading.place.kind == "qpv":
        return None
    side = side_by_side(reading)
    title = Text(
        "Part de l'ESS située dans un quartier prioritaire", "Share of the SSE in a priority neighbourhood"
    )
    chart = bars(
        [(name, cell(atlas.figures.get("sse_share_in_qpv_pct"))) for name, atlas in side],  # type: ignore[misc]
        title=title,
        sentence=sentences.neighbourhoods(reading.atlas.figures, references(reading)),
        category=TERRITORY,
        measure=Text("Part", "Share"),
        kind="percent",
        colours=here_and_around(side),
    )
    return Section(
        "neighbourhoods",
        Text("Dans les quartiers prioritaires, ou tout près ?", "In priority neighbourhoods, or close by?"),
        replace(chart, table=territories_table(reading, ids, title)),
        _definitions(reading, *ids),
        _notes(reading, *ids),
        "figures",
    )
