"""Headers that every answer carries, and the requests that are refused before any view sees them.

Nothing may be loaded from another origin, no script or style stands in a page itself, and no page
can be framed elsewhere. There are two exceptions, both off unless they are set: the origin of the
map tiles, and the sites that may frame the map as it is made for that (``EMBED`` in its address).

A page of another site cannot read this server under a name of its own (DNS rebinding), since only
the server's own names and plain addresses are answered to; and it cannot send here, since what is
sent must come from this origin and in a type that browsers ask leave for first.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from geomap.errors import RequestError
from geomap.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_BODY_BYTES = 20 * 1024 * 1024
SENT_TYPES = ("application/json", "application/octet-stream")
EMBED = "embed"
_READING = ("GET", "HEAD", "OPTIONS")


class ForeignError(RequestError):
    """A page of another site sent this."""

    status = 403
    code = "foreign"


class HostError(RequestError):
    """The server was asked under a name that is not its own."""

    status = 421
    code = "host"


def headers(settings: Settings) -> dict[str, str]:
    """Give the security headers for these settings."""
    return {
        "Content-Security-Policy": content_policy(settings),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",
        # Set here, it takes the place of the name of the server.
        "Server": "geomap",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
    }


def framed_headers(settings: Settings) -> dict[str, str]:
    """Give them for the map that is made to be framed, by the sites of the settings too."""
    usual = headers(settings)
    if settings.framed_by:
        usual["Content-Security-Policy"] += f" {' '.join(settings.framed_by)}"
        del usual["X-Frame-Options"]  # it can name no other site, and is older than the policy
    return usual


def content_policy(settings: Settings) -> str:
    """Give the Content-Security-Policy; ``img-src`` names the origin of the tiles, if any."""
    images = f"'self' data: {settings.tile_origin}".strip()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src {images}; connect-src 'self'; font-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


def secure(app: Flask, settings: Settings) -> None:
    """Make ``app`` refuse large bodies unread and send the headers."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    fixed, framed = headers(settings), framed_headers(settings)

    app.before_request(_refuse_large_bodies)
    app.before_request(_refuse_foreign)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(framed if request.path == "/" and EMBED in request.args else fixed)
        return response


def _refuse_large_bodies() -> None:
    # Werkzeug would cut a body of unknown length at the limit and say nothing.
    if request.headers.get("Transfer-Encoding"):
        abort(411)
    if (request.content_length or 0) > LARGEST_BODY_BYTES:
        abort(413)


def _refuse_foreign() -> None:
    if request.method in _READING:
        return
    # Browsers say where a request comes from; on plain http only by Origin.
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    same = not origin or urlsplit(origin).netloc == request.host
    if not (site == "same-origin" if site else same):
        raise ForeignError(
            "只接受本站页面的请求", "only requests from pages of this site are accepted"
        )
    if request.content_length and request.mimetype not in SENT_TYPES:
        abort(415)


class Names:
    """WSGI in front of all: answers only under the names of this server.

    Parameters
    ----------
    names : names beside plain addresses, localhost and the name of this machine
    """

    def __init__(self, app: Flask, inner: WSGIApplication, names: Iterable[str]) -> None:
        self._app, self._inner = app, inner
        self._names = {"", "localhost", socket.gethostname().lower(), *map(str.lower, names)}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, or refuse it."""
        if self._knows(str(environ.get("HTTP_HOST", ""))):
            return self._inner(environ, start_response)
        error = HostError(
            "不是本服务器的名称；管理员可在 GEOMAP_NAMES 中加上它",
            "this is no name of this server; an administrator can add it to GEOMAP_NAMES",
        )
        return refusal(self._app, environ, error)(environ, start_response)

    def _knows(self, host: str) -> bool:
        name = host.rpartition("]")[0].lstrip("[") or host.partition(":")[0]
        if name.lower().rstrip(".") in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def refusal(app: Flask, environ: WSGIEnvironment, error: Exception) -> Response:
    """Let the application say, from in front of it, why a request is refused."""
    with app.request_context(environ):
        handled = app.make_response(app.handle_user_exception(error))
        return app.process_response(handled)
