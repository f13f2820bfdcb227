"""Made-up values for demonstrations: every area, every year, smooth, in step with the city.

In every year the areas add up to the city exactly, and the city is what a document says where one
does; the parts of a total add up to the total. All numbers are integers of the last printed
decimal, so that nothing depends on how a machine rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.demo.city import (
    FIRST,
    YEARS,
    Known,
    apportion,
    city_path,
    divide_total,
    draw_number,
    known_figures,
    partitions,
    printed_decimals,
    units_of,
    whole_path,
    within,
)
from geomap.demo.levels import ORDINARY_SLOPE, RATIOS, SLOPES, WITHIN
from geomap.model.catalog import Indicator

if TYPE_CHECKING:
    from geomap.atlas import Atlas

# Below this a count is of single things (stations, teams), which stay where they are.
_MANY = 2000

Rows = dict[str, list[int]]


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
class DemoSeries:
    """One indicator, complete: integers of 10 ** -decimals, one a year of ``YEARS``."""

    decimals: int
    city: Sequence[int]
    areas: Mapping[str, Sequence[int]]


def complete_matrix(atlas: Atlas, *, seed: int) -> dict[str, DemoSeries]:
    """Make up every value of every stored indicator, before any cell is taken away.

    Parameters
    ----------
    atlas : the real release, for its catalogue, areas and city figures

    Returns
    -------
    by indicator, in the order of the catalogue: areas of counts add up to the city, exactly
    """
    maker = _Maker(atlas, make_places(atlas, seed=seed), seed)
    return {name: maker.series(name) for name in maker.stored}


def make_places(atlas: Atlas, *, seed: int) -> Places:
    """Make up how many people live in each area, and how densely, from the real release."""
    rows = atlas.figures[
        (atlas.figures["indicator"] == "population") & (atlas.figures["value"] > 0)
    ]
    people = dict(zip(rows["area"], rows["value"], strict=True))
    codes = [area.code for area in atlas.parts]
    typical = sum(people.get(code, 0.0) for code in codes) / len(codes) or 1.0
    weight = {
        code: float(people.get(code, typical)) * (0.93 + 0.14 * draw_number(seed, "people", code))
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


class _Maker:
    """Makes each series once, the parts before their total, the total before what it limits."""

    def __init__(self, atlas: Atlas, places: Places, seed: int) -> None:
        # What holds for every year is measured on the ground, and so is not made up.
        self.stored = {
            name: one
            for name, one in atlas.indicators.items()
            if not one.formula and not one.timeless
        }
        self._known = known_figures(atlas)
        self._wholes = partitions(self.stored.values(), self._known)
        self._whole_of = {part: whole for whole, parts in self._wholes.items() for part in parts}
        self._places, self._seed = places, seed
        self._made: dict[str, DemoSeries] = {}
        self._cities: dict[str, list[int]] = {}

    def series(self, name: str) -> DemoSeries:
        if name not in self._made:
            self._made[name] = self._make(self.stored[name])
        return self._made[name]

    def _make(self, indicator: Indicator) -> DemoSeries:
        name = indicator.id
        if name in self._wholes:
            parts = [self.series(part) for part in self._wholes[name]]
            return whole_series(parts, self._known[name])
        decimals, city = self._decimals(name), self._city(name)
        if name in RATIOS and all(part in self.stored for part in RATIOS[name]):
            return DemoSeries(decimals, city, self._quotients(indicator, city))
        if not indicator.additive:
            return DemoSeries(decimals, city, self._rates(indicator, city))
        limit = self._limit(indicator)
        if limit is None:
            return DemoSeries(decimals, city, self._counts(indicator, city))
        areas = self._parts(indicator, city, limit)
        return DemoSeries(
            decimals, [sum(column) for column in zip(*areas.values(), strict=True)], areas
        )

    def _decimals(self, name: str) -> int:
        """Give the decimals to store: one number for a total and all that make it up."""
        whole = self._whole_of.get(name, name)
        family = [whole, *self._wholes.get(whole, ())]
        printed = [
            printed_decimals(value) for one in family for value in self._known[one].actual.values()
        ]
        return max([*printed, *(self.stored[one].decimals for one in family)])

    def _city(self, name: str) -> list[int]:
        whole = self._whole_of.get(name)
        if whole and name not in self._cities:
            parts, decimals = self._wholes[whole], self._decimals(name)
            known = {
                part: {year: units_of(v, decimals) for year, v in self._known[part].actual.items()}
                for part in parts
            }
            paths = {part: self._path(part) for part in parts}
            totals = whole_path(list(paths.values()), self._known[whole].actual)
            total = [units_of(value, decimals) for value in totals]
            self._cities |= divide_total(total, paths, known)
        elif name not in self._cities:
            self._cities[name] = [units_of(v, self._decimals(name)) for v in self._path(name)]
        return self._cities[name]

    def _path(self, name: str) -> list[float]:
        return city_path(self.stored[name], self._known[name], seed=self._seed)

    def _limit(self, indicator: Indicator) -> Rows | None:
        """Give the most that each area may have each year: its total less the parts made so far."""
        whole = WITHIN.get(indicator.id, indicator.part_of)
        if whole not in self.stored or indicator.id in self._whole_of:
            return None
        decimals = self._decimals(indicator.id)
        limit = _scaled(self.series(whole), decimals)
        for name, one in self.stored.items():
            if name == indicator.id:
                break
            if one.part_of == whole and name not in self._whole_of:
                taken = _scaled(self.series(name), decimals, up=True)
                limit = {code: _less(row, taken[code]) for code, row in limit.items()}
        return limit

    def _counts(self, indicator: Indicator, city: Sequence[int]) -> Rows:
        # Small numbers keep their weights, so that a growing total takes nothing from anybody.
        moving = 0.2 if max(city) >= _MANY else 0.0
        weight = {
            code: n * self._factor(indicator, code) for code, n in self._places.weight.items()
        }
        drift = {
            code: draw_number(self._seed, "drift", indicator.id, code) - 0.5 for code in weight
        }
        columns = []
        for place, total in enumerate(city):
            time = moving * place / (len(YEARS) - 1)
            now = [weight[code] * (1 + time * drift[code]) for code in weight]
            columns.append(apportion(total, now))
        return _rows(weight, columns)

    def _parts(self, indicator: Indicator, city: Sequence[int], limit: Rows) -> Rows:
        """Spread a count like the total that it belongs to, and never beyond."""
        chance = {
            code: 0.85 + 0.3 * draw_number(self._seed, "part", indicator.id, code) for code in limit
        }
        columns = []
        for place, total in enumerate(city):
            caps = [row[place] for row in limit.values()]
            now = [caps[at] * chance[code] for at, code in enumerate(limit)]
            columns.append(apportion(min(total, sum(caps)), now, caps))
        return _rows(limit, columns)

    def _rates(self, indicator: Indicator, city: Sequence[int]) -> Rows:
        """Spread a rate so that, weighted by people, it comes to the city's again."""
        people = self._places.weight
        factors = {code: self._factor(indicator, code) for code in people}
        mean = sum(factors[code] * people[code] for code in people) / sum(people.values())
        top = indicator.maximum
        scale = int(10 ** self._decimals(indicator.id))
        rows: Rows = {}
        for code, factor in factors.items():
            drift = 0.01 * draw_number(self._seed, "drift", indicator.id, code) - 0.005
            rows[code] = []
            for place, value in enumerate(city):
                # Near its upper end a share has little room: 95 % may become 98, not 110.
                room = value if top is None else min(value, top * scale - value)
                apart = factor / mean - 1 + drift * place
                rows[code].append(self._bounded(indicator, value + room * apart))
        return rows

    def _quotients(self, indicator: Indicator, city: Sequence[int]) -> Rows:
        """Spread a rate as its numerator and denominator lie, about the city's own."""
        upper, lower = (self.series(name) for name in RATIOS[indicator.id])
        rows: Rows = {}
        for code in upper.areas:
            pairs = zip(
                city, upper.areas[code], lower.areas[code], upper.city, lower.city, strict=True
            )
            rows[code] = [
                self._bounded(
                    indicator, value * (top / max(base, 1)) * (city_base / max(city_top, 1))
                )
                for value, top, base, city_top, city_base in pairs
            ]
        return rows

    def _bounded(self, indicator: Indicator, value: float) -> int:
        scale = int(10 ** self._decimals(indicator.id))
        return round(within(indicator, value / scale) * scale)

    def _factor(self, indicator: Indicator, code: str) -> float:
        if indicator.id == "population":
            return 1.0
        slope = SLOPES.get(indicator.id, ORDINARY_SLOPE)
        chance = 0.7 + 0.6 * draw_number(self._seed, "level", indicator.id, code)
        return max(0.05, 1 + slope * (self._places.urban[code] - 0.5)) * chance


