"""Tables of places for siting, checked: who is to be served, where one may build, what exists.

In: a grid as people hand it in. Out: a frame with coordinates in EPSG:4326, and every finding at
once. What looks shifted or swapped is said, never moved in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geomap.errors import Finding, NotFoundError, Text
from geomap.model.crs import CHINA_BOUNDS, Degrees, from_bd09, from_gcj02
from geomap.model.findings import FaultWords, Findings
from geomap.model.schema import Column, TableSchema
from geomap.numbers import full
from geomap.tables import cells
from geomap.tables.grid import Grid, check_grid
from geomap.tables.spellings import Spellings

if TYPE_CHECKING:
    import geopandas as gpd

Convert = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

SYSTEMS: Mapping[str, Text] = {
    "wgs84": Text("WGS 84", "WGS 84"),
    "cgcs2000": Text("CGCS2000", "CGCS2000"),
    "gcj02": Text("GCJ-02（高德、腾讯）", "GCJ-02 (Gaode, Tencent)"),
    "bd09": Text("BD-09（百度）", "BD-09 (Baidu)"),
}
_CONVERT: Mapping[str, Convert] = {
    # Their frames differ by decimetres: see ``geomap.model.crs``.
    "wgs84": lambda lon, lat: (lon, lat),
    "cgcs2000": lambda lon, lat: (lon, lat),
    "gcj02": from_gcj02,
    "bd09": from_bd09,
}
_SHIFTED = {"wgs84": ("gcj02", "bd09"), "cgcs2000": ("gcj02", "bd09")}
_UNSHIFTED = ("wgs84",)
MOST_UPLOAD_FAULTS = 200
"""Of a column: nobody mends more at a time."""
MOST_EXTRA = 30

_ID = Column(
    "id",
    "code",
    required=True,
    names=("编号", "代码", "标识", "地块编号", "点位编号"),
    pattern=r"\S{1,64}",
)
_NAME = Column("name", names=("名称", "名字", "地点", "地块名称", "点位名称"))
_AREA = Column("area", "code", names=("旗区", "地区", "区划"))
_LON = Column(
    "lon", "degrees", required=True, names=("经度", "东经", "longitude", "lng", "x", "point_x")
)
_LAT = Column("lat", "degrees", required=True, names=("纬度", "北纬", "latitude", "y", "point_y"))
_WEIGHT = Column(
    "weight", "number", required=True, names=("权重", "需求", "需求量", "人数", "人口", "demand")
)
_CAPACITY = Column("capacity", "number", names=("容量", "能力", "服务能力"))
_COST = Column("cost", "number", names=("费用", "造价", "投资", "成本"))
_FREE = frozenset({"name", "area", "capacity", "cost"})


@dataclass(frozen=True, slots=True)
class Role:
    """What a table of places is for: its columns, and whether its places must lie in the city."""

    name: Text
    schema: TableSchema
    extra: bool
    inside: bool


DEMAND = Role(
    Text("需求点", "demand"),
    TableSchema((_ID, _NAME, _AREA, _LON, _LAT, _WEIGHT), key=("id",), optional=_FREE),
    extra=False,
    inside=False,
)
CANDIDATES = Role(
    Text("候选点", "candidates"),
    TableSchema((_ID, _NAME, _AREA, _LON, _LAT, _CAPACITY, _COST), key=("id",), optional=_FREE),
    extra=True,
    inside=True,
)
EXISTING = Role(
    Text("已有点", "existing sites"),
    TableSchema((_ID, _NAME, _AREA, _LON, _LAT, _CAPACITY), key=("id",), optional=_FREE),
    extra=False,
    inside=False,
)


def read_points(
    grid: Grid,
    role: Role,
    boundaries: gpd.GeoDataFrame,
    *,
    areas: Spellings,
    system: str = "wgs84",
    outside: bool = False,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Check a table of places and bring it into EPSG:4326.

    Parameters
    ----------
    boundaries : with ``code`` and ``geometry``, EPSG:4326
    areas : how areas may be written
    system : the reference system that the table is declared to be in, one of ``SYSTEMS``
    outside : whether candidates may lie outside the city

    Returns
    -------
    DataFrame, one row a place: id, name, area (text; where the place lies when not stated, "" when
    outside), lon, lat (degrees, EPSG:4326), then weight, capacity, cost (NaN when not given) and
    any further columns of candidates as numbers; and the notices

    Raises
    ------
    TableError : all faults at once, of each column the first 200
    NotFoundError : no such reference system
    """
    if system not in SYSTEMS:
        raise NotFoundError(Text("坐标系", "reference system"), system, SYSTEMS)
    findings = Findings(most=MOST_UPLOAD_FAULTS)
    schema = _schema(grid, role) if role.extra else role.schema
    text = check_grid(grid, schema, findings, {"area": areas})
    findings.refuse(grid.file)
    frame = _numbers(text, schema)
    _check_rows(grid.file, frame, role, findings)
    findings.refuse(grid.file)
    frame = _placed(grid.file, frame, boundaries, system, findings)
    _check_outside(grid.file, frame, role, outside, findings)
    findings.refuse(grid.file)
    return _named(frame).reset_index(drop=True), findings.in_order()


