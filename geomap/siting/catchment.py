"""Two-step floating catchment: how much capacity is within reach of each demand. Pure.

2SFCA: Luo & Wang 2003, doi:10.1068/b29120; E2SFCA with a weight for each zone: Luo & Qi 2009,
doi:10.1016/j.healthplace.2009.06.002.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geomap.errors import RequestError, Text
from geomap.numbers import full
from geomap.siting.solve.problem import Case, Vector


@dataclass(frozen=True, eq=False)
class Catchment:
    """Capacity within reach.

    Parameters
    ----------
    access : (n,) capacity per unit of demand within reach of each demand
    ratio : (m,) capacity of each open site per unit of demand in its catchment; NaN when closed
        or without demand
    unused : columns of open sites with no demand in reach: their capacity is in no ``access``
    decay : the zones and their weights, in words
    """

    access: Vector
    ratio: Vector
    unused: tuple[int, ...]
    decay: Text


def floating_catchment(
    case: Case,
    sites: Sequence[int],
    zones: Sequence[float],
    decay: Sequence[float] = (1.0,),
) -> Catchment:
    """Measure access; one zone is 2SFCA, several with falling weights are E2SFCA.

    Parameters
    ----------
    sites : open columns; the case must have capacities
    zones : outer bounds of the zones, rising, in the unit of the costs; closed on the right
    decay : the weight of each zone, in (0, 1], not rising; said on the result

    Raises
    ------
    RequestError : no capacities, or zones and weights that do not fit

    Notes
    -----
    ``R_j = S_j / sum_k P_k W(d_kj)``; ``A_i = sum_j R_j W(d_ij)``. All capacity is given out:
    ``sum_i P_i A_i`` is the capacity of the sites that demand reaches.
    """
    _require(case, zones, decay)
    columns = np.array(sorted(set(sites)), dtype=np.intp)
    weights = np.r_[np.asarray(decay, dtype=float), 0.0]
    reach = weights[np.searchsorted(np.asarray(zones, float), case.costs.matrix[:, columns])]
    load = case.weight @ reach
    assert case.capacity is not None
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(load > 0, case.capacity[columns] / load, np.nan)
    whole = np.full(case.shape[1], np.nan)
    whole[columns] = ratio
    unused = tuple(int(site) for site in columns[load <= 0])
    return Catchment(reach @ np.nan_to_num(ratio), whole, unused, _words(case, zones, decay))


def zone_fault(zones: Sequence[float], decay: Sequence[float]) -> tuple[str, Text] | None:
    """Say which of zones ("catchment") and their weights ("decay") cannot be, and why."""
    bounds, weights = np.asarray(zones, dtype=float), np.asarray(decay, dtype=float)
    rising = len(bounds) and (np.diff(np.r_[0.0, bounds]) > 0).all() and np.isfinite(bounds).all()
    falling = (weights > 0).all() and (weights <= 1).all() and (np.diff(weights) <= 0).all()
    if not rising:
        given = _listed(zones)
        return "catchment", Text(
            f"移动搜索分区应大于 0 并递增，给的是 {given.zh}",
            f"zones of the catchment must rise from above 0, not {given.en}",
        )
    if not falling or len(bounds) != len(weights):
        given = _listed(decay)
        return "decay", Text(
            f"各区权重应与 {len(bounds)} 个分区一一对应，在 0 与 1 之间且不递增，给的是 {given.zh}",
            f"the weights must be one for each of {len(bounds)} zones, between 0 and 1 and not "
            f"rising, not {given.en}",
        )
    return None


def _listed(numbers: Sequence[float]) -> Text:
    words = [full(one) for one in numbers]
    return Text("、".join(words) or "空", ", ".join(words) or "nothing")


def _require(case: Case, zones: Sequence[float], decay: Sequence[float]) -> None:
    if case.capacity is None:
        raise RequestError("需要各点位的容量", "the capacity of each site is needed")
    if fault := zone_fault(zones, decay):
        raise RequestError(*fault[1])


def _words(case: Case, zones: Sequence[float], decay: Sequence[float]) -> Text:
    parts = ", ".join(
        f"≤ {full(bound)} {case.costs.unit}: {full(weight)}"
        for bound, weight in zip(zones, decay, strict=True)
    )
    name = "2SFCA" if len(zones) == 1 else "E2SFCA"
    return Text(f"{name}，各区权重 {parts}", f"{name}, weights of the zones {parts}")
