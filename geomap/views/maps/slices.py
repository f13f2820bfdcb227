"""What one map is about, and how it is drawn: the slice of a release that a view is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import Indicator
from geomap.model.wording import as_printed
from geomap.tables.comparability import is_joint

if TYPE_CHECKING:
    from geomap.atlas import Value


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a map is drawn; what is None is left to the indicator.

    Parameters
    ----------
    method, k, palette : of the classes
    representation : "fill" or "symbol"; when None, symbols for counts and fill for the rest
    shared_breaks : one set of class breaks over all years
    breaks : upper bounds, for the method "manual" (and then needed): the same for every year
    rank_estimates : whether estimates have places among what was reported
    """

    method: str | None = None
    k: int | None = None
    palette: str | None = None
    representation: str | None = None
    shared_breaks: bool = False
    breaks: Sequence[float] | None = None
    rank_estimates: bool = False

    @property
    def classes_chosen(self) -> bool:
        """Whether somebody asked for classes other than the indicator's own."""
        return bool(self.method) or self.k is not None or self.breaks is not None


OWN_WAY = Drawing()
"""Each indicator in the way that the catalogue gives it."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one map is about: an indicator, its years, the year shown, and the values by year.

    ``series`` holds the values of every year that breaks may be shared with and circles are scaled
    by; ``notes`` come before those of the map itself. ``since`` is the year that a change begins
    with; None where values of one year are shown.
    """

    indicator: Indicator
    years: tuple[int, ...]
    year: int | None
    kind: str
    series: Mapping[int, Mapping[str, Value]]
    notes: tuple[Text, ...] = ()
    since: int | None = None

    @property
    def rows(self) -> Mapping[str, Value]:
        """The values of the year shown, by area."""
        return self.series.get(self.year, {}) if self.year is not None else {}

    @property
    def single(self) -> dict[str, Value]:
        """Those of one area each, without what several have together."""
        return {code: row for code, row in self.rows.items() if not is_joint(code)}

    def everywhere(self, city: str, *, printed: bool = False) -> list[float]:
        """Give the values of all years and areas but the city; NaN for missing ones."""
        rows = self.series.values()
        read = self.printed if printed else bare_number
        return [
            read(row)
            for one in rows
            for code, row in one.items()
            if code != city and not is_joint(code)
        ]

    def printed(self, row: Value | None) -> float:
        """Round a value as it is printed: what prints alike has one class and one colour."""
        found = None if row is None else as_printed(row, self.indicator)
        return math.nan if found is None else found


def shares_breaks(asked: bool | None, years: Sequence[int] | Mapping[int, object]) -> bool:
    """Whether the maps of an indicator have one set of class breaks for all years.

    Unless asked otherwise they have wherever a reader sees more than one year: played, one beside
    the other, or in one book. With breaks of its own each year would have the same colours again.

    Parameters
    ----------
    asked : what the reader chose, None for nothing
    years : those that are shown together
    """
    return len(years) > 1 if asked is None else asked


def bare_number(row: Value | None) -> float:
    """Give the value of a row; NaN where there is none."""
    return math.nan if row is None or row.value is None else row.value
