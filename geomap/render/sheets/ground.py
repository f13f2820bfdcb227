"""The ground of a map sheet: areas, neighbours and borders of an atlas, in millimetres of a frame.

Equal-area projection (``model.crs``). What depends on the atlas alone, and on atlas and frame, is
worked out once and kept: maps of one release differ in their values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geomap.arrays import Floats
from geomap.model.crs import STORED, equal_area
from geomap.model.label_points import MANY
from geomap.render.drawing.scene import Ring
from geomap.render.sheets.mesh import Mesh, borders, mesh_of, thinned
from geomap.render.sheets.paper import Box
from geomap.render.sheets.territory import Territory, territory

if TYPE_CHECKING:
    from geomap.atlas import Atlas

FINEST_MM = 0.05
RASTER_MM = 0.5
_GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class Projected:
    """An atlas in metres of its equal-area projection.

    ``labels`` are the (n, 2) points of ``Atlas.label_points``, ``bounds`` those of all areas;
    ``parameters`` are the central meridian and the two standard parallels, in degrees.
    """

    parameters: tuple[float, float, float]
    forward: pyproj.Transformer
    mesh: Mesh
    context: npt.NDArray[Any]
    labels: Floats
    bounds: tuple[float, float, float, float]

    def metres_per_unit(self, x: float, y: float) -> float:
        """Measure on the ground what one unit along the parallel at (x, y) is."""
        half = 0.05 * (self.bounds[2] - self.bounds[0]) or 1.0
        lon, lat = self.forward.transform([x - half, x + half], [y, y], direction="INVERSE")
        return float(_GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2]) / (2 * half)


@lru_cache(maxsize=4)
def projected(atlas: Atlas) -> Projected:
    """Project the boundaries of an atlas, its neighbours and its label points."""
    shapes = atlas.ordered_boundaries.geometry.to_numpy()
    crs = equal_area(shapely.total_bounds(shapes))
    forward = pyproj.Transformer.from_crs(STORED, crs, always_xy=True)

    def project(xy: Floats) -> Floats:
        return np.column_stack(forward.transform(xy[:, 0], xy[:, 1]))

    degrees = mesh_of(shapes)
    mesh = Mesh(project(degrees.points), degrees.ids, degrees.starts, degrees.owners)
    context = atlas.context.geometry.to_numpy()
    flat = shapely.transform(context, project) if len(context) else context
    west, south = mesh.points.min(axis=0)
    east, north = mesh.points.max(axis=0)
    return Projected(
        parameters=_parameters(crs),
        forward=forward,
        mesh=mesh,
        context=flat,
        labels=project(np.asarray(atlas.label_points, dtype=float).reshape(-1, 2)),
        bounds=(float(west), float(south), float(east), float(north)),
    )


def _parameters(crs: pyproj.CRS) -> tuple[float, float, float]:
    found = crs.to_cf()
    south, north = found["standard_parallel"]
    return float(found["longitude_of_central_meridian"]), float(south), float(north)


@dataclass(frozen=True, eq=False)
class Ground:
    """What a map frame shows before any value is drawn.

    Parameters
    ----------
    frame : in millimetres
    areas : the rings of each area, in the order of ``Atlas.parts``
    context : the rings of each neighbour that is seen, cut at the frame
    outline, inner : lines: the border of all areas together, and the borders between them
    labels : (n, 2) where the label or circle of each area stands
    extents : (n, 4) x0, y0, x1, y1 of each area; NaN for one too small to be drawn
    territory : None for very many areas
    mm_per_km : along the parallel in the middle of the frame, true on the ground
    """

    projected: Projected
    frame: Box
    areas: tuple[tuple[Ring, ...], ...]
    context: tuple[tuple[Ring, ...], ...]
    outline: tuple[Ring, ...]
    inner: tuple[Ring, ...]
    labels: Floats
    extents: Floats
    territory: Territory | None
    mm_per_km: float
    to_mm: _ToMm

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Give where points in degrees stand on the sheet, (n, 2)."""
        return self.to_mm(np.column_stack(self.projected.forward.transform(lon, lat)))

    def covered(self, box: Box) -> int:
        """Count the points of areas in a box: how much of the map it would hide."""
        points = [ring for rings in self.areas for ring in rings]
        every = np.concatenate(points) if points else np.empty((0, 2))
        inside = (every > (box.x0, box.y0)) & (every < (box.x1, box.y1))
        hidden = int(inside.all(axis=1).sum())
        if self.territory is None:
            return hidden
        x, y = np.meshgrid(np.linspace(box.x0, box.x1, 7), np.linspace(box.y0, box.y1, 7))
        return hidden + int((self.territory.at(x, y) >= 0).sum())


