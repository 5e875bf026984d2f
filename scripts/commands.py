"""Writes docs/commands.md from the command line's own help; `--check` says whether it is up to date."""

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # this checkout's commands, even where another is installed

from essaim.cli import ROOMS, essaim  # noqa: E402

FILE = ROOT / "docs" / "commands.md"
HEAD = """# Commands

`essaim <room> <verb>`, twin of the pages. Commands that change data are dry unless `--apply` is given. Exit codes:
0 done, 1 failed (one sentence on stderr), 2 bad usage. This page is written by `scripts/commands.py` from the
commands' own help.
"""


def sections(name: str, command: click.Command, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    if isinstance(command, click.Group):
        return [
            part
            for verb in sorted(command.commands)
            for part in sections(verb, command.commands[verb], context)
        ]
    return [f"### `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"]


def text() -> str:
    root = click.Context(essaim, info_name="essaim")
    parts = [HEAD]
    for room in ROOMS:
        command = essaim.get_command(root, room)
        assert command is not None
        parts += [f"## {room}\n", *sections(room, command, root)]
    return "\n".join(parts)


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(FILE.read_text(encoding="utf-8") != text())
    FILE.write_text(text(), encoding="utf-8")
    print(f"{FILE.name}: {len(ROOMS)} rooms")
