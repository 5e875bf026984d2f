"""The four figures at the top of an atlas."""

from dataclasses import dataclass

from essaim.atlas import sentences
from essaim.atlas.folio.cells import references
from essaim.atlas.readings import Reading
from essaim.atlas.words import both, decimal, is_number, percent
from essaim.law.text import Text
from essaim.observatory.atlas import Figure
from essaim.ui import formats


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the four figures at the top: the number, what it compares to, how it moves."""

    figure: Figure
    comparison: Text | None
    trend: Text | None


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
