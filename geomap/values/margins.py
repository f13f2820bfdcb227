"""Categories × areas of which both margins are known: what has no figure, fitted to both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geomap.errors import Text
from geomap.model.catalog import Indicator
from geomap.numbers import digits_of, full
from geomap.tables.comparability import is_joint
from geomap.values.fitting import EstimateError, ipf, round_table, whole_units
from geomap.values.gaps import (
    NO_RANGE,
    EstimateWork,
    ValueRow,
    areas_there,
    estimated_row,
    has_value,
    in_units,
    is_undecided,
    is_withheld,
    refuse_ranges,
)


def fit_margins(world: EstimateWork, complete: Sequence[str]) -> set[tuple[str, int]]:
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
    world: EstimateWork, total: str, parts: Sequence[Indicator], year: int
) -> set[tuple[str, int]]:
    areas = areas_there(world, year)
    rows = world.values[total, year]
    cells = [world.values.get((part.id, year), {}) for part in parts]
    whole = all(has_value(rows.get(area)) for area in areas)
    whole = whole and all(has_value(column.get(world.city)) for column in cells)
    columns = (rows, *cells)
    if any(is_joint(area) or is_undecided(column[area]) for column in columns for area in column):
        return set()
    absent = [
        (a, p) for a, area in enumerate(areas) for p, column in enumerate(cells)
        if not has_value(column.get(area))
    ]  # fmt: skip
    if not whole or not absent:
        return set()
    if any(areas[a] in cells[p] and is_withheld(cells[p][areas[a]]) for a, p in absent):
        raise EstimateError("有不予公开的数，不作估算", "cells are withheld: nothing is estimated")
    refuse_ranges(row for column in columns for row in column.values() if has_value(row))
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
        value = in_units(int(made[a, p]), decimals)
        key = (parts[p].id, areas[a], year)
        world.rows.append(estimated_row(key, value, NO_RANGE, ids, method, conflict=conflict))
    done = {(part.id, year) for part in parts}
    if len(absent) == len(areas) * len(parts):
        world.used.update(dict.fromkeys(done, total))
    return done


def _decimals(
    parts: Sequence[Indicator], totals: Sequence[ValueRow], cells: Sequence[Mapping[str, ValueRow]]
) -> int:
    printed = [row for column in cells for row in column.values() if has_value(row)]
    digits = [digits_of(row["value"]) for row in (*totals, *printed)]
    return max([part.decimals for part in parts] + digits)


def _fitted(
    known: Sequence[Sequence[ValueRow | None]],
    rows: Sequence[int],
    columns: Sequence[int],
    decimals: int,
) -> tuple[Any, int]:
    """Fit what is not known to what is left of the margins, in whole units."""
    fixed = np.array(
        [
            [
                whole_units(cell["value"], decimals) if cell and has_value(cell) else 0
                for cell in line
            ]
            for line in known
        ],
        dtype=np.int64,
    )
    seed = np.array([[0.0 if has_value(cell) else 1.0 for cell in line] for line in known])
    # What is free of each row by what is free of each column, so that reported cells stay.
    left = [int(whole) - int(row.sum()) for whole, row in zip(rows, fixed, strict=True)]
    below = [int(whole) - int(col.sum()) for whole, col in zip(columns, fixed.T, strict=True)]
    if min(*left, *below) < 0:
        raise EstimateError("合计小于其已有的部分，不作估算", "a total is below its known parts")
    if sum(left) != sum(below):
        by_rows, by_columns = (full(in_units(sum(one), decimals)) for one in (rows, columns))
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
