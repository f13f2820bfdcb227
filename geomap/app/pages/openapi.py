"""The OpenAPI 3.1 document of the API, served at ``/api/openapi.json`` and shown at ``/api/``.

The schema of a map view is a file of its own, for it binds more than the API.
"""

from __future__ import annotations

from typing import Any

from geomap import __version__
from geomap.app.http.answers import GEOJSON
from geomap.app.pages.queries import Query, QueryShape, queries
from geomap.app.pages.schemas import KIND, TEXT, WHOLE, ref, schemas
from geomap.cartography.classes import METHODS
from geomap.model.asked import ONE_MAP, Form, MapChoice, fields

Part = dict[str, Any]
MAPVIEW = "mapview.schema.json"

_SOURCE = {
    "id": "census2020",
    "title": "鄂尔多斯市第七次全国人口普查公报（第二号）",
    "title_en": "Communiqué of the Seventh National Population Census of Ordos City (No. 2)",
    "number": "",
    "issuer": "鄂尔多斯市统计局",
    "date": "2021-05-26",
    "url": "",
    "note": "",
    "synthetic": False,
}
_FIGURE = {
    "id": "census2020:4",
    "area": "150603",
    "indicator": "population",
    "year": 2020,
    "value": 118796,
    "unit": "人",
    "kind": "actual",
    "status": "reported",
    "source": _SOURCE,
    "locator": "表2-1 各旗区常住人口",
    "quote": "",
    "approx": "",
    "digits": 0,
    "note": "",
}
_VALUE = {
    "indicator": "population",
    "area": "150603",
    "year": 2020,
    "kind": "actual",
    "value": 118796,
    "status": "reported",
    "figures": ["census2020:4"],
    "conflict": False,
    "base_year": 0,
    "rule": {"zh": "只有一处", "en": "the only place"},
    "others": [],
    "low": None,
    "high": None,
    "method": None,
    "approx": "",
    "decimals": 0,
}


_VIEW = "/api/view"
_SHAPES: dict[QueryShape, Part] = {
    **dict.fromkeys(QueryShape, TEXT),
    QueryShape.WHOLE: WHOLE,
    QueryShape.KIND: KIND,
}
_FORMS: dict[Form, Part] = {
    **dict.fromkeys(Form, TEXT),
    Form.YEAR: WHOLE,
    Form.WHOLE: WHOLE,
    Form.FLAG: {"type": "string", "enum": ["true", "false"], "default": "false"},
}


