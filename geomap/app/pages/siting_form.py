"""What the siting page begins with: what can be chosen, in words, and the tables' templates."""

from __future__ import annotations

from typing import Any

from geomap.atlas import Atlas
from geomap.disclosure.narrowing import Audience
from geomap.language import parts_of, strings
from geomap.siting.places import CANDIDATES, DEMAND, EXISTING, SYSTEMS
from geomap.siting.solve.models import MODELS
from geomap.webmap.topology import encode

_SPACING_KM = 20
_CRITERIA = [
    {"kind": "density", "of": "demand", "weight": 5, "influence": "more", "within_km": 50},
    {"kind": "distance", "of": "existing", "weight": 3, "influence": "more"},
    {"kind": "distance", "of": "sites:park", "weight": 2, "influence": "less"},
]


def page_data(atlas: Atlas, lang: str, *, most_seconds: int, scenarios_on: bool) -> dict[str, Any]:
    """Give what the page needs to begin.

    Returns
    -------
    dict: words, geometry, what can be chosen, the defaults
    """
    kinds = _kinds(atlas)
    points = zip(atlas.parts, atlas.label_points, strict=True)
    return {
        "lang": lang,
        "t": strings(lang, parts_of(atlas.parts))["siting"],
        "release": atlas.release,
        "topology": encode(atlas.ordered_boundaries, atlas.context),
        "areas": [
            {
                "code": area.code,
                "name": area.name_zh if lang == "zh" else area.name_en,
                "short": area.short_zh if lang == "zh" else area.name_en,
                "x": round(point[0], 4),
                "y": round(point[1], 4),
            }
            for area, point in points
        ],
        "kinds": kinds,
        "weights": _weights(atlas),
        "indicators": _known(atlas),
        "models": [
            {
                "id": model.name,
                "name": model.label,
                "help": model.help,
                "reference": model.reference,
                "asks": sorted(model.asks),
            }
            for model in MODELS.values()
        ],
        "systems": [(name, text) for name, text in SYSTEMS.items()],
        "defaults": _defaults(atlas, kinds),
        "audiences": _audiences(atlas),
        "most_seconds": most_seconds,
        "scenarios_on": scenarios_on,
    }


def _audiences(atlas: Atlas) -> list[dict[str, Any]]:
    """List whom files can be for: the public, and those who see all where the pages do."""
    more = [Audience.INTERNAL, Audience.LEADER] if atlas.disclosure.audience.sees_all else []
    return [{"id": one.value, "name": one.label} for one in (Audience.PUBLIC, *more)]


def _kinds(atlas: Atlas) -> list[dict[str, Any]]:
    """List the kinds of sites that have coordinates in the city."""
    placed = atlas.sites[atlas.sites["lon"].notna()]["kind"].value_counts()
    return [
        {"id": kind.id, "name": kind.name, "shape": kind.shape, "placed": int(placed[kind.id])}
        for kind in atlas.site_kinds.values()
        if not kind.outside and kind.id in placed
    ]


def _weights(atlas: Atlas) -> list[dict[str, Any]]:
    """List the counts that are known by area, people first."""
    known = [one for one in _known(atlas) if atlas.indicators[one["id"]].additive]
    return sorted(known, key=lambda one: one["id"] != "population")


def _known(atlas: Atlas) -> list[dict[str, Any]]:
    codes = {area.code for area in atlas.parts}
    return [
        {"id": one.id, "name": one.name}
        for one in atlas.indicators.values()
        if any(
            row[code].value is not None
            for row in atlas.series.get((one.id, "actual"), {}).values()
            for code in codes & row.keys()
        )
    ]


def _defaults(atlas: Atlas, kinds: list[dict[str, Any]]) -> dict[str, Any]:
    """Give safe settings to begin with: what is there, and two more on a coarse grid."""
    weights = [one["id"] for one in _weights(atlas)]
    placed = [kind["id"] for kind in kinds]
    first = "base" if "base" in placed else next(iter(placed), "")
    criteria = [one for one in _CRITERIA if _is_there(str(one["of"]), placed, bool(first))]
    return {
        "kind": "allocate",
        "demand": f"seats:{weights[0]}" if weights else "table",
        "existing": f"sites:{first}" if first else "none",
        "candidates": f"hexagons:{_SPACING_KM}",
        "distance": "geodesic",
        "crs": "wgs84",
        "model": next(iter(MODELS)),
        "sites": 2,
        "radius": 60,
        "radii": [30, 60, 100],
        "catchment": [],
        "decay": [],
        "time_limit": 30,
        "criteria": criteria,
    }


def _is_there(of: str, placed: list[str], existing: bool) -> bool:
    if of == "existing":
        return existing
    return not of.startswith("sites:") or of.removeprefix("sites:") in placed


def templates() -> dict[str, str]:
    """Give the tables to fill in, by role: the headings and one line to write over."""
    city = {"id": "1", "name": "示例，请改写", "area": "", "lon": "109.78", "lat": "39.61"}
    more = {"weight": "1000", "capacity": "", "cost": ""}
    found = {}
    for name, role in (("demand", DEMAND), ("candidates", CANDIDATES), ("existing", EXISTING)):
        heads = [column.name for column in role.schema.columns]
        line = ",".join({**city, **more}[head] for head in heads)
        found[name] = ",".join(heads) + "\r\n" + line + "\r\n"
    found["matrix"] = "id,候选1,候选2\r\n需求1,12.5,40\r\n"
    return found
