"""A report as slides: a map or a table each, native and with its sources in the speaker's notes.

Faces and colours are those of the master; a table that does not fit goes on over the next slides
under its heading. The same report gives the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from geomap.errors import Text
from geomap.render.office.blocks import (
    FIGURE_WORD,
    TABLE_WORD,
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
from geomap.render.office.slide_master import Deck, SlideBox

_EMU_PER_PT = 12_700
_TABLE_PT, _TEXT_PT, _NOTE_PT, _FOOT_PT = 11, 16, 10, 9
_HEADED_PT = 20
_LINE = 1.46
"""Chinese faces stand so high: Noto Sans CJK 1.45, Microsoft YaHei 1.32."""
_SIDE_PT, _ABOVE_PT = 5.0, 2.5
_LABEL_PT, _GAP_PT = 17.0, 7.0
_WHOLE = 12
"""Tables of so few lines are not parted."""


def write_pptx(report: Report, images: Mapping[int, bytes], deck: Deck) -> bytes:
    """Write a report into a presentation without slides.

    Parameters
    ----------
    images : PNG files by the number of their figure
    deck : the master and its layouts, filled in place
    """
    desk = _Desk(deck, report, images)
    _describe(desk)
    _cover(desk)
    lead = [Section(report.title, 2, report.lead)] if report.lead else []
    for section in (*lead, *report.sections):
        _section(desk, section)
    stream = io.BytesIO()
    deck.slides.save(stream)
    return timeless(stream.getvalue())


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all slides are made with."""

    deck: Deck
    report: Report
    images: Mapping[int, bytes]

    def slide(self, layout: Any, title: str) -> Any:
        """Add a slide with its title and its foot."""
        made = self.deck.slides.slides.add_slide(layout)
        made.shapes.title.text = title
        if layout is self.deck.content:
            for shape in list(made.placeholders):
                if shape.placeholder_format.type not in (1, 3):
                    shape._element.getparent().remove(shape._element)
        self._foot(made)
        return made

    def note(self, slide: Any, refs: Iterable[int]) -> None:
        """Write the documents that a slide cites into the speaker's notes."""
        named = dict(self.report.documents)
        cited = [f"[{number}] {named[number]}" for number in sorted(set(refs))]
        if cited:
            head = self.report.say(Text("出处", "Sources"))
            slide.notes_slide.notes_text_frame.text = "\n".join([head, *cited])

    def text(
        self, slide: Any, box: SlideBox, lines: Sequence[str], size: float, **how: Any
    ) -> None:
        """Add lines of text."""
        from pptx.util import Pt

        shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        for at, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            piece = paragraph.add_run()
            piece.text, piece.font.size = line, Pt(size)
            paragraph.space_after = Pt(how.get("after", 0))
            paragraph.alignment = how.get("align")

    def _foot(self, slide: Any) -> None:
        from pptx.enum.text import PP_ALIGN

        foot, number = self.deck.foot, str(len(self.deck.slides.slides))
        self.text(slide, foot, ["　".join(self.report.marks)], _FOOT_PT)
        right = SlideBox(foot.left + foot.width * 9 // 10, foot.top, foot.width // 10, foot.height)
        self.text(slide, right, [number], _FOOT_PT, align=PP_ALIGN.RIGHT)


def _describe(desk: _Desk) -> None:
    core, report = desk.deck.slides.core_properties, desk.report
    core.title = report.name
    core.author = core.last_modified_by = report.maker or "geomap"
    core.subject, core.comments, core.keywords = report.subtitle, "", ""
    core.language = "zh-CN" if report.lang == "zh" else "en"


def _cover(desk: _Desk) -> None:
    report, deck = desk.report, desk.deck
    slide = desk.slide(deck.cover, report.title)
    lines = [f"{label}{report.say(Text('：', ': '))}{value}" for label, value in report.facts]
    under = [one for one in slide.placeholders if one.placeholder_format.idx != 0]
    if under:
        under[0].text = report.subtitle
    title = slide.shapes.title
    top = int(deck.slides.slide_height * 0.58)
    box = SlideBox(int(title.left), top, int(title.width), deck.foot.top - top)
    desk.text(slide, box, lines, _TEXT_PT, after=4)


def _section(desk: _Desk, section: Section) -> None:
    """Write one section: only words on a slide that parts the talk, else block after block."""
    lead = [block for block in section.blocks if isinstance(block, Paragraph)]
    if section.level == 1 and len(lead) == len(section.blocks):
        _divider(desk, section, lead)
        return
    flow = _Flow(desk, section.title)
    for at, block in enumerate(section.blocks):
        if isinstance(block, FigureBlock):
            _figure(flow, block)
        elif isinstance(block, TableBlock):
            _table(flow, block, _notes_after(section, at))
        else:
            for words in _lines_of(block):
                flow.words(*words)
    flow.close()


def _lines_of(block: Paragraph | Bullets | Listing) -> list[tuple[str, Refs, float]]:
    """Give what is set as text: the words, their documents and their size."""
    if isinstance(block, Bullets):
        return [(f"• {item}", (), _TEXT_PT) for item in block.items]
    if isinstance(block, Listing):
        return [(f"[{number}] {name}", (), _TABLE_PT + 1) for number, name in block.items]
    return [(block.text, block.refs, _NOTE_PT if block.role == "note" else _TEXT_PT)]


def _notes_after(section: Section, at: int) -> list[Paragraph]:
    """Give the small print that ends a section right after a table: it belongs to its slide."""
    rest = section.blocks[at + 1 :]
    notes = [one for one in rest if isinstance(one, Paragraph) and one.role == "note"]
    return notes if len(notes) == len(rest) else []


def _divider(desk: _Desk, section: Section, lead: Sequence[Paragraph]) -> None:
    slide = desk.slide(desk.deck.section, section.title)
    lines = [f"{one.text}{_cited(one.refs)}" for one in lead]
    under = [one for one in slide.placeholders if one.placeholder_format.idx != 0]
    if under:
        under[0].text = "\n".join(lines)
    else:
        desk.text(slide, desk.deck.room, lines, _TEXT_PT, after=10)
    desk.note(slide, chain.from_iterable(one.refs for one in lead))


def _cited(refs: Refs) -> str:
    return "".join(text for text, _ in bracketed(refs))


@dataclass(slots=True)
class _Flow:
    """Blocks one below the other, on as many slides under one title as they need; in points."""

    desk: _Desk
    title: str
    slide: Any = None
    used: float = 0.0
    number: int = 0
    refs: list[int] = field(default_factory=list)

    @property
    def left(self) -> float:
        """The height that is left on this slide."""
        return self.desk.deck.room.height / _EMU_PER_PT - self.used

    @property
    def place(self) -> SlideBox:
        """What is left of this slide."""
        room, used = self.desk.deck.room, int(self.used * _EMU_PER_PT)
        return SlideBox(room.left, room.top + used, room.width, room.height - used)

    def require(self, height: float) -> None:
        """Go on to the next slide unless so much is left on this one."""
        if self.slide is None or (height > self.left and self.used):
            self.close()
            self.number += 1
            part = f" ({self.number})" if self.number > 1 else ""
            self.slide = self.desk.slide(self.desk.deck.content, f"{self.title}{part}")

    def close(self) -> None:
        """Write the notes of this slide and leave it."""
        if self.slide is not None:
            self.desk.note(self.slide, self.refs)
        self.slide, self.used, self.refs = None, 0.0, []

    def height(self, text: str, size: float) -> float:
        """Estimate how high a paragraph is, with the gap below it."""
        return _lines(text, self.desk.deck.room.width, size) * size * _LINE + _GAP_PT

    def words(self, text: str, refs: Refs, size: float) -> None:
        """Add a paragraph."""
        said = f"{text}{_cited(refs)}"
        high = self.height(said, size)
        self.require(high)
        self.desk.text(self.slide, self.place, [said], size)
        self.used += high
        self.refs += refs


def _figure(flow: _Flow, block: FigureBlock) -> None:
    """Set a map on a slide of its own."""
    from pptx.enum.text import PP_ALIGN

    flow.close()
    flow.require(0)
    room, slide = flow.place, flow.slide
    if block.sentence:
        colon = flow.desk.report.say(Text("：", ": "))
        _headed(slide.shapes.title, f"{block.caption}{colon}{block.sentence.rstrip('。.')}")
        flow.number -= 1
    caption = _NOTE_PT * 2 * _EMU_PER_PT
    image = io.BytesIO(flow.desk.images[block.number])
    picture = slide.shapes.add_picture(image, room.left, room.top)
    scale = min(room.width / picture.width, (room.height - caption) / picture.height)
    picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
    picture.left = room.left + (room.width - picture.width) // 2
    picture._element.nvPicPr.cNvPr.set("descr", block.alt)
    below = SlideBox(room.left, room.top + picture.height, room.width, caption)
    label = flow.desk.report.say(FIGURE_WORD)
    words = f"{label} {block.number}　{block.caption} {_cited(block.refs)}"
    flow.desk.text(slide, below, [words], _NOTE_PT, align=PP_ALIGN.CENTER)
    flow.refs += block.refs
    flow.close()


def _headed(title: Any, words: str) -> None:
    """Let a slide be headed by what it shows, small enough for two lines."""
    from pptx.util import Pt

    title.text = words
    title.text_frame.word_wrap = True
    title.text_frame.paragraphs[0].font.size = Pt(_HEADED_PT)


# --- tables ---------------------------------------------------------------------------------------


def _table(flow: _Flow, block: TableBlock, after: Sequence[Paragraph] = ()) -> None:
    """Set a table where there is room for its first rows, and go on over the next slides.

    Parameters
    ----------
    after : what stands below it besides its own notes, and should not stand alone
    """
    room = flow.desk.deck.room
    whole = sum(column.width for column in block.columns)
    widths = [room.width * column.width // whole for column in block.columns]
    heads = [column.head for column in block.columns]
    heights = [_height(row, widths) for row in (heads, *block.rows)]
    below = sum(flow.height(one.text, _NOTE_PT) for one in (*block.notes, *after))
    wanted = sum(heights) + below if len(heights) <= _WHOLE else sum(heights[:4])
    flow.require(_LABEL_PT + _GAP_PT + wanted)
    label = f"{flow.desk.report.say(TABLE_WORD)} {block.number}　{block.caption}"
    parts = _pages(block.rows, heights, flow.left - _LABEL_PT, room.height / _EMU_PER_PT)
    for at, rows in enumerate(parts):
        if at:
            flow.close()
            flow.require(0)
        more = flow.desk.report.say(Text("（续）", " (continued)")) if at else ""
        flow.desk.text(flow.slide, flow.place, [f"{label}{more}"], _NOTE_PT)
        flow.used += _LABEL_PT
        place = flow.place
        high = _fill(flow.slide, block, rows, widths, (place.left, place.top))
        flow.used += high / _EMU_PER_PT + _GAP_PT
        flow.refs += [ref for row in (heads, *rows) for cell in row for ref in cell.refs]
    for note in block.notes:
        flow.words(note.text, note.refs, _NOTE_PT)


def _pages(
    rows: Sequence[Sequence[Cell]], heights: Sequence[float], first: float, full: float
) -> list[list[Sequence[Cell]]]:
    """Part rows so that each part fits under the heading; a row too high stands alone.

    Parameters
    ----------
    heights : of the heading, then of the rows, in points
    first, full : the height left for the first part, and that of an empty slide
    """
    pages: list[list[Sequence[Cell]]] = [[]]
    space, used = first, heights[0]
    for row, high in zip(rows, heights[1:], strict=True):
        if pages[-1] and used + high > space:
            pages.append([])
            space, used = full - _LABEL_PT, heights[0]
        pages[-1].append(row)
        used += high
    return pages


def _height(row: Sequence[Cell], widths: Sequence[int]) -> float:
    """Estimate how high a row is, in points."""
    lines = max(
        _lines(_said(cell), width - 2 * _SIDE_PT * _EMU_PER_PT, _TABLE_PT)
        for cell, width in zip(row, widths, strict=True)
    )
    return lines * _TABLE_PT * _LINE + 2 * _ABOVE_PT


def _lines(text: str, width: float, size: float) -> int:
    """Estimate how many lines a text needs."""
    room = max(1.0, width / _EMU_PER_PT / size)
    return max(1, math.ceil(ems(text) / room * 1.04))


def _said(cell: Cell) -> str:
    return f"{cell.text} {_cited(cell.refs)}".strip()


def _fill(
    slide: Any,
    block: TableBlock,
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[int],
    at: tuple[int, int],
) -> int:
    """Add a native table; gives its height."""
    heads = [column.head for column in block.columns]
    lines = [heads, *rows]
    heights = [int(_height(line, widths) * _EMU_PER_PT) for line in lines]
    frame = slide.shapes.add_table(len(lines), len(widths), *at, sum(widths), sum(heights))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", block.alt)
    table = frame.table
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, line, height in zip(table.rows, lines, heights, strict=True):
        row.height = height
        for cell, content, column in zip(row.cells, line, block.columns, strict=True):
            _write(cell, _said(content), right=column.right)
    return sum(heights)


def _write(cell: Any, text: str, *, right: bool) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    cell.margin_left = cell.margin_right = Pt(_SIDE_PT)
    cell.margin_top = cell.margin_bottom = Pt(_ABOVE_PT)
    paragraph = cell.text_frame.paragraphs[0]
    if text:
        piece = paragraph.add_run()
        piece.text, piece.font.size = text, Pt(_TABLE_PT)
    else:  # an empty cell would be as high as text of 18 points
        paragraph._p.get_or_add_endParaRPr().set("sz", str(_TABLE_PT * 100))
    if right:
        paragraph.alignment = PP_ALIGN.RIGHT
