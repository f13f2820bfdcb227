"""What the page of contradictions says: conflicts, arithmetic, control totals; JSON-ready."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.model.catalog import Kind, Status
from geomap.numbers import digits_of, full, written
from geomap.tables.comparability import members
from geomap.values.arithmetic import check_all
from geomap.values.checks import Agreement, Check
from geomap.values.reconcile import (
    Conflict,
    ControlTotal,
    FigurePlace,
    SourcingRules,
    conflicts,
    control_totals,
)

if TYPE_CHECKING:
    from geomap.atlas import Atlas

_MOST_PRINTED = 6
"""Decimals that documents may print; a number with more was computed."""

# What needs looking at comes first.
_URGENCY = [
    Agreement.OPEN, Agreement.MISMATCH, Agreement.ROUNDING, Agreement.CLOSED, Agreement.LACKING,
    Agreement.UNKNOWN,
]  # fmt: skip
_KINDS = {Kind.ACTUAL.value: Text("实际", "actual"), Kind.TARGET.value: Text("目标", "target")}


def conflict_report(atlas: Atlas, rules: SourcingRules) -> dict[str, Any]:
    """Say where the documents of a release contradict each other or themselves.

    Returns
    -------
    JSON-ready dict: ``counts``, ``order`` (the rules of precedence), ``conflicts``, ``checks``,
    ``totals``, each with what needs looking at first; texts as ``{"zh", "en"}``, missing numbers
    as None
    """
    found = conflicts(atlas.figures, atlas.sources, rules.precedence)
    menu = {name: place for place, name in enumerate(atlas.indicators)}
    found = tuple(sorted(found, key=lambda one: (menu.get(one.indicator, len(menu)), one.year)))
    checks = check_all(atlas.figures, atlas.indicators, rules.arithmetic, city=atlas.city)
    totals = control_totals(
        atlas.values,
        atlas.indicators,
        city=atlas.city,
        areas=[area.code for area in atlas.parts],
        vintages=rules.vintages,
    )
    checks = tuple(sorted(checks, key=lambda one: _URGENCY.index(one.verdict)))
    totals = tuple(sorted(totals, key=lambda one: _URGENCY.index(one.verdict)))
    return {
        "release": atlas.release,
        "counts": {
            "conflicts": len(found),
            "undecided": sum(one.used is None for one in found),
            "checks": dict(Counter(one.verdict.value for one in checks)),
            "totals": dict(Counter(one.verdict.value for one in totals)),
        },
        "order": list(rules.precedence.order),
        "conflicts": [_conflict(atlas, one) for one in found],
        "checks": [_check(atlas, one) for one in checks],
        "totals": [_total(atlas, one) for one in totals],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _name(atlas: Atlas, indicator: str) -> dict[str, str]:
    known = atlas.indicators.get(indicator)
    return _both(known.name if known else Text(indicator, indicator))


def _area(atlas: Atlas, code: str) -> dict[str, str]:
    """Name an area; a joint one by its members."""
    found = [atlas.areas[one] for one in members(code) if one in atlas.areas]
    return {
        "zh": "＋".join(area.name_zh for area in found) or code,
        "en": " + ".join(area.name_en or area.name_zh for area in found) or code,
    }


def _unit(atlas: Atlas, indicator: str) -> dict[str, str]:
    known = atlas.indicators.get(indicator)
    return _both(known.unit if known else Text("", ""))


def _source(atlas: Atlas, source: str) -> dict[str, str]:
    known = atlas.sources.get(source)
    if known is None:
        return {"id": source, "title": source, "title_en": source, "number": "", "date": ""}
    return {
        "id": source,
        "title": known.title,
        "title_en": known.named.en,
        "number": known.number,
        "date": known.date,
    }


def _printed(number: float | None) -> str:
    """Write a number as documents have it; "" for none."""
    return "" if number is None else full(number)


def _to(decimals: int, number: float) -> str:
    """Write a number as it is, one that was measured to the indicator's decimals."""
    measured = digits_of(number) > _MOST_PRINTED
    return written(number, decimals) if measured else full(number)


def _conflict(atlas: Atlas, one: Conflict) -> dict[str, Any]:
    return {
        "indicator": one.indicator,
        "name": _name(atlas, one.indicator),
        "unit": _unit(atlas, one.indicator),
        "area": one.area,
        "area_name": _area(atlas, one.area),
        "year": one.year,
        "kind": one.kind,
        "kind_name": _both(_KINDS[one.kind]),
        "values": list(one.values),
        "used": one.used,
        "used_printed": _printed(one.used),
        "rule": _both(one.rule),
        "places": [_place(atlas, place) for place in one.places],
    }


def _place(atlas: Atlas, place: FigurePlace) -> dict[str, Any]:
    return {
        "figure": place.figure,
        "value": place.value,
        "printed": _printed(place.value),
        "unit": place.unit,
        "status": place.status,
        "status_name": _both(Status(place.status).label),
        "source": _source(atlas, place.source),
        "locator": place.locator,
        "quote": place.quote,
        "note": place.note,
        "used": place.used,
    }


def _check(atlas: Atlas, one: Check) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": _both(one.title),
        "verdict": one.verdict.value,
        "verdict_name": _both(one.verdict.label),
        "working": _both(one.working),
        "note": _both(one.note),
        "computed": one.computed,
        "stated": one.stated,
        "low": one.low,
        "high": one.high,
        "gap": one.gap,
        "source": _source(atlas, one.source),
        "locator": one.locator,
        "quote": one.quote,
        "figures": list(one.figures),
    }


def _total(atlas: Atlas, one: ControlTotal) -> dict[str, Any]:
    indicator = atlas.indicators[one.indicator]
    write = partial(_to, indicator.decimals)
    amounts = {"total": one.total, "sum": one.reported_sum, "gap": one.gap}
    ranges = {name: list(known.ends) for name, known in amounts.items() if known.ends}
    return {
        "indicator": one.indicator,
        "name": _both(indicator.name),
        "unit": _both(indicator.unit),
        "year": one.year,
        "kind": one.kind,
        **{name: known.value for name, known in amounts.items()},
        "ranges": ranges,
        "printed": {name: _both(known.text(write)) for name, known in amounts.items()},
        "reported": one.reported,
        "areas": one.areas,
        "lacking": [{"code": code, **_area(atlas, code)} for code in one.lacking],
        "verdict": one.verdict.value,
        "verdict_name": _both(one.label),
        "reason": _both(one.reason),
    }
