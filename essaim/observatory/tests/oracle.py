"""The same figures, counted the slow and obvious way: plain Python over the rows of the CSV files.

Shares nothing with the pipeline but the law's rule for one unit and the reference of territories.
"""

import datetime
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from essaim.law.rules.sse_perimeter import person_named_categories, sse_status
from essaim.observatory.reference.places import all_territories, current_commune
from essaim.observatory.tests.plain_rows import (
    JOBS,
    a_day,
    age_class,
    age_years,
    passes_its_check,
    sector,
    size,
)

Row = dict[str, str]


@dataclass
class Cell:
    """What is counted somewhere: distinct enterprises, establishments, employers."""

    sirens: set[str] = field(default_factory=set)
    establishments: int = 0
    employers: int = 0


PARTS = ("numeroVoie", "indiceRepetition", "typeVoie", "libelleVoie", "codePostal")


@dataclass
class Expected:
    """`figures`: (territory, figure) -> (value, numerator, denominator); absent when unavailable. `listed`: siret ->
    (status, flag, listed, address, postcode)."""

    figures: dict[tuple[str, str], tuple[float, float | None, float | None]] = field(default_factory=dict)
    breakdowns: dict[tuple[str, str, str], tuple[Any, ...]] = field(default_factory=dict)
    years: dict[tuple[str, int], tuple[int, int | None]] = field(default_factory=dict)
    rejected: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    jobs: dict[str, dict[str, list[int | None]]] = field(default_factory=dict)
    territories: set[str] = field(default_factory=set)
    incomplete: set[str] = field(default_factory=set)
    listed: dict[str, tuple[Any, ...]] = field(default_factory=dict)


def written_address(row: Row) -> tuple[str | None, str | None]:
    """The street line and the postcode, None for what is not said or masked."""
    said = {name: row.get(f"{name}Etablissement", "").strip() for name in PARTS}
    said = {name: None if words in ("", "[ND]") else words for name, words in said.items()}
    return " ".join(filter(None, [said[name] for name in PARTS[:4]])) or None, said["codePostal"]


def territories_of(commune: str) -> list[str]:
    place = all_territories()[f"commune:{commune}"]
    above = [(kind, getattr(place, kind)) for kind in ("epci", "ept", "departement", "region")]
    return [place.code, *(f"{kind}:{id_}" for kind, id_ in above if id_), "country:FR"]


def count(
    units: list[Row],
    establishments: list[Row],
    *,
    lines: dict[str, list[int]],
    vintage: datetime.date,
    on: datetime.date,
    neighbourhoods: dict[str, str] | None = None,
    history: list[Row] | None = None,
    ess_list: dict[str, str] | None = None,
) -> Expected:
    """`lines`: file role -> physical line of each row; `neighbourhoods`: siret -> plg_qp24 as written;
    `ess_list`: siren -> family or ""."""
    expected = Expected()
    known, repeated_units = _first_units(units, lines["units"])
    rulings = {
        siren: sse_status(
            legal_category=unit["categorieJuridiqueUniteLegale"],
            naf=unit["activitePrincipaleUniteLegale"] or None,
            flag=unit["economieSocialeSolidaireUniteLegale"] or None,
            listed=ess_list is not None and siren in ess_list,
            listed_family=(ess_list or {}).get(siren) or None,
            on=on,
        )
        for siren, unit in known.items()
        if is_legal_person(unit)
    }
    past = {siren for siren, ruling in rulings.items() if history is not None and ruling.status == "member"}
    kept = _kept(establishments, known, past, lines["establishments"], vintage, expected)
    if any(row["siren"] in repeated_units for row, _ in kept):
        expected.rejected.update(
            ("units", line, "duplicate_siren") for found in repeated_units.values() for line in found
        )
    _fill(expected, kept, known, rulings, vintage, neighbourhoods, history, ess_list)
    return expected


def is_legal_person(unit: Row) -> bool:
    category = unit["categorieJuridiqueUniteLegale"]
    return len(category) == 4 and category.isdigit() and not category.startswith("1")


def is_counted(unit: Row) -> bool:
    return is_legal_person(unit) and unit["etatAdministratifUniteLegale"] == "A"


def is_shown(unit: Row, row: Row, on: datetime.date) -> bool:
    public = unit["statutDiffusionUniteLegale"] == "O" and row["statutDiffusionEtablissement"] == "O"
    return public and unit["categorieJuridiqueUniteLegale"] not in person_named_categories(on)


def _first_units(units: list[Row], lines: list[int]) -> tuple[dict[str, Row], dict[str, list[int]]]:
    """The unit of each SIREN, and the lines of those met again: only active legal persons are compared."""
    known: dict[str, Row] = {}
    again: dict[str, list[int]] = defaultdict(list)
    for line, unit in sorted(zip(lines, units, strict=True), key=lambda pair: pair[0]):
        counts = is_counted(unit)
        before = known.get(unit["siren"])
        if before is None or (
            counts and not (is_legal_person(before) and before["etatAdministratifUniteLegale"] == "A")
        ):
            known[unit["siren"]] = unit
        elif counts:
            again[unit["siren"]].append(line)
    return known, again


