"""Labels of sheets, checked on the drawing: in their own area, or outside all with a leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations

import pytest
import shapely

from geomap.atlas import Atlas
from geomap.render.drawing.font import text_width
from geomap.render.drawing.scene import MM_PER_PT, Circle, Item, Scene, SceneWords, Shape
from geomap.render.sheets.bivariate import compose_bivariate
from geomap.render.sheets.map_sheet import compose_sheet
from geomap.render.sheets.paper import PAPERS, Sheet
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view

SLACK_MM = 0.3  # what the raster of areas may miss
REACH_MM = 1.5  # between the end of a leader and its text


@pytest.fixture(scope="module")
def ordos(published_release: Atlas) -> Atlas:
    return published_release


@dataclass
class Label:
    """One label as it is drawn: its lines as boxes."""

    name: str
    lines: list[shapely.Polygon] = field(default_factory=list)

    @property
    def whole(self) -> shapely.Geometry:
        return shapely.union_all(self.lines)


def items(scene: Scene, name: str) -> Sequence[Item]:
    (found,) = [one.items for one in scene.groups if one.name == name]
    return found


def labels_of(scene: Scene, names: set[str]) -> list[Label]:
    found: list[Label] = []
    for words in items(scene, "labels"):
        if not isinstance(words, SceneWords):
            continue
        if words.text in names:
            found.append(Label(words.text))
        em = words.size_pt * MM_PER_PT
        wide = text_width(words.text, words.size_pt, words.bold)
        left = words.x - {"start": 0, "middle": 0.5, "end": 1}[words.anchor] * wide
        box = (left, words.y - 0.8 * em, left + wide, words.y + 0.1 * em)
        found[-1].lines.append(shapely.box(*box))
    return found


def areas_of(scene: Scene, atlas: Atlas) -> list[shapely.Geometry]:
    """Give the areas in the order of the atlas."""
    found = [
        reduce(shapely.symmetric_difference, [shapely.Polygon(ring) for ring in one.rings])
        for one in items(scene, "areas")
        if isinstance(one, Shape)
    ]
    assert len(found) == len(atlas.parts)
    return found


def leaders_of(scene: Scene) -> list[shapely.LineString]:
    lines = [one for one in items(scene, "labels") if isinstance(one, Shape)]
    return [shapely.LineString(one.rings[0]) for one in lines[1::2]]


def require_good_labels(scene: Scene, atlas: Atlas, lang: str) -> None:
    """Fail where a label lies in another area, or cannot be told whose it is."""
    full = [one.name_zh if lang == "zh" else one.name_en for one in atlas.parts]
    names = full if lang == "zh" else [name.rsplit(" ", 1)[0] for name in full]
    labels = labels_of(scene, set(names))
    assert sorted(one.name for one in labels) == sorted(names)
    areas = areas_of(scene, atlas)
    circles = [
        shapely.Point(one.x, one.y).buffer(one.radius_mm)
        for one in items(scene, "symbols")
        if isinstance(one, Circle)
    ]
    leaders = leaders_of(scene)
    for one in labels:
        own = areas[names.index(one.name)]
        others = shapely.union_all([area for area in areas if area is not own])
        on_circle = any(circle.buffer(SLACK_MM).contains(one.whole) for circle in circles)
        begin = [own, *(circle for circle in circles if own.contains(circle.centroid))]
        mine = [
            line
            for line in leaders
            if line.distance(one.whole) < REACH_MM
            and min(part.distance(shapely.Point(line.coords[0])) for part in begin) < SLACK_MM
        ]
        if not on_circle:
            assert others.buffer(-SLACK_MM).disjoint(one.whole), f"{one.name} lies in another area"
        if own.disjoint(one.whole) and not on_circle:
            assert mine, f"{one.name} has no leader"
    for one, two in combinations(labels, 2):
        assert one.whole.disjoint(two.whole), f"{one.name} lies on {two.name}"
    for line, other in combinations(leaders, 2):
        assert line.disjoint(other), "leaders cross"
    for line in leaders:
        assert sum(line.intersects(one.whole.buffer(-0.1)) for one in labels) == 0


@pytest.mark.parametrize("release", ["ordos", "made_up"])
@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.slow
def test_labels_lie_in_their_area_or_outside_all_with_a_leader(
    request: pytest.FixtureRequest, size: str, release: str
) -> None:
    atlas: Atlas = request.getfixturevalue(release)
    layers = ("base", "park") if size != "a3" else tuple(atlas.site_kinds)
    for lang, indicator in (("zh", "population_density"), ("zh", "population"), ("en", "gdp")):
        view = map_view(atlas, indicator)
        scene = compose_sheet(atlas, view, Sheet(size, lang, layers), measure=text_width)
        require_good_labels(scene, atlas, lang)


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.slow
def test_so_do_labels_of_two_indicators(made_up: Atlas, size: str) -> None:
    views = tuple(
        map_view(made_up, one, how=Drawing(k=3)) for one in ("population_density", "talent_per_10k")
    )
    scene = compose_bivariate(made_up, (views[0], views[1]), Sheet(size), measure=text_width)
    require_good_labels(scene, made_up, "zh")
    circles = map_view(made_up, "talent_total")
    scene = compose_sheet(made_up, views[0], Sheet(size), circles=circles, measure=text_width)
    require_good_labels(scene, made_up, "zh")
