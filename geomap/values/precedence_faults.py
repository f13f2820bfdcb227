"""What is wrong with the rulings of a release: words missing, said twice, of what there is not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geomap.errors import Finding, closest
from geomap.model.catalog import Kind
from geomap.model.findings import Findings
from geomap.tables import cells
from geomap.values.precedence import KEY, ORDER, PRECEDENCE_FILE, Precedence, Ruling


def check_precedence(
    precedence: Precedence,
    figures: pd.DataFrame,
    *,
    indicators: Mapping[str, object],
    areas: Mapping[str, object],
    sources: Mapping[str, object],
) -> list[Finding]:
    """Check that each ruling names what there is, once, with a name, a date and a reason.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``
    """
    findings = Findings()
    places: dict[tuple[Any, ...], dict[tuple[str, str], float]] = {}
    for row in figures[[*KEY, "source", "locator", "value"]].itertuples(index=False, name=None):
        places.setdefault(row[:4], {})[row[4:6]] = row[6]
    for name in precedence.order:
        if name not in ORDER:
            _unknown_name(findings, 0, "order", name, ORDER)
    seen: set[tuple[str, str, int, str]] = set()
    for ruling in precedence.rulings:
        _check_words(findings, ruling)
        if ruling.key in seen:
            _twice(findings, ruling)
        seen.add(ruling.key)
        known = [
            ("indicator", ruling.indicator, indicators),
            ("area", ruling.area, areas),
            ("kind", ruling.kind, [one.value for one in Kind]),
            ("source", ruling.source, sources),
        ]
        wrong = [(member, name, valid) for member, name, valid in known if name not in valid]
        for member, name, valid in wrong:
            _unknown_name(findings, ruling.line, member, name, list(valid))
        if not wrong:
            _check_place(findings, ruling, places.get(ruling.key, {}))
    return findings.in_order()


def _check_words(findings: Findings, ruling: Ruling) -> None:
    for member in ("who", "when", "why"):
        if not getattr(ruling, member).strip():
            findings.error(
                (PRECEDENCE_FILE, ruling.line, member),
                ("指定没有写明这一项", "the ruling does not say it"),
                ("写明何人、何时、为何", "say who, when and why"),
            )
    if ruling.when.strip() and cells.date(ruling.when) is None:
        findings.error(
            (PRECEDENCE_FILE, ruling.line, "when"),
            (f"“{ruling.when}”不是日期", f"{ruling.when!r} is no date"),
            ("写成 2026-01-31", "write it as 2026-01-31"),
        )


def _twice(findings: Findings, ruling: Ruling) -> None:
    findings.error(
        (PRECEDENCE_FILE, ruling.line, "indicator"),
        ("同一个数指定了两次", "the same value is ruled on twice"),
        ("只留一条", "keep one"),
    )


def _unknown_name(
    findings: Findings, line: int, member: str, name: str, valid: Sequence[str]
) -> None:
    near = closest(name, valid) or list(valid)[:6]
    findings.error(
        (PRECEDENCE_FILE, line, member),
        (f"没有“{name}”", f"there is no {name}"),
        (f"改为其中之一：{'、'.join(near)}", f"use one of {', '.join(near) or '(none)'}"),
    )


def _check_place(
    findings: Findings, ruling: Ruling, places: Mapping[tuple[str, str], float]
) -> None:
    where = ruling.source, ruling.locator
    if where not in places:
        listed = "；".join(f"{source} {locator}" for source, locator in places)
        findings.error(
            (PRECEDENCE_FILE, ruling.line, "locator"),
            (
                f"{ruling.source}“{ruling.locator}”没有 {ruling.indicator} {ruling.year} 年的数",
                f"{ruling.source} has no {ruling.indicator} of {ruling.year} there",
            ),
            (f"现有的位置：{listed or '（无）'}", f"places that there are: {listed or 'none'}"),
        )
    elif math.isnan(places[where]):
        findings.error(
            (PRECEDENCE_FILE, ruling.line, "locator"),
            ("所指定的一处没有数值", "the figure that is ruled to hold has no value"),
            ("指定另一处，或删去这条", "name another place, or remove the ruling"),
        )
