"""Class breaks for nine values or thirty thousand: whatever comes in, a right legend comes out.

A method only proposes upper bounds. What holds for all of them is done once, afterwards: the bounds
cover the data, no class is empty (an empty one joins the class above it), and rounding for print
moves no value into another class. If fewer classes come of it, the notes say so.

Two methods say themselves where their bounds are, so none of theirs is dropped: manual breaks stay
as given, equal intervals stay equal. Their empty classes stand in the legend with 0.

Intervals are closed on the right, the first on both sides; ``web/static/js`` follows the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats
from geomap.cartography.breaks import PROPOSALS, Proposal
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.asked import FEWEST_CLASSES, MOST_CLASSES
from geomap.numbers import digits_of, exact, full, round_between, rounded, to_step, written

if TYPE_CHECKING:
    import pandas as pd

Values: TypeAlias = "Sequence[float | None] | Floats | pd.Series[float]"

METHODS: Mapping[str, Text] = MappingProxyType(
    {
        "quantile": Text("分位数", "Quantiles"),
        "equal": Text("等间距", "Equal intervals"),
        "natural": Text("自然断点", "Natural breaks"),
        "pretty": Text("整数断点", "Pretty breaks"),
        "stddev": Text("标准差", "Standard deviations"),
        "headtail": Text("头尾断裂", "Head/tail breaks"),
        "manual": Text("自定义", "Manual"),
    }
)
CLOSURE = Text(
    "各级含上界，不含下界；第一级含上下界",
    "each class includes its upper bound, not its lower; the first includes both",
)
# Share of values above the mean from which head/tail breaks stop being apt (Jiang 2013: 40 %).
HEAVY_TAIL = 0.4
_KEPT = ("manual", "equal")


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of one map.

    Parameters
    ----------
    method : a key of ``METHODS``
    bounds : k + 1 numbers, or none when k is 0: the lowest bound, then the upper bound of each
        class; ascending, and strictly so from the first upper bound on (the first class may be the
        single value ``bounds[0] == bounds[1]``)
    counts : number of the given values in each class; none is 0, unless the breaks were shared
        with other values through ``over``, or the method is "manual" or "equal"
    notes : what the map must say about them, such as that there are fewer than asked for
    alone : a value that is a class of its own, whose upper bound it is; see ``split_at``
    """

    method: str
    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    notes: tuple[Text, ...] = ()
    alone: float | None = None

    @property
    def k(self) -> int:
        """Number of classes."""
        return len(self.counts)

    @property
    def uppers(self) -> tuple[float, ...]:
        """Upper bound of each class: all that the browser needs."""
        return self.bounds[1:]


def classify(
    values: Values,
    *,
    method: str = "quantile",
    k: int = 5,
    breaks: Sequence[float] | None = None,
    over: Values | None = None,
    decimals: int | None = None,
) -> Classes:
    """Divide values into at most ``k`` classes (pretty: about ``k``).

    Parameters
    ----------
    values : numbers; NaN, None and NA are missing; infinities are left out, and a note says so
    method : a key of ``METHODS``
    k : 2 to 9; manual breaks bring their own number
    breaks : upper bounds, ascending, for the method "manual" only; kept exactly as given, empty
        classes too. A first break below all values is the lowest bound. Values above the last make
        one more class
    over : the values of all years, these included: the breaks come from them, so that each year
        has the same. Values that are not among them are added
    decimals : round breaks to so many, more where fewer would move a value into another class;
        pretty and manual breaks stay as they are

    Returns
    -------
    Classes, with ``k`` 0 when there is no finite value

    Raises
    ------
    NotFoundError : no such method
    RequestError : ``k`` outside 2–9, breaks that cannot be used, values that are not numbers

    Notes
    -----
    Worked in decimal arithmetic where a break can fall on a value: 0.1 + 2 × 0.1 is then the 0.3
    of the table, and the value 0.3 lies below the break, not above it.
    """
    _check(method, k, breaks)
    numbers = _numbers(values)
    pool = _pool(numbers, over)
    left_out = _infinity_notes(numbers)
    if pool.size == 0:
        return Classes(
            method, (), (), (*left_out, Text("没有可分级的数值", "no value to classify"))
        )
    low, uppers = _propose(method, pool, k) if breaks is None else (float(pool[0]), list(breaks))
    bounds = _covering(low, uppers, pool) if method in _KEPT else _occupied(low, uppers, pool)
    if decimals is not None and bounds[0] < bounds[-1]:
        fixed = bounds if method == "pretty" else () if breaks is None else breaks
        evenly = method == "equal"
        bounds = (
            _evenly_rounded(bounds, pool, decimals)
            if evenly
            else _rounded(bounds, pool, decimals, fixed)
        )
    _check_count(bounds)
    made = Classes(method, bounds, _counts(numbers, bounds), left_out)
    return replace(made, notes=(*left_out, *_notes(made, pool, k, breaks)))


