"""Is a target on its way? One number against another, with the reason in words.

Pure arithmetic: no data set, no clock. Numbers are compared as they are printed (as fractions of
their shortest decimals), so that a difference of exactly the tolerance falls on the same side on
every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from geomap.errors import Text
from geomap.model.approx import Sense, sense, with_word
from geomap.numbers import full, written

TOLERANCE = 0.05
"""How far the way gone may be from the time gone, as a share, and still be 符合进度."""

_TOLERANCE = Fraction(repr(TOLERANCE))


class Outcome(StrEnum):
    """The verdicts, the best first."""

    DONE = "done"
    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """The word that is printed."""
        return _LABELS[self]

    @property
    def symbol(self) -> str:
        """The sign beside the word; each has a shape of its own, so colour is not needed."""
        return _SYMBOLS[self]


_LABELS = {
    Outcome.DONE: Text("已完成", "met"),
    Outcome.AHEAD: Text("超前", "ahead"),
    Outcome.ON_TRACK: Text("符合进度", "on schedule"),
    Outcome.BEHIND: Text("滞后", "behind"),
    Outcome.MISSED: Text("未完成", "not met"),
    Outcome.UNKNOWN: Text("无法判断", "cannot be judged"),
}
_SYMBOLS = {
    Outcome.DONE: "✓",
    Outcome.AHEAD: "▲",
    Outcome.ON_TRACK: "●",
    Outcome.BEHIND: "▼",
    Outcome.MISSED: "×",
    Outcome.UNKNOWN: "?",
}

WORST_FIRST = (
    Outcome.MISSED, Outcome.BEHIND, Outcome.ON_TRACK, Outcome.AHEAD, Outcome.DONE, Outcome.UNKNOWN,
)  # fmt: skip
"""The verdicts in the order in which they want attention."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one target.

    Parameters
    ----------
    done_share : (actual − base) ÷ (target − base); None where it means nothing
    time_share : (year of the actual − base year) ÷ (target year − base year), 0 to 1, or None
    pace_needed : change a year, in the indicator's unit, from the actual to the target; None when
        the target is met, its year is over or nothing is known
    """

    verdict: Outcome
    reason: Text
    done_share: float | None
    time_share: float | None
    pace_needed: float | None


@dataclass(frozen=True, slots=True)
class _Case:
    """One target with what is known of it; ``actual`` is not after ``as_of`` or the target year."""

    base: Fraction | None
    base_year: int | None
    target: Fraction | None
    target_year: int | None
    actual: Fraction | None
    actual_year: int | None
    direction: str
    as_of: int
    comparable: bool
    word: str

    @property
    def aim(self) -> Text:
        """The target with its word, as it is printed."""
        return with_word(_written(self.target), self.word)

    @property
    def fresh(self) -> bool:
        """Whether the actual says anything about the time after the base year."""
        if self.actual is None or self.actual_year is None:
            return False
        return self.base_year is None or self.actual_year > self.base_year

    @property
    def gain(self) -> Fraction | None:
        """How much better than the base the target is; negative when it is worse."""
        if self.base is None or self.target is None:
            return None
        gain = self.target - self.base
        return -gain if self.direction == "less" else gain

    @property
    def met(self) -> bool:
        """Whether the actual is as good as the target; better, when the target says 超过."""
        if self.actual is None or self.target is None:
            return False
        excess = self.actual - self.target
        excess = -excess if self.direction == "less" else excess
        return excess > 0 if sense(self.word) is Sense.OVER else excess >= 0

    @property
    def over(self) -> bool:
        """Whether the target year is past."""
        return self.target_year is not None and self.as_of > self.target_year

    @property
    def measurable(self) -> bool:
        """Whether a target, its year and a direction are there and mean what the actual means."""
        ready = self.target is not None and self.target_year is not None
        capped = sense(self.word) is Sense.MOST
        return ready and self.comparable and not capped and self.direction in ("more", "less")


class Reading(NamedTuple):
    """A number and its year; None, or not finite, when not known."""

    value: float | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What is aimed at.

    Parameters
    ----------
    value, year : the target and its year; None when the document gives none
    direction : "more" or "less", whichever is better; "none" cannot be judged
    comparable : False when actual and target are defined differently
    word : what stands with the target in the document, see ``model.approx``: 超过 and 突破 must be
        passed, not only reached; 不超过 and 以内 are caps to keep to, not numbers to reach
    """

    value: float | None
    year: int | None
    direction: str
    comparable: bool = True
    word: str = ""


