"""A table that geomap itself exported → a table that can be imported: one heading, one way back.

Its columns of classes, colours and marks are set aside, and so are rows that hold no figure of a
document: estimates and what was worked out. The rest is imported like any table.
"""

from __future__ import annotations

from geomap.model.findings import Findings
from geomap.tables import cells
from geomap.tables.export_columns import EXPORT_COLUMNS
from geomap.tables.grid import Grid

_TO_STATS = {
    "code": "area",
    "indicator": "indicator",
    "year": "year",
    "value": "value",
    "approx": "approx",
    "unit": "unit",
    "kind": "kind",
    "status": "status",
    "places": "locator",
    "notes": "note",
}
_HEADS = [
    (cells.lookup_key(one.head.zh), cells.lookup_key(one.head.en), one.id) for one in EXPORT_COLUMNS
]
_NEEDED = {"code", "indicator", "value", "status", "base_year", "class", "places"}
_WORKED_OUT = {"apportioned", "derived"}


def as_table(grid: Grid, findings: Findings) -> Grid:
    """Give the columns and rows of an export that are figures; any other table as it is."""
    fields = _fields(grid.header)
    if not set(fields) >= _NEEDED:
        return grid
    kept = [at for at, name in enumerate(fields) if name in _TO_STATS]
    status, base = fields.index("status"), fields.index("base_year")
    rows, lines, aside = [], [], []
    for row, line in zip(grid.rows, grid.lines, strict=True):
        padded = [*row, *[""] * (len(fields) - len(row))]
        if padded[status].strip() in _WORKED_OUT or padded[base].strip():
            aside.append(line)
            continue
        rows.append([_plain(padded[at]) for at in kept])
        lines.append(line)
    _tell(grid.file, aside, findings)
    return Grid(grid.file, [_TO_STATS[fields[at]] for at in kept], rows, lines)


def _fields(header: list[str]) -> list[str]:
    """Name each column by the field that it is, "" for none; in one language throughout."""
    keys = [cells.lookup_key(name) for name in header]
    chinese = {zh: name for zh, _, name in _HEADS}
    english = {en: name for _, en, name in _HEADS}
    return max(
        ([known.get(key, "") for key in keys] for known in (chinese, english)),
        key=lambda found: len(set(found)),
    )


def _plain(text: str) -> str:
    """Take away the apostrophe that an export puts before what a spreadsheet would work out."""
    return text[1:] if text[:2] in {"'=", "'+", "'-", "'@"} else text


def _tell(file: str, aside: list[int], findings: Findings) -> None:
    findings.notice(
        (file, 1, ""),
        ("是本程序导出的表，只读代码、指标、年份、数值、单位、类型、状态、位置、说明", "an export"),
        ("来源按 --source，核对与原文件一致", "its source is the one of --source"),
    )
    if aside:
        findings.notice(
            (file, aside[0], ""),
            (
                f"{len(aside)} 行是估算、计算或变化的数，不是文件里的数，未读",
                f"{len(aside)} row(s) are estimated or worked out and were not read",
            ),
            ("无需处理", "nothing to do"),
        )
