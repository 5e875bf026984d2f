"""The fictitious register looks like the real one, is always the same, and never passes for real."""

import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Transformer
from stdnum.fr import siren, siret

from essaim.law.text import Text
from essaim.observatory.errors import Interrupted, SourceError
from essaim.observatory.intake import intake
from essaim.observatory.reference.places import UnknownTerritory, communes_of, current_commune
from essaim.observatory.simulate import ON, SimulationReport, simulate
from essaim.observatory.simulate.register import SLICE_UNITS
from essaim.observatory.simulate.shares import BANDS, CATEGORIES, EXTRA, KINDS, slots
from essaim.observatory.simulate.surroundings import DEFECTS
from essaim.observatory.sources import (
    ess_france,
    sirene_establishments,
    sirene_geolocation,
    sirene_history,
    sirene_units,
)
from essaim.observatory.sources.source import Source

SCOPE = ("epci:200093201", "epci:246200364")
SIZE = 30_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SimulationReport:
    return simulate(tmp_path_factory.mktemp("simulated"), SIZE, seed=3, scope=SCOPE, dirty=True)


def table(report: SimulationReport, source: Source) -> list[dict[str, Any]]:
    return pq.read_table(report.folder / f"{source.stem}.parquet").to_pylist()


@pytest.fixture(scope="module")
def units(made: SimulationReport) -> list[dict[str, Any]]:
    return table(made, sirene_units.SOURCE)


@pytest.fixture(scope="module")
def establishments(made: SimulationReport) -> list[dict[str, Any]]:
    return table(made, sirene_establishments.SOURCE)


def digest(folder: Path) -> dict[str, str]:
    skipped = ("FICTIF.json", ".source.json")
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if not path.name.endswith(skipped)
    }


@pytest.mark.parametrize("source", [sirene_units, sirene_establishments, sirene_geolocation, sirene_history])
def test_files_have_the_official_columns_order_and_types(made: SimulationReport, source: Any) -> None:
    schema = pq.read_schema(made.folder / f"{source.STEM}.parquet")
    assert [(field.name, str(field.type)) for field in schema] == [
        (column.name, {"date": "date32[day]"}.get(column.parquet, column.parquet))
        for column in source.SOURCE.columns
    ]


@pytest.mark.shared_data
def test_the_layout_is_the_one_published_in_2026(shared_data: Path) -> None:
    lines = (shared_data / "sirene" / "stock_columns_2026.csv").read_text(encoding="utf-8").split("\n")[1:]
    published = [tuple(line.split(",")) for line in lines if line]
    ours = [
        (file, str(at), column.name, column.parquet)
        for file, source in (
            ("StockEtablissement", sirene_establishments),
            ("StockUniteLegale", sirene_units),
        )
        for at, column in enumerate(source.SOURCE.columns, start=1)
    ]
    assert ours == published


def test_sizes_are_those_asked(made: SimulationReport, units: Any, establishments: Any) -> None:
    assert made.establishments == SIZE
    assert len(establishments) == SIZE + made.defects["duplicate_siret"]
    assert len(units) == made.units == SIZE - SIZE // 145 * 45
    assert made.files["StockUniteLegale_utf8.parquet"] == len(units)
    assert len({unit["siren"] for unit in units}) == len(units)


def test_check_digits_hold_except_where_they_are_broken_on_purpose(
    made: SimulationReport, units: Any, establishments: Any
) -> None:
    assert [unit["siren"] for unit in units if not siren.is_valid(unit["siren"])] == []
    bad = [row["siret"] for row in establishments if not siret.is_valid(row["siret"])]
    short = [number for number in bad if len(number) < 14]
    assert len(short) == made.defects["leading_zeros_lost"]
    assert len(bad) - len(short) == made.defects["check_digits"]


def test_la_poste_is_there_with_its_own_rule(establishments: Any) -> None:
    numbers = [row["siret"] for row in establishments if row["siren"] == "356000000"]
    assert len(numbers) > 1
    assert all(sum(map(int, number)) % 5 == 0 and siret.is_valid(number) for number in numbers)
    assert not any(_luhn(number) for number in numbers)


def _luhn(number: str) -> bool:
    doubled = [int(d) * (2 - at % 2) for at, d in enumerate(number)]
    return sum(sum(map(int, str(value))) for value in doubled) % 10 == 0


