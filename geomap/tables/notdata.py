"""Rows of a grid that are no data: notes below a table, its heading repeated, rows of units. Pure.

Each is set aside with a notice that quotes it, so that what was meant as data is seen to be gone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from geomap.model.findings import Findings
from geomap.tables import cells
from geomap.tables.grid import Grid

_NOTE = re.compile(
    r"(?:附?注(?:释|解|明)?[0-9一二三四五六七八九十]*|(?:资料|数据)?来源|说明|备注|填报单位|填报人|填表人"
    r"|制表人?|审核人?|单位负责人|负责人|联系人|联系电话|电话|填报日期|填表日期|报出日期|续表|单位"
    r"|source|notes?)\s*[:：].*",
    re.IGNORECASE | re.DOTALL,
)
_BARE = re.compile(r"续表[0-9一二三四五六七八九十]*|[(（]续表?[)）]")
_UNIT = re.compile(
    r"[(（][^()（）]{1,8}[)）]|(?:万|亿|千|百)?(?:人|元|家|个|件|套|户|亩|吨)|%|％|公里|千米|km|分钟"
    r"|平方(?:公里|千米|米)|公顷|km²|年"
)


def without_notes(grid: Grid, findings: Findings) -> Grid:
    """Set rows aside that are no data, each kind with one notice."""
    heads = [cells.lookup_key(name) for name in grid.header]
    told: dict[str, list[tuple[int, list[str]]]] = {}
    rows: list[list[str]] = []
    lines: list[int] = []
    for row, line in zip(grid.rows, grid.lines, strict=True):
        kind = _kind(row, heads)
        if kind:
            told.setdefault(kind, []).append((line, row))
        else:
            rows.append(row)
            lines.append(line)
    for kind, aside in told.items():
        _tell(grid.file, kind, aside, findings)
    return Grid(grid.file, grid.header, rows, lines) if told else grid


_KINDS = {
    "note": ("表下的注，不是数据", "notes, no data"),
    "heading": ("重复的表头", "the heading once more"),
    "unit": ("单位行", "units, no data"),
}


def _tell(file: str, kind: str, aside: list[tuple[int, list[str]]], findings: Findings) -> None:
    zh, en = _KINDS[kind]
    first = next(cell.strip() for cell in aside[0][1] if cell.strip())
    quoted = first if len(first) <= 40 else f"{first[:39]}…"
    count = f"等 {len(aside)} 行" if len(aside) > 1 else ""
    findings.notice(
        (file, aside[0][0], ""),
        (f"“{quoted}”{count}是{zh}，未读", f"{quoted!r}: {en}, {len(aside)} row(s) not read"),
        ("核对没有漏掉数据", "see that no data is among them"),
    )


def _kind(row: Sequence[str], heads: Sequence[str]) -> str:
    """Give what a row is when it is no data, "" when it may be."""
    filled = [(at, tidied) for at, cell in enumerate(row) if (tidied := cells.tidy(cell))]
    if not filled or len(heads) < 2:
        return ""
    if len(filled) > 1 and all(
        at < len(heads) and cells.lookup_key(text) == heads[at] for at, text in filled
    ):
        return "heading"
    texts = [text for _, text in filled]
    if len(texts) < max(2, len(heads) - 1):
        if all(_NOTE.fullmatch(text) or _BARE.fullmatch(text) for text in texts):
            return "note"
        if len(heads) > 2 and all(_UNIT.fullmatch(text) for text in texts):
            return "unit"
    return ""
