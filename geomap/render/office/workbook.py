"""Sheets of typed cells → an Excel workbook, the only one that writes any.

Numbers stay numbers and text stays text: a name that begins with "=" is no formula, not even when
it is edited. What is missing is an empty cell. The same sheets give the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from geomap.render.office.blocks import (
    Block,
    Bullets,
    FigureBlock,
    Listing,
    Paragraph,
    Report,
    TableBlock,
    TableColumn,
)
from geomap.render.office.characters import ems, without_controls
from geomap.render.office.packing import timeless

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is worked out when somebody edits its cell, or opens it as CSV."""
CellValue: TypeAlias = str | float | int | bool | None
_GENERAL = "General"
_MOST_CHARACTERS, _MOST_FOOTER = 32_767, 250
_BODY_PT, _TITLE_PT = 11, 14
_FACE = "Calibri"
"""That of all cells, by the library: Chinese falls back to the face of the reader's system."""
_WRAPPED = 20
"""A column wider than this holds texts, which go over several lines."""
_FIRST, _OTHERS, _FEWEST = 28, 16, 6
"""Widths of the columns that a text with its tables is set in, and how many there are."""
_LINE_PT, _DIGITS_PER_EM, _NARROW = 15.5, 2.1, 0.49
"""Columns are measured in digits; Chinese is as wide as two of them and a little."""
_PAGE_DIGITS = 210
"""So much goes on an A4 page across before its print becomes too small to read."""


class BookCell(NamedTuple):
    """A cell and how it looks; ``across`` sets it over all columns, as a paragraph.

    ``size`` is in points, that of the program when 0.
    """

    value: CellValue
    format: str = _GENERAL
    bold: bool = False
    size: int = 0
    top: bool = False
    wrap: bool = False
    right: bool = False
    across: bool = False


