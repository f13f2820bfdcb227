"""The columns of what leaves as data: one name each for programs, for DBF and for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from geomap.errors import Text

Type: TypeAlias = Literal["text", "real", "whole", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name for programs, the one of ten characters for DBF, and its heading."""

    id: str
    short: str
    head: Text
    type: Type = "text"
    width: int = 12


EXPORT_COLUMNS = (
    Field("code", "code", Text("代码", "Code"), width=9),
    Field("name_zh", "name_zh", Text("名称", "Chinese name"), width=14),
    Field("name_en", "name_en", Text("英文名", "Name"), width=24),
    Field("area_kind", "area_kind", Text("区划类别", "Kind of area"), width=10),
    Field("indicator", "indicator", Text("指标编号", "Indicator id"), width=20),
    Field("indicator_name", "ind_name", Text("指标", "Indicator"), width=18),
    Field("value", "value", Text("数值", "Value"), "real", 16),
    Field("printed", "printed", Text("图上写法", "As printed"), width=14),
    Field("unit", "unit", Text("单位", "Unit"), width=12),
    Field("year", "year", Text("年份", "Year"), "whole", 7),
    Field("base_year", "base_year", Text("基年", "Base year"), "whole", 7),
    Field("kind", "kind", Text("类型", "Kind"), width=8),
    Field("status", "status", Text("状态代码", "Status code"), width=12),
    Field("status_label", "status_lbl", Text("状态", "Status"), width=16),
    Field("class", "class", Text("级", "Class"), "whole", 6),
    Field("class_label", "class_lbl", Text("级的区间", "Class interval"), width=16),
    Field("fill", "fill", Text("颜色", "Colour"), width=10),
    Field("rank", "rank", Text("位次", "Rank"), "whole", 6),
    Field("low", "low", Text("区间下限", "Range from"), "real", 12),
    Field("high", "high", Text("区间上限", "Range to"), "real", 12),
    Field("method", "method", Text("估算方法", "Method of estimate"), width=30),
    Field("conflict", "conflict", Text("记载不一致", "Documents disagree"), "flag", 10),
    Field("others", "others", Text("其他记载", "Other values"), width=16),
    Field("doc_no", "doc_no", Text("来源序号", "Document no."), width=9),
    Field("documents", "documents", Text("来源文件", "Documents"), width=44),
    Field("places", "places", Text("位置", "Places"), width=30),
    Field("mark", "mark", Text("标注", "Mark"), width=34),
    Field("audience", "audience", Text("数据范围", "Figures shown"), width=24),
    Field("release", "release", Text("数据版本", "Release"), width=20),
    Field("notes", "notes", Text("说明", "Notes"), width=40),
)
DOCUMENT_FIELDS = (
    Field("doc_no", "doc_no", Text("序号", "No."), "whole", 6),
    Field("id", "id", Text("编号", "Id"), width=16),
    Field("title", "title", Text("标题", "Title"), width=60),
    Field("title_en", "title_en", Text("英文标题", "English title"), width=60),
    Field("number", "number", Text("文号", "Number"), width=20),
    Field("issuer", "issuer", Text("发布单位", "Issuer"), width=24),
    Field("date", "date", Text("日期", "Date"), width=12),
    Field("url", "url", Text("网址", "Address"), width=30),
    Field("note", "note", Text("说明", "Note"), width=40),
)
FIGURE_FIELDS = (
    Field("figure", "figure", Text("数据编号", "Figure"), width=18),
    Field("area", "area", Text("旗区", "Area"), width=16),
    Field("indicator", "indicator", Text("指标", "Indicator"), width=18),
    Field("year", "year", Text("年份", "Year"), "whole", 7),
    Field("value", "value", Text("数值", "Value"), "real", 16),
    Field("approx", "approx", Text("约略", "Wording"), width=8),
    Field("unit", "unit", Text("单位", "Unit"), width=12),
    Field("kind", "kind", Text("类型", "Kind"), width=8),
    Field("status", "status", Text("状态代码", "Status code"), width=12),
    Field("status_label", "status_lbl", Text("状态", "Status"), width=16),
    Field("doc_no", "doc_no", Text("来源序号", "Document no."), width=9),
    Field("locator", "locator", Text("位置", "Place"), width=34),
    Field("quote", "quote", Text("原文", "Quote"), width=44),
    Field("note", "note", Text("说明", "Note"), width=40),
)
SITE_FIELDS = (
    Field("id", "id", Text("编号", "Id"), width=16),
    Field("layer", "layer", Text("图层编号", "Layer id"), width=12),
    Field("layer_name", "layer_name", Text("类别", "Layer"), width=14),
    Field("name_zh", "name_zh", Text("名称", "Chinese name"), width=34),
    Field("name_en", "name_en", Text("英文名", "Name"), width=34),
    Field("level", "level", Text("级别", "Level"), width=10),
    Field("area", "area", Text("旗区代码", "Area code"), width=9),
    Field("area_name", "area_name", Text("旗区", "Area"), width=16),
    Field("lon", "lon", Text("经度", "Longitude"), "real", 12),
    Field("lat", "lat", Text("纬度", "Latitude"), "real", 12),
    Field("precision", "precision", Text("坐标精度", "Precision"), width=10),
    Field("precision_label", "prec_label", Text("坐标精度说明", "What is located"), width=18),
    Field("anchor", "anchor", Text("邻近设施", "Facility nearby"), width=24),
    Field("industry", "industry", Text("产业、领域", "Industry"), width=20),
    Field("doc_no", "doc_no", Text("来源序号", "Document no."), width=9),
    Field("documents", "documents", Text("来源文件", "Documents"), width=44),
    Field("places", "places", Text("位置", "Places"), width=30),
    Field("note", "note", Text("说明", "Note"), width=40),
    Field("mark", "mark", Text("标注", "Mark"), width=34),
)
