"""How the value of an area is said: its number, the word beside it, the range that follows from it.

A number has the decimals of its document, at most the indicator's; what was worked out from about
so much (约25万) is no finer than the range that leaves, and where the range spans zero the range
itself is all that is known.
"""

from __future__ import annotations

from typing import Protocol

from geomap.errors import Text
from geomap.model.approx import with_word
from geomap.model.catalog import Indicator
from geomap.numbers import exact, rounded, written

SAME = Text("同全市", "as the city")
"""What stands for an estimate that is the city's own value but for rounding."""


_SCALES = {"×10,000 ": (4, ""), "×100 million ": (-1, "billion ")}
"""How an English unit that begins so is told: the places to move the point, what stands before."""


class Held(Protocol):
    """What is known of one area: an ``AreaView`` or a ``Value``."""

    @property
    def value(self) -> float | None:
        """The number; None when it is missing, or only its range is known."""

    @property
    def approx(self) -> str:
        """The word beside it; "" for none."""

    @property
    def decimals(self) -> int | None:
        """Those it is printed with; None for the indicator's."""

    @property
    def low(self) -> float | None:
        """The lower end of its range."""

    @property
    def high(self) -> float | None:
        """The upper end of its range."""


def decimals_of(one: Held | None, indicator: Indicator) -> int:
    """Give the decimals that a value is printed with."""
    known = None if one is None else one.decimals
    return indicator.decimals if known is None else min(known, indicator.decimals)


def as_printed(one: Held, indicator: Indicator) -> float | None:
    """Round a value as it is printed: what prints alike is classed alike."""
    return None if one.value is None else rounded(one.value, decimals_of(one, indicator))


def as_exported(one: Held, indicator: Indicator) -> float | None:
    """Give the number of an export: the one that is printed, without the noise of fractions.

    What prints as "<0.1" is kept in full: 0 would say that there is nothing.
    """
    level = getattr(one, "level", None)
    value = one.value if level is None else level
    if value is None:
        return None
    digits = decimals_of(one, indicator) if level is None else indicator.decimals
    number = rounded(value, digits)
    return number if number or not value else value


def unsure(one: Held) -> bool:
    """Whether only a range is known, one that spans zero: not even the sign is certain."""
    return one.value is None and bool(one.approx) and one.low is not None


def known(one: Held, indicator: Indicator) -> Text:
    """Write a number with its word, or the range that stands for it; empty where there is none."""
    if one.value is None:
        return between(one, indicator)
    if getattr(one, "level", None) is not None:
        return getattr(one, "text", SAME)
    return with_word(written(one.value, decimals_of(one, indicator)), one.approx)


def unit_of(one: Held, indicator: Indicator) -> Text:
    """Give the unit that stands after what ``known`` writes: none after a word."""
    return Text("", "") if known(one, indicator) == SAME else indicator.unit


def number_and_unit(one: Held, indicator: Indicator) -> tuple[Text, Text]:
    """Write a number, and its unit: in English in people and not in ten thousands of them."""
    number, unit = known(one, indicator), unit_of(one, indicator)
    en, thing = number.en, unit.en
    prefix = next((prefix for prefix in _SCALES if thing.startswith(prefix)), "")
    if prefix and one.value is not None:
        places, word = _SCALES[prefix]
        thing = thing.removeprefix(prefix)
        moved = exact(as_printed(one, indicator) or 0.0).scaleb(places)
        digits = max(0, decimals_of(one, indicator) - places)
        en = f"{with_word(written(moved, digits), one.approx).en} {word}".rstrip()
    if en == "1":
        thing = thing.removesuffix("s")
    return Text(number.zh, en), Text(unit.zh, thing)


def with_unit(one: Held, indicator: Indicator, *, signed: bool = False) -> Text:
    """Write a number with its unit, as ``number_and_unit`` gives them.

    Parameters
    ----------
    signed : whether a rise bears a plus, as changes do
    """
    number, unit = number_and_unit(one, indicator)
    up = (as_printed(one, indicator) or 0) > 0 and not one.approx
    sign = "+" if signed and up else ""
    return Text(f"{sign}{number.zh} {unit.zh}".rstrip(),
                f"{sign}{number.en}{'' if unit.en == '%' else ' '}{unit.en}".rstrip())  # fmt: skip


def between(one: Held, indicator: Indicator) -> Text:
    """Write the range that follows from the words beside the parts; empty where there is none."""
    if not one.approx or one.low is None or one.high is None:
        return Text("", "")
    digits = min(max(decimals_of(one, indicator), 0) + 1, indicator.decimals)
    dash = " – " if one.low < 0 else "–"
    text = f"{written(one.low, digits)}{dash}{written(one.high, digits)}"
    return Text(text, text)


def in_full(one: Held, indicator: Indicator) -> Text:
    """Write a number with its word and, in brackets, its range: 约46（44.7–46.5）."""
    number, range_ = known(one, indicator), between(one, indicator).zh
    if one.value is None or not range_:
        return number
    return Text(f"{number.zh}（{range_}）", f"{number.en} ({range_})")
