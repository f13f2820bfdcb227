"""The first screen: key figures, the sentence, and map, chart and table of one state."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser


def test_the_first_screen_speaks_of_talent(screen: Screen, shipped: Site) -> None:
    screen.open(shipped)
    assert screen.text("#title") == "鄂尔多斯市人才资源总量"
    cards = screen.find("#key li").all_inner_texts()
    assert len(cards) == 6
    assert cards[0].split()[:5] == ["人才资源总量", "43.8", "万人", "+49.0", "%"]
    assert cards[0].endswith("2020年较2015年，2025年目标 突破60")
    assert "规划目标完成或如期" in cards[-1]
    assert screen.text("#sentence") == "全市 43.8 万人，9 个旗区都是估算，没有上报的数，不比高低。"
    screen.find("#key a").filter(has_text="R&D投资占GDP比重").click()
    screen.settle()
    assert screen.query()["indicator"] == "rd_gdp_share"


def test_what_only_the_city_has_opens_as_a_chart_with_its_target(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/?indicator=rd_gdp_share")
    assert screen.find("#chart").is_visible()
    assert screen.find("#map").is_hidden()
    assert screen.text("#sentence").startswith("全市由2020年的 0.81 %升至2024年的 0.91 %")
    assert "目标 2.5以上" in screen.text("#chart")
    assert screen.find("#chart .series.own circle").count() == 2
    assert screen.query().get("view") is None
    # One year of an area, beside the city: its number stands with its name.
    screen.show(shipped, "indicator=talent_per_10k&view=chart&area=150602")
    assert screen.find("#chart .series.own circle").count() == 1
    assert "（估算）" in (screen.find("#chart .name.own").text_content() or "")
    screen.show(shipped, "indicator=rd_gdp_share")
    screen.pick("常住人口")
    assert screen.find("#map").is_visible()


def test_map_chart_and_table_show_one_state_and_the_address_keeps_it(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo, "/?indicator=talent_per_10k&area=150602")
    for face, seen in (("chart", "#chart"), ("table", "#years"), ("map", "#map")):
        screen.click(f"#faces [value={face}]")
        assert [screen.find(one).is_visible() for one in ("#chart", "#years", "#map")] == [
            one == seen for one in ("#chart", "#years", "#map")
        ]
        assert screen.query()["view"] == face
        assert violations(screen, "zh", "section.middle") == ""
    screen.open(demo, "/?indicator=talent_per_10k&area=150602&view=chart")
    told = demo.api("trend?indicator=talent_per_10k&area=150602")["sentence"]["zh"]
    assert told.startswith("东胜区由2015年的 ")
    expect(screen.find("#sentence")).to_have_text(told)
    assert (screen.find("#chart .name.own").text_content() or "").startswith("东胜")
    assert screen.find("#chart .series.beside").count() == 9  # the city and eight other areas
    screen.find("#chart .name").filter(has_text="鄂尔多斯市").wait_for()
    screen.open(demo, "/?indicator=talent_total&view=table")
    rows = screen.find("#years-table tbody tr").all_inner_texts()
    assert len(rows) == 10
    assert rows[0].split()[:2] == ["鄂尔多斯市", "29.4"]
    screen.find("#years-table .number").first.click()
    screen.until(screen.find("#source .figure").first.is_visible, "the document was not shown")


def test_areas_chosen_in_the_ranking_stand_side_by_side_and_the_address_keeps_them(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo, "/?indicator=talent_per_10k&year=2025")
    boxes = screen.find("#ranking input")
    boxes.and_(screen.find("[value='150602']")).check()
    assert screen.find("#choice button").first.is_disabled()
    boxes.and_(screen.find("[value='150603']")).check()
    screen.find("#choice button").first.click()
    screen.find("#side td").first.wait_for()
    assert (screen.query()["view"], screen.query()["areas"]) == ("areas", "150602,150603")
    assert screen.find("#map").is_hidden()
    told = demo.api("compare?areas=150602,150603&group=talent&year=2025")
    assert screen.find("#side tbody tr").count() == len(told["rows"])
    first = told["rows"][0]["cells"][1]
    assert first["text"]["zh"] in screen.text("#side tbody tr:first-child td:nth-child(3)")
    assert f"比东胜区 {first['from_first']['zh']}" in screen.text(
        "#side tbody tr:first-child td:nth-child(3)"
    )
    assert violations(screen, "zh", "#side") == ""
    # Taken out again there is one left, and the map.
    screen.find("#ranking input[value='150603']").uncheck()
    screen.settle()
    assert screen.find("#map").is_visible()
    assert "areas" not in screen.query()
    screen.show(demo, "indicator=talent_per_10k&view=areas&areas=150603,150602&lang=zh")
    screen.until(lambda: "比康巴什区" in screen.text("#side"), "the other way round was not told")
    screen.find("#side .number").first.click()
    screen.until(screen.find("#source .figure").first.is_visible, "the document was not shown")


def test_the_words_of_a_target_lie_over_no_name_at_the_ends_of_the_lines(
    steady: Screen, demo: Site
) -> None:
    steady.show(demo, "indicator=rd_gdp_share&view=chart")
    boxes = """kind => [...document.querySelectorAll(`#chart ${kind}`)].map(one => {
        const box = one.getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom];
    })"""
    goals, names = (steady.page.evaluate(boxes, kind) for kind in (".goal-mark text", ".name"))
    assert (len(goals), len(names)) == (1, 10)
    (left, top, right, bottom) = goals[0]
    over = [one for one in names if one[0] < right and left < one[2] and one[1] < bottom]
    assert [one for one in over if top < one[3]] == []
