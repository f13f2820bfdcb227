"""CSV files and Excel workbooks as people hand them in → a grid of text, each row with its line."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geomap.errors import GeomapError
from geomap.findings import Findings
from geomap.table import Grid, decode, split

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_ROWS = 200_000
MOST_COLUMNS = 256
MOST_CELLS = 4_000_000


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
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise GeomapError(
            f"无法读取 {file}：{error.strerror}", f"{file} cannot be read: {error.strerror}"
        ) from error
    return grid_of(file.name, data, findings)


def grid_of(name: str, data: bytes, findings: Findings) -> Grid:
    """Read a table from its bytes; ``name`` stands for the file in findings.

    Raises
    ------
    GeomapError : it cannot be read, is of another kind, or is too large
    """
    if len(data) > MOST_BYTES:
        raise _too_large(f"> {MOST_BYTES >> 20} MB", f"{MOST_BYTES >> 20} MB")
    if data[:4] == b"PK\x03\x04":
        return _workbook(name, data, findings)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise GeomapError(
            f"{name} 是旧式 Excel 文件：另存为 .xlsx 或 UTF-8 的 CSV",
            f"{name} is an old Excel file: save it as .xlsx or as CSV in UTF-8",
        )
    text = decode(name, data, findings)
    grid = split(name, text or "", findings)
    if len(grid.rows) > MOST_ROWS:
        raise _too_large(f"{len(grid.rows)} 行 rows", f"{MOST_ROWS}")
    return grid


def _too_large(found: str, most: str) -> GeomapError:
    return GeomapError(
        f"文件过大：{found}，上限 {most}；请拆分后分别导入",
        f"too large: {found}, at most {most}; split it and import the parts",
    )


def _workbook(name: str, data: bytes, findings: Findings) -> Grid:
    import openpyxl  # type: ignore[import-untyped]

    try:
        _refuse_bomb(data)
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations that it drops; they carry no figures.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                return _first_filled(name, book, findings)
            finally:
                book.close()
    except GeomapError:
        raise
    except Exception as error:  # zip, zlib, XML and openpyxl each fail in a dozen ways of their own
        raise GeomapError(
            f"{name} 不是可读的 Excel 工作簿（{error}）：另存为 .xlsx 或 UTF-8 的 CSV",
            f"{name} is no readable workbook ({error}): save it as .xlsx or as CSV in UTF-8",
        ) from error


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise _too_large(f"解压后 unpacked {unpacked / 2**20:.0f} MB", f"{MOST_UNPACKED >> 20} MB")


def _first_filled(file: str, book: Any, findings: Findings) -> Grid:
    """Take the first sheet that holds anything; say which when there are others."""
    for sheet in book.worksheets:
        numbered = [row for row in _rows(sheet) if any(row[1])]
        if not numbered:
            continue
        if len(book.worksheets) > 1:
            findings.notice(
                (file, 0, ""),
                (f"读的是工作表“{sheet.title}”", f"read the sheet {sheet.title!r}"),
                ("其余工作表未读", "the others were not read"),
            )
        header = numbered[0][1]
        while not header[-1]:
            header.pop()
        width = len(header)
        rows = [cells + [""] * (width - len(cells)) for _, cells in numbered[1:]]
        return Grid(file, header, rows, [line for line, _ in numbered[1:]])
    return Grid(file, [], [], [])


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # Some programs record a wrong size of the sheet; without it all rows are read.
    sheet.reset_dimensions()
    seen = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        seen += len(cells) + 1
        if seen > MOST_CELLS:
            raise _too_large(f"> {MOST_CELLS} 格 cells", f"{MOST_CELLS}")
        if line > MOST_ROWS + 1:
            raise _too_large(f"> {MOST_ROWS} 行 rows", f"{MOST_ROWS}")
        yield line, [_text(cell) for cell in cells[:MOST_COLUMNS]]


def _text(cell: Any) -> str:
    """Write a cell as it would be typed; 12.5 % stays "12.5%", which then is refused as a number.

    Excel stores it as 0.125: taken as it is, the figure would be wrong by a factor of 100.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        percent = "%" in str(cell.number_format or "")
        return f"{value * 100:.15g}%" if percent else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)
