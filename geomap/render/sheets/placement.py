"""Where labels stand: in their own area, else outside all areas with a leader, else nowhere.

A label never lies in another area, over another label, over what is reserved, or over the edge of
the frame; no leader crosses a label, a reserved box or another leader. Areas with most room choose
first; those with too little room for their label then choose outside. What has no place is left
out, and the caller says so. Lengths are in whatever unit the caller draws in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats
from geomap.render.sheets.label_room import (
    Choices,
    Label,
    LabelScene,
    Outlook,
    Placed,
    Point,
    Surroundings,
    along_leaders,
    box_at,
    edges_of,
    free_places,
    on_circles,
    other_circles,
    overlaps,
)
from geomap.render.sheets.paper import Box
from geomap.render.sheets.territory import NOBODY, Territory

_DISTANCES = (1.0, 1.25, 1.6, 2.1, 2.8, 3.7)
_DIRECTIONS = 24
_MOST_INSIDE, _MOST_OUTSIDE = 1000, 3000  # places that are looked at, for each label
_SITE, _CROSSED, _LED, _ASTRIDE = 2.5, 6.0, 2.0, 2.0
_STEPS = 48  # points of a leader that are looked at
_LEGIBLE = 1  # sites upon a label
_LEAST_OWN = 0.7  # of a label; the rest lies outside all areas
_MOST_HIDDEN = 0.5  # of its area
_FEW_TO_ORDER = 3
_AT_ONCE = 256  # leaders that are looked at together


def place(labels: Sequence[Label], around: Surroundings) -> list[Placed]:
    """Place labels, the one with most room first."""
    return list(_placed(tuple(labels), around))


@lru_cache(maxsize=64)  # of many indicators every label has the same size: 无公开数
def _placed(labels: tuple[Label, ...], around: Surroundings) -> tuple[Placed, ...]:
    circles = np.array(around.circles, dtype=float).reshape(-1, 4)
    sites = edges_of(around.sites)
    scene = LabelScene(around.frame, around.reserved, circles, sites, around.land, around.air)
    wanted = sorted(labels, key=lambda one: (-one.room, one.index))
    clear = _best(wanted, replace(scene, clear=True))
    if len(clear.placed) == len(wanted) or not around.sites:
        return tuple(clear.placed)
    near = _best(wanted, scene)
    return tuple(max(clear, near, key=lambda one: len(one.placed)).placed)


def _best(wanted: Sequence[Label], scene: LabelScene) -> _Arranged:
    """Place inside first or outside first, whichever places more, at less cost."""
    inside_first = _arranged(wanted, frozenset(), scene)
    if scene.land is None:
        return inside_first
    led = {one.index for one in wanted}
    led -= {one.index for one in inside_first.placed if not one.leader}
    if not led:
        return inside_first
    # Leaders then go straight, and labels with room to spare step aside.
    outside_first = _arranged(wanted, frozenset(led), scene)
    return min(inside_first, outside_first, key=lambda one: (-len(one.placed), one.cost))


@dataclass(frozen=True, slots=True)
class _Arranged:
    """Labels in their places, and what all of them cost."""

    placed: list[Placed]
    cost: float


def _arranged(wanted: Sequence[Label], first: frozenset[int], scene: LabelScene) -> _Arranged:
    """Place some labels outside, then the others inside, then outside what found no room."""
    begun = _outside_all([one for one in wanted if one.index in first], scene, [])
    placed, cost = list(begun.placed), begun.cost
    done = {one.index for one in placed}
    waiting: list[Label] = []
    for label in wanted:
        if label.index in done:
            continue
        spent, found = _inside(label, scene, placed)
        if found:
            placed.append(found)
            cost += spent
        else:
            waiting.append(label)
    rest = _outside_all(waiting, scene, placed)
    return _Arranged(placed + rest.placed, cost + rest.cost)


def _outside_all(
    waiting: Sequence[Label], scene: LabelScene, placed: Sequence[Placed]
) -> _Arranged:
    """Place labels outside, in the order in which most find a place at the least cost."""
    if not waiting or scene.land is None:
        return _Arranged([], 0.0)
    scene = replace(scene, waiting=frozenset(label.index for label in waiting))
    orders = permutations(waiting) if len(waiting) <= _FEW_TO_ORDER else [tuple(waiting)]
    best: list[Placed] = []
    least = (1, 0.0)  # so many fewer than none, at what cost
    for order in orders:
        found: list[Placed] = []
        spent = 0.0
        for label in order:
            cost, one = _outside(label, scene, [*placed, *found])
            found += [one] if one else []
            spent += cost
        if (-len(found), spent) < least:
            best, least = found, (-len(found), spent)
    return _Arranged(best, least[1])


def fitting(
    labels: Sequence[Label], extents: Floats, frame: Box, reserved: Sequence[Box] = ()
) -> list[Placed]:
    """Place only what its own area has room for, of very many; the largest first.

    Parameters
    ----------
    extents : (n, 4) x0, y0, x1, y1 of the areas, by ``Label.index``
    """
    taken = list(reserved)
    placed = []
    for label in sorted(labels, key=lambda one: (-one.room, one.index)):
        x0, y0, x1, y1 = extents[label.index]
        if not (x1 - x0 > 1.15 * label.width and y1 - y0 > 1.15 * label.height):
            continue
        box = box_at(label.x, label.y, label)
        if frame.holds(box) and not any(box.overlaps(one) for one in taken):
            taken.append(box)
            placed.append(Placed(label.index, box, False, None))
    return placed


# --- in its own area ------------------------------------------------------------------------------


def _inside(
    label: Label, scene: LabelScene, placed: Sequence[Placed]
) -> tuple[float, Placed | None]:
    """Find the best place upon its own circle or in its own area, and what it costs."""
    leaders = along_leaders([one.leader for one in placed if one.leader], scene.air)
    taken = np.concatenate([edges_of([*scene.kept, *(one.box for one in placed)]), leaders])
    upon = free_places(label, np.array([[label.x, label.y]]), scene, taken)
    most = 0 if scene.clear else _LEGIBLE
    legible = len(upon) and overlaps(upon.boxes, scene.sites).sum() <= most
    if label.radius and label.inside and legible:
        return 0.0, Placed(label.index, box_at(label.x, label.y, label), True, None)
    choices = free_places(label, _places_inside(label, scene.land), scene, taken)
    own = np.ones(len(choices))
    if scene.land is not None:
        held, foreign, every = scene.land.counts(choices.boxes, label.index)
        own = held / np.maximum(every, 1)
        fits = (foreign == 0) & (own >= _LEAST_OWN) & _roomy(label, scene.land)
        choices, own = choices.only(fits), own[fits]
    clear = ~on_circles(choices.boxes, other_circles(scene, label, own=True)).any(axis=1)
    choices, own = choices.only(clear), own[clear]
    if not len(choices):
        return 0.0, None
    away = np.hypot(*(choices.middles - (label.x, label.y)).T)
    cost = 1.3 * np.maximum(away - label.radius, 0) / label.height
    cost += _SITE * overlaps(choices.boxes, scene.sites).sum(axis=1)
    cost += _ASTRIDE * (own < 1)
    best = int(np.argmin(cost))
    placed_in = Placed(label.index, _as_box(choices.boxes[best]), bool(own[best] >= 1), None)
    return float(cost[best]), placed_in


def _roomy(label: Label, land: Territory) -> bool:
    """Whether enough of its area would be seen beside it."""
    area = len(land.cells_of(label.index)) * land.cell**2
    return label.width * label.height <= _MOST_HIDDEN * area


def _places_inside(label: Label, land: Territory | None) -> Floats:
    """Give the point itself, rings about it, then places all over its area."""
    turns = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    # Along a rectangle about the label rather than an ellipse: no gap at the corners.
    ring = np.column_stack([np.cos(turns), np.sin(turns)])
    ring /= np.max(np.abs(ring), axis=1, keepdims=True) ** 0.5
    air = 0.1 * label.height
    size = np.array([label.radius + label.width / 2 + air, label.radius + label.height / 2 + air])
    rings = [ring * size * far for far in _DISTANCES]
    near = [np.zeros((1, 2)), ring * 0.25 * (label.width, label.height)]
    found = np.concatenate([*near, *rings])
    found += (label.x, label.y)
    if land is None:
        return np.asarray(found)
    cells = land.cells_of(label.index)
    return np.concatenate([found, cells[:: max(1, len(cells) // _MOST_INSIDE)]])


# --- outside all areas ----------------------------------------------------------------------------


def _outlook(label: Label, scene: LabelScene) -> Outlook:
    """Look once at the places of a label, however many orders are tried."""
    assert scene.land is not None
    key = (label, scene.clear, scene.waiting)
    if key not in scene.outlooks:
        choices = free_places(label, _places_outside(scene.frame), scene, edges_of(scene.kept))
        own, foreign, _ = scene.land.counts(choices.boxes, label.index)
        others = other_circles(scene, label, own=False)
        off = (own + foreign == 0) & ~on_circles(choices.boxes, others).any(axis=1)
        choices = choices.only(off)
        ends = _ends(choices)
        length = np.hypot(*(ends - (label.x, label.y)).T)
        cost = length / label.height + _SITE * overlaps(choices.boxes, scene.sites).sum(axis=1)
        order = np.argsort(cost, kind="stable")
        lines = _leaders(label, ends[order])
        scene.outlooks[key] = Outlook(choices.boxes[order], lines, cost[order], {})
    return scene.outlooks[key]


def _outside(
    label: Label, scene: LabelScene, placed: Sequence[Placed]
) -> tuple[float, Placed | None]:
    """Find the best place outside all areas whose leader crosses nothing, and what it costs."""
    seen = _outlook(label, scene)
    boxes = edges_of([one.box for one in placed])
    leaders = [one.leader for one in placed if one.leader]
    taken = np.concatenate([boxes, along_leaders(leaders, scene.air)])
    best, least = -1, np.inf
    for start in range(0, len(seen.cost), _AT_ONCE):
        if seen.cost[start] >= least:
            break
        part = slice(start, start + _AT_ONCE)
        if start not in seen.led:
            seen.led[start] = _led(seen.lines[part], label, scene)
        bad = overlaps(seen.boxes[part], taken).any(axis=1)
        bad |= _crosses(seen.lines[part], boxes, leaders, scene.air)
        spent = np.where(bad, np.inf, seen.cost[part] + seen.led[start])
        if (lowest := float(spent.min())) < least:
            best, least = start + int(spent.argmin()), lowest
    if best < 0:
        return 0.0, None
    x0, y0, x1, y1 = (float(one) for one in seen.lines[best])
    box = _as_box(seen.boxes[best])
    return least, Placed(label.index, box, False, ((x0, y0), (x1, y1)))


def _led(lines: Floats, label: Label, scene: LabelScene) -> Floats:
    """Give what it costs that leaders run over sites, circles and areas; infinite over the kept."""
    bad = np.isnan(lines[:, 0]) | _crosses(lines, edges_of(scene.kept), [], scene.air)
    squares = _squares(other_circles(scene, label, own=False))
    over = _SITE / 5 * _over(lines, scene.sites) + _CROSSED / 3 * _over(lines, squares)
    return np.where(bad, np.inf, over + _LED * _areas_under(lines, label, scene))


def _areas_under(lines: Floats, label: Label, scene: LabelScene) -> npt.NDArray[np.int_]:
    """Count the other areas that leaders run through, threefold those labelled outside."""
    assert scene.land is not None
    steps = np.linspace(0, 1, _STEPS)[:, None]
    x, y = (lines[:, at] + steps * (lines[:, at + 2] - lines[:, at]) for at in (0, 1))
    found = scene.land.at(np.nan_to_num(x).ravel(), np.nan_to_num(y).ravel()).reshape(x.shape)
    count = np.zeros(len(lines), dtype=int)
    for area in set(np.unique(found).tolist()) - {NOBODY, label.index}:
        count += (found == area).any(axis=0) * (3 if area in scene.waiting else 1)
    return count


def _places_outside(frame: Box) -> Floats:
    step = max(1e-9, (frame.width * frame.height / _MOST_OUTSIDE) ** 0.5)
    across = np.arange(frame.x0 + step / 2, frame.x1, step)
    down = np.arange(frame.y0 + step / 2, frame.y1, step)
    x, y = np.meshgrid(across, down)
    return np.column_stack([x.ravel(), y.ravel()])


def _ends(choices: Choices) -> Floats:
    """Give the middle of that side of each box which is nearest to where its label belongs."""
    x, y, (x0, y0, x1, y1) = *choices.middles.T, choices.boxes.T
    every = np.stack([np.column_stack(one) for one in ((x0, y), (x1, y), (x, y0), (x, y1))], axis=1)
    away = np.hypot(every[..., 0] - choices.label.x, every[..., 1] - choices.label.y)
    return np.asarray(every[np.arange(len(every)), away.argmin(axis=1)])


def _leaders(label: Label, ends: Floats) -> Floats:
    """Draw from the middle of the area, or the rim of its circle; NaN within the circle.

    Returns
    -------
    (m, 4): x0, y0, x1, y1
    """
    middle = np.array([label.x, label.y])
    long = np.hypot(*(ends - middle).T)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(long > label.radius, label.radius / long, np.nan)
    return np.column_stack([middle + (ends - middle) * share[:, None], ends])


def _crosses(
    lines: Floats, boxes: Floats, leaders: Sequence[tuple[Point, Point]], air: float
) -> npt.NDArray[np.bool_]:
    found = _over(lines, boxes + np.array([-air, -air, air, air])) > 0
    for other in leaders:
        found |= _meet(lines, other)
    return found


def _over(lines: Floats, boxes: Floats) -> npt.NDArray[np.int_]:
    """Count the boxes that each line passes through, by clipping it at their edges."""
    enters = np.zeros((len(lines), len(boxes)))
    leaves = np.ones((len(lines), len(boxes)))
    for axis in (0, 1):
        start = lines[:, [axis]]
        step = lines[:, [axis + 2]] - start
        low, high = boxes[:, axis], boxes[:, axis + 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            one, two = (low - start) / step, (high - start) / step
        flat = step == 0
        apart = np.where((start > low) & (start < high), -np.inf, np.inf)
        enters = np.maximum(enters, np.where(flat, apart, np.minimum(one, two)))
        leaves = np.minimum(leaves, np.where(flat, np.inf, np.maximum(one, two)))
    return np.asarray((enters < leaves).sum(axis=1))


def _meet(lines: Floats, other: tuple[Point, Point]) -> npt.NDArray[np.bool_]:
    """Tell which lines cross another one."""

    def side(ax: Any, ay: Any, bx: Any, by: Any, cx: Any, cy: Any) -> Any:
        return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)

    x0, y0, x1, y1 = lines.T
    c, d = other
    apart = side(x0, y0, x1, y1, *c) * side(x0, y0, x1, y1, *d) > 0
    apart |= side(*c, *d, x0, y0) * side(*c, *d, x1, y1) > 0
    return np.asarray(~apart)


# --- shapes ---------------------------------------------------------------------------------------


def _as_box(edges: Floats) -> Box:
    return Box(*(float(edge) for edge in edges))


def _squares(circles: Floats) -> Floats:
    x, y, reach = circles[:, 1], circles[:, 2], 0.7 * circles[:, 3]
    return np.column_stack([x - reach, y - reach, x + reach, y + reach])
