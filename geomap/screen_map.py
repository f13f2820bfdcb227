"""The map of the big screen in the units of its frame: outlines, sites, labels that keep apart.

In: an ``Atlas``. Out: SVG path data and places, x to the right and y down, in a frame of
``FRAME`` units; one unit is a pixel of a screen 1080 pixels high. Geometry is worked out once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely

from geomap.crs import STORED, equal_area
from geomap.labels import MANY

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.atlas import Atlas

FRAME = (840, 566)
MARGIN = 28
NAME_PX, VALUE_PX = 24, 28
LABEL_HEIGHT = NAME_PX + VALUE_PX + 6
SITE_PX, CROWDED_PX = 24, 15
CROWD = 60  # more sites than labels could step aside for
_TOLERANCE = 0.4
_ROOM = 92  # narrower areas of a crowded map have no label
Box: TypeAlias = "tuple[float, float, float, float]"
Place: TypeAlias = "tuple[float, float]"


@dataclass(frozen=True, slots=True)
class Outlines:
    """What never changes from turn to turn.

    Parameters
    ----------
    areas : path data, in the order of ``Atlas.parts``
    context : path data of the neighbours
    points : where label and circle of each area stand
    rooms : width of each area, its height counting twice
    sites : places in the order of ``Atlas.sites``; None for those without coordinates or beyond
        the frame
    """

    areas: tuple[str, ...]
    context: tuple[str, ...]
    points: tuple[Place, ...]
    rooms: tuple[float, ...]
    sites: tuple[Place | None, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A name above a value; ``x`` and ``y`` its middle, ``at`` the point that it belongs to.

    ``mark`` follows the value in smaller type: the word for an estimate.
    """

    index: int
    name: str
    value: str
    mark: str
    at: Place
    room: float
    radius: float = 0.0
    x: float = 0.0
    y: float = 0.0
    moved: bool = False

    @property
    def width(self) -> float:
        """Reckoned, not measured: a Chinese character is as wide as high, others 0.58 of it."""
        mark = _width(f" {self.mark}", NAME_PX) if self.mark else 0.0
        return max(_width(self.name, NAME_PX), _width(self.value, VALUE_PX) + mark) + 8


@lru_cache(maxsize=4)
def outlines(atlas: Atlas) -> Outlines:
    """Project a release, equal areas equal, to fill the frame."""
    boundaries = atlas.ordered_boundaries
    plane = equal_area(boundaries.total_bounds)
    projected = boundaries.geometry.to_crs(plane)
    fit = _Fit(projected.total_bounds)
    shapes = shapely.coverage_simplify(fit(projected), _TOLERANCE)
    boxes = shapely.bounds(shapes)
    return Outlines(
        areas=tuple(_path(one) for one in shapes),
        context=tuple(_neighbours(atlas.context, plane, fit)),
        points=tuple(_places(atlas.label_points, plane, fit)),
        rooms=tuple(float(min(x1 - x0, 2 * (y1 - y0))) for x0, y0, x1, y1 in boxes),
        sites=tuple(_sites(atlas, plane, fit)),
    )


class _Fit:
    """From metres to the frame."""

    def __init__(self, bounds: Iterable[float]) -> None:
        west, south, east, north = (float(bound) for bound in bounds)
        width, height = (side - 2 * MARGIN for side in FRAME)
        self.scale = min(width / (east - west), height / (north - south))
        self.middle = ((west + east) / 2, (south + north) / 2)

    def __call__(self, shapes: Any) -> Any:
        half = np.array([FRAME[0] / 2, FRAME[1] / 2])
        steps = np.array([self.scale, -self.scale])
        return shapely.transform(
            np.asarray(shapes), lambda xy: (xy - np.array(self.middle)) * steps + half
        )


def _neighbours(context: gpd.GeoDataFrame, plane: Any, fit: _Fit) -> Iterator[str]:
    if not len(context):
        return
    shapes = shapely.simplify(fit(context.geometry.to_crs(plane)), _TOLERANCE)
    for one in shapely.clip_by_rect(shapes, -8, -8, FRAME[0] + 8, FRAME[1] + 8):
        if path := _path(one):
            yield path


def _places(points: Sequence[Place], plane: Any, fit: _Fit) -> Iterator[Place]:
    import geopandas as gpd

    lon, lat = np.asarray(points, dtype=float).reshape(-1, 2).T
    projected = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=STORED).to_crs(plane)
    for x, y in shapely.get_coordinates(fit(projected)):
        yield round(float(x), 1), round(float(y), 1)