@dataclass(frozen=True, slots=True)
class _ToMm:
    """Metres of the projection → millimetres of the sheet."""

    factor: float
    x: float
    y: float

    def __call__(self, metres: Floats) -> Floats:
        return metres * (self.factor, -self.factor) + (self.x, self.y)


@lru_cache(maxsize=16)
def ground(atlas: Atlas, frame: Box, room: Box | None = None) -> Ground:
    """Fit an atlas into a frame.

    Parameters
    ----------
    frame : what is drawn, in millimetres
    room : the part of it that the areas are to lie in; the frame less a little when None
    """
    base = projected(atlas)
    to_mm = _fit(base, room or frame.inset(0.03 * min(frame.width, frame.height)))
    mesh = thinned(base.mesh, FINEST_MM / to_mm.factor)
    points = to_mm(mesh.points)
    outline, inner = borders(mesh)
    count = len(base.labels)
    areas = _areas(mesh, points, count)
    metres = base.metres_per_unit(
        ((frame.x0 + frame.x1) / 2 - to_mm.x) / to_mm.factor,
        (to_mm.y - (frame.y0 + frame.y1) / 2) / to_mm.factor,
    )
    return Ground(
        projected=base,
        frame=frame,
        areas=areas,
        context=_context(base, frame, to_mm),
        outline=tuple(points[line] for line in outline),
        inner=tuple(points[line] for line in inner),
        labels=to_mm(base.labels),
        extents=_extents(mesh, points, count),
        territory=territory(areas, frame, RASTER_MM) if count <= MANY else None,
        mm_per_km=1000 * to_mm.factor / metres,
        to_mm=to_mm,
    )


def _fit(base: Projected, room: Box) -> _ToMm:
    west, south, east, north = base.bounds
    factor = min(room.width / (east - west), room.height / (north - south))
    x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
    return _ToMm(factor, x - factor * (west + east) / 2, y + factor * (south + north) / 2)


def _areas(mesh: Mesh, points: Floats, count: int) -> tuple[tuple[Ring, ...], ...]:
    found: list[list[Ring]] = [[] for _ in range(count)]
    placed = points[mesh.ids]
    for ring, owner in enumerate(mesh.owners):
        found[owner].append(placed[mesh.starts[ring] : mesh.starts[ring + 1]])
    return tuple(tuple(rings) for rings in found)


def _extents(mesh: Mesh, points: Floats, count: int) -> Floats:
    owners = np.repeat(mesh.owners, np.diff(mesh.starts))
    found = np.full((count, 4), np.nan)
    for column, (axis, gather) in enumerate(
        [(0, np.fmin), (1, np.fmin), (0, np.fmax), (1, np.fmax)]
    ):
        gather.at(found[:, column], owners, points[mesh.ids, axis])
    return found


def _context(base: Projected, frame: Box, to_mm: _ToMm) -> tuple[tuple[Ring, ...], ...]:
    if not len(base.context):
        return ()
    corners = np.array([[frame.x0, frame.y1], [frame.x1, frame.y0]])
    (west, south), (east, north) = (corners - (to_mm.x, to_mm.y)) / (to_mm.factor, -to_mm.factor)
    cut = shapely.clip_by_rect(base.context, west, south, east, north)
    found = []
    for shape in cut[~shapely.is_empty(cut)]:
        parts = shapely.get_parts(shape)
        parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        rings = shapely.get_rings(parts)
        found.append(tuple(to_mm(shapely.get_coordinates(ring)[:-1]) for ring in rings))
    return tuple(rings for rings in found if rings)
