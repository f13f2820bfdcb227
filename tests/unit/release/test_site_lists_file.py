"""A complete list of sites is declared with its document, and contradicts no site."""

from __future__ import annotations

import pytest

from geomap.errors import ReleaseError
from geomap.release.check import check_release
from geomap.release.open import open_release
from tests.support.toy import TOY, ToyRelease

FILE = "sites/complete.csv"
HEAD = "kind,area,year,count,source,locator,quote,note\n"
WHOLE = "base,150600,2022,2,plan,第一节,,\n"


def test_a_declaration_enters_the_release(toy_release: ToyRelease) -> None:
    atlas = open_release(toy_release({FILE: HEAD + WHOLE}))
    [row] = atlas.site_lists.to_dict("records")
    assert (row["kind"], row["area"], row["year"], row["count"]) == ("base", "150600", 2022, 2)


def test_without_a_file_no_list_is_complete(toy_release: ToyRelease) -> None:
    assert open_release(toy_release()).site_lists.empty


def test_names_of_areas_and_chinese_heads_are_understood(toy_release: ToyRelease) -> None:
    text = "类别,旗区,年份,个数,来源,出处\nbase,康巴什,2022,1,plan,第一节\n"
    [row] = open_release(toy_release({FILE: text})).site_lists.to_dict("records")
    assert row["area"] == "150603"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("parks,150600,2022,0,plan,第一节,,", "kind", "base"),
        ("base,150699,2022,0,plan,第一节,,", "area", "150699"),
        ("base,150600,2022,2,plans,第一节,,", "source", "plan"),
        ("base,150600,1822,2,plan,第一节,,", "year", "1949"),
        ("base,150600,二二,2,plan,第一节,,", "year", "二二"),
        ("base,150600,2023,2,plan,第一节,,", "year", "2022 年的文件"),
        ("base,150600,2022,3,plan,第一节,,", "count", "列了 2 处"),
        ("base,150602,2022,0,plan,第一节,,", "count", "列了 1 处"),
        ("base,150627,2022,-1,plan,第一节,,", "count", "不是个数"),
        ("base,150627,2022,0.5,plan,第一节,,", "count", "不是个数"),
        ("base,150600,2022,,plan,第一节,,", "count", ""),
        ("base,150600,2022,2,plan,,,", "locator", ""),
        ("offshore,150602,2022,0,plan,第二节,,", "area", "市域外"),
    ],
)
def test_each_fault_is_told_at_its_cell(
    toy_release: ToyRelease, row: str, column: str, words: str
) -> None:
    directory = toy_release({FILE: f"{HEAD}{row}\n"})
    found = [one for one in check_release(directory) if one.level == "error"]
    assert {(one.file, one.line, one.column) for one in found} == {(FILE, 2, column)}
    assert words in "".join(one.what.zh + one.fix.zh for one in found)
    with pytest.raises(ReleaseError):
        open_release(directory)


def test_one_list_is_declared_once(toy_release: ToyRelease) -> None:
    found = check_release(toy_release({FILE: HEAD + WHOLE + WHOLE}))
    assert {(one.file, one.line) for one in found} == {(FILE, 3)}


def test_a_site_that_is_added_later_contradicts_the_list(toy_release: ToyRelease) -> None:
    more = TOY["sites/base.csv"] + "b3,丙基地,Base C,base,市级,150627,,,area,,,,plan,第一节,\n"
    found = check_release(toy_release({FILE: HEAD + WHOLE, "sites/base.csv": more}))
    assert [(one.file, one.column) for one in found] == [(FILE, "count")]


def test_an_empty_city_of_a_kind_may_be_declared(toy_release: ToyRelease) -> None:
    row = "offshore,150600,2022,0,plan,第二节,,\n"
    head = TOY["sites/offshore.csv"].partition("\n")[0] + "\n"
    assert check_release(toy_release({FILE: HEAD + row, "sites/offshore.csv": head})) == []
