"""Class breaks for nine values or thirty thousand: whatever comes in, a right legend comes out.

A method only proposes upper bounds. What holds for all of them is done once, afterwards: the bounds
cover the data, no class is empty (an empty one joins the class above it), and rounding for print
moves no value into another class. If fewer classes come of it, the notes say so.

Intervals are closed on the right, the first on both sides; ``web/static/js`` follows the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from itertools import pairwise
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from geomap.errors import NotFoundError, RequestError, Text

if TYPE_CHECKING:
    import pandas as pd

Floats: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = "Sequence[float | None] | Floats | pd.Series[float]"
Proposal: TypeAlias = tuple[float, list[float]]

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
FEWEST, MOST = 2, 9
# Fisher–Jenks takes time with the square of the number of values; beyond this many, evenly spaced
# ranks stand for the rest (the smallest and the largest among them).
NATURAL_LIMIT = 3000
# Share of values above the mean from which head/tail breaks stop being apt (Jiang 2013: 40 %).
HEAVY_TAIL = 0.4
_ROUND = Context(prec=80)


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
        with other values through ``over``
    notes : what the map must say about them, such as that there are fewer than asked for
    """

    method: str
    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    notes: tuple[Text, ...] = ()

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
    breaks : upper bounds, ascending, for the method "manual" only; kept exactly as given. A break
        below all values becomes the lowest bound. Values above the last make one more class
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
    low, uppers = _manual(pool, breaks) if breaks is not None else _propose(method, pool, k)
    bounds = _occupied(low, uppers, pool)
    if decimals is not None and bounds[0] < bounds[-1]:
        exact = bounds if method == "pretty" else breaks or ()
        bounds = _rounded(bounds, pool, decimals, exact)
    _check_count(bounds)
    made = Classes(method, bounds, _counts(numbers, bounds), left_out)
    return replace(made, notes=(*left_out, *_notes(made, pool, k, breaks)))


def split_at(
    classes: Classes, pivot: float, values: Values, *, over: Values | None = None
) -> Classes:
    """Make ``pivot`` a bound, so that no class, and no colour, spans both its sides.

    Parameters
    ----------
    classes : made by ``classify`` from the same ``values`` and ``over``
    pivot : zero, or the city's value; itself it belongs to the side below. One that is not finite
        or lies outside the bounds changes nothing
    values, over : as for ``classify``

    Returns
    -------
    Classes, up to one more than before; a half that holds no value joins its neighbour on its own
    side of the pivot
    """
    if not classes.k or not classes.bounds[0] < pivot < classes.bounds[-1]:
        return classes
    numbers = _numbers(values)
    low, *uppers = sorted({*classes.bounds, float(pivot)})
    if classes.bounds[0] == classes.bounds[1]:
        uppers.insert(0, low)
    bounds = _occupied(low, uppers, _pool(numbers, over), keep=float(pivot))
    return replace(classes, bounds=bounds, counts=_counts(numbers, bounds))


def class_of(values: Values, classes: Classes) -> npt.NDArray[np.int64]:
    """Give the class of each value, from 0; -1 for what is missing or not finite.

    The class is the number of upper bounds, but the last, that the value exceeds. A value outside
    the bounds therefore goes to the nearest class.
    """
    return _places(_numbers(values), classes.bounds)


def labels(classes: Classes, *, decimals: int, thousands: bool = True) -> tuple[str, ...]:
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
    if low == uppers[-1]:
        shown = _printed(low, decimals, thousands)
        return (("=" if float(f"{low:.{decimals}f}") == low else "≈") + shown,)
    digits = max(_digits(bound) for bound in classes.bounds)
    printed = [_printed(bound, digits, thousands) for bound in classes.bounds]
    dash = " – " if low < 0 else "–"
    first = f"={printed[0]}" if low == uppers[0] else f"{printed[0]}{dash}{printed[1]}"
    rest = [f">{a}{dash}{b}" for a, b in pairwise(printed[1:])]
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
    elif isinstance(k, bool) or not isinstance(k, int) or not FEWEST <= k <= MOST:
        raise RequestError(
            f"分级数为 {k}，应为 {FEWEST} 到 {MOST} 的整数",
            f"the number of classes is {k}; give a whole number from {FEWEST} to {MOST}",
        )


def _check_breaks(breaks: Sequence[float]) -> None:
    rising = all(a < b for a, b in pairwise(breaks))
    if not len(breaks) or not rising or not all(isfinite(bound) for bound in breaks):
        raise RequestError(
            f"自定义断点 {list(breaks)} 不可用，应为由小到大、互不相同的数",
            f"manual breaks {list(breaks)} cannot be used; give rising numbers, none of them twice",
        )


