"""What a demonstration says of the city: the figures of documents, and a smooth path between them.

In: the figures of the real release. Out: for each indicator the city's value of every year. The
areas are in ``geomap.demo.matrix``. Each draw is named, so that a seed gives the same figures on
every machine and a new indicator leaves the others as they were; ``random.Random`` serves because
Python promises its sequence for all versions, and numpy does not.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from geomap.demo.levels import LEVELS, ORDINARY
from geomap.model.catalog import Indicator, Kind

if TYPE_CHECKING:
    from geomap.atlas import Atlas

YEARS = tuple(range(2015, 2026))
FIRST, LAST = YEARS[0], YEARS[-1]


@dataclass(frozen=True, slots=True)
class Known:
    """What documents say of the city: actual figures and targets, by year."""

    actual: dict[int, float]
    target: dict[int, float]


def draw_number(seed: int, *name: object) -> float:
    """Give a number in [0, 1) that depends on the seed and the name alone."""
    return random.Random("/".join(map(str, (seed, *name)))).random()  # noqa: S311 - no secret


def known_figures(atlas: Atlas) -> dict[str, Known]:
    """Gather what documents say of the city; where they conflict, the plan's 专栏2 holds.

    Returns
    -------
    by indicator, for every indicator of the catalogue
    """
    rows = atlas.figures[(atlas.figures["area"] == atlas.city) & atlas.figures["value"].notna()]
    rows = rows.assign(second=~rows["locator"].str.startswith("专栏2"))
    found = {name: Known({}, {}) for name in atlas.indicators}
    for row in rows.sort_values("second", kind="stable").to_dict("records"):
        if row["indicator"] in found and FIRST <= row["year"] <= LAST:
            known = found[row["indicator"]]
            side = known.target if row["kind"] == Kind.TARGET else known.actual
            side.setdefault(int(row["year"]), float(row["value"]))
    return found


def partitions(indicators: Iterable[Indicator], known: Mapping[str, Known]) -> dict[str, list[str]]:
    """Find the totals whose parts make up the whole in the documents, to within 1 %.

    Returns
    -------
    by the total's id, the ids of its parts; a total with parts that do not make it up is left out
    """
    parts: dict[str, list[str]] = {}
    for indicator in indicators:
        if indicator.part_of in known:
            parts.setdefault(indicator.part_of, []).append(indicator.id)
    return {
        whole: names
        for whole, names in parts.items()
        if len(names) > 1
        and any(
            abs(sum(known[name].actual.get(year, 0.0) for name in names) - value) <= 0.01 * value
            for year, value in known[whole].actual.items()
        )
    }


def city_path(indicator: Indicator, known: Known, *, seed: int) -> list[float]:
    """Make up the city's figure of each year of ``YEARS``, through those that are known.

    Between two known years the path bends by chance but never turns; after the last it goes most
    of the way to the target, or grows a little where there is none.
    """
    points = sorted(_anchors(indicator, known, seed).items())
    path: list[float] = []
    for (left, low), (right, high) in pairwise(points):
        bend = draw_number(seed, "bend", indicator.id, left) - 0.5
        for year in range(left, right):
            share = (year - left) / (right - left)
            path.append(low + (high - low) * (share + bend * share * (1 - share)))
    path.append(points[-1][1])
    return [within(indicator, value) for value in path]


def whole_path(paths: Sequence[Sequence[float]], known: Mapping[int, float]) -> list[float]:
    """Add up the paths of the parts, bent so that the sum goes through the known totals.

    Parameters
    ----------
    known : the total by year, at least one
    """
    sums = [sum(column) for column in zip(*paths, strict=True)]
    points = sorted((year, total / sums[year - FIRST]) for year, total in known.items())
    points = [(min(FIRST, points[0][0] - 1), points[0][1]), *points, (LAST + 1, points[-1][1])]
    bent: list[float] = []
    for (left, low), (right, high) in pairwise(points):
        for year in range(max(left, FIRST), min(right, LAST + 1)):
            factor = low + (high - low) * (year - left) / (right - left)
            bent.append(sums[year - FIRST] * factor)
    return bent


def divide_total(
    whole: Sequence[int],
    paths: Mapping[str, Sequence[float]],
    known: Mapping[str, Mapping[int, int]],
) -> dict[str, list[int]]:
    """Divide the city's total among its parts.

    Parameters
    ----------
    whole : the total of each year of ``YEARS``, an integer of the last decimal
    paths : by part, a value for each year that says how large it is beside the others
    known : by part and year, the figures that documents give, in the unit of ``whole``

    Returns
    -------
    by part, its integers; they add up to the total except where documents give every part
    """
    columns = []
    for place, (year, total) in enumerate(zip(YEARS, whole, strict=True)):
        column = {part: known[part][year] for part in paths if year in known[part]}
        free = [part for part in paths if part not in column]
        left = max(0, total - sum(column.values()))
        shares = apportion(left, [paths[part][place] for part in free]) if free else []
        columns.append(column | dict(zip(free, shares, strict=True)))
    return {part: [column[part] for column in columns] for part in paths}


def apportion(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Divide a whole number in proportion to weights, without remainder.

    With the same weights a larger total never gives anybody less, as long as no cap is met.

    Parameters
    ----------
    weights : not negative and not all zero, one a recipient
    caps : the most that each may get; together at least ``total``

    Notes
    -----
    Webster's method (Sainte-Laguë). Others that round up can take half a unit each from one, so
    it starts as many below the quota as there are recipients.
    """
    most = caps or [total] * len(weights)
    whole = sum(weights) or 1.0
    given = [
        min(cap, max(0, int(total * weight / whole) - len(weights)))
        for weight, cap in zip(weights, most, strict=True)
    ]
    for _ in range(total - sum(given)):
        open_ = [place for place in range(len(weights)) if given[place] < most[place]]
        given[max(open_, key=lambda place: weights[place] / (2 * given[place] + 1))] += 1
    return given


def within(indicator: Indicator, value: float) -> float:
    """Bring a value into the range that the catalogue allows."""
    low = value if indicator.minimum is None else indicator.minimum
    high = value if indicator.maximum is None else indicator.maximum
    return min(max(value, low), high)


def units_of(value: float, decimals: int) -> int:
    """Count the last decimals in a value: 29.4 of two decimals is 2940."""
    return round(value * int(10**decimals))


def printed_decimals(value: float) -> int:
    """Count the decimals that a figure was printed with."""
    return len(repr(value).partition(".")[2].rstrip("0"))


def _anchors(indicator: Indicator, known: Known, seed: int) -> dict[int, float]:
    """Give the known years, and a first and a last one where they are not known."""
    points = dict(known.actual)
    if indicator.id in LEVELS:
        return dict(zip((FIRST, LAST), LEVELS[indicator.id], strict=True)) | points
    target = known.target.get(LAST)
    if not points and target is None:
        return dict(zip((FIRST, LAST), ORDINARY[indicator.measure], strict=True))
    if not points and target is not None:
        points[FIRST] = 0.3 * target
    growth = 0.01 + 0.03 * draw_number(seed, "growth", indicator.id)
    first, last = min(points), max(points)
    points.setdefault(FIRST, points[first] / (1 + growth * (first - FIRST)))
    end = points[last] * (1 + growth * (LAST - last))
    if target is not None:
        end = points[last] + (0.8 + 0.3 * draw_number(seed, "reached", indicator.id)) * (
            target - points[last]
        )
    points.setdefault(LAST, end)
    return points
