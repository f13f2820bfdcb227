"""Headers that every answer carries, and the largest request that is taken.

Nothing may be loaded from another origin, no script or style stands in a page itself, and no page
can be framed elsewhere. The one exception is the origin of the map tiles, when they are set.
"""

from __future__ import annotations

from flask import Flask, Response, abort, request

from geomap.settings import Settings

LARGEST_BODY_BYTES = 20 * 1024 * 1024


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
    fixed = headers(settings)

    @app.before_request
    def refuse_large_bodies() -> None:
        # Werkzeug would cut a body of unknown length at the limit and say nothing.
        if request.headers.get("Transfer-Encoding"):
            abort(411)
        if (request.content_length or 0) > LARGEST_BODY_BYTES:
            abort(413)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(fixed)
        return response
