"""Made-up values for demonstrations: every area, every year, smooth, in step with the city.

In a year for which a document gives the city's actual figure the areas add up to it exactly, in
every other year to a city figure made up here; the parts of a total add up to the total.

All numbers are integers of the last printed decimal and each draw is named, so that a seed
gives the same figures on every machine and a new indicator leaves the others as they were.
``random.Random`` serves because Python promises its sequence for all versions; numpy does not.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from geomap.catalog import Indicator, Kind, Measure
from geomap.demo_levels import LEVELS, SLOPES

if TYPE_CHECKING:
    from geomap.atlas import Atlas

YEARS = tuple(range(2015, 2026))
FIRST, LAST = YEARS[0], YEARS[-1]

# Below this a count is of single things (stations, teams), which stay where they are.
_MANY = 2000
# The city in the first and the last year, for an indicator that neither a document nor
# ``demo_levels`` knows.
_ORDINARY = {
    Measure.COUNT: (200.0, 320.0),
    Measure.RATE: (10.0, 14.0),
    Measure.SHARE: (18.0, 24.0),
    Measure.DENSITY: (5.0, 6.0),
    Measure.INDEX: (1.0, 1.1),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What documents say of the city: actual figures and targets, by year."""

    actual: dict[int, float]
    target: dict[int, float]


@dataclass(frozen=True, slots=True)
class Places:
    """What the made-up areas are like.

    Parameters
    ----------
    weight : people, by code of the area; close to what is known, never equal to it
    urban : 0 for the sparsest area to 1 for the densest, by code
    """

    weight: Mapping[str, float]
    urban: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator, complete: integers of 10 ** -decimals, one a year of ``YEARS``."""

    decimals: int
    city: Sequence[int]
    areas: Mapping[str, Sequence[int]]


def draw(seed: int, *name: object) -> float:
    """Give a number in [0, 1) that depends on the seed and the name alone."""
    return random.Random("/".join(map(str, (seed, *name)))).random()


def complete_matrix(atlas: Atlas, *, seed: int) -> dict[str, Series]:
    """Make up every value of every stored indicator, before any cell is taken away.

    Parameters
    ----------
    atlas : the real release, for its catalogue, areas and city figures

    Returns
    -------
    by indicator, in the order of the catalogue: areas of counts add up to the city, exactly
    """
    known = known_figures(atlas)
    maker = _Maker(atlas, known, make_places(atlas, seed=seed), seed)
    return {name: maker.series(name) for name in maker.stored}


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


def make_places(atlas: Atlas, *, seed: int) -> Places:
    """Make up how many people live in each area, and how densely, from the real release."""
    rows = atlas.figures[
        (atlas.figures["indicator"] == "population") & (atlas.figures["value"] > 0)
    ]
    people = dict(zip(rows["area"], rows["value"], strict=True))
    codes = [area.code for area in atlas.parts]
    typical = sum(people.get(code, 0.0) for code in codes) / len(codes) or 1.0
    weight = {
        code: float(people.get(code, typical)) * (0.93 + 0.14 * draw(seed, "people", code))
        for code in codes
    }
    # Square degrees serve: the order of the densities is all that is asked, at one latitude.
    size = {
        code: shape.area
        for code, shape in zip(atlas.boundaries["code"], atlas.boundaries.geometry, strict=True)
    }
    order = sorted(codes, key=lambda code: (weight[code] / size[code], code))
    last = max(len(order) - 1, 1)
    return Places(weight, {code: rank / last for rank, code in enumerate(order)})


def partitions(indicators: Iterable[Indicator], known: Mapping[str, Known]) -> dict[str, list[str]]:
    """Find the totals whose parts make up the whole in the documents, to within 1 %.

    Returns
    -------
    by the total's id, the ids of its parts; a total with parts that do not make it up is left out
    """
    parts: dict[str, list[str]] = {}
    for indicator in indicators:
        if indicator.part_of:
            parts.setdefault(indicator.part_of, []).append(indicator.id)
    return {
        whole: names
        for whole, names in parts.items()
        if any(
            abs(sum(known[name].actual.get(year, 0.0) for name in names) - value) <= 0.01 * value
            for year, value in known[whole].actual.items()
        )
    }


def city_path(indicator: Indicator, known: Known, *, seed: int) -> list[float]:
    """Make up the city's figure of each year of ``YEARS``, through those that are known.

    Between two known years the path bends by chance but never turns, after the last it goes most
    of the way to the target, or grows a little where there is none.
    """
    points = sorted(_anchors(indicator, known, seed).items())
    path: list[float] = []
    for (left, low), (right, high) in pairwise(points):
        bend = draw(seed, "bend", indicator.id, left) - 0.5
        for year in range(left, right):
            share = (year - left) / (right - left)
            path.append(low + (high - low) * (share + bend * share * (1 - share)))
    path.append(points[-1][1])
    return [_within(indicator, value) for value in path]


def apportion(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Divide a whole number in proportion to weights, without remainder.

    With the same weights a larger total never gives anybody less, as long as no cap is met.

    Parameters
    ----------
    weights : positive, one a recipient
    caps : the most that each may get; together at least ``total``

    Notes
    -----
    Webster's method (Sainte-Laguë). Others that round up can take half a unit each from one, so
    it starts as many below the quota as there are recipients.
    """
    most = caps or [total] * len(weights)
    whole = sum(weights)
    given = [
        min(cap, max(0, int(total * weight / whole) - len(weights)))
        for weight, cap in zip(weights, most, strict=True)
    ]
    for _ in range(total - sum(given)):
        open_ = [place for place in range(len(weights)) if given[place] < most[place]]
        given[max(open_, key=lambda place: weights[place] / (2 * given[place] + 1))] += 1
    return given


