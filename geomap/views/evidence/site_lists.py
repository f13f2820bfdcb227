"""How many sites of each kind an area has, and where there is none: zero only on complete lists.

A site counts where it lies, one without coordinates in the area that its document states. That
none is listed means that there is none only where a document makes the list complete
(``sites/complete.csv``); everywhere else it is not known, and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.language import parts_named
from geomap.model.catalog import SiteKind, Source
from geomap.values.join import complete_in, locate

if TYPE_CHECKING:
    import pandas as pd

    from geomap.atlas import Atlas

_NAMED = 12
"""So many areas without a site are named; of more, they are counted."""


@dataclass(frozen=True, slots=True)
class CompleteList:
    """What a document says of one list: complete for ``area`` as at ``year``."""

    area: str
    year: int
    count: int
    source: Source
    locator: str
    quote: str
    note: str


@dataclass(frozen=True, slots=True)
class AreaSites:
    """The sites of one kind in one area.

    Parameters
    ----------
    listed, placed : how many are listed, and how many of these have coordinates
    count : how many there are; None where the list is not known to be complete
    year : since when that is known; None where it is not
    """

    area: str
    listed: int
    placed: int
    count: int | None
    year: int | None


@dataclass(frozen=True, slots=True)
class SiteList:
    """All that is listed of one kind, and the answer to where there is none.

    Parameters
    ----------
    without_area : sites that are only known to be somewhere in the city
    areas : each part of the city, in its order; () for a kind outside the city
    """

    kind: str
    name: Text
    listed: int
    placed: int
    without_area: int
    complete: tuple[CompleteList, ...]
    areas: tuple[AreaSites, ...]
    answer: Text


@lru_cache(maxsize=4)
def site_lists(atlas: Atlas) -> tuple[SiteList, ...]:
    """Say of each kind, in the order of the catalogue, what is listed and where there is none."""
    sites = atlas.sites.assign(placed=atlas.sites["lon"].notna())
    inside = [kind.id for kind in atlas.site_kinds.values() if not kind.outside]
    within = sites[sites["kind"].isin(inside)]
    located = within.assign(at=locate(within, atlas.boundaries)) if len(within) else within
    return tuple(
        _list_of(atlas, kind, sites if kind.outside else located)
        for kind in atlas.site_kinds.values()
    )


def _list_of(atlas: Atlas, kind: SiteKind, sites: pd.DataFrame) -> SiteList:
    own = sites[sites["kind"] == kind.id]
    rows = atlas.site_lists[atlas.site_lists["kind"] == kind.id]
    complete = tuple(
        CompleteList(
            row["area"], int(row["year"]), int(row["count"]), atlas.sources[row["source"]],
            row["locator"], row["quote"], row["note"],
        )
        for row in rows.to_dict("records")
    )  # fmt: skip
    areas = () if kind.outside else _areas(atlas, kind.id, own)
    lost = 0 if kind.outside or not len(own) else int((own["at"] == atlas.city).sum())
    placed = int(own["placed"].sum())
    found = SiteList(kind.id, kind.name, len(own), placed, lost, complete, areas, Text("", ""))
    return SiteList(
        kind.id, kind.name, len(own), placed, lost, complete, areas, _answer(atlas, found)
    )


def _areas(atlas: Atlas, kind: str, own: pd.DataFrame) -> tuple[AreaSites, ...]:
    codes = [one.code for one in atlas.parts]
    rows = complete_in(atlas.site_lists, kind, atlas.city, own["area"], codes)
    years = atlas.site_lists["year"].tolist()
    at = own["at"] if len(own) else own["area"]
    listed, placed = Counter(at), Counter(at[own["placed"]])
    found = []
    for code in codes:
        count = listed[code]
        year = int(years[rows[code]]) if code in rows else None
        known = None if year is None else count
        found.append(AreaSites(code, count, placed[code], known, year))
    return tuple(found)


# --- the sentence ---------------------------------------------------------------------------------


def _answer(atlas: Atlas, found: SiteList) -> Text:
    """Answer where there is none of a kind, claiming no more than its list proves."""
    parts = parts_named(one.name_zh for one in atlas.parts)
    said = [_head(atlas, found)]
    if not atlas.site_kinds[found.kind].outside:
        none = [one for one in found.areas if one.count == 0]
        silent = [one for one in found.areas if one.count is None and not one.listed]
        said += [_none(atlas, found, none)] if none else []
        said += [_silent(atlas, parts, silent)] if silent else []
        said += [] if none or silent else [Text(f"各{parts}都有", "each area has some")]
    else:
        said.append(Text(f"在市域外，不分{parts}", "outside the city, in no area of it"))
    if found.without_area:
        count = found.without_area
        said.append(
            Text(
                f"其中 {count} 处没有写明在哪个{parts}",
                f"of {count} of them the area is not stated",
            )
        )
    return Text(f"{'；'.join(one.zh for one in said)}。", f"{'; '.join(one.en for one in said)}.")


def _head(atlas: Atlas, found: SiteList) -> Text:
    whole = next((one for one in found.complete if one.area == atlas.city), None)
    name, count = found.name, found.listed
    if whole:
        title = whole.source.translated
        return Text(
            f"{name.zh}：截至 {whole.year} 年共 {count} 处，名单齐全（《{title.zh}》）",
            f"{name.en}: {count} as of {whole.year}, the list is complete ({title.en})",
        )
    part = " for all areas" if found.complete else ""
    if not count:
        return Text(
            f"{name.zh}：没有列出，名单不全", f"{name.en}: none listed, the list is not complete"
        )
    return Text(
        f"{name.zh}：列出 {count} 处，名单不全",
        f"{name.en}: {count} listed, the list is not complete{part}",
    )


def _none(atlas: Atlas, found: SiteList, areas: Sequence[AreaSites]) -> Text:
    names = _names(atlas, areas)
    years = sorted({one.year for one in areas if one.year is not None})
    told = {one.year for one in found.complete if one.area == atlas.city}
    if set(years) <= told:
        return Text(f"没有的是{names.zh}", f"there is none in {names.en}")
    span = "–".join(str(year) for year in dict.fromkeys((years[0], years[-1])))
    return Text(f"截至 {span} 年没有的是{names.zh}", f"as of {span} there is none in {names.en}")


def _silent(atlas: Atlas, parts: str, areas: Sequence[AreaSites]) -> Text:
    if len(areas) == len(atlas.parts):
        return Text(f"哪个{parts}没有还不能说", "where there is none cannot be told")
    names = _names(atlas, areas)
    return Text(
        f"没有列出的是{names.zh}，不能说没有",
        f"none is listed in {names.en}, which does not mean that there is none",
    )


def _names(atlas: Atlas, areas: Sequence[AreaSites]) -> Text:
    if len(areas) > _NAMED:
        parts = parts_named(one.name_zh for one in atlas.parts)
        return Text(f" {len(areas)} 个{parts}", f"{len(areas)} areas")
    names = [atlas.area(one.area) for one in areas]
    *first, last = [one.name_en or one.name_zh for one in names]
    before = f"{', '.join(first)} and " if first else ""
    return Text("、".join(one.name_zh for one in names), f"{before}{last}")
