"""What leaves the directory as files: all that is public, nothing that is not, the same in every form."""

import csv
import io
import json
import struct
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from essaim.organisations.exports import dictionary, kept
from essaim.organisations.exports.columns import COLUMNS, NAMES
from essaim.organisations.exports.files import FORMATS, write_files
from essaim.organisations.exports.rows import facts, rows, without_people
from essaim.organisations.models import Act, Contact, Import, Label, Organisation, Profile, Steward
from essaim.organisations.operations.exporting import (
    ExportRefused,
    export_directory,
    export_file,
    export_selection,
)
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_organisation,
    make_site,
    make_user,
    siren_number,
)

pytestmark = pytest.mark.django_db


def all_rows(**more: object) -> list[dict]:
    return list(rows(on=TODAY, about=facts(), **more))


def read_back(form: str, path: Path) -> list[dict]:
    """Each form read by what others would read it with, as the same plain values."""
    if form == "csv":
        read = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))
        return [{name: as_kind(row[name]) for name in NAMES} for row in read]
    if form == "xlsx":
        lines = list(openpyxl.load_workbook(path)["organisations"].values)
        return [dict(zip(lines[0], map(as_text, line), strict=True)) for line in lines[1:]]
    if form == "geojson":
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return [
            {
                name: (each["geometry"]["coordinates"][name == "lat"] if each["geometry"] else None)
                if name in ("lon", "lat")
                else each["properties"][name]
                for name in NAMES
            }
            for each in features
        ]
    return [{name: as_text(row[name]) for name in NAMES} for row in pq.read_table(path).to_pylist()]


