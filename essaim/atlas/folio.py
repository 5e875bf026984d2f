"""What a territory's atlas shows, question by question: the same for the page and for the paper.

Each section is one question, one chart with its table, one computed sentence, and the definitions it rests on.
Built in the active language. Needs no Django project: charts only ask which language is active.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from essaim.atlas import readings, sentences
from essaim.atlas.places_map import density_map
from essaim.atlas.readings import KIND_PLURALS, Reading
from essaim.atlas.words import both, decimal, is_number, percent
from essaim.law.text import Text
from essaim.observatory.atlas import Atlas, Figure, Slice
from essaim.observatory.indicators.definition import Definition
from essaim.ui import formats
from essaim.ui.charts.chart import Chart, bars
from essaim.ui.charts.parts import strip, years
from essaim.ui.colours import SERIES
from essaim.ui.tables import Column, Hidden, Table

MOST_BARS = 9
FILE = Text("Ensemble du fichier", "Whole file")
FILE_IN_A_SENTENCE = Text("l'ensemble du fichier", "the whole file")
TERRITORY = Text("Territoire", "Territory")
ESTABLISHMENTS = Text("Établissements", "Establishments")
EMPLOYERS = Text("Dont employeurs", "Of which employers")
ENTERPRISES = Text("Entreprises", "Enterprises")
SECRET = Text("Secret statistique", "Statistical secrecy")
PARTIAL = Text(
    "Le fichier traité ne couvre pas toutes les communes de ce territoire : les nombres sont ceux du fichier, et ce "
    "qui se rapporte à la population entière n'est pas calculé.",
    "The file processed does not cover every commune of this territory: numbers are the file's, and what is set "
    "against the whole population is not computed.",
)
SMALL = Text(
    "Petits nombres : un établissement de plus ou de moins change nettement les parts. Lisez-les avec prudence.",
    "Small numbers: one establishment more or less clearly moves the shares. Read them with care.",
)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the four figures at the top: the number, what it compares to, how it moves."""

    figure: Figure
    comparison: Text | None
    trend: Text | None


@dataclass(frozen=True, slots=True)
class Section:
    """One question. `table` names the tidy table it downloads; `notes` say why something is missing or fragile."""

    id: str
    question: Text
    chart: Chart
    figures: tuple[Definition, ...]
    notes: tuple[Text, ...]
    table: str


def cell(figure: Figure | None) -> object:
    """A figure as a table cell: its number, its interval, its hatching, or None."""
    if figure is None or figure.status == "unavailable":
        return None
    if figure.status == "secret":
        return Hidden(SECRET)
    return figure.value if figure.value is not None else (figure.low, figure.high)


def part(slice_: Slice, measure: str) -> object:
    return Hidden(SECRET) if slice_.status == "secret" else getattr(slice_, measure)


def named(atlas: Atlas) -> Text:
    """The name of a territory; one that the file covers in part says so, and its sum is not called France."""
    name = atlas.territory.name
    if not readings.is_partial(atlas):
        return Text(name, name)
    if atlas.territory.kind == "country":
        return FILE
    return Text(f"{name}, partie couverte", f"{name}, part covered")


def references(reading: Reading) -> list[tuple[Text, dict[str, Figure]]]:
    """Names and figures of the territories to compare with, nearest first.

    A department that the file covers in part is no reference; the whole file is one, and is named so.
    """
    names = [(named(atlas), atlas) for atlas in compared_with(reading)]
    return [(FILE_IN_A_SENTENCE if name is FILE else name, atlas.figures) for name, atlas in names]


def compared_with(reading: Reading) -> list[Atlas]:
    return [
        atlas
        for atlas in reading.around
        if atlas.territory.kind == "country" or not readings.is_partial(atlas)
    ]


def key_figures(reading: Reading) -> list[KeyFigure]:
    """Establishments, employers, jobs (an interval) and creations; a figure the build lacks is left out."""
    figures = reading.atlas.figures
    wanted: list[tuple[str, Text | None, Text | None]] = [
        ("sse_establishments", _rate(reading, "sse_density_per_10000"), None),
        ("sse_employer_establishments", _rate(reading, "sse_employer_share_pct"), None),
        ("sse_jobs", _nearest_interval(reading), None),
        ("sse_creations", None, sentences.trend(reading.atlas.by_year)),
    ]
    return [KeyFigure(figures[key], comparison, trend) for key, comparison, trend in wanted if key in figures]


def _rate(reading: Reading, rate: str) -> Text | None:
    """The rate that makes a count comparable, beside the same for the widest territory around."""
    own = reading.atlas.figures.get(rate)
    if not sentences.known(own):
        return None
    unit = own.unit  # type: ignore[union-attr]  # known() says it is there
    short = own.definition.short_label  # type: ignore[union-attr]

    def write(figure: Figure, language: str) -> str:
        if unit.id == "percent":
            return percent(figure.value, language)  # type: ignore[arg-type]
        return f"{decimal(figure.value, language, unit.decimals)} {unit.label.in_(language)}"  # type: ignore[arg-type]

    shown = both(
        lambda language: f"{short.in_(language)}{' :' if language == 'fr' else ':'} {write(own, language)}"
    )  # type: ignore[arg-type]
    wide = [(name, others[rate]) for name, others in references(reading) if sentences.known(others.get(rate))]
    if not wide:
        return shown
    name, other = wide[-1]

    def beside(language: str) -> str:
        value = (
            percent(other.value, language)
            if unit.id == "percent"
            else decimal(other.value, language, unit.decimals)
        )  # type: ignore[arg-type]
        return f"{shown.in_(language)} ({name.in_(language)}{' :' if language == 'fr' else ':'} {value})"

    return both(beside)


