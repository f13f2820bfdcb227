"""A small sheet with every kind of item, for the tests of all painters."""

from __future__ import annotations

import numpy as np

from geomap.render.drawing.scene import (
    Circle,
    Group,
    Hatch,
    Item,
    Ring,
    Scene,
    SceneWords,
    Shape,
    Stroke,
)

RED, BLUE = "#d62728", "#1f77b4"


def square(x: float, y: float, side: float) -> Ring:
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], dtype=float)


def sheet(*items: Item, background: str = "#ffffff") -> Scene:
    groups = (Group("map", "地图", items),)
    return Scene(40, 30, "鄂尔多斯 <1>", "说明 & more", "zh-CN", groups, background)


def full_sheet() -> Scene:
    return sheet(
        Shape((square(2, 2, 10), square(4, 4, 4)), fill=RED, stroke=Stroke("#000000", 0.3)),
        Shape((square(15, 2, 10),), fill="#eeeeee", hatch=Hatch("dots", "#333333", 1.5, 0.3)),
        Shape((square(27, 2, 10),), hatch=Hatch("lines", BLUE, 1, 0.2), title="估算"),
        Shape((square(2, 20, 5)[:3],), stroke=Stroke(BLUE, 0.5, (1, 0.5)), closed=False),
        Circle(20, 20, 4, fill=BLUE, opacity=0.5, stroke=Stroke("#ffffff", 0.2)),
        SceneWords(30, 20, "康巴什区", 9, anchor="middle", halo=Stroke("#ffffff", 0.6)),
        SceneWords(38, 25, "1,234.5", 9, bold=True, anchor="end"),
    )
