"""Siting for people: the page, its tables, solves, what-ifs, files and saved scenarios.

What changes something comes by POST from our own pages only. Solves are jobs, asked about until
they have ended; what a scenario or an address cannot hold stands under the hash of its content.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request

from geomap.app.http import departures, params
from geomap.app.http.answers import json_answer
from geomap.app.http.current import current_atlas, current_settings, leaving_atlas
from geomap.app.http.delivery import ask_each_time
from geomap.app.http.errors import fault_of
from geomap.app.http.jobs import Control
from geomap.app.http.records import log, noted
from geomap.app.http.scenarios import LONGEST_NAME, Scenarios
from geomap.app.http.turnstile import HEAVY, made_once, who_asks
from geomap.app.http.uploads import Upload
from geomap.app.pages.siting_desk import (
    SitingDesk,
    _is_for_us,
    asked_object,
    asked_study,
    job_outcome,
    malformed,
    siting_desk,
)
from geomap.app.pages.siting_form import page_data, templates
from geomap.app.pages.siting_solve import (
    MOST_SECONDS,
    UPLOAD_ROLES,
    at_once,
    examine,
    expect_files,
    leaving,
    solved,
)
from geomap.atlas import Atlas
from geomap.audit.log import Departure
from geomap.disclosure.narrowing import Audience
from geomap.errors import NotFoundError, SettingsError, TableError, Text
from geomap.language import LANGUAGES, strings
from geomap.model.approval import INTERNAL_MARK
from geomap.release.editions import for_audience
from geomap.siting.answer_files import ANSWER_FORMATS, departure, write
from geomap.siting.answer_json import narrative_json
from geomap.siting.changes import settings_changes
from geomap.siting.narrative import study_title
from geomap.webmap.page import embed_json

bp = Blueprint("siting", __name__)
_STATE = (
    "kind", "demand", "candidates", "existing", "distance", "crs", "model", "sites", "budget",
    "radius", "radii", "catchment", "decay", "fair", "each", "criteria", "comparisons", "put",
    "remove", "time_limit", "files",
)  # fmt: skip


def furnish(app: Flask) -> None:
    """Give an application its siting desk."""
    settings = app.extensions["geomap.settings"]
    app.extensions["geomap.siting"] = SitingDesk(
        settings.spool, settings.scenarios, settings.audience
    )


# --- who may ask, and what is said when something is wrong ---------------------------------------


@bp.after_request
def keep_nothing(response: Response) -> Response:
    """Let nobody keep what depends on more than release and address."""
    if request.endpoint != "siting.page":
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(TableError)
def table_fault(error: TableError) -> Response:
    """Show every finding of a table, with file, row and column."""
    said = fault_of(error).as_dict()
    headline = {"zh": error.text.zh, "en": error.text.en.partition("\n")[0]}
    said["error"]["message"] = headline  # type: ignore[index]
    said["error"]["findings"] = [one.as_dict() for one in error.findings]  # type: ignore[index]
    said["error"]["findings_count"] = error.count  # type: ignore[index]
    response = json_answer(said)
    response.status_code = error.status
    return response


@bp.errorhandler(SettingsError)
def settings_fault(error: SettingsError) -> Response:
    """Say of which setting each fault is, so that the page can say it there."""
    said = fault_of(error).as_dict()
    said["error"]["fields"] = [  # type: ignore[index]
        {"name": name, "message": {"zh": text.zh, "en": text.en}} for name, text in error.faults
    ]
    response = json_answer(said)
    response.status_code = error.status
    return response


# --- the page ------------------------------------------------------------------------------------


@bp.get("/siting")
def page() -> str:
    """Show the page; its script reads the question from the address."""
    params.of_page("lang", *_STATE)
    lang = _language()
    ask_each_time()
    expect_files()
    return _page(current_atlas(), lang, siting_desk().scenarios is not None, current_app.debug)


@made_once(HEAVY, 4)
def _page(atlas: Atlas, lang: str, scenarios_on: bool, _debug: bool) -> str:
    data = page_data(atlas, lang, most_seconds=MOST_SECONDS, scenarios_on=scenarios_on)
    return render_template(
        "siting.html",
        data=embed_json(data),
        models=data["models"],
        indicators=data["weights"],
        kinds=data["kinds"],
        systems=data["systems"],
        templates=tuple(templates()),
        most_seconds=MOST_SECONDS,
        scenarios_on=scenarios_on,
        approved="" if atlas.mark == INTERNAL_MARK else atlas.mark.in_(lang),
    )


@bp.get("/siting/template/<role>.csv")
def template(role: str) -> Response:
    """Give an empty table with the columns that a role needs."""
    params.allow("lang")
    known = templates()
    if role not in known:
        raise NotFoundError(Text("模板", "template"), role, known)
    # An empty table is for anybody and holds nothing of a release.
    left = Departure("template", "csv", Audience.PUBLIC.value, release="")
    content = known[role].encode("utf-8-sig")
    return departures.attachment(content, "text/csv; charset=utf-8", f"{role}.csv", left)


# --- tables --------------------------------------------------------------------------------------


@bp.post("/siting/tables")
def take_table() -> Response:
    """Check a table and keep it for a while."""
    params.allow("lang", "role", "crs", "name")
    role = params.required("role", UPLOAD_ROLES)
    upload = Upload.checked(params.required("name", ()), request.get_data(cache=False))
    told = examine(
        current_atlas(), role, upload, params.one("crs") or "wgs84", current_settings().reading
    )
    digest = hashlib.sha256(upload.content).hexdigest()
    noted("upload", what=role, name=upload.name, bytes=len(upload.content), sha256=digest)
    siting_desk().uploads.keep(upload)
    return json_answer({"table": upload.key, "name": upload.name, **told})


# --- solves --------------------------------------------------------------------------------------


@bp.post("/siting/solve")
def solve() -> Response:
    """Begin a solve, for the audience of the pages unless asked otherwise; answers with its job."""
    asked = asked_object()
    settings, files = asked_study(asked)
    atlas, desk = _for(asked.get("audience")), siting_desk()
    allowed = current_settings().reading
    before = asked.get("before")
    if before is not None and not isinstance(before, dict):
        raise malformed()

    def work(control: Control) -> dict[str, Any]:
        outcome = solved(atlas, settings, files, control, allowed).as_dict()
        found = {"outcome": outcome, "files": {role: one.key for role, one in files.items()}}
        return {**found, "changed": settings_changes(before, outcome)} if before else found

    log().check()
    job = desk.jobs.start(work, who_asks())
    noted(
        "solve",
        what=settings.kind,
        audience=atlas.disclosure.audience.value,
        release=atlas.release,
        job=job,
        tables=sorted(one.key for one in files.values()),
    )
    response = json_answer({"job": job, "state": "waiting"})
    response.status_code = 202
    return response


def _for(audience: object) -> Atlas:
    atlas = current_atlas()
    if audience is None:
        return atlas
    return for_audience(atlas, str(audience)[:40], current_settings().rules)


@bp.post("/siting/whatif")
def what_if() -> Response:
    """Answer a what-if at once."""
    asked = asked_object()
    settings, files = asked_study({**asked, "settings": _small(asked)})
    outcome = at_once(current_atlas(), settings, files, current_settings().reading)
    noted(
        "solve",
        what=_small(asked)["kind"],
        audience=current_atlas().disclosure.audience.value,
        release=current_atlas().release,
        tables=sorted(one.key for one in files.values()),
    )
    return _told({"outcome": outcome.as_dict()})


def _small(asked: Mapping[str, Any]) -> dict[str, Any]:
    settings = asked.get("settings")
    if not isinstance(settings, dict):
        raise malformed()
    # Candidates play no part: what is put is written in the settings.
    kind = "cover" if settings.get("kind") == "cover" else "whatif"
    return {**settings, "kind": kind, "candidates": "none"}


@bp.get("/siting/jobs/<job>")
def job_state(job: str) -> Response:
    """Tell how far a solve is."""
    params.allow("lang")
    return json_answer(siting_desk().jobs.state(job))


@bp.get("/siting/jobs/<job>/result")
def job_result(job: str) -> Response:
    """Give what a solve found."""
    params.allow("lang")
    return _told(job_outcome(job))


@bp.get("/siting/jobs/<job>/siting.<kind>")
def job_file(job: str, kind: str) -> Response:
    """Give what a solve found as a file: Word, Excel or GeoJSON."""
    params.allow("lang", "audience")
    outcome = _leaving(job_outcome(job)["outcome"])
    lang = _language()
    content = write(outcome, kind, lang)
    name = f"{study_title(outcome, lang)}.{kind}"
    return departures.attachment(content, ANSWER_FORMATS[kind], name, departure(outcome, kind))


def _leaving(outcome: dict[str, Any]) -> dict[str, Any]:
    """Give an outcome as the file may hold it: for the public unless asked otherwise."""
    rules, atlas = current_settings().rules, leaving_atlas()
    return leaving(outcome, for_audience(current_atlas(), outcome["audience"]["id"], rules), atlas)


def _told(found: dict[str, Any]) -> Response:
    """Answer an outcome with its text."""
    return json_answer({**found, "text": narrative_json(found["outcome"], _language())})


def _language() -> str:
    lang = params.one("lang") or LANGUAGES[0]
    strings(lang)  # refuses a language that there is not
    return lang


@bp.post("/siting/jobs/<job>/cancel")
def job_cancel(job: str) -> Response:
    """Ask a solve to stop."""
    desk = siting_desk()
    desk.jobs.state(job)  # there is one
    noted("solve", what="cancel", job=job)
    desk.jobs.cancel(job)
    return json_answer(siting_desk().jobs.state(job))


# --- scenarios -----------------------------------------------------------------------------------


@bp.get("/siting/scenarios")
def list_scenarios() -> Response:
    """List what is saved."""
    params.allow("lang")
    return json_answer({"scenarios": _scenarios().listed()})


@bp.post("/siting/scenarios")
def save_scenario() -> Response:
    """Save a solve under a name, with the tables that it used."""
    asked, desk = asked_object(), siting_desk()
    name, job = asked.get("name"), asked.get("job")
    if not isinstance(name, str) or not isinstance(job, str):
        raise malformed()
    found = job_outcome(job)
    tables = {role: desk.uploads.get(key) for role, key in found["files"].items()}
    kept = {
        role: {"name": one.name, "content": base64.b64encode(one.content).decode()}
        for role, one in tables.items()
    }
    release = found["outcome"]["release"]["id"]
    noted("scenario", what="save", name=name[:LONGEST_NAME], job=job, release=release)
    _scenarios().save(name, release, {"outcome": found["outcome"], "tables": kept})
    return json_answer({"scenarios": _scenarios().listed()})


@bp.get("/siting/scenario")
def get_scenario() -> Response:
    """Give a saved scenario; its tables can then be used again."""
    params.allow("lang", "name")
    kept = _scenarios().get(params.required("name", ()))
    if not _is_for_us(kept.get("outcome")):
        raise NotFoundError(Text("方案", "scenario"), kept["name"], ())
    files = {}
    for role, one in kept.pop("tables", {}).items():
        try:
            content = base64.b64decode(one["content"], validate=True)
        except (KeyError, binascii.Error):
            continue
        upload = Upload.checked(one["name"], content)
        siting_desk().uploads.keep(upload)
        files[role] = upload.key
    return _told({**kept, "files": files})


@bp.post("/siting/scenarios/remove")
def remove_scenario() -> Response:
    """Remove a scenario."""
    name = asked_object().get("name")
    if not isinstance(name, str):
        raise malformed()
    _scenarios().require(name)
    noted("scenario", what="remove", name=name[:LONGEST_NAME])
    _scenarios().remove(name)
    return json_answer({"scenarios": _scenarios().listed()})


def _scenarios() -> Scenarios:
    scenarios = siting_desk().scenarios
    if scenarios is None:
        raise NotFoundError(
            Text("方案目录（未设置 GEOMAP_SCENARIOS）", "directory of scenarios"), "scenarios", ()
        )
    return scenarios
