"""What a map says, in one sentence: who has the most, what share that is, and who is left out.

It claims no more than its view holds: an estimate is neither the highest nor the lowest, equal
values share a place, an approximate number leads only where its whole range does, and how many
times one value is another is told with the digits that both leave. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.language import parts_named
from geomap.model.absence import ABSENCES, RANGED
from geomap.model.approx import span
from geomap.model.catalog import Indicator, Measure, Op, Status
from geomap.model.wording import as_printed, decimals_of, unsure, with_unit
from geomap.numbers import percent, written
from geomap.tables.cells import is_countable
from geomap.tables.comparability import members

if TYPE_CHECKING:
    from geomap.views.maps.mapview import AreaView, MapView

_NONE = Text("", "")
_NAMED = 3
"""So many tied areas are named; of more, one is and the rest are counted."""
_ALIKE = 1.1
"""Below so many times, two values are told to be nearly the same."""


def sentence(view: MapView) -> Text:
    """Say what a map shows; what it is of and when stands in its title.

    Returns
    -------
    Text : one sentence in each language, ended by a full stop
    """
    firm = [one for one in view.areas if is_firm(one)]
    parts = [_city(view)] if firm or not _only_city(view) else []
    parts += [_order(view, firm) if firm else _without(view)]
    said = [one for one in parts if one.zh]
    zh, en = "，".join(one.zh for one in said), ", ".join(one.en for one in said)
    rest = _left_out(view, firm)
    return Text(f"{zh}{rest.zh}。", f"{en[:1].upper()}{en[1:]}{rest.en}.")


def is_firm(one: AreaView) -> bool:
    """Whether a value may be compared: a number that somebody reported, not an estimate."""
    return one.value is not None and one.level is None and one.status != Status.APPORTIONED.value


# --- how a number and an area are told ------------------------------------------------------------


def _value(view: MapView, one: AreaView) -> Text:
    return with_unit(one, view.indicator, signed=view.base_year is not None)


def _printed(view: MapView, one: AreaView) -> float:
    return as_printed(one, view.indicator) or 0.0


def _names(ones: Sequence[AreaView]) -> Text:
    *others, last = (one.name for one in ones)
    if len(ones) > _NAMED:
        return Text(f"{others[0].zh}等 {len(ones)} 个",
                    f"{others[0].en} and {len(others)} others")  # fmt: skip
    before = f"{', '.join(one.en for one in others)} and " if others else ""
    return Text("、".join(one.name.zh for one in ones), f"{before}{last.en}")


def _words(view: MapView) -> tuple[Text, Text]:
    """Give the words for the top and the bottom: things are many, rates are high."""
    most = Text("最多", "highest"), Text("最少", "lowest")
    high = Text("最高", "highest"), Text("最低", "lowest")
    return most if view.indicator.measure is Measure.COUNT else high


# --- clauses --------------------------------------------------------------------------------------


def _only_city(view: MapView) -> bool:
    return not any(one.value is not None for one in view.areas)


def is_against_city(indicator: Indicator) -> bool:
    """Whether it measures areas against the city, so that the city's own value says nothing."""
    formula = indicator.formula
    return formula is not None and formula.op in (Op.SHARE, Op.QUOTIENT)


def _city(view: MapView) -> Text:
    """Tell the city's own value, where it says something beside its parts."""
    city = view.city
    trivial = is_against_city(view.indicator)
    if city is None or city.value is None or trivial or len(view.areas) < 2:
        return _NONE
    value = _value(view, city)
    estimate = city.status == Status.APPORTIONED.value
    mark = Text("（估算）", " (an estimate)") if estimate else _NONE
    return Text(f"全市 {value.zh}{mark.zh}", f"city {value.en}{mark.en}")


def _order(view: MapView, firm: Sequence[AreaView]) -> Text:
    """Tell the top and the bottom of the values that may be compared."""
    if len(view.areas) == 1:
        return _value(view, firm[0])
    if len(firm) == 1:
        value, one = _value(view, firm[0]), firm[0]
        return Text(f"只有{one.name.zh}一个{_parts(view)}有数：{value.zh}",
                    f"only {one.name.en} has a figure: {value.en}")  # fmt: skip
    top, bottom = _tied(view, firm, max), _tied(view, firm, min)
    if len(top) == len(firm):
        value = _value(view, top[0])
        return Text(f"{len(firm)} 个{_parts(view)}相同，都是 {value.zh}",
                    f"{len(firm)} areas are the same: {value.en}")  # fmt: skip
    among = _among(view, firm)
    found = _ends(view, firm, top, bottom)
    return Text(among.zh + found.zh, among.en + found.en)


