"""The siting page in a browser: ask, see, change on the map, cancel, save, compare; by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geomap.app.http.jobs import Jobs, Limits
from geomap.app.http.scenarios import Scenarios
from tests.support.browser import DESKTOP, LAPTOP, Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def kept(shipped: Site, tmp_path: Path) -> Iterator[Site]:
    """Let the server keep scenarios for one test."""
    desk = shipped.app.extensions["geomap.siting"]
    desk.scenarios = Scenarios(tmp_path)
    yield shipped
    desk.scenarios = None


@pytest.fixture
def full(shipped: Site, tmp_path: Path) -> Iterator[Site]:
    """Let every solve of one test wait."""
    desk = shipped.app.extensions["geomap.siting"]
    before = desk.jobs, desk.uploads
    desk._kept = Jobs(tmp_path, Limits(running=0, waiting=3)), desk.uploads
    yield shipped
    desk._kept = before


def headline(screen: Screen) -> str:
    return screen.text("#headline")


def question(screen: Screen, kind: str) -> None:
    """Choose a question and wait for its answer."""
    before = headline(screen)
    screen.find(f"input[name=kind][value={kind}]").check()
    screen.until(lambda: headline(screen) != before, "the answer never changed")
    screen.settle()


def drag(screen: Screen, selector: str, dx: float, dy: float) -> None:
    left, top, right, bottom = screen.box(selector)
    x, y = (left + right) / 2, (top + bottom) / 2
    screen.page.mouse.move(x, y)
    screen.page.mouse.down()
    screen.page.mouse.move(x + dx / 2, y + dy / 2, steps=4)
    screen.page.mouse.move(x + dx, y + dy, steps=4)
    screen.page.mouse.up()
    screen.settle()


def test_the_default_question_is_answered_with_map_table_and_text(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/siting")
    assert headline(screen).startswith("新建 2 处：")
    assert screen.find("#map .star").count() == 2
    assert screen.find("#map .site .shape-triangle").count() == 7
    assert "已证明为最优" in screen.text("#panel-result .answer")
    fits = "one => one.scrollWidth <= one.clientWidth"
    assert screen.find("#panel-result .answer").evaluate(fits)
    assert "已证明为最优" in screen.text("#trust")
    # One base has no coordinates: said in the headline, the note, on its area and in the table.
    assert headline(screen).endswith("（有 1 处没有坐标，未计入）")
    assert "杭锦经济开发区人才科创基地（杭锦旗）" in screen.text("#coarse")
    assert "有点位，无坐标，未计入" in screen.text("#map .label:has-text('杭锦')")
    assert "有点位，无坐标，未计入" in screen.text("#panel-result tr:has-text('杭锦旗（')")
    assert "椭球面" in screen.text("#trust")
    assert "粗略" in screen.text("#coarse")
    screen.click("#tab-text")
    text = screen.text("#panel-text")
    for part in ("问题", "假定", "数据及其缺口", "方法", "结果", "未覆盖的需求"):
        assert part in text
    assert_tabs_are_changed_with_the_arrows(screen)
    screen.click("#tab-result")
    assert_files_are_for_the_public_unless_the_reader_says_otherwise(screen)
    assert_a_chosen_plan_can_be_tried_on_the_map(screen)


def assert_tabs_are_changed_with_the_arrows(screen: Screen) -> None:
    screen.find("#tab-result").focus()
    screen.press("ArrowRight")
    assert screen.find("#panel-text").is_visible()
    assert screen.find("#panel-result").is_hidden()
    screen.press("ArrowLeft", "ArrowLeft")
    assert screen.find("#panel-scenarios").is_visible()


def assert_files_are_for_the_public_unless_the_reader_says_otherwise(screen: Screen) -> None:
    assert screen.find("#audience").input_value() == "public"
    for audience, mark in (("public", "小数已保护"), ("internal", "内部全数")):
        screen.find("#audience").select_option(audience)
        with screen.page.expect_download() as taken:
            screen.page.get_by_role("button", name="GeoJSON", exact=True).click()
        assert mark in Path(taken.value.path()).read_text(encoding="utf-8")


def assert_a_chosen_plan_can_be_tried_on_the_map(screen: Screen) -> None:
    screen.page.get_by_role("button", name="在地图上试改这个方案").click()
    screen.until(lambda: "→" in headline(screen), "never tried")
    assert screen.find("input[name=kind][value=whatif]").is_checked()
    assert screen.find(".plan [data-key^=drop]").count() == 2


def test_settings_that_were_changed_stand_in_the_address(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/siting")
    screen.choose("#model", "mclp")
    screen.page.fill("#sites", "1")
    screen.page.fill("#radius", "40")
    screen.page.press("#radius", "Enter")
    screen.until(lambda: headline(screen).startswith("新建 1 处："), "never solved")
    assert screen.query() == {"model": "mclp", "sites": "1", "radius": "40"}
    assert "未覆盖" in screen.text("#map .lost i >> nth=0")
    lost = screen.find(".lostlist li").all_inner_texts()
    assert len(lost) == screen.find("#map .lost").count() > 0


def test_a_site_is_put_moved_and_taken_away_on_the_map(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/siting?kind=whatif")
    assert "还没有改动" in screen.text("#said")
    screen.find("#map").click(position={"x": 200, "y": 200})
    screen.until(lambda: "→" in headline(screen), "nothing was put")
    first = headline(screen)
    drag(screen, "#map .site.fresh", 60, 60)
    screen.until(lambda: headline(screen) != first, "nothing was moved")
    assert len(screen.query()["put"]) > 10
    drag(screen, "#map .site:not(.fresh) >> nth=0", 30, -30)
    screen.until(lambda: screen.find("#map .shape-cross").count() == 1, "the base stayed")
    assert "移动" in screen.text(".plan")
    screen.click("[data-key=clear]")
    screen.until(lambda: "还没有改动" in screen.text("#said"), "nothing was undone")
    assert screen.find("#map .star").count() == 0
    assert_the_same_is_done_by_keyboard_in_the_table(screen)


def assert_the_same_is_done_by_keyboard_in_the_table(screen: Screen) -> None:
    screen.find("[data-key=add]").focus()
    screen.press("Enter")
    screen.until(lambda: "→" in headline(screen), "nothing was put")
    before = headline(screen)
    screen.page.fill("[data-key=lon0]", "107.5")
    screen.press("Tab")
    screen.until(lambda: headline(screen) != before, "nothing was moved")
    assert '"lon":107.5' in screen.query()["put"]
    first = screen.find("[data-key^=gone]").first
    first.focus()
    screen.press("Enter")
    screen.until(lambda: "remove" in screen.query(), "nothing was taken away")
    screen.until(lambda: screen.find("#map .site.away").count() == 1, "it still stands")


def test_a_solve_that_waits_is_cancelled(screen: Screen, full: Site) -> None:
    screen.page.goto(full.url + "/siting")
    screen.origins.add(full.url)
    screen.until(lambda: "排队" in screen.text("#progress"), "it never waited")
    screen.click("#cancel")
    screen.until(lambda: "已取消" in screen.text("#fault"), "it was never cancelled")
    assert screen.find("#solve").is_enabled()
    assert screen.find("#cancel").is_hidden()


def test_what_cannot_be_is_told_at_its_field_and_the_old_answer_fades(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/siting")
    for sites, said in (
        ("2.5", "应为整数"), ("", "没有填"), ("0", "应在 1 与 1000 之间"), ("5000", "1 与 1000"),
    ):  # fmt: skip
        assert_a_number_that_cannot_be_is_told_at_its_field(screen, sites, said)
    screen.page.fill("#spacing", "1")
    screen.click("#solve")
    screen.until(lambda: "间距至少" in screen.text("#fault"), "nothing was said by the server")
    assert headline(screen).startswith("新建 1 处")
    assert "上一次的结果" in screen.text("#stale")


def assert_a_number_that_cannot_be_is_told_at_its_field(
    screen: Screen, sites: str, said: str
) -> None:
    screen.page.fill("#sites", sites)
    screen.click("#solve")
    screen.until(lambda: said in screen.text("#fault"), "nothing was said")
    field = screen.find("#sites")
    assert field.get_attribute("aria-invalid") == "true"
    described = (field.get_attribute("aria-describedby") or "").split()
    assert described[-1] == "fault-sites"
    assert said in screen.text("#fault-sites")
    assert "上一次的结果" in screen.text("#stale")
    assert screen.find("#panel-result .take button").first.is_disabled()
    screen.page.fill("#sites", "1")
    screen.click("#solve")
    screen.until(screen.find("#stale").is_hidden, "never solved")
    assert headline(screen).startswith("新建 1 处")
    assert screen.find("#sites").get_attribute("aria-invalid") is None


def test_a_link_that_asks_for_no_new_site_is_not_told_that_what_exists_is_enough(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/siting?sites=0")
    assert "新建个数应在 1 与" in screen.text("#fault")
    assert "已经够了" not in screen.text("main")


def assert_every_finding_of_an_uploaded_table_is_shown(screen: Screen, table: Path) -> None:
    table.write_text(
        "id,name,lon,lat,weight\na,<b>甲</b>,109.5,39.5,-3\nb,乙,39.5,109.5,2\n", "utf-8"
    )
    screen.page.set_input_files("#file-demand", table)
    told = "[data-role=demand] .told"
    screen.until(lambda: "2 处问题" in screen.text(told), "nothing was said")
    said = screen.text(told)
    assert "坏表.csv · 第 2 行 · weight 列" in said
    assert "颠倒" in said


def test_a_table_of_ones_own_replaces_the_coarse_default(
    screen: Screen, shipped: Site, tmp_path: Path
) -> None:
    table = tmp_path / "企业.csv"
    table.write_text("id,name,lon,lat,weight\na,<i>甲厂</i>,109.8,39.6,3\nb,乙厂,108.0,39.1,2\n")
    screen.open(shipped, "/siting?kind=cover")
    screen.choose("#demand", "table")
    assert_every_finding_of_an_uploaded_table_is_shown(screen, tmp_path / "坏表.csv")
    screen.page.set_input_files("#file-demand", table)
    screen.until(lambda: "2 行" in screen.text("[data-role=demand] .told"), "never checked")
    screen.click("#solve")
    screen.until(lambda: "粗略" not in screen.text("#coarse"), "never solved")
    assert screen.query()["files"].startswith("demand:")
    screen.click("#panel-result button:has-text('复制链接')")
    screen.until(lambda: "上传的表不在链接里" in screen.text("#link-said"), "nothing was said")
    sites = tmp_path / "点位.csv"
    sites.write_text("id,name,lon,lat,capacity\na,甲站,109.8,39.6,6\n")
    screen.choose("#existing", "table")
    screen.page.set_input_files("#file-existing", sites)
    screen.until(lambda: "1 行" in screen.text("[data-role=existing] .told"), "never checked")
    screen.find("form summary").click()
    screen.page.fill("#catchment", "50, 200")
    screen.page.fill("#decay", "0.5, 1")
    screen.page.press("#decay", "Enter")
    screen.until(lambda: "不递增" in screen.text("#fault-decay"), "nothing was said at the field")
    screen.page.fill("#decay", "1, 0.5")
    screen.page.press("#decay", "Enter")
    # 6 places for 3 at weight 1 and, 164 km away, 2 at weight 0.5: 1.5 for the one, 0.75.
    screen.until(lambda: "E2SFCA" in screen.text("#panel-result"), "access is not told")
    assert "1.500" in screen.text("#panel-result")
    assert (screen.query()["catchment"], screen.query()["decay"]) == ("50,200", "1,0.5")
    screen.open(shipped, screen.page.url.removeprefix(shipped.url))
    assert screen.find("#catchment").input_value() == "50, 200"
    assert "E2SFCA" in screen.text("#panel-result")
    screen.faults = [one for one in screen.faults if "400 (BAD REQUEST)" not in one]


@pytest.mark.parametrize("where", ["server", "browser"])
def test_scenarios_are_saved_compared_and_solved_again(
    screen: Screen, shipped: Site, request: pytest.FixtureRequest, where: str
) -> None:
    if where == "server":
        request.getfixturevalue("kept")
    screen.open(shipped, "/siting")
    save(screen, "两处")
    screen.page.fill("#sites", "3")
    screen.click("#solve")
    screen.until(lambda: headline(screen).startswith("新建 3 处"), "never solved")
    save(screen, "三处")
    for box in screen.find("#scenario-list input[type=checkbox]").all():
        box.check()
    screen.page.get_by_role("button", name="对比所选").click()
    screen.until(lambda: screen.find("#compare thead th").count() == 2, "never compared")
    assert screen.find("#compare thead th").all_inner_texts() == ["三处", "两处"]
    assert "平均距离" in screen.text("#compare .contents")
    screen.press("Escape")
    screen.page.get_by_role("button", name="重算：两处").click()
    screen.until(lambda: headline(screen).startswith("新建 2 处"), "never solved again")
    screen.until(screen.find("#panel-result").is_visible, "the result is not shown")
    screen.until(lambda: "完全一样" in screen.text("#panel-result"), "nothing was told")


def save(screen: Screen, name: str) -> None:
    screen.click("#tab-scenarios")
    screen.page.fill("#scenario-name", name)
    screen.page.press("#scenario-name", "Enter")
    screen.until(lambda: f"已保存“{name}”" in screen.text("#scenario-said"), "never saved")
    listed = screen.find("#scenario-list b").filter(has_text=name)
    screen.until(lambda: listed.count() == 1, "never listed")


def test_a_what_if_stands_beside_what_is_and_is_taken_away(screen: Screen, shipped: Site) -> None:
    put = '[{"lon":109.99,"lat":39.82,"name":"新"}]'
    screen.open(shipped, f"/siting?kind=whatif&put={put}")
    rows = screen.find("#panel-result table >> nth=0").locator("tbody tr").all_inner_texts()
    assert any("30 公里以内" in row and "+" in row for row in rows)
    areas = screen.find("#panel-result section:has(h2:text('分旗区')) tbody tr")
    assert areas.count() == 9
    for kind, ending in (("Word", ".docx"), ("Excel", ".xlsx"), ("GeoJSON", ".geojson")):
        with screen.page.expect_download() as taken:
            screen.page.get_by_role("button", name=kind, exact=True).click()
        assert taken.value.suggested_filename.endswith(ending)


def assert_reads_well(screen: Screen, lang: str) -> None:
    """Nothing is cut, and axe finds nothing."""
    assert screen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert violations(screen, lang) == ""


def test_each_question_has_an_answer_and_an_address_and_reads_well(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/siting")
    for kind in ("cover", "rank", "whatif", "allocate"):
        question(screen, kind)
        assert screen.query().get("kind", "allocate") == kind
        first = headline(screen)
        screen.open(shipped, screen.page.url.removeprefix(shipped.url))
        assert headline(screen) == first
        assert screen.find("#fault").is_hidden()
        assert_reads_well(screen, "zh")


def test_the_page_in_english_says_the_same(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/siting?lang=en")
    for kind in ("cover", "rank", "whatif", "allocate"):
        question(screen, kind)
        assert_reads_well(screen, "en")
    assert headline(screen).startswith("2 new: ")
    assert "proven optimal" in screen.text("#panel-result .answer")
    screen.page.set_viewport_size({"width": 1024, "height": 768})
    wide = "all => all.filter((one) => one.scrollWidth > one.parentElement.clientWidth).length"
    assert screen.page.eval_on_selector_all("#panel-result table", wide) == 0
    screen.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    screen.click(".language")
    screen.until(lambda: headline(screen).startswith("新建 2 处"), "never in Chinese")


def test_nothing_of_the_map_is_hidden_at_either_size(screen: Screen, shipped: Site) -> None:
    screen.open(shipped, "/siting")
    for size in (LAPTOP, DESKTOP):
        screen.resize(size)
        legend = screen.box("#legend")
        for marker in screen.find("#map .site").all():
            box = marker.bounding_box()
            assert box is not None
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            inside = legend[0] < x < legend[2] and legend[1] < y < legend[3]
            assert not inside


def assert_a_choice_within_a_criterion_keeps_the_focus(screen: Screen) -> None:
    screen.find("[data-criterion='0-influence']").focus()
    screen.find("[data-criterion='0-influence']").select_option("ideal")
    focused = screen.page.evaluate("document.activeElement.dataset.criterion")
    assert focused == "0-influence"
    assert screen.find("[data-criterion='0-ideal']").is_visible()


def test_criteria_are_compared_in_pairs_cut_off_and_kept_in_the_link(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/siting?kind=rank")
    assert_a_choice_within_a_criterion_keeps_the_focus(screen)
    screen.find("[data-criterion='0-influence']").select_option("more")
    screen.find("#compared").check()
    pairs = screen.find("#comparisons select")
    assert pairs.count() == 3
    pairs.nth(0).select_option(label="稍重要（3）")
    screen.find("#criteria input[data-criterion='1-least']").fill("20")
    screen.click("#solve")
    screen.until(lambda: "一致性比率" in screen.text("#panel-result"), "the ratio is not told")
    address = screen.page.url
    assert "comparisons=" in address
    screen.open(shipped, address.partition(shipped.url)[2])
    assert screen.find("#comparisons select").nth(0).input_value() == "3"
    assert screen.find("#criteria input[data-criterion='1-least']").input_value() == "20"


def test_an_address_that_holds_no_list_is_read_as_if_it_were_not_there(
    screen: Screen, shipped: Site
) -> None:
    screen.open(shipped, "/siting?kind=whatif&put=5&criteria=%7B%7D")
    assert headline(screen) == "试改"
