"""The map in a frame of another page: what it keeps, what it leaves out, who may hold it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Frame, expect

from geomap.app import Settings
from tests.support.browser import Screen, Site, serve

pytestmark = pytest.mark.browser
SEEN = "indicator=population_density&year=2020&palette=Greens"


class _Portal(http.server.BaseHTTPRequestHandler):
    """A page of another site with a frame of what stands behind the question mark."""

    def do_GET(self) -> None:
        source = unquote(self.path.partition("?")[2])
        html = f'<!doctype html><title>x</title><iframe src="{source}" width="800" height="600">'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    """Serve another site; gives its origin."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Portal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def framed(shipped: Site, portal: str) -> Iterator[Site]:
    """Serve the published release, to the other site too."""
    yield from serve(shipped.atlas, Settings(framed_by=(portal,)))


def hold(screen: Screen, portal: str, source: str) -> Frame:
    """Open a page of the other site with the map in its frame."""
    screen.origins.add(portal)
    screen.page.goto(f"{portal}/?{quote(source)}")
    return screen.page.frames[-1]


@pytest.mark.parametrize("way", ["locked", "bare"])
def test_in_a_frame_stand_the_map_its_words_its_sources_and_its_marks(
    screen: Screen, framed: Site, portal: str, way: str
) -> None:
    screen.origins.add(framed.url)
    frame = hold(screen, portal, f"{framed.url}/?{SEEN}&embed={way}")
    expect(frame.locator("#ranking tr")).to_have_count(9)
    for shown in ("#title", "#sentence", "#legend-body", "#map-sources", ".mark", "#whole"):
        expect(frame.locator(shown).first).to_be_visible()
    for gone in ("header.top", "#left", "#right", "#leave", "#share-open", "#compare"):
        expect(frame.locator(gone)).to_be_hidden()
    assert "不得公开" in frame.locator(".mark").inner_text()
    assert frame.locator("#whole").get_attribute("href") == f"/?{SEEN}"
    assert screen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_locked_map_stays_as_its_address_says(screen: Screen, framed: Site) -> None:
    screen.open(framed, f"/?{SEEN}&embed=locked&at=109.5,39.4,8")
    before, depth = screen.page.url, screen.page.evaluate("() => history.length")
    expect(screen.find(".leaflet-control-zoom")).to_be_hidden()
    screen.area("乌审旗").click(force=True)
    left, top, right, bottom = screen.box("#map")
    screen.page.mouse.move((left + right) / 2, (top + bottom) / 2)
    screen.page.mouse.wheel(0, -400)
    screen.page.mouse.down()
    screen.page.mouse.move(left + 10, top + 10, steps=4)
    screen.page.mouse.up()
    screen.press("f")
    screen.page.wait_for_timeout(400)
    assert screen.page.url == before
    assert screen.page.evaluate("() => map_geomap.getZoom()") == 8
    assert screen.page.evaluate("() => [document.body.className, history.length]") == [
        "map-page show-legend",
        depth,
    ]


def test_a_map_that_can_be_moved_leaves_no_steps_for_back(screen: Screen, framed: Site) -> None:
    screen.open(framed, f"/?{SEEN}&embed=bare")
    depth = screen.page.evaluate("() => history.length")
    screen.area("乌审旗").click(force=True)
    screen.until(lambda: screen.query().get("area") == "150626", "the area was never chosen")
    screen.click("#faces button[value=table]")
    assert screen.query()["view"] == "table"
    assert screen.query()["embed"] == "bare"
    assert screen.page.evaluate("() => history.length") == depth
    assert "embed" not in (screen.find("#whole").get_attribute("href") or "")
    assert screen.page.evaluate("() => sessionStorage.getItem('geomap.trail')") is None


def test_with_panels_all_but_the_head_is_there(screen: Screen, framed: Site) -> None:
    screen.open(framed, f"/?{SEEN}&embed=panels")
    for shown in ("#left", "#right", "#compare"):
        expect(screen.find(shown)).to_be_visible()
    expect(screen.find("header.top")).to_be_hidden()


def test_a_site_that_is_not_named_cannot_hold_the_map(
    screen: Screen, framed: Site, portal: str
) -> None:
    screen.origins |= {framed.url, "chrome-error://chromewebdata"}
    hold(screen, portal.replace("127.0.0.1", "localhost"), f"{framed.url}/?{SEEN}&embed=bare")
    screen.until(
        lambda: screen.page.frames[-1].url.startswith("chrome-error:"), "it was never refused"
    )
    screen.faults.clear()
