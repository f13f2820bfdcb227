"""Which of some candidates suits best by weighted criteria, and how sure that is.

In: an array of candidates × criteria. Out: scores with what each criterion contributes, and how
the ranking answers to other weights. Weighted linear combination on min–max scaled criteria
(Malczewski 2000, doi:10.1111/1467-9671.00034), which is what every term below explains itself by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from geomap.arrays import Floats
from geomap.errors import RequestError, Text
from geomap.numbers import full, rounded, written

Influence = Literal["more", "less", "ideal"]
INFLUENCES = ("more", "less", "ideal")
CONCENTRATION = 50.0
DRAWS = 10_000
_MOST_TOTALS = 2_000_000
_SEED = 20_201_101
TOP = 3
_SUM = 1e-9
# Two scores that differ by less are equal: the rest is the rounding of the sums.
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that candidates are judged by.

    Parameters
    ----------
    weight : from 0; the weights of all criteria are scaled to the sum 1
    influence : more is better, less is better, or the nearer to ``ideal`` the better
    least, most : cut-offs; a candidate beyond them is out, None for none
    scale : the values that score 0 and 1 where "more" is better (1 and 0 where "less" is); None
        for the smallest and largest among the candidates that are in
    """

    id: str
    name: Text
    weight: float
    influence: Influence = "more"
    ideal: float | None = None
    least: float | None = None
    most: float | None = None
    scale: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How m candidates do by c criteria.

    Parameters
    ----------
    scaled : (m, c) 0 to 1, NaN for candidates that are out
    weights : (c,) with the sum 1
    contributions : (m, c) ``scaled × weights``; their sum over a row is the score
    total : (m,) 0 to 1, NaN for candidates that are out
    rank : (m,) from 1, equal scores share the better one; 0 for candidates that are out
    reasons : m texts why a candidate is out, None for those that are in
    notes : what a reader must know of the criteria
    """

    scaled: Floats
    weights: Floats
    contributions: Floats
    total: Floats
    rank: npt.NDArray[np.int64]
    reasons: tuple[Text | None, ...]
    notes: tuple[Text, ...]

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Which candidates have a score."""
        return ~np.isnan(self.total)

    @property
    def order(self) -> list[int]:
        """The candidates that are in, the best first."""
        ranked = [i for i in np.argsort(-self.total, kind="stable") if self.rank[i]]
        return [int(i) for i in ranked]


def score(values: npt.ArrayLike, criteria: Sequence[Criterion]) -> Scores:
    """Score candidates.

    Parameters
    ----------
    values : (m, c) in the units of the criteria; NaN where not known: such a candidate is out,
        for no figure is made up

    Raises
    ------
    RequestError : no candidate, no criterion, weights that are none, an ideal value that is lacking
    """
    table = np.array(values, dtype=float)
    _check(table, criteria)
    weights = np.array([one.weight for one in criteria], dtype=float)
    weights = weights / weights.sum()
    reasons = tuple(_reason(row, criteria) for row in table)
    inside = np.array([reason is None for reason in reasons], dtype=bool)
    scaled = np.full(table.shape, np.nan)
    notes = []
    for column, criterion in enumerate(criteria):
        known = table[inside, column]
        scaled[inside, column] = _scaled(known, criterion)
        notes += _constant(known, criterion)
    contributions = scaled * weights
    total = contributions.sum(axis=1)
    return Scores(scaled, weights, contributions, total, _ranks(total), reasons, tuple(notes))


def _check(table: Floats, criteria: Sequence[Criterion]) -> None:
    if table.ndim != 2 or not len(table):
        raise RequestError("没有候选点", "there are no candidates")
    if not criteria or table.shape[1] != len(criteria):
        raise RequestError(
            f"有 {len(criteria)} 个准则，数据却有 {table.shape[1]} 列",
            f"{len(criteria)} criteria, but {table.shape[1]} columns of values",
        )
    weights = np.array([one.weight for one in criteria], dtype=float)
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise RequestError(
            "权重应为不小于 0 的数，且至少一个大于 0",
            "weights must be numbers from 0, and one of them more than 0",
        )
    for one in criteria:
        _check_criterion(one)


def _check_criterion(one: Criterion) -> None:
    if one.influence not in INFLUENCES:
        raise RequestError(
            f"准则“{one.name.zh}”的影响方向 {one.influence} 应为 more、less 或 ideal",
            f"the influence {one.influence} of {one.name.en} must be more, less or ideal",
        )
    if one.influence == "ideal" and one.ideal is None:
        raise RequestError(
            f"准则“{one.name.zh}”按理想值评分，须给出理想值",
            f"{one.name.en} is judged by an ideal value: give it",
        )
    for low, high in ((one.least, one.most), one.scale or (None, None)):
        if low is not None and high is not None and low > high:
            raise RequestError(
                f"准则“{one.name.zh}”的下限 {full(low)} 大于上限 {full(high)}",
                f"{one.name.en}: the lower limit {full(low)} is above the upper {full(high)}",
            )


