"""What in siting settings does not go together, all at once. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.numbers import full
from geomap.siting.catchment import zone_fault
from geomap.siting.places import SYSTEMS
from geomap.siting.setting_labels import MODEL_NAMES, SettingFault, setting_label
from geomap.siting.solve.models import MODELS
from geomap.siting.suitability import INFLUENCES

if TYPE_CHECKING:
    from geomap.siting.settings import CriterionSetting, StudySettings

_STUDIES = ("cover", "allocate", "rank", "whatif")
CRITERION_KINDS = ("distance", "density", "indicator", "zone", "column")
TABLE, NONE = "table", "none"
DEMAND_WORDS = Text("table 或 seats:指标", "table or seats:INDICATOR")
SITES_WORDS = Text(
    "table、sites:类型、hexagons:公里 或 none", "table, sites:KINDS, hexagons:KM or none"
)
EXISTING_WORDS = Text("table、sites:类型 或 none", "table, sites:KINDS or none")
DISTANCE_WORDS = Text(
    "geodesic、detour:系数、matrix:km、matrix:min、roads:km 或 roads:min",
    "geodesic, detour:FACTOR, matrix:km, matrix:min, roads:km or roads:min",
)
MOST_RADII = 6
MOST_CRITERIA = 30
_MOST_SECONDS = 3_600.0


def setting_faults(made: StudySettings) -> Iterator[SettingFault]:
    """Tell each setting that cannot be, lacks, or does not go with another."""
    yield from _choices(made)
    yield from _choice_of(made, "demand", ("seats",), (TABLE,), DEMAND_WORDS)
    yield from _choice_of(made, "candidates", ("sites", "hexagons"), (TABLE, NONE), SITES_WORDS)
    yield from _choice_of(made, "existing", ("sites",), (TABLE, NONE), EXISTING_WORDS)
    yield from _distance(made)
    yield from _amounts(made)
    yield from _needs(made)
    yield from _together(made)
    for one in made.criteria:
        yield from (("criteria", text) for text in _criterion(one))


def _choices(made: StudySettings) -> Iterator[SettingFault]:
    for name, value, valid in (
        ("kind", made.kind, _STUDIES),
        ("model", made.model, tuple(MODEL_NAMES)),
        ("crs", made.crs, tuple(SYSTEMS)),
    ):
        if value not in valid:
            yield name, _one_of(name, value, "、".join(valid), ", ".join(valid))


def _one_of(name: str, value: object, zh: str, en: str) -> Text:
    label = setting_label(name)
    return Text(f"{label.zh}“{value}”不能用，应为 {zh}", f"{label.en}: {value!s} is not {en}")


def _choice_of(
    made: StudySettings, name: str, heads: tuple[str, ...], words: tuple[str, ...], shown: Text
) -> Iterator[SettingFault]:
    value = getattr(made, name)
    head, colon, rest = value.partition(":")
    if value not in words and not (head in heads and colon and rest.strip()):
        yield name, _one_of(name, value, shown.zh, shown.en)
    elif head == "hexagons" and not _is_positive(rest):
        yield name, _one_of(name, value, "hexagons:公里数（大于 0）", "hexagons:KM above 0")


def _is_positive(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False


def _distance(made: StudySettings) -> Iterator[SettingFault]:
    head, _, rest = made.distance.partition(":")
    if head == "detour" and _is_positive(rest):
        if not 1 <= float(rest) <= 5:
            words = Text("绕行系数应在 1 至 5 之间", "a detour factor from 1 to 5")
            yield "distance", _one_of("distance", made.distance, words.zh, words.en)
    elif made.distance != "geodesic" and (
        head not in ("matrix", "roads") or rest not in ("km", "min")
    ):
        yield "distance", _one_of("distance", made.distance, *DISTANCE_WORDS)


def _amounts(made: StudySettings) -> Iterator[SettingFault]:
    given = list(made.radii)
    if not given or len(given) > MOST_RADII or not all(one > 0 for one in given):
        yield (
            "radii",
            Text(
                f"统计半径应为 1 至 {MOST_RADII} 个大于 0 的半径，给的是 {given}",
                f"radii must be 1 to {MOST_RADII} numbers above 0, not {given}",
            ),
        )
    if made.radius is not None and made.radius <= 0:
        radius = full(made.radius)
        yield "radius", Text(f"覆盖半径 {radius} 应大于 0", f"the radius {radius} must be above 0")
    if not 0 < made.time_limit <= _MOST_SECONDS:
        limit, most = full(made.time_limit), full(_MOST_SECONDS)
        yield (
            "time_limit",
            Text(
                f"时限 {limit} 秒应大于 0，至多 {most} 秒",
                f"the time limit {limit} s must be above 0, at most {most}",
            ),
        )
    if made.catchment or made.decay:
        fault = zone_fault(made.catchment, made.decay or (1.0,) * len(made.catchment))
        yield from [fault] if fault else []


def _needs(made: StudySettings) -> Iterator[SettingFault]:
    """Say what the kind of study lacks."""
    if made.kind in ("allocate", "rank") and made.candidates == NONE:
        yield (
            "candidates",
            Text(
                "没有候选点：请给表、点位类型或网格",
                "there are no candidates: give a table, kinds of sites or a grid",
            ),
        )
    if made.kind == "allocate":
        yield from _model_needs(made)
    if made.kind == "rank" and not made.criteria:
        yield "criteria", Text("至少要有一个准则", "there must be at least one criterion")
    if made.kind == "whatif" and not made.put and not made.remove:
        yield "put", Text("请放、移或撤一个点位", "put, move or remove a site")


def _model_needs(made: StudySettings) -> Iterator[SettingFault]:
    asks = MODELS[made.model].asks if made.model in MODELS else frozenset()
    if "radius" in asks and made.radius is None:
        yield (
            "radius",
            Text(
                "请填覆盖半径：按半径覆盖的目标需要它", "give a covering radius: this aim needs one"
            ),
        )
    if made.sites is not None and made.sites < 1:
        yield (
            "sites",
            Text(
                f"新建个数“{made.sites}”应至少为 1；只看现有点位，请选“现有覆盖如何？”",
                f"number of new sites: {made.sites} is below 1; for what exists, ask how well "
                "demand is served now",
            ),
        )
    if "sites" in asks and (made.sites is None) == (made.budget is None):
        yield (
            "sites",
            Text(
                "新建个数与预算须填一个，且只填一个",
                "give the number of new sites or a budget, one of the two",
            ),
        )


def _together(made: StudySettings) -> Iterator[SettingFault]:
    """Say what is wrong with the criteria together."""
    criteria, rows = len(made.criteria), len(made.comparisons)
    if criteria > MOST_CRITERIA:
        yield (
            "criteria",
            Text(
                f"准则 {criteria} 个，最多 {MOST_CRITERIA} 个",
                f"{criteria} criteria, at most {MOST_CRITERIA}",
            ),
        )
    for name, count in Counter(one.id for one in made.criteria).items():
        if count > 1:
            yield (
                "criteria",
                Text(
                    f"准则编号 {name} 出现 {count} 次", f"the criterion {name} stands {count} times"
                ),
            )
    for number, row in enumerate(made.comparisons, start=1):
        if len(row) != rows:
            yield (
                "comparisons",
                Text(
                    f"两两比较第 {number} 行有 {len(row)} 个数，应为 {rows} 个",
                    f"row {number} of the comparisons has {len(row)} numbers, not {rows}",
                ),
            )
    if rows and rows != criteria:
        yield (
            "comparisons",
            Text(
                f"有 {criteria} 个准则，两两比较却有 {rows} 行",
                f"{criteria} criteria, but {rows} rows of comparisons",
            ),
        )


def _criterion(one: CriterionSetting) -> Iterator[Text]:
    if one.kind not in CRITERION_KINDS:
        listed = CRITERION_KINDS
        yield _one_of(f"{one.id}.kind", one.kind, "、".join(listed), ", ".join(listed))
    if one.influence not in INFLUENCES:
        words = INFLUENCES
        yield _one_of(f"{one.id}.influence", one.influence, "、".join(words), str(words))
    if one.kind == "density" and not (one.within_km or 0) > 0:
        yield Text(f"{one.id}：密度准则需要 within_km 大于 0", f"{one.id}: density needs within_km")
    if one.weight < 0:
        yield Text(f"{one.id}：权重不能为负", f"{one.id}: the weight is negative")
