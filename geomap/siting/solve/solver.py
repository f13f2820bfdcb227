"""Where new sites should go: location models on a cost matrix, each answer with its gap. Pure.

:func:`solve` takes a :class:`~geomap.locations.Case` and an :class:`~geomap.locations.Ask` and
gives an :class:`~geomap.locations.Answer`. An answer is called optimal only when its bound proves
it; what cannot be answered says why and what would help. Every figure is worked out anew from the
chosen sites and who serves whom, in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from geomap.errors import Text
from geomap.numbers import full
from geomap.siting.solve.capacitated import Loads, solve_capacitated
from geomap.siting.solve.check import require_sound
from geomap.siting.solve.costs import Floats
from geomap.siting.solve.covering import (
    cheapest_cover,
    nearest_of_covers,
    order_of,
    smallest_radius,
)
from geomap.siting.solve.infeasible import (  # fmt: skip
    areas_too_many,
    beyond_radius,
    enough,
    missing_areas,
    not_found,
    nothing_affordable,
    too_few,
    too_full,
    unreachable,
)
from geomap.siting.solve.median import Problem, is_single, solve_median, step_of, weighted
from geomap.siting.solve.problem import (  # fmt: skip
    PROVEN,
    Answer,
    Ask,
    Case,
    Effort,
    Found,
    Index,
    Model,
    Parts,
    Proof,
    Reason,
    Relief,
    Run,
    Vector,
    settled,
)
from geomap.siting.solve.service import nearest_parts
from geomap.siting.solve.vertex_swap import SiteRules, greedy

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
    effort : time, gap that is good, and who is told; 30 s and 0.01 % when None

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
    reasons, relief = _explain_before(case, ask, matrix, weight, rules, run)
    if reasons:
        return _refused(case, ask, run, Proof.INFEASIBLE, _numbered(reasons, served), relief)
    found = _solve(case, ask, matrix, weight, rules, run, served)
    if _is_impossible(found, ask, rules):
        reasons, relief = _explain_after(case, ask, matrix, weight, rules, run)
        return _refused(case, ask, run, Proof.INFEASIBLE, _numbered(reasons, served), relief)
    reasons, relief = not_found(ask, matrix, rules, run, found)
    if reasons:
        status = Proof.CANCELLED if run.cancelled else Proof.UNKNOWN
        return _refused(case, ask, run, status, _numbered(reasons, served), relief, found)
    return _answer(case, ask, run, _filled(found, ask, matrix, weight, rules, run))


def _rules(case: Case, ask: Ask) -> SiteRules:
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
    return SiteRules(fixed, count, price, ask.budget, group, len(ask.required_areas))


def _explain_before(
    case: Case, ask: Ask, matrix: Floats, weight: Vector, rules: SiteRules, run: Run
) -> Explained:
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
    if ask.model is Model.LSCP or (ask.model is Model.P_CENTER and not np.isfinite(matrix).all()):
        return [], []  # what covers all counts the areas too
    reasons, relief = areas_too_many(rules, run) if ask.required_areas else ([], [])
    if reasons and ask.model is Model.CAPACITATED:
        return too_full(_loads(case, ask, matrix, weight), rules, run, reasons)
    if not reasons and ask.model in (Model.P_MEDIAN, Model.MCLP):
        return nothing_affordable(rules)
    return reasons, relief


def _loads(case: Case, ask: Ask, matrix: Floats, weight: Vector) -> Loads:
    return Loads(matrix, weight, np.asarray(case.capacity, dtype=float), ask.split)


def _explain_after(
    case: Case, ask: Ask, matrix: Floats, weight: Vector, rules: SiteRules, run: Run
) -> Explained:
    """Say why the solver proved that there is no answer; given as long again."""
    again = Run(run.effort)
    if ask.model is Model.CAPACITATED:
        return too_full(_loads(case, ask, matrix, weight), rules, again)
    if ask.model is Model.MCLP:
        return [Reason(NOTHING)], []
    reasons, relief = too_few(matrix, rules, again, radius=ask.radius)
    return reasons or [Reason(NOTHING)], relief


def _numbered(reasons: list[Reason], served: Index) -> list[Reason]:
    """Give demands the numbers they have in the case."""
    return [replace(one, demands=tuple(int(served[row]) for row in one.demands)) for one in reasons]


def _solve(
    case: Case, ask: Ask, matrix: Floats, weight: Vector, rules: SiteRules, run: Run, served: Index
) -> Found:
    area = None
    if ask.fair:
        area = np.unique(np.asarray(case.area)[served], return_inverse=True)[1].astype(np.intp)
    if ask.model is Model.P_MEDIAN:
        cost = weighted(matrix, weight)
        step = step_of(matrix, weight)
        return solve_median(Problem(cost, weight, rules, run, area=area, step=step))
    if ask.model is Model.P_CENTER:
        return smallest_radius(matrix, rules, run)
    if ask.model is Model.CAPACITATED:
        return solve_capacitated(_loads(case, ask, matrix, weight), rules, run)
    covers = matrix <= (ask.radius or 0.0)
    if ask.model is Model.MCLP:
        kind = np.float32 if is_single(covers.size) else np.float64
        lost: Any = np.where(covers, kind(0), weight[:, None].astype(kind))
        step = step_of(weight[:, None])
        return solve_median(Problem(lost, weight, rules, run, covers, area, step))
    return cheapest_cover(covers, rules, _lscp_price(case, rules), run)


def _lscp_price(case: Case, rules: SiteRules) -> Vector:
    """Count sites, or with a budget their prices."""
    return rules.price if rules.price is not None else np.ones(case.shape[1])


def _is_impossible(found: Found, ask: Ask, rules: SiteRules) -> bool:
    if ask.model is not Model.LSCP:
        return found.infeasible
    most = rules.most if rules.price is not None else float(rules.count or 0)
    return found.infeasible or found.bound > most + 1e-9


def _filled(
    found: Found, ask: Ask, matrix: Floats, weight: Vector, rules: SiteRules, run: Run
) -> Found:
    """Use what the first aim leaves open: to bring the sites nearer to the demand.

    A p-centre opens the sites that it has left over; a covering takes, of the covers that are as
    few or as cheap, the nearest one found.
    """
    if ask.model is Model.P_CENTER and found.sites is not None:
        return replace(found, sites=greedy(weighted(matrix, weight), rules, found.sites))
    if ask.model is Model.LSCP:
        assert ask.radius is not None
        return nearest_of_covers(found, matrix, weight, ask.radius, rules, run)
    return found


# --- the answer -----------------------------------------------------------------------------------


def _refused(
    case: Case, ask: Ask, run: Run, status: Proof, reasons: list[Reason], relief: list[Relief],
    found: Found | None = None,
) -> Answer:  # fmt: skip
    """Give an answer without sites, with its reasons."""
    told = replace(found, sites=None) if found else None
    return replace(
        _answer(case, ask, run, told),
        status=status, reasons=tuple(reasons), relief=tuple(relief), objective=None, gap=None,
        worst=None,
    )  # fmt: skip


def _answer(case: Case, ask: Ask, run: Run, found: Found | None) -> Answer:
    sites = found.sites if found else None
    chosen = () if sites is None else order_of(np.setdiff1d(sites, list(case.existing)))
    parts = _parts(case, sorted({*case.existing, *chosen}), found)
    main = _main(parts, case.shape[0])
    value, bound, gap = _figures(case, ask, found, chosen, parts)
    worst = None if found is None or sites is None else _worst(case, ask, found, parts)
    return Answer(
        model=ask.model,
        status=_status(run, gap, worst),
        chosen=chosen,
        existing=tuple(sorted(case.existing)),
        objective=value,
        bound=bound,
        gap=gap,
        parts=parts,
        assignment=parts.site[main],
        distance=parts.cost[main],
        uncovered=_uncovered(ask, case, parts),
        seconds=run.seconds,
        kind=case.costs.words,
        unit=case.costs.unit,
        method=found.method if found else NOTHING,
        reference=REFERENCES[ask.model],
        worst=worst,
        notes=() if sites is None else tuple(_notes(case, ask, chosen, value)),
    )


def _parts(case: Case, sites: list[int], found: Found | None) -> Parts:
    """Say who serves what: the nearest site each demand, unless capacities say otherwise."""
    parts = nearest_parts(case, sites)
    if found is None or found.sites is None or found.part is None:
        return parts
    served = np.flatnonzero(case.weight > 0)
    row, site = np.nonzero(found.part)
    light = case.weight[parts.row] <= 0
    rows, columns = np.r_[served[row], parts.row[light]], np.r_[site, parts.site[light]]
    part = np.r_[found.part[row, site], parts.part[light]]
    cost = np.r_[case.costs.matrix[served[row], site], parts.cost[light]].astype(float)
    order = np.lexsort((-part, rows))
    return Parts(rows[order], columns[order], part[order], cost[order])


def _main(parts: Parts, n: int) -> Index:
    """Give the place of each demand's largest part; the largest stands first."""
    return np.searchsorted(parts.row, np.arange(n))


