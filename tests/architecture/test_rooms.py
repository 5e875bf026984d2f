"""What import-linter cannot see."""

import subprocess
import sys

import pytest
from django.apps import apps

from tests.architecture.house import (
    DJANGO_ROOMS,
    PACKAGE,
    PURE,
    ROOMS,
    ROOT,
    height,
    imports,
    is_test,
    python_files,
    room_of,
)

DOORS = {"models", "queries", "operations", "rules"}
# Rooms made to be used piece by piece, and the further doors of the others.
OPEN_ROOMS = {*PURE, "ui"}
FURTHER_DOORS = {"accounts": {"journal", "permissions"}}
# `site` assembles the house: it alone mounts addresses, APIs and admin pages.
ASSEMBLER = "site"


def test_every_folder_is_a_declared_room() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert folders == set(ROOMS)


def test_relations_point_to_the_same_room_or_down() -> None:
    upward = []
    for model in apps.get_models():
        if not model.__module__.startswith("essaim."):
            continue
        room = model._meta.app_label
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created or not target.__module__.startswith("essaim."):
                continue
            if target._meta.app_label != room and height(target._meta.app_label) >= height(room):
                upward.append(f"{room}.{model.__name__}.{field.name} -> {target._meta.label}")
    assert upward == []


def test_other_rooms_are_entered_by_their_doors() -> None:
    through_windows = []
    for path in python_files():
        room = room_of(path)
        if is_test(path) or room in (ASSEMBLER, "cli"):
            continue
        for name, line in imports(path):
            parts = name.split(".")
            other = parts[1]
            if other in (room, *OPEN_ROOMS) or len(parts) < 3:
                continue
            if parts[2] not in DOORS | FURTHER_DOORS.get(other, set()):
                through_windows.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert through_windows == []


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_import_with_django_absent(room: str) -> None:
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in python_files()
        if room_of(path) == room and not is_test(path)
    )
    script = "import sys, importlib\nsys.modules['django'] = None\n" + "".join(
        f"importlib.import_module({module.removesuffix('.__init__')!r})\n" for module in modules
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert modules


@pytest.mark.parametrize("room", DJANGO_ROOMS)
def test_templates_use_only_their_own_room_and_ui(room: str) -> None:
    foreign = []
    for template in (PACKAGE / room / "templates").rglob("*.html"):
        for line_number, line in enumerate(template.read_text(encoding="utf-8").splitlines(), 1):
            for tag in ("extends", "include"):
                for quote in "\"'":
                    start = f"{{% {tag} {quote}"
                    if start in line:
                        name = line.split(start, 1)[1].split(quote, 1)[0]
                        # A name without folder is a Django page the room replaces (404.html).
                        if "/" in name and name.split("/")[0].split("#")[0] not in (room, "ui"):
                            foreign.append(f"{template.relative_to(ROOT)}:{line_number} {tag}s {name}")
    assert foreign == []


def test_the_package_and_its_rooms_start_empty() -> None:
    """An `__init__` with code would be run by every import of the room."""
    full = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.name == "__init__.py" and path.parent.parent in (PACKAGE, ROOT) and path.read_text().strip()
    ]
    assert full == []
