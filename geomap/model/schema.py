"""The tables of a release: their columns, keys and accepted spellings. Data only, no checks.

The same definitions drive the checks, the import of Excel headings, and the Table Schema that is
written into ``datapackage.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIRST_YEAR, LAST_YEAR = 1949, 2100


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    type : text, code, number, degrees, year, date or choice
    required : whether each cell must be filled; a required column must be there
    names : headings that are accepted besides ``name``
    choices : for type choice: the stored word → words accepted for it
    pattern : for type code: what the whole cell must match
    """

    name: str
    type: str = "text"
    required: bool = False
    names: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One kind of table: its columns in order, the key, and the columns that may be left out."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    optional: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]

    def as_table_schema(self) -> dict[str, Any]:
        """Give the Table Schema (Data Package 2) form."""
        return {
            "fields": [_table_schema_field(column) for column in self.columns],
            "primaryKey": list(self.key),
            "missingValues": [""],
        }


def _table_schema_field(column: Column) -> dict[str, Any]:
    types = {"number": "number", "degrees": "number", "year": "integer"}
    is_year = column.type == "year"
    constraints: dict[str, Any] = {
        "required": column.required or None,
        "enum": list(column.choices) or None,
        "minimum": FIRST_YEAR if is_year else None,
        "maximum": LAST_YEAR if is_year else None,
        "pattern": column.pattern or None,
    }
    kept = {name: value for name, value in constraints.items() if value is not None}
    described = {"name": column.name, "type": types.get(column.type, "string")}
    return {**described, "constraints": kept} if kept else described


_KIND_WORDS = {
    "actual": ("实际", "现状", "完成", "完成情况"),
    "target": ("目标", "规划", "规划目标"),
}
STATUSES = {
    "reported": ("已公布", "公布", "已上报", "上报", "正式"),
    "derived": ("推算", "计算"),
    "provisional": ("暂定", "初步", "快报"),
    "apportioned": ("估算", "分摊"),
    "suppressed": ("不予公开", "保密"),
    "missing": ("未上报", "缺报", "缺失", "无数据"),
}
PRECISIONS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("exact", "anchor", "town", "city", "area"), ()
)
SHAPES = ("triangle", "square", "circle", "diamond", "pentagon", "star", "hexagon", "cross")

_ID = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_KIND = Column("kind", "choice", required=True, names=("类型",), choices=_KIND_WORDS)
_STATUS = Column("status", "choice", required=True, names=("状态",), choices=STATUSES)
_VALUE = Column("value", "number", names=("数值", "数据", "值"))
_LOCATOR = Column("locator", names=("出处", "页码", "位置"))
_QUOTE = Column("quote", names=("原文",))
_NOTE = Column("note", names=("备注", "说明"))
_APPROX = Column("approx", names=("约数", "约略", "程度"))

UNITS = TableSchema(
    (
        Column("code", "code", required=True, pattern=r"[0-9]{6,12}"),
        Column("name_zh", required=True),
        Column("short_zh", required=True),
        Column("name_en", required=True),
        Column("kind", required=True),
        Column("parent", "code", required=True, pattern=r"[0-9]{6,12}"),
        Column("since", "year"),
        Column("split_from", "code", pattern=r"[0-9]{6,12}"),
        Column("seat_zh"),
        Column("seat_en"),
        Column("seat_lon", "degrees"),
        Column("seat_lat", "degrees"),
        Column("seat_source"),
    ),
    key=("code",),
    optional=frozenset(
        {"since", "split_from", "seat_zh", "seat_en", "seat_lon", "seat_lat", "seat_source"}
    ),
)

STATS = TableSchema(
    (
        Column("area", "code", required=True, names=("旗区", "地区", "区域", "区划")),
        Column("indicator", "code", required=True, names=("指标", "指标名称")),
        Column("year", "year", required=True, names=("年份", "年度", "年")),
        _VALUE,
        Column("unit", required=True, names=("单位", "计量单位")),
        _KIND,
        _STATUS,
        _LOCATOR,
        _QUOTE,
        _NOTE,
        _APPROX,
    ),
    key=("area", "indicator", "year", "kind", "locator"),
    optional=frozenset({"quote", "note", "approx"}),
)

SITES = TableSchema(
    (
        Column("id", "code", required=True, pattern=_ID),
        Column("name_zh", required=True),
        Column("name_en"),
        Column("kind", "code", required=True),
        Column("level"),
        Column("area", "code", required=True),
        Column("lon", "number"),
        Column("lat", "number"),
        Column("precision", "choice", required=True, choices=PRECISIONS),
        Column("anchor"),
        Column("coordinate_source"),
        Column("industry"),
        Column("source", "code", required=True),
        Column("locator"),
        Column("note"),
    ),
    key=("id",),
)

SITE_LISTS = TableSchema(
    (
        Column("kind", "code", required=True, names=("类别",)),
        Column("area", "code", required=True, names=("旗区", "地区", "区域", "区划")),
        Column("year", "year", required=True, names=("年份", "年度", "年")),
        Column("count", "number", required=True, names=("个数",)),
        Column("source", "code", required=True, names=("来源",)),
        Column("locator", required=True, names=("出处", "页码", "位置")),
        _QUOTE,
        _NOTE,
    ),
    key=("kind", "area"),
    optional=frozenset({"quote", "note"}),
)

SITE_FIGURES = TableSchema(
    (
        Column("site", "code", required=True),
        Column("item", required=True),
        Column("name_zh", required=True),
        Column("name_en"),
        Column("date", "date"),
        _VALUE,
        Column("text"),
        Column("unit"),
        _KIND,
        _STATUS,
        Column("source", "code", required=True),
        _LOCATOR,
        _QUOTE,
        _NOTE,
        _APPROX,
    ),
    key=("site", "item", "date", "kind", "source", "locator"),
    optional=frozenset({"approx"}),
)
