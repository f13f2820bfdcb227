"""The documents of a release with every figure that was taken from each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geomap.catalog import Status
from geomap.errors import NotFoundError, Text
from geomap.provenance import printed

if TYPE_CHECKING:
    from geomap.atlas import Atlas


def documents(atlas: Atlas, chosen: str | None = None) -> list[dict[str, Any]]:
    """List documents, the newest first, with their figures, their sites and the sites' figures.

    Raises
    ------
    NotFoundError : ``chosen`` is no document
    """
    if chosen is not None and chosen not in atlas.sources:
        raise NotFoundError(Text("文件", "document"), chosen, atlas.sources)
    disputed = _disputed(atlas)
    listed = [one for one in atlas.sources.values() if chosen in (None, one.id)]
    return [
        {
            "source": source,
            "figures": [_figure(atlas, row, disputed) for row in _rows(atlas.figures, source.id)],
            "sites": [_site(atlas, row) for row in _rows(atlas.sites, source.id)],
            "site_figures": [
                _site_figure(atlas, row) for row in _rows(atlas.site_figures, source.id)
            ],
        }
        for source in sorted(listed, key=lambda one: one.date, reverse=True)
    ]


def _rows(frame: Any, source: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame[frame["source"] == source].to_dict("records")
    return rows


def _disputed(atlas: Atlas) -> set[str]:
    stored = atlas.stored
    return {figure for ids in stored.loc[stored["conflict"], "figures"] for figure in ids}


def _figure(atlas: Atlas, row: dict[str, Any], disputed: set[str]) -> dict[str, Any]:
    indicator = atlas.indicators[row["indicator"]]
    return {
        **row,
        "area": atlas.area(row["area"]),
        "indicator": indicator,
        "status": Status(row["status"]).label,
        "disputed": row["id"] in disputed,
        "printed": printed(row["value"], row["status"], indicator) or "",
    }


def _site(atlas: Atlas, row: dict[str, Any]) -> dict[str, Any]:
    """Name a site, its kind and its area; what lies outside the city says so."""
    area = atlas.areas.get(row["area"])
    return {
        **row,
        "name": Text(row["name_zh"], row["name_en"] or row["name_zh"]),
        "kind": atlas.site_kinds[row["kind"]].name,
        "area": Text(area.name_zh, area.name_en or area.name_zh)
        if area
        else Text("市域外", "outside"),
    }


def _site_figure(atlas: Atlas, row: dict[str, Any]) -> dict[str, Any]:
    site = atlas.sites.set_index("id").loc[row["site"]]
    return {
        **row,
        "site_name": Text(site["name_zh"], site["name_en"] or site["name_zh"]),
        "status": Status(row["status"]).label,
        "printed": printed(row["value"], row["status"], None) or row["text"],
    }
