from __future__ import annotations

import html
import io
import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.app.pages.progress import bp
from geomap.atlas import Atlas
from geomap.release.open import open_release
from geomap.render.report.plan_tables import plan_workbook, tables
from tests.support import own_words
from tests.support.toy import STATS_HEAD, ToyRelease

EVIL = "=1+1<script>alert(1)</script>"
PLAN = STATS_HEAD + (
    "150600,talent,2015,100,人,actual,reported,专栏1 2015年基数,,\n"
    "150600,talent,2020,200,人,target,reported,专栏1 2020年规划目标,人才 100 200,\n"
    "150600,talent,2020,150,人,actual,provisional,专栏1 2020年完成情况,,\n"
    "150600,talent_high,2020,7,人,actual,reported,专栏1 2020年完成情况,,\n"
    f"150600,talent,2025,260,人,target,reported,正文,{EVIL},{EVIL}\n"
    "150600,talent,2025,250,人,target,reported,正文另一处,,\n"
    "150600,population,2025,1300,人,target,reported,正文,,\n"
)


@pytest.fixture
def planned(toy_release: ToyRelease) -> Atlas:
    return open_release(toy_release({"stats/plan.csv": PLAN}))


def app_of(atlas: Atlas) -> Flask:
    app = create_app(atlas)
    if bp.name not in app.blueprints:
        app.register_blueprint(bp)
    return app


@pytest.fixture
def client(planned: Atlas) -> FlaskClient:
    return app_of(planned).test_client()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs).get("href") or "")


def links(text: str) -> list[str]:
    parser = _Links()
    parser.feed(text)
    return parser.found


