"""A number stays as exact as its document has it, on every surface; what follows has a range."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook  # type: ignore[import-untyped]

from geomap.atlas import Atlas, Value
from geomap.cli import main
from geomap.model.approx import fineness, follows, span
from geomap.model.wording import between, decimals_of, in_full, known
from geomap.release.open import open_release
from geomap.views.maps.view import map_view
from geomap.webmap.payload import payload
from tests.support.toy import CATALOGUE, TOY, ToyRelease, indicator

EAST, MID, WEST, CITY = "150602", "150603", "150627", "150600"
HEAD = TOY["stats/plan.csv"].splitlines()[0] + ",approx\n"
ROWS = (
    "150600,population,2020,1000,人,actual,reported,表1,,,\n"
    "150602,population,2020,500,人,actual,reported,表1,,,\n"
    "150603,population,2020,300,人,actual,reported,表1,,,\n"
    "150627,population,2020,248,人,actual,reported,表1,,,\n"
    "150602,population,2025,530,人,actual,reported,表1,,,约\n"
    "150603,population,2025,0.003,人,actual,reported,表1,,,\n"
    "150627,population,2025,250,人,actual,reported,表1,,,约\n"
)
MENU = {
    "groups": CATALOGUE["groups"],
    "indicators": [
        indicator("population", "常住人口", "人", decimals=1),
        indicator("land_area", "土地面积", "平方公里", timeless=True, direction="none"),
        indicator(
            "growth", "人口变化", "%", measure="rate", decimals=2, minimum=None,
            formula={"op": "change", "of": "population"},
        ),
    ],
}  # fmt: skip


@pytest.fixture
def about(toy_release: ToyRelease) -> Path:
    """Make a release in which two banners have about so many inhabitants in 2025."""
    menu = json.dumps(MENU, ensure_ascii=False, indent=2)
    return toy_release({"stats/plan.csv": HEAD + ROWS, "indicators.json": menu})


@pytest.fixture(scope="module")
def real(published_release: Atlas) -> Atlas:
    """Open the shipped release."""
    return published_release


@pytest.mark.parametrize(
    ("value", "word", "ends"),
    [
        (250_000, "约", (245_000, 255_000)),
        (5.5, "左右", (5.45, 5.55)),
        (5.5, "超过", (5.5, float("inf"))),
        (300, "以上", (300, float("inf"))),
        (10, "不超过", (float("-inf"), 10)),
        (24, "近", (23, 24)),
        (3, "3—5", (3, 5)),
        (7, "", (7, 7)),
    ],
)
def test_a_word_leaves_a_range(value: float, word: str, ends: tuple[float, float]) -> None:
    assert span(value, word) == pytest.approx(ends)


def test_what_follows_is_about_over_or_at_most_as_its_ends_are_known() -> None:
    inf = float("inf")
    assert [follows(1, 2), follows(1, inf), follows(-inf, 2), follows(-inf, inf)] == [
        "约", "超过", "不超过", "",
    ]  # fmt: skip


@given(st.floats(1e-3, 1e6), st.floats(-1e6, 1e6))
def test_a_number_is_not_printed_finer_than_its_range_allows(half: float, middle: float) -> None:
    step = 10.0 ** -fineness(middle - half, middle + half)
    assert step > half / 4


def test_a_value_keeps_the_decimals_of_its_document_up_to_those_of_the_indicator(
    atlas: Atlas,
) -> None:
    gdp = replace(atlas.indicators["population"], decimals=2)

    def said(value: float, decimals: int | None) -> str:
        one = Value(value, "reported", (), False, 0, decimals=decimals)
        return known(one, gdp).zh

    assert [said(1300.1, 1), said(1310.0, 0), said(5.5, 2), said(7.4149, 4), said(3.0, None)] == [
        "1,300.1", "1,310", "5.50", "7.41", "3.00",
    ]  # fmt: skip


def test_a_change_whose_sign_is_not_known_is_a_range_without_class_or_place(about: Path) -> None:
    view = map_view(open_release(about), "growth", year=2025)
    east, _, west = view.areas
    # 530 about is 525 to 535, of 500: 5 to 7 %. 250 about is 245 to 255, of 248: −1.2 to 2.8 %.
    assert (east.text.zh, east.class_index, east.rank) == ("约6", 1, 1)
    assert (between(east, view.indicator).zh, in_full(east, view.indicator).en) == (
        "5.0–7.0", "about 6 (5.0–7.0)",
    )  # fmt: skip
    assert (west.value, west.text.zh, west.class_index, west.rank) == (None, "−1.2 – 2.8", -1, None)
    assert any("伊金霍洛旗" in note.zh and "升降不明" in note.zh for note in view.notes)


def test_page_and_api_get_the_same_words(about: Path) -> None:
    data = payload(open_release(about), lang="en")
    growth = next(one for one in data["indicators"] if one["id"] == "growth")["years"]["2025"]
    assert growth["q"] == {"0": {"d": 0, "t": "about 6"}, "2": {"d": 0, "t": "−1.2 – 2.8"}}
    people = next(one for one in data["indicators"] if one["id"] == "population")["years"]["2025"]
    assert people["q"]["0"] == {"d": 0, "t": "about 530"}


def test_sheet_and_workbook_print_the_word_and_never_a_zero_that_is_none(
    about: Path, tmp_path: Path
) -> None:
    svg, book = tmp_path / "m.svg", tmp_path / "m.xlsx"
    where = ["--data", str(about), "--year", "2025", "--audience", "internal"]
    for command, file in (("figure", svg), ("export", book)):
        done = CliRunner().invoke(main, [command, "population", *where, "-o", str(file)])
        assert done.exit_code == 0, done.output
    text = svg.read_text(encoding="utf-8")
    assert "约530" in text
    assert "&lt;0.1" in text
    sheet = load_workbook(io.BytesIO(book.read_bytes())).worksheets[0]
    head = [cell.value for cell in sheet[1]]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    value, printed = head.index("数值"), head.index("图上写法")
    assert (rows[EAST][value].value, rows[EAST][printed].value) == (530, "约530")
    assert rows[EAST][value].number_format.startswith('"约"#,##0')
    assert (rows[MID][value].value, rows[MID][value].number_format) == (0.003, '"<0.1"')


def test_the_shipped_numbers_are_as_their_documents_have_them(real: Atlas) -> None:
    def on_map(name: str, year: int) -> dict[str, str]:
        view = map_view(real, name, year=year)
        return {one.code: one.text.zh for one in (*view.areas, view.city) if one and one.text.zh}

    assert on_map("gdp", 2022)[CITY] == "5,613.4"
    assert on_map("talent_skilled", 2023)[CITY] == "超过5.5"
    assert on_map("population_change", 2025) == {WEST: "−1.2 – 2.8"}
    assert on_map("population_density", 2025) == {WEST: "约46"}


def test_without_a_word_or_decimals_of_its_own_a_value_is_as_the_indicator_says(
    atlas: Atlas,
) -> None:
    one = Value(12.0, "derived", (), False, 0)
    assert decimals_of(one, atlas.indicators["population"]) == 0
    assert between(one, atlas.indicators["population"]).zh == ""
