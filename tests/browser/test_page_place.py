"""Where the map stands is in the address, and what was left on a page is there on coming back."""

from __future__ import annotations

import pytest

from tests.support.browser import Screen, Site

pytestmark = pytest.mark.browser
ZOOM_IN = ".leaflet-control-zoom-in"
_STANDS = """() => [map_geomap.getCenter().lng, map_geomap.getCenter().lat, map_geomap.getZoom()]"""
_DEPTH = "() => history.length"
SEEN = "indicator=population_density&year=2020&palette=Greens&area=150603&at=109.5,39.4,8.5"


def stands(screen: Screen) -> list[float]:
    found: list[float] = screen.page.evaluate(_STANDS)
    return found


def until_at(screen: Screen, place: str | None) -> None:
    screen.until(lambda: screen.query().get("at") == place, f"{place} was never in the address")


def move(screen: Screen) -> str:
    """Zoom in twice and drag; gives the place that the address says then."""
    screen.click(ZOOM_IN)
    screen.until(lambda: "at" in screen.query(), "the address never said the zoom")
    left, top, right, bottom = screen.box("#map")
    x, y = (left + right) / 2, (top + bottom) / 2
    before = screen.query()["at"]
    screen.page.mouse.move(x, y)
    screen.page.mouse.down()
    screen.page.mouse.move(x - 90, y - 40, steps=6)
    screen.page.mouse.up()
    screen.until(lambda: screen.query()["at"] != before, "the address never said the place")
    screen.page.wait_for_timeout(400)
    return screen.query()["at"]


def test_the_address_says_where_the_map_was_moved_and_leads_there(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/?indicator=population_density")
    whole, depth = stands(screen), screen.page.evaluate(_DEPTH)
    assert "at" not in screen.query()
    at = move(screen)
    assert screen.page.evaluate(_DEPTH) == depth  # no step for Back
    assert stands(screen) == pytest.approx([float(one) for one in at.split(",")], abs=2e-3)
    assert f"at={at}".replace(",", "%2C") in screen.find(".language").get_attribute("href")  # type: ignore[operator]
    screen.open(shipped, f"/?indicator=population_density&at={at}")
    assert stands(screen) == [float(one) for one in at.split(",")]
    screen.click("#fit")
    until_at(screen, None)
    assert stands(screen) == pytest.approx(whole)
    # In and out again is the whole city.
    screen.click(ZOOM_IN)
    screen.until(lambda: "at" in screen.query(), "the address never said the zoom")
    screen.page.wait_for_timeout(400)
    screen.click(".leaflet-control-zoom-out")
    until_at(screen, None)


def test_another_indicator_window_or_face_keeps_the_place_and_back_brings_the_last(
    screen: Screen, shipped: Site
) -> None:
    place = [109.5, 39.4, 8.5]
    screen.open(shipped, "/?indicator=population_density&at=109.5,39.4,8.5")
    screen.pick("人才资源总量")
    assert stands(screen) == place
    screen.resize((1500, 900))
    assert stands(screen) == place
    for face in ("table", "map"):
        screen.click(f"#faces button[value={face}]")
    screen.settle()
    assert stands(screen) == place
    screen.click("#fit")
    until_at(screen, None)
    screen.page.go_back()
    screen.until(lambda: screen.query().get("at") == "109.5,39.4,8.5", "Back left the place out")
    screen.until(lambda: stands(screen) == place, "Back left the map where it was")


@pytest.mark.parametrize(
    "path", ["/progress", "/siting", "/conflicts", "/report", "/sources", "/api/"]
)
def test_another_page_leads_back_to_the_map_as_it_was_left(
    screen: Screen, shipped: Site, path: str
) -> None:
    screen.open(shipped, f"/?{SEEN}")
    screen.click(f'header nav a[href^="{path}"]')
    screen.page.wait_for_load_state()
    screen.click(".language")  # in the other language too
    screen.page.wait_for_load_state()
    screen.click('header nav a[href^="/?"]')
    screen.until(lambda: screen.find("#map").count(), "there was no map")
    left = dict(one.split("=") for one in SEEN.split("&"))
    assert screen.query() == {"lang": "en", **left}
    screen.until(
        lambda: screen.page.evaluate("() => performance.getEntriesByName('geomap-ready').length"),
        "the map was never ready",
    )
    assert stands(screen) == [109.5, 39.4, 8.5]
    screen.page.go_back()
    screen.page.go_back()
    screen.page.go_back()
    screen.until(lambda: screen.find("#map").count(), "Back did not lead to the map")
    assert screen.query() == left


def test_the_big_screen_leads_back_too_and_the_map_to_the_filters_of_the_progress_page(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, f"/?{SEEN}")
    screen.open(shipped, "/progress?lang=zh&q=园区")
    screen.open(shipped, "/screen")
    assert SEEN in screen.find('#controls a[href^="/?"]').get_attribute("href")  # type: ignore[operator]
    screen.open(shipped, f"/?{SEEN}")
    screen.click('header nav a[href^="/progress"]')
    screen.page.wait_for_load_state()
    assert screen.query() == {"lang": "zh", "q": "园区"}
    # The link of the page itself begins it anew.
    screen.click('header nav a[href^="/progress"]')
    screen.until(lambda: screen.query() == {"lang": "zh"}, "the filters stayed")


def test_an_address_that_is_refused_is_not_led_back_to(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, f"/?{SEEN}")
    screen.open(shipped, "/?indicator=gone", status=404)
    screen.open(shipped, "/report")
    assert SEEN in screen.find('header nav a[href^="/?"]').get_attribute("href")  # type: ignore[operator]
    screen.page.evaluate(
        "() => sessionStorage.setItem('geomap.trail', '{\"/\":\"indicator=gone\"}')"
    )
    screen.open(shipped, "/?indicator=gone", status=404)
    screen.open(shipped, "/report")
    assert screen.find('header nav a[href^="/?"]').get_attribute("href") == "/?lang=zh"
