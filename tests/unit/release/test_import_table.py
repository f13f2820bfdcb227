"""Taking tables in: what is written, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geomap.errors import GeomapError, ReleaseError, RequestError, TableError, Text
from geomap.release.check import check_release
from geomap.release.import_table import Details, import_table, update_hashes, write_datapackage
from geomap.release.open import open_release
from geomap.release.versions import HOME, listed
from tests.support.toy import STATS_HEAD, ToyRelease

HEADINGS = ["旗区", "指标", "年份", "数值", "单位", "类型", "状态", "出处", "原文", "备注"]
YEARBOOK = Details("yearbook", title="统计年鉴", issuer="市统计局", date="2025")
SOUND = STATS_HEAD + "150602,population,2024,510,人,actual,reported,表3,,\n"


def state(directory: Path) -> dict[str, bytes]:
    """Give every file of a release and its content."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and HOME not in path.parts
    }


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def workbook(path: Path, *rows: list[Any], sheet: str = "数据") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    book.save(path)
    return path


@pytest.mark.slow
def test_a_csv_file_becomes_the_figures_of_its_document(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    directory = toy_release()
    done = import_table(directory, written(tmp_path / "a.csv", SOUND), YEARBOOK)
    assert (done.path, done.rows, done.findings) == ("stats/yearbook.csv", 1, ())
    head, row = SOUND.splitlines()
    written_now = f"{head},approx\n{row},\n"
    assert (directory / done.path).read_text(encoding="utf-8") == written_now
    atlas = open_release(directory)
    assert atlas.sources["yearbook"].issuer == "市统计局"
    assert atlas.figures.set_index("id").loc["yearbook:2", "value"] == 510
    assert check_release(directory) == []


def test_a_workbook_is_read_as_it_was_typed(toy_release: ToyRelease, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx",
        [],
        HEADINGS,
        ["伊旗", "常住人口", 2024, 210, "人", "实际", "已公布", "表3", None, None],
        [None] * 10,
        [
            "150602",
            "人才总量",
            "2024年",
            "１，０００",
            "人",
            "目标",
            "已公布",
            "表4",
            "原文",
            "备注",
        ],
    )
    directory = toy_release()
    done = import_table(directory, file, YEARBOOK)
    with (directory / done.path).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[1:] == [
        ["150627", "population", "2024", "210", "人", "actual", "reported", "表3", "", "", ""],
        ["150602", "talent", "2024", "1000", "人", "target", "reported", "表4", "原文", "备注", ""],
    ]
    assert {one.level for one in done.findings} == {"notice"}


def test_a_fault_in_a_workbook_is_named_by_its_row(toy_release: ToyRelease, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx",
        HEADINGS,
        [],
        ["伊旗", "常住人口", 2024, "约210", "人", "实际", "已公布", "表3"],
    )
    with pytest.raises(TableError, match=r"a\.xlsx 有 1 处问题，请逐条改正") as caught:
        import_table(toy_release(), file, YEARBOOK)
    assert [
        (one.file, one.line, one.column) for one in caught.value.findings if one.level == "error"
    ] == [("a.xlsx", 3, "value")]


def test_a_percent_cell_is_refused_since_excel_stores_a_hundredth(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append(["伊旗", "常住人口", 2024, 0.125, "人", "实际", "已公布", "表3"])
    book.active["D2"].number_format = "0.0%"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(TableError, match=r"显示“12\.5%”，存的是 0\.125"):
        import_table(toy_release(), tmp_path / "a.xlsx", YEARBOOK)


def test_other_sheets_are_told_to_be_left_out(toy_release: ToyRelease, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.create_sheet("填报")
    page.append(HEADINGS)
    page.append(["伊旗", "常住人口", 2024, 210, "人", "实际", "已公布", "表3"])
    book.save(tmp_path / "a.xlsx")
    done = import_table(toy_release(), tmp_path / "a.xlsx", YEARBOOK)
    assert any("填报" in one.what.zh for one in done.findings)


def test_a_dry_run_writes_nothing(toy_release: ToyRelease, tmp_path: Path) -> None:
    directory = toy_release()
    before = state(directory)
    done = import_table(directory, written(tmp_path / "a.csv", SOUND), YEARBOOK, dry_run=True)
    assert done.rows == 1
    assert state(directory) == before


def test_figures_are_replaced_only_when_asked(toy_release: ToyRelease, tmp_path: Path) -> None:
    directory = toy_release()
    file = written(tmp_path / "a.csv", SOUND)
    before = state(directory)
    with pytest.raises(RequestError, match="--replace"):
        import_table(directory, file, Details("plan"))
    assert state(directory) == before
    import_table(directory, file, Details("plan", number="2号"), overwrite=True)
    atlas = open_release(directory)
    assert atlas.sources["plan"].number == "2号"
    assert atlas.sources["plan"].title == "人才规划"
    assert atlas.figures.query("source == 'plan'")["value"].tolist() == [510]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Details("new"), "--title --issuer --date"),
        (Details("new", title="a", issuer="b"), "--date"),
        (Details("../new", title="a", issuer="b", date="c"), "字母"),
        (Details("PLAN", title="a", issuer="b", date="c"), "plan"),
        (Details("boundaries"), "boundaries"),
    ],
)
def test_a_document_must_be_named_well(
    toy_release: ToyRelease, tmp_path: Path, source: Details, words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        import_table(toy_release(), written(tmp_path / "a.csv", SOUND), source)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SOUND.replace("510", "5l0"), "a.csv:2: value"),
        (SOUND.replace("510,人", "0.051,万人"), "乘以 10,000"),
        (SOUND.replace("150602", "伊盟"), "没有旗区“伊盟”"),
        (SOUND + SOUND.splitlines()[1] + "\n", "a.csv:3: area"),
        (SOUND.replace("510", "示例数据"), "不是数"),
        (SOUND.replace("表3", "示例数据").replace(",,\n", ",,示例数据\n"), "混有示例数据"),
        (SOUND + "150600,population,2024,500,人,actual,reported,表3,,\n", "大于全市 500"),
        (STATS_HEAD, "只有表头"),
        ("", "没有任何内容"),
        (SOUND.replace("value", "数字"), "不认识列"),
    ],
)
def test_a_faulty_table_is_refused_and_nothing_changes(
    toy_release: ToyRelease, tmp_path: Path, text: str, words: str
) -> None:
    directory = toy_release()
    before = state(directory)
    with pytest.raises(TableError, match=words):
        import_table(directory, written(tmp_path / "a.csv", text), YEARBOOK)
    assert state(directory) == before


