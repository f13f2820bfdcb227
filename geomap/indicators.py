"""From figures to values: which of several figures holds, and derived indicators by formula.

A value is what one map shows for one area and year. It names the figures it came from, so that
every number leads to its document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geomap.catalog import Indicator, Op, Source, Status
from geomap.errors import Text
from geomap.precedence import DEFAULT, Precedence, resolve

VALUE_COLUMNS = [
    "indicator", "area", "year", "kind", "value", "status", "figures", "conflict", "base_year",
    "rule", "others", "low", "high", "method",
]  # fmt: skip
KEY = ["indicator", "area", "year", "kind"]
_PART = ["value", "status", "figures", "conflict", "method"]
_SEVERITY = {status.value: status.severity for status in Status}
_BY_SEVERITY = [status.value for status in Status]
WORKED_OUT = Text("由公式算出", "worked out by formula")
STATED = Text("估算：出处给出的就是估算数", "estimate: its source gives it as one")


def evaluate(
    figures: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    *,
    city: str,
    sources: Mapping[str, Source],
    precedence: Precedence = DEFAULT,
) -> pd.DataFrame:
    """Work out every value that the figures and the catalogue's formulas give.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``
    city : code of the whole, for shares and location quotients
    precedence : which of several figures holds

    Returns
    -------
    DataFrame with ``VALUE_COLUMNS``, sorted by the key; ``value`` is NaN when missing,
    ``figures`` a tuple of figure ids, ``base_year`` 0 except for changes, ``others`` the values
    of other places where the documents disagree, ``rule`` what decided
    """
    return complete(resolve(figures, sources, precedence), indicators, city=city)


def complete(
    stored: pd.DataFrame, indicators: Mapping[str, Indicator], *, city: str
) -> pd.DataFrame:
    """Add what formulas make of stored values, estimates among them.

    Parameters
    ----------
    stored : as ``precedence.resolve`` gives it, or ``estimates.fill``; a status "apportioned" has a
        ``method``, here or there, that says 估算

    Returns
    -------
    As ``evaluate``; ``low`` and ``high`` are NaN, ``method`` None for what is no estimate
    """
    stored = _with_methods(stored)
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


def _with_methods(stored: pd.DataFrame) -> pd.DataFrame:
    """Say of every estimate that it is one, of those that documents give too."""
    given = stored.reindex(columns=VALUE_COLUMNS)
    estimated = given["status"] == Status.APPORTIONED.value
    methods = [
        (found if isinstance(found, Text) else STATED) if is_one else None
        for found, is_one in zip(given["method"], estimated, strict=True)
    ]
    given["method"] = pd.Series(methods, index=given.index, dtype=object)
    return given.astype({"low": float, "high": float})


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
        method=paired["method"].where(paired["method"].notna(), paired["method_2"]),
    )


def _united(paired: pd.DataFrame) -> pd.Series[Any]:
    both = zip(paired["figures"], paired["figures_2"], strict=True)
    united = [tuple(dict.fromkeys(first + second)) for first, second in both]
    return pd.Series(united, index=paired.index, dtype=object)


def _finish(name: str, pairs: pd.DataFrame, result: pd.Series) -> pd.DataFrame:
    result = _finite(result)
    status = pairs["status"].where(pairs["status"] != "reported", "derived")
    gone = result.isna() & ~status.isin(["suppressed"])
    status = status.mask(gone, "missing")
    estimated = status == Status.APPORTIONED.value
    table = pairs.assign(
        indicator=name,
        value=result,
        status=status,
        method=pairs["method"].astype(object).where(estimated, None),
        rule=pd.Series([WORKED_OUT] * len(pairs), index=pairs.index, dtype=object),
        others=pd.Series([()] * len(pairs), index=pairs.index, dtype=object),
        low=float("nan"),
        high=float("nan"),
    )
    return table[VALUE_COLUMNS].sort_values(KEY, kind="stable")


def _finite(numbers: pd.Series) -> pd.Series:
    return numbers.replace([float("inf"), float("-inf")], float("nan")).astype(float)
