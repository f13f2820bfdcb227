"""Tables of places as programs and people write them → headings and cells that a check can read.

In and out: a grid. What converts exactly is converted and said; what does not is left to the check.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from geomap.model.findings import Findings
from geomap.siting.places import Role
from geomap.tables import cells
from geomap.tables.grid import Grid

_TOGETHER = {
    "经纬度": False, "坐标": False, "经纬度坐标": False, "坐标位置": False, "位置坐标": False,
    "lonlat": False, "lnglat": False, "coordinates": False, "coordinate": False, "wkt": False,
    "geometry": False, "geom": False, "shape": False, "纬经度": True, "latlon": True,
    "latlng": True,
}  # fmt: skip
"""Headings of both coordinates in one cell, and whether the latitude stands first."""
_NUMBERS = {"objectid", "fid", "序号", "no", "no."}
"""Headings that may stand for an id where there is none."""
_TOTALS = {"合计", "总计", "小计", "共计", "全市", "全市合计", "total", "sum"}
_ONE = r"(?:东经|北纬|[EN])?\s*(-?\d+(?:\.\d+)?)\s*[°º度]?\s*[EN]?"
_PAIR = re.compile(
    rf"(?:(?:SRID=4326;)?POINT\s*Z?\s*)?[(\[]?\s*{_ONE}(?:\s*[,、;/]\s*|\s+){_ONE}"
    r"(?:\s+-?\d+(?:\.\d+)?)?\s*[)\]]?", re.IGNORECASE,
)  # fmt: skip
_DEGREES = re.compile(
    r"(?:东经|北纬|[EN])?\s*(\d{1,3}(?:\.\d+)?)\s*[°º度]?\s*(?:东经|北纬|[EN东北])?", re.IGNORECASE
)
_MARK = re.compile(
    r"[（(/]\s*(?:°|º|度|十进制度|deg(?:rees?)?|[EN]|wgs ?84|cgcs ?2000)\s*[)）]?$", re.I
)
_MOST = 10


def readable(grid: Grid, role: Role, findings: Findings) -> Grid:
    """Give a table of places with an id, a longitude and a latitude where it has them some way."""
    grid = _degree_headings(grid, role)
    grid = _taken_apart(grid, role, findings)
    grid = _without_totals(grid, role, findings)
    grid = _with_id(grid, role, findings)
    grid = _plain_degrees(grid, role, findings)
    _tell_whole(grid, role, findings)
    return grid


def position(grid: Grid, role: Role, name: str) -> int | None:
    """Give where a column of the role stands, None when it is not there."""
    column = next(one for one in role.schema.columns if one.name == name)
    ways = {cells.lookup_key(one) for one in (column.name, *column.names)}
    found = [at for at, head in enumerate(grid.header) if cells.lookup_key(head) in ways]
    return found[0] if found else None


def _cell(row: list[str], at: int | None) -> str:
    return cells.tidy(row[at]) if at is not None and at < len(row) else ""


def _changed(grid: Grid, at: int, change: Callable[[str], str]) -> Grid:
    rows = [[*row[:at], change(row[at]), *row[at + 1 :]] if at < len(row) else row
            for row in grid.rows]  # fmt: skip
    return replace(grid, rows=rows)


def _degree_headings(grid: Grid, role: Role) -> Grid:
    """Read 经度（°） and 纬度(度) as 经度 and 纬度: degrees are what they are in."""
    header = [_MARK.sub("", cells.tidy(name)).strip() or name for name in grid.header]
    plain = replace(grid, header=header)
    spots = {position(plain, role, name) for name in ("lon", "lat")}
    keys = Counter(cells.lookup_key(name) for name in grid.header)
    kept = [
        new if at in spots and not keys[cells.lookup_key(new)] else old
        for at, (new, old) in enumerate(zip(header, grid.header, strict=True))
    ]
    return replace(grid, header=kept)


def _taken_apart(grid: Grid, role: Role, findings: Findings) -> Grid:
    """Make two columns of one that holds both coordinates; cells that are none stay, to be told."""
    if position(grid, role, "lon") is not None or position(grid, role, "lat") is not None:
        return grid
    able = [at for at, name in enumerate(grid.header) if cells.lookup_key(name) in _TOGETHER]
    if len(able) != 1:
        return grid
    at = able[0]
    turned = _TOGETHER[cells.lookup_key(grid.header[at])]
    rows = []
    for row in grid.rows:
        text = cells.half_width(_cell(row, at))
        found = _PAIR.fullmatch(text)
        pair = [*found.groups()] if found else [text, text]
        rows.append([*row, *(pair[::-1] if turned else pair)])
    findings.notice(
        (grid.file, 1, ""),
        (
            f"“{grid.header[at]}”一列拆成经度、纬度（{'纬度' if turned else '经度'}在前）",
            f"{grid.header[at]!r} was taken apart, {'latitude' if turned else 'longitude'} first",
        ),
        ("核对先后", "see that this is their order"),
    )
    header = [*grid.header, "lon", "lat"]
    return _without_column(Grid(grid.file, header, rows, grid.lines), at)


def _without_column(grid: Grid, at: int) -> Grid:
    header = [*grid.header[:at], *grid.header[at + 1 :]]
    rows = [[*row[:at], *row[at + 1 :]] for row in grid.rows]
    return Grid(grid.file, header, rows, grid.lines)


def _without_totals(grid: Grid, role: Role, findings: Findings) -> Grid:
    """Set rows aside that add up the others: they have a total's name and no coordinates."""
    names = [position(grid, role, one) for one in ("id", "name", "area")] + [0]
    spots = [position(grid, role, one) for one in ("lon", "lat")]
    kept: list[tuple[list[str], int]] = []
    for row, line in zip(grid.rows, grid.lines, strict=True):
        title = next((_cell(row, at) for at in names if _is_total(_cell(row, at))), "")
        if title and not any(_cell(row, at) for at in spots):
            findings.notice(
                (grid.file, line, ""),
                (f"“{title}”一行不是地点，未读", f"{title!r} is no place and was not read"),
                ("确是地点的写上坐标", "if it is one write its coordinates"),
            )
        else:
            kept.append((row, line))
    return Grid(grid.file, grid.header, [row for row, _ in kept], [line for _, line in kept])


