"""A small invented store, written through the observatory's own writer: two metropolises, their communes, a qpv.

Counts are made by plain Python over the listed establishments, so that a page can be checked by hand.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from essaim.observatory.categories import bands, labels
from essaim.observatory.indicators.definition import ORDER
from essaim.observatory.store import SCHEMAS, Build, Manifest, SourceUsed, Store, in_stored_order

VINTAGE = date(2026, 11, 1)
MEL, ARRAS = "epci:200093201", "epci:200033579"

# code, name, nature, departement, region, epci, population
PLACES = [
    ("country:FR", "France", None, None, None, None, 68_000_000),
    ("region:32", "Hauts-de-France", None, None, None, None, 6_000_000),
    ("region:11", "Île-de-France", None, None, None, None, 12_000_000),
    ("departement:59", "Nord", None, None, "32", None, 2_600_000),
    ("departement:62", "Pas-de-Calais", None, None, "32", None, 1_460_000),
    (MEL, "Métropole Européenne de Lille", "METRO", "59", "32", None, 1_190_000),
    (ARRAS, "CU d'Arras", "CU", "62", "32", None, 109_000),
    ("commune:59350", "Lille", "commune", "59", "32", "200093201", 236_000),
    ("commune:59512", "Roubaix", "commune", "59", "32", "200093201", 98_000),
    ("commune:59599", "Tourcoing", "commune", "59", "32", "200093201", 98_000),
    ("commune:59009", "Villeneuve-d'Ascq", "commune", "59", "32", "200093201", 61_000),
    ("commune:59013", "Annœullin", "commune", "59", "32", "200093201", 10_000),
    ("commune:62041", "Arras", "commune", "62", "32", "200033579", 41_000),
    ("qpv:QN05901M", "Les Bois Blancs", None, "59", "32", "200093201", None),
]

# Each commune's establishments: how many of each family and sector, in turn.
COMMUNES = {"59350": 46, "59512": 22, "59599": 14, "59009": 9, "62041": 18}
KINDS = [
    ("association", "social_action", "9220", "88.99B", "21"),
    ("association", "sport_leisure", "9220", "93.12Z", "NN"),
    ("association", "arts_culture", "9220", "90.01Z", "01"),
    ("cooperative", "finance_insurance", "5560", "64.19Z", "12"),
    ("association", "education", "9220", "85.59A", "03"),
    ("mutual", "finance_insurance", "8210", "65.12Z", "11"),
    ("association", "social_action", "9220", "88.10A", "22"),
    ("foundation", "residential_care", "9300", "87.10A", "31"),
    ("commercial", "water_waste", "5710", "38.32Z", "02"),
    ("association", "membership_organisations", "9220", "94.99Z", None),
]
CENTRES = {
    "59350": (3.06, 50.63),
    "59512": (3.18, 50.69),
    "59599": (3.16, 50.72),
    "59009": (3.14, 50.62),
    "62041": (2.77, 50.29),
}


@dataclass
class StoreFactory:
    """What to write; `hide` and `unavailable` replace figures by their status and note."""

    fictitious: bool = True
    history: bool = True
    hide: set[tuple[str, str]] = field(default_factory=set)
    unavailable: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden_slices: set[tuple[str, str, str]] = field(default_factory=set)
    establishments: dict[str, int] = field(default_factory=lambda: dict(COMMUNES))
    covered: Callable[[str], bool] = lambda code: code != "region:11"
    names: dict[int, str] = field(default_factory=dict)
    vintage: date = VINTAGE

    def write(self, path: Path, build_id: str = "20261101T000000Z-test") -> Build:
        store = Store(path)
        rows = self._establishments()
        with store.locked(), store.draft(build_id) as draft:
            tables: dict[str, list[dict[str, Any]]] = {
                "figures": [row for code in self._codes() for row in self._figures(code, rows)],
                "breakdowns": [row for code in self._codes() for row in self._breakdowns(code, rows)],
                "years": [row for code in self._codes() for row in self._years(code, rows)],
                "establishments": rows,
                "territories": [place(*one) for one in PLACES if self.covered(one[0])],
                "rejected": [
                    {"file": "f.csv", "line": 7, "reason": "siret_check", "siret": "123", "detail": None}
                ],
            }
            for name, content in tables.items():
                draft.write(name, in_stored_order(name, pa.Table.from_pylist(content, schema=SCHEMAS[name])))
            return store.publish(draft, self._manifest(build_id, len(rows)))

    def _codes(self) -> list[str]:
        return [one[0] for one in PLACES if self.covered(one[0])]

    def _manifest(self, build_id: str, rows: int) -> Manifest:
        source = SourceUsed(
            id="sirene_establishments",
            name="Base Sirene, stock des établissements",
            publisher="Insee",
            licence="Licence Ouverte 2.0",
            url="https://www.data.gouv.fr/datasets/base-sirene",
            file="StockEtablissement_utf8.csv",
            sha256="ab" * 32,
            rows=rows,
            vintage=self.vintage.isoformat(),
        )
        return Manifest(
            id=build_id,
            built_at="2026-11-22T10:00:00+00:00",
            engine="duckdb",
            fictitious=self.fictitious,
            vintage=self.vintage.isoformat(),
            sources=(source,),
            rejected={"total": 1, "by_reason": {"siret_check": 1}},
            counts={"establishments": rows},
            coverage={},
            secrecy={},
            essaim_version="0.1.0",
            sse_rule_on=self.vintage.isoformat(),
        )

    def _establishments(self) -> list[dict[str, Any]]:
        rows = []
        for commune, count in sorted(self.establishments.items()):
            for rank in range(count):
                rows.append(self._establishment(commune, rank, len(rows)))
        return rows

    def _establishment(self, commune: str, rank: int, serial: int) -> dict[str, Any]:
        family, sector, category, naf, band = KINDS[rank % len(KINDS)]
        lon, lat = CENTRES[commune]
        in_qpv = commune == "59350" and rank % 5 == 0
        return {
            "siret": f"{900000000 + serial}00017",
            "siren": f"{900000000 + serial}",
            "name": self.names.get(serial, f"Structure {serial}"),
            "sigle": None,
            "rna_id": None,
            "legal_category": category,
            "naf": naf,
            "sector": sector,
            "family": family,
            "status": "to_confirm" if rank % 11 == 10 else "member",
            "reason_code": "sources_disagree" if rank % 11 == 10 else "category",
            "employer": band not in (None, "NN"),
            "size_band": band or "NN",
            "created_on": date(2010 + serial % 16, 1 + serial % 12, 1),
            "flag": "",
            "listed": False,
            "address": f"{rank + 1} RUE NATIONALE",
            "postcode": f"{commune[:2]}000",
            "commune": commune,
            "epci": "200033579" if commune == "62041" else "200093201",
            "ept": None,
            "departement": commune[:2],
            "region": "32",
            "qpv": "QN05901M" if in_qpv else None,
            "qpv_distance_m": 0.0 if in_qpv else 150.0 + 40 * rank,
            "lon": lon + (rank % 7 - 3) * 0.004,
            "lat": lat + (rank % 5 - 2) * 0.003,
        }

    def _figures(self, code: str, rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        there = [row for row in rows if lies_in(row, code)]
        members = [row for row in there if row["status"] == "member"]
        employers = [row for row in members if row["employer"]]
        inside = [row for row in members if row["qpv"]]
        near = [row for row in members if row["qpv_distance_m"] <= 300]
        population = next(one[6] for one in PLACES if one[0] == code)
        ages = sorted(VINTAGE.year - row["created_on"].year for row in members)
        last = [row for row in members if row["created_on"].year == VINTAGE.year - 1]
        n, all_employers, private = len(members), 9 * len(employers) + 3, 7 * len(employers) + 2
        low = sum(bands()[row["size_band"]].low for row in members)
        high = sum(bands()[row["size_band"]].high or 0 for row in members)
        values: dict[str, tuple[float | None, ...]] = {
            "sse_enterprises": (len({row["siren"] for row in members}),),
            "sse_establishments": (n,),
            "sse_employer_establishments": (len(employers),),
            "sse_employer_share_pct": ratio(len(employers), all_employers, 100),
            "sse_employer_share_private_pct": ratio(len(employers), private, 100),
            "sse_jobs": (None, low, high),
            "sse_density_per_10000": ratio(n, population or 0, 10_000),
            "sse_employer_location_quotient": (1.0 if employers else None,),
            "sse_establishments_in_qpv": (len(inside),),
            "sse_share_in_qpv_pct": ratio(len(inside), n, 100),
            "sse_establishments_within_300m_qpv": (len(near),),
            "sse_creations": (len(last),),
            "sse_closures": (1,) if self.history else (None,),
            "sse_median_age_years": (ages[len(ages) // 2],) if ages else (None,),
            "sse_to_confirm": (len({row["siren"] for row in there if row["status"] == "to_confirm"}),),
            "employer_establishments": (all_employers,),
            "private_employer_establishments": (private,),
        }
        assert set(values) == set(ORDER)
        for figure, numbers in values.items():
            yield self._row(code, figure, numbers)

    def _row(self, code: str, figure: str, numbers: tuple[float | None, ...]) -> dict[str, Any]:
        value, low, high, numerator, denominator = (*numbers, None, None, None, None)[:5]
        row: dict[str, Any] = {
            "territory": code,
            "figure": figure,
            "value": value,
            "low": low,
            "high": high,
            "numerator": numerator,
            "denominator": denominator,
            "status": "ok",
            "note": None,
        }
        if (code, figure) in self.hide:
            row |= dict.fromkeys(("value", "low", "high", "numerator", "denominator"))
            row |= {"status": "secret", "note": "secret_primary"}
        elif (code, figure) in self.unavailable or (value is None and low is None):
            row |= dict.fromkeys(("value", "low", "high", "numerator", "denominator"))
            row |= {"status": "unavailable", "note": self.unavailable.get((code, figure), "zero_denominator")}
        return row

    def _breakdowns(self, code: str, rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        members = [row for row in rows if lies_in(row, code) and row["status"] == "member"]
        for dimension, read in {
            "family": lambda row: row["family"],
            "sector": lambda row: row["sector"],
            "size": lambda row: bands()[row["size_band"]].size,
            "age": lambda row: "from_3_to_5",
        }.items():
            for category in labels()[dimension]:
                some = [row for row in members if read(row) == category]
                employers = sum(row["employer"] for row in some)
                hidden = (code, dimension, category) in self.hidden_slices
                numbers: dict[str, float | None] = {
                    "enterprises": len({row["siren"] for row in some}),
                    "establishments": len(some),
                    "employer_establishments": employers,
                    "all_establishments": 5 * len(some) + 1 if dimension == "sector" else None,
                    "location_quotient": 1.2 if dimension == "sector" and employers else None,
                }
                yield {
                    "territory": code,
                    "dimension": dimension,
                    "category": category,
                    **(dict.fromkeys(numbers) if hidden else numbers),
                    "status": "secret" if hidden else "ok",
                }

    def _years(self, code: str, rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        members = [row for row in rows if lies_in(row, code) and row["status"] == "member"]
        created = Counter(row["created_on"].year for row in members)
        for year in range(2016, VINTAGE.year):
            closures = year % 3 if self.history and members else (0 if self.history else None)
            yield {
                "territory": code,
                "year": year,
                "creations": created[year],
                "closures": closures,
                "status": "ok",
            }


def ratio(numerator: float, denominator: float, times: float) -> tuple[float | None, ...]:
    if not denominator:
        return (None,)
    return (times * numerator / denominator, None, None, numerator, denominator)


def place(
    code: str,
    name: str,
    nature: str | None,
    departement: str | None,
    region: str | None,
    epci: str | None,
    population: int | None,
) -> dict[str, Any]:
    kind, _, id_ = code.partition(":")
    return {
        "code": code,
        "kind": kind,
        "id": id_,
        "name": name,
        "nature": nature,
        "departement": departement,
        "region": region,
        "epci": epci,
        "ept": None,
        "population": population,
    }


def lies_in(row: dict[str, Any], code: str) -> bool:
    kind, _, id_ = code.partition(":")
    return kind == "country" or row.get(kind) == id_
