"""One siting study from settings to outcome: for commands, page, files and notebooks. Pure.

:func:`run_study` takes what :func:`siting.inputs.build_inputs` gives. :class:`StudyOutcome` has
one JSON shape for all kinds of study; members that a kind does not have are null or empty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.crs import CHINA_BOUNDS
from geomap.numbers import full
from geomap.siting.inputs import Inputs
from geomap.siting.measuring import straight
from geomap.siting.places import area_of
from geomap.siting.rank_rows import ranked
from geomap.siting.service_rows import (  # fmt: skip
    ServiceRow,
    access,
    area_names,
    assignments,
    demand_rows,
    json_number,
    place_rows,
    served,
)
from geomap.siting.settings import StudySettings
from geomap.siting.solve.costs import CostKind
from geomap.siting.solve.models import MODELS
from geomap.siting.solve.models.base import LocationModel
from geomap.siting.solve.problem import Answer, Ask, Effort, Parts
from geomap.siting.solve.service import service
from geomap.siting.solve.solver import solve_model
from geomap.siting.study_proof import verdict
from geomap.tables.spellings import area_spellings
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    from geomap.atlas import Atlas

SERVICE = Text("现有服务水平：各半径内的需求、最近与次近距离", "service of what exists")
WHAT_IF = Text("逐个改动点位，比较前后", "sites changed by hand, before and after")
_UNIT_WORDS = {"km": Text("公里", "km"), "min": Text("分钟", "minutes")}


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
        inputs, found = _what_if(atlas, settings, inputs)
    elif settings.kind == "allocate":
        found = _allocate(atlas, settings, inputs, effort)
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
    words, unit = inputs.costs.words, _UNIT_WORDS[settings.unit]
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
    if settings.kind == "allocate" and "capacity" in _model(settings).asks:
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
    return _comparison(atlas, settings, inputs, inputs.locked, inputs.locked)


def _comparison(
    atlas: Atlas,
    settings: StudySettings,
    inputs: Inputs,
    before: Sequence[int],
    after: Sequence[int],
    parts: Parts | None = None,
) -> ServiceRow:
    """Give the members that every study of service has.

    Parameters
    ----------
    parts : who serves which demand after; the nearest site when None
    """
    case = inputs.case()
    then = service(case, list(before), settings.radii)
    now = service(case, list(after), settings.radii, parts)
    rows = demand_rows(inputs, case, then, now)
    shares = assignments(inputs, now.parts)
    return {
        "before": served(atlas, inputs, case, then, before),
        "after": served(atlas, inputs, case, now, after),
        "demands": rows,
        "assignments": shares,
        "shares": [one for one in shares if one["share"] < 1],
        "uncovered": _lacking(rows, now.parts, now.uncovered),
        "access": access(atlas, inputs, case, after, settings),
    }


def _lacking(rows: list[ServiceRow], parts: Parts, lost: Iterable[int]) -> list[ServiceRow]:
    """Name demands that are not covered, each with the distance of its farthest part."""
    names = ("id", "name", "name_en", "area", "weight")
    farthest = np.zeros(len(rows))
    np.maximum.at(farthest, parts.row, parts.cost)
    return [
        {**{name: rows[at][name] for name in names}, "distance": json_number(farthest[at])}
        for at in sorted(set(lost))
    ]


# --- allocate -------------------------------------------------------------------------------------


def _allocate(atlas: Atlas, settings: StudySettings, inputs: Inputs, effort: Effort) -> ServiceRow:
    _require_known(settings, inputs)
    case = inputs.case()
    areas = tuple(_area(atlas, inputs, name) for name in settings.required_areas)
    answer = solve_model(case, replace(ask_of(settings), required_areas=areas), effort)
    found = _comparison(atlas, settings, inputs, inputs.locked, answer.sites, answer.parts)
    sites = inputs.sites
    lost = set(answer.uncovered)
    if not _model(settings).covers:
        # No radius is asked for: what lies beyond the largest one reported is not covered.
        ids = {id_: at for at, id_ in enumerate(inputs.demand["id"])}
        lost |= {ids[id_] for id_ in found["after"]["beyond"]}
    loaded = _loaded(sites, found["assignments"], inputs.demand)
    return {
        **found,
        "uncovered": _lacking(found["demands"], answer.parts, lost),
        "method": {"text": as_plain(answer.method), "reference": answer.reference},
        "status": answer.status.value,
        "objective": answer.objective,
        "objective_words": as_plain(_model(settings).aim(_UNIT_WORDS[settings.unit])),
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
    if "capacity" in _model(settings).asks:
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


def _model(settings: StudySettings) -> LocationModel:
    return MODELS[settings.model]


def _loaded(sites: pd.DataFrame, given: list[ServiceRow], demand: pd.DataFrame) -> list[ServiceRow]:
    """Describe sites with what they can take, what they serve, and whom."""
    weight = dict(zip(demand["id"], demand["weight"].astype(float), strict=True))
    mine: dict[str, list[ServiceRow]] = {}
    for one in given:
        mine.setdefault(one["site"], []).append(one)
    known = sites["capacity"] if "capacity" in sites else [np.nan] * len(sites)
    rows = []
    for one, capacity in zip(place_rows(sites), known, strict=True):
        served = mine.get(one["id"], [])
        load = math.fsum(weight[part["demand"]] * part["share"] for part in served)
        who = [part["demand"] for part in served]
        rows.append(
            {**one, "capacity": json_number(capacity), "serves_weight": load, "demands": who}
        )
    return rows


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


# --- what if --------------------------------------------------------------------------------------


def _what_if(atlas: Atlas, settings: StudySettings, inputs: Inputs) -> tuple[Inputs, ServiceRow]:
    """Compare before and after putting, moving and removing; candidates play no part."""
    base = replace(inputs, candidates=inputs.candidates.iloc[:0])
    put, gone = _put(atlas, settings, inputs), set(settings.remove)
    gone |= {move.id for move in settings.put if move.id}
    known = inputs.existing["id"].tolist()
    for one in sorted(gone - set(known)):
        raise NotFoundError(Text("点位", "site"), one, known)
    changed = replace(base, candidates=put, costs=_measured(settings, inputs, put))
    locked = changed.locked
    kept = [column for column in locked if known[column - len(put)] not in gone]
    after = [*range(len(put)), *kept]
    found = _comparison(atlas, settings, changed, locked, after)
    found["chosen"] = _loaded(changed.sites, found["assignments"], inputs.demand)[: len(put)]
    found["changes"] = _changes(found["before"], found["after"])
    found["method"] = {"text": as_plain(WHAT_IF), "reference": None}
    return changed, found


def _put(atlas: Atlas, settings: StudySettings, inputs: Inputs) -> pd.DataFrame:
    west, south, east, north = CHINA_BOUNDS
    names = dict(zip(inputs.existing["id"], inputs.existing["name"], strict=True))
    rows = []
    for at, move in enumerate(settings.put, start=1):
        if not (west <= move.lon <= east and south <= move.lat <= north):
            swapped = west <= move.lat <= east and south <= move.lon <= north
            hint = Text("，经纬度像是颠倒了", ": they look swapped") if swapped else Text("", "")
            raise RequestError(
                f"放点位的坐标 {full(move.lon)}, {full(move.lat)} 不在中国范围内{hint.zh}",
                f"{full(move.lon)}, {full(move.lat)} lies outside China{hint.en}",
            )
        named = move.name or names.get(move.id, f"新点位 {at}")
        id_ = f"{move.id}→" if move.id else f"new-{at}"
        rows.append((id_, named, "", move.lon, move.lat, move.capacity))
    columns = ["id", "name", "area", "lon", "lat", "capacity"]
    frame = pd.DataFrame(rows, columns=columns)
    lon, lat = (frame[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    return frame.assign(
        area=area_of(lon, lat, atlas.boundaries), capacity=frame["capacity"].astype(float)
    )


def _measured(settings: StudySettings, inputs: Inputs, put: pd.DataFrame) -> Any:
    """Keep the costs of what exists; measure those of what was put."""
    kept = inputs.costs.select(list(inputs.locked))
    if put.empty:
        return kept
    if inputs.costs.kind is CostKind.MATRIX:
        raise RequestError(
            "用矩阵时不能在任意位置放点位：改用直线距离或路网",
            "with a matrix nothing can be put anywhere: take straight lines or roads",
        )
    if inputs.network is not None and inputs.costs.kind is CostKind.NETWORK:
        more = inputs.network.costs(inputs.demand, put, settings.unit)[0]
    else:
        more = straight(inputs.demand, put, inputs.costs.detour)
    return replace(kept, matrix=np.hstack([more.matrix, kept.matrix]))


def _changes(before: ServiceRow, after: ServiceRow) -> list[ServiceRow]:
    """Give the difference by area: shares within each radius, and the mean."""
    rows = []
    for then, now in zip(before["by_area"], after["by_area"], strict=True):
        rows.append(
            {
                "area": now["area"],
                "name": now["name"],
                "radii": [
                    {"radius": new["radius"], "share": _less(new["share"], old["share"])}
                    for old, new in zip(then["radii"], now["radii"], strict=True)
                ],
                "mean": _less(now["mean"], then["mean"]),
            }
        )
    return rows


def _less(new: float | None, old: float | None) -> float | None:
    return None if new is None or old is None else new - old
