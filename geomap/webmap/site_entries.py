"""The sites of a release in the short form that the browser paints, and what is known of none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geomap.model.approx import with_word
from geomap.numbers import full
from geomap.views.evidence.site_facets import site_facets
from geomap.views.evidence.site_lists import site_lists
from geomap.webmap.entries import short_number

if TYPE_CHECKING:
    from geomap.atlas import Atlas


def site_entries(atlas: Atlas, lang: str) -> dict[str, Any]:
    """Give ``kinds``, ``sites``, ``levels``, ``industries``, ``siteFigures`` and ``siteLists``.

    ``l`` and ``d`` of a site are its level and its industries, as places in these.

    ``siteLists`` is by kind: ``z``, the answer to where there is none; ``n``, how many are listed
    in each area, in the order of the areas; ``y``, as at which year that is all, 0 where not known.
    """
    kinds = [
        {"id": kind.id, "name": kind.name.in_(lang), "shape": kind.shape, "outside": kind.outside}
        for kind in atlas.site_kinds.values()
    ]
    facets = site_facets(atlas)
    rows = atlas.sites.to_dict("records")
    sites = [
        {
            **{name: row[name] for name in ("id", "kind", "area", "precision")},
            "name": _named(row, lang),
            "lon": _known(row["lon"]),
            "lat": _known(row["lat"]),
            **({} if level is None else {"l": level}),
            **({"d": industries} if industries else {}),
        }
        for row, level, industries in zip(rows, facets.level_of, facets.industries_of, strict=True)
    ]
    figures = [
        {
            **{name: row[name] for name in _SITE_FIGURE},
            "name": _named(row, lang),
            "value": _known(row["value"]),
            **_worded(row, lang),
        }
        for row in atlas.site_figures.to_dict("records")
    ]
    return {
        "kinds": kinds,
        "sites": sites,
        "levels": [[one.zh, one.in_(lang)] for one in facets.levels],
        "industries": facets.industries,
        "siteFigures": figures,
        "siteLists": _lists(atlas, lang),
    }


def _worded(row: dict[Any, Any], lang: str) -> dict[str, str]:
    """Write a value and its unit with the word beside them, where the document has one."""
    if not row["approx"] or math.isnan(row["value"]):
        return {}
    said = with_word(f"{full(row['value'])} {row['unit']}".rstrip(), row["approx"])
    return {"said": said.in_(lang)}


_SITE_FIGURE = (
    "site", "date", "text", "unit", "kind", "status", "source", "locator", "quote", "note",
)  # fmt: skip


def _named(row: dict[Any, Any], lang: str) -> str:
    return str((lang == "en" and row["name_en"]) or row["name_zh"])


def _lists(atlas: Atlas, lang: str) -> dict[str, Any]:
    return {
        one.kind: {
            "z": one.answer.in_(lang),
            "n": [row.listed for row in one.areas],
            "y": [row.year or 0 for row in one.areas],
        }
        for one in site_lists(atlas)
        if one.listed or one.complete
    }


def _known(value: float) -> float | int | None:
    return None if math.isnan(value) else short_number(float(value))
