"""The secrecy gate: which territories' jobs may be published, decided before anything is written.

Jobs are sums of what each enterprise employs: they pass the primary rules (fewer than three enterprises,
one above 85 %) on every territory and the secondary rule over all territories at once. The lower and the
upper bound of the interval are two figures hidden together.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from essaim.measure.secrecy.rules import DOMINANCE, FREQUENCY, PUBLISHED, SECONDARY, primary
from essaim.measure.secrecy.territories import Level, protect
from essaim.observatory.tables.lookups import COUNTRY

LEVELS = ("epci", "ept", "departement", "region", "country")


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs of the territories that have some or could have: sums, and what must be hidden of them.

    `codes` sorted; `low`, `high` in salaried persons; `open`: some band has no upper bound; `status`: see
    `measure.secrecy.rules`. `audit` goes to the manifest.
    """

    codes: NDArray[Any]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    open: NDArray[np.int64]
    status: NDArray[np.uint8]
    audit: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Contributions:
    """One row an enterprise in a commune."""

    commune: NDArray[np.int64]
    siren: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    open: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Per group, 0..groups-1."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    open: NDArray[np.int64]
    enterprises: NDArray[np.int64]
    dominated: NDArray[np.bool_]


def protected_jobs(jobs: pa.Table, communes: list[str], territories: pa.Table, *, on: date) -> Jobs:
    """Sum the jobs of `communes` and of the territories above them, and decide what is hidden.

    `jobs`: commune, siren, low, high, open (see `tables.members.jobs_by_enterprise`); `communes`: ids of
    the communes covered by the register; `territories`: the reference, for who contains whom.
    """
    ids = sorted(communes)
    position = {id_: index for index, id_ in enumerate(ids)}
    given = _Contributions(
        commune=np.array([position[id_] for id_ in jobs.column("commune").to_pylist()], np.int64),
        **{name: _integers(jobs, name) for name in ("siren", "low", "high", "open")},
    )
    own = _sums(given.commune, given, len(ids), on)
    codes = [f"commune:{id_}" for id_ in ids]
    names: dict[str, list[str]] = {}
    sums: dict[str, _Sums] = {}
    levels: dict[str, Level] = {}
    for level, of_commune in _groups(ids, territories).items():
        names[level] = sorted({code for code in of_commune if code})
        group_of = {code: index for index, code in enumerate(names[level])}
        of = np.array([group_of.get(code, -1) for code in of_commune], np.int64)
        sums[level] = _sums(of[given.commune], given, len(names[level]), on)
        levels[level] = Level(of, sums[level].enterprises, sums[level].dominated)
    values = np.column_stack([own.low, own.high]).astype(float)
    protection = protect(values, own.enterprises, own.dominated, levels, on=on)
    all_codes = np.array(codes + [code for level in levels for code in names[level]], object)
    every = [own, *sums.values()]
    order = np.argsort(all_codes.astype(str), kind="stable")
    status = np.concatenate([protection.communes, *[protection.groups[level] for level in levels]])
    return Jobs(
        codes=all_codes[order],
        low=np.concatenate([one.low for one in every])[order],
        high=np.concatenate([one.high for one in every])[order],
        open=np.concatenate([one.open for one in every])[order],
        status=status[order],
        audit=_audit(status, protection.narrowest, on),
    )


def _groups(ids: list[str], territories: pa.Table) -> dict[str, list[str]]:
    """For each level, the code of the territory each commune belongs to ("" for none)."""
    rows = territories.filter(pc.equal(territories.column("kind"), "commune"))
    known = {
        row["id"]: row for row in rows.select(["id", "epci", "ept", "departement", "region"]).to_pylist()
    }
    found = {}
    for level in LEVELS:
        if level == "country":
            found[level] = [COUNTRY] * len(ids)
        else:
            found[level] = [f"{level}:{known[id_][level]}" if known[id_][level] else "" for id_ in ids]
    return found


def _sums(group: NDArray[np.int64], given: _Contributions, size: int, on: date) -> _Sums:
    inside = group >= 0
    of, siren = group[inside], given.siren[inside]
    count = np.zeros(size, np.int64)
    dominated = np.zeros(size, bool)
    totals = {}
    for name in ("low", "high", "open"):
        values = getattr(given, name)[inside]
        totals[name] = np.zeros(size, np.int64)
        np.add.at(totals[name], of, values)
        if name != "open":
            cells = primary(of, siren, values, on=on)
            count[cells.cell.astype(np.int64)] = cells.enterprises
            # Where there are too few enterprises frequency is told first; dominance is tested apart.
            dominated[cells.cell.astype(np.int64)] |= cells.status == DOMINANCE
    return _Sums(totals["low"], totals["high"], totals["open"], count, dominated)


def _audit(status: NDArray[np.uint8], narrowest: float, on: date) -> dict[str, Any]:
    """What the manifest keeps: how many territories are hidden and why, how wide the least interval is."""
    return {
        "figure": "sse_jobs",
        "rules_on": on.isoformat(),
        "territories": len(status),
        "published": int((status == PUBLISHED).sum()),
        "hidden_frequency": int((status == FREQUENCY).sum()),
        "hidden_dominance": int((status == DOMINANCE).sum()),
        "hidden_secondary": int((status == SECONDARY).sum()),
        "narrowest_interval_share": None if not np.isfinite(narrowest) else round(float(narrowest), 6),
    }


def _integers(table: pa.Table, name: str) -> NDArray[np.int64]:
    values: NDArray[np.int64] = table.column(name).cast(pa.int64()).to_numpy()
    return values
