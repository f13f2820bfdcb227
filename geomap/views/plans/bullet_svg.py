"""Bullet charts (Few 2006) as SVG: how far from the base to the target, readable without colour.

A dark bar is the actual, a thick upright line the target, a thin dashed one the base, a small
triangle below where the actual would be if the way went evenly. An estimate is hatched. The same
input gives the same bytes. Only presentation attributes are used, so no style policy is needed;
foreign text only ever enters as a text node or attribute that ``xml.etree`` escapes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from geomap.errors import Text
from geomap.model.absence import ABSENCES
from geomap.model.catalog import Status
from geomap.numbers import full

WIDTH, HEIGHT = 220, 28
_KEY = 32
_LEFT, _SPAN = 4.0, 212.0
_TOP, _BOTTOM = 6.0, 20.0
_INK, _BAR, _SOFT, _TRACK = "#14191f", "#4a5560", "#6b747d", "#eceef0"
_MOST_HATCHES = 60


@dataclass(frozen=True, slots=True)
class Bullet:
    """What one chart shows.

    Parameters
    ----------
    base, target, actual : in one unit; None or not finite is not drawn, never taken for 0
    time_share : share of the time gone; places the triangle when base and target are there
    label : what is measured; begins the text for screen readers
    status : of the actual; an estimate is hatched; without an actual why there is none (a key of
        ``geomap.model.absence.ABSENCES``), which is printed
    """

    base: float | None
    target: float | None
    actual: float | None
    time_share: float | None = None
    label: str = ""
    status: str = Status.MISSING.value

    def finite(self) -> Bullet:
        """Take numbers without an end for unknown ones."""
        base, target, actual = map(_finite, (self.base, self.target, self.actual))
        return replace(self, base=base, target=target, actual=actual)


def bullet(shown: Bullet, lang: str = "zh") -> str:
    """Draw one bullet chart.

    Returns
    -------
    An ``svg`` element for an HTML page, ``WIDTH`` × ``HEIGHT`` pixels; its title says in words
    what it shows. The axis begins at 0, or at the least value when that is negative.
    """
    shown = shown.finite()
    base, target, actual = shown.base, shown.target, shown.actual
    words = _description(shown, lang)
    svg = ET.Element(
        "svg",
        {
            "class": "bullet",
            "role": "img",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "width": str(WIDTH),
            "height": str(HEIGHT),
            "aria-label": words,
        },
    )
    ET.SubElement(svg, "title").text = words
    _rect(svg, _LEFT, _LEFT + _SPAN, fill=_TRACK)
    axis = _Axis([value for value in (base, target, actual) if value is not None])
    _actual(svg, axis, actual, status=shown.status, lang=lang)
    if base is not None:
        _upright(svg, axis.x(base), width="1.5", dashes="2 2")
    if target is not None:
        _upright(svg, axis.x(target), width="3.5", reach=3)
    share = shown.time_share
    if base is not None and target is not None and share is not None and base != target:
        _triangle(svg, axis.between(base, target, share))
    return ET.tostring(svg, encoding="unicode", short_empty_elements=False)


def bullet_key() -> dict[str, str]:
    """Draw the signs of a bullet chart one by one, by name, for a key with the words beside."""
    signs = {}
    for name in ("actual", "estimate", "target", "base", "pace"):
        size = {"viewBox": f"0 0 {_KEY} {HEIGHT}", "width": str(_KEY), "height": str(HEIGHT)}
        svg = ET.Element("svg", {"class": "bullet", "aria-hidden": "true", **size})
        _rect(svg, 0, _KEY, fill=_TRACK)
        _sign(svg, name)
        signs[name] = ET.tostring(svg, encoding="unicode", short_empty_elements=False)
    return signs


def _sign(svg: ET.Element, name: str) -> None:
    match name:
        case "actual":
            _bar(svg, 0, _KEY, hatched=False)
        case "estimate":
            _bar(svg, 1, _KEY - 1, hatched=True)
        case "target":
            _upright(svg, _KEY / 2, width="3.5", reach=3)
        case "base":
            _upright(svg, _KEY / 2, width="1.5", dashes="2 2")
        case _:
            _triangle(svg, _KEY / 2)


def _description(shown: Bullet, lang: str) -> str:
    """Say in words what the chart shows; a value that is not known is named so."""
    known = {
        Text("基期", "base"): _written(shown.base, Text("——", "—")),
        Text("目标", "target"): _written(shown.target, Text("——", "—")),
        _heading(shown.status): _written(shown.actual, _absent(shown.status)),
    }
    at = 0 if lang == "zh" else 1
    said = ("，" if lang == "zh" else ", ").join(f"{n[at]} {v[at]}" for n, v in known.items())
    return f"{shown.label}{'：' if lang == 'zh' else ': '}{said}" if shown.label else said


class _Axis:
    """From a value to pixels: 0 (or the least) on the left, a little more than the most right."""

    def __init__(self, values: list[float]) -> None:
        # Divided by the largest first, so that even the largest floats do not overflow.
        self.unit = max((abs(value) for value in values), default=0.0) or 1.0
        scaled = [value / self.unit for value in values]
        self.low = min(0.0, *scaled) if scaled else 0.0
        self.high = max(0.0, *scaled) if scaled else 0.0
        if self.high == self.low:
            self.high = self.low + 1

    def x(self, value: float) -> float:
        return self._pixel(value / self.unit)

    def between(self, start: float, end: float, share: float) -> float:
        begin, stop = start / self.unit, end / self.unit
        return self._pixel(begin + (stop - begin) * min(max(share, 0.0), 1.0))

    def _pixel(self, scaled: float) -> float:
        return _LEFT + _SPAN * 0.96 * (scaled - self.low) / (self.high - self.low)


def _actual(svg: ET.Element, axis: _Axis, actual: float | None, *, status: str, lang: str) -> None:
    if actual is None:
        text = ET.SubElement(
            svg,
            "text",
            {"x": _n(_LEFT + 4), "y": "17", "font-size": "11", "fill": _SOFT},
        )
        text.text = getattr(_absent(status), lang)
        return
    start, end = sorted((axis.x(0.0) if axis.low <= 0 else _LEFT, axis.x(actual)))
    _bar(svg, start, end, hatched=status == Status.APPORTIONED.value)


def _bar(svg: ET.Element, start: float, end: float, *, hatched: bool) -> None:
    if not hatched:
        _rect(svg, start, end, fill=_BAR, inset=3)
        return
    _rect(svg, start, end, fill="#ffffff", inset=3, stroke=_BAR)
    step = max(4.0, (end - start) / _MOST_HATCHES)
    height = _BOTTOM - _TOP - 6
    x = start
    while x + height <= end:
        _line(svg, (x, _BOTTOM - 3), (x + height, _TOP + 3), stroke=_BAR, width="1")
        x += step


def _rect(
    svg: ET.Element,
    start: float,
    end: float,
    *,
    fill: str,
    inset: float = 0,
    stroke: str = "",
) -> None:
    attributes = {
        "x": _n(start),
        "y": _n(_TOP + inset),
        "width": _n(end - start),
        "height": _n(_BOTTOM - _TOP - 2 * inset),
        "fill": fill,
    }
    ET.SubElement(svg, "rect", {**attributes, "stroke": stroke} if stroke else attributes)


def _upright(svg: ET.Element, x: float, *, width: str, reach: float = 0, dashes: str = "") -> None:
    # A white edge keeps the line visible upon the bar.
    top, bottom = (x, _TOP - reach), (x, _BOTTOM + reach)
    _line(svg, top, bottom, stroke="#ffffff", width=_n(float(width) + 2))
    _line(svg, top, bottom, stroke=_INK, width=width, dashes=dashes)


def _line(
    svg: ET.Element,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    stroke: str,
    width: str,
    dashes: str = "",
) -> None:
    attributes = {
        "x1": _n(start[0]),
        "y1": _n(start[1]),
        "x2": _n(end[0]),
        "y2": _n(end[1]),
        "stroke": stroke,
        "stroke-width": width,
    }
    ET.SubElement(svg, "line", {**attributes, "stroke-dasharray": dashes} if dashes else attributes)


def _triangle(svg: ET.Element, x: float) -> None:
    points = (
        f"{_n(x)},{_n(_BOTTOM + 1)} {_n(x - 4)},{_n(_BOTTOM + 7)} {_n(x + 4)},{_n(_BOTTOM + 7)}"
    )
    attributes = {"points": points, "fill": "#ffffff", "stroke": _INK, "stroke-width": "1.2"}
    ET.SubElement(svg, "polygon", attributes)


def _heading(status: str) -> Text:
    if status in (Status.APPORTIONED.value, Status.PROVISIONAL.value):
        label = Status(status).label
        return Text(f"实际（{label.zh}）", f"actual ({label.en})")
    return Text("实际", "actual")


def _absent(why: str) -> Text:
    return ABSENCES.get(why, ABSENCES["missing"])


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _written(value: float | None, unknown: Text) -> Text:
    if value is None:
        return unknown
    text = full(value)
    return Text(text, text)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
