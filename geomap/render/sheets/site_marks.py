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

from geomap.errors import Text
from geomap.model.catalog import SiteKind
from geomap.render.drawing.scene import MM_PER_PT, Item, SceneWords, Shape, Stroke
from geomap.render.sheets.emblems import MOST_SHAPES, site_sign
from geomap.render.sheets.paper import INK, PAPER, Box, Sheet
from geomap.render.sheets.typesetting import ASCENT, Ruler

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.render.sheets.ground import Ground

FEW = 12
"""So many sites are named at most."""
_CROWD = 40  # more sites than this are drawn smaller
_SAME_SPOT = 4  # decimals of a degree: some ten metres, far less than any sheet can show


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


def site_numbers(atlas: Atlas, sheet: Sheet) -> dict[str, int]:
    """Give the sites that are drawn their numbers, from 1, by id; none of more than ``FEW``."""
    ids = [row["id"] for kind in kinds_inside(atlas, sheet) for row in drawn_sites(atlas, kind)]
    return {id_: at for at, id_ in enumerate(ids, 1)} if len(ids) <= FEW else {}


def site_name(row: Mapping[str, Any], sheet: Sheet) -> str:
    """Give the name of a site in the language of the sheet."""
    return str((sheet.lang == "en" and row["name_en"]) or row["name_zh"])


@dataclass(frozen=True, slots=True)
class Spot:
    """Sites that stand on one spot.

    Parameters
    ----------
    rows : the sites, in the order of the catalogue
    shapes : of their kinds, each once, ``geomap.render.sheets.emblems.MOST_SHAPES`` at most
    """

    rows: tuple[Mapping[str, Any], ...]
    shapes: tuple[str, ...]

    @property
    def lon(self) -> float:
        """Its longitude."""
        return float(self.rows[0]["lon"])

    @property
    def lat(self) -> float:
        """Its latitude."""
        return float(self.rows[0]["lat"])

    @property
    def count(self) -> int:
        """How many sites there are, where the shapes alone do not say it; else 0."""
        many = len(self.rows)
        return many if many > max(2, len(self.shapes)) or len(self.shapes) < many else 0


def spots(atlas: Atlas, kinds: Sequence[SiteKind]) -> list[Spot]:
    """Gather the sites of some kinds that have coordinates by where they stand."""
    found: dict[tuple[float, float], list[dict[str, Any]]] = defaultdict(list)
    for kind in kinds:
        for row in drawn_sites(atlas, kind):
            found[round(row["lon"], _SAME_SPOT), round(row["lat"], _SAME_SPOT)].append(row)
    shape_of = {kind.id: kind.shape for kind in kinds}
    return [
        Spot(tuple(rows), tuple(dict.fromkeys(shape_of[row["kind"]] for row in rows))[:MOST_SHAPES])
        for rows in found.values()
    ]


@dataclass(frozen=True, slots=True)
class SiteMark:
    """A sign on the map.

    Parameters
    ----------
    ids : of its sites
    size_mm : of a lone shape, about (x, y)
    count : as for ``Spot``
    """

    ids: tuple[str, ...]
    x: float
    y: float
    size_mm: float
    shapes: tuple[Shape, ...]
    count: int = 0

    @property
    def box(self) -> Box:
        """What the sign covers."""
        rings = np.concatenate([ring for shape in self.shapes for ring in shape.rings])
        low, high = rings.min(axis=0), rings.max(axis=0)
        return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def site_marks(atlas: Atlas, ground: Ground, sheet: Sheet, size_mm: float) -> list[SiteMark]:
    """Draw the sites of the chosen layers exactly where they stand, one sign for each spot.

    Kinds that come first in the catalogue are drawn last, above the others.
    """
    found = spots(atlas, kinds_inside(atlas, sheet))
    if not found:
        return []
    if sum(len(spot.rows) for spot in found) > _CROWD:
        size_mm *= 0.7
    places = ground.at(np.array([one.lon for one in found]), np.array([one.lat for one in found]))
    joint = sheet.say(Text("；", "; "))
    marks = []
    for spot, (x, y) in zip(found, places.tolist(), strict=True):
        if ground.frame.holds(Box(x, y, x, y)):
            names = joint.join(site_name(row, sheet) for row in spot.rows)
            shapes = tuple(site_sign(spot.shapes, x, y, size_mm, names))
            ids = tuple(row["id"] for row in spot.rows)
            marks.append(SiteMark(ids, x, y, size_mm, shapes, spot.count))
    return marks[::-1]


def write_numbers(
    marks: Sequence[SiteMark], told: Mapping[str, int], frame: Box, ruler: Ruler
) -> tuple[list[Item], list[Box]]:
    """Write its number beside each site, where it covers no other site and no other number.

    Parameters
    ----------
    told : numbers by id; a sign of several sites bears all of theirs, and without numbers says
        how many sites it stands for where its shapes do not

    Returns
    -------
    Items, and the boxes that they cover
    """
    items: list[Item] = []
    taken = [mark.box for mark in marks]
    boxes: list[Box] = []
    for mark in marks:
        known = [str(told[one]) for one in mark.ids if one in told]
        text = "·".join(known) or (f"×{mark.count}" if mark.count else "")
        if not text:
            continue
        size_pt = 0.8 * mark.size_mm / MM_PER_PT
        box = _beside(mark, ruler.width(text, size_pt, True), size_pt * MM_PER_PT, taken, frame)
        base = box.y0 + 0.5 * box.height + (ASCENT - 0.5) * 0.8 * size_pt * MM_PER_PT
        halo = Stroke(PAPER, 0.22 * size_pt * MM_PER_PT)
        items.append(SceneWords(box.x0, base, text, size_pt, INK, True, "start", halo))
        boxes.append(box)
        taken.append(box)
    return items, boxes


def _beside(mark: SiteMark, width: float, high: float, taken: Sequence[Box], frame: Box) -> Box:
    """Choose a side: right, left, above or below, the first that is free, else the right."""
    gap, own = 0.12 * mark.size_mm, mark.box
    middles = [
        (own.x1 + gap + width / 2, mark.y),
        (own.x0 - gap - width / 2, mark.y),
        (mark.x, own.y0 - gap - high / 2),
        (mark.x, own.y1 + gap + high / 2),
    ]
    boxes = [Box(x - width / 2, y - high / 2, x + width / 2, y + high / 2) for x, y in middles]
    free = (one for one in boxes if frame.holds(one) and not any(map(one.overlaps, taken)))
    return next(free, boxes[0])
