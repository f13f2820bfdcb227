"""Places in a ranking, and what is said of them: the one rule for page, sheet, report and screen.

The largest is first, values that print alike share a place and are called tied, and one value alone
has no place, for there is nothing to be placed among. ``web/static/js/shared/format.js`` follows
the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan

from geomap.errors import Text
from geomap.numbers import rounded

NO_PLACE = "–"


def places(values: Sequence[float]) -> list[int | None]:
    """Give each value its place among those that are known, as they are printed.

    Parameters
    ----------
    values : NaN for what has no place: what is missing, or an estimate among reports

    Returns
    -------
    of the same length; None for NaN, and for all of them where fewer than two are known
    """
    known = sorted((value for value in values if not isnan(value)), reverse=True)
    if len(known) < 2:
        return [None] * len(values)
    first = {value: place for place, value in reversed(list(enumerate(known, 1)))}
    return [first.get(value) for value in values]


def order(value: float | None) -> tuple[bool, float]:
    """Sort by value, the largest first, what is not known last; whether it has a place or not."""
    return value is None, -(value or 0.0)


def said_place(place: int | None, all_places: Iterable[int | None]) -> Text:
    """Say a place: ``1``, tied ``并列1``, none ``–``."""
    if place is None:
        return Text(NO_PLACE, NO_PLACE)
    tied = sum(one == place for one in all_places) > 1
    return Text(f"并列{place}", f"={place}") if tied else Text(f"{place}", f"{place}")


def longest_bar(values: Iterable[float | None], decimals: int) -> float:
    """Give the value that the longest bar stands for; 0 where bars could tell nothing.

    Where all that is not zero prints alike there are none: full bars would look like a result.
    """
    known = [abs(value) for value in values if value is not None]
    told = [printed for value in known if (printed := rounded(value, decimals))]
    if len(told) > 1 and len(set(told)) == 1:
        return 0.0
    return max(known, default=0.0)