def _figures(
    case: Case, ask: Ask, found: Found | None, chosen: tuple[int, ...], parts: Parts
) -> tuple[float | None, float | None, float | None]:
    """Give objective, bound and gap in the model's own terms."""
    if found is None or found.sites is None:
        known = found is not None and np.isfinite(found.bound) and ask.model is not Model.MCLP
        return None, _bound(case, ask, found) if known and found else None, None
    value, size = _objective(case, ask, chosen, parts)
    bound = _bound(case, ask, found)
    if not np.isfinite(bound):
        return value, None, None
    whole = float(case.weight.sum())
    if ask.model is Model.MCLP:
        bound = min(max(bound, value), whole)
    else:
        bound = max(0.0, min(bound, value))
    return value, *settled(value, bound, size)


def _objective(case: Case, ask: Ask, chosen: tuple[int, ...], parts: Parts) -> tuple[float, float]:
    """Work out the objective from the sites and who serves whom, and the size of its numbers."""
    weight = case.weight[parts.row] * parts.part
    there = weight > 0
    if ask.model is Model.LSCP:
        price = np.ones(case.shape[1]) if ask.budget is None else np.asarray(case.price)
        return float(price[list(chosen)].sum()), float(price.sum())
    if ask.model is Model.MCLP:
        whole = float(case.weight.sum())
        return float(weight[parts.cost <= (ask.radius or 0.0)].sum()), whole
    if ask.model is Model.P_CENTER:
        largest = float(parts.cost[there].max())
        return largest, largest
    finite = np.where(np.isfinite(case.costs.matrix), case.costs.matrix, 0).max(initial=0)
    return float(weight[there] @ parts.cost[there]), float(case.weight.sum() * finite)