def judge(base: Reading, aim: Aim, actual: Reading, *, as_of: int) -> Verdict:
    """Judge one target.

    The first rule that applies decides:

    1. no target, no target year, a limit, no direction, other definitions: 无法判断;
    2. ``as_of`` before the base year, or no actual after it: 无法判断;
    3. the actual is as good as the target: 已完成, at any time, also when the target lies below
       the base (the reason says so);
    4. the actual is that of the target year, whose end has come: 未完成;
    5. the target year is past and has no actual: 无法判断;
    6. no base, target worse than the base, or base = target: 无法判断 until the target year;
    7. else the share of the way gone against the share of the time gone, with ``TOLERANCE``:
       超前, 符合进度 or 滞后.

    Parameters
    ----------
    base, aim, actual : in one unit; an actual after ``as_of`` or after the target year is left out
        of account
    as_of : the year at whose end is judged

    Notes
    -----
    Both shares are taken at the year of the actual, so an old figure is not held against the time
    that has gone since.
    """
    stale = actual.year is None or actual.year > min(as_of, aim.year or as_of)
    case = _Case(
        base=_fraction(base.value),
        base_year=base.year,
        target=_fraction(aim.value),
        target_year=aim.year,
        actual=None if stale else _fraction(actual.value),
        actual_year=None if stale else actual.year,
        direction=aim.direction,
        as_of=as_of,
        comparable=aim.comparable,
        word=aim.word,
    )
    done, time = _done_share(case), _time_share(case)
    found = next((said for rule in _RULES if (said := rule(case))), None)
    outcome, reason = found or _by_pace(done or Fraction(0), time or Fraction(0))
    return Verdict(outcome, reason, _float(done), _float(time), _float(_pace(case)))


_Said = tuple[Outcome, Text]


def _unknown(zh: str, en: str) -> _Said:
    return Outcome.UNKNOWN, Text(zh, en)


def _not_measurable(case: _Case) -> _Said | None:
    if case.target is None:
        return _unknown("文件没有给出目标数", "the document gives no target")
    if case.target_year is None:
        return _unknown("文件没有写明目标年", "the document gives no target year")
    if sense(case.word) is Sense.MOST:
        return _unknown(
            "目标是限额，不是要达到的数", "the target is a limit, not a number to be reached"
        )
    if case.direction not in ("more", "less"):
        return _unknown("该指标没有好坏方向", "neither more nor less of it is better")
    if not case.comparable:
        return _unknown(
            "实际数与目标的口径不同", "the actual and the target are defined differently"
        )
    return None


def _nothing_new(case: _Case) -> _Said | None:
    if case.base_year is not None and case.as_of < case.base_year:
        return _unknown(
            f"截至{case.as_of}年，规划期（{case.base_year}年起）还没有开始",
            f"as of {case.as_of} the plan, which starts from {case.base_year}, has not begun",
        )
    if case.fresh:
        return None
    if case.over:
        return _unknown(
            f"目标年{case.target_year}年已过，没有该年的实际数",
            f"the target year {case.target_year} is over and there is no actual for it",
        )
    if case.base_year is None:
        return _unknown("没有实际数", "there is no actual")
    return _unknown(
        f"基年{case.base_year}年以后没有实际数",
        f"there is no actual after the base year {case.base_year}",
    )


def _is_met(case: _Case) -> _Said | None:
    if not case.met:
        return None
    zh = f"{case.actual_year}年实际{_written(case.actual)}，达到目标{case.aim.zh}"
    en = f"{_written(case.actual)} in {case.actual_year} meets the target {case.aim.en}"
    if case.gain is not None and case.gain < 0:
        worse = Text("高于", "above") if case.direction == "less" else Text("低于", "below")
        zh += f"；目标{worse.zh}基期数{_written(case.base)}，文件如此"
        en += f"; the target lies {worse.en} the base {_written(case.base)}, as in the document"
    return Outcome.DONE, Text(zh, en)


