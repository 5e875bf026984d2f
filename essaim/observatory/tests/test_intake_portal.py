"""A city portal's export becomes the same tables as the official stock."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from essaim.observatory.errors import UnreadableFile, WrongHeader
from essaim.observatory.intake import Intake, intake
from essaim.observatory.sources.city_portal import BANDS, ESTABLISHMENT_TITLES, UNIT_TITLES, key

TITLES = [titles[0] for titles in {**UNIT_TITLES, **ESTABLISHMENT_TITLES}.values()] + [
    "Latitude",
    "Longitude",
]
ROW = {
    "SIREN": "005520135",
    "SIRET": "00552013500011",
    "Catégorie juridique de l'unité légale": "9220",
    "Etat administratif de l'unité légale": "Active",
    "Etat administratif de l'établissement": "Actif",
    "Economie sociale et solidaire unité légale": "O",
    "Caractère employeur de l'établissement": "Oui",
    "Caractère employeur de l'unité légale": "Non",
    "Tranche de l'effectif de l'établissement": "1 ou 2 salariés",
    "Etablissement siège": "oui",
    "Latitude": "50.6",
    "Longitude": "3.06",
}


def write(path: Path, *rows: dict[str, str], titles: list[str] = TITLES) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, titles, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(path: Path) -> Intake:
    return intake(path, path.parent / "work")


def table(path: Path | None) -> list[dict[str, Any]]:
    assert path is not None
    return pq.read_table(path).to_pylist()


def test_labels_become_official_codes(tmp_path: Path) -> None:
    taken = take(write(tmp_path / "portal.csv", ROW))
    [unit], [establishment] = table(taken.units), table(taken.establishments)
    assert (unit["etatAdministratifUniteLegale"], unit["caractereEmployeurUniteLegale"]) == ("A", "N")
    assert unit["economieSocialeSolidaireUniteLegale"] == "O"
    assert establishment["etatAdministratifEtablissement"] == "A"
    assert establishment["caractereEmployeurEtablissement"] == "O"
    assert establishment["trancheEffectifsEtablissement"] == "01"
    assert establishment["etablissementSiege"] == "true"
    [place] = table(taken.geolocation)
    assert (place["siret"], place["x_longitude"], place["y_latitude"]) == ("00552013500011", "3.06", "50.6")


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Etablissement non employeur", "NN"),
        ("Unité non employeuse", "NN"),
        ("0 salarié", "00"),
        ("1 000 à 1 999 salariés", "42"),
        ("1\u202f000 à 1\u202f999 salariés", "42"),
        ("10 000 salariés et plus", "53"),
        ("", None),
        ("11", "11"),
    ],
)
def test_every_head_count_label_has_its_code(tmp_path: Path, label: str, code: str | None) -> None:
    row = ROW | {"Tranche de l'effectif de l'établissement": label}
    [establishment] = table(take(write(tmp_path / "p.csv", row)).establishments)
    assert establishment["trancheEffectifsEtablissement"] == code
    codes = "NN 00 01 02 03 11 12 21 22 31 32 41 42 51 52 53"
    assert " ".join(dict.fromkeys(BANDS.values())) == codes


def test_an_unknown_label_rejects_its_row_with_its_line(tmp_path: Path) -> None:
    odd = ROW | {"Etat administratif de l'établissement": "En sommeil", "SIRET": "00552013500029"}
    taken = take(write(tmp_path / "p.csv", ROW, odd))
    assert [row["siret"] for row in table(taken.establishments)] == ["00552013500011"]
    assert table(taken.rejected) == [
        {
            "file": "p.csv",
            "line": 3,
            "reason": "unknown_label",
            "detail": "etatAdministratifEtablissement = En sommeil",
        }
    ]


def test_natural_persons_are_dropped(tmp_path: Path) -> None:
    person = ROW | {"Catégorie juridique de l'unité légale": "1000", "SIREN": "732829320"}
    unnamed = ROW | {"Catégorie juridique de l'unité légale": "", "Nom de la personne physique": "DUPONT"}
    titles = [*TITLES, "Nom de la personne physique"]
    taken = take(write(tmp_path / "p.csv", person, ROW, unnamed, titles=titles))
    assert [row["record"] for row in table(taken.establishments)] == [2]
    assert [row["record"] for row in table(taken.units)] == [2]


def test_a_unit_is_written_once_and_0_0_is_nowhere(tmp_path: Path) -> None:
    other = ROW | {"SIRET": "00552013500029", "Latitude": "0", "Longitude": "0"}
    taken = take(write(tmp_path / "p.csv", ROW, other))
    assert len(table(taken.units)) == 1
    assert [row["siret"] for row in table(taken.establishments)] == ["00552013500011", "00552013500029"]
    assert [row["siret"] for row in table(taken.geolocation)] == ["00552013500011"]


def test_technical_field_names_are_the_same_dialect(tmp_path: Path) -> None:
    names = {titles[0]: name.lower() for name, titles in {**UNIT_TITLES, **ESTABLISHMENT_TITLES}.items()}
    row = {names.get(title, title): value for title, value in ROW.items()}
    titles = [names.get(title, title) for title in TITLES]
    [establishment] = table(take(write(tmp_path / "p.csv", row, titles=titles)).establishments)
    assert establishment["caractereEmployeurEtablissement"] == "O"


def test_a_missing_title_is_named_as_portals_write_it(tmp_path: Path) -> None:
    gone = "Code commune de l'établissement"
    titles = [title if title != gone else "Code de la commune de l'établissement" for title in TITLES]
    with pytest.raises(WrongHeader) as error:
        take(write(tmp_path / "p.csv", ROW, titles=titles))
    assert (
        f"la colonne « {gone} » manque ; renommée en « Code de la commune de l'établissement » ?"
        in error.value.text.fr
    )


def test_a_portal_file_of_persons_only_has_nothing_to_count(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no establishment of a legal person"):
        take(write(tmp_path / "p.csv", ROW | {"Catégorie juridique de l'unité légale": "1000"}))


def test_key_forgets_accents_case_and_punctuation() -> None:
    assert key("Etat administratif de l'unité légale") == key("État administratif de l’unite legale")


@pytest.mark.shared_data
def test_the_real_export_of_the_lille_metropolis(shared_data: Path, tmp_path: Path) -> None:
    """Every fact of the 533 rows against the csv module."""
    path = shared_data / "sirene" / "mel_lille_sirene_ods_2023.csv"
    with path.open(encoding="utf-8", newline="") as raw:
        real = list(csv.DictReader(raw, delimiter=";"))
    alone = tmp_path / "folder"
    alone.mkdir()
    (alone / "n'importe quel nom.csv").write_bytes(path.read_bytes())
    for origin in (path, alone):
        taken = intake(origin, tmp_path / "work")
        units, establishments = table(taken.units), table(taken.establishments)
        assert table(taken.rejected) == []
        assert [row["siret"] for row in establishments] == [row["SIRET"] for row in real]
        assert [row["siren"] for row in units] == list(dict.fromkeys(row["SIREN"] for row in real))
        state = {"Actif": "A", "Fermé": "F"}
        assert [row["etatAdministratifEtablissement"] for row in establishments] == [
            state[row["Etat administratif de l'établissement"]] for row in real
        ]
        assert Counter(row["caractereEmployeurEtablissement"] for row in establishments) == {
            "N": 340,
            "O": 191,
            None: 2,
        }
        assert [row["activitePrincipaleEtablissement"] for row in establishments] == [
            row["Activité principale de l'établissement2"] or None for row in real
        ]
        assert [row["trancheEffectifsEtablissement"] for row in establishments] == [
            BANDS.get(key(row["Tranche de l'effectif de l'établissement"])) for row in real
        ]
        assert len(table(taken.geolocation)) == 529
        file = taken.file("establishments")
        assert (file.dialect, file.source) == ("portal", "city_portal")
        assert (file.vintage, file.vintage_from) == (date(2023, 5, 31), "content")
