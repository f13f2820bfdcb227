"""Circles for counts: their size, their order, and that none hides another.

The area of a circle is proportional to its value, exactly. Flannery's exponent 0.57, which enlarges
big circles because readers underestimate them (Flannery 1971), is left out: what readers see
differs too much from one to the next for one exponent to help, and with printed values and a legend
on the same scale the ruler must agree with the number (Slocum et al. 2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from math import acos, atan2, hypot, isfinite, pi, tau
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats
from geomap.errors import RequestError

if TYPE_CHECKING:
    import pandas as pd

Numbers: TypeAlias = "Sequence[float | None] | Floats | pd.Series[float]"

_SLACK = 1e-9  # of a radius: circles that coincide but for arithmetic are taken to coincide
_TRIES = 918  # 0.99⁹¹⁷ is 1e-4
_GAP = 1e-7  # radians of a rim: a shorter gap is arithmetic, not something seen


def radii(values: Numbers, *, largest: float, max_radius: float, min_radius: float = 0.0) -> Floats:
    """Give each value a circle whose area is proportional to its size.

    Parameters
    ----------
    values : (n,) counts; of a negative one the absolute value is drawn
    largest : the value that gets ``max_radius``: the same for map, legend and all years
    max_radius : in any unit, such as pixels or points; the result is in the same
    min_radius : smaller circles, but those of 0, are drawn so large, to be seen at all

    Returns
    -------
    (n,) radii; NaN for what is missing or infinite, 0 for 0

    Raises
    ------
    RequestError : ``largest`` or a radius is not a finite number from 0 up
    """
    _check_sizes(largest=largest, max_radius=max_radius, min_radius=min_radius)
    sizes = np.abs(_numbers(values))
    sizes[~np.isfinite(sizes)] = np.nan
    if largest == 0:
        return np.where(np.isnan(sizes), np.nan, 0.0)
    with np.errstate(over="ignore", under="ignore"):
        found = max_radius * np.sqrt(sizes / largest)
    return np.where(found > 0, np.maximum(found, min_radius), found)


def legend_values(largest: float, n: int = 3, *, least: float = 0.0) -> tuple[float, ...]:
    """Choose round values (1, 2 or 5 × 10ⁿ) for the circles of the legend, the largest first.

    Parameters
    ----------
    largest : the ``largest`` given to ``radii``; no legend value is above it
    n : how many, if there are so many
    least : none is below it; 1 for things that are counted one by one

    Returns
    -------
    Up to n values. Each is at most a quarter of the one before, which halves the radius; where
    ``least`` leaves no room for that they lie closer. None when ``largest`` is 0 or missing
    """
    chosen: tuple[float, ...] = ()
    if isfinite(largest) and largest > 0:
        for spacing in (4.0, 2.0, 1.0):
            chosen = tuple(islice(_round_values(largest, spacing, least), n))
            if len(chosen) == n:
                break
    return chosen


def draw_order(sizes: Numbers) -> npt.NDArray[np.int64]:
    """Give the order to draw circles in: the largest first, at the back.

    Equal ones keep their order; those without a radius are left out.
    """
    found = _numbers(sizes)
    order = np.argsort(-found, kind="stable")
    return order[np.isfinite(found[order])].astype(np.int64)


def hidden(x: Numbers, y: Numbers, sizes: Numbers) -> list[int]:
    """Name the circles of which nothing can be seen, when drawn opaque in ``draw_order``.

    Parameters
    ----------
    x, y, sizes : (n,) centres and radii, in one unit; a circle without a radius, or of radius 0,
        is not drawn and neither hides nor is hidden

    Returns
    -------
    Their indices, rising: circles wholly covered by those drawn later, one or several together
    """
    across, up, found = _numbers(x), _numbers(y), _numbers(sizes)
    order = np.array([i for i in draw_order(found) if found[i] > 0], dtype=np.int64)
    lost = []
    for place, circle in enumerate(order):
        later = order[place + 1 :]
        gaps = np.hypot(across[later] - across[circle], up[later] - up[circle])
        near = later[gaps < found[later] + found[circle]]
        discs = [_Disc(float(across[i]), float(up[i]), float(found[i])) for i in (circle, *near)]
        if _covered(discs[0], discs[1:]):
            lost.append(int(circle))
    return sorted(lost)


def fit(
    x: Numbers, y: Numbers, values: Numbers, max_radius: float, *, largest: float | None = None
) -> float:
    """Find the radius for the largest value at which no circle is hidden.

    Parameters
    ----------
    x, y : (n,) centres, in the unit of ``max_radius`` (screen or paper, not degrees)
    values : (n,) counts
    max_radius : the radius to try first
    largest : the value that gets the radius; without it the largest of ``values``

    Returns
    -------
    ``max_radius`` if it hides none; otherwise the next smaller one that hides none, in steps of
    1 %, down to a ten-thousandth. Equal circles on one spot hide each other at any size and are
    left out of account: ``hidden`` names them, and the map must move one

    Notes
    -----
    Steps, not bisection: a large circle is hidden by several small ones only at sizes in between,
    for far smaller they lie apart, and far larger its rim stands out beyond them.
    """
    sizes = np.abs(_numbers(values))
    top = float(np.nanmax(sizes, initial=0.0, where=np.isfinite(sizes)))
    largest = top if largest is None else largest
    if largest == 0:
        return max_radius
    apart = _without_twins(_numbers(x), _numbers(y), sizes)
    radius = max_radius
    for _ in range(_TRIES):
        if not hidden(x, y, radii(apart, largest=largest, max_radius=radius)):
            break
        radius *= 0.99
    return radius


# --- the ground that discs cover -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Disc:
    x: float
    y: float
    radius: float

    def reach(self, other: _Disc) -> float | None:
        """Give half the angle of this rim within ``other``: π for all of it, None for none."""
        apart = hypot(other.x - self.x, other.y - self.y)
        slack = _SLACK * max(self.radius, other.radius)
        if apart + self.radius <= other.radius + slack:
            return pi
        if apart >= self.radius + other.radius or apart + other.radius <= self.radius:
            return None
        cosine = (apart**2 + self.radius**2 - other.radius**2) / (2 * apart * self.radius)
        return acos(max(-1.0, min(1.0, cosine)))

    def arcs_in(self, other: _Disc) -> list[tuple[float, float]]:
        """Give the parts of this rim that lie in ``other``, as angles within 0 to 2π."""
        half = self.reach(other)
        if half is None:
            return []
        return _unrolled(atan2(other.y - self.y, other.x - self.x) - half, 2 * half)

    def arcs_outside(self, other: _Disc) -> list[tuple[float, float]]:
        """Give the parts of this rim that lie outside ``other``."""
        half = self.reach(other)
        if half is None:
            return [(0.0, tau)]
        return _unrolled(atan2(other.y - self.y, other.x - self.x) + half, tau - 2 * half)


def _covered(disc: _Disc, covers: Sequence[_Disc]) -> bool:
    """Say whether ``covers`` together leave nothing of ``disc``.

    What is left would be an open piece of the disc, and its outline would consist of arcs: of the
    disc's own rim outside all covers, or of a cover's rim inside the disc and outside all others.
    So it is enough to look for such arcs.
    """
    if any(disc.reach(cover) == pi for cover in covers):
        return True
    outer = _outermost(covers)
    if not _all_round([arc for cover in outer for arc in disc.arcs_in(cover)]):
        return False
    return all(
        _all_round(
            cover.arcs_outside(disc)
            + [arc for other in outer if other is not cover for arc in cover.arcs_in(other)]
        )
        for cover in outer
    )


def _outermost(discs: Iterable[_Disc]) -> list[_Disc]:
    """Leave out discs that lie within another: two alike would each vouch for the other's rim."""
    kept: list[_Disc] = []
    for disc in sorted(discs, key=lambda disc: -disc.radius):
        if not any(disc.reach(larger) == pi for larger in kept):
            kept.append(disc)
    return kept


