from __future__ import annotations

from geomap.atlas import Atlas
from geomap.release.open import open_release
from geomap.views.plans.site_targets import by_area, milestones, site_rows
from tests.support.toy import ToyRelease

SITE_HEAD = "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
EACH = "未写明是每个基地还是合计"


def with_sites(toy_release: ToyRelease, rows: str) -> Atlas:
    return open_release(toy_release({"sites/figures.csv": SITE_HEAD + rows}))


def test_a_target_for_several_sites_is_read_both_ways(toy_release: ToyRelease) -> None:
    target = ",labs,实验室,Labs,2025,3,,个,target,reported,plan,第一节,,"
    actual = ",labs,实验室,Labs,2025,2,,个,actual,reported,plan,第二节,,\n"
    rows = f"b1{target}{EACH}\nb2{target}{EACH}\nb1{actual}b2{actual}"
    told = site_rows(with_sites(toy_release, rows), 2025)
    assert [(row["reading"], row["site"], row["actual"], row["verdict"]) for row in told] == [
        ("each", "b1", 2, "未完成"),
        ("each", "b2", 2, "未完成"),
        ("together", "", 4, "已完成"),
    ]
    assert told[2]["sites"] == ["b1", "b2"]
    assert {(row["unit"], row["unit_en"]) for row in told} == {("个", "units")}


def test_together_is_not_known_until_each_has_reported(toy_release: ToyRelease) -> None:
    target = ",labs,实验室,Labs,2025,3,,个,target,reported,plan,第一节,,"
    actual = ",labs,实验室,Labs,2025,2,,个,actual,reported,plan,第二节,,\n"
    told = site_rows(
        with_sites(toy_release, f"b1{target}{EACH}\nb2{target}{EACH}\nb1{actual}"), 2025
    )
    assert (told[2]["actual"], told[2]["verdict"]) == (None, "无法判断")


def test_a_yearly_target_is_judged_by_its_latest_year(toy_release: ToyRelease) -> None:
    rows = (
        "o1,projects,每年引进项目,,2024,3,,个,target,reported,plan,第一节,,\n"
        "o1,projects,每年引进项目,,2024,5,,个,actual,reported,plan,第二节,,\n"
        "o1,projects,每年引进项目,,2025,2,,个,actual,reported,plan,第二节,,\n"
    )
    atlas = with_sites(toy_release, rows)
    told = {year: site_rows(atlas, year)[0] for year in (2024, 2025)}
    assert [told[2024]["verdict"], told[2025]["verdict"]] == ["已完成", "未完成"]


def test_a_planned_extent_is_nothing_to_reach(toy_release: ToyRelease) -> None:
    rows = "b1,land,规划面积,,2035,10,,平方公里,target,reported,plan,第一节,,\n"
    assert "方向" in site_rows(with_sites(toy_release, rows), 2035)[0]["reason"]


def test_site_targets_are_counted_by_area_and_outside(toy_release: ToyRelease) -> None:
    rows = (
        "b1,a,甲,,2025,1,,个,target,reported,plan,一,,\n"
        "b1,b,乙,,2025,1,,个,target,reported,plan,一,,\n"
        "o1,a,甲,,2025,1,,个,target,reported,plan,一,,\n"
    )
    atlas = with_sites(toy_release, rows)
    counted = by_area(atlas, site_rows(atlas, 2025))
    assert [(row["area_zh"], row["targets"], row["unknown"]) for row in counted] == [
        ("东胜区", 2, 2),
        ("市域外", 1, 1),
    ]


def test_dates_are_ordered_by_the_last_day_they_may_mean(toy_release: ToyRelease) -> None:
    rows = "".join(
        f"b1,i{number},启动,,{date},,启动,,{kind},reported,plan,一,,\n"
        for number, (date, kind) in enumerate(
            [("2023", "target"), ("", "target"), ("2023-06", "target"), ("2023-07-01", "actual")]
        )
    )
    told = milestones(with_sites(toy_release, rows))
    assert [row["date"] for row in told] == ["2023-06", "2023", ""]
    assert [event["date"] for event in told[0]["events"]] == ["2023-07-01"]
