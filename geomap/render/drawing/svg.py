"""A sheet as SVG that people go on working with: text stays text, groups are layers.

Only what Inkscape, browsers and Office all read is used: no pattern, no clip path, no style sheet,
no ``paint-order``; a halo is a stroked copy below its text.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from geomap.render.drawing.font import FAMILY
from geomap.render.drawing.hatching import Segments, hatch_segments
from geomap.render.drawing.scene import (
    MM_PER_PT,
    Circle,
    Group,
    Item,
    Ring,
    Scene,
    SceneWords,
    Shape,
    Stroke,
)

FAMILIES = f"'{FAMILY}', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_SVG = "http://www.w3.org/2000/svg"
_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
# What XML 1.0 cannot say, not even escaped.
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(scene: Scene, *, made: str = "") -> bytes:
    """Write a sheet whose characters and size have been checked."""
    wide, high = _number(scene.width_mm), _number(scene.height_mm)
    lang = quoteattr(scene.lang)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="{_SVG}" xmlns:inkscape="{_INKSCAPE}" version="1.1" width="{wide}mm"'
        f' height="{high}mm" viewBox="0 0 {wide} {high}" lang={lang} xml:lang={lang} role="img"'
        f' aria-labelledby="sheet-title sheet-desc" font-family="{FAMILIES}">',
        f'<title id="sheet-title">{_text(scene.title)}</title>',
        f'<desc id="sheet-desc">{_text(scene.description)}</desc>',
    ]
    if made:
        date = f'<dc:date xmlns:dc="{_DUBLIN_CORE}">{_text(made)}</dc:date>'
        lines.append(f"<metadata>{date}</metadata>")
    lines.append(f'<rect width="{wide}" height="{high}" fill="{scene.background}"/>')
    for group in scene.groups:
        lines.extend(_group(group))
    return "\n".join([*lines, "</svg>", ""]).encode()


def _group(group: Group) -> list[str]:
    label = _attribute(group.title)
    head = f'<g id={_attribute(group.name)} inkscape:groupmode="layer" inkscape:label={label}>'
    return [head, *(line for item in group.items for line in _item(item)), "</g>"]


def _item(item: Item) -> list[str]:
    if isinstance(item, SceneWords):
        return _words(item)
    return _circle(item) if isinstance(item, Circle) else _shape(item)


def _shape(item: Shape) -> list[str]:
    outline = "".join(_ring(ring, item.closed) for ring in item.rings if len(ring) > 1)
    if not outline:
        return []
    # Beyond one ring the rule matters; Inkscape writes it thus, too.
    rule = ' fill-rule="evenodd"' if item.closed and len(item.rings) > 1 else ""
    return _drawn(f'path d="{outline}"{rule}', "path", item)


def _circle(item: Circle) -> list[str]:
    place = f'cx="{_number(item.x)}" cy="{_number(item.y)}" r="{_number(item.radius_mm)}"'
    return _drawn(f"circle {place}", "circle", item)


def _drawn(start: str, tag: str, item: Shape | Circle) -> list[str]:
    """Give the element, or with a pattern: the filled one, the pattern, the outline."""
    fill, stroke = _fill(item), _stroke(item.stroke, item.opacity)
    segments = hatch_segments(item)
    if not len(segments) or item.hatch is None:
        return [_element(f"{start}{fill}{stroke}", tag, item.title)]
    ends = ' stroke-linecap="round"' if item.hatch.kind == "dots" else ""
    ink = _stroke(Stroke(item.hatch.colour, item.hatch.width_mm), item.opacity)
    lines = [_element(f"{start}{fill}", tag, item.title)]
    lines.append(f'<path d="{_segments(segments)}" fill="none"{ink}{ends}/>')
    return [*lines, f'<{start} fill="none"{stroke}/>'] if stroke else lines


def _element(start: str, tag: str, title: str) -> str:
    return f"<{start}><title>{_text(title)}</title></{tag}>" if title else f"<{start}/>"


def _fill(item: Shape | Circle) -> str:
    if item.fill is None:
        return ' fill="none"'
    return f' fill="{item.fill}"' + _share("fill-opacity", item.opacity)


def _stroke(stroke: Stroke | None, opacity: float) -> str:
    if stroke is None:
        return ""
    dash = " ".join(map(_number, stroke.dash_mm))
    return (
        f' stroke="{stroke.colour}" stroke-width="{_number(stroke.width_mm)}"'
        ' stroke-linejoin="round"'
        + (f' stroke-dasharray="{dash}"' if dash else "")
        + _share("stroke-opacity", opacity)
    )


def _share(name: str, opacity: float) -> str:
    return f' {name}="{_number(opacity)}"' if opacity < 1 else ""


def _words(words: SceneWords) -> list[str]:
    if not words.text.strip():
        return []
    start = (
        f'text x="{_number(words.x)}" y="{_number(words.y)}"'
        f' font-size="{_number(words.size_pt * MM_PER_PT)}"'
        + (f' text-anchor="{words.anchor}"' if words.anchor != "start" else "")
        + (' font-weight="bold"' if words.bold else "")
        + (' xml:space="preserve"' if "  " in words.text else "")
    )
    text = _text(words.text)
    lines = [f'<{start} fill="{words.colour}">{text}</text>']
    if words.halo:
        halo = f'fill="none"{_stroke(words.halo, 1.0)} aria-hidden="true"'
        lines.insert(0, f"<{start} {halo}>{text}</text>")
    return lines


def _ring(ring: Ring, closed: bool) -> str:
    points = "M%.2f %.2f" + "L%.2f %.2f" * (len(ring) - 1)
    return points % tuple(ring.ravel().tolist()) + ("Z" if closed else "")


def _segments(segments: Segments) -> str:
    return ("M%.2f %.2fL%.2f %.2f" * len(segments)) % tuple(np.ravel(segments).tolist())


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def legible(text: str) -> str:
    """Give a text with what XML cannot say replaced by the sign for that."""
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _text(text: str) -> str:
    return escape(legible(text))


def _attribute(text: str) -> str:
    return quoteattr(legible(text))
