"""Table, profile, sources, layers and the second map: each linked with the map, each sourced."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import LAPTOP, TABLET, Screen, Site
from tests.support.page import assert_labels

pytestmark = pytest.mark.browser
DENSITY = "indicator=population_density&year=2020"
# Opens the source of every number of the profile in turn and notes what is said there.
_TOUR = """async () => {
    const said = [], dialog = document.querySelector('#source');
    const contents = dialog.querySelector('.contents');
    for (const button of document.querySelectorAll('#profile .number')) {
        button.click();
        for (let i = 0; i < 400 && !contents.querySelector('.figure'); i += 1)
            await new Promise(done => setTimeout(done, 5));
        contents.querySelectorAll('details').forEach(one => { one.open = true; });
        const figures = [...contents.querySelectorAll('.figure')].map(one => one.innerText);
        said.push({open: dialog.open, number: button.textContent, figures});
        dialog.close();
        contents.replaceChildren();
    }
    return said;
}"""


def order(screen: Screen) -> list[str]:
    return [row["name"] for row in screen.ranking()]


def test_the_table_sorts_by_value_and_by_name_both_ways(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?indicator=gdp_per_km2")
    for _ in ("down", "up"):  # what is missing stands last whichever way
        gone = [row["value"] == "无公开数" for row in screen.ranking()]
        assert gone == [False] * 2 + [True] * 7
        screen.click('th[data-by="value"] button')
    screen.show(shipped, DENSITY)
    name, value = screen.find('th[data-by="name"]'), screen.find('th[data-by="value"]')
    down = order(screen)
    assert down[:2] == ["康巴什区", "东胜区"]
    assert value.get_attribute("aria-sort") == "descending"
    value.get_by_role("button").click()
    assert value.get_attribute("aria-sort") == "ascending"
    assert order(screen) == down[::-1]
    name.get_by_role("button").click()
    assert (name.get_attribute("aria-sort"), value.get_attribute("aria-sort")) == (
        "ascending",
        "none",
    )
    by_pinyin = ["达拉特旗", "东胜区", "鄂托克旗", "鄂托克前旗", "杭锦旗", "康巴什区", "乌审旗",
                 "伊金霍洛旗", "准格尔旗"]  # fmt: skip
    assert order(screen) == by_pinyin
    name.get_by_role("button").click()
    assert order(screen) == by_pinyin[::-1]


def test_pointing_at_a_row_shows_the_area_and_the_other_way_round(
    steady: Screen, shipped: Site
) -> None:
    screen = steady.show(shipped, DENSITY)
    dashed = screen.find('.leaflet-outline-pane path[stroke-dasharray="4 3"]')
    assert dashed.get_attribute("d") == "M0 0"
    screen.find("#ranking tr").first.hover()
    area, line = screen.area("康巴什区").bounding_box(), dashed.bounding_box()
    assert area
    assert line
    assert abs(area["x"] - line["x"]) < 3
    assert abs(area["width"] - line["width"]) < 5
    screen.area("杭锦旗").hover()
    assert [row["name"] for row in screen.ranking() if row["hovered"]] == ["杭锦旗"]


def test_choosing_in_the_table_or_on_the_map_is_the_same(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, DENSITY)
    screen.find("#ranking .plain").filter(has_text="杭锦旗").click()
    by_table = (screen.query()["area"], screen.text("#profile h2"), screen.areas())
    screen.area("杭锦旗").click()
    assert "area" not in screen.query()
    assert screen.text("#profile h2") == "鄂尔多斯市"
    screen.area("杭锦旗").click()
    assert (screen.query()["area"], screen.text("#profile h2"), screen.areas()) == by_table
    assert by_table[0] == "150625"
    assert [row["name"] for row in screen.ranking() if row["selected"]] == ["杭锦旗"]
    outline = screen.find('.leaflet-outline-pane path[stroke-width="3"]').bounding_box()
    area = screen.area("杭锦旗").bounding_box()
    assert outline
    assert area
    assert abs(outline["width"] - area["width"]) < 6
    screen.click("#profile .close")
    assert "area" not in screen.query()


def test_the_profile_of_kangbashi_is_as_worked_out_by_hand(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{DENSITY}&area=150603")
    assert screen.text("#profile h2") == "康巴什区"
    row = screen.find("#profile tr").filter(has_text="人口密度")
    # 118,796 people on 372.95 km²; the city has 2,153,638 on 86,853 km².
    assert row.locator("td").all_inner_texts() == ["318.5", "1/9", "全市 24.8"]
    people = screen.find("#profile tr").filter(has=screen.page.get_by_text("常住人口", exact=True))
    assert people.locator("td").all_inner_texts() == ["118,796", "7/9", "占 5.5%"]
    assert "人才科创基地" in screen.text("#profile .sites >> nth=0")


def test_a_number_opens_its_working_its_documents_and_places(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{DENSITY}&area=150603")
    button = screen.find("#profile tr").filter(has_text="人口密度").locator(".number").first
    button.click()
    expect(screen.find("#source .figure")).to_have_count(2)
    said = screen.text("#source")
    for words in (
        "康巴什区 · 人口密度 · 2020",
        "318.5 人/平方公里",
        "计算得出",
        "常住人口（人） ÷ 土地面积（平方公里）",
        "118,796 人",
        "372.9 平方公里",
        "第七次全国人口普查",
        "表2-1 各旗区常住人口",
        "已公布",
    ):
        assert words in said
    screen.press("Escape")
    assert screen.find("#source").is_hidden()
    assert button.evaluate("one => one === document.activeElement")


def test_a_figure_is_quoted_as_the_document_words_it(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=talent_total")
    figures = shipped.atlas.figures
    chosen = figures[(figures.indicator == "talent_total") & (figures.kind == "target")]
    screen.find("#city .number").filter(has_text="60⚑").click()
    expect(screen.find("#source .figure").first).to_be_visible()
    said = screen.text("#source")
    for row in chosen[chosen.year == 2025].itertuples():
        source = shipped.atlas.sources[str(row.source)]
        for words in (source.title, source.number, source.issuer, row.locator, row.quote):
            assert str(words) in said
    assert "各处记载不一致" in said
    screen.click("#source .close")
    assert screen.find("#source").is_hidden()


@pytest.mark.parametrize("area", ["", "&area=150627"])
def test_every_number_of_a_profile_opens_a_document(
    steady: Screen, shipped: Site, area: str
) -> None:
    screen = steady.show(shipped, f"{DENSITY}{area}")
    screen.find("#profile details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    said = screen.page.evaluate(_TOUR)
    assert len(said) >= 12
    for one in said:
        assert one["open"], one["number"]
        assert one["figures"], one["number"]
        assert all("文件" in figure for figure in one["figures"]), one["number"]


def test_layers_go_and_come_and_the_legend_with_them(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, DENSITY)
    assert screen.find(".leaflet-marker-icon.site").count() == 7
    screen.find('#layers input[value="base"]').uncheck()
    assert screen.find(".leaflet-marker-icon.site").count() == 0
    assert screen.find("#legend .shapes").count() == 0
    screen.find('#layers input[value="park"]').check()
    assert screen.find(".leaflet-marker-icon.site").count() == 9
    assert screen.find("#legend .shapes li").all_text_contents() == ["开发区（园区）9 处"]
    assert "park" in screen.query()["layers"]


def test_sites_without_coordinates_are_listed_and_not_drawn(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, DENSITY)
    homeless = shipped.atlas.sites[shipped.atlas.sites.lon.isna()]
    screen.click("#sites-open")
    screen.click("#site-clear")
    assert screen.text("#site-count") == f"列出 54/54 处，其中 {len(homeless)} 处没有坐标"
    rows = screen.find("#site-rows li").filter(has_text="无坐标")
    names = rows.locator(".plain > span:not(.hush)").all_inner_texts()
    assert sorted(names) == sorted(homeless.name_zh)
    screen.click("#site-list-close")


def test_centres_outside_the_city_are_listed_on_the_map(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, DENSITY)
    assert screen.find("#outside").is_hidden()
    screen.find('#layers input[value="offshore"]').check()
    names = screen.find("#outside li").all_inner_texts()
    assert [name[:2] for name in names] == ["北京", "上海", "深圳", "苏州"]
    screen.find("#outside button").first.click()
    assert screen.text("#profile h2") == "鄂尔多斯市"
    assert "北京" in screen.text("#profile .found")


def test_sites_on_one_spot_share_a_sign_that_opens_as_a_fan(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, f"{DENSITY}&layers=base,park")
    # Seven bases and nine parks, five of each on one spot with the other.
    markers = screen.find(".leaflet-marker-icon.site")
    assert markers.count() == 11
    said = markers.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    names = shipped.atlas.sites[shipped.atlas.sites.lon.notna()]
    names = names[names.kind.isin(["base", "park"])].name_zh
    assert all(sum(name in one for one in said) >= 1 for name in names)
    assert screen.find("#legend .shapes li").all_text_contents() == [
        "人才科创基地7 处",
        "开发区（园区）9 处",
        "几处同在一点，合为一个符号，点开可选5 点",
    ]
    sign = screen.find('.leaflet-marker-icon[aria-label*="上海庙"][aria-expanded]')
    assert sign.locator("path:not(.halo)").count() == 2
    sign.focus()
    screen.press("Enter")
    assert sign.get_attribute("aria-expanded") == "true"
    fan = screen.find(".leaflet-marker-icon.fanned")
    assert fan.count() == 2
    screen.press("Escape")
    assert fan.count() == 0
    assert sign.evaluate("one => one === document.activeElement")
    sign.click()
    fan.nth(1).click()
    assert "上海庙经济开发区" in screen.find("#profile .found").inner_text()
    assert screen.query()["area"] == "150623"


@pytest.mark.parametrize("how", ["click", "keyboard"])
def test_a_site_on_the_map_opens_the_profile_at_it(steady: Screen, shipped: Site, how: str) -> None:
    screen = steady.show(shipped, f"{DENSITY}&layers=base")
    marker = screen.find(".leaflet-marker-icon.site").first
    name = str(marker.get_attribute("aria-label")).split("：")[1].partition("，")[0]
    if how == "click":
        marker.click()
    else:
        marker.focus()
        screen.press("Enter")
    site = shipped.atlas.sites[shipped.atlas.sites.name_zh == name].iloc[0]
    assert screen.query()["area"] == site.area
    found = screen.find("#profile .found")
    assert name in found.inner_text()
    top, bottom = screen.box("#profile")[1], screen.box("#profile")[3]
    assert top <= screen.box("#profile .found")[1] < bottom


def test_each_kind_of_site_has_a_shape_of_its_own(steady: Screen, demo: Site) -> None:
    kinds = ",".join(demo.atlas.site_kinds)
    screen = steady.show(demo, f"indicator=population_density&layers={kinds}")
    shapes = screen.find("#layers path").evaluate_all(
        "all => all.map(one => one.getAttribute('d'))"
    )
    assert len(shapes) == len(set(shapes)) == len(demo.atlas.site_kinds)
    placed = demo.atlas.sites[demo.atlas.sites.lon.notna()]
    outside = [kind.id for kind in demo.atlas.site_kinds.values() if kind.outside]
    drawn = placed[~placed.kind.isin(outside)]
    spots = drawn.groupby([drawn.lon.round(4), drawn.lat.round(4)]).ngroups
    alone = screen.find(".leaflet-marker-icon.site:not(.crowd)").count()
    crowds = screen.find(".leaflet-marker-icon.crowd b").all_inner_texts()
    assert alone + sum(map(int, crowds)) == spots == len(drawn)
    named = [
        f"{demo.atlas.site_kinds[kind].name.zh}{count} 处"
        for kind in demo.atlas.site_kinds
        if (count := int((drawn.kind == kind).sum()))
    ]
    named.append("n相近的几处，点开放大")
    assert screen.find("#legend .shapes li").all_text_contents() == named


def test_the_second_map_takes_another_indicator_and_year_and_closes(
    steady: Screen, demo: Site
) -> None:
    screen = steady.show(demo, "indicator=talent_per_10k&compare=talent_per_10k:2019")
    screen.until(lambda: screen.labels("#second"), "there is no second map")
    screen.choose("#compare-year", "2016")
    assert screen.query()["compare"] == "talent_per_10k:2016"
    screen.choose("#compare-indicator", "gdp_per_head")
    assert screen.query()["compare"].startswith("gdp_per_head")
    legend = demo.api("view?indicator=gdp_per_head&shared=true")["legend"]
    shown = [row["label"] for row in screen.legend("#legend-second")]
    assert shown[: len(legend["labels"])] == legend["labels"]
    assert "人均地区生产总值" in screen.areas("#second")[0]["said"]
    screen.area("乌审旗", "#second").click()
    assert screen.query()["area"] == "150626"
    screen.click("#compare-close")
    assert screen.find("#second").is_hidden()
    assert "compare" not in screen.query()


def test_two_maps_share_one_view_in_every_window(screen: Screen, demo: Site) -> None:
    screen.open(demo, "/?indicator=talent_per_10k&year=2025")
    screen.click("#compare")
    screen.until(lambda: screen.labels("#second"), "there is no second map")
    assert screen.query()["compare"] == "talent_per_10k:2024"
    for size in (LAPTOP, TABLET, (768, 1024), (390, 844)):
        screen.resize(size)
        screen.settle()
        assert_labels(screen, "#map")
        assert_labels(screen, "#second")
        assert_below_pickers(screen)
        assert_moved_together(screen)
        if screen.find("#fit").is_visible():  # a phone has no room for it
            screen.click("#fit")


def assert_below_pickers(screen: Screen) -> None:
    """No area lies under what chooses the second map."""
    tops = screen.find("#second .leaflet-overlay-pane path[role=button]").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().top)"
    )
    assert min(tops) >= screen.box("#second .pickers")[3]


def assert_moved_together(screen: Screen) -> None:
    def offset() -> list[float]:
        boxes = [screen.area("杭锦旗", root).bounding_box() for root in ("#map", "#second")]
        frames = [screen.box("#map_geomap"), screen.box("#map-second")]
        return [
            value
            for box, frame in zip(boxes, frames, strict=True)
            if box
            for value in (
                box["x"] - (frame[0] + frame[2]) / 2,
                box["y"] - (frame[1] + frame[3]) / 2,
            )
        ]

    before = offset()
    left, top, right, bottom = screen.box("#map_geomap")
    screen.page.mouse.move((left + right) / 2, (top + bottom) / 2)
    screen.page.mouse.down()
    screen.page.mouse.move((left + right) / 2 - 40, (top + bottom) / 2 + 30, steps=4)
    screen.page.mouse.up()
    screen.page.wait_for_timeout(300)
    after = offset()
    assert after[0] < before[0] - 20
    assert after[:2] == pytest.approx(after[2:], abs=2)
