"""Says who: the figures behind one value, with document, place, quote and status.

Rule of the house: a number on any page leads to its source in one click.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geomap.errors import NotFoundError, Text
from geomap.model.approx import with_word
from geomap.model.catalog import Indicator, Kind, Op, Status
from geomap.numbers import full, written
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    from geomap.atlas import Atlas


FIGURE = (
    "area", "indicator", "year", "value", "printed", "unit", "kind", "status", "source", "locator",
    "quote", "note", "approx",
)  # fmt: skip


def provenance(
    atlas: Atlas, indicator_id: str, area: str, year: int, kind: str = "actual"
) -> dict[str, Any]:
    """Give a value with its working and every figure that it came from.

    Returns
    -------
    JSON-ready dict: the value asked for, ``value``, ``status``, ``conflict``, ``rule`` (why this
    one holds), ``others`` (what other places say), ``low``, ``high`` and ``method`` of an estimate,
    ``approx`` and ``decimals`` (how it is written), ``working`` (None for a stored value) and
    ``figures``, the one chosen first

    Raises
    ------
    NotFoundError : no such indicator, area, kind or year
    """
    indicator = atlas.indicator(indicator_id)
    atlas.area(area)
    if kind not in [one.value for one in Kind]:
        raise NotFoundError(Text("类型", "kind"), kind, [one.value for one in Kind])
    series = atlas.series.get((indicator_id, kind), {})
    if year not in series:
        raise NotFoundError(Text("年份", "year"), year, series)
    row = series[year].get(area)
    return {
        "indicator": indicator.id,
        "area": area,
        "year": year,
        "kind": kind,
        "value": row.value if row else None,
        "status": row.status if row else Status.MISSING.value,
        "conflict": bool(row and row.conflict),
        "rule": as_plain(row.rule) if row and row.rule.zh else None,
        "others": list(row.others) if row else [],
        "low": row.low if row else None,
        "high": row.high if row else None,
        "method": as_plain(row.method) if row and row.method else None,
        "approx": row.approx if row else "",
        "decimals": row.decimals if row else None,
        "working": as_plain(formula_in_words(atlas, indicator)) if indicator.formula else None,
        "figures": [figure_record(atlas, one) for one in (row.figures if row else ())],
    }


def figure_record(atlas: Atlas, figure_id: str) -> dict[str, Any]:
    """Give one figure; its members are those of ``FIGURE``, in their order."""
    row = atlas.figure_rows[figure_id]
    area, indicator = atlas.area(row["area"]), atlas.indicators.get(row["indicator"])
    named = indicator.name if indicator else Text(row["indicator"], row["indicator"])
    members = {
        **row,
        "area": as_plain(Text(area.name_zh, area.name_en or area.name_zh)),
        "indicator": as_plain(named),
        "year": int(row["year"]),
        "value": as_plain(float(row["value"])),
        "printed": as_in_document(row["value"], row["status"], indicator, row["approx"]),
    }
    return {name: members[name] for name in FIGURE}


def as_in_document(
    value: float, status: str, indicator: Indicator | None, approx: str = ""
) -> str | None:
    """Write a figure as its document has it; a computed one to the indicator's decimals."""
    if math.isnan(value):
        return None
    if status == Status.DERIVED.value and indicator:
        return written(value, indicator.decimals)
    return with_word(full(value), approx).zh


def formula_in_words(atlas: Atlas, indicator: Indicator) -> Text:
    """Say the formula of a derived indicator in words."""
    formula = indicator.formula
    if formula is None:
        return Text("", "")
    if formula.op is Op.SITES:
        kind = atlas.site_kinds[formula.of].name
        return Text(f"{kind.zh}的个数", f"number of sites: {kind.en}")
    of = _with_unit(atlas.indicators[formula.of])
    city = atlas.areas[atlas.city]
    whole = Text(city.name_zh, city.name_en or city.name_zh)
    if formula.op is Op.SHARE:
        return Text(f"{of.zh} ÷ {whole.zh}合计 × 100", f"{of.en} ÷ the total of {whole.en} × 100")
    if formula.op is Op.CHANGE:
        return Text(
            f"{of.zh}：（本年 − 上一有数年份）÷ 上一有数年份 × 100",
            f"{of.en}: (this year − the last year before with a value) ÷ that year × 100",
        )
    per = _with_unit(atlas.indicators[formula.per])
    if formula.op is Op.QUOTIENT:
        return Text(
            f"（{of.zh} ÷ {per.zh}）÷ {whole.zh}的同一比值",
            f"({of.en} ÷ {per.en}) ÷ the same of {whole.en}",
        )
    scale = "" if formula.scale == 1 else f" × {full(formula.scale)}"
    return Text(f"{of.zh} ÷ {per.zh}{scale}", f"{of.en} ÷ {per.en}{scale}")


def _with_unit(indicator: Indicator) -> Text:
    name, unit = indicator.name, indicator.unit
    return Text(
        f"{name.zh}（{unit.zh}）" if unit.zh else name.zh,
        f"{name.en} ({unit.en})" if unit.en else name.en,
    )
