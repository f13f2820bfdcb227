"""JSON Schemas of the API's answers, by name; vocabularies come from the code that uses them."""

from __future__ import annotations

from typing import Any

from geomap.disclosure.narrowing import Audience
from geomap.model.catalog import Kind, Measure, Status
from geomap.model.schema import SHAPES

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": ["number", "null"]}
KIND: Schema = {"type": "string", "enum": [kind.value for kind in Kind]}
STATUS: Schema = {"type": "string", "enum": [status.value for status in Status]}


def ref(name: str) -> Schema:
    """Refer to a schema of this module."""
    return {"$ref": f"#/components/schemas/{name}"}


def says(schema: Schema, description: str) -> Schema:
    """Add a description."""
    return {**schema, "description": description}


def _many(items: Schema) -> Schema:
    """Make the schema of an array."""
    return {"type": "array", "items": items}


def maybe(schema: Schema) -> Schema:
    """Allow null as well."""
    return {"oneOf": [schema, {"type": "null"}]}


def record(properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """Make the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def schemas() -> Schema:
    """Give all schemas, for ``components`` of the OpenAPI document."""
    return {**_common(), **_catalogue(), **_figures(), **_side_by_side(), **_places()}


def _common() -> Schema:
    return {
        "Text": says(record({"zh": TEXT, "en": TEXT}), "中英文各一 / one text in both languages"),
        "Error": record({"error": record(_error())}),
        "Health": record(
            {
                "status": {"type": "string", "enum": ["ok", "degraded"]},
                "release": _release(),
                "message": ref("Text"),
                "findings": _many({"type": "object"}),
            },
            optional=("message", "findings"),
        ),
        "Release": record(
            {
                "release": _release(),
                "title": ref("Text"),
                "city": TEXT,
                "synthetic": says(TRUTH, "是否为示例数据 / whether all of it is made up"),
                "audience": says(
                    {"type": "string", "enum": list(Audience)},
                    "数据范围；public 时小数已保护 / public: small counts are withheld",
                ),
                "notices": _many(TEXT),
            }
        ),
        "Named": record({"id": TEXT, "name": ref("Text")}),
    }


def _error() -> Schema:
    return {
        "code": says(TEXT, "not_found, bad_request, method_not_allowed, too_large, internal, …"),
        "message": ref("Text"),
        "valid": says(_many(TEXT), "可用的名称 / names that would have been accepted"),
    }


def _release() -> Schema:
    return says(TEXT, "数据版本：全部数据文件的校验值 / identity of the release")


def _catalogue() -> Schema:
    return {
        "Area": record(
            {
                **dict.fromkeys(
                    ("code", "name_zh", "short_zh", "name_en", "kind", "parent", "seat_zh"), TEXT
                ),
                "seat_en": TEXT,
                "seat_lon": NUMBER,
                "seat_lat": NUMBER,
                "seat_source": TEXT,
            }
        ),
        "Formula": record({"op": TEXT, "of": TEXT, "per": TEXT, "scale": {"type": "number"}}),
        "Indicator": record(_indicator()),
        "SiteKind": record(
            {
                "id": TEXT,
                "name": ref("Text"),
                "shape": {"type": "string", "enum": list(SHAPES)},
                "outside": TRUTH,
            }
        ),
        "Catalogue": record(
            {
                "release": _release(),
                "city": TEXT,
                "areas": _many(ref("Area")),
                "groups": _many(ref("Named")),
                "indicators": _many(ref("Indicator")),
                "kinds": _many(ref("Named")),
                "statuses": _many(ref("Named")),
                "site_kinds": _many(ref("SiteKind")),
                "methods": says(_many(ref("Named")), "分级方法 / ways of classing"),
                "palettes": says(_many(ref("Named")), "色带 / colour schemes"),
            }
        ),
    }


def _indicator() -> Schema:
    return {
        "id": TEXT,
        "name": ref("Text"),
        "group": TEXT,
        "unit": ref("Text"),
        "measure": {"type": "string", "enum": [measure.value for measure in Measure]},
        "decimals": WHOLE,
        "direction": {"type": "string", "enum": ["more", "less", "none"]},
        "definition": ref("Text"),
        "formula": maybe(ref("Formula")),
        "part_of": TEXT,
        "timeless": says(TRUTH, "一个数适用于所有年份 / one figure holds for every year"),
        "weights": says(_many(TEXT), "未上报时按何分摊 / what estimates are spread by"),
        "asked": says(
            TRUTH, "是否要旗区填报；不要的，没有数写“无公开数” / whether areas report it"
        ),
        "versions": says(
            _many(record({"since": WHOLE, "note": ref("Text")})),
            "口径：从哪一年起、变了什么 / definitions: since when, and what changed",
        ),
        "method": TEXT,
        "k": WHOLE,
        "palette": TEXT,
        "years": record({kind.value: _many(WHOLE) for kind in Kind}),
    }


def _figures() -> Schema:
    number = says(NUMBER, "未上报时为 null / null when missing")
    return {
        "Source": record(_source()),
        "CountedSource": record(
            {**_source(), "figures": says(WHOLE, "取自此文件的条数 / figures that come from it")}
        ),
        "Sources": _list("sources", "CountedSource"),
        "Figure": record(
            {
                "id": says(TEXT, "来源:行号 / source:line"),
                **{"area": TEXT, "indicator": TEXT, "year": WHOLE},
                **{"value": number, "unit": TEXT, "kind": KIND, "status": STATUS},
                "digits": says(NUMBER, "出处印几位小数 / decimals that the document prints"),
                **_provenance(),
            }
        ),
        "Figures": _list("figures", "Figure"),
        "Value": record(
            {
                **{"indicator": TEXT, "area": TEXT, "year": WHOLE},
                **{"kind": KIND, "value": number, "status": STATUS},
                "figures": says(_many(TEXT), "所依据的数据 / ids of the figures behind it"),
                "conflict": says(TRUTH, "各文件的数不一致 / documents disagree"),
                "base_year": says(WHOLE, "变化的起始年，否则为 0 / year of comparison, else 0"),
                **_trust(),
            }
        ),
        "Values": _list("values", "Value"),
        "Provenance": record(
            {
                **{"indicator": TEXT, "area": TEXT, "year": WHOLE, "kind": KIND},
                **{"value": number, "status": STATUS, "conflict": TRUTH},
                **_trust(),
                "working": says(maybe(ref("Text")), "推算指标的算式 / formula in words"),
                "figures": says(_many({"type": "object"}), "所依据的数据，所采用者在前"),
            }
        ),
    }


def _side_by_side() -> Schema:
    text = ref("Text")
    told = says(text, "不能相减时为空 / empty where it cannot be told")
    return {
        "SideCell": record(
            {
                **{"code": TEXT, "text": text, "known": TRUTH, "status": STATUS},
                **{"conflict": TRUTH, "rank": maybe(WHOLE), "tied": TRUTH},
                **{"value": NUMBER, "sources": _many(TEXT)},
                "share": says(TEXT, "占全市的百分比，不能算时为空 / percent of the city, or empty"),
                **{"from_city": told, "from_first": told},
                "rough": says(TRUTH, "有约数，正负不定 / approximate, the sign is not known"),
            }
        ),
        "SideRow": record(
            {
                **{"id": TEXT, "name": text, "unit": text, "year": WHOLE, "ranked": WHOLE},
                "city": maybe(ref("SideCell")),
                "cells": _many(ref("SideCell")),
            }
        ),
        "Trend": record({"release": _release(), "sentence": text}),
        "SideBySide": record(
            {
                "release": _release(),
                "areas": _many({"type": "array", "prefixItems": [TEXT, text]}),
                "group": text,
                "rows": _many(ref("SideRow")),
                "without": says(
                    _many(text), "所选旗区都没有数的指标 / indicators without a number"
                ),
            }
        ),
    }


def _trust() -> Schema:
    bound = says(NUMBER, "估算的区间，没有则为 null / range of an estimate, else null")
    return {
        "rule": says(maybe(ref("Text")), "为何采用这个数 / why this one holds"),
        "others": says(_many(NUMBER), "其他各处的数；未定时是全部 / what other places say"),
        **{"low": bound, "high": bound},
        "method": says(maybe(ref("Text")), "估算的方法 / how it was estimated"),
        "approx": says(TEXT, "与数连写的字，如 约、超过 / the word beside the number"),
        "decimals": says(
            maybe(WHOLE), "印几位小数；null 用指标的 / decimals in print; null: the indicator's"
        ),
    }


def _source() -> Schema:
    texts = dict.fromkeys(("id", "title", "number", "issuer", "date", "url", "note"), TEXT)
    translated = says(TEXT, "英文题名，没有则为空 / its title in English, empty for none")
    return {**texts, "synthetic": TRUTH, "title_en": translated}


def _provenance() -> Schema:
    return {
        "source": says(
            maybe(ref("Source")),
            "出处；由边界量算的为 null / the document; null when measured on the boundaries",
        ),
        "locator": says(TEXT, "在文件中的位置 / place in the document"),
        "quote": TEXT,
        "note": TEXT,
        "approx": says(TEXT, "与数连写的字，如 约、以上 / the word beside the number"),
    }


def _places() -> Schema:
    degrees = says(NUMBER, "度，WGS 84，未知为 null / degrees, null when unknown")
    neighbour = record({"code": TEXT, "name_zh": TEXT})
    return {
        "SiteFigure": record(
            {
                **dict.fromkeys(("id", "item", "name_zh", "name_en", "date"), TEXT),
                **{"value": NUMBER, "text": TEXT, "unit": TEXT, "kind": KIND, "status": STATUS},
                **_provenance(),
            }
        ),
        "Site": record(
            {
                **dict.fromkeys(("id", "name_zh", "name_en", "kind", "level", "area"), TEXT),
                **{"lon": degrees, "lat": degrees},
                "precision": {
                    "type": "string",
                    "enum": ["exact", "anchor", "town", "city", "area"],
                },
                **dict.fromkeys(("anchor", "coordinate_source", "industry"), TEXT),
                **{"source": maybe(ref("Source")), "locator": TEXT, "note": TEXT},
                "figures": _many(ref("SiteFigure")),
            }
        ),
        **_site_lists(),
        "Geometry": record(
            {
                "type": {"type": "string", "enum": ["Polygon", "MultiPolygon"]},
                "coordinates": {"type": "array"},
            }
        ),
        "Units": _collection(ref("Area")),
        "Context": _collection(neighbour),
    }


def _site_lists() -> Schema:
    unknown: Schema = {"type": ["integer", "null"]}
    area = record(
        {
            **{"area": TEXT, "listed": WHOLE, "placed": WHOLE},
            "count": says(unknown, "名单不全时为 null / null where the list is not complete"),
            "year": says(unknown, "名单截至哪一年齐全 / as at which year it is complete"),
        }
    )
    complete = record(
        {
            **{"area": TEXT, "year": WHOLE, "count": WHOLE, "source": ref("Source")},
            **dict.fromkeys(("locator", "quote", "note"), TEXT),
        }
    )
    one = record(
        {
            **{"kind": TEXT, "name": ref("Text"), "listed": WHOLE, "placed": WHOLE},
            **{"without_area": WHOLE, "complete": _many(complete), "areas": _many(area)},
            "answer": says(ref("Text"), "哪里没有 / where there is none"),
        }
    )
    members = {"count": WHOLE, "sites": _many(ref("Site")), "lists": _many(ref("SiteList"))}
    return {"SiteList": one, "Sites": record({"release": _release(), **members})}


def _list(name: str, item: str) -> Schema:
    return record({"release": _release(), "count": WHOLE, name: _many(ref(item))})


def _collection(properties: Schema) -> Schema:
    feature = record(
        {
            "type": {"const": "Feature"},
            "id": TEXT,
            "properties": properties,
            "geometry": ref("Geometry"),
        }
    )
    collection = record({"type": {"const": "FeatureCollection"}, "features": _many(feature)})
    return says(collection, "GeoJSON, EPSG:4326")
