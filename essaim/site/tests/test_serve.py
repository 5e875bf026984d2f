"""What `essaim serve` does before it serves; the server itself is met in tests/journeys."""

import socket
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from essaim.site import serve
from essaim.territories.models import Territory
from essaim.ui import database

pytestmark = pytest.mark.django_db


def test_nothing_is_waiting_in_an_up_to_date_database() -> None:
    assert database.pending_migrations() == 0


def test_postgresql_is_never_migrated_behind_ones_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "pending_migrations", lambda: 3)
    with pytest.raises(database.NotReady, match=r"3 updates behind. Run 'essaim manage migrate'"):
        serve.make_ready(is_embedded=False)


def test_the_embedded_database_is_migrated_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = []
    monkeypatch.setattr(database, "pending_migrations", lambda: 2)
    monkeypatch.setattr(database, "call_command", lambda *arguments, **_: called.append(arguments))
    serve.make_ready(is_embedded=True)
    assert called == [("migrate",)]
    said = capsys.readouterr()
    assert said.err == "2 mises à jour de la base appliquées.\n"
    assert said.out == f"{Territory.objects.count()} territoires chargés.\n"


def test_territories_are_loaded_once(capsys: pytest.CaptureFixture[str]) -> None:
    serve.ready_territories(is_embedded=True)
    assert Territory.objects.filter(code="epci:200093201").exists()
    capsys.readouterr()
    serve.ready_territories(is_embedded=True)
    assert capsys.readouterr().out == ""


def test_territories_are_required_with_postgresql() -> None:
    with pytest.raises(database.NotReady, match="essaim territories load --apply"):
        serve.ready_territories(is_embedded=False)


def test_static_files_are_collected_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATIC_HASHED, settings.STATIC_ROOT = True, tmp_path
    called = []
    monkeypatch.setattr(serve, "call_command", lambda *arguments, **_: called.append(arguments))
    serve.make_ready(is_embedded=True)
    serve.make_ready(is_embedded=True)
    assert called == [("collectstatic",)]


def test_static_files_are_required_with_postgresql(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_HASHED, settings.STATIC_ROOT = True, tmp_path
    with pytest.raises(database.NotReady, match="essaim manage collectstatic"):
        serve.ready_static_files(is_embedded=False)


def test_a_taken_port_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(database.NotReady, match=r"another program holds it. Choose another port"):
            serve.check_free("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8200"),
        ("0.0.0.0", "http://localhost:8200"),  # what a container listens on
        ("::", "http://localhost:8200"),
        ("::1", "http://[::1]:8200"),
    ],
)
def test_the_address_announced_is_one_a_browser_can_open(host: str, address: str) -> None:
    assert serve.address_of(host, 8200) == address
