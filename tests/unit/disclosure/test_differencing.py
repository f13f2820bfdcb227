"""What two publications give away together, worked out by hand."""

from __future__ import annotations

import dataclasses
import json

import pytest

from geomap.disclosure.differencing import Published, publication_difference
from geomap.errors import Text
from tests.support.cells_of_people import CITY, catalogue, values_of


def published(rows, hidden=(), **options):
    values = values_of(rows)
    gone = [
        (name, area) in hidden
        for name, area in zip(values["indicator"], values["area"], strict=True)
    ]
    values = values.assign(
        value=values["value"].mask(gone), status=values["status"].mask(gone, "suppressed")
    )
    areas = tuple(area for area in next(iter(rows.values())) if area != CITY)
    return Published(values, catalogue(rows, **options), areas)


ROW = {"甲": 3, "乙": 7, "丙": 20, "丁": 30}
PAIR = {("talent", "甲"), ("talent", "乙")}


def ends(found):
    return {leak.area: (leak.low, leak.high) for leak in found.leaks}


def test_the_same_publication_twice_gives_nothing_away() -> None:
    one = published({"talent": ROW}, PAIR)
    found = publication_difference(one, one, city=CITY)
    assert found.leaks == ()
    assert found.notes == ()


def test_a_cell_that_was_shown_then_is_known_and_so_is_its_partner() -> None:
    then = published({"talent": ROW}, {("talent", "甲"), ("talent", "丙")})
    found = publication_difference(then, published({"talent": ROW}, PAIR), city=CITY)
    assert ends(found) == {"甲": pytest.approx((3, 3)), "乙": (7, 7)}
    assert (
        "以前的发布已公开这个数：7人" in found.leaks[1].reason.zh
        or "7人" in found.leaks[0].reason.zh
    )
    json.dumps([leak.as_dict() for leak in found.leaks], allow_nan=False)


def test_a_total_that_differs_by_a_new_area_isolates_it() -> None:
    then = published({"talent": {"乙": 7, "丙": 20, "丁": 30}})
    now = published({"talent": ROW}, {("talent", "甲"), ("talent", "丙")})
    found = publication_difference(then, now, city=CITY)
    assert ends(found) == {"甲": pytest.approx((3, 3)), "丙": (20, 20)}
    assert "新增 甲" in found.notes[0].zh


def test_an_area_that_was_split_off_another_follows_from_what_that_lost() -> None:
    # 乙 had 10 with 甲 in it and has 7 without: 甲 has 3, though 甲 and 丙 are withheld now.
    then = published(
        {"talent": {"乙": 10, "丙": 20, "丁": 30}}, {("talent", "丙"), ("talent", "丁")}
    )
    now = published({"talent": ROW}, {("talent", "甲"), ("talent", "丙")})
    found = publication_difference(then, now, city=CITY)
    assert ends(found)["甲"] == pytest.approx((3, 3))


def test_a_lineage_is_used_instead_of_guesses() -> None:
    then = published({"talent": {"乙": 10, "丙": 20, "丁": 30}})
    now = published({"talent": ROW}, PAIR | {("talent", "丙"), ("talent", "丁")})
    lineage = {"乙": ("甲", "乙")}
    found = publication_difference(then, now, city=CITY, lineage=lineage)
    assert ends(found) == {"丙": (20, 20), "丁": (30, 30)}
    merged = publication_difference(now, then, city=CITY, lineage={"甲": ("乙",), "乙": ("乙",)})
    assert merged.leaks == ()


def test_an_indicator_whose_definition_changed_is_not_compared() -> None:
    then, now = published({"talent": ROW}), published({"talent": ROW}, PAIR)
    other = dataclasses.replace(then.indicators["talent"], definition=Text("旧口径", "old"))
    then = dataclasses.replace(then, indicators={"talent": other})
    found = publication_difference(then, now, city=CITY)
    assert found.leaks == ()
    assert "口径或单位已变" in found.notes[0].zh


def test_a_revised_total_gives_no_cell_away_by_itself() -> None:
    then = published({"talent": {**ROW, CITY: 58}}, PAIR)
    assert publication_difference(then, published({"talent": ROW}, PAIR), city=CITY).leaks == ()
