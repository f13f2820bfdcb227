"""The API below ``/api/``: each view checks its parameters and hands out one payload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from geomap.app.http import params
from geomap.app.http.answers import GEOJSON, in_both_languages, json_answer
from geomap.app.http.current import current_atlas, current_edition, current_settings
from geomap.app.pages import payloads
from geomap.app.pages.address import DRAWING, asked_language, asked_view
from geomap.app.pages.queries import keys_of
from geomap.atlas import Atlas
from geomap.errors import NotFoundError, Text
from geomap.model.catalog import Kind, Status
from geomap.views.charts.trend import trend_sentence
from geomap.views.evidence.provenance import provenance as say_who
from geomap.views.maps.mapview import as_plain
from geomap.views.maps.side_by_side import side_by_side

SCHEMA = "application/schema+json"
Filters = dict[str, Sequence[object]]

VIEW = tuple("representation" if name == "as" else name for name in DRAWING)
bp = Blueprint("api", __name__)


@bp.get("/healthz")
def health() -> Response:
    """Say whether all is well; degraded when a newer release cannot be opened."""
    params.of_page()
    edition = current_edition()
    payload: dict[str, Any] = {"status": "ok", "release": edition.atlas.release}
    if edition.problem is not None:
        payload["status"] = "degraded"
        payload["message"] = in_both_languages(edition.problem.message)
        if current_settings().audience.sees_all:  # they quote the data
            payload["findings"] = list(edition.problem.findings)
    return json_answer(payload)


@bp.get("/api/")
def page() -> str:
    """Show the API to a person."""
    params.of_page("lang")
    asked_language()
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
    return json_answer(payloads.release_payload(current_atlas()))


@bp.get("/api/catalogue")
def catalogue() -> Response:
    """Give all that can be chosen."""
    params.allow()
    return json_answer(payloads.catalogue_payload(current_atlas()))


@bp.get("/api/units")
def units() -> Response:
    """Give the parts of the city."""
    params.allow()
    return json_answer(payloads.areas_geojson(current_atlas()), media_type=GEOJSON)


@bp.get("/api/context")
def context() -> Response:
    """Give the neighbours."""
    params.allow()
    return json_answer(payloads.context_payload(current_atlas()), media_type=GEOJSON)


@bp.get("/api/sources")
def sources() -> Response:
    """Give the documents."""
    params.allow()
    return json_answer(payloads.source_list(current_atlas()))


@bp.get("/api/figures")
def figures() -> Response:
    """Give figures with their provenance."""
    params.allow(*keys_of("/api/figures"))
    atlas = current_atlas()
    filters: Filters = {
        **_where(atlas),
        "year": params.years("year", _years(atlas.figures["year"])),
        "status": params.many("status", list(Status), Text("状态", "status")),
        "kind": _kinds(),
        "source": params.many("source", atlas.figures["source"].unique(), Text("来源", "source")),
    }
    return json_answer(payloads.figures_payload(atlas, filters))


@bp.get("/api/values")
def values() -> Response:
    """Give values, derived ones too."""
    params.allow(*keys_of("/api/values"))
    atlas = current_atlas()
    filters: Filters = {
        **_where(atlas),
        "year": params.years("year", _years(atlas.values["year"])),
        "kind": _kinds(),
    }
    return json_answer(payloads.values_payload(atlas, filters))


@bp.get("/api/compare")
def compare() -> Response:
    """Give areas side by side."""
    params.allow(*keys_of("/api/compare"))
    atlas = current_atlas()
    params.required("areas", [one.code for one in atlas.parts])
    year = params.year("year", _years(atlas.values["year"]))
    found = side_by_side(atlas, params.split("areas"), group=params.one("group"), year=year)
    return json_answer({"release": atlas.release, **as_plain(found)})


@bp.get("/api/trend")
def trend() -> Response:
    """Say how a number went over the years."""
    params.allow(*keys_of("/api/trend"))
    atlas = current_atlas()
    indicator = params.required("indicator", atlas.indicators)
    area = params.one("area") or atlas.city
    if area not in atlas.areas:
        raise NotFoundError(Text("旗区", "area"), area, atlas.areas)
    sentence = in_both_languages(trend_sentence(atlas, indicator, area))
    return json_answer({"release": atlas.release, "sentence": sentence})


@bp.get("/api/sites")
def sites() -> Response:
    """Give sites with their targets."""
    params.allow(*keys_of("/api/sites"))
    atlas = current_atlas()
    # Of an area without sites it is told whether that is known.
    areas = list(dict.fromkeys([*atlas.areas, *atlas.sites["area"]]))
    filters = {
        "kind": params.many("kind", atlas.site_kinds, Text("点位类别", "kind of site")),
        "area": params.many("area", areas, Text("旗区", "area")),
    }
    return json_answer(payloads.sites_payload(atlas, filters))


@bp.get("/api/view")
def view() -> Response:
    """Give what one map shows."""
    params.allow(*VIEW)
    return json_answer(asked_view(current_atlas(), "representation").as_dict())


@bp.get("/api/provenance")
def provenance() -> Response:
    """Say who: the figures behind one value."""
    params.allow(*keys_of("/api/provenance"))
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
