"""Plan progress as tables to work on: an Excel workbook and a Word document.

Numbers stay numbers, years stay years, and why there is no number stands in its stead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from geomap.errors import Text
from geomap.render.office.blocks import (
    Block,
    Cell,
    Listing,
    Paragraph,
    Report,
    Section,
    TableColumn,
    described_table,
)
from geomap.render.office.word import plain_docx
from geomap.render.office.workbook import (
    BookCell,
    BookColumn,
    BookSheet,
    table_sheet,
    write_workbook,
)
from geomap.views.plans.site_targets import UNDECIDED
from geomap.views.plans.tables import (
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

_YEAR = re.compile(r"（(\d{4})）")
__all__ = ["Tables", "plan_document", "plan_workbook", "tables"]


def plan_workbook(shown: Tables) -> bytes:
    """Write an Excel workbook: plans, sites, dates, documents; headings stay while scrolling."""
    made = [_sheet(shown, shown.say(name), columns, rows) for name, columns, rows in sheets(shown)]
    return write_workbook(shown.title, made, "  ".join(shown.marks))


def _sheet(
    shown: Tables, name: str, columns: Sequence[ProgressColumn], rows: Sequence[TargetRow]
) -> BookSheet:
    heads = [
        BookColumn(shown.say(one.head), one.width, figures=one.format != "General")
        for one in columns
    ]
    lines = [[_typed(column, row) for column in columns] for row in rows]
    above = (shown.title, *shown.marks, *shown.notes)
    return table_sheet(name, heads, lines, above=above)


def _typed(column: ProgressColumn, row: TargetRow) -> BookCell:
    how = column.format if isinstance(column.format, str) else column.format(row)
    return BookCell(column.read(row), how)


def plan_document(shown: Tables) -> bytes:
    """Write a Word document on A4 across: a table for each part, headings repeated on each page."""
    return plain_docx(plan_report(shown))


def plan_report(shown: Tables) -> Report:
    """Set out the tables of plans, sites and dates, with the documents at the end."""
    listed = tuple((source_number(shown, one.id), cite(one, shown)) for one in shown.used)
    return Report(
        title=f"{shown.title} · {shown.say(PLAN)}",
        subtitle="",
        facts=(),
        marks=shown.marks,
        lang=shown.lang,
        sections=(
            *_table_sections(shown),
            Section(shown.say(DOCUMENTS), 1, (Listing(listed),)),
        ),
        lead=tuple(Paragraph(note) for note in shown.notes),
        documents=listed,
        cover=False,
        across=True,
    )


def _table_sections(shown: Tables) -> Iterable[Section]:
    """Write a section for each group of targets, for the sites and for the dates."""
    name = "group_zh" if shown.lang == "zh" else "group_en"
    parts: list[tuple[str, list[ProgressColumn], Sequence[TargetRow]]] = [
        *((str(rows[0][name]), brief_columns(shown), rows) for rows in by_group(shown.rows)),
        (shown.say(SITE_TARGETS_TITLE), brief_columns(shown, whose=True), shown.sites),
        (shown.say(DATES), date_columns(shown), shown.dates),
    ]
    number = 0
    for title, columns, rows in parts:
        number += bool(rows)
        yield Section(title, 1, tuple(_blocks(number, title, columns, rows, shown)))


def _blocks(
    number: int,
    title: str,
    columns: Sequence[ProgressColumn],
    rows: Sequence[TargetRow],
    shown: Tables,
) -> Iterable[Block]:
    if not rows:
        yield Paragraph(shown.say(Text("没有这样的目标", "there are none")))
        return
    if any(row.get("reading") for row in rows):
        colon = shown.say(Text("：", ": "))
        yield Paragraph(f"{shown.say(READING_WORD)}{colon}{shown.say(UNDECIDED)}")
    heads = [TableColumn(Cell(shown.say(one.head)), one.width, right=one.right) for one in columns]
    lines = ([Cell(breakable(_text(one.read(row)))) for one in columns] for row in rows)
    yield described_table(number, title, heads, lines, shown.lang)


def breakable(text: str) -> str:
    """Set a space before a year, so that a narrow column breaks there and not in the number."""
    return _YEAR.sub(r" (\1)", text)


def _text(value: PrintedCell) -> str:
    return "" if value is None else str(value)
