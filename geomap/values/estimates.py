"""What areas that have not reported may have: the remainder of a total, spread by weights. Pure.

Totals are kept exactly; what was reported is never touched. Each estimate says its method, and a
range from the other weights. Where an honest estimate is not to be had, the reason is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from geomap.errors import Text
from geomap.model.approx import Sense, sense
from geomap.model.catalog import Indicator, Op, Status
from geomap.numbers import counted, digits_of, exact, full
from geomap.tables.comparability import Vintage, compare_area, disjoint, existed, is_joint, members
from geomap.values.fitting import EstimateError, ipf, largest_remainder, round_table, whole_units

ESTIMATE_COLUMNS = [
    "indicator", "area", "year", "kind", "value", "status", "figures", "conflict", "base_year",
    "low", "high", "method",
]  # fmt: skip
_Row = dict[str, Any]
_NO_RANGE = (math.nan, math.nan)
SPREAD = Text("没有数，按权数分摊估算", "no figure, estimated by weights")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no estimate; with a ``weight``, why that weight was not used."""

    indicator: str
    year: int
    weight: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Estimates:
    """All estimates of a release, what was refused, and the weight of each (indicator, year)."""

    table: pd.DataFrame
    refusals: tuple[Refusal, ...] = ()
    weights_used: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def weights_in(self, year: int) -> dict[str, str]:
        """Give the weight by which each indicator was spread in a year."""
        return {name: weight for (name, of), weight in self.weights_used.items() if of == year}


