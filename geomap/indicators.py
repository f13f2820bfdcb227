"""From figures to values: which of several figures holds, and derived indicators by formula.

A value is what one map shows for one area and year. It names the figures it came from, so that
every number leads to its document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geomap.catalog import Indicator, Op, Source, Status

VALUE_COLUMNS = [
    "indicator", "area", "year", "kind", "value", "status", "figures", "conflict", "base_year",
]  # fmt: skip
KEY = ["indicator", "area", "year", "kind"]
_SEVERITY = {status.value: status.severity for status in Status}
_BY_SEVERITY = [status.value for status in Status]


def evaluate(
    figures: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    *,
    city: str,
    sources: Mapping[str, Source],
) -> pd.DataFrame:
    """Work out every value that the figures and the catalogue's formulas give.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``
    city : code of the whole, for shares and location quotients

    Returns
    -------
    DataFrame with ``VALUE_COLUMNS``, sorted by the key; ``value`` is NaN when missing,
    ``figures`` a tuple of figure ids, ``base_year`` 0 except for changes
    """
    stored = resolve(figures, sources)
    done = {str(name): table for name, table in stored.groupby("indicator")}
    waiting = [indicator for indicator in indicators.values() if indicator.formula]
    while ready := [one for one in waiting if not _needs(one) & {w.id for w in waiting}]:
        for indicator in ready:
            table = derive(indicator, done, indicators, city=city)
            if len(table):
                done[indicator.id] = table
            waiting.remove(indicator)
    known = [done[name] for name in indicators if name in done]
    if not known:
        return pd.DataFrame(columns=VALUE_COLUMNS)
    return pd.concat(known, ignore_index=True)[VALUE_COLUMNS]


def resolve(figures: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Choose one figure for each indicator, area, year and kind, and mark where others disagree.

    A figure with a value goes before a missing one, a surer status before a less sure one, the
    later document before the earlier, a table before running text.

    Returns
    -------
    DataFrame with ``VALUE_COLUMNS``; ``figures`` names all candidates, the chosen one first
    """
    dates = {name: source.date for name, source in sources.items()}
    ranked = figures.assign(
        _missing=figures["value"].isna(),
        _severity=figures["status"].map(_SEVERITY),
        _date=figures["source"].map(dates).fillna(""),
        _text=~figures["locator"].str.startswith(("专栏", "表")),
    ).sort_values(
        [*KEY, "_missing", "_severity", "_date", "_text"],
        ascending=[True, True, True, True, True, True, False, True],
        kind="stable",
    )
    grouped = ranked.groupby(KEY, sort=False)
    table = grouped.agg(
        value=("value", "first"),
        status=("status", "first"),
        figures=("id", tuple),
        distinct=("value", "nunique"),
    ).reset_index()
    table["conflict"] = table.pop("distinct") > 1
    table["base_year"] = 0
    return table[VALUE_COLUMNS]


def derive(
    indicator: Indicator,
    done: Mapping[str, pd.DataFrame],
    indicators: Mapping[str, Indicator],
    *,
    city: str,
) -> pd.DataFrame:
    """Work out one derived indicator from the values that are there.

    A value is missing, not zero, when a part is missing or a denominator is zero; its status is
    the worst of its parts and at best ``derived``.
    """
    formula = indicator.formula
    if formula is None or formula.op is Op.SITES or formula.of not in done:
        return pd.DataFrame(columns=VALUE_COLUMNS)
    of = _actual(done[formula.of])
    if formula.op is Op.CHANGE:
        pairs, result = _change(of)
    elif formula.op is Op.SHARE:
        pairs = _with_city(of, of, city)
        result = pairs["value"] / pairs["value_2"] * 100
    else:
        if formula.per not in done:
            return pd.DataFrame(columns=VALUE_COLUMNS)
        per = _actual(done[formula.per])
        pairs = _pair(of, per, timeless=indicators[formula.per].timeless)
        result = pairs["value"] / pairs["value_2"] * formula.scale
        if formula.op is Op.QUOTIENT:
            pairs = pairs.assign(value=result)
            pairs = _with_city(pairs[VALUE_COLUMNS], pairs[VALUE_COLUMNS], city)
            result = pairs["value"] / pairs["value_2"]
    return _finish(indicator.id, pairs, result)


def _needs(indicator: Indicator) -> set[str]:
    formula = indicator.formula
    if formula is None or formula.op is Op.SITES:
        return set()
    return {formula.of, formula.per} - {""}


def _actual(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["kind"] == "actual"]


def _pair(of: pd.DataFrame, per: pd.DataFrame, *, timeless: bool) -> pd.DataFrame:
    on = ["area"] if timeless else ["area", "year"]
    per = per[[*on, "value", "status", "figures", "conflict"]]
    paired = of.merge(per, on=on, suffixes=("", "_2"))
    return _merge_parts(paired)


def _with_city(table: pd.DataFrame, whole: pd.DataFrame, city: str) -> pd.DataFrame:
    whole = whole[whole["area"] == city][["year", "value", "status", "figures", "conflict"]]
    return _merge_parts(table.merge(whole, on="year", suffixes=("", "_2")))


def _change(of: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    ordered = of[of["value"].notna()].sort_values(["area", "year"], kind="stable")
    before = ordered.groupby("area")[["year", "value", "status", "figures", "conflict"]].shift()
    pairs = ordered.join(before.add_suffix("_2")).dropna(subset=["year_2"])
    pairs = _merge_parts(pairs.assign(base_year=pairs["year_2"].astype(int)))
    return pairs, (pairs["value"] - pairs["value_2"]) / pairs["value_2"].abs() * 100


def _merge_parts(paired: pd.DataFrame) -> pd.DataFrame:
    severity = paired[["status", "status_2"]].apply(lambda column: column.map(_SEVERITY))
    return paired.assign(
        status=severity.max(axis=1).map(lambda worst: _BY_SEVERITY[int(worst)]),
        figures=_united(paired),
        conflict=paired["conflict"].astype(bool) | paired["conflict_2"].astype(bool),
    )


def _united(paired: pd.DataFrame) -> pd.Series[Any]:
    both = zip(paired["figures"], paired["figures_2"], strict=True)
    united = [tuple(dict.fromkeys(first + second)) for first, second in both]
    return pd.Series(united, index=paired.index, dtype=object)


def _finish(name: str, pairs: pd.DataFrame, result: pd.Series) -> pd.DataFrame:
    result = result.replace([float("inf"), float("-inf")], float("nan")).astype(float)
    status = pairs["status"].where(pairs["status"] != "reported", "derived")
    gone = result.isna() & ~status.isin(["suppressed"])
    table = pairs.assign(indicator=name, value=result, status=status.mask(gone, "missing"))
    return table[VALUE_COLUMNS].sort_values(KEY, kind="stable")
