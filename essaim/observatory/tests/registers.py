"""Small registers in the official CSV layout, with every oddity a real one holds, for tests."""

import csv
import datetime
import io
import os
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from essaim.observatory.sources import sirene_establishments, sirene_geolocation, sirene_history, sirene_units
from essaim.observatory.sources.ess_france import FAMILY, NAMES

Row = dict[str, str]

VINTAGE = datetime.date(2026, 11, 1)
GEOLOCATION_FILE = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv"

COMMUNES = (
    "59350", "59350", "59350", "59009", "59512", "75101", "75120", "13201", "69381", "69123", "93066", "97411",
    "2A004", "01015", "59355", "62041", "", "99999", "[ND]",
)  # fmt: skip
CATEGORIES = (
    "9220", "9220", "9220", "9230", "5710", "5499", "5458", "6317", "8210", "9300", "7210", "4110", "8410", "9110",
    "9150", "5999", "9240", "2110", "1000", "",
)  # fmt: skip
ACTIVITIES = (
    "88.99B",
    "94.99Z",
    "94.91Z",
    "8710A",
    "93.12Z",
    "64.19Z",
    "85.3K",
    "8514",
    "04.00Z",
    "84.11Z",
    "",
)
BANDS = (
    "",
    "NN",
    "00",
    "01",
    "02",
    "03",
    "11",
    "12",
    "21",
    "22",
    "31",
    "32",
    "41",
    "42",
    "51",
    "52",
    "53",
    "77",
)
CREATIONS = (
    "", "1900-01-01", "1905-07-01", "2005-12-31", "2006-01-01", "2015-11-01", "2015-11-02", "2023-11-02",
    "2025-06-30", "2025-12-31", "2026-11-01", "2026-11-02", "2031-05-05", "2023-02-30", "2019",
)  # fmt: skip
NEIGHBOURHOODS = ("", "CSZ", "HZ", "QN05901M", "QN05902M", "QN07501M")


def with_check(digits: str) -> str:
    """Digits followed by the one that makes Luhn's sum a multiple of ten."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        doubled = int(character) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def siren(number: int) -> str:
    return with_check(f"{number:08d}")


def siret(of: str, number: int) -> str:
    if of == "356000000":
        wanted = next(
            n for n in range(99999) if (14 + sum(map(int, f"{n:05d}"))) % 5 == 0 and n > number * 10
        )
        return f"{of}{wanted:05d}"
    return with_check(f"{of}{number:04d}")


@dataclass
class Register:
    """A whole register; `neighbourhoods`: siret -> plg_qp24; `ess_list`: siren -> family as published."""

    units: list[Row]
    establishments: list[Row]
    neighbourhoods: dict[str, str] | None = None
    history: list[Row] | None = None
    ess_list: dict[str, str] | None = None
    lines: dict[str, list[int]] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write the official files, dated VINTAGE, and note the physical line of each row."""
        folder.mkdir(parents=True, exist_ok=True)
        self._one(folder / "StockUniteLegale_utf8.csv", _names(sirene_units), self.units, "units")
        self._one(
            folder / "StockEtablissement_utf8.csv",
            _names(sirene_establishments),
            self.establishments,
            "establishments",
        )
        if self.history is not None:
            path = folder / "StockEtablissementHistorique_utf8.csv"
            self._one(path, _names(sirene_history), self.history, "history")
        if self.neighbourhoods is not None:
            rows = [{"siret": key, "plg_qp24": code} for key, code in self.neighbourhoods.items()]
            self._one(folder / GEOLOCATION_FILE, _names(sirene_geolocation), rows, "geolocation")
        if self.ess_list is not None:
            listed = [{"SIREN": key, FAMILY: family} for key, family in self.ess_list.items()]
            self._one(folder / "liste-des-entreprises-de-less.csv", list(NAMES), listed, "ess_list")

    def _one(self, path: Path, names: list[str], rows: list[Row], role: str) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
        writer.writeheader()
        line, lines = 2, []
        for row in rows:
            lines.append(line)
            before = text.tell()
            writer.writerow(row)
            text.seek(before)
            line += text.read().count("\n")
        path.write_text(text.getvalue(), encoding="utf-8")
        at = datetime.datetime.combine(VINTAGE, datetime.time(12), datetime.UTC).timestamp()
        os.utime(path, (at, at))
        self.lines[role] = lines


def _names(module: object) -> list[str]:
    return [column.name for column in module.SOURCE.columns]  # type: ignore[attr-defined]  # a source module