@dataclass(frozen=True, slots=True)
class Gap:
    """What is to be spread for one indicator and year, in whole units of the last digit."""

    indicator: Indicator
    year: int
    total: _Row
    known: tuple[_Row, ...]
    missing: tuple[str, ...]
    decimals: int
    remainder: int


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight for the missing areas: from which indicator, of which year."""

    indicator: Indicator
    year: int
    values: Mapping[str, float]
    figures: tuple[str, ...]


@dataclass(slots=True)
class _World:
    """What the estimates are made from, and what has been made so far."""

    values: Mapping[tuple[str, int], Mapping[str, _Row]]
    indicators: Mapping[str, Indicator]
    city: str
    areas: Sequence[str]
    vintages: Mapping[str, Vintage]
    rows: list[_Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    used: dict[tuple[str, int], str] = field(default_factory=dict)

    def refuse(self, indicator: str, year: int, reason: Text, weight: str = "") -> None:
        self.refusals.append(Refusal(indicator, year, weight, reason))


def estimate(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    city: str,
    areas: Sequence[str],
    *,
    vintages: Mapping[str, Vintage] | None = None,
    complete: Sequence[str] = (),
) -> Estimates:
    """Estimate what areas have not reported, for additive indicators that name weights.

    Parameters
    ----------
    values : DataFrame with the columns of ``indicators.VALUE_COLUMNS``, without estimates
    indicators : by id; each is spread by the first of its ``weights``, the others give the range
    areas : codes of the parts of the city; ties of the largest remainder go by their order
    complete : totals whose parts in the catalogue are all there are; where every area reports the
        total and the city the parts, the parts are fitted to both margins

    Returns
    -------
    Estimates; the table has ``ESTIMATE_COLUMNS``: status "apportioned", ``low`` and ``high`` NaN
    without a second weight, ``method`` a ``Text``. Its rows are of areas whose value is missing,
    never others
    """
    actual = values[values["kind"] == "actual"]
    known: dict[tuple[str, int], dict[str, _Row]] = {}
    rows: list[_Row] = actual.to_dict("records")  # type: ignore[assignment]
    for row in rows:
        known.setdefault((row["indicator"], int(row["year"])), {})[row["area"]] = row
    world = _World(known, indicators, city, list(areas), vintages or {})
    fitted = _fit_tables(world, complete)
    for (name, year), by_area in known.items():
        indicator = indicators.get(name)
        wanted = indicator is not None and indicator.additive and indicator.weights
        if indicator is not None and wanted and (name, year) not in fitted:
            _spread(world, indicator, year, by_area)
    return Estimates(_table(world), tuple(world.refusals), world.used)


def fill(values: pd.DataFrame, estimates: Estimates) -> pd.DataFrame:
    """Put the estimates in the place of what is missing.

    Parameters
    ----------
    values : those that the estimates were made from

    Returns
    -------
    The values with ``low``, ``high`` and ``method``: NaN, NaN and None for what is no estimate
    """
    given = values.assign(low=math.nan, high=math.nan, method=None)
    if not len(estimates.table):
        return given
    key = ["indicator", "area", "year", "kind"]
    made = estimates.table.assign(rule=None, others=None, approx="", decimals=math.nan)
    for name, item in (("rule", SPREAD), ("others", ())):
        made[name] = pd.Series([item] * len(made), index=made.index, dtype=object)
    gone = pd.MultiIndex.from_frame(given[key]).isin(pd.MultiIndex.from_frame(made[key]))
    filled = pd.concat([given[~gone], made[given.columns]], ignore_index=True)
    return filled.sort_values(key, kind="stable", ignore_index=True)


def _table(world: _World) -> pd.DataFrame:
    if not world.rows:
        return pd.DataFrame(columns=ESTIMATE_COLUMNS)
    menu = {name: place for place, name in enumerate(world.indicators)}
    order = {area: place for place, area in enumerate(world.areas)}
    world.rows.sort(key=lambda row: (menu[row["indicator"]], row["year"], order[row["area"]]))
    return pd.DataFrame(world.rows, columns=ESTIMATE_COLUMNS)


# --- one indicator, one year ----------------------------------------------------------------------


def _spread(world: _World, indicator: Indicator, year: int, rows: Mapping[str, _Row]) -> None:
    try:
        gap = find_gap(indicator, year, rows, world.city, _there(world, year))
    except EstimateError as error:
        world.refuse(indicator.id, year, error.text)
        return
    if gap is None:
        return
    usable = [
        found for name in indicator.weights if (found := _weight(world, gap, name)) is not None
    ]
    if not usable:
        reason = Text("没有可用的权数，不作估算", "no weight can be used, so nothing is estimated")
        world.refuse(indicator.id, year, reason)
        return
    shares = [_shares(gap, weight) for weight in usable]
    world.used[indicator.id, year] = usable[0].indicator.id
    unused = [
        one.reason
        for one in world.refusals
        if (one.indicator, one.year) == (indicator.id, year) and one.weight
    ]
    method = _method(gap, usable, unused)
    for place, area in enumerate(gap.missing):
        spread = [one[place] for one in shares]
        world.rows.append(_row(gap, area, spread, usable, method))


def _there(world: _World, year: int) -> list[str]:
    return [area for area in world.areas if existed(area, year, world.vintages)]


def find_gap(
    indicator: Indicator, year: int, rows: Mapping[str, _Row], city: str, areas: Sequence[str]
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
    disputed = [area for area, row in rows.items() if _undecided(row)]
    if disputed:
        raise EstimateError(
            f"{'、'.join(disputed)} 各处记载不一，未定采用哪个，不作估算",
            f"{', '.join(disputed)} undecided between documents: nothing is estimated",
        )
    total = rows.get(city)
    counted = disjoint(area for area, row in rows.items() if area != city and _known(row))
    covered = {code for area in counted for code in members(area)}
    missing = [area for area in areas if area not in covered]
    if total is None or not _known(total) or not missing:
        return None
    hidden = {code for area, row in rows.items() if _withheld(row) for code in members(area)}
    withheld = [area for area in missing if area in hidden]
    if withheld:
        raise EstimateError(
            f"{'、'.join(withheld)} 不予公开，余数含有不予公开的数，不作估算",
            f"{', '.join(withheld)} withheld: the remainder would tell, so nothing is estimated",
        )
    parts = [rows[area] for area in counted]
    _refuse_ranges((total, *parts))
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


def _known(row: _Row | None) -> bool:
    return row is not None and not math.isnan(row["value"])


def _refuse_ranges(rows: Iterable[_Row]) -> None:
    """Stop where a number is a range or has one end (3—5, 超过): what it leaves is not known."""
    words = (row["approx"] for row in rows)
    if ranged := [word for word in words if sense(word) not in (Sense.PLAIN, Sense.ABOUT)]:
        raise EstimateError(
            f"有的数只知范围（{'、'.join(ranged)}），余数不定，不作估算",
            f"of some figures only a range is known ({', '.join(ranged)}): nothing is estimated",
        )


def _undecided(row: _Row) -> bool:
    """Whether documents give values and no rule says which one holds."""
    others = row.get("others")
    return not _known(row) and isinstance(others, tuple) and len(others) > 0


def _withheld(row: _Row) -> bool:
    return bool(row["status"] == Status.SUPPRESSED.value)


def _shares(gap: Gap, weight: Weight) -> list[float]:
    given = largest_remainder(gap.remainder, [weight.values[area] for area in gap.missing])
    return [_number(one, gap.decimals) for one in given]


def _number(whole: int, decimals: int) -> float:
    return float(Decimal(whole).scaleb(-decimals))


def _weight(world: _World, gap: Gap, name: str) -> Weight | None:
    """Take a weight from the year itself, else from the nearest year in which it is complete."""
    indicator = world.indicators.get(name)
    years = [year for of, year in world.values if of == name]
    nearest = sorted(years, key=lambda year: (abs(year - gap.year), -year))
    for year in nearest:
        rows = world.values[name, year]
        if indicator is not None and _covers(world, gap, rows, year):
            found = {area: float(rows[area]["value"]) for area in gap.missing}
            if min(found.values()) < 0 or not any(found.values()):
                reason = Text(
                    f"权数{indicator.name.zh}（{year}年）全为零或有负数，未用",
                    f"{indicator.name.en} of {year} is zero everywhere or negative, not used",
                )
                world.refuse(gap.indicator.id, gap.year, reason, name)
                return None
            ids = [figure for area in gap.missing for figure in rows[area]["figures"]]
            return Weight(indicator, year, found, tuple(dict.fromkeys(ids)))
    label = indicator.name if indicator is not None else Text(name, name)
    reason = Text(
        f"权数{label.zh}没有一年在同一区划上齐全，未用",
        f"{label.en} is complete in no year with the same boundaries, not used",
    )
    world.refuse(gap.indicator.id, gap.year, reason, name)
    return None


def _covers(world: _World, gap: Gap, rows: Mapping[str, _Row], year: int) -> bool:
    """Whether a weight is there for each missing area, within the same boundaries."""
    return all(
        _known(rows.get(area)) and compare_area(area, gap.year, year, world.vintages).allowed
        for area in gap.missing
    )


def _method(gap: Gap, weights: Sequence[Weight], unused: Sequence[Text]) -> Text:
    first = weights[0]
    total = full(gap.total["value"])
    rest = full(_number(gap.remainder, gap.decimals))
    unit = gap.indicator.unit
    name = first.indicator.name
    zh = f"估算：全市 {total}{unit.zh}"
    en = f"estimate: the city's {total} {unit.en}"
    if gap.known:
        zh += f" 减有数的 {len(gap.known)} 处，余 {rest}{unit.zh}"
        en += f" less the {len(gap.known)} with a figure, {rest} {unit.en} left"
    zh += f"，按{name.zh}（{first.year}年）分摊到没有数的 {len(gap.missing)} 个旗区"
    en += f", spread over {counted(len(gap.missing), 'area')} by {name.en} ({first.year})"
    if first.year != gap.year:
        zh += f"，{gap.year}年没有完整的权数"
        en += f", for {gap.year} has no complete weight"
    zh += "，最大余数法，合计不变"
    en += ", largest remainder, the total kept"
    if len(weights) > 1:
        others = weights[1:]
        zh += f"；区间另按{'、'.join(f'{w.indicator.name.zh}（{w.year}年）' for w in others)}"
        en += f"; range by {', '.join(f'{w.indicator.name.en} ({w.year})' for w in others)}"
    else:
        zh += "；没有其他可用的权数，不给区间"
        en += "; no other weight, hence no range"
    if unused:
        zh += f"（{'；'.join(one.zh for one in unused)}）"
        en += f" ({'; '.join(one.en for one in unused)})"
    return Text(zh, en)


def _row(
    gap: Gap, area: str, found: Sequence[float], weights: Sequence[Weight], method: Text
) -> _Row:
    ids = [*gap.total["figures"], *(figure for row in gap.known for figure in row["figures"])]
    ids += [figure for weight in weights for figure in weight.figures]
    conflict = gap.total["conflict"] or any(row["conflict"] for row in gap.known)
    several = len(found) > 1
    between = (min(found), max(found)) if several else _NO_RANGE
    key = (gap.indicator.id, area, gap.year)
    return _estimate(key, found[0], between, ids, method, conflict=bool(conflict))


def _estimate(
    key: tuple[str, str, int],
    value: float,
    between: tuple[float, float],
    figures: Iterable[str],
    method: Text,
    *,
    conflict: bool,
) -> _Row:
    indicator, area, year = key
    return {
        "indicator": indicator, "area": area, "year": year, "kind": "actual", "value": value,
        "status": Status.APPORTIONED.value, "figures": tuple(dict.fromkeys(figures)),
        "conflict": conflict, "base_year": 0, "low": between[0], "high": between[1],
        "method": method,
    }  # fmt: skip


# --- categories × areas, both margins known ------------------------------------------------------


def _fit_tables(world: _World, complete: Sequence[str]) -> set[tuple[str, int]]:
    """Fit the parts of totals that every area reports; give what is thereby done."""
    done: set[tuple[str, int]] = set()
    for total in complete:
        parts = [one for one in world.indicators.values() if one.part_of == total]
        for name, year in list(world.values):
            if name == total and any(part.weights for part in parts):
                try:
                    done |= _fit_table(world, total, parts, year)
                except EstimateError as error:
                    world.refuse(total, year, error.text)
    return done


def _fit_table(
    world: _World, total: str, parts: Sequence[Indicator], year: int
) -> set[tuple[str, int]]:
    areas = _there(world, year)
    rows = world.values[total, year]
    cells = [world.values.get((part.id, year), {}) for part in parts]
    whole = all(_known(rows.get(area)) for area in areas)
    whole = whole and all(_known(column.get(world.city)) for column in cells)
    columns = (rows, *cells)
    if any(is_joint(area) or _undecided(column[area]) for column in columns for area in column):
        return set()
    absent = [
        (a, p) for a, area in enumerate(areas) for p, column in enumerate(cells)
        if not _known(column.get(area))
    ]  # fmt: skip
    if not whole or not absent:
        return set()
    if any(areas[a] in cells[p] and _withheld(cells[p][areas[a]]) for a, p in absent):
        raise EstimateError("有不予公开的数，不作估算", "cells are withheld: nothing is estimated")
    _refuse_ranges(row for column in columns for row in column.values() if _known(row))
    decimals = _decimals(parts, [rows[area] for area in areas], cells)
    made, rounds = _fitted(
        [[column.get(area) for column in cells] for area in areas],
        [whole_units(rows[area]["value"], decimals) for area in areas],
        [whole_units(column[world.city]["value"], decimals) for column in cells],
        decimals,
    )
    method = _fit_method(world.indicators[total], len(parts), rounds)
    for a, p in absent:
        area, city = rows[areas[a]], cells[p][world.city]
        ids = (*city["figures"], *area["figures"])
        conflict = bool(city["conflict"] or area["conflict"])
        value = _number(int(made[a, p]), decimals)
        key = (parts[p].id, areas[a], year)
        world.rows.append(_estimate(key, value, _NO_RANGE, ids, method, conflict=conflict))
    done = {(part.id, year) for part in parts}
    if len(absent) == len(areas) * len(parts):
        world.used.update(dict.fromkeys(done, total))
    return done


def _decimals(
    parts: Sequence[Indicator], totals: Sequence[_Row], cells: Sequence[Mapping[str, _Row]]
) -> int:
    printed = [row for column in cells for row in column.values() if _known(row)]
    digits = [digits_of(row["value"]) for row in (*totals, *printed)]
    return max([part.decimals for part in parts] + digits)


def _fitted(
    known: Sequence[Sequence[_Row | None]],
    rows: Sequence[int],
    columns: Sequence[int],
    decimals: int,
) -> tuple[Any, int]:
    """Fit what is not known to what is left of the margins, in whole units."""
    fixed = np.array(
        [
            [whole_units(cell["value"], decimals) if cell and _known(cell) else 0 for cell in line]
            for line in known
        ],
        dtype=np.int64,
    )
    seed = np.array([[0.0 if _known(cell) else 1.0 for cell in line] for line in known])
    # What is free of each row by what is free of each column, so that reported cells stay.
    left = [int(whole) - int(row.sum()) for whole, row in zip(rows, fixed, strict=True)]
    below = [int(whole) - int(col.sum()) for whole, col in zip(columns, fixed.T, strict=True)]
    if min(*left, *below) < 0:
        raise EstimateError("合计小于其已有的部分，不作估算", "a total is below its known parts")
    if sum(left) != sum(below):
        by_rows, by_columns = (full(_number(sum(one), decimals)) for one in (rows, columns))
        raise EstimateError(
            f"各旗区总数合计 {by_rows} 与全市各类合计 {by_columns} 不一致，不作拟合",
            f"the areas' totals sum to {by_rows}, the city's parts to {by_columns}: "
            "the margins disagree, nothing is fitted",
        )
    fit = ipf(seed, left, below, 1e-12)
    rounded = round_table(fit.table, left, below)
    if not fit.converged or not rounded.kept:
        raise EstimateError(
            f"拟合不收敛（差 {full(fit.gap, digits=3)}），{rounded.text.zh}",
            f"the fit does not converge (off by {full(fit.gap, digits=3)}); {rounded.text.en}",
        )
    return rounded.table, fit.rounds


def _fit_method(total: Indicator, count: int, rounds: int) -> Text:
    return Text(
        f"估算：各旗区{total.name.zh}与全市{count}类合计都已知，迭代比例拟合（{rounds}轮），"
        "两边合计不变；假定各旗区没有数的各类构成相同",
        f"estimate: fitted to the areas' {total.name.en} and the city's {count} parts "
        f"(iterative proportional fitting, {rounds} rounds), both kept; the mix of what has "
        "no figure is taken to be the same everywhere",
    )


# --- what an estimate cannot show -----------------------------------------------------------------


def flat_by_construction(
    indicator: Indicator,
    weights_used: Mapping[str, str],
    weights_before: Mapping[str, str] | None = None,
) -> Text | None:
    """Say that estimates make a derived indicator the same everywhere; None when they do not.

    Parameters
    ----------
    weights_used : indicator → the weight it was spread by, as ``Estimates.weights_in`` gives it
    weights_before : the same of the year that a change starts from
    """
    formula = indicator.formula
    if formula is None or formula.op not in (Op.RATIO, Op.QUOTIENT, Op.CHANGE):
        return None
    of, per = weights_used.get(formula.of), weights_used.get(formula.per)
    if formula.op is Op.CHANGE:
        per = (weights_before or {}).get(formula.of)
    if of is None or of not in (formula.per, per):
        return None
    return Text(
        "估算的旗区此值相同（舍入除外）：分子是按同一权数分摊的，相同出于方法，不是实际情况",
        "equal, but for rounding, wherever it is estimated: the numerator was spread by the same "
        "weight, so the sameness is the method's, not a finding",
    )
