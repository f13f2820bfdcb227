"""Matrices and lists of costs: read as they are, and held against the straight line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geomap.errors import RequestError, TableError, Text
from geomap.model.findings import Findings
from geomap.siting import matrix_files
from geomap.siting.inputs import Given
from geomap.siting.matrix_files import read_costs
from geomap.siting.measuring import measure_costs
from geomap.siting.settings import StudySettings

# 43.0 km from one to the next: half a degree on the parallel of 39.6°.
ALONG = pd.DataFrame(
    {"id": ["a", "b", "c"], "name": ["甲", "乙", "丙"], "lon": [109.0, 109.5, 110.0], "lat": 39.6}
)
LIST = "from,to,minutes\na,a,0\na,b,30\nb,a,31\nb,b,0\nc,a,90\nc,b,35\n"


def read(text: str) -> tuple[pd.DataFrame, str, list[str]]:
    findings = Findings()
    frame, unit = read_costs("m.csv", text.encode(), findings)
    return frame, unit, [one.what.zh for one in findings]


def against(values: list[list[float]], unit: str, said: str = "") -> list[Text]:
    frame = pd.DataFrame(values, index=list("abc"), columns=list("abc"), dtype=float)
    told: list[Text] = []
    given = Given(matrix=frame, matrix_unit=said)
    measure_costs(
        StudySettings.from_dict({"kind": "cover", "distance": f"matrix:{unit}"}),
        given,
        ALONG,
        ALONG,
        told,
    )
    return told


def test_a_list_of_pairs_is_read_as_a_matrix_with_its_unit() -> None:
    frame, unit, told = read(LIST)
    assert (unit, told) == ("min", [])
    assert frame.loc[["a", "b", "c"], ["a", "b"]].to_numpy().tolist() == [
        [0, 30],
        [31, 0],
        [90, 35],
    ]


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("from,to,minutes", "min"),
        ("from_id,to_id,travel_time_p50", "min"),
        ("Origin,Destination,km", "km"),
        ("起点,终点,距离（公里）", "km"),
        ("起点,终点,耗时（分钟）", "min"),
        ("o,d,cost", ""),
        ("from,to,mode,minutes", "min"),
    ],
)
def test_lists_are_known_by_their_headings(heading: str, unit: str) -> None:
    row = "a,b,car,30" if "mode" in heading else "a,b,30"
    frame, found, _ = read(f"{heading}\n{row}\n")
    assert (frame.loc["a", "b"], found) == (30, unit)


def test_pairs_that_are_not_listed_cannot_be_reached_and_that_is_said() -> None:
    frame, _, told = read("from,to,km\na,a,0\nb,b,0\n")
    assert np.isinf(frame.loc["a", "b"])
    assert told == ["2 对没有列出，按到不了计"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("from,to,km\na,b,1\na,b,2\n", 3, "a → b 已经有一行"),
        ("from,to,km\na,b,far\n", 2, "“far”不是不小于 0 的数"),
        ("from,to,km\na,b,\n", 2, "空着"),
        ("from,to,km\na,,1\n", 2, "起点或终点空着"),
        ("from,to,metres\na,b,1\n", 1, "单位是 metres"),
        ("from,to,minutes,km\na,b,1,2\n", 1, "看不出哪一列是距离或时间：minutes、km"),
    ],
)
def test_faults_of_a_list_are_told_by_line(text: str, line: int, what: str) -> None:
    with pytest.raises(TableError) as caught:
        read(text)
    (fault,) = caught.value.findings
    assert (fault.line, fault.what.zh) == (line, what)


def test_a_matrix_along_the_road_is_believed() -> None:
    assert against([[0, 45, 92], [45, 0, 50], [92, 50, 0]], "km") == []
    assert against([[0, 30, 70], [30, 0, 30], [70, 30, 0]], "min") == []


def test_metres_declared_kilometres_are_refused() -> None:
    with pytest.raises(RequestError, match=r"1,00[0-9] 倍（中位）：单位不是公里（像是米）"):
        against([[0, 43000, 86000], [43000, 0, 43000], [86000, 43000, 0]], "km")


def test_seconds_declared_minutes_are_refused() -> None:
    with pytest.raises(RequestError, match="像是秒"):
        against([[0, 2700, 5400], [2700, 0, 2700], [5400, 2700, 0]], "min")


def test_a_matrix_that_is_many_times_the_straight_line_is_said() -> None:
    (said,) = against([[0, 1000, 2000], [1000, 0, 1000], [2000, 1000, 0]], "min")
    assert "直线距离的 23.3 分钟/公里" in said.zh


def test_what_is_shorter_than_the_straight_line_is_said_with_the_worst_pair() -> None:
    (said,) = against([[0, 45, 9], [45, 0, 45], [92, 45, 0]], "km")
    assert said.zh.startswith("矩阵有 1 对短于直线距离，如 a → c：9 公里，直线 85.9 公里")
    (fast,) = against([[0, 5, 60], [30, 0, 30], [60, 30, 0]], "min")
    assert fast.zh.startswith("矩阵有 1 对快于直线上 250 公里/小时，如 a → b：5 分钟")


def test_a_heading_that_contradicts_the_settings_is_asked_after() -> None:
    with pytest.raises(RequestError, match="表头写的是分钟，设定的是公里"):
        against([[0, 45, 92], [45, 0, 50], [92, 50, 0]], "km", said="min")


def test_a_matrix_of_nothing_but_faults_is_given_up_when_more_are_found_than_anybody_mends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(matrix_files, "_cost", lambda text: looked.append(text) or float("nan"))
    head = "id," + ",".join(map(str, range(300)))
    rows = [f"d{at}," + ",".join("x" * 300) for at in range(50)]
    with pytest.raises(TableError, match="有 300 处以上问题") as caught:
        read("\n".join([head, *rows]))
    assert (caught.value.count, caught.value.more) == (300, True)
    assert len(looked) == 300  # one row of the fifty
    with pytest.raises(TableError, match="有 200 处以上问题"):
        read("\n".join(["from,to,km", *(f"a{at},b,x" for at in range(5000))]))


def test_a_matrix_of_more_than_a_study_takes_is_refused_before_it_is_laid_out() -> None:
    wide = "id," + ",".join(map(str, range(20_001))) + "\na,1\n"
    with pytest.raises(RequestError, match="20,001 个点位，最多 20,000 个点位"):
        read(wide)
    # 300 MB as a matrix, most of it empty.
    diagonal = "\n".join(["from,to,km", *(f"{at},{at},1" for at in range(6_000))])
    with pytest.raises(RequestError, match="6,000 个需求点、6,000 个点位"):
        read(diagonal)
