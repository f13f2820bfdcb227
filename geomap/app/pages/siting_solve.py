"""What a solve does for the page: read what was handed in, keep within the limits, tell, stop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from geomap.app.http.jobs import Control
from geomap.app.http.turnstile import BusyError
from geomap.app.http.uploads import Upload
from geomap.atlas import Atlas
from geomap.confined import Allowance, confined, ready
from geomap.errors import NotFoundError, RequestError, Text
from geomap.siting.inputs import Inputs
from geomap.siting.settings import StudySettings
from geomap.siting.solve.problem import Effort, SolveReport
from geomap.siting.study import StudyOutcome, run_study
from geomap.views.maps.mapview import as_plain

_log = logging.getLogger("geomap.siting")
# What one server takes on for one visitor; the command line takes more.
_MOST_PAIRS = 4_000_000
MOST_PAIRS_AT_ONCE = 400_000
MOST_SECONDS = 120
UPLOAD_ROLES = ("demand", "candidates", "existing", "matrix", "roads", "exclude", "zone")
_RETRY_S = 10
P = ParamSpec("P")
R = TypeVar("R")


def examine(
    atlas: Atlas, role: str, upload: Upload, system: str, allowed: Allowance
) -> dict[str, Any]:
    """Check a file for what it is to be used as, in a child process.

    Returns
    -------
    dict: ``rows`` (places, rows of a matrix or polygons, None for roads), ``findings`` (notices)

    Raises
    ------
    TableError : its first faults, and how many there are
    NotFoundError, RequestError : no such role, or it cannot be read
    UnreadableError : it would take more than the limits
    """
    from geomap.siting import uploaded
    from geomap.siting.input_files import File, StudyGround

    if role not in UPLOAD_ROLES:
        raise NotFoundError(Text("表的用途", "role of a table"), role[:40], UPLOAD_ROLES)
    file, ground = File(upload.name, upload.content), StudyGround.of(atlas)
    return _apart(allowed, upload.name, uploaded.examined, ground, role, file, system).as_dict()


def expect_files() -> None:
    """Have a process in readiness: whoever opens the page may hand in a file."""
    from geomap.siting.uploaded import NEEDS

    ready(NEEDS)


def inputs_of(
    atlas: Atlas,
    settings: StudySettings,
    files: Mapping[str, Upload],
    most: int,
    allowed: Allowance,
) -> Inputs:
    """Bring together what a study works on; its files are read in a child process.

    Raises
    ------
    RequestError : more demands × sites than ``most``; also what the files raise
    UnreadableError : a file would take more than the limits
    """
    from geomap.siting import uploaded
    from geomap.siting.input_files import File, Files, StudyGround
    from geomap.siting.inputs import Given, build_inputs

    given = Given()
    if files:
        held = {role: File(one.name, one.content) for role, one in files.items()}
        zones = {role: held.pop(role) for role in ("zone",) if role in held}
        asked = StudyGround.of(atlas), settings, Files(**held, zones=zones)
        names = "、".join(one.name for one in files.values())
        given = _apart(allowed, names, uploaded.given, *asked)
    inputs = build_inputs(atlas, settings, given)
    pairs = len(inputs.demand) * len(inputs.sites)
    if pairs > most:
        raise RequestError(
            f"需求点 × 点位为 {pairs:,}，网页最多 {most:,}：请加大网格间距或筛选候选点，"
            "或在命令行用 geomap site",
            f"demands × sites are {pairs:,}, at most {most:,} here: take a coarser grid or fewer "
            "candidates, or use geomap site on the command line",
        )
    return inputs


def _apart(
    allowed: Allowance, names: str, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Call what reads files in a child process; where the system gives none, all are busy."""
    from geomap.siting.uploaded import NEEDS

    try:
        return confined(allowed, names, NEEDS, work, *args, **kwargs)
    except OSError as error:
        _log.warning("no process to read a file in: %s", error)
        raise BusyError(Text("服务器正忙", "the server is busy"), _RETRY_S) from error


def solved(
    atlas: Atlas,
    settings: StudySettings,
    files: Mapping[str, Upload],
    control: Control,
    allowed: Allowance,
) -> StudyOutcome:
    """Do a study as a job."""
    inputs = inputs_of(atlas, settings, files, _MOST_PAIRS, allowed)
    seconds = min(settings.time_limit, MOST_SECONDS)
    effort = Effort(
        seconds=seconds,
        progress=lambda report: control.tell(**_progress(report)),
        should_stop=control.should_stop,
    )
    return run_study(atlas, settings, inputs, effort)


def at_once(
    atlas: Atlas, settings: StudySettings, files: Mapping[str, Upload], allowed: Allowance
) -> StudyOutcome:
    """Do a small study while the visitor waits."""
    inputs = inputs_of(atlas, settings, files, MOST_PAIRS_AT_ONCE, allowed)
    return run_study(atlas, settings, inputs)


class OtherAudienceError(RequestError):
    """A file is asked for that the solve was not made for."""

    status = 409
    code = "other-audience"


def leaving(outcome: dict[str, Any], solved_for: Atlas, leaves_for: Atlas) -> dict[str, Any]:
    """Give an outcome as a file for an audience may hold it.

    Parameters
    ----------
    solved_for, leaves_for : the release as the two audiences see it

    Raises
    ------
    OtherAudienceError : the two see other figures, so that it has to be solved for the second
    """
    audience = leaves_for.disclosure.audience
    if outcome["audience"]["id"] == audience.value:
        return outcome
    settings = outcome["settings"]
    used = {one["of"] for one in settings["criteria"] if one["kind"] == "indicator"}
    used.add(settings["demand"].partition(":")[2])
    series = [
        [one.series.get((indicator, "actual")) for indicator in sorted(used)]
        for one in (solved_for, leaves_for)
    ]
    if outcome["release"]["id"] != solved_for.release or series[0] != series[1]:
        raise OtherAudienceError(
            f"“{audience.label.zh}”看到的数不同，须按它重新计算",
            f"figures differ with {audience.label.en}: it has to be solved with them",
        )
    return {
        **outcome,
        # That of the whole release would let withheld numbers be tried until it fits.
        "release": {**outcome["release"], "id": leaves_for.release},
        "audience": {"id": audience.value, **as_plain(audience.label)},
    }


def _progress(report: SolveReport) -> dict[str, Any]:
    return {
        "phase": {"zh": report.phase.zh, "en": report.phase.en},
        "seconds": report.seconds,
        "objective": _finite(report.objective),
        "bound": _finite(report.bound),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not abs(value) < float("inf") else float(value)
