"""Random siting questions, every option in turn: what the checker of siting is let loose on."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geomap.siting.inputs import Given
from tests.support.siting_checker import World

MODELS = ("p-median", "mclp", "lscp", "p-center", "capacitated-p-median")
AREAS = ("150602", "150603", "150627")
PLACE = ["id", "name", "area", "lon", "lat"]


def world_of(seed: int) -> World:
    """Make a question from a seed: the model goes round, the rest is drawn."""
    rng = np.random.default_rng(seed)
    model = MODELS[seed % len(MODELS)] if rng.random() < 0.92 else "cover"
    capacitated = model == "capacitated-p-median"
    demand = _places(rng, "d", int(rng.integers(2, 6 if capacitated else 8)))
    candidates = _places(rng, "c", int(rng.integers(1, 5 if capacitated else 7)))
    existing = _places(rng, "e", int(rng.integers(0, 3)))
    if model == "cover" and not existing:
        existing = _places(rng, "e", 2)
    _duplicate(rng, demand, candidates)
    for one in demand:
        one["weight"] = _weight(rng, seed)
    if not any(one["weight"] for one in demand):
        demand[0]["weight"] = 3.0
    _numbers(rng, candidates, existing)
    if capacitated or rng.random() < 0.3:
        _capacities(rng, demand, (*candidates, *existing), all_known=capacitated)
    settings = _settings(rng, model, len(candidates), bool(existing))
    world = World(demand, candidates, existing, settings)
    if rng.random() < 0.35:
        _matrix(rng, world)
    if rng.random() < 0.2 and model != "cover":
        _exclude(rng, world)
    return world


def _places(rng: Any, head: str, count: int) -> list[dict[str, Any]]:
    # On a lattice, so that many distances are the same.
    lattice = rng.random() < 0.4
    rows = []
    for at in range(count):
        lon, lat = 109 + 3 * rng.random(), 39 + rng.random()
        if lattice:
            lon, lat = round(lon * 2) / 2, round(lat * 2) / 2
        area = AREAS[int(rng.integers(0, 3))]
        rows.append({"id": f"{head}{at}", "name": f"{head}{at}", "area": area, "lon": lon,
                     "lat": lat})  # fmt: skip
    return rows


def _duplicate(rng: Any, *tables: list[dict[str, Any]]) -> None:
    """Put one place of a table upon another one, or a demand upon a site."""
    for table in tables:
        if len(table) > 1 and rng.random() < 0.25:
            table[-1] |= {name: table[0][name] for name in ("lon", "lat")}
    if rng.random() < 0.2:
        tables[0][0] |= {name: tables[1][0][name] for name in ("lon", "lat")}


def _weight(rng: Any, seed: int) -> float:
    if rng.random() < 0.15:
        return 0.0
    kind = (seed // 7) % 3
    if kind == 0:
        return float(rng.integers(1, 9))
    return float(rng.lognormal(0, 1)) if kind == 1 else float(rng.integers(1, 9)) * 1e-3


def _numbers(rng: Any, candidates: Any, existing: Any) -> None:
    whole = rng.random() < 0.5
    for one in (*candidates, *existing):
        price = float(rng.integers(0, 6)) if whole else float(rng.random() * 5)
        one["cost"] = 0.0 if rng.random() < 0.15 else price


def _capacities(rng: Any, demand: Any, sites: Any, *, all_known: bool) -> None:
    """Give capacities that together are a little or much more than the demand: most are tight."""
    whole = sum(one["weight"] for one in demand)
    parts = rng.dirichlet(np.full(len(sites), 2.0)) * whole * (1 + 2 * rng.random())
    unit = min((one["weight"] for one in demand if one["weight"]), default=1.0)
    round_off = rng.random() < 0.5
    for one, part in zip(sites, parts, strict=True):
        one["capacity"] = math.ceil(part / unit) * unit if round_off else float(part)
        if not all_known and rng.random() < 0.2:
            one["capacity"] = math.nan


def _settings(rng: Any, model: str, most: int, existing: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": "cover" if model == "cover" else "allocate",
        "model": "p-median" if model == "cover" else model,
        "demand": "table", "candidates": "table", "existing": "table" if existing else "none",
        "distance": "detour:1.3" if rng.random() < 0.2 else "geodesic",
        "radii": sorted(float(one) for one in rng.choice([20, 40, 60, 90, 150], 3, replace=False)),
        "sites": None, "budget": None, "radius": None, "required_areas": [], "fair": False,
        "split": False, "time_limit": 20.0,
    }  # fmt: skip
    if model == "cover":
        made["candidates"] = "none"
        if rng.random() < 0.5:
            made |= {"catchment": [30.0, 80.0], "decay": [1.0, 0.4]}
        return made
    if model in ("mclp", "lscp"):
        made["radius"] = float(rng.choice([0.5, 25, 45, 70, 110, 200]))
    if rng.random() < 0.4:
        made["budget"] = float(rng.choice([0.0, 0.5, 2.0, 4.0, 9.0, 30.0]))
    elif model != "lscp" or rng.random() < 0.4:
        made["sites"] = int(rng.integers(1, most + 1))
    if rng.random() < 0.2:
        made["required_areas"] = [str(one) for one in rng.choice(AREAS, 2, replace=False)]
    made["fair"] = bool(model in ("p-median", "mclp") and rng.random() < 0.35)
    made["split"] = bool(model == "capacitated-p-median" and rng.random() < 0.5)
    return made


def _matrix(rng: Any, world: World) -> None:
    world.settings["distance"] = "matrix:min" if rng.random() < 0.5 else "matrix:km"
    some = rng.random() < 0.5
    world.matrix = {}
    for one in world.demand:
        for site in (*world.candidates, *world.existing):
            value = float(rng.integers(0, 25)) * 5 if rng.random() < 0.6 else 120 * rng.random()
            lost = some and rng.random() < 0.2
            world.matrix[one["id"], site["id"]] = math.inf if lost else float(value)


def _exclude(rng: Any, world: World) -> None:
    west, south = 109 + 2.5 * rng.random(), 39 + 0.6 * rng.random()
    world.zone = (west, south, west + 0.8, south + 0.5)


def given_of(world: World) -> Given:
    """Give the tables as they come out of reading."""
    zone = None if world.zone is None else gpd.GeoSeries([shapely.box(*world.zone)], crs=4326)
    matrix = None
    if world.matrix is not None:
        sites = [one["id"] for one in (*world.candidates, *world.existing)]
        matrix = pd.DataFrame(
            [[world.matrix[one["id"], site] for site in sites] for one in world.demand],
            index=[one["id"] for one in world.demand], columns=sites,
        )  # fmt: skip
    return Given(
        demand=_frame(world.demand), candidates=_frame(world.candidates),
        existing=_frame(world.existing) if world.existing else None, matrix=matrix, exclude=zone,
        exclude_name="红线.geojson" if zone is not None else "",
    )  # fmt: skip


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows)
