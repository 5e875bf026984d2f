"""How long work tells where it stands: one callable, called often, cheap to ignore."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from essaim.law.text import Text


class Tell(Protocol):
    """Called with the step under way, how much of it is done and how much there is (None: not known)."""

    def __call__(self, step: Text, done: int = 0, total: int | None = None, /) -> None: ...


def silent(step: Text, done: int = 0, total: int | None = None, /) -> None:
    """For callers that show nothing."""


@contextmanager
def shown(language: str) -> Iterator[Tell]:
    """A progress display on stderr when it is a terminal, nothing otherwise (logs stay readable)."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(step: Text, done: int = 0, total: int | None = None, /) -> None:
            words = step.in_(language)
            if words not in tasks:
                tasks[words] = bars.add_task(words, total=total)
            bars.update(tasks[words], completed=done, total=total)

        yield tell