def openapi_document() -> Part:
    """Give the whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "人才地图接口 / geomap API",
            "version": __version__,
            "description": (
                "只读。每个回答属于一个数据版本，带强 ETag；空值为 null。未知的参数和取值一律拒绝，"
                "并列出可用的；留空的参数视同未给。 / "
                "Read only. Every answer belongs to one release and has a strong ETag; missing "
                "values are null. Unknown parameters and values are refused, naming those that "
                "exist; a blank parameter counts as left out."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {path: {"get": operation} for path, operation in _paths().items()},
        "components": {"schemas": schemas()},
    }


def _paths() -> dict[str, Part]:
    found = {
        **_about(),
        **_data(),
        _VIEW: _view(),
        "/api/provenance": _provenance(),
        "/api/compare": _compare(),
        "/api/trend": _trend(),
    }
    return {path: {**one, "parameters": _parameters(path)} for path, one in found.items()}


def _parameters(path: str) -> list[Part]:
    if path == _VIEW:
        return [_field(field) for field in fields(*ONE_MAP)]
    return [_parameter(one) for one in queries(path)]


def _parameter(one: Query) -> Part:
    described = _query(one.key, one.description, one.example, _SHAPES[one.shape])
    return {**described, "required": True} if one.required else described


def _about() -> dict[str, Part]:
    return {
        "/healthz": _get(
            "health", "运行状况 / whether all is well",
            _body(ref("Health"), {"status": "ok", "release": "3f1c9a52"}), refusals=(),
        ),
        "/api/": _get("page", "接口说明页 / this page", _body(TEXT, media="text/html")),
        "/api/openapi.json": _get(
            "openapi", "接口描述 / the description of this API", _body({"type": "object"})
        ),
        f"/api/{MAPVIEW}": _get(
            "mapviewSchema", "地图视图的 JSON Schema / the JSON Schema of a map view",
            _body({"type": "object"}, media="application/schema+json"),
        ),
        "/api/release": _get(
            "release", "数据版本 / the release that is served", _body(ref("Release"))
        ),
    }  # fmt: skip


def _data() -> dict[str, Part]:
    both = ("400", "404")
    return {
        "/api/catalogue": _get(
            "catalogue",
            "目录：旗区、指标与年份、状态、图层、分级方法、色带 / all that can be chosen",
            _body(ref("Catalogue")),
        ),
        "/api/units": _get("units", "旗区边界 / areas", _body(ref("Units"), media=GEOJSON)),
        "/api/context": _get(
            "context", "周边边界 / neighbours", _body(ref("Context"), media=GEOJSON)
        ),
        "/api/figures": _get(
            "figures",
            "数据及出处，各文件不一致的并列 / figures with their documents, disagreeing ones too",
            _body(ref("Figures"), {"release": "3f1c9a52", "count": 1, "figures": [_FIGURE]}),
            refusals=both,
        ),
        "/api/values": _get(
            "values",
            "取值，含推算指标 / values, derived ones too",
            _body(ref("Values"), {"release": "3f1c9a52", "count": 1, "values": [_VALUE]}),
            refusals=both,
        ),
        "/api/sites": _get(
            "sites",
            "基地、园区与平台 / bases, parks and platforms",
            _body(ref("Sites")),
            refusals=both,
        ),
        "/api/sources": _get(
            "sources",
            "来源文件 / the documents",
            _body(
                ref("Sources"),
                {"release": "3f1c9a52", "count": 1, "sources": [{**_SOURCE, "figures": 10}]},
            ),
        ),
    }


def _view() -> Part:
    return _get(
        "view",
        "地图视图：一张图所显示的全部内容 / what one map shows",
        _body({"$ref": MAPVIEW}),
        refusals=("400", "404"),
    )


def _field(field: MapChoice) -> Part:
    key = "representation" if field.key == "as" else field.key
    schema = _FORMS[field.form]
    if choices := list(METHODS) if field.name == "method" else list(map(str, field.choices)):
        schema = {**schema, "enum": choices}
    if field.form is Form.WHOLE:
        schema = {**schema, "minimum": field.bounds[0], "maximum": field.bounds[1]}
    example = field.example or next(iter(schema.get("enum", [""])))
    described = _query(key, f"{field.words.zh} / {field.words.en}", example, schema)
    return {**described, "required": True} if field.name == "indicator" else described


def _provenance() -> Part:
    return _get(
        "provenance",
        "一个数的出处、状态与计算 / where one value comes from: figures, status, working",
        _body(ref("Provenance")),
        refusals=("400", "404"),
    )


def _compare() -> Part:
    return _get(
        "compare",
        "旗区并列比较 / areas side by side, with the city and with the first",
        _body(ref("SideBySide")),
        refusals=("400", "404"),
    )


def _trend() -> Part:
    return _get(
        "trend",
        "历年走势的一句话 / how a number went over the years, in one sentence",
        _body(ref("Trend")),
        refusals=("400", "404"),
    )


def _get(
    operation_id: str,
    summary: str,
    content: Part,
    *,
    refusals: tuple[str, ...] = ("400",),
) -> Part:
    return {
        "operationId": operation_id,
        "summary": summary,
        "parameters": [],
        "responses": {
            "200": {"description": "成功 / success", "content": content},
            "304": {"description": "内容未变 / unchanged since If-None-Match"},
            **{status: _refusal(status) for status in refusals},
        },
    }


def _body(schema: Part, example: object = None, *, media: str = "application/json") -> Part:
    return {
        media: {"schema": schema} if example is None else {"schema": schema, "example": example}
    }


def _refusal(status: str) -> Part:
    said, code, zh, en, valid = {
        "400": (
            "参数无法使用 / a parameter cannot be used",
            "bad_request",
            "没有参数“yaer”，最接近的是 year；可用的参数：year",
            "there is no parameter yaer; known: year",
            "year",
        ),
        "404": (
            "所要的不存在，valid 列出可用的 / it does not exist; valid names what does",
            "not_found",
            "没有年份“20200”；可用的有：2020",
            "there is no year 20200; valid: 2020",
            "2020",
        ),
    }[status]
    example = {"error": {"code": code, "message": {"zh": zh, "en": en}, "valid": [valid]}}
    content = {"schema": ref("Error"), "example": example}
    return {"description": said, "content": {"application/json": content}}


def _query(name: str, description: str, example: object, schema: Part | None = None) -> Part:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": schema or TEXT,
        "example": example,
    }