def whole_series(parts: Sequence[Series], own_decimals: int, known: Known) -> Series:
    """Add up the parts; where a document rounds the total, the largest area takes the rest."""
    decimals = max(own_decimals, *(part.decimals for part in parts))
    scales = [10 ** (decimals - part.decimals) for part in parts]
    areas = {
        code: [
            sum(part.areas[code][place] * scale for part, scale in zip(parts, scales, strict=True))
            for place in range(len(YEARS))
        ]
        for code in parts[0].areas
    }
    for year, value in known.actual.items():
        place = year - FIRST
        largest = max(areas, key=lambda code: areas[code][place])
        areas[largest][place] += units_of(value, decimals) - sum(
            row[place] for row in areas.values()
        )
    city = [sum(column) for column in zip(*areas.values(), strict=True)]
    return Series(decimals, city, areas)


class _Maker:
    """Makes each series once, the parts before their total, the total before what it limits."""

    def __init__(self, atlas: Atlas, known: Mapping[str, Known], places: Places, seed: int) -> None:
        self.stored = {name: one for name, one in atlas.indicators.items() if not one.formula}
        self.stored.pop("land_area", None)  # measured on the boundaries, never stored
        self._wholes = partitions(self.stored.values(), known)
        self._known, self._places, self._seed = known, places, seed
        self._made: dict[str, Series] = {}

    def series(self, name: str) -> Series:
        if name not in self._made:
            self._made[name] = self._make(self.stored[name])
        return self._made[name]

    def _make(self, indicator: Indicator) -> Series:
        known = self._known[indicator.id]
        if indicator.id in self._wholes:
            parts = [self.series(part) for part in self._wholes[indicator.id]]
            return whole_series(parts, indicator.decimals, known)
        path = city_path(indicator, known, seed=self._seed)
        decimals = max([indicator.decimals, *map(decimals_of, known.actual.values())])
        city = [units_of(value, decimals) for value in path]
        if not indicator.additive:
            return Series(decimals, city, self._rates(indicator, city, decimals))
        caps = self._caps(indicator, decimals)
        if caps:
            city = [min(value, sum(most)) for value, most in zip(city, caps, strict=True)]
        return Series(decimals, city, self._counts(indicator, city, caps))

    def _caps(self, indicator: Indicator, decimals: int) -> list[list[int]] | None:
        """Give the most that each area may have each year: what the total above it has."""
        if indicator.part_of not in self.stored or indicator.part_of in self._wholes:
            return None
        whole = self.series(indicator.part_of)
        columns = zip(*whole.areas.values(), strict=True)
        return [
            [_rescaled(value, whole.decimals, decimals) for value in column] for column in columns
        ]

    def _counts(
        self, indicator: Indicator, city: Sequence[int], caps: list[list[int]] | None
    ) -> dict[str, list[int]]:
        codes = list(self._places.weight)
        shares = {code: self._places.weight[code] * self._factor(indicator, code) for code in codes}
        # Small numbers keep their weights, so that a growing total takes nothing from anybody.
        moving = 0.2 if max(city) >= _MANY else 0.0
        drift = {code: draw(self._seed, "drift", indicator.id, code) - 0.5 for code in codes}
        columns = []
        for place, total in enumerate(city):
            time = moving * place / (len(YEARS) - 1)
            weights = [shares[code] * (1 + time * drift[code]) for code in codes]
            columns.append(apportion(total, weights, caps[place] if caps else None))
        return {
            code: list(row) for code, row in zip(codes, zip(*columns, strict=True), strict=True)
        }

    def _rates(
        self, indicator: Indicator, city: Sequence[int], decimals: int
    ) -> dict[str, list[int]]:
        """Spread a rate so that, weighted by people, it comes to the city's again."""
        people = self._places.weight
        factors = {code: self._factor(indicator, code) for code in people}
        mean = sum(factors[code] * people[code] for code in people) / sum(people.values())
        scale = 10**decimals
        rows = {}
        for code, factor in factors.items():
            drift = 0.1 * (draw(self._seed, "drift", indicator.id, code) - 0.5)
            rows[code] = [
                units_of(
                    _within(indicator, value / scale * factor / mean * (1 + drift * place / 10)),
                    decimals,
                )
                for place, value in enumerate(city)
            ]
        return rows

    def _factor(self, indicator: Indicator, code: str) -> float:
        if indicator.id == "population":
            return 1.0
        slope = SLOPES.get(indicator.id, 0.3)
        chance = 0.8 + 0.4 * draw(self._seed, "level", indicator.id, code)
        return max(0.05, 1 + slope * (self._places.urban[code] - 0.5)) * chance


