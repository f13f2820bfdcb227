"""Files for siting, from a disk or an upload → checked frames: tables, matrix, roads, zones.

Each takes a :class:`File` (name and bytes), so that a command and a page read the same way. All
faults of all tables are told at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from geomap.errors import Finding, GeomapError, RequestError, TableError, Text
from geomap.model.catalog import Area
from geomap.model.findings import Findings
from geomap.siting.inputs import MOST_PAIRS, MOST_SITES, Given, Inputs, build_inputs
from geomap.siting.matrix_files import read_costs
from geomap.siting.place_files import position, readable
from geomap.siting.places import CANDIDATES, DEMAND, EXISTING, Role, area_of, read_points
from geomap.siting.settings import StudySettings
from geomap.siting.zone_files import read_polygons
from geomap.tables import cells
from geomap.tables.doubts import doubt_of
from geomap.tables.grid import Grid
from geomap.tables.spellings import Spellings, area_spellings
from geomap.tables.spreadsheets import grid_of

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.atlas import Atlas

PLACE_ROLES = {"demand": DEMAND, "candidates": CANDIDATES, "existing": EXISTING}
MOST_MATRIX_BYTES = 256 * 2**20
MOST_POINTS = 200_000
_ALIKE = 5
_UNIT = re.compile(r"(?P<name>[^（(]+?)\s*[（(](?P<unit>[^（）()]+)[）)]")


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was handed in."""

    name: str
    data: bytes

    @classmethod
    def of(cls, path: Path, most: int = MOST_MATRIX_BYTES) -> File:
        """Read a file from a disk, no more of it than can be used.

        Raises
        ------
        GeomapError : it cannot be read, or is too large
        """
        try:
            if path.exists() and not path.is_file():
                raise GeomapError(f"{path} 不是普通文件", f"{path} is not a plain file")
            with path.open("rb") as opened:
                data = opened.read(most + 1)
        except OSError as error:
            raise GeomapError(
                f"无法读取 {path}：{error.strerror}", f"{path} cannot be read: {error.strerror}"
            ) from error
        if len(data) > most:
            raise GeomapError(
                f"{path.name} 超过 {most >> 20} MB", f"{path.name} is over {most >> 20} MB"
            )
        return cls(path.name, data)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one study; None for what was not given.

    Parameters
    ----------
    demand, candidates, existing : tables, CSV or Excel
    matrix : CSV, a row per demand id and a column per candidate and existing id
    roads : GraphML or GeoPackage
    zones : polygons by the name that criteria know them by, GeoJSON
    exclude : polygons in which no candidate may lie, GeoJSON
    """

    demand: File | None = None
    candidates: File | None = None
    existing: File | None = None
    matrix: File | None = None
    roads: File | None = None
    zones: Mapping[str, File] | None = None
    exclude: File | None = None


class StudyGround(NamedTuple):
    """What is asked of a release while files are read; small, so that it can go to a process."""

    areas: Mapping[str, Area]
    city: str
    boundaries: gpd.GeoDataFrame

    @classmethod
    def of(cls, atlas: Atlas) -> StudyGround:
        """Take it from a release."""
        return cls(dict(atlas.areas), atlas.city, atlas.boundaries)


def read_inputs(atlas: Atlas, settings: StudySettings, files: Files | None = None) -> Inputs:
    """Read and check all files of a study, and bring together what it works on.

    Raises
    ------
    TableError : all faults of all tables
    RequestError, GeomapError : a file cannot be read, or something is lacking or too much
    """
    return build_inputs(
        atlas, settings, read_given(StudyGround.of(atlas), settings, files or Files())
    )


def read_given(ground: StudyGround, settings: StudySettings, files: Files) -> Given:
    """Read and check all files of a study; see ``read_inputs``."""
    faults: list[Finding] = []
    told: list[Finding] = []
    frames = _frames(ground, settings, files, faults, told)
    matrix, unit = None, ""
    said = Findings()
    if files.matrix is not None and settings.distance.startswith("matrix"):
        try:
            matrix, unit = read_matrix(files.matrix, said)
        except TableError as error:
            faults += error.findings
    if faults:
        raise TableError("、".join(dict.fromkeys(one.file for one in faults)), faults)
    zones = {name: read_zones(file, said) for name, file in (files.zones or {}).items()}
    exclude = read_zones(files.exclude, said) if files.exclude else None
    told += said.in_order()
    return Given(
        **frames,
        matrix=matrix,
        matrix_unit=unit,
        network=_network(settings, files.roads),
        zones=zones,
        exclude=exclude,
        exclude_name=files.exclude.name if files.exclude else "",
        notices=tuple(_summed([one for one in told if not _of_file(one)])),
        handling=tuple(_summed([one for one in told if _of_file(one)])),
    )


def _frames(
    ground: StudyGround,
    settings: StudySettings,
    files: Files,
    faults: list[Finding],
    told: list[Finding],
) -> dict[str, pd.DataFrame | None]:
    """Read the tables of places that are asked for; faults and remarks are gathered."""
    frames: dict[str, pd.DataFrame | None] = dict.fromkeys(PLACE_ROLES)
    outside = bool(settings.outside)
    for name, role in PLACE_ROLES.items():
        file: File | None = getattr(files, name)
        if file is None or getattr(settings, name) != "table":
            continue
        try:
            frame, findings = read_places(file, role, ground, settings.crs, outside=outside)
        except TableError as error:
            faults += error.findings
            continue
        frames[name] = frame
        told += findings
        if name == "demand" and settings.outside is None:
            outside = bool(_outside(frame, ground).any())
    return frames


def _of_file(one: Finding) -> bool:
    """Whether a notice is of how the file was read, which asks for nothing, not of its places."""
    return one.fix.en.endswith("nothing to do")


def _outside(frame: pd.DataFrame, ground: StudyGround) -> Any:
    found = area_of(frame["lon"].to_numpy(float), frame["lat"].to_numpy(float), ground.boundaries)
    return found == ""


def _network(settings: StudySettings, file: File | None) -> Any:
    if file is None or not settings.distance.startswith("roads"):
        return None
    from geomap.siting.road_files import read_roads

    return read_roads(file.name, file.data)


# --- places ---------------------------------------------------------------------------------------


def read_places(
    file: File,
    role: Role,
    ground: StudyGround | Atlas,
    system: str = "wgs84",
    *,
    outside: bool = False,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read a table of places; see ``geomap.siting.places.read_points``.

    Names of areas that the release does not know are kept as they are, and said: a table may be
    of townships, or of another city.

    Raises
    ------
    TableError : all faults, of each column the first 200
    RequestError : more places than a study can take
    """
    findings = Findings()
    grid = grid_of(file.name, file.data, findings)
    findings.refuse(file.name)
    _check_count(grid, role)
    grid = readable(grid, role, findings)
    findings.refuse(file.name)
    grid = _without_units(grid, role, findings)
    grid = _known_columns(grid, role, findings)
    spelled = area_spellings(ground.areas.values(), ground.city)
    grid, own = _own_areas(grid, role, spelled, findings)
    frame, told = read_points(
        grid, role, ground.boundaries, areas=spelled, system=system, outside=outside
    )
    if own:
        named = frame["id"].map(own)
        frame = frame.assign(area=named.where(named.notna(), frame["area"]))
    _tell_ids(file.name, frame["id"].tolist(), findings)
    return frame, [*findings.in_order(), *told]


