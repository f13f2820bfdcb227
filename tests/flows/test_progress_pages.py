from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from typing import Any

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
    text = page(client)
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
