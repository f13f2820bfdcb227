"""What a location model says and does: each is one file beside this one, listed in the package."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from geomap.arrays import Index, Reals
from geomap.errors import Text
from geomap.siting.solve.infeasible import areas_too_many, too_few, unreachable
from geomap.siting.solve.problem import (  # fmt: skip
    Ask,
    Case,
    Explained,
    Found,
    Parts,
    Reason,
    Run,
    Vector,
)
from geomap.siting.solve.vertex_swap import SiteRules

NO_ANSWER = Text("没有可行的方案", "there is no feasible answer")


@dataclass(frozen=True, eq=False)
class Question:
    """A case and what is asked of it, made ready to solve.

    Parameters
    ----------
    run : the solve under way
    rules : which sets of sites are allowed
    served : (s,) rows of the case whose weight is above zero; nothing else counts
    matrix : (s, m) their costs, inf where a site cannot be reached
    weight : (s,) their weights
    """

    case: Case
    ask: Ask
    run: Run
    rules: SiteRules
    served: Index
    matrix: Reals
    weight: Vector

    @property
    def radius(self) -> float:
        """The cost up to which a demand is covered; 0 when none is given."""
        return self.ask.radius or 0.0

    @property
    def areas(self) -> Index | None:
        """(s,) number of the area of each demand, where the worst-served comes first."""
        if not self.ask.fair:
            return None
        areas = np.asarray(self.case.area)[self.served]
        return np.unique(areas, return_inverse=True)[1].astype(np.intp)

    @property
    def price(self) -> Vector:
        """(m,) what each new site counts: its price with a budget, else 1."""
        return self.rules.price if self.rules.price is not None else np.ones(self.case.shape[1])

    @property
    def unreached(self) -> bool:
        """Whether some site cannot be reached from some demand."""
        return not np.isfinite(self.matrix).all()


class LocationModel(ABC):
    """One location model: its words, what it needs, how it is solved and what its numbers mean.

    ``name`` stands in commands, addresses and files; ``label`` in the form with ``help`` below it;
    ``short`` in reports. ``asks`` says which settings apply: "sites" (or a budget), "radius",
    "fair" (the worst-served area first), "capacity" (of every site).
    """

    name: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text]
    short: ClassVar[Text]
    reference: ClassVar[str]
    asks: ClassVar[frozenset[str]]
    weighs: ClassVar[bool] = False
    """Whether the objective adds up weight × cost, so that a mean can be told beside it."""
    maximises: ClassVar[bool] = False
    """Whether more is better: then ``search`` minimises the weight that is lost."""

    @property
    def covers(self) -> bool:
        """Whether a demand counts as served within a radius only."""
        return "radius" in self.asks

    @abstractmethod
    def aim(self, unit: Text) -> Text:
        """Say what the objective is, in the unit of the costs."""

    @abstractmethod
    def search(self, question: Question) -> Found:
        """Solve; what is minimised is the model's own affair."""

    @abstractmethod
    def objective(
        self, question: Question, chosen: tuple[int, ...], parts: Parts
    ) -> tuple[float, float]:
        """Work the objective out from the new sites and who serves whom.

        Returns
        -------
        The objective, and the size of the numbers that it was summed from.
        """

    def impossible(self, question: Question) -> Explained:
        """Find what makes an answer impossible without solving anything."""
        if one := unreachable(question.matrix):
            return [one], []
        return self.areas_impossible(question)

    def areas_impossible(self, question: Question) -> Explained:
        """Say when the required areas alone need more than is given."""
        if not question.ask.required_areas:
            return [], []
        return areas_too_many(question.rules, question.run)

    def is_impossible(self, question: Question, found: Found) -> bool:
        """Whether the solver proved that there is no answer."""
        return found.infeasible

    def explain(self, question: Question, again: Run) -> Explained:
        """Say why the solver proved that there is no answer; ``again`` gives as long once more."""
        found = too_few(question.matrix, question.rules, again, radius=question.ask.radius)
        return found[0] or [Reason(NO_ANSWER)], found[1]

    def unsettled(self, question: Question, found: Found) -> Explained:
        """Say what the best found lacks, where no answer is proven impossible either."""
        return [], []

    def finish(self, question: Question, found: Found) -> Found:
        """Use what the aim leaves open to bring the sites nearer to the demand."""
        return found

    def notes(self, question: Question, value: float | None) -> Iterator[Text]:
        """Say what the numbers alone do not."""
        yield from ()
