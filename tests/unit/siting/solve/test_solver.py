"""Location models: agreement with every set tried, honest bounds, reasons where nothing fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geomap.errors import RequestError
from geomap.siting.solve.benders import Oracle
from geomap.siting.solve.costs import CostKind, Costs, geodesic_costs
from geomap.siting.solve.near_lists import covering_lists, nearest_lists
from geomap.siting.solve.problem import (
    Answer,
    Ask,
    Case,
    Effort,
    Proof,
    SolveReport,
    relative_gap,
)
from geomap.siting.solve.solver import solve_model
from geomap.siting.solve.vertex_swap import SiteRules, greedy, interchange
from tests.support.siting_oracle import best, best_capacitated, case_of, value, worst

SEEDS = st.integers(0, 10_000)
REQUIRED = st.sampled_from([(), ("a",), ("b", "c")])
SIZES = st.sampled_from([{"new_sites": 1}, {"new_sites": 3}, {"budget": 4.0}, {"budget": 9.0}])
# Three demands on a line at 0, 10 and 30; sites at the same places.
PLACES = np.array([0.0, 10.0, 30.0])
LINE = Case(Costs(np.abs(PLACES[:, None] - PLACES[None, :]), unit="km"), np.array([5.0, 1.0, 1.0]))


def agrees(case: Case, ask: Ask) -> Answer:
    """Solve and hold the answer against every set that is allowed."""
    answer, wanted = solve_model(case, ask), best(case, ask)
    if not np.isfinite(wanted):
        assert answer.status is Proof.INFEASIBLE
        assert answer.reasons
        return answer
    assert answer.status is Proof.OPTIMAL
    assert answer.objective is not None
    signed = -answer.objective if ask.model == "mclp" else answer.objective
    assert signed == pytest.approx(wanted, rel=1e-4)
    if not ask.fair:
        assert value(case, ask, list(answer.sites)) == pytest.approx(signed)
    return answer


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, required=REQUIRED, size=SIZES, fair=st.booleans())
@pytest.mark.slow
def test_p_median_is_the_best_of_all_sets(
    seed: int, required: tuple[str, ...], size: dict[str, Any], fair: bool
) -> None:
    agrees(case_of(seed), Ask("p-median", required_areas=required, fair=fair, **size))


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, required=REQUIRED, size=SIZES, fair=st.booleans(), radius=st.integers(3, 15))
@pytest.mark.slow
def test_maximal_covering_is_the_best_of_all_sets(
    seed: int, required: tuple[str, ...], size: dict[str, Any], fair: bool, radius: int
) -> None:
    ask = Ask("mclp", radius=radius, required_areas=required, fair=fair, **size)
    answer = agrees(case_of(seed), ask)
    if answer.objective is not None:
        served = answer.distance <= radius
        assert case_of(seed).weight[served].sum() == pytest.approx(answer.objective)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, required=REQUIRED, radius=st.integers(5, 20))
def test_set_covering_is_the_best_of_all_sets(
    seed: int, required: tuple[str, ...], radius: int
) -> None:
    answer = agrees(case_of(seed), Ask("lscp", radius=radius, required_areas=required))
    assert (answer.uncovered == ()) or answer.status is Proof.INFEASIBLE


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, required=REQUIRED, size=SIZES)
def test_p_center_is_the_best_of_all_sets(
    seed: int, required: tuple[str, ...], size: dict[str, Any]
) -> None:
    answer = agrees(case_of(seed), Ask("p-center", required_areas=required, **size))
    if answer.objective is not None:
        assert answer.distance.max() == answer.objective


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, new_sites=st.integers(1, 2), split=st.booleans())
@pytest.mark.slow
def test_capacitated_p_median_is_the_best_of_all_shares(
    seed: int, new_sites: int, split: bool
) -> None:
    case = case_of(seed, 6, 4)
    ask = Ask("capacitated-p-median", new_sites=new_sites, split=split)
    assert case.capacity is not None
    if case.capacity.sum() < case.weight.sum():
        with pytest.raises(RequestError, match="short"):
            solve_model(case, ask)
        return
    answer, whole = solve_model(case, ask), best_capacitated(case, ask)
    if answer.objective is None:
        assert whole == np.inf
        assert answer.reasons
        return
    assert answer.objective <= whole * (1 + 1e-4)
    if not split:
        assert answer.objective == pytest.approx(whole, rel=1e-4)
        load = np.bincount(answer.assignment, case.weight, minlength=4)
        assert (load <= case.capacity + 1e-6).all()


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, size=st.integers(1, 3))
@example(seed=10_000, size=3)  # no set is better than the start: not the same as none at all
@pytest.mark.slow
def test_fair_answers_serve_the_worst_area_as_well_as_any_set(seed: int, size: int) -> None:
    case, ask = case_of(seed), Ask("p-median", new_sites=size, fair=True)
    answer = solve_model(case, ask)
    assert answer.worst is not None
    assert worst(case, ask, list(answer.sites)) == pytest.approx(answer.worst[0], rel=1e-4)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, p=st.integers(1, 5))
def test_no_cut_goes_above_the_cost_of_a_set(seed: int, p: int) -> None:
    """Whatever the prices: so every bound made of cuts holds."""
    case, rng = case_of(seed), np.random.default_rng(seed)
    cost = case.costs.matrix * case.weight[:, None]
    covers = case.costs.matrix <= 9
    sites = rng.choice(6, p, replace=False)
    y = np.isin(np.arange(6), sites).astype(float)
    for near, real in (
        (nearest_lists(cost, 4), cost[:, sites].min(axis=1).sum()),
        (covering_lists(covers, case.weight), case.weight[~covers[:, sites].any(axis=1)].sum()),
    ):
        oracle = Oracle(near, rng.integers(0, 3, 9))
        for prices in (rng.uniform(0, 200, 9), oracle.prices(rng.uniform(0, 1, 6))):
            constants, slopes = oracle.cut(prices)
            assert constants.sum() + slopes.sum(axis=0) @ y <= real + 1e-9


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, p=st.integers(1, 4))
def test_swaps_end_where_no_single_swap_helps(seed: int, p: int) -> None:
    cost = case_of(seed).costs.matrix
    rules = SiteRules(np.zeros(6, dtype=bool), p, None, None, np.full(6, -1), 0)
    sites, total = interchange(cost, greedy(cost, rules), rules)
    assert total == pytest.approx(cost[:, sites].min(axis=1).sum())
    for place in range(p):
        for new in set(range(6)) - set(sites.tolist()):
            other = sites.copy()
            other[place] = new
            assert cost[:, other].min(axis=1).sum() >= total - 1e-6


# --- worked by hand -----------------------------------------------------------------------------


def test_one_site_goes_where_the_weight_is() -> None:
    answer = solve_model(LINE, Ask("p-median", new_sites=1))
    assert (answer.chosen, answer.objective, answer.status) == ((0,), 40.0, "optimal")
    assert answer.assignment.tolist() == [0, 0, 0]
    assert answer.distance.tolist() == [0, 10, 30]


def test_an_existing_site_stays_and_is_not_chosen_again() -> None:
    answer = solve_model(replace(LINE, existing=(2,)), Ask("p-median", new_sites=1))
    assert (answer.chosen, answer.existing, answer.sites) == ((0,), (2,), (0, 2))
    assert answer.objective == 10


def test_no_new_site_tells_what_the_existing_ones_do() -> None:
    answer = solve_model(replace(LINE, existing=(1,)), Ask("p-median", new_sites=0))
    assert (answer.chosen, answer.objective) == ((), 70.0)


def test_the_centre_is_where_the_farthest_is_nearest() -> None:
    answer = solve_model(LINE, Ask("p-center", new_sites=1))
    assert (answer.chosen, answer.objective, answer.bound) == ((1,), 20.0, 20.0)


def test_what_lies_beyond_the_radius_is_listed() -> None:
    answer = solve_model(LINE, Ask("mclp", new_sites=1, radius=10))
    assert (answer.objective, answer.uncovered) == (6.0, (2,))


def test_little_that_can_be_covered_is_proven_as_finely_as_much() -> None:
    """The gap is that of the covered weight, however much lies beyond the radius."""
    cost = np.full((50, 3), 99.0)
    cost[0, 0], cost[1, 1], cost[2, 2] = 1, 1, 1
    weight = np.full(50, 100_000.0)
    weight[:3] = 10, 11, 12
    answer = solve_model(Case(Costs(cost), weight), Ask("mclp", new_sites=2, radius=5))
    assert (answer.chosen, answer.objective, answer.status) == ((1, 2), 23.0, "optimal")


def test_a_demand_of_weight_zero_asks_for_nothing() -> None:
    light = replace(LINE, weight=np.array([5.0, 1.0, 0.0]))
    answer = solve_model(light, Ask("lscp", radius=10))
    assert (answer.objective, answer.uncovered) == (1.0, ())


def test_a_budget_buys_two_cheap_sites_rather_than_one_dear_one() -> None:
    priced = replace(LINE, price=np.array([2.0, 9.0, 3.0]))
    assert solve_model(priced, Ask("p-median", budget=5)).chosen == (0, 2)


def test_a_demand_shared_out_says_the_parts() -> None:
    small = replace(LINE, capacity=np.array([4.0, 4.0, 4.0]))
    answer = solve_model(small, Ask("capacitated-p-median", new_sites=2, split=True))
    assert answer.status is Proof.OPTIMAL
    assert sum(part for row, _, part in answer.shares if row == 0) == pytest.approx(1)


def test_the_kind_of_cost_and_the_method_are_on_the_answer() -> None:
    costs = geodesic_costs([(109, 39), (110, 40)], [(109, 39), (110, 40)], detour=1.3)
    answer = solve_model(Case(costs, np.ones(2)), Ask("p-median", new_sites=1))
    assert (costs.kind, answer.kind.zh) == (CostKind.DETOUR, "椭球面直线距离 × 绕行系数 1.3")
    assert answer.unit == "m"
    assert "doi:" in answer.reference


# --- nothing fits ------------------------------------------------------------------------------


def test_demands_without_a_site_in_the_radius_are_named_with_the_radius_that_helps() -> None:
    far = replace(LINE, costs=LINE.costs.select([0]))
    answer = solve_model(far, Ask("lscp", radius=15))
    assert answer.status is Proof.INFEASIBLE
    assert answer.reasons[0].demands == (2,)
    assert [(one.what, one.least) for one in answer.relief] == [("radius", 30.0)]


def test_too_few_sites_for_covering_says_how_many_or_how_far() -> None:
    answer = solve_model(LINE, Ask("lscp", new_sites=1, radius=10))
    assert answer.status is Proof.INFEASIBLE
    assert answer.reasons[0].demands == (2,)
    assert {one.what: one.least for one in answer.relief} == {"new_sites": 2.0, "radius": 20.0}


def test_islands_need_a_site_each() -> None:
    apart = np.where(np.eye(3, dtype=bool), 1.0, np.inf)
    case = Case(Costs(apart), np.ones(3))
    answer = solve_model(case, Ask("p-median", new_sites=2))
    assert answer.status is Proof.INFEASIBLE
    assert [(one.what, one.least) for one in answer.relief] == [("new_sites", 3.0)]
    assert solve_model(case, Ask("p-median", new_sites=3)).objective == 3


def test_a_demand_that_nothing_reaches_is_named() -> None:
    cost = LINE.costs.matrix.copy()
    cost[1] = np.inf
    answer = solve_model(replace(LINE, costs=Costs(cost)), Ask("p-center", new_sites=1))
    assert (answer.status, answer.reasons[0].demands) == (Proof.INFEASIBLE, (1,))


def test_a_required_area_without_a_candidate_is_named() -> None:
    case = replace(LINE, site_area=np.array(["a", "a", "b"]))
    answer = solve_model(case, Ask("p-median", new_sites=2, required_areas=("a", "c")))
    assert "c" in answer.reasons[0].text.zh
    assert answer.status is Proof.INFEASIBLE


def test_more_required_areas_than_sites_says_how_many_are_needed() -> None:
    case = replace(LINE, site_area=np.array(["a", "a", "b"]))
    answer = solve_model(case, Ask("mclp", new_sites=1, radius=5, required_areas=("a", "b")))
    assert [(one.what, one.least) for one in answer.relief] == [("new_sites", 2.0)]


def test_a_relief_for_required_areas_is_enough_for_the_capacities_too() -> None:
    """A site in each of two areas takes 6 of the 7: the relief is three, not the areas' two."""
    case = replace(
        LINE, site_area=np.array(["a", "a", "b"]), capacity=np.array([4.0, 4.0, 2.0]),
        weight=np.array([4.0, 1.0, 2.0]),
    )  # fmt: skip
    ask = Ask("capacitated-p-median", new_sites=1, required_areas=("a", "b"))
    answer = solve_model(case, ask)
    assert answer.status is Proof.INFEASIBLE
    assert [one.least for one in answer.relief if one.what == "new_sites"] == [3.0]
    assert solve_model(case, replace(ask, new_sites=3)).status is Proof.OPTIMAL


