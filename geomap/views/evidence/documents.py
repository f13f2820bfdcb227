"""The documents of a release with every figure that was taken from each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from geomap.arrays import plain_rows
from geomap.errors import NotFoundError, Text
from geomap.language import holds_words
from geomap.model.catalog import Kind, Status
from geomap.views.evidence.provenance import as_in_document

if TYPE_CHECKING:
    from geomap.atlas import Atlas


ROWS = 300
_FRAMES = ("figures", "sites", "site_figures")
SOURCE_GROUPS: Mapping[str, Text] = MappingProxyType(
    {
        "targets": Text("规划与目标", "Plans and targets"),
        "figures": Text("统计、报道等", "Statistics, reports and the like"),
        "sites": Text("园区、基地、平台", "Parks, bases and platforms"),
        "other": Text(
            "没有取数的文件（底图、编码等）", "Documents without figures (boundaries, codes)"
        ),
    }
)
"""What documents are grouped by: what was taken from them."""


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """One group in the contents: how many documents it has, and the page that it begins on."""

    id: str
    name: Text
    count: int
    page: int


@dataclass(frozen=True, slots=True)
class SourcePages:
    """One page of the rows of all documents, in the order of the documents.

    Parameters
    ----------
    documents : those with rows on this page, each with its rows here, the counts of all and the id
        of its group
    page, pages : which page this is, from 1, of how many
    groups : the contents of all pages
    count, all : how many documents were found, of how many
    """

    documents: list[dict[str, Any]]
    page: int
    pages: int
    groups: list[DocumentGroup]
    count: int
    all: int


class _Entry(NamedTuple):
    """A row by its place in a frame of the atlas; kind is "" for a document with nothing."""

    source: str
    kind: str
    place: int


def documents(
    atlas: Atlas,
    chosen: str | None = None,
    *,
    page: int = 1,
    row: str | None = None,
    words: str = "",
) -> SourcePages:
    """List documents by group, the newest first, with their figures, their sites and the sites'.

    Parameters
    ----------
    chosen : the only document to list, None for all
    page : which page; the last one where there are fewer
    row : the id of a figure; the page that it stands on is given, where it stands on one
    words : all must occur in the title, the number or the issuer

    Raises
    ------
    NotFoundError : ``chosen`` is no document
    """
    if chosen is not None and chosen not in atlas.sources:
        raise NotFoundError(Text("文件", "document"), chosen, atlas.sources)
    taken = _places(atlas)
    group_of = {source: _group(atlas, source, taken) for source in atlas.sources}
    listed = [one for one in atlas.sources.values() if chosen in (None, one.id)]
    listed = [
        one for one in listed if holds_words(words, *one.named, one.number, one.issuer, one.id)
    ]
    listed.sort(key=lambda one: one.date, reverse=True)
    listed.sort(key=lambda one: list(SOURCE_GROUPS).index(group_of[one.id]))
    every = [entry for source in listed for entry in _entries(taken, source.id)]
    pages = max(1, -(-len(every) // ROWS))
    at = next((at for at, one in enumerate(every) if row and _id(atlas, one) == row), None)
    page = min(page, pages) if at is None else at // ROWS + 1
    here = _told(atlas, every[(page - 1) * ROWS : page * ROWS])
    return SourcePages(
        [
            {
                "source": source,
                "group": group_of[source.id],
                "counts": {kind: len(taken[kind].get(source.id, ())) for kind in _FRAMES},
                **{kind: here.get((source.id, kind), []) for kind in _FRAMES},
            }
            for source in listed
            if any((source.id, kind) in here for kind in ("", *_FRAMES))
        ],
        page,
        pages,
        _contents(every, group_of),
        len(listed),
        len(atlas.sources),
    )


def _places(atlas: Atlas) -> dict[str, dict[str, Sequence[int]]]:
    """Give the places of the rows of each frame by document."""
    found: dict[str, dict[str, Sequence[int]]] = {}
    for kind in _FRAMES:
        of_document: defaultdict[str, list[int]] = defaultdict(list)
        for place, source in enumerate(getattr(atlas, kind)["source"].tolist()):
            of_document[source].append(place)
        found[kind] = dict(of_document)
    return found


def _group(atlas: Atlas, source: str, taken: Mapping[str, Mapping[str, Sequence[int]]]) -> str:
    kinds = {
        kind
        for name in ("figures", "site_figures")
        for kind in getattr(atlas, name)["kind"].iloc[list(taken[name].get(source, ()))]
    }
    if Kind.TARGET.value in kinds:
        return "targets"
    if source in taken["figures"]:
        return "figures"
    return "sites" if any(source in taken[name] for name in _FRAMES) else "other"


def _entries(taken: Mapping[str, Mapping[str, Sequence[int]]], source: str) -> list[_Entry]:
    """Give what was taken from a document, or the one empty entry of a document with nothing."""
    found = [_Entry(source, kind, at) for kind in _FRAMES for at in taken[kind].get(source, ())]
    return found or [_Entry(source, "", 0)]


def _id(atlas: Atlas, entry: _Entry) -> str:
    frame = getattr(atlas, entry.kind) if entry.kind else None
    return "" if frame is None else str(frame["id"].array[entry.place])


def _contents(every: Sequence[_Entry], group_of: Mapping[str, str]) -> list[DocumentGroup]:
    first: dict[str, int] = {}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for at, entry in enumerate(every):
        group = group_of[entry.source]
        first.setdefault(group, at // ROWS + 1)
        found[group].add(entry.source)
    return [DocumentGroup(one, SOURCE_GROUPS[one], len(found[one]), first[one]) for one in first]


def _told(atlas: Atlas, entries: Sequence[_Entry]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Write out the rows of one page by document and kind."""
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in entries:
        places[entry.source, entry.kind].append(entry.place)
    names = {row["id"]: _site_name(row) for row in plain_rows(atlas.sites)}
    told = {
        "figures": partial(_figure, atlas, disputed=_disputed(atlas)),
        "sites": partial(_site, atlas),
        "site_figures": partial(_site_figure, names),
    }
    return {
        (source, kind): [told[kind](row) for row in plain_rows(getattr(atlas, kind).iloc[at])]
        if kind
        else []
        for (source, kind), at in places.items()
    }


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
        "name": _site_name(row),
        "kind": atlas.site_kinds[row["kind"]].name,
        "area": Text(area.name_zh, area.name_en or area.name_zh)
        if area
        else Text("市域外", "outside"),
    }


def _site_name(row: Mapping[Any, Any]) -> Text:
    return Text(row["name_zh"], row["name_en"] or row["name_zh"])


def _site_figure(names: Mapping[str, Text], row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "site_name": names[row["site"]],
        "status": Status(row["status"]).label,
        "printed": as_in_document(row["value"], row["status"], None) or row["text"],
    }
