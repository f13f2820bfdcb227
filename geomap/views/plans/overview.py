"""Plans at a glance: areas × indicators, and the dates set, year by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.views.plans.counts import targets_once
from geomap.views.plans.target_rows import TargetRow

if TYPE_CHECKING:
    from geomap.atlas import Atlas


@dataclass(frozen=True, slots=True)
class TargetGrid:
    """The targets of areas: ``cells`` by (area, indicator), areas and indicators in their order.

    The city has a row too, for the indicators that some area has a target for; without any such
    there is no column, and ``whole`` says how many targets there are of the city alone.
    """

    indicators: dict[str, Text]
    areas: dict[str, Text]
    cells: dict[tuple[str, str], list[TargetRow]]
    whole: int


def target_grid(atlas: Atlas, rows: Iterable[TargetRow]) -> TargetGrid:
    """Set the targets of plans out by area and indicator, each target once."""
    once = targets_once(rows)
    apart = {row["indicator"] for row in once if row["area"] != atlas.city}
    cells: dict[tuple[str, str], list[TargetRow]] = defaultdict(list)
    for row in once:
        if row["indicator"] in apart:
            cells[row["area"], row["indicator"]].append(row)
    names = {row["indicator"]: Text(row["name_zh"], row["name_en"]) for row in once}
    rest = (code for code in (*atlas.areas, *(area for area, _ in cells)) if code != atlas.city)
    listed = {code: atlas.area(code) for code in (atlas.city, *rest)}
    areas = {code: Text(one.name_zh, one.name_en or one.name_zh) for code, one in listed.items()}
    return TargetGrid(
        indicators={one: names[one] for one in atlas.indicators if one in apart},
        areas=areas if apart else {},
        cells=dict(cells),
        whole=sum(row["area"] == atlas.city for row in once),
    )


@dataclass(frozen=True, slots=True)
class DueYear:
    """The dates of one year; ``year`` is None for what has no date, ``past`` when it has ended."""

    year: int | None
    past: bool
    dates: list[TargetRow]


def by_due_year(dates: Iterable[TargetRow], as_of: int) -> list[DueYear]:
    """Split the dates set (``milestones``) into years, in their order, past and to come."""
    found: dict[int | None, list[TargetRow]] = defaultdict(list)
    for row in dates:
        found[int(row["date"][:4]) if row["date"] else None].append(row)
    return [DueYear(year, year is not None and year <= as_of, rows) for year, rows in found.items()]