def _kept(
    rows: list[Row],
    known: dict[str, Row],
    past: set[str],
    lines: list[int],
    vintage: datetime.date,
    expected: Expected,
) -> list[tuple[Row, str]]:
    """The sound rows with the commune they are in today; the others go to `expected.rejected`.

    `past`: units of which closed establishments matter too.
    """
    kept = []
    met: set[str] = set()
    for line, row in zip(lines, rows, strict=True):
        siret = row["siret"]
        unit = known.get(siret.zfill(14)[:9])
        active = row["etatAdministratifEtablissement"] == "A"
        alive = unit is not None and is_counted(unit)
        if not (active and (alive or unit is None)) and siret.zfill(14)[:9] not in past:
            continue
        commune = row["codeCommuneEtablissement"]
        created = a_day(row["dateCreationEtablissement"])
        found = current_commune(commune) if commune else None
        reason = None
        if len(siret) < 14:
            reason = "leading_zeros_lost"
        elif not passes_its_check(siret):
            reason = "check_digits"
        elif unit is None:
            reason = "unknown_siren"
        elif not commune:
            reason = "no_commune"
        elif found is None:
            reason = "unknown_commune"
        elif created is not None and created > vintage:
            reason = "date_in_the_future"
        elif siret in met:
            reason = "duplicate_siret"
        if reason:
            expected.rejected[("establishments", line, reason)] += 1
        else:
            assert found is not None
            met.add(siret)
            kept.append((row, found[0]))
    return kept


def _fill(
    expected: Expected,
    kept: list[tuple[Row, str]],
    known: dict[str, Row],
    rulings: dict[str, Any],
    vintage: datetime.date,
    neighbourhoods: dict[str, str] | None,
    history: list[Row] | None,
    ess_list: dict[str, str] | None,
) -> None:
    cells: dict[tuple[str, str, str], Cell] = defaultdict(Cell)
    everyone: dict[tuple[str, str], int] = defaultdict(int)
    all_in_sector: Counter[tuple[str, str]] = Counter()
    doubtful: dict[str, set[str]] = defaultdict(set)
    ages: dict[str, list[int]] = defaultdict(list)
    created_in: Counter[tuple[str, int]] = Counter()
    closed_in: Counter[tuple[str, int]] = Counter()
    qpv: dict[tuple[str, str], int] = defaultdict(int)
    jobs: dict[str, dict[str, list[int | None]]] = defaultdict(dict)
    covered = set()
    closings = defaultdict(list)
    for row in history or []:
        if (
            row["etatAdministratifEtablissement"] == "F"
            and row["changementEtatAdministratifEtablissement"] == "true"
        ):
            closings[row["siret"]].append(row["dateDebut"])
    for row, commune in kept:
        siren, siret = row["siren"], row["siret"]
        unit = known[siren]
        active = row["etatAdministratifEtablissement"] == "A" and unit["etatAdministratifUniteLegale"] == "A"
        ruling = rulings[siren]
        employer = row["caractereEmployeurEtablissement"] == "O"
        written = (neighbourhoods or {}).get(siret, "")
        inside = [f"qpv:{written}"] if written.startswith("Q") else []
        where = territories_of(commune)
        created = a_day(row["dateCreationEtablissement"])
        if active:
            covered.add(commune)
            public = unit["categorieJuridiqueUniteLegale"][0] in "47"
            for code in where:
                everyone[code, "employers"] += employer
                everyone[code, "private"] += employer and not public
                all_in_sector[code, sector(row["activitePrincipaleEtablissement"])] += 1
            if ruling.status == "to_confirm":
                for code in where + inside:
                    doubtful[code].add(siren)
            if ruling.status != "not_member" and is_shown(unit, row, vintage):
                flag = unit["economieSocialeSolidaireUniteLegale"]
                said = (flag if flag in ("O", "N") else "", siren in (ess_list or {}))
                expected.listed[siret] = (ruling.status, *said, *written_address(row))
        if ruling.status != "member":
            continue
        if (active or history is not None) and created and created != datetime.date(1900, 1, 1):
            for code in where + inside:
                created_in[code, created.year] += 1
        for day in closings[siret]:
            for code in where + inside:
                closed_in[code, int(day[:4])] += 1
        if not active:
            continue
        years = age_years(created, vintage)
        naf = row["activitePrincipaleEtablissement"]
        band = row["trancheEffectifsEtablissement"]
        low, high = JOBS.get(band, (0, 0))
        for code in where + inside:
            for dimension, category in (
                ("total", "total"),
                ("family", ruling.family or "unknown"),
                ("sector", sector(naf)),
                ("size", size(band)),
                ("age", age_class(years)),
            ):
                cell = cells[code, dimension, category]
                cell.sirens.add(siren)
                cell.establishments += 1
                cell.employers += employer
            if years is not None:
                ages[code].append(years)
        for code in where:
            qpv[code, "located"] += written != ""
            qpv[code, "inside"] += bool(inside)
            if low:
                mine = jobs[code].setdefault(siren, [0, 0])
                mine[0] += low  # type: ignore[operator]  # the lower bound is never open
                mine[1] = None if high is None or mine[1] is None else mine[1] + high
    expected.jobs = dict(jobs)
    _publish(
        expected,
        covered,
        {code for code, _, _ in cells if code.startswith("qpv:")}
        | {code for code in doubtful if code.startswith("qpv:")},
    )
    _figures(expected, cells, everyone, doubtful, ages, qpv, neighbourhoods is not None)
    _breakdowns(expected, cells, all_in_sector)
    last = vintage.year - 1
    for code in expected.territories:
        for year in range(vintage.year - 20, vintage.year):
            closures = closed_in[code, year] if history is not None else None
            expected.years[code, year] = (created_in[code, year], closures)
        _put(expected, code, "sse_creations", created_in[code, last])
        if history is not None:
            _put(expected, code, "sse_closures", closed_in[code, last])


