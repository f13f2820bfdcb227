"""A number of a document with all that it can have been, and what sums of such numbers leave.

Each number stands for an interval: half a unit of its last printed digit to either side, counted
things (人, 家) for themselves, and one with a word (约25万, 3—5) for what the word leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from geomap.errors import Text
from geomap.model.approx import Sense, follows, sense, span, with_word
from geomap.numbers import digits_of, exact, full
from geomap.tables import cells

FigureRow = Mapping[str, Any]


class Span(NamedTuple):
    """What was worked out, and between what it lies; an end that is not known is infinite."""

    value: Decimal
    low: Decimal
    high: Decimal


class Number(NamedTuple):
    """A printed number: what its word leaves of it, and half a unit of its last digit.

    ``least`` and ``most`` are the number itself where no word stands with it.
    """

    value: Decimal
    least: Decimal
    most: Decimal
    half: Decimal
    unit: str
    figure: str = ""
    word: str = ""

    @property
    def low(self) -> Decimal:
        """The least that it can have been."""
        return self.least - self.half

    @property
    def high(self) -> Decimal:
        """The most that it can have been."""
        return self.most + self.half

    def times(self, factor: Decimal, unit: str) -> Number:
        """Give it in another unit."""
        value, least, most, half = (one * factor for one in self[:4])
        both = f"{full(least, thousands=False)}—{full(most, thousands=False)}"
        word = both if sense(self.word) is Sense.RANGE else self.word
        return Number(value, least, most, half, unit, self.figure, word)


def exact_number(value: Decimal, half: Decimal, unit: str, figure: str = "") -> Number:
    """Make a number that no word stands with."""
    return Number(value, value, value, half, unit, figure)


def printed_number(row: FigureRow) -> Number:
    """Take a figure as it was printed.

    Parameters
    ----------
    row : value, unit, status and id; ``decimals`` when it is known how many were printed (195.0),
        else those that the number needs; ``approx``, the word beside it, where there is one
    """
    value = exact(row["value"]).normalize()
    if word := row.get("approx"):
        least, most = map(exact, span(row["value"], word))
        return Number(value, least, most, Decimal(0), row["unit"], row["id"], word)
    digits = int(row["decimals"]) if "decimals" in row else digits_of(row["value"])
    counted = digits == 0 and row["status"] not in ("apportioned", "derived")
    if counted and cells.is_countable(row["unit"]):
        return exact_number(value, Decimal(0), row["unit"], row["id"])
    return exact_number(value, Decimal(5).scaleb(-digits - 1), row["unit"], row["id"])


def summed(numbers: Iterable[Number]) -> Span:
    """Add up, with all that the sum can have been."""
    ends = [(one.value, one.low, one.high) for one in numbers]
    return Span(*(sum(column, Decimal(0)) for column in zip(*ends, strict=True)))


def as_said(numbers: Iterable[Number]) -> Span:
    """Add up what the words leave of each, their last digits taken as they are."""
    ends = [(one.value, one.least, one.most) for one in numbers]
    return Span(*(sum(column, Decimal(0)) for column in zip(*ends, strict=True)))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, given or worked out, as it is told.

    Parameters
    ----------
    value : None where only its ends are known, or nothing
    low, high : None where there is no such end, and both for a number without a range
    word : stands with the value
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    word: str = ""

    @property
    def ends(self) -> tuple[float | None, float | None] | None:
        """Both ends; None for a number without a range."""
        return None if self.low is None and self.high is None else (self.low, self.high)

    def text(self, write: Callable[[float], str] = full) -> Text:
        """Write it: 12, 约12, 10–12, 超过12; "" where nothing is known."""
        if self.value is not None:
            return with_word(write(self.value), self.word)
        if self.low is None or self.high is None:
            return Text("", "")
        dash = " – " if self.low < 0 else "–"
        both = f"{write(self.low)}{dash}{write(self.high)}"
        return Text(both, both)


UNKNOWN = Amount(None)


def worded(*numbers: Number) -> bool:
    """Whether a word stands with any of them."""
    return any(one.word for one in numbers)


def told_number(number: Number) -> Text:
    """Write a number together with its word."""
    return with_word(full(number.value), number.word)


def worked_out(found: Span) -> Amount:
    """Tell what was worked out: a number, or the range that the words of its parts leave."""
    low, high = (float(end) if end.is_finite() else None for end in found[1:])
    if low is not None and high is not None:
        return Amount(low) if low == high else Amount(None, low, high)
    value = low if high is None else high
    return Amount(value, low, high, follows(float(found.low), float(found.high)))
