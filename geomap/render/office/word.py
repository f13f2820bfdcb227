"""A report as a Word file: headings, captions, contents of Word's own, tables that can be edited.

Looks come from styles alone (``report_styles``); captions are numbered by SEQ fields, citations and
the contents are links within the file, and nothing asks to be updated when it is opened. The same
report gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geomap.errors import Text
from geomap.render.office import styles as looks
from geomap.render.office.blocks import (
    FIGURE_WORD,
    TABLE_WORD,
    Block,
    Bullets,
    Cell,
    FigureBlock,
    Listing,
    Paragraph,
    Refs,
    Report,
    Section,
    TableBlock,
    bracketed,
)
from geomap.render.office.characters import ems
from geomap.render.office.packing import timeless
from geomap.render.office.template import open_word
from geomap.render.office.word_xml import bookmarked, element, link, mark_row, tab, text_run
from geomap.render.office.word_xml import field as field_runs

_EMU_PER_TWIP = 635
_WHOLE, _FIRST = 12, 3
_LATIN = re.compile(r"[!-~]+")
_LETTER = 0.66 * 20 * looks.OWN_STYLES[looks.HEAD].size  # twips
_EM = 20 * looks.OWN_STYLES[looks.NUMBER].size  # twips
_CELL_MARGINS = 170


def write_docx(report: Report, images: Mapping[int, bytes], word: Any, *, ours: bool) -> bytes:
    """Write a report into an empty document.

    Parameters
    ----------
    images : PNG files by the number of their figure
    word : a document of python-docx with the styles of ``report_styles`` and an empty body
    ours : whether it is the built-in template, whose pages, header and footer are ours too
    """
    if ours:
        _set_up_page(word, across=report.across)
    desk = _Desk(word, report, images)
    _describe(desk)
    _margins_of_pages(desk)
    if report.opening:
        _opening(desk)
    if report.cover:
        _contents(desk)
    for block in report.lead:
        _block(desk, block)
    for at, section in enumerate(report.sections):
        _section(desk, at, section)
    stream = io.BytesIO()
    word.save(stream)
    return timeless(stream.getvalue())


def plain_docx(report: Report) -> bytes:
    """Write a document without maps in the looks of ours."""
    word, _ = open_word(None, cover=report.cover)
    return write_docx(report, {}, word, ours=True)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all parts are written with; ``bookmarks`` counts them, for each has its own id."""

    word: Any
    report: Report
    images: Mapping[int, bytes]
    bookmarks: list[int] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The width of the text in EMU."""
        page = self.word.sections[-1]
        return int(page.page_width - page.left_margin - page.right_margin)

    def paragraph(self, style: str, *runs: Any) -> Any:
        """Add a paragraph of some runs."""
        made = self.word.add_paragraph(style=style)
        made._p.extend(runs)
        return made

    def bookmark(self) -> int:
        """Give the id of the next bookmark."""
        self.bookmarks.append(len(self.bookmarks) + 1)
        return self.bookmarks[-1]


def _set_up_page(word: Any, *, across: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    if across:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = Mm(297), Mm(210)
        page.left_margin = page.right_margin = Mm(15)
    page.top_margin, page.bottom_margin = Mm(22), Mm(20)
    page.header_distance = page.footer_distance = Mm(11)


def _describe(desk: _Desk) -> None:
    """Fill the properties of the file, and say its language."""
    core, report = desk.word.core_properties, desk.report
    core.title = report.name
    core.author = core.last_modified_by = report.maker or "geomap"
    core.comments, core.keywords = "", ""
    core.subject = desk.report.subtitle
    core.language = "zh-CN" if report.lang == "zh" else "en"
    for found in desk.word.styles.element.iter(_qn("w:lang")):
        found.set(_qn("w:eastAsia"), "zh-CN")


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _margins_of_pages(desk: _Desk) -> None:
    """Write the marks above and the page number below, where the template leaves room for them."""
    page = desk.word.sections[0]
    head, foot = page.header.paragraphs[0], page.footer.paragraphs[0]
    if not any(one.text.strip() for one in page.header.paragraphs) and not page.header.tables:
        head.style = "Header"
        head._p.append(text_run("　".join(desk.report.marks)))
    if not len(foot._p.xpath(".//w:t | .//w:instrText | .//w:drawing")) and not page.footer.tables:
        foot.style = "Footer"
        foot._p.append(text_run(f"{desk.report.title} · "))
        foot._p.extend([*field_runs("PAGE", "1"), text_run(" / "), *field_runs("NUMPAGES", "1")])


def _opening(desk: _Desk) -> None:
    """Write titles, facts and marks: on a cover, or above the first part."""
    report = desk.report
    desk.paragraph("Title", text_run(report.title))
    if report.subtitle:
        desk.paragraph("Subtitle", text_run(report.subtitle))
    for label, value in report.facts:
        colon = report.say(Text("：", ": "))
        desk.paragraph(looks.FACT, text_run(f"{label}{colon}{value}"))
    for mark in report.marks if report.cover else ["　".join(report.marks)]:
        desk.paragraph(looks.MARK, text_run(mark))


def _contents(desk: _Desk) -> None:
    """Write the contents with their lines in place, each with a reference to its page.

    Where a page begins only the program that sets the text knows; it works each reference out when
    it opens the file. Within a TOC field, whose lines are text until somebody presses F9, neither
    LibreOffice nor WPS would, and a PDF made there had no numbers.
    """
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER

    at_right = WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    say = desk.report.say
    heading = desk.paragraph(looks.CONTENTS, text_run(say(Text("目录", "Contents"))))
    heading.paragraph_format.page_break_before = True
    for at, section in enumerate(desk.report.sections):
        page = field_runs(rf"PAGEREF {_anchor(at)} \h", "–", dirty=True)
        runs = [link(section.title, _anchor(at)), tab(), *page]
        line = desk.paragraph(f"toc {section.level}", *runs)
        line.paragraph_format.tab_stops.add_tab_stop(desk.width, *at_right)


def _anchor(at: int) -> str:
    return f"_Toc{at + 1:08d}"


def _section(desk: _Desk, at: int, section: Section) -> None:
    runs = bookmarked([text_run(section.title)], _anchor(at), desk.bookmark())
    heading = desk.paragraph(f"Heading {section.level}", *runs)
    if section.page:
        heading.paragraph_format.page_break_before = True
    for block in section.blocks:
        _block(desk, block)


def _block(desk: _Desk, block: Block) -> None:
    if isinstance(block, Paragraph):
        style = looks.NOTE if block.role == "note" else "Normal"
        desk.paragraph(style, text_run(block.text), *_cited(block.refs))
    elif isinstance(block, Bullets):
        for item in block.items:
            desk.paragraph(looks.LIST, text_run(item))
    elif isinstance(block, FigureBlock):
        _figure(desk, block)
    elif isinstance(block, TableBlock):
        _table(desk, block)
    else:
        _listing(desk, block)


def _cited(refs: Refs) -> list[Any]:
    return [link(text, f"source_{number}") for text, number in bracketed(refs)]


def _figure(desk: _Desk, block: FigureBlock) -> None:
    from docx.shared import Mm

    if block.sentence:
        desk.paragraph("Normal", text_run(block.sentence)).paragraph_format.keep_with_next = True
    holder = desk.paragraph(looks.PICTURE)
    width = min(Mm(150), desk.width)
    shape = holder.add_run().add_picture(io.BytesIO(desk.images[block.number]), width=width)
    named = shape._inline.docPr
    named.set("descr", block.alt)
    named.set("name", f"{desk.report.say(FIGURE_WORD)} {block.number}")
    caption = _caption(desk, FIGURE_WORD, block.number, block.caption, block.refs)
    caption.alignment = 1


def _caption(desk: _Desk, what: Text, number: int, words: str, refs: Refs = ()) -> Any:
    label = desk.report.say(what)
    counted = field_runs(rf"SEQ {label} \* ARABIC", str(number))
    inner = [text_run(f"{label} "), *counted]
    runs = bookmarked(inner, f"{what.en.lower()}_{number}", desk.bookmark())
    return desk.paragraph("Caption", *runs, text_run(f"　{words} "), *_cited(refs))


def _table(desk: _Desk, block: TableBlock) -> None:
    caption = _caption(desk, TABLE_WORD, block.number, block.caption)
    caption.paragraph_format.keep_with_next = True
    widths = column_widths(block, desk.width // _EMU_PER_TWIP)
    table = _frame(desk, block, widths)
    styles = [looks.NUMBER if column.right else looks.TEXT for column in block.columns]
    over = [looks.HEAD_RIGHT if column.right else looks.HEAD for column in block.columns]
    heads = [column.head for column in block.columns]
    table.append(_row(desk, heads, over, widths, heading=True, keep=True))
    for at, row in enumerate(block.rows, start=1):
        # A short table is not parted; of a long one the first lines stay together.
        keep = at < len(block.rows) and (len(block.rows) <= _WHOLE or at < _FIRST)
        table.append(_row(desk, row, styles, widths, keep=keep))
    desk.word.element.body.insert_element_before(table, "w:sectPr")
    for note in block.notes or (Paragraph("", role="note"),):
        _block(desk, note)


def column_widths(block: TableBlock, room: int) -> list[int]:
    """Share out the width of a table, in twips.

    No column is narrower than the longest word in it, which Word would break within, and none of
    figures narrower than the longest of them with its unit, where there is room for all; what that
    takes, the others give by what they have to spare.
    """
    whole = sum(column.width for column in block.columns)
    asked = [room * column.width // whole for column in block.columns]
    least = _least_widths(block, room, whole_figures=True)
    if sum(least) > room:
        least = _least_widths(block, room, whole_figures=False)
    if sum(least) > room:
        return asked
    spare = [max(0, have - need) for have, need in zip(asked, least, strict=True)]
    short = sum(max(0, need - have) for have, need in zip(asked, least, strict=True))
    share = short / sum(spare) if short else 0.0
    return [
        max(need, have - int(extra * share))
        for need, have, extra in zip(least, asked, spare, strict=True)
    ]


def _least_widths(block: TableBlock, room: int, *, whole_figures: bool) -> list[int]:
    """Give what each column needs at least, none more than twice its share of the room."""
    least = []
    for at, column in enumerate(block.columns):
        cells = [row[at] for row in block.rows]
        needed = [_word_width(one) for one in (column.head, *cells)]
        if column.right and whole_figures:
            needed += [_figure_width(one) for one in cells]
        least.append(min(max(needed), 2 * room // len(block.columns)))
    return least


def _word_width(cell: Cell) -> int:
    longest = max((len(word) for word in _LATIN.findall(cell.text)), default=0)
    return int(longest * _LETTER + _CELL_MARGINS)


def _figure_width(cell: Cell) -> int:
    return int(ems(cell.text) * _EM + _CELL_MARGINS)


def _frame(desk: _Desk, block: TableBlock, widths: list[int]) -> Any:
    """Make a table without rows: its style, its width, what it says to who does not see it."""
    table = element("tbl")
    properties = element("tblPr")
    look = {"firstRow": 1, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1,
            "noVBand": 1}  # fmt: skip
    properties.extend(
        [
            element("tblStyle", val=desk.word.styles[looks.TABLE].style_id),
            element("tblW", w=sum(widths), type="dxa"),
            element("tblLayout", type="fixed"),
            element("tblLook", val="0620", **look),
            element("tblCaption", val=block.caption),
            element("tblDescription", val=block.alt),
        ]
    )
    grid = element("tblGrid")
    grid.extend([element("gridCol", w=width) for width in widths])
    table.extend([properties, grid])
    return table


def _row(
    desk: _Desk,
    cells: Iterable[Cell],
    styles: Iterable[str],
    widths: Iterable[int],
    *,
    heading: bool = False,
    keep: bool = False,
) -> Any:
    row = element("tr")
    for cell, style, width in zip(cells, styles, widths, strict=True):
        made = element("tc")
        properties = element("tcPr")
        properties.append(element("tcW", w=width, type="dxa"))
        paragraph = element("p")
        how = element("pPr")
        how.append(element("pStyle", val=desk.word.styles[style].style_id))
        if keep:
            how.append(element("keepNext"))
        paragraph.extend([how, text_run(cell.text), *_cited(cell.refs)])
        made.extend([properties, paragraph])
        row.append(made)
    mark_row(row, heading=heading)
    return row


def _listing(desk: _Desk, block: Listing) -> None:
    for number, name in block.items:
        runs = bookmarked([text_run(f"[{number}]")], f"source_{number}", desk.bookmark())
        desk.paragraph("Normal", *runs, text_run(f" {name}"))
