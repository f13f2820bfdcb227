"""What the pages of siting work with: uploads, jobs, scenarios; and the question that was sent."""

from __future__ import annotations

import json
import re
import threading
import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flask import current_app, request

from geomap.app.http import params
from geomap.app.http.current import current_settings
from geomap.app.http.jobs import Jobs
from geomap.app.http.scenarios import Scenarios
from geomap.app.http.uploads import Upload, Uploads
from geomap.app.pages.siting_solve import UPLOAD_ROLES
from geomap.disclosure.narrowing import Audience
from geomap.errors import NotFoundError, RequestError, Text
from geomap.files import SPOOL, temporary
from geomap.siting.settings import StudySettings

_HASH = re.compile(r"[0-9a-f]{32}")


class SitingDesk:
    """What siting keeps: jobs, uploaded tables and scenarios, each audience its own.

    Servers for several audiences may be given the same directories. What is kept for one is
    neither told nor opened, counted, replaced or removed by a server for another.

    Parameters
    ----------
    spool : directory shared by the processes of the server, "" for one of this process
    scenarios : directory of saved scenarios, "" for none
    audience : whom the server is for
    """

    def __init__(self, spool: str, scenarios: str, audience: Audience) -> None:
        # The usual audience has the directory itself, the others one of their own within it.
        self._own = "" if audience is Audience.INTERNAL else audience.value
        self._spool, self._lock = spool, threading.Lock()
        self._kept: tuple[Jobs, Uploads] | None = None
        self.scenarios = Scenarios(Path(scenarios) / self._own) if scenarios else None

    @property
    def jobs(self) -> Jobs:
        """The solves."""
        return self._opened()[0]

    @property
    def uploads(self) -> Uploads:
        """The tables that were handed in."""
        return self._opened()[1]

    def _opened(self) -> tuple[Jobs, Uploads]:
        """Give what is kept in the spool; a temporary one is made when first something is."""
        with self._lock:
            if self._kept is None:
                home = Path(self._spool) if self._spool else self._temporary()
                self._kept = Jobs(home / self._own), Uploads(home / self._own)
            return self._kept

    def _temporary(self) -> Path:
        held = ExitStack()
        home = held.enter_context(temporary(SPOOL))
        self._end = weakref.finalize(self, held.close)
        return home


def siting_desk() -> SitingDesk:
    """Give the desk of this application."""
    desk: SitingDesk = current_app.extensions["geomap.siting"]
    return desk


def job_outcome(job: str) -> dict[str, Any]:
    """Give what a job found; what was damaged or is for a wider audience counts as none."""
    found = siting_desk().jobs.result(job)
    if not isinstance(found.get("files"), dict) or not _is_for_us(found.get("outcome")):
        raise NotFoundError(Text("计算结果", "result"), job, ())
    return found


def _is_for_us(outcome: object) -> bool:
    """Tell whether an outcome is whole, and holds nothing that this server withholds."""
    audience = outcome.get("audience") if isinstance(outcome, dict) else None
    made_for = audience.get("id") if isinstance(audience, dict) else None
    if made_for not in set(Audience):
        return False
    return current_settings().audience.sees_all or not Audience(made_for).sees_all


def asked_object() -> dict[str, Any]:
    """Give the JSON object that was sent."""
    params.allow("lang")
    try:
        asked = request.get_json(silent=True) if request.is_json else None
        json.dumps(asked, ensure_ascii=False).encode()
    except (RecursionError, UnicodeEncodeError):  # brackets without end; half a character
        asked = None
    if not isinstance(asked, dict):
        raise malformed()
    return asked


def malformed() -> RequestError:
    """Make the refusal of what is not such an object."""
    return RequestError("请求应为 JSON 对象", "the request must be a JSON object")


def asked_study(asked: Mapping[str, Any]) -> tuple[StudySettings, dict[str, Upload]]:
    """Give the settings and the uploaded files that a question names."""
    given, names = asked.get("settings"), asked.get("files") or {}
    if not isinstance(given, dict) or not isinstance(names, dict):
        raise malformed()
    files = {}
    for role, key in names.items():
        if role not in UPLOAD_ROLES or not isinstance(key, str) or not _HASH.fullmatch(key):
            raise malformed()
        files[role] = siting_desk().uploads.get(key)
    return StudySettings.from_dict(given), files
