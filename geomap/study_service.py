"""How a set of sites serves the demand, as plain rows with names: before, after, by area. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.catchment import floating_catchment
from geomap.errors import Text
from geomap.locations import Case
from geomap.mapview import plain
from geomap.service import Reach, Service, service

if TYPE_CHECKING:
    import pandas as pd

    from geomap.atlas import Atlas
    from geomap.study_inputs import Inputs
    from geomap.study_settings import Settings

Row = dict[str, Any]


def number(value: Any) -> float | None:
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


def places(frame: pd.DataFrame) -> list[Row]:
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


def served(atlas: Atlas, inputs: Inputs, case: Case, sites: Sequence[int], radii: Any) -> Row:
    """Say how well some sites serve the demand.

    Parameters
    ----------
    sites : open columns
    radii : in the unit of the costs

    Returns
    -------
    dict: ``sites`` (how many), ``radii`` rows {radius, share, weight}, ``mean``, ``worst``
    {distance, demand}, ``by_area`` rows, ``worst_area``, ``beyond`` (ids over the largest radius)
    """
    found = service(case, list(sites), radii)
    ids = inputs.demand["id"].tolist()
    cost = np.where(case.weight > 0, found.nearest_cost, -1.0)
    farthest = int(np.argmax(cost)) if len(cost) else None
    return {
        "sites": len(set(sites)),
        "radii": _levels(found.radii, found.whole),
        "mean": number(found.whole.mean),
        "worst": {
            "distance": number(found.whole.farthest),
            "demand": ids[farthest] if farthest is not None else None,
        },
        "by_area": _by_area(atlas, found),
        "worst_area": found.worst,
        "beyond": [ids[row] for row in found.uncovered],
    }


def _levels(radii: Sequence[float], reach: Reach) -> list[Row]:
    return [
        {
            "radius": radius,
            "share": number(share),
            "weight": number(share * reach.demand),
        }
        for radius, share in zip(radii, reach.shares, strict=True)
    ]


def _by_area(atlas: Atlas, found: Service) -> list[Row]:
    names = area_names(atlas, list(found.areas))
    order = {code: number for number, code in enumerate(atlas.areas)}
    codes = sorted(found.areas, key=lambda code: (order.get(code, len(order)), code))
    return [
        {
            "area": code,
            "name": plain(names[code]),
            "weight": number(found.areas[code].demand),
            "radii": _levels(found.radii, found.areas[code]),
            "mean": number(found.areas[code].mean),
            "worst": number(found.areas[code].farthest),
        }
        for code in codes
    ]


def demand_rows(
    inputs: Inputs, case: Case, before: Sequence[int], after: Sequence[int], radii: Any
) -> list[Row]:
    """List every demand with its nearest and second nearest site, and how far it was before."""
    then, now = (service(case, list(sites), radii) for sites in (before, after))
    names = [*inputs.sites["id"], None]
    rows = []
    for at, one in enumerate(places(inputs.demand)):
        rows.append(
            {
                **one,
                "weight": number(case.weight[at]),
                "site": names[int(now.nearest[at])],
                "distance": number(now.nearest_cost[at]),
                "second": names[int(now.second[at])],
                "second_distance": number(now.second_cost[at]),
                "before": number(then.nearest_cost[at]),
            }
        )
    return rows


def access(inputs: Inputs, case: Case, sites: Sequence[int], settings: Settings) -> Row | None:
    """Measure floating catchments where all sites in question have capacities."""
    if case.capacity is None or not len(sites) or np.isnan(case.capacity[list(sites)]).any():
        return None
    zones = settings.catchment or (max(settings.radii),)
    decay = settings.decay or (1.0,) * len(zones)
    found = floating_catchment(case, sites, zones, decay)
    columns = inputs.sites["id"].tolist()
    ids = inputs.demand["id"].tolist()
    return {
        "words": plain(found.decay),
        "reference": "Luo & Wang 2003, doi:10.1068/b29120; Luo & Qi 2009, "
        "doi:10.1016/j.healthplace.2009.06.002",
        "demands": [
            {"id": one, "access": number(value)}
            for one, value in zip(ids, found.access, strict=True)
        ],
        "unused": [columns[site] for site in found.unused],
    }