def split_at(
    classes: Classes,
    pivot: float,
    values: Values,
    *,
    over: Values | None = None,
    decimals: int | None = None,
) -> Classes:
    """Make ``pivot`` a bound, so that no colour tells both its sides, and part it from both.

    Parameters
    ----------
    classes : made by ``classify`` from the same ``values`` and ``over``
    pivot : zero, or the city's value. One that is not finite or lies outside the bounds changes
        nothing
    values, over, decimals : as for ``classify``

    Returns
    -------
    Classes, up to two more than before. Where some value is the pivot itself, it is a class of its
        own: no change is neither a gain nor a loss. Else the pivot belongs to the side below. A
        half that holds no value joins its neighbour on its own side of the pivot, but where the
        bounds are kept. Manual breaks get no bound at the pivot: whoever gave them means the class
        around it
    """
    if not classes.k or not classes.bounds[0] <= pivot <= classes.bounds[-1]:
        return classes
    numbers, pivot = _numbers(values), float(pivot) + 0.0
    pool, bounds = _pool(numbers, over), classes.bounds
    if pivot not in bounds:
        if classes.method == "manual":
            return classes
        bounds = _with_bound(classes, pivot, pool)
    held = bool(np.isin(pivot, pool))
    bounds = _parted(bounds, pivot, pool, decimals) if held else bounds
    alone = pivot if held else None
    return replace(classes, bounds=bounds, counts=_counts(numbers, bounds), alone=alone)


def _with_bound(classes: Classes, pivot: float, pool: Floats) -> tuple[float, ...]:
    low, *uppers = sorted({*classes.bounds, pivot})
    if classes.bounds[0] == classes.bounds[1]:
        uppers.insert(0, low)
    if classes.method in _KEPT:
        return (low, *uppers)
    return _occupied(low, uppers, pool, keep=pivot)


def _parted(
    bounds: tuple[float, ...], pivot: float, pool: Floats, decimals: int | None
) -> tuple[float, ...]:
    """Put a bound below the pivot, which is one itself, so that the class up to it holds no more.

    The bound is the next number that is printed, if no value lies nearer.
    """
    if bounds[0] == pivot:
        rest = bounds[1:]
        if len(rest) > 1 and not ((pool > pivot) & (pool <= rest[0])).any():
            rest = rest[1:]
        return bounds if bounds[1] == pivot else (pivot, pivot, *rest)
    at = bounds.index(pivot)
    below = float(pool[np.searchsorted(pool, pivot) - 1]) if pool[0] < pivot else -np.inf
    if below < bounds[0] or (at > 1 and below <= bounds[at - 1]):
        return bounds
    if decimals is not None:
        step = float(exact(pivot) - Decimal(1).scaleb(-decimals))
        below = max(below, step)
    return (*bounds[:at], below, *bounds[at:])


def class_of(values: Values, classes: Classes) -> npt.NDArray[np.int64]:
    """Give the class of each value, from 0; -1 for what is missing or not finite.

    The class is the number of upper bounds, but the last, that the value exceeds. A value outside
    the bounds therefore goes to the nearest class.
    """
    return _places(_numbers(values), classes.bounds)


def middle(classes: Classes, pivot: float) -> int | None:
    """Name the class that is neither below nor above ``pivot``: it alone, or one given around it.

    None where the pivot only parts two classes, or lies outside of all.
    """
    if not classes.k or not classes.bounds[0] <= pivot <= classes.bounds[-1]:
        return None
    place = int(class_of([pivot], classes)[0])
    low, high = classes.bounds[place : place + 2]
    own = low < pivot < high or low == high == pivot or high == classes.alone == pivot
    return place if own else None


def class_labels(classes: Classes, *, decimals: int, thousands: bool = True) -> tuple[str, ...]:
    """Print each class: ``0–10``, ``>10–20``; see ``CLOSURE``.

    Parameters
    ----------
    decimals : those that values of the indicator are printed with, for a class of one value;
        bounds are printed in full, all with as many decimals as the one that has most
    thousands : group the digits by commas

    Returns
    -------
    k texts. The sign ``>`` says that the lower bound is not included. A class of one value is
    ``=5``, or ``≈5.3`` when the value has more decimals than are printed. With negative bounds
    the dash stands free: ``−5 – −1``.
    """
    if not classes.k:
        return ()
    low, *uppers = classes.bounds
    if low == uppers[-1] and classes.k == 1:
        shown = written(low, decimals, thousands=thousands)
        sign = "" if shown[0] in "<>" else "=" if rounded(low, decimals) == low else "≈"
        return (sign + shown,)
    digits = max(digits_of(bound) for bound in classes.bounds)
    printed = [written(bound, digits, thousands=thousands) for bound in classes.bounds]
    dash = " – " if low < 0 else "–"
    one = uppers[0] in (low, classes.alone)
    first = f"={printed[1]}" if one else f"{printed[0]}{dash}{printed[1]}"
    rest = [
        f"={b}" if upper == classes.alone else f">{a}{dash}{b}"
        for upper, (a, b) in zip(uppers[1:], pairwise(printed[1:]), strict=True)
    ]
    return (first, *rest)


