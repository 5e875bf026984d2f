"""One run of the secondary-suppression engine (pytauargus), in a process of its own.

The engine keeps global state and is young: each run has its own process and folder, takes cells whose
primary status *we* decided, and what it answers is audited by us (see `tables`).
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from essaim.law.text import ExplainedError, Text

TOTAL = "Total"
METHODS = {"optimal": "OPT(1,{minutes})", "modular": "MOD(1,{minutes},1,0,0)"}
# Margin left to the engine to stop by itself before its process is killed.
GRACE_SECONDS = 60


class EngineFailed(ExplainedError):
    """The engine stopped, or gave no answer: nothing may be published on its word."""


class Cell(NamedTuple):
    """What the engine is told of a cell; `room`: protection asked on each side, 0 for a mere cover."""

    codes: tuple[str, ...]
    value: float
    enterprises: int
    hidden: bool
    room: float


def run(
    dimensions: Sequence[str],
    hierarchies: Mapping[str, Mapping[str, str]],
    cells: Iterable[Cell],
    *,
    method: str = "optimal",
    minutes: int = 5,
) -> set[tuple[str, ...]]:
    """Codes of the further cells the engine hides. Raises EngineFailed.

    `hierarchies`: dimension -> {code: parent}, the parent of the highest codes being "Total";
    `minutes`: time the solver may take. Cells absent from the table are structural zeros.
    """
    with tempfile.TemporaryDirectory(prefix="essaim-secrecy-") as folder:
        where = Path(folder)
        _write(where, dimensions, hierarchies, cells, METHODS[method].format(minutes=minutes))
        command = [sys.executable, "-m", "pytauargus.cli", "run", "run.arb"]
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter, fixed arguments
                command,
                cwd=where,
                capture_output=True,
                text=True,
                timeout=60 * minutes + GRACE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise _failed(f"no answer after {late.timeout:.0f} s") from late
        answer = where / "out.tab"
        if done.returncode or not answer.is_file():
            raise _failed(
                done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"code {done.returncode}"
            )
        return _read(answer, len(dimensions))


def _write(
    where: Path,
    dimensions: Sequence[str],
    hierarchies: Mapping[str, Mapping[str, str]],
    cells: Iterable[Cell],
    method: str,
) -> None:
    lines = [
        ";".join(
            [
                *(f'"{code}"' for code in cell.codes),
                f"{cell.value:.4f}",
                str(cell.enterprises),
                "U" if cell.hidden else "S",
                f"{cell.room:.4f}",
                f"{cell.room:.4f}",
            ]
        )
        for cell in cells
    ]
    (where / "in.tab").write_text("\n".join(lines) + "\n", "utf-8")
    described = ['<SEPARATOR> ";"', '<SAFE> "S"', '<UNSAFE> "U"', '<PROTECT> "P"']
    for name in dimensions:
        described += [name, "  <RECODEABLE>", f'  <TOTCODE> "{TOTAL}"']
        if name in hierarchies:
            (where / f"{name}.hrc").write_text(_tree(hierarchies[name]), "utf-8")
            described += [
                "  <HIERARCHICAL>",
                f'  <HIERCODELIST> "{where / name}.hrc"',
                '  <HIERLEADSTRING> "@"',
            ]
    described += ["VALUE", "  <NUMERIC>", "  <DECIMALS> 4", "FREQ", "  <FREQUENCY>", "STATUS", "  <STATUS>"]
    described += ["LOWER", "  <NUMERIC> <LOWERPL>", "UPPER", "  <NUMERIC> <UPPERPL>"]
    (where / "in.rda").write_text("\n".join(described) + "\n", "utf-8")
    crossed = "".join(f'"{name}"' for name in dimensions)
    batch = [
        '<OPENTABLEDATA> "in.tab"',
        '<OPENMETADATA> "in.rda"',
        f'<SPECIFYTABLE> {crossed}|"VALUE"||',
        "<SAFETYRULE> MAN(10)",
        "<READTABLE> 1",
        f"<SUPPRESS> {method}",
        '<WRITETABLE> (1,5,SO+,"out.tab")',
    ]
    (where / "run.arb").write_text("\n".join(batch) + "\n", "utf-8")


def _tree(parents: Mapping[str, str]) -> str:
    """The hierarchy as the engine reads it: one code a line, depth in leading signs."""
    children: dict[str, list[str]] = {}
    for code, parent in parents.items():
        children.setdefault(parent, []).append(code)
    lines: list[str] = []
    stack = [(code, 0) for code in reversed(children.get(TOTAL, []))]
    while stack:
        code, depth = stack.pop()
        lines.append("@" * depth + code)
        stack += [(child, depth + 1) for child in reversed(children.get(code, []))]
    return "\n".join(lines) + "\n"


def _read(answer: Path, dimensions: int) -> set[tuple[str, ...]]:
    """Codes of the cells marked M (secondary); fields: codes, value, frequency, cost, status, bounds."""
    hidden = set()
    for line in answer.read_text("utf-8").splitlines():
        fields = line.split(";")
        if fields[-3] == "M":
            hidden.add(tuple(field.strip().strip('"') for field in fields[:dimensions]))
    return hidden


def _failed(why: str) -> EngineFailed:
    return EngineFailed(
        Text(
            f"Le moteur de secret statistique n'a pas répondu ({why}). Rien n'est publié : "
            "relancez, ou réduisez la table.",
            f"The secrecy engine did not answer ({why}). Nothing is published: "
            "run again, or reduce the table.",
        )
    )
