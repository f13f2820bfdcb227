"""Plan progress for people (a page), for programs (JSON) and to take away (Excel, Word)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from geomap.app.http import departures, params
from geomap.app.http.answers import json_answer
from geomap.app.http.current import current_atlas, leaving_atlas
from geomap.app.pages.address import asked_language
from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.language import parts_of, strings
from geomap.model.absence import gap_word
from geomap.model.catalog import Status
from geomap.model.schema import FIRST_YEAR, LAST_YEAR
from geomap.numbers import full, percent
from geomap.render.office.packing import OFFICE_TYPES
from geomap.render.report.plan_tables import Tables, plan_document, plan_workbook, tables
from geomap.views.maps.mapview import as_plain
from geomap.views.plans.bullet_svg import Bullet, bullet, bullet_key
from geomap.views.plans.chosen import CHOSEN_BY, Chosen, choosable, choose_targets
from geomap.views.plans.counts import count_verdicts, plan_counts, targets_once
from geomap.views.plans.listed import anchor_of, site_part
from geomap.views.plans.overview import by_due_year, target_grid
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


CHOICE = ("outcome", "area", "plan", "q", "sort")
"""The parameters that choose among targets; the page and its files take the same."""
_LONGEST = 200
_MOST_PAGES = 9_999


@bp.get("/progress")
def page() -> str:
    """Show the targets asked for with what became of them."""
    params.of_page("as_of", "lang", *CHOICE, "page", "row")
    return _page(current_atlas(), _as_of(), asked_language())


@bp.get("/progress.json")
def as_json() -> Response:
    """Give the rows of the plans."""
    params.allow("as_of", "lang", *CHOICE)
    asked_language()
    rows = progress_rows(current_atlas(), _as_of())
    return json_answer(as_plain(choose_targets(current_atlas(), rows, _asked()).plans(rows)))


@bp.get("/progress.xlsx")
def as_workbook() -> Response:
    """Give the tables as an Excel workbook."""
    params.allow("as_of", "lang", "audience", *CHOICE)
    return _file("xlsx", plan_workbook)


@bp.get("/progress.docx")
def as_document() -> Response:
    """Give the tables as a Word document."""
    params.allow("as_of", "lang", "audience", *CHOICE)
    return _file("docx", plan_document)


def _file(ending: str, write: Callable[[Tables], bytes]) -> Response:
    atlas = leaving_atlas()
    shown = tables(atlas, _as_of(), asked_language(), _asked())
    content = write(shown)
    part = "-部分" if shown.chosen.narrows else ""
    name = f"{shown.title}-规划进度-{shown.as_of}{part}.{ending}"
    left = departures.of(atlas, "progress", ending)
    return departures.attachment(content, OFFICE_TYPES[ending], name, left)


def _as_of() -> int:
    asked = params.whole_between("as_of", FIRST_YEAR, LAST_YEAR)
    return default_year(current_atlas()) if asked is None else asked


def _asked() -> dict[str, str]:
    """Give what the address chooses among targets; ``choose_targets`` checks it."""
    given = {name: params.one(name) or "" for name in CHOICE}
    return {**given, "q": params.short("q", _LONGEST)}


def _page(atlas: Atlas, as_of: int, lang: str) -> str:
    all_rows, all_sites = progress_rows(atlas, as_of), site_rows(atlas, as_of)
    asked = _asked()
    chosen = choose_targets(atlas, all_rows, asked)
    rows, sites = chosen.plans(all_rows), chosen.sites(all_sites)
    dates = chosen.dates(milestones(atlas))
    given = {"as_of": params.one("as_of") or "", **asked}
    return render_template(
        "progress.html",
        lang=lang,
        w=strings(lang, parts_of(atlas.parts))["progress"],
        as_of=as_of,
        years=_years(atlas, all_rows),
        address=partial(_address, {"lang": lang, **given}),
        kept=f"&{query}" if (query := _query(given)) else "",
        chosen=chosen,
        choices=choosable(atlas, all_rows),
        labels=CHOSEN_BY,
        empty=not (all_rows or all_sites),
        found=(_count(rows, sites), _count(all_rows, all_sites)),
        conflicts=conflict_count(atlas),
        **_overview(atlas, chosen, all_rows, all_sites),
        groups=[_group(group) for group in by_group(rows)],
        series=_series(rows),
        sites=site_part(atlas, chosen, sites, _site_page(), params.one("row") or ""),
        due=by_due_year(dates, as_of),
        statuses={status.value: status.label for status in Status},
        documents=atlas.sources,
        city=atlas.city,
        **_HELPERS,
    )


def _site_page() -> int:
    return params.whole_between("page", 1, _MOST_PAGES) or 1


def _overview(
    atlas: Atlas, chosen: Chosen, rows: list[TargetRow], sites: list[TargetRow]
) -> dict[str, Any]:
    """Count what every verdict and plan would show, with the area and the words asked for."""
    wider = chosen.without("outcome", "plan")
    of_plans, of_sites = wider.plans(rows), wider.sites(sites)
    return {
        "plans": plan_counts(atlas, of_plans),
        "site_counts": count_verdicts(agreed(of_sites)),
        "grid": target_grid(atlas, rows),
        "areas": by_area(atlas, sites),
    }


def _count(rows: list[TargetRow], sites: list[TargetRow]) -> int:
    return len(targets_once(rows)) + len(targets_once(agreed(sites)))


def _query(given: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in given.items() if value})


def _address(given: Mapping[str, str], path: str = "/progress", **changes: str | int) -> str:
    """Give the address of this page, or of a file of it, with some choices changed; "" drops one.

    ``anchor`` is the place within the page.
    """
    anchor = changes.pop("anchor", "")
    query = _query({**given, **{name: str(value) for name, value in changes.items()}})
    return f"{path}?{query}" + (f"#{quote(str(anchor))}" if anchor else "")


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


_HELPERS: Mapping[str, Any] = {
    "amount": amount,
    "full": full,
    "percent": percent,
    "gap_word": gap_word,
    "outcomes": list(Outcome),
    "undecided": UNDECIDED,
    "tolerance": TOLERANCE,
    "working": target_working,
    "anchor_of": anchor_of,
    "key": {name: Markup(svg) for name, svg in bullet_key().items()},  # noqa: S704 - ours
}
"""What the template calls and what it always says."""
