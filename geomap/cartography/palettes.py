"""Which colours a map may use, and whether they can be told apart.

ColorBrewer's schemes, as Brewer published them (Harrower & Brewer 2003,
doi:10.1179/000870403235002042), those that colour-blind readers can use. ``safe_k`` names the
numbers of classes at which neighbouring classes differ for every reader and in grey print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from types import MappingProxyType

from geomap.cartography.brewer import SCHEMES
from geomap.cartography.colour import VISIONS, ciede2000, contrast, lab, mixed
from geomap.errors import NotFoundError, RequestError, Text
from geomap.numbers import full

# A warm light grey: by CIEDE2000 at least 3 from every class of every palette at its safe sizes, in
# every vision. The usual neutral #e9eaec is as near as 1.5. The dot pattern tells, too.
NO_DATA = "#e5dfd5"
NO_DATA_MARK = "#857d70"

# Least difference of neighbouring classes. 1 is just visible side by side; areas of one class
# seldom lie side by side with their legend, so several times that is asked for.
LEAST_DIFFERENCE = 5.0
LEAST_LIGHTNESS = 5.0
GREY = "grey"


@dataclass(frozen=True, slots=True)
class Palette:
    """One scheme.

    Parameters
    ----------
    name : as ColorBrewer calls it
    title : as the menu calls it
    kind : "sequential", "diverging" or "qualitative"
    safe_k : numbers of classes at which ``distinguishable`` finds nothing weak; diverging ones are
        judged on each side of the middle, for in grey their two sides are alike
    """

    name: str
    title: Text
    kind: str
    safe_k: tuple[int, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of classes that ColorBrewer gives colours for."""
        return tuple(SCHEMES[self.name])

    @property
    def grey_safe(self) -> bool:
        """Whether the order of the classes survives grey print."""
        return self.kind == "sequential"


@dataclass(frozen=True, slots=True)
class Weak:
    """Two colours that some reader may take for one.

    Parameters
    ----------
    pair : their positions
    vision : one of ``colour.VISIONS``, or "grey" for print without colour
    found, needed : CIEDE2000 difference; for grey, difference in lightness L* (0 to 100)
    """

    pair: tuple[int, int]
    vision: str
    found: float
    needed: float


def _palettes(*rows: tuple[str, str, str, str, Iterable[int]]) -> Mapping[str, Palette]:
    return MappingProxyType(
        {name: Palette(name, Text(zh, en), kind, tuple(k)) for name, zh, en, kind, k in rows}
    )


PALETTES: Mapping[str, Palette] = _palettes(
    ("Blues", "蓝", "Blues", "sequential", range(3, 6)),
    ("Greens", "绿", "Greens", "sequential", range(3, 8)),
    ("Purples", "紫", "Purples", "sequential", range(3, 8)),
    ("Oranges", "橙", "Oranges", "sequential", range(3, 8)),
    ("Greys", "灰", "Greys", "sequential", range(3, 8)),
    ("YlGnBu", "黄—绿—蓝", "Yellow–green–blue", "sequential", range(3, 8)),
    ("GnBu", "绿—蓝", "Green–blue", "sequential", range(3, 6)),
    ("PuBu", "紫—蓝", "Purple–blue", "sequential", range(3, 8)),
    ("BuGn", "青—绿", "Blue–green", "sequential", range(3, 6)),
    ("YlOrBr", "黄—橙—棕", "Yellow–orange–brown", "sequential", range(3, 8)),
    ("RdBu", "红—蓝", "Red–blue", "diverging", range(3, 12)),
    ("PuOr", "橙—紫", "Orange–purple", "diverging", range(3, 12)),
    ("BrBG", "棕—青", "Brown–teal", "diverging", (3, 4, 5, 6, 8, 10)),
    ("PRGn", "紫—绿", "Purple–green", "diverging", (3, 4, 5, 6, 8, 10)),
    ("Dark2", "深色", "Dark", "qualitative", (3,)),
    ("Set2", "柔和", "Soft", "qualitative", (3,)),
    ("Paired", "成对", "Paired", "qualitative", (3, 4, 5)),
)


def palette(name: str) -> Palette:
    """Look a palette up; raises NotFoundError, which names those that exist."""
    if name not in PALETTES:
        raise NotFoundError(Text("色带", "palette"), name, PALETTES)
    return PALETTES[name]


def colours(name: str, k: int, *, pivot_class: int | None = None) -> tuple[str, ...]:
    """Give the colours of ``k`` classes, the lowest first.

    Parameters
    ----------
    name : a key of ``PALETTES``
    k : 0 to the largest size of the palette (9; diverging 11). For two classes the ends of the
        scheme of three, for one its middle
    pivot_class : diverging palettes only: the class that gets the neutral middle colour, such as
        the one that holds the mean; those below it come from one side, those above from the other

    Returns
    -------
    k colours ``#rrggbb``

    Raises
    ------
    NotFoundError : no such palette
    RequestError : no colours for so many classes; a pivot class that does not fit
    """
    chosen = palette(name)
    if pivot_class is not None:
        return _about(chosen, k, pivot_class)
    if k not in {0, 1, 2, *chosen.sizes}:
        raise RequestError(
            f"色带 {name} 最多 {max(chosen.sizes)} 级，无法给 {k} 级配色，请减少分级数",
            f"palette {name} has colours for {max(chosen.sizes)} classes, not {k};"
            " ask for fewer classes",
        )
    three = SCHEMES[name][3]
    return {0: (), 1: three[1:2], 2: three[::2]}.get(k) or tuple(SCHEMES[name].get(k, ()))


