"""What a siting study works on: who is to be served, where one may build, what exists, how far.

In: an atlas, settings and the tables that the user gave, already checked. Out: :class:`Inputs`,
frames in EPSG:4326 and one matrix of costs. Pure; files are read by ``input_files``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from geomap.errors import NotFoundError, RequestError, Text
from geomap.numbers import counted
from geomap.siting.hexagons import hexagon_centres
from geomap.siting.measuring import measure_costs
from geomap.siting.setting_faults import TABLE
from geomap.siting.settings import StudySettings
from geomap.siting.solve.costs import Costs
from geomap.siting.solve.problem import Case

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.atlas import Atlas

MOST_PAIRS = 25_000_000
"""Demands × sites of one study: a quarter of what the solver takes, some 200 megabytes."""
MOST_SITES = 20_000
PLACE = ["id", "name", "area", "lon", "lat"]
UNPLACED = ["id", "name", "name_en", "area"]
_CHUNK = 500
_MOST_NAMES = 40


class RoadCosts(Protocol):
    """Something that measures along roads."""

    def costs(
        self, origins: pd.DataFrame, sites: pd.DataFrame, unit: str
    ) -> tuple[Costs, list[Text]]:
        """Give costs in "km" or "min" from all origins to all sites, and what to say of them."""
        ...


@dataclass(frozen=True, eq=False)
class Given:
    """What the user handed in, read and checked; None for what was not.

    Parameters
    ----------
    demand, candidates, existing : frames of ``geomap.siting.places.read_points``
    matrix : rows named by demand id, columns by candidate and existing id
    matrix_unit : "km" or "min" where the file says so
    network : roads
    zones : polygons by name, EPSG:4326
    exclude : polygons in which no candidate may lie, EPSG:4326; ``exclude_name`` says which
    notices : what was said of the places while they were read
    handling : what was said of the files
    """

    demand: pd.DataFrame | None = None
    candidates: pd.DataFrame | None = None
    existing: pd.DataFrame | None = None
    matrix: pd.DataFrame | None = None
    matrix_unit: str = ""
    network: RoadCosts | None = None
    zones: Mapping[str, gpd.GeoSeries] = field(default_factory=dict)
    exclude: gpd.GeoSeries | None = None
    exclude_name: str = ""
    notices: tuple[Text, ...] = ()
    handling: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class Inputs:
    """All that a study works on.

    Parameters
    ----------
    demand : id, name, area, lon, lat, weight; one row a place, weight NaN nowhere
    candidates, existing : id, name, area, lon, lat, capacity, cost and further columns
    costs : (n, c + e), the columns are the candidates, then the existing sites; km or min
    coarse : what to say when the demand is coarse, None when it is the user's own
    gaps : places left out because something is not known of them, in words
    handling : how the files were read, which is no matter of the data
    unplaced : existing sites that are known without coordinates: id, name, name_en, area
    exclude : name of the polygons that no candidate lies in, "" for none
    """

    demand: pd.DataFrame
    candidates: pd.DataFrame
    existing: pd.DataFrame
    costs: Costs
    notices: tuple[Text, ...] = ()
    gaps: tuple[Text, ...] = ()
    coarse: Text | None = None
    measure: str = ""
    zones: Mapping[str, gpd.GeoSeries] = field(default_factory=dict)
    network: RoadCosts | None = None
    handling: tuple[Text, ...] = ()
    unplaced: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=UNPLACED))
    exclude: str = ""

    @property
    def sites(self) -> pd.DataFrame:
        """Candidates and existing sites in the order of the columns of ``costs``."""
        both = [one for one in (self.candidates, self.existing) if len(one)]
        return pd.concat(both or [self.candidates], ignore_index=True)

    @property
    def locked(self) -> tuple[int, ...]:
        """The columns of the existing sites."""
        count = len(self.candidates)
        return tuple(range(count, count + len(self.existing)))

    def case(self) -> Case:
        """Give the arrays that the solvers take."""
        sites = self.sites
        return Case(
            costs=self.costs,
            weight=self.demand["weight"].to_numpy(dtype=float),
            existing=self.locked,
            area=self.demand["area"].to_numpy(dtype=object).astype(str),
            site_area=sites["area"].to_numpy(dtype=object).astype(str) if len(sites) else None,
            price=_known(sites, "cost", self.locked),
            capacity=_known(sites, "capacity", ()),
        )


def _known(sites: pd.DataFrame, name: str, free: tuple[int, ...]) -> Any:
    """Give a column when it is there in full, else None; sites in ``free`` need none."""
    if name not in sites or sites[name].isna().all():
        return None
    values = sites[name].to_numpy(dtype=float).copy()
    values[list(free)] = np.nan_to_num(values[list(free)])
    return None if np.isnan(values).any() else values


def build_inputs(atlas: Atlas, settings: StudySettings, given: Given | None = None) -> Inputs:
    """Bring together what a study works on.

    Raises
    ------
    RequestError, NotFoundError : something is lacking, does not fit, or is too much
    """
    given = given or Given()
    told: list[Text] = list(given.notices)
    gaps: list[Text] = []
    demand, coarse = _demand(atlas, settings, given, gaps)
    candidates = _candidates(atlas, settings, given, gaps)
    candidates = _outside_of(candidates, settings, given, told)
    existing = _existing(atlas, settings, given, gaps)
    candidates = _without(candidates, existing, told)
    _check_ids(candidates, existing)
    _check_size(len(demand), len(candidates) + len(existing))
    made = Inputs(
        demand, candidates, existing, Costs(np.zeros((len(demand), 0)), unit="km"),
        coarse=coarse, measure=settings.demand, zones=given.zones, network=given.network,
        handling=given.handling, unplaced=_unplaced(atlas, settings),
        exclude=given.exclude_name if given.exclude is not None else "",
    )  # fmt: skip
    costs = measure_costs(settings, given, demand, made.sites, told)
    return replace(made, costs=costs, notices=tuple(told), gaps=tuple(gaps))


# --- demand ---------------------------------------------------------------------------------------


def _demand(
    atlas: Atlas, settings: StudySettings, given: Given, gaps: list[Text]
) -> tuple[pd.DataFrame, Text | None]:
    if settings.demand == TABLE:
        return _table(given.demand, Text("需求", "demand")), None
    return seat_demand(atlas, settings.demand.partition(":")[2], gaps)


def _table(frame: pd.DataFrame | None, noun: Text) -> pd.DataFrame:
    if frame is None:
        raise RequestError(
            f"没有给出{noun.zh}表：上传一张表，或改用其他来源",
            f"no table of {noun.en} was given: upload one, or choose another source",
        )
    return frame


def seat_demand(
    atlas: Atlas, indicator_id: str, gaps: list[Text] | None = None
) -> tuple[pd.DataFrame, Text]:
    """Let the seat of each area stand for all of its demand.

    Returns
    -------
    frame of demand, and the words that say how coarse that is

    Raises
    ------
    RequestError : the indicator is no count, or no year has a value
    """
    indicator = atlas.indicator(indicator_id)
    if not indicator.additive:
        listed = "、".join(one.name.zh for one in atlas.indicators.values() if one.additive)
        raise RequestError(
            f"“{indicator.name.zh}”不能相加，不能作需求的权重；可用的有：{listed}",
            f"{indicator.name.en} does not add up and cannot weigh demand; use a count",
        )
    year, values = _year_of(atlas, indicator_id)
    seats = atlas.seats
    frame = seats[[*PLACE, "name_en"]].assign(
        weight=[values.get(code, np.nan) for code in seats["area"]]
    )
    lost = frame[frame["weight"].isna()]
    if len(lost) and gaps is not None:
        names = "、".join(lost["name"])
        gaps.append(
            Text(
                f"{year} 年没有“{indicator.name.zh}”的旗区未计入：{names}",
                f"left out, no {indicator.name.en} in {year}: {', '.join(lost['name'])}",
            )
        )
    kept = frame[frame["weight"].notna()].reset_index(drop=True)
    if kept.empty:
        raise RequestError(
            f"没有任何旗区有“{indicator.name.zh}”的数", f"no area has {indicator.name.en}"
        )
    coarse = _coarse(seats, len(kept), indicator.name, year)
    return kept, _estimated(atlas, indicator_id, year, list(kept["area"]), coarse)


def _estimated(atlas: Atlas, indicator_id: str, year: int, codes: list[str], coarse: Text) -> Text:
    """Say how many of the weights nobody reported."""
    row = atlas.series[(indicator_id, "actual")][year]
    guessed = sum(code in row and row[code].status == "apportioned" for code in codes)
    if not guessed:
        return coarse
    return Text(
        f"{coarse.zh}。其中 {guessed} 个旗区的权重为估算，不是上报数",
        f"{coarse.en}. {guessed} of the weights are estimates (估算), not reported",
    )


def _year_of(atlas: Atlas, indicator_id: str) -> tuple[int, dict[str, float]]:
    """Take the latest year that all parts have, else the latest of those that most have."""
    codes = [area.code for area in atlas.parts]
    best: tuple[int, int] = (0, 0)
    found: dict[str, float] = {}
    for year, row in atlas.series.get((indicator_id, "actual"), {}).items():
        have = {
            code: float(row[code].value)  # type: ignore[arg-type]
            for code in codes
            if code in row and row[code].value is not None
        }
        if (len(have), year) > best:
            best, found = (len(have), year), have
    if not found:
        name = atlas.indicator(indicator_id).name
        raise RequestError(f"“{name.zh}”没有分旗区的数", f"{name.en} is not known by area")
    return best[1], found


def _coarse(seats: pd.DataFrame, count: int, name: Text, year: int) -> Text:
    label = bool((seats["kind"] == "label").any())
    what = Text("界线内的标注点", "a label point") if label else Text("政府驻地", "its seat")
    return Text(
        f"{count} 个点代表 {count} 个旗区（{what.zh}，权重为 {year} 年{name.zh}），粗略："
        "旗区内部的远近看不出来，请尽可能换成苏木乡镇、企业或园区的表",
        f"{counted(count, 'point')} for {counted(count, 'area')} ({what.en}, weighted by {name.en} "
        f"of {year}): "
        "coarse, nothing within an area can be told; give a finer table where there is one",
    )


# --- sites ----------------------------------------------------------------------------------------


def _candidates(
    atlas: Atlas, settings: StudySettings, given: Given, gaps: list[Text]
) -> pd.DataFrame:
    head, _, rest = settings.candidates.partition(":")
    if head == "hexagons":
        return hexagon_centres(atlas.boundaries, float(rest), exclude=given.exclude)
    if head == "sites":
        return known_sites(atlas, rest, gaps)
    if head == TABLE:
        return _table(given.candidates, Text("候选点", "candidates"))
    return pd.DataFrame(columns=PLACE)


def _existing(
    atlas: Atlas, settings: StudySettings, given: Given, gaps: list[Text]
) -> pd.DataFrame:
    head, _, rest = settings.existing.partition(":")
    if head == "sites":
        return known_sites(atlas, rest, gaps)
    if head == TABLE:
        return _table(given.existing, Text("已有点", "existing sites"))
    return pd.DataFrame(columns=PLACE)


def known_sites(atlas: Atlas, kinds: str, gaps: list[Text] | None = None) -> pd.DataFrame:
    """Give the sites of some kinds that have coordinates.

    Parameters
    ----------
    kinds : ids split by commas

    Raises
    ------
    NotFoundError : no such kind
    RequestError : none of them has coordinates
    """
    wanted = [one.strip() for one in kinds.split(",") if one.strip()]
    for one in wanted:
        if one not in atlas.site_kinds:
            raise NotFoundError(Text("点位类型", "kind of site"), one, atlas.site_kinds)
    rows = atlas.sites[atlas.sites["kind"].isin(wanted)]
    lost = rows[rows["lon"].isna()]
    if len(lost) and gaps is not None:
        gaps.append(
            Text(
                f"{len(lost)} 处点位没有坐标，未计入：{'、'.join(lost['name_zh'])}",
                f"{counted(len(lost), 'site')} without coordinates left out: "
                f"{', '.join(lost['name_en'].where(lost['name_en'] != '', lost['name_zh']))}",
            )
        )
    rows = rows[rows["lon"].notna()]
    near = rows[rows["precision"] != "exact"]
    if len(near) and gaps is not None:
        gaps.append(
            Text(
                f"{len(near)} 处点位的坐标是所在镇、附近设施或城市中心，不是实址："
                f"{'、'.join(near['name_zh'])}",
                f"{len(near)} sites stand at their town, a landmark nearby or the centre of a city:"
                f" {', '.join(near['name_en'].where(near['name_en'] != '', near['name_zh']))}",
            )
        )
    if rows.empty:
        raise RequestError(f"点位类型 {kinds} 都没有坐标", f"no site of {kinds} has coordinates")
    named = rows.rename(columns={"name_zh": "name"})
    return named[[*PLACE, "name_en"]].reset_index(drop=True)


def _unplaced(atlas: Atlas, settings: StudySettings) -> pd.DataFrame:
    """Give the existing sites of the kinds asked for that are in the city without coordinates."""
    head, _, rest = settings.existing.partition(":")
    wanted = [one.strip() for one in rest.split(",")] if head == "sites" else []
    rows = atlas.sites[atlas.sites["kind"].isin(wanted) & atlas.sites["lon"].isna()]
    named: pd.DataFrame = rows.rename(columns={"name_zh": "name"})
    named = named.assign(name_en=named["name_en"].where(named["name_en"] != "", named["name"]))
    made: pd.DataFrame = named[UNPLACED].fillna("").reset_index(drop=True)
    return made


def _outside_of(
    candidates: pd.DataFrame, settings: StudySettings, given: Given, told: list[Text]
) -> pd.DataFrame:
    """Take out the candidates that lie in the excluded polygons, or on their edge; by name.

    Raises
    ------
    RequestError : the settings name polygons that were not given, or none is left
    """
    if given.exclude is None:
        if settings.exclude:
            raise RequestError(
                f"设置写明避开“{settings.exclude}”，却没有给出这个文件：请上传",
                f"the settings exclude {settings.exclude}, which was not given: upload it",
            )
        return candidates
    import shapely

    points = shapely.points(candidates["lon"].to_numpy(float), candidates["lat"].to_numpy(float))
    inside = shapely.intersects(shapely.union_all(given.exclude.to_numpy()), points)
    name = given.exclude_name or "GeoJSON"
    if len(candidates) and inside.all():
        raise RequestError(
            f"候选点全在排除范围“{name}”内：核对范围的坐标系，或换候选点",
            f"every candidate lies in the excluded polygons {name}: see whether they are right",
        )
    if inside.any():
        listed = "、".join(candidates.loc[inside, "name"].astype(str).head(_MOST_NAMES))
        more = Text(" 等", " and others") if inside.sum() > _MOST_NAMES else Text("", "")
        told.append(
            Text(
                f"{int(inside.sum())} 个候选点在排除范围“{name}”内，不参加：{listed}{more.zh}",
                f"{int(inside.sum())} candidates lie in the excluded polygons {name} and are left "
                f"out: {listed}{more.en}",
            )
        )
    kept: pd.DataFrame = candidates[~inside].reset_index(drop=True)
    return kept


def _without(candidates: pd.DataFrame, existing: pd.DataFrame, told: list[Text]) -> pd.DataFrame:
    """Take out candidates that exist already."""
    both = candidates["id"].isin(set(existing["id"]))
    if not both.any():
        return candidates
    names = candidates.loc[both, "name"].astype(str)
    told.append(
        Text(
            f"已有的点不再作候选：{'、'.join(names)}",
            f"exist already and are no candidates: {', '.join(names)}",
        )
    )
    return candidates[~both].reset_index(drop=True)


def _check_ids(candidates: pd.DataFrame, existing: pd.DataFrame) -> None:
    for frame in (candidates, existing):
        repeated = frame.loc[frame["id"].duplicated(), "id"]
        if len(repeated):
            raise RequestError(
                f"编号重复：{'、'.join(repeated)}", f"repeated ids: {', '.join(repeated)}"
            )


def _check_size(demands: int, sites: int) -> None:
    most = min(MOST_SITES, MOST_PAIRS // max(demands, 1))
    if sites > most:
        raise RequestError(
            f"{demands:,} 个需求点时最多 {most:,} 个点位，给了 {sites:,} 个：先按条件筛选，"
            "或用更大间距的网格代替",
            f"with {demands:,} demands at most {most:,} sites are possible, {sites:,} were given: "
            "choose among them first, or take a coarser grid",
        )
