"""Files as people and spreadsheets write them."""

import csv
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from essaim.law.text import ExplainedError
from essaim.organisations.importing.sources import dataset_of, vintage_in
from essaim.organisations.intake import Origin, Reading, Record
from essaim.organisations.intake.grounds import commune_named
from essaim.organisations.intake.identifiers import naf_of, rna_of, siren_of, siret_of
from essaim.organisations.intake.register import read_register
from essaim.organisations.intake.rows import read_rows, words
from essaim.organisations.intake.siae import label_of, read_siae
from essaim.organisations.intake.successions import followed, loops, read_successions
from essaim.organisations.intake.template import read_template
from essaim.organisations.rules import LABEL_KINDS
from essaim.organisations.tests.factories import siren_number, siret_number
from essaim.organisations.tests.files import write_csv, write_register, write_siae, write_successions

ORIGIN = Origin("list:essai", "essai", date(2026, 3, 1))
SIREN = siren_number(4)
SIRET = siret_number(SIREN)


def records(reading: Reading) -> list[Record]:
    return [record for batch in reading.batches for record in batch]


def template(tmp_path: Path, *rows: dict[str, str], **options: str) -> tuple[Reading, list[Record]]:
    reading = read_template(write_csv(tmp_path / "liste.csv", rows, **options), ORIGIN)
    return reading, records(reading)


class TestIdentifiers:
    def test_zeros_lost_by_a_spreadsheet_are_put_back(self):
        assert (siren_of("62201199"), siret_of("6220119900031")) == ("062201199", "06220119900031")

    def test_blanks_dots_and_a_decimal_zero_are_taken_off(self):
        assert siret_of(f" {SIRET[:3]} {SIRET[3:6]}.{SIRET[6:9]}-{SIRET[9:]} ") == SIRET
        assert siren_of(f"{SIREN}.0") == SIREN

    @pytest.mark.parametrize("text", ["38269518700000", "12345678901234", "1.23457E+13", "abc", "12"])
    def test_a_wrong_number_is_refused(self, text):
        with pytest.raises(ValueError):
            siret_of(text)

    def test_the_post_office_has_a_check_of_its_own(self):
        assert siret_of("35600000000048") == "35600000000048"
        assert siret_of("35600000049837") == "35600000049837"

    def test_activities_and_rna_numbers_take_one_shape(self):
        assert (naf_of("8899b"), naf_of("88.99B"), naf_of("853K")) == ("88.99B", "88.99B", "853K")
        assert (rna_of("w 832023177"), rna_of("0")) == ("W832023177", "")

    @given(st.text())
    def test_any_text_becomes_one_line_that_the_database_takes(self, text):
        found = words(text, 40)
        assert len(found) <= 40
        assert not set("\x00\n\r\t\u202e\ud800") & set(found)


class TestLists:
    def test_every_kind_of_the_siae_list_is_a_label(self):
        kinds = ("AI", "ACI", "EI", "EITI", "ETTI", "EA", "EATT", "ESAT", "GEIQ")
        assert {label_of(kind) for kind in kinds} <= set(LABEL_KINDS)
        assert label_of("ACI") == "siae_aci"
        assert label_of("SEP") == ""

    def test_one_row_of_the_siae_list(self, tmp_path):
        row = {"siret": SIRET, "kind": "ei", "name": "ASSO <script>alert(1)</script>", "brand": "=1+1",
               "naf": "3811Z", "address_line_1": "1 rue Nationale", "post_code": "59100", "city": "Roubaix",
               "longitude": "3.1746", "latitude": "50.6901", "geocoding_score": "0.9"}  # fmt: skip
        (record,) = records(read_siae(write_siae(tmp_path / "siae.csv", [row]), ORIGIN))
        assert record == Record(
            SIRET, 2, SIREN, SIRET, "",
            {"name": "ASSO <script>alert(1)</script>", "naf": "38.11Z"},
            {"name": "=1+1", "naf": "38.11Z", "address": "1 rue Nationale", "postcode": "59100", "lon": 3.1746,
             "lat": 50.6901, "position_score": 0.9, "commune": "59512"},
            {}, {"siae_ei": {}}, {},
        )  # fmt: skip

    def test_swapped_coordinates_are_put_right_and_absurd_ones_set_aside(self, tmp_path):
        rows = [
            {"siret": siret_number(siren_number(n)), "longitude": lon, "latitude": lat}
            for n, (lon, lat) in enumerate(
                [("50.69", "3.17"), ("0", "0"), ("a", "b"), ("", ""), ("3,17", "50,69")], 20
            )
        ]
        reading = read_siae(write_siae(tmp_path / "siae.csv", rows), ORIGIN)
        found = [(each.place.get("lon"), each.place.get("lat")) for each in records(reading)]
        assert found == [(3.17, 50.69), (None, None), (None, None), (None, None), (3.17, 50.69)]
        assert dict(reading.remarks) == {
            "swapped": 1,
            "outside": 1,
            "unreadable_position": 1,
            "no_position": 1,
        }

    def test_a_point_in_another_commune_is_kept_and_reported(self, tmp_path):
        row = {
            "siret": SIRET,
            "post_code": "59000",
            "city": "LILLE CEDEX",
            "longitude": "3.1746",
            "latitude": "50.6901",
        }
        reading = read_siae(write_siae(tmp_path / "siae.csv", [row]), ORIGIN)
        (record,) = records(reading)
        assert (record.place["commune"], record.place["lon"]) == ("59350", 3.1746)
        assert [(note.code, note.detail) for note in reading.notes] == [("elsewhere", "59350 ≠ 59512")]

    def test_a_commune_that_merged_is_followed(self, tmp_path):
        reading, (record,) = template(tmp_path, {"nom": "A", "siret": SIRET, "code_insee": "59298"})
        assert (record.place["commune"], dict(reading.remarks)) == ("59350", {"followed_commune": 1})

    @pytest.mark.parametrize("name", ["Paris 11e Arrondissement", "PARIS CEDEX 20", "paris"])
    def test_communes_are_found_by_name_and_postcode(self, name):
        assert commune_named(name, "75011") == "75056"


