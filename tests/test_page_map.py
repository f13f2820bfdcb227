"""What the map shows is what the release holds: values, classes, colours, marks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import DESKTOP, LAPTOP, TABLET, Screen, Site
from conftest import STATS_HEAD, ToyRelease

pytestmark = pytest.mark.browser
SIZES = [LAPTOP, DESKTOP, TABLET]
INTERNAL = {
    "zh": "内部工作用图 未经审核 不得公开",
    "en": "Internal working map, not reviewed, not for publication",
}
SYNTHETIC = {"zh": "示例数据 非真实统计", "en": "Demonstration data, not real statistics"}
# Of a grid laid over the frame: how many points lie in an area, and how many of these are hidden.
_HIDDEN = """() => {
    const frame = document.querySelector('#map').getBoundingClientRect();
    let areas = 0, hidden = 0;
    for (let i = 0.5; i < 40; i += 1) for (let j = 0.5; j < 40; j += 1) {
        const at = document.elementsFromPoint(frame.left + frame.width * i / 40,
                                              frame.top + frame.height * j / 40);
        if (!at.some(one => one.matches('path[role=button]'))) continue;
        areas += 1;
        if (at.some(one => one.closest('#legend, #empty, #outside, .leaflet-control'))) hidden += 1;
    }
    return hidden / areas;
}"""

# Every indicator in turn: its table and the labels of its classes.
_TOUR = """async () => {
    const shown = {};
    for (const button of document.querySelectorAll('.pick')) {
        button.click();
        await new Promise(requestAnimationFrame);
        const rows = [...document.querySelectorAll('#ranking tr')];
        const classes = [...document.querySelectorAll('#legend ul:not(.shapes) li')]
            .filter(one => one.querySelector('rect')?.getAttribute('fill').startsWith('#'));
        shown[button.querySelector('span').textContent] = [
            Object.fromEntries(rows.map(row => [row.cells[1].textContent, row.cells[2].textContent])),
            classes.map(one => one.querySelector('span:not(.count)').textContent)];
    }
    return shown;
}"""


def printed(value: float | None, decimals: int, status: str = "", conflict: bool = False) -> str:
    """Write a value as the page should, worked out apart from it."""
    if value is None:
        return "不予公开" if status == "suppressed" else "未上报"
    mark = {"provisional": "*", "apportioned": "（估算）"}.get(status, "")
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text + mark + ("⚑" if conflict else "")


def rounded_alike(page: str, python: str) -> bool:
    """Compare as text; the last digit may differ where a value lies between two digits."""
    digits = [float(re.sub(r"[^\d.−]", "", one).replace("−", "-") or "nan") for one in (page, python)]
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
    screen: Screen, shipped: Site, query: str
) -> None:
    screen.open(shipped, f"/?{query}")
    view = shipped.api("view?" + query.replace("as=fill", "representation=fill"))
    decimals = view["indicator"]["decimals"]
    wanted = {
        one["name"]["zh"]: printed(one["value"], decimals, one["status"], one["conflict"])
        for one in view["areas"]
    }
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
        colour = "url(#gm-missing)" if one["value"] is None else legend["colours"][one["class_index"]]
        assert said["fill"] == colour
        assert said["said"].startswith(f"{one['name']['zh']}，")


@pytest.mark.parametrize(
    ("choice", "asked"),
    [
        ("method=equal&classes=4", "method=equal&classes=4"),
        ("method=natural&palette=Greens", "method=natural&palette=Greens"),
        ("method=manual&breaks=10,100,400", "method=manual&breaks=10,100,400"),
        ("shared=true&year=2020", "shared=true&year=2020"),
        ("classes=2", "classes=2"),
        ("classes=9", "classes=9"),
    ],
)
def test_another_way_of_classing_draws_what_the_api_says(
    screen: Screen, demo: Site, choice: str, asked: str
) -> None:
    screen.open(demo, f"/?indicator=population_density&{choice}")
    legend = demo.api(f"view?indicator=population_density&{asked}")["legend"]
    classes = [row for row in screen.legend() if (row["colour"] or "").startswith("#")]
    assert [(row["label"], row["colour"]) for row in classes] == list(
        zip(legend["labels"], legend["colours"], strict=True)
    )
    assert [int(row["count"].split()[0]) for row in classes] == legend["counts"]


def test_every_indicator_of_the_demonstration_is_drawn_as_the_api_says(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo)
    shown = screen.page.evaluate(_TOUR)
    for one in demo.atlas.indicators.values():
        values, labels = shown[one.name.zh]
        if not demo.atlas.series.get((one.id, "actual")):
            assert set(values.values()) == {"未上报"}
            continue
        view = demo.api(f"view?indicator={one.id}")
        for area in view["areas"]:
            wanted = printed(area["value"], one.decimals, area["status"], area["conflict"])
            assert rounded_alike(values[area["name"]["zh"]], wanted), one.id
        assert labels == (view["legend"]["labels"] if view["representation"] == "fill" else [])


def test_what_is_not_reported_is_named_and_never_nought(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=gdp_per_km2")
    missing = [one for one in screen.areas() if "未上报" in one["said"]]
    assert len(missing) == 7
    assert {one["fill"] for one in missing} == {"url(#gm-missing)"}
    assert [row["count"] for row in screen.legend() if row["label"] == "未上报"] == ["7 个"]
    gone = [row for row in screen.ranking() if row["value"] == "未上报"]
    assert [row["rank"] for row in gone] == ["–"] * 7
    assert "0" not in {one["value"] for one in screen.labels()}


def test_provisional_values_bear_a_star_that_the_legend_explains(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/?indicator=population_density&year=2020")
    starred = [row["name"] for row in screen.ranking() if row["value"].endswith("*")]
    assert starred == ["东胜区", "乌审旗", "鄂托克前旗"]
    assert [row["count"] for row in screen.legend() if row["label"] == "暂定"] == ["3 个"]


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
    assert "各处记载不一致" in screen.text("#source")
    assert screen.find("#source h3").all_inner_texts() == [
        "东胜区 人才总量 2020：50 人已公布",
        "东胜区 人才总量 2020：70 人已公布",
    ]


def test_the_citys_figure_stands_where_no_banner_reports(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=talent_total")
    assert screen.text("#empty") == "各旗区未上报本指标，只有全市数据"
    assert screen.text("#city").startswith("全市43.8 万人 2020")
    assert "60.0⚑" in screen.text("#city")
    assert {one["value"] for one in screen.labels()} == {"未上报"}
    screen.pick("人口密度")
    assert screen.find("#empty").is_hidden()


def test_counts_are_circles_whose_area_is_in_proportion(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=population&year=2020")
    boxes = [one.bounding_box() for one in screen.find(".leaflet-circles-pane path").all()]
    widths = [box["width"] - 1.2 for box in boxes if box]
    assert len(widths) == 9
    assert widths == sorted(widths, reverse=True)
    # Dongsheng 574,242 and Kangbashi 118,796: the diameters are as the roots of these.
    assert widths[0] / widths[6] == pytest.approx((574_242 / 118_796) ** 0.5, rel=0.04)
    assert [row["label"] for row in screen.legend()][:3] == ["500,000", "100,000", "20,000"]
    radii = [row["radius"] for row in screen.legend()[:3]]
    assert radii[0] ** 2 / radii[1] ** 2 == pytest.approx(5)


def test_a_count_drawn_as_fill_says_that_it_misleads(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=population")
    assert screen.text("#advice") == ""
    screen.choose("#as", "fill")
    assert screen.query()["as"] == "fill"
    assert screen.text("#advice")
    assert screen.find(".leaflet-circles-pane path").count() == 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("query", ["indicator=population_density", "indicator=talent_change&area=150603"])
def test_the_map_has_room_and_nothing_lies_over_it(
    screen: Screen, demo: Site, size: tuple[int, int], lang: str, query: str
) -> None:
    screen.page.set_viewport_size({"width": size[0], "height": size[1]})
    screen.open(demo, f"/?lang={lang}&{query}")
    assert_clear(screen)
    frame = screen.box("#map")
    assert frame[2] - frame[0] >= 0.4 * size[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("query", ["method=equal&classes=9", "layers=base,park,platform", "as=symbol"])
def test_long_legends_and_many_sites_leave_the_map_readable(
    screen: Screen, demo: Site, size: tuple[int, int], query: str
) -> None:
    screen.page.set_viewport_size({"width": size[0], "height": size[1]})
    screen.open(demo, f"/?indicator=talent_per_10k&{query}")
    assert_clear(screen)


@pytest.mark.parametrize("size", SIZES)
def test_the_map_stays_readable_through_switches(
    screen: Screen, demo: Site, size: tuple[int, int]
) -> None:
    screen.page.set_viewport_size({"width": size[0], "height": size[1]})
    screen.open(demo, "/?indicator=talent_bases")
    for name in ("人才总量变化", "地区生产总值", "人均地区生产总值", "常住人口"):
        screen.pick(name)
        assert_clear(screen)


def assert_clear(screen: Screen) -> None:
    """Nothing runs over the side, no label over another or the frame, no legend over the city."""
    page = screen.page
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for panel in (".left", ".middle", ".right", "#profile", "#legend", "#tree", "#layers"):
        wide = page.locator(panel).evaluate("one => one.scrollWidth - one.clientWidth")
        assert wide <= 0, f"{panel} is {wide} pixels too narrow for what it holds"
    assert page.evaluate(_HIDDEN) <= 0.03
    assert_labels(screen, "#map")


def assert_labels(screen: Screen, root: str) -> None:
    """No label lies over another or is cut by the frame."""
    labels = screen.labels(root)
    left, top, right, bottom = screen.box(f"{root} .leaflet-pane.leaflet-map-pane >> xpath=..")
    assert len(labels) >= 8
    for index, one in enumerate(labels):
        x0, y0, x1, y1 = one["box"]
        assert left - 1 <= x0, one
        assert x1 <= right + 1, one
        assert top - 1 <= y0, one
        assert y1 <= bottom + 1, one
        for other in labels[index + 1 :]:
            u0, v0, u1, v1 = other["box"]
            apart = x1 <= u0 + 1 or u1 <= x0 + 1 or y1 <= v0 + 1 or v1 <= y0 + 1
            assert apart, (one, other)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_map_has_its_furniture_and_its_marks(
    screen: Screen, shipped: Site, demo: Site, lang: str
) -> None:
    screen.open(shipped, f"/?lang={lang}&indicator=population_density")
    assert screen.text(".mark") == INTERNAL[lang]
    assert screen.find(".synthetic").count() == 0
    assert screen.find("#map .leaflet-control-scale-line").is_visible()
    assert screen.find(".north").is_visible()
    assert "第七次全国人口普查" in screen.text("#map-sources")
    for path in ("/", "/sources", "/api/"):
        screen.open(demo, f"{path}?lang={lang}")
        assert screen.text(".synthetic") == SYNTHETIC[lang]
    screen.open(demo, f"/?lang={lang}")
    assert screen.text(".mark").split("\u3000") == [SYNTHETIC[lang], INTERNAL[lang]]
