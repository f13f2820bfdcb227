"""Which requests stand in line: the one place that says so, of every page and address.

What is not named here stands in the line of what takes long, so that no new page can be forgotten;
it is named once it is known to take less than a fifth of a second on the demonstration release,
also when it is the first to ask (``bench/costs.py`` measures all).
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from geomap.app.http.turnstile import HEAVY, READING, Turnstile

AT_ONCE = frozenset({
    "api.catalogue", "api.context", "api.health", "api.mapview_schema", "api.openapi", "api.page",
    "api.provenance", "api.release", "api.sites", "api.sources", "api.trend", "api.units",
    "api.view", "pages.map_script", "pages.share", "pages.tour", "reports.page",
    "siting.job_cancel", "siting.job_state", "siting.template", "static.static_file",
})  # fmt: skip
MADE_ONCE = frozenset({
    "conflicts.as_json", "conflicts.page", "pages.find", "pages.index", "pages.rest",
    "reports.download",
    "siting.page",
})  # fmt: skip
"""Take long once in a release and are kept then: ``made_once`` lets only those wait who make it."""
LINES: Mapping[str, Turnstile] = {"siting.take_table": READING, "siting.what_if": READING}


def stand_in_line(app: Flask) -> None:
    """Let each view of an application be called only by those whose turn it is."""
    for endpoint, view in app.view_functions.items():
        if endpoint not in AT_ONCE | MADE_ONCE:
            app.view_functions[endpoint] = LINES.get(endpoint, HEAVY).guarding(view)