def _among(view: MapView, firm: Sequence[AreaView]) -> Text:
    """Say among how many areas the ends are found, where that is not among all."""
    if len(firm) == len(view.areas):
        return _NONE
    return Text(f"可比的 {len(firm)} 个{_parts(view)}中", f"of {len(firm)} areas compared, ")


def _ends(
    view: MapView, firm: Sequence[AreaView], top: Sequence[AreaView], bottom: Sequence[AreaView]
) -> Text:
    if _is_overtaken(top, firm, view.indicator):
        value = _value(view, top[0])
        return Text(
            f"{_names(top).zh}的数最大（{value.zh}），但有约数，先后不能确定",
            f"{_names(top).en}: the largest number ({value.en}), but some are approximate and "
            "the order is not certain",
        )
    if view.base_year:
        return _changes(view, top, bottom)
    low = _NONE if _is_approximate(firm) else _lowest(view, top, bottom)
    return _joined(_highest(view, top), low)


def _joined(first: Text, then: Text) -> Text:
    if not then.zh:
        return first
    return Text(f"{first.zh}，{then.zh}", f"{first.en}, {then.en}")


def _tied(
    view: MapView, firm: Sequence[AreaView], end: Callable[[Iterable[float]], float]
) -> list[AreaView]:
    """Give the areas at one end; what prints alike is tied."""
    printed = [_printed(view, one) for one in firm]
    return [one for one, value in zip(firm, printed, strict=True) if value == end(printed)]


def _is_approximate(firm: Sequence[AreaView]) -> bool:
    return any(one.approx for one in firm)


def _range(one: AreaView, indicator: Indicator) -> tuple[float, float]:
    """Give what a value can have been: itself, unless a word stands with it."""
    value = as_printed(one, indicator) or 0.0
    if not one.approx:
        return value, value
    if one.low is not None and one.high is not None:
        return one.low, one.high
    return span(value, one.approx)


def _is_overtaken(top: Sequence[AreaView], firm: Sequence[AreaView], indicator: Indicator) -> bool:
    """Whether one that looks smaller can have been the largest."""
    if not _is_approximate(firm):
        return False
    least = min(_range(one, indicator)[0] for one in top)
    return len(top) > 1 or any(_range(one, indicator)[1] >= least for one in firm if one not in top)


def _highest(view: MapView, top: Sequence[AreaView]) -> Text:
    word, value, names = _words(view)[0], _value(view, top[0]), _names(top)
    share = _share(view, top[0]) if len(top) == 1 else _NONE
    tied = Text("并列", " tied") if len(top) > 1 else _NONE
    are = "is" if len(top) == 1 else "are"
    return Text(
        f"{names.zh}{tied.zh}{word.zh}（{value.zh}{share.zh}）",
        f"{names.en} {are}{tied.en} {word.en} ({value.en}{share.en})",
    )


def share_of_city(view: MapView, one: AreaView) -> str:
    """Give the share of the city in percent, where parts add up to it and both are certain.

    That of an estimate is only how the estimate was made.

    Returns
    -------
    The number without a sign, "" where it cannot be told
    """
    city = view.city
    if not view.indicator.additive or city is None or not city.value or one.value is None:
        return ""
    certain = is_firm(city) and is_firm(one) and not city.approx and not one.approx
    return percent(one.value / city.value) if certain and 0 < one.value <= city.value else ""


def _share(view: MapView, one: AreaView) -> Text:
    share = share_of_city(view, one)
    return Text(f"，占全市 {share} %", f", {share}% of the city") if share else _NONE


def _lowest(view: MapView, top: Sequence[AreaView], bottom: Sequence[AreaView]) -> Text:
    word, value, names = _words(view)[1], _value(view, bottom[0]), _names(bottom)
    tied = Text("并列", " tied") if len(bottom) > 1 else _NONE
    are = "is" if len(bottom) == 1 else "are"
    times = "" if len(bottom) > 1 or len(top) > 1 else _times(view, top[0], bottom[0])
    if times == "1":
        return Text(f"与{word.zh}的{names.zh}（{value.zh}）相差不大",
                    f"little above {names.en}, the {word.en} ({value.en})")  # fmt: skip
    if times:
        return Text(f"是{word.zh}的{names.zh}（{value.zh}）的 {times} 倍",
                    f"{times} times {names.en}, the {word.en} ({value.en})")  # fmt: skip
    return Text(f"{names.zh}{tied.zh}{word.zh}（{value.zh}）",
                f"{names.en} {are}{tied.en} {word.en} ({value.en})")  # fmt: skip


