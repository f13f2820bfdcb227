"""What a hostile or broken release must not do: crash, hang, show other files, or pass unseen."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from geomap.app.http.releases import Releases
from geomap.errors import GeomapError, ReleaseError
from geomap.model.findings import Findings
from geomap.release.check import check_release
from geomap.release.import_table import update_hashes
from geomap.release.open import open_release
from geomap.tables.grid import MOST_FAULTS
from geomap.tables.spreadsheets import read_grid
from tests.support.toy import STATS_HEAD, ToyRelease, indicator

CATALOGUE, SOURCES, PLAN = "indicators.json", "sources.json", "stats/plan.csv"


def columns(directory: Path) -> set[tuple[str, str]]:
    return {(one.file, one.column) for one in check_release(directory) if one.level == "error"}


def catalogue(**members: object) -> str:
    content = {
        "groups": [{"id": "g", "name_zh": "组", "name_en": "Group"}],
        "indicators": [
            indicator("population", "常住人口", "人", group="g"),
            indicator("half", "半数", "%", **{"group": "g", "measure": "ratio", **members}),
        ],
    }
    return json.dumps(content)


@pytest.mark.parametrize("scale", ["abc", None, [1], True, 0, -1, 1e300])
def test_a_formula_with_a_scale_that_is_no_positive_number_is_refused(
    toy_release: ToyRelease, scale: object
) -> None:
    formula = {"op": "ratio", "of": "population", "per": "population", "scale": scale}
    assert (CATALOGUE, "formula") in columns(toy_release({CATALOGUE: catalogue(formula=formula)}))


def test_a_limit_beyond_any_number_is_refused(toy_release: ToyRelease) -> None:
    directory = toy_release({CATALOGUE: catalogue(minimum=10**400)})
    assert (CATALOGUE, "minimum") in columns(directory)


@pytest.mark.parametrize("date", ["last year", "2023-02-31", "20230301", "2023年"])
def test_a_document_has_a_date_or_none(toy_release: ToyRelease, date: str) -> None:
    def dated(text: str) -> str:
        return json.dumps([{**row, "date": date} for row in json.loads(text)])

    assert (SOURCES, "date") in columns(toy_release({SOURCES: dated}))


@pytest.mark.parametrize("value", ["1e308", "1e-" + "9" * 400, "1e-" + "9" * 5000, "9" * 5000])
def test_a_number_that_no_figure_can_be_is_refused(toy_release: ToyRelease, value: str) -> None:
    row = f"150602,population,2020,{value},人,actual,reported,表1,,\n"
    assert (PLAN, "value") in columns(toy_release({PLAN: STATS_HEAD + row}))


def test_a_unit_of_thousands_of_letters_is_refused(toy_release: ToyRelease) -> None:
    row = f"150602,population,2020,5,{'万' * 5000}人,actual,reported,表1,,\n"
    assert (PLAN, "unit") in columns(toy_release({PLAN: STATS_HEAD + row}))


@pytest.mark.slow
def test_of_very_many_wrong_cells_the_first_kinds_are_told(toy_release: ToyRelease) -> None:
    rows = "".join(
        f"某地{line},population,2020,5,人,actual,reported,表{line},,\n" for line in range(5_000)
    )
    found = check_release(toy_release({PLAN: STATS_HEAD + rows}))
    assert sum(one.column == "area" for one in found) == MOST_FAULTS + 1


def test_a_crs_of_another_form_is_told(toy_release: ToyRelease) -> None:
    path = "boundaries/county-2024.geojson"
    directory = toy_release(
        {path: lambda text: text.replace('"features"', '"crs":{"properties":[]},"features"', 1)}
    )
    assert (path, "crs") in columns(directory)


def test_a_link_out_of_the_directory_is_refused_and_not_read(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    directory = toy_release()
    secret = tmp_path / "secret.csv"
    secret.write_text("password\n", encoding="utf-8")
    (directory / "stats" / "secret.csv").symlink_to(secret)
    with pytest.raises(ReleaseError) as caught:
        update_hashes(directory)
    assert "之外" in str(caught.value)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("name", ["datapackage.json", PLAN])
def test_a_pipe_in_place_of_a_file_is_refused_and_does_not_hang(
    toy_release: ToyRelease, name: str
) -> None:
    directory = toy_release()
    (directory / name).unlink()
    os.mkfifo(directory / name)
    with pytest.raises(ReleaseError, match="不是普通文件"):
        open_release(directory)


def test_an_endless_file_is_not_imported() -> None:
    with pytest.raises(GeomapError, match="不是普通文件"):
        read_grid(Path("/dev/zero"), Findings())


def test_a_release_may_itself_be_reached_by_a_link(toy_release: ToyRelease, tmp_path: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(toy_release(), target_is_directory=True)
    assert check_release(link) == []


def test_text_that_utf8_cannot_hold_is_refused_by_an_update(toy_release: ToyRelease) -> None:
    directory = toy_release()
    package = directory / "datapackage.json"
    before = json.loads(package.read_text(encoding="utf-8"))
    package.write_text(json.dumps({**before, "contributors": "\ud800"}), encoding="utf-8")
    with pytest.raises(GeomapError, match="UTF-8"):
        update_hashes(directory)


def test_a_server_survives_the_loss_of_its_directory(toy_release: ToyRelease) -> None:
    directory, now = toy_release(), [0.0]
    releases = Releases(directory, clock=lambda: now[0])
    directory.rename(directory.with_name("gone"))
    now[0] = 5.0
    assert releases.current().problem is not None


def workbook(sheet: bytes) -> bytes:
    """Give a workbook whose one sheet is replaced by other bytes."""
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return out.getvalue()


MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
CELL = b'<row r="1"><c r="A1" %s><v>99999</v></c></row>'


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><row>",
        MAIN + CELL % b't="s"' + END,
        MAIN + CELL % b's="9999"' + END,
        MAIN + (b"<row>" + b"<c/>" * 16_000 + b"</row>") * 300 + END,
    ],
    ids=["cut off", "no such text", "no such style", "millions of cells"],
)
@pytest.mark.slow
def test_a_workbook_that_is_broken_or_a_bomb_is_refused(tmp_path: Path, sheet: bytes) -> None:
    file = tmp_path / "table.xlsx"
    file.write_bytes(workbook(sheet))
    with pytest.raises(GeomapError, match=r"工作簿|过大"):
        read_grid(file, Findings())
