"""Distances between points, in metres."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from geomap.errors import RequestError
from geomap.siting.solve import costs as distance
from geomap.siting.solve.costs import LAMBERT_ERROR, CostKind, Costs, geodesic_costs


def test_one_degree_of_latitude_is_110574_m() -> None:
    costs = geodesic_costs([(0, 0)], [(0, 1), (0, 0)])
    assert costs.matrix.tolist() == [[pytest.approx(110_574.39, abs=0.01), 0]]
    assert (costs.kind, costs.unit, costs.error) == (CostKind.GEODESIC, "m", 0)


def test_a_detour_factor_lengthens_and_is_said() -> None:
    costs = geodesic_costs([(0, 0)], [(0, 1)], detour=1.3)
    assert costs.matrix[0, 0] == pytest.approx(143_746.70, abs=0.01)
    assert costs.words.en == "geodesic distance × detour factor 1.3"


@pytest.mark.parametrize("box", [(106.7, 37.6, 111.5, 40.9), (73.0, 18.0, 135.0, 54.0)])
def test_many_pairs_are_measured_within_the_stated_error(
    box: tuple[float, float, float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    one = np.column_stack([rng.uniform(box[0], box[2], 60), rng.uniform(box[1], box[3], 60)])
    other = np.column_stack([rng.uniform(box[0], box[2], 70), rng.uniform(box[1], box[3], 70)])
    other[0] = one[0]
    monkeypatch.setattr(distance, "EXACT_PAIRS", 0)
    costs = geodesic_costs(one, other)
    lon, lat = np.repeat(one, 70, axis=0).T
    true = Geod(ellps="WGS84").inv(lon, lat, *np.tile(other, (60, 1)).T)[2].reshape(60, 70)
    assert costs.error == LAMBERT_ERROR
    assert np.abs(costs.matrix - true).max() <= LAMBERT_ERROR * true.max()
    assert costs.matrix[0, 0] == 0


def test_points_some_metres_apart_keep_their_distance_among_many_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(distance, "EXACT_PAIRS", 0)
    costs = geodesic_costs([(110, 40)], [(110.0001, 40)])
    assert costs.matrix[0, 0] == pytest.approx(8.5395, abs=0.001)


def test_swapped_coordinates_are_named() -> None:
    with pytest.raises(RequestError, match="swapped"):
        geodesic_costs([(39.6, 109.8)], [(109.8, 39.6)])


@pytest.mark.parametrize("detour", [0.5, float("nan"), float("inf")])
def test_a_detour_shorter_than_the_straight_line_is_refused(detour: float) -> None:
    with pytest.raises(RequestError, match="detour"):
        geodesic_costs([(0, 0)], [(0, 1)], detour=detour)


def test_some_sites_can_be_taken_out_of_a_matrix() -> None:
    costs = Costs(np.arange(6.0).reshape(2, 3), CostKind.NETWORK, "min").select([2, 0])
    assert costs.matrix.tolist() == [[2, 0], [5, 3]]
    assert costs.words.zh == "路网最短路径"