def _unrolled(start: float, width: float) -> list[tuple[float, float]]:
    """Cut an arc at the angle 0."""
    if width >= tau:
        return [(0.0, tau)]
    start %= tau
    stop = start + width
    return [(start, stop)] if stop <= tau else [(start, tau), (0.0, stop - tau)]


def _all_round(arcs: list[tuple[float, float]]) -> bool:
    """Say whether arcs leave no gap."""
    reached = 0.0
    for start, stop in sorted(arcs):
        if start > reached + _GAP:
            return False
        reached = max(reached, stop)
    return reached >= tau - _GAP


def _without_twins(x: Floats, y: Floats, sizes: Floats) -> Floats:
    """Blank all but the first of equal circles on one spot."""
    kept = sizes.copy()
    seen: set[tuple[float, float, float]] = set()
    for i, place in enumerate(zip(x.tolist(), y.tolist(), sizes.tolist(), strict=True)):
        if place in seen:
            kept[i] = np.nan
        seen.add(place)
    return kept


def _round_values(largest: float, spacing: float, least: float) -> Iterator[float]:
    limit = Decimal(repr(float(largest)))
    while limit:
        base = Decimal(1).scaleb(limit.adjusted())
        step = next(m * base for m in (5, 2, 1) if m * base <= limit)
        if float(step) < least or float(step) == 0:
            return
        yield float(step)
        limit = step / Decimal(spacing) if spacing > 1 else step * Decimal("0.99")


def _check_sizes(**sizes: float) -> None:
    for name, size in sizes.items():
        if not (isfinite(size) and size >= 0):
            raise RequestError(
                f"符号参数 {name} 为 {size}，应为不小于 0 的数",
                f"{name} is {size}; give a finite number from 0 up",
            )


def _numbers(values: Numbers) -> Floats:
    if hasattr(values, "to_numpy"):
        return np.array(values.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.array(values, dtype=np.float64)
