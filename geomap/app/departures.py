"""Every file that leaves by HTTP is recorded, whichever view gives it.

Whatever is answered as an attachment counts. What it is, is noted inside Flask; whether it is sent
at all (not to HEAD, not when unchanged) is known only in front, and recorded there, so that no
answer from a memory goes by and none that is not sent is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from flask import Flask, Response, g, request

from geomap.app import params
from geomap.app.current import current_atlas
from geomap.disclosure import Audience
from geomap.exportlog import Departure, ExportLogError, Log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SLOT = "geomap.departure"
_NAMED = "attachment; filename*=UTF-8''"
Clock = Callable[[], datetime]


def now() -> datetime:
    """Give the time, with its zone."""
    return datetime.now(UTC)


def attachment(content: str | bytes, media_type: str, name: str) -> Response:
    """Answer with a file to keep, never from a memory."""
    headers = {"Content-Disposition": f"{_NAMED}{quote(name)}", "Cache-Control": "no-store"}
    return Response(content, content_type=media_type, headers=headers)


def tell(**facts: Any) -> None:
    """Say what the address does not of what leaves: members of ``Departure`` by name."""
    g.departure = {**g.get("departure", {}), **facts}


def watch(app: Flask, log: Log, *, clock: Clock = now) -> None:
    """Record what ``app`` gives as attachments; to be called when all else stands before Flask.

    Raises
    ------
    ExportLogError : the record is required and cannot be written
    """
    log.check()

    @app.after_request
    def note(response: Response) -> Response:
        disposition = response.headers.get("Content-Disposition", "")
        if response.status_code == 200 and disposition.startswith("attachment"):
            response.headers["Cache-Control"] = "no-store"
            noted = _departure(disposition), response.get_data()
            request.environ.setdefault(_SLOT, []).append(noted)
        return response

    app.wsgi_app = Watch(app, app.wsgi_app, log, clock)  # type: ignore[method-assign]


def _departure(disposition: str) -> Departure:
    what, _, ending = request.path.strip("/").partition(".")
    year = request.args.get("year", "")
    facts: dict[str, Any] = {
        "what": what,
        "format": ending,
        "audience": params.one("audience") or Audience.PUBLIC.value,
        "release": current_atlas().release,
        "indicator": request.args.get("indicator", ""),
        "year": int(year) if year.isascii() and year.isdigit() else None,
        "request": request.full_path.rstrip("?"),
        "name": unquote(disposition.partition("''")[2]),
    }
    return Departure(**{**facts, **g.get("departure", {})})


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
            except ExportLogError as error:
                return self._refuse(environ, start_response, error)
        start_response(*said)
        return parts

    def _record(self, environ: WSGIEnvironment, departure: Departure, body: bytes) -> None:
        by = str(environ.get("REMOTE_ADDR", ""))
        if forwarded := environ.get("HTTP_X_FORWARDED_FOR"):
            # Whoever asks may write here what he likes: told beside the address, not in its place.
            by = f"{by} (X-Forwarded-For: {str(forwarded)[:200]})"
        self._log.record(body, departure, by=by, when=self._clock())

    def _refuse(
        self, environ: WSGIEnvironment, start_response: StartResponse, error: ExportLogError
    ) -> Iterable[bytes]:
        with self._app.request_context(environ):
            handled = self._app.make_response(self._app.handle_user_exception(error))
            response = self._app.process_response(handled)
        return response(environ, start_response)
