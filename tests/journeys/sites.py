"""`essaim serve` in a process of its own, started as anyone starts it, with a folder of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120
# Who administers a site of the journeys.
ADMINISTRATOR = "alice@exemple.fr"
PASSWORD = "un essaim dans le tilleul"


@dataclass(frozen=True)
class Site:
    """An installation that is being served; `records` is what its records said they wrote."""

    address: str
    home: Path
    records: dict = field(default_factory=dict)

    def run(self, module: str) -> str:
        """What a module that writes records prints, run as a process of this installation."""
        return self._python("-m", module)

    def shell(self, code: str) -> str:
        """What lines of Django code print, run in this installation."""
        return self._python("-m", "essaim.cli", "manage", "shell", "-v", "0", "-c", code)

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=environment_of(self.home), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def environment_of(home: Path) -> dict[str, str]:
    """That of a new installation: nothing of the tests' own settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ESSAIM_") and name != "DJANGO_ALLOW_ASYNC_UNSAFE"
    } | {"ESSAIM_HOME": str(home), "PYTHONPATH": str(ROOT)}


def make_ready(home: Path) -> None:
    """What `essaim serve` does of a new folder before it serves: tables, territories, static files."""
    code = "from essaim.site import serve; serve.make_ready(is_embedded=True)"
    Site("", home)._python("-c", code)


@contextmanager
def site_at(home: Path) -> Iterator[Site]:
    """Served until the block ends."""
    port = free_port()
    site = Site(f"http://127.0.0.1:{port}", home)
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "essaim.cli", "serve", "--port", str(port)],
            cwd=ROOT, env=environment_of(home), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait_for(f"{site.address}/health/", server, home / "log")
            yield site
        finally:
            server.terminate()
            server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"the site did not start:\n{log.read_text()}")