def diverging(name: str, bounds: Sequence[float], pivot: float) -> tuple[str, ...]:
    """Colour classes by their side of a pivot; the nearer to it, the lighter.

    Parameters
    ----------
    name : a diverging palette
    bounds : as in ``Classes``, with the pivot among them (``classes.split_at``) unless it lies
        outside of them
    pivot : zero, or the city's value

    Returns
    -------
    One colour a class. A class that is the pivot alone is neutral. A side of more than five
    classes gets colours mixed between those of the scheme

    Raises
    ------
    NotFoundError : no such palette
    RequestError : the palette is not diverging, or a class spans the pivot
    """
    chosen = _needs_diverging(palette(name))
    intervals = list(pairwise(bounds))
    if any(low < pivot < high for low, high in intervals):
        raise RequestError(
            f"有一级跨越中间值 {full(pivot)}，请先用 split_at 在此处分开",
            f"a class spans the pivot {full(pivot)}; split the classes there first (split_at)",
        )
    neutral = sum(low == high == pivot for low, high in intervals)
    below = sum(high <= pivot for _, high in intervals) - neutral
    return _sides(chosen.name, below, neutral, len(intervals) - below - neutral)


def distinguishable(
    shown: Sequence[str],
    *,
    every: bool = False,
    least: float = LEAST_DIFFERENCE,
    least_lightness: float = LEAST_LIGHTNESS,
) -> list[Weak]:
    """Name the pairs of colours that are too alike, in any vision or in grey print.

    Parameters
    ----------
    shown : colours in the order of their classes
    every : compare every pair, as unordered categories need, and leave grey print out; otherwise
        only neighbours
    least, least_lightness : what is enough, in CIEDE2000 and in L*
    """
    positions = range(len(shown))
    pairs = list(combinations(positions, 2) if every else pairwise(positions))
    weak = []
    for vision in VISIONS:
        seen = [lab(colour, vision) for colour in shown]
        found = ((pair, ciede2000(seen[pair[0]], seen[pair[1]])) for pair in pairs)
        weak += [Weak(pair, vision, gap, least) for pair, gap in found if gap < least]
    if not every:
        light = [lab(colour).lightness for colour in shown]
        gaps = ((pair, abs(light[pair[0]] - light[pair[1]])) for pair in pairs)
        weak += [
            Weak(pair, GREY, gap, least_lightness) for pair, gap in gaps if gap < least_lightness
        ]
    return weak


@lru_cache(maxsize=512)
def ink(colour: str) -> str:
    """Give the colour of text on ``colour``: contrast 4.5 or more (WCAG 2.2, 1.4.3).

    ``#111`` or ``#fff``, whichever stands out more; ``#000`` on the few middle tones on which
    neither reaches 4.5.
    """
    best = max(("#111", "#fff"), key=lambda text: contrast(text, colour))
    return best if contrast(best, colour) >= 4.5 else "#000"


def _needs_diverging(chosen: Palette) -> Palette:
    if chosen.kind != "diverging":
        names = "、".join(one.name for one in PALETTES.values() if one.kind == "diverging")
        raise RequestError(
            f"色带 {chosen.name} 不是双向色带，有中间值时请用 {names}",
            f"palette {chosen.name} is not diverging; with a pivot use one of {names}",
        )
    return chosen


def _about(chosen: Palette, k: int, pivot_class: int) -> tuple[str, ...]:
    if not 0 <= pivot_class < k:
        raise RequestError(
            f"中间级为 {pivot_class}，应在 0 到 {k - 1} 之间",
            f"the pivot class is {pivot_class}; give one from 0 to {k - 1}",
        )
    return _sides(_needs_diverging(chosen).name, pivot_class, 1, k - pivot_class - 1)


def _sides(name: str, below: int, neutral: int, above: int) -> tuple[str, ...]:
    """Take so many colours below, at and above the middle, outwards from it."""
    steps = max(below, above, 1)
    low, middle, high = _halves(name, steps, odd=bool(neutral))
    return (*low[steps - below :], *[middle] * neutral, *high[:above])


def _halves(name: str, steps: int, *, odd: bool) -> tuple[Sequence[str], str, Sequence[str]]:
    """Split a scheme into ``steps`` colours below, the middle one, and ``steps`` above."""
    sizes = SCHEMES[name]
    if steps > 5:
        eleven = sizes[11]
        low, high = _stretched(eleven[:5], steps), _stretched(eleven[6:], steps)
        return low, eleven[5], high
    scheme = sizes[max(3, 2 * steps + odd)]
    return scheme[:steps], scheme[len(scheme) // 2], scheme[-steps:]


def _stretched(ramp: Sequence[str], n: int) -> list[str]:
    """Mix ``n`` colours evenly along a ramp, its ends included."""
    places = [i * (len(ramp) - 1) / (n - 1) for i in range(n)]
    starts = [min(int(place), len(ramp) - 2) for place in places]
    return [
        mixed(ramp[start], ramp[start + 1], place - start)
        for start, place in zip(starts, places, strict=True)
    ]
