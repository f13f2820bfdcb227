"""Sites on sheets: few are numbered and named in the legend, many are not."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geomap.atlas import Atlas
from geomap.model.crs import equal_area
from geomap.model.schema import SHAPES
from geomap.release.open import open_release
from geomap.render.drawing.scene import Group, Scene, SceneWords, Shape
from geomap.render.sheets.draw import draw_figure
from geomap.render.sheets.emblems import MOST_SHAPES, nest, site_sign
from geomap.render.sheets.ground import ground
from geomap.render.sheets.map_sheet import compose_sheet
from geomap.render.sheets.paper import PAPERS, Box, Sheet
from geomap.render.sheets.site_marks import (
    FEW,
    SiteMark,
    drawn_sites,
    site_marks,
    site_numbers,
    spots,
    write_numbers,
)
from geomap.render.sheets.typesetting import Ruler, rough
from geomap.views.maps.view import map_view
from tests.support.toy import ToyRelease

FRAME = Box(0, 0, 100, 100)


@pytest.fixture(scope="module")
def ordos(published_release: Atlas) -> Atlas:
    return published_release


def mark(id_: str, x: float, y: float) -> SiteMark:
    square = np.add([[-1, -1], [1, -1], [1, 1], [-1, 1]], (x, y))
    return SiteMark((id_,), x, y, 2.0, (Shape((square,)),))


def group(scene: Scene, name: str) -> Group:
    (found,) = [one for one in scene.groups if one.name == name]
    return found


def words(scene: Scene, name: str) -> list[str]:
    return [item.text for item in group(scene, name).items if isinstance(item, SceneWords)]


def drawn(ordos: Atlas, **sheet: object) -> Scene:
    return compose_sheet(ordos, map_view(ordos, "population_density"), Sheet(**sheet))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", PAPERS)
def test_each_number_on_the_map_has_its_name_in_the_legend(ordos: Atlas, size: str) -> None:
    scene = drawn(ordos, layers=("base",), size=size)
    assert sorted(words(scene, "sites")) == list("1234567")
    legend = words(scene, "legend")
    assert set("1234567") <= set(legend)
    assert legend[legend.index("1") + 1] == "康巴什区人才科创基地"


def test_many_sites_have_no_numbers(ordos: Atlas) -> None:
    layers = ("base", "park")
    scene = drawn(ordos, layers=layers)
    assert len(group(scene, "sites").items) > FEW
    assert words(scene, "sites") == []
    assert site_numbers(ordos, Sheet(layers=layers)) == {}


def test_no_names_means_no_numbers_where_the_legend_has_no_room(ordos: Atlas) -> None:
    view = map_view(ordos, "population_density")
    layers = ("base", "offshore", "platform", "institute", "city")
    scene = compose_sheet(ordos, view, Sheet("half", "en", layers, bars=True))
    told = "Kangbashi District Talent and" in " ".join(words(scene, "legend"))
    assert told == bool(words(scene, "sites"))


def test_a_number_stands_where_it_covers_no_other_site() -> None:
    marks = [mark("a", 50, 50), mark("b", 52.5, 50)]
    items, boxes = write_numbers(marks, {"a": 1, "b": 2}, FRAME, Ruler(rough))
    assert [item.text for item in items if isinstance(item, SceneWords)] == ["1", "2"]
    assert boxes[0].x1 < 50 < boxes[1].x0
    assert not any(box.overlaps(one.box) for box in boxes for one in marks)


# --- where sites stand ----------------------------------------------------------------------------


@dataclass
class Drawn:
    """What an SVG says of areas and sites, in millimetres, read without this package."""

    areas: dict[str, shapely.Geometry]
    signs: list[tuple[str, float, float]]


def rings(path: str) -> list[np.ndarray]:
    return [
        np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", part), dtype=float)
        for part in path.split("M")[1:]
    ]


def read_svg(svg: bytes) -> Drawn:
    """Read areas and signs by the titles that they bear."""
    spaces = {"s": "http://www.w3.org/2000/svg"}
    root = ElementTree.fromstring(svg)
    found = Drawn({}, [])
    for path in root.iterfind(".//s:g[@id='areas']/s:path", spaces):
        if (title := path.findtext("s:title", "", spaces)) != "":
            parts = [shapely.Polygon(ring) for ring in rings(path.attrib["d"])]
            whole = functools.reduce(shapely.symmetric_difference, parts)
            found.areas[re.split("[，,：:]", title)[0].strip()] = whole
    for path in root.iterfind(".//s:g[@id='sites']/s:path", spaces):
        if (title := path.findtext("s:title", "", spaces)) != "":
            (ring,) = rings(path.attrib["d"])
            found.signs.append((title, *ring.mean(axis=0).tolist()))
    return found


def to_sheet(atlas: Atlas, drawn: Drawn) -> Callable[[float, float], tuple[float, float]]:
    """Find how the sheet lies on the ground: from the extent of all areas, projected by pyproj."""
    shapes = atlas.ordered_boundaries
    plane = shapes.to_crs(equal_area(shapes.total_bounds))
    west, south, east, north = plane.total_bounds
    x0, y0, x1, y1 = shapely.total_bounds(list(drawn.areas.values()))
    forward = pyproj.Transformer.from_crs(4326, plane.crs, always_xy=True)
    factor = (x1 - x0) / (east - west)
    assert (y1 - y0) / (north - south) == pytest.approx(factor, rel=1e-3)

    def place(lon: float, lat: float) -> tuple[float, float]:
        x, y = forward.transform(lon, lat)
        return x0 + (x - west) * factor, y0 + (north - y) * factor

    return place


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("release", ["ordos", "made_up"])
@pytest.mark.slow
def test_each_sign_stands_on_its_coordinates_and_inside_its_area(
    request: pytest.FixtureRequest, release: str, size: str
) -> None:
    atlas: Atlas = request.getfixturevalue(release)
    layers = tuple(id_ for id_, kind in atlas.site_kinds.items() if not kind.outside)
    view = map_view(atlas, "population_density")
    drawn = read_svg(draw_figure(atlas, view, "svg", Sheet(size, layers=layers)))
    place = to_sheet(atlas, drawn)
    signs: dict[str, list[tuple[float, float]]] = {}
    for title, x, y in drawn.signs:
        for name in title.split("；"):
            signs.setdefault(name, []).append((x, y))
    rows = [row for kind in layers for row in drawn_sites(atlas, atlas.site_kinds[kind])]
    assert set(signs) == {row["name_zh"] for row in rows}
    for row in rows:
        wanted = place(row["lon"], row["lat"])
        nearest = min(math.dist(wanted, one) for one in signs[row["name_zh"]])
        assert nearest < 0.05, row["name_zh"]
        at = min(signs[row["name_zh"]], key=lambda one: math.dist(wanted, one))
        area = drawn.areas[atlas.areas[row["area"]].name_zh]
        assert area.buffer(0.05).contains(shapely.Point(at)), row["name_zh"]


@pytest.mark.parametrize("release", ["ordos", "made_up"])
@pytest.mark.slow
def test_every_choice_of_layers_draws_each_site_once_where_it_stands(
    request: pytest.FixtureRequest, release: str
) -> None:
    atlas: Atlas = request.getfixturevalue(release)
    inside = [id_ for id_, kind in atlas.site_kinds.items() if not kind.outside]
    grounds = [ground(atlas, paper.inner) for paper in PAPERS.values()]
    for count in range(1, len(inside) + 1):
        for layers in combinations(inside, count):
            rows = [row for id_ in layers for row in drawn_sites(atlas, atlas.site_kinds[id_])]
            for land in grounds:
                marks = site_marks(atlas, land, Sheet(layers=layers), 3.0)
                where = {id_: (one.x, one.y) for one in marks for id_ in one.ids}
                assert sum(len(one.ids) for one in marks) == len(where) == len(rows)
                lon, lat = (np.array([row[name] for row in rows]) for name in ("lon", "lat"))
                stand = np.array([where[row["id"]] for row in rows]).reshape(-1, 2)
                assert np.abs(land.at(lon, lat) - stand).max(initial=0) < 0.05


def test_sites_on_one_spot_share_a_sign_that_shows_both_and_the_legend_explains_it(
    ordos: Atlas,
) -> None:
    kinds = [ordos.site_kinds[id_] for id_ in ("base", "park")]
    shared = [spot for spot in spots(ordos, kinds) if len(spot.rows) > 1]
    assert [spot.shapes for spot in shared] == [("triangle", "square")] * 5
    legend = words(drawn(ordos, layers=("base", "park")), "legend")
    assert legend[legend.index("5 点") - 1].endswith("符号") or "5 点" in legend
    assert words(drawn(ordos, layers=("base",)), "legend").count("5 点") == 0


def test_a_sign_of_more_than_two_says_how_many(toy_release: ToyRelease) -> None:
    here = "{},{},{},base,,150602,109.5,39.5,exact,,实测,,plan,第一节,\n"
    rows = "".join(here.format(f"n{at}", f"新{at}", f"New {at}") for at in range(FEW))
    atlas = open_release(toy_release({"sites/base.csv": lambda text: text + rows}))
    (spot,) = spots(atlas, [atlas.site_kinds["base"]])
    assert (len(spot.rows), spot.shapes, spot.count) == (13, ("triangle",), 13)
    scene = compose_sheet(atlas, map_view(atlas, "population"), Sheet(layers=("base",)))
    assert words(scene, "sites") == ["×13"]


@given(st.lists(st.sampled_from(SHAPES), min_size=2, max_size=MOST_SHAPES, unique=True))
@pytest.mark.slow
def test_shapes_in_one_sign_share_their_middle_and_frame_one_another(shapes: list[str]) -> None:
    drawn = site_sign(shapes, 10, 20, 3)[1:]
    assert len(drawn) == len(shapes)
    for shape in drawn:
        assert shape.rings[0].mean(axis=0) == pytest.approx([10, 20], abs=1e-9)
    for (_, inner), (_, outer) in pairwise(nest(shapes)[::-1]):
        assert inner < outer


def test_a_number_stays_in_the_frame() -> None:
    _, (box,) = write_numbers([mark("a", 99, 50)], {"a": 1}, FRAME, Ruler(rough))
    assert box.x1 < 99


def test_a_site_without_a_number_is_left_alone() -> None:
    assert write_numbers([mark("a", 50, 50)], {}, FRAME, Ruler(rough)) == ([], [])