def unit(number: str, **values: str) -> Row:
    """A unit that counts, an association with the flag, but for the values given."""
    row = {
        "siren": number,
        "statutDiffusionUniteLegale": "O",
        "etatAdministratifUniteLegale": "A",
        "denominationUniteLegale": f"UNITE {number}",
        "categorieJuridiqueUniteLegale": "9220",
        "activitePrincipaleUniteLegale": "94.99Z",
        "economieSocialeSolidaireUniteLegale": "O",
        "caractereEmployeurUniteLegale": "N",
    }
    return row | values


def establishment(number: str, **values: str) -> Row:
    """An active establishment in Lille, but for the values given."""
    row = {
        "siren": number.zfill(14)[:9],
        "siret": number,
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2015-01-01",
        "trancheEffectifsEtablissement": "01",
        "etablissementSiege": "true",
        "codeCommuneEtablissement": "59350",
        "dateDebut": "2015-01-01",
        "etatAdministratifEtablissement": "A",
        "activitePrincipaleEtablissement": "94.99Z",
        "caractereEmployeurEtablissement": "O",
    }
    return row | values


NUMBERS = (
    *(siren(n) for n in (1234567, 1234568, 12345678, 34567890, 45678901, 55555555, 77562042)),
    "356000000",
)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Up to eight units, one of them perhaps in the file twice, and their establishments."""
    of = st.sampled_from
    chosen = draw(st.lists(of(NUMBERS), min_size=1, max_size=8, unique=True))
    units = [
        unit(
            number,
            statutDiffusionUniteLegale=draw(of("OOONP")),
            etatAdministratifUniteLegale=draw(of("AAAAC")),
            denominationUniteLegale=draw(of(("UNITE", 'UN "NOM"\nSUR DEUX LIGNES', ""))),
            categorieJuridiqueUniteLegale=draw(of(CATEGORIES)),
            activitePrincipaleUniteLegale=draw(of(ACTIVITIES)),
            economieSocialeSolidaireUniteLegale=draw(of(("O", "O", "N", ""))),
        )
        for number in chosen
    ]
    with_history = draw(st.booleans())
    if not with_history and draw(st.booleans()):
        units.append(units[0] | {"categorieJuridiqueUniteLegale": draw(of(CATEGORIES))})
    owners = st.one_of(of(chosen), of(chosen), of((siren(99999999), chosen[0])))
    rows = []
    for index in range(draw(st.integers(1, 14))):
        owner = draw(owners)
        written = siret(owner, draw(st.integers(1, 6)) if draw(st.booleans()) else index + 10)
        damage = draw(of(("", "", "", "", "", "zeros", "check")))
        if damage == "check":
            written = written[:-1] + str((int(written[-1]) + 1) % 10)
        if damage == "zeros" and written.startswith("0"):
            written = written.lstrip("0")
        rows.append(
            establishment(
                written,
                siren=owner,
                statutDiffusionEtablissement=draw(of("OOOON")),
                dateCreationEtablissement=draw(of(CREATIONS)),
                trancheEffectifsEtablissement=draw(of(BANDS)),
                codeCommuneEtablissement=draw(of(COMMUNES)),
                etatAdministratifEtablissement=draw(of("AAAAF")),
                enseigne1Etablissement=draw(of(("", "ENSEIGNE", "DEUX\nLIGNES"))),
                activitePrincipaleEtablissement=draw(of(ACTIVITIES)),
                numeroVoieEtablissement=draw(of(("", "12"))),
                indiceRepetitionEtablissement=draw(of(("", "", "B"))),
                typeVoieEtablissement=draw(of(("", "RUE"))),
                libelleVoieEtablissement=draw(of(("", "NATIONALE", "[ND]", " DES LILAS"))),
                codePostalEtablissement=draw(of(("", "59000", "[ND]"))),
                caractereEmployeurEtablissement=draw(of(("O", "O", "N", ""))),
            )
        )
    return Register(
        units,
        rows,
        neighbourhoods=draw(st.none() | _neighbourhoods(rows)),
        history=[draw(_period(row)) for row in rows] if with_history else None,
        ess_list=draw(st.none() | _ess_list(chosen)),
    )


def _neighbourhoods(rows: list[Row]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({row["siret"]: st.sampled_from(NEIGHBOURHOODS) for row in rows})


def _ess_list(chosen: list[str]) -> st.SearchStrategy[dict[str, str]]:
    families = st.sampled_from(("Association", "Coopérative", "Mutuelle", "Fondation", ""))
    return st.dictionaries(st.sampled_from(chosen), families, max_size=4)


def _period(row: Row) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "siret": st.just(row["siret"]),
            "dateDebut": st.sampled_from(
                ("2005-12-31", "2006-01-01", "2025-03-01", "2025-12-31", "2026-02-01")
            ),
            "etatAdministratifEtablissement": st.sampled_from("AF"),
            "changementEtatAdministratifEtablissement": st.sampled_from(("true", "false")),
        }
    )
