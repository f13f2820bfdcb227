"""An outcome of a siting study as one line of a script wants it: ids first, rows beside. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geomap.siting.solve.models import MODELS

_Row = dict[str, Any]
LACKING = ("id", "name", "name_en", "area", "weight", "distance")


def answer_of(found: Mapping[str, Any]) -> _Row:
    """Give the JSON form that commands print.

    Parameters
    ----------
    found : what ``Outcome.as_dict`` gave

    Returns
    -------
    dict: as ``found``, but ``chosen`` ids of sites and ``uncovered`` ids of demands; their rows
    are ``chosen_sites`` and ``uncovered_demands``. Where new sites are sought and no radius was
    asked for, only what no site can reach is uncovered; the radii reported by default stay in
    ``after``.
    """
    lost = _uncovered(found)
    shown: _Row = {}
    for name, value in found.items():
        shown[name] = value
        if name == "chosen":
            shown |= {"chosen": [one["id"] for one in value], "chosen_sites": value}
        elif name == "uncovered":
            shown |= {"uncovered": [one["id"] for one in lost], "uncovered_demands": lost}
    return shown


def _uncovered(found: Mapping[str, Any]) -> list[_Row]:
    settings = found["settings"]
    if found["kind"] != "allocate" or MODELS[settings["model"]].covers:
        return list(found["uncovered"])
    most = settings["radius"]
    lost: dict[str, float | None] = {}
    for one in found["assignments"]:
        far, known = one["distance"], lost.get(one["demand"], 0.0)
        if far is None or (most is not None and far > most):
            lost[one["demand"]] = None if far is None or known is None else max(far, known)
    return [
        {**{name: row[name] for name in LACKING}, "distance": lost[row["id"]]}
        for row in found["demands"]
        if row["id"] in lost
    ]
