"""The computed sentences, on any figures at all: zero, tiny, hidden, unavailable, tied."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.atlas import sentences, words
from essaim.law.text import Text
from essaim.observatory.atlas import Figure, Slice, Year
from essaim.observatory.indicators.definition import figure_definitions

FORBIDDEN = re.compile(r"nan|none|inf\b|\{|\}|  | ,|\.\.(?!\.)", re.IGNORECASE)
IDS = list(figure_definitions())
counts = st.one_of(st.integers(0, 3), st.integers(0, 10**7)).map(float)
shares = st.one_of(st.just(0.0), st.floats(0, 100), st.floats(1e-9, 0.05))


def figure(id_: str, value: float | None = None, status: str = "ok", **more: object) -> Figure:
    numbers: dict[str, object] = {
        "low": None,
        "high": None,
        "numerator": None,
        "denominator": None,
        "note": None,
    }
    return Figure(
        id=id_, value=value, status=status, definition=figure_definitions()[id_], **(numbers | more)
    )  # type: ignore[arg-type]


@st.composite
def some_figures(draw: st.DrawFn) -> dict[str, Figure]:
    found = {}
    for id_ in IDS:
        status = draw(st.sampled_from(["ok", "ok", "ok", "secret", "unavailable", "absent"]))
        if status == "absent":
            continue
        if status != "ok":
            note = draw(st.sampled_from([None, "secret_primary" if status == "secret" else "no_population"]))
            found[id_] = figure(id_, None, status, note=note)
        elif id_ == "sse_jobs":
            low = draw(counts)
            found[id_] = figure(
                id_,
                None,
                low=low,
                high=draw(st.one_of(st.none(), counts.map(lambda more, low=low: low + more))),
            )
        else:
            unit = figure_definitions()[id_].unit.id
            found[id_] = figure(id_, draw(shares if unit in ("percent", "ratio") else counts))
    return found


LABELS = [
    Text("Associations", "Associations"),
    Text("Coopératives", "Cooperatives"),
    Text("Mutuelles", "Mutuals"),
]


@st.composite
def some_slices(draw: st.DrawFn) -> list[Slice]:
    slices = []
    for label in draw(st.lists(st.sampled_from(LABELS), unique=True)):
        hidden = draw(st.integers(0, 4)) == 0
        n = draw(st.integers(0, 50))
        numbers = (
            (None,) * 5
            if hidden
            else (n, n, draw(st.integers(0, n)), n + 1, draw(st.one_of(st.none(), shares)))
        )
        slices.append(Slice(label.en, label, *numbers, "secret" if hidden else "ok"))  # type: ignore[arg-type]
    return slices


@st.composite
def some_years(draw: st.DrawFn) -> list[Year]:
    closures = draw(st.booleans())
    return [
        Year(year, draw(st.integers(0, 500)), draw(st.integers(0, 500)) if closures else None, "ok")
        if draw(st.integers(0, 5))
        else Year(year, None, None, draw(st.sampled_from(["secret", "unavailable"])))
        for year in range(2015, 2015 + draw(st.integers(0, 11)))
    ]


def assert_well_said(said: Text) -> None:
    for sentence in (said.fr, said.en):
        assert sentence
        assert not FORBIDDEN.search(sentence), sentence
        assert sentence[0] == sentence[0].upper()
        assert sentence.endswith(".")


@given(some_figures(), st.lists(some_figures(), max_size=3))
def test_whatever_the_figures_each_sentence_is_well_said(
    figures: dict[str, Figure], others: list[dict[str, Figure]]
) -> None:
    references = [(Text(f"Lieu {rank}", f"Place {rank}"), other) for rank, other in enumerate(others)]
    for said in (
        sentences.who_employs(figures, references),
        sentences.neighbourhoods(figures, references),
        sentences.jobs(figures.get("sse_jobs")),
        sentences.in_doubt(figures.get("sse_to_confirm")),
    ):
        assert_well_said(said)


@given(some_slices(), some_figures())
def test_whatever_the_parts_each_sentence_is_well_said(
    slices: list[Slice], figures: dict[str, Figure]
) -> None:
    assert_well_said(sentences.parts(slices, Text("les familles", "families"), of_france=True))
    assert_well_said(sentences.sizes(figures, slices))
    assert_well_said(sentences.ages(figures.get("sse_median_age_years"), slices))


@given(some_years())
def test_whatever_the_years_the_sentence_is_well_said(years: list[Year]) -> None:
    assert_well_said(sentences.moves(years))


@given(st.lists(st.tuples(st.text("ABCDEF", min_size=3, max_size=9), st.one_of(st.none(), counts))), counts)
def test_whatever_the_places_the_sentence_is_well_said(
    ranked: list[tuple[str, float | None]], total: float
) -> None:
    assert_well_said(sentences.where(ranked, total))


@given(some_figures())
def test_what_is_not_known_is_never_said_to_be_zero(figures: dict[str, Figure]) -> None:
    for id_ in ("sse_employer_share_pct", "sse_share_in_qpv_pct", "sse_employer_share_private_pct"):
        if id_ in figures and figures[id_].status != "ok":
            alone = {key: value for key, value in figures.items() if "pct" not in key} | {id_: figures[id_]}
            said = sentences.who_employs(alone).fr + sentences.neighbourhoods(alone).fr
            assert not re.search(r"\d,\d\u202f%", said)  # the 85 % of the secrecy rule has no decimal


@given(st.floats(1e-12, 100))
def test_a_positive_share_is_never_written_zero(share: float) -> None:
    assert words.percent(share, "fr") not in ("0\u202f%", "0,0\u202f%")
    assert words.percent(share, "en") not in ("0%", "0.0%")


@given(some_slices())
def test_a_share_of_the_whole_is_not_given_when_part_is_hidden(slices: list[Slice]) -> None:
    if any(part.status == "secret" for part in slices):
        assert "%" not in sentences.parts(slices, Text("a", "b")).fr


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "0\u00a0création", "0\u00a0openings"),
        (1, "1\u00a0création", "1\u00a0opening"),
        (2, "2\u00a0créations", "2\u00a0openings"),
        (1234, "1\u202f234\u00a0créations", "1,234\u00a0openings"),
    ],
)
def test_plurals_follow_each_language(count: int, fr: str, en: str) -> None:
    assert words.counted(count, ("création", "créations"), ("opening", "openings")) == Text(fr, en)


def test_one_employer_is_said_in_the_singular() -> None:
    said = sentences.who_employs({"sse_employer_establishments": figure("sse_employer_establishments", 1)})
    assert said.fr.startswith("1\u00a0établissement employeur relève de l'ESS")
    assert said.en.startswith("1\u00a0employer establishment belongs to the SSE")


def test_ties_are_said() -> None:
    slices = [
        Slice("a", LABELS[0], 4, 4, 4, None, None, "ok"),
        Slice("b", LABELS[1], 4, 4, 4, None, None, "ok"),
    ]
    assert sentences.parts(slices, Text("", "")).fr == (
        "À égalité en tête : « Associations » et « Coopératives », avec 4\u00a0établissements chacun."
    )


def test_equal_once_rounded_is_as_much() -> None:
    own = {
        "sse_employer_establishments": figure("sse_employer_establishments", 10),
        "sse_employer_share_pct": figure("sse_employer_share_pct", 10.04),
    }
    other = {"sse_employer_share_pct": figure("sse_employer_share_pct", 9.96)}
    assert (
        "C'est autant que Nord (10,0\u202f%)."
        in sentences.who_employs(own, [(Text("Nord", "Nord"), other)]).fr
    )


def test_jobs_are_always_an_interval() -> None:
    assert (
        "entre 1\u202f200 et 3\u202f400 postes"
        in sentences.jobs(figure("sse_jobs", low=1200.0, high=3400.0)).fr
    )
    assert "au moins 10\u202f000 postes" in sentences.jobs(figure("sse_jobs", low=10000.0)).fr


def test_hidden_jobs_are_said_to_be_hidden() -> None:
    assert (
        sentences.jobs(figure("sse_jobs", None, "secret")).fr
        == "Le nombre d'emplois est couvert par le secret statistique."
    )


def test_creations_without_history_are_said_to_be_survivors() -> None:
    said = sentences.moves([Year(2025, 12, None, "ok")])
    assert said.fr == (
        "12\u00a0créations d'établissements encore actifs en 2025. "
        "Les fermetures ne sont pas connues : l'historique des établissements n'a pas été fourni."
    )


def test_numbers_that_are_not_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        words.number(float("nan"), "fr")
