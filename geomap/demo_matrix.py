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
from typing import TYPE_CHECKING

from geomap.catalog import Indicator, Kind, Measure
from geomap.demo_levels import LEVELS, SLOPES

if TYPE_CHECKING:
    from geomap.atlas import Atlas

YEARS = tuple(range(2015, 2026))
FIRST, LAST = YEARS[0], YEARS[-1]


@dataclass(frozen=True, slots=True)
class Known:
    """What documents say of the city: actual figures and targets, by year."""

    actual: Mapping[int, float]
    target: Mapping[int, float]


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
    for row in rows.sort_values("second", kind="stable").itertuples():
        if row.indicator in found and FIRST <= row.year <= LAST:
            known = found[row.indicator]
            side = known.target if row.kind == Kind.TARGET else known.actual
            side.setdefault(int(row.year), float(row.value))
    return found
