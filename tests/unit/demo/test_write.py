"""The demonstration release: the same bytes each time, sound, and never to be taken for real."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import shapely

from geomap.atlas import Atlas
from geomap.demo.figures import NOTE
from geomap.demo.write import write_demo
from geomap.errors import RequestError
from geomap.release.check import check_release
from geomap.release.import_table import update_hashes
from tests.support.toy import ToyRelease

PARTS_OF_TALENT = {
    "talent_party_gov": (1.32, 1.48),
    "talent_enterprise": (7.99, 12.9),
    "talent_professional": (11.94, 16.29),
    "talent_skilled": (3.01, 4.8),
    "talent_rural": (4.7, 7.46),
    "talent_social_work": (0.45, 0.86),
}


@pytest.fixture(scope="module")
def directory(demo_directory: Path) -> Path:
    return demo_directory


@pytest.fixture(scope="module")
def demo(made_up: Atlas) -> Atlas:
    return made_up


@pytest.fixture(scope="module")
def actual(demo: Atlas) -> pd.DataFrame:
    rows = demo.figures[(demo.figures["kind"] == "actual") & (demo.figures["source"] == "demo")]
    return rows[~rows["indicator"].isin(["talent_bases"])]  # counted from the sites


def contents(directory: Path) -> dict[str, bytes]:
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(directory: Path, tmp_path: Path) -> None:
    assert contents(write_demo(tmp_path / "again")) == contents(directory)


@pytest.mark.slow
def test_another_seed_gives_other_figures_and_other_sites(directory: Path, tmp_path: Path) -> None:
    mine, other = contents(directory), contents(write_demo(tmp_path / "other", seed=7))
    changed = {path for path in mine if mine[path] != other[path]}
    assert {"stats/demo.csv", "sites/platform.csv", "sites/figures.csv"} <= changed
    assert not {path for path in changed if path.startswith("boundaries/")}


def test_a_directory_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(RequestError, match="not an empty directory"):
        write_demo(tmp_path)
    assert contents(tmp_path) == {"kept.txt": b"kept"}


@pytest.mark.slow
def test_check_finds_nothing(directory: Path) -> None:
    assert [str(finding) for finding in check_release(directory)] == []


@pytest.mark.slow
def test_all_of_it_says_that_it_is_made_up(directory: Path, demo: Atlas) -> None:
    assert demo.synthetic
    assert "示例数据" in demo.title.zh
    assert (demo.sources["demo"].title, demo.sources["demo"].synthetic) == (NOTE, True)
    for path in [*directory.glob("stats/*.csv"), *directory.glob("sites/*.csv")]:
        with path.open(encoding="utf-8", newline="") as file:
            assert {row["note"] for row in csv.DictReader(file)} == {NOTE}, path.name


def test_every_stored_indicator_has_a_figure_in_every_year_and_area(
    demo: Atlas, actual: pd.DataFrame
) -> None:
    stored = {one.id for one in demo.indicators.values() if not one.formula and not one.timeless}
    assert set(actual["indicator"]) == stored
    counts = actual.groupby("indicator").size()
    whole = counts[counts == 11 * 10].index
    assert {"talent_total", "population", "gdp", "high_level_share", "tech_smes"} <= set(whole)
    assert len(whole) > 50


@pytest.mark.parametrize(
    ("year", "total", "column"), [(2015, 29.4, 0), (2020, 43.8, 1)], ids=["2015", "2020"]
)
def test_the_nine_add_up_to_the_documents(
    demo: Atlas, actual: pd.DataFrame, year: int, total: float, column: int
) -> None:
    rows = actual[(actual["year"] == year) & (actual["area"] != demo.city)]
    sums = rows.groupby("indicator")["value"].sum().round(6)
    assert sums["talent_total"] == total
    for part, figures in PARTS_OF_TALENT.items():
        assert sums[part] == figures[column]


def test_some_years_close_and_others_lack_a_report(demo: Atlas, actual: pd.DataFrame) -> None:
    rows = actual[(actual["indicator"] == "talent_total") & (actual["area"] != demo.city)]
    reported = rows.groupby("year")["value"].count()
    assert reported[2015] == reported[2020] == 9
    assert reported.min() < 9


def test_each_status_of_a_figure_is_there(actual: pd.DataFrame) -> None:
    counts = actual["status"].value_counts()
    expected = {"reported", "provisional", "apportioned", "missing", "suppressed"}
    assert set(counts.index) == expected
    assert counts["missing"] < 0.1 * len(actual)
    assert (actual["value"].isna() == actual["status"].isin(["missing", "suppressed"])).all()


def test_the_city_has_every_year_and_its_targets(demo: Atlas) -> None:
    city = demo.figures[(demo.figures["area"] == demo.city) & demo.figures["value"].notna()]
    total = city[city["indicator"] == "talent_total"]
    assert total[total["kind"] == "actual"]["year"].tolist() == list(range(2015, 2026))
    targets = total[total["kind"] == "target"]
    assert dict(zip(targets["year"], targets["value"], strict=True)) == {2020: 52, 2025: 53.8}


def test_nobody_has_the_people_of_the_census(
    demo: Atlas, actual: pd.DataFrame, published_release: Atlas
) -> None:
    real = published_release.figures
    key = ["area", "year"]
    census = real[(real["indicator"] == "population") & (real["area"] != demo.city)]
    made_up = actual[actual["indicator"] == "population"]
    both = census.merge(made_up, on=key, suffixes=("", "_made_up"))
    assert len(both) >= 9
    assert (both["value"] != both["value_made_up"]).all()
    assert ((both["value_made_up"] / both["value"] - 1).abs() < 0.15).all()


def test_a_value_moves_little_from_year_to_year(demo: Atlas, actual: pd.DataFrame) -> None:
    rows = actual[(actual["indicator"] == "talent_total") & (actual["area"] != demo.city)]
    table = rows.pivot_table(index="year", columns="area", values="value")
    assert (table.pct_change(fill_method=None).abs().max() < 0.2).all()


@pytest.mark.slow
def test_the_derived_indicators_can_be_worked_out(demo: Atlas) -> None:
    values = demo.values
    for name in ("talent_per_10k", "talent_quotient", "gdp_per_head", "population_density"):
        rows = values[(values["indicator"] == name) & (values["year"] == 2020)]
        assert rows["value"].notna().sum() == 10, name


def test_there_are_some_two_hundred_platforms_of_every_level(demo: Atlas) -> None:
    platforms = demo.sites[demo.sites["kind"] == "platform"]
    assert len(platforms) == 200
    assert set(platforms["level"]) == {"国家级", "自治区级", "市级"}
    assert set(platforms["area"]) == {area.code for area in demo.parts}
    assert platforms["name_zh"].str.fullmatch(r"示例平台 \d{3}（\w+）").all()


def test_every_kind_of_site_is_there_and_each_has_figures(demo: Atlas) -> None:
    assert set(demo.sites["kind"]) == set(demo.site_kinds)
    assert set(demo.site_figures["site"]) == set(demo.sites["id"])
    assert (demo.sites["kind"] == "offshore").sum() == 4


def test_sites_lie_inside_their_area_or_say_that_they_have_no_place(demo: Atlas) -> None:
    shapes = dict(zip(demo.boundaries["code"], demo.boundaries.geometry, strict=True))
    placed = demo.sites[demo.sites["lon"].notna() & demo.sites["area"].isin(list(shapes))]
    for site in placed.to_dict("records"):
        assert shapely.contains_xy(shapes[site["area"]], site["lon"], site["lat"]), site["id"]
    without = demo.sites[demo.sites["lon"].isna()]
    assert len(without) > 5
    assert set(without["precision"]) == {"area"}


def test_check_refuses_a_demonstration_row_in_a_real_release(toy_release: ToyRelease) -> None:
    real = toy_release()
    assert [one for one in check_release(real) if one.level == "error"] == []
    with (real / "stats" / "plan.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(f"150603,population,2021,310,人,actual,reported,示例表 01,,{NOTE}\n")
    update_hashes(real)
    found = [one for one in check_release(real) if one.level == "error"]
    assert [(one.file, one.line, one.column) for one in found] == [("stats/plan.csv", 9, "note")]


@pytest.mark.slow
def test_check_refuses_a_demonstration_that_calls_itself_real(
    directory: Path, tmp_path: Path
) -> None:
    for path, content in contents(directory).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    package["geomap"]["synthetic"] = False
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    files = {one.file for one in check_release(tmp_path) if one.level == "error"}
    assert {"sources.json", "stats/demo.csv", "sites/platform.csv", "sites/figures.csv"} <= files
