"""The location models, each a file: what it needs, how it is solved, what its numbers mean.

A new one is a file with a :class:`LocationModel` and its place in the list below: commands, page,
API, reports and their refusals read it from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from geomap.siting.solve.models.base import LocationModel
from geomap.siting.solve.models.capacitated_p_median import CapacitatedPMedian
from geomap.siting.solve.models.maximal_covering import MaximalCovering
from geomap.siting.solve.models.p_center import PCenter
from geomap.siting.solve.models.p_median import PMedian
from geomap.siting.solve.models.set_covering import SetCovering

__all__ = ["MODELS", "base"]

MODELS: Mapping[str, LocationModel] = {
    model.name: model
    for model in (
        PMedian(), MaximalCovering(), SetCovering(), PCenter(), CapacitatedPMedian(),
    )
}  # fmt: skip
