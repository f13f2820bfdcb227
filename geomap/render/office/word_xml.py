"""What python-docx does not give: fields, links, rows that repeat, faces of East Asian text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geomap.render.office.characters import without_controls

LATIN, HAN = "Arial", "Microsoft YaHei"


def element(tag: str, /, **attributes: object) -> Any:
    """Make an element of the WordprocessingML namespace; attributes are of it too."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def set_face(style: Any, *, latin: str = LATIN, han: str = HAN) -> None:
    """Give a style its faces, for Chinese text too; those of a theme would go before them."""
    from docx.oxml.ns import qn

    style.font.name = latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), han)


def mark_row(row: Any, *, heading: bool) -> None:
    """Keep a row (w:tr) on one page; repeat it on every page when it is the heading."""
    properties = row.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if heading:
        properties.append(element("tblHeader"))


def text_run(text: str, style: str | None = None) -> Any:
    """Make a run of text, with white space kept."""
    from docx.oxml.ns import qn

    made = element("r")
    if style:
        properties = element("rPr")
        properties.append(element("rStyle", val=style))
        made.append(properties)
    word = element("t")
    word.text = without_controls(text)
    word.set(qn("xml:space"), "preserve")
    made.append(word)
    return made


def field_start(instruction: str, *, dirty: bool = False) -> list[Any]:
    """Give the runs before the result of a field."""
    from docx.oxml.ns import qn

    said = element("r")
    words = element("instrText")
    words.text = f" {instruction} "
    words.set(qn("xml:space"), "preserve")
    said.append(words)
    return [_mark("begin", **({"dirty": "true"} if dirty else {})), said, _mark("separate")]


def field_end() -> Any:
    """Give the run after the result of a field."""
    return _mark("end")


def field(instruction: str, result: str, *, dirty: bool = False) -> list[Any]:
    """Give the runs of a field with the result that is shown until it is worked out anew.

    Parameters
    ----------
    dirty : whether it is to be worked out when the file is opened
    """
    return [*field_start(instruction, dirty=dirty), text_run(result), field_end()]


def tab() -> Any:
    """Make a run that goes to the next tab stop."""
    made = element("r")
    made.append(element("tab"))
    return made


def _mark(kind: str, **more: object) -> Any:
    made = element("r")
    made.append(element("fldChar", fldCharType=kind, **more))
    return made


def link(text: str, anchor: str, style: str | None = None) -> Any:
    """Make text that leads to a bookmark of the same file."""
    made = element("hyperlink", anchor=anchor, history=1)
    made.append(text_run(text, style))
    return made


def bookmarked(inner: Sequence[Any], name: str, number: int) -> list[Any]:
    """Put runs between the marks of a bookmark; ``number`` is its own in the whole file."""
    start = element("bookmarkStart", id=number, name=name)
    return [start, *inner, element("bookmarkEnd", id=number)]
