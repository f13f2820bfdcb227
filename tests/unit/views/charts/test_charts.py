"""What charts show, by hand: lines, bars, slopes, points and parts of the toy world."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from geomap.atlas import Atlas
from geomap.errors import RequestError
from geomap.release.open import open_release
from geomap.views.charts.bars import bar_chart
from geomap.views.charts.chart import ChartPoint
from geomap.views.charts.line import line_chart
from geomap.views.charts.scatter import scatter_chart
from geomap.views.charts.slope import slope_chart
from geomap.views.charts.stack import stack_chart
from geomap.views.maps.change import BreakError
from geomap.views.maps.view import map_view
from tests.support.toy import CATALOGUE, STATS_HEAD, ToyRelease, indicator

A, B, C, CITY = "150602", "150603", "150627", "150600"
Values = Mapping[tuple[str, str, int], object]
World = Callable[..., Atlas]
CHANGED = {"from": 2022, "note_zh": "加入兼职", "note_en": "part-time counted"}


def row(where: tuple[str, str, int], value: object) -> str:
    """Write a figure: a number, "missing", or a number with its status."""
    area, what, year = where
    number, status = value if isinstance(value, tuple) else (value, "reported")
    if number is None:
        return f"{area},{what},{year},,人,actual,missing,表1,,\n"
    return f"{area},{what},{year},{number},人,actual,{status},表1,,\n"


@pytest.fixture
def world(toy_release: ToyRelease) -> World:
    """Make a toy world of figures alone; ``versions`` are those of the talent."""

    def make(values: Values, *, versions: tuple[object, ...] = (), targets: str = "") -> Atlas:
        talent = indicator("talent", "人才总量", "人", minimum=None, versions=list(versions))
        parts = [indicator(f"talent_{at}", f"甲{at}", "人", part_of="talent") for at in (1, 2)]
        kept = [one for one in CATALOGUE["indicators"] if not one["id"].startswith("talent")]  # type: ignore[attr-defined]
        catalogue = {**CATALOGUE, "indicators": [*kept, talent, *parts]}
        stats = STATS_HEAD + "".join(row(where, one) for where, one in values.items()) + targets
        return open_release(
            toy_release(
                {
                    "indicators.json": json.dumps(catalogue, ensure_ascii=False) + "\n",
                    "stats/plan.csv": stats,
                }
            )
        )

    return make


def talent(area: str, **by_year: object) -> dict[tuple[str, str, int], object]:
    return {(area, "talent", int(year[1:])): value for year, value in by_year.items()}


# --- lines ----------------------------------------------------------------------------------------


def test_a_line_joins_neighbouring_years_only_and_says_what_is_missing(world: World) -> None:
    chart = line_chart(
        world(
            {
                **talent(A, y2020=10, y2021=12, y2022=None, y2023=15),
                **talent(B, y2020=5, y2021=6, y2022=7, y2023=8),
            }
        ),
        "talent",
    )
    first, second = chart.lines
    assert [one.code for one in chart.lines] == [A, B]
    assert [(one.year, then.year) for one, then in first.joined] == [(2020, 2021)]
    assert len(second.joined) == 3
    assert chart.years == (2020, 2023)
    assert chart.ticks == (0, 5, 10, 15)
    notes = "；".join(note.zh for note in chart.notes)
    assert "断开处没有数：东胜区：2022年未上报" in notes
    assert "未画：伊金霍洛旗：未上报" in notes
    assert chart.table.rows[2][1].zh == "未上报"


def test_no_line_crosses_a_change_of_definition(world: World) -> None:
    chart = line_chart(
        world(talent(A, y2020=10, y2021=12, y2022=20, y2023=21), versions=(CHANGED,)), "talent"
    )
    joined = [(one.year, then.year) for one, then in chart.lines[0].joined]
    assert joined == [(2020, 2021), (2022, 2023)]
    assert [one.since for one in chart.breaks] == [2022]
    assert any("加入兼职" in note.zh for note in chart.notes)


def test_the_city_stands_alone_with_its_target_where_no_area_has_two_years(world: World) -> None:
    target = f"{CITY},talent,2025,120,人,target,reported,第三节,,\n"
    atlas = world({**talent(CITY, y2020=80, y2023=100), **talent(A, y2020=10)}, targets=target)
    chart = line_chart(atlas, "talent")
    assert [one.code for one in chart.lines] == [CITY]
    assert [(one.year, one.value) for one in chart.targets] == [(2025, 120)]
    assert chart.sentence.zh == (
        "全市由2020年的 80 人升至2023年的 100 人（+25.0 %），2025年目标 120 人。"
    )
    assert any("东胜区：只有2020年的数" in note.zh for note in chart.notes)


def test_the_years_and_the_areas_asked_for_are_those_drawn(world: World) -> None:
    atlas = world(talent(A, y2020=10, y2021=12, y2022=15) | talent(B, y2020=1, y2021=2))
    chart = line_chart(atlas, "talent", areas=(A,), since=2021)
    assert [one.year for one in chart.lines[0].points] == [2021, 2022]
    assert chart.title.zh == "东胜区人才总量（2021–2022年）"
    assert chart.sentence.zh == "东胜区由2021年的 12 人升至2022年的 15 人（+25.0 %）。"
    assert line_chart(atlas, "talent", areas=(C,)).lines[0].points == ()


def test_one_year_one_area_and_no_number_at_all_make_a_chart_that_says_so(world: World) -> None:
    alone = line_chart(world(talent(A, y2020=10)), "talent")
    assert [len(one.points) for one in alone.lines] == [1]
    nothing = line_chart(world(talent(A, y2020=None)), "talent")
    assert [one.points for one in nothing.lines] == [()]
    assert "没有数" in nothing.sentence.zh


def test_negative_and_equal_numbers_have_an_axis(world: World) -> None:
    below = line_chart(world(talent(A, y2020=-4, y2021=-2)), "talent")
    assert (below.ticks[0], below.ticks[-1]) == (-4, 0)
    equal = line_chart(world(talent(A, y2020=98, y2021=98)), "talent")
    assert equal.ticks[0] == 0
    high = line_chart(world(talent(A, y2020=98, y2021=99)), "talent")
    assert any("纵轴从 98 起" in note.zh for note in high.notes)


# --- bars -----------------------------------------------------------------------------------------


def test_bars_stand_by_size_and_those_without_a_number_after_them(world: World) -> None:
    chart = bar_chart(world(talent(A, y2020=10) | talent(B, y2020=30)), "talent", year=2020)
    assert [one.area.code for one in chart.reported] == [B, A]
    assert [one.area.code for one in chart.lacking] == [C]
    assert chart.ticks[0] == 0
    assert chart.city is None
    assert [one[1].zh for one in chart.table.rows] == ["30", "10", "未上报"]


def test_bars_of_equal_numbers_tell_nothing_and_are_not_drawn(world: World) -> None:
    equal = talent(A, y2020=7) | talent(B, y2020=7) | talent(C, y2020=7)
    assert not bar_chart(world(equal), "talent").tells


def test_estimates_stand_apart_unless_they_are_to_be_ranked(made_up: Atlas) -> None:
    chart = bar_chart(made_up, "talent_total", year=2016)
    assert chart.estimated
    assert all(one.area.rank is None for one in chart.estimated)
    ranked = bar_chart(made_up, "talent_total", year=2016, rank_estimates=True)
    assert ranked.estimated == ()


def test_what_only_the_city_has_is_refused_with_the_chart_that_shows_it(world: World) -> None:
    with pytest.raises(RequestError, match="chart=line"):
        bar_chart(world(talent(CITY, y2020=80)), "talent")


# --- slopes ---------------------------------------------------------------------------------------


def test_slopes_are_of_those_with_both_years_and_the_others_are_named(world: World) -> None:
    atlas = world(talent(A, y2020=10, y2023=15) | talent(B, y2020=5) | talent(C, y2020=9, y2023=6))
    chart = slope_chart(atlas, "talent")
    assert chart.years == (2020, 2023)
    assert [(one.before.value, one.after.value) for one in chart.slopes] == [(10, 15), (9, 6)]
    assert any("未画：康巴什区：无可比数" in note.zh for note in chart.notes)
    assert chart.table.rows[0][3].zh == "50.0"


def test_a_slope_needs_two_years_of_one_definition(world: World) -> None:
    with pytest.raises(RequestError, match="两个年份"):
        slope_chart(world(talent(A, y2020=10)), "talent")
    atlas = world(talent(A, y2020=10, y2023=15), versions=(CHANGED,))
    with pytest.raises(BreakError):
        slope_chart(atlas, "talent")
    accepted = slope_chart(atlas, "talent", accept_break=True)
    assert any("加入兼职" in note.zh for note in accepted.notes)


# --- points ---------------------------------------------------------------------------------------


def test_points_are_of_the_areas_that_have_both(world: World) -> None:
    atlas = world(
        talent(A, y2020=10) | talent(B, y2020=30) | {(A, "population", 2020): 500,
                                                      (C, "population", 2020): 200}
    )  # fmt: skip
    chart = scatter_chart(atlas, map_view(atlas, "talent"), map_view(atlas, "population"))
    assert [(one.value, other.value) for one, other in chart.points] == [(10, 500)]
    assert chart.sentence.zh.startswith("3 个旗区中 1 个两项都有数。")
    assert any("康巴什区：常住人口未上报" in note.zh for note in chart.notes)
    assert "相关" not in chart.sentence.zh


def test_two_indicators_without_an_area_in_common_are_refused(world: World) -> None:
    atlas = world(talent(A, y2020=10) | {(B, "population", 2020): 500})
    with pytest.raises(RequestError, match="没有一个旗区同时有"):
        scatter_chart(atlas, map_view(atlas, "talent"), map_view(atlas, "population"))


# --- parts ----------------------------------------------------------------------------------------


def parts(area: str, total: object, one: object, two: object) -> dict[tuple[str, str, int], object]:
    return {(area, name, 2020): value
            for name, value in (("talent", total), ("talent_1", one), ("talent_2", two))
            if value != ""}  # fmt: skip


def test_a_total_is_divided_only_where_it_and_all_its_parts_are_known(world: World) -> None:
    atlas = world(parts(A, 100, 60, 40) | parts(B, 50, 20, 10) | parts(C, 30, 10, None))
    chart = stack_chart(atlas, "talent")
    first, second = chart.rows
    assert (first.shares, first.left) == ((0.6, 0.4), 0)
    assert second.shares == (0.4, 0.2)
    assert (second.left, second.rest) == (20, 0.4)
    assert any("伊金霍洛旗：甲2未上报" in note.zh for note in chart.notes)
    assert chart.sentence.zh == "东胜区 100 人：甲1 60.0 %、甲2 40.0 %。"


def test_parts_that_exceed_their_total_are_told_and_not_drawn(world: World) -> None:
    atlas = world(parts(A, 100, 60, 40) | parts(B, 50, 40, 20))
    chart = stack_chart(atlas, "talent")
    assert [row.total.area.code for row in chart.rows] == [A]
    assert any("各部分合计 60 超过总数 50" in note.zh for note in chart.notes)


def test_rounding_is_no_remainder(world: World) -> None:
    row_of = stack_chart(world(parts(A, 100, 60, 39)), "talent").rows[0]
    assert row_of.left == 0
    assert sum(row_of.shares) == pytest.approx(1)


def test_a_total_without_parts_is_refused_with_those_that_have_some(world: World) -> None:
    with pytest.raises(RequestError, match="talent"):
        stack_chart(world(parts(A, 100, 60, 40)), "population")
    with pytest.raises(RequestError, match="stack"):
        stack_chart(world(parts(A, 100, 60, None)), "talent")


def test_estimates_by_the_same_weights_have_no_composition_of_their_own(
    published_release: Atlas,
) -> None:
    chart = stack_chart(published_release, "talent_total")
    assert [row.name.zh for row in chart.rows] == ["鄂尔多斯市"]
    assert any("构成同全市" in note.zh for note in chart.notes)


def test_a_point_without_a_number_is_not_zero(world: World) -> None:
    view = map_view(world(talent(A, y2020=10) | talent(B, y2020=0)), "talent")
    assert [ChartPoint(2020, one).value for one in view.areas] == [10, 0, None]
