"""The tour of the first visit: it comes once, beside a usable page, and goes for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geomap.webmap.page import write_map
from tests.support.browser import Screen, Site
from tests.support.page import open_file, violations

pytestmark = pytest.mark.browser
Maker = Callable[..., Screen]


def test_the_first_visit_has_a_tour_that_is_dismissed_for_good(
    screens: Maker, shipped: Site
) -> None:
    screen = screens(first_visit=True).open(shipped)
    tour = screen.find("#tour")
    expect(tour).to_be_visible()
    expect(tour).to_contain_text("1 / 4")
    assert screen.find("#tree").get_attribute("data-toured") == ""
    assert screen.page.evaluate("() => document.activeElement === document.body")
    assert violations(screen, "zh", "#tour") == ""
    screen.pick("人口密度")  # the page goes on as ever
    expect(screen.find("#title")).to_contain_text("人口密度")
    for at in (2, 3, 4):
        tour.get_by_text("下一步").click()
        expect(tour).to_contain_text(f"{at} / 4")
    tour.get_by_text("上一步").click()
    expect(tour).to_contain_text("3 / 4")
    tour.get_by_text("不再显示").click()
    expect(tour).to_be_hidden()
    assert screen.find("[data-toured]").count() == 0
    screen.open(shipped)
    screen.page.wait_for_timeout(300)
    assert screen.find("#tour").count() == 0


def test_the_help_shows_it_again_and_escape_ends_it(screens: Maker, shipped: Site) -> None:
    screen = screens().open(shipped, "/?lang=en")
    assert not any("/tour." in one for one in screen.requests)
    screen.click("#help-open")
    screen.click("#tour-open")
    expect(screen.find("#tour")).to_contain_text("1 of 4")
    expect(screen.find("#help")).to_be_hidden()
    assert screen.page.evaluate("() => document.activeElement.closest('#tour') !== null")
    screen.press("Escape")
    expect(screen.find("#tour")).to_be_hidden()


@pytest.mark.parametrize("path", ["/?embed=bare", "/?embed=locked"])
def test_in_a_frame_there_is_none(screens: Maker, shipped: Site, path: str) -> None:
    screen = screens(first_visit=True).open(shipped, path)
    screen.page.wait_for_timeout(300)
    assert screen.find("#tour").count() == 0


def test_before_an_audience_and_in_a_file_there_is_none(
    screens: Maker, shipped: Site, tmp_path: Path
) -> None:
    screen = screens(first_visit=True).open(shipped)
    expect(screen.find("#tour")).to_be_visible()
    screen.press("f")
    expect(screen.find("#tour")).to_be_hidden()
    write_map(shipped.atlas, "population", tmp_path / "a.html")
    alone = open_file(screens(first_visit=True, offline=True), tmp_path / "a.html")
    alone.page.wait_for_timeout(300)
    assert alone.find("#tour, #tour-open").count() == 0
