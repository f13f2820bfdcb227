"""What the map shows is what the release holds: values, classes, colours, marks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from geomap.model.absence import ABSENCES
from geomap.webmap.payload import payload
from tests.support.browser import Screen, Site
from tests.support.node import in_node
from tests.support.page import violations
from tests.support.toy import STATS_HEAD, ToyRelease

pytestmark = pytest.mark.browser
# Each of some indicators: its table and the labels of its classes, as the page shows them …
_TOUR = """async names => {
    const shown = {}, nameOf = button => button.querySelector('span').textContent;
    const picks = [...document.querySelectorAll('.pick')];
    for (const button of picks.filter(one => names.includes(nameOf(one)))) {
        button.click();
        await new Promise(requestAnimationFrame);
        const rows = [...document.querySelectorAll('#ranking tr')];
        const classes = [...document.querySelectorAll('#legend ul:not(.shapes) li')]
            .filter(one => one.querySelector('rect')?.getAttribute('fill').startsWith('#'));
        shown[nameOf(button)] = [
            Object.fromEntries(rows.map(({cells}) => [cells[1].textContent, cells[2].textContent])),
            classes.map(one => one.querySelector('span:not(.count)').textContent)];
    }
    return shown;
}"""
# … and of all of them, as the scripts work it out.
_SAID = """async ({ Atlas, saying, valueAt }, data) => {
    globalThis.L = { latLngBounds: () => null };
    const atlas = new Atlas(data);
    const said = async ({ id, name }) => {
        const view = await atlas.view({ indicator: id });
        return [name, [
            Object.fromEntries(atlas.areas.map((area, at) =>
                [area.name, saying(valueAt(view, at), view.indicator, atlas.t)])),
            view.drawn === 'fill' ? view.l : []]];
    };
    return Object.fromEntries(await Promise.all(atlas.indicators.map(said)));
}"""


def printed(one: dict[str, Any]) -> str:
    """Write the value of an area as the page should, worked out apart from it."""
    value, decimals, status, conflict = (
        one[name] for name in ("value", "decimals", "status", "conflict")
    )
    if value is None:
        return ABSENCES[one["absence"]].zh
    mark = {"provisional": "*", "apportioned": "（估算）"}.get(status, "")
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text + mark + ("⚑" if conflict else "")


def rounded_alike(page: str, python: str) -> bool:
    """Compare as text; the last digit may differ where a value lies between two digits."""
    digits = [
        float(re.sub(r"[^\d.−]", "", one).replace("−", "-") or "nan") for one in (page, python)
    ]
    return page == python or abs(digits[0] - digits[1]) <= 10 ** -len(python.partition(".")[2])


@pytest.mark.parametrize(
    "query",
    [
        "indicator=population_density",
        "indicator=population_density&year=2023",
        "indicator=gdp_per_km2",
        "indicator=population_increment_ratio",
        "indicator=population&as=fill",
    ],
)
def test_map_table_and_legend_say_what_the_api_says(
    steady: Screen, shipped: Site, query: str
) -> None:
    screen = steady.show(shipped, query)
    view = shipped.api("view?shared=true&" + query.replace("as=fill", "representation=fill"))
    wanted = {one["name"]["zh"]: printed(one) for one in view["areas"]}
    assert {row["name"]: row["value"] for row in screen.ranking()} == wanted
    short = {one.name_zh: one.short_zh for one in shipped.atlas.parts}
    assert {one["name"]: one["value"] for one in screen.labels()} == {
        short[name]: value for name, value in wanted.items()
    }
    legend = view["legend"]
    classes = [row for row in screen.legend() if (row["colour"] or "").startswith("#")]
    assert [row["label"] for row in classes] == legend["labels"]
    assert [row["colour"] for row in classes] == legend["colours"]
    assert [row["count"] for row in classes] == [f"{count} 个" for count in legend["counts"]]
    for said, one in zip(screen.areas(), view["areas"], strict=True):
        colour = (
            "url(#gm-missing)" if one["value"] is None else legend["colours"][one["class_index"]]
        )
        assert said["fill"] == colour
        assert said["said"].startswith(f"{one['name']['zh']}，")


@pytest.mark.parametrize(
    ("choice", "asked"),
    [
        ("method=equal&classes=4", "method=equal&classes=4"),
        ("method=natural&palette=Greens", "method=natural&palette=Greens"),
        ("method=manual&breaks=10,100,400", "method=manual&breaks=10,100,400"),
        ("year=2020", "year=2020"),
        ("classes=2", "classes=2"),
        ("classes=9", "classes=9"),
    ],
)
def test_another_way_of_classing_draws_what_the_api_says(
    steady: Screen, demo: Site, choice: str, asked: str
) -> None:
    screen = steady.show(demo, f"indicator=population_density&{choice}")
    legend = demo.api(f"view?indicator=population_density&shared=true&{asked}")["legend"]
    classes = [row for row in screen.legend() if (row["colour"] or "").startswith("#")]
    assert [(row["label"], row["colour"]) for row in classes] == list(
        zip(legend["labels"], legend["colours"], strict=True)
    )
    assert [int(row["count"].split()[0]) for row in classes] == legend["counts"]


def assert_as_the_api_says(demo: Site, shown: dict[str, Any]) -> None:
    for one in demo.atlas.indicators.values():
        if one.name.zh not in shown:
            continue
        values, labels = shown[one.name.zh]
        if not demo.atlas.series.get((one.id, "actual")):
            assert set(values.values()) == {"未上报" if one.asked else "无公开数"}
            continue
        view = demo.api(f"view?indicator={one.id}&shared=true")
        for area in view["areas"]:
            assert rounded_alike(values[area["name"]["zh"]], printed(area)), one.id
        assert labels == (view["legend"]["labels"] if view["representation"] == "fill" else [])


def test_every_indicator_of_the_demonstration_is_said_as_the_api_says(demo: Site) -> None:
    shown = in_node("map/atlas shared/format", _SAID, payload(demo.atlas))
    assert len(shown) == len(demo.atlas.indicators)
    assert_as_the_api_says(demo, shown)


def test_indicators_of_each_kind_are_drawn_as_the_api_says(steady: Screen, demo: Site) -> None:
    kinds = {(one.measure, one.decimals): one.name.zh for one in demo.atlas.indicators.values()}
    screen = steady.show(demo)
    shown = screen.page.evaluate(_TOUR, list(kinds.values()))
    assert len(shown) == len(kinds) > 5
    assert_as_the_api_says(demo, shown)


def test_what_is_not_reported_is_named_and_never_nought(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=gdp_per_km2")
    missing = [one for one in screen.areas() if "无公开数" in one["said"]]
    assert len(missing) == 7
    assert {one["fill"] for one in missing} == {"url(#gm-missing)"}
    assert [row["count"] for row in screen.legend() if row["label"] == "无公开数"] == ["7 个"]
    gone = [row for row in screen.ranking() if row["value"] == "无公开数"]
    assert [row["rank"] for row in gone] == ["–"] * 7
    assert "0" not in {one["value"] for one in screen.labels()}


def test_a_change_of_which_only_a_range_is_known_is_counted_as_such(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, "indicator=population_change&year=2025")
    counted = {one["label"]: one["count"] for one in screen.legend()}
    assert (counted["只知范围"], counted["无可比数"]) == ("1 个", "8 个")
    assert screen.text("#empty-text") == "能比较的旗区只有约数，变化只知范围，正负不定"


def test_provisional_values_bear_a_star_that_the_legend_explains(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, "indicator=population_density&year=2020")
    starred = [row["name"] for row in screen.ranking() if row["value"].endswith("*")]
    assert starred == ["东胜区", "乌审旗", "鄂托克前旗"]
    assert [row["count"] for row in screen.legend() if row["label"] == "暂定"] == ["3 个"]


def test_a_class_of_the_legend_lights_its_areas_and_names_them(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, "indicator=gdp_per_km2")
    rows = screen.find("#legend [data-lights]")
    faint = (
        "() => [...document.querySelectorAll('#map path[role=button]')].map(p => p.style.opacity)"
    )
    rows.filter(has_text="无公开数").focus()
    assert sum(one == "" for one in screen.page.evaluate(faint)) == 7
    assert screen.text("#lit").startswith("无公开数：")
    assert screen.text("#lit").count("、") == 6
    # A press keeps them lit when the focus has gone, the next lets go.
    rows.filter(has_text="无公开数").click()
    screen.find("#find").focus()
    screen.settle()
    assert sum(one == "" for one in screen.page.evaluate(faint)) == 7
    assert violations(screen, "zh", "#legend") == ""
    # The two that have a value are in the histogram, the others are counted beside it.
    assert screen.find("#legend [data-part=spread] circle").count() == 2
    assert screen.text("#legend figcaption") == "分布：2 个有数；7 个没有数，不在其中"
    screen.show(shipped, "indicator=population")
    assert set(screen.page.evaluate(faint)) == {""}
    assert screen.find("#legend [data-part=spread]").count() == 0, "circles have no classes"


_COVERED = """() => {
    const [area] = document.querySelectorAll('#map path[role=button]:focus');
    const {left, top, width, height} = document.querySelector('#card').getBoundingClientRect();
    const grid = [0, .25, .5, .75, 1].flatMap(x => [0, .25, .5, .75, 1].map(y => [x, y]));
    return grid.some(([x, y]) =>
        document.elementsFromPoint(left + x * width, top + y * height).includes(area));
}"""


def test_the_card_of_an_area_stands_beside_it_and_tells_what_the_page_knows(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, "indicator=population_density&year=2020")
    for name in ("东胜区", "鄂托克旗"):
        screen.area(name).focus()
        screen.settle()
        assert screen.text("#card h3") == name
        assert not screen.page.evaluate(_COVERED)
    assert screen.text("#card [data-part=value]").split() == ["8.0", "人/平方公里", "计算得出"]
    assert screen.text("#card-beside") == "位次 7（共 9 个），全市 24.8"
    assert screen.area("鄂托克旗").get_attribute("aria-describedby") == "card-beside"
    assert violations(screen, "zh", "#card") == ""
    screen.press("Escape")
    assert screen.find("#card").is_hidden()
    screen.find("#ranking tr").first.hover()
    assert screen.text("#card h3") == "康巴什区"
    # Estimates have no place; what is not known is said, and nothing beside it.
    screen.show(shipped, "indicator=talent_total")
    screen.area("东胜区").focus()
    assert screen.text("#card [data-part=value]").split() == ["11.7", "万人", "估算"]
    assert screen.text("#card-beside") == ""  # its share is only how it was made
    screen.show(shipped, "indicator=gdp_per_km2")
    screen.area("杭锦旗").focus()
    assert screen.text("#card [data-part=value]") == "无公开数"
    assert screen.find("#card-beside").is_hidden()


def test_small_lines_of_years_stand_in_ranking_and_profile(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=talent_per_10k&area=150602")
    lines = "[data-part=spark]"
    assert screen.find(f"#ranking {lines}").count() == 9
    assert screen.find(f"#profile {lines}").count() > 20
    # 2015 to 2025 with gaps: one mark for each year that has a number, the year shown marked.
    first = screen.find(f"#profile tr:has-text('每万人口人才数') {lines}")
    assert first.locator("circle[data-now=true]").count() == 1
    screen.show(demo, "indicator=talent_per_10k&compare=talent_per_10k:2015")
    assert screen.find(f"#ranking {lines}").count() == 0


def test_figures_that_disagree_bear_a_flag(
    screen: Screen, serving: Callable[[Path], Site], toy_release: ToyRelease
) -> None:
    sources = [
        {"id": "plan", "title": "人才规划", "number": "", "issuer": "", "date": "2022-01-01"},
        {"id": "late", "title": "人才公报", "number": "", "issuer": "", "date": "2021-01-01"},
        {"id": "boundaries", "title": "县级区划", "number": "", "issuer": "", "date": "2024"},
    ]
    release = toy_release(
        {
            "sources.json": json.dumps(sources, ensure_ascii=False),
            "stats/late.csv": STATS_HEAD + "150602,talent,2020,70,人,actual,reported,表9,,\n",
        }
    )
    screen.open(serving(release), "/?indicator=talent&year=2020")
    assert {row["name"]: row["value"] for row in screen.ranking()}["东胜区"] == "50⚑"
    screen.click("#ranking .number")
    expect(screen.find("#source .figure")).to_have_count(2)
    assert "各处记载不一致" in screen.text("#source")
    assert screen.find("#source h3").all_inner_texts() == [
        "东胜区 人才总量 2020：50 人已公布",
        "东胜区 人才总量 2020：70 人已公布",
    ]


def test_the_citys_figure_stands_where_no_banner_reports(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=talent_total&year=2015")
    assert screen.text("#empty") == "各旗区未上报本指标，只有全市数据"
    assert screen.text("#city").startswith("全市29.4 万人 2015")
    assert "突破60⚑" in screen.text("#city")
    assert {one["value"] for one in screen.labels()} == {"未上报"}
    screen.pick("人口密度")
    assert screen.find("#empty").is_hidden()


def test_counts_are_circles_whose_area_is_in_proportion(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=population&year=2020")
    # Labels are placed once for the map as it comes, its frame, its furniture and the desk,
    # not at each step.
    laid = "() => performance.getEntriesByName('geomap-labels').length"
    assert screen.page.evaluate(laid) <= 4
    boxes = [one.bounding_box() for one in screen.find(".leaflet-circles-pane path").all()]
    widths = [box["width"] - 1.2 for box in boxes if box]
    assert len(widths) == 9
    assert widths == sorted(widths, reverse=True)
    # Dongsheng 574,242 and Kangbashi 118,796: the diameters are as the roots of these.
    assert widths[0] / widths[6] == pytest.approx((574_242 / 118_796) ** 0.5, rel=0.04)
    assert [row["label"] for row in screen.legend()][:3] == ["500,000", "100,000", "20,000"]
    radii = [row["radius"] for row in screen.legend()[:3]]
    assert radii[0] ** 2 / radii[1] ** 2 == pytest.approx(5)


def test_a_count_drawn_as_fill_says_that_it_misleads(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=population")
    assert screen.text("#advice") == ""
    screen.choose("#as", "fill")
    assert screen.query()["as"] == "fill"
    assert screen.text("#advice")
    assert screen.find(".leaflet-circles-pane path").count() == 0
