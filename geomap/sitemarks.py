"""The sites of a sheet: their shapes, and where few are drawn the number of each in the legend.

Names of sites are too long for a map, so a number stands beside the shape and the legend says whose
it is. Where many are drawn, or the legend has no room for names, there are no numbers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.catalog import SiteKind
from geomap.emblems import emblem
from geomap.scene import MM_PER_PT, Item, Shape, Stroke, Words
from geomap.sheet import INK, PAPER, Box, Sheet
from geomap.typesetting import ASCENT, Ruler

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.ground import Ground

FEW = 12
"""So many sites are named at most."""
_CROWD = 40  # more sites than this are drawn smaller


@lru_cache(maxsize=4)
def sites_by_kind(atlas: Atlas) -> Mapping[str, list[dict[str, Any]]]:
    """Give the sites of each kind as plain rows."""
    found: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in atlas.site_kinds}
    rows: list[dict[str, Any]] = atlas.sites.to_dict("records")  # type: ignore[assignment]
    for row in rows:
        found[row["kind"]].append(row)
    return found


def kinds_inside(atlas: Atlas, sheet: Sheet) -> list[SiteKind]:
    """Give the chosen kinds of sites that lie in the city, in the order of the catalogue."""
    return [
        kind for id_, kind in atlas.site_kinds.items() if id_ in sheet.layers and not kind.outside
    ]


def drawn_sites(atlas: Atlas, kind: SiteKind) -> list[dict[str, Any]]:
    """Give the sites of a kind that have coordinates."""
    return [row for row in sites_by_kind(atlas)[kind.id] if not math.isnan(row["lon"])]


def numbers(atlas: Atlas, sheet: Sheet) -> dict[str, int]:
    """Give the sites that are drawn their numbers, from 1, by id; none of more than ``FEW``."""
    ids = [row["id"] for kind in kinds_inside(atlas, sheet) for row in drawn_sites(atlas, kind)]
    return {id_: at for at, id_ in enumerate(ids, 1)} if len(ids) <= FEW else {}


def site_name(row: Mapping[str, Any], sheet: Sheet) -> str:
    """Give the name of a site in the language of the sheet."""
    return str((sheet.lang == "en" and row["name_en"]) or row["name_zh"])


@dataclass(frozen=True, slots=True)
class Mark:
    """A site on the map.

    Parameters
    ----------
    id : of the site
    size_mm : of its shape, about (x, y)
    """

    id: str
    x: float
    y: float
    size_mm: float
    shape: Shape

    @property
    def box(self) -> Box:
        """What the shape covers."""
        low, high = self.shape.rings[0].min(axis=0), self.shape.rings[0].max(axis=0)
        return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def site_marks(atlas: Atlas, ground: Ground, sheet: Sheet, size_mm: float) -> list[Mark]:
    """Draw the sites of the chosen layers that have coordinates; those on one spot side by side."""
    kinds = {kind.id: kind for kind in kinds_inside(atlas, sheet)}
    rows = [row for kind in kinds.values() for row in drawn_sites(atlas, kind)]
    if not rows:
        return []
    if len(rows) > _CROWD:
        size_mm *= 0.7
    lon, lat = (np.array([row[name] for row in rows], dtype=float) for name in ("lon", "lat"))
    spots: dict[tuple[float, float], list[int]] = defaultdict(list)
    for index, (x, y) in enumerate(ground.at(lon, lat).tolist()):
        spots[round(x, 1), round(y, 1)].append(index)
    found = []
    for (x, y), here in spots.items():
        for place, index in enumerate(here):
            row, at = rows[index], x + (place - (len(here) - 1) / 2) * size_mm * 1.15
            if ground.frame.holds(Box(at, y, at, y)):
                shape = emblem(kinds[row["kind"]].shape, at, y, size_mm, site_name(row, sheet))
                found.append(Mark(row["id"], at, y, size_mm, shape))
    return found


def write_numbers(
    marks: Sequence[Mark], told: Mapping[str, int], frame: Box, ruler: Ruler
) -> tuple[list[Item], list[Box]]:
    """Write its number beside each site, where it covers no other site and no other number.

    Parameters
    ----------
    told : numbers by id; a site without one stays without

    Returns
    -------
    Items, and the boxes that they cover
    """
    items: list[Item] = []
    taken = [mark.box for mark in marks]
    boxes: list[Box] = []
    for mark in marks:
        if mark.id not in told:
            continue
        text, size_pt = str(told[mark.id]), 0.8 * mark.size_mm / MM_PER_PT
        box = _beside(mark, ruler.width(text, size_pt, True), size_pt * MM_PER_PT, taken, frame)
        base = box.y0 + 0.5 * box.height + (ASCENT - 0.5) * 0.8 * size_pt * MM_PER_PT
        halo = Stroke(PAPER, 0.22 * size_pt * MM_PER_PT)
        items.append(Words(box.x0, base, text, size_pt, INK, True, "start", halo))
        boxes.append(box)
        taken.append(box)
    return items, boxes


def _beside(mark: Mark, width: float, high: float, taken: Sequence[Box], frame: Box) -> Box:
    """Choose a side: right, left, above or below, the first that is free, else the right."""
    gap = 0.62 * mark.size_mm
    middles = [
        (mark.x + gap + width / 2, mark.y),
        (mark.x - gap - width / 2, mark.y),
        (mark.x, mark.y - gap - high / 2),
        (mark.x, mark.y + gap + high / 2),
    ]
    boxes = [Box(x - width / 2, y - high / 2, x + width / 2, y + high / 2) for x, y in middles]
    free = (one for one in boxes if frame.holds(one) and not any(map(one.overlaps, taken)))
    return next(free, boxes[0])
