"""The same files give the same directory, in whatever order, as often as one likes; undo restores every byte."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core import serializers
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.organisations.models import (
    Evidence,
    Import,
    Label,
    Organisation,
    Profile,
    Site,
    Statement,
    Succession,
)
from essaim.organisations.operations.importing import import_file, undo_import
from essaim.organisations.tests.factories import TODAY, siren_number, siret_number
from essaim.organisations.tests.files import content, write_csv, write_register, write_siae, write_successions

TABLES = (Organisation, Site, Evidence, Label, Statement, Profile, Succession)
SIRENS = [siren_number(800 + position) for position in range(4)]
SIRETS = [siret_number(siren, number) for siren in SIRENS for number in (1, 2)]
YEARS = (2021, 2022, 2023, 2024)
# Shrinking a failure would take minutes of imports: examples are small enough to be read as they come.
QUICK = {"deadline": None, "phases": (Phase.explicit, Phase.reuse, Phase.generate)}
COMMUNES = ("59350", "59512")
CATEGORIES = ("9220", "5710", "5458")

establishments = st.lists(
    st.tuples(st.sampled_from(SIRETS), st.integers(0, 1), st.sampled_from(["", "O", "N"]), st.booleans()),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[0],
)
rows_of_list = st.lists(
    st.tuples(st.sampled_from(SIRETS), st.sampled_from(["ACI", "EI", "AI"]), st.integers(0, 2)),
    min_size=1,
    max_size=6,
)
files = st.lists(
    st.one_of(
        st.tuples(st.just("register"), st.sampled_from(YEARS), establishments),
        st.tuples(st.just("siae"), st.sampled_from(YEARS), rows_of_list),
        st.tuples(st.just("csv"), st.sampled_from(YEARS), rows_of_list),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda file: file[:2],
)
links = st.lists(
    st.tuples(
        st.sampled_from(SIRETS), st.sampled_from(SIRETS), st.dates(date(2020, 1, 1), date(2024, 12, 31))
    ),
    max_size=3,
    unique_by=lambda link: link[:2],
)
closings = st.lists(
    st.sampled_from([2021, 2022, 2023, 2024, 2030]), min_size=len(SIRENS), max_size=len(SIRENS)
)


def write(folder: Path, file: tuple, closed_from: list[int], reverse: bool = False) -> Path:
    kind, year, rows = file
    rows = list(reversed(rows)) if reverse else rows
    path = folder / f"{kind}_{year}{'_r' if reverse else ''}"
    if kind == "register":
        return write_register(path.with_suffix(".parquet"), [
            {"siret": siret, "commune": COMMUNES[at], "name": f"UNITÉ {siret[:9]}", "legal_category": "9220",
             "naf": "88.99B" if at else "38.11Z", "flag": flag, "listed": listed, "created_on": date(2000, 1, 1 + at)}
            for siret, at, flag, listed in rows
        ])  # fmt: skip
    if kind == "siae":
        return write_siae(path.with_suffix(".csv"), [
            {"siret": siret, "kind": label, "name": f"NOM {size}", "naf": "8899B", "city": "Lille",
             "post_code": "59000", "longitude": "3.06", "latitude": f"50.6{size}"}
            for siret, label, size in rows
        ])  # fmt: skip
    return write_csv(path.with_suffix(".csv"), [
        {"siren": siret[:9], "nom": f"LISTE {size}", "labels": "ESUS" if label == "EI" else "", "liste_ess": "oui",
         "adresse": f"{size} rue Nationale" if size else "", "commune": "Lille" if size else "", "cp": "59000",
         "catégorie juridique": CATEGORIES[size],
         "actif": "non" if year >= closed_from[SIRENS.index(siret[:9])] else "oui"}
        for siret, label, size in rows
    ])  # fmt: skip


def bring(path: Path, file: tuple, successions: Path, apply: bool = True) -> object:
    return import_file(
        path=path, format=file[0], by=None, on=TODAY, apply=apply, dataset="liste", vintage=date(file[1], 6, 1),
        successions=successions, accept_loss=True,
    )  # fmt: skip


def empty() -> None:
    for table in (Import, Statement, Label, Evidence, Site, Succession):
        table.objects.all().delete()
    Organisation.objects.update(successor=None)
    Organisation.objects.all().delete()


def every_byte() -> str:
    return "\n".join(serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES)


class ImportProperties(TestCase):
    @settings(max_examples=25, **QUICK)
    @given(files, links, closings, st.randoms(use_true_random=False))
    def test_the_order_of_files_and_of_rows_does_not_matter(self, some, tied, closed_from, chance):
        with TemporaryDirectory() as name:
            folder = Path(name)
            successions = write_successions(folder / "liens.csv", tied)
            for file in some:
                bring(write(folder, file, closed_from), file, successions)
            first = content()
            empty()
            shuffled = list(some)
            chance.shuffle(shuffled)
            for file in shuffled:
                bring(write(folder, file, closed_from, reverse=True), file, successions)
            assert content() == first

    @settings(max_examples=20, **QUICK)
    @given(files, links, closings)
    def test_a_second_run_changes_nothing_and_a_dry_run_tells_the_truth(self, some, tied, closed_from):
        with TemporaryDirectory() as name:
            folder = Path(name)
            successions = write_successions(folder / "liens.csv", tied)
            for file in some:
                path = write(folder, file, closed_from)
                told = bring(path, file, successions, apply=False)
                done = bring(path, file, successions)
                assert told.counts == done.counts
            before = every_byte()
            for file in some:
                again = bring(write(folder, file, closed_from), file, successions)
                assert (again.changes, every_byte()) == (0, before)

    @settings(max_examples=20, **QUICK)
    @given(files, links, closings)
    def test_undo_restores_every_byte(self, some, tied, closed_from):
        with TemporaryDirectory() as name:
            folder = Path(name)
            successions = write_successions(folder / "liens.csv", tied)
            states = [every_byte()]
            done = []
            for file in some:
                bring(write(folder, file, closed_from), file, successions)
                imported = Import.objects.latest("pk")
                if imported.act is not None:
                    done.append(imported)
                    states.append(every_byte())
            for imported in reversed(done):
                assert every_byte() == states.pop()
                undo_import(imported=imported, by=None, on=TODAY)
            assert every_byte() == states.pop()