def test_every_defect_is_counted_exactly(made: SimulationReport, units: Any, establishments: Any) -> None:
    assert set(made.defects) == set(DEFECTS)
    known = {unit["siren"] for unit in units}
    found = {
        "duplicate_siret": len(establishments) - len({row["siret"] for row in establishments}),
        "date_in_the_future": sum((row["dateCreationEtablissement"] or ON) > ON for row in establishments),
        "unknown_commune": sum(
            current_commune(row["codeCommuneEtablissement"]) is None for row in establishments
        ),
        "unknown_siren": sum(row["siren"].zfill(9) not in known for row in establishments),
    }
    assert found == {kind: made.defects[kind] for kind in found}


def test_a_clean_simulation_has_no_defect(tmp_path: Path) -> None:
    report = simulate(tmp_path, 2_000, scope=SCOPE)
    assert report.defects == {}
    rows = table(report, sirene_establishments.SOURCE)
    assert len({row["siret"] for row in rows}) == len(rows) == 2_000
    assert all(siret.is_valid(row["siret"]) for row in rows)


def test_states_dates_and_employers_are_coherent(units: Any, establishments: Any) -> None:
    active = {unit["siren"] for unit in units if unit["etatAdministratifUniteLegale"] == "A"}
    employers = {unit["siren"] for unit in units if unit["caractereEmployeurUniteLegale"] == "O"}
    for row in establishments:
        assert row["dateDebut"] <= ON
        created = row["dateCreationEtablissement"]
        assert created is None or created > ON or created <= row["dateDebut"]
        if row["etatAdministratifEtablissement"] == "A" and row["siren"].startswith("99") is False:
            assert row["siren"].zfill(9) in active
            if row["caractereEmployeurEtablissement"] == "O":
                assert row["siren"].zfill(9) in employers
            else:
                assert row["trancheEffectifsEtablissement"] in ("NN", None)


def test_the_register_is_plausible(units: Any, establishments: Any) -> None:
    persons = sum(unit["categorieJuridiqueUniteLegale"] == 1000 for unit in units) / len(units)
    assert 0.52 < persons < 0.60
    associations = [u for u in units if u["categorieJuridiqueUniteLegale"] == 9220]
    assert 0.035 < len(associations) / len(units) < 0.06
    flags = Counter(unit["economieSocialeSolidaireUniteLegale"] for unit in associations)
    assert 0.85 < flags["O"] / len(associations) < 0.98
    companies = [u for u in units if u["categorieJuridiqueUniteLegale"] == 5710]
    flagged = Counter(unit["economieSocialeSolidaireUniteLegale"] for unit in companies)
    assert 0 < flagged["O"] < 0.04 * len(companies) < flagged["N"]
    assert flagged[None] > 0.4 * len(companies)
    is_open = sum(row["etatAdministratifEtablissement"] == "A" for row in establishments)
    assert 0.33 < is_open / len(establishments) < 0.45
    hidden = Counter(unit["statutDiffusionUniteLegale"] for unit in units)
    assert 0.03 < hidden["P"] / len(units) < 0.12
    assert set(hidden) == {"O", "P"}


def test_every_name_says_that_it_is_fictitious(made: SimulationReport, units: Any) -> None:
    for unit in units:
        name = unit["denominationUniteLegale"] or unit["nomUniteLegale"]
        assert name == "[ND]" or name.endswith(" (fictif)")
    mark = json.loads((made.folder / "FICTIF.json").read_text())
    assert (mark["fictitious"], mark["seed"], mark["made_on"]) == (True, 3, ON.isoformat())
    assert (mark["files"], mark["defects"]) == (made.files, made.defects)
    taken = intake(made.folder, made.folder.parent / "work")
    assert taken.fictitious
    assert (taken.vintage, taken.file("units").vintage_from) == (ON, "simulated")
    assert {file.role for file in taken.files} == {
        "units",
        "establishments",
        "geolocation",
        "history",
        "ess_list",
    }
    assert taken.qpv == made.folder / "qpv_fictifs.geojson"
    assert pq.read_metadata(taken.rejected).num_rows == 0


def test_communes_are_those_of_the_scope_in_proportion_of_their_people(establishments: Any) -> None:
    inside = {commune for code in SCOPE for commune in communes_of(code)}
    written = Counter(row["codeCommuneEtablissement"] for row in establishments)
    followed = Counter(
        now[0] for code, count in written.items() for _ in range(count) if (now := current_commune(code))
    )
    assert set(followed) <= inside
    assert followed.most_common(1)[0][0] == "59350"
    assert any(current_commune(code) not in (None, (code, "current")) for code in written)


