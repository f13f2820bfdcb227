"""What a siting study is asked: frozen settings that read from JSON and go back to it. Pure.

The same settings serve the command line, the page, permalinks and saved scenarios; all faults are
told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from geomap.errors import SettingsError
from geomap.siting.setting_faults import NONE, setting_faults
from geomap.siting.setting_reader import SettingReader, refuse_large


@dataclass(frozen=True, slots=True)
class CriterionSetting:
    """One criterion of a ranking.

    Parameters
    ----------
    kind : distance (km to the nearest), density (weight or number within ``within_km``),
        indicator (of the area that the candidate lies in), zone (1 inside, 0 outside), column
        (of the table of candidates)
    of : distance, density: "demand", "existing" or "sites:KINDS"; indicator: its id; zone: the
        name of the polygons given, or "areas:CODES"; column: its heading
    """

    id: str
    kind: str
    of: str
    name: str = ""
    weight: float = 1.0
    influence: str = "more"
    ideal: float | None = None
    least: float | None = None
    most: float | None = None
    within_km: float | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A site put somewhere in a what-if: new when ``id`` is "", else moved there."""

    lon: float
    lat: float
    id: str = ""
    name: str = ""
    capacity: float | None = None


_OBJECTS: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "criteria": (CriterionSetting, ("id", "kind", "of")),
    "put": (Move, ("lon", "lat")),
}


@dataclass(frozen=True, slots=True)
class StudySettings:
    """All that a study is asked.

    Parameters
    ----------
    kind : cover, allocate, rank or whatif
    demand : "seats:INDICATOR" or "table"
    candidates : "table", "sites:KINDS" (split by commas), "hexagons:KM" or "none"
    existing : "table", "sites:KINDS" or "none"
    distance : "geodesic", "detour:FACTOR", "matrix:km", "matrix:min", "roads:km", "roads:min"
    crs : reference system of all tables given, one of ``geomap.siting.places.SYSTEMS``
    outside : whether candidates may lie outside the city; None decides by the demand
    exclude : name of the file of polygons in which no candidate may lie, "" for none
    model : one of ``MODELS``; "capacitated" is short for the last
    sites, budget : how many new ones, or what they may cost; one of the two
    radius : for mclp and lscp, in the unit of the distance (km or min)
    radii : for the service before and after, in the same unit
    catchment, decay : zones of the floating catchment in the same unit and their weights; () for
        one zone, the largest of ``radii``
    comparisons : pairwise comparisons of the criteria instead of their weights
    put, remove : whatif: sites put or moved, and ids of sites taken away
    """

    kind: str = "cover"
    name: str = ""
    demand: str = "seats:population"
    candidates: str = NONE
    existing: str = NONE
    distance: str = "geodesic"
    crs: str = "wgs84"
    outside: bool | None = None
    exclude: str = ""
    model: str = "p-median"
    sites: int | None = None
    budget: float | None = None
    radius: float | None = None
    radii: tuple[float, ...] = (30.0, 60.0, 100.0)
    fair: bool = False
    split: bool = False
    required_areas: tuple[str, ...] = ()
    catchment: tuple[float, ...] = ()
    decay: tuple[float, ...] = ()
    criteria: tuple[CriterionSetting, ...] = ()
    comparisons: tuple[tuple[float, ...], ...] = ()
    put: tuple[Move, ...] = ()
    remove: tuple[str, ...] = ()
    time_limit: float = 30.0

    @property
    def unit(self) -> str:
        """The unit of all distances, "km" or "min"."""
        return "min" if self.distance.endswith(":min") else "km"

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> StudySettings:
        """Read settings as JSON has them.

        Raises
        ------
        SettingsError : with every fault, Chinese and English
        """
        refuse_large(given)
        reader = SettingReader(_OBJECTS)
        values = reader.read(cls, given)
        made = None if reader.faults else cls(**values)
        if made is not None:
            reader.faults += list(setting_faults(made))
        if reader.faults or made is None:
            raise SettingsError(reader.faults)
        assert made is not None
        return made

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form; ``from_dict`` reads it back."""
        shown: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in ("criteria", "put"):
            shown[name] = [
                {one.name: getattr(item, one.name) for one in fields(item)} for item in shown[name]
            ]
        shown["comparisons"] = [list(row) for row in self.comparisons]
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in shown.items()
        }
