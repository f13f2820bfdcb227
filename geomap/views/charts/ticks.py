"""The scale of an axis: round numbers that hold all that is drawn. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

from geomap.numbers import exact

_STEPS = (1, 2, 5)
_NEAR_ZERO = 0.5
"""A scale begins at zero where the least value is at most so much of the largest."""


def round_ticks(
    values: Iterable[float], *, from_zero: bool = False, most: int = 6
) -> tuple[float, ...]:
    """Give round numbers, evenly spaced: the first at or below all values, the last above.

    Parameters
    ----------
    values : what is drawn; those that are not finite are passed over
    from_zero : whether zero must be on the scale, as for bars
    most : how many ticks there may be at most, at least 3

    Returns
    -------
    ascending, 2 to ``most`` numbers that are multiples of one step of 1, 2 or 5 × 10ⁿ; zero is
    among them where values lie on both sides of it, and where leaving it out would gain little
    """
    known = [value for value in values if math.isfinite(value)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if from_zero or low < 0 < high or _is_near_zero(low, high):
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = _apart(low)
    bottom, top = exact(low), exact(high)
    step = _first_step(top - bottom, most)
    while True:
        first, last = _floor(bottom, step), -_floor(-top, step)
        if last - first < most:
            return tuple(float(at * step) for at in range(first, last + 1))
        step = _next(step)


def _is_near_zero(low: float, high: float) -> bool:
    least, largest = sorted((abs(low), abs(high)))
    return least <= _NEAR_ZERO * largest


def _apart(value: float) -> tuple[float, float]:
    """Give ends about a lone value: from zero to it, and 0 to 1 where it is zero."""
    return (min(value, 0.0), max(value, 0.0)) if value else (0.0, 1.0)


def _first_step(span: Decimal, most: int) -> Decimal:
    """Give the power of ten at which the span has more steps than are wanted, or nearly."""
    return Decimal(1).scaleb((span / most).adjusted())


def _next(step: Decimal) -> Decimal:
    digit = int(step.scaleb(-step.adjusted()))
    at = _STEPS.index(digit) + 1
    if at < len(_STEPS):
        return Decimal(_STEPS[at]).scaleb(step.adjusted())
    return Decimal(1).scaleb(step.adjusted() + 1)


def _floor(value: Decimal, step: Decimal) -> int:
    return math.floor(value / step)
