"""A real browser on the real server: `essaim serve` in a process of its own, with its own folder and invented figures.

ESSAIM_SCREENSHOTS=folder pytest tests/journeys     keeps a picture of every page visited, to look at
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from essaim.observatory.tests.stores import StoreFactory
from tests.journeys.sites import ROOT, Site, make_ready, site_at

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE = (1280, 900), (390, 844)

# Only what is in the container is used: no GPU, no call home. Maps are drawn by SwiftShader, pages without it.
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
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


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes folders of installations nobody has used yet: made ready once for all workers, then copied."""
    # Workers have each their folder, side by side.
    together = tmp_path_factory.getbasetemp()
    ready = (together.parent if "PYTEST_XDIST_WORKER" in os.environ else together) / "ready"
    with ready.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not ready.exists():
            # Under its name only once it is whole.
            making = tmp_path_factory.mktemp("making")
            make_ready(making)
            making.rename(ready)

    def copied() -> Path:
        return Path(shutil.copytree(ready, tmp_path_factory.mktemp("installation"), dirs_exist_ok=True))

    return copied


@pytest.fixture(scope="session")
def shared_site(new_home: Callable[[], Path]) -> Iterator[Site]:
    """One administrator, one authority, a small store and an invented directory."""
    home = new_home()
    StoreFactory().write(home / "store")
    with site_at(home) as site:
        site.run("tests.journeys.first_records")
        yield site


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, new_home: Callable[[], Path]) -> Iterator[Site]:
    """The site under journey: a file's own when it names the module of its RECORDS, otherwise the shared one."""
    module = getattr(request.module, "RECORDS", None)
    if module is None:
        yield request.getfixturevalue("shared_site")
        return
    with site_at(new_home()) as own:
        own.records.update(json.loads(own.run(module)))
        yield own


@pytest.fixture(scope="module")
def live_site(site: Site) -> str:
    """Its address."""
    return site.address


@pytest.fixture(scope="module")
def installation(site: Site) -> Path:
    """Its folder."""
    return site.home


@pytest.fixture(scope="module")
def records(site: Site) -> dict:
    """What the module of RECORDS said it wrote: ids, keys of sessions, links."""
    return site.records


@pytest.fixture
def mailbox(installation: Path) -> Path:
    """Where its mails lie, one file each, as in any new installation."""
    return installation / "mail"


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
    """`visit(size=PHONE, language="en", dark=True, javascript=False)` opens a fresh browser profile; with the key of a
    session, somebody already logged in.

    When the test ends, no page may have logged an error, broken its own content policy, or asked another server.
    """
    contexts = []
    visitors: list[Visitor] = []

    def open_one(
        *,
        size: tuple[int, int] = DESKTOP,
        language: str = "fr",
        dark: bool = False,
        javascript: bool = True,
        session: str | None = None,
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if session is not None:
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_site}])
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

    def look(page: Page) -> Any:
        page.wait_for_load_state()
        page.evaluate(source)
        return page.evaluate(
            """async () => (await axe.run(document, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
                // Every rule still runs; only what it passes is not described.
                resultTypes: ["violations"],
            })).violations.map((v) => ({ rule: v.id, help: v.help, where: v.nodes.map((n) => n.html.slice(0, 99)) }))"""
        )

    def check(page: Page) -> None:
        try:
            found = look(page)
        except PlaywrightError:
            # The page was being left for the one a click leads to: that one is looked at.
            found = look(page)
        assert found == [], json.dumps(found, indent=1, ensure_ascii=False)

    return check
