"""Maximal covering (MCLP): as much demand within the radius as can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geomap.errors import Text
from geomap.numbers import full
from geomap.siting.solve.infeasible import enough, nothing_affordable
from geomap.siting.solve.median import Problem, is_single, solve_median, step_of
from geomap.siting.solve.models.base import NO_ANSWER, LocationModel, Question
from geomap.siting.solve.problem import Explained, Found, Parts, Reason, Run


class MaximalCovering(LocationModel):
    """The weight within the radius is the most; what is minimised is the weight that is lost."""

    name = "mclp"
    label = Text("覆盖最多（最大覆盖）", "Cover most (maximal covering)")
    help = Text(
        "个数一定，让半径以内的需求最多：适合“多少公里内享受服务”的目标。",
        "With a given number, as much demand as can be within the radius.",
    )
    short = Text("MCLP（半径内覆盖的需求最多）", "MCLP (most demand within the radius)")
    reference = "Church & ReVelle 1974, doi:10.1007/BF01942293"
    asks = frozenset({"sites", "radius", "fair"})
    maximises = True

    def aim(self, unit: Text) -> Text:
        return Text("半径内的需求量", "demand within the radius")

    def impossible(self, question: Question) -> Explained:
        found = self.areas_impossible(question)
        return found if found[0] else nothing_affordable(question.rules)

    def search(self, question: Question) -> Found:
        weight = question.weight
        covers = question.matrix <= question.radius
        kind = np.float32 if is_single(covers.size) else np.float64
        lost: Any = np.where(covers, kind(0), weight[:, None].astype(kind))
        step = step_of(weight[:, None])
        return solve_median(
            Problem(lost, weight, question.rules, question.run, covers, question.areas, step)
        )

    def explain(self, question: Question, again: Run) -> Explained:
        return [Reason(NO_ANSWER)], []

    def objective(
        self, question: Question, chosen: tuple[int, ...], parts: Parts
    ) -> tuple[float, float]:
        whole = question.case.weight
        within = (whole[parts.row] * parts.part)[parts.cost <= question.radius]
        return float(within.sum()), float(whole.sum())

    def notes(self, question: Question, value: float | None) -> Iterator[Text]:
        """Say that nothing is covered, so that any choice is as good."""
        if value != 0:
            return
        least, unit = float(question.matrix.min()), question.case.costs.unit
        reach = Text("没有点位能到达", "no site can be reached")
        if np.isfinite(least):
            far = f"{enough(least)} {unit}"
            reach = Text(f"半径至少要 {far}", f"the radius must be at least {far}")
        within = f"{full(question.radius)} {unit}"
        yield Text(
            f"半径 {within} 内没有任何需求，选哪几处都一样：{reach.zh}",
            f"no demand lies within {within} of any site, any choice is as good: {reach.en}",
        )
