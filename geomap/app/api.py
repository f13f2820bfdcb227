"""The API below ``/api/``: each view checks its parameters and hands out one payload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from geomap.app import params, payloads
from geomap.app.answers import both, json_answer
from geomap.app.current import current_atlas, current_edition, current_settings
from geomap.atlas import Atlas
from geomap.catalog import Kind, Status
from geomap.changemap import change_view
from geomap.classes import FEWEST, MOST
from geomap.errors import Text
from geomap.mapview import MapView, best_year, map_view
from geomap.provenance import provenance as say_who

GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
Filters = dict[str, Sequence[object]]

VIEW = (
    "indicator",
    "year",
    "kind",
    "method",
    "classes",
    "palette",
    "representation",
    "shared",
    "breaks",
    "estimates",
    "from",
    "definitions",
)
bp = Blueprint("api", __name__)


@bp.get("/healthz")
def health() -> Response:
    """Say whether all is well; degraded when a newer release cannot be opened."""
    edition = current_edition()
    payload: dict[str, Any] = {"status": "ok", "release": edition.atlas.release}
    if edition.problem is not None:
        payload["status"] = "degraded"
        payload["message"] = both(edition.problem.message)
        if current_settings().audience.sees_all:  # they quote the data
            payload["findings"] = list(edition.problem.findings)
    return json_answer(payload)


@bp.get("/api/")
def page() -> str:
    """Show the API to a person."""
    params.allow("lang")
    return render_template("api.html", spec=current_app.extensions["geomap.openapi"])


@bp.get("/api/openapi.json")
def openapi() -> Response:
    """Give the description of this API."""
    params.allow()
    return json_answer(current_app.extensions["geomap.openapi"])


@bp.get("/api/mapview.schema.json")
def mapview_schema() -> Response:
    """Give the JSON Schema of a map view."""
    params.allow()
    return json_answer(
        current_app.extensions["geomap.mapview"], media_type="application/schema+json"
    )


@bp.get("/api/release")
def release() -> Response:
    """Say which release is served."""
    params.allow()
    return json_answer(payloads.release(current_atlas()))


@bp.get("/api/catalogue")
def catalogue() -> Response:
    """Give all that can be chosen."""
    params.allow()
    return json_answer(payloads.catalogue(current_atlas()))


@bp.get("/api/units")
def units() -> Response:
    """Give the parts of the city."""
    params.allow()
    return json_answer(payloads.units(current_atlas()), media_type=GEOJSON)


@bp.get("/api/context")
def context() -> Response:
    """Give the neighbours."""
    params.allow()
    return json_answer(payloads.context(current_atlas()), media_type=GEOJSON)


@bp.get("/api/sources")
def sources() -> Response:
    """Give the documents."""
    params.allow()
    return json_answer(payloads.sources(current_atlas()))


@bp.get("/api/figures")
def figures() -> Response:
    """Give figures with their provenance."""
    params.allow("area", "indicator", "year", "status", "kind", "source")
    atlas = current_atlas()
    filters: Filters = {
        **_where(atlas),
        "year": params.years("year", _years(atlas.figures["year"])),
        "status": params.many("status", list(Status), Text("状态", "status")),
        "kind": _kinds(),
        "source": params.many("source", atlas.figures["source"].unique(), Text("来源", "source")),
    }
    return json_answer(payloads.figures(atlas, filters))


@bp.get("/api/values")
def values() -> Response:
    """Give values, derived ones too."""
    params.allow("area", "indicator", "year", "kind")
    atlas = current_atlas()
    filters: Filters = {
        **_where(atlas),
        "year": params.years("year", _years(atlas.values["year"])),
        "kind": _kinds(),
    }
    return json_answer(payloads.values(atlas, filters))


@bp.get("/api/sites")
def sites() -> Response:
    """Give sites with their targets."""
    params.allow("kind", "area")
    atlas = current_atlas()
    filters = {
        "kind": params.many("kind", atlas.site_kinds, Text("点位类别", "kind of site")),
        "area": params.many("area", atlas.sites["area"].unique(), Text("旗区", "area")),
    }
    return json_answer(payloads.sites(atlas, filters))


@bp.get("/api/view")
def view() -> Response:
    """Give what one map shows."""
    params.allow(*VIEW)
    atlas = current_atlas()
    indicator = params.required("indicator", atlas.indicators)
    kind = params.one("kind") or Kind.ACTUAL.value
    year = params.year("year", atlas.series.get((indicator, kind), {}))
    drawing = drawing_asked("representation") | {"rank_estimates": params.ranked()}
    shared, accepted = params.flag("shared"), params.accepted()
    if params.one("from") is not None:
        params.not_beside("from", "shared=true", f"kind={Kind.TARGET}")
        shown = change_asked(atlas, indicator, year, accept_break=accepted, **drawing)
    else:
        shown = map_view(atlas, indicator, year=year, kind=kind, shared_breaks=shared, **drawing)
    return json_answer(shown.as_dict())


def drawing_asked(representation: str) -> dict[str, Any]:
    """Give how the address wants a map drawn; ``representation`` is its name for fill or symbol."""
    return {
        "method": params.one("method"),
        "k": params.between("classes", FEWEST, MOST),
        "palette": params.one("palette"),
        "representation": params.one(representation),
        "breaks": params.numbers("breaks"),
    }


def change_asked(atlas: Atlas, indicator: str, year: int | None, **drawing: Any) -> MapView:
    """Give the change since the year ``from``, up to ``year`` or the one that is shown first."""
    atlas.indicator(indicator)
    years = atlas.series.get((indicator, Kind.ACTUAL.value), {})
    since = params.year("from", years)
    until = best_year(atlas, years) if year is None else year
    return change_view(atlas, indicator, since or 0, until or 0, **drawing)


@bp.get("/api/provenance")
def provenance() -> Response:
    """Say who: the figures behind one value."""
    params.allow("indicator", "area", "year", "kind")
    atlas = current_atlas()
    indicator = params.required("indicator", atlas.indicators)
    kind = params.one("kind") or Kind.ACTUAL.value
    years = list(atlas.series.get((indicator, kind), {}))
    area = params.required("area", [*atlas.areas, *atlas.joint])
    params.required("year", years)
    year = params.year("year", years)
    return json_answer(say_who(atlas, indicator, area, year or 0, kind))


def _where(atlas: Atlas) -> dict[str, list[str]]:
    return {
        "area": params.many("area", [*atlas.areas, *atlas.joint], Text("旗区", "area")),
        "indicator": params.many("indicator", atlas.indicators, Text("指标", "indicator")),
    }


def _kinds() -> list[str]:
    return params.many("kind", list(Kind), Text("类型", "kind"))


def _years(column: Any) -> list[int]:
    return sorted(int(year) for year in column.unique())
