"""Documentation is proved: what exists is written down, and what is written down exists."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.house import DJANGO_ROOMS, PACKAGE, PURE, ROOMS, ROOT, python_files, tracked_files

SECTIONS = ("Purpose", "Words", "Objects", "Acts", "Law")


def test_the_map_names_every_room_and_no_other() -> None:
    named = set(
        re.findall(r"^\| \[`(\w+)/`\]", (ROOT / "docs/map.md").read_text(encoding="utf-8"), flags=re.M)
    )
    assert named == set(ROOMS)


@pytest.mark.parametrize("room", (*DJANGO_ROOMS, *PURE))
def test_every_room_explains_itself_on_one_screen(room: str) -> None:
    text = (PACKAGE / room / "README.md").read_text(encoding="utf-8")
    headings = re.findall(rf"^(?:## |\*\*)({'|'.join(SECTIONS)})\b", text, flags=re.M)
    assert tuple(headings) == SECTIONS


def test_the_command_reference_is_what_the_commands_say() -> None:
    written = subprocess.run(
        [sys.executable, "scripts/commands.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert written.returncode == 0, written.stderr or "docs/commands.md is behind: python scripts/commands.py"


def test_every_setting_read_from_the_environment_is_documented() -> None:
    read = set()
    for path in python_files():
        if "tests" not in path.parts:
            read |= set(re.findall(r"[\"'](ESSAIM_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")))
    documented = set(
        re.findall(r"^\| `(ESSAIM_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8"), flags=re.M)
    )
    assert documented == read


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in tracked_files():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if (
                "://" not in target
                and not target.startswith("mailto:")
                and not (path.parent / target).exists()
            ):
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    silent = [line.strip() for line in block.splitlines() if line.strip().startswith('"') and "#" not in line]
    assert silent == []


def test_every_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"]
    locked = set(
        re.findall(
            r"^([a-z0-9][a-z0-9._-]*)(?:\[.*\])?==", (ROOT / "requirements/run.lock").read_text(), flags=re.M
        )
    )
    names = {re.split(r"[\[<>=!~ ]", requirement, maxsplit=1)[0].lower() for requirement in wanted}
    assert names - locked == set()


def test_nothing_in_the_tree_names_a_machine_or_a_registry() -> None:
    """Paths of one machine and hosts of one registry mean nothing to the next reader."""
    # Written apart so that this file does not find itself.
    marks = [
        "/wo" + "rk/",
        "/ro" + "ot/",
        "registry.npm" + "js",
        "pypi" + ".org/simple",
        "files.pythonhosted" + ".org",
    ]
    found = []
    for path in tracked_files():
        if path.suffix in (".parquet", ".woff2", ".png", ".mo"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {mark}" for mark in marks if mark in text]
    assert found == []


def test_open_data_used_in_tests_is_not_in_the_tree() -> None:
    heavy = [str(path.relative_to(ROOT)) for path in tracked_files() if path.stat().st_size > 6_000_000]
    assert heavy == []
