"""Small windows: phones, tablets and scaled screens keep a map; panels, legend and notes fold."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator

from tests.support.browser import Screen, Site
from tests.support.page import HIDDEN

pytestmark = pytest.mark.browser
PHONE = (390, 844)
SIZES = [PHONE, (768, 1024), (1093, 500), (1280, 580), (1366, 625)]
_SHARE = """() => {
    const box = document.querySelector('.folium-map').getBoundingClientRect();
    return box.width * box.height / (innerWidth * innerHeight);
}"""
# What reaches over the side of the window, and what is cut although nothing scrolls it.
_OVER = """() => [...document.querySelectorAll('.top *, .heading *, .legend *, .furniture p')]
    .filter(one => one.getClientRects().length && !one.closest('.hush, .choices'))
    .filter(one => {
        const box = one.getBoundingClientRect();
        return box.left < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
    }).map(one => one.outerHTML.slice(0, 80))"""
_CUT = """() => { const one = document.querySelector('#legend');
    return one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1; }"""


def assert_room(screen: Screen, size: tuple[int, int]) -> None:
    page = screen.page
    assert page.evaluate(_SHARE) >= 0.5, size
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), size
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight"), size
    assert page.evaluate(_OVER) == [], size
    assert not page.evaluate(_CUT), size


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_has_half_of_a_small_window_and_nothing_is_cut(
    screen: Screen, demo: Site, lang: str
) -> None:
    screen.resize(SIZES[0])
    for query in ("talent_per_10k", "talent_total"):
        screen.show(demo, f"lang={lang}&indicator={query}&layers=base,park")
        for size in SIZES:
            screen.resize(size)
            assert_room(screen, size)
            assert screen.page.evaluate(HIDDEN) <= 0.03, size


def test_the_siting_map_has_half_of_a_small_window(screen: Screen, shipped: Site) -> None:
    screen.resize(SIZES[0])
    screen.open(shipped, "/siting")
    for size in SIZES:
        screen.resize(size)
        assert_room(screen, size)


def test_panels_fold_and_open_by_keyboard(screen: Screen, shipped: Site) -> None:
    screen.resize(PHONE)
    screen.open(shipped, "/?indicator=population_density")
    for name, panel in (("left", "#left"), ("right", "#right"), ("notes", "#definition")):
        button = screen.find(f".tools .fold-{name}")
        assert screen.find(panel).is_hidden()
        button.focus()
        screen.press("Enter")
        assert screen.find(panel).is_visible()
        assert button.get_attribute("aria-expanded") == "true"
        screen.press("Escape")
        assert screen.find(panel).is_hidden()
        assert button.evaluate("one => one === document.activeElement")
    screen.click(".fold-legend")
    assert screen.legend()[0]["count"]
    assert screen.page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
    screen.click(".fold-left")
    screen.pick("常住人口")
    assert screen.find("#left").is_hidden()
    assert "常住人口" in screen.text("#title")
    screen.click(".fold-right")
    screen.click("#right .fold-close")
    assert screen.find("#right").is_hidden()


@pytest.mark.parametrize(
    "path", ["/progress", "/sources", "/conflicts", "/report", "/screen", "/api/"]
)
def test_a_page_is_read_on_a_phone_without_pushing_it_sideways(
    screen: Screen, shipped: Site, path: str
) -> None:
    screen.resize(PHONE)
    screen.open(shipped, path)
    assert screen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for word in screen.find("body > header nav a").all():
        box = word.bounding_box()
        assert box is not None
        assert box["height"] < 50  # a word in one line
    if path == "/screen":
        sizes = screen.page.evaluate(
            "() => ['.amount b', '.said', '.ranking .name'].map(one =>"
            " parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"
        )
        assert min(sizes) >= 12


# --- on paper -------------------------------------------------------------------------------------

A4_LANDSCAPE = [841.9, 595.3]


def sheets(paper: bytes) -> list[list[float]]:
    """Give the width and height of every page of a PDF, in points."""
    found = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    return [[float(one) for one in box] for box in found]


def test_siting_is_printed_with_its_map_and_its_tables_whole(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/siting")
    screen.until(lambda: screen.find("#panel-result table").count() > 2, "nothing was solved")
    pages = sheets(screen.page.pdf(prefer_css_page_size=True))
    assert len(pages) >= 2
    assert all(size == pytest.approx(A4_LANDSCAPE, abs=2) for size in pages)
    screen.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    screen.page.emulate_media(media="print")
    screen.settle()
    left, top, right, bottom = screen.box("#map")
    areas = screen.find("#map .leaflet-overlay-pane path").all()
    assert len(areas) >= 9
    for path in areas[:9]:
        x0, y0, x1, y1 = _box(path)
        assert left <= x0 <= x1 <= right
        assert top <= y0 <= y1 <= bottom
    cut = screen.find("#panel-result, .right, .desk, body").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).overflowY !== 'visible'"
        " && one.scrollHeight > one.clientHeight + 1).map(one => one.className)"
    )
    assert cut == []
    assert screen.find("#panel-result tbody tr").last.is_visible()
    for gone in ("#ask", ".tabs", ".top nav", ".take"):
        assert screen.find(gone).first.is_hidden(), gone
    screen.page.emulate_media(media="screen")
    screen.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    screen.settle()
    assert screen.find("#ask").is_visible()


def test_the_big_screen_is_printed_on_one_landscape_sheet(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/screen")
    pages = sheets(screen.page.pdf(prefer_css_page_size=True))
    assert pages == [pytest.approx(A4_LANDSCAPE, abs=2)]


def _box(path: Locator) -> tuple[float, float, float, float]:
    box = path.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]
