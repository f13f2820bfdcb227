"""Sites put, moved and removed by hand: what service was before, and what it is after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.crs import CHINA_BOUNDS
from geomap.numbers import full
from geomap.siting.comparison import compare_service, loaded_sites
from geomap.siting.inputs import Inputs
from geomap.siting.measuring import straight
from geomap.siting.places import area_of
from geomap.siting.service_rows import (  # fmt: skip
    ServiceRow,
)
from geomap.siting.settings import StudySettings
from geomap.siting.solve.costs import CostKind
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    from geomap.atlas import Atlas

WHAT_IF = Text("逐个改动点位，比较前后", "sites changed by hand, before and after")


def moved_by_hand(
    atlas: Atlas, settings: StudySettings, inputs: Inputs
) -> tuple[Inputs, ServiceRow]:
    """Compare before and after putting, moving and removing; candidates play no part."""
    base = replace(inputs, candidates=inputs.candidates.iloc[:0])
    put, gone = _put(atlas, settings, inputs), set(settings.remove)
    gone |= {move.id for move in settings.put if move.id}
    known = inputs.existing["id"].tolist()
    for one in sorted(gone - set(known)):
        raise NotFoundError(Text("点位", "site"), one, known)
    changed = replace(base, candidates=put, costs=_measured(settings, inputs, put))
    locked = changed.locked
    kept = [column for column in locked if known[column - len(put)] not in gone]
    after = [*range(len(put)), *kept]
    found = compare_service(atlas, settings, changed, locked, after)
    found["chosen"] = loaded_sites(changed.sites, found["assignments"], inputs.demand)[: len(put)]
    found["changes"] = _changes(found["before"], found["after"])
    found["method"] = {"text": as_plain(WHAT_IF), "reference": None}
    return changed, found


def _put(atlas: Atlas, settings: StudySettings, inputs: Inputs) -> pd.DataFrame:
    west, south, east, north = CHINA_BOUNDS
    names = dict(zip(inputs.existing["id"], inputs.existing["name"], strict=True))
    rows = []
    for at, move in enumerate(settings.put, start=1):
        if not (west <= move.lon <= east and south <= move.lat <= north):
            swapped = west <= move.lat <= east and south <= move.lon <= north
            hint = Text("，经纬度像是颠倒了", ": they look swapped") if swapped else Text("", "")
            raise RequestError(
                f"放点位的坐标 {full(move.lon)}, {full(move.lat)} 不在中国范围内{hint.zh}",
                f"{full(move.lon)}, {full(move.lat)} lies outside China{hint.en}",
            )
        named = move.name or names.get(move.id, f"新点位 {at}")
        id_ = f"{move.id}→" if move.id else f"new-{at}"
        rows.append((id_, named, "", move.lon, move.lat, move.capacity))
    columns = ["id", "name", "area", "lon", "lat", "capacity"]
    frame = pd.DataFrame(rows, columns=columns)
    lon, lat = (frame[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    return frame.assign(
        area=area_of(lon, lat, atlas.boundaries), capacity=frame["capacity"].astype(float)
    )


def _measured(settings: StudySettings, inputs: Inputs, put: pd.DataFrame) -> Any:
    """Keep the costs of what exists; measure those of what was put."""
    kept = inputs.costs.select(list(inputs.locked))
    if put.empty:
        return kept
    if inputs.costs.kind is CostKind.MATRIX:
        raise RequestError(
            "用矩阵时不能在任意位置放点位：改用直线距离或路网",
            "with a matrix nothing can be put anywhere: take straight lines or roads",
        )
    if inputs.network is not None and inputs.costs.kind is CostKind.NETWORK:
        more = inputs.network.costs(inputs.demand, put, settings.unit)[0]
    else:
        more = straight(inputs.demand, put, inputs.costs.detour)
    return replace(kept, matrix=np.hstack([more.matrix, kept.matrix]))


def _changes(before: ServiceRow, after: ServiceRow) -> list[ServiceRow]:
    """Give the difference by area: shares within each radius, and the mean."""
    rows = []
    for then, now in zip(before["by_area"], after["by_area"], strict=True):
        rows.append(
            {
                "area": now["area"],
                "name": now["name"],
                "radii": [
                    {"radius": new["radius"], "share": _less(new["share"], old["share"])}
                    for old, new in zip(then["radii"], now["radii"], strict=True)
                ],
                "mean": _less(now["mean"], then["mean"]),
            }
        )
    return rows


def _less(new: float | None, old: float | None) -> float | None:
    return None if new is None or old is None else new - old
