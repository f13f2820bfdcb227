"""The styles of a report in Word: those of the house where its template has them, else ours.

All looks come from styles: a template that defines a style of these names decides how it looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geomap.render.office.word_xml import element, set_face
from geomap.render.sheets.paper import INK, LINE, SOFT, WARNING

ACCENT = "#1f5f8b"
TABLE = "geomap Table"
LIST = "List Bullet"
HEAD, HEAD_RIGHT, TEXT, NUMBER, NOTE, FACT, MARK, CONTENTS, PICTURE = (
    "geomap Table Head",
    "geomap Table Head Right",
    "geomap Table Text",
    "geomap Table Number",
    "geomap Note",
    "geomap Fact",
    "geomap Mark",
    "geomap Contents",
    "geomap Picture",
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a style of ours looks: sizes and spaces in points."""

    size: float
    colour: str = INK
    bold: bool = False
    before: float = 0.0
    after: float = 0.0
    right: bool = False
    centre: bool = False
    next: bool = False
    indent: float = 0.0
    line: float = 1.0


EXPECTED = {
    "Normal": Look(10.5, after=6, line=1.35),
    "Title": Look(28, bold=True, before=150, after=6),
    "Subtitle": Look(16, colour=SOFT, after=36),
    "Heading 1": Look(18, colour=ACCENT, bold=True, after=10, next=True),
    "Heading 2": Look(13.5, bold=True, before=14, after=6, next=True),
    "Caption": Look(9.5, bold=True, before=8, after=4),
    "Header": Look(8, colour=SOFT),
    "Footer": Look(8, colour=SOFT, centre=True),
}
"""Styles that a template is expected to have."""
SHORT = {
    "Title": Look(20, bold=True, after=4),
    "Heading 1": Look(13.5, colour=ACCENT, bold=True, before=14, after=6, next=True),
    MARK: Look(10.5, colour=WARNING, bold=True, before=2, after=8),
}
"""How ours look in a document without a cover, whose parts do not begin a page."""
OWN_STYLES = {
    HEAD: Look(8.5, bold=True, before=2, after=2),
    HEAD_RIGHT: Look(8.5, bold=True, before=2, after=2, right=True),
    TEXT: Look(8.5, before=1.5, after=1.5),
    NUMBER: Look(8.5, before=1.5, after=1.5, right=True),
    NOTE: Look(8.5, colour=SOFT, before=3, after=3),
    FACT: Look(11, after=4),
    MARK: Look(10.5, colour=WARNING, bold=True, before=2, after=2),
    CONTENTS: Look(18, colour=ACCENT, bold=True, after=10),
    PICTURE: Look(10.5, before=6, after=0, centre=True, next=True),
    "toc 1": Look(10.5, before=4, after=1),
    "toc 2": Look(9.5, colour=SOFT, indent=14),
    LIST: Look(10.5, after=3, indent=14),
}
"""Styles of our own; a template may define them, and need not."""


def missing_styles(word: Any, *, ours: bool, cover: bool = True) -> list[str]:
    """See that a document has all styles that a report uses.

    Parameters
    ----------
    word : a document of python-docx, changed in place
    ours : whether the looks are ours in any case, as in the built-in template
    cover : whether the document has one; the titles of ours are smaller where it has not

    Returns
    -------
    names of the styles that the template was expected to have and has not, made here
    """
    known = {style.name for style in word.styles}
    looks = EXPECTED | OWN_STYLES | (SHORT if ours and not cover else {})
    for name, look in looks.items():
        # The mark of a list comes with its style, ours lacks it.
        if name not in known or (ours and name != LIST):
            _dress(word, name, look, new=name not in known)
    if TABLE not in known:
        _table_style(word)
    return [name for name in EXPECTED if name not in known]


def _dress(word: Any, name: str, look: Look, *, new: bool) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    styles = word.styles
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) if new else styles[name]
    if new and name != "Normal":
        style.base_style = styles["Normal"]
    _plain(style)
    set_face(style)
    style.font.size, style.font.bold = Pt(look.size), look.bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(look.colour.lstrip("#").upper())
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.line_spacing, shape.keep_with_next = look.line, look.next
    shape.left_indent = Pt(look.indent)
    if look.right or look.centre:
        shape.alignment = WD_ALIGN_PARAGRAPH.RIGHT if look.right else WD_ALIGN_PARAGRAPH.CENTER


def _plain(style: Any) -> None:
    """Take out borders and letter spacing, which python-docx's own template brings along."""
    from docx.oxml.ns import qn

    for tag in ("w:pBdr", "w:spacing", "w:kern"):
        for found in style.element.findall(f".//{qn(tag)}"):
            found.getparent().remove(found)


def _table_style(word: Any) -> None:
    """Make the table style: hairlines between rows, a stronger one below the heading."""
    from docx.enum.style import WD_STYLE_TYPE

    style = word.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    line, ink = LINE.lstrip("#"), SOFT.lstrip("#")
    properties = element("tblPr")
    borders = element("tblBorders")
    for side, weight, colour in (("top", 8, ink), ("bottom", 8, ink), ("insideH", 4, line)):
        borders.append(element(side, val="single", sz=weight, space=0, color=colour))
    margins = element("tblCellMar")
    for side, width in (("left", 80), ("right", 80)):
        margins.append(element(side, w=width, type="dxa"))
    properties.extend([borders, margins])
    first = element("tblStylePr", type="firstRow")
    cell = element("tcPr")
    below = element("tcBorders")
    below.append(element("bottom", val="single", sz=8, space=0, color=ink))
    cell.extend([below, element("shd", val="clear", color="auto", fill="EEF1F4")])
    first.append(cell)
    style.element.extend([properties, first])
