"""Every figure is fully defined, in both languages; every activity has one sector."""

import shutil
from pathlib import Path

import pytest
import yaml

from essaim.law.rules.sse_perimeter import FAMILIES
from essaim.observatory.categories import ages, bands, labels, sector_of_division, sectors
from essaim.observatory.indicators import definition
from essaim.observatory.indicators.definition import (
    all_definitions,
    figure_definitions,
    notes,
    read_definition,
)

NAF_DIVISIONS = [
    f"{n:02d}" for n in range(1, 100) if n not in (4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89)
]  # the 88 divisions of NAF rév. 2


def test_every_definition_file_is_read_and_ordered() -> None:
    files = {path.stem for path in definition.FOLDER.glob("*.yaml")}
    assert set(all_definitions()) == files
    assert set(figure_definitions()) == files - {"sse_sector_location_quotient"}


def test_only_jobs_pass_the_gate_and_say_so() -> None:
    gated = [key for key, one in all_definitions().items() if one.confidentiality.class_ == "gated"]
    assert gated == ["sse_jobs"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"caveat": None}, "a text needs both"),
        ({"unit": "euros"}, "is not one of"),
        ({"surprise": 1}, "unexpected"),
        ({"id": "other"}, "not its file name"),
        ({"checked_on": "soon"}, "expected a date"),
        ({"confidentiality": {"class": "public_register"}}, "confidentiality needs"),
    ],
)
def test_incomplete_definition_is_refused(tmp_path: Path, change: dict[str, object], said: str) -> None:
    path = tmp_path / "sse_jobs.yaml"
    raw = yaml.safe_load((definition.FOLDER / "sse_jobs.yaml").read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(raw | change, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_definition(path)


def test_complete_definition_is_read(tmp_path: Path) -> None:
    path = shutil.copy(definition.FOLDER / "sse_jobs.yaml", tmp_path)
    assert read_definition(Path(path)) == all_definitions()["sse_jobs"]


def test_every_naf_division_has_exactly_one_sector() -> None:
    assert len(NAF_DIVISIONS) == 88
    assert sorted(sector_of_division()) == NAF_DIVISIONS
    assert sum(len(one.divisions) for one in sectors().values()) == 88


@pytest.mark.shared_data
def test_every_published_naf_code_has_a_sector(shared_data: Path) -> None:
    text = (shared_data / "sirene" / "nomenclature_naf_rev2.csv").read_text(encoding="utf-8")
    codes = [line.split(",")[0] for line in text.splitlines()[1:]]
    assert len(codes) == 732
    assert [code for code in codes if code[:2] not in sector_of_division()] == []


def test_head_count_bands_follow_one_another() -> None:
    known = sorted((band for band in bands().values() if band.low), key=lambda band: band.low)
    assert [one.high for one in known[:-1]] == [following.low - 1 for following in known[1:]]
    assert known[-1].high is None
    assert {band.size for band in bands().values()} == set(labels()["size"])


def test_age_classes_follow_one_another() -> None:
    assert list(ages().values()) == [0, 3, 6, 11, 21]


def test_families_are_those_of_the_law() -> None:
    assert set(labels()["family"]) == {*FAMILIES, "unknown"}


def test_every_note_the_pipeline_writes_is_a_sentence() -> None:
    written = set()
    for path in (definition.FOLDER.parent / "build").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        written |= {note for note in notes() if f'"{note}"' in text}
    assert written == set(notes())
