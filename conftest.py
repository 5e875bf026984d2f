"""What every test may rely on: an installation folder of its own, no network, the open data beside it."""

import os
import socket
from pathlib import Path

import pytest
from django.test import TransactionTestCase

from scripts import messages

ROOT = Path(__file__).resolve().parent

# English is read from compiled catalogues, which are not in the tree.
messages.compile_stale()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real open data; it is kept beside the checkout, never in it."""
    for folder in (os.environ.get("ESSAIM_SHARED"), ROOT.parent / "shared"):
        if folder and (Path(folder) / "data").is_dir():
            return Path(folder) / "data"
    pytest.skip("the shared open data is not beside this checkout (set ESSAIM_SHARED to its folder)")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that would leave the machine fails at once, and says where it wanted to go."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}: tests stay on this machine")
        connect(self, address)  # type: ignore[arg-type]  # the address is whatever the family wants

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what the other database must be shown too, and puts first what takes long: with whole files handed out,
    a long one begun last would be waited for by all the workers."""
    for item in items:
        case = getattr(item, "cls", None)
        if (
            item.get_closest_marker("django_db")
            or "db" in getattr(item, "fixturenames", ())
            or (case is not None and issubclass(case, TransactionTestCase))
        ):
            item.add_marker(pytest.mark.database)
    items.sort(key=lambda item: not (item.get_closest_marker("long") or item.get_closest_marker("journey")))


# --- ESSAIM_NO_SKIP=1 (continuous integration): a skip is a failure, but for absent open data -----------

_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and os.environ.get("ESSAIM_NO_SKIP"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "not beside this checkout" not in reason:
            _skipped.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped:
        terminalreporter.section("skipped where nothing may be skipped")
        for line in _skipped:
            terminalreporter.line(line)
