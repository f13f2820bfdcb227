"""Sites on sheets: few are numbered and named in the legend, many are not."""

from __future__ import annotations

import numpy as np
import pytest

from geomap.atlas import Atlas
from geomap.composition import compose
from geomap.mapview import map_view
from geomap.paths import shipped_data_dir
from geomap.scene import Group, Scene, Shape, Words
from geomap.sheet import PAPERS, Box, Sheet
from geomap.sitemarks import FEW, Mark, numbers, write_numbers
from geomap.store import open_release
from geomap.typesetting import Ruler, rough

FRAME = Box(0, 0, 100, 100)


@pytest.fixture(scope="module")
def ordos() -> Atlas:
    return open_release(shipped_data_dir())


def mark(id_: str, x: float, y: float) -> Mark:
    square = np.add([[-1, -1], [1, -1], [1, 1], [-1, 1]], (x, y))
    return Mark(id_, x, y, 2.0, Shape((square,)))


def group(scene: Scene, name: str) -> Group:
    (found,) = [one for one in scene.groups if one.name == name]
    return found


def words(scene: Scene, name: str) -> list[str]:
    return [item.text for item in group(scene, name).items if isinstance(item, Words)]


def drawn(ordos: Atlas, **sheet: object) -> Scene:
    return compose(ordos, map_view(ordos, "population_density"), Sheet(**sheet))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", PAPERS)
def test_each_number_on_the_map_has_its_name_in_the_legend(ordos: Atlas, size: str) -> None:
    scene = drawn(ordos, layers=("base",), size=size)
    assert sorted(words(scene, "sites")) == list("1234567")
    legend = words(scene, "legend")
    assert set("1234567") <= set(legend)
    assert legend[legend.index("1") + 1] == "康巴什区人才科创基地"


def test_many_sites_have_no_numbers(ordos: Atlas) -> None:
    layers = ("base", "park")
    shapes = group(scene := drawn(ordos, layers=layers), "sites").items
    assert len(shapes) > FEW
    assert words(scene, "sites") == []
    assert numbers(ordos, Sheet(layers=layers)) == {}


def test_no_names_means_no_numbers_where_the_legend_has_no_room(ordos: Atlas) -> None:
    view = map_view(ordos, "population_density")
    layers = ("base", "offshore", "platform", "institute", "city")
    scene = compose(ordos, view, Sheet("half", "en", layers, bars=True))
    told = "Kangbashi District Talent and" in " ".join(words(scene, "legend"))
    assert told == bool(words(scene, "sites"))


def test_a_number_stands_where_it_covers_no_other_site() -> None:
    marks = [mark("a", 50, 50), mark("b", 52.5, 50)]
    items, boxes = write_numbers(marks, {"a": 1, "b": 2}, FRAME, Ruler(rough))
    assert [item.text for item in items if isinstance(item, Words)] == ["1", "2"]
    assert boxes[0].x1 < 50 < boxes[1].x0
    assert not any(box.overlaps(one.box) for box in boxes for one in marks)


def test_a_number_stays_in_the_frame() -> None:
    _, (box,) = write_numbers([mark("a", 99, 50)], {"a": 1}, FRAME, Ruler(rough))
    assert box.x1 < 99


def test_a_site_without_a_number_is_left_alone() -> None:
    assert write_numbers([mark("a", 50, 50)], {}, FRAME, Ruler(rough)) == ([], [])
