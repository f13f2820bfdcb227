"""Read tidy tables and check them against their schema; every finding at once. Pure: no files.

In: bytes of a CSV file, or a grid from a workbook. Out: a frame of text whose index is the line in
the file, with codes, numbers and words in their stored form, and findings on what was refused
(errors) or normalised (notices).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Protocol

import pandas as pd

from geomap.errors import closest
from geomap.model.findings import Findings
from geomap.model.schema import Column, TableSchema
from geomap.tables import cells
from geomap.tables.columns import CellFault, Cleaner, cleaner
from geomap.tables.doubts import Doubtful, doubt_of
from geomap.tables.encodings import decode


class Spelt(Protocol):
    """Knows the ways to write what a column refers to; see ``geomap.tables.spellings``."""

    def cell(self, text: str) -> str | CellFault:
        """Give the stored form of a text, or say what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table before any check: the heading, the rows, and the line in the file of each row."""

    file: str
    header: list[str]
    rows: list[list[str]]
    lines: list[int]


MOST_FAULTS = 500
"""Different wrong texts told in one column; to look for the closest spelling takes its time."""
_TOO_MANY = (
    (
        f"错误过多，只列出前 {MOST_FAULTS} 种",
        f"too many faults, only the first {MOST_FAULTS} are told",
    ),
    ("先改正这些，再检查一次；可能选错了列", "mend these and check again; the column may be wrong"),
)
_SEPARATORS = {"，": "全角逗号", ";": "分号", "；": "全角分号", "\t": "制表符"}
_SEP_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\n", re.IGNORECASE)


def split_grid(file: str, text: str, findings: Findings, most: int | None = None) -> Grid:
    """Split CSV text into a grid; a row's line is where it begins, also when cells hold breaks.

    No more than ``most`` rows are read, the heading among them. Cells may be parted by another
    sign than the comma: the one that a line ``sep=;`` names, or one that the heading has several
    of and no comma.
    """
    named = _SEP_LINE.match(text)
    line = 2 if named else 1
    text = text[named.end() :] if named else text
    sign = named[1] if named else _separator(file, text, findings)
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=sign)
    rows: list[list[str]] = []
    lines: list[int] = []
    before = line - 1
    try:
        for row in islice(reader, most):
            rows.append(row)
            lines.append(line)
            line = before + reader.line_num + 1
    except csv.Error as error:
        findings.error(
            (file, line, ""),
            ("引号没有成对，或单元格过长", f"not CSV: {error}"),
            (
                "补上缺少的引号，或用表格软件另存为 CSV",
                "balance the quotes, or save it as CSV anew",
            ),
        )
    if not rows:
        return Grid(file, [], [], [])
    return Grid(file, rows[0], rows[1:], lines[1:])


def _separator(file: str, text: str, findings: Findings) -> str:
    heading = text.lstrip("\n").partition("\n")[0]
    if "," in heading:
        return ","
    sign = max(_SEPARATORS, key=heading.count)
    if heading.count(sign) < 2:
        return ","
    findings.notice(
        (file, 1, ""),
        (f"以{_SEPARATORS[sign]}分隔", f"cells are parted by {sign!r}"),
        ("已照常读取，无需处理", "read all the same, nothing to do"),
    )
    return sign


def read_csv(
    file: str,
    data: bytes,
    schema: TableSchema,
    findings: Findings,
    spellings: Mapping[str, Spelt] | None = None,
) -> pd.DataFrame:
    """Read a CSV file: decode, split, and check against a schema; see ``check_grid``."""
    text = decode(file, data, findings)
    if text is None:
        return _empty(schema)
    return check_grid(split_grid(file, text, findings), schema, findings, spellings)


def check_grid(
    grid: Grid,
    schema: TableSchema,
    findings: Findings,
    spellings: Mapping[str, Spelt] | None = None,
) -> pd.DataFrame:
    """Bring a grid into the form of a schema.

    Parameters
    ----------
    spellings : by column name, the references that its cells must be among

    Returns
    -------
    DataFrame of text, the columns of the schema in order, the index the line in the file. Cells
    that were refused keep their text and have an error in ``findings``.
    """
    header = _header(grid, schema, findings)
    if header is None:
        return _empty(schema)
    rows, lines = _rows(grid, len(header), findings)
    doubts = _doubts(grid, header, schema)
    # Lists, not Series: of most tables a column is short, and each step of pandas costs the same.
    columns: dict[str, list[str]] = {}
    for column in schema.columns:
        place = header.index(column.name) if column.name in header else None
        texts = [""] * len(rows) if place is None else [row[place] for row in rows]
        known = (spellings or {}).get(column.name)
        clean = known.cell if known else cleaner(column)
        refused = doubts.get(column.name, {})
        for line, fault in refused.items():
            findings.error((grid.file, line, column.name), fault.what, fault.fix)
        sound = {line: text for line, text in zip(lines, texts, strict=True) if line not in refused}
        cleaned = _cleaned(grid.file, sound, column, clean, findings)
        columns[column.name] = [
            text if line in refused else cleaned[text]
            for line, text in zip(lines, texts, strict=True)
        ]
    frame = pd.DataFrame(columns, index=lines, dtype=str)
    _duplicates(grid.file, frame, schema, findings)
    return frame


def _empty(schema: TableSchema) -> pd.DataFrame:
    return pd.DataFrame(columns=schema.names, dtype=str)


def _header(grid: Grid, schema: TableSchema, findings: Findings) -> list[str] | None:
    """Translate the headings; None when the table cannot be read with them."""
    known = {
        cells.lookup_key(name): column.name
        for column in schema.columns
        for name in (column.name, *column.names)
    }
    translated = [known.get(cells.lookup_key(name), cells.tidy(name)) for name in grid.header]
    while translated and not translated[-1]:
        translated.pop()
    before = len(findings.errors)
    for position, name in enumerate(translated):
        shown = name or f"第 {position + 1} 列（无表头）"
        _check_heading(grid.file, shown, translated[:position], schema, findings)
    for name in schema.names:
        if name not in translated and name not in schema.optional:
            findings.error(
                (grid.file, 1, name),
                (f"缺少列“{name}”", f"the column {name} is missing"),
                (f"表头应为 {','.join(schema.names)}", f"head it {','.join(schema.names)}"),
            )
    changed = [(a, b) for a, b in zip(grid.header, translated, strict=False) if a != b]
    if changed and len(findings.errors) == before:
        tell_changes((grid.file, 1, ""), changed, len(changed), findings)
    return translated if len(findings.errors) == before else None


def _check_heading(
    file: str, name: str, earlier: list[str], schema: TableSchema, findings: Findings
) -> None:
    if name in earlier:
        findings.error(
            (file, 1, name),
            (f"列“{name}”出现两次", f"the column {name} stands twice"),
            ("删去多余的一列", "remove one of them"),
        )
    elif name not in schema.names:
        near = closest(name, schema.names) or schema.names
        findings.error(
            (file, 1, name),
            (f"不认识列“{name}”", f"unknown column {name!r}"),
            (f"改名或删去；可用的列：{'、'.join(near)}", f"rename or remove it: {', '.join(near)}"),
        )


def _rows(grid: Grid, width: int, findings: Findings) -> tuple[list[list[str]], list[int]]:
    """Give the rows and their lines, blank rows dropped, rows of another length reported."""
    kept: list[list[str]] = []
    lines: list[int] = []
    for row, line in zip(grid.rows, grid.lines, strict=True):
        if len(row) != width:
            if not any(cell.strip() for cell in row):
                continue
            row = _fitted(row, width, (grid.file, line, ""), findings)
        elif not any(row) or not any(cell.strip() for cell in row):
            continue
        kept.append([str(cell) for cell in row])
        lines.append(line)
    return kept, lines


def _doubts(grid: Grid, header: list[str], schema: TableSchema) -> dict[str, dict[int, CellFault]]:
    """Give the cells that show something else than they hold: by column, then by line."""
    types = {column.name: column.type for column in schema.columns}
    found: dict[str, dict[int, CellFault]] = {}
    for row, line in zip(grid.rows, grid.lines, strict=True):
        for name, text in zip(header, row, strict=False):
            if isinstance(text, Doubtful) and (fault := doubt_of(text, types.get(name, ""))):
                found.setdefault(name, {})[line] = fault
    return found


def _fitted(
    row: list[str], width: int, where: tuple[str, int, str], findings: Findings
) -> list[str]:
    if any(cell.strip() for cell in row[width:]) or len(row) < width:
        findings.error(
            where,
            (f"有 {len(row)} 格，表头有 {width} 列", f"{len(row)} cells under {width} headings"),
            (
                "补齐或删去多余的格；含逗号的文字要加双引号",
                "add or remove cells; quote text that holds commas",
            ),
        )
    return (row + [""] * width)[:width]


def _cleaned(
    file: str, texts: Mapping[int, str], column: Column, clean: Cleaner, findings: Findings
) -> dict[str, str]:
    """Clean each distinct text of a column once; report refused cells one by one.

    Parameters
    ----------
    texts : by line

    Returns
    -------
    By text: its stored form; itself where it was refused
    """
    distinct = dict.fromkeys(texts.values())
    results = {text: text for text in distinct}
    faults: dict[str, CellFault] = {}
    for text in distinct:
        if len(faults) == MOST_FAULTS:
            findings.error((file, 1, column.name), *_TOO_MANY)
            break
        result = _cell(text, column, clean)
        if isinstance(result, CellFault):
            faults[text] = result
        else:
            results[text] = result
    for line, text in texts.items() if faults else ():
        if text in faults:
            findings.error((file, line, column.name), faults[text].what, faults[text].fix)
    changes = {text: result for text, result in results.items() if text != result}
    if changes:
        touched = [line for line, text in texts.items() if text in changes]
        tell_changes((file, touched[0], column.name), [*changes.items()], len(touched), findings)
    return results


def _cell(text: str, column: Column, clean: Cleaner) -> str | CellFault:
    bad = cells.bad_character(text)
    if bad:
        return CellFault((f"含有不可用的字符 {bad}", f"holds the character {bad}"), _RETYPE)
    if cells.tidy(text):
        return clean(text)
    if column.required:
        return CellFault(("空着", "is empty"), ("填上", "fill it in"))
    return ""


_RETYPE = ("删去该字符，重新输入", "delete it and type the text anew")


def tell_changes(
    where: tuple[str, int, str], changes: list[tuple[str, str]], count: int, findings: Findings
) -> None:
    """Add the notice that cells were normalised, with up to three examples."""
    shown = "，".join(f"“{old}”→“{new}”" for old, new in changes[:3])
    more = " 等" if len(changes) > 3 else ""
    findings.notice(
        where,
        (f"{count} 格已规范：{shown}{more}", f"{count} cell(s) normalised: {shown}"),
        ("核对是否正确", "see that this is right"),
    )


def _duplicates(file: str, frame: pd.DataFrame, schema: TableSchema, findings: Findings) -> None:
    seen: dict[tuple[str, ...], int] = {}
    rows = zip(*(frame[name] for name in schema.key), strict=True)
    for line, row in zip(frame.index, rows, strict=True):
        if row not in seen:
            seen[row] = line
            continue
        findings.error(
            (file, int(line), schema.key[0]),
            (f"与第 {seen[row]} 行重复：{'，'.join(row)}", f"repeats line {seen[row]}"),
            (
                f"核对原件：是两项就让 {'、'.join(schema.key)} 有所不同，确为一项才合并",
                f"see the original: let {', '.join(schema.key)} differ where they are two",
            ),
        )
