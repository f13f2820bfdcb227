"""Opening a release: what an atlas holds, and what is refused, whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from geomap.atlas import Atlas
from geomap.errors import ReleaseError
from geomap.model.catalog import Op, Status
from geomap.release.import_table import update_hashes
from geomap.release.open import FIGURE_COLUMNS, fingerprint, open_release
from tests.support.toy import TOY, ToyRelease, collection, square

COUNTY = "boundaries/county-2024.geojson"


def faults(directory: Path) -> list[tuple[str, int, str]]:
    """Open a release that must be refused; give file, line and column of each error."""
    with pytest.raises(ReleaseError) as caught:
        open_release(directory)
    return [(one.file, one.line, one.column) for one in caught.value.findings]


def test_an_atlas_holds_areas_with_the_city_first(atlas: Atlas) -> None:
    assert list(atlas.areas) == ["150600", "150602", "150603", "150627"]
    assert atlas.title.en == "Toy map"
    assert not atlas.synthetic


def test_a_figure_is_known_by_its_source_and_line(atlas: Atlas) -> None:
    assert list(atlas.figures.columns) == [*FIGURE_COLUMNS, "digits"]
    row = atlas.figures.set_index("id").loc["plan:4"]
    assert (row["area"], row["value"], row["status"]) == ("150603", 300.0, Status.PROVISIONAL)
    assert row["year"] == 2020


def test_what_is_not_reported_stays_missing(atlas: Atlas) -> None:
    assert np.isnan(atlas.figures.set_index("id").loc["plan:7", "value"])


def test_empty_text_is_empty_and_not_nan(atlas: Atlas) -> None:
    texts = atlas.figures.drop(columns=["year", "value", "digits"])
    assert not texts.isna().any().any()
    assert atlas.figures["quote"].tolist()[0] == ""


def test_land_area_is_measured_on_the_boundaries_and_summed_for_the_city(atlas: Atlas) -> None:
    land = atlas.figures[atlas.figures["indicator"] == "land_area"].set_index("area")
    # One square degree at 39–40°N, closed formula for the authalic sphere: 9,549 km².
    assert land.loc["150602", "value"] == pytest.approx(9549, abs=2)
    assert land.loc["150600", "value"] == pytest.approx(3 * land.loc["150602", "value"])
    assert land.loc["150602", ["year", "status", "source", "locator"]].tolist() == [
        2024, "derived", "boundaries", COUNTY,
    ]  # fmt: skip


def test_the_catalogue_keeps_its_formulas(atlas: Atlas) -> None:
    formula = atlas.indicator("density").formula
    assert formula is not None
    assert (formula.op, formula.of, formula.per) == (Op.RATIO, "population", "land_area")


def test_boundaries_stand_in_the_order_of_the_units(toy_release: ToyRelease) -> None:
    turned = collection(square("150627", 111), square("150603", 110), square("150602", 109))
    atlas = open_release(toy_release({COUNTY: turned}))
    assert atlas.boundaries["code"].tolist() == ["150602", "150603", "150627"]
    assert atlas.boundaries.crs.to_epsg() == 4326


def test_sites_without_coordinates_have_none(atlas: Atlas) -> None:
    sites = atlas.sites.set_index("id")
    assert sites.loc["b1", "lon"] == 109.5
    assert np.isnan(sites.loc["b2", "lon"])
    assert atlas.site_figures["text"].tolist() == ["", "启动运行"]


def test_a_release_without_statistics_or_sites_opens(toy_release: ToyRelease) -> None:
    absent = dict.fromkeys(path for path in TOY if path.startswith(("stats/", "sites/")))
    atlas = open_release(toy_release({**absent, "boundaries/context.geojson": None}))
    assert atlas.figures["indicator"].unique().tolist() == ["land_area"]
    assert atlas.sites.empty
    assert atlas.sites["lon"].dtype == "float64"
    assert atlas.context.columns.tolist() == ["code", "name_zh", "geometry"]


def test_what_people_really_send_opens_with_notices(toy_release: ToyRelease) -> None:
    def as_sent(text: str) -> str:
        return text.replace("150627,population,2020,200", '伊旗,常住人口,2020年,"２００ "')

    directory = toy_release(
        {"stats/plan.csv": as_sent(TOY["stats/plan.csv"]).replace("\n", "\r\n").encode("gb18030")}
    )
    atlas = open_release(directory)
    row = atlas.figures.set_index("id").loc["plan:5"]
    assert (row["area"], row["indicator"], row["value"]) == ("150627", "population", 200.0)
    assert any("GB 18030" in notice for notice in atlas.notices)


def test_an_edit_from_a_spreadsheet_opens_after_an_update(toy_release: ToyRelease) -> None:
    directory = toy_release()
    file = directory / "stats/plan.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert faults(directory)[0] == ("stats/plan.csv", 0, "")
    assert update_hashes(directory) == ["stats/plan.csv"]
    assert len(open_release(directory).figures) == 11


def test_two_openings_of_one_release_have_one_identity(toy_release: ToyRelease) -> None:
    first, second = open_release(toy_release()), open_release(toy_release(name="again"))
    assert first.release == second.release
    assert len(first.release) == 64


def test_the_fingerprint_changes_with_the_package(toy_release: ToyRelease) -> None:
    directory = toy_release()
    before = fingerprint(directory)
    (directory / "stats/plan.csv").unlink()
    assert fingerprint(directory) == before
    update_hashes(directory)
    assert fingerprint(directory) != before


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path / "none") == [(str(tmp_path / "none"), 0, "")]
    with pytest.raises(ReleaseError, match="datapackage"):
        fingerprint(tmp_path / "none")


def test_an_empty_directory_lacks_its_package(tmp_path: Path) -> None:
    assert faults(tmp_path) == [("datapackage.json", 0, "")]


def test_a_file_that_is_missing_changed_or_unlisted_is_named(toy_release: ToyRelease) -> None:
    directory = toy_release()
    (directory / "sites/offshore.csv").unlink()
    (directory / "stats/extra.csv").write_text("area\n", encoding="utf-8")
    with (directory / "stats/plan.csv").open("a", encoding="utf-8") as file:
        file.write("150602,talent,2021,1,人,actual,reported,表3,,\n")
    assert faults(directory) == [
        ("sites/offshore.csv", 0, ""),
        ("stats/extra.csv", 0, ""),
        ("stats/plan.csv", 0, ""),
    ]


def test_what_systems_leave_about_is_passed_over(toy_release: ToyRelease) -> None:
    directory = toy_release()
    for name in (".DS_Store", "~$plan.xlsx", "Thumbs.db", ".git/config"):
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text("x", encoding="utf-8")
    assert open_release(directory).city == "150600"


def _broken_package(change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def apply(directory: Path) -> None:
        file = directory / "datapackage.json"
        content = json.loads(file.read_bytes())
        change(content)
        file.write_text(json.dumps(content, indent=1), encoding="utf-8")

    return apply


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (lambda package: package.pop("geomap"), "geomap"),
        (lambda package: package["geomap"].pop("city"), "city"),
        (lambda package: package["geomap"].update(synthetic="no"), "synthetic"),
        (lambda package: package["resources"][0].update(path="../secret"), "path"),
        (lambda package: package["resources"][0].update(path="C:\\secret"), "path"),
        (lambda package: package["resources"].append(package["resources"][0]), "path"),
    ],
)
def test_a_faulty_package_is_refused(
    toy_release: ToyRelease, change: Callable[[dict[str, object]], object], column: str
) -> None:
    directory = toy_release()
    _broken_package(change)(directory)
    found = faults(directory)
    assert any(one[0] == "datapackage.json" and one[2] == column for one in found)


def test_only_errors_are_told_when_a_release_is_refused(toy_release: ToyRelease) -> None:
    edit = {"stats/plan.csv": lambda text: text.replace("150627,", "伊旗,").replace("500", "5O0")}
    assert faults(toy_release(edit)) == [("stats/plan.csv", 3, "value")]


def test_deep_json_is_refused_and_no_crash(toy_release: ToyRelease) -> None:
    assert faults(toy_release({"sources.json": "[" * 100_000}))[0][0] == "sources.json"


def test_a_package_that_is_no_json_is_refused_with_its_line(toy_release: ToyRelease) -> None:
    directory = toy_release()
    (directory / "datapackage.json").write_text('{\n"name": ]\n', encoding="utf-8")
    assert faults(directory) == [("datapackage.json", 2, "")]


BOWTIE = square("150603", 110).replace("[111,39],[111,40]", "[111,40],[111,39]")
CRACKED = [square("150602", 109), square("150603", 110.0001), square("150627", 111.0001)]
UNTYPED = square("150603", 110).replace('"Polygon"', "{}")
SPOILT = square("150603", 110).replace("[110,39],", '["x",39],', 1)


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        ("no json", 1, "", "JSON"),
        ('{"type":"Topology"}\n', 1, "type", "FeatureCollection"),
        ('{"type":"FeatureCollection","features":[]}\n', 1, "features", "没有任何要素"),
        (
            collection(
                square("150602", 109), square("150603", 110), square("150627", 111),
                head='{"type":"FeatureCollection",\n"crs":{"type":"name","properties":'
                '{"name":"urn:ogc:def:crs:EPSG::4547"}},"features":[',
            ),
            2, "crs", "EPSG::4547",
        ),
        (
            collection(square("150602", 109), square("150603", 110).replace(",39]", ",4390000]"),
                       square("150627", 111)),
            3, "geometry", "以米计",
        ),
        (
            collection(square("150602", 109), square("150603", 110), square("150627", 111),
                       square("150602", 112)),
            5, "code", "150602 出现两次，先在第 2 行",
        ),
        (collection(square("150602", 109), square("150603", 110)), 0, "code", "缺少 150627"),
        (
            collection(square("150602", 109), square("150603", 110), square("150628", 111)),
            4, "code", "最接近的是 150627",
        ),
        (
            collection(square("150602", 109), BOWTIE, square("150627", 111)),
            3, "geometry", "Self-intersection",
        ),
        (
            collection(square("150602", 109), square("150603", 109.5), square("150627", 111)),
            2, "geometry", "重叠或有缝隙",
        ),
        (
            collection(*CRACKED),
            2, "geometry", "重叠或有缝隙",
        ),
        (
            collection(square("150602", 109), square("150603", 110).replace("Polygon", "Point"),
                       square("150627", 111)),
            3, "geometry", "Point",
        ),
        (
            collection(square("150602", 109), square("150603", 110).replace('"150603"', "150603"),
                       square("150627", 111)),
            3, "code", "没有文字属性",
        ),
        (
            collection(square("150602", 109), UNTYPED, square("150627", 111)),
            3, "geometry", "{}",
        ),
        (
            collection(square("150602", 109), SPOILT, square("150627", 111)),
            3, "geometry", "不成多边形",
        ),
    ],
)  # fmt: skip
def test_a_faulty_boundary_file_is_told_where_and_what(
    toy_release: ToyRelease, content: str, line: int, column: str, words: str
) -> None:
    with pytest.raises(ReleaseError) as caught:
        open_release(toy_release({COUNTY: content}))
    told = [
        (one.file, one.line, one.column)
        for one in caught.value.findings
        if words in one.what.zh + one.fix.zh
    ]
    assert (COUNTY, line, column) in told


def test_boundaries_in_cgcs2000_are_taken_as_they_are(toy_release: ToyRelease) -> None:
    head = '{"type":"FeatureCollection","crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},'
    text = TOY[COUNTY].replace('{"type":"FeatureCollection",', head)
    assert len(open_release(toy_release({COUNTY: text})).boundaries) == 3


def test_a_boundary_file_without_a_year_is_refused(toy_release: ToyRelease) -> None:
    directory = toy_release({COUNTY: None, "boundaries/county.geojson": TOY[COUNTY]})
    assert ("boundaries/county.geojson", 0, "") in faults(directory)


def test_every_fault_of_a_release_is_told_at_once(toy_release: ToyRelease) -> None:
    directory = toy_release(
        {
            "stats/plan.csv": lambda text: text.replace("2020,500", "20200,5OO"),
            COUNTY: collection(square("150602", 109), square("150603", 110)),
            "sources.json": "[",
        }
    )
    assert faults(directory) == [
        (COUNTY, 0, "code"),
        ("sources.json", 1, ""),
        ("stats/plan.csv", 3, "value"),
        ("stats/plan.csv", 3, "year"),
    ]


@pytest.mark.slow
def test_the_published_release_opens_and_covers_86853_km2(tmp_path: Path) -> None:
    from geomap.paths import data_dir

    shutil.copytree(data_dir(), tmp_path / "data")
    update_hashes(tmp_path / "data")
    atlas = open_release(tmp_path / "data")
    land = atlas.figures.query("indicator == 'land_area' and area == '150600'")
    assert len(atlas.parts) == 9
    assert land["value"].iloc[0] == pytest.approx(86_853, rel=0.001)
