"""An ``Extract`` as an Excel workbook and as CSV, safe to open in Office.

Numbers stay numbers and text stays text: a name that begins with "=" is no formula. A missing or
withheld value is an empty cell, its status beside it; an estimate says 估算 in its own cell too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from geomap.errors import RequestError, Text
from geomap.model.catalog import Status
from geomap.render.data.extract import DataCell, DataRow, Extract
from geomap.render.office.characters import without_controls
from geomap.render.office.workbook import (
    FORMULA_SIGNS,
    BookCell,
    BookColumn,
    BookSheet,
    CellValue,
    table_sheet,
    write_workbook,
)
from geomap.tables.export_columns import (
    DOCUMENT_FIELDS,
    EXPORT_COLUMNS,
    FIGURE_FIELDS,
    SITE_FIELDS,
    Field,
)

if TYPE_CHECKING:
    import geopandas as gpd

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
    made = [
        _sheet(shown, shown.say(name), fields, getattr(shown, member))
        for name, fields, member in _SHEETS
        if getattr(shown, member) or member == "table"
    ]
    made.insert(1, _about_sheet(shown))
    return write_workbook(shown.title, made, shown.facts["mark"])


def _sheet(
    shown: Extract, name: str, fields: Sequence[Field], rows: Sequence[DataRow]
) -> BookSheet:
    kept = [one for one in fields if one.id not in _ONCE]
    columns = [BookColumn(shown.say(one.head), one.width) for one in kept]
    lines = ([_typed(field, row, shown) for field in kept] for row in rows)
    frozen = 3 if kept[0].id == "code" else 1
    return table_sheet(name, columns, lines, frozen=frozen, wraps=False)


def _about_sheet(shown: Extract) -> BookSheet:
    """Write what is to be known, a line each, the mark among the first."""
    told = [one for one in shown.about if one.value]
    lines = [
        [
            BookCell(shown.say(one.head), bold=True, top=True),
            BookCell(one.value, top=True, wrap=True),
        ]
        for one in told
    ]
    return BookSheet(shown.say(_ABOUT), (26, 100), lines, head=1)


def _typed(field: Field, row: DataRow, shown: Extract) -> BookCell | CellValue:
    value = row[field.id]
    return value if isinstance(value, str) else BookCell(value, _format(field, row, shown))


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
        text = without_controls(value)
        return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
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
