"""Sheets as SVG, read back as XML: text stays text, groups are layers, nothing exotic is used."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from geomap.render.drawing.paint import paint
from geomap.render.drawing.scene import Circle, Group, Hatch, Scene, SceneWords, Shape, Stroke
from tests.support.painting import RED, full_sheet, sheet, square

SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def read(scene: Scene, made: str = "") -> ET.Element:
    return ET.fromstring(paint(scene, "svg", made=made))


def test_an_svg_has_the_sheets_size_in_millimetres() -> None:
    root = read(full_sheet())
    assert (root.get("width"), root.get("height")) == ("40mm", "30mm")
    assert root.get("viewBox") == "0 0 40 30"


def test_an_svg_says_what_it_shows_and_in_which_language() -> None:
    root = read(full_sheet())
    assert (root.get("lang"), root.get(f"{XML}lang"), root.get("role")) == ("zh-CN", "zh-CN", "img")
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (title.text, desc.text) == ("鄂尔多斯 <1>", "说明 & more")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


def test_groups_are_layers_in_their_order() -> None:
    groups = (Group("map", "地图", ()), Group("legend", '图例 "a"', ()))
    root = read(Scene(10, 10, "t", "d", "zh", groups))
    found = root.findall(f"{SVG}g")
    assert [one.get("id") for one in found] == ["map", "legend"]
    assert [one.get(f"{INKSCAPE}label") for one in found] == ["地图", '图例 "a"']
    assert {one.get(f"{INKSCAPE}groupmode") for one in found} == {"layer"}


def test_text_is_text_with_its_size_and_anchor() -> None:
    (text,) = read(sheet(SceneWords(38, 25, "1,234 <旗>", 9, bold=True, anchor="end"))).iter(
        f"{SVG}text"
    )
    assert text.text == "1,234 <旗>"
    assert (text.get("x"), text.get("y")) == ("38", "25")
    assert float(text.get("font-size", "0")) == pytest.approx(9 * 25.4 / 72, abs=0.001)
    assert (text.get("text-anchor"), text.get("font-weight")) == ("end", "bold")


def test_a_halo_is_a_copy_below_that_readers_pass_over() -> None:
    below, above = read(sheet(SceneWords(1, 5, "区", 9, halo=Stroke("#ffffff", 0.6)))).iter(
        f"{SVG}text"
    )
    assert (below.get("aria-hidden"), below.get("fill"), below.get("stroke-width")) == (
        "true",
        "none",
        "0.6",
    )
    assert above.get("stroke") is None


def test_a_shape_is_one_path_with_its_holes_and_title() -> None:
    rings = (square(2, 2, 10), square(4, 4, 4))
    (path,) = read(sheet(Shape(rings, fill=RED, title="东胜区 & 12"))).iter(f"{SVG}path")
    assert path.get("d") == (
        "M2.00 2.00L12.00 2.00L12.00 12.00L2.00 12.00ZM4.00 4.00L8.00 4.00L8.00 8.00L4.00 8.00Z"
    )
    assert (path.get("fill"), path.get("fill-rule")) == (RED, "evenodd")
    assert path.findtext(f"{SVG}title") == "东胜区 & 12"


def test_a_pattern_lies_between_fill_and_outline() -> None:
    shape = Shape(
        (square(0, 0, 4),),
        fill=RED,
        stroke=Stroke("#000000", 0.2),
        hatch=Hatch("dots", "#333333", 2, 0.4),
    )
    fill, dots, outline = read(sheet(shape)).iter(f"{SVG}path")
    assert (fill.get("fill"), fill.get("stroke")) == (RED, None)
    assert (dots.get("stroke"), dots.get("stroke-linecap")) == ("#333333", "round")
    assert (outline.get("fill"), outline.get("stroke")) == ("none", "#000000")


def test_circles_are_circles_with_their_opacity() -> None:
    (circle,) = read(sheet(Circle(20, 20.5, 4, fill=RED, opacity=0.5))).iter(f"{SVG}circle")
    assert [circle.get(name) for name in ("cx", "cy", "r")] == ["20", "20.5", "4"]
    assert circle.get("fill-opacity") == "0.5"


def test_only_elements_that_office_reads_are_used() -> None:
    tags = {one.tag.removeprefix(SVG) for one in read(full_sheet()).iter()}
    assert tags <= {"svg", "title", "desc", "rect", "g", "path", "circle", "text"}


def test_what_xml_cannot_say_is_replaced() -> None:
    scene = Scene(10, 10, "a\x00b", "c\ud800d", "zh", ())
    assert read(scene).findtext(f"{SVG}title") == "a\ufffdb"
    assert read(scene).findtext(f"{SVG}desc") == "c\ufffdd"


def test_a_date_is_written_only_when_given() -> None:
    assert "date" not in paint(full_sheet(), "svg").decode()
    dated = read(full_sheet(), made="2025-03-01")
    assert dated.findtext(f"{SVG}metadata/{{http://purl.org/dc/elements/1.1/}}date") == "2025-03-01"


def test_a_grey_svg_has_grey_colours_only() -> None:
    grey = ET.fromstring(paint(full_sheet(), "svg", grey=True))
    inks = {one.get(name) for one in grey.iter() for name in ("fill", "stroke")} - {None, "none"}
    assert len(inks) >= 4
    assert all(ink and ink[1:3] == ink[3:5] == ink[5:7] for ink in inks)
