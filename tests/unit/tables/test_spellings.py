"""Names as people write them: areas with province and city, joints, encodings, ids."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ReleaseError, RequestError, TableError
from geomap.model.catalog import Area
from geomap.model.findings import Findings
from geomap.paths import data_dir
from geomap.release.contents import areas_of
from geomap.release.import_table import Details, import_table
from geomap.release.open import open_release, read_release
from geomap.tables.columns import CellFault
from geomap.tables.encodings import decode
from geomap.tables.json_file import is_reserved
from geomap.tables.provinces import PROVINCES
from geomap.tables.spellings import JointSpellings, area_spellings
from tests.support.toy import STATS_HEAD, ToyRelease


@pytest.fixture(scope="module")
def ordos() -> JointSpellings:
    return JointSpellings(areas_of(read_release(data_dir(None))))


def fix_of(found: str | CellFault) -> str:
    assert isinstance(found, CellFault), found
    return f"{found.what[0]}：{found.fix[0]}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("内蒙古自治区鄂尔多斯市东胜区", "150602"),
        ("内蒙古 鄂尔多斯 东胜", "150602"),
        ("中国,内蒙古自治区,鄂尔多斯市,东胜区", "150602"),
        ("内蒙古-鄂尔多斯-伊旗", "150627"),
        ("鄂尔多斯市/东胜区", "150602"),
        ("鄂尔多斯市市辖区东胜区", "150602"),
        ("内蒙古自治区鄂尔多斯市", "150600"),
        ("东胜区/康巴什区", "150602+150603"),
        ("康巴什区和东胜区", "150602+150603"),
        ("东胜区（含康巴什区）", "150602+150603"),
        ("东胜与康巴什", "150602+150603"),
        ("东胜区及康巴什区两区合计", "150602+150603"),
        ("鄂尔多斯市东胜区、康巴什区合计", "150602+150603"),
        ("东胜区、康巴什区以及伊旗", "150602+150603+150627"),
    ],
)
@pytest.mark.slow
def test_a_full_name_is_its_area_and_joints_are_joints(
    ordos: JointSpellings, text: str, code: str
) -> None:
    assert ordos.cell(text) == code


@pytest.mark.parametrize(
    "text",
    ["市本级", "鄂尔多斯市本级", "开发区", "鄂尔多斯高新区", "其他", "小计", "市区",
     "鄂尔多斯市XX区", "榆林市东胜区", "杭锦后旗", "东胜市", "康巴什新区"],
)  # fmt: skip
def test_what_is_no_area_is_never_advised_as_the_city(ordos: JointSpellings, text: str) -> None:
    said = fix_of(ordos.cell(text)).partition("最接近的是")[2]
    assert not {"150600", "鄂尔多斯市", "鄂尔多斯", "Ordos City"} & set(said.split("、"))


def test_a_misspelt_city_is_offered_the_city(ordos: JointSpellings) -> None:
    assert "鄂尔多斯市" in fix_of(ordos.cell("鄂尔多期市"))


@pytest.mark.parametrize("text", ["杭锦后旗", "150826", "内蒙古自治区巴彦淖尔市杭锦后旗"])
def test_a_neighbour_is_said_to_be_one(ordos: JointSpellings, text: str) -> None:
    assert "（150826）不在本市" in fix_of(ordos.cell(text))
    assert "杭锦旗" not in fix_of(ordos.cell(text))


def cities() -> Iterator[tuple[str, list[Area]]]:
    division = pytest.importorskip("geomap.cities.divisions").read_division()
    for code in ("150600", "220200", "460300", "110100", "152500", "211300", "131000"):
        rows = division.at(division.rows_of(code)) if code in division.cities else []
        city = division.cities.get(code)
        if city is not None:
            whole = Area(code, city.name_zh, city.short_zh, city.name_zh, "city", city.province)
            parts = [
                Area(one.code, one.name_zh, one.short_zh, one.name_zh, "", code) for one in rows
            ]
            yield code, [whole, *parts]


@pytest.mark.slow
def test_areas_of_other_cities_are_known_by_their_full_names_too() -> None:
    checked = 0
    for code, areas in cities():
        known = area_spellings(areas, code)
        names = areas[0].name_zh, areas[0].short_zh
        for area in areas[1:]:
            for country, province, city, sign in itertools.product(
                ("", "中国"), ("", *PROVINCES[code[:2]]), names, ("", ",", "-", "/", " ")
            ):
                parts = [one for one in (country, province, city, area.name_zh) if one]
                assert known.cell(sign.join(parts)) == area.code, sign.join(parts)
                checked += 1
    assert checked > 1000


def test_and_is_no_joint_inside_a_name() -> None:
    areas = [
        Area("150100", "呼和浩特市", "呼和浩特", "Hohhot", "city", "150000"),
        Area("150123", "和林格尔县", "和林", "Horinger", "county", "150100"),
        Area("150105", "赛罕区", "赛罕", "Saihan", "district", "150100"),
        Area("150102", "新城区", "新城", "Xincheng", "district", "150100"),
    ]
    known = JointSpellings(area_spellings(areas, "150100"))
    assert known.cell("赛罕区和和林格尔县") == "150105+150123"
    assert known.cell("和林格尔县与新城区") == "150102+150123"


# --- encodings ------------------------------------------------------------------------------------

COMMON = [
    character
    for high in range(0xB0, 0xD8)
    for low in range(0xA1, 0xFF)
    if (character := bytes([high, low]).decode("gb2312", "ignore"))
]
NAMES = st.lists(st.text(st.sampled_from(COMMON), min_size=2, max_size=4), min_size=1, max_size=6)


def read(data: bytes) -> str | None:
    return decode("x.csv", data, Findings())


@given(NAMES)
@pytest.mark.slow
def test_chinese_names_are_read_in_either_encoding(names: list[str]) -> None:
    text = "id,name\n" + "".join(f"{at},{name}\n" for at, name in enumerate(names))
    assert read(text.encode("utf-8")) == text
    assert read(text.encode("gbk")) == text


def test_names_in_gbk_that_are_valid_utf_8_are_read_as_gbk_and_said() -> None:
    findings = Findings()
    text = "id,name\n1,太平\n2,小水\n"
    assert decode("x.csv", text.encode("gbk"), findings) == text
    assert [(one.line, one.what.zh) for one in findings] == [(2, "编码为 GB 18030")]


@pytest.mark.parametrize(
    "text",
    ["a,km²\n", "a,5 μm\n", "a,Café\n", "a,Москва\n", "a,Αθήνα\n", "a,Zürich·Genève\n", "a,25 °C\n",
     "a,×3\n", "鄂尔多斯²\n"],
)  # fmt: skip
def test_other_scripts_in_utf_8_stay_utf_8(text: str) -> None:
    assert read(text.encode("utf-8")) == text


def test_a_gbk_file_that_is_mostly_valid_utf_8_is_no_damaged_utf_8() -> None:
    names = ["太平", "小水", "通水", "水台", "台水", "水平", "小台", "平台", "小通", "太水", "东胜"]
    text = "id,name\n" + "".join(f"{at},{name}\n" for at, name in enumerate(names))
    assert read(text.encode("gbk")) == text


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# --- ids and advice -------------------------------------------------------------------------------

SOUND = STATS_HEAD + "150602,population,2024,510,人,actual,reported,表3,,\n"
YEARBOOK = Details("yearbook", title="统计年鉴", issuer="市统计局", date="2025")


@pytest.mark.parametrize("id_", ["nul", "CON", "Aux", "com1", "LPT9", "prn.x", "nul.csv", "com¹"])
def test_names_of_devices_are_refused_as_ids(
    toy_release: ToyRelease, tmp_path: Path, id_: str
) -> None:
    file = written(tmp_path / "a.csv", SOUND)
    with pytest.raises(RequestError, match="Windows 保留"):
        import_table(toy_release(), file, Details(id_, "t", "", "i", "2025"))


def test_names_that_only_begin_like_a_device_are_ids() -> None:
    names = ["conf", "null", "com", "com10", "a.nul", "auxiliary"]
    assert [one for one in names if is_reserved(one)] == []


def test_a_device_in_sources_is_refused_by_a_check(toy_release: ToyRelease) -> None:
    directory = toy_release({"sources.json": lambda text: text.replace('"plan"', '"nul"')})
    with pytest.raises(ReleaseError, match="Windows 保留"):
        open_release(directory)


@pytest.mark.slow
def test_the_total_of_a_partial_list_is_not_the_city(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    part = SOUND + "合计,population,2024,510,人,actual,reported,表3,,\n"
    with pytest.raises(TableError, match="“合计”之上只有 1 个旗区（共 3 个）"):
        import_table(toy_release(), written(tmp_path / "a.csv", part), YEARBOOK)
    whole = part.replace("2024,510,人,actual,reported,表3,,\n合", (
        "2024,510,人,actual,reported,表3,,\n"
        "150603,population,2024,310,人,actual,reported,表3,,\n"
        "150627,population,2024,210,人,actual,reported,表3,,\n合"
    )).replace("合计,population,2024,510", "合计,population,2024,1030")  # fmt: skip
    directory = toy_release(name="whole")
    done = import_table(directory, written(tmp_path / "b.csv", whole), YEARBOOK)
    assert "150600,population,2024,1030" in (directory / done.path).read_text(encoding="utf-8")


def test_a_repeated_row_is_never_advised_to_be_deleted(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    twice = SOUND + SOUND.splitlines()[1] + "\n"
    with pytest.raises(TableError) as caught:
        import_table(toy_release(), written(tmp_path / "a.csv", twice), YEARBOOK)
    assert "删" not in caught.value.findings[0].fix.zh
