"""A grid of candidate places over the city."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from geomap.atlas import Atlas
from geomap.errors import RequestError
from geomap.siting.hexagons import hexagon_centres


def test_neighbouring_centres_are_the_spacing_apart(atlas: Atlas) -> None:
    grid = hexagon_centres(atlas.boundaries, 20)
    geod = pyproj.Geod(ellps="WGS84")
    first = grid.iloc[0]
    _, _, away = geod.inv(
        np.full(len(grid) - 1, first["lon"]),
        np.full(len(grid) - 1, first["lat"]),
        grid["lon"].to_numpy()[1:],
        grid["lat"].to_numpy()[1:],
    )
    assert min(away) == pytest.approx(20_000, rel=0.02)


def test_the_number_of_cells_follows_from_their_area(atlas: Atlas) -> None:
    # Three squares of one degree at 39.5° N: 3 × 86.1 × 111.0 km = 28,670 km²; a cell of 10 km
    # spacing covers 86.6 km². The edge takes some.
    assert len(hexagon_centres(atlas.boundaries, 10)) == pytest.approx(28_670 / 86.6, rel=0.05)


def test_every_place_lies_in_its_area_and_outside_what_is_excluded(atlas: Atlas) -> None:
    pond = gpd.GeoSeries([shapely.box(109.2, 39.2, 109.8, 39.8)], crs=4326)
    grid = hexagon_centres(atlas.boundaries, 15, exclude=pond)
    points = shapely.points(grid["lon"], grid["lat"])
    assert not shapely.contains(pond.iloc[0], points).any()
    by_code = atlas.boundaries.set_index("code").geometry
    assert all(
        by_code[row.area].covers(shapely.Point(row.lon, row.lat)) for row in grid.itertuples()
    )
    assert grid["id"].is_unique


@pytest.mark.parametrize("spacing", [0, -1, float("nan")])
def test_a_spacing_of_nothing_is_refused(atlas: Atlas, spacing: float) -> None:
    with pytest.raises(RequestError, match="应大于 0"):
        hexagon_centres(atlas.boundaries, spacing)


def test_too_fine_a_grid_is_refused_with_one_that_is_possible(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match=r"间距至少 2\.6 公里"):
        hexagon_centres(atlas.boundaries, 0.5)
    assert 4_500 < len(hexagon_centres(atlas.boundaries, 2.6)) <= 5_100


def test_a_grid_with_nothing_left_is_refused(atlas: Atlas) -> None:
    everything = gpd.GeoSeries([shapely.box(100, 30, 120, 50)], crs=4326)
    with pytest.raises(RequestError, match="没有一个点"):
        hexagon_centres(atlas.boundaries, 15, exclude=everything)
