"""What the architecture tests know of the house: its rooms, from the top down."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "essaim"

# A room may import the rooms of the rows below it. The same list stands in pyproject.toml for import-linter.
ROWS = (
    ("site", "cli"),
    ("atlas", "procurement"),
    ("organisations",),
    ("territories",),
    ("accounts",),
    ("ui",),
    ("observatory",),
    ("measure", "matching"),
    ("law",),
)
PURE = ("observatory", "measure", "matching", "law")
ROOMS = tuple(room for row in ROWS for room in row if room != "cli")
DJANGO_ROOMS = tuple(room for room in ROOMS if room not in PURE)


def height(room: str) -> int:
    """0 for the lowest row."""
    for position, row in enumerate(reversed(ROWS)):
        if room in row:
            return position
    raise AssertionError(f"{room} is in no row of the house: add it to ROWS and to pyproject.toml")


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


@cache
def python_files() -> tuple[Path, ...]:
    return tuple(sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[tuple[str, int]]:
    """Every `essaim.…` module a file imports, with the line: ("essaim.law.text", 3)."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return [(name, line) for name, line in found if name.startswith("essaim.")]


@cache
def tracked_files() -> tuple[Path, ...]:
    """The files git knows; in a folder without git, every file outside the ignored folders."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    names = listing.stdout.splitlines() if listing.returncode == 0 else []
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())