def page(client: FlaskClient, query: str = "") -> str:
    response = client.get(f"/progress{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_large_numbers_are_written_out(toy_release: ToyRelease) -> None:
    plan = STATS_HEAD + (
        "150600,talent,2015,100000,人,actual,reported,专栏1,,\n"
        "150600,talent,2020,150000,人,actual,reported,专栏1,,\n"
        "150600,talent,2025,283000,人,target,reported,专栏1,,\n"
    )
    atlas = open_release(toy_release({"stats/plan.csv": plan}))
    shown = page(app_of(atlas).test_client(), "?as_of=2022")
    # (283,000 − 150,000) ÷ 5 years; 50,000 of 183,000; 5 of 10 years.
    cells = re.findall(r'<td class="value">([^<]*)</td>', shown)
    assert cells[:3] == ["27.3%", "50%", "+26,600"]


def test_the_page_counts_verdicts_and_disagreements_first(client: FlaskClient) -> None:
    text = re.sub(r"<[^>]+>", "", page(client, "?as_of=2020"))
    head = text[: text.index("查看")]
    assert "截至2020年末，各规划的目标分别计数" in head
    running, over = head.split("人才规划（2020年目标，已到期） 1 个")
    assert "人才规划（2025年目标） 3 个" in running
    assert re.search(r"无法判断 3", running)
    assert re.search(r"未完成 1", over)
    assert re.search(r"文件之间不一致的数 1", head)


def test_each_number_leads_to_its_figure_in_one_click(client: FlaskClient) -> None:
    text = page(client)
    for figure, words in (("plan:2", "100"), ("plan:3", "200"), ("plan:4", "150")):
        quoted = figure.replace(":", "%3A")
        address = f"/sources?lang=zh&id=plan&row={quoted}#{quoted}"
        assert address in links(text)
        assert re.search(rf">{words}</a>", text)
        assert f'id="{figure}"' in client.get("/sources?id=plan").get_data(as_text=True)


def test_the_verdict_is_a_word_with_a_sign_and_its_working_one_click_away(
    client: FlaskClient,
) -> None:
    text = page(client, "?as_of=2020")
    assert re.search(r"×</span> 未完成", text)
    assert "(150 − 100) ÷ (200 − 100) = 50.0%" in text
    assert "<details>" in text


def test_an_unsure_number_says_so_wherever_it_stands(client: FlaskClient) -> None:
    assert "<em>暂定</em>" in page(client)
    assert "未上报" in page(client)


def test_the_page_speaks_english(client: FlaskClient) -> None:
    text = page(client, "?lang=en&as_of=2020")
    assert "Plan progress" in text
    assert "not met" in text
    assert "the target year 2020 is over" in text
    assert "未完成" not in text


def test_the_page_needs_no_exception_from_the_content_policy(client: FlaskClient) -> None:
    text = own_words(page(client))
    assert "style=" not in text
    assert "<style" not in text
    assert "<script" not in text
    assert not re.search(r"(?:href|src)=\"(?:https?:)?//", text)
    assert "&lt;script&gt;" in text


def test_a_year_that_is_none_and_a_parameter_there_is_not_are_refused(client: FlaskClient) -> None:
    files = ("/progress.json", "/progress.xlsx", "/progress.docx")
    for query in ("?as_of=abc", "?as_of=1", "?as_of=2020&as_of=2021"):
        for path in ("/progress", *files):
            assert client.get(path + query).status_code == 400
    for path in files:
        assert client.get(path + "?year=2020").status_code == 400
    assert client.get("/progress?lang=fr").status_code == 404


def test_a_release_without_targets_says_what_is_missing(toy_release: ToyRelease) -> None:
    bare = toy_release(
        {
            "stats/plan.csv": STATS_HEAD + "150600,population,2020,1,人,actual,reported,表1,,\n",
            "sites/figures.csv": None,
        }
    )
    text = page(app_of(open_release(bare)).test_client())
    assert "没有任何目标数" in text


def test_the_json_is_the_list_of_rows(client: FlaskClient) -> None:
    response = client.get("/progress.json?as_of=2020")
    rows = json.loads(response.data)
    first = rows[3]
    assert [row["counted"] for row in rows] == [True, True, True, True, False]
    assert response.mimetype == "application/json"
    assert (first["indicator"], first["verdict"], first["done_share"]) == ("talent", "未完成", 0.5)
    assert "NaN" not in response.get_data(as_text=True)
    assert "150" in first["reason"]


# --- what is looked at ----------------------------------------------------------------------------

SITE_PLAN = (
    "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
    "b1,labs,实验室,Labs,2020,3,,个,target,reported,plan,第一节,,\n"
    "b1,labs,实验室,Labs,2020,2,,个,actual,reported,plan,第二节,,\n"
    "b1,people,引进人才,People,2020,30,,人,target,reported,plan,第一节,,\n"
    "b1,people,引进人才,People,2020,31,,人,actual,reported,plan,第二节,,\n"
    "b2,open,启动运行,Opening,2021-06,,全面启动,,target,reported,plan,第三节,,\n"
    "b2,grow,建成,Growth,2019,,一期建成,,target,reported,plan,第三节,,\n"
    "b2,grow,建成,Growth,2019-11,,一期已建成,,actual,reported,plan,第四节,,\n"
)
BY_AREA = PLAN + (
    "150602,talent,2020,60,人,target,reported,专栏1 东胜区,,\n"
    "150602,talent,2020,70,人,actual,reported,专栏1 东胜区,,\n"
)


@pytest.fixture
def promised(toy_release: ToyRelease) -> FlaskClient:
    files = {"stats/plan.csv": BY_AREA, "sites/figures.csv": SITE_PLAN}
    return app_of(open_release(toy_release(files))).test_client()


def words(client: FlaskClient, query: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page(client, query)).split())


def test_a_count_leads_to_as_many_targets_as_it_says(promised: FlaskClient) -> None:
    start = page(promised, "?as_of=2020")
    found = re.findall(r'<li><a href="/progress([^"]+)"[^>]*>.*?<b>(\d+)</b>', start)
    assert len(found) >= 4
    for query, count in found:
        text = words(promised, html.unescape(query))
        assert f"显示 {count} / 7 个目标" in text, query


def test_filters_are_combined_and_told_and_can_be_dropped(promised: FlaskClient) -> None:
    text = words(promised, "?as_of=2020&plan=sites&outcome=missed&area=150602&q=实验室")
    assert "显示 1 / 7 个目标" in text
    for told in ("判断：未完成", "旗区：东胜区", "规划：园区、基地、平台的目标", "搜索：实验室"):
        assert told in text
    shown = page(promised, "?as_of=2020&plan=sites&outcome=missed&q=实验室")
    assert re.search(r'href="/progress\?lang=zh&amp;as_of=2020"[^>]*>清除', shown)
    assert 'href="?lang=en&amp;as_of=2020&amp;outcome=missed' in shown  # the other language