_DATE = re.compile(
    r"\d{1,2}月\d{1,2}日|\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?|\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{2}"
)
_CUT = re.compile(r"\d{15}0+")


def _tell_ids(file: str, ids: list[str], findings: Findings) -> None:
    """Say which ids a spreadsheet seems to have changed: 1-2 into a day, the 16th digit into 0."""
    for pattern, zh, en in (
        (
            _DATE,
            "像是日期：Excel 会把 1-2 这样的编号改成日期",
            "look like days, which Excel makes of 1-2",
        ),
        (
            _CUT,
            "第 15 位以后都是 0：Excel 会丢失末尾的数字",
            "are 0 after the 15th digit, as Excel cuts",
        ),
    ):
        found = [one for one in ids if pattern.fullmatch(one)]
        if found:
            findings.notice(
                (file, 1, "id"),
                (
                    f"{len(found)} 个编号（如 {found[0]}）{zh}",
                    f"{len(found)} ids ({found[0]}) {en}",
                ),
                (
                    "核对原件；把这一列设为“文本”格式后再填",
                    "see the original; format the column as text",
                ),
            )


def _check_count(grid: Grid, role: Role) -> None:
    most = MOST_POINTS if role is DEMAND else MOST_SITES
    if len(grid.rows) > most:
        raise RequestError(
            f"{grid.file} 有 {len(grid.rows):,} 个{role.name.zh}，最多 {most:,} 个"
            f"（需求点 × 点位不超过 {MOST_PAIRS:,}）：先按条件筛选，或用六边形网格代替",
            f"{grid.file} holds {len(grid.rows):,} {role.name.en}, at most {most:,} "
            f"(demands × sites up to {MOST_PAIRS:,}): choose among them, or take a grid",
        )


