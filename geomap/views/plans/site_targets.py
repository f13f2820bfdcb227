"""What was promised of bases, parks and centres: targets, and the dates set for them (运行时间).

A target of a site is judged as those of the city are (``plans.verdicts``). Where a document gives
one number for several sites and does not say whether it is for each or for all together, both
readings are rows, and neither is preferred.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from geomap.arrays import plain_rows
from geomap.errors import Text
from geomap.model.catalog import OUTSIDE, Kind, Status
from geomap.views.plans.counts import count_verdicts, targets_once
from geomap.views.plans.target_rows import TargetRow, TrackPoint, judged_row
from geomap.views.plans.verdicts import Outcome

if TYPE_CHECKING:
    from geomap.atlas import Atlas

UNDECIDED = Text(
    "文件没有写明是每个都要达到，还是合计达到，两种读法都列出，不作取舍",
    "the document does not say whether it is for each or for all together; both readings are "
    "shown and neither is preferred",
)
_UNDECIDED = re.compile(r"未写明是每个.{0,12}还是合计")
_GAPS = (Status.SUPPRESSED.value, Status.MISSING.value)
_EVENT = re.compile(r"启动|运行|揭牌|授牌|批复|投用|投产|开工|竣工|会议")


def site_rows(atlas: Atlas, as_of: int) -> list[TargetRow]:
    """Judge every numeric target of a site as of the end of a year.

    Returns
    -------
    JSON-ready dicts with the members of ``plans.targets.judged_row`` and ``site``, ``site_zh``,
    ``site_en``, ``site_kind``, ``area``, ``area_zh``, ``area_en``, ``sites`` (those meant) and
    ``reading``: "" for a plain target, "each" and "together" for the readings of an undecided
    one. The rows that are read "together" come last and have no ``site`` and no area
    """
    sites = _sites(atlas)
    figures = _rows(atlas)
    numeric = [row for row in figures if not math.isnan(row["value"])]
    actuals: dict[tuple[str, str], list[TargetRow]] = defaultdict(list)
    for row in figures:
        known = not math.isnan(row["value"]) or row["status"] in _GAPS
        if row["kind"] == Kind.ACTUAL.value and known:
            actuals[row["site"], row["item"]].append(row)
    rows: list[TargetRow] = []
    shared: dict[tuple[Any, ...], list[TargetRow]] = defaultdict(list)
    for target in numeric:
        if target["kind"] != Kind.TARGET.value:
            continue
        points = _by_year(actuals[target["site"], target["item"]])
        undecided = bool(_UNDECIDED.search(target["note"]))
        row = _judged(atlas, target, points, as_of)
        rows.append(
            {**row, **_whose(atlas, sites[target["site"]]), "reading": "each" if undecided else ""}
        )
        if undecided:
            same = tuple(target[name] for name in _SAME)
            shared[(sites[target["site"]]["kind"], *same)].append(target)
    return rows + [
        _together(atlas, key[0], targets, actuals, as_of) for key, targets in shared.items()
    ]


def agreed(rows: Iterable[TargetRow]) -> list[TargetRow]:
    """Give one row for each target of a site; 无法判断 where its two readings differ in verdict.

    Neither reading is preferred, so a count or a mark may not follow one of them alone.
    """
    listed = list(rows)
    together = {
        (site, row["indicator"], row["target_year"], row["target"]): row["outcome"]
        for row in listed
        if not row["site"]
        for site in row["sites"]
    }
    found = []
    for row in listed:
        key = (row["site"], row["indicator"], row["target_year"], row["target"])
        if row["site"]:
            same = not row["reading"] or together.get(key, row["outcome"]) == row["outcome"]
            found.append(row if same else {**row, "outcome": Outcome.UNKNOWN.value})
    return found


_AREAS = ("平方公里", "公顷", "亩", "平方米", "万平方米")
# Of what sites are told, in the words of the catalogue; any other unit stays as it is written.
_UNITS = {
    "人": "people",
    "万人": "×10,000 people",
    "家": "units",
    "个": "units",
    "平方公里": "km²",
    "万平方米": "×10,000 m²",
}
_SAME = ("item", "date", "value", "unit", "source", "locator")


def by_area(atlas: Atlas, rows: Iterable[TargetRow]) -> list[TargetRow]:
    """Count the targets of sites by area: areas in their order, then what lies outside.

    Returns
    -------
    Dicts ``area``, ``area_zh``, ``area_en``, ``targets`` and the counts of ``count_verdicts``;
    each target counts once, see ``agreed``
    """
    found: dict[str, list[TargetRow]] = defaultdict(list)
    for row in agreed(rows):
        found[row["area"] if row["area"] in atlas.areas else ""].append(row)
    listed = []
    for code in (*atlas.areas, ""):
        if code in found:
            name = _area_name(atlas, code)
            listed.append(
                {
                    "area": code,
                    "area_zh": name.zh,
                    "area_en": name.en,
                    "targets": len(targets_once(found[code])),
                    **count_verdicts(found[code]),
                }
            )
    return listed


def milestones(atlas: Atlas) -> list[TargetRow]:
    """List what is to begin and when, by date; what has no date comes last.

    Whether an event that was reported (揭牌) is what was promised (启动运行) no document says, so
    events stand beside the promise and are not judged.

    Returns
    -------
    JSON-ready dicts: ``site``, ``site_zh``, ``site_en``, ``site_kind``, ``area``, ``area_zh``,
    ``area_en``, ``item``, ``name_zh``, ``name_en``, ``date``, ``text``, ``status``, ``source``,
    ``figure``, ``locator``, ``quote``, ``note`` and ``events``, a list of the same
    """
    worded = [row for row in _rows(atlas) if math.isnan(row["value"]) and row["text"]]
    events: dict[str, list[TargetRow]] = defaultdict(list)
    aimed = {(row["site"], row["item"]) for row in worded if row["kind"] == Kind.TARGET.value}
    for row in worded:
        same = (row["site"], row["item"]) in aimed
        if row["kind"] == Kind.ACTUAL.value and (same or _EVENT.search(row["name_zh"])):
            events[row["site"]].append(row)
    sites = _sites(atlas)
    promised = [row for row in worded if row["kind"] == Kind.TARGET.value]
    return [
        {
            **_milestone(atlas, sites, row),
            "events": [
                _milestone(atlas, sites, one) for one in sorted(events[row["site"]], key=_when)
            ],
        }
        for row in sorted(promised, key=_when)
    ]


def _rows(atlas: Atlas) -> list[TargetRow]:
    return plain_rows(atlas.site_figures)


def _when(row: TargetRow) -> tuple[bool, str]:
    """Order by the last day that a date may mean: 2023 is due at its end, after 2023-06."""
    return not row["date"], row["date"] + "-99-99"[3 * row["date"].count("-") :]


def _sites(atlas: Atlas) -> Mapping[str, TargetRow]:
    return {row["id"]: row for row in plain_rows(atlas.sites)}


def _area_name(atlas: Atlas, code: str) -> Text:
    area = atlas.areas.get(code)
    return Text(area.name_zh, area.name_en) if area else OUTSIDE


def _whose(atlas: Atlas, site: TargetRow) -> TargetRow:
    area = _area_name(atlas, site["area"])
    return {
        "site": site["id"],
        "site_zh": site["name_zh"],
        "site_en": site["name_en"] or site["name_zh"],
        "site_kind": site["kind"],
        "sites": [site["id"]],
        "area": site["area"],
        "area_zh": area.zh,
        "area_en": area.en,
    }


def _identity(figure: TargetRow) -> TargetRow:
    return {
        "indicator": figure["item"],
        "name_zh": figure["name_zh"],
        "name_en": figure["name_en"] or figure["name_zh"],
        "unit": figure["unit"],
        "unit_en": _UNITS.get(figure["unit"], figure["unit"]),
        "decimals": 0,
        # A planned area says how far a park may reach, not that more of it is better.
        "direction": "none" if figure["unit"] in _AREAS else "more",
    }


def _by_year(actuals: Iterable[TargetRow]) -> dict[int, TrackPoint]:
    """Give what is known by year: the latest in it, of those the surest."""
    dated = [row for row in actuals if row["date"]]
    different = {
        date
        for date, count in Counter(
            date
            for date, value in {(row["date"], row["value"]) for row in dated}
            if not math.isnan(value)
        ).items()
        if count > 1
    }
    points: dict[int, TrackPoint] = {}
    for row in sorted(dated, key=lambda row: (_when(row), -Status(row["status"]).severity)):
        year = int(row["date"][:4])
        conflict = row["date"] in different
        value = None if math.isnan(row["value"]) else float(row["value"])
        if value is not None or year not in points:
            points[year] = TrackPoint(
                year, value, row["status"], row["source"], row["id"], conflict, row["approx"]
            )
    return points


def _judged(
    atlas: Atlas, target: TargetRow, points: Mapping[int, TrackPoint], as_of: int
) -> TargetRow:
    year = int(target["date"][:4]) if target["date"] else None
    if year is not None and "每年" in target["name_zh"]:
        # Promised anew every year from then on: the latest year that is known, or has come.
        known = [one for one in _known(points) if year <= one <= as_of]
        year = max(known, default=max(year, as_of))
        points = {one: point for one, point in points.items() if one == year}
    written = atlas.sources[target["source"]].date[:4]
    begun = [one for one in _known(points) if year and one < year and str(one) <= written]
    return judged_row(
        _identity(target),
        {**target, "year": year},
        points,
        base_year=max(begun, default=None),
        as_of=as_of,
    )


def _known(points: Mapping[int, TrackPoint]) -> set[int]:
    """Name the years of which something is known and shown."""
    return {year for year, point in points.items() if point.value is not None}


def _together(
    atlas: Atlas,
    kind: str,
    targets: list[TargetRow],
    actuals: Mapping[tuple[str, str], list[TargetRow]],
    as_of: int,
) -> TargetRow:
    """Read the target as one for all the sites; it has an actual only where each site has one."""
    of_sites = [_by_year(actuals[row["site"], row["item"]]) for row in targets]
    years = set.intersection(*(_known(points) for points in of_sites))
    points = {year: _sum([points[year] for points in of_sites]) for year in sorted(years)}
    name = atlas.site_kinds[kind].name
    count = len(targets)
    return {
        **_judged(atlas, targets[0], points, as_of),
        "site": "",
        "site_zh": f"{name.zh}（{count}处合计）",
        "site_en": f"{name.en} ({count} together)",
        "site_kind": kind,
        "sites": [row["site"] for row in targets],
        "area": "",
        "area_zh": "",
        "area_en": "",
        "reading": "together",
    }


def _sum(points: list[TrackPoint]) -> TrackPoint:
    worst = max(points, key=lambda point: Status(point.status).severity)
    return worst._replace(
        value=math.fsum(point.value or 0.0 for point in points),
        conflict=any(point.conflict for point in points),
        approx="",
    )


def _milestone(atlas: Atlas, sites: Mapping[str, TargetRow], row: TargetRow) -> TargetRow:
    whose = _whose(atlas, sites[row["site"]])
    del whose["sites"]
    names = (
        "item",
        "name_zh",
        "date",
        "text",
        "kind",
        "status",
        "source",
        "locator",
        "quote",
        "note",
    )
    return {
        **whose,
        **{name: row[name] for name in names},
        "name_en": row["name_en"] or row["name_zh"],
        "figure": row["id"],
    }
