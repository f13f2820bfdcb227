"""What a map shows as files of data: the same in every format, honest, safe to open."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl  # type: ignore[import-untyped]
import pyogrio
import pytest
import shapely
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.approval import INTERNAL_MARK
from geomap.release.editions import for_audience
from geomap.release.open import open_release
from geomap.render.data.export import EXPORT_FORMATS, export, export_format, file_name
from geomap.render.data.extract import extract
from geomap.render.data.tables import table
from geomap.tables.export_columns import EXPORT_COLUMNS, SITE_FIELDS, Field
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view
from tests.support import ROOT
from tests.support.toy import STATS_HEAD, TOY, ToyRelease, collection, write_toy

CITY, EAST, KANG, EJIN = "150600", "150602", "150603", "150627"
ALL = [(name, encoding) for name, one in EXPORT_FORMATS.items() for encoding in one.encodings]
# 东胜 reported, 康巴什 an estimate, 伊金霍洛 not reported; of 高层次人才 康巴什 has too few.
GAPS = TOY["stats/plan.csv"] + (
    f"{EAST},talent,2021,60,人,actual,reported,表3,“六十”,\n"
    f"{KANG},talent,2021,40,人,actual,apportioned,表3,,\n"
    f"{EJIN},talent,2021,,人,actual,missing,表3,,\n"
    f"{CITY},talent_high,2021,9873,人,actual,reported,表4,,\n"
    f"{EAST},talent_high,2021,1241,人,actual,reported,表4,,\n"
    f"{KANG},talent_high,2021,3,人,actual,reported,表4,,\n"
    f"{EJIN},talent_high,2021,8629,人,actual,reported,表4,,\n"
)


@pytest.fixture(scope="module")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return open_release(write_toy(tmp_path_factory.mktemp("gaps"), {"stats/plan.csv": GAPS}))


def given_file(atlas: Atlas, name: str, indicator: str = "talent", **how: Any) -> bytes:
    view = map_view(
        atlas, indicator, year=how.pop("year", 2021), how=Drawing(**how.pop("drawn", {}))
    )
    return export(atlas, view, name, **how)


def csv_rows(content: bytes, encoding: str = "utf-8-sig") -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode(encoding), newline=""))
    return {row["代码"]: row for row in rows}


def book_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_rows(sheet: Any) -> dict[str, dict[str, Any]]:
    head, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def shapes_of(content: bytes, tmp_path: Path, name: str = "areas") -> gpd.GeoDataFrame:
    (tmp_path / "taken.zip").write_bytes(content)
    return gpd.read_file(f"zip://{tmp_path / 'taken.zip'}!{name}.shp")


def unpacked(name: str, content: bytes) -> bytes:
    """Give all that a file holds, for searching in it."""
    if name == "xlsx":
        cells = [
            cell.value for sheet in book_of(content) for row in sheet.iter_rows() for cell in row
        ]
        return "\n".join(str(one) for one in cells).encode()
    if name == "shp":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"".join(archive.read(one) for one in archive.namelist())
    return content


# --- what every format says -----------------------------------------------------------------------


def statuses(name: str, content: bytes, tmp_path: Path) -> dict[str, tuple[Any, str]]:
    """Read value and word of status by area, as a user of that format would."""
    if name == "csv":
        rows = csv_rows(content).items()
        return {code: (float(row["数值"] or "nan"), row["状态"]) for code, row in rows}
    if name == "xlsx":
        # Read row by row: of 2,891 areas a book of cells takes ten times as long.
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        read = sheet_rows(book["数据"]).items()
        empty = float("nan")
        return {
            code: (empty if row["数值"] is None else row["数值"], row["状态"]) for code, row in read
        }
    if name == "shp":
        frame = shapes_of(content, tmp_path).rename(columns={"status_lbl": "status_label"})
    else:
        path = tmp_path / f"taken.{name}"
        path.write_bytes(content)
        frame = gpd.read_file(path, layer=None if name == "geojson" else "areas")
    told = frame[["code", "value", "status_label"]].itertuples(index=False)
    return {code: (float(value), status) for code, value, status in told}


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_a_gap_is_empty_and_says_why_and_an_estimate_says_that_it_is_one(
    gaps: Atlas, tmp_path: Path, name: str
) -> None:
    found = statuses(name, given_file(gaps, name), tmp_path)
    assert found[EAST] == (60.0, "已公布")
    assert found[KANG] == (40.0, "估算")
    assert np.isnan(found[EJIN][0])
    assert found[EJIN][1] == "未上报"


@pytest.mark.parametrize("name", EXPORT_FORMATS)
@pytest.mark.slow
def test_what_is_withheld_from_the_public_is_in_no_file_and_is_no_gap(
    gaps: Atlas, tmp_path: Path, name: str
) -> None:
    content = given_file(for_audience(gaps), name, "talent_high")
    found = statuses(name, content, tmp_path)
    assert np.isnan(found[KANG][0])
    assert found[KANG][1] == "不予公开"
    hidden = [code for code, (value, _) in found.items() if np.isnan(value)]
    assert len(hidden) == 2  # one more, or the sum would give it away
    whole = statuses(name, given_file(gaps, name, "talent_high"), tmp_path)
    assert whole[KANG] == (3.0, "已公布")


@pytest.mark.parametrize(("name", "encoding"), ALL)
def test_every_file_bears_the_mark_the_audience_and_the_release(
    gaps: Atlas, name: str, encoding: str
) -> None:
    public = for_audience(gaps)
    assert public.release != gaps.release  # its own, which tells nothing of what it hides
    whole = unpacked(name, given_file(public, name, encoding=encoding))
    for said in (INTERNAL_MARK.zh, "小数已保护：少于 5 人", public.release, "人才规划"):
        assert said.encode(encoding) in whole


@pytest.mark.parametrize(("name", "encoding"), ALL)
@pytest.mark.slow
def test_the_same_view_gives_the_same_bytes(gaps: Atlas, name: str, encoding: str) -> None:
    first = given_file(gaps, name, encoding=encoding, layers=["base"])
    assert given_file(gaps, name, encoding=encoding, layers=["base"]) == first


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_in_english_an_estimate_still_bears_the_chinese_word(gaps: Atlas, name: str) -> None:
    content = unpacked(name, given_file(gaps, name, lang="en"))
    assert "estimate (估算)".encode() in content


def test_the_table_is_what_the_map_shows(gaps: Atlas) -> None:
    view = map_view(
        gaps, "population", year=2020, how=Drawing(k=2, method="equal", representation="fill")
    )
    shown = extract(gaps, view)
    east = next(row for row in shown.rows if row["code"] == EAST)
    area = next(one for one in view.areas if one.code == EAST)
    assert (east["value"], east["rank"], east["class"]) == (500.0, 1, 2)
    assert east["class_label"] == view.legend.labels[1]
    assert east["fill"] == view.legend.colours[area.class_index]
    assert east["places"] == "表1"
    assert east["documents"] == "人才规划（1号）"
    assert shown.facts["control"].startswith("控制总数：全市 1,000人")
    assert shown.city is not None
    assert (shown.city["value"], shown.city["rank"], shown.city["fill"]) == (1000.0, None, "")
    assert shown.facts["cutoff"] == "2022-01-01"


def test_every_figure_behind_a_value_is_listed_with_its_wording(gaps: Atlas) -> None:
    shown = extract(gaps, map_view(gaps, "talent", year=2021))
    quoted = [(one["value"], one["locator"], one["quote"]) for one in shown.figures]
    assert (60.0, "表3", "“六十”") in quoted
    assert [one["title"] for one in shown.documents] == ["人才规划"]


# --- tables ---------------------------------------------------------------------------------------


def test_a_workbook_has_typed_cells_a_frozen_heading_and_sheets_of_notes_and_sources(
    gaps: Atlas,
) -> None:
    book = book_of(given_file(gaps, "xlsx", layers=["base"]))
    assert book.sheetnames == ["数据", "说明", "来源", "出处", "点位"]
    sheet = book["数据"]
    head = [cell.value for cell in sheet[1]]
    cells = {row[0].value: dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2)}
    assert sheet.freeze_panes == "D2"
    assert (cells[EAST]["代码"].value, cells[EAST]["代码"].data_type) == (EAST, "s")
    assert (cells[EAST]["数值"].value, cells[EAST]["数值"].data_type) == (60, "n")
    assert "估算" in cells[KANG]["数值"].number_format
    assert "估算" not in cells[EAST]["数值"].number_format
    assert INTERNAL_MARK.zh in sheet.oddFooter.center.text
    assert [row["标题"] for row in sheet_rows(book["来源"]).values()] == ["人才规划"]
    told = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert told["数据版本"] == gaps.release
    assert told["标注"] == INTERNAL_MARK.zh


def test_csv_begins_with_the_mark_that_excel_needs_and_ends_lines_with_crlf(gaps: Atlas) -> None:
    content = given_file(gaps, "csv", "population", year=2020)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 5  # heading, city, three areas
    assert not given_file(gaps, "csv", encoding="gbk").startswith(b"\xef\xbb\xbf")


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("a")']


def test_a_text_that_could_be_a_formula_is_text_in_both_tables(toy_release: ToyRelease) -> None:
    evil = '=HYPERLINK(""x"")'
    directory = toy_release(
        {"sources.json": lambda text: text.replace("人才规划", '=HYPERLINK(\\"x\\")')}
    )
    atlas = open_release(directory)
    name = '=HYPERLINK("x")'
    (line,) = [row for row in csv_rows(given_file(atlas, "csv", year=2020)).values()
               if row["代码"] == EAST]  # fmt: skip
    assert line["来源文件"].startswith(f"'{name}")
    assert evil.encode() in given_file(atlas, "csv", year=2020)
    book = book_of(given_file(atlas, "xlsx", year=2020))
    cell = book["来源"]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)


@given(st.text(max_size=20))
@pytest.mark.slow
def test_no_text_reaches_a_spreadsheet_as_a_formula(text: str) -> None:
    field = Field("one", "one", Text("甲", "a"))
    shown = type("Shown", (), {"say": lambda _, text: text.zh})()
    content = table([field], [{"one": text}], shown, "utf-8")
    (_, *lines) = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    for (cell,) in (line for line in lines if line):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_negative_number_stays_a_number() -> None:
    field = Field("one", "one", Text("甲", "a"), "real")
    shown = type("Shown", (), {"say": lambda _, text: text.zh})()
    assert table([field], [{"one": -2.5}], shown, "utf-8") == "\ufeff甲\r\n-2.5\r\n".encode()


# --- geometry -------------------------------------------------------------------------------------


def test_geojson_is_as_rfc_7946_says(gaps: Atlas) -> None:
    content = json.loads(
        given_file(gaps, "geojson", "population", year=2020, layers=["base", "offshore"])
    )
    assert content["bbox"] == [109, 39, 112, 40]
    assert "crs" not in content
    first = content["features"][0]
    assert first["id"] == EAST
    (ring,) = first["geometry"]["coordinates"]
    assert shapely.LinearRing(ring).is_ccw
    sites = {one["id"]: one for one in content["features"] if "layer" in one["properties"]}
    assert sites["b1"]["geometry"] == {"type": "Point", "coordinates": [109.5, 39.5]}
    assert sites["b2"]["geometry"] is None  # only its area is known
    assert sites["o1"]["properties"]["layer_name"] == "离岸"
    assert content["city"]["code"] == CITY
    assert content["about"]["mark"] == INTERNAL_MARK.zh


@pytest.mark.parametrize("name", ["geojson", "topojson", "gpkg", "shp"])
def test_the_geometry_comes_back_as_it_is_stored(gaps: Atlas, tmp_path: Path, name: str) -> None:
    content = given_file(gaps, name, layers=["base"])
    if name == "shp":
        frame = shapes_of(content, tmp_path)
    else:
        (tmp_path / f"a.{name}").write_bytes(content)
        frame = gpd.read_file(tmp_path / f"a.{name}", layer=None if name == "geojson" else "areas")
    areas = frame[frame["code"].isin([EAST, KANG, EJIN])]
    assert name == "topojson" or areas.crs.to_epsg() == 4326
    for shape, stored in zip(areas.geometry, gaps.ordered_boundaries.geometry, strict=True):
        assert shapely.equals(shape, stored)


def test_a_shared_border_is_in_topojson_once(gaps: Atlas) -> None:
    content = json.loads(given_file(gaps, "topojson"))
    used = [
        arc if arc >= 0 else ~arc
        for one in content["objects"]["areas"]["geometries"]
        for ring in one["arcs"]
        for arc in ring
    ]
    # Three squares in a row: the two sides between them are used by both neighbours.
    assert sorted(set(used)) == list(range(len(content["arcs"])))
    assert len(used) == len(content["arcs"]) + 2
    assert content["transform"]["scale"] == [1e-5, 1e-5]


def test_a_geopackage_holds_layers_and_tables(gaps: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(given_file(gaps, "gpkg", "population", year=2020, layers=["base"]))
    layers = dict(pyogrio.list_layers(path))
    assert layers == {
        "areas": "MultiPolygon", "sites": "Point", "about": None, "city": None,
        "documents": None, "figures": None, "columns": None,
    }  # fmt: skip
    about = pyogrio.read_dataframe(path, layer="about").set_index("id")["value"]
    assert about["mark"] == INTERNAL_MARK.zh
    with sqlite3.connect(path) as db:
        told = db.execute("select description from gpkg_contents where table_name = 'areas'")
        assert INTERNAL_MARK.zh in told.fetchone()[0]
    db.close()


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", "UTF-8"), ("gbk", "GBK")])
def test_a_shapefile_declares_its_encoding_and_explains_its_short_names(
    gaps: Atlas, tmp_path: Path, encoding: str, declared: str
) -> None:
    content = given_file(gaps, "shp", encoding=encoding, layers=["base"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert archive.read("areas.cpg").decode() == declared
        told = archive.read("fields.csv").decode("utf-8-sig" if encoding == "utf-8" else "gbk")
        readme = archive.read("README.txt").decode("utf-8-sig" if encoding == "utf-8" else "gbk")
        assert "东胜区".encode(encoding) in archive.read("areas.dbf")
    assert {f"{one}.{end}" for one in ("areas", "sites") for end in
            ("shp", "shx", "dbf", "prj", "cpg", "csv")} < set(names)  # fmt: skip
    frame = shapes_of(content, tmp_path)
    assert all(len(name) <= 10 for name in frame.columns)
    short = {row["字段"]: row["全名"] for row in csv.DictReader(io.StringIO(told))}
    assert set(frame.columns) - {"geometry"} <= set(short)
    assert short["status_lbl"] == "status_label"
    assert "missing 没有数（要旗区填报的为未上报，其余为无公开数），suppressed 不予公开" in readme
    assert list(shapes_of(content, tmp_path, "sites")["name_zh"]) == ["甲基地"]  # it has a place


def test_a_text_too_long_for_dbf_is_cut_at_a_whole_character_and_that_is_said(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    long = "规" * 100  # 300 bytes in UTF-8, of which 254 hold 84 characters
    directory = toy_release({"sources.json": lambda text: text.replace("人才规划", long)})
    atlas = open_release(directory)
    content = given_file(atlas, "shp", "population", year=2020)
    assert shapes_of(content, tmp_path)["documents"].tolist() == ["规" * 84] * 3
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "有 3 格文字在 DBF 中截短" in archive.read("README.txt").decode()
        assert long in archive.read("areas.csv").decode()


@pytest.mark.parametrize("name", ["csv", "shp"])
def test_a_character_that_gbk_lacks_is_named_and_utf_8_offered(
    toy_release: ToyRelease, name: str
) -> None:
    atlas = open_release(toy_release({"boundaries/units.csv": lambda text: text.replace(
        "东胜区", "东𬭎区")}))  # fmt: skip
    with pytest.raises(RequestError, match=r"“𬭎”（U\+2CB4E）.*UTF-8"):
        given_file(atlas, name, year=2020, encoding="gbk")
    assert "𬭎".encode() in b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read("areas.csv") if name == "shp" else content
        for content in [given_file(atlas, name, year=2020)]
    )


def test_gbk_writes_square_kilometres_plainly(gaps: Atlas) -> None:
    view = map_view(gaps, "land_area")
    assert b",km2," in export(gaps, view, "csv", encoding="gbk", lang="en")


# --- 2,891 areas ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Atlas:

    codes = [f"{200000 + number}" for number in range(2891)]
    units = TOY["boundaries/units.csv"].splitlines()[:2] + [
        f"{code},第{code}区,{code},District {code},district,{CITY}" for code in codes
    ]
    side = 0.01
    shapes = [grid_cell(code, at, side) for at, code in enumerate(codes)]
    stats = [f"{code},population,2020,{at + 1},人,actual,reported,表1,," for at, code in
             enumerate(codes)]  # fmt: skip
    return open_release(write_toy(tmp_path_factory.mktemp("many"), {
        "boundaries/units.csv": "\n".join(units) + "\n",
        "boundaries/county-2024.geojson": collection(*shapes),
        "boundaries/context.geojson": None,
        "stats/plan.csv": STATS_HEAD + "\n".join(stats) + "\n",
        "sites/base.csv": None, "sites/offshore.csv": None, "sites/figures.csv": None,
    }))  # fmt: skip


def grid_cell(code: str, at: int, side: float) -> str:
    x, y = round(105 + at % 60 * side, 5), round(38 + at // 60 * side, 5)
    east, north = round(x + side, 5), round(y + side, 5)
    ring = [[x, y], [east, y], [east, north], [x, north], [x, y]]
    return json.dumps({"type": "Feature", "properties": {"code": code},
                       "geometry": {"type": "Polygon", "coordinates": [ring]}})  # fmt: skip


@pytest.mark.parametrize("name", EXPORT_FORMATS)
@pytest.mark.slow
def test_2891_areas_leave_whole(many: Atlas, tmp_path: Path, name: str) -> None:
    found = statuses(name, given_file(many, name, "population", year=2020), tmp_path)
    assert len({code for code in found if code != CITY}) == 2891
    assert found["202890"] == (2891.0, "已公布")


def test_the_columns_are_explained_in_the_documents() -> None:
    page = ROOT / "docs" / "data-format.md"
    told = page.read_text(encoding="utf-8").partition("## 导出的数据")[2].partition("\n## ")[0]
    for field in EXPORT_COLUMNS:
        short = "" if field.short == field.id else f"`{field.short}`"
        assert f"| `{field.id}` | {short} | {field.head.zh} | " in told


@pytest.mark.parametrize("fields", [EXPORT_COLUMNS, SITE_FIELDS])
def test_short_names_fit_dbf_and_are_told_apart(fields: tuple[Field, ...]) -> None:
    assert all(len(one.short) <= 10 and one.short.isascii() for one in fields)
    assert len({one.short for one in fields}) == len(fields)


# --- names and refusals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [("a.xlsx", "xlsx"), ("A.CSV", "csv"), ("a.zip", "shp"), ("a.json", "geojson")],
)
def test_a_format_is_known_by_the_name_of_its_file(given_name: str, expected: str) -> None:
    assert export_format(given_name) == expected


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="xlsx、csv、gpkg、shp、geojson、topojson"):
        export_format("a.docx")


def test_a_file_name_holds_nothing_that_windows_forbids() -> None:
    assert file_name('a/b:c*?"<>|\n人口', "shp") == "a_b_c_______人口.shp.zip"


def test_a_format_without_encodings_refuses_one(gaps: Atlas) -> None:
    with pytest.raises(RequestError, match="GeoJSON 不能用编码 gbk"):
        given_file(gaps, "geojson", encoding="gbk")


# --- from the command line and by HTTP ------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["export", *(str(word) for word in words)])


@pytest.mark.slow
def test_the_command_writes_the_format_of_the_name(toy_release: ToyRelease, tmp_path: Path) -> None:
    directory = toy_release({"stats/plan.csv": GAPS})
    for name in ("a.xlsx", "a.csv", "a.geojson", "a.topojson", "a.gpkg", "a.zip"):
        words = ("--audience", "internal", "--data", directory, "-o", tmp_path / name)
        done = run("talent", "--year", 2021, *words)
        assert done.exit_code == 0, done.output
    assert csv_rows((tmp_path / "a.csv").read_bytes())[KANG]["状态"] == "估算"
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("population", "-o", "{}/a.docx"), "没有导出格式“docx”"),
        (("population", "-o", "{}/none/a.csv"), "无法写入"),
        (("population", "--layers", "bse", "-o", "{}/a.csv"), "没有点位类别“bse”，最接近的是 base"),
        (("populaton", "-o", "{}/a.csv"), "最接近的是 population"),
        (("population", "--encoding", "gbk", "-o", "{}/a.xlsx"), "不能用编码 gbk"),
        (("population", "--year", "1990", "-o", "{}/a.csv"), "没有年份"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_leaves_nothing(
    toy_release: ToyRelease, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    done = run(*(word.format(place) for word in words), "--data", toy_release())
    assert done.exit_code == 1
    assert said in done.stderr
    assert list(place.iterdir()) == []


@pytest.fixture
def client(gaps: Atlas) -> FlaskClient:
    return create_app(gaps).test_client()


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_the_server_gives_each_format_as_an_attachment(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/export.{name}?indicator=talent&year=2021&lang=zh")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].endswith(f".{EXPORT_FORMATS[name].suffix}")
    assert answer.headers["Content-Type"] == EXPORT_FORMATS[name].media_type.format("utf-8")


def test_the_server_gives_what_the_page_shows_under_the_same_address(
    client: FlaskClient, gaps: Atlas
) -> None:
    state = "indicator=population&year=2020&as=fill&method=equal&classes=2&palette=Greens"
    answer = client.get(f"/export.csv?{state}&layers=&estimates=ranked&audience=internal")
    how = Drawing("equal", 2, "Greens", representation="fill", rank_estimates=True)
    view = map_view(gaps, "population", year=2020, how=how)
    told = csv_rows(answer.data)
    assert [row["颜色"] for code, row in told.items() if code != CITY] == [
        view.legend.colours[one.class_index] for one in view.areas
    ]
    assert told[EAST]["数据范围"] == "内部全数"


def test_without_layers_the_server_gives_those_the_page_begins_with(client: FlaskClient) -> None:
    def layers(query: str) -> set[str]:
        content = client.get(f"/export.geojson?indicator=population{query}").get_json(force=True)
        rows = [one["properties"] for one in content["features"]]
        return {row["layer"] for row in rows if "layer" in row}

    assert layers("") == {"base"}
    assert layers("&layers=") == set()
    assert layers("&layers=offshore") == {"offshore"}


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/export.docx?indicator=population", 404, "xlsx"),
        ("/export.csv", 400, "indicator"),
        ("/export.csv?indicator=population&encoding=big5", 400, "gbk"),
        ("/export.xlsx?indicator=population&encoding=gbk", 400, "utf-8"),
        ("/export.csv?indicator=population&area=150602", 400, "area"),
        ("/export.csv?indicator=population&layers=x", 404, "base"),
        ("/export.csv?indicator=population&year=1990", 404, "2020"),
        ("/export.csv?indicator=population&audience=all", 400, "public"),
        ("/export.csv?indicator=population&lang=fr", 404, "zh"),
    ],
)
def test_the_server_refuses_with_what_is_valid(
    client: FlaskClient, path: str, status: int, said: str
) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert said in answer.text
    assert "Content-Disposition" not in answer.headers


def test_the_public_gets_its_edition_unless_more_is_asked_for(client: FlaskClient) -> None:
    def value(query: str) -> str:
        content = client.get(f"/export.csv?indicator=talent_high&year=2021{query}").data
        return csv_rows(content)[KANG]["数值"]

    assert value("") == ""
    assert value("&audience=leader") == "3"
