"""The web application: a factory, blueprints, one error handler; built on Flask.

``create_app`` receives its data; nothing is read when this package is imported.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from flask import Flask

from geomap.app.http import static
from geomap.app.http.answers import pretty
from geomap.app.http.delivery import Memory, deliver
from geomap.app.http.departures import watch
from geomap.app.http.errors import handle_errors
from geomap.app.http.records import Refusals
from geomap.app.http.releases import Releases
from geomap.app.http.security import Names, secure
from geomap.app.pages import api
from geomap.app.pages import conflict as conflict_pages
from geomap.app.pages import export as export_pages
from geomap.app.pages import image as figure_pages
from geomap.app.pages import map as pages
from geomap.app.pages import progress as progress_pages
from geomap.app.pages import report as report_pages
from geomap.app.pages import screen as screen_pages
from geomap.app.pages import siting as siting_pages
from geomap.app.pages.openapi import openapi_document
from geomap.app.queues import stand_in_line
from geomap.atlas import Atlas
from geomap.paths import web_dir
from geomap.release.editions import for_audience
from geomap.settings import Settings

__all__ = ["Settings", "create_app", "serve"]
BLUEPRINTS = (
    static.bp, api.bp, pages.bp, progress_pages.bp, conflict_pages.bp, export_pages.bp,
    figure_pages.bp, report_pages.bp, screen_pages.bp, siting_pages.bp,
)  # fmt: skip
NAVIGATION = {
    "/": "nav_map",
    "/progress": "nav_progress",
    "/siting": "nav_siting",
    "/conflicts": "nav_conflicts",
    "/report": "nav_report",
    "/screen": "nav_screen",
    "/sources": "nav_sources",
    "/api/": "nav_api",
}
"""The pages at the head of each page, with the word for each in ``web/i18n``."""

TRAILS = ("/", "/progress", "/siting")
"""Those of them whose link leads back to what the reader left there."""


def create_app(source: Path | Atlas | Releases, *, settings: Settings | None = None) -> Flask:
    """Build the application.

    Parameters
    ----------
    source : a data directory, looked at again while serving; or an atlas that never changes
    settings : the defaults when None; the environment is not read

    Raises
    ------
    ReleaseError : the data directory cannot be opened
    RequestError : what the audience of the settings may not see cannot be hidden
    AuditError : what leaves has to be recorded and cannot be
    """
    settings = settings or Settings()
    web = web_dir()
    app = Flask("geomap", static_folder=None, template_folder=str(web / "templates"))
    releases = source if isinstance(source, Releases) else _releases(source, settings)
    app.extensions["geomap.releases"] = releases
    app.extensions["geomap.settings"] = settings
    app.extensions["geomap.refusals"] = Refusals(settings.audit)
    app.extensions["geomap.static"] = static.read_shelf(web / "static")
    app.extensions["geomap.openapi"] = openapi_document()
    app.extensions["geomap.mapview"] = _json(web / "mapview.schema.json")
    # Redirects that mend slashes would be built from the Host header.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.jinja_env.globals["static_url"] = static.static_url
    app.jinja_env.globals |= {"navigation": NAVIGATION, "trails": TRAILS}
    app.jinja_env.filters["pretty"] = pretty
    secure(app, settings)
    handle_errors(app)
    deliver(app, releases, Memory(), private=settings.audience.sees_all)
    watch(app, settings.audit)
    app.wsgi_app = Names(app, app.wsgi_app, (*settings.names, settings.host))  # type: ignore[method-assign]
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    siting_pages.furnish(app)
    stand_in_line(app)
    return app


def _releases(source: Path | Atlas, settings: Settings) -> Releases:
    # Narrowed before anything is answered, so that no view needs to think of it.
    prepare = partial(for_audience, audience=settings.audience, rules=settings.rules)
    return Releases(source, prepare=prepare)


def _json(path: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
