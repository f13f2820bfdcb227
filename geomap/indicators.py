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
_PART = ["value", "status", "figures", "conflict"]
_SEVERITY = {status.value: status.severity for status in Status}
_BY_SEVERITY = [status.value for status in Status]
_TABLE = r"^(?:专栏|表)\s*(\d{1,6})(?:[-–.](\d{1,6}))?"
# What decides between figures, in this order; whether the smaller goes first.
_RANK = {
    "_missing": True, "_severity": True, "_date": False, "_text": True,
    "source": True, "_table": False, "_part": False, "_length": True, "id": True,
}  # fmt: skip


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
    later document before the earlier, a table before running text, and within a document the
    later table before the earlier (专栏2 before 专栏1, 表2-2 before 表2-1): a plan's later table
    restates its base. What is still equal keeps the order of the lines; the order of the rows in
    ``figures`` plays no part.

    Returns
    -------
    DataFrame with ``VALUE_COLUMNS``; ``figures`` names all candidates, the chosen one first
    """
    dates = {name: source.date for name, source in sources.items()}
    table_number = figures["locator"].str.extract(_TABLE).fillna("0").astype(int)
    ranked = figures.assign(
        _missing=figures["value"].isna(),
        _severity=figures["status"].map(_SEVERITY),
        _date=figures["source"].map(dates).fillna(""),
        _text=~figures["locator"].str.startswith(("专栏", "表")),
        _table=table_number[0],
        _part=table_number[1],
        # Ids end in the line: the shorter is the smaller number.
        _length=figures["id"].str.len(),
    ).sort_values([*KEY, *_RANK], ascending=[True] * len(KEY) + list(_RANK.values()))
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
        pairs = _pair(
            of, per, timeless=formula.per in indicators and indicators[formula.per].timeless
        )
        result = pairs["value"] / pairs["value_2"] * formula.scale
        if formula.op is Op.QUOTIENT:
            # A city without a denominator would make every quotient 0.
            pairs = pairs.assign(value=_finite(result))
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
    if timeless:
        # The latest that is known holds for every year.
        per = per.assign(_known=per["value"].notna()).sort_values(["_known", "year"])
        per = per.drop_duplicates("area", keep="last")
    per = per[[*on, *_PART]]
    paired = of.merge(per, on=on, suffixes=("", "_2"))
    return _merge_parts(paired)


def _with_city(table: pd.DataFrame, whole: pd.DataFrame, city: str) -> pd.DataFrame:
    whole = whole[whole["area"] == city][["year", *_PART]]
    return _merge_parts(table.merge(whole, on="year", suffixes=("", "_2")))


def _change(of: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Pair each value with the last one known before it, in the same area."""
    before = of.loc[of["value"].notna(), ["area", "year", *_PART]]
    before = before.rename(columns={name: f"{name}_2" for name in _PART})
    pairs = pd.merge_asof(
        of.sort_values("year"),
        before.assign(year_2=before["year"]).sort_values("year"),
        on="year",
        by="area",
        allow_exact_matches=False,
    ).dropna(subset=["year_2"])
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
    result = _finite(result)
    status = pairs["status"].where(pairs["status"] != "reported", "derived")
    gone = result.isna() & ~status.isin(["suppressed"])
    table = pairs.assign(indicator=name, value=result, status=status.mask(gone, "missing"))
    return table[VALUE_COLUMNS].sort_values(KEY, kind="stable")


def _finite(numbers: pd.Series) -> pd.Series:
    return numbers.replace([float("inf"), float("-inf")], float("nan")).astype(float)
