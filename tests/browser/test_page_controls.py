"""The controls: each change shows at once, stands in the address and can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import Screen, Site

pytestmark = pytest.mark.browser


def marked(screen: Screen) -> Callable[[], bool]:
    """Leave a mark in the page, which a reload would wipe."""
    screen.page.evaluate("() => { window.untouched = true; }")
    screen.requests.clear()
    return lambda: bool(screen.page.evaluate("() => window.untouched === true"))


def test_switching_asks_the_server_nothing_and_reloads_nothing(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=population_density")
    untouched = marked(screen)
    screen.pick("每万人口人才数")
    screen.find("#year").focus()
    screen.press("ArrowLeft", "ArrowLeft")
    assert screen.query() == {"indicator": "talent_per_10k", "year": "2023"}
    assert screen.text("#title") == "鄂尔多斯市每万人口人才数"
    assert screen.text("#subtitle").startswith("2023 年")
    assert screen.page.title().startswith("每万人口人才数 2023")
    # The browser itself looks for the icon, in its cache, when an address changes.
    assert [one for one in screen.requests if not one.endswith("/icon.svg")] == []
    assert untouched()


def test_back_and_forward_walk_through_what_was_chosen(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=population_density&year=2020")
    untouched = marked(screen)
    before = screen.ranking()
    screen.pick("人才区位商")
    screen.area("杭锦旗").click()
    screen.until(lambda: screen.query().get("area") == "150625", "the area was not selected")
    screen.page.go_back()
    screen.until(lambda: "area" not in screen.query(), "Back did not take the area away")
    assert screen.text("#profile h2") == "鄂尔多斯市"
    screen.page.go_back()
    screen.until(lambda: screen.ranking() == before, "Back did not restore the indicator")
    assert screen.text("#year-now") == "2020"
    screen.page.go_forward()
    screen.until(lambda: "区位商" in screen.text("#title"), "Forward did not lead on")
    assert untouched()


def test_a_link_with_everything_set_shows_just_that(screen: Screen, demo: Site) -> None:
    link = (
        "/?indicator=population_density&year=2022&as=fill&method=manual&breaks=10,100,500"
        "&palette=Greens&shared=true&layers=park,base&area=150627&compare=talent_per_10k:2019"
    )
    screen.open(demo, link)
    value = {
        name: screen.find(f"#{name}").input_value()
        for name in ("as", "method", "breaks", "palette", "compare-indicator", "compare-year")
    }
    assert value == {
        "as": "fill", "method": "manual", "breaks": "10,100,500", "palette": "Greens",
        "compare-indicator": "talent_per_10k", "compare-year": "2019",
    }  # fmt: skip
    assert screen.text("#year-now") == "2022"
    assert screen.find("#shared").is_checked()
    checked = screen.find("#layers input:checked")
    assert checked.evaluate_all("all => all.map(one => one.value)") == ["base", "park"]
    assert screen.text("#profile h2") == "伊金霍洛旗"
    assert [one["said"][:5] for one in screen.areas() if one["pressed"]] == ["伊金霍洛旗"]
    legend = demo.api(
        "view?indicator=population_density&year=2022&method=manual&breaks=10,100,500"
        "&palette=Greens&shared=true"
    )["legend"]
    assert [row["label"] for row in screen.legend()][: len(legend["labels"])] == legend["labels"]
    screen.page.reload()
    assert screen.query()["breaks"] == "10,100,500"


def test_what_the_controls_change_the_api_confirms(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=population_density&year=2025")
    steps = [
        (lambda: screen.choose("#method", "equal"), "method=equal&shared=true"),
        (lambda: screen.choose("#classes", "3"), "method=equal&classes=3&shared=true"),
        (
            lambda: screen.choose("#palette", "Purples"),
            "method=equal&classes=3&palette=Purples&shared=true",
        ),
        (screen.find("#shared").uncheck, "method=equal&classes=3&palette=Purples"),
    ]
    for act, query in steps:
        act()
        legend = demo.api(f"view?indicator=population_density&year=2025&{query}")["legend"]
        wanted = list(zip(legend["labels"], legend["colours"], strict=True))
        screen.until(
            lambda wanted=wanted: (
                wanted == [(row["label"], row["colour"]) for row in screen.legend()][: len(wanted)]
            ),
            f"the legend is not that of {query}",
        )
    screen.pick("人口密度")
    assert screen.query() == {"indicator": "population_density", "year": "2025"}


def test_breaks_by_hand_begin_with_those_on_the_map(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=population_density&year=2025")
    assert screen.find("#manual").is_hidden()
    screen.choose("#method", "manual")
    screen.until(screen.find("#manual").is_visible, "there is no field for breaks")
    assert screen.find("#breaks").input_value().count(",") >= 3
    screen.find("#breaks").fill("20,200,900")
    screen.press("Enter")
    screen.until(lambda: screen.legend()[1]["label"] == ">20.0–200.0", "the breaks were not taken")


def test_breaks_that_cannot_be_read_are_told_and_the_map_stays(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=population_density&method=manual&breaks=20,200,900")
    before = screen.legend()
    screen.find("#breaks").fill("twenty")
    screen.press("Enter")
    screen.until(screen.find("#problem").is_visible, "nothing was told")
    assert "twenty" in screen.text("#problem")
    assert screen.legend() == before
    screen.faults.clear()  # the browser notes the refusal


def stop_the_clock(screen: Screen) -> None:
    """Let only the time pass that a test asks for; a busy machine would let more."""
    screen.page.clock.install(time=0)
    screen.page.clock.pause_at(1)


def test_years_play_until_the_end_or_until_the_reader_takes_over(
    screens: Callable[..., Screen], demo: Site
) -> None:
    screen = screens().open(demo, "/?indicator=talent_per_10k&year=2023")
    stop_the_clock(screen)
    assert_years_play_to_the_end_and_stop(screen)
    slider, press = screen.find("#year"), screen.page.keyboard.press
    for take_over in (
        screen.find("#play").click,
        lambda: (slider.focus(), press("End")),
        screen.find(".pick").filter(has_text="人才占全市比重").click,
    ):
        slider.focus()
        press("Home")
        assert_playing_stops(screen, take_over)


def assert_years_play_to_the_end_and_stop(screen: Screen) -> None:
    screen.find("#play").click()
    assert screen.find("#play").get_attribute("aria-pressed") == "true"
    assert screen.text("#play") == "暂停"
    assert screen.text("#year-now") == "2024"
    screen.page.clock.run_for(1250)
    assert screen.text("#year-now") == "2025"
    screen.page.clock.run_for(1250)
    assert screen.find("#play").get_attribute("aria-pressed") == "false"
    screen.page.clock.run_for(5000)
    assert screen.text("#year-now") == "2025"


def assert_playing_stops(screen: Screen, take_over: Callable[[], object]) -> None:
    assert screen.text("#year-now") == "2015"
    screen.find("#play").click()
    screen.page.clock.run_for(1250)
    assert screen.text("#year-now") == "2017"
    take_over()
    shown = screen.text("#year-now")
    screen.page.clock.run_for(4000)
    assert screen.text("#year-now") == shown
    assert screen.find("#play").get_attribute("aria-pressed") == "false"


def test_nothing_moves_when_the_system_asks_for_no_motion(screen: Screen, demo: Site) -> None:
    screen.page.emulate_media(reduced_motion="reduce")
    screen.open(demo)
    moving = screen.page.evaluate("""() => [...document.querySelectorAll('*')].filter(one => {
        const style = getComputedStyle(one);
        return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
    }).length""")
    assert moving == 0
    screen.click(".leaflet-control-zoom-in")
    assert screen.find(".leaflet-zoom-anim").count() == 0


def test_indicators_are_found_by_both_names_and_by_meaning(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped)
    for wanted, found in (
        ("人口密度", ["人口密度"]),
        ("population density", ["人口密度"]),
        ("土地面积。", ["人口密度", "地均地区生产总值"]),
        ("nothing of the kind", []),
    ):
        screen.find("#find").fill(wanted)
        names = screen.find(".pick:visible span").all_inner_texts()
        assert set(found) <= set(names), wanted
        assert len(names) <= len(found) + 1, wanted
        assert screen.find("#find-none").is_visible() is not bool(found)
    screen.find("#find").fill("")


def test_only_indicators_with_figures_by_area_can_be_listed(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped)
    everything = screen.find(".pick:visible").count()
    screen.find("#mapped-only").check()
    names = screen.find(".pick:visible span").all_inner_texts()
    assert "人口密度" in names
    assert "人才资源总量" not in names
    assert len(names) < everything
    screen.find("#mapped-only").uncheck()
    assert screen.find(".pick:visible").count() == everything


def test_the_chosen_indicator_is_in_sight(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=gdp_per_km2")
    top, bottom = screen.box("#tree")[1], screen.box("#tree")[3]
    chosen = screen.box(".pick[aria-current]")
    assert top <= chosen[1] < chosen[3] <= bottom
