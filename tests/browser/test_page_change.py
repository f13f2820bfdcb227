"""The change between two years on the page: asked for, refused across a break, accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.browser import Screen, Site
from tests.support.toy import CATALOGUE, STATS_HEAD, TOY, ToyRelease

pytestmark = pytest.mark.browser
LATER = (
    "150602,population,2024,550,人,actual,reported,表1,,\n"
    "150603,population,2024,240,人,actual,reported,表1,,\n"
    "150602,talent,2024,60,人,actual,reported,表2,,\n"
)
BREAK = {"from": 2022, "note_zh": "改为含柔性引进", "note_en": "flexible ones included"}


@pytest.fixture
def site(toy_release: ToyRelease, serving: Callable[[Path], Site]) -> Site:
    """Serve two years of the toy world; the definition of talent changed in between."""
    rows = [
        {**row, "versions": [BREAK]} if row["id"] == "talent" else row
        for row in CATALOGUE["indicators"]
    ]
    content = json.dumps({**CATALOGUE, "indicators": rows}, ensure_ascii=False, indent=2) + "\n"
    stats = TOY["stats/plan.csv"] + LATER
    assert stats.startswith(STATS_HEAD)
    return serving(toy_release({"indicators.json": content, "stats/plan.csv": stats}))


def values(screen: Screen) -> dict[str, str]:
    return {row["name"]: row["value"] for row in screen.ranking()}


def test_a_change_is_chosen_shown_and_taken_back(screen: Screen, site: Site) -> None:
    screen.open(site, "/?indicator=population&year=2024")
    assert screen.find("#since option").all_inner_texts() == ["不比较", "与 2020 年相比"]
    before = values(screen)
    screen.choose("#since", "2020")
    screen.until(lambda: "变化率" in screen.text("#title"), "the change was not shown")
    assert values(screen) == {"东胜区": "10.0", "康巴什区": "−20.0*", "伊金霍洛旗": "无可比数"}
    assert screen.query()["from"] == "2020"
    assert "2020–2024" in screen.text("#subtitle")
    assert "常住人口变化率（%）" in screen.text("#legend")
    assert "无可比数" in screen.text("#legend")
    said = [area["said"] for area in screen.areas()]
    assert said[0].startswith("东胜区，常住人口变化率，10.0%")
    assert screen.find("#palette").input_value() == "RdBu"
    assert screen.find("#accepting").is_hidden()
    assert "÷ 2020年的绝对值" in screen.text("#definition")
    screen.page.go_back()
    screen.until(lambda: values(screen) == before, "Back did not restore the year")
    assert screen.find("#since").input_value() == ""


def test_a_changed_number_leads_to_the_figures_of_both_years(screen: Screen, site: Site) -> None:
    screen.open(site, "/?indicator=population&year=2024&from=2020&lang=en")
    screen.find("#ranking .number").first.click()
    screen.until(lambda: screen.find("#source .figure").count() == 2, "the figures did not come")
    assert "2020–2024" in screen.text("#source h2")
    assert "Percent change = (2024 − 2020)" in screen.text("#source .working")
    assert {"2024: 550", "2020: 500"} <= {
        part for head in screen.find("#source .figure h3").all_inner_texts()
        for part in ("2024: 550", "2020: 500") if part in head
    }  # fmt: skip
    assert not set("（）：；") & set(screen.text("body")), "English has half-width marks"
    assert screen.find(".leaflet-control-zoom-in").get_attribute("title") == "Zoom in"


def test_a_break_is_told_and_shown_only_when_accepted(screen: Screen, site: Site) -> None:
    screen.open(site, "/?indicator=talent&year=2024&from=2020")
    assert "2022年起：改为含柔性引进" in screen.text("#problem")
    assert screen.text("#title") == "鄂尔多斯市人才总量"
    button = screen.find(".leaflet-control-zoom-in")
    assert [button.get_attribute(name) for name in ("title", "aria-label")] == ["放大"] * 2
    assert "口径：2022年起：改为含柔性引进" in screen.text("#definition")
    # The browser reports the refusal, which is an answer of status 400, by itself.
    assert all("status of 400" in fault for fault in screen.faults)
    screen.faults.clear()
    screen.click("#problem button")
    screen.until(lambda: "变化率" in screen.text("#title"), "the change was not shown")
    assert screen.query()["definitions"] == "accepted"
    assert screen.find("#problem").is_hidden()
    assert "口径有变，仅供参考（2022年起：改为含柔性引进）" in screen.text("#notes")
    assert screen.find("#accept").is_checked()
    assert values(screen)["东胜区"] == "20.0"


def test_an_earlier_year_on_the_slider_ends_the_comparison(screen: Screen, site: Site) -> None:
    screen.open(site, "/?indicator=population&year=2024&from=2020")
    screen.find("#year").focus()
    screen.press("ArrowLeft")
    screen.until(lambda: screen.text("#year-now") == "2020", "the year did not change")
    assert "from" not in screen.query()
    assert screen.find("#since").is_disabled()
    assert screen.text("#title") == "鄂尔多斯市常住人口"


def test_what_areas_have_together_is_compared_and_shown_as_such(
    screen: Screen, toy_release: ToyRelease, serving: Callable[[Path], Site]
) -> None:
    both = "150602+150603,talent_high,{},{},人,actual,reported,表3,,\n"
    rows = both.format(2015, 40) + both.format(2024, 50)
    rows += "150627,talent_high,2015,20,人,actual,reported,表3,,\n"
    rows += "150627,talent_high,2024,30,人,actual,reported,表3,,\n"
    site = serving(toy_release({"stats/plan.csv": TOY["stats/plan.csv"] + rows}))
    screen.open(site, "/?indicator=talent_high&year=2024&from=2015")
    assert values(screen) == {
        "伊金霍洛旗": "50.0", "东胜区": "合并填报", "康巴什区": "合并填报",
        "东胜区和康巴什区合计": "25.0",
    }  # fmt: skip
    assert "合并填报" in screen.text("#legend")
    assert "无可比数" not in screen.text("#legend")
    assert screen.find("#download").is_hidden()
    assert screen.find("#audience").is_hidden()
    screen.find("#ranking .joint .number").click()
    screen.until(lambda: screen.find("#source .figure").count() == 2, "the figures did not come")
