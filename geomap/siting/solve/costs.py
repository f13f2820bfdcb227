"""Costs of getting from demand to sites: on the ground in metres, or as the user measured them.

In: longitudes and latitudes in degrees (EPSG:4326), or a ready matrix. Out: :class:`Costs`, which
says what kind they are. Roads are measured elsewhere and come in as a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geomap.arrays import Reals
from geomap.errors import RequestError, Text
from geomap.numbers import full

EXACT_PAIRS = 250_000
"""Up to so many pairs each is measured by Karney's method; above, by Lambert's formula."""
LAMBERT_ERROR = 2e-6
"""Largest relative error of Lambert's formula within China (tests measure it)."""
_CHUNK = 40_000  # pairs at a time: what is worked on stays in the cache
_A_M, _F = 6_378_137.0, 1 / 298.257223563


class CostKind(StrEnum):
    """How a cost was measured; written on every result."""

    GEODESIC = "geodesic"
    DETOUR = "geodesic×detour"
    MATRIX = "matrix"
    NETWORK = "network"


KIND_WORDS = {
    CostKind.GEODESIC: Text("椭球面直线距离", "geodesic distance"),
    CostKind.DETOUR: Text("椭球面直线距离 × 绕行系数", "geodesic distance × detour factor"),
    CostKind.MATRIX: Text("用户给的矩阵", "the user's own matrix"),
    CostKind.NETWORK: Text("路网最短路径", "shortest paths on a road network"),
}


@dataclass(frozen=True, eq=False)
class Costs:
    """What it costs to get from each demand to each site.

    Parameters
    ----------
    matrix : (n, m) float array, not negative; inf where a site cannot be reached
    kind : how it was measured
    unit : "m", "km" or "min"
    detour : the factor that is in it already, 1 without
    error : largest relative error of the measuring, 0 when exact to below a millimetre
    """

    matrix: Reals
    kind: CostKind = CostKind.MATRIX
    unit: str = "m"
    detour: float = 1.0
    error: float = 0.0

    @property
    def words(self) -> Text:
        """Say what kind of cost it is, the detour factor included."""
        told = KIND_WORDS[self.kind]
        if self.kind is not CostKind.DETOUR:
            return told
        return Text(f"{told.zh} {full(self.detour)}", f"{told.en} {full(self.detour)}")

    def select(self, sites: ArrayLike) -> Costs:
        """Keep the columns of some sites."""
        return replace(self, matrix=self.matrix[:, np.asarray(sites, dtype=np.intp)])


def geodesic_costs(origins: ArrayLike, sites: ArrayLike, *, detour: float = 1.0) -> Costs:
    """Measure the geodesic distance from every origin to every site.

    Parameters
    ----------
    origins, sites : (n, 2) and (m, 2), longitude and latitude in degrees, EPSG:4326
    detour : factor from straight line to road, at least 1

    Returns
    -------
    Costs in metres on the WGS 84 ellipsoid, float64; above EXACT_PAIRS pairs float32

    Raises
    ------
    RequestError : a coordinate that is no place, or a detour factor below 1

    Notes
    -----
    Karney 2013, doi:10.1007/s00190-012-0578-z, through pyproj.Geod; for many pairs the first-order
    formula of Lambert 1942, relative error below LAMBERT_ERROR.
    """
    one, other = _points(origins), _points(sites)
    if not (np.isfinite(detour) and detour >= 1):
        raise RequestError(
            f"绕行系数 {detour} 不能用，应为不小于 1 的数（常用 1.2 至 1.4）",
            f"the detour factor {detour} cannot be used; give a number of at least 1",
        )
    exact = len(one) * len(other) <= EXACT_PAIRS
    metres = _karney(one, other) if exact else _lambert(one, other)
    metres *= metres.dtype.type(detour)
    kind = CostKind.GEODESIC if detour == 1 else CostKind.DETOUR
    return Costs(metres, kind, "m", float(detour), 0.0 if exact else LAMBERT_ERROR)


def _points(given: ArrayLike) -> NDArray[np.float64]:
    points = np.asarray(given, dtype=float).reshape(-1, 2)
    bad = np.flatnonzero(~((np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90)))
    if len(bad):
        listed = "、".join(str(number + 1) for number in bad[:10])
        raise RequestError(
            f"第 {listed} 个点的坐标不是经度、纬度（度）；是否把两者写反了",
            f"points {listed}: not longitude and latitude in degrees; are they swapped?",
        )
    return points


def _karney(one: NDArray[np.float64], other: NDArray[np.float64]) -> Reals:
    from pyproj import Geod

    shape = (len(one), len(other))
    from_lon, to_lon = np.broadcast_arrays(one[:, None, 0], other[None, :, 0])
    from_lat, to_lat = np.broadcast_arrays(one[:, None, 1], other[None, :, 1])
    geod = Geod(ellps="WGS84")
    metres: Any = geod.inv(from_lon.ravel(), from_lat.ravel(), to_lon.ravel(), to_lat.ravel())[2]
    return np.asarray(metres, dtype=np.float64).reshape(shape)


def _lambert(one: NDArray[np.float64], other: NDArray[np.float64]) -> Reals:
    """Measure on the sphere of reduced latitudes, corrected to first order in the flattening."""
    start, end = _unit_vectors(one), _unit_vectors(other)
    metres = np.empty((len(one), len(other)), dtype=np.float32)
    step = max(1, _CHUNK // max(1, len(other)))
    for first in range(0, len(one), step):
        rows = start[first : first + step]
        metres[first : first + step] = _lambert_rows(rows, end)
    return metres


def _unit_vectors(points: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(points).T
    reduced = np.arctan((1 - _F) * np.tan(lat))
    return np.column_stack(
        [np.cos(reduced) * np.cos(lon), np.cos(reduced) * np.sin(lon), np.sin(reduced)]
    )


def _lambert_rows(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    half = np.zeros((len(one), len(other)))  # sin² of half the central angle
    for axis in range(3):
        half += np.square(one[:, None, axis] - other[None, :, axis])
    half *= 0.25
    np.clip(half, 1e-30, 1.0, out=half)
    angle = 2 * np.arcsin(np.sqrt(half))
    sine = 2 * np.sqrt(half * (1 - half))
    total = (angle + sine) * np.square(one[:, None, 2] - other[None, :, 2]) / half
    with np.errstate(divide="ignore", invalid="ignore"):
        total += (angle - sine) * np.square(one[:, None, 2] + other[None, :, 2]) / (1 - half)
    metres = _A_M * (angle - _F / 8 * total)
    metres[half <= 1e-30] = 0.0
    return np.asarray(metres)
