"""How exact a figure is said to be: the word that stands with the number in its document.

约25万, 超过10%, 300家以上, 3—5家: the number is stored, the word beside it in the column ``approx``
as the document has it. Here is what each word means and how both are written together.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from enum import StrEnum

from geomap.errors import Text
from geomap.numbers import exact


class Sense(StrEnum):
    """What a word says of the number that it stands with."""

    PLAIN = "plain"
    ABOUT = "about"
    NEARLY = "nearly"
    OVER = "over"
    LEAST = "least"
    MOST = "most"
    RANGE = "range"


_BEFORE = {
    Sense.ABOUT: ("大约", "约"),
    Sense.NEARLY: ("接近", "近"),
    Sense.OVER: ("超过", "突破", "大于", "高于", "超", "逾"),
    Sense.LEAST: ("不少于", "不低于", "至少"),
    Sense.MOST: ("不超过", "不高于", "不多于", "至多"),
}
_AFTER = {
    Sense.ABOUT: ("左右", "上下"),
    Sense.OVER: ("余", "多"),
    Sense.LEAST: ("及以上", "以上"),
    Sense.MOST: ("以内", "以下"),
}
_SENSE = {word: sense for side in (_BEFORE, _AFTER) for sense, words in side.items()
          for word in words}  # fmt: skip
_FIRST = frozenset(word for words in _BEFORE.values() for word in words)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*[—–~～至-]\s*(\d+(?:\.\d+)?)")
_IN_ENGLISH = {
    Sense.ABOUT: "about {}",
    Sense.NEARLY: "nearly {}",
    Sense.OVER: "over {}",
    Sense.LEAST: "at least {}",
    Sense.MOST: "at most {}",
}
WORDS = tuple(_SENSE)
"""The words that ``approx`` may hold, besides a range such as 3—5."""


def sense(word: str) -> Sense:
    """Say what a word means; PLAIN for none and for a word that is not known."""
    return Sense.RANGE if _RANGE.fullmatch(word) else _SENSE.get(word, Sense.PLAIN)


def ends(word: str) -> tuple[float, float] | None:
    """Give the two ends of a range, None for any other word."""
    found = _RANGE.fullmatch(word)
    return (float(found[1]), float(found[2])) if found else None


def span(value: float, word: str) -> tuple[float, float]:
    """Give where the number lies that a word goes with; an end that is not known is infinite.

    About 250,000 is 245,000 to 255,000: half a unit of the last digit that is not zero, to either
    side. Over and at least have no upper end, at most has no lower one.
    """
    known = sense(word)
    if both := ends(word):
        return both
    step = float(Decimal(1).scaleb(_last(value)))
    least = {Sense.ABOUT: value - step / 2, Sense.NEARLY: value - step, Sense.MOST: -math.inf}
    most = {Sense.ABOUT: value + step / 2, Sense.OVER: math.inf, Sense.LEAST: math.inf}
    return least.get(known, value), most.get(known, value)


def follows(low: float, high: float) -> str:
    """Give the word for a number that was worked out from others, which lies in such a range."""
    ends_known = math.isfinite(low), math.isfinite(high)
    return {(True, True): "约", (True, False): "超过", (False, True): "不超过"}.get(ends_known, "")


def fineness(low: float, high: float) -> float:
    """Give the decimals that a range leaves: ±0.9 and ±2 leave the unit, 0. NaN if it is open."""
    half = (high - low) / 2
    return float(-round(math.log10(half))) if 0 < half < math.inf else math.nan


def _last(value: float) -> int:
    exponent = exact(value).normalize().as_tuple().exponent
    return exponent if value and isinstance(exponent, int) else 0


def with_word(number: str, word: str) -> Text:
    """Write a number, with its unit where one stands behind it, together with its word.

    ``with_word("60", "突破")`` is 突破60, ``with_word("300 家", "以上")`` 300 家以上; of a range
    the whole stands for the number.
    """
    if found := _RANGE.fullmatch(word):
        rest = re.sub(r"^[\d.,]+", "", number)
        return Text(f"{found[1]}—{found[2]}{rest}", f"{found[1]}–{found[2]}{rest}")
    if word not in _SENSE:
        return Text(number, number)
    together = f"{word}{number}" if word in _FIRST else f"{number}{word}"
    return Text(together, _IN_ENGLISH[_SENSE[word]].format(number))


def quoted(quote: str, value: float) -> str:
    """Find the word that stands with this very number in a quote; "" where none does."""
    number = "|".join(map(re.escape, _spellings(value)))
    before = "|".join(sorted(_FIRST, key=len, reverse=True))
    after = "|".join(sorted(_SENSE.keys() - _FIRST, key=len, reverse=True))
    if found := re.search(rf"({before})\s*(?:{number})(?![\d.,]*\d|\s*[年月日天]|万?\d)", quote):
        return found[1]
    # Between the number and 以上 stand its unit and nothing else: 280个以上, 10亿元左右.
    pattern = rf"(?<![\d.,])(?:{number})[^\d\s，。；、,;（）()]{{0,4}}?({after})"
    found = re.search(pattern, quote)
    return found[1] if found else ""


def _spellings(value: float) -> list[str]:
    plain = f"{value:.15g}"
    spelt = [plain, f"{value:,.15g}"]
    spelt += [f"{value / ten:.15g}{word}" for ten, word in ((1e4, "万"), (1e8, "亿"))
              if abs(value) >= ten / 10]  # fmt: skip
    return sorted(set(spelt), key=len, reverse=True)