class TestTemplate:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [";", ","])
    def test_any_encoding_and_delimiter_give_the_same_record(self, tmp_path, encoding, delimiter):
        row = {
            "SIRET": SIRET,
            "Nom": "Épicerie solidaire, l'été",
            "Catégorie juridique": "9220",
            "Labels": "ESUS | aci",
        }
        _, (record,) = template(tmp_path, row, encoding=encoding, delimiter=delimiter)
        assert (record.facts, sorted(record.labels)) == (
            {"name": "Épicerie solidaire, l'été", "legal_category": "9220"},
            ["esus", "siae_aci"],
        )

    def test_english_titles_say_the_same(self, tmp_path):
        french = {"siren": SIREN, "nom": "A", "date_creation": "31/05/2024", "liste_ess": "oui", "actif": "non",
                  "code_postal": "1000", "famille": "Fondations"}  # fmt: skip
        english = {"siren": SIREN, "name": "A", "created_on": "2024-05-31", "sse_list": "yes", "open": "no",
                   "postcode": "01000", "family": "foundation"}  # fmt: skip
        _, found = template(tmp_path, french)
        _, same = template(tmp_path, english)
        assert found == same
        assert found[0].evidence == {"listed": ["member", "", "foundation"]}
        assert found[0].state == {"organisation": False, "closed_on": "2026-03-01", "about": True}

    def test_a_workbook_is_read_and_its_formulas_are_not_run(self, tmp_path):
        book = Workbook()
        book.active.append(["siret", "nom", "date_creation", "enseigne"])
        book.active.append([int(SIRET), "A", date(2024, 5, 31), "=1+1"])
        book.save(tmp_path / "liste.xlsx")
        (record,) = records(read_template(tmp_path / "liste.xlsx", ORIGIN))
        assert (record.key, record.facts["created_on"], record.place) == (SIRET, "2024-05-31", {})

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ({"siret": "38269518700000"}, "bad_siret"),
            ({"siren": "123456789"}, "bad_siren"),
            ({"siret": SIRET, "siren": siren_number(5)}, "siret_of_another"),
            ({"rna": "W1"}, "bad_rna"),
            ({}, "no_identifier"),
            ({"siren": SIREN, "nom": " "}, "no_name"),
            ({"siren": SIREN, "labels": "XYZ"}, "unknown_kind"),
            ({"siren": SIREN, "date_creation": "hier"}, "bad_date"),
            ({"siren": SIREN, "categorie_juridique": "1000"}, "natural_person"),
        ],
    )
    def test_a_bad_row_is_refused_with_its_line_and_reason(self, tmp_path, row, reason):
        good = dict.fromkeys(("siret", "siren", "rna", "labels", "date_creation", "categorie_juridique"), "")
        reading, found = template(tmp_path, {**good, "siren": SIREN, "nom": "B"}, {**good, "nom": "A", **row})
        assert [record.key for record in found] == [SIREN]
        assert [(each.line, each.reason) for each in reading.rejected] == [(3, reason)]

    def test_rows_of_the_wrong_width_are_refused_and_the_others_read(self, tmp_path):
        path = tmp_path / "liste.csv"
        path.write_text(f"siren;nom\n{SIREN};A\n1;2;3\nseul\n", encoding="utf-8")
        reading = read_template(path, ORIGIN)
        assert [record.key for record in records(reading)] == [SIREN]
        assert [(each.line, each.detail) for each in reading.rejected] == [(3, "3 ≠ 2"), (4, "1 ≠ 2")]

    def test_wrong_columns_are_named_with_what_was_found_and_what_is_expected(self, tmp_path):
        path = write_csv(tmp_path / "liste.csv", [{"couleur": "bleu", "taille": "2"}])
        with pytest.raises(ExplainedError) as refused:
            read_template(path, ORIGIN)
        assert all(
            word in refused.value.text.fr for word in ("« couleur », « taille »", "siret, siren, rna", "nom")
        )

    @pytest.mark.parametrize(
        "content", [b"", b"\x00\x01\x02\x03" * 50, b"<!doctype html><p>", b"PK\x03\x04broken"]
    )
    def test_what_is_not_a_table_is_said_so(self, tmp_path, content):
        path = tmp_path / "liste.csv"
        path.write_bytes(content)
        with pytest.raises(ExplainedError):
            read_template(path, ORIGIN)

    @given(
        st.lists(
            st.lists(
                st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
                min_size=2,
                max_size=2,
            )
        )
    )
    # (A file with null bytes is no text at all: it is refused whole, as above.)
    def test_no_table_makes_the_reader_fall(self, rows):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "liste.csv"
            with path.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([["siren", "nom"], *rows])
            reading = read_template(path, ORIGIN)
            assert len(records(reading)) + len(reading.rejected) == reading.read_rows

    def test_a_large_file_is_not_held_whole(self, tmp_path):
        path = tmp_path / "liste.csv"
        with path.open("w", encoding="utf-8") as out:
            out.write("siren,nom\n")
            out.writelines(f"{SIREN},{n}\n" for n in range(30_000))
        _, rows = read_rows(path)
        assert next(rows).cells == [SIREN, "0"]
        sizes = [len(batch) for batch in read_template(path, ORIGIN).batches]
        assert (max(sizes), sum(sizes)) == (5_000, 30_000)


