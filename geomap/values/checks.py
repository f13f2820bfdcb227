"""One piece of a document's arithmetic, done again: what was found against what is stated.

Each number stands for an interval (``geomap.values.quantities``). A result that is exactly what the
document says is closed; one whose interval meets the document's is a rounding difference; any other
is a mismatch. For sums that is the usual rule: the halves of all parts and of the total, added up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from geomap.errors import Text
from geomap.numbers import digits_of, exact, full, rounded
from geomap.tables import cells
from geomap.values.quantities import Number, Span, told_number, worded, worked_out


class Agreement(StrEnum):
    """How two ways to the same number compare."""

    CLOSED = "closed"
    ROUNDING = "rounding"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"
    OPEN = "open"
    LACKING = "lacking"

    @property
    def label(self) -> Text:
        """The word that is printed."""
        return _LABELS[self]


_LABELS = {
    Agreement.CLOSED: Text("闭合", "adds up"),
    Agreement.ROUNDING: Text("舍入差", "rounding"),
    Agreement.MISMATCH: Text("不符", "does not agree"),
    Agreement.UNKNOWN: Text("无法核对", "cannot be checked"),
    Agreement.OPEN: Text("未闭合", "does not add up"),
    Agreement.LACKING: Text("缺报", "areas missing"),
}
_NO = Text("", "")


@dataclass(frozen=True, slots=True)
class Check:
    """One piece of arithmetic, done again.

    Parameters
    ----------
    computed, stated : in the same unit; None when there is none
    low, high : between these the computed one lies, for all the numbers were before rounding
    working : the sum in words, or why there is none
    figures : ids of the figures that went into it, the total or the stated one last
    """

    id: str
    title: Text
    source: str
    locator: str
    quote: str
    computed: float | None
    stated: float | None
    low: float | None
    high: float | None
    verdict: Agreement
    working: Text
    figures: tuple[str, ...]
    note: Text = _NO

    @property
    def gap(self) -> float | None:
        """Computed less stated."""
        if self.computed is None or self.stated is None:
            return None
        return float(exact(self.computed) - exact(self.stated))


@dataclass(frozen=True, slots=True)
class CheckHead:
    """What a check is of, and where its document says so."""

    id: str
    title: Text
    source: str
    locator: str
    quote: str
    note: Text = _NO

    def members(self) -> dict[str, Any]:
        """Give them as members of a check."""
        return {name: getattr(self, name) for name in self.__slots__}


class CannotCheck(Exception):  # noqa: N818 - it leads to a verdict, not to a failure
    """Raised within this module when a number is not to be had."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def agreement(found: Span, stated: Number) -> Agreement:
    """Say whether what was worked out is what is stated."""
    if found.value == stated.value:
        return Agreement.CLOSED
    meets = found.low <= stated.high and stated.low <= found.high
    return Agreement.ROUNDING if meets else Agreement.MISMATCH


def checked(
    head: CheckHead,
    numbers: tuple[Sequence[Number], Number, Span],
    verdict: Agreement,
    working: Text,
) -> Check:
    """Give a check of terms, what is stated and what was found, in this order."""
    terms, stated, found = numbers
    return Check(
        **head.members(),
        computed=float(found.value),
        stated=float(stated.value),
        low=_end(found.low),
        high=_end(found.high),
        verdict=verdict,
        working=working,
        figures=_figures([*terms, stated]),
    )


def _end(of: Decimal) -> float | None:
    return float(of) if of.is_finite() else None


def not_checked(head: CheckHead, why: Text, known: Sequence[Number]) -> Check:
    """Give a check that cannot be done, and why."""
    return Check(
        **head.members(), computed=None, stated=None, low=None, high=None,
        verdict=Agreement.UNKNOWN, working=why, figures=_figures(known),
    )  # fmt: skip


def _figures(numbers: Sequence[Number]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number.figure for number in numbers if number.figure))


def in_unit(number: Number, unit: str) -> Number:
    """Give a number in another unit."""
    if number.unit == unit:
        return number
    times = cells.factor(number.unit, unit)
    if times is None:
        raise CannotCheck(
            f"单位不同：{number.unit}与{unit}", f"unlike units: {number.unit} and {unit}"
        )
    return number.times(exact(times), unit)


def _shortly(like: Number) -> Callable[[float], str]:
    """Write with two digits more than the document has."""
    return lambda number: full(rounded(number, digits_of(float(like.value)) + 2))


def joined_texts(sign: str, texts: Sequence[Text]) -> Text:
    """Join texts by a sign."""
    return Text(*(sign.join(words) for words in zip(*texts, strict=True)))


def outcome_text(parts: Sequence[Number], found: Span, write: Callable[[float], str]) -> Text:
    """Write what was worked out of the parts: a range where words stand with any of them."""
    if not worded(*parts):
        return Text(*[write(float(found.value))] * 2)
    text = worked_out(found).text(write)
    return text if text.zh else Text("范围不定", "unknown")


_LEFT_SIDE: Mapping[str, Callable[[Sequence[str]], str]] = {
    "sum": " + ".join,
    "difference": " − ".join,
    "growth": lambda names: f"({names[0]} − {names[1]}) ÷ {names[1]} × 100",
    "yearly": lambda names: f"(({names[0]} ÷ {names[1]}) 开年数次方 − 1) × 100",
    "increase": lambda names: f"{names[0]} ÷ ({names[1]} − {names[0]}) × 100",
    "share": lambda names: (
        f"{names[0]} ÷ {names[1]} × 100"
        if len(names) == 2
        else f"({' + '.join(names[:-1])}) ÷ {names[-1]} × 100"
    ),
}


def worked_sum(op: str, terms: Sequence[Number], found: Span, stated: Number) -> Text:
    """Say the sum, its interval, and what the document has."""
    write = _shortly(stated)
    words = [told_number(term) for term in terms]
    left = Text(*(_LEFT_SIDE[op](list(names)) for names in zip(*words, strict=True)))
    agrees = found.value == stated.value
    result = outcome_text(() if agrees else terms, found, write)
    unit, has = stated.unit, told_number(stated)
    summary = Text(
        f"{left.zh} = {result.zh}，文件为 {has.zh}{unit}",
        f"{left.en} = {result.en}; the document has {has.en} {unit}",
    )
    if agrees or worded(*terms, stated):
        return summary
    gap = write(float(found.value - stated.value))
    low, high = write(float(found.low)), write(float(found.high))
    span = f"{full(stated.low)}–{full(stated.high)}"
    return Text(
        f"{summary.zh}，差 {gap}；各数末位舍入前可为 {low}–{high}，文件的数可为 {span}",
        f"{summary.en}, a difference of {gap}; before rounding {low}–{high} and {span}",
    )
