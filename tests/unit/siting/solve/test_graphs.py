"""The p-median family of the OR-Library, in its published form, against an independent model.

Beasley 1985, A note on solving large p-median problems: random graphs of n vertices and n²/50
edges, costs 1 to 100, a cycle among them; all shortest paths first. The model is the textbook one,
through SciPy's own door to HiGHS.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array
from scipy.sparse.csgraph import floyd_warshall

from geomap.siting.solve import capacitated, median
from geomap.siting.solve.costs import Costs
from geomap.siting.solve.problem import Ask, Case, Effort, Proof
from geomap.siting.solve.solver import solve_model


def pmed(n: int, seed: int) -> Case:
    """Build a graph in the published form; of edges given twice the last counts."""
    rng = np.random.default_rng(seed)
    ring = np.column_stack([np.arange(n), np.roll(np.arange(n), -1)])
    ends = np.vstack([ring, rng.integers(0, n, (n * n // 50 - n, 2))])
    length = np.full((n, n), np.inf)
    for start, end in ends:
        length[start, end] = length[end, start] = rng.integers(1, 101)
    np.fill_diagonal(length, 0)
    return Case(Costs(floyd_warshall(length)), np.ones(n))


def textbook(case: Case, p: int) -> float:
    """Solve the textbook model: x_ij <= y_j, each demand once, p sites."""
    n, m = case.shape
    cost = case.costs.matrix * case.weight[:, None]
    x = m + np.arange(n * m)
    row, site = np.divmod(np.arange(n * m), m)
    once = coo_array((np.ones(n * m), (row, x)), shape=(n, m + n * m))
    link = coo_array(
        (
            np.r_[np.ones(n * m), -np.ones(n * m)],
            (np.tile(np.arange(n * m), 2), np.r_[x, site]),
        ),
        shape=(n * m, m + n * m),
    )
    count: Any = np.r_[np.ones(m), np.zeros(n * m)][None, :]
    solved = milp(
        np.r_[np.zeros(m), cost.ravel()],
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(link, -np.inf, 0),
            LinearConstraint(count, p, p),
        ],
        integrality=np.r_[np.ones(m), np.zeros(n * m)],
        bounds=Bounds(0, 1),
    )
    return float(solved.fun)


@pytest.mark.parametrize(("seed", "p"), [(1, 5), (2, 10), (3, 20), (4, 33)])
@pytest.mark.slow
def test_graphs_of_the_published_form_agree_with_the_textbook_model(seed: int, p: int) -> None:
    case = pmed(60, seed)
    answer = solve_model(case, Ask("p-median", new_sites=p))
    assert answer.status is Proof.OPTIMAL
    assert answer.objective == pytest.approx(textbook(case, p), rel=1e-4)


@pytest.mark.parametrize("model", ["p-median", "mclp"])
def test_single_precision_changes_no_answer(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case, ask = pmed(100, 5), Ask(model, new_sites=8, radius=40)
    exact = solve_model(case, ask)
    monkeypatch.setattr(median, "_SINGLE", 0)
    single = solve_model(case, ask)
    assert single.objective == pytest.approx(exact.objective)
    assert single.status is Proof.OPTIMAL


def test_a_capacitated_case_too_large_to_prove_still_has_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = replace(pmed(50, 6), capacity=np.full(50, 9.0))
    ask = Ask("capacitated-p-median", new_sites=7)
    exact = solve_model(case, ask)
    monkeypatch.setattr(capacitated, "_WHOLE_MODEL", 0)
    near = solve_model(case, ask, Effort(seconds=20))
    assert exact.status is Proof.OPTIMAL
    assert exact.objective is not None
    assert near.objective is not None
    assert near.bound is not None
    assert near.bound <= exact.objective * (1 + 1e-9) <= near.objective * (1 + 2e-4)
    load = np.bincount(near.assignment, minlength=50)
    assert load.max() <= 9
    assert near.gap == pytest.approx((near.objective - near.bound) / near.objective)


def test_covering_more_never_costs_fewer_sites() -> None:
    case = pmed(80, 7)
    sites = [
        len(solve_model(case, Ask("lscp", radius=radius)).chosen) for radius in (15, 30, 60, 120)
    ]
    assert sites == sorted(sites, reverse=True)
    assert sites[-1] < sites[0]


@pytest.mark.slow
def test_the_centre_and_covering_models_say_the_same() -> None:
    """With the radius of the p-centre p sites cover all; with any smaller one they do not."""
    case = pmed(70, 8)
    centre = solve_model(case, Ask("p-center", new_sites=6))
    assert centre.objective is not None
    within = solve_model(case, Ask("lscp", radius=centre.objective))
    below = solve_model(case, Ask("lscp", radius=centre.objective - 1))
    assert len(within.chosen) <= 6 < len(below.chosen)
