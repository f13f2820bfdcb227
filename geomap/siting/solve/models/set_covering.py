"""Set covering (LSCP): every demand within the radius, with the fewest or cheapest sites."""

from __future__ import annotations

import numpy as np

from geomap.errors import Text
from geomap.siting.solve.covering import cheapest_cover, nearest_of_covers
from geomap.siting.solve.infeasible import beyond_radius, over_the_limit
from geomap.siting.solve.models.base import LocationModel, Question
from geomap.siting.solve.problem import Explained, Found, Parts


class SetCovering(LocationModel):
    """The number, or with a budget the price, of the new sites is the least."""

    name = "lscp"
    label = Text("全部覆盖，个数最少（集合覆盖）", "Cover all with the fewest (set covering)")
    help = Text(
        "每个需求都在半径以内，最少要几处：适合先问“要建几个”。",
        "Every demand within the radius: how many are needed at least.",
    )
    short = Text("LSCP（以最少的点覆盖全部需求）", "LSCP (fewest sites that cover all demand)")
    reference = "Toregas et al. 1971, doi:10.1287/opre.19.6.1363"
    asks = frozenset({"radius"})

    def aim(self, unit: Text) -> Text:
        return Text("新增点位的个数或费用", "number or price of new sites")

    def impossible(self, question: Question) -> Explained:
        """Name what lies beyond the radius; what covers all counts the required areas too."""
        return beyond_radius(question.matrix, question.radius, question.case.costs.unit)

    def search(self, question: Question) -> Found:
        covers = question.matrix <= question.radius
        return cheapest_cover(covers, question.rules, question.price, question.run)

    def is_impossible(self, question: Question, found: Found) -> bool:
        rules = question.rules
        most = rules.most if rules.price is not None else float(rules.count or 0)
        return found.infeasible or found.bound > most + 1e-9

    def unsettled(self, question: Question, found: Found) -> Explained:
        return over_the_limit(question.rules, found)

    def finish(self, question: Question, found: Found) -> Found:
        """Take, of the covers that are as few or as cheap, the nearest one found."""
        return nearest_of_covers(
            found, question.matrix, question.weight, question.radius, question.rules, question.run
        )

    def objective(
        self, question: Question, chosen: tuple[int, ...], parts: Parts
    ) -> tuple[float, float]:
        case = question.case
        counted = question.ask.budget is None
        price = np.ones(case.shape[1]) if counted else np.asarray(case.price)
        return float(price[list(chosen)].sum()), float(price.sum())
