"""How well existing sites serve demand: shares within radii, by area, nearest and second nearest.

In: a case and the columns that are open. Out: frozen figures; pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Index
from geomap.errors import RequestError, Text
from geomap.siting.solve.problem import Case, Parts, Vector


@dataclass(frozen=True, eq=False)
class Reach:
    """How well some demands are served.

    Parameters
    ----------
    demand : their weight
    shares : part of it within each radius, in the order of the radii; NaN without demand
    mean : weighted mean cost to the site that serves; inf when some demand reaches none
    farthest : largest cost to a site that serves
    """

    demand: float
    shares: tuple[float, ...]
    mean: float
    farthest: float


@dataclass(frozen=True, eq=False)
class Service:
    """How well a set of sites serves demand.

    Parameters
    ----------
    radii : in the unit of the costs, rising
    nearest, second : (n,) columns, -1 for none; ``nearest_cost``, ``second_cost`` (n,) inf for none
    parts : who serves which demand
    whole : all demand together
    areas : the same by area, in the order of the areas' names
    worst : the worst-served area: least covered within the smallest radius that tells areas
        apart, of equal ones the farthest on average; None without areas
    uncovered : rows with demand, or a part of it, beyond the largest radius
    """

    radii: tuple[float, ...]
    nearest: Index
    nearest_cost: Vector
    second: Index
    second_cost: Vector
    parts: Parts
    whole: Reach
    areas: dict[Any, Reach]
    worst: Any
    uncovered: tuple[int, ...]
    kind: Text
    unit: str


def service(
    case: Case, sites: Sequence[int], radii: Sequence[float], parts: Parts | None = None
) -> Service:
    """Measure how well some sites serve the demand.

    Parameters
    ----------
    sites : open columns; none is allowed, nothing is covered then
    radii : at least one, above 0
    parts : who serves which demand, as an answer has it; the nearest site when None

    Raises
    ------
    RequestError : no radius, or one that is not above 0
    """
    levels = tuple(sorted({float(radius) for radius in radii}))
    if not levels or not all(np.isfinite(one) and one > 0 for one in levels):
        raise RequestError(
            f"半径 {list(radii)} 不能用，应给出至少一个大于 0 的数",
            f"radii {list(radii)} cannot be used; give at least one number above 0",
        )
    first, second = _two(case, np.array(sorted(set(sites)), dtype=np.intp))
    if parts is None:
        parts = _whole(*first)
    weight = case.weight[parts.row] * parts.part
    area = None if case.area is None else np.asarray(case.area)[parts.row]
    areas = {} if area is None else _by_area(area, weight, parts.cost, levels)
    beyond = parts.row[(parts.cost > levels[-1]) & (weight > 0)]
    return Service(
        levels, *first, *second,
        parts=parts,
        whole=_reach(weight, parts.cost, levels),
        areas=areas,
        worst=_worst(areas),
        uncovered=tuple(int(row) for row in np.unique(beyond)),
        kind=case.costs.words,
        unit=case.costs.unit,
    )  # fmt: skip


def nearest_parts(case: Case, sites: Sequence[int]) -> Parts:
    """Let the nearest of some open sites serve each demand, whole."""
    return _whole(*_two(case, np.array(sorted(set(sites)), dtype=np.intp))[0])


def _whole(site: Index, cost: Vector) -> Parts:
    return Parts(np.arange(len(site)), site, np.ones(len(site)), cost)


def _two(case: Case, sites: Index) -> tuple[tuple[Index, Vector], tuple[Index, Vector]]:
    """Give column and cost of the nearest and of the second nearest site."""
    n = case.shape[0]
    among = np.full((n, len(sites) + 2), np.inf)
    among[:, : len(sites)] = case.costs.matrix[:, sites]
    columns = np.r_[sites, -1, -1]
    order = np.argsort(among, axis=1, kind="stable")[:, :2]
    cost = np.take_along_axis(among, order, axis=1)
    column = np.where(np.isfinite(cost), columns[order], -1)
    return (column[:, 0], cost[:, 0]), (column[:, 1], cost[:, 1])


def _reach(weight: Vector, cost: Vector, radii: tuple[float, ...]) -> Reach:
    there = weight > 0
    whole = float(weight[there].sum())
    if not whole:
        return Reach(0.0, (np.nan,) * len(radii), np.nan, np.nan)
    shares = tuple(float(weight[there & (cost <= radius)].sum() / whole) for radius in radii)
    mean = float((weight[there] * cost[there]).sum() / whole)
    return Reach(whole, shares, mean, float(cost[there].max()))


def _by_area(
    area: NDArray[Any], weight: Vector, cost: Vector, radii: tuple[float, ...]
) -> dict[Any, Reach]:
    found = {}
    for one in np.unique(area):
        inside = area == one
        found[one.item()] = _reach(weight[inside], cost[inside], radii)
    return found


def _worst(areas: dict[Any, Reach]) -> Any:
    """Name the area whose demand is served worst."""
    served = {name: reach for name, reach in areas.items() if reach.demand > 0}
    if not served:
        return None
    return min(served, key=lambda name: (served[name].shares, -served[name].mean))
