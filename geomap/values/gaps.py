"""What may be estimated: what a total leaves for the areas that have not reported, and why not.

Where an honest estimate is not to be had, the reason is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from geomap.errors import Text
from geomap.model.approx import Sense, sense
from geomap.model.catalog import Indicator, Status
from geomap.numbers import digits_of, exact, full
from geomap.tables.comparability import Vintage, disjoint, existed, members
from geomap.values.fitting import EstimateError, whole_units

ValueRow = dict[str, Any]
NO_RANGE = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no estimate; with a ``weight``, why that weight was not used."""

    indicator: str
    year: int
    weight: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Gap:
    """What is to be spread for one indicator and year, in whole units of the last digit."""

    indicator: Indicator
    year: int
    total: ValueRow
    known: tuple[ValueRow, ...]
    missing: tuple[str, ...]
    decimals: int
    remainder: int


@dataclass(slots=True)
class EstimateWork:
    """What the estimates are made from, and what has been made so far."""

    values: Mapping[tuple[str, int], Mapping[str, ValueRow]]
    indicators: Mapping[str, Indicator]
    city: str
    areas: Sequence[str]
    vintages: Mapping[str, Vintage]
    rows: list[ValueRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    used: dict[tuple[str, int], str] = field(default_factory=dict)

    def refuse(self, indicator: str, year: int, reason: Text, weight: str = "") -> None:
        """Say why something is not estimated."""
        self.refusals.append(Refusal(indicator, year, weight, reason))


def areas_there(world: EstimateWork, year: int) -> list[str]:
    """Give the areas that there were in a year."""
    return [area for area in world.areas if existed(area, year, world.vintages)]


def find_gap(
    indicator: Indicator, year: int, rows: Mapping[str, ValueRow], city: str, areas: Sequence[str]
) -> Gap | None:
    """Say what is to be spread over which areas; None when there is nothing to spread.

    Parameters
    ----------
    rows : values of the indicator and year by area; a joint area stands for its members, which
        are then not estimated
    areas : those that there are in the year

    Raises
    ------
    EstimateError : areas withhold their value, documents disagree and no rule decides, or the
        total is smaller than what was reported
    """
    disputed = [area for area, row in rows.items() if is_undecided(row)]
    if disputed:
        raise EstimateError(
            f"{'、'.join(disputed)} 各处记载不一，未定采用哪个，不作估算",
            f"{', '.join(disputed)} undecided between documents: nothing is estimated",
        )
    total = rows.get(city)
    counted = disjoint(area for area, row in rows.items() if area != city and has_value(row))
    covered = {code for area in counted for code in members(area)}
    missing = [area for area in areas if area not in covered]
    if total is None or not has_value(total) or not missing:
        return None
    hidden = {code for area, row in rows.items() if is_withheld(row) for code in members(area)}
    withheld = [area for area in missing if area in hidden]
    if withheld:
        raise EstimateError(
            f"{'、'.join(withheld)} 不予公开，余数含有不予公开的数，不作估算",
            f"{', '.join(withheld)} withheld: the remainder would tell, so nothing is estimated",
        )
    parts = [rows[area] for area in counted]
    refuse_ranges((total, *parts))
    printed = [total["value"], *(row["value"] for row in parts)]
    decimals = max(indicator.decimals, *(digits_of(value) for value in printed))
    remainder = whole_units(total["value"], decimals) - sum(
        whole_units(r["value"], decimals) for r in parts
    )
    if remainder < 0:
        reported = full(sum((exact(row["value"]) for row in parts), Decimal(0)))
        whole = full(total["value"])
        raise EstimateError(
            f"全市 {whole} 小于有数的各旗区合计 {reported}，不作估算",
            f"the total {whole} is below what the areas with a figure have, {reported}",
        )
    return Gap(indicator, year, total, tuple(parts), tuple(missing), decimals, remainder)


def has_value(row: ValueRow | None) -> bool:
    """Whether there is a row and it has a number."""
    return row is not None and not math.isnan(row["value"])


def refuse_ranges(rows: Iterable[ValueRow]) -> None:
    """Stop where a number is a range or has one end (3—5, 超过): what it leaves is not known."""
    words = (row["approx"] for row in rows)
    if ranged := [word for word in words if sense(word) not in (Sense.PLAIN, Sense.ABOUT)]:
        raise EstimateError(
            f"有的数只知范围（{'、'.join(ranged)}），余数不定，不作估算",
            f"of some figures only a range is known ({', '.join(ranged)}): nothing is estimated",
        )


def is_undecided(row: ValueRow) -> bool:
    """Whether documents give values and no rule says which one holds."""
    others = row.get("others")
    return not has_value(row) and isinstance(others, tuple) and len(others) > 0


def is_withheld(row: ValueRow) -> bool:
    """Whether a number is known and not given."""
    return bool(row["status"] == Status.SUPPRESSED.value)


def in_units(whole: int, decimals: int) -> float:
    """Give a count of the last digit as a number."""
    return float(Decimal(whole).scaleb(-decimals))


def estimated_row(
    key: tuple[str, str, int],
    value: float,
    between: tuple[float, float],
    figures: Iterable[str],
    method: Text,
    *,
    conflict: bool,
) -> ValueRow:
    """Make the row of one estimate; ``key`` is its indicator, area and year."""
    indicator, area, year = key
    return {
        "indicator": indicator, "area": area, "year": year, "kind": "actual", "value": value,
        "status": Status.APPORTIONED.value, "figures": tuple(dict.fromkeys(figures)),
        "conflict": conflict, "base_year": 0, "low": between[0], "high": between[1],
        "method": method,
    }  # fmt: skip
