"""The words of siting: the case, what is asked, how long it may take, and the answer.

Arrays in, arrays out: sites and demands are columns and rows of one cost matrix; names belong to
whoever calls.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Index
from geomap.errors import Text
from geomap.siting.solve.costs import Costs

Vector = NDArray[np.float64]
PROVEN = 1e-7
"""Up to this relative gap an answer counts as proven: linear programmes are no finer."""
AIM = 5e-8
"""The relative gap that solvers aim at: rounding shall not leave an answer short of proof."""
BOUNDING = Text("求下界", "bounding")
_TRACE = 1e-12
_POLISH_S = 1.0


class Proof(StrEnum):
    """What an answer is worth; "optimal" only when the bound proves it to the last.

    "unknown": none was found that keeps every rule, and none is proven impossible.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class Case:
    """Demands, sites, and what lies between them.

    Parameters
    ----------
    costs : (n, m), a row per demand and a column per site, existing sites among the columns
    weight : (n,) how much is demanded, not negative; a demand of weight 0 counts nowhere
    existing : columns of the sites that are there already and stay
    area : (n,) the area each demand lies in; None without areas
    site_area : (m,) the area each site lies in
    price : (m,) what each site costs, for a budget; existing ones cost nothing more
    capacity : (m,) how much demand each site can take, in units of weight
    """

    costs: Costs
    weight: Vector
    existing: tuple[int, ...] = ()
    area: NDArray[Any] | None = None
    site_area: NDArray[Any] | None = None
    price: Vector | None = None
    capacity: Vector | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Count demands and sites."""
        n, m = self.costs.matrix.shape
        return n, m

    @property
    def candidates(self) -> Index:
        """Give the columns that may be chosen: all that do not exist yet."""
        free = np.ones(self.shape[1], dtype=bool)
        free[list(self.existing)] = False
        return np.flatnonzero(free)


@dataclass(frozen=True)
class Ask:
    """What is asked of a case.

    Parameters
    ----------
    model : which location model, by its name in ``models.MODELS``
    new_sites : how many sites to add to the existing ones (p); not for LSCP
    budget : instead of ``new_sites``: the prices of the new sites may not exceed it
    radius : the cost up to which a demand is covered (MCLP, LSCP), in the unit of the costs
    required_areas : areas of which each must have at least one site, existing or new
    fair : p-median and MCLP: first serve the worst-served area as well as can be, then the whole
    split : capacitated: a demand may be shared out among several sites
    """

    model: str
    new_sites: int | None = None
    budget: float | None = None
    radius: float | None = None
    required_areas: tuple[Any, ...] = ()
    fair: bool = False
    split: bool = False


@dataclass(frozen=True)
class SolveReport:
    """How far a solve is: seconds used, the best so far, and what it cannot be better than."""

    phase: Text
    seconds: float
    objective: float | None
    bound: float | None


@dataclass(frozen=True)
class Effort:
    """How long a solve may take and who is told.

    Parameters
    ----------
    seconds : time limit; the best found by then is returned with its gap
    gap : relative gap at which an answer is good: from there on the search for the rest of the
        proof goes on only as long as it took to come there, see :class:`Patience`
    progress : called with a :class:`SolveReport` several times a second
    should_stop : asked as often; True ends the solve with status "cancelled"
    clock : seconds that only go up
    """

    seconds: float = 30.0
    gap: float = 1e-4
    progress: Callable[[SolveReport], None] | None = None
    should_stop: Callable[[], bool] | None = None
    clock: Callable[[], float] = time.perf_counter


@dataclass
class Run:
    """One solve under way: its clock, whether it was cancelled, and whom it tells."""

    effort: Effort
    began: float = field(init=False)
    cancelled: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.began = self.effort.clock()

    @property
    def seconds(self) -> float:
        """Seconds used."""
        return self.effort.clock() - self.began

    @property
    def left(self) -> float:
        """Seconds left, never below a hundredth."""
        return max(0.01, self.effort.seconds - self.seconds)

    def over(self, phase: Text, objective: float | None = None, bound: float | None = None) -> bool:
        """Tell how far it is; True when the solve has to end now."""
        if self.effort.progress:
            self.effort.progress(SolveReport(phase, self.seconds, objective, bound))
        if self.effort.should_stop and self.effort.should_stop():
            self.cancelled = True
        return self.cancelled or self.seconds >= self.effort.seconds


@dataclass
class Patience:
    """How long a good answer is polished: as long again as it took, a second at least."""

    run: Run
    since: float | None = None

    def spent(self, gap: float) -> bool:
        """Whether a gap is good and has been for as long as more is worth."""
        if not gap <= self.run.effort.gap:
            return False
        now = self.run.seconds
        if self.since is None:
            self.since = now
        return now - self.since >= max(_POLISH_S, self.since)


@dataclass(frozen=True, eq=False)
class Parts:
    """Who serves which part of which demand.

    Parameters
    ----------
    row, site : (k,) demand and column, -1 for a demand that nothing reaches
    part : (k,) above 0; those of one demand add up to 1
    cost : (k,) inf where nothing reaches
    """

    row: Index
    site: Index
    part: Vector
    cost: Vector

    def shared(self) -> tuple[tuple[int, int, float], ...]:
        """Give (row, column, part) where a demand is shared out."""
        several = np.bincount(self.row)[self.row] > 1
        return tuple(
            (int(row), int(site), float(part))
            for row, site, part in zip(
                self.row[several], self.site[several], self.part[several], strict=True
            )
        )


@dataclass(frozen=True)
class Reason:
    """Why there is no answer, and the demands (rows) or sites (columns) that make it so."""

    text: Text
    demands: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Relief:
    """The least change of one number that makes an answer possible.

    Parameters
    ----------
    what : "radius", "new_sites", "budget" or "capacity"
    least : the smallest value that helps
    exact : whether a smaller one is proven not to help
    """

    what: str
    least: float
    text: Text
    exact: bool = True


Explained: TypeAlias = "tuple[list[Reason], list[Relief]]"
"""Why there is no answer and what would help; two empty lists where nothing stands against one."""


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to an :class:`Ask`, and how sure it is.

    Parameters
    ----------
    chosen : columns of the new sites, in rising order; existing ones are not among them
    objective : weighted cost (p-median), covered weight (MCLP), number or price of new sites
        (LSCP), largest cost (p-centre); with ``fair`` that of the worst area comes in ``worst``
    bound : what no answer can be better than
    gap : |objective - bound| / |objective|; 0 only when proven, and then both are the same
    parts : who serves which demand, or which part of it; ``assignment`` (n,) the column of each
        demand's largest part, -1 for none, and ``distance`` its cost, inf
    uncovered : rows beyond the radius, or that no site reaches
    worst : with ``fair``: mean cost or covered share of the worst-served area, and its bound
    notes : what a reader must know beside the numbers, as that nothing could be bought
    """

    model: str
    status: Proof
    chosen: tuple[int, ...]
    existing: tuple[int, ...]
    objective: float | None
    bound: float | None
    gap: float | None
    parts: Parts
    assignment: Index
    distance: Vector
    uncovered: tuple[int, ...]
    seconds: float
    kind: Text
    unit: str
    method: Text
    reference: str
    reasons: tuple[Reason, ...] = ()
    relief: tuple[Relief, ...] = ()
    worst: tuple[float, float] | None = None
    notes: tuple[Text, ...] = ()

    @property
    def shares(self) -> tuple[tuple[int, int, float], ...]:
        """Give (row, column, part of the demand) where a demand is shared out."""
        return self.parts.shared()

    @property
    def sites(self) -> tuple[int, ...]:
        """Give the columns of all sites that are open, existing and new."""
        return tuple(sorted({*self.existing, *self.chosen}))


@dataclass(frozen=True, eq=False)
class Found:
    """What a solver hands back: open columns, value and bound of what it minimised.

    ``sites`` is None when nothing was found; ``infeasible`` only when that is proven. ``part`` is
    (n, m), the part of each demand that each site serves; None where the nearest does.
    """

    sites: Index | None
    value: float
    bound: float
    method: Text
    infeasible: bool = False
    worst: tuple[float, float] | None = None
    part: Vector | None = None


def relative_gap(value: float, bound: float, size: float = 0.0) -> float:
    """Give the relative gap between a value and its bound, 0 when they agree.

    Parameters
    ----------
    size : of the numbers that the value was summed from; a trace of their rounding is no gap
    """
    difference = abs(value - bound)
    if difference <= _TRACE * size:
        return 0.0
    return float(difference / abs(value)) if value else float("inf")


def settled(value: float, bound: float, size: float = 0.0) -> tuple[float, float]:
    """Give bound and gap; what is less than the rounding of the solvers counts as proven."""
    gap = relative_gap(value, bound, size)
    return (value, 0.0) if gap <= PROVEN else (bound, gap)