def _nearest_interval(reading: Reading) -> Text | None:
    for name, others in references(reading):
        figure = others.get("sse_jobs")
        if figure is not None and figure.status == "ok" and is_number(figure.low):
            low, high = figure.low, figure.high
            return Text(
                fr=f"{name.fr[:1].upper()}{name.fr[1:]} : {formats.interval(low, high, 'fr')}",
                en=f"{name.en[:1].upper()}{name.en[1:]}: {formats.interval(low, high, 'en')}",
            )
    return None


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


def _side_by_side(reading: Reading) -> list[tuple[Text, Atlas]]:
    """The territory then those around it, four at most so that bars stay legible."""
    around = compared_with(reading)
    if len(around) > 3:
        around = [*around[:2], around[-1]]
    here = Text(reading.place.name, reading.place.name)
    return [(here, reading.atlas), *((named(atlas), atlas) for atlas in around)]


def _here_and_around(side: Sequence[object]) -> list[str]:
    """The territory in the colour of what one looks at, those around in grey."""
    return [SERIES[0], *(SERIES[-1] for _ in side[1:])]


def _territories_table(reading: Reading, ids: Sequence[str], caption: Text) -> Table:
    """One row per territory, one column per figure."""
    columns = [Column(TERRITORY)]
    for key in ids:
        definition = reading.atlas.figures[key].definition
        kind = "percent" if definition.unit.id == "percent" else "number"
        columns.append(Column(definition.short_label, kind, definition.unit.decimals))
    rows = [(name, *(cell(atlas.figures.get(key)) for key in ids)) for name, atlas in _side_by_side(reading)]
    return Table(columns, rows, caption)


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
    side = _side_by_side(reading)
    title = Text("Part de l'ESS parmi les établissements employeurs", "SSE share of employer establishments")
    chart = bars(
        [(name, cell(atlas.figures.get("sse_employer_share_pct"))) for name, atlas in side],  # type: ignore[misc]
        title=title,
        sentence=sentences.who_employs(reading.atlas.figures, references(reading)),
        category=TERRITORY,
        measure=Text("Part", "Share"),
        kind="percent",
        colours=_here_and_around(side),
    )
    table = _territories_table(reading, ids, title)
    return Section(
        "employers",
        Text("Qui emploie ?", "Who employs?"),
        replace(chart, table=table),
        _definitions(reading, "sse_employer_share_pct", "sse_employer_share_private_pct"),
        _notes(reading, "sse_employer_establishments", "sse_employer_share_pct"),
        "figures",
    )


def _slices_table(slices: Sequence[Slice], category: Text, caption: Text, *, sectors: bool = False) -> Table:
    columns = [
        Column(category),
        Column(ENTERPRISES, "number"),
        Column(ESTABLISHMENTS, "number"),
        Column(EMPLOYERS, "number"),
    ]
    measures = ["enterprises", "establishments", "employer_establishments"]
    if sectors:
        columns += [
            Column(Text("Toutes personnes morales", "All legal persons"), "number"),
            Column(Text("Quotient de localisation", "Location quotient"), "number", 2),
        ]
        measures += ["all_establishments", "location_quotient"]
    rows = [(one.label, *(part(one, measure) for measure in measures)) for one in slices]
    return Table(columns, rows, caption)


def ranked(slices: Sequence[Slice]) -> list[Slice]:
    """Largest first, hidden ones after those that can be compared, empty ones last; equal ones keep their order."""
    return sorted(slices, key=lambda one: (one.status != "ok", -(one.establishments or 0)))


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
    table = _slices_table(ranked(reading.atlas.by_sector), Text("Activité", "Activity"), title, sectors=True)
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
        replace(chart, table=_slices_table(slices, Text("Famille", "Family"), title)),
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
        replace(chart, table=_slices_table(reading.atlas.by_size, Text("Effectif", "Head-count"), title)),
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
    rows = sorted(places.values(), key=lambda place: (-(_value(counts.get(place.code)) or 0), place.name))
    sentence = sentences.where(
        [(place.name, _value(counts.get(place.code))) for place in rows],
        _value(reading.atlas.figures.get("sse_establishments")),
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


def _value(figure: Figure | None) -> float | None:
    return figure.value if sentences.known(figure) else None  # type: ignore[union-attr]


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
        replace(chart, table=_slices_table(slices, Text("Âge", "Age"), title)),
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
    side = _side_by_side(reading)
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
        colours=_here_and_around(side),
    )
    return Section(
        "neighbourhoods",
        Text("Dans les quartiers prioritaires, ou tout près ?", "In priority neighbourhoods, or close by?"),
        replace(chart, table=_territories_table(reading, ids, title)),
        _definitions(reading, *ids),
        _notes(reading, *ids),
        "figures",
    )
