"""Where new sites should go: location models on a cost matrix, each answer with its gap. Pure.

:func:`solve_model` takes a :class:`~geomap.siting.solve.problem.Case` and an ``Ask`` and gives an
``Answer``. An answer is called optimal only when its bound proves it; what cannot be answered says
why and what would help. Every figure is worked out anew from the chosen sites and who serves whom,
in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geomap.arrays import Index
from geomap.errors import Text
from geomap.numbers import full
from geomap.siting.solve.check import require_sound
from geomap.siting.solve.covering import order_of
from geomap.siting.solve.infeasible import enough, missing_areas, nothing_found
from geomap.siting.solve.models import MODELS
from geomap.siting.solve.models.base import NO_ANSWER, Question
from geomap.siting.solve.problem import (  # fmt: skip
    PROVEN,
    Answer,
    Ask,
    Case,
    Effort,
    Explained,
    Found,
    Parts,
    Proof,
    Reason,
    Run,
    settled,
)
from geomap.siting.solve.service import nearest_parts
from geomap.siting.solve.vertex_swap import SiteRules


def solve_model(case: Case, ask: Ask, effort: Effort | None = None) -> Answer:
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
    NotFoundError : there is no such model
    RequestError : the case or the question cannot be used as it is; names every fault
    """
    require_sound(case, ask)
    question = _question(case, ask, Run(effort or Effort()))
    model, run = MODELS[ask.model], question.run
    why_not = _impossible(question)
    if why_not[0]:
        return _refused(question, Proof.INFEASIBLE, why_not)
    found = model.search(question)
    if model.is_impossible(question, found):
        again = Run(run.effort)
        return _refused(question, Proof.INFEASIBLE, model.explain(question, again))
    if found.sites is None:
        why_not = nothing_found(run.effort.seconds)
    else:
        why_not = model.unsettled(question, found)
    if why_not[0]:
        status = Proof.CANCELLED if run.cancelled else Proof.UNKNOWN
        return _refused(question, status, why_not, found)
    return _answer(question, model.finish(question, found))


def _question(case: Case, ask: Ask, run: Run) -> Question:
    served = np.flatnonzero(case.weight > 0)
    matrix, weight = case.costs.matrix[served], case.weight[served].astype(float)
    return Question(case, ask, run, _rules(case, ask), served, matrix, weight)


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
    if count is None and ask.budget is None:
        count = int((~fixed).sum())
    return SiteRules(fixed, count, price, ask.budget, group, len(ask.required_areas))


def _impossible(question: Question) -> Explained:
    ask = question.ask
    if ask.required_areas and (lost := missing_areas(question.case, ask)):
        return [lost], []
    return MODELS[ask.model].impossible(question)


def _numbered(reasons: list[Reason], served: Index) -> tuple[Reason, ...]:
    """Give demands the numbers they have in the case."""
    return tuple(
        replace(one, demands=tuple(int(served[row]) for row in one.demands)) for one in reasons
    )


# --- the answer -----------------------------------------------------------------------------------


def _refused(
    question: Question, status: Proof, why_not: Explained, found: Found | None = None
) -> Answer:
    """Give an answer without sites, with its reasons."""
    reasons, relief = why_not
    told = replace(found, sites=None) if found else None
    return replace(
        _answer(question, told),
        status=status, reasons=_numbered(reasons, question.served), relief=tuple(relief),
        objective=None, gap=None, worst=None,
    )  # fmt: skip


def _answer(question: Question, found: Found | None) -> Answer:
    case, ask, run = question.case, question.ask, question.run
    sites = found.sites if found else None
    chosen = () if sites is None else order_of(np.setdiff1d(sites, list(case.existing)))
    parts = _parts(question, sorted({*case.existing, *chosen}), found)
    main = _main(parts, case.shape[0])
    value, bound, gap = _figures(question, found, chosen, parts)
    worst = None if found is None or sites is None else _worst(question, found, parts)
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
        uncovered=_uncovered(question, parts),
        seconds=run.seconds,
        kind=case.costs.words,
        unit=case.costs.unit,
        method=found.method if found else NO_ANSWER,
        reference=MODELS[ask.model].reference,
        worst=worst,
        notes=() if sites is None else tuple(_notes(question, chosen, value)),
    )


def _parts(question: Question, sites: list[int], found: Found | None) -> Parts:
    """Say who serves what: the nearest site each demand, unless capacities say otherwise."""
    case, served = question.case, question.served
    parts = nearest_parts(case, sites)
    if found is None or found.sites is None or found.part is None:
        return parts
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
    question: Question, found: Found | None, chosen: tuple[int, ...], parts: Parts
) -> tuple[float | None, float | None, float | None]:
    """Give objective, bound and gap in the model's own terms."""
    model, whole = MODELS[question.ask.model], float(question.case.weight.sum())
    if found is None or found.sites is None:
        known = found is not None and np.isfinite(found.bound) and not model.maximises
        return None, found.bound if known and found else None, None
    value, size = model.objective(question, chosen, parts)
    bound = whole - found.bound if model.maximises else found.bound
    if not np.isfinite(bound):
        return value, None, None
    # The bound stays on its side of the value, and within what is possible at all.
    bound = min(max(bound, value), whole) if model.maximises else max(0.0, min(bound, value))
    return value, *settled(value, bound, size)


def _status(run: Run, gap: float | None, worst: tuple[float, float] | None) -> Proof:
    if run.cancelled:
        return Proof.CANCELLED
    proven = gap == 0 and (worst is None or worst[0] == worst[1])
    return Proof.OPTIMAL if proven else Proof.FEASIBLE


def _uncovered(question: Question, parts: Parts) -> tuple[int, ...]:
    radius = question.ask.radius
    limit = radius if radius is not None else np.finfo(float).max
    lost = (parts.cost > limit) & (question.case.weight[parts.row] > 0)
    return tuple(int(row) for row in np.unique(parts.row[lost]))


def _worst(question: Question, found: Found, parts: Parts) -> tuple[float, float] | None:
    """Give mean cost, or covered share, of the worst-served area, and its bound."""
    case = question.case
    if found.worst is None:
        return None
    area = np.unique(np.asarray(case.area), return_inverse=True)[1].ravel()[parts.row]
    weight = case.weight[parts.row] * parts.part
    there = weight > 0
    covering = MODELS[question.ask.model].covers
    cost = (parts.cost <= question.radius).astype(float) if covering else parts.cost
    whole = np.bincount(area[there], weight[there])
    sums = np.bincount(area[there], weight[there] * cost[there])[whole > 0] / whole[whole > 0]
    if covering:
        value, bound = float(sums.min()), float(1 - found.worst[1])
        # A share of all: what is less than a ten-millionth of it is rounding.
        return value, value if bound - value <= PROVEN else bound
    value, bound = float(sums.max()), float(found.worst[1])
    return value, settled(value, max(0.0, min(value, bound)), float(cost[there].max()))[0]


def _notes(question: Question, chosen: tuple[int, ...], value: float | None) -> Iterator[Text]:
    """Say what the numbers alone do not: that nothing was bought, and what the model adds."""
    case, ask = question.case, question.ask
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
    yield from MODELS[ask.model].notes(question, value)