def test_sites_that_are_too_small_say_how_many_would_do() -> None:
    small = replace(LINE, capacity=np.array([5.0, 3.0, 3.0]))
    answer = solve_model(small, Ask("capacitated-p-median", new_sites=1))
    assert answer.status is Proof.INFEASIBLE
    assert {one.what: one.least for one in answer.relief} == {
        "capacity": pytest.approx(7 / 5),
        "new_sites": 2.0,
    }


# --- long solves -------------------------------------------------------------------------------


def wide(n: int = 400, m: int = 60) -> Case:
    rng = np.random.default_rng(11)
    one, other = rng.uniform(0, 100, (n, 2)), rng.uniform(0, 100, (m, 2))
    cost = np.linalg.norm(one[:, None] - other[None], axis=2)
    return Case(Costs(cost), rng.integers(1, 50, n).astype(float))


class Clock:
    """A clock that goes on by a tenth of a second each time it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


@pytest.mark.parametrize("seconds", [0.2, 1, 3, 10])
def test_a_bound_under_a_time_limit_is_below_the_optimum(seconds: float) -> None:
    case, ask = wide(), Ask("p-median", new_sites=5)
    best_known = solve_model(case, ask)
    short = solve_model(case, ask, Effort(seconds=seconds, clock=Clock()))
    assert best_known.status is Proof.OPTIMAL
    assert best_known.objective is not None
    assert short.objective is not None
    assert short.objective >= best_known.objective * (1 - 1e-9)
    if short.bound is not None:
        assert short.bound <= best_known.objective * (1 + 1e-9)
        assert short.gap == pytest.approx(relative_gap(short.objective, short.bound))
    assert (short.status is Proof.OPTIMAL) == (short.gap is not None and short.gap <= 1e-4)


def test_a_solve_that_is_cancelled_keeps_what_it_has_found() -> None:
    answer = solve_model(wide(), Ask("p-median", new_sites=5), Effort(should_stop=lambda: True))
    assert answer.status is Proof.CANCELLED
    assert len(answer.chosen) == 5
    assert answer.objective is not None


@pytest.mark.parametrize("model", ["lscp", "capacitated-p-median"])
def test_a_solver_that_is_told_to_stop_stops(model: str) -> None:
    case = replace(wide(60, 30), capacity=np.full(30, 200.0))
    ask = Ask(model, new_sites=12, radius=12)
    answer = solve_model(case, ask, Effort(should_stop=lambda: True))
    assert answer.status in (Proof.CANCELLED, Proof.INFEASIBLE)


def test_progress_tells_a_rising_bound() -> None:
    told: list[SolveReport] = []
    solve_model(wide(), Ask("p-median", new_sites=5), Effort(progress=told.append))
    bounds = [one.bound for one in told if one.bound is not None]
    assert len(bounds) > 2
    assert bounds == sorted(bounds)


def test_the_same_question_has_the_same_answer() -> None:
    ask = Ask("p-median", new_sites=7)
    assert solve_model(wide(), ask).chosen == solve_model(wide(), ask).chosen


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "ask", "told"),
    [
        (replace(LINE, costs=Costs(np.zeros((0, 3))), weight=np.zeros(0)), {}, "no demand"),
        (replace(LINE, costs=Costs(np.zeros((3, 0)))), {}, "no candidate"),
        (replace(LINE, weight=np.array([1, -1, np.nan])), {}, "demands 2, 3: the weight"),
        (replace(LINE, weight=np.zeros(3)), {}, "weights of all demands are 0"),
        (replace(LINE, weight=np.ones(2)), {}, "weight has 2 values, need 3"),
        (replace(LINE, costs=Costs(-LINE.costs.matrix)), {}, "cost is missing or negative"),
        (LINE, {"new_sites": 4}, "4 new sites are asked for, there are 3"),
        (LINE, {"new_sites": 0}, "at least 1"),
        (LINE, {"new_sites": None}, "or a budget"),
        (LINE, {"budget": 3.0}, "not both"),
        (LINE, {"new_sites": None, "budget": 3.0}, "price of each candidate"),
        (LINE, {"model": "mclp", "radius": 0.0}, "must be above 0"),
        (LINE, {"model": "lscp"}, "give the radius"),
        (LINE, {"fair": True}, "needs the areas"),
        (LINE, {"required_areas": ("a",)}, "needs the areas of the sites"),
        (LINE, {"model": "capacitated-p-median"}, "capacity of each site"),
        (replace(LINE, existing=(7,)), {}, "do not exist"),
        (
            replace(LINE, capacity=np.ones(3)),
            {"model": "capacitated-p-median"},
            "can take 3, the demand is 7: 4 short",
        ),
        (
            replace(LINE, weight=np.array([1e6, 234e3, 567]), capacity=np.full(3, 411_522.0)),
            {"model": "capacitated-p-median"},
            "can take 1,234,566, the demand is 1,234,567: 1 short",
        ),
    ],
)
def test_what_cannot_be_solved_is_refused_in_words(
    case: Case, ask: dict[str, Any], told: str
) -> None:
    with pytest.raises(RequestError, match=told):
        solve_model(case, Ask(**{"model": "p-median", "new_sites": 1} | ask))


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(RequestError) as caught:
        solve_model(replace(LINE, weight=np.array([1, -1, 1])), Ask("mclp", new_sites=9))
    assert "weight" in str(caught.value)
    assert "9 new sites" in str(caught.value)
    assert "radius" in str(caught.value)


def test_a_hundred_thousand_candidates_are_refused_with_what_is_possible() -> None:
    many = Costs(np.broadcast_to(np.float32(1), (1000, 100_000)))
    with pytest.raises(RequestError, match="40000 sites are possible"):
        solve_model(Case(many, np.ones(1000)), Ask("p-median", new_sites=1))
