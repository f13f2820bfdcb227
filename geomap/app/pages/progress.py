"""Plan progress for people (a page), for programs (JSON) and to take away (Excel, Word)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from geomap.app.http import departures, params
from geomap.app.http.answers import json_answer
from geomap.app.http.current import current_atlas, leaving_atlas
from geomap.app.pages.address import asked_language
from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.model.absence import gap_word
from geomap.model.catalog import Status
from geomap.model.schema import FIRST_YEAR, LAST_YEAR
from geomap.numbers import full, percent
from geomap.render.office.packing import OFFICE_TYPES
from geomap.render.report.plan_tables import Tables, plan_document, plan_workbook, tables
from geomap.views.maps.mapview import as_plain
from geomap.views.plans.bullet_svg import Bullet, bullet
from geomap.views.plans.counts import count_verdicts, plan_counts
from geomap.views.plans.site_targets import UNDECIDED, agreed, by_area, milestones, site_rows
from geomap.views.plans.target_rows import TargetRow
from geomap.views.plans.targets import (
    amount,
    by_group,
    conflict_count,
    default_year,
    progress_rows,
    target_working,
)
from geomap.views.plans.verdicts import TOLERANCE, Outcome

bp = Blueprint("progress", __name__)


@bp.app_template_filter("bullet")
def draw(row: TargetRow, lang: str) -> Markup:
    """Draw the bullet chart of a row; ``bullet`` builds it as a tree, so it is safe to embed."""
    shown = Bullet(
        base=row["base"],
        target=row["target"],
        actual=row["actual"],
        time_share=row["time_share"],
        label=row["name_zh"] if lang == "zh" else row["name_en"],
        status=row["actual_absence"] or row["actual_status"],
    )
    return Markup(bullet(shown, lang))  # noqa: S704 - an SVG of ours, its texts escaped


@bp.get("/progress")
def page() -> str:
    """Show every target with what became of it."""
    params.of_page("as_of", "lang")
    return _page(current_atlas(), _as_of(), asked_language())


@bp.get("/progress.json")
def as_json() -> Response:
    """Give the rows of the plans."""
    params.allow("as_of", "lang")
    asked_language()
    return json_answer(as_plain(progress_rows(current_atlas(), _as_of())))


@bp.get("/progress.xlsx")
def as_workbook() -> Response:
    """Give the tables as an Excel workbook."""
    params.allow("as_of", "lang", "audience")
    return _file("xlsx", plan_workbook)


@bp.get("/progress.docx")
def as_document() -> Response:
    """Give the tables as a Word document."""
    params.allow("as_of", "lang", "audience")
    return _file("docx", plan_document)


def _file(ending: str, write: Callable[[Tables], bytes]) -> Response:
    atlas = leaving_atlas()
    shown = tables(atlas, _as_of(), asked_language())
    content = write(shown)
    name = f"{shown.title}-规划进度-{shown.as_of}.{ending}"
    left = departures.of(atlas, "progress", ending)
    return departures.attachment(content, OFFICE_TYPES[ending], name, left)


def _as_of() -> int:
    asked = params.whole_between("as_of", FIRST_YEAR, LAST_YEAR)
    return default_year(current_atlas()) if asked is None else asked


def _page(atlas: Atlas, as_of: int, lang: str) -> str:
    rows, sites = progress_rows(atlas, as_of), site_rows(atlas, as_of)
    return render_template(
        "progress.html",
        lang=lang,
        as_of=as_of,
        years=_years(atlas, rows),
        plans=plan_counts(atlas, rows),
        conflicts=conflict_count(atlas),
        groups=[_group(group) for group in by_group(rows)],
        series=_series(rows),
        sites=sites,
        site_counts=count_verdicts(agreed(sites)),
        amount=amount,
        full=full,
        percent=percent,
        gap_word=gap_word,
        areas=by_area(atlas, sites),
        milestones=milestones(atlas),
        undecided=UNDECIDED if any(row["reading"] for row in sites) else None,
        outcomes=list(Outcome),
        statuses={status.value: status.label for status in Status},
        tolerance=TOLERANCE,
        working=target_working,
        documents=atlas.sources,
        city=atlas.city,
    )


def _years(atlas: Atlas, rows: list[TargetRow]) -> list[int]:
    """List the years worth asking for: those that are known, and those that were aimed at."""
    named = {row["target_year"] for row in rows} | {default_year(atlas)}
    named |= {point["year"] for row in rows for point in row["series"]}
    return sorted(year for year in named if FIRST_YEAR <= year <= LAST_YEAR)


def _group(rows: list[TargetRow]) -> dict[str, Any]:
    bases = sorted({row["base_year"] for row in rows if row["base_year"]})
    aims = sorted({row["target_year"] for row in rows})
    span = "→".join("、".join(map(str, years)) for years in (bases, aims) if years)
    name = Text(rows[0]["group_zh"], rows[0]["group_en"])
    return {
        "id": rows[0]["group"],
        "name": name,
        "span": span,
        "rows": rows,
        "counts": count_verdicts(rows),
    }


def _series(rows: list[TargetRow]) -> dict[str, Any]:
    """Gather what is known of planned indicators year by year, one row for each and area."""
    found: dict[tuple[str, str], TargetRow] = {}
    for row in rows:
        if row["series"]:
            found.setdefault((row["indicator"], row["area"]), row)
    years = sorted({point["year"] for row in found.values() for point in row["series"]})
    return {
        "years": years,
        "rows": [
            {**row, "by_year": {point["year"]: point for point in row["series"]}}
            for row in found.values()
        ],
    }
