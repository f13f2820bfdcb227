"""Tables as people hand them in → a grid of text, each row with its line: the one reader of all.

What is stored is what a person sees in the cell, or the cell is refused with what it shows. What
is hidden is not read in silence. Text is told apart from workbooks by its first bytes, never by
its name.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from geomap.errors import GeomapError, RequestError
from geomap.model.findings import Findings
from geomap.numbers import written
from geomap.tables.containers import WORKBOOK, kind_of, refuse_foreign
from geomap.tables.encodings import decode
from geomap.tables.grid import Grid, split_grid
from geomap.tables.notdata import without_notes
from geomap.tables.xlsx import Book, Remarks, SheetRow, Worksheet, letter, open_book

LARGEST_TABLE_BYTES = 20 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
WIDEST = 16_384
"""Columns of a text, empty ones too: as wide as a sheet of Excel is."""
"""Columns of a text, empty ones too: as wide as a sheet of Excel is."""
_MOST_CELLS = 4_000_000


def read_grid(file: Path, findings: Findings) -> Grid:
    """Read a table of any supported kind; findings name the file and the line or row in it.

    Raises
    ------
    GeomapError : it cannot be read, is of another kind, or is too large
    """
    try:
        if file.exists() and not file.is_file():
            raise GeomapError(f"{file} 不是普通文件", f"{file} is not a plain file")
        with file.open("rb") as opened:
            data = opened.read(LARGEST_TABLE_BYTES + 1)
    except OSError as error:
        raise GeomapError(
            f"无法读取 {file}：{error.strerror}", f"{file} cannot be read: {error.strerror}"
        ) from error
    return grid_of(file.name, data, findings)


def grid_of(name: str, data: bytes, findings: Findings) -> Grid:
    """Read a table from its bytes; ``name`` stands for the file in findings.

    Raises
    ------
    RequestError : it is of another kind, or is too large
    """
    if len(data) > LARGEST_TABLE_BYTES:
        raise _too_large(f"> {LARGEST_TABLE_BYTES >> 20} MB", f"{LARGEST_TABLE_BYTES >> 20} MB")
    kind = kind_of(data)
    refuse_foreign(name, kind)
    if kind == WORKBOOK:
        grid = _workbook(name, data, findings)
    else:
        grid = split_grid(name, decode(name, data, findings) or "", findings, MOST_ROWS + 2)
    if len(grid.rows) > MOST_ROWS:
        raise _too_large(f"> {MOST_ROWS} 行 rows", f"{MOST_ROWS}")
    if max(map(len, [grid.header, *grid.rows])) > WIDEST:
        raise _too_large(f"> {WIDEST} 列 columns", f"{WIDEST}")
    return without_notes(_without_empty_columns(grid), findings)


def _too_large(found: str, most: str) -> RequestError:
    return RequestError(
        f"文件过大：{found}，上限 {most}；请拆分后分别导入",
        f"too large: {found}, at most {most}; split it and import the parts",
    )


def _without_empty_columns(grid: Grid) -> Grid:
    """Leave out columns without heading and cells; name those without heading by their letter."""
    width = len(grid.header)
    blank = [at for at in range(width) if not grid.header[at].strip()]
    filled = {at for row in grid.rows for at in blank if at < len(row) and row[at].strip()}
    if not blank:
        return grid
    kept = [at for at in range(width) if at not in blank or at in filled]
    header = [grid.header[at] if at not in filled else f"{letter(at)} 列" for at in kept]
    rows = [[row[at] for at in kept if at < len(row)] + row[width:] for row in grid.rows]
    return Grid(grid.file, header, rows, grid.lines)


# --- workbooks ------------------------------------------------------------------------------------


def _workbook(name: str, data: bytes, findings: Findings) -> Grid:
    try:
        _refuse_bomb(data)
        book = open_book(data)
        with book.archive:
            return _first_filled(name, book, findings)
    except GeomapError:
        raise
    except Exception as error:  # zip, zlib and XML each fail in a dozen ways of their own
        raise RequestError(
            f"{name} 不是可读的 Excel 工作簿：文件可能损坏，用 Excel 打开后另存为 .xlsx",
            f"{name} is no readable workbook ({error}): open it in Excel and save it as .xlsx",
        ) from error


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MOST_UNPACKED:
        size = written(unpacked / 2**20, 0)
        raise _too_large(f"解压后 unpacked {size} MB", f"{MOST_UNPACKED >> 20} MB")


def _first_filled(file: str, book: Book, findings: Findings) -> Grid:
    """Take the sheet in front, else the first visible one that holds anything; say which."""
    front = book.sheets[book.active : book.active + 1]
    for sheet in dict.fromkeys([*front, *book.sheets]):
        remarks = Remarks()
        if sheet.visible and (rows := list(_limited(book.rows(sheet, remarks)))):
            _tell_sheets(file, book, sheet, findings)
            return _grid(file, rows, remarks, findings)
    hidden = [sheet.name for sheet in book.sheets if not sheet.visible]
    if hidden:
        findings.error(
            (file, 0, ""),
            (f"只有隐藏的工作表 {_listed(hidden)} 可能有内容", f"hidden sheets only: {hidden}"),
            ("取消隐藏，核对后再导入", "unhide what is meant and import it again"),
        )
    return Grid(file, [], [], [])


def _limited(rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    """Give the rows that hold anything; what a sheet spells out is limited, even if it is empty."""
    seen = count = 0
    for row in rows:
        seen += row.spelled
        if seen > _MOST_CELLS:
            raise _too_large(f"> {_MOST_CELLS} 格 cells", f"{_MOST_CELLS}")
        if not row.cells:
            continue
        count += 1
        if count > MOST_ROWS:
            raise _too_large(f"> {MOST_ROWS} 行 rows", f"{MOST_ROWS}")
        if max(row.cells) >= MOST_COLUMNS:
            raise _too_large(f"> {MOST_COLUMNS} 列 columns", f"{MOST_COLUMNS}")
        yield row


def _tell_sheets(file: str, book: Book, read: Worksheet, findings: Findings) -> None:
    others = [sheet for sheet in book.sheets if sheet is not read]
    if not others:
        return
    hidden = [sheet.name for sheet in others if not sheet.visible]
    more = (f"，其中 {_listed(hidden)} 是隐藏的", f", {hidden} hidden") if hidden else ("", "")
    findings.notice(
        (file, 0, ""),
        (f"读的是工作表“{read.name}”", f"read the sheet {read.name!r}"),
        (f"其余 {len(others)} 个未读{more[0]}", f"{len(others)} others were not read{more[1]}"),
    )


def _listed(names: list[str]) -> str:
    return "、".join(f"“{name}”" for name in names[:5]) + (" 等" if len(names) > 5 else "")


def _grid(file: str, rows: list[SheetRow], remarks: Remarks, findings: Findings) -> Grid:
    """Make a grid of the rows of a sheet, the first its heading; hidden ones are asked about."""
    kept = [row for row in rows if not row.deleted]
    _tell_deleted(file, [row for row in rows if row.deleted], findings)
    if not kept:
        return Grid(file, [], [], [])
    _ask_hidden(file, kept, remarks, findings)
    _tell_cells(file, remarks, findings)
    header = _listed_cells(kept[0], 0)
    body = [_listed_cells(row, len(header)) for row in kept[1:]]
    return Grid(file, header, body, [row.line for row in kept[1:]])


def _listed_cells(row: SheetRow, width: int) -> list[str]:
    last = max((at for at, text in row.cells.items() if text), default=-1)
    return [row.cells.get(at, "") for at in range(max(width, last + 1))]


def _ask_hidden(file: str, rows: list[SheetRow], remarks: Remarks, findings: Findings) -> None:
    lines = [row.line for row in rows if row.hidden]
    if lines:
        named = "、".join(map(str, lines[:10])) + (" 等" if len(lines) > 10 else "")
        findings.error(
            (file, lines[0], ""),
            (f"有 {len(lines)} 行是隐藏的：第 {named} 行", f"{len(lines)} hidden row(s): {named}"),
            (
                "清除筛选、取消隐藏，核对后再导入；不要的数另存一份删去",
                "clear filters, unhide them and see to them; leave out in a copy what is not meant",
            ),
        )
    used = {at for row in rows for at, text in row.cells.items() if text.strip()}
    columns = [letter(at) for at in sorted(used & remarks.hidden_columns)]
    if columns:
        named = "、".join(columns[:10])
        findings.error(
            (file, 0, ""),
            (f"有 {len(columns)} 列是隐藏的：{named} 列", f"hidden column(s): {named}"),
            ("取消隐藏，核对后再导入", "unhide them, see to them, and import it again"),
        )


def _tell_deleted(file: str, rows: list[SheetRow], findings: Findings) -> None:
    for row in rows:
        findings.notice(
            (file, row.line, ""),
            ("整行划了删除线，未读", "the whole row is struck out and was not read"),
            ("有效就去掉删除线", "take the line away where it holds"),
        )


def _tell_cells(file: str, remarks: Remarks, findings: Findings) -> None:
    for name, text in remarks.struck:
        findings.notice(
            (file, int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), ""),
            (f"{name} 中划了删除线的“{text}”未读", f"{text!r} is struck out in {name}, not read"),
            ("核对留下的内容", "see that the rest is right"),
        )
    if remarks.rounded:
        told = [f"{name} 显示 {seen}，存的是 {whole}" for name, seen, whole in remarks.rounded[:3]]
        count = len(remarks.rounded)
        findings.notice(
            (file, 0, ""),
            (
                f"{count} 格显示的是四舍五入的数，按存的数读：{'；'.join(told)}",
                f"{count} cell(s) show a rounded number, read as stored, such as "
                f"{remarks.rounded[0][0]}: {remarks.rounded[0][2]}",
            ),
            ("要显示的数就先在表中四舍五入", "round them in the table if the shown ones are meant"),
        )
