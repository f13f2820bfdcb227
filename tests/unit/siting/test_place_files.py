"""Tables of places as programs and people write them."""

from __future__ import annotations

import pandas as pd
import pytest

from geomap.atlas import Atlas
from geomap.errors import TableError
from geomap.release.open import open_release
from geomap.siting.input_files import File, read_places
from geomap.siting.places import DEMAND
from tests.support.toy import write_toy

SPOTS = [(109.99953, 39.82553), (109.785, 39.604)]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return open_release(write_toy(tmp_path_factory.mktemp("places")))


def read(toy: Atlas, text: str) -> tuple[pd.DataFrame, list[str]]:
    frame, findings = read_places(File("点.csv", text.encode()), DEMAND, toy, outside=True)
    return frame, [one.what.zh for one in findings]


@pytest.mark.parametrize(
    "text",
    [
        "编号,经度,纬度,人口\nA,109.99953°,39.82553°,1\nB,109.785º,39.604度,1\n",
        "编号,经度,纬度,人口\nA,东经109.99953度,北纬39.82553度,1\nB,109.785E,39.604N,1\n",
        "OBJECTID,POINT_X,POINT_Y,人口\nA,109.99953,39.82553,1\nB,109.785,39.604,1\n",
        "编号,东经,北纬,人数\nA,109.99953,39.82553,1\nB,109.785,39.604,1\n",
        "编号,经度（°）,纬度(度),人数\nA,109.99953,39.82553,1\nB,109.785,39.604,1\n",
        '编号,经纬度,人数\nA,"109.99953,39.82553",1\nB,"(109.785，39.604)",1\n',
        '编号,纬经度,人数\nA,"39.82553,109.99953",1\nB,39.604 109.785,1\n',
        "编号,人数,wkt\nA,1,POINT (109.99953 39.82553)\nB,1,POINT Z (109.785 39.604 12)\n",
        "名称,经度,纬度,人口\nA,109.99953,39.82553,1\nB,109.785,39.604,1\n",
        "名称,经度,纬度,人口\nA,109.99953,39.82553,1\nB,109.785,39.604,1\n合计,,,2\n",
        "序号,名称,经度,纬度,人口\nA,甲,109.99953,39.82553,1\nB,乙,109.785,39.604,1\n",
    ],
)
def test_places_are_read_however_they_are_written(toy: Atlas, text: str) -> None:
    frame, _ = read(toy, text)
    assert frame["id"].tolist() == ["A", "B"]
    assert list(zip(frame["lon"], frame["lat"], strict=True)) == SPOTS


def test_what_was_converted_is_said(toy: Atlas) -> None:
    _, told = read(
        toy, '名称,坐标,人口\n甲,"东经109.9°，北纬39.8°",1\n乙,"110.1, 39.7",1\n合计,,2\n'
    )
    assert "“坐标”一列拆成经度、纬度（经度在前）" in told
    assert "没有编号一列，以名称为编号" in told
    assert "“合计”一行不是地点，未读" in told


def test_a_total_with_coordinates_is_a_place(toy: Atlas) -> None:
    frame, _ = read(toy, "编号,经度,纬度,人口\n合计,109.9,39.8,1\n")
    assert frame["id"].tolist() == ["合计"]


def test_names_that_repeat_do_not_stand_for_ids(toy: Atlas) -> None:
    with pytest.raises(TableError) as caught:
        read(toy, "名称,经度,纬度,人口\n甲,109.9,39.8,1\n甲,109.8,39.8,1\n")
    assert [one.what.zh for one in caught.value.findings] == ["没有编号，名称又有重复：甲"]


def test_whole_degrees_are_noticed(toy: Atlas) -> None:
    _, told = read(toy, "编号,经度,纬度,人口\nA,110,40,1\nB,109.0,39,1\nC,109.5,39.5,1\n")
    assert any(one.startswith("2 行的坐标没有小数") for one in told)


def test_a_cell_that_holds_no_coordinates_is_told_with_its_row(toy: Atlas) -> None:
    with pytest.raises(TableError) as caught:
        read(toy, "编号,经纬度,人口\nA,东胜附近,1\n")
    assert {one.line for one in caught.value.findings} == {2}
    assert any("东胜附近" in one.what.zh for one in caught.value.findings)


def test_degrees_and_minutes_are_still_asked_for_as_decimals(toy: Atlas) -> None:
    with pytest.raises(TableError) as caught:
        read(toy, "编号,经度,纬度,人口\nA,109°59′58″,39.8,1\n")
    assert "109.999444" in caught.value.findings[0].fix.zh