def _schema(grid: Grid, role: Role) -> TableSchema:
    """Take the columns that the role does not know as numbers to judge candidates by."""
    known = {
        cells.lookup_key(name)
        for column in role.schema.columns
        for name in (column.name, *column.names)
    }
    extra = [cells.tidy(name) for name in grid.header if cells.lookup_key(name) not in known]
    named = list(dict.fromkeys(name for name in extra if name))[:MOST_EXTRA]
    columns = (*role.schema.columns, *(Column(name, "number") for name in named))
    return TableSchema(columns, role.schema.key, role.schema.optional | frozenset(named))


def _numbers(text: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    numeric = [one.name for one in schema.columns if one.type in ("number", "degrees")]
    return text.assign(**{name: pd.to_numeric(text[name].replace("", None)) for name in numeric})


# --- faults of rows -------------------------------------------------------------------------------


def _check_rows(file: str, frame: pd.DataFrame, role: Role, findings: Findings) -> None:
    if frame.empty:
        findings.error(
            (file, 1, ""),
            (f"没有{role.name.zh}", f"the table holds no {role.name.en}"),
            ("至少写一行", "write at least one row"),
        )
        return
    for name in ("weight", "capacity", "cost"):
        if name in frame:
            _tell(file, frame[frame[name] < 0], name, _NEGATIVE, findings)
    if "weight" in frame and not (frame["weight"] > 0).any():
        findings.error(
            (file, 1, "weight"),
            ("权重全为 0，没有需求", "every weight is 0: there is no demand"),
            ("写上人数或其他权重", "write the people or another weight"),
        )
    elif "weight" in frame:
        _tell_zero(file, frame.index[frame["weight"] == 0], findings)
    _check_degrees(file, frame, findings)


_NEGATIVE = (
    ("是负数", "is negative"),
    ("写不小于 0 的数", "write a number from 0"),
)
_SWAPPED = (
    ("经纬度像是颠倒了", "longitude and latitude look swapped"),
    ("把两列互换", "swap the two columns"),
)
_ABROAD = (
    ("不在中国范围内", "lies outside China"),
    (
        "写十进制度的经纬度；投影坐标须先换算",
        "write decimal degrees; projected coordinates have to be converted first",
    ),
)


def _tell(
    file: str,
    rows: pd.DataFrame,
    column: str,
    words: tuple[FaultWords, FaultWords],
    findings: Findings,
) -> None:
    for line, value in rows[column].items():
        given = full(value, thousands=False)
        what = (f"{given} {words[0][0]}", f"{given} {words[0][1]}")
        findings.error((file, int(str(line)), column), what, words[1])


def _tell_zero(file: str, lines: pd.Index, findings: Findings) -> None:
    for line in lines:
        findings.notice(
            (file, int(line), "weight"),
            (
                "权重为 0，不计入覆盖、最远距离和未覆盖名单",
                "the weight is 0: it counts neither as covered, nor as farthest, nor as uncovered",
            ),
            ("有人在那里就写上", "write who is there, if anybody is"),
        )


def _check_degrees(file: str, frame: pd.DataFrame, findings: Findings) -> None:
    west, south, east, north = CHINA_BOUNDS
    good = frame["lon"].between(west, east) & frame["lat"].between(south, north)
    swapped = frame["lat"].between(west, east) & frame["lon"].between(south, north)
    _tell(file, frame[~good & swapped], "lon", _SWAPPED, findings)
    _tell(file, frame[~good & ~swapped], "lon", _ABROAD, findings)


# --- where they lie -------------------------------------------------------------------------------


def _placed(
    file: str, frame: pd.DataFrame, boundaries: gpd.GeoDataFrame, system: str, findings: Findings
) -> pd.DataFrame:
    """Convert the coordinates and say in which area each place lies."""
    given = frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float)
    stated = frame["area"].to_numpy(dtype=object)
    lon, lat = _CONVERT[system](*given)
    found = area_of(lon, lat, boundaries)
    _check_shift(file, given, stated, boundaries, system, findings)
    placed = frame.assign(lon=lon, lat=lat, area=np.where(stated == "", found, stated))
    placed = placed.assign(_found=found, _stated=stated)
    _check_stated(file, placed, findings)
    _check_same_place(file, placed, findings)
    return placed


