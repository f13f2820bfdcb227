"""Where documents contradict each other, and whether the areas add up to the city. Pure.

Nothing is hidden and nothing is scaled: conflicts show every place, control totals show the gap.
The arithmetic of the documents is in ``geomap.values.arithmetic``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from geomap.errors import Text
from geomap.model.catalog import UNPUBLISHED, Indicator, Source, Status
from geomap.numbers import counted
from geomap.tables.comparability import Vintage, disjoint, existed, is_joint, members
from geomap.values.checks import Agreement, agreement
from geomap.values.claims import Arithmetic
from geomap.values.precedence import DEFAULT, Precedence, resolve
from geomap.values.quantities import (
    UNKNOWN,
    Amount,
    Number,
    Span,
    as_said,
    printed_number,
    summed,
    worded,
    worked_out,
)

_TINY = Decimal("1e-9")
"""What adding binary fractions may cost, as a share of the total."""


@dataclass(frozen=True, slots=True)
class SourcingRules:
    """What a release says about its own contradictions: ``precedence.json``, ``arithmetic.json``.

    ``vintages``: since when areas exist, by code; those that always did are left out.
    """

    precedence: Precedence = DEFAULT
    arithmetic: Arithmetic = field(default_factory=Arithmetic)
    vintages: Mapping[str, Vintage] = field(default_factory=dict)


# --- conflicts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigurePlace:
    """Where one of the disagreeing values stands."""

    figure: str
    value: float | None
    unit: str
    status: str
    source: str
    locator: str
    quote: str
    note: str
    used: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """The same indicator, area, year and kind with different values in different places.

    Parameters
    ----------
    used : the value that holds, None when no rule decides
    rule : why it holds
    places : all of them, the one used first
    """

    indicator: str
    area: str
    year: int
    kind: str
    used: float | None
    rule: Text
    places: tuple[FigurePlace, ...]

    @property
    def key(self) -> tuple[str, str, int, str]:
        """Indicator, area, year, kind."""
        return self.indicator, self.area, self.year, self.kind

    @property
    def values(self) -> tuple[float, ...]:
        """The distinct values, the one used first."""
        known = (place.value for place in self.places if place.value is not None)
        return tuple(dict.fromkeys(known))


def conflicts(
    figures: pd.DataFrame, sources: Mapping[str, Source], precedence: Precedence = DEFAULT
) -> tuple[Conflict, ...]:
    """List every conflict of a release, by indicator, area, year and kind.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``
    """
    resolved = resolve(figures, sources, precedence)
    disputed = resolved[resolved["conflict"]]
    needed = {figure for ids in disputed["figures"] for figure in ids}
    chosen: list[dict[str, Any]] = figures[figures["id"].isin(needed)].to_dict("records")  # type: ignore[assignment]
    rows = {row["id"]: row for row in chosen}
    made: list[dict[str, Any]] = disputed.to_dict("records")  # type: ignore[assignment]
    return tuple(_conflict(value, rows) for value in made)


def _conflict(value: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> Conflict:
    used = None if math.isnan(value["value"]) else float(value["value"])
    places = tuple(
        _place(rows[figure], used=used is not None and place == 0)
        for place, figure in enumerate(value["figures"])
    )
    return Conflict(
        value["indicator"], value["area"], int(value["year"]), value["kind"], used, value["rule"],
        places,
    )  # fmt: skip


def _place(row: Mapping[str, Any], *, used: bool) -> FigurePlace:
    return FigurePlace(
        figure=row["id"],
        value=None if math.isnan(row["value"]) else float(row["value"]),
        **{name: row[name] for name in ("unit", "status", "source", "locator", "quote", "note")},
        used=used,
    )


# --- control totals -------------------------------------------------------------------------------


_SOME_UNPUBLISHED = Text("部分无公开数", "in part no public figure")


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """The city's total beside the sum of its areas; never scaled to fit.

    Parameters
    ----------
    total, reported_sum, gap : ``gap`` is the total less the sum; nothing when either is missing;
        where words stand with the numbers (3—5, 约) the sum and the gap are ranges
    reported, areas : how many areas reported, of how many there were in the year
    lacking : the areas that did not
    asked : whether the areas are asked to report it: only then is it 缺报 that some are missing
    """

    indicator: str
    year: int
    kind: str
    total: Amount
    reported_sum: Amount
    gap: Amount
    reported: int
    areas: int
    lacking: tuple[str, ...]
    verdict: Agreement
    reason: Text
    asked: bool = True

    @property
    def label(self) -> Text:
        """The word for the verdict that is printed."""
        if self.verdict is not Agreement.LACKING or self.asked:
            return self.verdict.label
        return _SOME_UNPUBLISHED if self.reported else UNPUBLISHED


def control_totals(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    *,
    city: str,
    areas: Sequence[str],
    kind: str = "actual",
    vintages: Mapping[str, Vintage] | None = None,
) -> tuple[ControlTotal, ...]:
    """Give the control total of each additive indicator and year, in menu order.

    Parameters
    ----------
    values : DataFrame with the columns of ``indicators.VALUE_COLUMNS``
    areas : codes of the parts of the city
    """
    chosen = values[values["kind"] == kind]
    by_key: dict[tuple[str, int], dict[str, Mapping[str, Any]]] = {}
    rows: list[dict[str, Any]] = chosen.to_dict("records")  # type: ignore[assignment]
    for row in rows:
        by_key.setdefault((row["indicator"], int(row["year"])), {})[row["area"]] = row
    menu = [one for one in indicators.values() if one.additive]
    return tuple(
        control_total(
            one, year, found, kind=kind, city=city,
            areas=[area for area in areas if existed(area, year, vintages or {})],
        )
        for one in menu
        for (name, year), found in sorted(by_key.items())
        if name == one.id
    )  # fmt: skip


def control_total(
    indicator: Indicator,
    year: int,
    rows: Mapping[str, Mapping[str, Any]],
    *,
    city: str,
    areas: Sequence[str],
    kind: str = "actual",
) -> ControlTotal:
    """Compare the city's total with the sum of what its areas reported.

    Parameters
    ----------
    rows : by area: ``value``, ``status``, ``approx`` and ``figures``; a joint area ("a+b") counts
        for its members unless all of them reported themselves; estimates do not count
    areas : those that there were in the year
    """
    found = [area for area, row in rows.items() if _is_part(area, areas) and _reported(row)]
    reported = {area: rows[area] for area in disjoint(found)}
    hidden = {code for area, row in rows.items() if _withheld(row) for code in members(area)}
    withheld = [area for area in areas if area in hidden and area not in reported]
    covered = {code for area in reported for code in members(area)}.union(withheld)
    lacking = tuple(area for area in areas if area not in covered)
    numbers = [_number(row, indicator) for row in reported.values()]
    total = _number(rows[city], indicator) if city in rows and _reported(rows[city]) else None
    verdict, reason = _judge(total, numbers, lacking, len(areas), asked=indicator.asked)
    if withheld or (city in rows and _withheld(rows[city])):
        verdict, reason = Agreement.UNKNOWN, _not_public(len(withheld))
    return ControlTotal(
        indicator=indicator.id,
        year=year,
        kind=kind,
        total=UNKNOWN if total is None else Amount(float(total.value), word=total.word),
        reported_sum=worked_out(as_said(numbers)) if numbers else UNKNOWN,
        gap=worked_out(_gap(total, numbers)) if total and numbers else UNKNOWN,
        reported=len(areas) - len(lacking),
        areas=len(areas),
        lacking=lacking,
        verdict=verdict,
        reason=reason,
        asked=indicator.asked,
    )


def _is_part(area: str, areas: Sequence[str]) -> bool:
    return is_joint(area) or area in areas


def _reported(row: Mapping[str, Any]) -> bool:
    estimated = row["status"] == Status.APPORTIONED.value
    return not math.isnan(row["value"]) and not estimated


def _withheld(row: Mapping[str, Any]) -> bool:
    return math.isnan(row["value"]) and row["status"] == Status.SUPPRESSED.value


def _not_public(count: int) -> Text:
    if not count:
        return Text("全市的数不予公开", "the figure of the city is withheld")
    return Text(
        f"{count} 个旗区的数不予公开，合计只含其余旗区",
        f"the figures of {counted(count, 'area')} are withheld; the sum is that of the others",
    )


def _number(row: Mapping[str, Any], indicator: Indicator) -> Number:
    return printed_number({**row, "unit": indicator.unit.zh, "id": ""})


def _gap(total: Number, numbers: Sequence[Number]) -> Span:
    """Give the total less the sum; what adding binary fractions costs is no gap."""
    parts = as_said(numbers)
    ends = (total.value - parts.value, total.least - parts.high, total.most - parts.low)
    return Span(*(Decimal(0) if abs(one) <= _TINY * abs(total.value) else one for one in ends))


def _judge(
    total: Number | None,
    numbers: Sequence[Number],
    lacking: Sequence[str],
    count: int,
    *,
    asked: bool,
) -> tuple[Agreement, Text]:
    done = count - len(lacking)
    who = Text("已上报的", "that reported") if asked else Text("有公开数的", "with a public figure")
    if total is None:
        return Agreement.LACKING, Text("没有全市的数", "there is no figure of the city")
    if not numbers and not asked:
        return Agreement.LACKING, Text(f"旗区{UNPUBLISHED.zh}", "no public figure of any area")
    if not numbers:
        return Agreement.LACKING, Text("没有旗区上报", "no area reported")
    gap = _gap(total, numbers)
    if summed(numbers).low > total.high:
        more = worked_out(Span(-gap.value, -gap.high, -gap.low)).text()
        return Agreement.OPEN, Text(
            f"{who.zh} {done} 个旗区合计比全市多 {more.zh}",
            f"the {done} areas {who.en} exceed the city by {more.en}",
        )
    if lacking:
        none = Text("无公开数", "have no public figure")
        none = Text("未上报", "did not report") if asked else none
        return Agreement.LACKING, Text(
            f"{count} 个旗区中有 {len(lacking)} 个{none.zh}",
            f"{len(lacking)} of {count} areas {none.en}",
        )
    return _judge_whole(total, numbers, gap)


def _judge_whole(total: Number, numbers: Sequence[Number], gap: Span) -> tuple[Agreement, Text]:
    """Compare where no area lacks."""
    verdict = agreement(summed(numbers), total)
    if worded(*numbers, total) and verdict is not Agreement.MISMATCH:
        return Agreement.ROUNDING, Text(
            "相差在约数的范围之内", "the difference is within the range of approximate figures"
        )
    if not gap.value:
        return Agreement.CLOSED, Text("各旗区合计等于全市", "the areas add up to the city")
    if verdict is Agreement.ROUNDING:
        return Agreement.ROUNDING, Text(
            "相差在各数末位舍入之内", "the difference is within the rounding of the figures"
        )
    return Agreement.OPEN, Text(
        "各旗区都有数，合计与全市不等",
        "all areas have a figure, yet they do not add up to the city",
    )
