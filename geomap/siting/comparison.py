"""Service before and after, by demand, by area and by site: what every study of service has."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geomap.siting.inputs import Inputs
from geomap.siting.service_rows import (  # fmt: skip
    ServiceRow,
    access,
    assignments,
    demand_rows,
    json_number,
    place_rows,
    served,
)
from geomap.siting.settings import StudySettings
from geomap.siting.solve.problem import Parts
from geomap.siting.solve.service import service

if TYPE_CHECKING:
    from geomap.atlas import Atlas


def compare_service(
    atlas: Atlas,
    settings: StudySettings,
    inputs: Inputs,
    before: Sequence[int],
    after: Sequence[int],
    parts: Parts | None = None,
) -> ServiceRow:
    """Give the members that every study of service has.

    Parameters
    ----------
    parts : who serves which demand after; the nearest site when None
    """
    case = inputs.case()
    then = service(case, list(before), settings.radii)
    now = service(case, list(after), settings.radii, parts)
    rows = demand_rows(inputs, case, then, now)
    shares = assignments(inputs, now.parts)
    return {
        "before": served(atlas, inputs, case, then, before),
        "after": served(atlas, inputs, case, now, after),
        "demands": rows,
        "assignments": shares,
        "shares": [one for one in shares if one["share"] < 1],
        "uncovered": uncovered_rows(rows, now.parts, now.uncovered),
        "access": access(atlas, inputs, case, after, settings),
    }


def uncovered_rows(rows: list[ServiceRow], parts: Parts, lost: Iterable[int]) -> list[ServiceRow]:
    """Name demands that are not covered, each with the distance of its farthest part."""
    names = ("id", "name", "name_en", "area", "weight")
    farthest = np.zeros(len(rows))
    np.maximum.at(farthest, parts.row, parts.cost)
    return [
        {**{name: rows[at][name] for name in names}, "distance": json_number(farthest[at])}
        for at in sorted(set(lost))
    ]


def loaded_sites(
    sites: pd.DataFrame, given: list[ServiceRow], demand: pd.DataFrame
) -> list[ServiceRow]:
    """Describe sites with what they can take, what they serve, and whom."""
    weight = dict(zip(demand["id"], demand["weight"].astype(float), strict=True))
    mine: dict[str, list[ServiceRow]] = {}
    for one in given:
        mine.setdefault(one["site"], []).append(one)
    known = sites["capacity"] if "capacity" in sites else [np.nan] * len(sites)
    rows = []
    for one, capacity in zip(place_rows(sites), known, strict=True):
        served = mine.get(one["id"], [])
        load = math.fsum(weight[part["demand"]] * part["share"] for part in served)
        who = [part["demand"] for part in served]
        rows.append(
            {**one, "capacity": json_number(capacity), "serves_weight": load, "demands": who}
        )
    return rows
