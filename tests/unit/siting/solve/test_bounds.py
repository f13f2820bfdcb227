"""The Lagrangian bound: never above the best set, and leaving out no site that it needs."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from geomap.siting.solve.covering import _dual_bound
from geomap.siting.solve.incumbent import Standing
from geomap.siting.solve.lagrange import Dual, ascend
from geomap.siting.solve.near_lists import nearest_lists
from geomap.siting.solve.problem import Effort, Run

# Three demands and sites on a line at 0, 10 and 30, each of weight 1: with two sites open the
# best are those at 30 and at 0 or 10, for 10.
LINE = np.abs(np.array([[0.0, 10, 30]]).T - np.array([[0.0, 10, 30]]))


def standing(sites: list[int], value: float, columns: int = 3) -> Standing:
    run = Run(Effort(seconds=60))
    return Standing(run, np.zeros(columns), np.ones(columns), np.array(sites), value)


def test_the_bound_reaches_the_best_of_a_line() -> None:
    dual = ascend(nearest_lists(LINE, 3), standing([0, 2], 10.0), np.array([5.0, 5, 5]), 2, 1.5)
    assert dual.bound == pytest.approx(10, rel=1e-3)
    assert dual.bound <= 10 + 1e-9


def test_a_single_turn_is_the_sum_of_the_prices_and_the_best_savings() -> None:
    known = standing([0, 2], 10.0)
    # At 12 each: site 0 saves 12 + 2, site 1 saves 2 + 12, site 2 saves 12; two of them 28.
    known.bound = 10.0  # proven already, so that it ends at once
    dual = ascend(nearest_lists(LINE, 3), known, np.array([12.0, 12, 12]), 2, 1.5)
    assert dual.bound == pytest.approx(36 - 28)
    assert dual.worth.tolist() == [-14, -14, -12]


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_below_every_set_and_the_best_set_is_not_left_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost, count = rng.integers(1, 50, (12, 9)).astype(float), 3
    totals = {
        sites: float(cost[:, list(sites)].min(axis=1).sum())
        for sites in combinations(range(9), count)
    }
    best = min(totals, key=lambda sites: totals[sites])
    known = standing([0, 1, 2], totals[0, 1, 2], 9)
    dual = ascend(nearest_lists(cost, 9), known, cost.min(axis=1), count, 1.5)
    assert dual.bound <= totals[best] + 1e-9
    dual.narrow(known, count)
    if totals[best] < known.target:
        assert known.high[list(best)].all()
        assert set(np.flatnonzero(known.low)) <= set(best)


def test_sites_are_left_out_by_what_they_would_cost_more() -> None:
    known = standing([0, 1], 100.0)
    worth = np.array([-50.0, -30, -10])
    Dual(90.0, np.zeros(3), worth, np.zeros(3)).narrow(known, 2)
    # Instead of site 1 the third costs 20 more, 110 > 100: closed; and so both others are needed.
    assert known.high.tolist() == [1, 1, 0]
    assert known.low.tolist() == [1, 1, 0]


def test_what_was_left_out_is_not_claimed_beyond_the_target() -> None:
    known = standing([0], 100.0)
    known.bound = 100.0
    assert known.proven == 100
    known.leave_out(np.array([1]), np.array([], dtype=np.intp))
    assert known.proven == pytest.approx(100 - 5e-6, abs=1e-9)
    whole = replace(known, step=1.0)
    assert whole.proven == 100  # a better total would be 99 or less


def test_a_lower_roof_leaves_out_the_dearer_sites() -> None:
    near = nearest_lists(LINE, 3).within(np.array([5.0, 20, 40]))
    assert near.sites.tolist() == [0, 1, 0, 2, 1]
    assert near.start.tolist() == [0, 1, 3, 5]
    assert near.roof.tolist() == [5, 20, 30]


def test_the_bound_of_a_covering_is_that_of_its_linear_relaxation() -> None:
    # Each of three sites covers two of three demands: halves of all three cover, for 1.5.
    rows = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], dtype=bool)
    bound = _dual_bound(rows, np.ones(3), 2.0, Run(Effort(seconds=60)))
    assert 1 < bound <= 1.5 + 1e-9
