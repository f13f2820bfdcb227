"""Candidates ranked by criteria, and how sure the ranking is, as plain rows with names. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.arrays import Floats
from geomap.errors import NotFoundError, RequestError, Text
from geomap.numbers import full
from geomap.siting.inputs import Inputs, known_sites
from geomap.siting.measuring import straight
from geomap.siting.service_rows import ServiceRow, json_number, place_rows
from geomap.siting.suitability import (
    CONSISTENT,
    DRAWS,
    TOP,
    Criterion,
    Scores,
    Sensitivity,
    pairwise_weights,
    score,
    sensitivity,
)
from geomap.views.maps.mapview import as_plain

if TYPE_CHECKING:
    import pandas as pd

    from geomap.atlas import Atlas
    from geomap.siting.settings import CriterionSetting, StudySettings

_END = 1e-9
"""At weights of nothing or of everything a rival can draw level, but not go ahead."""
REFERENCE = "Malczewski 2000, doi:10.1111/1467-9671.00034"


def ranked(atlas: Atlas, settings: StudySettings, inputs: Inputs) -> tuple[ServiceRow, str]:
    """Rank the candidates.

    Returns
    -------
    JSON-ready dict (``criteria``, ``rows`` best first, ``excluded``, ``sensitivity``, ``ahp``,
    ``notes``) and the reference of the method
    """
    weights, ahp = _weights(settings)
    values = np.column_stack([_values(atlas, inputs, one) for one in settings.criteria])
    criteria = [
        _criterion(atlas, one, weight)
        for one, weight in zip(settings.criteria, weights, strict=True)
    ]
    scores = score(values, criteria)
    sure = sensitivity(scores)
    shown = place_rows(inputs.candidates)
    found = {
        "criteria": [
            {
                "id": one.id,
                "name": as_plain(one.name),
                "kind": setting.kind,
                "of": setting.of,
                "unit": _unit(atlas, setting),
                "weight": float(weight),
                "influence": one.influence,
                "ideal": one.ideal,
            }
            for one, setting, weight in zip(
                criteria, settings.criteria, scores.weights, strict=True
            )
        ],
        "rows": [_row(shown[at], at, scores, sure, values, criteria) for at in scores.order],
        "excluded": [
            {**shown[at], "reason": as_plain(reason)}
            for at, reason in enumerate(scores.reasons)
            if reason is not None
        ],
        "sensitivity": _sure(shown, sure, scores, criteria),
        "ahp": ahp,
        "notes": as_plain(list(scores.notes)),
    }
    return found, REFERENCE


def _weights(settings: StudySettings) -> tuple[list[float], ServiceRow | None]:
    if not settings.comparisons:
        return [one.weight for one in settings.criteria], None
    found = pairwise_weights([list(row) for row in settings.comparisons])
    told = {
        "ratio": found.ratio,
        "consistent": found.ratio <= CONSISTENT,
        "advice": as_plain(found.advice),
        "reference": "Saaty 1987, doi:10.1016/0270-0255(87)90473-8",
    }
    return [float(one) for one in found.weights], told


def _criterion(atlas: Atlas, one: CriterionSetting, weight: float) -> Criterion:
    return Criterion(
        one.id,
        _name(atlas, one),
        weight,
        one.influence,  # type: ignore[arg-type]
        one.ideal,
        one.least,
        one.most,
    )


def _name(atlas: Atlas, one: CriterionSetting) -> Text:
    if one.name:
        return Text(one.name, one.name)
    of = _of_name(atlas, one.of)
    if one.kind == "distance":
        return Text(f"到{of.zh}的距离", f"distance to {of.en}")
    if one.kind == "density" and one.within_km is not None:
        return Text(
            f"{full(one.within_km)} 公里内的{of.zh}", f"{of.en} within {full(one.within_km)} km"
        )
    if one.kind == "indicator":
        return atlas.indicator(one.of).name
    if one.kind == "zone":
        return Text(f"在{of.zh}内", f"inside {of.en}")
    return Text(one.of, one.of)


def _of_name(atlas: Atlas, of: str) -> Text:
    head, _, rest = of.partition(":")
    if head == "demand":
        return Text("需求", "demand")
    if head == "existing":
        return Text("已有点位", "existing sites")
    if head == "sites":
        kinds = [atlas.site_kinds[one].name for one in rest.split(",") if one in atlas.site_kinds]
        return Text("、".join(one.zh for one in kinds), ", ".join(one.en for one in kinds))
    if head == "areas":
        areas = [atlas.area(code) for code in rest.split(",")]
        return Text(
            "、".join(one.name_zh for one in areas), ", ".join(one.name_en for one in areas)
        )
    return Text(of, of)


def _unit(atlas: Atlas, one: CriterionSetting) -> ServiceRow | None:
    if one.kind == "distance":
        return {"zh": "公里", "en": "km"}
    if one.kind == "indicator":
        shown: ServiceRow = as_plain(atlas.indicator(one.of).unit)
        return shown
    return None


# --- values ---------------------------------------------------------------------------------------


def _values(atlas: Atlas, inputs: Inputs, one: CriterionSetting) -> Floats:
    candidates = inputs.candidates
    if one.kind in ("distance", "density"):
        targets = _targets(atlas, inputs, one)
        matrix = np.asarray(straight(candidates, targets).matrix, dtype=float)
        if one.kind == "distance":
            return np.asarray(matrix.min(axis=1))
        amount = targets["weight"].to_numpy(float) if "weight" in targets else np.ones(len(targets))
        return np.asarray((matrix <= float(one.within_km or 0)).astype(float) @ amount)
    if one.kind == "indicator":
        return _of_areas(atlas, candidates, one.of)
    if one.kind == "zone":
        return _inside(atlas, inputs, one)
    return _column(candidates, one)


def _targets(atlas: Atlas, inputs: Inputs, one: CriterionSetting) -> pd.DataFrame:
    head, _, rest = one.of.partition(":")
    known = {"demand": inputs.demand, "existing": inputs.existing}
    frame = known_sites(atlas, rest) if head == "sites" else known.get(head)
    if frame is None:
        raise NotFoundError(
            Text("准则的对象", "thing to measure to"), one.of, ["demand", "existing", "sites:KIND"]
        )
    if frame.empty:
        raise RequestError(f"准则 {one.id}：{one.of} 没有点", f"{one.id}: {one.of} has no places")
    return frame


def _of_areas(atlas: Atlas, candidates: pd.DataFrame, indicator_id: str) -> Floats:
    """Take the latest value of each area, of the year that most areas have."""
    atlas.indicator(indicator_id)
    years = atlas.series.get((indicator_id, "actual"), {})
    best: tuple[int, int] = (0, 0)
    found: dict[str, float] = {}
    for year, row in years.items():
        have = {code: float(one.value) for code, one in row.items() if one.value is not None}
        if (len(have), year) > best:
            best, found = (len(have), year), have
    return np.array([found.get(code, np.nan) for code in candidates["area"]], dtype=float)


def _inside(atlas: Atlas, inputs: Inputs, one: CriterionSetting) -> Floats:
    candidates = inputs.candidates
    head, _, rest = one.of.partition(":")
    if head == "areas":
        codes = [code.strip() for code in rest.split(",")]
        for code in codes:
            atlas.area(code)
        return np.asarray(candidates["area"].isin(codes), dtype=float)
    if one.of not in inputs.zones:
        raise NotFoundError(Text("范围", "zone"), one.of, [*inputs.zones, "areas:CODES"])
    import shapely

    points = shapely.points(candidates["lon"].to_numpy(float), candidates["lat"].to_numpy(float))
    whole = shapely.union_all(inputs.zones[one.of].to_numpy())
    return np.asarray(shapely.intersects(whole, points), dtype=float)


def _column(candidates: pd.DataFrame, one: CriterionSetting) -> Floats:
    known = [
        name for name in candidates.columns if name not in ("id", "name", "area", "lon", "lat")
    ]
    # 面积 means 面积（亩）, where no other column begins so.
    meant = [name for name in known if name == one.of] or [
        name for name in known if re.split("[（(]", name)[0].strip() == one.of
    ]
    if len(meant) != 1:
        raise NotFoundError(Text("候选点表的列", "column of the candidates"), one.of, known)
    return np.asarray(candidates[meant[0]], dtype=float)


# --- rows -----------------------------------------------------------------------------------------


def _row(
    shown: ServiceRow, at: int, scores: Scores, sure: Sensitivity, values: Floats, criteria: Any
) -> ServiceRow:
    return {
        **shown,
        "rank": int(scores.rank[at]),
        "score": float(scores.total[at]),
        "first": float(sure.first[at]),
        "top": float(sure.top[at]),
        "criteria": [
            {
                "id": one.id,
                "value": json_number(values[at, column]),
                "scaled": json_number(scores.scaled[at, column]),
                "contribution": json_number(scores.contributions[at, column]),
            }
            for column, one in enumerate(criteria)
        ],
    }


def _sure(shown: list[ServiceRow], sure: Sensitivity, scores: Scores, criteria: Any) -> ServiceRow:
    order = scores.order

    def named(at: int) -> ServiceRow:
        return {"id": shown[at]["id"], "name": shown[at]["name"]}

    moved = None
    if sure.moved is not None:
        moved = [
            {"id": one.id, "from": float(old), "to": float(new)}
            for one, old, new in zip(criteria, scores.weights, sure.moved, strict=True)
        ]
    return {
        "draws": DRAWS,
        "top": TOP,
        "winner": named(order[0]) if order else None,
        "tied": [named(at) for at in order[1:] if scores.rank[at] == 1],
        "first": float(sure.first[order[0]]) if order else None,
        "change": sure.change,
        "rival": named(sure.rival) if sure.rival is not None else None,
        "moved": moved,
        "single": [
            {
                "id": one.id,
                "weight": float(weight),
                "turns_at": found[0] if found else None,
                "rival": named(found[1]) if found else None,
                "only_level": found is not None and not _END < found[0] < 1 - _END,
            }
            for one, weight, found in zip(criteria, scores.weights, sure.single, strict=True)
        ],
    }
