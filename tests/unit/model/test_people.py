"""Units that count people, in whatever wording; what is unknown is protected and asked about."""

from __future__ import annotations

import dataclasses
import math

import pytest

from geomap.model.people import is_people, is_unsure, persons, persons_per
from geomap.release.check import check_release
from tests.support.cells_of_people import catalogue
from tests.support.toy import ToyRelease


@pytest.mark.parametrize(
    ("unit", "each"),
    [
        ("人", 1), ("名", 1), ("位", 1), ("人次", 1), ("人（次）", 1), ("千人", 1000),
        ("万人", 10_000), ("万人次", 10_000), ("百人", 100), ("十万人", 100_000),
        (" 万 人 ", 10_000),
    ],
)  # fmt: skip
def test_a_unit_of_people_says_how_many_persons_it_is(unit: str, each: float) -> None:
    assert persons_per(unit) == each
    (one,) = catalogue(["talent"], unit=unit).values()
    assert (is_people(one), is_unsure(one), persons(one)) == (True, False, each)


@pytest.mark.parametrize("unit", ["家", "亿元", "万元", "平方公里", "千瓦时", "个", "万亩", "套"])
def test_a_unit_of_things_is_none_of_people(unit: str) -> None:
    (one,) = catalogue(["talent"], unit=unit).values()
    assert (is_people(one), is_unsure(one)) == (False, False)
    assert math.isnan(persons(one))
    assert math.isnan(persons_per(unit))


def test_an_unknown_unit_is_taken_for_people_until_the_catalogue_says() -> None:
    (one,) = catalogue(["talent"], unit="万帧").values()
    assert (is_people(one), is_unsure(one), persons(one)) == (True, True, 10_000)
    told = dataclasses.replace(one, people=False)
    assert (is_people(told), is_unsure(told)) == (False, False)


def test_the_catalogue_may_say_that_a_thing_is_people() -> None:
    (one,) = catalogue(["talent"], unit="个").values()
    assert persons(dataclasses.replace(one, people=True)) == 1


def test_check_asks_about_a_unit_that_it_does_not_know(toy_release: ToyRelease) -> None:
    directory = toy_release({"indicators.json": lambda text: text.replace('"人"', '"帧"')})
    asked = [one for one in check_release(directory) if one.column == "unit_zh"]
    assert [one.level for one in asked] == ["notice"] * 3
    assert "看不出单位“帧”数的是不是人" in asked[0].what.zh