def _is_total(text: str) -> bool:
    return cells.lookup_key(text) in _TOTALS


def _with_id(grid: Grid, role: Role, findings: Findings) -> Grid:
    """Where there is no id take a running number, else the name, when each stands once."""
    if position(grid, role, "id") is not None:
        return grid
    at = next(
        (at for at, name in enumerate(grid.header) if cells.lookup_key(name) in _NUMBERS), None
    )
    if at is not None:
        header = [*grid.header[:at], "id", *grid.header[at + 1 :]]
        return replace(grid, header=header)
    at = position(grid, role, "name")
    if at is None:
        return grid
    named = ["".join(_cell(row, at).split()) for row in grid.rows]
    twice = [name for name, count in Counter(named).items() if count > 1 or not name]
    if twice:
        shown = "、".join(name or "（空）" for name in twice[:_MOST])
        findings.error(
            (grid.file, 1, "id"),
            (f"没有编号，名称又有重复：{shown}", f"there is no id, and names repeat: {shown}"),
            ("加一列编号", "add a column of ids"),
        )
    else:
        findings.notice(
            (grid.file, 1, "id"),
            ("没有编号一列，以名称为编号", "there is no id: the name stands for it"),
            ("要用矩阵时，矩阵里也写名称", "a matrix has to use the names then"),
        )
    rows = [[*row, name] for row, name in zip(grid.rows, named, strict=True)]
    return Grid(grid.file, [*grid.header, "id"], rows, grid.lines)


def _plain_degrees(grid: Grid, role: Role, findings: Findings) -> Grid:
    """Take signs and words off degrees: 109.99953°, 东经109.99953度, 109.99953E."""
    for name in ("lon", "lat"):
        at = position(grid, role, name)
        if at is None:
            continue
        plain = _changed(grid, at, _without_sign)
        told = sum(one != other for one, other in zip(plain.rows, grid.rows, strict=True))
        if told:
            findings.notice(
                (grid.file, 1, name),
                (f"{told} 格带度的写法，读作十进制度", f"{told} cells with signs of degrees"),
                ("无需处理", "nothing to do"),
            )
        grid = plain
    return grid


def _without_sign(text: str) -> str:
    folded = cells.half_width(cells.tidy(text))
    found = _DEGREES.fullmatch(folded)
    return found[1] if found and found[1] != folded else text


def _tell_whole(grid: Grid, role: Role, findings: Findings) -> None:
    """Say when coordinates are whole degrees: their decimals got lost on the way."""
    spots = [position(grid, role, name) for name in ("lon", "lat")]
    whole = [
        line
        for row, line in zip(grid.rows, grid.lines, strict=True)
        if all(re.fullmatch(r"\d{2,3}(?:\.0*)?", _cell(row, at)) for at in spots)
    ]
    if whole:
        findings.notice(
            (grid.file, whole[0], "lon"),
            (
                f"{len(whole)} 行的坐标没有小数：一度约 100 公里，小数多半丢了",
                f"{len(whole)} rows have whole degrees, each some 100 km: decimals may be lost",
            ),
            ("补上小数，至少四位", "add the decimals, four at least"),
        )
