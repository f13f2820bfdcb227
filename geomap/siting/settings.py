"""What a siting study is asked: frozen settings that read from JSON and go back to it. Pure.

The same settings serve the command line, the page, permalinks and saved scenarios; all faults are
told at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from geomap.errors import SettingsError, Text, closest
from geomap.numbers import full
from geomap.siting.catchment import zone_fault
from geomap.siting.places import SYSTEMS
from geomap.siting.solve.models import MODELS
from geomap.siting.suitability import INFLUENCES

_STUDIES = ("cover", "allocate", "rank", "whatif")
MODEL_NAMES = {**{name: name for name in MODELS}, "capacitated": "capacitated-p-median"}
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
SettingFault = tuple[str, Text]
"""The setting, and what is wrong with it in the words of the page."""
LABELS = {
    "kind": Text("问题", "question"),
    "name": Text("名称", "name"),
    "demand": Text("需求", "demand"),
    "candidates": Text("候选点", "candidates"),
    "existing": Text("已有点位", "existing sites"),
    "distance": Text("距离", "distance"),
    "crs": Text("坐标系", "reference system"),
    "outside": Text("候选点可否在市外", "candidates outside the city"),
    "exclude": Text("排除范围", "excluded polygons"),
    "model": Text("目标", "aim"),
    "sites": Text("新建个数", "number of new sites"),
    "budget": Text("预算", "budget"),
    "radius": Text("覆盖半径", "covering radius"),
    "radii": Text("统计半径", "radii to report"),
    "fair": Text("先照顾最不方便的旗区", "worst-served area first"),
    "split": Text("需求可分摊", "demand may be shared"),
    "required_areas": Text("必须有点位的地区", "areas that must have a site"),
    "catchment": Text("移动搜索分区", "zones of the catchment"),
    "decay": Text("各区权重", "weights of the zones"),
    "criteria": Text("准则", "criteria"),
    "comparisons": Text("两两比较", "pairwise comparisons"),
    "put": Text("放或移的点位", "sites put or moved"),
    "remove": Text("撤去的点位", "sites taken away"),
    "time_limit": Text("时限", "time limit"),
    "lon": Text("经度", "longitude"),
    "lat": Text("纬度", "latitude"),
    "weight": Text("权重", "weight"),
    "capacity": Text("容量", "capacity"),
    "id": Text("编号", "id"),
    "of": Text("对象", "object"),
    "influence": Text("方向", "direction"),
    "ideal": Text("理想值", "ideal value"),
    "least": Text("下限", "lower limit"),
    "most": Text("上限", "upper limit"),
    "within_km": Text("公里以内", "within km"),
}
MOST_RADII = 6
MOST_CRITERIA = 30
_MOST_SECONDS = 3_600.0
_MOST_ITEMS, _MOST_MEMBERS, _LONGEST, _DEEPEST = 1_000, 60, 2_000, 3
"""Of a list, of an object, of a text, and of one within another: what a person asks has a tenth."""


@dataclass(frozen=True, slots=True)
class CriterionSetting:
    """One criterion of a ranking.

    Parameters
    ----------
    kind : distance (km to the nearest), density (weight or number within ``within_km``),
        indicator (of the area that the candidate lies in), zone (1 inside, 0 outside), column
        (of the table of candidates)
    of : distance, density: "demand", "existing" or "sites:KINDS"; indicator: its id; zone: the
        name of the polygons given, or "areas:CODES"; column: its heading
    """

    id: str
    kind: str
    of: str
    name: str = ""
    weight: float = 1.0
    influence: str = "more"
    ideal: float | None = None
    least: float | None = None
    most: float | None = None
    within_km: float | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A site put somewhere in a what-if: new when ``id`` is "", else moved there."""

    lon: float
    lat: float
    id: str = ""
    name: str = ""
    capacity: float | None = None


