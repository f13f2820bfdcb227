"""The p-centre: the farthest demand as near as can be."""

from __future__ import annotations

from dataclasses import replace

from geomap.errors import Text
from geomap.siting.solve.covering import smallest_radius
from geomap.siting.solve.infeasible import unreachable
from geomap.siting.solve.median import weighted
from geomap.siting.solve.models.base import LocationModel, Question
from geomap.siting.solve.problem import Explained, Found, Parts
from geomap.siting.solve.vertex_swap import greedy


class PCenter(LocationModel):
    """The largest cost of any demand is the least, whatever its weight."""

    name = "p-center"
    label = Text("最远的也尽量近（p-中心）", "Nobody too far (p-centre)")
    help = Text(
        "让最远的需求尽可能近：照顾边远旗区，不看人多人少。",
        "The farthest demand as near as can be, whatever its weight.",
    )
    short = Text("p-centre（最远的距离最小）", "p-centre (least largest distance)")
    reference = "Minieka 1970, The m-center problem"
    asks = frozenset({"sites"})

    def aim(self, unit: Text) -> Text:
        return Text(f"最远的距离（{unit.zh}）", f"largest distance ({unit.en})")

    def impossible(self, question: Question) -> Explained:
        """Name what no site reaches; a search over the distances counts the areas where needed."""
        if one := unreachable(question.matrix):
            return [one], []
        return ([], []) if question.unreached else self.areas_impossible(question)

    def search(self, question: Question) -> Found:
        return smallest_radius(question.matrix, question.rules, question.run)

    def finish(self, question: Question, found: Found) -> Found:
        """Open the sites that are left over where they help most."""
        assert found.sites is not None
        cost = weighted(question.matrix, question.weight)
        return replace(found, sites=greedy(cost, question.rules, found.sites))

    def objective(
        self, question: Question, chosen: tuple[int, ...], parts: Parts
    ) -> tuple[float, float]:
        weight = question.case.weight[parts.row] * parts.part
        largest = float(parts.cost[weight > 0].max())
        return largest, largest