def test_paris_is_written_by_district(tmp_path: Path) -> None:
    report = simulate(tmp_path, 500, scope=["commune:75056"], history=False, ess_list=False)
    codes = {row["codeCommuneEtablissement"] for row in table(report, sirene_establishments.SOURCE)}
    assert codes == {str(code) for code in range(75101, 75121)}


def test_overseas_points_are_in_their_own_grid(tmp_path: Path) -> None:
    report = simulate(tmp_path, 300, scope=["commune:97411"], history=False, ess_list=False)
    rows = table(report, sirene_geolocation.SOURCE)
    assert {row["epsg"] for row in rows} == {"2975"}
    back = Transformer.from_crs(2975, 4326, always_xy=True)
    lon, lat = back.transform(rows[0]["x"], rows[0]["y"])
    assert (lon, lat) == pytest.approx((rows[0]["x_longitude"], rows[0]["y_latitude"]), abs=2e-5)


def test_coordinates_and_neighbourhood_codes_agree_with_the_outlines(made: SimulationReport) -> None:
    layer = json.loads((made.folder / "qpv_fictifs.geojson").read_text(encoding="utf-8"))
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in layer["features"]])
    codes = [feature["properties"]["code_qp"] for feature in layer["features"]]
    names = [feature["properties"]["lib_qp"] for feature in layer["features"]]
    assert len(set(codes)) == len(codes)
    assert "Quartier fictif 1 de Lille" in names
    assert all(shape.is_valid for shape in shapes)
    rows = table(made, sirene_geolocation.SOURCE)
    points = shapely.points([(row["x_longitude"], row["y_latitude"]) for row in rows])
    pairs = zip(*shapely.STRtree(shapes).query(points, predicate="within"), strict=True)
    inside = {int(point): codes[shape] for point, shape in pairs}
    told = {at: row["plg_qp24"] for at, row in enumerate(rows) if row["plg_qp24"].startswith("QN")}
    assert len(told) > 500
    assert told.items() <= inside.items()
    # A disc may reach into a neighbour's quarter: rare, as in the published file.
    assert len(inside.keys() - told.keys()) < 0.002 * len(rows)
    project = Transformer.from_crs(4326, 2154, always_xy=True)
    x, y = project.transform([r["x_longitude"] for r in rows], [r["y_latitude"] for r in rows])
    apart = max(abs(a - r["x"]) + abs(b - r["y"]) for a, b, r in zip(x, y, rows, strict=True))
    assert apart < 5  # metres: the grid is taken as straight within a commune


def test_history_tells_the_same_states_as_the_stock(made: SimulationReport, establishments: Any) -> None:
    periods: dict[str, list[dict[str, Any]]] = {}
    for row in table(made, sirene_history.SOURCE):
        periods.setdefault(row["siret"], []).append(row)
    assert len(periods) == SIZE
    reopened = 0
    for stock in establishments:
        told = sorted(periods.get(stock["siret"], []), key=lambda row: row["dateDebut"])
        if not told:
            continue  # a number broken on purpose
        reopened += len(told) == 3
        assert told[-1]["etatAdministratifEtablissement"] == stock["etatAdministratifEtablissement"]
        assert told[-1]["dateFin"] is None
        assert [row["changementEtatAdministratifEtablissement"] for row in told] == [
            False,
            *[True] * (len(told) - 1),
        ]
        for one, following in pairwise(told):
            assert one["dateFin"] + timedelta(days=1) == following["dateDebut"]
    assert reopened > 10


def test_the_ess_list_has_lost_its_zeros_as_published(made: SimulationReport, units: Any) -> None:
    path = made.folder / f"{ess_france.STEM}.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    assert header == ",".join(ess_france.NAMES)
    numbers = [line.split(",")[0] for line in lines]
    assert any(len(number) < 9 for number in numbers)
    assert {number.zfill(9) for number in numbers} <= {unit["siren"] for unit in units}


