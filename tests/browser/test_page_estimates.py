"""Estimates on the page: hatched, worded, without a place unless asked for; and what adds up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.browser import DESKTOP, LAPTOP, Screen, Site
from tests.support.per_head import catalogue
from tests.support.toy import STATS_HEAD, ToyRelease

pytestmark = pytest.mark.browser
TOTAL = "indicator=talent_total&year=2020"
PER_HEAD = "indicator=talent_per_10k&year=2020"
BLUE = "2b6cb0"
Serving = Callable[[Path], Site]


def circles(screen: Screen) -> list[str | None]:
    return [one.get_attribute("fill") for one in screen.find(".leaflet-circles-pane path").all()]


def pattern_of(screen: Screen, name: str) -> int:
    """Count the strokes over the ground of a hatch."""
    return screen.find(f"#map pattern#{name} rect").count()


def mixed(toy_release: ToyRelease) -> Path:
    """Make a toy world in which one area reported 10 of 100, and two numbers of 2019 disagree."""
    rows = [
        "150602,population,2020,500,人,actual,reported,表1,,",
        "150603,population,2020,300,人,actual,reported,表1,,",
        "150627,population,2020,200,人,actual,reported,表1,,",
        "150600,talent,2020,100,人,actual,reported,表2,,",
        "150603,talent,2020,10,人,actual,reported,表2,,",
        "150602,talent,2019,46,人,actual,reported,第一节,,",
        "150602,talent,2019,48,人,actual,reported,第二节,,",
        "150627,talent,2019,20,人,actual,reported,第一节,,",
        "150600,talent,2019,90,人,actual,reported,第一节,,",
        "150600,talent,2019,95,人,actual,reported,第二节,,",
        "150600,talent,2025,120,人,target,reported,第一节,,",
        "150600,talent,2025,130,人,target,reported,第二节,,",
    ]
    edits = {
        "stats/plan.csv": STATS_HEAD + "\n".join(rows) + "\n",
        "indicators.json": catalogue(weights=["population"]),
    }
    return toy_release(edits)


# --- hatch and word -------------------------------------------------------------------------------


def test_estimated_counts_are_hatched_circles_that_bear_their_word(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, TOTAL)
    assert circles(screen) == [f"url(#gm-estimate-{BLUE})"] * 9
    assert pattern_of(screen, f"gm-estimate-{BLUE}") == 2
    assert len(screen.labels()) == 9
    assert all(one["value"].endswith("（估算）") for one in screen.labels())
    assert all("估算" in one["said"] for one in screen.areas())
    rows = [row for row in screen.legend() if row["label"] == "估算"]
    assert [(row["colour"], row["count"]) for row in rows] == [
        (f"url(#gm-estimate-{BLUE})", "9 个")
    ]


def test_an_estimated_rate_is_a_hatched_fill_in_the_colour_of_its_class(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, PER_HEAD)
    (colour,) = [row["colour"] for row in screen.legend() if row["colour"].startswith("#")]
    name = f"gm-estimate-{colour[1:]}"
    assert {one["fill"] for one in screen.areas()} == {f"url(#{name})"}
    assert pattern_of(screen, name) == 2
    assert screen.find("#notes").is_visible()
    assert "相同出于方法，不是实际情况" in screen.text("#notes")
    above, frame = screen.box("#notes"), screen.box("#map")
    assert screen.box("#title")[3] <= above[1]
    assert above[3] <= frame[1]


def test_what_is_reported_is_not_hatched_beside_estimates(
    screen: Screen, serving: Serving, toy_release: ToyRelease
) -> None:
    screen.open(serving(mixed(toy_release)), "/?indicator=talent&year=2020&as=fill")
    kinds = [one["fill"].split("-")[0] for one in screen.areas()]
    assert kinds[0] == kinds[2] == "url(#gm"
    assert kinds[1].startswith("#")
    assert [row["value"] for row in screen.ranking()] == ["64（估算）", "26（估算）", "10"]
    assert "分级含 2 个估算数" in screen.text("#legend")


def test_in_english_an_estimate_is_called_one(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, f"/?{TOTAL}&lang=en")
    assert all("(est.)" in one["value"] for one in screen.labels())
    assert "estimates, not reported figures" in screen.text("#notes")
    assert "Control total: city 43.8" in screen.text("#control")


def test_an_indicator_with_nothing_but_estimates_says_so_in_the_tree(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, TOTAL)
    pick = screen.find(".pick[aria-current]")
    assert pick.inner_text().split() == ["人才资源总量", "旗区为估算"]
    screen.find("#mapped-only").check()
    assert pick.is_hidden()
    screen.find("#mapped-only").uncheck()


# --- places ---------------------------------------------------------------------------------------


def test_estimates_have_a_place_only_when_it_is_asked_for(
    screen: Screen, serving: Serving, toy_release: ToyRelease
) -> None:
    screen.open(serving(mixed(toy_release)), "/?indicator=talent&year=2020")
    ranked = [(row["rank"], row["name"]) for row in screen.ranking()]
    # In the order of their values; of one reported area alone there is no first place.
    assert ranked == [("–", "东胜区"), ("–", "伊金霍洛旗"), ("–", "康巴什区")]
    assert not any("位" in one["said"].replace("单位", "") for one in screen.areas())
    screen.find("#rank-estimates").check()
    screen.settle()
    assert screen.query()["estimates"] == "ranked"
    ranked = [(row["rank"], row["name"]) for row in screen.ranking()]
    assert ranked == [("1", "东胜区"), ("2", "伊金霍洛旗"), ("3", "康巴什区")]
    screen.find("#rank-estimates").uncheck()
    screen.settle()
    assert "estimates" not in screen.query()
    assert screen.ranking()[0]["rank"] == "–"


def test_a_link_carries_the_wish_to_rank_estimates(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{TOTAL}&estimates=ranked")
    assert screen.find("#rank-estimates").is_checked()
    assert [row["rank"] for row in screen.ranking()] == list("123456789")
    assert screen.ranking()[0]["name"] == "东胜区"


def test_where_nothing_is_estimated_there_is_nothing_to_ask(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=population&year=2020")
    assert screen.find("#rank-estimates").is_hidden()
    assert screen.find("#notes").is_hidden()


# --- the control total ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (TOTAL, "控制总数：全市 43.8万人；已上报旗区合计 —；差 —；0/9 上报；缺报"),
        (
            "indicator=population&year=2020",
            "控制总数：全市 2,153,638人；有公开数的旗区合计 2,153,638；差 0；9/9 有公开数；闭合",
        ),
        (PER_HEAD, ""),
    ],
)
def test_whether_the_areas_add_up_stands_below_the_map(
    steady: Screen, shipped: Site, query: str, said: str
) -> None:
    screen = steady.show(shipped, query)
    screen.resize(DESKTOP)  # in a lower window the notes fold
    assert screen.text("#control") == said
    if said:
        assert screen.box("#map")[3] <= screen.box("#control")[1]
        assert screen.find("#control").is_visible()
    screen.resize(LAPTOP)


# --- who says so ----------------------------------------------------------------------------------


def test_an_estimate_opens_its_method_its_total_and_its_weights(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, TOTAL)
    screen.find("#ranking .number").first.click()
    screen.until(lambda: screen.find("#source .figure").count(), "no source was shown")
    said = screen.text("#source .contents")
    assert said.startswith("11.7 万人估算")
    assert "按常住人口（2020年）分摊到没有数的 9 个旗区" in said
    assert "没有其他可用的权数，不给区间" in said
    assert "鄂尔多斯市 人才资源总量 2020：43.8 万人" in said
    summary = screen.text("#source .weights summary")
    assert summary.startswith("权数：常住人口 2020（")
    assert "人口普查公报" in summary
    screen.click("#source .weights summary")
    assert "康巴什区 常住人口 2020：118,796 人" in screen.text("#source .weights")
    screen.press("Escape")


def test_the_profile_of_an_area_calls_its_estimates_so(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{TOTAL}&area=150603")
    row = screen.find("#profile tr").filter(has_text="人才资源总量").first.inner_text()
    assert "2.4（估算）" in row
    assert "–" in row


# --- undecided ------------------------------------------------------------------------------------


def test_undecided_values_stand_side_by_side_everywhere(
    screen: Screen, serving: Serving, toy_release: ToyRelease
) -> None:
    site = serving(mixed(toy_release))
    screen.open(site, "/?indicator=talent&year=2019&area=150602")
    by_name = {row["name"]: row["value"] for row in screen.ranking()}
    assert by_name["东胜区"] == "46｜48 并列"
    assert by_name["康巴什区"] == "未上报"
    assert {one["name"]: one["value"] for one in screen.labels()}["东胜"] == "46｜48 并列"
    assert screen.areas()[0]["fill"] == "url(#gm-missing)"
    assert "46｜48 并列" in screen.areas()[0]["said"]
    assert [row["label"] for row in screen.legend()].count("并列未定") == 1
    assert screen.text("#city").startswith("全市90｜95 并列")
    assert "120｜130 并列" in screen.text("#city")
    assert "全市 90｜95人" in screen.text("#control")
    screen.find("#ranking .number").filter(has_text="并列").click()
    screen.until(lambda: screen.find("#source .figure").count(), "no source was shown")
    said = screen.text("#source .contents")
    assert said.startswith("46｜48 并列（人）并列未定")
    assert "未定采用哪个" in said
    assert "采用第一条" not in said


# --- the file -------------------------------------------------------------------------------------


def test_a_file_that_is_taken_away_says_all_this_without_a_server(
    screen: Screen, shipped: Site, tmp_path: Path
) -> None:
    text = shipped.app.test_client().get("/map.html?indicator=talent_total&year=2020").text
    path = tmp_path / "map.html"
    path.write_text(text, encoding="utf-8")
    screen.origins.add("file://")
    screen.page.goto(f"file://{quote(str(path))}")
    screen.until(
        lambda: screen.page.evaluate(
            "() => performance.getEntriesByName('geomap-ready').length > 0"
        ),
        "the file was never ready",
    )
    assert all(one["value"].endswith("（估算）") for one in screen.labels())
    assert circles(screen) == [f"url(#gm-estimate-{BLUE})"] * 9
    assert screen.text("#control").endswith("0/9 上报；缺报")
    assert "不是上报的数" in screen.text("#notes")
    screen.find("#ranking .number").first.click()
    assert "按常住人口（2020年）分摊" in screen.text("#source .contents")
    assert "权数：常住人口 2020" in screen.text("#source .contents")
    screen.press("Escape")
    screen.find("#rank-estimates").check()
    screen.settle()
    assert [row["rank"] for row in screen.ranking()] == list("123456789")


def test_two_maps_do_not_take_each_others_hatches(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{PER_HEAD}&compare=professional_ratio:2020")
    screen.until(lambda: screen.labels("#map-second"), "there is no second map")
    fills = {one["fill"] for root in ("#map", "#map-second") for one in screen.areas(root)}
    for fill in fills:
        name = fill.removeprefix("url(#").removesuffix(")")
        grounds = screen.find(f"pattern[id={json.dumps(name)}] rect:first-child").all()
        assert {one.get_attribute("fill") for one in grounds} == {f"#{name.split('-')[-1]}"}
