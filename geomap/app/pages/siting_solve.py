"""What a solve does for the page: read what was handed in, keep within the limits, tell, stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geomap.app.http.jobs import Control
from geomap.app.http.uploads import Upload
from geomap.atlas import Atlas
from geomap.errors import Finding, NotFoundError, RequestError, Text
from geomap.model.findings import Findings
from geomap.siting.inputs import Inputs
from geomap.siting.settings import Settings
from geomap.siting.solve.problem import Effort, Report
from geomap.siting.study import Outcome, run
from geomap.views.maps.view import plain

# What one server takes on for one visitor; the command line takes more.
MOST_PAIRS = 4_000_000
MOST_PAIRS_AT_ONCE = 400_000
MOST_SECONDS = 120
MOST_FINDINGS = 200
"""What is told of one table; how many there are is told beside."""
ROLES = ("demand", "candidates", "existing", "matrix", "roads", "exclude", "zone")


def examine(atlas: Atlas, role: str, upload: Upload, system: str) -> dict[str, Any]:
    """Check a file for what it is to be used as.

    Returns
    -------
    dict: ``rows`` (places, rows of a matrix or polygons, None for roads), ``findings`` (notices)

    Raises
    ------
    TableError : every fault
    NotFoundError, RequestError : no such role, or it cannot be read
    """
    from geomap.siting import input_files as siting_inputs

    file = siting_inputs.File(upload.name, upload.content)
    findings: list[Finding] = []
    said = Findings()
    rows: int | None = None
    if role in siting_inputs.ROLES:
        places = siting_inputs.ROLES[role]
        # Where candidates may lie is decided by the settings, when they are known.
        frame, findings = siting_inputs.read_places(file, places, atlas, system, outside=True)
        rows = len(frame)
    elif role == "matrix":
        rows = len(siting_inputs.read_matrix(file, said)[0])
    elif role == "roads":
        from geomap.siting.road_files import read_roads

        read_roads(file.name, file.data)
    elif role in ("exclude", "zone"):
        rows = len(siting_inputs.read_zones(file, said))
    else:
        raise NotFoundError(Text("表的用途", "role of a table"), role[:40], ROLES)
    told = [*findings, *said]
    shown = [one.as_dict() for one in told[:MOST_FINDINGS]]
    return {"rows": rows, "findings": shown, "findings_count": len(told)}


def inputs_of(atlas: Atlas, settings: Settings, files: Mapping[str, Upload], most: int) -> Inputs:
    """Bring together what a study works on.

    Raises
    ------
    RequestError : more demands × sites than ``most``; also what the files raise
    """
    from geomap.siting.input_files import File, Files, read_inputs

    given = {role: File(one.name, one.content) for role, one in files.items()}
    zones = {role: given.pop(role) for role in ("zone",) if role in given}
    inputs = read_inputs(atlas, settings, Files(**given, zones=zones))
    pairs = len(inputs.demand) * len(inputs.sites)
    if pairs > most:
        raise RequestError(
            f"需求点 × 点位为 {pairs:,}，网页最多 {most:,}：请加大网格间距或筛选候选点，"
            "或在命令行用 geomap site",
            f"demands × sites are {pairs:,}, at most {most:,} here: take a coarser grid or fewer "
            "candidates, or use geomap site on the command line",
        )
    return inputs


def solved(
    atlas: Atlas, settings: Settings, files: Mapping[str, Upload], control: Control
) -> Outcome:
    """Do a study as a job."""
    inputs = inputs_of(atlas, settings, files, MOST_PAIRS)
    seconds = min(settings.time_limit, MOST_SECONDS)
    effort = Effort(
        seconds=seconds,
        progress=lambda report: control.tell(**_progress(report)),
        should_stop=control.should_stop,
    )
    return run(atlas, settings, inputs, effort)


def at_once(atlas: Atlas, settings: Settings, files: Mapping[str, Upload]) -> Outcome:
    """Do a small study while the visitor waits."""
    return run(atlas, settings, inputs_of(atlas, settings, files, MOST_PAIRS_AT_ONCE))


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
        "audience": {"id": audience.value, **plain(audience.label)},
    }


def _progress(report: Report) -> dict[str, Any]:
    return {
        "phase": {"zh": report.phase.zh, "en": report.phase.en},
        "seconds": report.seconds,
        "objective": _finite(report.objective),
        "bound": _finite(report.bound),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not abs(value) < float("inf") else float(value)
