"""An independent checker of siting: every number of an outcome worked out anew, loop by loop.

It knows the tables that were handed in, the settings, and the outcome's chosen sites and
assignments; it shares no code with what it checks. Distances come from pyproj or the matrix. Where
a case is small enough every set of sites is tried, so that "optimal" and "infeasible" are held too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from pyproj import Geod
from scipy.optimize import linprog

Row = dict[str, Any]
GEOD = Geod(ellps="WGS84")
NEAR = 1e-7


@dataclass
class World:
    """What was handed in, as plain rows; ``matrix`` by (demand, site), ``zone`` west to north."""

    demand: list[Row]
    candidates: list[Row]
    existing: list[Row]
    settings: Row
    matrix: dict[tuple[str, str], float] | None = None
    zone: tuple[float, float, float, float] | None = None
    _known: dict[tuple[str, str], float] = field(default_factory=dict)

    def free(self) -> list[Row]:
        """Candidates outside the excluded zone."""
        if self.zone is None:
            return self.candidates
        west, south, east, north = self.zone
        return [
            one for one in self.candidates
            if not (west <= one["lon"] <= east and south <= one["lat"] <= north)
        ]  # fmt: skip

    def sites(self) -> dict[str, Row]:
        return {one["id"]: one for one in (*self.free(), *self.existing)}

    def far(self, demand: Row, site: Row) -> float:
        key = (demand["id"], site["id"])
        if self.matrix is not None:
            return self.matrix[key]
        if key not in self._known:
            metres = GEOD.inv(demand["lon"], demand["lat"], site["lon"], site["lat"])[2]
            head, _, factor = self.settings["distance"].partition(":")
            self._known[key] = metres / 1000 * (float(factor) if head == "detour" else 1.0)
        return self._known[key]

    def nearest(self, demand: Row, sites: list[Row]) -> float:
        return min((self.far(demand, one) for one in sites), default=math.inf)


def same(found: float | None, wanted: float, what: str) -> None:
    """Two numbers are one; None stands for what never ends or is not known."""
    if not math.isfinite(wanted):
        assert found is None, (what, found, wanted)
        return
    assert found is not None, (what, found, wanted)
    assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9), (what, found, wanted)


def check(world: World, told: Row) -> None:
    """Hold every number of an outcome against the tables."""
    sites = world.sites()
    chosen = [one["id"] for one in told["chosen"]]
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= {one["id"] for one in world.free()}, "a site that is no candidate"
    assert [one["id"] for one in told["existing"]] == [one["id"] for one in world.existing]
    opened = [sites[id_] for id_ in (*chosen, *(one["id"] for one in world.existing))]
    parts = _parts(world, told, sites, opened)
    _loads(told, sites, parts)
    _service(world, told["before"], _all_nearest(world, world.existing), len(world.existing))
    _service(world, told["after"], parts, len(opened))
    _rows(world, told, opened)
    _access(world, told, opened)
    if told["kind"] == "allocate":
        _answer(world, told, opened, parts)
    else:
        lost = _beyond(world, parts, max(world.settings["radii"]))
        assert [one["id"] for one in told["uncovered"]] == lost


# --- who serves whom ------------------------------------------------------------------------------

Parts = list[tuple[Row, Row | None, float, float]]
"""demand, site, share, distance"""


def _all_nearest(world: World, opened: list[Row]) -> Parts:
    return [(one, None, 1.0, world.nearest(one, opened)) for one in world.demand]


def _parts(world: World, told: Row, sites: dict[str, Row], opened: list[Row]) -> Parts:
    demands = {one["id"]: one for one in world.demand}
    may_be_far = told["settings"]["model"] == "capacitated-p-median" and told["kind"] == "allocate"
    parts: Parts = []
    shares: dict[str, list[float]] = {}
    for one in told["assignments"]:
        demand = demands[one["demand"]]
        shares.setdefault(demand["id"], []).append(one["share"])
        least = world.nearest(demand, opened)
        if one["site"] is None:
            assert not math.isfinite(least), "not served, though a site can be reached"
            parts.append((demand, None, 1.0, math.inf))
            assert one["distance"] is None
            continue
        site = sites[one["site"]]
        assert site in opened, "served by a site that is closed"
        far = world.far(demand, site)
        same(one["distance"], far, "distance of an assignment")
        if not may_be_far or demand["weight"] == 0:
            same(far, least, "served by the nearest")
        parts.append((demand, site, one["share"], far))
    assert list(shares) == [one["id"] for one in world.demand], "a demand without an assignment"
    for id_, listed in shares.items():
        assert all(0 < share <= 1 for share in listed)
        assert math.isclose(math.fsum(listed), 1, abs_tol=1e-9), (id_, listed)
        assert len(listed) == 1 or (may_be_far and told["settings"]["split"]), "split unasked"
    split = [one for one in told["assignments"] if one["share"] < 1]
    assert told["shares"] == split
    return parts


def _loads(told: Row, sites: dict[str, Row], parts: Parts) -> None:
    if told["kind"] != "allocate":
        return
    kept = told["settings"]["model"] == "capacitated-p-median" and told["objective"] is not None
    for one in (*told["chosen"], *told["existing"]):
        mine = [part for part in parts if part[1] is not None and part[1]["id"] == one["id"]]
        load = math.fsum(part[0]["weight"] * part[2] for part in mine)
        same(one["serves_weight"], load, "what a site serves")
        assert one["demands"] == [part[0]["id"] for part in mine]
        capacity = sites[one["id"]].get("capacity", math.nan)
        same(one["capacity"], capacity, "capacity")
        if kept:
            assert load <= capacity * (1 + 1e-12) + 1e-12, ("over-full", one["id"], load, capacity)


# --- service --------------------------------------------------------------------------------------


def _service(world: World, told: Row, parts: Parts, count: int) -> None:
    radii = sorted(world.settings["radii"])
    assert told["sites"] == count
    _levels(told, parts, radii)
    farthest = max((far for demand, _, _, far in parts if demand["weight"] > 0), default=math.nan)
    same(told["worst"]["distance"], farthest, "largest distance")
    if math.isfinite(farthest):
        who = {d["id"] for d, _, _, far in parts if d["weight"] > 0 and far >= farthest - 1e-9}
        assert told["worst"]["demand"] in who
    assert told["beyond"] == _beyond(world, parts, radii[-1])
    areas = {}
    for one in told["by_area"]:
        mine = [part for part in parts if part[0]["area"] == one["area"]]
        same(one["weight"], math.fsum(d["weight"] * s for d, _, s, _ in mine), "weight of an area")
        _levels(one, mine, radii)
        largest = max((far for d, _, _, far in mine if d["weight"] > 0), default=math.nan)
        same(one["worst"], largest, "largest distance in an area")
        shares = tuple(level["share"] for level in one["radii"])
        if one["weight"]:
            mean = math.inf if one["mean"] is None else one["mean"]
            areas[one["area"]] = (tuple(round(share, 9) for share in shares), -round(mean, 9))
    assert {one["area"] for one in told["by_area"]} == {one["area"] for one in world.demand}
    if areas:
        assert areas[told["worst_area"]] == min(areas.values())


def _levels(told: Row, parts: Parts, radii: list[float]) -> None:
    whole = math.fsum(d["weight"] * share for d, _, share, _ in parts)
    assert [one["radius"] for one in told["radii"]] == radii
    for one in told["radii"]:
        inside = math.fsum(d["weight"] * s for d, _, s, far in parts if far <= one["radius"])
        same(one["share"], inside / whole if whole else math.nan, "share within a radius")
        same(one["weight"], inside if whole else math.nan, "weight within a radius")
    heavy = [part for part in parts if part[0]["weight"] > 0]
    total = math.fsum(d["weight"] * s * far for d, _, s, far in heavy)
    same(told["mean"], total / whole if whole else math.nan, "mean distance")


def _beyond(world: World, parts: Parts, radius: float) -> list[str]:
    lost = {d["id"] for d, _, _, far in parts if d["weight"] > 0 and far > radius}
    return [one["id"] for one in world.demand if one["id"] in lost]


def _rows(world: World, told: Row, opened: list[Row]) -> None:
    most = {}
    for one in told["assignments"]:
        most.setdefault(one["demand"], []).append(one)
    for demand, row in zip(world.demand, told["demands"], strict=True):
        largest = max(one["share"] for one in most[demand["id"]])
        main = [one for one in most[demand["id"]] if one["share"] >= largest - 1e-9]
        assert (row["site"], row["distance"]) in [(one["site"], one["distance"]) for one in main]
        ways = sorted(world.far(demand, one) for one in opened)
        for name, place in (("nearest_distance", 0), ("second_distance", 1)):
            same(row[name], ways[place] if len(ways) > place else math.inf, name)
        same(row["before"], world.nearest(demand, world.existing), "distance before")


def _access(world: World, told: Row, opened: list[Row]) -> None:
    known = [one for one in opened if math.isfinite(one.get("capacity", math.nan))]
    if not known:
        assert told["access"] is None
        return
    lacking = {one["id"] for one in opened} - {one["id"] for one in known}
    assert set(told["access"]["without_capacity"]) == lacking
    settings = world.settings
    zones = settings.get("catchment") or [max(settings["radii"])]
    decay = settings.get("decay") or [1.0] * len(zones)

    def reach(far: float) -> float:
        return next((w for zone, w in zip(zones, decay, strict=True) if far <= zone), 0.0)

    ratio = {}
    for one in known:
        load = math.fsum(d["weight"] * reach(world.far(d, one)) for d in world.demand)
        ratio[one["id"]] = one["capacity"] / load if load > 0 else 0.0
    for demand, row in zip(world.demand, told["access"]["demands"], strict=True):
        wanted = math.fsum(ratio[one["id"]] * reach(world.far(demand, one)) for one in known)
        same(row["access"], wanted, "access")


# --- the answer -----------------------------------------------------------------------------------


def _answer(world: World, told: Row, opened: list[Row], parts: Parts) -> None:
    status, settings = told["status"], told["settings"]
    best = best_of(world)
    if status == "infeasible":
        assert best is None, ("said to be impossible", best)
        assert told["reasons"]
        assert not told["chosen"]
        assert told["objective"] is None
        _relief(world, told)
        return
    assert status in ("optimal", "feasible"), status
    assert best is not None, ("an answer where none is allowed", told["chosen"])
    assert _allowed(world, told)
    objective = _objective(told, opened, parts)
    same(told["objective"], objective, "objective")
    value, bound, gap = told["objective"], told["bound"], told["gap"]
    sign = -1 if settings["model"] == "mclp" else 1
    if bound is not None:
        assert sign * bound <= sign * value, ("bound on the wrong side", value, bound)
        trace = NEAR * max(1.0, abs(best[0]))
        assert sign * bound <= sign * best[0] + trace, ("bound beyond the best", bound, best)
        wanted = 0.0 if value == bound else abs(value - bound) / abs(value) if value else None
        assert gap == wanted or math.isclose(gap, wanted, rel_tol=1e-9), (gap, wanted)
    assert (status == "optimal") == (gap == 0 and _fair_proven(told))
    if status == "optimal":
        good = math.isclose(value, best[0], rel_tol=NEAR, abs_tol=NEAR)
        assert good, ("not the best", value, best)
    if settings["model"] == "lscp" and settings["budget"] is None:
        assert value == int(value) == len(told["chosen"])
    if told["worst"] is not None:
        same(told["worst"][0], _worst(world, parts), "worst-served area")
    limit = settings["radius"] if settings["model"] in ("mclp", "lscp") else max(settings["radii"])
    lost = _beyond(world, parts, limit)
    assert [one["id"] for one in told["uncovered"]] == lost
    for one in told["uncovered"]:
        far = max(far for demand, _, _, far in parts if demand["id"] == one["id"])
        same(one["distance"], far, "distance of what is not covered")


def _fair_proven(told: Row) -> bool:
    return told["worst"] is None or told["worst"][0] == told["worst"][1]


def _allowed(world: World, told: Row) -> bool:
    chosen = [one["id"] for one in told["chosen"]]
    new = [one for one in world.free() if one["id"] in chosen]
    return keeps(world, new)


def keeps(world: World, new: list[Row]) -> bool:
    """Whether new sites keep number, budget and required areas."""
    settings = world.settings
    if settings.get("sites") is not None and len(new) > settings["sites"]:
        return False
    budget = settings.get("budget")
    if budget is not None and math.fsum(one["cost"] for one in new) > budget * (1 + 1e-9) + 1e-9:
        return False
    held = {one["area"] for one in (*new, *world.existing)}
    return set(settings.get("required_areas", ())) <= held


def _objective(told: Row, opened: list[Row], parts: Parts) -> float:
    settings = told["settings"]
    heavy = [part for part in parts if part[0]["weight"] > 0]
    if settings["model"] == "lscp":
        assert all(far <= settings["radius"] for *_, far in heavy)
        chosen = {one["id"] for one in told["chosen"]}
        new = [one for one in opened if one["id"] in chosen]
        return float(len(new)) if settings["budget"] is None else math.fsum(
            one["cost"] for one in new)  # fmt: skip
    if settings["model"] == "mclp":
        return math.fsum(d["weight"] * s for d, _, s, far in heavy if far <= settings["radius"])
    if settings["model"] == "p-center":
        return max(far for *_, far in heavy)
    return math.fsum(d["weight"] * s * far for d, _, s, far in heavy)


def _worst(world: World, parts: Parts) -> float:
    """Mean distance, or covered share, of the worst-served area."""
    radius = world.settings["radius"] if world.settings["model"] == "mclp" else None
    found = []
    for area in {one["area"] for one in world.demand}:
        mine = [part for part in parts if part[0]["area"] == area and part[0]["weight"] > 0]
        whole = math.fsum(d["weight"] * s for d, _, s, _ in mine)
        if whole:
            found.append(
                math.fsum(
                    d["weight"] * s * (far if radius is None else float(far <= radius))
                    for d, _, s, far in mine
                ) / whole
            )  # fmt: skip
    return max(found) if radius is None else min(found)


def _relief(world: World, told: Row) -> None:
    """A number that is said to help does, and, where said to be the least, no smaller one."""
    for one in told["relief"]:
        if one["what"] not in ("budget", "new_sites") or world.settings.get("fair"):
            continue
        name = "sites" if one["what"] == "new_sites" else "budget"
        least = min((cost for cost, _ in _feasible(world, name)), default=math.inf)
        assert math.isclose(one["least"], least, abs_tol=NEAR), (one, least)


def _feasible(world: World, name: str) -> Iterator[tuple[float, list[Row]]]:
    """Give every set that would do were it not for the number or the budget, with what it takes."""
    wide = World(
        world.demand, world.candidates, world.existing, {**world.settings, name: None},
        world.matrix, world.zone,
    )  # fmt: skip
    for new in _sets(wide):
        if _value(wide, [*new, *world.existing]) is not None:
            yield (len(new) if name == "sites" else math.fsum(one["cost"] for one in new)), new


def _sets(world: World) -> Iterator[list[Row]]:
    free = world.free()
    for size in range(len(free) + 1):
        for new in combinations(free, size):
            if (new or world.existing) and keeps(world, list(new)):
                yield list(new)


def best_of(world: World) -> tuple[float, list[str]] | None:
    """Try every set: the best value and its new sites, None where there is none."""
    sign = -1 if world.settings["model"] == "mclp" else 1
    found = []
    for new in _sets(world):
        opened = [*new, *world.existing]
        value = _value(world, opened)
        if value is None:
            continue
        if world.settings["model"] == "lscp":
            budget = world.settings.get("budget")
            value = len(new) if budget is None else math.fsum(one["cost"] for one in new)
        worst = 0.0
        if world.settings.get("fair"):
            worst = sign * _worst(world, _all_nearest(world, opened))
        found.append((worst, sign * value, [one["id"] for one in new]))
    if not found:
        return None
    least = min(worst for worst, _, _ in found)
    # As good for the worst area as can be, but for rounding; then the best of those.
    kept = [one for one in found if one[0] <= least + NEAR * max(1e-3, abs(least))]
    _, value, ids = min(kept, key=lambda one: one[1])
    return sign * value, ids


def _value(world: World, opened: list[Row]) -> float | None:
    """Give what some open sites are worth, None where they do not do."""
    heavy = [one for one in world.demand if one["weight"] > 0]
    ways = [(one, world.nearest(one, opened)) for one in heavy]
    model = world.settings["model"]
    if model == "mclp":
        return math.fsum(d["weight"] for d, far in ways if far <= world.settings["radius"])
    if model == "lscp":
        return 0.0 if all(far <= world.settings["radius"] for _, far in ways) else None
    if not all(math.isfinite(far) for _, far in ways):
        return None
    if model == "p-center":
        return max(far for _, far in ways)
    if model == "p-median":
        return math.fsum(d["weight"] * far for d, far in ways)
    return _shared(world, heavy, opened) if world.settings.get("split") else _fill(
        world, heavy, {one["id"]: one["capacity"] for one in opened}, opened, 0)  # fmt: skip


def _fill(
    world: World, heavy: list[Row], room: dict[str, float], opened: list[Row], at: int
) -> float | None:
    """Put each demand whole where there is room, every way there is."""
    if at == len(heavy):
        return 0.0
    one, best = heavy[at], None
    for site in opened:
        far = world.far(one, site)
        if not math.isfinite(far) or room[site["id"]] < one["weight"] - 1e-9:
            continue
        room[site["id"]] -= one["weight"]
        rest = _fill(world, heavy, room, opened, at + 1)
        room[site["id"]] += one["weight"]
        if rest is not None and (best is None or one["weight"] * far + rest < best):
            best = one["weight"] * far + rest
    return best


def _shared(world: World, heavy: list[Row], opened: list[Row]) -> float | None:
    """Share demands out at the least cost: a transport problem."""
    n, m = len(heavy), len(opened)
    far = np.array([[world.far(d, s) for s in opened] for d in heavy])
    weight = np.array([d["weight"] for d in heavy])
    cost = weight[:, None] * np.where(np.isfinite(far), far, 0)
    whole = np.kron(np.eye(n), np.ones(m))
    load = np.kron(weight, np.eye(m))
    solved = linprog(
        cost.ravel(), A_ub=load, b_ub=[s["capacity"] for s in opened], A_eq=whole, b_eq=np.ones(n),
        bounds=[(0, 1 if math.isfinite(one) else 0) for one in far.ravel()],
    )  # fmt: skip
    return float(solved.fun) if solved.status == 0 else None
