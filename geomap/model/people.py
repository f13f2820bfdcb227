"""Which indicators count people, and how many persons one of their unit is.

The protection of small counts rests on it: a unit that is neither known to count people nor to
count things is taken for people, and ``geomap check`` asks the catalogue to say which.
"""

from __future__ import annotations

import math
import re
import unicodedata

from geomap.model.catalog import Indicator, Measure

_TIMES = {
    "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8,
}  # fmt: skip
_PEOPLE = {
    "人", "名", "位", "口", "人次", "人数", "人员", "个人", "人天", "人年", "人月", "员",
    "person", "persons", "people",
}  # fmt: skip
_THINGS = {
    "家", "户", "个", "件", "套", "项", "元", "美元", "亩", "公顷", "平方公里", "平方千米",
    "平方米", "立方米", "米", "公里", "千米", "吨", "公斤", "千克", "所", "处", "座", "栋", "间",
    "台", "辆", "架", "艘", "只", "头", "篇", "部", "本", "册", "场", "次", "家次", "项次",
    "张", "条", "门", "批", "种", "类", "年", "月", "周", "天", "日", "小时", "分钟", "学时",
    "课时", "千瓦", "千瓦时", "吨标准煤", "床", "床位", "张床位", "街道", "村", "%", "‰", "km²",
}  # fmt: skip
_BESIDE = re.compile(r"[(（][^)）]*[)）]|\s|[·•]")
_UNIT = re.compile(r"([十百]?[千万亿]|[十百])?(.+)")


def persons_per(unit: str) -> float:
    """Give how many persons one of a unit is, such as 1,000 for 千人; NaN when it is none.

    What stands in brackets does not matter: 人（次）, 人(年末).
    """
    times, base = _parted(unit)
    return times if base in _PEOPLE else math.nan


def persons(indicator: Indicator) -> float:
    """Give how many persons one of an indicator's unit is; NaN when it does not count people.

    One of an unknown unit is taken for one person, or for as many as 万 or 千 before it say.
    """
    if not is_people(indicator):
        return math.nan
    return _parted(indicator.unit.zh)[0]


def is_people(indicator: Indicator) -> bool:
    """Whether an indicator counts people: the catalogue says so, or its unit does not deny it."""
    if indicator.measure is not Measure.COUNT:
        return False
    if indicator.people is not None:
        return indicator.people
    return _parted(indicator.unit.zh)[1] not in _THINGS


def is_unsure(indicator: Indicator) -> bool:
    """Whether neither the catalogue nor the unit says that it counts people or things."""
    if indicator.measure is not Measure.COUNT or indicator.people is not None:
        return False
    return _parted(indicator.unit.zh)[1] not in _PEOPLE | _THINGS


def _parted(unit: str) -> tuple[float, str]:
    """Give the number before a unit and the unit: 万人次 → 10,000 and 人次."""
    bare = _BESIDE.sub("", unicodedata.normalize("NFKC", unit))
    if bare in _THINGS:  # 千瓦 and 千米 are units of their own
        return 1.0, bare
    found = _UNIT.fullmatch(bare)
    if found is None:
        return 1.0, bare
    return _TIMES.get(found[1] or "", 1.0), found[2]
