"""The Word and PowerPoint files of a report: what they are made of, and templates of a house."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from pptx.enum.shapes import MSO_SHAPE_TYPE

from geomap.atlas import Atlas
from geomap.errors import RequestError
from geomap.render.office.blocks import (
    Cell,
    FigureBlock,
    Paragraph,
    Report,
    TableBlock,
    TableColumn,
)
from geomap.render.office.slides import _pages
from geomap.render.office.styles import EXPECTED, TABLE
from geomap.render.office.word import column_widths
from geomap.render.report.compose import compose_report
from geomap.render.report.desk import Asked
from geomap.render.report.pack import report_pack
from tests.support.report import run, texts
from tests.support.toy import ToyRelease


@pytest.fixture(scope="module")
def word_file(atlas: Atlas) -> bytes:
    return report_pack(atlas, "docx", Asked(maker="市委人才办", made="2025-03-01")).content


@pytest.fixture(scope="module")
def word(word_file: bytes) -> Any:
    return docx.Document(io.BytesIO(word_file))


# --- Word -----------------------------------------------------------------------------------------


@pytest.mark.slow
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
    begin = "园区、基地与平台的分布，底图为鄂尔多斯市人口密度（2020年）。"
    assert said[0].startswith(f"{begin}全市 <1 人")
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_template_lends_its_styles_and_header_and_not_its_text(
    atlas: Atlas, tmp_path: Path
) -> None:
    pack = report_pack(atlas, "docx", template=house(tmp_path / "house.docx"))
    word = docx.Document(io.BytesIO(pack.content))
    assert str(word.styles["Heading 1"].font.color.rgb) == "008000"
    assert word.sections[0].header.paragraphs[0].text == "市委人才办"
    assert "示例正文" not in [one.text for one in word.paragraphs]
    assert pack.notes == ()


@pytest.mark.slow
def test_tables_take_the_table_style_of_the_house(atlas: Atlas, tmp_path: Path) -> None:
    path = house(tmp_path / "house.docx")
    template = docx.Document(str(path))
    style = template.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    style.element.set(qn("w:styleId"), "a7")
    template.save(str(path))
    word = docx.Document(io.BytesIO(report_pack(atlas, "docx", template=path).content))
    assert {table._tbl.tblPr.style for table in word.tables} == {"a7"}


@pytest.mark.slow
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


# --- PowerPoint -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slides_file(atlas: Atlas) -> bytes:
    return report_pack(atlas, "pptx").content


@pytest.fixture(scope="module")
def slides(slides_file: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(slides_file))


@pytest.mark.slow
def figures_of(composed: Report) -> list[FigureBlock]:
    blocks = [block for section in composed.sections for block in section.blocks]
    return [one for one in blocks if isinstance(one, FigureBlock) and one.sentence]


def test_a_map_is_headed_by_what_it_shows(atlas: Atlas, word: Any, slides: Any) -> None:
    figures = figures_of(compose_report(atlas))
    assert figures
    lines = [one.text for one in word.paragraphs]
    titles = [one.shapes.title.text for one in slides.slides]
    for figure in figures:
        at = lines.index(figure.sentence)
        assert lines[at + 1] == ""
        assert lines[at + 2].startswith(f"图 {figure.number}")
        assert f"{figure.caption}：{figure.sentence.rstrip('。')}" in titles
        assert figure.sentence.rstrip("。") in figure.alt


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


def test_an_english_report_has_no_wide_marks_where_there_is_no_chinese(atlas: Atlas) -> None:
    report = compose_report(atlas, Asked(lang="en"))
    blocks = [block for section in report.sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, TableBlock)]
    said = [text for block in tables for row in texts(block) for text in row]
    said += [column.head.text for block in tables for column in block.columns]
    said += [block.text for block in blocks if isinstance(block, Paragraph)]
    assert any("(people)" in one for one in said)
    assert [one for one in said if re.search("[（），；：、]", one)
            and not re.search("[\u4e00-\u9fff]", one)] == []  # fmt: skip


def test_no_column_of_a_word_table_is_narrower_than_its_longest_word() -> None:
    columns = tuple(TableColumn(Cell(head), 10) for head in ("Progress", "a", "文字"))
    block = TableBlock(1, "t", "t", columns, ((Cell("x"), Cell("b"), Cell("c" * 40)),))
    # A letter is 0.66 of 8.5 points, 112.2 twips, the margins 170: Progress needs 1,067; where the
    # words do not fit, the shares stand.
    assert column_widths(block, 3000) == [1000, 1000, 1000]
    assert column_widths(block, 1200) == [400, 400, 400]
    narrow = replace(block, rows=((Cell("x"), Cell("b"), Cell("c")),))
    assert column_widths(narrow, 2400) == [1067 if one == 0 else pytest.approx(666, abs=1)
                                           for one in range(3)]  # fmt: skip


def test_a_figure_is_not_parted_from_its_unit() -> None:
    columns = (TableColumn(Cell("名称"), 10), TableColumn(Cell("到最近点位的距离"), 2, right=True))
    block = TableBlock(1, "t", "t", columns, ((Cell("甲"), Cell("136.1 公里")),))
    # Six signs of 0.56 and two of 1 are 5.36 times 170 twips, and the margins 170 more.
    assert column_widths(block, 3600) == [2519, 1081]


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