def _anchors(indicator: Indicator, known: Known, seed: int) -> dict[int, float]:
    """Give the known years, and a first and a last one where they are not known."""
    target = known.target.get(LAST)
    points = dict(known.actual)
    if not points and target is not None:
        points[FIRST] = 0.3 * target
    if not points or indicator.id in LEVELS:
        low, high = LEVELS.get(indicator.id, _ORDINARY[indicator.measure])
        return {FIRST: low, LAST: high} | points
    growth = 0.01 + 0.03 * draw(seed, "growth", indicator.id)
    first, last = min(points), max(points)
    points.setdefault(FIRST, points[first] / (1 + growth * (first - FIRST)))
    if target is None:
        points.setdefault(LAST, points[last] * (1 + growth * (LAST - last)))
    else:
        reached = 0.8 + 0.3 * draw(seed, "reached", indicator.id)
        points.setdefault(LAST, points[last] + reached * (target - points[last]))
    return points


def _within(indicator: Indicator, value: float) -> float:
    low = value if indicator.minimum is None else indicator.minimum
    high = value if indicator.maximum is None else indicator.maximum
    return min(max(value, low), high)


def units_of(value: float, decimals: int) -> int:
    """Count the last decimals in a value."""
    return round(value * int(10**decimals))


def _rescaled(value: int, decimals: int, wanted: int) -> int:
    """Carry an integer of one decimal into another, rounded down."""
    return value * int(10**wanted) // int(10**decimals)


def decimals_of(value: float) -> int:
    """Count the decimals that a figure was printed with."""
    return len(repr(value).partition(".")[2].rstrip("0"))