_PLAIN_LOOK = BookCell(None)[2:]
BookLine: TypeAlias = Sequence[BookCell | CellValue]


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A column: its heading and its width in digits; that of ``figures`` stands at the right."""

    head: str
    width: int
    figures: bool = False


@dataclass(frozen=True, slots=True)
class BookSheet:
    """A sheet line by line.

    Parameters
    ----------
    widths : of the columns, in digits
    lines : gone through once
    head : the line, counted from 1, that is repeated on every printed page; 0 for none
    frozen : so many columns stay in sight together with the heading, which can be filtered by;
        0 when all of it scrolls
    drawn : adds a chart to the finished sheet
    """

    name: str
    widths: tuple[int, ...]
    lines: Iterable[BookLine]
    head: int = 0
    frozen: int = 0
    drawn: Callable[[Any], None] | None = None


def table_sheet(
    name: str,
    columns: Sequence[BookColumn],
    rows: Iterable[BookLine],
    *,
    above: Sequence[str] = (),
    frozen: int = 1,
    wraps: bool = True,
) -> BookSheet:
    """Make a sheet of a table.

    Parameters
    ----------
    rows : a cell for each column
    above : lines over the table, the first its title
    wraps : whether headings and texts go over several lines where their column is narrow
    """
    over = [[BookCell(text, bold=not at, size=0 if at else _TITLE_PT)]
            for at, text in enumerate(above)]  # fmt: skip
    heads = [
        BookCell(one.head, bold=True, top=wraps, wrap=wraps, right=one.figures) for one in columns
    ]
    widths = tuple(one.width for one in columns)
    lines = (_wrapped(row, widths) for row in rows) if wraps else rows
    return BookSheet(name, widths, chain(over, [heads], lines), len(over) + 1, frozen)


def _wrapped(row: BookLine, widths: Sequence[int]) -> list[BookCell]:
    cells = (one if isinstance(one, BookCell) else BookCell(one) for one in row)
    return [
        one._replace(top=True, wrap=width > _WRAPPED)
        for one, width in zip(cells, widths, strict=True)
    ]


def text_sheet(name: str, report: Report) -> BookSheet:
    """Set a document in a sheet: its blocks one below the other, tables in its columns."""
    blocks = [*report.lead, *(one for section in report.sections for one in section.blocks)]
    most = max((len(one.columns) for one in blocks if isinstance(one, TableBlock)), default=0)
    widths = (_FIRST, *[_OTHERS] * (max(most, _FEWEST) - 1))
    return BookSheet(name, widths, tuple(_text_lines(report)))


def _text_lines(report: Report) -> Iterator[BookLine]:
    yield [BookCell(report.name, bold=True, size=_TITLE_PT)]
    yield from ([BookCell(one, across=True)] for one in report.marks)
    for block in report.lead:
        yield from _block_lines(block)
    for section in report.sections:
        yield []
        yield [BookCell(section.title, bold=True)]
        for block in section.blocks:
            yield from _block_lines(block)


def _block_lines(block: Block) -> Iterator[BookLine]:
    if isinstance(block, Paragraph):
        yield [BookCell(block.text, across=True)]
    elif isinstance(block, Bullets):
        yield from ([BookCell(f"• {one}", across=True)] for one in block.items)
    elif isinstance(block, Listing):
        yield from ([BookCell(f"[{number}] {one}", across=True)] for number, one in block.items)
    elif isinstance(block, FigureBlock):
        yield from ([BookCell(one, across=True)] for one in (block.caption, block.sentence) if one)
    else:
        yield []
        yield [BookCell(block.caption, bold=True)]
        heads = [one.head.text for one in block.columns]
        yield _table_line(heads, block.columns, bold=True)
        for row in block.rows:
            yield _table_line([one.text for one in row], block.columns, bold=False)


def _table_line(
    texts: Iterable[str], columns: Iterable[TableColumn], *, bold: bool
) -> list[BookCell]:
    return [
        BookCell(text, bold=bold, top=True, wrap=True, right=column.right)
        for text, column in zip(texts, columns, strict=True)
    ]


def write_workbook(title: str, sheets: Iterable[BookSheet], mark: str) -> bytes:
    """Write a workbook.

    Parameters
    ----------
    title : kept in the properties of the file
    mark : stands below every printed page
    """
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "geomap"
    book.properties.title = _held(title)
    for one in sheets:
        sheet = book.create_sheet(one.name)
        _fill(sheet, one)
        _furnish(sheet, one, mark)
        if one.drawn:
            one.drawn(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue())


def _fill(sheet: Any, given: BookSheet) -> None:
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    for at, width in enumerate(given.widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for line, cells in enumerate(given.lines, start=1):
        texts = []
        for at, one in enumerate(cells, start=1):
            if not isinstance(one, BookCell):
                _put(sheet, line, at, one)
                continue
            _dress(_put(sheet, line, at, one.value), one)
            if one.across:
                sheet.merge_cells(None, line, 1, line, len(given.widths))
            if (one.wrap or one.across) and isinstance(one.value, str):
                texts.append((one.value, sum(given.widths) if one.across else given.widths[at - 1]))
        if (lines := max((_lines_needed(*text) for text in texts), default=1)) > 1:
            sheet.row_dimensions[line].height = _LINE_PT * lines


def _lines_needed(text: str, width: int) -> int:
    """Estimate how many lines a text takes: not every program works that out."""
    return math.ceil(ems(text, _NARROW) * _DIGITS_PER_EM / width)


def _put(sheet: Any, line: int, at: int, value: CellValue) -> Any:
    cell = sheet.cell(line, at)
    if isinstance(value, str):
        if text := _held(value):
            cell.value = text
            cell.data_type = "s"  # a text that begins with "=" would become a formula
            if text.startswith(FORMULA_SIGNS):
                cell.quotePrefix = True  # and would when it is edited
    elif value is not None:
        cell.value = value
    return cell


def _dress(cell: Any, one: BookCell) -> None:
    if one.format != _GENERAL and isinstance(one.value, int | float):
        cell.number_format = one.format
    if one[2:] == _PLAIN_LOOK:
        return
    from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]

    if one.bold:
        size = one.size or _BODY_PT
        cell.font = Font(name=_FACE, family=2, scheme="minor", bold=True, size=size)
    wrap, top = one.wrap or one.across, one.top or one.across
    if top or wrap or one.right:
        side, above = "right" if one.right else None, "top" if top else None
        cell.alignment = Alignment(horizontal=side, vertical=above, wrap_text=wrap)


def _furnish(sheet: Any, given: BookSheet, mark: str) -> None:
    """Let a sheet print on A4 across, its headings repeated and the mark below."""
    from openpyxl.utils import get_column_letter

    if given.frozen:
        sheet.print_title_cols = f"A:{get_column_letter(given.frozen)}"
        sheet.freeze_panes = sheet.cell(given.head + 1, given.frozen + 1)
        sheet.auto_filter.ref = f"A{given.head}:{sheet.dimensions.rpartition(':')[2]}"
    if given.head:
        sheet.print_title_rows = f"{given.head}:{given.head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.fitToWidth = math.ceil(sum(given.widths) / _PAGE_DIGITS)
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    # An ampersand begins a code in a footer.
    sheet.oddFooter.center.text = without_controls(mark)[:_MOST_FOOTER].replace("&", "&&")


def _held(text: str) -> str:
    """Give as much of a text as a cell holds."""
    return without_controls(text)[:_MOST_CHARACTERS]