def _publish(expected: Expected, covered: set[str], neighbourhoods: set[str]) -> None:
    """Every territory when nearly all communes are covered, else those touched, the country always."""
    inhabited = {
        p.id: p for p in all_territories().values() if p.kind == "commune" and (p.population or 0) > 0
    }
    if len(covered & set(inhabited)) >= 0.95 * len(inhabited):
        expected.territories = set(all_territories()) | neighbourhoods
        return
    touched = {code for commune in covered for code in territories_of(commune)}
    missing = {code for id_ in inhabited.keys() - covered for code in territories_of(id_)}
    expected.territories = touched | neighbourhoods | {"country:FR"}
    expected.incomplete = (touched & missing) | {"country:FR"}


def _put(expected: Expected, code: str, figure: str, value: float) -> None:
    expected.figures[code, figure] = (value, value, None)


def _divide(expected: Expected, code: str, figure: str, top: float, bottom: float, times: float) -> None:
    if bottom > 0:
        expected.figures[code, figure] = (times * top / bottom, top, bottom)


def _figures(
    expected: Expected,
    cells: dict[tuple[str, str, str], Cell],
    everyone: dict[tuple[str, str], int],
    doubtful: dict[str, set[str]],
    ages: dict[str, list[int]],
    qpv: dict[tuple[str, str], int],
    has_neighbourhoods: bool,
) -> None:
    country = cells["country:FR", "total", "total"]
    national = everyone["country:FR", "employers"]
    anyone_located = any(qpv[code, "located"] for code in expected.territories)
    for code in expected.territories:
        total = cells[code, "total", "total"]
        _put(expected, code, "sse_enterprises", len(total.sirens))
        _put(expected, code, "sse_establishments", total.establishments)
        _put(expected, code, "sse_employer_establishments", total.employers)
        _put(expected, code, "sse_to_confirm", len(doubtful[code]))
        if ages[code]:
            expected.figures[code, "sse_median_age_years"] = (statistics.median(ages[code]), None, None)
        if code.startswith("qpv:"):
            _put(expected, code, "sse_establishments_in_qpv", total.establishments)
            continue
        everybody, private = everyone[code, "employers"], everyone[code, "private"]
        _put(expected, code, "employer_establishments", everybody)
        _put(expected, code, "private_employer_establishments", private)
        _divide(expected, code, "sse_employer_share_pct", total.employers, everybody, 100)
        _divide(expected, code, "sse_employer_share_private_pct", total.employers, private, 100)
        if everybody and national and country.employers:
            here, there = 100 * total.employers / everybody, 100 * country.employers / national
            expected.figures[code, "sse_employer_location_quotient"] = (here / there, here, there)
        population = all_territories()[code].population
        if population and code not in expected.incomplete:
            _divide(expected, code, "sse_density_per_10000", total.establishments, population / 10_000, 1)
        if has_neighbourhoods and anyone_located and (qpv[code, "located"] or not total.establishments):
            _put(expected, code, "sse_establishments_in_qpv", qpv[code, "inside"])
            _divide(expected, code, "sse_share_in_qpv_pct", qpv[code, "inside"], qpv[code, "located"], 100)


def _breakdowns(
    expected: Expected, cells: dict[tuple[str, str, str], Cell], all_in_sector: Counter[tuple[str, str]]
) -> None:
    country_employers = cells["country:FR", "total", "total"].employers
    for (code, dimension, category), cell in list(cells.items()):
        if dimension in ("family", "size", "age") and code in expected.territories:
            expected.breakdowns[code, dimension, category] = (
                len(cell.sirens), cell.establishments, cell.employers, None, None
            )  # fmt: skip
    sectors = {(code, category) for code, dimension, category in cells if dimension == "sector"}
    for code, category in sectors | set(all_in_sector):
        if code not in expected.territories:
            continue
        cell, total = cells[code, "sector", category], cells[code, "total", "total"]
        there = cells["country:FR", "sector", category].employers
        quotient = None
        is_qpv = code.startswith("qpv:")
        if total.employers and there and country_employers and not is_qpv:
            quotient = (cell.employers / total.employers) / (there / country_employers)
        expected.breakdowns[code, "sector", category] = (
            len(cell.sirens), cell.establishments, cell.employers,
            None if is_qpv else all_in_sector[code, category], quotient,
        )  # fmt: skip
