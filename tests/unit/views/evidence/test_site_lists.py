"""Where there is none is told only where the list is known to be complete."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.atlas import Atlas
from geomap.release.open import open_release
from geomap.views.evidence.site_lists import SiteList, site_lists
from tests.support.toy import SITES_HEAD, ToyRelease, write_toy

HEAD = "kind,area,year,count,source,locator,quote,note\n"
CITY, PARTS = "150600", ("150602", "150603", "150627")


def of(atlas: Atlas, kind: str = "base") -> SiteList:
    return next(one for one in site_lists(atlas) if one.kind == kind)


def declared(*rows: str) -> dict[str, str]:
    return {"sites/complete.csv": HEAD + "".join(f"{row},plan,第一节,,\n" for row in rows)}


def test_without_a_complete_list_nothing_is_said_to_be_missing(toy_release: ToyRelease) -> None:
    found = of(open_release(toy_release()))
    assert [(one.listed, one.placed, one.count, one.year) for one in found.areas] == [
        (1, 1, None, None), (1, 0, None, None), (0, 0, None, None),
    ]  # fmt: skip
    assert found.answer.zh == "基地：列出 2 处，名单不全；没有列出的是伊金霍洛旗，不能说没有。"
    assert found.answer.en == (
        "Base: 2 listed, the list is not complete; none is listed in Ejin Horo Banner, "
        "which does not mean that there is none."
    )


def test_a_complete_list_says_where_there_is_none(toy_release: ToyRelease) -> None:
    found = of(open_release(toy_release(declared("base,150600,2022,2"))))
    assert [(one.count, one.year) for one in found.areas] == [(1, 2022), (1, 2022), (0, 2022)]
    assert found.answer.zh == (
        "基地：截至 2022 年共 2 处，名单齐全（《人才规划》）；没有的是伊金霍洛旗。"
    )
    assert found.answer.en == (
        "Base: 2 as of 2022, the list is complete (人才规划); there is none in Ejin Horo Banner."
    )
    assert [(one.source.id, one.locator) for one in found.complete] == [("plan", "第一节")]


def test_one_area_may_be_known_alone(toy_release: ToyRelease) -> None:
    found = of(open_release(toy_release(declared("base,150627,2021,0"))))
    assert [one.count for one in found.areas] == [None, None, 0]
    assert found.answer.zh == "基地：列出 2 处，名单不全；截至 2021 年没有的是伊金霍洛旗。"


def test_a_site_of_no_stated_area_takes_every_zero_away(toy_release: ToyRelease) -> None:
    text = SITES_HEAD + "b1,甲,A,base,,150600,,,area,,,,plan,第一节,\n"
    figures = (
        "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
    )
    files = {"sites/base.csv": text, "sites/figures.csv": figures}
    found = of(open_release(toy_release({**files, **declared("base,150600,2022,1")})))
    assert [one.count for one in found.areas] == [None, None, None]
    assert found.without_area == 1
    assert found.answer.zh == (
        "基地：截至 2022 年共 1 处，名单齐全（《人才规划》）；哪个旗区没有还不能说；"
        "其中 1 处没有写明在哪个旗区。"
    )


def test_a_kind_outside_the_city_has_no_areas(toy_release: ToyRelease) -> None:
    found = of(open_release(toy_release()), "offshore")
    assert found.areas == ()
    assert found.answer.zh == "离岸：列出 1 处，名单不全；在市域外，不分旗区。"


def test_no_platform_of_the_shipped_release_is_denied(published_release: Atlas) -> None:
    found = {one.kind: one for one in site_lists(published_release)}
    none = {kind: [row.area for row in one.areas if row.count == 0] for kind, one in found.items()}
    assert none.pop("base") == ["150602"]
    assert not any(none.values())
    assert "不能说没有" in found["platform"].answer.zh
    assert "does not mean" in found["platform"].answer.en


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from((CITY, *PARTS)), max_size=6),
    st.sets(st.sampled_from((CITY, *PARTS))),
)
def test_zero_is_told_only_by_proof(areas: list[str], whole: set[str]) -> None:
    sites = "".join(
        f"s{at},S{at},,base,,{area},,,area,,,,plan,x,\n" for at, area in enumerate(areas)
    )
    rows = [
        f"base,{area},2022,{len(areas) if area == CITY else areas.count(area)}" for area in whole
    ]
    figures = (
        "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
    )
    files = {"sites/base.csv": SITES_HEAD + sites, "sites/figures.csv": figures, **declared(*rows)}
    with tempfile.TemporaryDirectory() as directory:
        found = of(open_release(write_toy(Path(directory), files)))
    for one in found.areas:
        proven = one.area in whole or (CITY in whole and CITY not in areas)
        assert one.count == (areas.count(one.area) if proven else None)
        assert one.listed == areas.count(one.area)
    assert found.listed == found.without_area + sum(one.listed for one in found.areas)
    assert ("没有的是" in found.answer.zh) == any(one.count == 0 for one in found.areas)
