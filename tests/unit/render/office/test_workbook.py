"""Workbooks: typed cells, text that stays text, what is repeated, frozen and printed."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.render.office.blocks import (
    Bullets,
    Cell,
    FigureBlock,
    Listing,
    Paragraph,
    Report,
    Section,
    TableColumn,
    described_table,
)
from geomap.render.office.workbook import (
    BookCell,
    BookColumn,
    BookSheet,
    table_sheet,
    text_sheet,
    write_workbook,
)

COLUMNS = (BookColumn("名称", 30), BookColumn("数", 8))


def read(*sheets: BookSheet, mark: str = "") -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_workbook("甲", sheets, mark)))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1"])
def test_a_text_that_looks_like_a_formula_stays_text_when_it_is_edited_too(text: str) -> None:
    cell = read(table_sheet("a", COLUMNS, [[text, 1]]))["a"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@given(st.text(max_size=30))
@pytest.mark.slow
def test_any_text_can_be_written_and_is_no_formula(text: str) -> None:
    """Control characters, which openpyxl refuses with an error of its own, are left out."""
    cell = read(table_sheet("a", COLUMNS, [[text, 1]]))["a"]["A2"]
    assert cell.data_type in {"s", "n"}
    assert (cell.value is None) == (cell.data_type == "n")


def test_numbers_stay_numbers_with_their_format_and_what_is_missing_is_empty() -> None:
    rows = [
        ["甲", BookCell(0.25, "0.0%")],
        ["乙", BookCell(None, "0.0%")],
        ["", BookCell("——", "0")],
    ]
    sheet = read(table_sheet("a", COLUMNS, rows))["a"]
    assert [(sheet[at].value, sheet[at].number_format) for at in ("B2", "B3", "B4")] == [
        (0.25, "0.0%"), (None, "General"), ("——", "General"),
    ]  # fmt: skip
    assert sheet["A4"].value is None


def test_a_table_keeps_its_heading_in_sight_on_every_page_and_can_be_filtered() -> None:
    sheet = read(table_sheet("a", COLUMNS, [["甲", 1]], above=("题目", "说明")), mark="甲&乙")["a"]
    assert [cell.value for cell in sheet["A"]] == ["题目", "说明", "名称", "甲"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B4", "A3:B4")
    assert sheet.print_title_rows == "$3:$3"
    # An ampersand begins a code in a footer; it is written twice.
    assert sheet.oddFooter.center.text == "甲&&乙"
    assert (sheet["A4"].alignment.wrap_text, sheet["B4"].alignment.wrap_text) == (True, None)


def test_a_document_stands_in_a_sheet_block_below_block() -> None:
    columns = (TableColumn(Cell("名称"), 1), TableColumn(Cell("数"), 1, right=True))
    table = described_table(1, "表题", columns, [[Cell("甲"), Cell("1")]], "zh")
    figure = FigureBlock(1, "图题", "", "", None, "fill", (), ())
    blocks = (Bullets(("一项",)), table, figure, Listing(((1, "文件"),)))
    report = Report(
        "题", "", (), ("标注",), "zh", (Section("一、问题", 1, blocks),), lead=(Paragraph("引"),)
    )
    sheet = read(text_sheet("说明", report))["说明"]
    told = [cell.value for cell in sheet["A"] if cell.value]
    assert told == [
        "题",
        "标注",
        "引",
        "一、问题",
        "• 一项",
        "表题",
        "名称",
        "甲",
        "图题",
        "[1] 文件",
    ]
    (number,) = [cell for cell in sheet["B"] if cell.value == "1"]
    assert number.alignment.horizontal == "right"


def test_a_paragraph_is_set_over_all_columns_and_as_high_as_it_needs() -> None:
    report = Report("题", "", (), (), "zh", (Section("一", 1, (Paragraph("字" * 100),)),))
    sheet = read(text_sheet("说明", report))["说明"]
    (merged,) = sheet.merged_cells.ranges
    # Six columns of 28 and 5 × 16 digits are 108; 100 signs of 2.1 need two lines of 15.5 points.
    assert merged.coord == "A4:F4"
    assert sheet.row_dimensions[4].height == 31
    assert sheet.row_dimensions[3].height is None


def test_a_row_is_as_high_as_its_longest_text_needs() -> None:
    sheet = read(table_sheet("a", COLUMNS, [["字" * 29, 1], ["字" * 14, 1]]))["a"]
    # 29 signs of 2.1 digits in a column of 30 are three lines, 14 are one.
    assert [sheet.row_dimensions[line].height for line in (2, 3)] == [46.5, None]


def test_a_wide_sheet_is_printed_over_several_pages_with_its_first_column_on_each() -> None:
    columns = [BookColumn(f"{at}", 50) for at in range(9)]
    sheet = read(table_sheet("a", columns, [range(9)]))["a"]
    # 450 digits, 210 to a page.
    assert sheet.page_setup.fitToWidth == 3
    assert sheet.print_title_cols == "$A:$A"


def test_headings_have_the_face_of_the_cells_and_stand_over_their_figures() -> None:
    columns = (BookColumn("名称", 30), BookColumn("数", 8, figures=True))
    sheet = read(table_sheet("a", columns, [["甲", 1]]))["a"]
    assert (sheet["A1"].font.name, sheet["A1"].font.size) == (
        sheet["A2"].font.name, sheet["A2"].font.size,
    )  # fmt: skip
    assert [cell.alignment.horizontal for cell in sheet[1]] == [None, "right"]


def test_the_same_sheets_are_the_same_bytes() -> None:
    first = write_workbook("甲", [table_sheet("a", COLUMNS, [["甲", 1]])], "")
    assert first == write_workbook("甲", [table_sheet("a", COLUMNS, [["甲", 1]])], "")