def _sites(atlas: Atlas, plane: Any, fit: _Fit) -> Iterator[Place | None]:
    rows = atlas.sites.to_dict("records")
    placed = [
        (float(row["lon"]), float(row["lat"]))
        for row in rows
        if not (math.isnan(row["lon"]) or atlas.site_kinds[row["kind"]].outside)
    ]
    places = iter(list(_places(placed, plane, fit)) if placed else [])
    for row in rows:
        if math.isnan(row["lon"]) or atlas.site_kinds[row["kind"]].outside:
            yield None
        else:
            at = next(places)
            yield at if _within(_box(*at, SITE_PX, SITE_PX), (0, 0, *FRAME)) else None


def _path(shape: Any) -> str:
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    return "".join(f"M{_ring(ring.coords)}Z" for ring in rings)


def _ring(places: Iterable[Sequence[float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y, *_ in list(places)[:-1])


def place_labels(labels: Iterable[Label], sites: Sequence[Place] = ()) -> list[Label]:
    """Place labels so that none lies over another or over the edge of the frame.

    Each stands in the middle of its area, else beside it (``moved``), else it is left out; rather
    not on the circle of another area, whose value it would seem to be, nor on a site; its leader
    rather under no other label. Large circles, then large areas, choose first.

    Parameters
    ----------
    sites : places of symbols, in the units of the frame

    Notes
    -----
    The same order of preference as ``web/static/js/labels.js``.
    """
    wanted = sorted(labels, key=lambda one: (-one.radius, -one.room))
    dense = len(wanted) > MANY
    if dense:
        wanted = [one for one in wanted if one.room > _ROOM]
    circles = {one.index: _box(*one.at, *(one.radius * 1.7,) * 2) for one in wanted if one.radius}
    marks = [_box(*at, SITE_PX, SITE_PX) for at in sites] if len(sites) <= CROWD else []
    taken: list[Box] = []
    placed = []
    for one in wanted:
        others = [box for index, box in circles.items() if index != one.index]
        choices = [(0.0, 0.0)] if dense else list(_offsets(one))
        found = next(
            (
                box
                for shunned, crossed in (
                    ([*others, *marks], taken),
                    (others, taken),
                    (others, []),
                    ([], []),
                )
                if (box := _first_clear(one, choices, [*taken, *shunned], crossed))
            ),
            None,
        )
        if found:
            taken.append(found)
            placed.append(_moved_to(one, found))
    return placed


def _first_clear(
    label: Label, choices: list[Place], obstacles: list[Box], crossed: list[Box]
) -> Box | None:
    """Give the first box that lies over no obstacle and whose leader runs under none crossed."""
    for dx, dy in choices:
        box = _box(label.at[0] + dx, label.at[1] + dy, label.width, LABEL_HEIGHT)
        steps = [(label.at[0] + dx * at / 12, label.at[1] + dy * at / 12) for at in range(13)]
        if (
            _within(box, (2, 2, FRAME[0] - 2, FRAME[1] - 2))
            and not any(_overlap(box, other) for other in obstacles)
            and not any(_overlap((*step, *step), other) for step in steps for other in crossed)
        ):
            return box
    return None


def _moved_to(label: Label, box: Box) -> Label:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    away = math.hypot(x - label.at[0], y - label.at[1])
    far = away > max(label.radius, LABEL_HEIGHT / 2) + 6
    return replace(label, x=round(x, 1), y=round(y, 1), moved=far)


def _offsets(label: Label) -> Iterator[Place]:
    """Give the middle, the four sides, then 12 or 24 directions ever farther out."""
    side = label.radius + label.width / 2 + 6
    over = label.radius + LABEL_HEIGHT / 2 + 4
    if not label.radius or label.radius * 2 >= label.width:
        yield 0.0, 0.0
    yield from ((0, over), (0, -over), (side, 0), (-side, 0))
    for far in (1.3, 1.8, 2.1, 2.4, 2.8, 3.2, 4.2, 5.6):
        turns = 12 if far < 2 else 24
        for turn in range(turns):
            angle = turn * 2 * math.pi / turns
            yield math.cos(angle) * side * far, math.sin(angle) * over * far


def _width(text: str, size: float) -> float:
    return sum(size if ord(letter) > 0x2E7F else size * 0.58 for letter in text)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _within(box: Box, frame: Box) -> bool:
    inside = box[0] >= frame[0] and box[1] >= frame[1]
    return inside and box[2] <= frame[2] and box[3] <= frame[3]
