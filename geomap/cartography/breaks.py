"""The methods of classification: each proposes where to cut a sorted pool of numbers.

In: numbers, sorted, finite, at least two of them different; the number of classes. Out: the lowest
bound and upper bounds, which may leave classes empty or miss the largest value; ``classes``
mends that for all methods alike.

Breaks that can fall on a value are worked in decimal arithmetic: 0.1 + 2 × 0.1 is then the 0.3 of
the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats
from geomap.model.asked import MOST_CLASSES
from geomap.numbers import exact

Proposal: TypeAlias = tuple[float, list[float]]

# Fisher–Jenks takes time with the square of the number of values; beyond this many, evenly spaced
# ranks stand for the rest (the smallest and the largest among them).
NATURAL_LIMIT = 3000


def _quantile(pool: Floats, k: int) -> Proposal:
    """Interpolate between ranks (R's type 7, as numpy, QGIS and mapclassify do)."""
    return float(pool[0]), [_at_rank(pool, *divmod((pool.size - 1) * i, k), k) for i in range(1, k)]


def _at_rank(pool: Floats, rank: int, part: int, k: int) -> float:
    """Give the number at ``rank + part / k``."""
    here = float(pool[rank])
    if part == 0:
        return here
    start, end = exact(here), exact(float(pool[rank + 1]))
    return float(start + (end - start) * part / k)


def _equal(pool: Floats, k: int) -> Proposal:
    low, high = exact(float(pool[0])), exact(float(pool[-1]))
    return float(pool[0]), [float(low + (high - low) * i / k) for i in range(1, k)]


def _natural(pool: Floats, k: int) -> Proposal:
    """Fisher–Jenks: least squared deviation from class means (Fisher 1958; Jenks 1977)."""
    ranks = np.arange(pool.size)
    if pool.size > NATURAL_LIMIT:
        ranks = np.linspace(0, pool.size - 1, NATURAL_LIMIT).round().astype(int)
    unit = _between_0_and_1(pool[ranks])
    found, times = np.unique(unit, return_counts=True)
    last = np.cumsum(times) - 1
    ends = [last[run] for run in least_squares_runs(found, times, min(k, found.size))[:-1]]
    return float(pool[0]), [_before_gap(pool, ranks[end], ranks[end + 1]) for end in ends]


def least_squares_runs(numbers: Floats, times: npt.NDArray[np.int_], k: int) -> list[int]:
    """Part sorted numbers into the k runs that deviate least from their means, exactly.

    Parameters
    ----------
    numbers : (n,) different, rising, between 0 and 1
    times : (n,) how often each occurs
    k : from 1 to n

    Returns
    -------
    k positions, rising: the last number of each run

    Notes
    -----
    Dynamic programming over the position and the number of runs, in n²k steps (Fisher 1958,
    doi:10.1080/01621459.1958.10501479; Wang & Song 2011, doi:10.32614/RJ-2011-015).
    """
    n = numbers.size
    weight, total, square = (
        np.concatenate([[0.0], np.cumsum(times * numbers**power)]) for power in (0, 1, 2)
    )
    # Of the first `end` numbers in `run` + 1 runs: the least deviation; where the last run begins.
    least = np.full((k, n + 1), np.inf)
    begins = np.zeros((k, n + 1), dtype=int)
    rows = np.arange(k - 1)
    for end in range(1, n + 1):
        sums = total[end] - total[:end]
        deviation = square[end] - square[:end] - sums**2 / (weight[end] - weight[:end])
        least[0, end] = deviation[0]
        reached = least[:-1, :end] + deviation
        best = reached.argmin(axis=1)
        least[1:, end], begins[1:, end] = reached[rows, best], best
    ends = [n]
    for run in range(k - 1, 0, -1):
        ends.append(int(begins[run, ends[-1]]))
    return [end - 1 for end in reversed(ends)]


def _between_0_and_1(numbers: Floats) -> Floats:
    """Scale sorted numbers: their squares would overflow at 1e155, and lose digits at 1e9 + 1."""
    small = np.ldexp(numbers, -int(np.frexp(np.abs(numbers).max())[1]))
    return np.asarray((small - small[0]) / (small[-1] - small[0]), dtype=np.float64)


def _before_gap(pool: Floats, start: int, stop: int) -> float:
    """Give the value before the widest gap from one rank to another."""
    return float(pool[start + np.argmax(np.diff(pool[start : stop + 1] / 2))])


def _pretty(pool: Floats, k: int) -> Proposal:
    """Multiples of 1, 2 or 5 × 10ⁿ: ``pretty`` of R and QGIS (Becker, Chambers & Wilks 1988)."""
    low, high = exact(float(pool[0])), exact(float(pool[-1]))
    for unit in _pretty_units((high - low) / k):
        first = int((low / unit).to_integral_value(ROUND_FLOOR))
        last = int((high / unit).to_integral_value(ROUND_CEILING))
        if last - first <= MOST_CLASSES:
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
    numbers = [exact(number) for number in pool.tolist()]
    mean = sum(numbers, Decimal()) / len(numbers)
    spread = (sum(((x - mean) ** 2 for x in numbers), Decimal()) / (len(numbers) - 1)).sqrt()
    steps = [Decimal(2 * i - k + 2) / 2 for i in range(k - 1)]
    cuts = [float(mean + spread * step) for step in steps]
    return float(pool[0]), [cut for cut in cuts if pool[0] <= cut < pool[-1]]


def _headtail(pool: Floats, k: int) -> Proposal:
    """Cut at the mean, then at the mean of what lies above it, and so on (Jiang 2013).

    doi:10.1080/00330124.2012.700499
    """
    head = [exact(number) for number in pool.tolist()]
    cuts: list[float] = []
    while len(cuts) < k - 1 and head[0] < head[-1]:
        mean = sum(head, Decimal()) / len(head)
        head = [number for number in head if number > mean]
        cuts.append(float(mean))
    return float(pool[0]), cuts


PROPOSALS: Mapping[str, Callable[[Floats, int], Proposal]] = {
    "quantile": _quantile,
    "equal": _equal,
    "natural": _natural,
    "pretty": _pretty,
    "stddev": _stddev,
    "headtail": _headtail,
}
