"""Figures and slices as table cells, territories by the name they may bear, tables side by side."""

from collections.abc import Sequence

from essaim.atlas import readings, sentences
from essaim.atlas.readings import Reading
from essaim.law.text import Text
from essaim.observatory.atlas import Atlas, Figure, Slice
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


def side_by_side(reading: Reading) -> list[tuple[Text, Atlas]]:
    """The territory then those around it, four at most so that bars stay legible."""
    around = compared_with(reading)
    if len(around) > 3:
        around = [*around[:2], around[-1]]
    here = Text(reading.place.name, reading.place.name)
    return [(here, reading.atlas), *((named(atlas), atlas) for atlas in around)]


def here_and_around(side: Sequence[object]) -> list[str]:
    """The territory in the colour of what one looks at, those around in grey."""
    return [SERIES[0], *(SERIES[-1] for _ in side[1:])]


def territories_table(reading: Reading, ids: Sequence[str], caption: Text) -> Table:
    """One row per territory, one column per figure."""
    columns = [Column(TERRITORY)]
    for key in ids:
        definition = reading.atlas.figures[key].definition
        kind = "percent" if definition.unit.id == "percent" else "number"
        columns.append(Column(definition.short_label, kind, definition.unit.decimals))
    rows = [(name, *(cell(atlas.figures.get(key)) for key in ids)) for name, atlas in side_by_side(reading)]
    return Table(columns, rows, caption)


def slices_table(slices: Sequence[Slice], category: Text, caption: Text, *, sectors: bool = False) -> Table:
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


def value_of(figure: Figure | None) -> float | None:
    return figure.value if sentences.known(figure) else None  # type: ignore[union-attr]
