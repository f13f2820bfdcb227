"""The key figures of a city: the first thing that a leader reads. Pure.

The catalogue marks them (``headline``); where it marks none, of each group the first indicator that
the city has a number of. Each comes with its change on the year before and with its next target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import Indicator, Kind, Op
from geomap.views.maps.change import change_in_words, change_of

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

HEADLINES = 4
"""So many are chosen where the catalogue marks none."""
MOST_HEADLINES = 6
_TRIVIAL = {Op.SHARE, Op.QUOTIENT}  # of the city itself always 100 % and 1


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """The latest number of the city of one indicator.

    Parameters
    ----------
    since, change : the year before that has a number, and what changed since, in percent of a
        count and as the difference of all else; None where there is none or the definition changed
    goal_year, goal : the next target after ``year``, or that of the year itself; None without one
    """

    indicator: Indicator
    year: int
    row: Value
    since: int | None = None
    change: Value | None = None
    goal_year: int | None = None
    goal: Value | None = None


def key_figures(atlas: Atlas) -> list[KeyFigure]:
    """Choose the city's key figures, in the order of the catalogue."""
    found = [(one, *latest) for one in atlas.indicators.values()
             if not _is_trivial(one) and (latest := _latest(atlas, one)) is not None]  # fmt: skip
    marked = [one for one in found if one[0].headline][:MOST_HEADLINES]
    return [_key_figure(atlas, *one) for one in marked or _first_of_groups(found)]


def change_text(figure: KeyFigure) -> Text:
    """Write the change with its sign and unit; empty where there is none."""
    if figure.change is None or figure.since is None:
        return Text("", "")
    return change_in_words(figure.change, figure.indicator, figure.since, figure.year)


def _is_trivial(one: Indicator) -> bool:
    return one.formula is not None and one.formula.op in _TRIVIAL


def _first_of_groups(
    found: list[tuple[Indicator, int, Value]],
) -> Iterator[tuple[Indicator, int, Value]]:
    """Give the first of each group; where groups are few, the next of the catalogue fill up."""
    groups: dict[str, int] = {}
    for at, (one, *_) in enumerate(found):
        groups.setdefault(one.group, at)
    first = sorted(groups.values())[:HEADLINES]
    rest = [at for at in range(len(found)) if at not in first]
    return (found[at] for at in sorted([*first, *rest[: HEADLINES - len(first)]]))


def _latest(atlas: Atlas, one: Indicator) -> tuple[int, Value] | None:
    series = atlas.series.get((one.id, Kind.ACTUAL.value), {})
    for year in sorted(series, reverse=True):
        row = series[year].get(atlas.city)
        if row is not None and row.value is not None and row.figures:
            return year, row
    return None


def _key_figure(atlas: Atlas, one: Indicator, year: int, row: Value) -> KeyFigure:
    since, change = _change(atlas, one, year)
    goal_year, goal = _goal(atlas, one, year)
    return KeyFigure(one, year, row, since, change, goal_year, goal)


def _change(atlas: Atlas, one: Indicator, year: int) -> tuple[int | None, Value | None]:
    series = atlas.series[one.id, Kind.ACTUAL.value]
    before = [at for at in _known_years(atlas, series) if at < year]
    told_by_formula = one.formula is not None and one.formula.op is Op.CHANGE
    if not before or one.timeless or told_by_formula:
        return None, None
    since = max(before)
    change = change_of(atlas, one, atlas.city, since, year)
    return (None, None) if change is None else (since, change)


def _goal(atlas: Atlas, one: Indicator, year: int) -> tuple[int | None, Value | None]:
    targets = atlas.series.get((one.id, Kind.TARGET.value), {})
    ahead = [at for at in _known_years(atlas, targets) if at >= year]
    at = min([one for one in ahead if one > year] or ahead, default=None)
    return (None, None) if at is None else (at, targets[at][atlas.city])


def _known_years(atlas: Atlas, series: Mapping[int, Mapping[str, Value]]) -> Iterator[int]:
    """Give the years that the city has a number of."""
    for year, rows in series.items():
        row = rows.get(atlas.city)
        if row is not None and row.value is not None:
            yield year
