"""The dialog that shares what is shown, and the views that are saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import expect

from geomap.webmap.page import write_map
from tests.support.browser import Screen, Site
from tests.support.page import open_file, violations

pytestmark = pytest.mark.browser
SEEN = "indicator=population_density&year=2020&palette=Greens&at=109.5,39.4,8"
INSECURE = "Object.defineProperty(window, 'isSecureContext', {value: false});"
_HELD = """async () => {
    const [one] = await navigator.clipboard.read();
    const texts = one.types.map(async type => [type, await (await one.getType(type)).text()]);
    return Object.fromEntries(await Promise.all(texts));
}"""
VIEWS = "geomap.views"
Maker = Callable[..., Screen]


def opened(screens: Maker, site: Site, *, secure: bool = True, query: str = SEEN) -> Screen:
    screen = screens(permissions=["clipboard-read", "clipboard-write"], accept_downloads=True)
    if not secure:
        screen.page.add_init_script(INSECURE)
    screen.open(site, f"/?{query}")
    assert not any("share." in one for one in screen.requests)  # fetched on first use
    return share(screen)


def share(screen: Screen) -> Screen:
    screen.click("#share-open")
    expect(screen.find("#share")).to_be_visible()
    return screen


def said(screen: Screen, words: str) -> None:
    expect(screen.find("#share-said")).to_contain_text(words)


def held(screen: Screen) -> dict[str, str]:
    found: dict[str, str] = screen.page.evaluate(_HELD)
    return found


@pytest.mark.parametrize("secure", [True, False])
def test_link_and_frame_are_copied_over_https_and_in_a_network_without(
    screens: Maker, shipped: Site, secure: bool
) -> None:
    screen = opened(screens, shipped, secure=secure)
    link = screen.find("#share-link").input_value()
    assert link == f"{shipped.url}/?{SEEN}"
    screen.find("#share section").nth(0).get_by_role("button").click()
    said(screen, "链接已复制")
    assert held(screen)["text/plain"] == link
    screen.choose("#share-way", "bare")
    screen.choose("#share-size", "3")
    screen.find("#share section").nth(1).get_by_role("button").click()
    said(screen, "嵌入代码已复制")
    code = held(screen)["text/plain"]
    frame = screen.page.evaluate(
        "code => { const one = new DOMParser().parseFromString(code, 'text/html')"
        ".querySelector('iframe'); return [one.src, one.title, one.width, one.height]; }",
        code,
    )
    assert frame == [f"{link}&embed=bare", "鄂尔多斯市人口密度", "100%", "600"]
    assert "只有本站自己的网页能嵌入" in screen.text("#share")
    assert "只有本机能打开" in screen.text("#share")


@pytest.mark.parametrize("secure", [True, False])
def test_the_table_in_sight_is_copied_for_word_and_for_excel(
    screens: Maker, shipped: Site, secure: bool
) -> None:
    screen = opened(screens, shipped, secure=secure)
    screen.click("#share-table")
    said(screen, "表格已复制，9 行")
    copied = held(screen)
    title, head, first, *rest = copied["text/plain"].replace("\r", "").split("\n")
    assert title.startswith("鄂尔多斯市人口密度 2020 年")
    assert head.split("\t")[:3] == ["位次", "旗区", "数值"]
    assert first.split("\t")[:2] == ["1", screen.ranking()[0]["name"]]
    assert float(first.split("\t")[2]) == float(screen.ranking()[0]["value"])
    assert any("内部工作用图" in one for one in rest)
    assert any("资料来源" in one for one in rest)
    assert copied["text/html"].count("<tr>") == 10
    assert "内部工作用图" in copied["text/html"]


def test_of_the_years_and_of_areas_side_by_side_their_tables_are_copied(
    screens: Maker, shipped: Site
) -> None:
    screen = opened(screens, shipped, query="indicator=population&view=table")
    screen.click("#share-table")
    said(screen, "表格已复制")
    assert "2020" in held(screen)["text/plain"].split("\n")[1]
    screen.press("Escape")
    screen.show(shipped, "indicator=population&view=areas&areas=150602,150603")
    expect(screen.find("#side table")).to_be_visible()
    share(screen).click("#share-table")
    said(screen, "表格已复制")
    assert "康巴什区" in held(screen)["text/plain"].split("\n")[1]


def test_the_picture_is_copied_where_the_browser_hands_it_out(
    screens: Maker, shipped: Site
) -> None:
    screen = opened(screens, shipped)
    screen.click("#share-picture")
    said(screen, "图片已复制")
    assert screen.page.evaluate(
        "async () => (await navigator.clipboard.read())[0].types.includes('image/png')"
    )


def test_else_a_page_that_names_it_is_copied_and_the_file_offered(
    screens: Maker, shipped: Site
) -> None:
    screen = opened(screens, shipped, secure=False)
    screen.click("#share-picture")
    said(screen, "浏览器在这个网址上不给图片本身")
    assert f'src="{shipped.url}/figure.png?' in held(screen)["text/html"].replace("&amp;", "&")
    with screen.page.expect_download() as left:
        screen.find("#share-said a").click()
    assert left.value.suggested_filename.endswith(".png")
    screen.page.evaluate("() => { document.execCommand = () => false; }")
    screen.click("#share-picture")
    said(screen, "浏览器不允许复制图片")
    screen.click("#share-table")
    said(screen, "浏览器不允许复制")
    screen.find("#share section").nth(0).get_by_role("button").click()
    said(screen, "请按 Ctrl+C")
    assert screen.page.evaluate("() => getSelection().toString() || document.activeElement.value")


def test_the_piece_for_word_is_downloaded_and_a_refusal_is_told(
    screens: Maker, shipped: Site, tmp_path: Path
) -> None:
    screen = opened(screens, shipped)
    with screen.page.expect_download() as left:
        screen.click("#share-word")
    left.value.save_as(tmp_path / "a.docx")
    assert left.value.suggested_filename == "鄂尔多斯市人口密度（2020年）.docx"
    said(screen, "已下载 鄂尔多斯市人口密度")
    told = [one.text for one in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert told[0].startswith("全市 24.8 人/平方公里")
    screen.page.route("**/snippet.docx*", lambda one: one.abort())
    screen.click("#share-word")
    said(screen, "没有读到")
    screen.faults = [one for one in screen.faults if "ERR_FAILED" not in one]


def save(screen: Screen, name: str) -> None:
    screen.find("#view-name").fill(name)
    screen.press("Enter")


def listed(screen: Screen) -> list[str]:
    return screen.find("#views-list li > button").all_inner_texts()


def test_a_view_is_saved_opened_renamed_deleted_and_brought_back(
    screens: Maker, shipped: Site
) -> None:
    screen = opened(screens, shipped)
    expect(screen.find("#views-list")).to_contain_text("还没有保存的视图")
    save(screen, "密度 <script>alert(1)</script>")
    said(screen, "已保存“密度 <script>alert(1)</script>”")
    save(screen, "密度 <script>alert(1)</script>")
    said(screen, "请换个名称")
    save(screen, "长" * 200)
    said(screen, "名称有 200 个字，最多 60 个")
    save(screen, " ")
    said(screen, "请先写名称")
    assert listed(screen) == ["密度 <script>alert(1)</script>"]
    screen.open(shipped, "/?indicator=gdp")
    share(screen)
    screen.find("#views-list").get_by_text("改名").click()
    screen.find("#views-list input").fill("人口密度")
    screen.press("Enter")
    said(screen, "已改名为“人口密度”")
    screen.find("#views-list li > button").click()
    screen.until(lambda: screen.query() == dict(
        one.split("=") for one in SEEN.split("&")), "the view was never opened")  # fmt: skip
    expect(screen.find("#share")).to_be_hidden()
    screen.until(
        lambda: screen.page.evaluate("() => map_geomap.getZoom()") == 8, "it was not zoomed"
    )
    screen.page.go_back()
    screen.until(lambda: screen.query() == {"indicator": "gdp"}, "Back did not lead back")
    share(screen).find("#views-list").get_by_text("删除").click()
    said(screen, "已删除“人口密度”")
    assert listed(screen) == []
    screen.find("#share-said button").click()
    assert listed(screen) == ["人口密度"]


def stored(screen: Screen, value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    screen.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [VIEWS, text])


def test_a_view_whose_indicator_is_gone_is_told_of_and_not_lost(
    screens: Maker, shipped: Site
) -> None:
    screen = opened(screens, shipped)
    stored(screen, [{"name": "旧", "query": "indicator=gone&year=2020", "title": "从前的指标"}])
    screen.press("Escape")
    share(screen)
    expect(screen.find("#views-list")).to_contain_text("指标不在这里的数据中")
    screen.find("#views-list li > button").click()
    said(screen, "“旧”（从前的指标）的指标 gone 不在这里的数据中")
    assert screen.query()["indicator"] == "population_density"
    assert listed(screen) == ["旧"]


@pytest.mark.parametrize("text", ["{", '{"a": 1}', '[1, {"name": "好", "query": "", "title": ""}]'])
def test_a_damaged_storage_is_set_aside_and_what_can_be_read_is_kept(
    screens: Maker, shipped: Site, text: str
) -> None:
    screen = opened(screens, shipped)
    stored(screen, text)
    screen.press("Escape")
    share(screen)
    said(screen, "以前保存的视图有读不出的")
    aside = screen.page.evaluate("() => localStorage.getItem('geomap.views.damaged')")
    assert aside == text
    assert listed(screen) == (["好"] if "好" in text else [])
    save(screen, "新")
    said(screen, "已保存“新”")


def test_where_nothing_may_be_kept_it_is_said(screens: Maker, shipped: Site) -> None:
    screen = screens()
    screen.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }});"
    )
    screen.open(shipped, f"/?{SEEN}")
    share(screen)
    said(screen, "浏览器不允许在这台电脑上保存")
    assert screen.find("#share-link").input_value()


def test_views_move_to_another_computer_as_a_file(
    screens: Maker, shipped: Site, tmp_path: Path
) -> None:
    screen = opened(screens, shipped)
    save(screen, "密度")
    with screen.page.expect_download() as left:
        screen.find("#share").get_by_text("导出为文件").click()
    left.value.save_as(tmp_path / "views.json")
    other = opened(screens, shipped, query="indicator=gdp")
    for told in ("导入 1 个；已有 0 个", "导入 0 个；已有 1 个"):
        other.find("#share input[type=file]").set_input_files(tmp_path / "views.json")
        said(other, told)
    assert listed(other) == ["密度"]
    (tmp_path / "views.json").write_text("<script>", encoding="utf-8")
    other.find("#share input[type=file]").set_input_files(tmp_path / "views.json")
    said(other, "这不是视图文件")
    assert listed(other) == ["密度"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_the_dialog_can_be_used_by_all_and_fits_small_windows(
    screens: Maker, shipped: Site, lang: str, size: tuple[int, int]
) -> None:
    screen = screens(size)
    screen.open(shipped, f"/?{SEEN}&lang={lang}")
    if size[0] < 700 or lang == "en":  # the bar has no room for its button
        screen.click("#leave summary")
        screen.click("#share-also")
    else:
        screen.click("#share-open")
    expect(screen.find("#share")).to_be_visible()
    save(screen, "x" * 60)
    assert violations(screen, lang, "#share") == ""
    assert screen.page.evaluate("() => document.querySelector('#share').scrollWidth <= innerWidth")
    assert screen.find("#share-link").input_value().endswith("&lang=en" if lang == "en" else ",8")


def test_a_file_copies_its_table_and_saves_views_without_a_server(
    screens: Maker, shipped: Site, tmp_path: Path
) -> None:
    path = tmp_path / "地图.html"
    write_map(shipped.atlas, "population_density", path)
    screen = open_file(screens(offline=True), path)
    share(screen)
    expect(screen.find("#share-link")).to_have_count(0)
    expect(screen.find("#share-word")).to_have_count(0)
    screen.click("#share-table")
    said(screen, "表格已复制，9 行")
    save(screen, "密度")
    said(screen, "已保存“密度”")
    screen.press("Escape")
    screen.pick("常住人口")
    share(screen).find("#views-list li > button").click()
    expect(screen.find("#title")).to_have_text("鄂尔多斯市人口密度")