@pytest.mark.parametrize("q", ["labs", "ＬＡＢＳ", "实验室 东胜", "人才规划 实验室"])
def test_targets_are_found_by_their_name_area_and_document(promised: FlaskClient, q: str) -> None:
    assert "显示 1 / 7 个目标" in words(promised, f"?as_of=2020&q={q}")


@pytest.mark.parametrize("q", ["<script>alert(1)</script>x", "没" * 200, "%", "\\"])
def test_nothing_found_says_so_and_leads_back(promised: FlaskClient, q: str) -> None:
    answer = promised.get("/progress", query_string={"q": q})
    assert answer.status_code == 200
    assert "没有符合这些条件的目标" in answer.text
    assert "<script" not in own_words(answer.text)


@pytest.mark.parametrize(
    ("query", "named"),
    [("outcome=late", "behind"), ("area=150999", "150602"), ("plan=x", "plan:2025"),
     ("sort=name", "outcome")],
)  # fmt: skip
def test_a_choice_that_there_is_not_is_refused_with_those_there_are(
    promised: FlaskClient, query: str, named: str
) -> None:
    for path in ("/progress", "/progress.json", "/progress.xlsx", "/progress.docx"):
        answer = promised.get(f"{path}?{query}")
        assert answer.status_code == 404, path
        assert named in answer.text
    assert promised.get(f"/progress?q={'长' * 201}").status_code == 400


def test_the_worst_verdicts_stand_first_when_asked(promised: FlaskClient) -> None:
    shown = page(promised, "?as_of=2020&plan=sites&sort=outcome")
    assert re.findall(r'class="verdict" data-outcome="(\w+)"', shown)[-2:] == ["missed", "done"]
    assert 'aria-sort="other"' in shown


def test_areas_by_indicators_say_each_verdict_in_a_word_and_lead_to_its_row(
    promised: FlaskClient,
) -> None:
    shown = page(promised, "?as_of=2020")
    grid = shown[shown.index("规划目标：旗区 × 指标") :]
    grid = grid[: grid.index("</table>")]
    assert "已完成" in grid
    assert "无目标" in grid
    anchors = re.findall(r'href="#([^"]+)"', grid)
    # The city aims for 2020 and, with two numbers, for 2025; Dongsheng for 2020.
    assert len(anchors) == 4
    assert {unquote(one) for one in anchors} <= set(re.findall(r' id="([^"]+)"', shown))


def test_plans_of_the_city_alone_have_no_empty_grid(client: FlaskClient) -> None:
    text = words(client, "?as_of=2020")
    assert "各规划的目标只定到全市（4 个）" in text
    assert "旗区 × 指标" not in text


def test_dates_stand_by_year_past_and_to_come(promised: FlaskClient) -> None:
    shown = page(promised, "?as_of=2020")
    line = " ".join(re.sub(r"<[^>]+>", " ", shown[shown.index('class="due"') :]).split())
    order = ["2019 已到期", "一期建成", "一期已建成", "截至 2020 年末", "2021 未到期", "2021-06",
             "全面启动"]  # fmt: skip
    places = [line.index(one) for one in order]
    assert places == sorted(places)
    assert "全面启动" not in words(promised, "?as_of=2020&outcome=done")


def test_the_key_of_the_charts_stands_above_the_first(promised: FlaskClient) -> None:
    shown = page(promised)
    assert shown.index('class="key"') < shown.index('role="img"')
    assert "按时间均匀推进应到的位置" in words(promised, "")


def test_files_hold_what_the_page_shows_and_say_so(promised: FlaskClient) -> None:
    query = "as_of=2020&outcome=missed"
    linked = [html.unescape(one) for one in links(page(promised, f"?{query}"))]
    (address,) = [one for one in linked if one.startswith("/progress.xlsx")]
    answer = promised.get(address)
    assert "%E9%83%A8%E5%88%86" in answer.headers["Content-Disposition"]  # 部分
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert column(book["规划进度"], "判断") == ["× 未完成"]
    assert column(book["园区、基地、平台的目标"], "判断") == ["× 未完成"]
    notes = [cell.value for row in book["规划进度"]["A1:A5"] for cell in row]
    assert "只含所选的目标：判断：未完成" in notes
    rows = promised.get(f"/progress.json?{query}").json
    assert [row["outcome"] for row in rows] == ["missed"]


