"""Every file that leaves by HTTP is recorded, whichever view gives it.

Whatever is answered as an attachment counts. What it holds is told by the view that made it, from
what it made, never guessed from the address; an attachment of which nobody tells is a fault of
ours and does not leave. Whether it is sent at all (not to HEAD, not when unchanged) is known only
in front, and recorded there, so that no answer from a memory goes by and none that is not sent is
counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Response, g, request

from geomap.app.http.records import client, now
from geomap.app.http.security import refusal
from geomap.audit.log import AuditError, Departure, Log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from geomap.atlas import Atlas

_SLOT = "geomap.departure"
_NAMED = "attachment; filename*=UTF-8''"
Clock = Callable[[], datetime]


def attachment(content: str | bytes, media_type: str, name: str, departure: Departure) -> Response:
    """Answer with a file to keep, never from a memory.

    Parameters
    ----------
    departure : what the file holds; the name and the address are added here
    """
    g.departure = replace(departure, name=name, request=request.full_path.rstrip("?"))
    headers = {"Content-Disposition": f"{_NAMED}{quote(name)}", "Cache-Control": "no-store"}
    return Response(content, content_type=media_type, headers=headers)


def of(
    atlas: Atlas, what: str, format_: str, indicator: str = "", year: int | None = None
) -> Departure:
    """Say what a file holds that was made from a release as an audience sees it."""
    audience = atlas.disclosure.audience.value
    return Departure(what, format_, audience, atlas.release, indicator, year)


def watch(app: Flask, log: Log, *, clock: Clock = now) -> None:
    """Record what ``app`` gives as attachments; to be called when all else stands before Flask.

    Raises
    ------
    AuditError : the record is required and cannot be written
    """
    log.check()

    @app.after_request
    def note(response: Response) -> Response:
        disposition = response.headers.get("Content-Disposition", "")
        if response.status_code == 200 and disposition.startswith("attachment"):
            response.headers["Cache-Control"] = "no-store"
            departure: Departure = g.departure  # not there: see above
            noted = departure, response.get_data()
            request.environ.setdefault(_SLOT, []).append(noted)
        return response

    app.wsgi_app = Watch(app, app.wsgi_app, log, clock)  # type: ignore[method-assign]


class Watch:
    """WSGI in front of all: records what is really sent, or refuses to send it."""

    def __init__(self, app: Flask, inner: WSGIApplication, log: Log, clock: Clock) -> None:
        self._app, self._inner, self._log, self._clock = app, inner, log, clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        # A list, for it is shared with the copies of the environment that are made further in.
        noted: list[tuple[Departure, bytes]] = []
        environ[_SLOT] = noted
        said: list[Any] = []

        def hold(*words: Any) -> Callable[[bytes], object]:
            said[:] = words
            return lambda _: None

        parts = self._inner(environ, hold)
        if noted and environ["REQUEST_METHOD"] == "GET" and said[0].startswith("200"):
            try:
                self._record(environ, *noted[-1])
            except AuditError as error:
                return refusal(self._app, environ, error)(environ, start_response)
        start_response(*said)
        return parts

    def _record(self, environ: WSGIEnvironment, departure: Departure, body: bytes) -> None:
        self._log.record(body, departure, by=client(environ), when=self._clock())
