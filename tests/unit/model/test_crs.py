"""Reference systems: areas by hand, refusals, and shifted systems taken back."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geomap.errors import CrsError
from geomap.model import crs
from geomap.model.crs import (
    area_km2,
    equal_area,
    from_bd09,
    from_gcj02,
    require_china,
    require_stored,
)
from tests.support.examples import FEW

ORDOS = (106.5, 37.6, 111.5, 40.9)

# WGS 84 and GCJ-02, lon and lat: from the tests of eviltransform.
SHIFTED = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]


def test_the_cell_from_the_equator_to_one_degree_has_12309_km2() -> None:
    cell = shapely.segmentize(shapely.box(0, 0, 1, 1), 0.01)
    assert area_km2([cell])[0] == pytest.approx(12_308.8, abs=0.5)


def test_an_area_does_not_depend_on_the_direction_of_the_ring() -> None:
    square = shapely.box(109, 39, 110, 40)
    both = area_km2([square, square.reverse()])
    assert both[0] == pytest.approx(both[1])
    assert both[0] > 0


def test_a_hole_is_taken_off_whichever_way_it_runs() -> None:
    shell, hole = shapely.box(109, 39, 110, 40), shapely.box(109.4, 39.4, 109.6, 39.6)
    rings = (hole.exterior.coords, hole.exterior.coords[::-1])
    with_holes = area_km2([shapely.Polygon(shell.exterior.coords, [ring]) for ring in rings])
    left = area_km2([shell])[0] - area_km2([hole])[0]
    assert with_holes.tolist() == [pytest.approx(left), pytest.approx(left)]


def test_nothing_has_no_area() -> None:
    assert area_km2([shapely.Polygon()]).tolist() == [0]


def test_ordos_gets_the_meridian_109() -> None:
    meridian = {value.name: value.value for value in equal_area(ORDOS).coordinate_operation.params}
    assert meridian["Longitude of false origin"] == 109


def test_areas_on_the_equal_area_plane_are_those_on_the_ellipsoid() -> None:
    square = shapely.segmentize(shapely.box(108, 38, 110, 40), 0.01)
    project = Transformer.from_crs(4326, equal_area(ORDOS), always_xy=True).transform
    plane = shapely.transform(square, project, interleaved=False)
    assert plane.area / 1e6 == pytest.approx(area_km2([square])[0], rel=1e-5)


def test_a_place_without_extent_still_gets_a_projection() -> None:
    assert equal_area((109, 39, 109, 39)).is_projected


@pytest.mark.parametrize("name", ["EPSG:4326", "EPSG:4490"])
def test_degrees_in_china_pass(name: str) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(109, 39)], crs=name)
    require_stored(frame, "file")
    assert frame.crs == name


def test_an_empty_frame_passes() -> None:
    require_stored(gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"), "file")


@pytest.mark.parametrize("name", [None, "EPSG:3857"])
def test_another_system_or_none_is_refused_by_name(name: str | None) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(109, 39)], crs=name)
    with pytest.raises(CrsError, match=f"parks.csv.*{name or '未注明'}"):
        require_stored(frame, "parks.csv")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((36_500_000, 4_300_000, 36_600_000, 4_400_000), "metres"),
        ((37.6, 106.5, 40.9, 111.5), "latitude before longitude"),
        ((-109.1, 39.0, -109.0, 39.1), "outside China"),
    ],
)
def test_numbers_that_are_no_degrees_in_china_are_named(
    bounds: tuple[float, ...], said: str
) -> None:
    with pytest.raises(CrsError, match=said):
        require_china(bounds, "file")


@pytest.mark.parametrize(("wgs84", "gcj02"), SHIFTED)
def test_published_points_come_back_from_gcj02(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert from_gcj02(*gcj02) == pytest.approx(wgs84, abs=1e-9)


def test_baidu_s_tiananmen_comes_back_to_its_place() -> None:
    # The example of coordtransform: GCJ-02 116.404, 39.915 is BD-09 116.41036949, 39.92133699.
    assert from_bd09(116.41036949371, 39.92133699351) == pytest.approx(
        from_gcj02(116.404, 39.915), abs=1e-5
    )


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
@FEW
@given(lon=st.floats(74, 135), lat=st.floats(4, 53))
def test_there_and_back_misses_by_less_than_a_metre(system: str, lon: float, lat: float) -> None:
    there, back = getattr(crs, f"_{system}"), getattr(crs, f"from_{system}")
    assert back(*there(lon, lat)) == pytest.approx((lon, lat), abs=5e-6)


@given(lon=st.floats(74, 135), lat=st.floats(4, 53))
def test_taking_the_shift_off_moves_a_point_less_than_a_kilometre(lon: float, lat: float) -> None:
    x, y = from_gcj02(lon, lat)
    assert abs(float(x) - lon) < 0.015
    assert abs(float(y) - lat) < 0.010


def test_two_points_a_metre_apart_stay_apart() -> None:
    lon, _ = from_bd09(np.array([109.80000, 109.80001]), np.array([39.6, 39.6]))
    assert lon[1] - lon[0] == pytest.approx(1e-5, rel=0.05)


def test_a_shifted_point_outside_china_is_refused() -> None:
    with pytest.raises(CrsError, match="GCJ-02"):
        from_gcj02(13.4, 52.5)
