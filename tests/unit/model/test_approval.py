"""Map approval: the number holds for one geometry, however its file is written."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
from shapely.geometry import MultiPolygon, Polygon, box

from geomap.atlas import Atlas
from geomap.errors import CrsError
from geomap.model.approval import (
    INTERNAL_MARK,
    check_approval,
    geometry_sha256,
    mark,
    parse_approval,
)

# Made up for the test; no such number exists.
NUMBER = "测试S(2000)000号"


def frame(*shapes, codes=("150602", "150603")):
    return gpd.GeoDataFrame(
        {"code": list(codes)[: len(shapes)]}, geometry=list(shapes), crs="EPSG:4326"
    )


TWO = frame(box(109, 39, 110, 40), box(110, 39, 111, 40))


def record(boundaries=TWO, **members):
    return json.dumps(
        {
            "number": NUMBER,
            "office": "某市自然资源局",
            "date": "2000-01-31",
            "geometry_sha256": geometry_sha256(boundaries),
            "scope_zh": "本市专题图",
            "scope_en": "Thematic maps of the city",
            **members,
        },
        ensure_ascii=False,
    )


def test_without_a_record_maps_are_internal_and_nothing_is_wrong() -> None:
    assert mark(None, TWO) == INTERNAL_MARK
    assert check_approval(None, TWO) == []


def test_a_number_marks_the_geometry_that_it_was_given_for() -> None:
    assert mark(parse_approval(record()), TWO).zh == f"审图号：{NUMBER}"
    assert check_approval(record(), TWO) == []


def test_another_geometry_brings_the_internal_mark_back_and_is_said() -> None:
    moved = frame(box(109, 39, 110, 40), box(110, 39, 111, 40.0001))
    assert mark(parse_approval(record()), moved) == INTERNAL_MARK
    [finding] = check_approval(record(), moved)
    assert finding.column == "geometry_sha256"
    assert "不再适用" in finding.what.zh
    assert geometry_sha256(moved) in finding.fix.en


def test_order_start_direction_and_last_digits_of_a_ring_play_no_part() -> None:
    turned = Polygon([(110, 40), (109, 40), (109, 39), (110, 39.000001)])
    other = frame(MultiPolygon([box(110, 39, 111, 40)]), turned, codes=("150603", "150602"))
    assert geometry_sha256(other) == geometry_sha256(TWO)


def test_codes_holes_and_neighbours_count() -> None:
    hole = box(109, 39, 110, 40).difference(box(109.4, 39.4, 109.6, 39.6))
    variants = [
        geometry_sha256(TWO),
        geometry_sha256(frame(*TWO.geometry, codes=("150602", "150604"))),
        geometry_sha256(frame(hole, box(110, 39, 111, 40))),
        geometry_sha256(TWO, frame(box(111, 39, 112, 40))),
    ]
    assert len(set(variants)) == 4
    assert geometry_sha256(TWO, TWO.iloc[:0]) == variants[0]


def test_projected_geometry_is_refused() -> None:
    with pytest.raises(CrsError):
        geometry_sha256(TWO.to_crs(3857))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("number", "待定"),
        ("number", ""),
        ("number", 12),
        ("office", "  "),
        ("date", "2000-02-30"),
        ("date", "20000131"),
        ("geometry_sha256", "ABC"),
        ("scope_zh", None),
        ("comment", "x"),
    ],
)
def test_a_record_with_a_fault_is_not_used_and_the_member_is_named(member, value) -> None:
    text = record(**{member: value})
    assert mark(parse_approval(text), TWO) == INTERNAL_MARK
    assert [finding.column for finding in check_approval(text, TWO)] == [member]


@pytest.mark.parametrize("text", ["", "[]", "{", "3"])
def test_what_is_no_object_is_one_finding(text) -> None:
    assert parse_approval(text) is None
    assert len(check_approval(text, TWO)) == 1


@pytest.mark.parametrize("number", ["GS(2000)0000号", "GS京（2000）0000号", "蒙S〔2000〕00号"])
def test_the_usual_forms_of_numbers_are_taken(number) -> None:
    assert mark(parse_approval(record(number=number)), TWO).zh == f"审图号：{number}"


def test_a_release_hashes_with_its_neighbours(atlas: Atlas) -> None:
    alone = geometry_sha256(atlas.boundaries)
    assert alone != geometry_sha256(atlas.boundaries, atlas.context)
    assert len(alone) == 64