def test_a_faulty_release_takes_nothing_in(toy_release: ToyRelease, tmp_path: Path) -> None:
    directory = toy_release({"sources.json": "["})
    with pytest.raises(ReleaseError, match=r"sources\.json:1"):
        import_table(directory, written(tmp_path / "a.csv", SOUND), YEARBOOK)


def test_a_failed_write_puts_back_what_was_there(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = toy_release()
    before = state(directory)
    replace, calls = os.replace, []

    def fail_the_third_time(source: Path, target: Path) -> None:
        if HOME not in target.parts:
            calls.append(target)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_the_third_time)
    with pytest.raises(GeomapError, match="数据保持原样"):
        import_table(directory, written(tmp_path / "a.csv", SOUND), YEARBOOK)
    assert state(directory) == before
    assert [one.what.zh for one in listed(directory)] == ["最初的数据"]


def test_a_file_that_is_too_large_is_refused_unread(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geomap.tables.spreadsheets.LARGEST_TABLE_BYTES", 10)
    with pytest.raises(GeomapError, match="文件过大"):
        import_table(toy_release(), written(tmp_path / "a.csv", SOUND), YEARBOOK)


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (401 * 2**20))
    with pytest.raises(GeomapError, match="文件过大"):
        import_table(toy_release(), file, YEARBOOK)


