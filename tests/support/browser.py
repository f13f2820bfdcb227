"""A real browser and real servers: what the tests of the page share.

A ``Screen`` is one page in Chromium and what a reader finds on it. Whatever it loads from another
origin, writes to the console as an error or has refused by its content policy fails the test that
used it.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    ViewportSize,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from geomap.app import Settings, create_app
from geomap.atlas import Atlas

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # One process draws all pages: each test would else pay for two that start and grow warm.
    "--renderer-process-limit=1", "--process-per-site", "--disable-site-isolation-trials",
)  # fmt: skip
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
LAPTOP, DESKTOP, TABLET = (1366, 768), (1920, 1080), (1024, 768)
# Only a test that fails waits so long; a busy machine is slow, not wrong.
PATIENCE_MS = 60_000
Box: TypeAlias = "tuple[float, float, float, float]"

_LABELS = """root => [...document.querySelectorAll(root + ' .label')].map(one => {
    const box = one.getBoundingClientRect();
    return {name: one.querySelector('b').textContent, value: one.querySelector('span').textContent,
            box: [box.left, box.top, box.right, box.bottom]};
})"""
_AREAS = """root => [...document.querySelectorAll(root + ' path[role=button]')].map(one => ({
    said: one.getAttribute('aria-label'), fill: one.getAttribute('fill'),
    pressed: one.getAttribute('aria-pressed') === 'true',
}))"""
_LEGEND = """root => [
    ...document.querySelectorAll(root + ' ul:not(.shapes, [data-part]) li'),
].map(one => ({
    colour: one.querySelector('rect')?.getAttribute('fill') ?? null,
    radius: Number(one.querySelector('circle')?.getAttribute('r') ?? 0),
    label: one.querySelector('span:not(.swatch, .count)').textContent,
    count: one.querySelector('.count')?.textContent ?? null,
}))"""
_RANKING = """() => [...document.querySelectorAll('#ranking tr')].map(one => ({
    rank: one.cells[0].textContent, name: one.cells[1].textContent,
    value: one.cells[2].textContent, selected: one.classList.contains('selected'),
    hovered: one.classList.contains('hovered'),
}))"""
_READY = "() => performance.getEntriesByName('geomap-ready').length > 0"
# Two frames: what was asked for has been done and painted.
# Whoever has been here before: the tour of the first visit stays away.
RETURNING = "try { localStorage.setItem('geomap.tour', 'seen'); } catch {}"
_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Goes to another view of the map page as Back does, and waits until it is drawn.
_SHOW = """async path => {
    const drawn = () => performance.getEntriesByName('geomap-switch').length;
    const before = drawn(), end = performance.now() + 60000;
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
    while (drawn() === before && performance.now() < end)
        await new Promise(done => setTimeout(done, 5));
    return drawn() > before;
}"""


@dataclass
class Site:
    """A release that is being served, and what it holds."""

    url: str
    atlas: Atlas
    app: Flask

    def api(self, path: str) -> Any:
        """Ask the API, beside the browser."""
        response = self.app.test_client().get(f"/api/{path}")
        assert response.status_code == 200, response.text
        return response.get_json()


@dataclass
class Screen:
    """One page in the browser."""

    page: Page
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", lambda one: self.requests.append(one.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"{kind}: {text}")

    def open(self, site: Site, path: str = "/", *, status: int = 200) -> Screen:
        """Go to a page; when it is the map, wait until it can be used."""
        self.origins.add(site.url)
        response = self.page.goto(site.url + path)
        assert response is not None
        assert response.status == status
        if status != 200:  # the browser itself reports these on the console
            self.faults = [one for one in self.faults if "Failed to load resource" not in one]
        if self.page.locator("#map").count():
            self.until(lambda: self.page.evaluate(_READY), "the map was never ready")
            self.settle()
        return self

    def show(self, site: Site, query: str = "") -> Screen:
        """Show what an address says on the map page that is open; open it where there is none.

        The address owns what a view shows, so a look at one needs no page of its own. What it does
        not own (a sorted table, an open dialog) stays as the last test left it.
        """
        before, now = urlsplit(self.page.url), urlsplit(f"{site.url}/?{query}")
        lang = [parse_qs(one.query).get("lang") for one in (before, now)]
        if before[:3] != now[:3] or lang[0] != lang[1]:
            return self.open(site, f"/?{query}")
        assert self.page.evaluate(_SHOW, f"/?{query}"), f"{query} was never drawn; {self.faults}"
        self.settle()
        return self

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds; the page's policy forbids playwright's own way."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not holds():
            assert time.monotonic() < end, f"{what}; {self.faults}"
            self.page.wait_for_timeout(15)

    def settle(self) -> None:
        """Wait until what was asked for has been painted."""
        self.page.evaluate(_FRAMES)

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size; the map is fitted to it."""
        self.page.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
        self.settle()
        self.settle()

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.settle()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def choose(self, selector: str, value: str) -> None:
        self.page.locator(selector).select_option(value)
        self.settle()

    def pick(self, name: str) -> None:
        """Choose an indicator in the tree by its name; where the tree is folded, it is opened."""
        if self.page.locator("#left").is_hidden():
            self.click(".fold-left")
        self.page.locator(".pick").filter(has=self.page.get_by_text(name, exact=True)).click()
        self.settle()

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def labels(self, root: str = "#map") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(_LABELS, root)
        return found

    def areas(self, root: str = "#map") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(_AREAS, root)
        return found

    def area(self, name: str, root: str = "#map") -> Locator:
        return self.page.locator(f'{root} path[role=button][aria-label^="{name}"]')

    def legend(self, root: str = "#legend") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(_LEGEND, root)
        return found

    def ranking(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(_RANKING)
        return found

    def box(self, selector: str) -> Box:
        """Give left, top, right and bottom of an element, in pixels of the window."""
        found = self.page.locator(selector).bounding_box()
        assert found is not None, selector
        left, top = found["x"], found["y"]
        return left, top, left + found["width"], top + found["height"]

    def query(self) -> dict[str, str]:
        """Give what the address says."""
        found: dict[str, str] = self.page.evaluate(
            "() => Object.fromEntries(new URLSearchParams(location.search))"
        )
        return found

    def check(self) -> None:
        """Fail when anything was loaded from elsewhere, refused or wrong."""
        foreign = [one for one in self.requests if not one.startswith((*self.origins, "data:"))]
        assert foreign == []
        assert self.faults == []


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing."""


def serve(source: Path | Atlas, settings: Settings | None = None) -> Iterator[Site]:
    """Serve a release, or a directory, until asked again."""
    app = create_app(source, settings=settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served = app.extensions["geomap.releases"].current().atlas
    yield Site(f"http://127.0.0.1:{server.server_port}", served, app)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def shipped(published_release: Atlas) -> Iterator[Site]:
    """Serve the published release."""
    yield from serve(published_release)


@pytest.fixture(scope="session")
def demo(made_up: Atlas) -> Iterator[Site]:
    """Serve the demonstration release, its page made before anybody waits for it."""
    for site in serve(made_up):
        site.app.test_client().get("/")
        yield site


@pytest.fixture
def serving() -> Iterator[Callable[[Path], Site]]:
    """Give a function that serves a directory until the test ends."""
    running: list[Iterator[Site]] = []

    def start(directory: Path) -> Site:
        running.append(serve(directory))
        return next(running[-1])

    yield start
    for one in running:
        next(one, None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser for all tests of this process."""
    found = os.environ.get("GEOMAP_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
    with sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(executable_path=found or None, args=list(FLAGS))
        except Error as error:
            if os.environ.get("GEOMAP_REQUIRE_BROWSER") == "1":
                raise
            pytest.skip(f"there is no browser: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _window(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
    context.add_init_script(RETURNING)
    context.new_page()  # never closed, and with it the process that draws
    yield context
    context.close()


@pytest.fixture
def screen(_window: BrowserContext) -> Iterator[Screen]:
    """Give a page of 1366 by 768 pixels; the cache of the browser stays warm between tests."""
    screen = Screen(_window.new_page())
    yield screen
    screen.page.close()
    screen.check()


@pytest.fixture(scope="module")
def _stays(_window: BrowserContext) -> Iterator[Screen]:
    screen = Screen(_window.new_page())
    yield screen
    screen.page.close()


@pytest.fixture
def steady(_stays: Screen) -> Iterator[Screen]:
    """Give the page that stays open over the tests of a file, for looks with ``Screen.show``."""
    _stays.faults.clear()
    _stays.requests.clear()
    yield _stays
    _stays.check()


@pytest.fixture
def screens(chromium: Browser) -> Iterator[Callable[..., Screen]]:
    """Give a maker of pages in contexts of their own: ``screens(offline=True)``."""
    made: list[Screen] = []

    def make(
        size: tuple[int, int] = LAPTOP, *, first_visit: bool = False, **options: Any
    ) -> Screen:
        viewport = ViewportSize(width=size[0], height=size[1])
        context = chromium.new_context(viewport=viewport, **options)
        if not first_visit:
            context.add_init_script(RETURNING)
        made.append(Screen(context.new_page()))
        return made[-1]

    yield make
    for one in made:
        one.page.context.close()
    for one in made:
        one.check()
