"""The documents of a release with every figure that was taken from each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from geomap.errors import NotFoundError, Text
from geomap.model.catalog import Status
from geomap.views.evidence.provenance import as_in_document

if TYPE_CHECKING:
    from geomap.atlas import Atlas


ROWS = 300


@dataclass(frozen=True, slots=True)
class SourcePages:
    """One page of the rows of all documents, in the order of the documents.

    Parameters
    ----------
    documents : those with rows on this page, each with its rows here and the counts of all
    page, pages : which page this is, from 1, of how many
    """

    documents: list[dict[str, Any]]
    page: int
    pages: int


def documents(
    atlas: Atlas, chosen: str | None = None, *, page: int = 1, row: str | None = None
) -> SourcePages:
    """List documents, the newest first, with their figures, their sites and the sites' figures.

    Parameters
    ----------
    chosen : the only document to list, None for all
    page : which page; the last one where there are fewer
    row : the id of a figure; the page that it stands on is given, where it stands on one

    Raises
    ------
    NotFoundError : ``chosen`` is no document
    """
    if chosen is not None and chosen not in atlas.sources:
        raise NotFoundError(Text("文件", "document"), chosen, atlas.sources)
    listed = [one for one in atlas.sources.values() if chosen in (None, one.id)]
    listed.sort(key=lambda one: one.date, reverse=True)
    every = [entry for source in listed for entry in _entries(atlas, source.id)]
    pages = max(1, -(-len(every) // ROWS))
    at = next((at for at, (_, _, one) in enumerate(every) if row and one.get("id") == row), None)
    page = min(page, pages) if at is None else at // ROWS + 1
    told = {
        "figures": partial(_figure, atlas, disputed=_disputed(atlas)),
        "sites": partial(_site, atlas),
        "site_figures": partial(_site_figure, atlas),
    }
    counts = Counter((source, kind) for source, kind, _ in every)
    here: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for source, kind, one in every[(page - 1) * ROWS : page * ROWS]:
        here[source, kind] += [told[kind](one)] if kind else []
    return SourcePages(
        [
            {
                "source": source,
                "counts": {kind: counts[source.id, kind] for kind in told},
                **{kind: here[source.id, kind] for kind in told},
            }
            for source in listed
            if any((source.id, kind) in here for kind in ("", *told))
        ],
        page,
        pages,
    )


def _entries(atlas: Atlas, source: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Give what was taken from a document, or the one empty row of a document with nothing."""
    found = [
        (source, kind, row)
        for kind in ("figures", "sites", "site_figures")
        for frame in (getattr(atlas, kind),)
        for row in frame[frame["source"] == source].to_dict("records")
    ]
    return found or [(source, "", {})]


def _disputed(atlas: Atlas) -> set[str]:
    stored = atlas.stored
    return {figure for ids in stored.loc[stored["conflict"], "figures"] for figure in ids}


def _figure(atlas: Atlas, row: dict[str, Any], *, disputed: set[str]) -> dict[str, Any]:
    indicator = atlas.indicators[row["indicator"]]
    return {
        **row,
        "area": atlas.area(row["area"]),
        "indicator": indicator,
        "status": Status(row["status"]).label,
        "disputed": row["id"] in disputed,
        "printed": as_in_document(row["value"], row["status"], indicator) or "",
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
        "printed": as_in_document(row["value"], row["status"], None) or row["text"],
    }
