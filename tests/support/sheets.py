"""What a composed sheet shows: its texts, their boxes, what lies over what."""

from __future__ import annotations

import numpy as np

from geomap.render.drawing.font import text_width
from geomap.render.drawing.scene import MM_PER_PT, Scene, SceneWords
from geomap.render.sheets.paper import Box


def box_of(words: SceneWords) -> Box:
    """Give the ink of a line: what stands above and below the baseline, not the air around it."""
    em, width = words.size_pt * MM_PER_PT, text_width(words.text, words.size_pt, words.bold)
    left = words.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor] * width
    return Box(left, words.y - 0.8 * em, left + width, words.y + 0.15 * em)


def written_over(scene: Scene) -> list[tuple[str, str]]:
    """Name the texts that lie over another."""
    words = scene.words()
    boxes = [box_of(one) for one in words]
    edges = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes])
    a, b = edges[:, None], edges[None]
    slack = 0.05
    over = (a[..., 0] + slack < b[..., 2]) & (b[..., 0] + slack < a[..., 2])
    over &= (a[..., 1] + slack < b[..., 3]) & (b[..., 1] + slack < a[..., 3])
    return [(words[i].text, words[j].text) for i, j in np.argwhere(np.triu(over, 1))]


def outside(scene: Scene, margin: float) -> list[str]:
    """Name the texts that do not lie within the margins."""
    page = Box(0, 0, scene.width_mm, scene.height_mm).inset(margin)
    return [one.text for one in scene.words() if not page.holds(box_of(one), slack=0.3)]


def group(scene: Scene, name: str) -> tuple[object, ...]:
    return next(one.items for one in scene.groups if one.name == name)


def texts(scene: Scene, name: str) -> list[str]:
    return [one.text for one in group(scene, name) if isinstance(one, SceneWords)]
