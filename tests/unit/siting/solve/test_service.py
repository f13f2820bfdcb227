"""How well existing sites serve demand, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geomap.errors import RequestError
from geomap.siting.catchment import floating_catchment
from geomap.siting.solve.costs import Costs
from geomap.siting.solve.problem import Case
from geomap.siting.solve.service import service

# Three demands, two sites: the third is reached by the second site only.
CASE = Case(
    Costs(np.array([[1.0, 6.0], [4.0, 2.0], [np.inf, 8.0]]), unit="km"),
    np.array([10.0, 30.0, 60.0]),
    area=np.array(["a", "a", "b"]),
    capacity=np.array([20.0, 45.0]),
)


def test_shares_are_those_of_demand_within_each_radius() -> None:
    found = service(CASE, [0, 1], [5, 1, 2])
    assert found.radii == (1, 2, 5)
    assert found.whole.shares == pytest.approx((0.1, 0.4, 0.4))
    assert found.whole.mean == pytest.approx((10 * 1 + 30 * 2 + 60 * 8) / 100)
    assert found.whole.farthest == 8
    assert found.uncovered == (2,)


def test_nearest_and_second_nearest_are_named_and_unreached_ones_are_none() -> None:
    found = service(CASE, [0, 1], [5])
    assert found.nearest.tolist() == [0, 1, 1]
    assert found.second.tolist() == [1, 0, -1]
    assert found.second_cost.tolist() == [6, 4, np.inf]


def test_the_worst_served_area_is_the_least_covered() -> None:
    found = service(CASE, [0, 1], [5])
    assert found.worst == "b"
    assert found.areas["a"].shares == (1.0,)
    assert found.areas["b"].shares == (0.0,)


def test_areas_covered_alike_are_told_apart_by_mean_distance() -> None:
    found = service(CASE, [0, 1], [10])
    assert found.worst == "b"


def test_an_area_without_demand_has_no_share() -> None:
    empty = replace(CASE, weight=np.array([10.0, 30.0, 0.0]))
    found = service(empty, [0, 1], [5])
    assert np.isnan(found.areas["b"].shares[0])
    assert found.worst == "a"
    assert found.uncovered == ()


def test_without_a_site_nothing_is_covered() -> None:
    found = service(CASE, [], [5])
    assert found.whole.shares == (0.0,)
    assert found.nearest.tolist() == [-1, -1, -1]


@pytest.mark.parametrize("radii", [[], [0], [-1, 5], [float("nan")]])
def test_a_radius_that_is_not_above_zero_is_refused(radii: list[float]) -> None:
    with pytest.raises(RequestError, match="radii"):
        service(CASE, [0], radii)


def test_two_step_catchment_by_hand() -> None:
    # Within 5: site 0 serves 10 + 30, site 1 serves 30. Ratios 0.5 and 1.5.
    found = floating_catchment(CASE, [0, 1], [5])
    assert found.ratio.tolist() == [0.5, 1.5]
    assert found.access.tolist() == [0.5, 2.0, 0.0]


def test_zones_weigh_near_sites_more() -> None:
    # Site 0: 10 × 1 + 30 × 0.5 = 25 → 0.8; site 1: 30 × 1 + 10 × 0.5 = 35 → 9/7.
    found = floating_catchment(CASE, [0, 1], [3, 7], [1, 0.5])
    assert found.ratio == pytest.approx([20 / 25, 45 / 35])
    assert found.access == pytest.approx([0.8 + 0.5 * 45 / 35, 0.4 + 45 / 35, 0])
    assert found.decay.en == "E2SFCA, weights of the zones ≤ 3 km: 1, ≤ 7 km: 0.5"


def test_all_capacity_that_demand_reaches_is_given_out() -> None:
    found = floating_catchment(CASE, [0, 1], [3, 7], [1, 0.5])
    assert CASE.weight @ found.access == pytest.approx(65)


def test_a_site_out_of_reach_of_all_demand_is_named() -> None:
    found = floating_catchment(CASE, [0, 1], [1.5])
    assert found.unused == (1,)
    assert found.access.tolist() == [2.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("zones", "decay"),
    [([], []), ([5, 3], [1, 0.5]), ([3, 5], [0.5, 1]), ([3, 5], [1]), ([3], [0])],
)
def test_zones_and_weights_that_do_not_fit_are_refused(
    zones: list[float], decay: list[float]
) -> None:
    with pytest.raises(RequestError, match="zones"):
        floating_catchment(CASE, [0], zones, decay)


def test_a_catchment_needs_capacities() -> None:
    with pytest.raises(RequestError, match="capacity"):
        floating_catchment(replace(CASE, capacity=None), [0], [5])
