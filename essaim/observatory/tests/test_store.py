"""A store keeps serving what it has, whatever happens to the build being written."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from essaim.observatory.build import NothingToCount, build
from essaim.observatory.errors import DiskFull as SourceDiskFull
from essaim.observatory.errors import Interrupted
from essaim.observatory.store import (
    SCHEMAS,
    BuildUnderWay,
    DiskFull,
    Draft,
    Manifest,
    NoBuild,
    Store,
    StoreDamaged,
)
from essaim.observatory.tests.registers import VINTAGE, Register, establishment, siren, siret, unit

OF = siren(12345678)


def a_register(size: int = 4) -> Register:
    return Register([unit(OF)], [establishment(siret(OF, number + 1)) for number in range(size)])


def published(store: Store, build_id: str) -> None:
    with store.locked(), store.draft(build_id) as draft:
        for table, schema in SCHEMAS.items():
            draft.write(table, schema.empty_table())
        store.publish(draft, manifest(draft))


def manifest(draft: Draft) -> Manifest:
    return Manifest(
        id=draft.id,
        built_at="2026-11-22T00:00:00Z",
        engine="duckdb",
        fictitious=True,
        vintage="2026-11-01",
        sources=(),
        rejected={},
        counts={},
        coverage={},
        secrecy={},
        essaim_version="0",
        sse_rule_on="2026-11-01",
        files=draft.files,
    )


def test_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(NoBuild) as raised:
        Store(tmp_path).current()
    assert "essaim observatory build" in raised.value.text.fr


def test_current_build_changes_in_one_step_and_two_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for build_id in ("20260101T000000Z", "20260201T000000Z", "20260301T000000Z"):
        published(store, build_id)
        assert store.current().id == build_id
        assert (tmp_path / "current").read_text() == f"{build_id}\n"
    assert [one.id for one in store.builds()] == ["20260301T000000Z", "20260201T000000Z"]


def test_manifest_names_every_file_with_its_fingerprint(tmp_path: Path) -> None:
    store = Store(tmp_path)
    published(store, "one")
    told = json.loads((store.current().path / "manifest.json").read_text())
    assert sorted(told["files"]) == sorted(f"{table}.parquet" for table in SCHEMAS)
    assert store.current().manifest.vintage == "2026-11-01"


def test_draft_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store(tmp_path)
    published(store, "one")
    with pytest.raises(RuntimeError), store.locked(), store.draft("two") as draft:
        draft.write("years", SCHEMAS["years"].empty_table())
        draft.work().joinpath("spilled").write_text("x")
        raise RuntimeError
    assert store.current().id == "one"
    assert sorted(path.name for path in (tmp_path / "builds").iterdir()) == ["one"]


def test_incomplete_draft_is_never_published(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="lacks"), store.locked(), store.draft("one") as draft:
        store.publish(draft, manifest(draft))
    with pytest.raises(NoBuild):
        store.current()


def test_table_of_another_shape_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.locked(), store.draft("one") as draft, pytest.raises(KeyError):
        draft.write("years", pa.table({"territory": ["country:FR"]}))


def test_leftovers_of_a_killed_build_are_swept_by_the_next(tmp_path: Path) -> None:
    store = Store(tmp_path)
    leftover = tmp_path / "builds" / ".20260101T000000Z.part"
    leftover.mkdir(parents=True)
    (leftover / "figures.parquet").write_bytes(b"half")
    published(store, "one")
    assert not leftover.exists()


def test_two_builds_do_not_collide(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.locked(), pytest.raises(BuildUnderWay) as raised, store.locked():
        pass
    assert "en cours" in raised.value.text.fr


def test_lock_goes_away_with_the_process_that_held_it(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from essaim.observatory.store import Store\n"
        f"lock = Store(Path({str(tmp_path)!r})).locked(); lock.__enter__(); os._exit(9)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 9
    with Store(tmp_path).locked():
        pass


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    store = Store(tmp_path)
    published(store, "one")
    path = store.current().parquet("figures")
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoreDamaged) as raised:
        store.current().read("figures")
    assert "figures.parquet" in raised.value.text.en


def test_full_disk_is_told_and_the_old_figures_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_register().write(tmp_path / "files")
    first = build(tmp_path / "files", tmp_path / "store", on=VINTAGE)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Draft, "write", full)
    with pytest.raises((DiskFull, SourceDiskFull)) as raised:
        build(tmp_path / "files", tmp_path / "store", on=VINTAGE)
    assert "plein" in raised.value.text.fr
    assert Store(tmp_path / "store").current().id == first.build.id
    assert [path.name for path in (tmp_path / "store" / "builds").iterdir()] == [first.build.id]


@pytest.mark.parametrize("step", ["Reading the register", "Counts", "Writing"])
def test_interrupted_build_leaves_the_old_figures(tmp_path: Path, step: str) -> None:
    a_register().write(tmp_path / "files")
    first = build(tmp_path / "files", tmp_path / "store", on=VINTAGE)

    def stop(said: object, done: int = 0, total: int | None = None, /) -> None:
        if getattr(said, "en", "") == step:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        build(tmp_path / "files", tmp_path / "store", on=VINTAGE, progress=stop)
    assert Store(tmp_path / "store").current().id == first.build.id
    assert [path.name for path in (tmp_path / "store" / "builds").iterdir()] == [first.build.id]


def test_register_with_nothing_to_count_does_not_replace_the_figures(tmp_path: Path) -> None:
    a_register().write(tmp_path / "files")
    first = build(tmp_path / "files", tmp_path / "store", on=VINTAGE)
    closed = Register([unit(OF)], [establishment(siret(OF, 1), etatAdministratifEtablissement="F")])
    closed.write(tmp_path / "closed")
    with pytest.raises(NothingToCount):
        build(tmp_path / "closed", tmp_path / "store", on=VINTAGE)
    assert Store(tmp_path / "store").current().id == first.build.id


def test_same_files_give_the_same_tables(tmp_path: Path) -> None:
    a_register().write(tmp_path / "files")
    prints = []
    for _ in range(2):
        report = build(tmp_path / "files", tmp_path / "store", on=VINTAGE)
        prints.append({name: one["sha256"] for name, one in report.build.manifest.files.items()})
    assert prints[0] == prints[1]