def _bound(case: Case, ask: Ask, found: Found) -> float:
    """Give the solver's bound in the model's own terms."""
    return float(case.weight.sum()) - found.bound if ask.model is Model.MCLP else found.bound


def _status(run: Run, gap: float | None, worst: tuple[float, float] | None) -> Proof:
    if run.cancelled:
        return Proof.CANCELLED
    proven = gap == 0 and (worst is None or worst[0] == worst[1])
    return Proof.OPTIMAL if proven else Proof.FEASIBLE


def _uncovered(ask: Ask, case: Case, parts: Parts) -> tuple[int, ...]:
    limit = ask.radius if ask.radius is not None else np.finfo(float).max
    lost = (parts.cost > limit) & (case.weight[parts.row] > 0)
    return tuple(int(row) for row in np.unique(parts.row[lost]))


def _worst(case: Case, ask: Ask, found: Found, parts: Parts) -> tuple[float, float] | None:
    """Give mean cost, or covered share, of the worst-served area, and its bound."""
    if found.worst is None:
        return None
    area = np.unique(np.asarray(case.area), return_inverse=True)[1].ravel()[parts.row]
    weight = case.weight[parts.row] * parts.part
    there = weight > 0
    covering = ask.model is Model.MCLP
    cost = (parts.cost <= (ask.radius or 0.0)).astype(float) if covering else parts.cost
    whole = np.bincount(area[there], weight[there])
    sums = np.bincount(area[there], weight[there] * cost[there])[whole > 0] / whole[whole > 0]
    if covering:
        value, bound = float(sums.min()), float(1 - found.worst[1])
        # A share of all: what is less than a ten-millionth of it is rounding.
        return value, value if bound - value <= PROVEN else bound
    value, bound = float(sums.max()), float(found.worst[1])
    return value, settled(value, max(0.0, min(value, bound)), float(cost[there].max()))[0]


def _notes(case: Case, ask: Ask, chosen: tuple[int, ...], value: float | None) -> Iterator[Text]:
    """Say what the numbers alone do not: that nothing was bought, or that nothing is covered."""
    free = case.candidates
    if ask.budget is not None and not chosen and len(free):
        least = float(np.asarray(case.price)[free].min())
        if least > ask.budget:
            given, needed = full(ask.budget), enough(least)
            yield Text(
                f"预算 {given} 建不了任何一处：最便宜的候选点要 {needed}。没有新建，"
                "以下是现有点位的服务",
                f"a budget of {given} buys nothing: the cheapest candidate costs "
                f"{needed}. Nothing new is built; what follows is what exists",
            )
    if ask.model is Model.MCLP and value == 0:
        least = float(case.costs.matrix[case.weight > 0].min())
        far = f"{enough(least)} {case.costs.unit}" if np.isfinite(least) else ""
        reach = Text("没有点位能到达", "no site can be reached")
        if far:
            reach = Text(f"半径至少要 {far}", f"the radius must be at least {far}")
        within = f"{full(ask.radius or 0)} {case.costs.unit}"
        yield Text(
            f"半径 {within} 内没有任何需求，选哪几处都一样：{reach.zh}",
            f"no demand lies within {within} of any site, any choice is as good: {reach.en}",
        )
