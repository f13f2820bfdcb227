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

from geomap.model.crs import STORED, equal_area
from geomap.model.label_points import MANY
from geomap.render.drawing.scene import Ring
from geomap.render.sheets import label_room
from geomap.render.sheets.label_room import Surroundings
from geomap.render.sheets.paper import Box
from geomap.render.sheets.placement import fitting, place
from geomap.render.sheets.territory import Territory, territory

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.atlas import Atlas

FRAME = (840, 566)
MARGIN = 28
NAME_PX = 24
VALUES_PX = 28, 24  # the second where the first leaves a label without a place
SITE_PX, CROWDED_PX = 24, 15
CROWD = 60  # more sites are drawn smaller
_TOLERANCE = 0.4
_CELL = 2.0  # of the raster that knows which area lies where
_AIR = 3.0
_SPOT = 5.0  # where no circle is drawn, what a leader begins at
Place: TypeAlias = "tuple[float, float]"
Mark: TypeAlias = "tuple[float, float, float]"


@dataclass(frozen=True, slots=True)
class Outlines:
    """What never changes from turn to turn.

    Parameters
    ----------
    areas : path data, in the order of ``Atlas.parts``
    context : path data of the neighbours
    points : where label and circle of each area stand
    extents : x0, y0, x1, y1 of each area
    land : which area lies where; None for more areas than are read one by one
    sites : places in the order of ``Atlas.sites``; None for those without coordinates or beyond
        the frame
    """

    areas: tuple[str, ...]
    context: tuple[str, ...]
    points: tuple[Place, ...]
    extents: tuple[tuple[float, ...], ...]
    land: Territory | None
    sites: tuple[Place | None, ...]


@dataclass(frozen=True, slots=True)
class ScreenLabel:
    """A name above a value; ``x`` and ``y`` its middle, ``at`` the point that it belongs to.

    ``mark`` follows the value in smaller type: the word for an estimate. ``own``: all of it lies in
    its own area, or on its own circle. ``leader`` leads from there to it when it stands outside.
    """

    index: int
    name: str
    value: str
    mark: str
    at: Place
    room: float
    radius: float = 0.0
    value_px: int = VALUES_PX[0]
    x: float = 0.0
    y: float = 0.0
    own: bool = False
    leader: tuple[Place, Place] | None = None

    @property
    def width(self) -> float:
        """Reckoned, not measured: a Chinese character is as wide as high, others 0.58 of it."""
        mark = _width(f" {self.mark}", NAME_PX) if self.mark else 0.0
        return max(_width(self.name, NAME_PX), _width(self.value, self.value_px) + mark) + 8

    @property
    def height(self) -> float:
        """Of both lines."""
        return NAME_PX + self.value_px + 6.0

    def wanted(self) -> label_room.Label:
        """Say what it needs; it stands upon its circle only when that holds all of it."""
        upon = not self.radius or math.hypot(self.width, self.height) < 2 * self.radius
        return label_room.Label(
            self.index,
            *self.at,
            self.width,
            self.height,
            self.radius,
            inside=upon,
            room=self.room,
        )

    def at_box(self, found: label_room.Placed) -> ScreenLabel:
        """Stand where a place was found."""
        box = found.box
        x, y = round((box.x0 + box.x1) / 2, 1), round((box.y0 + box.y1) / 2, 1)
        return replace(self, x=x, y=y, own=found.own, leader=found.leader)


@lru_cache(maxsize=4)
def outlines(atlas: Atlas) -> Outlines:
    """Project a release, equal areas equal, to fill the frame."""
    boundaries = atlas.ordered_boundaries
    plane = equal_area(boundaries.total_bounds)
    projected = boundaries.geometry.to_crs(plane)
    fit = _Fit(projected.total_bounds)
    shapes = shapely.coverage_simplify(fit(projected), _TOLERANCE)
    few = len(shapes) <= MANY
    return Outlines(
        areas=tuple(_path(one) for one in shapes),
        context=tuple(_neighbours(atlas.context, plane, fit)),
        points=tuple(_places(atlas.label_points, plane, fit)),
        extents=tuple(tuple(box) for box in shapely.bounds(shapes).tolist()),
        land=territory(map(_rings, shapes), Box(0, 0, *FRAME), _CELL) if few else None,
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
            yield at if Box(0, 0, *FRAME).holds(_box(*at, SITE_PX, SITE_PX)) else None


def _rings(shape: Any) -> list[Ring]:
    """Give the rings of a shape without the point that closes each."""
    return [
        shapely.get_coordinates(ring)[:-1]
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]


def _path(shape: Any) -> str:
    return "".join(
        f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring.tolist())}Z" for ring in _rings(shape)
    )


@lru_cache(maxsize=64)  # many indicators have nothing but the same word on every area
def placed_labels(
    labels: tuple[ScreenLabel, ...], geometry: Outlines, marks: tuple[Mark, ...] = ()
) -> tuple[ScreenLabel, ...]:
    """Give the labels that find a place, each in its own area or outside all with a leader.

    Parameters
    ----------
    marks : x, y and size of symbols, which labels rather leave free

    Notes
    -----
    The rule of the sheets and of the page: ``geomap.render.sheets.placement``.
    """
    best: list[ScreenLabel] = []
    for size in VALUES_PX:
        found = _placed([replace(one, value_px=size) for one in labels], geometry, marks)
        if len(found) > len(best):
            best = found
        if len(best) == len(labels) or geometry.land is None:
            break
    return tuple(best)


def _placed(
    labels: Sequence[ScreenLabel], geometry: Outlines, marks: Sequence[Mark]
) -> list[ScreenLabel]:
    by_index = {one.index: one for one in labels}
    wanted = [one.wanted() for one in by_index.values()]
    frame = Box(2, 2, FRAME[0] - 2, FRAME[1] - 2)
    if geometry.land is None:
        found = fitting(wanted, np.array(geometry.extents), frame)
    else:
        circles = tuple((one.index, *one.at, one.radius or _SPOT) for one in by_index.values())
        sites = tuple(_box(x, y, size, size) for x, y, size in marks)
        found = place(wanted, Surroundings(frame, (), circles, sites, geometry.land, _AIR))
    return [by_index[one.index].at_box(one) for one in found]


def _width(text: str, size: float) -> float:
    return sum(size if ord(letter) > 0x2E7F else size * 0.58 for letter in text)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