def whole_series(parts: Sequence[DemoSeries], known: Known) -> DemoSeries:
    """Add up parts of the same decimals.

    Where a document rounds the total, the largest area takes the difference, so that the areas
    add up to what is printed.
    """
    decimals = parts[0].decimals
    areas = {
        code: [sum(column) for column in zip(*(part.areas[code] for part in parts), strict=True)]
        for code in parts[0].areas
    }
    for year, value in known.actual.items():
        place = year - FIRST
        largest = max(areas, key=lambda code: areas[code][place])
        areas[largest][place] += units_of(value, decimals) - sum(
            row[place] for row in areas.values()
        )
    return DemoSeries(
        decimals, [sum(column) for column in zip(*areas.values(), strict=True)], areas
    )


def _rows(codes: Mapping[str, object], columns: Sequence[Sequence[int]]) -> Rows:
    return {code: list(row) for code, row in zip(codes, zip(*columns, strict=True), strict=True)}


def _scaled(series: DemoSeries, decimals: int, *, up: bool = False) -> Rows:
    """Carry integers into another decimal, rounded down, or up."""
    more, less = (
        int(10 ** max(0, decimals - series.decimals)),
        int(10 ** max(0, series.decimals - decimals)),
    )
    extra = less - 1 if up else 0
    return {
        code: [(value * more + extra) // less for value in row]
        for code, row in series.areas.items()
    }


def _less(row: Sequence[int], taken: Sequence[int]) -> list[int]:
    return [max(0, have - gone) for have, gone in zip(row, taken, strict=True)]