@dataclass(frozen=True, slots=True)
class StudySettings:
    """All that a study is asked.

    Parameters
    ----------
    kind : cover, allocate, rank or whatif
    demand : "seats:INDICATOR" or "table"
    candidates : "table", "sites:KINDS" (split by commas), "hexagons:KM" or "none"
    existing : "table", "sites:KINDS" or "none"
    distance : "geodesic", "detour:FACTOR", "matrix:km", "matrix:min", "roads:km", "roads:min"
    crs : reference system of all tables given, one of ``geomap.siting.places.SYSTEMS``
    outside : whether candidates may lie outside the city; None decides by the demand
    exclude : name of the file of polygons in which no candidate may lie, "" for none
    model : one of ``MODELS``; "capacitated" is short for the last
    sites, budget : how many new ones, or what they may cost; one of the two
    radius : for mclp and lscp, in the unit of the distance (km or min)
    radii : for the service before and after, in the same unit
    catchment, decay : zones of the floating catchment in the same unit and their weights; () for
        one zone, the largest of ``radii``
    comparisons : pairwise comparisons of the criteria instead of their weights
    put, remove : whatif: sites put or moved, and ids of sites taken away
    """

    kind: str = "cover"
    name: str = ""
    demand: str = "seats:population"
    candidates: str = NONE
    existing: str = NONE
    distance: str = "geodesic"
    crs: str = "wgs84"
    outside: bool | None = None
    exclude: str = ""
    model: str = "p-median"
    sites: int | None = None
    budget: float | None = None
    radius: float | None = None
    radii: tuple[float, ...] = (30.0, 60.0, 100.0)
    fair: bool = False
    split: bool = False
    required_areas: tuple[str, ...] = ()
    catchment: tuple[float, ...] = ()
    decay: tuple[float, ...] = ()
    criteria: tuple[CriterionSetting, ...] = ()
    comparisons: tuple[tuple[float, ...], ...] = ()
    put: tuple[Move, ...] = ()
    remove: tuple[str, ...] = ()
    time_limit: float = 30.0

    @property
    def unit(self) -> str:
        """The unit of all distances, "km" or "min"."""
        return "min" if self.distance.endswith(":min") else "km"

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> StudySettings:
        """Read settings as JSON has them.

        Raises
        ------
        SettingsError : with every fault, Chinese and English
        """
        _refuse_large(given)
        reader = _Reader()
        values = reader.read(cls, given)
        made = None if reader.faults else cls(**values)
        if made is not None:
            reader.faults += list(_faults(made))
        if reader.faults or made is None:
            raise SettingsError(reader.faults)
        assert made is not None
        return made

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form; ``from_dict`` reads it back."""
        shown: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in ("criteria", "put"):
            shown[name] = [
                {one.name: getattr(item, one.name) for one in fields(item)} for item in shown[name]
            ]
        shown["comparisons"] = [list(row) for row in self.comparisons]
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in shown.items()
        }


# --- reading --------------------------------------------------------------------------------------

_TEXTS = {"kind", "name", "demand", "candidates", "existing", "distance", "crs", "model", "id"}
_TEXTS |= {"of", "influence", "exclude"}
_FLAGS = {"fair", "split", "outside"}
_NUMBERS = {"budget", "radius", "time_limit", "weight", "ideal", "least", "most", "within_km"}
_NUMBERS |= {"lon", "lat", "capacity"}
_NUMBER_LISTS = {"radii", "catchment", "decay"}
_TEXT_LISTS = {"required_areas", "remove"}


def _refuse_large(given: Mapping[str, Any]) -> None:
    """Refuse what nobody asks before it is looked at one by one, or quoted in a message."""
    large = [name for name, one in given.items() if not _is_small(one, _DEEPEST)][:1]
    if len(given) > _MOST_MEMBERS or any(len(str(name)) > _LONGEST for name in given):
        large = [""]
    if large:
        label = _label(large[0]) if large[0] in LABELS else Text("设置", "settings")
        text = Text(
            f"{label.zh}过长：列表至多 {full(_MOST_ITEMS)} 项，文字至多 {full(_LONGEST)} 字",
            f"{label.en}: too long, lists hold {full(_MOST_ITEMS)} items at most and texts "
            f"{full(_LONGEST)} characters",
        )
        raise SettingsError([(large[0] if large[0] in LABELS else "", text)])


def _is_small(value: Any, deep: int) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST
    if isinstance(value, Mapping):
        names = len(value) <= _MOST_MEMBERS and all(len(str(one)) <= _LONGEST for one in value)
        return names and deep > 0 and all(_is_small(one, deep - 1) for one in value.values())
    if isinstance(value, list | tuple):
        few = len(value) <= _MOST_ITEMS
        return few and deep > 0 and all(_is_small(one, deep - 1) for one in value)
    return True


class _Reader:
    """Turns JSON members into fields; keeps every fault."""

    def __init__(self) -> None:
        self.faults: list[SettingFault] = []

    def read(self, cls: type, given: Any, where: tuple[str, int] | None = None) -> dict[str, Any]:
        """Read an object; ``where`` is the setting and the number of the object within it."""
        if not isinstance(given, Mapping):
            self._fault(where[0] if where else "", where, given, Text("应为对象", "an object"))
            return {}
        known = [one.name for one in fields(cls)]
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                near = closest(str(name), known)
                told = f"，最接近的是 {'、'.join(near)}" if near else ""
                also = f", the closest: {', '.join(near)}" if near else ""
                text = Text(f"没有设置项 {name}{told}", f"no setting {name}{also}")
                self.faults.append(("", text))
            elif value is not None:
                values[name] = self._value(name, value, where)
        return values

    def _value(self, name: str, value: Any, where: tuple[str, int] | None) -> Any:
        if name == "criteria":
            return self._objects(CriterionSetting, value, name, ("id", "kind", "of"))
        if name == "put":
            return self._objects(Move, value, name, ("lon", "lat"))
        if name == "comparisons":
            return tuple(self._numbers(name, row) for row in self._list(name, value))
        if name in _NUMBER_LISTS:
            numbers = self._numbers(name, value)
            return tuple(sorted(set(numbers))) if name == "radii" else numbers
        if name in _TEXT_LISTS:
            return tuple(str(one) for one in self._list(name, value))
        if name in _FLAGS:
            return self._typed(
                name, value, bool, where, Text("应为 true 或 false", "true or false")
            )
        if name == "sites":
            whole = isinstance(value, float) and value.is_integer()
            value = int(value) if whole else value
            words = Text("应为整数", "a whole number")
            return self._typed(name, value, int, where, words)
        if name in _NUMBERS:
            return self._number(name, value, where)
        text = self._typed(name, value, str, where, Text("应为文字", "a text"))
        return MODEL_NAMES.get(text, text) if name == "model" else text

    def _objects(self, cls: type, value: Any, name: str, needed: tuple[str, ...]) -> Any:
        made = []
        for number, one in enumerate(self._list(name, value), start=1):
            read = self.read(cls, one, (name, number))
            for lacking in needed:
                if lacking not in read:
                    label = _label(lacking, (name, number))
                    text = Text(f"{label.zh}没有给出", f"{label.en} is missing")
                    self.faults.append((name, text))
            if all(one in read for one in needed):
                made.append(cls(**read))
        return tuple(made)

    def _numbers(self, name: str, value: Any) -> tuple[float, ...]:
        return tuple(self._number(name, one, None) for one in self._list(name, value))

    def _number(self, name: str, value: Any, where: tuple[str, int] | None) -> float:
        if not _is_finite(value):
            self._fault(name, where, value, Text("应为数字", "a number"))
            return 0.0
        return float(value)

    def _list(self, name: str, value: Any) -> list[Any]:
        if isinstance(value, list | tuple):
            return list(value)
        self._fault(name, None, value, Text("应为列表", "a list"))
        return []

    def _typed(
        self, name: str, value: Any, kind: type, where: tuple[str, int] | None, words: Text
    ) -> Any:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self._fault(name, where, value, words)
            return kind()
        return value

    def _fault(self, name: str, where: tuple[str, int] | None, value: Any, words: Text) -> None:
        label = _label(name, where)
        text = Text(f"{label.zh}“{value}”{words.zh}", f"{label.en}: {value!s} is not {words.en}")
        self.faults.append((where[0] if where else name, text))


def _is_finite(value: object) -> bool:
    """Tell whether it is a number that a float can hold."""
    try:
        return isinstance(value, int | float) and type(value) is not bool and math.isfinite(value)
    except OverflowError:
        return False


def _label(name: str, where: tuple[str, int] | None = None) -> Text:
    """Name a setting as the page does."""
    zh, en = LABELS.get(name, Text(name, name))
    if where is None or name == where[0]:
        number = f" {where[1]}" if where else ""
        return Text(f"{zh}{number}", f"{en}{number}")
    whole = LABELS[where[0]]
    return Text(f"第 {where[1]} 个{whole.zh}的{zh}", f"{en} of number {where[1]} of {whole.en}")


# --- sense ----------------------------------------------------------------------------------------


def _faults(made: StudySettings) -> list[SettingFault]:
    found = [
        *_choices(made),
        *_choice_of(made, "demand", ("seats",), (TABLE,), DEMAND_WORDS),
        *_choice_of(made, "candidates", ("sites", "hexagons"), (TABLE, NONE), SITES_WORDS),
        *_choice_of(made, "existing", ("sites",), (TABLE, NONE), EXISTING_WORDS),
        *_distance(made),
        *_amounts(made),
        *_needs(made),
        *_judged(made),
    ]
    for one in made.criteria:
        found += [("criteria", text) for _, text in _criterion(one)]
    return found


def _choices(made: StudySettings) -> list[SettingFault]:
    found = []
    for name, value, valid in (
        ("kind", made.kind, _STUDIES),
        ("model", made.model, tuple(MODEL_NAMES)),
        ("crs", made.crs, tuple(SYSTEMS)),
    ):
        if value not in valid:
            found.append(_one_of(name, value, "、".join(valid), ", ".join(valid)))
    return found


def _one_of(name: str, value: object, zh: str, en: str) -> SettingFault:
    label = _label(name)
    text = Text(f"{label.zh}“{value}”不能用，应为 {zh}", f"{label.en}: {value!s} is not {en}")
    return name, text


def _choice_of(
    made: StudySettings, name: str, heads: tuple[str, ...], words: tuple[str, ...], shown: Text
) -> list[SettingFault]:
    value = getattr(made, name)
    head, colon, rest = value.partition(":")
    if value in words or (head in heads and colon and rest.strip()):
        if head == "hexagons" and not _is_positive(rest):
            return [_one_of(name, value, "hexagons:公里数（大于 0）", "hexagons:KM above 0")]
        return []
    return [_one_of(name, value, shown.zh, shown.en)]


def _is_positive(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False


def _distance(made: StudySettings) -> list[SettingFault]:
    head, _, rest = made.distance.partition(":")
    good = made.distance == "geodesic" or (head in ("matrix", "roads") and rest in ("km", "min"))
    if head == "detour" and _is_positive(rest):
        if 1 <= float(rest) <= 5:
            return []
        words = Text("绕行系数应在 1 至 5 之间", "a detour factor from 1 to 5")
        return [_one_of("distance", made.distance, words.zh, words.en)]
    return [] if good else [_one_of("distance", made.distance, *DISTANCE_WORDS)]


def _amounts(made: StudySettings) -> list[SettingFault]:
    found = []
    rising = all(one > 0 for one in made.radii)
    if not made.radii or not rising or len(made.radii) > MOST_RADII:
        found.append(
            (
                "radii",
                Text(
                    f"统计半径应为 1 至 {MOST_RADII} 个大于 0 的半径，给的是 {list(made.radii)}",
                    f"radii must be 1 to {MOST_RADII} numbers above 0, not {list(made.radii)}",
                ),
            )
        )
    if made.radius is not None and made.radius <= 0:
        found.append(
            (
                "radius",
                Text(
                    f"覆盖半径 {full(made.radius)} 应大于 0",
                    f"the radius {full(made.radius)} must be above 0",
                ),
            )
        )
    if not 0 < made.time_limit <= _MOST_SECONDS:
        found.append(
            (
                "time_limit",
                Text(
                    f"时限 {full(made.time_limit)} 秒应大于 0，至多 {full(_MOST_SECONDS)} 秒",
                    f"the time limit {full(made.time_limit)} s must be above 0, "
                    f"at most {full(_MOST_SECONDS)}",
                ),
            )
        )
    if made.catchment or made.decay:
        fault = zone_fault(made.catchment, made.decay or (1.0,) * len(made.catchment))
        found += [fault] if fault else []
    return found


def _needs(made: StudySettings) -> list[SettingFault]:
    """Say what the kind of study lacks."""
    found = []
    if made.kind in ("allocate", "rank") and made.candidates == NONE:
        found.append(
            (
                "candidates",
                Text(
                    "没有候选点：请给表、点位类型或网格",
                    "there are no candidates: give a table, kinds of sites or a grid",
                ),
            )
        )
    if made.kind == "allocate":
        asks = MODELS[made.model].asks if made.model in MODELS else frozenset()
        if "radius" in asks and made.radius is None:
            found.append(
                (
                    "radius",
                    Text(
                        "请填覆盖半径：按半径覆盖的目标需要它",
                        "give a covering radius: this aim needs one",
                    ),
                )
            )
        if made.sites is not None and made.sites < 1:
            found.append(
                (
                    "sites",
                    Text(
                        f"新建个数“{made.sites}”应至少为 1；只看现有点位，请选“现有覆盖如何？”",
                        f"number of new sites: {made.sites} is below 1; for what exists, ask how "
                        "well demand is served now",
                    ),
                )
            )
        if "sites" in asks and (made.sites is None) == (made.budget is None):
            found.append(
                (
                    "sites",
                    Text(
                        "新建个数与预算须填一个，且只填一个",
                        "give the number of new sites or a budget, one of the two",
                    ),
                )
            )
    if made.kind == "rank" and not made.criteria:
        found.append(("criteria", Text("至少要有一个准则", "there must be at least one criterion")))
    if made.kind == "whatif" and not made.put and not made.remove:
        found.append(("put", Text("请放、移或撤一个点位", "put, move or remove a site")))
    return found


def _judged(made: StudySettings) -> list[SettingFault]:
    """Say what is wrong with the criteria together."""
    found = []
    if len(made.criteria) > MOST_CRITERIA:
        found.append(
            (
                "criteria",
                Text(
                    f"准则 {len(made.criteria)} 个，最多 {MOST_CRITERIA} 个",
                    f"{len(made.criteria)} criteria, at most {MOST_CRITERIA}",
                ),
            )
        )
    for name, count in Counter(one.id for one in made.criteria).items():
        if count > 1:
            found.append(
                (
                    "criteria",
                    Text(
                        f"准则编号 {name} 出现 {count} 次",
                        f"the criterion {name} stands {count} times",
                    ),
                )
            )
    for number, row in enumerate(made.comparisons, start=1):
        if len(row) != len(made.comparisons):
            found.append(
                (
                    "comparisons",
                    Text(
                        f"两两比较第 {number} 行有 {len(row)} 个数，"
                        f"应为 {len(made.comparisons)} 个",
                        f"row {number} of the comparisons has {len(row)} numbers, "
                        f"not {len(made.comparisons)}",
                    ),
                )
            )
    if made.comparisons and len(made.comparisons) != len(made.criteria):
        found.append(
            (
                "comparisons",
                Text(
                    f"有 {len(made.criteria)} 个准则，两两比较却有 {len(made.comparisons)} 行",
                    f"{len(made.criteria)} criteria, but {len(made.comparisons)} rows of "
                    "comparisons",
                ),
            )
        )
    return found


def _criterion(one: CriterionSetting) -> list[SettingFault]:
    found = []
    if one.kind not in CRITERION_KINDS:
        listed = CRITERION_KINDS
        found.append(_one_of(f"{one.id}.kind", one.kind, "、".join(listed), ", ".join(listed)))
    if one.influence not in INFLUENCES:
        words = INFLUENCES
        found.append(_one_of(f"{one.id}.influence", one.influence, "、".join(words), str(words)))
    if one.kind == "density" and not (one.within_km or 0) > 0:
        found.append(
            (
                "criteria",
                Text(
                    f"{one.id}：密度准则需要 within_km 大于 0", f"{one.id}: density needs within_km"
                ),
            )
        )
    if one.weight < 0:
        found.append(
            ("criteria", Text(f"{one.id}：权重不能为负", f"{one.id}: the weight is negative"))
        )
    return found
