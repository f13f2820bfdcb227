"""What each address of the API may be asked: read, refused and described from one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from geomap.errors import Text


class QueryShape(Enum):
    """How a parameter is written."""

    TEXT = auto()
    WHOLE = auto()
    KIND = auto()
    SEVERAL = auto()


@dataclass(frozen=True, slots=True)
class Query:
    """One parameter of an address: its key, its words, an example, whether it must be given."""

    key: str
    words: Text
    example: str | int
    shape: QueryShape = QueryShape.SEVERAL
    required: bool = False

    @property
    def description(self) -> str:
        """What the description of the API says of it."""
        zh, en = self.words
        if self.shape is QueryShape.SEVERAL:
            zh, en = f"{zh}，可重复或用逗号分隔", f"{en}, repeated or split by commas"
        return f"{zh} / {en}"


_AREA = Query("area", Text("旗区代码", "codes of areas"), "150603")
_INDICATOR = Query("indicator", Text("指标", "indicators"), "population")
_YEAR = Query("year", Text("年份", "years"), "2020")
_KIND = Query("kind", Text("实际 actual、目标 target", "actual, target"), "actual")

QUERIES: Mapping[str, tuple[Query, ...]] = {
    "/api/figures": (
        _AREA,
        _INDICATOR,
        _YEAR,
        Query("status", Text("数据状态", "statuses"), "reported"),
        _KIND,
        Query("source", Text("来源文件", "documents"), "census2020"),
    ),
    "/api/values": (_AREA, _INDICATOR, _YEAR, _KIND),
    "/api/compare": (
        Query(
            "areas",
            Text(
                "2 至 5 个旗区的代码，用逗号分隔；差值以第一个为准",
                "codes of 2 to 5 areas, split by commas; differences are from the first",
            ),
            "150602,150603",
            QueryShape.TEXT,
            required=True,
        ),
        Query(
            "group",
            Text("指标组，不写为主要数据", "group of indicators, by default the key figures"),
            "talent",
            QueryShape.TEXT,
        ),
        Query("year", Text("年份", "year"), 2020, QueryShape.WHOLE),
    ),
    "/api/trend": (
        Query("indicator", Text("指标", "indicator"), "population", QueryShape.TEXT, required=True),
        Query(
            "area",
            Text("旗区代码，不写为全市", "code of the area, by default the city"),
            "150603",
            QueryShape.TEXT,
        ),
    ),
    "/api/sites": (
        Query(
            "kind", Text("点位类别，可重复或用逗号分隔", "kinds of sites"), "base", QueryShape.TEXT
        ),
        _AREA,
    ),
    "/api/provenance": (
        Query("indicator", Text("指标", "indicator"), "population", QueryShape.TEXT, required=True),
        Query(
            "area", Text("旗区代码", "code of the area"), "150603", QueryShape.TEXT, required=True
        ),
        Query("year", Text("年份", "year"), 2020, QueryShape.WHOLE, required=True),
        Query("kind", Text("实际或目标", "actual or target"), "actual", QueryShape.KIND),
    ),
}
"""By address, in the order of the description; a map view is described by ``model.asked``."""


def queries(path: str) -> tuple[Query, ...]:
    """Give the parameters of an address; of most there are none."""
    return QUERIES.get(path, ())


def keys_of(path: str) -> tuple[str, ...]:
    """Give the keys of an address, in order."""
    return tuple(one.key for one in queries(path))
