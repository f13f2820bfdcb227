"""A report on a release: what it says, and what its Word and PowerPoint files are made of."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import docx
import pptx
import pytest
from click.testing import CliRunner, Result
from conftest import STATS_HEAD, ToyRelease
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from pptx.enum.shapes import MSO_SHAPE_TYPE

from geomap.app import create_app
from geomap.app.http.turnstile import REPORTS
from geomap.atlas import Atlas
from geomap.audit.log import Log, entries
from geomap.cli import main
from geomap.disclosure.narrowing import Audience
from geomap.errors import NotFoundError, RequestError
from geomap.release.editions import for_audience
from geomap.release.open import open_release
from geomap.render.office.blocks import (
    Asked,
    Cell,
    FigureBlock,
    Listing,
    Report,
    TableBlock,
    TableColumn,
    bracketed,
)
from geomap.render.office.slides import _pages
from geomap.render.office.styles import EXPECTED, TABLE
from geomap.render.report.compose import compose_report
from geomap.render.report.pack import format_by_name, report_pack
from geomap.settings import Settings


@pytest.fixture(scope="module")
def composed(atlas: Atlas) -> Report:
    return compose_report(atlas, Asked(maker="市委人才办", made="2025-03-01"))


@pytest.fixture(scope="module")
def word_file(atlas: Atlas) -> bytes:
    return report_pack(atlas, "docx", Asked(maker="市委人才办", made="2025-03-01")).content


@pytest.fixture(scope="module")
def word(word_file: bytes) -> Any:
    return docx.Document(io.BytesIO(word_file))


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def table_named(report: Report, caption: str) -> TableBlock:
    (found,) = [
        block
        for section in report.sections
        for block in section.blocks
        if isinstance(block, TableBlock) and block.caption == caption
    ]
    return found


def texts(block: TableBlock) -> list[list[str]]:
    return [[cell.text for cell in row] for row in block.rows]


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


# --- Word -----------------------------------------------------------------------------------------


def test_headings_in_word_are_those_of_the_report(word: Any, composed: Report) -> None:
    headings = [
        (one.text, int(one.style.name[-1]))
        for one in word.paragraphs
        if one.style.name.startswith("Heading")
    ]
    assert headings == [(one.title, one.level) for one in composed.sections]


def test_captions_are_counted_by_fields_of_words_own(word: Any) -> None:
    captions = [one for one in word.paragraphs if one.style.name == "Caption"]
    fields = ["".join(one._p.xpath(".//w:instrText/text()")).strip() for one in captions]
    assert set(fields) == {r"SEQ 图 \* ARABIC", r"SEQ 表 \* ARABIC"}
    tables = [one for one, field in zip(captions, fields, strict=True) if "表" in field]
    starts = [one.text.split("　")[0] for one in tables]
    assert starts == [f"表 {number}" for number in range(1, len(word.tables) + 1)]


def test_every_picture_says_its_values_in_words(word: Any, composed: Report) -> None:
    said = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    blocks = [block for section in composed.sections for block in section.blocks]
    assert said[0].startswith("园区、基地与平台的分布，底图为鄂尔多斯市人口密度（2020年）。单位：")
    assert said == [block.alt for block in blocks if isinstance(block, FigureBlock)]
    assert any("东胜区：500" in one for one in said)


def test_the_heading_of_every_table_is_repeated_and_no_row_is_parted(word: Any) -> None:
    assert word.tables
    for table in word.tables:
        heading, *rows = table.rows
        assert heading._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rows)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert table.style.name == TABLE


def test_looks_come_from_styles_and_chinese_text_has_its_face(word: Any) -> None:
    assert word.element.body.xpath(".//w:tbl//w:rFonts | .//w:tbl//w:sz") == []
    for name in EXPECTED:
        fonts = word.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
        assert fonts.get(qn("w:asciiTheme")) is None


def test_every_citation_and_every_line_of_the_contents_leads_somewhere(word: Any) -> None:
    body = word.element.body
    named = set(body.xpath(".//w:bookmarkStart/@w:name"))
    anchors = set(body.xpath(".//w:hyperlink/@w:anchor"))
    assert {one for one in anchors if one.startswith("source_")} == {"source_1", "source_2"}
    assert anchors - named == set()
    ids = body.xpath(".//w:bookmarkStart/@w:id")
    assert len(ids) == len(set(ids))


def test_the_contents_refer_to_pages_and_nothing_asks_before_the_file_opens(
    word_file: bytes, composed: Report
) -> None:
    with zipfile.ZipFile(io.BytesIO(word_file)) as archive:
        assert b"updateFields" not in archive.read("word/settings.xml")
        body = archive.read("word/document.xml").decode()
    # A reference is worked out in silence; the lines of a TOC field would stay as they are written.
    begin = r'fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> '
    referred = re.findall(rf"{begin}PAGEREF (_Toc\d+) \\h", body)
    assert referred == [f"_Toc{at:08d}" for at in range(1, len(composed.sections) + 1)]
    assert body.count("w:dirty") == len(referred)
    assert r"TOC \o" not in body


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


def test_every_part_has_a_type_and_every_relation_a_part(word_file: bytes) -> None:
    assert faults_of_package(word_file) == []


def faults_of_package(content: bytes) -> list[str]:
    """Name the parts of an Office file without a type, and relations that lead nowhere."""
    from posixpath import dirname, join, normpath

    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        types = etree.fromstring(archive.read("[Content_Types].xml"))
        defaults = {one.get("Extension") for one in types if one.get("Extension")}
        overrides = {one.get("PartName") for one in types if one.get("PartName")}
        faults = [f"twice: {name}" for name in set(names) if names.count(name) > 1]
        for name in names:
            known = f"/{name}" in overrides or name.rpartition(".")[2] in defaults
            if name != "[Content_Types].xml" and not known:
                faults.append(f"no type: {name}")
            if name.endswith(".rels"):
                base = dirname(dirname(name))
                for one in etree.fromstring(archive.read(name)):
                    target = one.get("Target")
                    if one.get("TargetMode") == "External":
                        faults.append(f"external: {target}")
                    elif normpath(join(base, target)).lstrip("/") not in names:
                        faults.append(f"{name}: {target}")
        faults += [f"nowhere: {one}" for one in overrides if one.lstrip("/") not in names]
    return faults


def test_the_same_report_is_the_same_file(atlas: Atlas, word_file: bytes) -> None:
    again = report_pack(atlas, "docx", Asked(maker="市委人才办", made="2025-03-01")).content
    assert again == word_file


# --- templates ------------------------------------------------------------------------------------


def house(path: Path, *without: str) -> Path:
    """Make a template of a house: text of its own, a green heading, a header; lacking styles."""
    from docx.shared import RGBColor

    made = docx.Document()
    made.add_paragraph("示例正文")
    made.styles["Heading 1"].font.color.rgb = RGBColor(0x00, 0x80, 0x00)
    made.sections[0].header.paragraphs[0].text = "市委人才办"
    for name in without:
        made.styles[name].delete()
    made.save(str(path))
    return path


def test_a_template_lends_its_styles_and_header_and_not_its_text(
    atlas: Atlas, tmp_path: Path
) -> None:
    pack = report_pack(atlas, "docx", template=house(tmp_path / "house.docx"))
    word = docx.Document(io.BytesIO(pack.content))
    assert str(word.styles["Heading 1"].font.color.rgb) == "008000"
    assert word.sections[0].header.paragraphs[0].text == "市委人才办"
    assert "示例正文" not in [one.text for one in word.paragraphs]
    assert pack.notes == ()


def test_tables_take_the_table_style_of_the_house(atlas: Atlas, tmp_path: Path) -> None:
    path = house(tmp_path / "house.docx")
    template = docx.Document(str(path))
    style = template.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    style.element.set(qn("w:styleId"), "a7")
    template.save(str(path))
    word = docx.Document(io.BytesIO(report_pack(atlas, "docx", template=path).content))
    assert {table._tbl.tblPr.style for table in word.tables} == {"a7"}


def test_styles_that_a_template_lacks_are_named_and_made(atlas: Atlas, tmp_path: Path) -> None:
    template = house(tmp_path / "house.docx", "Caption", "Subtitle")
    pack = report_pack(atlas, "docx", template=template)
    (note,) = pack.notes
    assert note.zh == "模板 house.docx 缺少样式：Subtitle、Caption；已用内置的代替"
    word = docx.Document(io.BytesIO(pack.content))
    assert any(one.style.name == "Caption" for one in word.paragraphs)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("house.dotx", b"", "应为 .docx 文件"),
        ("house.docm", b"", "应为 .docx 文件"),
        ("house.docx", b"", "不是 docx 文件，或已损坏"),
        ("house.docx", b"PK\x03\x04 cut short", "不是 docx 文件，或已损坏"),
        ("house.docx", "text", "不是 docx 文件，或已损坏"),
        ("house.docx", "macroEnabled.main+xml", "带宏，不能用作模板"),
        ("house.docx", "wordprocessingml.template.main+xml", "是模板格式"),
        ("house.docx", "wordprocessingml.document.main+xml", "无法读取，已损坏"),
    ],
)
def test_what_is_no_template_is_refused_and_nothing_written(
    tmp_path: Path, toy_release: ToyRelease, name: str, content: bytes | str, told: str
) -> None:
    template, output = tmp_path / name, tmp_path / "out.docx"
    if isinstance(content, str):
        with zipfile.ZipFile(template, "w") as archive:
            archive.writestr("[Content_Types].xml", content)
    else:
        template.write_bytes(content)
    result = run("report", "--data", toy_release(), "--template", template, "-o", output)
    assert result.exit_code == 1
    assert told in result.stderr
    assert not output.exists()


# --- command --------------------------------------------------------------------------------------


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
        format_by_name("报告.doc")
    result = run("report", "-o", tmp_path / "报告.pdf")
    assert result.exit_code == 1
    assert "docx" in result.stderr


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, toy_release: ToyRelease) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    result = run("report", "--data", toy_release(), "-o", tmp_path / "file" / "报告.docx")
    assert result.exit_code == 1
    assert "没有留下半个文件" in result.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"file", "release"}


# --- PowerPoint -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slides_file(atlas: Atlas) -> bytes:
    return report_pack(atlas, "pptx").content


@pytest.fixture(scope="module")
def slides(slides_file: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(slides_file))


def test_every_slide_has_a_title(slides: Any) -> None:
    titles = [slide.shapes.title.text for slide in slides.slides]
    assert titles[0] == "玩具图"
    assert all(titles)
    assert {"概况", "人口", "康巴什区", "规划进度", "资料来源"} <= set(titles)


def test_pictures_and_tables_on_slides_are_native_and_say_what_they_show(slides: Any) -> None:
    shapes = [shape for slide in slides.slides for shape in slide.shapes]
    pictures = [one for one in shapes if one.shape_type == MSO_SHAPE_TYPE.PICTURE]
    tables = [one for one in shapes if one.has_table]
    said = [one._element.nvPicPr.cNvPr.get("descr") for one in pictures]
    assert any("东胜区：500" in one for one in said)
    assert len(tables) >= 8
    assert all(one._element.nvGraphicFramePr.cNvPr.get("descr") for one in tables)
    assert all(one.table.first_row for one in tables)


def test_nothing_on_a_slide_reaches_beyond_it(slides: Any) -> None:
    for slide in slides.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= slides.slide_width
            assert 0 <= shape.top <= shape.top + shape.height <= slides.slide_height


def test_the_notes_of_a_slide_name_the_documents_it_cites(slides: Any) -> None:
    (overview,) = [one for one in slides.slides if one.shapes.title.text == "概况"]
    notes = overview.notes_slide.notes_text_frame.text
    assert notes == "出处\n[1] 人才规划，1号，市政府，2022-01-01\n[2] 县级区划，天地图，2024"


def test_a_long_table_goes_on_under_its_heading() -> None:
    rows = [(Cell(str(number)),) for number in range(10)]
    # A heading of 20 points and rows of 10: 60 − 20 leave room for 4, an empty slide of 107 less
    # the label of 17 for 7.
    parts = _pages(rows, [20.0, *[10.0] * 10], 60.0, 107.0)
    assert [len(part) for part in parts] == [4, 6]
    assert [row for part in parts for row in part] == rows


def test_a_row_that_is_higher_than_a_slide_stands_alone() -> None:
    rows = [(Cell("a"),), (Cell("b"),)]
    assert _pages(rows, [20.0, 500.0, 10.0], 100.0, 100.0) == [[rows[0]], [rows[1]]]


def test_the_slides_are_a_sound_package_and_the_same_every_time(
    atlas: Atlas, slides_file: bytes
) -> None:
    assert faults_of_package(slides_file) == []
    assert report_pack(atlas, "pptx").content == slides_file


def house_deck(path: Path, *, keep: tuple[str, ...] = ()) -> Path:
    """Make a template of a house: 4:3, one slide of its own; only some layouts when named."""
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text = "示例页"
    if keep:
        slide_id = made.slides._sldIdLst[0]
        made.part.drop_rel(slide_id.rId)
        made.slides._sldIdLst.remove(slide_id)
        for layout in list(made.slide_layouts):
            if layout.name not in keep:
                made.slide_layouts.remove(layout)
    made.save(str(path))
    return path


def test_a_house_deck_lends_its_master_and_not_its_slides(atlas: Atlas, tmp_path: Path) -> None:
    pack = report_pack(atlas, "pptx", template=house_deck(tmp_path / "house.pptx"))
    made = pptx.Presentation(io.BytesIO(pack.content))
    assert (made.slide_width, made.slide_height) == (9144000, 6858000)
    assert "示例页" not in [one.shapes.title.text for one in made.slides]
    assert {one.slide_layout.name for one in made.slides} == {
        "Title Slide", "Title Only", "Section Header",
    }  # fmt: skip
    assert pack.notes == ()
    assert faults_of_package(pack.content) == []


def test_layouts_that_a_deck_lacks_are_named(atlas: Atlas, tmp_path: Path) -> None:
    template = house_deck(tmp_path / "house.pptx", keep=("Title and Content",))
    pack = report_pack(atlas, "pptx", template=template)
    (note,) = pack.notes
    assert note.zh == ("模板 house.pptx 缺少版式：仅标题、标题幻灯片；已用“Title and Content”代替")
    made = pptx.Presentation(io.BytesIO(pack.content))
    empty = [
        shape
        for slide in made.slides
        for shape in slide.placeholders
        if not shape.text_frame.text.strip()
    ]
    assert empty == []


def test_a_deck_without_a_title_anywhere_is_refused(atlas: Atlas, tmp_path: Path) -> None:
    template = house_deck(tmp_path / "house.pptx", keep=("Blank",))
    with pytest.raises(RequestError, match="仅标题"):
        report_pack(atlas, "pptx", template=template)


# --- server ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(atlas: Atlas) -> FlaskClient:
    return create_app(atlas).test_client()


@pytest.mark.parametrize("kind", ["docx", "pptx"])
def test_the_server_gives_the_file_that_the_command_writes(
    client: FlaskClient, atlas: Atlas, kind: str
) -> None:
    answer = client.get(f"/report.{kind}?as_of=2021&maker=市委人才办")
    assert answer.status_code == 200
    assert unquote(answer.headers["Content-Disposition"]).endswith(f"''玩具图数据报告.{kind}")
    public = for_audience(atlas, "public")
    asked = Asked(as_of=2021, maker="市委人才办")
    assert answer.data == report_pack(public, kind, asked).content


def test_what_the_server_gives_is_recorded(atlas: Atlas, tmp_path: Path) -> None:
    log = Log(tmp_path / "exports.jsonl")
    app = create_app(atlas, settings=Settings(audit=log))
    app.test_client().get("/report.docx?audience=internal")
    (entry,) = entries(log)
    assert (entry["what"], entry["format"], entry["audience"]) == ("report", "docx", "internal")


def test_a_second_report_at_once_is_asked_to_come_back(client: FlaskClient) -> None:
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