def test_many_targets_of_sites_are_listed_page_by_page(toy_release: ToyRelease) -> None:
    lines = [
        f"b1,t{n},目标{n},,2020,{n + 1},,个,target,reported,plan,第一节,,\n" for n in range(130)
    ]
    head = SITE_PLAN.partition("\n")[0] + "\n"
    atlas = open_release(toy_release({"sites/figures.csv": head + "".join(lines)}))
    client = app_of(atlas).test_client()
    assert "130 个目标，太多不一一列出" in words(client, "")
    shown = page(client, "?plan=sites&page=3")
    assert len(re.findall(r'<tr id="target-', shown)) == 10
    assert 'aria-current="page">3<' in shown
    # Whatever links to a row finds it, on whichever page it stands.
    assert 'id="target-102"' in page(client, "?row=target-102")
    assert len(re.findall(r'<tr id="target-', page(client, "?plan=sites&page=99"))) == 10


def book_of(client: FlaskClient) -> Any:
    response = client.get("/progress.xlsx?as_of=2020")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(response.data))


def column(sheet: Any, head: str) -> list[Any]:
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(at for at, line in enumerate(lines) if head in line)
    place = lines[start].index(head)
    return [line[place] for line in lines[start + 1 :]]


def test_the_workbook_holds_typed_cells_and_a_heading_that_stays(client: FlaskClient) -> None:
    book = book_of(client)
    sheet = book["规划进度"]
    assert column(sheet, "目标") == [260, 250, 1300, 200, "——"]
    assert column(sheet, "目标年") == [2025, 2025, 2025, 2020, 2020]
    assert column(sheet, "最近实际") == [150, 150, "未上报", 150, 7]
    assert column(sheet, "实际数状态")[3] == "暂定"
    assert column(sheet, "完成比例")[3] == 0.5
    assert column(sheet, "文件间不一致") == ["目标", "目标", None, None, None]
    assert all("人才规划" in cell for cell in column(sheet, "目标出处") if cell)
    head = int(re.sub(r"\D", "", sheet.freeze_panes)) - 1
    assert sheet.cell(head, 1).value == "文件与专栏"
    assert sheet.print_title_rows == f"${head}:${head}"
    assert book.sheetnames == ["规划进度", "园区、基地、平台的目标", "时间节点", "出处"]


def test_a_text_that_looks_like_a_formula_stays_text(client: FlaskClient) -> None:
    sheet = book_of(client)["规划进度"]
    (cell,) = [one for row in sheet.iter_rows() for one in row if one.value == EVIL]
    assert cell.data_type == "s"


def test_exports_bear_the_mark(client: FlaskClient) -> None:
    sheet = book_of(client)["规划进度"]
    assert any("内部工作用图" in str(cell.value) for row in sheet["A1:A4"] for cell in row)
    word = docx.Document(io.BytesIO(client.get("/progress.docx").data))
    assert "内部工作用图" in word.sections[0].header.paragraphs[0].text


def test_the_word_tables_repeat_their_heading_and_cite(client: FlaskClient) -> None:
    word = docx.Document(io.BytesIO(client.get("/progress.docx?as_of=2020").data))
    first = word.tables[1]
    lines = [[cell.text for cell in row.cells] for row in first.rows]
    assert lines[1][:4] == ["人才总量（人）", "100 (2015)", "200 (2020)", "150 (2020) 暂定"]
    assert lines[1][6] == "× 未完成"
    assert "[1] 专栏1 2020年规划目标" in lines[1][8]
    assert first.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert not first.rows[1]._tr.trPr.xpath("w:tblHeader")
    paragraphs = [one.text for one in word.paragraphs]
    assert "[1] 人才规划，1号，市政府，2022-01-01" in paragraphs


def test_exports_do_not_depend_on_the_clock(planned: Atlas) -> None:
    shown = tables(planned, 2020)
    first = plan_workbook(shown)
    assert b"2000-01-01T00:00:00Z" in _core(first)
    assert first == plan_workbook(tables(planned, 2020))


def _core(packed: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return archive.read("docProps/core.xml")
