"""`essaim serve`: the whole site from one command.

With the embedded database everything is made ready first (tables, static files) and said. With
PostgreSQL nothing is changed behind the administrator's back: what is missing is named instead.
"""

import errno
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import django
from granian import Granian
from granian.constants import Interfaces

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.conf import settings  # noqa: E402  # settings above
from django.contrib.staticfiles.finders import get_finders  # noqa: E402  # settings above
from django.core.management import call_command  # noqa: E402  # settings above
from django.db import connection  # noqa: E402  # settings above
from django.utils.timezone import localdate  # noqa: E402  # settings above

from essaim.law.text import Text  # noqa: E402  # kept beside the others
from essaim.organisations import search as directory  # noqa: E402  # settings above
from essaim.organisations.search.fields import READER  # noqa: E402  # settings above
from essaim.site import installation  # noqa: E402  # settings above
from essaim.territories.models import Territory  # noqa: E402  # settings above
from essaim.territories.operations import load_territories  # noqa: E402  # settings above
from essaim.ui import database  # noqa: E402  # settings above
from essaim.ui.search.folder import IndexBusy, IndexMissing  # noqa: E402  # settings above

WORKER_PATIENCE_S = 10
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # told apart, not listened on
TAKEN = Text("un autre programme l'occupe", "another program holds it")


@click.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    show_default=True,
    help="Start `essaim worker` beside; without it, run one yourself.",
)
def command(port: int, host: str, workers: int, with_worker: bool) -> None:
    """Serve the site (PORT chooses the port)."""
    make_ready(is_embedded=connection.vendor == "sqlite")
    ready_index(with_worker=with_worker)
    check_free(host, port)
    address = address_of(host, port)
    announce(address)
    # Links written by the server and the worker begin so too: the worker starts anew, the server's processes keep the
    # settings of this one.
    settings.PUBLIC_URL = os.environ.setdefault("ESSAIM_URL", address).rstrip("/")
    # Django's database connections belong to the process that opened them.
    connection.close()
    with beside(with_worker):
        Granian(
            "essaim.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            log_access=False,
            log_level="warning",
        ).serve()


@contextmanager
def beside(with_worker: bool) -> Iterator[subprocess.Popen[bytes] | None]:
    """The worker in a process of its own, ended with the server; it also ends by itself should the server vanish."""
    if not with_worker:
        yield None
        return
    command = [sys.executable, "-m", "essaim.cli", "worker", "--beside", str(os.getpid())]
    worker = subprocess.Popen(command)  # noqa: S603  # our own words only
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(WORKER_PATIENCE_S)
        except subprocess.TimeoutExpired:
            worker.kill()


def ready_index(*, with_worker: bool) -> None:
    """A missing search index is built by the worker, or here when there is none."""
    try:
        READER.snapshot()
    except IndexMissing:
        if with_worker:
            click.echo("L'index de l'annuaire se construit : la recherche répondra dans un instant.")
            return
        try:
            click.echo(f"Index de l'annuaire construit : {directory.rebuild()} lieux.")
        except IndexBusy as error:
            click.echo(error.text.fr, err=True)


def make_ready(*, is_embedded: bool) -> None:
    """Tables, territories and static files: brought up to date with the embedded database, required otherwise."""
    database.ready_tables(is_embedded=is_embedded)
    ready_territories(is_embedded=is_embedded)
    if settings.STATIC_HASHED:
        ready_static_files(is_embedded=is_embedded)


def ready_territories(*, is_embedded: bool) -> None:
    """Territories are found by name in the database, which holds a copy of the reference."""
    if is_embedded:
        loaded = load_territories(on=localdate())
        if loaded.changed:
            click.echo(f"{loaded.changed} territoires chargés.")
    elif not Territory.objects.exists():
        raise database.NotReady(
            Text(
                "La base ne connaît aucun territoire. "
                "Lancez « essaim territories load --apply », puis recommencez.",
                "The database knows no territory. Run 'essaim territories load --apply', then try again.",
            )
        )


def ready_static_files(*, is_embedded: bool) -> None:
    fingerprint = static_fingerprint()
    kept = settings.STATIC_ROOT / ".fingerprint"
    if kept.exists() and kept.read_text() == fingerprint:
        return
    if not is_embedded and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        raise database.NotReady(
            Text(
                "Les fichiers statiques n'ont pas été réunis. "
                "Lancez « essaim manage collectstatic », puis recommencez.",
                "Static files have not been collected. Run 'essaim manage collectstatic', then try again.",
            )
        )
    if is_embedded:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        kept.write_text(fingerprint)
        click.echo(f"Fichiers statiques réunis dans {settings.STATIC_ROOT}.")


def static_fingerprint() -> str:
    """Names, sizes and dates of all static files: enough to know whether to collect them again."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def check_free(host: str, port: int) -> None:
    """The server would share a taken port silently; we refuse it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = TAKEN if taken else Text(error.strerror or "", error.strerror or "")
            raise database.NotReady(
                Text(
                    f"Impossible d'écouter sur {host}, port {port} : {reason.fr}. "
                    "Choisissez un autre port avec --port.",
                    f"Cannot listen on {host}, port {port}: {reason.en}. Choose another port with --port.",
                )
            ) from error


def address_of(host: str, port: int) -> str:
    """Where this machine's browser finds the site."""
    if host in EVERY_ADDRESS:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def announce(address: str) -> None:
    if not settings.SHELL["has_typeface"]:
        click.echo("Police et carte absentes : lancez « npm ci » pour les avoir.", err=True)
    if installation.current(settings.STORE).build is None:
        click.echo("Aucun chiffre encore : lancez « essaim observatory build --from DOSSIER ».", err=True)
    click.echo(f"Essaim : {address}/ (Ctrl-C pour arrêter)")