def test_too_many_rows_are_refused(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geomap.tables.spreadsheets.MOST_ROWS", 1)
    rows = [["伊旗", "常住人口", year, 1, "人", "实际", "已公布", "表3"] for year in (2023, 2024)]
    with pytest.raises(GeomapError, match="文件过大"):
        import_table(toy_release(), workbook(tmp_path / "a.xlsx", HEADINGS, *rows), YEARBOOK)
    text = SOUND + "150602,population,2023,1,人,actual,reported,表3,,\n"
    with pytest.raises(GeomapError, match="文件过大"):
        import_table(toy_release(), written(tmp_path / "a.csv", text), YEARBOOK)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"PK\x03\x04 no archive", "不是可读的 Excel"), (b"\xd0\xcf\x11\xe0", "旧式 Excel")],
)
def test_a_file_that_is_no_table_is_refused_with_advice(
    toy_release: ToyRelease, tmp_path: Path, data: bytes, words: str
) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(GeomapError, match=words):
        import_table(toy_release(), tmp_path / "a.xlsx", YEARBOOK)


def test_a_missing_file_is_named(toy_release: ToyRelease, tmp_path: Path) -> None:
    with pytest.raises(GeomapError, match=r"none\.csv"):
        import_table(toy_release(), tmp_path / "none.csv", YEARBOOK)


def test_the_package_lists_each_file_with_schema_source_and_hash(toy_release: ToyRelease) -> None:
    content = json.loads((toy_release() / "datapackage.json").read_bytes())
    by_path = {entry["path"]: entry for entry in content["resources"]}
    plan = by_path["stats/plan.csv"]
    assert plan["name"] == "stats-plan"
    assert plan["hash"].startswith("sha256:")
    assert plan["schema"]["primaryKey"] == ["area", "indicator", "year", "kind", "locator"]
    assert plan["schema"]["fields"][2] == {
        "name": "year",
        "type": "integer",
        "constraints": {"required": True, "minimum": 1949, "maximum": 2100},
    }
    assert plan["sources"] == [{"title": "人才规划"}]
    assert "schema" not in by_path["sources.json"]


def test_the_same_files_give_the_same_package(toy_release: ToyRelease) -> None:
    first = (toy_release() / "datapackage.json").read_bytes()
    assert (toy_release(name="again") / "datapackage.json").read_bytes() == first


def test_an_update_keeps_what_was_said_of_the_files(toy_release: ToyRelease) -> None:
    directory = toy_release()
    package = directory / "datapackage.json"
    content = json.loads(package.read_bytes())
    content["resources"][0]["licenses"] = [{"name": "ours"}]
    content["keywords"] = ["talent"]
    package.write_text(json.dumps(content), encoding="utf-8")
    (directory / "sites/offshore.csv").unlink()
    (directory / "README.md").write_text("# 说明\n", encoding="utf-8")
    assert update_hashes(directory) == ["README.md", "sites/offshore.csv"]
    after = json.loads(package.read_bytes())
    licences = {entry["path"]: entry.get("licenses") for entry in after["resources"]}
    assert licences[content["resources"][0]["path"]] == [{"name": "ours"}]
    assert after["keywords"] == ["talent"]
    assert check_release(directory) == []


def test_an_update_needs_a_package_to_begin_with(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="datapackage"):
        update_hashes(tmp_path)
    written(tmp_path / "datapackage.json", "{}")
    with pytest.raises(GeomapError, match="Data Package"):
        update_hashes(tmp_path)


def test_a_new_package_replaces_the_old_one(toy_release: ToyRelease) -> None:
    directory = toy_release()
    write_datapackage(directory, name="x", title=Text("新", "New"), city="150600", version="2")
    assert open_release(directory).title == Text("新", "New")
