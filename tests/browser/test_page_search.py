"""One search for areas, indicators, sites and documents: by keys alone, and on a phone."""

from __future__ import annotations

import pytest

from tests.support.browser import Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser
OPTIONS = "#search-list [role=option]"


def ask(screen: Screen, words: str) -> None:
    screen.press("/")
    screen.page.keyboard.type(words)
    screen.find(f"{OPTIONS}, #search-none:not([hidden])").first.wait_for()


def test_keys_alone_lead_to_an_area_an_indicator_a_site_and_a_document(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped)
    ask(screen, "kbs")
    first = screen.find(OPTIONS).first
    assert first.inner_text().startswith("康巴什区")
    field = screen.find("#search-field")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert "搜到" in screen.text("#search-said")
    assert violations(screen, "zh", "#search") == ""
    screen.press("ArrowDown", "ArrowUp", "Enter")
    screen.settle()
    assert screen.query()["area"] == "150603"
    assert screen.find("#search-list").is_hidden()
    ask(screen, "高技能")
    assert screen.find(OPTIONS).first.inner_text().startswith("高技能人才")
    screen.press("Enter")
    screen.settle()
    assert screen.text("#title").endswith("高技能人才")
    ask(screen, "达拉特经济开发区人才")
    screen.press("Enter")
    screen.find(".found").filter(has_text="达拉特经济开发区人才科创基地").wait_for()
    ask(screen, "鄂尔多斯市高新技术产业园区")  # in a layer that is off, and without coordinates
    screen.press("Enter")
    screen.find(".found").filter(has_text="鄂尔多斯市高新技术产业园区").wait_for()
    assert "park" in screen.query()["layers"].split(",")
    ask(screen, "第七次全国人口普查公报（第二号）")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url("**/sources?*#census2020")


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "长" * 200])
def test_what_is_not_found_is_said_with_what_can_be_searched(
    screen: Screen, shipped: Site, words: str
) -> None:
    screen.resize((390, 844))
    screen.open(shipped)
    field = screen.find("#search-field")
    field.fill(words)
    screen.find("#search-none").filter(has_text="可以搜旗区").wait_for()
    assert words[:20] in screen.text("#search-none")
    left, _, right, _ = screen.box("#search-none")
    assert 0 <= left < right <= 390
    assert violations(screen, "zh", "#search") == ""
    field.press("Escape")
    assert screen.find("#search-none").is_hidden()
    assert field.input_value() == ""


def test_a_site_without_coordinates_lights_its_area_and_opens_from_the_list(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped)
    screen.click("#sites-open")
    screen.click("#site-clear")
    site = screen.find("#site-rows button").filter(has_text="零碳产业园人才科创城")
    assert screen.find("#map path[stroke-dasharray]").first.get_attribute("d") == "M0 0"
    site.hover()
    assert screen.find("#map path[stroke-dasharray]").first.get_attribute("d") != "M0 0"
    site.click()
    screen.find(".found").filter(has_text="零碳产业园人才科创城").wait_for()
    assert screen.query()["area"] == "150627"
    assert "没有列出，不等于没有" in screen.text("#site-list")
