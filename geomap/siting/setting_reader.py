"""Siting settings from JSON: each member by its kind, every fault at once. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from geomap.errors import SettingsError, Text, closest
from geomap.numbers import full
from geomap.siting.setting_labels import LABELS, MODEL_NAMES, SettingFault, setting_label

_TEXTS = {"kind", "name", "demand", "candidates", "existing", "distance", "crs", "model", "id"}
_TEXTS |= {"of", "influence", "exclude"}
_FLAGS = {"fair", "split", "outside"}
_NUMBERS = {"budget", "radius", "time_limit", "weight", "ideal", "least", "most", "within_km"}
_NUMBERS |= {"lon", "lat", "capacity"}
_NUMBER_LISTS = {"radii", "catchment", "decay"}
_TEXT_LISTS = {"required_areas", "remove"}
_MOST_ITEMS, _MOST_MEMBERS, _LONGEST, _DEEPEST = 1_000, 60, 2_000, 3
"""Of a list, of an object, of a text, and of one within another: what a person asks has a tenth."""


def refuse_large(given: Mapping[str, Any]) -> None:
    """Refuse what nobody asks before it is looked at one by one, or quoted in a message."""
    large = [name for name, one in given.items() if not _is_small(one, _DEEPEST)][:1]
    if len(given) > _MOST_MEMBERS or any(len(str(name)) > _LONGEST for name in given):
        large = [""]
    if large:
        label = setting_label(large[0]) if large[0] in LABELS else Text("设置", "settings")
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


class SettingReader:
    """Turns JSON members into fields; keeps every fault.

    Parameters
    ----------
    objects : the members that are lists of objects: the class of each, and what it must have
    """

    def __init__(self, objects: Mapping[str, tuple[type, tuple[str, ...]]]) -> None:
        self.faults: list[SettingFault] = []
        self._objects_of = objects

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
        if name in self._objects_of:
            cls, needed = self._objects_of[name]
            return self._objects(cls, value, name, needed)
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
                    label = setting_label(lacking, (name, number))
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
        label = setting_label(name, where)
        text = Text(f"{label.zh}“{value}”{words.zh}", f"{label.en}: {value!s} is not {words.en}")
        self.faults.append((where[0] if where else name, text))


def _is_finite(value: object) -> bool:
    """Tell whether it is a number that a float can hold."""
    try:
        return isinstance(value, int | float) and type(value) is not bool and math.isfinite(value)
    except OverflowError:
        return False
