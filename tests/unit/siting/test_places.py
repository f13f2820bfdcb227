"""Tables of places for siting: what is taken in, and what is told of bad ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geomap.atlas import Atlas
from geomap.errors import Finding, NotFoundError, TableError
from geomap.model.crs import _bd09, _gcj02, from_bd09, from_gcj02
from geomap.model.findings import Findings
from geomap.siting.places import CANDIDATES, DEMAND, EXISTING, Role, read_points
from geomap.tables.grid import split_grid
from geomap.tables.spellings import area_spellings


def read(
    atlas: Atlas, text: str, role: Role = DEMAND, **more: object
) -> tuple[pd.DataFrame, list[Finding]]:
    areas = area_spellings(atlas.parts)
    grid = split_grid("d.csv", text, Findings())
    return read_points(grid, role, atlas.boundaries, areas=areas, **more)  # type: ignore[arg-type]


def faults(atlas: Atlas, text: str, role: Role = DEMAND) -> list[tuple[int, str, str]]:
    with pytest.raises(TableError) as caught:
        read(atlas, text, role)
    return [(one.line, one.column, one.what.zh) for one in caught.value.findings]


def test_a_table_with_chinese_headings_is_read(atlas: Atlas) -> None:
    frame, _ = read(atlas, "编号,名称,旗区,经度,纬度,人数\n1,甲镇,东胜,109.5,39.5,120\n")
    assert frame.to_dict("records") == [
        {"id": "1", "name": "甲镇", "area": "150602", "lon": 109.5, "lat": 39.5, "weight": 120}
    ]


def test_an_area_that_is_not_stated_is_found_by_the_coordinates(atlas: Atlas) -> None:
    frame, _ = read(atlas, "id,lon,lat,weight\na,110.5,39.5,1\nb,115,39.5,1\n")
    assert frame["area"].tolist() == ["150603", ""]
    assert frame["name"].tolist() == ["a", "b"]


def test_all_faults_of_a_table_are_told_at_once(atlas: Atlas) -> None:
    assert faults(atlas, "id,lon,lat,weight\na,39.5,109.5,1\nb,109.5,39.5,-3\nc,2,2,1\n") == [
        (2, "lon", "39.5 经纬度像是颠倒了"),
        (3, "weight", "−3 是负数"),
        (4, "lon", "2 不在中国范围内"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,lon,lat,weight\n", (1, "", "没有需求点")),
        ("id,lon,lat,weight\na,109.5,39.5,\n", (2, "weight", "空着")),
        ("id,lon,lat,weight\na,109.5,39.5,0\n", (1, "weight", "权重全为 0，没有需求")),
        ("id,lon,lat\na,109.5,39.5\n", (1, "weight", "缺少列“weight”")),
        ("id,lon,lat,weight\na,109.5,39.5,1\na,109.6,39.5,1\n", (3, "id", "与第 2 行重复：a")),
        ("id,lon,lat,weight\na,109°30′,39.5,1\n", (2, "lon", "“109°30′”是度分秒")),
    ],
)
def test_bad_tables_are_refused(atlas: Atlas, text: str, said: tuple[int, str, str]) -> None:
    assert said in faults(atlas, text)


def test_degrees_and_minutes_are_answered_with_decimal_degrees(atlas: Atlas) -> None:
    with pytest.raises(TableError, match=r"写成十进制度：109\.508333"):
        read(atlas, 'id,lon,lat,weight\na,"109°30′30″",39.5,1\n')


def test_candidates_outside_the_city_are_refused_unless_allowed(atlas: Atlas) -> None:
    text = "id,lon,lat\na,115,39.5\n"
    assert faults(atlas, text, CANDIDATES) == [(2, "lon", "不在本市范围内")]
    frame, notices = read(atlas, text, CANDIDATES, outside=True)
    assert len(frame) == 1
    assert [one.what.zh for one in notices] == ["不在本市范围内"]


def test_further_columns_of_candidates_are_numbers_to_judge_by(atlas: Atlas) -> None:
    frame, _ = read(atlas, "id,lon,lat,地价\na,109.5,39.5,300\nb,109.6,39.5,\n", CANDIDATES)
    assert frame["地价"].tolist()[0] == 300
    assert np.isnan(frame["地价"].tolist()[1])


def test_two_places_on_one_spot_are_told_and_kept(atlas: Atlas) -> None:
    frame, notices = read(atlas, "id,lon,lat\na,109.5,39.5\nb,109.5,39.5\n", EXISTING)
    assert len(frame) == 2
    assert [(one.line, one.what.zh) for one in notices] == [(3, "与另一行在同一位置")]


@pytest.mark.parametrize(("system", "shift"), [("gcj02", _gcj02), ("bd09", _bd09)])
def test_declared_coordinates_are_converted(atlas: Atlas, system: str, shift: object) -> None:
    lon, lat = shift(np.array([109.5]), np.array([39.5]))  # type: ignore[operator]
    text = f"id,lon,lat,weight\na,{lon[0]:.9f},{lat[0]:.9f},1\n"
    frame, _ = read(atlas, text, system=system)
    assert frame[["lon", "lat"]].to_numpy() == pytest.approx(np.array([[109.5, 39.5]]), abs=1e-6)


def test_places_that_look_shifted_are_told_and_not_moved(atlas: Atlas) -> None:
    # 200 m west of the border of two areas; GCJ-02 lies some 500 m to the east, over it.
    lon, lat = _gcj02(np.array([109.998]), np.array([39.5]))
    assert lon[0] > 110
    frame, notices = read(atlas, f"id,area,lon,lat,weight\na,150602,{lon[0]:.6f},{lat[0]:.6f},1\n")
    assert frame["lon"].tolist() == [pytest.approx(lon[0], abs=1e-6)]
    told = [one.what.zh for one in notices]
    assert "按 GCJ-02（高德、腾讯） 换算后有 1 个点落在所填旗区" in told[0]
    assert told[1] == "坐标在 150603，填的是 150602"


def test_an_unknown_reference_system_names_those_known(atlas: Atlas) -> None:
    with pytest.raises(NotFoundError, match="gcj02"):
        read(atlas, "id,lon,lat,weight\n", system="beijing54")


def test_a_round_trip_through_the_shifts_misses_by_less_than_a_metre() -> None:
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(75, 134, 500), rng.uniform(20, 52, 500)
    for shift, back in ((_gcj02, from_gcj02), (_bd09, from_bd09)):
        again = back(*shift(lon, lat))
        miss_m = np.hypot((again[0] - lon) * 111_320, (again[1] - lat) * 111_320)
        assert miss_m.max() < 1
