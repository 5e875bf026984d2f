"""`essaim worker`: what goes on behind the pages. Search indexes follow the database, duties are done on time.

One worker a machine is enough; a second one waits for the first to end. `essaim serve` starts its own.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import FrameType

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.db import close_old_connections, connection  # noqa: E402  # settings above

from essaim.organisations.search import engine as directory  # noqa: E402  # settings above
from essaim.site import duties  # noqa: E402  # settings above
from essaim.ui.search.folder import IndexBusy  # noqa: E402  # settings above
from essaim.ui.search.follow import Follower  # noqa: E402  # settings above

logger = logging.getLogger(__name__)
RHYTHM_S = 0.5
DUTIES_S = 60
AFTER_A_PROBLEM_S = 5

# Each index of the house, as the one writer that follows it.
INDEXES: tuple[Callable[[], Follower], ...] = (lambda: directory.follower(say=built),)


@click.command()
@click.option("--once", is_flag=True, help="Bring everything up to date, do what is due, and end.")
@click.option("--beside", type=int, hidden=True, help="End when this process has ended.")
def command(once: bool, beside: int | None) -> None:
    """Follow changes for the search, send what is due (one a machine; `serve` starts its own)."""
    if once:
        with ExitStack() as held:
            changed = sum(held.enter_context(make()).step() for make in INDEXES)
        done = duties.run_due()
        click.echo(f"{changed} changements suivis, {len(done)} tâches faites.")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, frame: _stop(stop, received, frame))
    if beside is None:
        click.echo("Essaim suit les changements (Ctrl-C pour arrêter).")
    work(stop, beside=beside)


def work(
    stop: threading.Event, *, beside: int | None = None, indexes: Sequence[Callable[[], Follower]] = INDEXES
) -> None:
    """Until `stop` is set, or the process `beside` is no longer our parent."""
    # Duties may be long (nightly exports): changes are followed meanwhile.
    beside_it = threading.Thread(target=_duties, args=(stop,), daemon=True)
    beside_it.start()
    while not stop.is_set() and _has_parent(beside):
        try:
            with ExitStack() as held:
                followers = [held.enter_context(make()) for make in indexes]
                _follow(followers, stop, beside)
        except IndexBusy:
            stop.wait(AFTER_A_PROBLEM_S)
        except Exception:  # a database that restarts, a full disk: told, and tried again
            logger.exception("following the changes failed; trying again in %s s", AFTER_A_PROBLEM_S)
            connection.close()
            stop.wait(AFTER_A_PROBLEM_S)
    stop.set()
    beside_it.join(AFTER_A_PROBLEM_S)
    connection.close()


def _follow(followers: Sequence[Follower], stop: threading.Event, beside: int | None) -> None:
    while not stop.is_set() and _has_parent(beside):
        started = time.monotonic()
        for follower in followers:
            follower.step()
        stop.wait(max(0.0, RHYTHM_S - (time.monotonic() - started)))


def _duties(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            close_old_connections()
            duties.run_due()
        except Exception:  # the database is away: told, and tried again a minute later
            logger.exception("duties could not be looked at")
            connection.close()
        stop.wait(DUTIES_S)
    connection.close()


def built(sentence: str) -> None:
    click.echo(f"Index de recherche construit : {sentence}.")


def _stop(stop: threading.Event, received: int, frame: FrameType | None) -> None:
    stop.set()


def _has_parent(beside: int | None) -> bool:
    return beside is None or os.getppid() == beside
