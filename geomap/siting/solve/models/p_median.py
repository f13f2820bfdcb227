"""The p-median: all demand as near to its site as can be on the whole."""

from __future__ import annotations

import numpy as np

from geomap.errors import Text
from geomap.siting.solve.covering import cheapest_cover
from geomap.siting.solve.infeasible import not_reached, nothing_affordable, too_few, unreachable
from geomap.siting.solve.median import Problem, solve_median, step_of, weighted
from geomap.siting.solve.models.base import LocationModel, Question
from geomap.siting.solve.problem import Explained, Found, Parts


class PMedian(LocationModel):
    """Weighted costs add up to the least."""

    name = "p-median"
    label = Text("平均最近（p-中位）", "Nearest on average (p-median)")
    help = Text(
        "让所有需求到最近点位的加权距离之和最小：总体最省路，适合日常服务。",
        "The weighted distances to the nearest site add up to the least: for daily service.",
    )
    short = Text("p-median（加权平均距离最小）", "p-median (least weighted distance)")
    reference = (
        "Hakimi 1964, doi:10.1287/opre.12.3.450; "
        "Duran-Mateluna, Ales & Elloumi 2023, doi:10.1016/j.ejor.2022.11.033"
    )
    asks = frozenset({"sites", "fair"})
    weighs = True

    def aim(self, unit: Text) -> Text:
        return Text(f"权重 × 距离之和（{unit.zh}）", f"sum of weight × distance ({unit.en})")

    def impossible(self, question: Question) -> Explained:
        if one := unreachable(question.matrix):
            return [one], []
        if question.unreached and self._too_few(question):
            return too_few(question.matrix, question.rules, question.run)
        found = self.areas_impossible(question)
        return found if found[0] else nothing_affordable(question.rules)

    @staticmethod
    def _too_few(question: Question) -> bool:
        """Whether even the fewest, or cheapest, sites that reach all are more than is given."""
        rules = question.rules
        least = cheapest_cover(np.isfinite(question.matrix), rules, question.price, question.run)
        return least.bound > (rules.most if rules.count is None else rules.count) + 1e-9

    def search(self, question: Question) -> Found:
        matrix, weight = question.matrix, question.weight
        return solve_median(
            Problem(
                weighted(matrix, weight), weight, question.rules, question.run,
                area=question.areas, step=step_of(matrix, weight),
            )
        )  # fmt: skip

    def unsettled(self, question: Question, found: Found) -> Explained:
        return not_reached(question.matrix, found)

    def objective(
        self, question: Question, chosen: tuple[int, ...], parts: Parts
    ) -> tuple[float, float]:
        case = question.case
        weight = case.weight[parts.row] * parts.part
        there = weight > 0
        finite = np.where(np.isfinite(case.costs.matrix), case.costs.matrix, 0).max(initial=0)
        return float(weight[there] @ parts.cost[there]), float(case.weight.sum() * finite)
