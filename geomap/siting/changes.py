"""What changed between two outcomes of the same question: release, inputs, figures, answer. Pure.

In: outcomes as JSON has them, an older one perhaps read from a file. Out: rows in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geomap.errors import Text
from geomap.numbers import full, written

_Row = dict[str, Any]
_NEAR_DEGREES = 1e-5
_MOST = 60


def settings_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[_Row]:
    """Tell what differs.

    Parameters
    ----------
    before, after : as ``siting.study.Outcome.as_dict`` gives them; what ``before`` lacks is passed
        over

    Returns
    -------
    rows {what: {zh, en}, before, after}; none when all is the same
    """
    rows: list[_Row] = []
    _add(rows, Text("数据版本", "release"), _release(before), _release(after))
    for key, noun in (
        ("demands", Text("需求", "demand")),
        ("existing", Text("已有点位", "existing site")),
    ):
        rows += _places(noun, before.get(key), after.get(key))
    _add(rows, Text("方案", "chosen"), _names(before.get("chosen")), _names(after.get("chosen")))
    _add(rows, Text("求解结论", "status"), before.get("status"), after.get("status"))
    _add(rows, Text("目标值", "objective"), before.get("objective"), after.get("objective"))
    rows += _service(before.get("after"), after.get("after"))
    return rows[:_MOST]


def _release(outcome: Mapping[str, Any]) -> str:
    release = outcome.get("release")
    return str(release.get("id", ""))[:12] if isinstance(release, Mapping) else ""


def _add(rows: list[_Row], what: Text, before: Any, after: Any) -> None:
    if _differ(before, after):
        rows.append({"what": {"zh": what.zh, "en": what.en}, "before": before, "after": after})


def _differ(one: Any, other: Any) -> bool:
    if _is_number(one) and _is_number(other):
        return bool(abs(one - other) > 1e-9 * max(abs(one), abs(other), 1))
    return bool(one != other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _by_id(rows: Any) -> dict[str, Mapping[str, Any]]:
    listed = rows if isinstance(rows, list) else []
    return {str(one["id"]): one for one in listed if isinstance(one, Mapping) and "id" in one}


def _names(rows: Any) -> list[str]:
    return [str(one.get("name", id_)) for id_, one in _by_id(rows).items()]


def _places(noun: Text, before: Any, after: Any) -> list[_Row]:
    """Tell which places came, went, moved or weigh something else."""
    then, now = _by_id(before), _by_id(after)
    rows: list[_Row] = []
    for id_ in [*then, *(one for one in now if one not in then)]:
        old, new = then.get(id_), now.get(id_)
        name = str((new or old or {}).get("name", id_))
        if old is None or new is None:
            there = name if new is not None else None
            was = name if old is not None else None
            _add(rows, Text(f"{noun.zh} {name}", f"{noun.en} {name}"), was, there)
            continue
        weight = Text(f"{noun.zh} {name} 的权重", f"weight of {noun.en} {name}")
        _add(rows, weight, old.get("weight"), new.get("weight"))
        spots = [_spot(old), _spot(new)]
        if _moved(*spots):
            place = Text(f"{noun.zh} {name} 的位置", f"place of {noun.en} {name}")
            _add(rows, place, *(f"{written(lon, 5)}, {written(lat, 5)}" for lon, lat in spots))
    return rows


def _spot(row: Mapping[str, Any]) -> tuple[float, float]:
    lon, lat = row.get("lon"), row.get("lat")
    return (lon if _is_number(lon) else 0.0, lat if _is_number(lat) else 0.0)  # type: ignore[return-value]


def _moved(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return any(abs(a - b) > _NEAR_DEGREES for a, b in zip(one, other, strict=True))


def _service(before: Any, after: Any) -> list[_Row]:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    rows: list[_Row] = []
    _add(rows, Text("平均距离", "mean distance"), before.get("mean"), after.get("mean"))
    worst = [one.get("worst") or {} for one in (before, after)]
    far = Text("最远距离", "largest distance")
    _add(rows, far, *(one.get("distance") for one in worst))
    shares = [
        {one["radius"]: one["share"] for one in side.get("radii") or []} for side in (before, after)
    ]
    for radius in shares[1]:
        if radius in shares[0]:
            what = Text(f"{full(radius)} 以内的需求占比", f"share of demand within {full(radius)}")
            _add(rows, what, shares[0][radius], shares[1][radius])
    return rows
