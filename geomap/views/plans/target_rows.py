"""One target against what is known of it, as a row: base, target, actual, verdict and why."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from geomap.errors import Text
from geomap.model.catalog import Status
from geomap.views.plans.verdicts import Aim, Reading, Verdict, judge

TargetRow: TypeAlias = "dict[str, Any]"
_INCOMPARABLE = re.compile(r"口径不可比|分母为")


class TrackPoint(NamedTuple):
    """An actual figure; ``value`` is None when it was not reported or is withheld."""

    year: int
    value: float | None
    status: str
    source: str
    figure: str
    conflict: bool
    approx: str = ""


def judged_row(
    identity: TargetRow,
    target: TargetRow,
    points: Mapping[int, TrackPoint],
    *,
    base_year: int | None,
    as_of: int,
    gap: str = "unpublished",
) -> TargetRow:
    """Make the row of one target.

    Parameters
    ----------
    identity : members that say what the row is about, the last which ``direction`` is better
    target : a row of ``Atlas.figures``, or of ``Atlas.site_figures`` with its ``year``; ``value``
        is NaN and ``year`` None where the document has none
    points : what is known, by year, ascending
    gap : why there is no actual when nothing is recorded of it, a key of ``ABSENCES``; of sites
        nobody is asked for figures
    """
    target_year = None if target["year"] is None else int(target["year"])
    limit_year = min(as_of, target_year or as_of)
    known = [point for point in points.values() if point.value is not None]
    base = next((point for point in known if point.year == base_year), None)
    actual = next((point for point in reversed(known) if point.year <= limit_year), None)
    value = None if math.isnan(target["value"]) else float(target["value"])
    comparable = not _INCOMPARABLE.search(target["note"])
    aim = Aim(value, target_year, identity["direction"], comparable, target["approx"])
    found = judge(
        Reading(base.value if base else None, base_year),
        aim,
        Reading(actual.value, actual.year) if actual else Reading(),
        as_of=as_of,
    )
    return {
        **identity,
        "base_year": base_year,
        **_members("base", base),
        **_aimed(target, value, target_year),
        "actual_year": actual.year if actual else None,
        **_members("actual", actual),
        "actual_status": actual.status if actual else _status_of_none(points, limit_year),
        "actual_absence": "" if actual else _why_none(points, limit_year, gap),
        **_verdict(found, _with_status(found.reason, actual, base_year)),
        "locator": target["locator"],
        "quote": target["quote"],
        "note": target["note"],
    }


def _aimed(target: TargetRow, value: float | None, year: int | None) -> TargetRow:
    told = {
        f"target_{name}": "" if value is None else target[of]
        for name, of in (
            ("source", "source"), ("figure", "id"), ("status", "status"), ("approx", "approx"),
        )
    }  # fmt: skip
    return {"target": value, "target_year": year, **told}


def _verdict(found: Verdict, reason: Text) -> TargetRow:
    return {
        "done_share": found.done_share,
        "time_share": found.time_share,
        "pace_needed": found.pace_needed,
        "outcome": found.verdict.value,
        "symbol": found.verdict.symbol,
        "verdict": found.verdict.label.zh,
        "verdict_en": found.verdict.label.en,
        "reason": reason.zh,
        "reason_en": reason.en,
    }


def _members(name: str, point: TrackPoint | None) -> TargetRow:
    return {
        name: point.value if point else None,
        f"{name}_source": point.source if point else "",
        f"{name}_figure": point.figure if point else "",
        f"{name}_status": point.status if point else "",
        f"{name}_conflict": bool(point and point.conflict),
        f"{name}_approx": point.approx if point else "",
    }


def _why_none(points: Mapping[int, TrackPoint], limit_year: int, gap: str) -> str:
    """Say why there is no actual: withheld, recorded as not reported, or what is said of any."""
    said = {point.status for point in points.values() if point.year <= limit_year and point.figure}
    recorded = (Status.SUPPRESSED.value, Status.MISSING.value)
    return next((one for one in recorded if one in said), gap)


def _status_of_none(points: Mapping[int, TrackPoint], limit_year: int) -> str:
    withheld = Status.SUPPRESSED.value
    some = any(point.status == withheld for point in points.values() if point.year <= limit_year)
    return withheld if some else Status.MISSING.value


def _with_status(reason: Text, actual: TrackPoint | None, base_year: int | None) -> Text:
    """Say in the reason when the actual is not a published one."""
    sure = (Status.REPORTED.value, Status.DERIVED.value)
    if actual is None or actual.status in sure or actual.year <= (base_year or 0):
        return reason
    label = Status(actual.status).label
    return Text(
        f"{reason.zh}；{actual.year}年实际数为{label.zh}",
        f"{reason.en}; the actual of {actual.year} is {label.en}",
    )
