"""Siting studies: settings that read back, seats that stand for areas, text that says it all."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from geomap.atlas import Atlas
from geomap.errors import RequestError, SettingsError
from geomap.release.check import check_release
from geomap.release.open import open_release
from geomap.siting.answer_json import narrative_json
from geomap.siting.inputs import Given, build_inputs, seat_demand
from geomap.siting.narrative import as_lines, narrative
from geomap.siting.settings import StudySettings
from geomap.siting.study import run_study
from tests.support.toy import ToyRelease

PLACES = ["id", "name", "area", "lon", "lat"]
SEATED = (
    "code,name_zh,short_zh,name_en,kind,parent,seat_zh,seat_en,seat_lon,seat_lat,seat_source\n"
    "150600,鄂尔多斯市,鄂尔多斯,Ordos City,city,150000,,,,,\n"
    "150602,东胜区,东胜,Dongsheng District,district,150600,一镇,One,109.2,39.3,GeoNames\n"
    "150603,康巴什区,康巴什,Kangbashi District,district,150600,,,,,\n"
    "150627,伊金霍洛旗,伊旗,Ejin Horo Banner,banner,150600,,,,,\n"
)
EVERYTHING = {
    "kind": "allocate", "name": "甲案", "demand": "table", "candidates": "hexagons:20",
    "existing": "sites:base", "distance": "detour:1.3", "model": "mclp", "sites": 2,
    "radius": 40.0, "radii": [10.0, 20.0], "required_areas": ["150602"], "fair": True,
    "criteria": [{"id": "a", "kind": "density", "of": "demand", "within_km": 5.0}],
    "put": [{"lon": 109.5, "lat": 39.5}], "outside": False,
}  # fmt: skip


def places(*rows: tuple[object, ...], **more: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=PLACES).assign(**more)


DEMAND = places(
    ("d1", "一", "150602", 109.5, 39.5), ("d2", "二", "150603", 110.5, 39.5), weight=[1.0, 3.0]
)


# --- settings -------------------------------------------------------------------------------------


def test_settings_go_to_json_and_back() -> None:
    made = StudySettings.from_dict(EVERYTHING)
    again = StudySettings.from_dict(json.loads(json.dumps(made.as_dict())))
    assert again == made


def test_every_fault_of_the_settings_is_told_at_once() -> None:
    with pytest.raises(RequestError) as caught:
        StudySettings.from_dict(
            {"kind": "alocate", "model": "median", "distance": "crow", "radii": [], "crs": "x"}
        )
    for zh, en in (
        ("问题", "question"), ("目标", "aim"), ("距离", "distance"), ("统计半径", "radii"),
        ("坐标系", "reference system"),
    ):  # fmt: skip
        assert zh in caught.value.text.zh
        assert en in caught.value.text.en
    assert isinstance(caught.value, SettingsError)
    fields = [name for name, _ in caught.value.faults]
    assert fields == ["kind", "model", "crs", "distance", "radii"]


@pytest.mark.parametrize(
    ("given", "zh"),
    [
        ({"sizes": 3}, "没有设置项 sizes，最接近的是 sites"),
        ({"sites": "three"}, "新建个数“three”应为整数"),
        ({"radius": float("nan")}, "应为数字"),
        ({"put": [{"lon": 1}]}, "第 1 个放或移的点位的纬度没有给出"),
        ({"kind": "allocate", "candidates": "table", "sites": 0}, "新建个数“0”应至少为 1"),
        ({"candidates": "hexagons:0"}, "大于 0"),
        ({"kind": "rank", "candidates": "table"}, "至少要有一个准则"),
        ({"kind": "whatif"}, "请放、移或撤一个点位"),
        ({"radii": 5}, "应为列表"),
        ({"fair": "yes"}, "应为 true 或 false"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(given: dict[str, object], zh: str) -> None:
    with pytest.raises(RequestError) as caught:
        StudySettings.from_dict(given)
    assert zh in caught.value.text.zh


def test_a_matrix_in_minutes_makes_radii_minutes() -> None:
    assert StudySettings.from_dict({"distance": "matrix:min"}).unit == "min"
    assert StudySettings.from_dict({"distance": "detour:1.2"}).unit == "km"


# --- seats ----------------------------------------------------------------------------------------


def test_a_seat_stands_for_its_area_and_a_label_where_there_is_none(
    toy_release: ToyRelease,
) -> None:
    seats = open_release(toy_release({"boundaries/units.csv": SEATED})).seats
    assert seats["name"].tolist() == ["东胜区一镇", "康巴什区", "伊金霍洛旗"]
    assert seats["kind"].tolist() == ["seat", "label", "label"]
    assert seats.loc[0, ["lon", "lat"]].tolist() == [109.2, 39.3]
    assert seats.loc[1, "lon"] == pytest.approx(110.5, abs=0.01)


@pytest.mark.parametrize(
    ("edit", "zh"),
    [("109.2,39.3", "只有一个数"), ("109.2", "不在 东胜区 内")],
)
def test_a_seat_that_cannot_be_is_found_by_the_check(
    toy_release: ToyRelease, edit: str, zh: str
) -> None:
    turned = SEATED.replace(edit, "109.2," if "," in edit else "111.2")
    findings = check_release(toy_release({"boundaries/units.csv": turned}))
    assert any(zh in one.what.zh for one in findings)


def test_the_shipped_seats_lie_in_their_areas(atlas_shipped: Atlas) -> None:
    from geomap.siting.places import area_of

    seats = atlas_shipped.seats
    found = area_of(seats["lon"].to_numpy(), seats["lat"].to_numpy(), atlas_shipped.boundaries)
    assert found.tolist() == seats["area"].tolist()
    assert set(seats["kind"]) == {"seat"}
    assert (seats["source"] != "").all()


@pytest.fixture(scope="module")
def atlas_shipped(published_release: Atlas) -> Atlas:
    return published_release


def test_seats_weigh_what_their_areas_have(atlas: Atlas) -> None:
    frame, words = seat_demand(atlas, "population")
    assert frame["weight"].tolist() == [500, 300, 200]
    assert "3 个点代表 3 个旗区（界线内的标注点" in words.zh


def test_areas_that_have_not_reported_are_a_gap_and_not_a_zero(atlas: Atlas) -> None:
    gaps: list[object] = []
    frame, _ = seat_demand(atlas, "talent", gaps)  # type: ignore[arg-type]
    assert frame["weight"].tolist() == [50]
    assert "康巴什区" in str(gaps[0])


def test_a_ratio_cannot_weigh_demand(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="不能相加"):
        seat_demand(atlas, "density")


# --- studies --------------------------------------------------------------------------------------


def cover(atlas: Atlas) -> dict[str, object]:
    settings = StudySettings.from_dict(
        {"demand": "table", "existing": "sites:base", "radii": [50, 100]}
    )
    inputs = build_inputs(atlas, settings, Given(demand=DEMAND))
    return run_study(atlas, settings, inputs).as_dict()


def test_service_is_told_within_each_radius_and_by_area(atlas: Atlas) -> None:
    after = cover(atlas)["after"]
    assert isinstance(after, dict)
    # The base stands on d1; d2 is a degree of the parallel 39.5 away: 86 km.
    assert [one["share"] for one in after["radii"]] == [0.25, 1]
    assert after["worst_area"] == "150603"
    assert after["worst"]["demand"] == "d2"
    assert after["mean"] == pytest.approx(0.75 * after["worst"]["distance"])


def test_an_outcome_is_json_of_one_shape(atlas: Atlas) -> None:
    settings = StudySettings.from_dict(
        {"kind": "allocate", "demand": "table", "candidates": "hexagons:60", "sites": 1}
    )
    inputs = build_inputs(atlas, settings, Given(demand=DEMAND))
    one, other = run_study(atlas, settings, inputs).as_dict(), cover(atlas)
    assert set(one) == set(other)
    json.dumps([one, other], allow_nan=False)
    assert one["settings"] == settings.as_dict()


def test_a_demand_out_of_reach_is_named_and_has_no_made_up_distance(atlas: Atlas) -> None:
    settings = StudySettings.from_dict(
        {"demand": "table", "existing": "table", "distance": "matrix:min", "radii": [30]}
    )
    matrix = pd.DataFrame([[5.0], [np.inf]], index=["d1", "d2"], columns=["e"])
    existing = places(("e", "点", "150602", 109.5, 39.5))
    inputs = build_inputs(atlas, settings, Given(demand=DEMAND, existing=existing, matrix=matrix))
    told = run_study(atlas, settings, inputs).as_dict()
    assert told["uncovered"] == [
        {
            "id": "d2",
            "name": "二",
            "name_en": "二",
            "area": "150603",
            "weight": 3.0,
            "distance": None,
        }
    ]
    assert told["distance"]["unit"] == "min"


def test_capacity_within_reach_is_shared_by_all_in_reach(atlas: Atlas) -> None:
    settings = StudySettings.from_dict({"demand": "table", "existing": "table", "radii": [100]})
    existing = places(("e", "点", "150602", 109.5, 39.5), capacity=[8.0])
    inputs = build_inputs(atlas, settings, Given(demand=DEMAND, existing=existing))
    told = run_study(atlas, settings, inputs).as_dict()["access"]
    assert [one["access"] for one in told["demands"]] == [2, 2]


def test_a_matrix_gives_no_distance_to_just_anywhere(atlas: Atlas) -> None:
    settings = StudySettings.from_dict(
        {
            "kind": "whatif", "demand": "table", "existing": "table", "distance": "matrix:km",
            "put": [{"lon": 110, "lat": 39.5}],
        }
    )  # fmt: skip
    matrix = pd.DataFrame([[5.0], [6.0]], index=["d1", "d2"], columns=["e"])
    existing = places(("e", "点", "150602", 109.5, 39.5))
    inputs = build_inputs(atlas, settings, Given(demand=DEMAND, existing=existing, matrix=matrix))
    with pytest.raises(RequestError, match="矩阵"):
        run_study(atlas, settings, inputs)


@hypothesis(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
@pytest.mark.slow
def test_one_more_site_is_never_worse(atlas: Atlas, seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = places(*[(f"p{at}", "点", "", 109.0, 39.0) for at in range(6)])
    frame = frame.assign(lon=rng.uniform(109, 112, 6), lat=rng.uniform(39, 40, 6))
    demand = frame.assign(weight=rng.integers(0, 9, 6) + 1.0)

    def least(sites: int) -> float:
        settings = StudySettings.from_dict(
            {"kind": "allocate", "demand": "table", "candidates": "table", "sites": sites}
        )
        inputs = build_inputs(atlas, settings, Given(demand=demand, candidates=frame))
        return float(run_study(atlas, settings, inputs).content["objective"])

    found = [least(sites) for sites in (1, 2, 6)]
    assert found[0] >= found[1] >= found[2] == pytest.approx(0, abs=1e-6)


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_has_every_part_of_an_argument(atlas: Atlas, lang: str) -> None:
    settings = StudySettings.from_dict(
        {"kind": "allocate", "demand": "table", "candidates": "hexagons:60", "sites": 1}
    )
    outcome = run_study(atlas, settings, build_inputs(atlas, settings, Given(demand=DEMAND)))
    assert len(narrative(outcome, lang)) == 6
    blocks = narrative_json(outcome.as_dict(), lang)
    assert blocks[0] == {"kind": "heading", "text": narrative(outcome, lang)[0].title}
    assert [one["kind"] for one in blocks].count("heading") == 6
    assert {one["kind"] for one in blocks} == {"heading", "paragraph", "list", "table"}
    assert all(len(row) == len(one["head"]) for one in blocks for row in one.get("rows", ()))
    text = "\n".join(as_lines(outcome, lang))
    assert "doi:10.1287/opre.12.3.450" in text
    assert ("已证明为最优" if lang == "zh" else "proven optimal") in text
    assert ("不是行车距离" if lang == "zh" else "not journeys") in text


def test_the_text_of_a_ranking_says_how_sure_it_is(atlas: Atlas) -> None:
    settings = StudySettings.from_dict(
        {
            "kind": "rank",
            "demand": "table",
            "candidates": "hexagons:60",
            "criteria": [
                {"id": "a", "kind": "distance", "of": "demand", "influence": "less"},
                {"id": "b", "kind": "zone", "of": "areas:150603"},
            ],
            "comparisons": [[1, 3], [1 / 3, 1]],
        }
    )
    outcome = run_study(atlas, settings, build_inputs(atlas, settings, Given(demand=DEMAND)))
    text = "\n".join(as_lines(outcome))
    assert "一致性比率 0.000" in text
    assert "随机取 10,000 次" in text
    weights = [one["weight"] for one in outcome.content["ranking"]["criteria"]]
    assert weights == pytest.approx([0.75, 0.25])


def test_the_difference_of_two_shares_is_told_in_points() -> None:
    """62.5 % instead of 50 % is 12.5 points more; per cent would be read as a quarter more."""
    from geomap.siting.answer_workbook import _service_sheet

    sides = [{"radii": [{"radius": 30.0, "share": share}]} for share in (0.5, 0.625)]
    found = {"before": sides[0], "after": sides[1], "distance": {"unit": "km"}}
    title, columns, rows = _service_sheet(found)
    assert (title.en, columns[-1][0].zh, rows) == (
        "Service", "变化（百分点）", [[30.0, 0.5, 0.625, 12.5]],
    )  # fmt: skip


@pytest.mark.parametrize(
    "large",
    [
        {"radii": list(range(1, 1002))},
        {"put": [{"lon": 109.0, "lat": 39.0}] * 1001},
        {"remove": ["x" * 2001]},
        {"name": "x" * 2001},
        {"comparisons": [[[[1]]]]},
        {"criteria": [{str(at): 1 for at in range(61)}]},
        {str(at): 1 for at in range(61)},
    ],
)
def test_settings_longer_than_anybody_writes_are_refused_and_not_quoted(
    large: dict[str, object],
) -> None:
    """A list of 200,000 radii came back as 14 MB, 50,000 sites put as 17 MB after ten seconds."""
    with pytest.raises(SettingsError) as caught:
        StudySettings.from_dict({"kind": "cover", **large})
    assert len(caught.value.faults) == 1
    assert "列表至多 1,000 项" in caught.value.text.zh
    assert len(caught.value.text.zh) < 100