class TestRegister:
    def test_rows_outside_the_territories_are_left_out(self, tmp_path):
        other = siret_number(siren_number(6))
        path = write_register(
            tmp_path / "e.parquet", [{"siret": SIRET}, {"siret": other, "commune": "75056"}]
        )
        reading = read_register(path, ORIGIN, ["epci:200093201"])
        assert [record.key for record in records(reading)] == [SIRET]
        assert ("59350" in reading.origin.scope, "75056" in reading.origin.scope) == (True, False)

    def test_evidence_is_read_where_the_store_has_it(self, tmp_path):
        path = write_register(
            tmp_path / "e.parquet", [{"siret": SIRET, "flag": "N", "listed": True, "family": "mutual"}]
        )
        (record,) = records(read_register(path, ORIGIN, []))
        assert record.evidence == {"flag": ["not_member", "N", ""], "listed": ["member", "", ""]}


class TestSuccessions:
    def test_only_chains_that_touch_the_directory_are_kept(self, tmp_path):
        a, b, c, d, e = (siret_number(siren_number(n)) for n in range(30, 35))
        day = date(2024, 1, 1)
        path = write_successions(tmp_path / "liens.csv", [(a, b, day), (b, c, day), (d, e, day), (a, a, day)])
        assert [link[:2] for link in read_successions(path, {c})] == sorted([(a, b), (b, c)])

    def test_the_newest_link_is_followed_and_loops_are_told(self, tmp_path):
        a, b, c = sorted(siret_number(siren_number(n)) for n in range(40, 43))
        path = write_successions(
            tmp_path / "liens.csv",
            [(a, b, date(2020, 1, 1)), (a, c, date(2024, 1, 1)), (c, a, date(2024, 2, 1))],
        )
        links = followed(read_successions(path, {a}))
        assert links[a] == (c, date(2024, 1, 1))
        assert loops(links) == [a, c]


def test_a_file_tells_its_date_and_its_data_set_by_its_name():
    assert vintage_in("siae_geiq_ea_france_2021-02.csv") == date(2021, 2, 1)
    assert vintage_in("ess_numerique_france_2026.csv") == date(2026, 1, 1)
    assert vintage_in("liste.csv") is None
    names = {dataset_of(Path(name)) for name in ("ess_numerique_2025.csv", "ESS numérique 2026-03-01.xlsx")}
    assert names == {"ess_numerique"}
