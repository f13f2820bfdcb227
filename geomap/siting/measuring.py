"""How far it is from demand to sites: a straight line, the user's matrix, or roads. Pure.

A matrix is held against the straight line between the same places: numbers in another unit are
refused, doubtful ones told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geomap.errors import RequestError, Text
from geomap.numbers import full, written
from geomap.siting.solve.costs import CostKind, Costs, geodesic_costs

if TYPE_CHECKING:
    from geomap.siting.inputs import Given
    from geomap.siting.settings import StudySettings

UNIT_WORDS = {"km": Text("公里", "km"), "min": Text("分钟", "minutes")}

_FAR, _TOO_FAR = 20.0, 60.0
"""Kilometres or minutes of a matrix to a straight kilometre (median): said, and refused."""
_FASTEST_KMH = 250.0
"""On a straight line; what a matrix of minutes says is faster is said."""
_SLACK = 0.01  # of the straight line: coordinates and lengths are rounded


def measure_costs(
    settings: StudySettings,
    given: Given,
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    told: list[Text],
) -> Costs:
    """Measure from every demand to every site, in the way the settings say.

    Returns
    -------
    (n, m) costs in km or min
    """
    head, _, rest = settings.distance.partition(":")
    if head == "matrix":
        return _from_matrix(given, rest, demand, sites, told)
    if head == "roads":
        if given.network is None:
            raise RequestError(
                "没有给出路网文件（GraphML 或 GeoPackage）",
                "no road network was given (GraphML or GeoPackage)",
            )
        costs, said = given.network.costs(demand, sites, rest)
        told += said
        return costs
    return straight(demand, sites, float(rest) if rest else 1.0)


def straight(origins: pd.DataFrame, sites: pd.DataFrame, detour: float = 1.0) -> Costs:
    """Measure geodesic distance in km, times a detour factor."""
    places = [frame[["lon", "lat"]].to_numpy(dtype=float) for frame in (origins, sites)]
    costs = geodesic_costs(*places, detour=detour)
    matrix = costs.matrix
    matrix /= matrix.dtype.type(1000)
    return replace(costs, matrix=matrix, unit="km")


def _from_matrix(
    given: Given, unit: str, demand: pd.DataFrame, sites: pd.DataFrame, told: list[Text]
) -> Costs:
    matrix = given.matrix
    if matrix is None:
        raise RequestError("没有给出距离矩阵", "no matrix was given")
    if given.matrix_unit not in ("", unit):
        said, asked = UNIT_WORDS[given.matrix_unit], UNIT_WORDS[unit]
        raise RequestError(
            f"矩阵的表头写的是{said.zh}，设定的是{asked.zh}：改正其一",
            f"the heading of the matrix says {said.en}, the settings {asked.en}: mend one of them",
        )
    faults = [
        *_mismatch(Text("行", "rows"), matrix.index, demand["id"]),
        *_mismatch(Text("列", "columns"), matrix.columns, sites["id"]),
    ]
    if faults:
        raise RequestError(
            "矩阵与表对不上：" + "；".join(one.zh for one in faults),
            "the matrix does not fit the tables: " + "; ".join(one.en for one in faults),
        )
    values = matrix.loc[list(demand["id"]), list(sites["id"])].to_numpy(dtype=float)
    told += _doubtful(values, unit, demand, sites)
    return Costs(values, CostKind.MATRIX, unit)


def _doubtful(values: Any, unit: str, demand: pd.DataFrame, sites: pd.DataFrame) -> list[Text]:
    """Hold a matrix against the straight line between the same places, 1 km apart or more.

    Raises
    ------
    RequestError : the numbers are in another unit beyond doubt
    """
    direct = straight(demand, sites).matrix.astype(float)
    apart = np.isfinite(values) & (direct >= 1)
    if not apart.any():
        return []
    ratio = np.where(apart, values / np.maximum(direct, 1), np.nan)
    told = _too_far(float(np.nanmedian(ratio)), unit)
    short = ratio < (60 / _FASTEST_KMH if unit == "min" else 1 - _SLACK)
    if short.any():
        row, column = (int(one) for one in np.unravel_index(np.nanargmin(ratio), ratio.shape))
        pair = f"{demand['id'].iloc[row]} → {sites['id'].iloc[column]}"
        told.append(
            _too_short(unit, int(short.sum()), pair, values[row, column], direct[row, column])
        )
    return told


def _too_far(middle: float, unit: str) -> list[Text]:
    """Say or refuse a matrix that is many times the straight line, in km or minutes a km."""
    per = Text("分钟/公里", "minutes a km") if unit == "min" else Text("倍", "times")
    times = full(middle, digits=3)
    if middle > _TOO_FAR:
        wrong = {"min": "分钟（像是秒）", "km": "公里（像是米）"}[unit]
        many = written(middle, 0)
        raise RequestError(
            f"矩阵的数是直线距离的 {many} {per.zh}（中位）：单位不是{wrong}，换算后再用",
            f"the matrix is {many} {per.en} of the straight line (median): its unit cannot "
            f"be {unit}; convert it first",
        )
    if middle <= _FAR:
        return []
    return [
        Text(
            f"矩阵的数是直线距离的 {times} {per.zh}（中位）：核对单位和编号",
            f"the matrix is {times} {per.en} of the straight line (median): see whether its "
            "unit and ids are right",
        )
    ]


def _too_short(unit: str, count: int, pair: str, value: float, direct: float) -> Text:
    """Say which pairs are nearer than a straight line lets them be."""
    km = unit == "km"
    limit = (
        f"快于直线上 {full(_FASTEST_KMH)} 公里/小时",
        f"faster than {full(_FASTEST_KMH)} km/h straight",
    )
    what = Text("短于直线距离", "shorter than the straight line") if km else Text(*limit)
    words = Text("公里", "km") if km else Text("分钟", "min")
    return Text(
        f"矩阵有 {count} 对{what.zh}，如 {pair}：{full(value)} {words.zh}，"
        f"直线 {written(direct, 1)} 公里；"
        "核对单位、编号和坐标",
        f"{count} pairs of the matrix are {what.en}, such as {pair}: {full(value)} {words.en}, "
        f"{written(direct, 1)} km straight; see whether unit, ids and coordinates are right",
    )


def _mismatch(what: Text, found: pd.Index, wanted: pd.Series) -> list[Text]:
    """Say which ids the matrix lacks; what it has beyond them does no harm."""
    there = set(found)
    lacking = [str(one) for one in wanted if one not in there]
    if not lacking:
        return []
    shown = lacking[:20]
    more = Text(f" 等 {len(lacking)} 个", f" and others, {len(lacking)} in all")
    tail = more if len(lacking) > 20 else Text("", "")
    return [
        Text(
            f"缺少{what.zh} {'、'.join(shown)}{tail.zh}",
            f"{what.en} lacking: {', '.join(shown)}{tail.en}",
        )
    ]