def as_kind(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return text or None


def as_text(value: object) -> object:
    """Dates as ISO text; a spreadsheet adds midnight to them."""
    return value.isoformat()[:10] if isinstance(value, date) else value


def test_one_row_an_open_place_and_one_for_who_has_none() -> None:
    two = make_organisation(name="Deux lieux")
    first, second = make_site(two), make_site(two, commune="59512")
    make_site(two, closed_on=TODAY)
    none = make_organisation(name="Sans lieu")
    assert [(row["organisation_id"], row["site_id"], row["commune_name"]) for row in all_rows()] == [
        (two.pk, first.pk, "Lille"),
        (two.pk, second.pk, "Roubaix"),
        (none.pk, None, None),
    ]


def test_a_row_has_the_columns_of_the_dictionary_in_their_order_and_kinds() -> None:
    make_site(make_organisation(created_on=date(2001, 7, 1)), employer=True)
    [row] = all_rows()
    assert tuple(row) == NAMES
    python = {"text": str, "integer": int, "number": float, "boolean": bool, "date": date}
    assert [
        column.name
        for column in COLUMNS
        if not (row[column.name] is None and column.nullable)
        and type(row[column.name]) is not python[column.kind]
    ] == []


SECRET = "personne-a-ne-pas-montrer"


@pytest.fixture
def planted() -> Organisation:
    """One organisation that shows, with a personal contact and an owner; others that must not show."""
    shown = make_organisation(name="Ruche publique")
    make_site(shown)
    Contact.objects.create(
        organisation=shown, person=SECRET, email=f"{SECRET}@exemple.fr", phone="0612345678", consent_on=TODAY
    )
    Profile.objects.create(
        organisation=shown, summary=f"Écrire à {SECRET}@exemple.fr ou au 06 12 34 56 78", description=SECRET
    )
    Steward.objects.create(organisation=shown, user=make_user(SECRET), role="owner", since=TODAY)
    for hidden in ("non_diffusible", "objection", "erased", "withdrawn"):
        make_site(make_organisation(name=f"{SECRET} {hidden}", hidden=hidden), address=SECRET)
    make_site(make_organisation(name=f"{SECRET} fondue", merged_into=shown), address=SECRET)
    make_site(make_organisation(name=f"{SECRET} cessée", closed_on=TODAY), address=SECRET)
    return shown


def test_what_is_hidden_and_what_is_personal_is_in_no_file(planted: Organisation, tmp_path: Path) -> None:
    done = export_directory(by=None, on=TODAY, folder=tmp_path)
    assert done.rows == 1
    for path in tmp_path.rglob("*"):
        if path.suffix == ".xlsx":
            content = repr([list(sheet.values) for sheet in openpyxl.load_workbook(path)])
        elif path.suffix == ".parquet":
            content = repr(pq.read_table(path).to_pylist()) + repr(pq.read_schema(path).metadata)
        elif path.is_file():
            content = path.read_text(encoding="utf-8")
        else:
            continue
        assert SECRET not in content, path
        assert "12 34 56 78" not in content, path
    for form in FORMATS:
        assert [row["name"] for row in read_back(form, done.paths[form])] == ["Ruche publique"]


def test_asking_for_hidden_organisations_by_number_gives_nothing(planted: Organisation) -> None:
    every = list(Organisation.objects.values_list("id", flat=True))
    assert [row["name"] for row in all_rows(ids=every)] == ["Ruche publique"]


def test_every_form_holds_the_same_rows(tmp_path: Path) -> None:
    held = make_organisation(name='Été, « lié »; "cité"\nsur deux lignes', created_on=date(1999, 12, 31))
    site = make_site(held, lon=-61.5331, lat=16.2411, employer=False)
    Label.objects.create(organisation=held, kind="esus", seen_on=TODAY)
    Label.objects.create(organisation=held, site=site, kind="siae_ai", seen_on=TODAY)
    Label.objects.create(organisation=held, kind="ea", seen_on=TODAY, valid_to=TODAY - timedelta(days=1))
    make_organisation(name="Sans lieu")
    done = export_directory(by=None, on=TODAY, folder=tmp_path)
    expected = [{name: as_text(value) for name, value in row.items()} for row in all_rows()]
    assert expected[0]["labels"] == "esus;siae_ai"
    for form in ("xlsx", "geojson", "parquet"):
        assert read_back(form, done.paths[form]) == expected, form
    numbers = ("organisation_id", "site_id", "lon", "lat")
    as_csv = [
        {name: str(value) if name in numbers and value is not None else value for name, value in row.items()}
        for row in expected
    ]
    assert read_back("csv", done.paths["csv"]) == as_csv


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(formula: str, tmp_path: Path) -> None:
    make_organisation(name=formula, sigle=formula)
    paths = {form: tmp_path / f"x.{form}" for form in ("csv", "xlsx")}
    write_files(paths, all_rows(), dictionary.described(facts(), timezone.now()))
    for form, path in paths.items():
        [row] = read_back(form, path)
        assert row["name"] == f"'{formula}", form
    sheet = openpyxl.load_workbook(paths["xlsx"])["organisations"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {
        "s",
        "n",
        "d",
        "b",
        "inlineStr",
    }


def test_html_and_control_characters_neither_break_nor_change_a_file(tmp_path: Path) -> None:
    # PostgreSQL itself refuses the null character.
    null = "\x00" if connection.vendor == "sqlite" else ""
    make_organisation(name=f"<script>alert('x')</script>{null}\x0b & fils", sigle="\x01")
    done = export_directory(by=None, on=TODAY, folder=tmp_path)
    for form in FORMATS:
        [row] = read_back(form, done.paths[form])
        assert (row["name"], row["sigle"]) == ("<script>alert('x')</script> & fils", None), form


def test_parquet_says_where_the_points_are(tmp_path: Path) -> None:
    make_site(make_organisation(), lon=3.0573, lat=50.6292)
    make_organisation()
    path = tmp_path / "x.parquet"
    export_file(form="parquet", path=path, by=None, on=TODAY)
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    points = pq.read_table(path).column("geometry").to_pylist()
    assert [struct.unpack("<BIdd", point) if point else None for point in points] == [
        (1, 1, 3.0573, 50.6292),
        None,
    ]


def test_made_up_organisations_are_marked_in_names_and_rows(tmp_path: Path) -> None:
    make_site()
    act = Act.objects.create(verb="import", on=TODAY)
    Import.objects.create(
        act=act, format="register", file_name="x", sha256="", dataset="Registre inventé", is_fictitious=True,
        vintage=date(2026, 11, 1),
    )  # fmt: skip
    done = export_directory(by=None, on=TODAY, folder=tmp_path)
    assert {path.name for path in done.paths.values()} == {
        f"fictif-organisations-ess-2026-11-22.{form}" for form in FORMATS
    }
    [row] = read_back("geojson", done.paths["geojson"])
    assert (row["fictitious"], row["vintage"]) == (True, "2026-11-01")
    words = {line[0]: line[1] for line in openpyxl.load_workbook(done.paths["xlsx"])["dictionnaire"].values}
    assert words["warning_en"].startswith("Fictitious data")
    # Undone, the import counts no more.
    Act.objects.create(verb="undo", on=TODAY, undoes=act)
    assert facts().fictitious is False


def test_an_export_is_swapped_whole_and_a_failed_one_leaves_the_former(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_site()
    export_directory(by=None, on=TODAY, folder=tmp_path)
    before = kept.current(tmp_path)

    def fails(*_: object, **__: object) -> int:
        raise OSError("no space left")

    monkeypatch.setattr("essaim.organisations.operations.exporting.write_files", fails)
    with pytest.raises(OSError, match="no space"):
        export_directory(by=None, on=TODAY, folder=tmp_path)
    assert kept.current(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_last_two_exports_stay_for_those_still_downloading(tmp_path: Path) -> None:
    for _ in range(4):
        export_directory(by=None, on=TODAY, folder=tmp_path)
    folders = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(folders) == 2
    assert kept.current(tmp_path).folder in folders


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    make_site()
    export_directory(by=None, on=TODAY, folder=tmp_path)
    now = kept.current(tmp_path)
    for line in (now.folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert sha256((now.folder / name).read_bytes()).hexdigest() == digest


def test_only_an_administrator_makes_it_again_by_hand(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="site's administrator"):
        export_directory(by=make_agent(), on=TODAY, folder=tmp_path)
    export_directory(by=make_user(is_superuser=True), on=TODAY, folder=tmp_path)


def test_a_selection_has_a_limit_which_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("essaim.organisations.operations.exporting.MOST_SELECTED", 2)
    ids = [make_organisation().pk for _ in range(3)]
    path = tmp_path / "x.csv"
    assert export_selection(form="csv", path=path, ids=ids[:2], by=None, on=TODAY).rows == 2
    with pytest.raises(ExportRefused, match="This search finds 3 organisations; at most 2"):
        export_selection(form="csv", path=path, ids=ids, by=None, on=TODAY)


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="Choose among: csv, xlsx, geojson, parquet"):
        export_file(form="dbf", path=tmp_path / "x", by=None, on=TODAY)


def test_a_territory_keeps_its_places_only() -> None:
    organisation = make_organisation()
    make_site(organisation)
    make_site(organisation, commune="62041")
    make_site(organisation, commune="59512", qpv="QN05901M")
    communes = {
        code: [row["commune"] for row in all_rows(territory=code)]
        for code in ("epci:200093201", "departement:62", "commune:59512", "qpv:QN05901M", "country:FR")
    }
    assert communes == {
        "epci:200093201": ["59350", "59512"],
        "departement:62": ["62041"],
        "commune:59512": ["59512"],
        "qpv:QN05901M": ["59512"],
        "country:FR": ["59350", "62041", "59512"],
    }


@pytest.mark.parametrize("number", [1, 30])
def test_a_batch_costs_the_same_queries_for_one_as_for_thirty(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_site(make_organisation())
    about = facts()
    with django_assert_num_queries(6):  # five, and one that finds no further batch
        assert len(list(rows(on=TODAY, about=about))) == number


def test_batches_follow_each_other_without_gap_or_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("essaim.organisations.exports.rows.BATCH", 3)
    made = [make_organisation(siren=siren_number(900_000 + n)).pk for n in range(10)]
    assert [row["organisation_id"] for row in all_rows()] == made
    assert [row["organisation_id"] for row in all_rows(ids=reversed(made[2:9]))] == made[2:9]


@given(
    before=st.text(alphabet="abc é,.", max_size=20),
    name=st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?", fullmatch=True),
    digits=st.from_regex(r"0[1-9]([ .-]?[0-9]{2}){4}", fullmatch=True),
)
def test_no_mail_address_nor_telephone_survives_in_free_text(before: str, name: str, digits: str) -> None:
    text = f"{before} {name}@exemple.fr, {digits} !"
    assert without_people(text) == f"{before} […], […] !"


def test_numbers_that_are_not_telephones_stay() -> None:
    text = "Fondée en 1987, 12 000 repas, SIREN 912345678"
    assert without_people(text) == text


def test_csv_is_plain_rfc_4180(tmp_path: Path) -> None:
    make_organisation(name='Le "grand" marché, dit')
    path = tmp_path / "x.csv"
    export_file(form="csv", path=path, by=None, on=TODAY)
    raw = path.read_bytes()
    assert raw.startswith(b"uri,organisation_id,")
    assert raw.count(b"\r\n") == 2
    assert b'"Le ""grand"" march\xc3\xa9, dit"' in raw
    assert next(csv.reader(io.StringIO(raw.decode())))[0] == "uri"
