"""Sheets as PDF, read back with pypdf and fontTools."""

from __future__ import annotations

import io
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from geomap.render.drawing.font import font, font_path
from geomap.render.drawing.font_subset import subset
from geomap.render.drawing.paint import paint
from geomap.render.drawing.scene import Circle, Group, Scene, SceneWords, Shape, Stroke
from tests.support.painting import RED, full_sheet, sheet, square


def read(scene: Scene, **options: Any) -> PdfReader:
    return PdfReader(io.BytesIO(paint(scene, "pdf", **options)), strict=True)


def operators(scene: Scene, **options: Any) -> str:
    contents = read(scene, **options).pages[0].get_contents()
    assert contents is not None
    return contents.get_data().decode("ascii")


def test_a_pdf_has_the_sheets_size() -> None:
    box = read(full_sheet()).pages[0].mediabox
    assert float(box.width) == pytest.approx(40 * 72 / 25.4, abs=0.001)
    assert float(box.height) == pytest.approx(30 * 72 / 25.4, abs=0.001)


def test_text_can_be_found_once_though_it_has_a_halo() -> None:
    found = read(full_sheet()).pages[0].extract_text()
    assert found.count("康巴什区") == 1
    assert found.count("1,234.5") == 1


def test_title_language_and_tags_are_there() -> None:
    reader = read(full_sheet())
    root = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == "鄂尔多斯 <1>"
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    xmp = reader.xmp_metadata
    assert xmp is not None
    assert xmp.dc_title == {"x-default": "鄂尔多斯 <1>"}
    assert xmp.dc_language == ["zh-CN"]


def elements(node: DictionaryObject, tag: str) -> list[DictionaryObject]:
    kids = [one.get_object() for one in node.get("/K", [])]
    inner = [one for one in kids if isinstance(one, DictionaryObject)]
    own = [node] if node.get("/S") == tag else []
    return own + [found for one in inner for found in elements(one, tag)]


def test_the_drawing_is_a_figure_with_the_description_as_its_text() -> None:
    tree = read(full_sheet()).trailer["/Root"]["/StructTreeRoot"]
    (figure,) = elements(tree, "/Figure")
    assert figure["/Alt"] == "说明 & more"
    assert len(elements(tree, "/P")) == 2


def test_every_marked_content_leads_to_its_tag() -> None:
    reader = read(full_sheet())
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    parents = [one.get_object() for one in tree["/ParentTree"]["/Nums"][1]]
    assert [one["/S"] for one in parents] == ["/Figure", "/P", "/P"]
    for mark, parent in enumerate(parents):
        assert mark in parent["/K"]
    text = operators(full_sheet())
    assert text.count("BDC") + text.count("BMC") == text.count("EMC")


def test_groups_are_layers() -> None:
    groups = (Group("map", "地图", ()), Group("legend", "图例", ()))
    root = read(Scene(10, 10, "t", "d", "zh", groups)).trailer["/Root"]
    assert [one.get_object()["/Name"] for one in root["/OCProperties"]["/OCGs"]] == ["地图", "图例"]


def test_the_embedded_font_has_only_what_is_used() -> None:
    fonts: Any = read(full_sheet()).pages[0]["/Resources"]
    outer = fonts["/Font"]["/F"]
    inner = outer["/DescendantFonts"][0].get_object()
    data = inner["/FontDescriptor"]["/FontFile2"].get_data()
    embedded = TTFont(io.BytesIO(data))
    used = set("康巴什区1,234.5")
    assert embedded["maxp"].numGlyphs == len(used) + 1
    assert len(data) < 20_000
    assert outer["/BaseFont"].endswith("+NotoSansSC-Regular")


@pytest.mark.parametrize("character", ["鄂", "é", "1"])
@pytest.mark.slow
def test_a_subset_keeps_outline_and_width(character: str) -> None:
    data, codes = subset(font(), character)
    whole, cut = TTFont(font_path()), TTFont(io.BytesIO(data))
    name = whole.getBestCmap()[ord(character)]
    number = cut.getGlyphOrder()[codes[character]]
    assert cut["hmtx"][number] == whole["hmtx"][name]
    drawn = [
        list(one["glyf"][key].getCoordinates(one["glyf"])[0])
        for one, key in ((whole, name), (cut, number))
    ]
    assert drawn[0] == drawn[1]
    assert drawn[0]


def test_the_sum_over_a_subset_is_what_truetype_asks_for() -> None:
    data, _ = subset(font(), "鄂尔多斯")
    words = [int.from_bytes(data[at : at + 4]) for at in range(0, len(data), 4)]
    assert sum(words) & 0xFFFFFFFF == 0xB1B0AFBA


def test_a_hole_is_filled_by_the_even_odd_rule() -> None:
    drawn = operators(sheet(Shape((square(2, 2, 10), square(4, 4, 4)), fill=RED)))
    assert "2.000 2.000 m 12.000 2.000 l 12.000 12.000 l 2.000 12.000 l h 4.000 4.000 m" in drawn
    assert "h f*" in drawn


def test_opacity_is_a_state_of_the_page() -> None:
    reader = read(sheet(Circle(20, 20, 4, fill=RED, opacity=0.5)))
    resources: Any = reader.pages[0]["/Resources"]
    assert resources["/ExtGState"]["/A0"]["/ca"] == 0.5


def test_dashes_are_in_millimetres() -> None:
    line = Shape((square(0, 0, 5)[:2],), stroke=Stroke(RED, 0.5, (1, 0.5)), closed=False)
    assert "0.5 w [1 0.5] 0 d 0.000 0.000 m 5.000 0.000 l S" in operators(sheet(line))


def test_a_grey_pdf_has_grey_colours_only() -> None:
    words = operators(full_sheet(), grey=True).split()
    inks = [words[at - 3 : at] for at, word in enumerate(words) if word in {"rg", "RG"}]
    assert len(inks) >= 4
    assert all(ink[0] == ink[1] == ink[2] for ink in inks)


def test_a_sheet_without_words_is_a_sheet() -> None:
    assert read(sheet(SceneWords(1, 1, " ", 9))).pages[0].extract_text().strip() == ""


def test_a_date_is_written_only_when_given() -> None:
    assert b"Date" not in paint(full_sheet(), "pdf")
    assert b"<xmp:CreateDate>2025-03-01" in paint(full_sheet(), "pdf", made="2025-03-01")
