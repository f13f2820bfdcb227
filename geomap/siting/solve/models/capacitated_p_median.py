"""The p-median with capacities: as near as can be, and no site above what it can take."""

from __future__ import annotations

import numpy as np

from geomap.errors import Text
from geomap.siting.solve.capacitated import Loads, solve_capacitated
from geomap.siting.solve.infeasible import too_full, unreachable
from geomap.siting.solve.models.base import Question
from geomap.siting.solve.models.p_median import PMedian
from geomap.siting.solve.problem import Explained, Found, Run


class CapacitatedPMedian(PMedian):
    """Weighted costs add up to the least while no site takes more than its capacity."""

    name = "capacitated-p-median"
    label = Text("平均最近且不超容量（带容量 p-中位）", "Nearest within capacities")
    help = Text(
        "同 p-中位，但每处点位有容量上限：两张表都要有“容量”列。",
        "As the p-median, but no site takes more than its capacity: both tables need one.",
    )
    short = Text("带容量的 p-median", "capacitated p-median")
    reference = "Ceselli & Righini 2005, doi:10.1002/net.20059"
    asks = frozenset({"sites", "capacity"})

    def impossible(self, question: Question) -> Explained:
        if one := unreachable(question.matrix):
            return [one], []
        reasons, relief = self.areas_impossible(question)
        if not reasons:
            return [], relief
        return too_full(_loads(question), question.rules, question.run, reasons)

    def search(self, question: Question) -> Found:
        return solve_capacitated(_loads(question), question.rules, question.run)

    def explain(self, question: Question, again: Run) -> Explained:
        return too_full(_loads(question), question.rules, again)


def _loads(question: Question) -> Loads:
    capacity = np.asarray(question.case.capacity, dtype=float)
    return Loads(question.matrix, question.weight, capacity, question.ask.split)
