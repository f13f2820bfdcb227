"""Does a document add up? Its parts against its totals, and what it claims against its figures.

What is worked out is held against what is stated in ``geomap.values.checks``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from geomap.errors import Text
from geomap.model.catalog import Indicator, Kind
from geomap.numbers import full
from geomap.tables import cells
from geomap.values.checks import (
    Agreement,
    CannotCheck,
    Check,
    CheckHead,
    agreement,
    checked,
    in_unit,
    joined_texts,
    not_checked,
    outcome_text,
    worked_sum,
)
from geomap.values.claims import Arithmetic, Claim, Constant, Ref, Term
from geomap.values.quantities import (
    FigureRow,
    Number,
    Span,
    exact_number,
    printed_number,
    summed,
    told_number,
)

_TABLE = re.compile(r"(?:专栏|表)\s*\d+(?:[-–.]\d+)?")


def check_all(
    figures: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    arithmetic: Arithmetic,
    *,
    city: str,
) -> tuple[Check, ...]:
    """Do the arithmetic of the documents again: parts and totals first, then the claims.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``
    city : code of the area that a claim means when it names none
    """
    parts = check_parts(figures, indicators, arithmetic.complete)
    rows: list[dict[str, Any]] = figures.to_dict("records")  # type: ignore[assignment]
    claims = (check_claim(claim, rows, indicators, city=city) for claim in arithmetic.claims)
    return (*parts, *claims)


# --- parts and totals -----------------------------------------------------------------------------


def check_parts(
    figures: pd.DataFrame, indicators: Mapping[str, Indicator], complete: Sequence[str]
) -> tuple[Check, ...]:
    """Check every table (or passage) that gives a total together with parts of it.

    Parameters
    ----------
    complete : totals whose parts in the catalogue are all there are
    """
    parts_of: dict[str, list[str]] = {}
    for one in indicators.values():
        if one.part_of in indicators:
            parts_of.setdefault(one.part_of, []).append(one.id)
    concerned = {*parts_of, *(part for parts in parts_of.values() for part in parts)}
    known = figures[figures["value"].notna() & figures["indicator"].isin(concerned)]
    known = known.assign(_place=known["locator"].map(place_of))
    checks = []
    grouped = known.groupby(["source", "_place", "area", "year", "kind"], sort=False)
    for (_, place, *_rest), group in grouped:
        rows = {row["indicator"]: row for row in reversed(group.to_dict("records"))}
        for total, parts in parts_of.items():
            given = [rows[part] for part in parts if part in rows]
            if total in rows and given:
                absent = [indicators[part] for part in parts if part not in rows]
                whole = total in complete
                checks.append(
                    _parts(indicators[total], rows[total], given, absent, str(place), whole)
                )
    return tuple(checks)


def place_of(locator: str) -> str:
    """Give the table that a locator names ("专栏1 2020年基数" → "专栏1"), or all of it."""
    match = _TABLE.match(locator)
    return match[0] if match else locator


def _parts(
    total: Indicator,
    row: FigureRow,
    given: Sequence[FigureRow],
    absent: Sequence[Indicator],
    place: str,
    whole: bool,
) -> Check:
    stated = printed_number(row)
    goal = Text("目标", " target") if row["kind"] == Kind.TARGET.value else Text("", "")
    name = Text(
        f"{total.name.zh}：{place}，{row['year']}年{goal.zh}，{len(given)}项与总数",
        f"{total.name.en}: {place}, {row['year']}{goal.en}, {len(given)} part(s) and the total",
    )
    key = f"parts:{row['source']}:{place}:{total.id}:{row['area']}:{row['year']}:{row['kind']}"
    head = CheckHead(key, name, row["source"], row["locator"], row["quote"])
    try:
        terms = [in_unit(printed_number(one), stated.unit) for one in given]
    except CannotCheck as reason:
        return not_checked(head, reason.text, [*map(printed_number, given), stated])
    found = summed(terms)
    verdict = agreement(found, stated)
    working = worked_sum("sum", terms, found, stated)
    if absent or not whole:
        over = found.low > stated.high
        verdict = Agreement.MISMATCH if over else Agreement.UNKNOWN
        working = working if over else _rest(terms, found, stated)
        head = replace(head, note=_incomplete(absent))
    return checked(head, (terms, stated, found), verdict, working)


def _rest(terms: Sequence[Number], found: Span, stated: Number) -> Text:
    listed = joined_texts(" + ", [told_number(term) for term in terms])
    if len(terms) > 1:
        listed = joined_texts(" = ", [listed, outcome_text(terms, found, full)])
    left = Span(stated.value - found.value, stated.low - found.high, stated.high - found.low)
    rest, total = outcome_text([*terms, stated], left, full), told_number(stated)
    return Text(
        f"已列 {listed.zh}，总数 {total.zh}{stated.unit}，其余 {rest.zh}",
        f"listed {listed.en}, total {total.en} {stated.unit}, the rest {rest.en}",
    )


def _incomplete(absent: Sequence[Indicator]) -> Text:
    if absent:
        return Text(
            f"没有列出：{'、'.join(one.name.zh for one in absent)}，合计不必等于总数",
            f"not listed: {', '.join(one.name.en for one in absent)}; the sum may fall short",
        )
    return Text(
        "目录中的各项不是全部组成，合计不必等于总数",
        "the parts in the catalogue are not all there are; the sum may fall short",
    )


# --- claims ---------------------------------------------------------------------------------------


def check_claim(
    claim: Claim, figures: Sequence[FigureRow], indicators: Mapping[str, Indicator], *, city: str
) -> Check:
    """Work out one claim again.

    Parameters
    ----------
    figures : figures as rows
    """
    head = CheckHead(claim.id, claim.title, claim.source, claim.locator, claim.quote, claim.note)
    known: list[Number] = []
    try:
        for term in (*claim.terms, claim.stated):
            known.append(_number(term, figures, indicators, city))
        terms = [in_unit(term, known[0].unit) for term in known[:-1]]
        unit = known[0].unit if claim.op in ("sum", "difference") else "%"
        stated = in_unit(known[-1], unit)
        found = _span(claim.op, terms, _years(claim))
    except CannotCheck as reason:
        return not_checked(head, reason.text, known)
    working = worked_sum(claim.op, terms, found, stated)
    verdict = agreement(found, stated)
    return checked(head, (terms, stated, found), verdict, working)


def _number(
    term: Term, figures: Sequence[FigureRow], indicators: Mapping[str, Indicator], city: str
) -> Number:
    if isinstance(term, Constant):
        half = Decimal(5).scaleb(-cells.decimals(term.value) - 1)
        return exact_number(Decimal(term.value), half, term.unit)
    found = [row for row in figures if _meant(term, row, city) and not math.isnan(row["value"])]
    name = indicators[term.indicator].name if term.indicator in indicators else None
    what = f"{name.zh if name else term.indicator}{term.area}（{term.year}年）"
    what_en = f"{name.en if name else term.indicator} {term.area}".rstrip() + f", {term.year}"
    if not found:
        raise CannotCheck(f"没有{what}的数", f"there is no figure of {what_en}")
    if len({row["value"] for row in found}) > 1:
        values = "、".join(full(row["value"]) for row in found)
        raise CannotCheck(
            f"{what}有几个数（{values}），没有指明用哪一处",
            f"{what_en} has several figures ({values}); which is meant is not said",
        )
    return printed_number(found[0])


def _meant(ref: Ref, row: FigureRow, city: str) -> bool:
    wanted = (ref.indicator, ref.area or city, ref.year, ref.kind)
    return (
        wanted == (row["indicator"], row["area"], row["year"], row["kind"])
        and ref.source in ("", row["source"])
        and ref.locator in ("", row["locator"])
    )


def _years(claim: Claim) -> int:
    """Count the years between the two figures of a yearly growth."""
    years = [term.year for term in claim.terms if isinstance(term, Ref)]
    return years[0] - years[-1] if years else 0


def _span(op: str, terms: Sequence[Number], years: int) -> Span:
    if op == "sum":
        return summed(terms)
    if op == "share":
        return _quotient(summed(terms[:-1]), _point(terms[-1]))
    a, b = terms
    if op == "difference":
        return Span(a.value - b.value, a.low - b.high, a.high - b.low)
    if op == "growth":
        return Span(*(one - 100 for one in _quotient(_point(a), _point(b))))
    if op == "yearly":
        if years <= 0:
            raise CannotCheck("两数没有先后", "the two are not some years apart")
        root = Decimal(1) / years
        ratios = (one / 100 for one in _quotient(_point(a), _point(b)))
        return Span(*((ratio**root - 1) * 100 for ratio in ratios))
    # increase: a / (b − a) rises with a and falls with b.
    base = Span(b.value - a.value, b.low - a.high, b.high - a.low)
    if base.low <= 0:
        raise CannotCheck("原数不是正数", "what it grew from is not above zero")
    return Span(
        a.value / base.value * 100, a.low / (b.high - a.low) * 100, a.high / (b.low - a.high) * 100
    )


def _point(number: Number) -> Span:
    return Span(number.value, number.low, number.high)


def _quotient(of: Span, per: Span) -> Span:
    if per.low <= 0 or of.low < 0:
        raise CannotCheck("除数不是正数", "the divisor is not above zero")
    return Span(of.value / per.value * 100, of.low / per.high * 100, of.high / per.low * 100)
