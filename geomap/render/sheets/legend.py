"""The legend of a sheet, as blocks: what is drawn on the map, and nothing else.

Classes with their intervals and the areas in each, what is missing, withheld, estimated or
provisional, the sizes of the circles, the shapes of the sites, and the sites outside the city.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.errors import Text
from geomap.model.absence import ABSENCES, RANGED
from geomap.model.catalog import OUTSIDE, SiteKind, Status
from geomap.model.wording import unsure
from geomap.render.drawing.scene import Circle, Item, SceneWords, Shape, Stroke
from geomap.render.sheets import captions, fills
from geomap.render.sheets.blocks import Setter, TextBlock, joined_blocks, moved
from geomap.render.sheets.emblems import emblem, site_sign
from geomap.render.sheets.paper import CIRCLE, PAPER, SOFT, Sheet
from geomap.render.sheets.site_marks import (
    Spot,
    drawn_sites,
    kinds_inside,
    site_name,
    site_numbers,
    sites_by_kind,
    spots,
)
from geomap.render.sheets.typesetting import ASCENT, Ruler
from geomap.views.maps.notes import sole

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView

SIZE_NOTE = Text("圆的面积与数值成正比", "The area of a circle is in proportion to the value")
_EDGE = Stroke("#8a929a", 0.12)
_GUESSED_PAIR = fills.guessed(fills.PAIRS[1][1])


@dataclass(frozen=True, slots=True)
class Layers:
    """What a sheet shows: fills by ``fill``, circles by ``circles``; one of them may be None.

    ``mm_per_px`` turns the sizes of ``SymbolView`` into millimetres of this sheet; ``scale`` is the
    size of the type on the map, beside that of a map that has a sheet to itself; ``counted`` says
    whether the legend counts areas, which a legend of several maps does not. ``pair`` is a second
    view that the fill tells, and ``square`` then makes the legend of the two. ``named`` says
    whether the sites have numbers, and the legend their names.
    """

    fill: MapView | None
    circles: MapView | None = None
    mm_per_px: float = 0.0
    scale: float = 1.0
    counted: bool = True
    pair: MapView | None = None
    square: Callable[[LegendKey, MapView, MapView], list[TextBlock]] | None = None
    named: bool = False

    @property
    def views(self) -> list[MapView]:
        """Those there are, the fill first."""
        return [view for view in (self.fill, self.pair, self.circles) if view is not None]

    def area_fill(self, index: int) -> fills.Fill:
        """Give the fill of an area on the map."""
        area = self.views[0].areas[index]
        if self.pair is not None:
            return fills.pair_fill(area, self.pair.areas[index])
        return fills.area_fill(self.fill, area)

    def radius(self, value: float | None) -> float:
        """Give the radius of a value in millimetres; 0 where no circle is drawn."""
        symbols = self.circles.symbols if self.circles else None
        if symbols is None or not value:
            return 0.0
        return self.mm_per_px * symbols.max_radius_px * math.sqrt(abs(value) / symbols.largest)


@dataclass(frozen=True, slots=True)
class LegendKey:
    """Makes the rows of a legend in one width and size of type."""

    sheet: Sheet
    set: Setter
    counted: bool = True

    def row(self, swatch: tuple[Item, ...], label: str, count: str = "") -> TextBlock:
        """Make a row: a swatch about (1.2, 0.75) ems, its label, and a count at the right."""
        em = self.set.em
        indent = 3.1 * em
        counted = self.set.ruler.width(count, self.set.size_pt) + em if count else 0.0
        room = replace(self.set, width_mm=max(self.set.width_mm - indent - counted, 4 * em))
        lines = room.lines(label) or [""]
        items: list[Item] = [*swatch, *room.words(lines, x=indent)]
        if count:
            base = em * ASCENT + (self.set.pitch - em) / 2
            items.append(
                SceneWords(self.set.width_mm, base, count, self.set.size_pt, SOFT, anchor="end")
            )
        return TextBlock(max(1, len(lines)) * self.set.pitch + 0.16 * em, tuple(items))

    def box(self, fill: fills.Fill) -> tuple[Item, ...]:
        """Draw a swatch of an area."""
        em = self.set.em
        top, high = (self.set.pitch - 1.12 * em) / 2, 1.12 * em
        ring = np.array([[0, top], [2.3 * em, top], [2.3 * em, top + high], [0, top + high]])
        return (Shape((ring,), fill=fill.colour, hatch=fill.hatch, stroke=_EDGE),)

    def sign(self, text: str) -> tuple[Item, ...]:
        """Write a sign in place of a swatch."""
        em = self.set.em
        base = em * ASCENT + (self.set.pitch - em) / 2
        return (SceneWords(1.15 * em, base, text, self.set.size_pt, anchor="middle"),)

    def heading(self, text: str) -> TextBlock:
        """Write a heading."""
        return self.set.text(text, bold=True, after=0.25)

    def note(self, text: str) -> TextBlock:
        """Write a note, which may be left out where there is no room."""
        small = replace(self.set, size_pt=self.set.size_pt * 0.86)
        return small.text(text, colour=SOFT, after=0.15, spare=True)

    def gap(self, ems: float = 0.7) -> TextBlock:
        """Leave some air."""
        return TextBlock(ems * self.set.em)

    def areas(self, count: int) -> str:
        """Say how many areas."""
        if not self.counted:
            return ""
        return self.sheet.say(Text(f"{count} 个", f"{count} area" + "s" * (count != 1)))


def legend(
    atlas: Atlas, shown: Layers, sheet: Sheet, ruler: Ruler, width_mm: float, size_pt: float
) -> list[TextBlock]:
    """Make the blocks of a legend, from the top."""
    key = LegendKey(sheet, Setter(ruler, width_mm, size_pt), shown.counted)
    blocks: list[TextBlock] = []
    if shown.fill and shown.pair and shown.square:
        blocks += [*shown.square(key, shown.fill, shown.pair), *_of_pair(key, shown)]
    elif shown.fill:
        blocks += _classes(key, shown.fill)
    if shown.circles:
        blocks += [key.gap(), *_sizes(key, shown)] if blocks else _sizes(key, shown)
    sites = _sites(key, atlas, sheet, shown.named)
    return [*blocks, *([key.gap(), *sites] if sites else [])]


def _of_pair(key: LegendKey, shown: Layers) -> list[TextBlock]:
    """Make the rows of what is lacking, estimated or marked in either of two views."""
    found: dict[str, TextBlock] = {}
    plain = replace(key, counted=False)
    for view in shown.views[:2]:
        for block in _statuses(plain, view, circles=False, guess=_GUESSED_PAIR):
            words = [item.text for item in block.items if isinstance(item, SceneWords)]
            found.setdefault(words[-1], block)
    return list(found.values())


def _heading(key: LegendKey, view: MapView) -> TextBlock:
    name, unit = key.sheet.say(view.indicator.name), key.sheet.say(view.indicator.unit)
    both = Text(f"{name}（{unit}）", f"{name} ({unit})")
    return key.heading(key.sheet.say(both) if unit else name)


def _classes(key: LegendKey, view: MapView) -> list[TextBlock]:
    shown = view.legend
    rows = [
        key.row(key.box(fills.Fill(colour)), label, key.areas(count))
        for colour, label, count in zip(shown.colours, shown.labels, shown.counts, strict=True)
    ]
    notes = [shown.closure] if len(shown.labels) > 1 else []
    said = [key.note(key.sheet.say(note)) for note in (*notes, *shown.notes)]
    return [_heading(key, view), *rows, *_statuses(key, view, circles=False), *said]


def _statuses(
    key: LegendKey, view: MapView, *, circles: bool, guess: fills.Fill | None = None
) -> list[TextBlock]:
    """Make a row for each thing that is not plainly reported, if the map has it."""
    say, areas = key.sheet.say, view.areas
    undecided = [one for one in areas if one.value is None and one.others]
    without = Counter(one.absence for one in areas if one.value is None and not one.others)
    rows = [
        key.row(key.box(fills.lacking(why)), say(word), key.areas(without[why]))
        for why, word in ABSENCES.items()
        if without[why]
    ]
    if ranged := sum(map(unsure, areas)):
        rows.append(key.row(key.box(fills.MISSING), say(RANGED), key.areas(ranged)))
    if undecided:
        row = key.row(
            key.box(fills.MISSING), say(captions.UNDECIDED_SHORT), key.areas(len(undecided))
        )
        rows.append(row)
    guessed = [one for one in areas if one.value is not None and one.status == fills.ESTIMATE]
    if guessed:
        swatch = (
            _circle_swatch(key, guessed[0]) if circles else key.box(guess or _middle(view, guessed))
        )
        label = say(Text("估算（斜线）", "estimate (hatched)"))
        rows.append(key.row(swatch, label, key.areas(len(guessed))))
    signs = (
        (captions.PROVISIONAL, say(Status.PROVISIONAL.label), _provisional(areas)),
        (captions.CONFLICT, say(captions.DISPUTED), sum(one.conflict for one in areas)),
    )
    rows += [key.row(key.sign(site_sign), word, key.areas(n)) for site_sign, word, n in signs if n]
    return rows


def _provisional(areas: tuple[AreaView, ...]) -> int:
    return sum(one.status == Status.PROVISIONAL.value and one.value is not None for one in areas)


def _middle(view: MapView, guessed: list[AreaView]) -> fills.Fill:
    middling = sorted(guessed, key=lambda one: one.class_index)[len(guessed) // 2]
    return fills.area_fill(view, middling)


def _circle_swatch(key: LegendKey, area: AreaView) -> tuple[Item, ...]:
    em, fill = key.set.em, fills.circle_fill(area)
    return (
        Circle(
            1.15 * em, key.set.pitch / 2, 0.62 * em, fill=fill.colour, hatch=fill.hatch,
            stroke=fill.edge,
        ),
    )  # fmt: skip


def _sizes(key: LegendKey, shown: Layers) -> list[TextBlock]:
    view = shown.circles
    assert view is not None
    blocks = [_heading(key, view)]
    if view.symbols and shown.radius(view.symbols.largest):
        blocks.append(_nested(key, shown, view.symbols.legend))
    if any((one.value or 0) < 0 for one in view.areas):
        blocks.append(_below_zero(key, view))
    blocks += _statuses(key, view, circles=True)
    only = sole(view.areas, view.indicator)
    notes = [only] if only else [SIZE_NOTE] if view.symbols else []
    return [*blocks, *(key.note(key.sheet.say(note)) for note in notes)]


def _below_zero(key: LegendKey, view: MapView) -> TextBlock:
    lowest = min(view.areas, key=lambda one: one.value if one.value is not None else math.inf)
    label = key.sheet.say(Text("小于零", "below zero"))
    count = sum((one.value or 0) < 0 for one in view.areas)
    plain = replace(lowest, status=Status.REPORTED.value)
    return key.row(_circle_swatch(key, plain), label, key.areas(count))


def _nested(key: LegendKey, shown: Layers, values: tuple[float, ...]) -> TextBlock:
    """Draw circles that share their lowest point, each with a line to its value."""
    em, pitch = key.set.em, key.set.pitch
    radii = [shown.radius(value) for value in values]
    widest = max(radii)
    bottom = 2 * widest + 0.3 * em
    items: list[Item] = [
        Circle(widest, bottom - r, r, fill=PAPER, stroke=Stroke(CIRCLE, 0.3)) for r in radii
    ]
    label = 2 * widest + 1.4 * em
    row = -math.inf
    for value, r in zip(values, radii, strict=True):
        top = bottom - 2 * r
        row = max(top, row + 0.95 * pitch)
        line = np.array([[widest, top], [label - 0.9 * em, top], [label - 0.3 * em, row]])
        items.append(Shape((line,), stroke=Stroke(SOFT, 0.15), closed=False))
        text = captions.round_number(value)
        items.append(SceneWords(label, row + 0.36 * em, text, key.set.size_pt))
    height = max(bottom, row + 0.5 * em) + 0.6 * em
    shift = 0.6 * em  # the topmost label stands half above its line
    return TextBlock(height + shift, tuple(_down(items, shift)))


def _down(items: list[Item], by: float) -> list[Item]:
    return moved(items, 0, by)


# --- sites ----------------------------------------------------------------------------------------


def _sites(key: LegendKey, atlas: Atlas, sheet: Sheet, named: bool) -> list[TextBlock]:
    told = site_numbers(atlas, sheet) if named else {}
    rows = sites_by_kind(atlas)
    blocks: list[TextBlock] = []
    for kind in kinds_inside(atlas, sheet):
        blocks += [_kind(key, kind, rows[kind.id]), *_named(key, atlas, kind, told)]
    blocks += _shared(key, spots(atlas, kinds_inside(atlas, sheet)))
    for id_, kind in atlas.site_kinds.items():
        if kind.outside and id_ in sheet.layers and rows[id_]:
            blocks += [key.gap(), *_outside(key, kind, rows[id_])]
    return blocks


def _named(
    key: LegendKey, atlas: Atlas, kind: SiteKind, told: Mapping[str, int]
) -> list[TextBlock]:
    """Tell the names of the sites that have numbers."""
    return [
        key.row(key.sign(str(told[row["id"]])), site_name(row, key.sheet))
        for row in drawn_sites(atlas, kind)
        if row["id"] in told
    ]


def _kind(key: LegendKey, kind: SiteKind, rows: list[dict[str, Any]]) -> TextBlock:
    drawn = sum(not math.isnan(row["lon"]) for row in rows)
    left = len(rows) - drawn
    name = key.sheet.say(kind.name)
    if left:
        more, more_en = ("另 ", " more") if drawn else ("", "")
        known = Text(f"（{more}{left} 处无坐标，未画）", f" ({left}{more_en} without coordinates)")
        name += key.sheet.say(known)
    em = key.set.em
    swatch = (emblem(kind.shape, 1.15 * em, key.set.pitch / 2, 1.0 * em),) if drawn else ()
    return key.row(swatch, name, key.sheet.say(Text(f"{drawn} 处", f"{drawn}")) if drawn else "")


def _shared(key: LegendKey, found: list[Spot]) -> list[TextBlock]:
    """Explain the signs of several sites on one spot."""
    several = [spot for spot in found if len(spot.rows) > 1]
    if not several:
        return []
    most = max(several, key=lambda spot: len(spot.shapes)).shapes
    em = key.set.em
    swatch = site_sign(most, 1.15 * em, key.set.pitch / 2, 0.95 * em)
    if len(most) == 1:
        swatch = []
    label = Text("几处点位同在一点，合为一个符号", "Several on one spot, in one sign")
    return [key.row(tuple(swatch), key.sheet.say(label), key.sheet.say(_places(len(several))))]


def _places(count: int) -> Text:
    return Text(f"{count} 点", f"{count} spot" + "s" * (count != 1))


def _outside(key: LegendKey, kind: SiteKind, rows: list[dict[str, Any]]) -> list[TextBlock]:
    """List what lies outside the city: an inset in words."""
    name = key.sheet.say(kind.name)
    count = len(rows)
    heading = Text(f"{name}（{OUTSIDE.zh}，{count} 处）", f"{name} ({OUTSIDE.en}, {count})")
    em = key.set.em
    blocks = [key.heading(key.sheet.say(heading))]
    for row in rows:
        label = site_name(row, key.sheet)
        swatch = (emblem(kind.shape, 1.15 * em, key.set.pitch / 2, 0.9 * em),)
        blocks.append(key.row(swatch, label))
    return [replace(joined_blocks(blocks), group="insets")]