@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(tmp_path: Path, threads: int) -> None:
    one = simulate(tmp_path / "a", 8_000, seed=5, scope=SCOPE, threads=threads, dirty=True)
    two = simulate(tmp_path / "b", 8_000, seed=5, scope=SCOPE, threads=2, dirty=True)
    assert digest(one.folder) == digest(two.folder)
    assert (one.files, one.defects) == (two.files, two.defects)
    other = simulate(tmp_path / "c", 8_000, seed=6, scope=SCOPE, threads=2, dirty=True)
    assert digest(other.folder)["StockUniteLegale_utf8.parquet"] not in digest(one.folder).values()


def test_slices_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SLICE_UNITS > 3_000
    whole = simulate(tmp_path / "a", 3_000, scope=SCOPE)
    monkeypatch.setattr("essaim.observatory.simulate.register.SLICE_UNITS", 700)
    sliced = simulate(tmp_path / "b", 3_000, scope=SCOPE)
    assert digest(sliced.folder) == digest(whole.folder)


@pytest.mark.parametrize("format", ["csv", "zip"])
def test_csv_and_zip_say_the_same_as_parquet(tmp_path: Path, format: str) -> None:
    plain = simulate(tmp_path / "parquet", 600, scope=SCOPE)
    other = simulate(tmp_path / format, 600, scope=SCOPE, format=format)
    assert (other.folder / f"StockUniteLegale_utf8.{format}").exists()
    taken = intake(other.folder, tmp_path / "work")
    for role, source in (("units", sirene_units), ("establishments", sirene_establishments)):
        read = pq.read_table(getattr(taken, role)).to_pylist()
        expected = table(plain, source.SOURCE)
        assert [row.pop("record") for row in read] == list(range(1, len(expected) + 1))
        assert read == [{name: _text(row[name]) for name in read[0]} for row in expected]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_smallest_register_has_everything(tmp_path: Path) -> None:
    report = simulate(tmp_path, 100, scope=["commune:59350"])
    assert (report.units, report.establishments, report.communes) == (100, 100, 1)
    assert report.sentence.en.startswith("Fictitious register written to")


def test_real_files_are_never_replaced(tmp_path: Path) -> None:
    real = tmp_path / "StockUniteLegale_utf8.parquet"
    real.write_bytes(b"the real register")
    with pytest.raises(SourceError, match="not a simulation"):
        simulate(tmp_path, 100, scope=["commune:59350"])
    assert real.read_bytes() == b"the real register"
    assert not (tmp_path / "FICTIF.json").exists()


def test_an_earlier_simulation_is_replaced_whole(tmp_path: Path) -> None:
    simulate(tmp_path, 200, scope=["commune:59350"], format="csv")
    report = simulate(tmp_path, 200, scope=["commune:59350"], history=False)
    names = {path.name for path in tmp_path.iterdir() if not path.name.endswith(".source.json")}
    assert names == {*report.files, "FICTIF.json"}
    assert "StockUniteLegale_utf8.csv" not in names


def test_an_interrupted_simulation_leaves_the_earlier_one_whole(tmp_path: Path) -> None:
    simulate(tmp_path, 200, scope=["commune:59350"])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def stop(step: Text, done: int = 0, total: int | None = None, /) -> None:
        if "Historique" in step.fr:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        simulate(tmp_path, 300, seed=9, scope=["commune:59350"], progress=stop)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_bad_requests_are_explained(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="at least 100"):
        simulate(tmp_path, 99)
    with pytest.raises(SourceError, match="parquet, csv, zip"):
        simulate(tmp_path, 100, format="xlsx")
    with pytest.raises(UnknownTerritory):
        simulate(tmp_path, 100, scope=["epci:1"])


def test_an_epci_may_be_given_by_its_number(tmp_path: Path) -> None:
    assert simulate(tmp_path, 100, scope=["200093201"]).communes == len(communes_of("epci:200093201"))


def test_on_moves_the_extract(tmp_path: Path) -> None:
    on = date(2024, 3, 1)
    report = simulate(tmp_path, 300, scope=["commune:59350"], on=on)
    rows = table(report, sirene_establishments.SOURCE)
    assert max(row["dateDebut"] for row in rows) <= on


def test_shares_and_lists_have_the_shape_the_draws_expect() -> None:
    assert sum(EXTRA) == 45
    assert len(EXTRA) == 100
    assert {len(ranks) for ranks in BANDS.values()} == {64}
    assert {kind for _, _, kind in CATEGORIES} == set(KINDS)
    assert slots([3.0, 1.0, 0.0], 8).count(2) == 1
    assert len(slots([3.0, 1.0, 0.0], 8)) == 8
