"""One siting study from settings to outcome: for commands, page, files and notebooks. Pure.

:func:`run_study` takes what :func:`siting.inputs.build_inputs` gives. :class:`StudyOutcome` has
one JSON shape for all kinds of study; members that a kind does not have are null or empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from geomap.errors import RequestError, Text
from geomap.siting.allocation import allocated
from geomap.siting.comparison import compare_service
from geomap.siting.inputs import Inputs
from geomap.siting.measuring import UNIT_WORDS
from geomap.siting.rank_rows import ranked
from geomap.siting.service_rows import (  # fmt: skip
    ServiceRow,
    area_names,
    json_number,
    place_rows,
)
from geomap.siting.settings import StudySettings
from geomap.siting.solve.costs import CostKind
from geomap.siting.solve.models import MODELS
from geomap.siting.solve.problem import Effort
from geomap.siting.study_proof import verdict
from geomap.siting.what_if import moved_by_hand
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    from geomap.atlas import Atlas

SERVICE = Text("现有服务水平：各半径内的需求、最近与次近距离", "service of what exists")


@dataclass(frozen=True, eq=False)
class StudyOutcome:
    """What a study found.

    Parameters
    ----------
    settings, inputs : what it was asked, and of what
    content : the JSON members beyond the settings; ``_common`` lists all of them
    """

    settings: StudySettings
    inputs: Inputs
    content: ServiceRow

    def as_dict(self) -> ServiceRow:
        """Give the JSON form; no NaN, no infinity."""
        verdicts = Text(*(verdict(self.content, lang) for lang in ("zh", "en")))
        told = {**self.content, "verdict": as_plain(verdicts)}
        return {**told, "settings": self.settings.as_dict()}


def run_study(
    atlas: Atlas, settings: StudySettings, inputs: Inputs, effort: Effort | None = None
) -> StudyOutcome:
    """Do a study.

    Parameters
    ----------
    effort : who is told and who may stop it; its time limit is that of the settings when None

    Raises
    ------
    RequestError : the inputs cannot be used as they are
    """
    began = perf_counter()
    settings = replace(settings, exclude=inputs.exclude)
    effort = effort or Effort(seconds=settings.time_limit)
    if settings.kind == "rank":
        found = _rank(atlas, settings, inputs)
    elif settings.kind == "whatif":
        inputs, found = moved_by_hand(atlas, settings, inputs)
    elif settings.kind == "allocate":
        found = allocated(atlas, settings, inputs, effort)
    else:
        found = _cover(atlas, settings, inputs)
    found.setdefault("seconds", perf_counter() - began)
    return StudyOutcome(settings, inputs, {**_common(atlas, settings, inputs), **found})


# --- what every outcome says ----------------------------------------------------------------------


def _common(atlas: Atlas, settings: StudySettings, inputs: Inputs) -> ServiceRow:
    return {
        "kind": settings.kind,
        "release": {
            "id": atlas.release,
            "title": as_plain(atlas.title),
            "mark": as_plain(atlas.mark),
        },
        "synthetic": atlas.synthetic,
        "audience": {
            "id": atlas.disclosure.audience.value,
            **as_plain(atlas.disclosure.audience.label),
        },
        "areas": {code: as_plain(name) for code, name in area_names(atlas, atlas.areas).items()},
        "inputs": _summary(inputs),
        "distance": _distance(settings, inputs),
        "assumptions": as_plain(_assumptions(settings, inputs)),
        "method": {"text": as_plain(SERVICE), "reference": None},
        "status": "done",
        "objective": None,
        "objective_words": None,
        "bound": None,
        "gap": None,
        "chosen": [],
        "existing": place_rows(inputs.existing),
        "unplaced": inputs.unplaced.to_dict("records"),
        "assignments": [],
        "uncovered": [],
        "demands": [],
        "before": None,
        "after": None,
        "changes": [],
        "access": None,
        "worst": None,
        "shares": [],
        "notes": [],
        "reasons": [],
        "relief": [],
        "ranking": None,
    }


def _summary(inputs: Inputs) -> ServiceRow:
    return {
        "demands": len(inputs.demand),
        "weight": json_number(inputs.demand["weight"].sum()),
        "measure": inputs.measure,
        "candidates": len(inputs.candidates),
        "existing": len(inputs.existing),
        "coarse": inputs.coarse is not None,
        "coarse_words": as_plain(inputs.coarse),
        "gaps": as_plain(list(inputs.gaps)),
        "notices": as_plain(list(inputs.notices)),
        "handling": as_plain(list(inputs.handling)),
        "exclude": inputs.exclude or None,
    }


def _distance(settings: StudySettings, inputs: Inputs) -> ServiceRow:
    words, unit = inputs.costs.words, UNIT_WORDS[settings.unit]
    return {
        "kind": inputs.costs.kind.value,
        "words": as_plain(Text(f"{words.zh}（{unit.zh}）", f"{words.en} ({unit.en})")),
        "unit": settings.unit,
        "detour": inputs.costs.detour,
    }


def _assumptions(settings: StudySettings, inputs: Inputs) -> list[Text]:
    told = []
    if inputs.coarse:
        told.append(inputs.coarse)
    words = inputs.costs.words
    if inputs.costs.kind is CostKind.GEODESIC:
        told.append(
            Text(
                "距离为椭球面直线距离，不是行车距离；实际路程一般长 1.2 至 1.4 倍",
                "distances are straight lines on the ellipsoid, not journeys, which are commonly "
                "1.2 to 1.4 times as long",
            )
        )
    else:
        told.append(Text(f"距离为{words.zh}", f"distances are: {words.en}"))
    if settings.kind == "allocate" and "capacity" in MODELS[settings.model].asks:
        told += _capacities(settings, inputs)
    elif settings.kind != "rank":
        told.append(
            Text("每个需求由最近的点位服务，不计容量",
                 "each demand goes to its nearest site, whatever the capacities")
        )  # fmt: skip
    if inputs.exclude:
        told.append(
            Text(f"候选点避开“{inputs.exclude}”的范围", f"no candidate lies in {inputs.exclude}")
        )
    if len(inputs.existing) and settings.kind == "allocate":
        told.append(
            Text(
                f"现有 {len(inputs.existing)} 处点位保留",
                f"the {len(inputs.existing)} existing sites stay",
            )
        )
    return told


def _capacities(settings: StudySettings, inputs: Inputs) -> list[Text]:
    told = [
        Text("点位不超容量，需求可分摊到几处", "no site above its capacity; demands may be shared")
        if settings.split
        else Text(
            "点位不超容量，每个需求整个归一处，不一定是最近的一处",
            "no site above its capacity; each demand goes whole to one site, the nearest or not",
        )
    ]
    if len(inputs.existing):
        told.append(
            Text(
                "“之前”按最近的现有点位计，不计容量",
                "before: each demand at its nearest existing site, whatever its capacity",
            )
        )
    return told


# --- cover ----------------------------------------------------------------------------------------


def _cover(atlas: Atlas, settings: StudySettings, inputs: Inputs) -> ServiceRow:
    if inputs.existing.empty:
        raise RequestError(
            "没有现有点位：给出已有点位的表，或选择点位类型",
            "there are no existing sites: give a table, or choose kinds of sites",
        )
    return compare_service(atlas, settings, inputs, inputs.locked, inputs.locked)


# --- rank -----------------------------------------------------------------------------------------


def _rank(atlas: Atlas, settings: StudySettings, inputs: Inputs) -> ServiceRow:
    ranking, reference = ranked(atlas, settings, inputs)
    best = [row for row in ranking["rows"] if row["rank"] == 1]
    method = Text("加权线性组合，逐项标准化", "weighted linear combination of scaled criteria")
    return {
        "method": {"text": as_plain(method), "reference": reference},
        "chosen": [
            {name: row[name] for name in ("id", "name", "name_en", "area", "lon", "lat")}
            for row in best
        ],
        "ranking": ranking,
    }
