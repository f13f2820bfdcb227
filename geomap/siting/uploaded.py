"""What is done in a child process with the files that a visitor handed in: examined, and read.

Functions that ``confined`` calls, with what goes in and out of them kept small. The command line
reads in its own process: its user can harm only himself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from geomap.errors import Finding, TableError
from geomap.model.findings import Findings
from geomap.parcel import carry
from geomap.siting.input_files import (
    PLACE_ROLES,
    File,
    Files,
    StudyGround,
    read_given,
    read_matrix,
    read_places,
    read_zones,
)
from geomap.siting.inputs import Given
from geomap.siting.road_files import read_roads
from geomap.siting.roads import Roads
from geomap.siting.settings import StudySettings

MOST_FINDINGS = 200
"""What is told of one table; how many there are is told beside."""
NEEDS = (__name__, "geopandas", "lxml.etree", "openpyxl", "pyogrio", "pyproj", "shapely")
"""What a child loads before its time is counted."""


class Examined(NamedTuple):
    """What a check found: how many places, rows or polygons (None of roads), and notices."""

    rows: int | None
    findings: list[Finding]
    findings_count: int

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {**self._asdict(), "findings": [one.as_dict() for one in self.findings]}


carry(Examined, Given, Roads)


def examined(ground: StudyGround, role: str, file: File, system: str) -> Examined:
    """Check a file for what it is to be used as.

    Raises
    ------
    TableError : the first faults, and how many there are
    NotFoundError, RequestError : no such reference system, or it cannot be read
    """
    with _few_faults():
        rows, told = _read(ground, role, file, system)
    return Examined(rows, told[:MOST_FINDINGS], len(told))


def _read(
    ground: StudyGround, role: str, file: File, system: str
) -> tuple[int | None, list[Finding]]:
    said = Findings()
    if role in PLACE_ROLES:
        # Where candidates may lie is decided by the settings, when they are known.
        frame, findings = read_places(file, PLACE_ROLES[role], ground, system, outside=True)
        return len(frame), findings
    if role == "roads":
        read_roads(file.name, file.data)
        return None, []
    table = read_matrix(file, said)[0] if role == "matrix" else read_zones(file, said)
    return len(table), said


def given(ground: StudyGround, settings: StudySettings, files: Files) -> Given:
    """Read and check all files of a study; raises as :func:`examined` does."""
    with _few_faults():
        return read_given(ground, settings, files)


@contextmanager
def _few_faults() -> Iterator[None]:
    """Let a table of nothing but faults not weigh more than the table."""
    try:
        yield
    except TableError as error:
        raise error.shortened(MOST_FINDINGS) from None