# --- what every method shares -------------------------------------------------------------------


def _check(method: str, k: int, breaks: Sequence[float] | None) -> None:
    if method not in METHODS:
        raise NotFoundError(Text("分级方法", "classification method"), method, METHODS)
    if (method == "manual") != (breaks is not None):
        raise RequestError(
            "分级断点只用于“自定义”（manual）分级，且该方法必须给出断点",
            "breaks go with the method manual, and that method needs them",
        )
    if breaks is not None:
        _check_breaks(breaks)
    elif isinstance(k, bool) or not isinstance(k, int) or not FEWEST_CLASSES <= k <= MOST_CLASSES:
        raise RequestError(
            f"分级数为 {k}，应为 {FEWEST_CLASSES} 到 {MOST_CLASSES} 的整数",
            f"the number of classes is {k}; give a whole number from {FEWEST_CLASSES} to "
            f"{MOST_CLASSES}",
        )


def _check_breaks(breaks: Sequence[float]) -> None:
    rising = all(a < b for a, b in pairwise(breaks))
    if not len(breaks) or not rising or not all(isfinite(bound) for bound in breaks):
        raise RequestError(
            f"自定义断点 {list(breaks)} 不可用，应为由小到大、互不相同的数",
            f"manual breaks {list(breaks)} cannot be used; give rising numbers, none of them twice",
        )


def _check_count(bounds: Sequence[float]) -> None:
    if len(bounds) - 1 > MOST_CLASSES:
        raise RequestError(
            f"自定义断点分出 {len(bounds) - 1} 级，最多 {MOST_CLASSES} 级，请减少断点",
            f"manual breaks make {len(bounds) - 1} classes, at most {MOST_CLASSES} can be told "
            "apart; give fewer",
        )


