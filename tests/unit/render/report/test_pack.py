"""A report on a release: what it says, and how the command and the server give it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.app.http.turnstile import REPORTS
from geomap.atlas import Atlas
from geomap.audit.log import Log, entries
from geomap.disclosure.narrowing import Audience
from geomap.errors import NotFoundError, RequestError
from geomap.release.editions import for_audience
from geomap.release.open import open_release
from geomap.render.office.blocks import (
    FigureBlock,
    Listing,
    Report,
    TableBlock,
    TableColumn,
    bracketed,
)
from geomap.render.report.compose import compose_report
from geomap.render.report.desk import Asked
from geomap.render.report.pack import report_format, report_pack
from geomap.settings import Settings
from tests.support.report import run, table_named, texts
from tests.support.toy import STATS_HEAD, ToyRelease


def wide_columns(report: Report) -> list[TableColumn]:
    blocks = [block for section in report.sections for block in section.blocks]
    wide = [one for one in blocks if isinstance(one, TableBlock) and "各旗区" in one.caption]
    return [column for block in wide for column in block.columns]


# --- what it says ---------------------------------------------------------------------------------


def test_a_report_has_a_section_for_each_part_and_a_page_for_each_area(composed: Report) -> None:
    level_1 = [one.title for one in composed.sections if one.level == 1]
    assert level_1 == ["概况", "人口", "旗区画像", "规划进度", "数据核对", "资料来源"]
    level_2 = [one.title for one in composed.sections if one.level == 2]
    assert level_2[:3] == ["东胜区", "康巴什区", "伊金霍洛旗"]


def test_values_of_areas_carry_the_word_of_their_status(composed: Report) -> None:
    rows = texts(table_named(composed, "人口：各旗区（常住人口至人口密度）"))
    assert [row[:2] for row in rows] == [
        ["东胜区", "500"],
        ["康巴什区", "300 暂定"],
        ["伊金霍洛旗", "200"],
        ["鄂尔多斯市", "1,000"],
    ]


def test_what_few_areas_have_is_listed_without_a_cell_for_what_is_missing(composed: Report) -> None:
    table = table_named(composed, "人口：少数旗区有数的指标")
    rows = texts(table)
    assert ["人才总量", "东胜区", "50", "人", "2020", "已公布", ""] in rows
    assert {row[2] for row in rows} & {"未上报", "无公开数", "—"} == set()
    assert "其余旗区未上报：人才总量" in "".join(note.text for note in table.notes)
    assert not any("人才总量" in one.head.text for one in wide_columns(composed))


def test_a_profile_gives_rank_and_share_of_the_city(composed: Report) -> None:
    rows = texts(table_named(composed, "康巴什区：主要指标"))
    assert rows[0] == ["常住人口（人）", "2020", "300 暂定", "2/3", "1,000", "30.0%", ""]


PARTS = STATS_HEAD + (
    "150600,talent,2020,50,人,actual,reported,表2,,\n"
    "150600,talent_high,2020,20,人,actual,reported,表2,,\n"
    "150600,talent_high,2023,30,人,actual,reported,表3,,\n"
    "150602,talent,2020,25,人,actual,reported,表2,,\n"
    "150602,talent_high,2020,10,人,actual,reported,表2,,\n"
    "150602,talent_high,2023,15,人,actual,reported,表3,,\n"
    "150603,talent,2020,25,人,actual,reported,表2,,\n"
    "150603,talent_high,2020,10,人,actual,reported,表2,,\n"
    "150603,talent_high,2023,15,人,actual,reported,表3,,\n"
)


def test_a_part_of_another_year_stands_apart_from_its_whole(toy_release: ToyRelease) -> None:
    atlas = open_release(toy_release({"stats/plan.csv": PARTS}))
    (people,) = [one for one in compose_report(atlas).sections if one.title == "人口"]
    tables = [block for block in people.blocks if isinstance(block, TableBlock)]
    heads = [[column.head.text for column in table.columns] for table in tables]
    parts = [head for table in heads for head in table if "人才" in head or "高层次" in head]
    assert parts == ["人才总量（人，2020）", "高层次人才（人，2020）", "高层次人才（人，2023）"]
    assert "高层次人才（人，2023）" in heads[-1]
    assert "人才总量（人，2020）" not in heads[-1]
    others = [block for block in people.blocks if not isinstance(block, TableBlock | FigureBlock)]
    told = [block.text for block in others if not isinstance(block, Listing)]
    assert any("2023年的数" in text and "不能与上表相加" in text for text in told)


@pytest.mark.slow
def test_parts_of_the_published_release_add_up_in_one_year(published_release: Atlas) -> None:
    report = compose_report(published_release)
    for section in report.sections:
        for block in section.blocks:
            if not isinstance(block, TableBlock) or "各旗区" not in block.caption:
                continue
            heads = [column.head.text for column in block.columns]
            if any(head.startswith("人才资源总量（") for head in heads):
                kinds = [head for head in heads if re.search(r"人才（万人|总量（万人", head)]
                assert {re.search(r"，(\d{4})）", head)[1] for head in kinds} == {"2020"}  # type: ignore[index]


@pytest.mark.slow
def test_what_is_withheld_is_a_word_and_no_number(toy_release: ToyRelease) -> None:
    edit = {"stats/plan.csv": lambda text: text.replace("talent,2020,50,", "talent,2020,3,")}
    atlas = for_audience(open_release(toy_release(edit)), "public")
    report = compose_report(atlas)
    table = table_named(report, "人口：各旗区（常住人口至人口密度）")
    assert "3" not in {cell for row in texts(table) for cell in row}


def test_a_target_gives_its_year_verdict_reason_and_document(composed: Report) -> None:
    table = table_named(composed, "人才规划 · 正文")
    assert texts(table) == [
        ["人才总量（人）", "——", "120 (2025)", "未上报", "—/—", "? 无法判断：没有实际数", ""]
    ]
    assert table.rows[0][-1].refs == (1,)


def test_documents_are_numbered_in_the_order_they_are_cited(composed: Report) -> None:
    cited: list[int] = []
    for section in composed.sections:
        for block in section.blocks:
            if isinstance(block, TableBlock):
                cells = [column.head for column in block.columns]
                cells += [cell for row in block.rows for cell in row]
                cited += [ref for cell in cells for ref in cell.refs]
            elif not isinstance(block, Listing):
                cited += block.refs
    assert list(dict.fromkeys(cited)) == [number for number, _ in composed.documents]
    assert composed.documents[0] == (1, "人才规划，1号，市政府，2022-01-01")


def test_figures_and_tables_are_counted_from_one(composed: Report) -> None:
    blocks = [block for section in composed.sections for block in section.blocks]
    for kind in (FigureBlock, TableBlock):
        numbers = [block.number for block in blocks if isinstance(block, kind)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers


def test_a_report_in_english_holds_no_chinese_but_that_of_the_data(atlas: Atlas) -> None:
    report = compose_report(atlas, Asked("en"))
    assert [one.title for one in report.sections if one.level == 1] == [
        "Overview", "People", "Areas", "Plan progress", "Do the figures agree?", "Documents",
    ]  # fmt: skip
    heads = [
        column.head.text
        for section in report.sections
        for block in section.blocks
        if isinstance(block, TableBlock)
        for column in block.columns
    ]
    chinese = re.compile("[\u4e00-\u9fff]")
    assert [head for head in heads if chinese.search(head.replace("人/平方公里", ""))] == []


def test_nothing_is_said_of_a_date_unless_it_is_given(atlas: Atlas, composed: Report) -> None:
    assert ("日期", "2025-03-01") in composed.facts
    assert "日期" not in dict(compose_report(atlas).facts)


def test_a_maker_that_cannot_be_printed_is_refused(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="控制字符"):
        compose_report(atlas, Asked(maker="a\x07"))


def test_many_citations_are_drawn_together() -> None:
    assert bracketed((1, 3)) == (("[1]", 1), ("[3]", 3))
    assert bracketed((7, 2, 3, 4, 9)) == (("[2–4]", 2), ("[7]", 7), ("[9]", 9))


def test_a_table_of_sites_names_their_place_and_never_a_file(composed: Report) -> None:
    table = table_named(composed, "东胜区：园区、基地与平台")
    assert [column.head.text for column in table.columns] == [
        "点位", "类别", "级别", "位置", "坐标", "出处",
    ]  # fmt: skip
    assert texts(table) == [["甲基地", "基地", "市级", "东胜区", "实测", "第一节 "]]


def test_a_site_stands_at_the_town_or_the_building_it_is_known_by(toy_release: ToyRelease) -> None:
    edit = {"sites/base.csv": lambda text: text.replace(
        "exact,,实测,,plan,第一节", "town,沙圪堵镇,地名,,plan,streets.csv 150602405")}  # fmt: skip
    (row, *_) = texts(table_named(compose_report(open_release(toy_release(edit))),
                                  "东胜区：园区、基地与平台"))  # fmt: skip
    assert row[3:] == ["沙圪堵镇", "所在镇", "streets.csv 150602405 "]


def test_the_overview_does_not_say_that_areas_reported_what_was_worked_out(
    composed: Report,
) -> None:
    # People and talent are of documents, the land is measured; the density is as its worst part.
    (said, *_) = [block.text for block in composed.sections[0].blocks
                  if not isinstance(block, TableBlock | FigureBlock | Listing)]  # fmt: skip
    assert "上报的数" not in said
    assert "4 个有旗区的数（1 个是据文件算出、量出或数出的" in said


# --- command --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_writes_a_report_and_records_it(
    tmp_path: Path, toy_release: ToyRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, output = tmp_path / "exports.jsonl", tmp_path / "报告.docx"
    monkeypatch.setenv("GEOMAP_AUDIT_LOG", str(log))
    result = run("report", "--data", toy_release(), "--as-of", 2021, "-o", output)
    assert result.exit_code == 0, result.output
    texts = [one.text for one in docx.Document(str(output)).paragraphs]
    assert "规划进度截至：2021" in texts
    assert '"what": "report"' in log.read_text(encoding="utf-8")


def test_another_ending_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="docx"):
        report_format("报告.doc")
    result = run("report", "-o", tmp_path / "报告.pdf")
    assert result.exit_code == 1
    assert "docx" in result.stderr


@pytest.mark.slow
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, toy_release: ToyRelease) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    result = run("report", "--data", toy_release(), "-o", tmp_path / "file" / "报告.docx")
    assert result.exit_code == 1
    assert "没有留下半个文件" in result.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"file", "release"}


# --- server ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(atlas: Atlas) -> FlaskClient:
    return create_app(atlas).test_client()


@pytest.mark.parametrize("kind", ["docx", "pptx"])
@pytest.mark.slow
def test_the_server_gives_the_file_that_the_command_writes(
    client: FlaskClient, atlas: Atlas, kind: str
) -> None:
    answer = client.get(f"/report.{kind}?as_of=2021&maker=市委人才办")
    assert answer.status_code == 200
    assert unquote(answer.headers["Content-Disposition"]).endswith(f"''玩具图数据报告.{kind}")
    public = for_audience(atlas, "public")
    asked = Asked(as_of=2021, maker="市委人才办")
    assert answer.data == report_pack(public, kind, asked).content


@pytest.mark.slow
def test_what_the_server_gives_is_recorded(atlas: Atlas, tmp_path: Path) -> None:
    log = Log(tmp_path / "exports.jsonl")
    app = create_app(atlas, settings=Settings(audit=log))
    app.test_client().get("/report.docx?audience=internal")
    (entry,) = entries(log)
    assert (entry["what"], entry["format"], entry["audience"]) == ("report", "docx", "internal")


@pytest.mark.slow
def test_a_second_report_at_once_waits_and_then_is_asked_to_come_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(REPORTS, "_patience_s", 0.01)
    with REPORTS.passed():
        answer = client.get("/report.docx", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "15"
    assert answer.json is not None
    assert answer.json["error"]["code"] == "busy"
    assert client.get("/report.docx").status_code == 200


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("as_of=next", "1949 至 2100 的整数"),
        ("as_of=1600", "1949 至 2100 的整数"),
        ("template=/etc/passwd", "没有参数"),
        ("maker=" + "长" * 61, "最多 60 个字"),
        ("maker=a%00b", "一行文字"),
        ("lang=fr", "语言"),
        ("audience=everyone", "everyone"),
    ],
)
def test_what_cannot_be_asked_of_the_server_is_refused(
    client: FlaskClient, query: str, told: str
) -> None:
    answer = client.get(f"/report.docx?{query}", headers={"Accept": "application/json"})
    assert answer.status_code in (400, 404)
    assert answer.json is not None
    assert told in answer.json["error"]["message"]["zh"]


def test_there_are_reports_in_two_formats_only(client: FlaskClient) -> None:
    answer = client.get("/report.pdf", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["error"]["valid"] == ["docx", "pptx"]


def test_the_page_offers_both_formats_and_is_in_the_menu(client: FlaskClient) -> None:
    text = client.get("/report").text
    assert 'action="/report.docx"' in text
    assert 'formaction="/report.pptx"' in text
    assert '<a href="/report?lang=zh" aria-current="page">报告</a>' in text
    assert "A whole report" in client.get("/report?lang=en").text


def test_a_public_server_offers_the_public_edition_only(atlas: Atlas) -> None:
    settings = Settings(audience=Audience.PUBLIC)
    text = create_app(atlas, settings=settings).test_client().get("/report").text
    assert re.findall(r'<option value="(\w+)"', text) == ["public"]