def area_of(lon: Degrees, lat: Degrees, boundaries: gpd.GeoDataFrame) -> np.ndarray:
    """Give the code of the area that each point lies in, "" for none; the first on a border.

    Parameters
    ----------
    lon, lat : (n,) degrees, EPSG:4326
    """
    import shapely

    tree = shapely.STRtree(boundaries.geometry.to_numpy())
    which, polygons = tree.query(shapely.points(lon, lat), predicate="intersects")
    codes = boundaries["code"].to_numpy(dtype=object)
    found = np.full(len(lon), "", dtype=object)
    order = np.lexsort((polygons, which))[::-1]
    found[which[order]] = codes[polygons[order]]
    return found


def _check_shift(
    file: str,
    given: tuple[Degrees, Degrees],
    stated: np.ndarray,
    boundaries: gpd.GeoDataFrame,
    system: str,
    findings: Findings,
) -> None:
    """Say when the places fit their stated areas better in another reference system."""
    told = stated != ""
    if not told.any():
        return

    def fits(name: str) -> int:
        lon, lat = _CONVERT[name](given[0][told], given[1][told])
        return int((area_of(lon, lat, boundaries) == stated[told]).sum())

    here = fits(system)
    others = {name: fits(name) for name in _SHIFTED.get(system, _UNSHIFTED)}
    best = max(others, key=lambda name: others[name])
    if others[best] > here:
        findings.notice(
            (file, 1, "lon"),
            (
                f"按 {SYSTEMS[best].zh} 换算后有 {others[best]} 个点落在所填旗区，"
                f"按声明的 {SYSTEMS[system].zh} 只有 {here} 个：坐标系可能写错，未作改动",
                f"{others[best]} places lie in their stated areas as {SYSTEMS[best].en}, only "
                f"{here} as {SYSTEMS[system].en}, as declared; nothing was moved",
            ),
            ("核对坐标的来源，改正声明的坐标系", "see where the coordinates are from"),
        )


def _check_stated(file: str, placed: pd.DataFrame, findings: Findings) -> None:
    wrong = placed[(placed["_stated"] != "") & (placed["_found"] != placed["_stated"])]
    for line, row in wrong.iterrows():
        lies = row["_found"] or "市外"
        findings.notice(
            (file, int(str(line)), "area"),
            (
                f"坐标在 {lies}，填的是 {row['_stated']}",
                f"lies in {row['_found'] or 'no area'}, but {row['_stated']} is stated",
            ),
            ("核对坐标或旗区；按所填旗区统计", "see which is right; counted where stated"),
        )


def _check_same_place(file: str, placed: pd.DataFrame, findings: Findings) -> None:
    spots = placed[["lon", "lat"]].round(6)
    for line in placed.index[spots.duplicated()]:
        findings.notice(
            (file, int(line), "lon"),
            ("与另一行在同一位置", "in the same place as another row"),
            ("确系两处可不理会", "leave it if they are two"),
        )


def _check_outside(
    file: str, placed: pd.DataFrame, role: Role, allowed: bool, findings: Findings
) -> None:
    tell = findings.error if role.inside and not allowed else findings.notice
    for line in placed.index[placed["_found"] == ""]:
        tell(
            (file, int(line), "lon"),
            ("不在本市范围内", "lies outside the city"),
            ("改正坐标，或确认允许市外的点", "mend it, or allow places outside"),
        )


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    named = frame.assign(name=frame["name"].where(frame["name"] != "", frame["id"]))
    return named.drop(columns=["_found", "_stated"])