def _times(view: MapView, top: AreaView, bottom: AreaView) -> str:
    """Tell how many times the lowest the highest is; "" where the digits leave no such number.

    "1" stands for nearly the same.
    """
    indicator = view.indicator
    if indicator.measure is Measure.INDEX or top.value is None or bottom.value is None:
        return ""
    halves = [_half(one, indicator) for one in (top, bottom)]
    if bottom.value <= halves[1]:
        return ""
    ratio = top.value / bottom.value
    least = (top.value - halves[0]) / (bottom.value + halves[1])
    most = (top.value + halves[0]) / (bottom.value - halves[1])
    if ratio < _ALIKE:
        return "1"
    digits = 1 if ratio < 10 and most - least <= 0.2 else 0
    if most - least > 2 or ratio < 2 - digits:
        return ""
    return written(ratio, digits).removesuffix(".0" if most == least else "")


def _half(one: AreaView, indicator: Indicator) -> float:
    """Give half a unit of the last digit; things that are counted stand for themselves."""
    digits = decimals_of(one, indicator)
    return 0.0 if digits == 0 and is_countable(indicator.unit.zh) else 0.5 * 10.0**-digits


def _changes(view: MapView, top: Sequence[AreaView], bottom: Sequence[AreaView]) -> Text:
    """Tell the ends of changes by their direction: a smaller fall is no gain."""
    high, low = _value(view, top[0]), _value(view, bottom[0])
    first, last = _printed(view, top[0]), _printed(view, bottom[0])
    best, worst = _names(top), _names(bottom)
    rises = Text(f"{best.zh}升得最多（{high.zh}）", f"{best.en} rose most ({high.en})")
    falls = Text(f"{worst.zh}降得最多（{low.zh}）", f"{worst.en} fell most ({low.en})")
    if last > 0:
        rest = f"{worst.zh}升得最少（{low.zh}）", f"{worst.en} least ({low.en})"
        return _joined(rises, Text(f"没有下降的，{rest[0]}", f"none fell, {rest[1]}"))
    if first < 0:
        rest = f"{best.zh}降得最少（{high.zh}）", f"{best.en} least ({high.en})"
        return _joined(falls, Text(f"没有上升的，{rest[0]}", f"none rose, {rest[1]}"))
    if first > 0 > last:
        return _joined(rises, falls)
    if first > 0:
        return _joined(rises, Text("没有下降的", "none fell"))
    return _joined(falls, Text("没有上升的", "none rose"))


# --- where nothing can be compared ----------------------------------------------------------------


def _without(view: MapView) -> Text:
    """Say that no area reported: all are estimates, only the city has a number, or nothing has."""
    word, city = _parts(view), view.city
    estimated = sum(one.value is not None for one in view.areas)
    if estimated:
        zh = f"{estimated} 个{word}都是估算，没有上报的数，不比高低"
        return Text(zh, f"all {estimated} areas are estimates, none reported: not compared")
    if city is not None and city.value is not None:
        value = _value(view, city)
        zh = f"全市 {value.zh}，没有分{word}的数"
        return Text(zh, f"city {value.en}, no area has a figure")
    return Text("没有数", "there is no figure")


def _left_out(view: MapView, firm: Sequence[AreaView]) -> Text:
    """Count those that are not compared, by what stands in place of their value."""
    if not firm or len(firm) == len(view.areas):
        return _NONE
    joint = {code for one in view.joint for code in members(one.code)}
    counts = Counter(why_left_out(one, joint) for one in view.areas if one not in firm)
    zh = "、".join(f"{count} 个{why.zh}" for why, count in counts.items())
    en = ", ".join(f"{count} {why.en}" for why, count in counts.items())
    return Text(f"；其余 {zh}", f"; the others: {en}")


def why_left_out(one: AreaView, joint: Set[str]) -> Text:
    """Say why an area is not compared; ``joint`` are those that report together."""
    if one.value is not None:
        return Text("估算", "estimated")
    if one.others:
        return Text("数未定", "undecided")
    if one.code in joint:
        return Text("合并填报", "reported jointly")
    return RANGED if unsure(one) else ABSENCES[one.absence or Status.MISSING.value]


def _parts(view: MapView) -> str:
    return parts_named(one.name.zh for one in view.areas)
