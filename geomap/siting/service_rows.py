"""How a set of sites serves the demand, as plain rows with names: before, after, by area. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.errors import RequestError, Text
from geomap.siting.catchment import floating_catchment
from geomap.siting.solve.problem import Case, Parts
from geomap.siting.solve.service import Reach, Service
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    import pandas as pd

    from geomap.atlas import Atlas
    from geomap.siting.inputs import Inputs
    from geomap.siting.settings import StudySettings

ServiceRow = dict[str, Any]


def json_number(value: Any) -> float | None:
    """Give a number JSON can hold: None for what is not known or never ends."""
    value = float(value)
    return value if math.isfinite(value) else None


def area_names(atlas: Atlas, codes: Iterable[str]) -> dict[str, Text]:
    """Name areas; what the release does not know keeps its own name, "" is outside."""
    names = {}
    for code in codes:
        area = atlas.areas.get(code)
        shown = Text(code, code) if code else Text("市外", "outside the city")
        names[code] = Text(area.name_zh, area.name_en or area.name_zh) if area else shown
    return names


def place_rows(frame: pd.DataFrame) -> list[ServiceRow]:
    """Give the places of a frame, in its order: id, name, name_en, area, lon, lat.

    Where there is no English name the other one stands in.
    """
    columns = ["id", "name", "name_en", "area", "lon", "lat"]
    if "name_en" not in frame:
        frame = frame.assign(name_en=frame["name"])
    named = frame["name_en"].where(
        frame["name_en"].notna() & (frame["name_en"] != ""), frame["name"]
    )
    rows = zip(*(frame.assign(name_en=named)[name].tolist() for name in columns), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def served(
    atlas: Atlas, inputs: Inputs, case: Case, found: Service, sites: Sequence[int]
) -> ServiceRow:
    """Say how well some sites serve the demand.

    Parameters
    ----------
    found : the service measured
    sites : open columns

    Returns
    -------
    dict: ``sites`` (how many), ``radii`` rows {radius, share, weight}, ``mean``, ``worst``
    {distance, demand}, ``by_area`` rows, ``worst_area``, ``beyond`` (ids over the largest radius)
    """
    ids = inputs.demand["id"].tolist()
    parts = found.parts
    cost = np.where(case.weight[parts.row] > 0, parts.cost, -1.0)
    farthest = int(parts.row[np.argmax(cost)]) if len(cost) else None
    return {
        "sites": len(set(sites)),
        "radii": _levels(found.radii, found.whole),
        "mean": json_number(found.whole.mean),
        "worst": {
            "distance": json_number(found.whole.farthest),
            "demand": ids[farthest] if farthest is not None else None,
        },
        "by_area": _by_area(atlas, found),
        "worst_area": found.worst,
        "beyond": [ids[row] for row in found.uncovered],
    }


def _levels(radii: Sequence[float], reach: Reach) -> list[ServiceRow]:
    return [
        {
            "radius": radius,
            "share": json_number(share),
            "weight": json_number(share * reach.demand),
        }
        for radius, share in zip(radii, reach.shares, strict=True)
    ]


def _by_area(atlas: Atlas, found: Service) -> list[ServiceRow]:
    names = area_names(atlas, list(found.areas))
    return [
        {
            "area": code,
            "name": as_plain(names[code]),
            "weight": json_number(found.areas[code].demand),
            "radii": _levels(found.radii, found.areas[code]),
            "mean": json_number(found.areas[code].mean),
            "worst": json_number(found.areas[code].farthest),
        }
        for code in _in_order(atlas, list(found.areas))
    ]


def assignments(inputs: Inputs, parts: Parts) -> list[ServiceRow]:
    """List who serves which demand, one row each part: demand, site, distance, share (of 1)."""
    ids, names = inputs.demand["id"].tolist(), [*inputs.sites["id"], None]
    listed = (parts.row.tolist(), parts.site.tolist(), parts.cost.tolist(), parts.part.tolist())
    return [
        {"demand": ids[row], "site": names[site], "distance": json_number(cost), "share": part}
        for row, site, cost, part in zip(*listed, strict=True)
    ]


def demand_rows(inputs: Inputs, case: Case, then: Service, now: Service) -> list[ServiceRow]:
    """List every demand with the site that serves most of it, and how far it was before.

    The nearest and the second nearest site stand beside it: with capacities they may be others.
    """
    names = [*inputs.sites["id"], None]
    main = np.searchsorted(now.parts.row, np.arange(len(case.weight)))
    rows = []
    for at, one in enumerate(place_rows(inputs.demand)):
        rows.append(
            {
                **one,
                "weight": json_number(case.weight[at]),
                "site": names[int(now.parts.site[main[at]])],
                "distance": json_number(now.parts.cost[main[at]]),
                "nearest": names[int(now.nearest[at])],
                "nearest_distance": json_number(now.nearest_cost[at]),
                "second": names[int(now.second[at])],
                "second_distance": json_number(now.second_cost[at]),
                "before": json_number(then.nearest_cost[at]),
            }
        )
    return rows


def access(
    atlas: Atlas, inputs: Inputs, case: Case, sites: Sequence[int], settings: StudySettings
) -> ServiceRow | None:
    """Measure floating catchments of the sites whose capacity is known; name those without.

    Returns
    -------
    ``demands`` and ``by_area`` with ``access``, and ``at_least`` where a site without a known
    capacity is in reach; None where no capacity is known and no catchment was asked for

    Raises
    ------
    RequestError : a catchment was asked for, and no site has a capacity
    """
    known, lacking = _capacities(inputs, sites)
    if not known:
        if settings.catchment:
            raise RequestError(
                "没有一处点位有容量（capacity 列），不能算移动搜索法：补上容量，或去掉分区",
                "no site has a capacity (column capacity), which a floating catchment needs: "
                "give capacities, or leave the zones out",
            )
        return None
    zones = settings.catchment or (max(settings.radii),)
    decay = settings.decay or (1.0,) * len(zones)
    capacity = inputs.sites["capacity"].to_numpy(dtype=float)
    found = floating_catchment(replace(case, capacity=capacity), known, zones, decay)
    columns = inputs.sites["id"].tolist()
    ids = inputs.demand["id"].tolist()
    # Within reach of a site whose capacity nobody knows: there may be more.
    reached = np.asarray(case.costs.matrix[:, lacking] <= max(zones))
    partly = np.asarray(reached.any(axis=1))
    return {
        "words": as_plain(found.decay),
        "reference": "Luo & Wang 2003, doi:10.1068/b29120; Luo & Qi 2009, "
        "doi:10.1016/j.healthplace.2009.06.002",
        "demands": [
            {"id": one, "access": json_number(value), "at_least": bool(more)}
            for one, value, more in zip(ids, found.access, partly, strict=True)
        ],
        "by_area": _access_by_area(atlas, case, found.access, partly),
        "sites": [
            {
                "id": columns[site],
                "capacity": capacity[site],
                "ratio": json_number(found.ratio[site]),
            }
            for site in known
        ],
        "unused": [columns[site] for site in found.unused],
        "without_capacity": [columns[site] for site in lacking],
    }


def _capacities(inputs: Inputs, sites: Sequence[int]) -> tuple[list[int], list[int]]:
    """Part open sites into those whose capacity is known and those without."""
    if "capacity" not in inputs.sites:
        return [], list(sites)
    there = inputs.sites["capacity"].notna().to_numpy()
    return [one for one in sites if there[one]], [one for one in sites if not there[one]]


def _access_by_area(atlas: Atlas, case: Case, values: Any, partly: Any) -> list[ServiceRow]:
    """Average access over the demand of each area."""
    area = np.asarray(case.area)
    names = area_names(atlas, np.unique(area).tolist())
    rows = []
    for code in _in_order(atlas, list(names)):
        inside = (area == code) & (case.weight > 0)
        whole = float(case.weight[inside].sum())
        mean = float(case.weight[inside] @ values[inside]) / whole if whole else float("nan")
        more = bool(partly[inside].any())
        rows.append(
            {
                "area": code,
                "name": as_plain(names[code]),
                "access": json_number(mean),
                "at_least": more,
            }
        )
    return rows


def _in_order(atlas: Atlas, codes: list[str]) -> list[str]:
    order = {code: number for number, code in enumerate(atlas.areas)}
    return sorted(codes, key=lambda code: (order.get(code, len(order)), code))