def _reason(row: Floats, criteria: Sequence[Criterion]) -> Text | None:
    for value, one in zip(row, criteria, strict=True):
        if not np.isfinite(value):
            return Text(f"缺“{one.name.zh}”的数", f"{one.name.en} is not known")
        if one.least is not None and value < one.least:
            return Text(
                f"{one.name.zh} {full(value)} 低于下限 {full(one.least)}",
                f"{one.name.en} {full(value)} is below {full(one.least)}",
            )
        if one.most is not None and value > one.most:
            return Text(
                f"{one.name.zh} {full(value)} 高于上限 {full(one.most)}",
                f"{one.name.en} {full(value)} is above {full(one.most)}",
            )
    return None


def _scaled(known: Floats, one: Criterion) -> Floats:
    if not len(known):
        return known
    if one.influence == "ideal":
        away = np.abs(known - float(one.ideal or 0))
        furthest = away.max()
        return 1 - away / furthest if furthest > 0 else np.ones_like(known)
    low, high = one.scale or (float(known.min()), float(known.max()))
    if high <= low:
        return np.ones_like(known)
    share = np.clip((known - low) / (high - low), 0, 1)
    return share if one.influence == "more" else 1 - share


def _constant(known: Floats, one: Criterion) -> list[Text]:
    if len(known) < 2 or float(np.ptp(known)) > 0:
        return []
    return [
        Text(
            f"“{one.name.zh}”各候选点相同，不影响排序",
            f"{one.name.en} is the same everywhere and does not tell candidates apart",
        )
    ]


def _ranks(total: Floats) -> npt.NDArray[np.int64]:
    ranks = np.zeros(len(total), dtype=np.int64)
    known = ~np.isnan(total)
    better = (total[known][None, :] > total[known][:, None] + _TIE).sum(axis=1)
    ranks[known] = better + 1
    return ranks


# --- weights by pairwise comparison ---------------------------------------------------------------

# Mean consistency index of random reciprocal matrices of 1, 2, … criteria.
RANDOM_INDEX = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
CONSISTENT = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Pairwise:
    """Weights from comparisons.

    Parameters
    ----------
    weights : (c,) with the sum 1
    ratio : consistency ratio; above ``CONSISTENT`` the comparisons contradict each other
    advice : what to say of it, None when they are consistent
    """

    weights: Floats
    ratio: float
    advice: Text | None


def pairwise_weights(comparisons: npt.ArrayLike) -> Pairwise:
    """Derive weights from a matrix of pairwise comparisons (analytic hierarchy process).

    Parameters
    ----------
    comparisons : (c, c); the entry i, j says how many times as important i is as j, 1/9 to 9; the
        entries across the diagonal are reciprocal

    Raises
    ------
    RequestError : not square, not positive, not reciprocal, or over 15 criteria

    Notes
    -----
    Principal eigenvector, consistency ratio and random indices: Saaty 1980, *The Analytic
    Hierarchy Process*, ch. 1 and 3; 1987, doi:10.1016/0270-0255(87)90473-8.
    """
    matrix = np.array(comparisons, dtype=float)
    _check_comparisons(matrix)
    count = len(matrix)
    roots, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(roots.real))
    vector = np.abs(vectors[:, principal].real)
    index = (float(roots[principal].real) - count) / (count - 1) if count > 1 else 0.0
    random = RANDOM_INDEX[count - 1]
    ratio = max(0.0, index / random) if random else 0.0
    advice = None
    if ratio > CONSISTENT:
        shown = written(ratio, next(d for d in range(2, 18) if rounded(ratio, d) > CONSISTENT))
        advice = Text(
            f"两两比较不够一致（一致性比率 {shown} 大于 0.1），请复核比较",
            f"the comparisons contradict each other (consistency ratio {shown}, above 0.1)",
        )
    return Pairwise(vector / vector.sum(), ratio, advice)


def _check_comparisons(matrix: Floats) -> None:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise RequestError("两两比较应是方阵", "comparisons must be a square matrix")
    if len(matrix) > len(RANDOM_INDEX):
        raise RequestError(
            f"两两比较最多 {len(RANDOM_INDEX)} 个准则",
            f"at most {len(RANDOM_INDEX)} criteria can be compared in pairs",
        )
    if not np.isfinite(matrix).all() or (matrix <= 0).any():
        raise RequestError("两两比较的数应大于 0", "comparisons must be more than 0")
    wrong = np.argwhere(np.abs(matrix * matrix.T - 1) > 0.01)
    if len(wrong):
        i, j = wrong[0] + 1
        raise RequestError(
            f"两两比较第 {i} 行第 {j} 列与第 {j} 行第 {i} 列应互为倒数",
            f"row {i} column {j} and row {j} column {i} must be reciprocal",
        )


