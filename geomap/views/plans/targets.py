"""Plan progress: every target of every document against what is known to have become of it.

A *part* is what targets are grouped by: a numbered table of a document (专栏1, 表2) or its running
text. Within a part each target is a row of its own, so that documents which disagree stand side by
side, each with its source; an indicator that a table names without a target is a row too.

The base year is that of its part (``geomap.views.plans.target_parts``). A target that a later
document repeats unchanged keeps the base year it had, so that an evaluation does not begin the plan
anew.

The base and the actual are those of the part itself where it has them (专栏1's 4.64 and 专栏2's 4.8
are both right in their place), else the value that ``geomap.values.indicators.resolve`` chose.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.model.absence import absence
from geomap.model.approx import with_word
from geomap.model.catalog import Indicator, Kind, Status
from geomap.numbers import full, percent
from geomap.views.plans.counts import targets_once
from geomap.views.plans.target_parts import (
    TargetPart,
    base_years,
    known_before,
    target_parts,
    targets_of,
)
from geomap.views.plans.target_rows import TargetRow, TrackPoint, judged_row

if TYPE_CHECKING:
    from geomap.atlas import Atlas


def progress_rows(atlas: Atlas, as_of: int) -> list[TargetRow]:
    """Judge every target of the figures as of the end of a year.

    Returns
    -------
    JSON-ready dicts, parts that still run first, then in the order of the documents, their tables
    and lines; ``verdict`` and ``reason`` are Chinese, ``verdict_en`` and ``reason_en`` beside;
    unknown numbers are None; ``plan`` and ``counted`` say where a row counts, and whether
    """
    parts = target_parts(atlas)
    begun = base_years(parts)
    set_before: dict[tuple[Any, ...], int] = {}
    rows = []
    for part in parts:
        for target in targets_of(part):
            points = _points(atlas, part, target["indicator"], target["area"])
            base_year = begun.get((part.id, target["area"], target["year"]))
            if base_year is None:
                base_year = known_before(points, target["year"], part.source)
            promise = (target["indicator"], target["area"], target["year"], target["value"])
            if base_year is not None and not math.isnan(target["value"]):
                base_year = set_before.setdefault(promise, base_year)
            rows.append(_row(atlas, part, target, base_year, points, as_of))
    running = {row["group"] for row in rows if row["running"]}
    once = {id(row) for row in targets_once(rows)}
    listed = [{**row, "counted": id(row) in once} for row in rows]
    return sorted(listed, key=lambda row: row["group"] not in running)


def default_year(atlas: Atlas) -> int:
    """Give the latest year that a planned indicator is known for: as far as verdicts can reach.

    Without any such year, the latest that any document has an actual of, of a site too, then the
    latest year of any figure; 0 when there is none.
    """
    figures = atlas.figures
    known = figures[(figures["kind"] == Kind.ACTUAL.value) & figures["value"].notna()]
    targets = figures[figures["kind"] == Kind.TARGET.value]
    planned = set(zip(targets["indicator"], targets["area"], strict=True))
    pairs = zip(known["indicator"], known["area"], known["year"], strict=True)
    years = [int(year) for indicator, area, year in pairs if (indicator, area) in planned]
    said = known.loc[known["status"] != Status.DERIVED.value, "year"].tolist()
    sites = atlas.site_figures
    of_sites = sites.loc[(sites["kind"] == Kind.ACTUAL.value) & (sites["date"] != ""), "date"]
    said += [int(date[:4]) for date in of_sites]
    return max(years or said or figures["year"].tolist(), default=0)


def conflict_count(atlas: Atlas) -> int:
    """Count (indicator, area, year, kind) for which documents give different values."""
    key = ["indicator", "area", "year", "kind"]
    return int((atlas.figures.groupby(key)["value"].nunique() > 1).sum())


def by_group(rows: Iterable[TargetRow]) -> list[list[TargetRow]]:
    """Split rows into their parts, in order."""
    groups: dict[str, list[TargetRow]] = defaultdict(list)
    for row in rows:
        groups[row["group"]].append(row)
    return list(groups.values())


def target_working(row: TargetRow) -> list[Text]:
    """Write out how the shares and the pace of a row were worked out; empty when there are none."""
    base, target, actual = (_written(row[name]) for name in ("base", "target", "actual"))
    years = (
        f"{row['actual_year']} − {row['base_year']}",
        f"{row['target_year']} − {row['base_year']}",
    )
    lines = []
    if (done := row["done_share"]) is not None:
        sum_ = f"({actual} − {base}) ÷ ({target} − {base}) = {percent(done)}%"
        lines.append(
            Text(
                f"完成比例 =（实际 − 基期）÷（目标 − 基期）= {sum_}",
                f"Share of the way = (actual − base) ÷ (target − base) = {sum_}",
            )
        )
    if (time := row["time_share"]) is not None:
        sum_ = f"({years[0]}) ÷ ({years[1]}) = {percent(time)}%"
        lines.append(
            Text(
                f"时间比例 =（实际年 − 基年）÷（目标年 − 基年）= {sum_}",
                f"Share of the time = (its year − base year) ÷ (target year − base year) = {sum_}",
            )
        )
    if (pace := row["pace_needed"]) is not None:
        span = f"({row['target_year']} − {row['actual_year']})"
        sum_ = f"({target} − {actual}) ÷ {span} = {full(pace, digits=4)}"
        lines.append(
            Text(
                f"今后每年需 =（目标 − 最近实际）÷ 剩余年数 = {sum_} {row['unit']}",
                f"Needed a year = (target − latest actual) ÷ years left = {sum_} {row['unit_en']}",
            )
        )
    return lines


def _points(atlas: Atlas, part: TargetPart, indicator: str, area: str) -> dict[int, TrackPoint]:
    """Give what is known by year: the part's own figure first, else the one that was chosen.

    Estimates made here are left out: nobody is judged by a share of somebody else's total.
    """
    points = {}
    for year, areas in atlas.series.get((indicator, Kind.ACTUAL.value), {}).items():
        if (value := areas.get(area)) is not None and not value.spread:
            figure = value.figures[0] if value.figures else ""
            source = atlas.figure_sources.get(figure, "")
            word = atlas.figure_rows[figure]["approx"] if figure in atlas.figure_rows else ""
            word = word if len(value.figures) == 1 else ""
            points[year] = TrackPoint(
                year, value.value, value.status, source, figure, value.conflict, word
            )
    for row in reversed(part.actuals):
        if (row["indicator"], row["area"]) == (indicator, area) and not math.isnan(row["value"]):
            year = int(row["year"])
            conflict = year in points and points[year].conflict
            points[year] = TrackPoint(
                year,
                float(row["value"]),
                row["status"],
                row["source"],
                row["id"],
                conflict,
                row["approx"],
            )
    return dict(sorted(points.items()))


def _row(
    atlas: Atlas,
    part: TargetPart,
    target: TargetRow,
    base_year: int | None,
    points: Mapping[int, TrackPoint],
    as_of: int,
) -> TargetRow:
    indicator = atlas.indicators[target["indicator"]]
    area = atlas.area(target["area"])
    chosen = atlas.series.get((indicator.id, Kind.TARGET.value), {}).get(int(target["year"]), {})
    same = chosen.get(area.code)
    has_target = not math.isnan(target["value"])
    return {
        "group": part.id,
        "group_zh": part.name.zh,
        "group_en": part.name.en,
        "area": area.code,
        "area_zh": area.name_zh,
        "area_en": area.name_en,
        "plan": f"{part.source.id}:{target['year']}",
        "running": int(target["year"]) > as_of,
        **judged_row(
            _identity(indicator),
            target,
            points,
            base_year=base_year,
            as_of=as_of,
            gap=absence(indicator, None),
        ),
        "conflict": has_target and bool(same and same.conflict),
        "series": [point._asdict() for point in points.values() if point.value is not None],
    }


def _identity(indicator: Indicator) -> TargetRow:
    return {
        "indicator": indicator.id,
        "name_zh": indicator.name.zh,
        "name_en": indicator.name.en,
        "unit": indicator.unit.zh,
        "unit_en": indicator.unit.en,
        "decimals": indicator.decimals,
        "direction": indicator.direction,
    }


def amount(row: TargetRow, name: str) -> Text:
    """Write base, actual or target of a row as its document has it, with the word beside it.

    Parameters
    ----------
    name : "base", "actual" or "target"; "——" when it is not known
    """
    return with_word(_written(row[name]), row[f"{name}_approx"])


def _written(value: float | None) -> str:
    return "——" if value is None else full(value)