def _is_missed(case: _Case) -> _Said | None:
    if case.actual_year != case.target_year:
        return None
    return Outcome.MISSED, Text(
        f"目标年{case.target_year}年已到，实际{_written(case.actual)}，没有达到目标{case.aim.zh}",
        f"the target year {case.target_year} is over; {_written(case.actual)} does not meet "
        f"the target {case.aim.en}",
    )


def _is_unfinished_in_the_dark(case: _Case) -> _Said | None:
    if not case.over:
        return None
    return _unknown(
        f"目标年{case.target_year}年已过，没有该年的实际数；最近的是{case.actual_year}年",
        f"the target year {case.target_year} is over and there is no actual for it; "
        f"the latest is of {case.actual_year}",
    )


def _has_no_way(case: _Case) -> _Said | None:
    gain = case.gain
    if gain is None or case.base_year is None:
        return _unknown(
            "没有基期数，只能在目标年末判断",
            "there is no base, so it can only be judged at the end of the target year",
        )
    if gain < 0:
        worse = Text("高于", "above") if case.direction == "less" else Text("低于", "below")
        return _unknown(
            f"目标{case.aim.zh}{worse.zh}基期数{_written(case.base)}，"
            "没有路程可量，只能在目标年末判断",
            f"the target {case.aim.en} lies {worse.en} the base {_written(case.base)}: "
            "no way to measure before the end of the target year",
        )
    if gain == 0 or _time_share(case) is None:
        return _unknown(
            "目标等于基期数，没有路程可量，只能在目标年末判断",
            "the target equals the base: no way to measure before the end of the target year",
        )
    return None


_RULES: tuple[Callable[[_Case], _Said | None], ...] = (
    _not_measurable,
    _nothing_new,
    _is_met,
    _is_missed,
    _is_unfinished_in_the_dark,
    _has_no_way,
)


def _by_pace(done: Fraction, time: Fraction) -> _Said:
    lead = done - time
    zh = f"路程走了{_percent(done)}，时间过了{_percent(time)}"
    en = f"{_percent(done)} of the way in {_percent(time)} of the time"
    if lead > _TOLERANCE:
        return Outcome.AHEAD, Text(f"{zh}，快{_points(lead)}个百分点", en)
    if lead < -_TOLERANCE:
        return Outcome.BEHIND, Text(f"{zh}，慢{_points(-lead)}个百分点", en)
    within = _points(_TOLERANCE)
    return Outcome.ON_TRACK, Text(
        f"{zh}，相差不超过{within}个百分点", f"{en}, within {within} percentage points"
    )


def _done_share(case: _Case) -> Fraction | None:
    if not (case.measurable and case.fresh and case.gain is not None and case.gain > 0):
        return None
    if case.base is None or case.target is None or case.actual is None:
        return None
    return (case.actual - case.base) / (case.target - case.base)


def _time_share(case: _Case) -> Fraction | None:
    if not (case.measurable and case.fresh) or case.base_year is None or case.actual_year is None:
        return None
    if case.target_year is None or case.target_year <= case.base_year:
        return None
    return Fraction(case.actual_year - case.base_year, case.target_year - case.base_year)


def _pace(case: _Case) -> Fraction | None:
    if not case.measurable or case.met or case.over or case.actual is None:
        return None
    if case.target is None or case.target_year is None or case.actual_year is None:
        return None
    years = case.target_year - case.actual_year
    return (case.target - case.actual) / years if years > 0 else None


def _fraction(number: float | None) -> Fraction | None:
    if number is None or not math.isfinite(number):
        return None
    return Fraction(repr(float(number)))


def _float(number: Fraction | None) -> float | None:
    try:
        return None if number is None else float(number)
    except OverflowError:
        return None


def _written(number: Fraction | None) -> str:
    value = _float(number)
    return "" if value is None else full(value)


def _percent(share: Fraction) -> str:
    return f"{_points(share)}%"


def _points(share: Fraction) -> str:
    value = _float(share * 100)
    return "∞" if value is None else written(value, 1).removesuffix(".0")
