"""From figures to values: which of several figures holds, and derived indicators by formula.

A value is what one map shows for one area and year. It names the figures it came from, so that
every number leads to its document.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from geomap.errors import Text
from geomap.model.approx import Sense, fineness, follows, sense, span
from geomap.model.catalog import DefinitionVersion, Indicator, Op, Source, Status
from geomap.tables.comparability import Vintage, breaks_between, compare_area, versions_of
from geomap.values.precedence import DEFAULT, KEY, Precedence, resolve

VALUE_COLUMNS = [
    "indicator", "area", "year", "kind", "value", "status", "figures", "conflict", "base_year",
    "rule", "others", "low", "high", "method", "approx", "decimals",
]  # fmt: skip
_PART = ["value", "status", "figures", "conflict", "method", "low", "high", "approx"]
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
    stored: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    *,
    city: str,
    vintages: Mapping[str, Vintage] | None = None,
) -> pd.DataFrame:
    """Add what formulas make of stored values, estimates among them.

    Parameters
    ----------
    stored : as ``precedence.resolve`` gives it, or ``estimates.fill``; a status "apportioned" has a
        ``method``, here or there, that says 估算
    vintages : since when areas exist: no change is worked out across a change of boundaries

    Returns
    -------
    As ``evaluate``; ``low`` and ``high`` are NaN, ``method`` None for what is no estimate; what is
    worked out from an estimate with a range, or from a number with a word (约25万), has one too
    """
    stored = _with_methods(stored)
    done = {str(name): ranged(table) for name, table in stored.groupby("indicator")}
    given = set(done)
    waiting = [indicator for indicator in indicators.values() if indicator.formula]
    while ready := [one for one in waiting if not _needs(one) & {w.id for w in waiting}]:
        for indicator in ready:
            table = derive(indicator, done, indicators, city=city)
            if indicator.formula and indicator.formula.op is Op.CHANGE:
                versions = versions_of(indicator.formula.of, indicators)
                table = _without_breaks(table, versions, vintages or {})
            if len(table):
                done[indicator.id] = table
                given.discard(indicator.id)
            waiting.remove(indicator)
    known = [
        _as_given(done[name]) if name in given else done[name]
        for name in indicators
        if name in done
    ]
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
    given["approx"] = given["approx"].astype(object).where(given["approx"].notna() & ~estimated, "")
    return given.astype({"low": float, "high": float, "decimals": float})


def ranged(table: pd.DataFrame) -> pd.DataFrame:
    """Give each value that stands with a word (约, 超过) the range that the word leaves."""
    worded = (table["approx"] != "") & table["low"].isna() & table["value"].notna()
    if not worded.any():
        return table
    pairs = table.loc[worded, ["value", "approx"]].itertuples(index=False, name=None)
    ends = pd.DataFrame([span(*pair) for pair in pairs], index=table.index[worded])
    return table.assign(low=table["low"].fillna(ends[0]), high=table["high"].fillna(ends[1]))


def _as_given(table: pd.DataFrame) -> pd.DataFrame:
    """Take the ranges of words out again: the word itself says as much, and stays."""
    worded = table["approx"] != ""
    return table.assign(low=table["low"].mask(worded), high=table["high"].mask(worded))


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
        return _finish(indicator.id, _worked(_change(of), _growth), signed=True)
    if formula.op is Op.SHARE:
        pairs = _worked(_with_city(of, of, city), partial(_ratio, scale=100))
        return _finish(indicator.id, pairs)
    if formula.per not in done:
        return pd.DataFrame(columns=VALUE_COLUMNS)
    per = _actual(done[formula.per])
    timeless = formula.per in indicators and indicators[formula.per].timeless
    pairs = _worked(_pair(of, per, timeless=timeless), partial(_ratio, scale=formula.scale))
    if formula.op is Op.QUOTIENT:
        # A city without a denominator would make every quotient 0.
        rates = pairs[VALUE_COLUMNS]
        pairs = _worked(_with_city(rates, rates, city), partial(_ratio, scale=1))
    return _finish(indicator.id, pairs)


def _ratio(of: pd.Series, per: pd.Series, *, scale: float) -> pd.Series:
    return of / per * scale


def _growth(now: pd.Series, before: pd.Series) -> pd.Series:
    return (now - before) / before.abs() * 100


def _worked(pairs: pd.DataFrame, work: Callable[[pd.Series, pd.Series], pd.Series]) -> pd.DataFrame:
    """Work out the value of each pair, and its range where a part has one.

    Each formula rises or falls in each of its parts all the way, as long as the second does not
    pass 0: so the least and the most stand at the ends of the parts' ranges. The parts are taken
    to vary apart from each other, so the range is never too narrow.
    """
    value = _finite(work(pairs["value"], pairs["value_2"]))
    if not pairs[["low", "low_2"]].notna().to_numpy().any():
        return pairs.assign(value=value, low=math.nan, high=math.nan)
    ends = [
        (pairs[low].fillna(pairs["value" + suffix]), pairs[high].fillna(pairs["value" + suffix]))
        for low, high, suffix in (("low", "high", ""), ("low_2", "high_2", "_2"))
    ]
    corners = pd.concat([work(a, b) for a in ends[0] for b in ends[1]], axis=1).astype(float)
    # Only a word such as 超过 leaves an end open; an estimate has both ends or no range.
    corners = corners.mask(np.isinf(corners) & (pairs["approx"] == "").to_numpy()[:, None])
    ranged = pairs[["low", "low_2"]].notna().any(axis=1) & value.notna()
    ranged &= corners.notna().all(axis=1) & ((ends[1][0] > 0) == (ends[1][1] > 0))
    return pairs.assign(
        value=value, low=corners.min(axis=1).where(ranged), high=corners.max(axis=1).where(ranged)
    )


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


def _change(of: pd.DataFrame) -> pd.DataFrame:
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
    return _merge_parts(pairs.assign(base_year=pairs["year_2"].astype(int)))


def _without_breaks(
    changes: pd.DataFrame, versions: Sequence[DefinitionVersion], vintages: Mapping[str, Vintage]
) -> pd.DataFrame:
    """Take out the changes between years that differ in definition, or in boundaries."""
    broken = [
        bool(breaks_between(versions, before, year))
        or not compare_area(area, before, year, vintages).allowed
        for area, before, year in changes[["area", "base_year", "year"]].itertuples(index=False)
    ]
    gone = pd.Series(broken, index=changes.index, dtype=bool)
    numbers = {name: changes[name].mask(gone) for name in ("value", "low", "high")}
    # What is withheld stays so: else a break would tell that there is no number.
    lost = gone & (changes["status"] != Status.SUPPRESSED.value)
    return changes.assign(
        **numbers,
        status=changes["status"].mask(lost, Status.MISSING.value),
        method=changes["method"].astype(object).mask(gone, None),
    )


def yearly_change(now: pd.DataFrame, before: pd.DataFrame, *, percent: bool) -> pd.DataFrame:
    """Work out what changed from one year to another in each area.

    Parameters
    ----------
    now, before : values of one indicator, each of one year, as ``evaluate`` gives them
    percent : in percent of what was before, else the plain difference

    Returns
    -------
    One row for each area that both hold, as ``evaluate`` gives them: the worse of the two
    statuses, the figures of both; ``base_year`` is the year before
    """
    pairs = ranged(now).merge(
        ranged(before)[["area", "year", *_PART]], on="area", suffixes=("", "_2")
    )
    pairs = _merge_parts(pairs.assign(base_year=pairs["year_2"].astype(int)))
    name = str(now["indicator"].iloc[0])
    return _finish(name, _worked(pairs, _growth if percent else _less), signed=True)


def _less(now: pd.Series, before: pd.Series) -> pd.Series:
    return now - before


def _merge_parts(paired: pd.DataFrame) -> pd.DataFrame:
    severity = paired[["status", "status_2"]].apply(lambda column: column.map(_SEVERITY))
    return paired.assign(
        status=severity.max(axis=1).map(lambda worst: _BY_SEVERITY[int(worst)]),
        figures=_united(paired),
        conflict=paired["conflict"].astype(bool) | paired["conflict_2"].astype(bool),
        method=paired["method"].where(paired["method"].notna(), paired["method_2"]),
        approx=_leading(paired["approx"], paired["approx_2"]),
    )


def _leading(words: pd.Series, others: pd.Series) -> pd.Series:
    """Take a range before another word, any word before none."""
    behind = (words == "") | others.map(sense).eq(Sense.RANGE)
    return words.mask(behind, others)


def _united(paired: pd.DataFrame) -> pd.Series[Any]:
    both = zip(paired["figures"], paired["figures_2"], strict=True)
    united = [tuple(dict.fromkeys(first + second)) for first, second in both]
    return pd.Series(united, index=paired.index, dtype=object)


def _finish(name: str, pairs: pd.DataFrame, *, signed: bool = False) -> pd.DataFrame:
    pairs = _worded(pairs, signed=signed)
    status = pairs["status"].where(pairs["status"] != "reported", "derived")
    gone = pairs["value"].isna() & ~status.isin(["suppressed"]) & (pairs["approx"] == "")
    status = status.mask(gone, "missing")
    estimated = status == Status.APPORTIONED.value
    table = pairs.assign(
        indicator=name,
        status=status,
        method=pairs["method"].astype(object).where(estimated, None),
        rule=pd.Series([WORKED_OUT] * len(pairs), index=pairs.index, dtype=object),
        others=pd.Series([()] * len(pairs), index=pairs.index, dtype=object),
        low=pairs["low"].where(estimated | (pairs["approx"] != "")),
        high=pairs["high"].where(estimated | (pairs["approx"] != "")),
    )
    return table[VALUE_COLUMNS].sort_values(KEY, kind="stable")


def _worded(pairs: pd.DataFrame, *, signed: bool) -> pd.DataFrame:
    """Say of what was worked out from about so much that it is about so much, and how finely.

    A change whose range spans zero (``signed``) has no value: not even its direction is known.
    What has no known end at all is missing. Of what follows from a range (3—5) the middle stands:
    the number stored for it is the lower end.
    """
    worded = (pairs["approx"] != "") & (pairs["status"] != Status.APPORTIONED.value)
    if not worded.any() and pairs["low"].isna().all():
        wordless = pd.Series("", index=pairs.index, dtype=object)
        return pairs.assign(high=math.nan, approx=wordless, decimals=math.nan)
    ends = list(zip(pairs["low"], pairs["high"], strict=True))
    words = [follows(*both) if one else "" for one, both in zip(worded, ends, strict=True)]
    both_known = np.isfinite(pairs["low"]) & np.isfinite(pairs["high"])
    unsure = worded & both_known & (pairs["low"] < 0) & (pairs["high"] > 0) & signed
    lost = worded & (pd.Series(words, index=pairs.index) == "")
    middle = worded & both_known & pairs["approx"].map(sense).eq(Sense.RANGE)
    value = pairs["value"].mask(middle, (pairs["low"] + pairs["high"]) / 2)
    finest = [fineness(*both) if word else math.nan for word, both in zip(words, ends, strict=True)]
    return pairs.assign(
        value=value.mask(unsure | lost),
        low=pairs["low"].where(both_known),
        high=pairs["high"].where(both_known),
        approx=pd.Series(words, index=pairs.index, dtype=object),
        decimals=pd.Series(finest, index=pairs.index, dtype=float),
    )


def _finite(numbers: pd.Series) -> pd.Series:
    return numbers.replace([float("inf"), float("-inf")], float("nan")).astype(float)
