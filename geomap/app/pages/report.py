"""The report as a file, ``/report.docx`` and ``/report.pptx``, and the page that offers them.

One is made at a time, for it takes seconds of a processor; another may wait, the others are told to
come back. The last two are kept, for both formats are often taken together.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from geomap.app.http import departures, params
from geomap.app.http.current import current_atlas, leaving_atlas
from geomap.app.http.turnstile import REPORTS, give_back, made_once
from geomap.app.pages.address import asked_language
from geomap.atlas import Atlas
from geomap.disclosure.narrowing import Audience
from geomap.language import parts_of
from geomap.model.schema import FIRST_YEAR, LAST_YEAR
from geomap.render.report.desk import Asked
from geomap.render.report.pack import REPORT_FORMATS, Pack, report_pack, require_format
from geomap.views.plans.targets import default_year

bp = Blueprint("reports", __name__)
_PARAMETERS = ("lang", "audience", "as_of", "maker", "date")
_LONGEST = 60


@bp.get("/report")
def page() -> str:
    """Say what a report holds and offer it."""
    params.of_page("lang")
    atlas = current_atlas()
    lang = asked_language()
    sees_all = atlas.disclosure.audience.sees_all
    chosen = [Audience.PUBLIC, *([Audience.INTERNAL, Audience.LEADER] if sees_all else [])]
    return render_template(
        "report.html",
        lang=lang,
        audiences=[(one.value, one.label.in_(lang)) for one in chosen],
        as_of=default_year(atlas),
        longest=_LONGEST,
        parts=parts_of(atlas.parts),
        years=(FIRST_YEAR, LAST_YEAR),
    )


@bp.get("/report.<kind>")
def download(kind: str) -> Response:
    """Give a report on the whole release."""
    params.allow(*_PARAMETERS)
    require_format(kind)
    asked = Asked(
        lang=asked_language(),
        as_of=params.whole_between("as_of", FIRST_YEAR, LAST_YEAR),
        maker=params.short("maker", _LONGEST),
        made=params.short("date", _LONGEST),
    )
    atlas = leaving_atlas()
    pack = _made(atlas, kind, asked)
    left = departures.of(atlas, "report", kind)
    return departures.attachment(pack.content, REPORT_FORMATS[kind], pack.name, left)


@made_once(REPORTS, 2)
def _made(atlas: Atlas, kind: str, asked: Asked) -> Pack:
    try:
        return report_pack(atlas, kind, asked)
    finally:
        give_back()