def _check_count(bounds: Sequence[float]) -> None:
    if len(bounds) - 1 > MOST:
        raise RequestError(
            f"自定义断点分出 {len(bounds) - 1} 级，最多 {MOST} 级，请减少断点",
            f"manual breaks make {len(bounds) - 1} classes, at most {MOST} can be told apart;"
            " give fewer",
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
    return _PROPOSALS[method](pool, k)


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


def _rounded(
    bounds: tuple[float, ...], pool: Floats, decimals: int, exact: Sequence[float]
) -> tuple[float, ...]:
    """Round each bound, but those in ``exact``, and move no value: the lowest down, the last up."""
    cuts = np.searchsorted(pool, bounds[1:-1], side="right")
    inner = [
        _round_between(bound, float(pool[cut - 1]), float(pool[cut]), decimals)
        for bound, cut in zip(bounds[1:-1], cuts, strict=True)
    ]
    low = _to_step(bounds[0], decimals, ROUND_FLOOR)
    high = _to_step(bounds[-1], decimals, ROUND_CEILING)
    pairs = zip(bounds, (low, *inner, high), strict=True)
    return tuple(bound if bound in exact else near for bound, near in pairs)


def _round_between(bound: float, below: float, above: float, decimals: int) -> float:
    """Round to the fewest decimals that stay within [below, above)."""
    for digits in range(decimals, decimals + 340):
        for way in (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING):
            candidate = _to_step(bound, digits, way)
            if below <= candidate < above:
                return candidate
    return bound


def _to_step(number: float, digits: int, way: str) -> float:
    if number == int(number):
        return number
    step = Decimal(1).scaleb(-digits)
    return float(_exact(number).quantize(step, rounding=way, context=_ROUND)) + 0.0


def _places(numbers: Floats, bounds: Sequence[float]) -> npt.NDArray[np.int64]:
    found = np.searchsorted(np.asarray(bounds[1:-1], dtype=np.float64), numbers, side="left")
    return np.where(np.isfinite(numbers) & (len(bounds) > 0), found, -1).astype(np.int64)


def _counts(numbers: Floats, bounds: Sequence[float]) -> tuple[int, ...]:
    places = _places(numbers, bounds)
    return tuple(np.bincount(places[places >= 0], minlength=len(bounds) - 1).tolist())


# --- the methods: each proposes a lowest bound and upper bounds for a sorted pool ----------------


def _quantile(pool: Floats, k: int) -> Proposal:
    """Interpolate between ranks (R's type 7, as numpy, QGIS and mapclassify do)."""
    return float(pool[0]), [_at_rank(pool, *divmod((pool.size - 1) * i, k), k) for i in range(1, k)]


def _at_rank(pool: Floats, rank: int, part: int, k: int) -> float:
    here = float(pool[rank])
    if part == 0:
        return here
    start, end = _exact(here), _exact(float(pool[rank + 1]))
    return float(start + (end - start) * part / k)


def _equal(pool: Floats, k: int) -> Proposal:
    low, high = _exact(float(pool[0])), _exact(float(pool[-1]))
    return float(pool[0]), [float(low + (high - low) * i / k) for i in range(1, k)]


def _natural(pool: Floats, k: int) -> Proposal:
    """Fisher–Jenks: least squared deviation from class means (Fisher 1958; Jenks 1977)."""
    import jenkspy

    ranks = np.arange(pool.size)
    if pool.size > NATURAL_LIMIT:
        ranks = np.linspace(0, pool.size - 1, NATURAL_LIMIT).round().astype(int)
    unit = _between_0_and_1(pool[ranks])
    found = np.unique(unit)
    if found.size > k:
        found = np.asarray(jenkspy.jenks_breaks(unit.tolist(), k)[1:])
    ends = np.searchsorted(unit, found[:-1], side="right") - 1
    return float(pool[0]), [_before_gap(pool, ranks[end], ranks[end + 1]) for end in ends]


def _between_0_and_1(numbers: Floats) -> Floats:
    """Scale sorted numbers: their squares would overflow at 1e155, and lose digits at 1e9 + 1."""
    small = np.ldexp(numbers, -int(np.frexp(np.abs(numbers).max())[1]))
    return np.asarray((small - small[0]) / (small[-1] - small[0]), dtype=np.float64)


def _before_gap(pool: Floats, start: int, stop: int) -> float:
    """Give the value before the widest gap from one rank to another."""
    return float(pool[start + np.argmax(np.diff(pool[start : stop + 1] / 2))])


def _pretty(pool: Floats, k: int) -> Proposal:
    """Multiples of 1, 2 or 5 × 10ⁿ: ``pretty`` of R and QGIS (Becker, Chambers & Wilks 1988)."""
    low, high = _exact(float(pool[0])), _exact(float(pool[-1]))
    for unit in _pretty_units((high - low) / k):
        first = int((low / unit).to_integral_value(ROUND_FLOOR))
        last = int((high / unit).to_integral_value(ROUND_CEILING))
        if last - first <= MOST:
            break
    return float(unit * first), [float(unit * i) for i in range(first + 1, last + 1)]


def _pretty_units(cell: Decimal) -> Iterator[Decimal]:
    """Give R's step for a class about ``cell`` wide, then ever larger ones.

    R prefers the larger step by a factor of 1.5, and 5 × 10ⁿ by one of 2.75.
    """
    base = Decimal(1).scaleb(cell.adjusted())
    unit, bias = base, Decimal("1.5")
    for larger, favour in ((2 * base, bias), (5 * base, Decimal("2.75")), (10 * base, bias)):
        if larger - cell >= favour * (cell - unit):
            break
        unit = larger
    while True:
        yield unit
        unit *= Decimal("2.5") if unit.normalize().as_tuple().digits == (2,) else 2


def _stddev(pool: Floats, k: int) -> Proposal:
    """Cut every standard deviation (n - 1), evenly about the mean; odd k puts it mid-class."""
    exact = [_exact(number) for number in pool.tolist()]
    mean = sum(exact, Decimal()) / len(exact)
    spread = (sum(((x - mean) ** 2 for x in exact), Decimal()) / (len(exact) - 1)).sqrt()
    steps = [Decimal(2 * i - k + 2) / 2 for i in range(k - 1)]
    cuts = [float(mean + spread * step) for step in steps]
    return float(pool[0]), [cut for cut in cuts if pool[0] <= cut < pool[-1]]


def _headtail(pool: Floats, k: int) -> Proposal:
    """Cut at the mean, then at the mean of what lies above it, and so on (Jiang 2013).

    doi:10.1080/00330124.2012.700499
    """
    head = [_exact(number) for number in pool.tolist()]
    cuts: list[float] = []
    while len(cuts) < k - 1 and head[0] < head[-1]:
        mean = sum(head, Decimal()) / len(head)
        head = [number for number in head if number > mean]
        cuts.append(float(mean))
    return float(pool[0]), cuts


def _manual(pool: Floats, breaks: Sequence[float]) -> Proposal:
    return float(pool[0]), [float(bound) for bound in breaks]


_PROPOSALS: Mapping[str, Callable[[Floats, int], Proposal]] = {
    "quantile": _quantile,
    "equal": _equal,
    "natural": _natural,
    "pretty": _pretty,
    "stddev": _stddev,
    "headtail": _headtail,
}


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
    if pool[0] == pool[-1]:
        yield Text("全部数值相同，只有一级", "all values are equal: one class")
        return
    asked = k
    if breaks is not None:
        # A break below all values is the lowest bound, not a class of its own.
        asked = len(breaks) - (breaks[0] < pool[0]) + (breaks[-1] < pool[-1])
        if breaks[-1] < pool[-1]:
            yield Text(
                f"有数值大于最后一个断点 {breaks[-1]:g}，已增加一级",
                f"values above the last break {breaks[-1]:g} make one more class",
            )
    if classes.method == "headtail" and _share_above_mean(pool) > HEAVY_TAIL:
        yield Text(
            "大于平均数的数值超过四成，头尾断裂不太适合",
            "more than 40 % of the values exceed the mean: head/tail breaks are hardly apt",
        )
    if classes.k != asked:
        yield _count_note(classes, asked)


def _share_above_mean(pool: Floats) -> float:
    mean = float(sum(map(_exact, pool.tolist()), Decimal()) / pool.size)
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


def _digits(bound: float) -> int:
    """Count the decimals that print ``bound`` in full."""
    exponent = _exact(bound).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _printed(number: float, digits: int, thousands: bool) -> str:
    if digits > 15 or abs(number) >= 1e16:
        text = repr(number)
    else:
        text = f"{number:,.{digits}f}" if thousands else f"{number:.{digits}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")


def _exact(number: float) -> Decimal:
    """Take a number as it is printed: 0.3 is three tenths."""
    return Decimal(repr(float(number)))
