"""An ``Extract`` as an Excel workbook and as CSV, safe to open in Office.

Numbers stay numbers and text stays text: a name that begins with "=" is no formula. A missing or
withheld value is an empty cell, its status beside it; an estimate says 估算 in its own cell too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from geomap.errors import RequestError, Text
from geomap.model.catalog import Status
from geomap.render.data.extract import DataCell, DataRow, Extract
from geomap.render.data.packing import timeless
from geomap.tables.export_columns import (
    DOCUMENT_FIELDS,
    EXPORT_COLUMNS,
    FIGURE_FIELDS,
    SITE_FIELDS,
    Field,
)

if TYPE_CHECKING:
    import geopandas as gpd

_MOST_CHARACTERS = 32_767
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NUMBER = re.compile(r"−?[\d,]+(\.\d+)?")
# What GBK lacks though it has a plain way to write it.
_PLAIN = str.maketrans({"²": "2", "³": "3", "−": "-", "\u00a0": " "})
_SHEETS = (
    (Text("数据", "Data"), EXPORT_COLUMNS, "table"),
    (Text("来源", "Sources"), DOCUMENT_FIELDS, "documents"),
    (Text("出处", "Figures"), FIGURE_FIELDS, "figures"),
    (Text("点位", "Sites"), SITE_FIELDS, "sites"),
)
_ABOUT = Text("说明", "About")
# They say the same in every row; the sheet of notes says it once.
_ONCE = {"mark", "audience", "release", "notes"}


def xlsx(shown: Extract, _: gpd.GeoDataFrame, __: str) -> bytes:
    """Write a workbook: the data, what is to be known, documents, figures and sites."""
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "geomap"
    book.properties.title = _clean(shown.title)
    for name, fields, member in _SHEETS:
        rows: Sequence[DataRow] = getattr(shown, member)
        if rows or member == "table":
            kept = [one for one in fields if one.id not in _ONCE]
            _fill(book.create_sheet(shown.say(name)), kept, rows, shown)
    _tell(book.create_sheet(shown.say(_ABOUT), 1), shown)
    stream = io.BytesIO()
    book.save(stream)
    return timeless(stream.getvalue())


def _fill(sheet: Any, fields: Sequence[Field], rows: Iterable[DataRow], shown: Extract) -> None:
    from openpyxl.styles import Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    bold = Font(bold=True)
    for at, field in enumerate(fields, start=1):
        _put(sheet, 1, at, shown.say(field.head)).font = bold
        sheet.column_dimensions[get_column_letter(at)].width = field.width
    for line, row in enumerate(rows, start=2):
        for at, field in enumerate(fields, start=1):
            _put(sheet, line, at, row[field.id], _format(field, row, shown))
    sheet.freeze_panes = sheet.cell(2, 4 if fields[0].id == "code" else 2)
    sheet.auto_filter.ref = sheet.dimensions
    _furnish(sheet, shown)


def _tell(sheet: Any, shown: Extract) -> None:
    """Write what is to be known, a line each, the mark among the first."""
    from openpyxl.styles import Alignment, Font

    for line, one in enumerate((one for one in shown.about if one.value), start=1):
        _put(sheet, line, 1, shown.say(one.head)).font = Font(bold=True)
        _put(sheet, line, 2, one.value).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 100
    _furnish(sheet, shown)


def _furnish(sheet: Any, shown: Extract) -> None:
    """Let each sheet print on A4 across, with its heading repeated and the mark below."""
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    # An ampersand begins a code in a footer.
    sheet.oddFooter.center.text = _clean(shown.facts["mark"]).replace("&", "&&")


def _format(field: Field, row: DataRow, shown: Extract) -> str:
    """Give the number format; that of an estimate prints 估算 beside the number."""
    if field.id in ("lon", "lat"):
        return "0.00000"
    if field.type != "real":
        return "General" if field.type == "text" else "0"
    if "code" not in row:
        return "General"
    if field.id != "value":
        return _digits(shown.decimals)
    text, digits = str(row["printed"]), _digits(int(str(row["decimals"])))
    if text.startswith(("<", ">")):
        return f'"{text}"'
    before, after = _beside(text)
    if row["status"] == Status.APPORTIONED.value:
        after += "（估算）"
    return f'"{before}"{digits}"{after}";"{before}"-{digits}"{after}"' if before + after else digits


def _digits(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def _beside(text: str) -> tuple[str, str]:
    """Give what stands before and after the number: 约 in 约25, 左右 in 50左右."""
    found = _NUMBER.search(text)
    return (text[: found.start()], text[found.end() :]) if found else ("", "")


def _put(sheet: Any, line: int, at: int, value: DataCell, format_: str = "General") -> Any:
    cell = sheet.cell(line, at)
    if isinstance(value, str):
        if text := _clean(value):
            cell.value = text
            cell.data_type = "s"  # a text that begins with "=" would become a formula
            if text.startswith(_FORMULA):
                cell.quotePrefix = True  # and would when it is edited
    elif value is not None:
        cell.value = value
        if format_ != "General":
            cell.number_format = format_
    return cell


def _clean(text: str) -> str:
    """Take out what an Office file cannot hold."""
    return _CONTROL.sub("", text)[:_MOST_CHARACTERS]


def csv_file(shown: Extract, _: gpd.GeoDataFrame, encoding: str) -> bytes:
    """Write CSV as Excel opens it: UTF-8 with a byte-order mark, or GBK; lines end in CRLF.

    Raises
    ------
    RequestError : GBK lacks a character; names it
    """
    return table(EXPORT_COLUMNS, shown.table, shown, encoding)


def table(fields: Sequence[Field], rows: Iterable[DataRow], shown: Extract, encoding: str) -> bytes:
    """Write rows as CSV under the headings of the fields; ``RequestError`` as ``csv_file``."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(shown.say(field.head) for field in fields)
    writer.writerows([_cell(row[field.id]) for field in fields] for row in rows)
    return encoded(stream.getvalue(), encoding, mark=True)


def _cell(value: DataCell) -> str:
    """Write a cell; before what a spreadsheet would work out stands an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        text = _CONTROL.sub("", value)
        return f"'{text}" if text.startswith(_FORMULA) else text
    return f"{value:.15g}"


def encoded(text: str, encoding: str, *, mark: bool = False) -> bytes:
    """Encode a text; in GBK, raised figures and the minus sign are written plainly.

    Parameters
    ----------
    mark : whether UTF-8 begins with a byte-order mark, without which Excel takes it for GBK

    Raises
    ------
    RequestError : the encoding lacks a character; names those it lacks
    """
    if encoding != "gbk":
        return text.encode("utf-8-sig" if mark else "utf-8", "replace")
    try:
        return text.translate(_PLAIN).encode("gbk")
    except UnicodeEncodeError:
        raise _lacking(text.translate(_PLAIN)) from None


def _lacking(text: str) -> RequestError:
    lacking = [one for one in dict.fromkeys(text) if not _in_gbk(one)]
    named = "、".join(f"“{one}”（U+{ord(one):04X}）" for one in lacking[:10])
    return RequestError(
        f"GBK 没有这些字：{named}；请改用 UTF-8（encoding=utf-8）",
        f"GBK lacks {named}; choose UTF-8 (encoding=utf-8)",
    )


def _in_gbk(one: str) -> bool:
    try:
        one.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
