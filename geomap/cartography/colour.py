"""How colours look: to most eyes, to colour-blind ones, in grey print, and beside text.

Colours are ``#rrggbb`` (or ``#rgb``) in sRGB. Pure arithmetic on single colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

Triple: TypeAlias = tuple[float, float, float]
_Matrix: TypeAlias = tuple[Triple, Triple, Triple]

_WHITE: Triple = (0.95047, 1.0, 1.08883)  # D65, 2°
_TO_XYZ: _Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_TO_RGB: _Matrix = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear sRGB; doi:10.1109/TVCG.2009.113
_BLIND: Mapping[str, _Matrix] = MappingProxyType(
    {
        "protanopia": (
            (0.152286, 1.052583, -0.204868),
            (0.114503, 0.786281, 0.099216),
            (-0.003882, -0.048116, 1.051998),
        ),
        "deuteranopia": (
            (0.367322, 0.860646, -0.227968),
            (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881),
        ),
        "tritanopia": (
            (1.255528, -0.076749, -0.178779),
            (-0.078411, 0.930809, 0.147602),
            (0.004733, 0.691367, 0.303900),
        ),
    }
)
VISIONS = ("normal", *_BLIND)


class Lab(NamedTuple):
    """CIELAB, D65."""

    lightness: float
    a: float
    b: float


def lab(colour: str, vision: str = "normal") -> Lab:
    """Give a colour in CIELAB as seen with ``vision``, one of ``VISIONS``."""
    linear = _linear(colour)
    if vision != "normal":
        red, green, blue = _times(_BLIND[vision], linear)
        linear = (_clip(red), _clip(green), _clip(blue))
    x, y, z = (_root(part / white) for part, white in zip(_xyz(linear), _WHITE, strict=True))
    return Lab(116 * y - 16, 500 * (x - y), 200 * (y - z))


def mixed(first: str, second: str, share: float) -> str:
    """Mix two colours in CIELAB; ``share`` 0 gives the first, 1 the second."""
    l, a, b = (p + (q - p) * share for p, q in zip(lab(first), lab(second), strict=True))  # noqa: E741
    y = (l + 16) / 116
    xyz = [_cube(t) * w for t, w in zip((y + a / 500, y, y - b / 200), _WHITE, strict=True)]
    parts = (_encode(_clip(part)) for part in _times(_TO_RGB, (xyz[0], xyz[1], xyz[2])))
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def contrast(first: str, second: str) -> float:
    """Give the contrast ratio of WCAG 2.2, from 1 to 21."""
    dark, light = sorted(_luminance(colour) for colour in (first, second))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=1000)
def grey_of(colour: str) -> str:
    """Give the grey as light as a colour: same luminance."""
    level = round(_encode(_luminance(colour)) * 255)
    return f"#{level:02x}{level:02x}{level:02x}"


def ciede2000(first: Lab, second: Lab) -> float:
    """Give the colour difference CIEDE2000; 1 is about the least that is seen side by side.

    Sharma, Wu & Dalal 2005, doi:10.1002/col.20070
    """
    mean_chroma = (hypot(*first[1:]) + hypot(*second[1:])) / 2
    stretch = 1.5 - 0.5 * sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7))
    chroma_1, hue_1 = _polar(first.a * stretch, first.b)
    chroma_2, hue_2 = _polar(second.a * stretch, second.b)
    turn, hue = _hues(hue_1, hue_2, chroma_1 * chroma_2)
    lightness = (first.lightness + second.lightness) / 2 - 50
    chroma = (chroma_1 + chroma_2) / 2
    d_light = (second.lightness - first.lightness) / (
        1 + 0.015 * lightness**2 / sqrt(20 + lightness**2)
    )
    d_chroma = (chroma_2 - chroma_1) / (1 + 0.045 * chroma)
    d_hue = 2 * sqrt(chroma_1 * chroma_2) * sin(radians(turn / 2))
    d_hue /= 1 + 0.015 * chroma * _hue_weight(hue)
    twist = -2 * sqrt(chroma**7 / (chroma**7 + 25**7))
    twist *= sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt(d_light**2 + d_chroma**2 + d_hue**2 + twist * d_chroma * d_hue)


def _polar(a: float, b: float) -> tuple[float, float]:
    return hypot(a, b), degrees(atan2(b, a)) % 360


def _hues(first: float, second: float, product: float) -> tuple[float, float]:
    """Give the turn from one hue to the other by the shorter way, and the hue midway (degrees)."""
    if product == 0:
        return 0.0, first + second
    turn = second - first
    middle = (first + second) / 2
    if abs(turn) > 180:
        turn += 360 if turn < 0 else -360
        middle += 180 if first + second < 360 else -180
    return turn, middle


def _hue_weight(hue: float) -> float:
    return (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )


def _linear(colour: str) -> Triple:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (_decode(int(digits[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return red, green, blue


def _luminance(colour: str) -> float:
    return _xyz(_linear(colour))[1]


def _xyz(linear: Triple) -> Triple:
    return _times(_TO_XYZ, linear)


def _times(matrix: _Matrix, vector: Sequence[float]) -> Triple:
    x, y, z = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def _decode(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encode(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _root(t: float) -> float:
    return t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116


def _cube(t: float) -> float:
    return t**3 if t**3 > 216 / 24389 else (116 * t - 16) * 27 / 24389


def _clip(part: float) -> float:
    return min(1.0, max(0.0, part))
