"""What a request answers from: one edition, the same from its beginning to its end."""

from __future__ import annotations

from flask import current_app, request

from geomap.app.http import params
from geomap.app.http.delivery import EDITION
from geomap.app.http.releases import Edition, Releases
from geomap.atlas import Atlas
from geomap.disclosure.narrowing import Audience
from geomap.release.editions import for_audience
from geomap.settings import Settings


def current_edition() -> Edition:
    """Give the edition that this request is answered from."""
    if EDITION not in request.environ:
        releases: Releases = current_app.extensions["geomap.releases"]
        request.environ[EDITION] = releases.current()
    edition: Edition = request.environ[EDITION]
    return edition


def current_atlas() -> Atlas:
    """Give the release that this request is answered from."""
    return current_edition().atlas


def leaving_atlas() -> Atlas:
    """Give the release as a file that leaves may hold it: for the public unless asked otherwise."""
    asked = params.one("audience") or Audience.PUBLIC
    return for_audience(current_atlas(), asked, current_settings().rules)


def current_settings() -> Settings:
    """Give the settings of this server."""
    settings: Settings = current_app.extensions["geomap.settings"]
    return settings
