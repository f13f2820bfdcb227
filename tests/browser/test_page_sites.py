"""Sites on the page: how many each area has and where there is none, the list, its filters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser import Screen, Site
from tests.support.toy import SITES_HEAD, TOY, write_toy

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("lang", "none", "silent"),
    [("zh", "没有的是东胜区", "不能说没有"), ("en", "there is none in Dongsheng", "does not mean")],
)
def test_where_there_is_none_is_answered_as_far_as_it_is_known(
    screen: Screen, shipped: Site, lang: str, none: str, silent: str
) -> None:
    screen.open(shipped, f"/?lang={lang}&list=sites")
    screen.click("#site-lists summary")
    assert none in screen.text('#site-lists [data-kind="base"]')
    assert silent in screen.text('#site-lists [data-kind="platform"]')
    assert "2022" in screen.text('#site-lists [data-kind="base"]')
    signs = screen.find("#site-lists td [aria-hidden]").all_inner_texts()
    assert signs.count("0") == 1  # 东胜区 has no base; of nothing else is that known
    assert "–" in signs
    assert "≥3" in signs


MARKERS = "#map .leaflet-marker-icon.site"
ALL = "layers=base,park,city,center,institute,platform,offshore"


def count(screen: Screen) -> str:
    return screen.text("#site-count").split(" ")[1]


def test_filters_narrow_map_legend_and_list_and_the_link_keeps_them(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo, f"/?list=sites&{ALL}")
    assert count(screen) == "227/227"
    screen.find("#site-filters select").nth(0).select_option("150622")  # 旗区
    screen.find("#site-filters select").nth(1).select_option("国家级")
    few = screen.find("#site-rows li[data-site]").count()
    assert 0 < few < 40
    assert count(screen) == f"{few}/227"
    query = screen.query()
    assert (query["within"], query["level"], query["list"]) == ("150622", "国家级", "sites")
    frame = demo.atlas.sites
    mine = frame[(frame.area == "150622") & (frame.level == "国家级")]
    assert few == len(mine)
    drawn = screen.find('#legend [data-part="unplaced"]').inner_text()
    assert f"{mine.lon.isna().sum()} 处" in drawn
    screen.open(demo, "/?" + "&".join(f"{key}={value}" for key, value in query.items()))
    assert count(screen) == f"{few}/227"
    assert screen.find("#site-note").is_visible()
    screen.click("#site-clear")
    assert count(screen) == "227/227"
    assert "level" not in screen.query()


def test_by_verdict_and_industry_and_nothing_left_is_told(screen: Screen, demo: Site) -> None:
    screen.open(demo, f"/?list=sites&{ALL}&verdict=done")
    signs = screen.find("#site-rows summary").count()
    assert signs > 1
    for group in screen.find("#site-rows details:not([open]) summary").all():
        group.click()
    marks = screen.find("#site-rows li .sign-of").all_inner_texts()
    assert set(marks) == {"✓"}
    screen.open(demo, "/?list=sites&layers=center&level=国家级&within=150602&industry=生物医药")
    expect(screen.find("#site-rows .empty")).to_contain_text("没有符合的点位")
    screen.open(demo, "/?list=sites&layers=")
    expect(screen.find("#site-rows .empty")).to_contain_text("没有选择类别")


def test_a_filter_that_no_release_has_is_refused(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/?list=sites&level=宇宙级", status=404)
    screen.open(shipped, "/?list=sites&verdict=perhaps", status=404)
    screen.open(shipped, "/?list=everything", status=404)


def test_list_and_map_point_at_each_other(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, f"/?list=sites&{ALL}")
    row = screen.find('[data-site="base_otog"]')
    row.locator("button").hover()
    expect(screen.find(f"{MARKERS}.lit")).to_have_count(1)
    row.locator("button").click()
    screen.find(".leaflet-tooltip").filter(has_text="鄂托克经济开发区人才科创基地").wait_for()
    expect(row).to_have_attribute("aria-current", "true")
    assert screen.query()["area"] == "150624"
    marker = screen.find(f'{MARKERS}[aria-label*="上海庙经济开发区人才科创基地"]')
    marker.hover()
    expect(screen.find("#site-rows [data-lit]")).not_to_have_count(0)
    marker.click()
    screen.find(".fanned").first.click()
    expect(screen.find("#site-rows [aria-current]")).to_contain_text("上海庙")


def test_an_area_bears_the_number_of_its_sites_without_coordinates(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped)
    mark = screen.find('[data-unplaced="150625"]')  # 杭锦旗 has a base somewhere
    assert mark.inner_text() == "1"
    assert "1 处点位没有坐标" in (mark.get_attribute("aria-label") or "")
    assert screen.find("#map button[data-unplaced]").count() == 2  # 零碳产业园 in 伊金霍洛旗 too
    mark.focus()
    screen.press("Enter")
    expect(screen.find('[data-site="base_hanggin"] button')).to_be_focused()
    assert screen.query()["list"] == "sites"
    assert screen.find("#table").is_hidden()
    screen.click("#site-list-close")
    assert screen.find("#table").is_visible()
    expect(screen.find("#sites-open")).to_be_focused()


def test_the_list_works_by_keyboard(screen: Screen, demo: Site) -> None:
    screen.open(demo, "/?layers=platform")
    screen.find("#sites-open").press("Enter")
    expect(screen.find("#site-list")).to_be_focused()
    group = screen.find("#site-rows summary").first
    group.press("Enter")
    first = screen.find("#site-rows li button").first
    expect(first).to_be_visible()
    screen.press("Tab")
    expect(first).to_be_focused()
    screen.press("Enter")
    expect(screen.find("#site-rows [aria-current]")).to_have_count(1)
    expect(first).to_be_focused()


def test_on_a_phone_the_list_opens_over_the_map(
    screens: Callable[..., Screen], shipped: Site
) -> None:
    screen = screens((390, 844))
    screen.open(shipped, "/")
    screen.click(".fold-left")
    screen.click("#sites-open")
    assert screen.find("#site-list").is_visible()
    left, _, right, _ = screen.box("#site-list")
    assert 0 <= left < right <= 390


def test_where_many_crowd_they_are_one_circle_that_opens_enlarged(
    screen: Screen, demo: Site
) -> None:
    screen.open(demo, "/?layers=platform")
    crowds = screen.find("#map .crowd.leaflet-marker-icon")
    alone = screen.find(f"{MARKERS}:not(.crowd)")
    placed = int((demo.atlas.sites[demo.atlas.sites.kind == "platform"].lon.notna()).sum())
    numbers = [int(one) for one in crowds.locator("b").all_inner_texts()]
    assert sum(numbers) + alone.count() == placed
    assert "相近的几处" in screen.text("#legend")
    most = crowds.filter(has_text=str(max(numbers))).first
    assert "放大" in (most.get_attribute("aria-label") or "")
    most.focus()
    screen.press("Enter")
    screen.until(lambda: "at" in screen.query(), "the map is enlarged")
    shown = [int(one) for one in crowds.locator("b").all_inner_texts()]
    assert max(shown, default=0) < max(numbers)
    screen.click("#fit")
    screen.until(lambda: crowds.count() == len(numbers), "all is seen again")


def test_a_site_in_a_crowd_is_found_from_the_list(screen: Screen, demo: Site) -> None:
    screen.open(demo, "/?layers=platform&list=sites&within=150602")
    row = screen.find("#site-rows li[data-site]").filter(has_not_text="无坐标").first
    name = row.locator(".plain > span:not(.hush)").inner_text()
    row.locator("button").click()
    screen.find(".leaflet-tooltip").filter(has_text=name).wait_for()
    expect(screen.find(f'{MARKERS}:not(.crowd)[aria-label*="{name}"]')).to_have_count(1)


@pytest.mark.slow
def test_two_thousand_on_one_spot_are_listed(
    screen: Screen, serving: Callable[[Path], Site], tmp_path: Path
) -> None:
    rows = "".join(
        f"s{at},站{at},Station {at},base,市级,150602,109.5,39.5,exact,,实测,,plan,第一节,\n"
        for at in range(2000)
    )
    few = "".join(
        f"t{at},点{at},Place {at},base,市级,150603,{110 + at / 100:.2f},39.{20 + at},exact,,x,,"
        "plan,第一节,\n"
        for at in range(70)
    )
    figures = TOY["sites/figures.csv"].partition("\n")[0] + "\n"
    files = {"sites/base.csv": SITES_HEAD + rows + few, "sites/figures.csv": figures}
    screen.open(serving(write_toy(tmp_path / "spot", files)), "/?layers=base")
    spot = screen.find(f"{MARKERS}").filter(has_text="2000")
    assert spot.count() == 1
    spot.click()
    screen.until(lambda: "2000" in screen.text("#site-count"), "the spot is listed")
    assert screen.find("#site-rows summary").count() == 1
    screen.find("#site-rows summary").click()
    assert screen.find("#site-rows li[data-site]").count() == 100
    screen.click("#site-clear")
    assert count(screen) == "2071/2071"
