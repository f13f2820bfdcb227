"""The best places by a location model: the question put to the solver, its answer as members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geomap.errors import NotFoundError, RequestError, Text
from geomap.siting.comparison import compare_service, loaded_sites, uncovered_rows
from geomap.siting.inputs import Inputs
from geomap.siting.measuring import UNIT_WORDS
from geomap.siting.service_rows import (  # fmt: skip
    ServiceRow,
    json_number,
)
from geomap.siting.settings import StudySettings
from geomap.siting.solve.models import MODELS
from geomap.siting.solve.problem import Answer, Ask, Effort
from geomap.siting.solve.solver import solve_model
from geomap.tables.spellings import area_spellings
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    from geomap.atlas import Atlas


def allocated(atlas: Atlas, settings: StudySettings, inputs: Inputs, effort: Effort) -> ServiceRow:
    """Choose sites by the model of the settings; gives the members of the outcome."""
    _require_known(settings, inputs)
    case = inputs.case()
    areas = tuple(_area(atlas, inputs, name) for name in settings.required_areas)
    answer = solve_model(case, replace(ask_of(settings), required_areas=areas), effort)
    found = compare_service(atlas, settings, inputs, inputs.locked, answer.sites, answer.parts)
    sites = inputs.sites
    lost = set(answer.uncovered)
    if not MODELS[settings.model].covers:
        # No radius is asked for: what lies beyond the largest one reported is not covered.
        ids = {id_: at for at, id_ in enumerate(inputs.demand["id"])}
        lost |= {ids[id_] for id_ in found["after"]["beyond"]}
    loaded = loaded_sites(sites, found["assignments"], inputs.demand)
    return {
        **found,
        "uncovered": uncovered_rows(found["demands"], answer.parts, lost),
        "method": {"text": as_plain(answer.method), "reference": answer.reference},
        "status": answer.status.value,
        "objective": answer.objective,
        "objective_words": as_plain(MODELS[settings.model].aim(UNIT_WORDS[settings.unit])),
        "bound": answer.bound,
        "gap": None if answer.gap is None else json_number(answer.gap),
        "chosen": [loaded[site] for site in answer.chosen],
        "existing": [loaded[site] for site in answer.existing],
        "worst": None if answer.worst is None else list(answer.worst),
        "notes": as_plain(list(answer.notes)),
        "reasons": _reasons(atlas, answer, inputs),
        "relief": [as_plain(one) for one in answer.relief],
        "seconds": answer.seconds,
    }


def _require_known(settings: StudySettings, inputs: Inputs) -> None:
    """Refuse a model whose numbers are not known of every site; name the sites."""
    wanted = []
    if "capacity" in MODELS[settings.model].asks:
        wanted.append(("capacity", Text("容量", "capacity"), inputs.sites))
    if settings.budget is not None:
        wanted.append(("cost", Text("费用", "cost"), inputs.candidates))
    for name, words, sites in wanted:
        known = sites[name] if name in sites else pd.Series(np.nan, index=sites.index)
        lost = sites.loc[known.isna(), "name"]
        if len(lost):
            shown = "、".join(lost[:10]) + (" …" if len(lost) > 10 else "")
            raise RequestError(
                f"{len(lost)} 个点位没有{words.zh}（{name} 列）：{shown}",
                f"{len(lost)} sites have no {words.en} (column {name}): {shown}",
            )


def _area(atlas: Atlas, inputs: Inputs, name: str) -> str:
    """Give the area that a name means, as it stands with the sites."""
    held = sorted({str(one) for one in inputs.sites["area"] if one})
    if name in held:
        return name
    meant = area_spellings(atlas.areas.values(), atlas.city).cell(name)
    if isinstance(meant, str):
        return meant
    raise NotFoundError(Text("地区", "area"), name, held)


def ask_of(settings: StudySettings) -> Ask:
    """Give the question in the solver's terms."""
    return Ask(
        settings.model,
        new_sites=settings.sites,
        budget=settings.budget,
        radius=settings.radius,
        required_areas=settings.required_areas,
        fair=settings.fair,
        split=settings.split,
    )


def _reasons(atlas: Atlas, answer: Answer, inputs: Inputs) -> list[ServiceRow]:
    demand, sites = inputs.demand, inputs.sites
    return [
        {
            **as_plain(_with_names(atlas, reason.text)),
            "demands": _named(demand, reason.demands),
            "sites": _named(sites, reason.sites),
        }
        for reason in answer.reasons
    ]


def _with_names(atlas: Atlas, text: Text) -> Text:
    """Write names of areas where the solver, which knows none, wrote codes."""
    zh, en = text
    for code, area in atlas.areas.items():
        zh, en = zh.replace(code, area.name_zh), en.replace(code, area.name_en or code)
    return Text(zh, en)


def _named(frame: pd.DataFrame, rows: Iterable[int]) -> list[ServiceRow]:
    return [{"id": frame["id"].iloc[row], "name": frame["name"].iloc[row]} for row in rows]
