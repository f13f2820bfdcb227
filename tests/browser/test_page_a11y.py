"""The page without a mouse and without eyes: keyboard, names, and what axe-core finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.browser import TABLET, Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser
DENSITY = "/?indicator=population_density&year=2020"
_FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    return {
        tag: one.tagName.toLowerCase(), name: one.getAttribute('aria-label') ?? one.innerText,
        role: one.getAttribute('role'),
        ring: parseFloat(style.outlineWidth) * (style.outlineStyle !== 'none')
            || (style.stroke === 'rgb(224, 134, 0)' ? parseFloat(style.strokeWidth) : 0),
    };
}"""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?", 200),
        ("/?indicator=talent_total&", 200),
        ("/?indicator=gdp_per_km2&area=150602&", 200),
        ("/sources?", 200),
        ("/sources?id=census2020&", 200),
        ("/api/?", 200),
        ("/nowhere?", 404),
        ("/?indicator=nothing&", 404),
        ("/?indicator=population&year=twenty&", 400),
    ],
)
def test_axe_finds_nothing_on_any_page(
    screen: Screen, shipped: Site, path: str, status: int, lang: str
) -> None:
    screen.open(shipped, f"{path}lang={lang}", status=status)
    assert screen.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[lang]
    assert screen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert violations(screen, lang) == ""


def test_axe_would_find_what_is_wrong(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/nowhere", status=404)
    screen.page.evaluate("() => document.body.append(document.createElement('img'))")
    assert violations(screen).startswith("image-alt: ")
    assert violations(screen, "zh", "main") == "", "the image is not in this part"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_in_dialogs_comparisons_and_full_layers(
    screen: Screen, demo: Site, lang: str
) -> None:
    layers = "base,park,city,center,institute,platform,offshore"
    screen.open(demo, f"/?lang={lang}&indicator=young_talent&layers={layers}&area=150603")
    assert violations(screen, lang) == ""
    screen.click("#ranking .number")
    expect(screen.find("#source .figure").first).to_be_visible()
    assert violations(screen, lang, "#source") == ""
    screen.press("Escape")
    screen.click("#compare")
    screen.click("#sites-open")
    screen.click("#site-lists summary")
    screen.find("#site-rows summary").first.click()
    assert violations(screen, lang, "#second", "#right") == ""


@pytest.mark.parametrize(
    "query", ["indicator=talent_change&compare=gdp_per_head", "as=fill&indicator=gdp"]
)
def test_axe_finds_nothing_on_a_tablet(screen: Screen, demo: Site, query: str) -> None:
    screen.resize(TABLET)
    screen.open(demo, f"/?lang=en&{query}")
    assert violations(screen) == ""


def test_the_map_is_used_by_keyboard(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, DENSITY)
    assert_skip_links_lead_to_the_map_and_the_table(screen)
    assert_areas_are_reached_by_tab_and_said_in_full(screen)
    assert_enter_opens_the_profile_and_a_second_time_closes_it(screen)


def assert_skip_links_lead_to_the_map_and_the_table(screen: Screen) -> None:
    for target in ("map", "table"):  # the first stops of the page
        screen.press("Tab")
        assert screen.page.evaluate(_FOCUSED)["ring"] >= 3
        assert screen.box(f'.skip[href="#{target}"]')[0] >= 0
    for target in ("table", "map"):
        screen.find(f'.skip[href="#{target}"]').focus()
        screen.press("Enter", "Tab")
        assert screen.page.evaluate(
            f"() => document.querySelector('#{target}').contains(document.activeElement)"
        )


def assert_areas_are_reached_by_tab_and_said_in_full(screen: Screen) -> None:
    screen.find("#map_geomap").focus()
    seen = []
    for _ in range(9):
        screen.page.keyboard.press("Tab")
        seen.append(screen.page.evaluate(_FOCUSED))
    assert {one["role"] for one in seen} == {"button"}
    assert seen[1]["name"] == "康巴什区，人口密度，318.5人/平方公里，第 1 位"
    assert seen[0]["name"] == "东胜区，人口密度，267.0人/平方公里，第 2 位，暂定"
    assert all(one["ring"] >= 3 for one in seen)


def assert_enter_opens_the_profile_and_a_second_time_closes_it(screen: Screen) -> None:
    screen.area("乌审旗").focus()
    screen.press("Enter")
    assert screen.text("#profile h2") == "乌审旗"
    assert [one["pressed"] for one in screen.areas() if one["said"].startswith("乌审旗")] == [True]
    screen.press("Space")
    assert screen.text("#profile h2") == "鄂尔多斯市"


def test_what_is_missing_is_said_to_be(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=gdp_per_km2&lang=en")
    said = screen.areas()[0]["said"]
    assert said == "Dongsheng District, GDP per km², no public figure"


def test_every_stop_of_the_keyboard_can_be_seen(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, f"{DENSITY}&area=150603")
    unseen = []
    for _ in range(60):
        screen.page.keyboard.press("Tab")
        one = screen.page.evaluate(_FOCUSED)
        if one["tag"] not in {"body", "html"} and one["ring"] < 2:
            unseen.append((one["tag"], one["name"]))
    assert unseen == []


def test_the_slider_says_its_year_and_moves_by_key(screen: Screen, demo: Site) -> None:
    screen.open(demo, "/?indicator=talent_per_10k&year=2020")
    slider = screen.find("#year")
    assert slider.get_attribute("aria-valuetext") == "2020"
    slider.focus()
    screen.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "2021"
    screen.press("Home")
    assert screen.query()["year"] == "2015"


def test_the_page_without_scripts_says_where_the_figures_are(
    screens: Callable[..., Screen], shipped: Site
) -> None:
    screen = screens(java_script_enabled=False)
    screen.origins.add(shipped.url)
    screen.page.goto(shipped.url)
    assert "数据来源" in screen.text("noscript")


def test_the_list_of_indicators_is_one_stop_with_arrow_keys(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, DENSITY)
    stops = "() => [...document.querySelectorAll('.pick')].filter(one => one.tabIndex === 0).length"
    focused = "() => document.activeElement.querySelector('span')?.textContent ?? ''"
    picks = screen.find(".pick:visible span").all_inner_texts()
    assert screen.page.evaluate(stops) == 1
    assert screen.find("#tree").get_attribute("role") == "listbox"
    screen.find("#mapped-only").focus()
    screen.press("Tab")
    assert screen.page.evaluate(focused) == "人口密度"  # the one that is shown
    at = picks.index("人口密度")
    screen.press("ArrowDown")
    assert screen.page.evaluate(focused) == picks[at + 1]
    screen.press("ArrowUp", "ArrowUp")
    assert screen.page.evaluate(focused) == picks[at - 1]
    screen.press("End")
    assert screen.page.evaluate(focused) == picks[-1]
    screen.press("ArrowDown")  # no way round
    assert screen.page.evaluate(focused) == picks[-1]
    screen.press("Home")
    assert screen.page.evaluate(focused) == picks[0]
    assert screen.query()["indicator"] == "population_density"  # nothing is chosen by the way
    screen.press("Enter")
    expect(screen.find(".pick[aria-selected=true] span").first).to_have_text(picks[0])
    assert screen.page.evaluate(stops) == 1
    screen.press("Tab")
    assert not screen.page.evaluate("() => document.activeElement.matches('.pick')")
    screen.find("#find").fill("密度")
    screen.press("ArrowDown")
    first = screen.find(".pick:visible span").first.inner_text()
    assert screen.page.evaluate(focused) == first
    screen.find("#find").focus()
    screen.press("Enter")
    expect(screen.find(".pick[aria-current] span").first).to_have_text(first)