def _numbers(values: Values) -> Floats:
    try:
        if hasattr(values, "to_numpy"):
            return np.ravel(values.to_numpy(dtype=np.float64, na_value=np.nan))
        return np.ravel(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise RequestError(
            f"待分级的数据中有非数值内容：{error}",
            f"values to classify are not all numbers: {error}",
        ) from error


def _pool(numbers: Floats, over: Values | None) -> Floats:
    """Sort the finite values that the breaks are worked out from."""
    pool = numbers[np.isfinite(numbers)]
    if over is not None:
        shared = _numbers(over)
        shared = shared[np.isfinite(shared)]
        pool = np.concatenate([shared, pool[~np.isin(pool, shared)]])
    return np.sort(pool) + 0.0  # + 0.0 turns a negative zero into zero


def _propose(method: str, pool: Floats, k: int) -> Proposal:
    distinct = np.unique(pool)
    if distinct.size == 1 or (method in {"quantile", "natural"} and distinct.size <= k):
        return float(distinct[0]), distinct.tolist()
    return PROPOSALS[method](pool, k)


def _occupied(
    low: float, uppers: Sequence[float], pool: Floats, keep: float | None = None
) -> tuple[float, ...]:
    """Keep those bounds that leave no class empty and cover all of the pool.

    Of neighbouring bounds with no value between them, the lowest stays (or ``keep``, if it is one
    of them); bounds below all values leave only their last, as the lowest bound.
    """
    rising = sorted({float(upper) + 0.0 for upper in uppers if isfinite(upper)})
    if not rising or rising[-1] < pool[-1]:
        rising.append(float(pool[-1]))
    reached: dict[int, float] = {}
    for upper, count in zip(rising, np.searchsorted(pool, rising, side="right"), strict=True):
        if int(count) not in reached or count == 0 or upper == keep:
            reached[int(count)] = upper
    start = reached.pop(0, min(low, float(pool[0])) if isfinite(low) else float(pool[0]))
    return (start + 0.0, *reached.values())


def _covering(low: float, uppers: Sequence[float], pool: Floats) -> tuple[float, ...]:
    """Keep every bound, and cover all of the pool.

    Of the uppers the first is the lowest bound where all values lie above it.
    """
    rising = sorted({float(upper) + 0.0 for upper in uppers})
    if not rising or rising[-1] < pool[-1]:
        rising.append(float(pool[-1]))
    start = [] if len(rising) > 1 and rising[0] < pool[0] else [min(low, float(pool[0])) + 0.0]
    return (*start, *rising)


def _evenly_rounded(bounds: tuple[float, ...], pool: Floats, decimals: int) -> tuple[float, ...]:
    """Round equal intervals to the fewest decimals at which they still look equal.

    That is a tenth of their width; and no value moves.
    """
    width = (exact(bounds[-1]) - exact(bounds[0])) / (len(bounds) - 1)
    cuts = np.searchsorted(pool, bounds[1:-1], side="right").tolist()
    for digits in range(decimals, decimals + 340):
        if Decimal(1).scaleb(-digits) * 10 > width:
            continue
        low = to_step(bounds[0], digits, ROUND_FLOOR)
        high = to_step(bounds[-1], digits, ROUND_CEILING)
        near = (low, *(to_step(bound, digits, ROUND_HALF_UP) for bound in bounds[1:-1]), high)
        rising = all(a < b for a, b in pairwise(near))
        if rising and np.searchsorted(pool, near[1:-1], side="right").tolist() == cuts:
            return near
    return bounds


def _rounded(
    bounds: tuple[float, ...], pool: Floats, decimals: int, fixed: Sequence[float]
) -> tuple[float, ...]:
    """Round each bound, but those in ``fixed``, and move no value: the lowest down, the last up."""
    cuts = np.searchsorted(pool, bounds[1:-1], side="right")
    inner = [
        bound
        if bound in fixed
        else round_between(bound, float(pool[cut - 1]), float(pool[cut]), decimals)
        for bound, cut in zip(bounds[1:-1], cuts, strict=True)
    ]
    low = to_step(bounds[0], decimals, ROUND_FLOOR)
    high = to_step(bounds[-1], decimals, ROUND_CEILING)
    pairs = zip(bounds, (low, *inner, high), strict=True)
    return tuple(bound if bound in fixed else near for bound, near in pairs)


def _places(numbers: Floats, bounds: Sequence[float]) -> npt.NDArray[np.int64]:
    found = np.searchsorted(np.asarray(bounds[1:-1], dtype=np.float64), numbers, side="left")
    return np.where(np.isfinite(numbers) & (len(bounds) > 0), found, -1).astype(np.int64)


def _counts(numbers: Floats, bounds: Sequence[float]) -> tuple[int, ...]:
    places = _places(numbers, bounds)
    return tuple(np.bincount(places[places >= 0], minlength=len(bounds) - 1).tolist())


# --- words ---------------------------------------------------------------------------------------

_NOTHING = Text("没有可分级的数值", "no value to classify")


def _infinity_notes(numbers: Floats) -> tuple[Text, ...]:
    count = int(np.isinf(numbers).sum())
    if not count:
        return ()
    return (
        Text(
            f"{count} 个数值为无穷大，未参与分级",
            f"{count} infinite value(s) left out of the classes",
        ),
    )


def _notes(
    classes: Classes, pool: Floats, k: int, breaks: Sequence[float] | None
) -> Iterator[Text]:
    if pool[0] == pool[-1] and breaks is None:
        yield Text("全部数值相同，只有一级", "all values are equal: one class")
        return
    asked = k
    if breaks is not None:
        asked = classes.k
        if breaks[-1] < pool[-1]:
            yield Text(
                f"有数值大于最后一个断点 {full(breaks[-1])}，已增加一级",
                f"values above the last break {full(breaks[-1])} make one more class",
            )
    if classes.method == "headtail" and _share_above_mean(pool) > HEAVY_TAIL:
        yield Text(
            "大于平均数的数值超过四成，头尾断裂不太适合",
            "more than 40 % of the values exceed the mean: head/tail breaks are hardly apt",
        )
    if classes.k != asked:
        yield _count_note(classes, asked)


def _share_above_mean(pool: Floats) -> float:
    mean = float(sum(map(exact, pool.tolist()), Decimal()) / pool.size)
    return float((pool > mean).mean())


def _count_note(classes: Classes, asked: int) -> Text:
    if classes.k > asked:
        return Text(
            f"断点取整后为 {classes.k} 级（要求 {asked} 级）",
            f"round breaks make {classes.k} classes ({asked} asked for)",
        )
    return Text(
        f"数值少、重复或集中，分为 {classes.k} 级（要求 {asked} 级），没有空级",
        f"few, tied or bunched values: {classes.k} classes ({asked} asked for), none of them empty",
    )
