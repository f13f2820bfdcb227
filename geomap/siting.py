"""Where new sites should go: location models on a cost matrix, each answer with its gap. Pure.

:func:`solve` takes a :class:`~geomap.locations.Case` and an :class:`~geomap.locations.Ask` and
gives an :class:`~geomap.locations.Answer`. An answer is called optimal only when its bound proves
it; what cannot be answered says why and what would help.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from geomap.capacitated import Loads, solve_capacitated
from geomap.covering import cheapest_cover, order_of, smallest_radius
from geomap.distance import Floats
from geomap.errors import Text
from geomap.locations import (
    Answer,
    Ask,
    Case,
    Effort,
    Found,
    Index,
    Model,
    Reason,
    Relief,
    Run,
    Status,
    Vector,
    relative_gap,
)  # fmt: skip
from geomap.median import Problem, solve_median, weighted
from geomap.relief import (
    areas_too_many,
    beyond_radius,
    missing_areas,
    too_few,
    too_full,
    unreachable,
)  # fmt: skip
from geomap.sitecheck import require_sound
from geomap.vertexswap import Rules, greedy

REFERENCES = {
    Model.P_MEDIAN: "Hakimi 1964, doi:10.1287/opre.12.3.450; "
    "Duran-Mateluna, Ales & Elloumi 2023, doi:10.1016/j.ejor.2022.11.033",
    Model.MCLP: "Church & ReVelle 1974, doi:10.1007/BF01942293",
    Model.LSCP: "Toregas et al. 1971, doi:10.1287/opre.19.6.1363",
    Model.P_CENTER: "Minieka 1970, The m-center problem",
    Model.CAPACITATED: "Ceselli & Righini 2005, doi:10.1002/net.20059",
}
NOTHING = Text("没有可行的方案", "there is no feasible answer")
Explained = tuple[list[Reason], list[Relief]]


def solve(case: Case, ask: Ask, effort: Effort | None = None) -> Answer:
    """Choose new sites.

    Parameters
    ----------
    case : demands, sites and costs
    ask : the model and its numbers
    effort : time, gap to prove, and who is told; 30 s and 0.01 % when None

    Returns
    -------
    Answer : rows and columns numbered as in the case

    Raises
    ------
    RequestError : the case or the question cannot be used as it is; names every fault
    """
    require_sound(case, ask)
    run = Run(effort or Effort())
    served = np.flatnonzero(case.weight > 0)
    matrix, weight = case.costs.matrix[served], case.weight[served].astype(float)
    rules = _rules(case, ask)
    reasons, relief = _explain_before(case, ask, matrix, rules, run)
    if reasons:
        return _answer(case, ask, run, None, _numbered(reasons, served), relief)
    found = _solve(case, ask, matrix, weight, rules, run, served)
    if _is_impossible(found, ask, rules):
        reasons, relief = _explain_after(case, ask, matrix, weight, rules, run)
        return _answer(case, ask, run, None, _numbered(reasons, served), relief)
    return _answer(case, ask, run, _filled(found, ask, matrix, weight, rules), [], [])


def _rules(case: Case, ask: Ask) -> Rules:
    m = case.shape[1]
    fixed = np.zeros(m, dtype=bool)
    fixed[list(case.existing)] = True
    group = np.full(m, -1, dtype=np.intp)
    for number, area in enumerate(ask.required_areas):
        group[np.asarray(case.site_area) == area] = number
    price = None
    if ask.budget is not None:
        price = np.where(fixed, 0.0, np.asarray(case.price, dtype=float))
    count = ask.new_sites
    if ask.model is Model.LSCP and ask.new_sites is None and ask.budget is None:
        count = int((~fixed).sum())
    return Rules(fixed, count, price, ask.budget, group, len(ask.required_areas))


def _explain_before(case: Case, ask: Ask, matrix: Floats, rules: Rules, run: Run) -> Explained:
    """Find what makes an answer impossible without solving anything."""
    if ask.required_areas and (lost := missing_areas(case, ask)):
        return [lost], []
    if ask.model is Model.LSCP:
        assert ask.radius is not None
        reasons, relief = beyond_radius(matrix, ask.radius, case.costs.unit)
        if reasons:
            return reasons, relief
    elif ask.model is not Model.MCLP and (one := unreachable(matrix)):
        return [one], []
    if ask.model is Model.P_MEDIAN and not np.isfinite(matrix).all():
        price, most = np.ones(len(rules.fixed)), rules.count
        price = rules.price if rules.price is not None else price
        least = cheapest_cover(np.isfinite(matrix), rules, price, run)
        if least.bound > (rules.most if most is None else most) + 1e-9:
            return too_few(matrix, rules, run)
    return areas_too_many(rules, run) if ask.required_areas else ([], [])


def _explain_after(
    case: Case, ask: Ask, matrix: Floats, weight: Vector, rules: Rules, run: Run
) -> Explained:
    """Say why the solver proved that there is no answer; given as long again."""
    again = Run(run.effort)
    if ask.model is Model.CAPACITATED:
        capacity = np.asarray(case.capacity, dtype=float)
        return too_full(Loads(matrix, weight, capacity, ask.split), rules, again)
    if ask.model is Model.MCLP:
        return [Reason(NOTHING)], []
    reasons, relief = too_few(matrix, rules, again, radius=ask.radius)
    return reasons or [Reason(NOTHING)], relief


def _numbered(reasons: list[Reason], served: Index) -> list[Reason]:
    """Give demands the numbers they have in the case."""
    return [replace(one, demands=tuple(int(served[row]) for row in one.demands)) for one in reasons]


def _solve(
    case: Case, ask: Ask, matrix: Floats, weight: Vector, rules: Rules, run: Run, served: Index
) -> Found:
    area = None
    if ask.fair:
        area = np.unique(np.asarray(case.area)[served], return_inverse=True)[1].astype(np.intp)
    if ask.model is Model.P_MEDIAN:
        return solve_median(Problem(weighted(matrix, weight), weight, rules, run, area=area))
    if ask.model is Model.P_CENTER:
        return smallest_radius(matrix, rules, run)
    if ask.model is Model.CAPACITATED:
        capacity = np.asarray(case.capacity, dtype=float)
        return solve_capacitated(Loads(matrix, weight, capacity, ask.split), rules, run)
    covers = matrix <= (ask.radius or 0.0)
    if ask.model is Model.MCLP:
        kind = np.float32 if covers.size > 4_000_000 else np.float64
        cost: Any = np.where(covers, kind(0), weight[:, None].astype(kind))
        return solve_median(Problem(cost, weight, rules, run, covers, area))
    return cheapest_cover(covers, rules, _lscp_price(case, rules), run)


def _lscp_price(case: Case, rules: Rules) -> Vector:
    """Count sites, or with a budget their prices."""
    return rules.price if rules.price is not None else np.ones(case.shape[1])


def _is_impossible(found: Found, ask: Ask, rules: Rules) -> bool:
    if ask.model is not Model.LSCP:
        return found.infeasible
    most = rules.most if rules.price is not None else float(rules.count or 0)
    return found.infeasible or found.bound > most + 1e-9


def _filled(found: Found, ask: Ask, matrix: Floats, weight: Vector, rules: Rules) -> Found:
    """Open the sites that a p-centre leaves over where they save most."""
    if ask.model is not Model.P_CENTER or found.sites is None:
        return found
    return replace(found, sites=greedy(weighted(matrix, weight), rules, found.sites))


def _answer(
    case: Case, ask: Ask, run: Run, found: Found | None, reasons: list[Reason],
    relief: list[Relief],
) -> Answer:  # fmt: skip
    sites = found.sites if found else None
    assignment, distance = _assign(case, sites, found)
    value, bound, gap = _figures(case, ask, found, bool((assignment[case.weight > 0] >= 0).all()))
    return Answer(
        model=ask.model,
        status=_status(run, _worst(ask, found), reasons, gap),
        chosen=() if sites is None else order_of(np.setdiff1d(sites, list(case.existing))),
        existing=tuple(sorted(case.existing)),
        objective=value,
        bound=bound,
        gap=gap,
        assignment=assignment,
        distance=distance,
        uncovered=_uncovered(case, ask, distance),
        seconds=run.seconds,
        kind=case.costs.words,
        unit=case.costs.unit,
        method=found.method if found else NOTHING,
        reference=REFERENCES[ask.model],
        reasons=tuple(reasons),
        relief=tuple(relief),
        worst=_worst(ask, found),
        shares=found.shares if found else (),
    )


def _assign(case: Case, sites: Index | None, found: Found | None) -> tuple[Index, Vector]:
    """Give each demand the site that serves it, the nearest unless capacities say otherwise."""
    n = case.shape[0]
    sites = np.array(sorted(case.existing), dtype=np.intp) if sites is None else np.sort(sites)
    if not len(sites):
        return np.full(n, -1), np.full(n, np.inf)
    among = case.costs.matrix[:, sites]
    assignment = sites[among.argmin(axis=1)]
    if found is not None and found.assignment is not None:
        assignment[case.weight > 0] = found.assignment
    distance = case.costs.matrix[np.arange(n), assignment].astype(float)
    return np.where(np.isfinite(distance), assignment, -1), distance


def _figures(
    case: Case, ask: Ask, found: Found | None, reached: bool
) -> tuple[float | None, float | None, float | None]:
    """Give objective, bound and gap in the model's own terms."""
    if found is None or found.sites is None:
        known = found is not None and np.isfinite(found.bound) and ask.model is not Model.MCLP
        return None, float(found.bound) if known and found else None, None
    value, bound = found.value, found.bound
    if ask.model is not Model.MCLP and not reached:
        return None, None, None
    if ask.model is Model.MCLP:
        whole = float(case.weight.sum())
        value, bound = whole - value, whole - bound
    if not np.isfinite(bound):
        return float(value), None, None
    return float(value), float(bound), relative_gap(value, bound)


def _status(
    run: Run, worst: tuple[float, float] | None, reasons: list[Reason], gap: float | None
) -> Status:
    if reasons:
        return Status.INFEASIBLE
    if run.cancelled:
        return Status.CANCELLED
    if gap is None or max(gap, relative_gap(*worst) if worst else 0.0) > run.effort.gap:
        return Status.FEASIBLE
    return Status.OPTIMAL


def _uncovered(case: Case, ask: Ask, distance: Vector) -> tuple[int, ...]:
    limit = ask.radius if ask.radius is not None else np.finfo(float).max
    return tuple(int(row) for row in np.flatnonzero((distance > limit) & (case.weight > 0)))


def _worst(ask: Ask, found: Found | None) -> tuple[float, float] | None:
    if found is None or found.worst is None:
        return None
    value, bound = found.worst
    # Rounded, as 1 - x of a share of nothing may leave a trace.
    return (
        (round(1 - value, 12), round(1 - bound, 12)) if ask.model is Model.MCLP else (value, bound)
    )
