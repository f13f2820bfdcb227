"""The report as a file, ``/report.docx`` and ``/report.pptx``, and the page that offers them.

One is made at a time, for it takes seconds of a processor; whoever asks meanwhile waits a little
and is then told to come back. The last two are kept, for both formats are often taken together.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

from flask import Blueprint, Response, render_template

from geomap.app import departures, params
from geomap.app.current import current_atlas, leaving_atlas
from geomap.app.drawn import asked_language
from geomap.atlas import Atlas
from geomap.disclosure import Audience
from geomap.errors import GeomapError
from geomap.language import parts_of
from geomap.progress import default_year
from geomap.report import FORMATS, Pack, report_pack, require_format
from geomap.report_parts import Asked
from geomap.schema import FIRST_YEAR, LAST_YEAR

bp = Blueprint("reports", __name__)
PARAMETERS = ("lang", "audience", "as_of", "maker", "date")
PATIENCE_S, RETRY_S = 10.0, 15
_LONGEST = 60
_making = Lock()


class BusyError(GeomapError):
    """Another report is being made; ``retry_after`` says in how many seconds to ask again."""

    status = 503
    code = "busy"
    retry_after = RETRY_S

    def __init__(self) -> None:
        super().__init__(
            f"正在写另一份报告，请 {RETRY_S} 秒后再试",
            f"another report is being written; try again in {RETRY_S} seconds",
        )


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
        audiences=[(one.value, getattr(one.label, lang)) for one in chosen],
        as_of=default_year(atlas),
        longest=_LONGEST,
        parts=parts_of(atlas.parts),
        years=(FIRST_YEAR, LAST_YEAR),
    )


@bp.get("/report.<kind>")
def download(kind: str) -> Response:
    """Give a report on the whole release."""
    params.allow(*PARAMETERS)
    require_format(kind)
    asked = Asked(
        lang=asked_language(),
        as_of=params.between("as_of", FIRST_YEAR, LAST_YEAR),
        maker=params.short("maker", _LONGEST),
        made=params.short("date", _LONGEST),
    )
    atlas = leaving_atlas()
    if not _making.acquire(timeout=PATIENCE_S):
        raise BusyError
    try:
        pack = _made(atlas, kind, asked)
    finally:
        _making.release()
    left = departures.of(atlas, "report", kind)
    return departures.attachment(pack.content, FORMATS[kind], pack.name, left)


@lru_cache(maxsize=2)
def _made(atlas: Atlas, kind: str, asked: Asked) -> Pack:
    return report_pack(atlas, kind, asked)
