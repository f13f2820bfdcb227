"""Areas side by side as an Excel workbook: a line for each number, and the documents behind them.

What cannot be told is an empty cell, as on the page; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import Status
from geomap.render.office.workbook import BookCell, BookColumn, table_sheet, write_workbook
from geomap.views.maps.side_by_side import SideBySide, SideCell, SideRow
from geomap.views.maps.view import marks

if TYPE_CHECKING:
    from geomap.atlas import Atlas

_COLUMNS = (
    (Text("指标", "Indicator"), 28), (Text("单位", "Unit"), 14), (Text("年份", "Year"), 8),
    (Text("旗区", "Area"), 18), (Text("数值", "Value"), 14), (Text("写作", "Written"), 18),
    (Text("状态", "Status"), 12), (Text("位次", "Place"), 8),
    (Text("占全市（%）", "Share of the city (%)"), 14), (Text("比全市", "On the city"), 20),
    (Text("比第一个", "On the first"), 20), (Text("说明", "Note"), 24),
    (Text("来源", "Documents"), 30),
)  # fmt: skip
_FIGURES = {2, 4, 7, 8}
_ROUGH = Text("数不够准，不相减", "too rough to subtract")
_DISAGREE = Text("各处记载不一致", "documents disagree")


def side_title(found: SideBySide) -> Text:
    """Give the title of a comparison."""
    zh = "、".join(name.zh for _, name in found.areas)
    en = ", ".join(name.en for _, name in found.areas)
    return Text(f"比较 {zh} · {found.group.zh}", f"{en} compared · {found.group.en}")


def side_workbook(atlas: Atlas, found: SideBySide, lang: str) -> bytes:
    """Write the comparison, then the documents that it quotes."""
    title = side_title(found).in_(lang)
    stamps = [mark.in_(lang) for mark in marks(atlas)]
    above = (title, *stamps, atlas.disclosure.note.in_(lang), atlas.release)
    heads = [
        BookColumn(head.in_(lang), width, figures=at in _FIGURES)
        for at, (head, width) in enumerate(_COLUMNS)
    ]
    numbers = table_sheet(
        Text("比较", "Comparison").in_(lang), heads, _lines(atlas, found, lang), above=above
    )
    columns = [BookColumn(Text("编号", "Id").in_(lang), 20), BookColumn(
        Text("文件", "Document").in_(lang), 80)]  # fmt: skip
    documents = table_sheet(
        Text("来源", "Documents").in_(lang), columns, _quoted(atlas, found, lang), above=above
    )
    return write_workbook(title, [numbers, documents], "  ".join(stamps))


def _lines(atlas: Atlas, found: SideBySide, lang: str) -> Iterator[list[BookCell]]:
    names = dict(found.areas) | {atlas.city: Text("全市", "City")}
    for row in found.rows:
        for cell in (*row.cells, *([row.city] if row.city else [])):
            whose = names[cell.code].in_(lang)
            yield [BookCell(value) for value in _line(row, cell, whose, lang)]


def _line(row: SideRow, cell: SideCell, whose: str, lang: str) -> list[str | int | float | None]:
    notes = [note for note, holds in ((_ROUGH, cell.rough), (_DISAGREE, cell.conflict)) if holds]
    return [
        row.name.in_(lang), row.unit.in_(lang), row.year, whose, cell.value, cell.text.in_(lang),
        Status(cell.status).label.in_(lang), cell.rank, float(cell.share) if cell.share else None,
        cell.from_city.in_(lang), cell.from_first.in_(lang),
        Text("；", "; ").in_(lang).join(note.in_(lang) for note in notes),
        " ".join(cell.sources),
    ]  # fmt: skip


def _quoted(atlas: Atlas, found: SideBySide, lang: str) -> Iterator[list[BookCell]]:
    cells = [cell for row in found.rows for cell in (*row.cells, row.city) if cell]
    for id_ in dict.fromkeys(id_ for cell in cells for id_ in cell.sources):
        yield [BookCell(id_), BookCell(atlas.sources[id_].named.in_(lang))]
