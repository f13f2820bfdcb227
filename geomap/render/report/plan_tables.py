"""Plan progress as tables to work on: an Excel workbook and a Word document.

Numbers stay numbers, years stay years, text stays text (a name that begins with "=" is no formula).
The same data give the same bytes: no time of writing is kept.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.render.data.packing import timeless
from geomap.render.office.word_xml import HAN, mark_row, set_face
from geomap.views.plans.site_targets import UNDECIDED
from geomap.views.plans.tables import (  # fmt: skip
    DATES,
    DOCUMENTS,
    PLAN,
    READING_WORD,
    SITE_TARGETS_TITLE,
    PrintedCell,
    ProgressColumn,
    Tables,
    brief_columns,
    cite,
    date_columns,
    sheets,
    source_number,
    tables,
)
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import by_group

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import _Cell as WordCell

__all__ = ["DOCX", "XLSX", "Tables", "plan_document", "tables", "workbook"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def workbook(shown: Tables) -> bytes:
    """Write an Excel workbook: plans, sites, dates, documents; headings stay while scrolling."""
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "geomap"
    book.properties.title = shown.title
    for name, columns, rows in sheets(shown):
        _fill(book.create_sheet(shown.say(name)), columns, rows, shown)
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue())


def plan_document(shown: Tables) -> bytes:
    """Write a Word document on A4 across: a table for each part, headings repeated on each page."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    word = docx.Document()
    word.core_properties.author = "geomap"
    word.core_properties.title = shown.title
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.header.paragraphs[0].text = "　".join(shown.marks)
    set_faces(word)
    word.add_heading(f"{shown.title} · {shown.say(PLAN)}", 0)
    for note in shown.notes:
        word.add_paragraph(note)
    for rows in by_group(shown.rows):
        word.add_heading(rows[0]["group_zh" if shown.lang == "zh" else "group_en"], 2)
        _table(word, brief_columns(shown), rows, shown)
    word.add_heading(shown.say(SITE_TARGETS_TITLE), 2)
    if any(row["reading"] for row in shown.sites):
        word.add_paragraph(f"{shown.say(READING_WORD)}：{shown.say(UNDECIDED)}")
    _table(word, brief_columns(shown, whose=True), shown.sites, shown)
    word.add_heading(shown.say(DATES), 2)
    _table(word, date_columns(shown), shown.dates, shown)
    word.add_heading(shown.say(DOCUMENTS), 2)
    for source in shown.used:
        word.add_paragraph(f"[{source_number(shown, source.id)}] {cite(source, shown)}")
    stream = io.BytesIO()
    word.save(stream)
    return timeless(stream.getvalue())


def _fill(
    sheet: Any, columns: list[ProgressColumn], rows: Iterable[TargetRow], shown: Tables
) -> None:
    from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    for line, note in enumerate((shown.title, *shown.notes), start=1):
        _put(sheet, line, 1, note)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    head = len(shown.notes) + 2
    for at, column in enumerate(columns, start=1):
        _put(sheet, head, at, shown.say(column.head))
        sheet.cell(head, at).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    for line, row in enumerate(rows, start=head + 1):
        for at, column in enumerate(columns, start=1):
            how = column.format if isinstance(column.format, str) else column.format(row)
            cell = _put(sheet, line, at, column.read(row), how)
            cell.alignment = Alignment(vertical="top", wrap_text=column.width > 20)
    sheet.freeze_panes = sheet.cell(head + 1, 2)
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "  ".join(shown.marks)


def _put(sheet: Any, line: int, at: int, value: PrintedCell, format_: str = "General") -> Any:
    cell = sheet.cell(line, at, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" would become a formula
    elif value is not None:
        cell.number_format = format_
    return cell


def set_faces(word: Word) -> None:
    """Set size and face of the styles that tables are written in."""
    from docx.shared import Pt

    for name, size in (("Normal", 9), ("Title", 18), ("Heading 2", 12)):
        style: Any = word.styles[name]
        style.font.size = Pt(size)
        set_face(style, latin=HAN)


def _table(
    word: Word, columns: list[ProgressColumn], rows: Sequence[TargetRow], shown: Tables
) -> None:
    from docx.shared import Mm

    if not rows:
        word.add_paragraph(shown.say(Text("没有这样的目标", "there are none")))
        return
    table = word.add_table(rows=0, cols=len(columns), style="Table Grid")
    table.autofit = False
    whole = sum(column.width for column in columns)
    widths = [Mm(267 * column.width / whole) for column in columns]
    lines = [[shown.say(column.head) for column in columns]]
    lines += [[_text(column.read(row)) for column in columns] for row in rows]
    for place, line in enumerate(lines):
        added = table.add_row()
        mark_row(added._tr, heading=place == 0)
        for cell, text, width in zip(added.cells, line, widths, strict=True):
            cell.width = width
            _write(cell, text, bold=place == 0)


def _write(cell: WordCell, text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    run = cell.paragraphs[0].add_run(text)
    run.bold, run.font.size = bold, Pt(8)
    cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _text(value: PrintedCell) -> str:
    return "" if value is None else str(value)
