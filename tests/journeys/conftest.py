"""A real browser on the real server: `essaim serve` in a process of its own, with its own folder and invented figures.

ESSAIM_SCREENSHOTS=folder pytest tests/journeys     keeps a picture of every page visited, to look at
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from essaim.atlas.tests.factories import StoreFactory

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ADMINISTRATOR = "alice@exemple.fr"
PASSWORD = "un essaim dans le tilleul"
DESKTOP, PHONE = (1280, 900), (390, 844)
SECONDS_TO_START = 120
# Modules that write made-up rows into the installation, each run once, in this order.
INVENTED = ("essaim.organisations.tests.directory_factory", "essaim.organisations.tests.page_factory")

# Only what is in the container is used: no GPU, no call home.
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every test of this folder is a journey. `make test` hands out whole files: those of one share its site."""
    if Path(__file__).parent in item.path.parents:
        item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine: install one (apt install chromium) to run the journeys")
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site under journey."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def mailbox(installation: Path) -> Path:
    """Where its mails lie, one file each, as in any new installation."""
    return installation / "mail"


@pytest.fixture(scope="session")
def live_site(installation: Path) -> Iterator[str]:
    """The address of `essaim serve`, started as anyone starts it, with one administrator, one authority and a small
    store."""
    home = installation
    StoreFactory().write(home / "store")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ESSAIM_") and name != "DJANGO_ALLOW_ASYNC_UNSAFE"
    } | {"ESSAIM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    port = free_port()
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "essaim.cli", "serve", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/health/", server, home / "log")
            for arguments in (
                ["create-administrator", ADMINISTRATOR, "--password", PASSWORD],
                ["create-authority", "Métropole de Lille", "mel", "epci:200093201"],
            ):
                subprocess.run(
                    [sys.executable, "-m", "essaim.cli", "accounts", *arguments],
                    cwd=ROOT, env=environment, check=True, capture_output=True,
                )  # fmt: skip
            for invented in INVENTED:
                subprocess.run(
                    [sys.executable, "-m", invented],
                    cwd=ROOT,
                    env=environment,
                    check=True,
                    capture_output=True,
                )
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


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


@dataclass
class Visitor:
    """One reader: a screen, a language, a taste for light or dark, with or without JavaScript."""

    page: Page
    site: str
    complaints: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(self.site + path)
        self.page.wait_for_load_state("networkidle")
        picture = os.environ.get("ESSAIM_SCREENSHOTS")
        if picture:
            width = self.page.viewport_size["width"] if self.page.viewport_size else 0
            name = f"{path.strip('/').replace('/', '-').replace('?', '-') or 'home'}-{width}.png"
            self.page.screenshot(path=Path(picture) / name, full_page=True)
        return self.page

    def assert_fits(self) -> None:
        """Nothing is wider than the screen: a phone's page does not slide sideways."""
        width, window = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= window


@pytest.fixture
def visit(browser: Browser, live_site: str) -> Iterator[Callable[..., Visitor]]:
    """`visit(size=PHONE, language="en", dark=True, javascript=False)` opens a fresh browser profile.

    When the test ends, no page may have logged an error, broken its own content policy, or asked another server.
    """
    contexts = []
    visitors: list[Visitor] = []

    def open_one(
        *, size: tuple[int, int] = DESKTOP, language: str = "fr", dark: bool = False, javascript: bool = True
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        visitor = Visitor(page, live_site, [])
        visitors.append(visitor)

        def asked(request: Request) -> None:
            if not request.url.startswith((live_site, "data:", "blob:")):
                visitor.complaints.append(f"asked another server: {request.url}")

        page.on("request", asked)
        page.on("pageerror", lambda error: visitor.complaints.append(f"script error: {error}"))
        page.on(
            "console",
            lambda said: (
                visitor.complaints.append(f"{said.type}: {said.text}") if said.type == "error" else None
            ),
        )
        return visitor

    yield open_one
    for context in contexts:
        context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture(scope="session")
def assert_axe_clean() -> Callable[[Page], None]:
    """Fails with every WCAG 2.2 A and AA fault axe-core finds on the page, and where."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci")
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate(
            """async () => (await axe.run(document, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            })).violations.map((v) => ({ rule: v.id, help: v.help, where: v.nodes.map((n) => n.html.slice(0, 99)) }))"""
        )
        assert found == [], json.dumps(found, indent=1, ensure_ascii=False)

    return check
