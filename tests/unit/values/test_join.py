"""Codes join as text, points by the polygon they lie in; nothing is dropped in silence."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geomap.atlas import Atlas
from geomap.errors import CrsError, NotFoundError, Text
from geomap.model.catalog import Formula, Indicator, Measure, Op, Source
from geomap.release.open import open_release
from geomap.values.join import complete_in, count_sites, locate, site_count_figures, to_boundaries
from tests.support.toy import SITES_HEAD, ToyRelease

NAN = math.nan


def squares(crs: str | None = "EPSG:4326") -> gpd.GeoDataFrame:
    """Make two squares side by side: "01" from 110 to 111 degrees east, "02" from 111 to 112."""
    shapes = [shapely.box(110, 39, 111, 40), shapely.box(111, 39, 112, 40)]
    return gpd.GeoDataFrame({"code": ["01", "02"]}, geometry=shapes, crs=crs)


def sites(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["area", "lon", "lat"])


# --- values × boundaries --------------------------------------------------------------------------


def test_every_boundary_is_there_and_missing_values_stay_missing() -> None:
    values = pd.DataFrame({"area": ["02"], "value": [7.0]})
    joined = to_boundaries(values, squares())
    assert list(joined["code"]) == ["01", "02"]
    assert math.isnan(joined["value"][0])
    assert joined["value"][1] == 7
    assert joined.crs == "EPSG:4326"
    assert list(values["area"]) == ["02"]


def test_a_code_that_joins_to_nothing_is_named_with_the_closest() -> None:
    with pytest.raises(NotFoundError, match="1506277") as caught:
        to_boundaries(
            pd.DataFrame({"area": ["1506277"]}), squares().assign(code=["150627", "150602"])
        )
    assert "最接近的是 150627" in caught.value.text.zh
    assert caught.value.valid == ["150602", "150627"]


def test_a_code_without_its_leading_zero_joins_to_nothing() -> None:
    with pytest.raises(NotFoundError):
        to_boundaries(pd.DataFrame({"area": ["1"], "value": [1.0]}), squares())


def test_two_values_for_one_area_are_refused() -> None:
    with pytest.raises(pd.errors.MergeError):
        to_boundaries(pd.DataFrame({"area": ["01", "01"], "value": [1.0, 2.0]}), squares())


# --- sites × boundaries ---------------------------------------------------------------------------


def test_a_point_inside_counts_where_it_lies() -> None:
    assert locate(sites(("02", 110.5, 39.5), ("01", 111.5, 39.5)), squares()).tolist() == [
        "01", "02",
    ]  # fmt: skip


def test_on_a_border_the_stated_area_decides_and_each_site_counts_once() -> None:
    on_border = sites(("02", 111, 39.5), ("01", 111, 39.5), ("99", 111, 39.5))
    assert locate(on_border, squares()).tolist() == ["02", "01", "01"]
    assert count_sites(on_border, squares()).to_dict() == {"01": 2, "02": 1}


def test_the_first_of_two_areas_does_not_hang_on_their_labels() -> None:
    relabelled = squares().iloc[::-1].set_axis([7, 3])
    assert locate(sites(("99", 111, 39.5)), relabelled).tolist() == ["02"]


def test_a_point_outside_and_a_site_without_coordinates_count_where_they_are_said_to_be() -> None:
    stated = sites(("02", 120, 39.5), ("01", NAN, NAN), ("01", 111.5, NAN))
    assert locate(stated, squares()).tolist() == ["02", "01", "01"]


def test_no_sites_give_zero_everywhere() -> None:
    nothing = sites().astype({"area": "str", "lon": float, "lat": float})
    assert locate(nothing, squares()).tolist() == []
    assert count_sites(nothing, squares()).to_dict() == {"01": 0, "02": 0}


def test_sites_that_are_somewhere_in_the_city_count_in_no_part() -> None:
    assert count_sites(sites(("00", NAN, NAN)), squares()).tolist() == [0, 0]


def test_rows_keep_their_index() -> None:
    found = locate(sites(("01", 111.5, 39.5), ("01", NAN, NAN)).set_axis([9, 4]), squares())
    assert found.to_dict() == {9: "02", 4: "01"}


@pytest.mark.parametrize("crs", ["EPSG:3857", None])
def test_another_crs_is_refused(crs: str | None) -> None:
    with pytest.raises(CrsError, match="need EPSG:4326"):
        locate(sites(("01", 110.5, 39.5)), squares(crs))


# --- counts as figures ----------------------------------------------------------------------------


BASES = Indicator(
    "bases", Text("基地", "bases"), "g", Text("个", ""), Measure.COUNT, 0, "more", Text("", ""),
    formula=Formula(Op.SITES, "base"),
)  # fmt: skip
SOURCES = {
    name: Source(name, name, "", "", date)
    for name, date in (("plan", "2022-03-29"), ("news", "2024-07"), ("undated", ""))
}


def lists(*areas: str) -> pd.DataFrame:
    return pd.DataFrame({"kind": "base", "area": areas}, columns=["kind", "area"])


def counted(kinds: list[str], sources: list[str], *whole: str) -> list[dict[str, object]]:
    listed = sites(*[("01", 110.5, 39.5)] * len(kinds)).assign(kind=kinds, source=sources)
    return site_count_figures(listed, squares(), {"bases": BASES}, SOURCES, "00", lists(*whole))


def test_counts_name_the_latest_document_and_its_year() -> None:
    rows = counted(["base", "park", "base"], ["plan", "undated", "news"], "00")
    assert [(row["area"], row["value"]) for row in rows] == [("01", 2.0), ("02", 0.0), ("00", 2.0)]
    assert {(row["source"], row["year"], row["status"], row["unit"]) for row in rows} == {
        ("news", 2024, "derived", "个")
    }
    assert len({row["id"] for row in rows}) == 3


def test_an_incomplete_list_gives_no_zero() -> None:
    rows = counted(["base"], ["plan"])
    assert [(row["area"], row["value"], row["note"]) for row in rows] == [
        ("01", 1.0, "按所列 1 处统计，名单不全"), ("00", 1.0, "按所列 1 处统计，名单不全"),
    ]  # fmt: skip
    assert [row["area"] for row in counted(["base"], ["plan"], "02")] == ["01", "02", "00"]


def test_a_site_somewhere_in_the_city_may_be_in_any_part() -> None:
    assert complete_in(lists("00"), "base", "00", ["01"], ["01", "02"]) == {
        "01": 0,
        "02": 0,
        "00": 0,
    }
    assert complete_in(lists("00", "02"), "base", "00", ["00"], ["01", "02"]) == {"00": 0, "02": 1}
    assert complete_in(lists("00"), "park", "00", [], ["01", "02"]) == {}


def test_a_kind_that_is_not_listed_is_not_zero() -> None:
    assert counted(["park"], ["plan"]) == []


def test_undated_lists_are_of_no_year() -> None:
    assert counted(["base"], ["undated"]) == []


def test_counts_enter_when_a_release_is_opened(toy_release: ToyRelease) -> None:
    def with_count(text: str) -> str:
        formula = '"formula": {"op": "sites", "of": "base", "per": "", "scale": 1}'
        at = text.index('"formula": null', text.index('"talent_high"'))
        return text[:at] + formula + text[at + len('"formula": null') :]

    def with_another(text: str) -> str:
        assert text.startswith(SITES_HEAD)
        return text + "b3,丙基地,Base C,base,市级,150602,110.5,39.5,exact,,实测,,plan,第一节,\n"

    lists = "kind,area,year,count,source,locator\nbase,150627,2022,0,plan,第一节\n"
    directory = toy_release(
        {
            "indicators.json": with_count,
            "sites/base.csv": with_another,
            "sites/complete.csv": lists,
        }
    )
    atlas = open_release(directory)
    rows = atlas.series[("talent_high", "actual")][2022]
    # b1 and b3 have coordinates: b3 lies in 150603, whatever its row says; b2 has none.
    assert {code: row.value for code, row in rows.items()} == {
        "150600": 3, "150602": 1, "150603": 2, "150627": 0,
    }  # fmt: skip
    assert atlas.figure_rows[rows["150603"].figures[0]]["locator"] == "sites/base.csv"


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


def test_the_eight_bases_are_counted_per_banner(shipped: Atlas) -> None:
    (rows,) = shipped.series[("talent_bases", "actual")].values()
    assert rows["150600"].value == 8
    parts = {code: row.value for code, row in rows.items() if code != "150600"}
    assert sum(value or 0 for value in parts.values()) == 8
    assert [code for code, value in parts.items() if value == 0] == ["150602"]
    assert len(parts) == 9


def test_the_base_without_coordinates_counts_in_hanggin(shipped: Atlas) -> None:
    base = shipped.sites.set_index("id").loc["base_hanggin"]
    assert math.isnan(base["lon"])
    assert base["area"] == "150625"
    (rows,) = shipped.series[("talent_bases", "actual")].values()
    assert rows["150625"].value == 1
    assert shipped.figure_rows[rows["150625"].figures[0]]["source"] == "tasks2025"