# --- how sure the ranking is ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """How the ranking answers to other weights.

    Parameters
    ----------
    first, top : (m,) share of the draws in which a candidate is first, or among the first
        ``TOP``; ties share the place; 0 for candidates that are out
    change : share of all weight, 0 to 1, that has to move from some criteria to others before
        another candidate is level with the winner; None when no weights bring that about
    rival : the candidate that is level then
    moved : (c,) the weights then
    single : for each criterion, the nearest weight at which another candidate is level with the
        winner when the others keep their proportions, and which one; beyond it that one leads,
        but at 0 and at 1 there is no beyond; None where no weight does it
    """

    first: Floats
    top: Floats
    change: float | None
    rival: int | None
    moved: Floats | None
    single: tuple[tuple[float, int] | None, ...]


def sensitivity(
    scores: Scores,
    *,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    seed: int = _SEED,
) -> Sensitivity:
    """Say how sure the ranking is.

    Parameters
    ----------
    draws : of weights, from a Dirichlet distribution whose mean are the given weights
    concentration : of that distribution; a weight w has the standard deviation
        √(w (1 − w) / (concentration + 1)): at 50, a weight of 0.25 varies by ± 0.06
    """
    first, top = _drawn(scores, draws, concentration, seed)
    order = scores.order
    if len(order) < 2:
        return Sensitivity(first, top, None, None, None, (None,) * len(scores.weights))
    winner = order[0]
    least: tuple[float, int, Floats] | None = None
    for rival in order[1:]:
        found = smallest_move(scores.weights, scores.scaled[rival] - scores.scaled[winner])
        if found and (least is None or found[0] < least[0] - _TIE):
            least = (found[0], rival, found[1])
    single = tuple(_single(scores, column, order) for column in range(len(scores.weights)))
    change, rival_or_none, moved = least or (None, None, None)
    return Sensitivity(first, top, change, rival_or_none, moved, single)


def _drawn(scores: Scores, draws: int, concentration: float, seed: int) -> tuple[Floats, Floats]:
    count = len(scores.total)
    first, top = np.zeros(count), np.zeros(count)
    order = np.array(scores.order, dtype=int)
    if not len(order):
        return first, top
    used = scores.weights > 0
    alpha = scores.weights[used] * concentration
    weights = np.random.default_rng(seed).dirichlet(alpha, size=draws)
    scaled = scores.scaled[np.ix_(order, np.flatnonzero(used))].T
    within = min(TOP, len(order))
    # A part of the draws at a time: all at once, thousands of sites would fill the memory.
    for part in np.array_split(weights, -(-draws * len(order) // _MOST_TOTALS)):
        totals = part @ scaled
        best = totals >= totals.max(axis=1, keepdims=True) - _TIE
        first[order] += (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
        limit = -np.partition(-totals, within - 1, axis=1)[:, within - 1]
        top[order] += (totals >= limit[:, None] - _TIE).sum(axis=0)
    return first / draws, top / draws


def smallest_move(weights: Floats, lead: Floats) -> tuple[float, Floats] | None:
    """Find the least weight to move until a rival is level.

    Parameters
    ----------
    weights : (c,) with the sum 1
    lead : (c,) by how much the rival's scaled values exceed the winner's

    Returns
    -------
    the share moved and the weights then; None when the rival leads in nothing

    Notes
    -----
    The least total variation under one linear condition: weight moves to the criterion where the
    rival leads most, from where it trails most.
    """
    moved = weights.copy()
    short = -float(lead @ weights)
    target = int(np.argmax(lead))
    if short <= 0:
        return 0.0, moved
    if lead[target] <= 0:
        return None
    total = 0.0
    for column in np.argsort(lead, kind="stable"):
        gain = lead[target] - lead[column]
        if short <= _SUM or gain <= 0:
            break
        step = min(moved[column], short / gain)
        moved[column] -= step
        moved[target] += step
        total += step
        short -= step * gain
    return (total, moved) if short <= _SUM else None


def _single(scores: Scores, column: int, order: list[int]) -> tuple[float, int] | None:
    """Find the nearest weight of one criterion at which the winner is passed."""
    weight, winner = float(scores.weights[column]), order[0]
    rest = 1 - weight
    best: tuple[float, int] | None = None
    for rival in order[1:]:
        lead = scores.scaled[rival] - scores.scaled[winner]
        alone = float(lead[column])
        others = (float(lead @ scores.weights) - weight * alone) / rest if rest > _SUM else 0.0
        # The lead at the weight t is t · alone + (1 − t) · others; it is level at:
        if abs(alone - others) < _TIE:
            continue
        level = others / (others - alone)
        if -_SUM <= level <= 1 + _SUM and (
            best is None or abs(level - weight) < abs(best[0] - weight)
        ):
            best = (min(1.0, max(0.0, level)), rival)
    return best
