"""Where the documents contradict each other or themselves: a page, and the same as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template

from geomap.app.http import params
from geomap.app.http.answers import json_answer
from geomap.app.http.current import current_atlas
from geomap.app.http.turnstile import HEAVY, made_once
from geomap.app.pages.address import asked_language
from geomap.atlas import Atlas
from geomap.language import parts_of
from geomap.views.evidence.conflicts import conflict_report

bp = Blueprint("conflicts", __name__)


@bp.get("/conflicts")
def page() -> str:
    """Show conflicts with every place, the arithmetic with its working, and control totals."""
    params.of_page("lang")
    asked_language()
    atlas = current_atlas()
    found = _report(atlas)
    return render_template("conflicts.html", found=found, parts=parts_of(atlas.parts))


@bp.get("/conflicts.json")
def as_json() -> Response:
    """Give the same as JSON."""
    params.allow()
    return json_answer(_report(current_atlas()))


@made_once(HEAVY, 2)
def _report(atlas: Atlas) -> dict[str, Any]:
    """Work it out once for a release."""
    return conflict_report(atlas, atlas.rules)
