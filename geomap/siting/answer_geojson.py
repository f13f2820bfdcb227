"""A siting study as GeoJSON (RFC 7946): sites and demands as points, the rest beside them."""

from __future__ import annotations

from typing import Any

from geomap.numbers import full
from geomap.siting.narrative import study_title
from geomap.siting.study_writer import Answered


def answer_geojson(found: Answered, lang: str, marks: list[str]) -> dict[str, Any]:
    """Give sites and demands as features, with what a map of them needs to say."""
    lost = {one["id"] for one in found["uncovered"]}
    ranked = found["ranking"]["rows"] if found["ranking"] else []
    more = _more_of_demand(found)
    features = [
        *(
            _feature("demand", one, uncovered=one["id"] in lost, **more[one["id"]])
            for one in found["demands"]
        ),
        *(_feature("existing", one) for one in found["existing"]),
        *(_feature("candidate", one) for one in ranked),
        *(_feature("chosen", one) for one in found["chosen"]),
    ]
    return {
        "type": "FeatureCollection",
        "title": study_title(found, lang),
        "marks": marks,
        "release": found["release"],
        "distance": found["distance"],
        "status": found["status"],
        "gap": found["gap"],
        "notes": found["notes"],
        "unplaced": found["unplaced"],
        "shares": found["shares"],
        "access": _access_words(found["access"]),
        "settings": found["settings"],
        "features": features,
    }


def _more_of_demand(found: Answered) -> dict[str, dict[str, Any]]:
    """Give by id of the demand the sites that share it, as text, and its access."""
    more: dict[str, dict[str, Any]] = {one["id"]: {} for one in found["demands"]}
    for one in found["shares"]:
        told = more[one["demand"]].get("shares", "")
        part = f"{one['site']} {full(one['share'], digits=4)}"
        more[one["demand"]]["shares"] = f"{told}; {part}" if told else part
    for one in found["access"]["demands"] if found["access"] else ():
        more[one["id"]]["access"] = one["access"]
    return more


def _access_words(access: Answered | None) -> dict[str, Any] | None:
    names = ("words", "reference", "unused", "without_capacity")
    return {name: access[name] for name in names} if access else None


def _feature(role: str, one: Answered, **more: Any) -> dict[str, Any]:
    """Make a point; what is a list or an object stays out of its properties."""
    plain = {
        name: value
        for name, value in one.items()
        if name not in ("lon", "lat") and not isinstance(value, list | dict)
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [one["lon"], one["lat"]]},
        "properties": {"role": role, **plain, **more},
    }
