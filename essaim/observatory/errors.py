"""What can go wrong between an official file and a figure, said so that a person can act on it.

Each message names the file, says why it cannot be used and what to do next, in both languages.
`explained` turns the machine's own failures (disk full, Ctrl-C, killed download) into the same kind.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from essaim.law.text import ExplainedError, Text


class SourceError(ExplainedError):
    """An official file is absent or cannot be used."""


class MissingFile(SourceError):
    """The folder does not hold what a build needs."""


class UnreadableFile(SourceError):
    """The file is empty, cut short, or is not what its name says."""


class WrongHeader(SourceError):
    """A column the product reads is not in the file."""


class FetchError(SourceError):
    """A download did not come to its end; what was received is kept when it can be resumed."""


class DiskFull(ExplainedError):
    """No room left; nothing half-written took the place of a good file."""


class Interrupted(ExplainedError):
    """The person pressed Ctrl-C; nothing half-written took the place of a good file."""


def unreadable(name: str, fr: str, en: str) -> UnreadableFile:
    """`fr`/`en`: why it cannot be read and what to do, starting in lower case."""
    return UnreadableFile(Text(f"Impossible de lire « {name} » : {fr}", f"Cannot read “{name}”: {en}"))


def is_disk_full(error: BaseException) -> bool:
    """True for the ways Python and DuckDB say that there is no room left (quota included)."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, duckdb.Error):
        words = str(error).lower()
        return any(sign in words for sign in ("no space left", "disk quota", "max_temp_directory_size"))
    return False


def disk_full(where: str) -> DiskFull:
    return DiskFull(
        Text(
            f"Le disque qui porte « {where} » est plein : le travail s'arrête et rien de ce qui existait "
            "n'est changé. Libérez de la place ou choisissez un autre dossier, puis relancez.",
            f"The disk holding “{where}” is full: work stops and nothing that existed is changed. "
            "Free some room or choose another folder, then start again.",
        )
    )


def interrupted() -> Interrupted:
    return Interrupted(
        Text(
            "Interrompu à votre demande : rien de ce qui existait n'est changé. Relancez quand vous voulez.",
            "Interrupted at your request: nothing that existed is changed. Start again whenever you like.",
        )
    )


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn disk full and Ctrl-C inside the block into `DiskFull` and `Interrupted`; the rest passes.

    `where`: the folder written to, named in the message.
    """
    try:
        yield
    except (KeyboardInterrupt, duckdb.InterruptException) as stop:
        raise interrupted() from stop
    except (OSError, duckdb.Error) as error:
        if is_disk_full(error):
            raise disk_full(where) from error
        raise
