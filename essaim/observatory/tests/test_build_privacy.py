"""What a build never writes: natural persons, people's names, jobs of too few enterprises."""

from pathlib import Path

import pytest

from essaim.observatory.atlas import read_atlas
from essaim.observatory.build import build
from essaim.observatory.store import Build, Store
from essaim.observatory.tests.registers import VINTAGE, Register, establishment, siren, siret, unit

ASSOCIATION, PERSON, HIDDEN, UNKNOWN = (siren(n) for n in (12345678, 23456789, 34567890, 45678901))


def built(folder: Path, units: list[dict[str, str]], rows: list[dict[str, str]]) -> Build:
    Register(units, rows).write(folder / "files")
    return build(folder / "files", folder / "store", on=VINTAGE).build


def everything(of: Build) -> bytes:
    return b"".join(
        of.read(table).to_pandas().to_csv(index=False).encode()
        for table in ("establishments", "rejected", "figures", "breakdowns", "territories")
    )


def test_natural_person_appears_nowhere_even_in_the_report(tmp_path: Path) -> None:
    bad = siret(PERSON, 2)[:-1] + "0"
    of = built(
        tmp_path,
        [
            unit(ASSOCIATION),
            unit(PERSON, categorieJuridiqueUniteLegale="1000", denominationUniteLegale="MARIE DUPONT"),
        ],
        [
            establishment(siret(ASSOCIATION, 1)),
            establishment(siret(PERSON, 1), enseigne1Etablissement="CHEZ MARIE"),
            establishment(bad, enseigne1Etablissement="CHEZ MARIE"),
        ],
    )
    text = everything(of)
    assert PERSON.encode() not in text
    assert b"MARIE" not in text
    assert ASSOCIATION.encode() in text


def test_row_whose_unit_is_unknown_is_reported_by_its_line_alone(tmp_path: Path) -> None:
    of = built(
        tmp_path,
        [unit(ASSOCIATION)],
        [establishment(siret(ASSOCIATION, 1)), establishment(siret(UNKNOWN, 1))],
    )
    (row,) = of.read("rejected").to_pylist()
    assert row == {
        "file": "StockEtablissement_utf8.csv",
        "line": 3,
        "reason": "unknown_siren",
        "siret": None,
        "detail": None,
    }


@pytest.mark.parametrize("of_unit", [True, False])
def test_legal_person_not_diffusible_is_counted_and_never_listed(tmp_path: Path, of_unit: bool) -> None:
    statutes = {"statutDiffusionUniteLegale": "N"} if of_unit else {}
    of = built(
        tmp_path,
        [unit(ASSOCIATION), unit(HIDDEN, **statutes)],
        [
            establishment(siret(ASSOCIATION, 1)),
            establishment(siret(HIDDEN, 1), statutDiffusionEtablissement="O" if of_unit else "N"),
        ],
    )
    assert HIDDEN.encode() not in everything(of)
    atlas = read_atlas(Store(tmp_path / "store"), "commune:59350")
    assert atlas.figures["sse_establishments"].value == 2


def test_masked_names_are_not_names(tmp_path: Path) -> None:
    of = built(
        tmp_path,
        [unit(ASSOCIATION, denominationUniteLegale="[ND]", sigleUniteLegale="[ND]")],
        [establishment(siret(ASSOCIATION, 1), enseigne1Etablissement="[ND]")],
    )
    (row,) = of.read("establishments").to_pylist()
    assert (row["name"], row["sigle"]) == (None, None)


def test_unit_named_after_persons_is_not_listed(tmp_path: Path) -> None:
    of = built(
        tmp_path,
        [
            unit(ASSOCIATION),
            unit(HIDDEN, categorieJuridiqueUniteLegale="2110", denominationUniteLegale="MARIE ET PAUL"),
        ],
        [establishment(siret(ASSOCIATION, 1)), establishment(siret(HIDDEN, 1))],
    )
    assert b"MARIE" not in everything(of)


def test_jobs_of_one_enterprise_are_hidden_everywhere_they_could_be_deduced(tmp_path: Path) -> None:
    """Lille has one employer, Roubaix four: neither Lille nor the difference may be read."""
    owners = [siren(10_000_000 + n) for n in range(5)]
    rows = [
        establishment(siret(owner, 1), codeCommuneEtablissement="59350" if n == 0 else "59512")
        for n, owner in enumerate(owners)
    ]
    built(tmp_path, [unit(owner) for owner in owners], rows)
    store = Store(tmp_path / "store")
    lille = read_atlas(store, "commune:59350").figures["sse_jobs"]
    assert (lille.status, lille.note, lille.low, lille.high) == ("secret", "secret_primary", None, None)
    shown = [
        code
        for code in ("commune:59512", "epci:200093201", "departement:59", "region:32", "country:FR")
        if read_atlas(store, code).figures["sse_jobs"].status == "ok"
    ]
    assert shown in (["commune:59512"], ["epci:200093201", "departement:59", "region:32", "country:FR"])
    assert store.current().manifest.secrecy["hidden_secondary"] >= 1


def test_open_band_gives_no_upper_bound(tmp_path: Path) -> None:
    owners = [siren(10_000_000 + n) for n in range(12)]
    rows = [establishment(siret(owner, 1), trancheEffectifsEtablissement="53") for owner in owners]
    built(tmp_path, [unit(owner) for owner in owners], rows)
    jobs = read_atlas(Store(tmp_path / "store"), "commune:59350").figures["sse_jobs"]
    assert (jobs.status, jobs.note, jobs.value, jobs.low, jobs.high) == (
        "ok",
        "at_least",
        None,
        120_000,
        None,
    )