def _without_units(grid: Grid, role: Role, findings: Findings) -> Grid:
    """Read 造价（万元） as 造价 where that is a column of the role; say the unit."""
    known = {cells.lookup_key(way) for one in role.schema.columns for way in (one.name, *one.names)}
    keys = [cells.lookup_key(name) for name in grid.header]
    header = list(grid.header)
    for at, name in enumerate(grid.header):
        found = _UNIT.fullmatch(cells.tidy(name))
        key = cells.lookup_key(found["name"]) if found else ""
        if found is None or keys[at] in known or key not in known or key in keys:
            continue
        header[at] = found["name"]
        findings.notice(
            (grid.file, 1, ""),
            (f"{found['name']} 的单位：{found['unit']}", f"{found['name']} is in {found['unit']}"),
            ("预算等用同一单位", "use the same unit for a budget"),
        )
    return Grid(grid.file, header, grid.rows, grid.lines)


def _known_columns(grid: Grid, role: Role, findings: Findings) -> Grid:
    """Leave out columns that are no numbers to judge by; say which."""
    known = {
        cells.lookup_key(name)
        for column in role.schema.columns
        for name in (column.name, *column.names)
    }
    width = len(grid.header)
    kept, lost = [], []
    for at, name in enumerate(grid.header):
        column = [row[at] for row in grid.rows if at < len(row)]
        if cells.lookup_key(name) in known or (role.extra and _is_numeric(column)):
            kept.append(at)
        elif cells.tidy(name):
            lost.append(cells.tidy(name))
    if len(kept) == width:
        return grid
    if lost:
        findings.notice(
            (grid.file, 1, ""),
            (f"未用的列：{'、'.join(lost)}", f"columns not used: {', '.join(lost)}"),
            ("无需处理", "nothing to do"),
        )
    rows = [[row[at] for at in kept] if len(row) == width else row for row in grid.rows]
    long = [len(row) != width and any(row) for row in grid.rows]
    if any(long):
        return grid  # the check of the rows says what is wrong
    return Grid(grid.file, [grid.header[at] for at in kept], rows, grid.lines)


def _is_numeric(column: list[str]) -> bool:
    filled = [one for one in column if cells.tidy(one)]
    good = sum(not pd.isna(pd.to_numeric(cells.tidy(one), errors="coerce")) for one in filled)
    return bool(filled) and good * 2 >= len(filled)


def _own_areas(
    grid: Grid, role: Role, spelled: Spellings, findings: Findings
) -> tuple[Grid, dict[str, str]]:
    """Take out names of areas that the release does not know; by id of the place."""
    at, ids = (position(grid, role, name) for name in ("area", "id"))
    if at is None or ids is None:
        return grid, {}
    own: dict[str, str] = {}
    rows = []
    known: dict[str, bool] = {}
    for row in grid.rows:
        # A cell in doubt is refused with the others, not taken for the name of some other place.
        text = cells.tidy(row[at]) if at < len(row) and not doubt_of(row[at], "code") else ""
        if text and known.setdefault(text, isinstance(spelled.cell(text), str)) is False:
            if ids < len(row):
                own[cells.code(row[ids])] = text
            row = [*row[:at], "", *row[at + 1 :]]
        rows.append(row)
    if own:
        names = list(dict.fromkeys(own.values()))
        shown = "、".join(names[:10]) + (" 等" if len(names) > 10 else "")
        findings.notice(
            (grid.file, 1, "area"),
            (
                f"{len(names)} 个地区名不是本市旗区，按所填名称分组：{shown}",
                f"{len(names)} names are no areas of the city and are kept as they are: {shown}",
            ),
            ("确系其他地区或苏木乡镇可不理会", "leave it if they are other places"),
        )
    return Grid(grid.file, grid.header, rows, grid.lines), own


def _summed(findings: list[Finding]) -> list[Text]:
    """Write notices as lines; of many alike one line with their number."""
    alike = Counter((one.file, one.column, one.what.en) for one in findings)
    told: list[Text] = []
    seen: set[tuple[str, str, str]] = set()
    for one in findings:
        key = (one.file, one.column, one.what.en)
        many = alike[key] > _ALIKE
        if many and key in seen:
            continue
        seen.add(key)
        where = f"{one.file}" if many or not one.line else f"{one.file}:{one.line}"
        count = Text(f"{alike[key]} 行", f"{alike[key]} rows: ") if many else Text("", "")
        told.append(Text(f"{where}：{count.zh}{one.what.zh}", f"{where}: {count.en}{one.what.en}"))
    return told


# --- matrix and zones -----------------------------------------------------------------------------


def read_matrix(file: File, findings: Findings | None = None) -> tuple[pd.DataFrame, str]:
    """Read distances or times and the unit they say; see ``siting.matrix_files.read_costs``."""
    return read_costs(file.name, file.data, Findings() if findings is None else findings)


def read_zones(file: File, findings: Findings | None = None) -> gpd.GeoSeries:
    """Read polygons; see ``geomap.siting.zone_files.read_polygons``."""
    return read_polygons(file.name, file.data, Findings() if findings is None else findings)
