"""The published data against the documents, typed here by hand; read with csv and json alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod

from geomap.atlas import Atlas
from geomap.paths import shipped_data_dir
from geomap.release.open import open_release

CITY = "150600"
ROOT = shipped_data_dir()
Row = dict[str, str]
Key = tuple[str, int, str, str]

UNITS = {
    "150600": "鄂尔多斯市", "150602": "东胜区", "150603": "康巴什区", "150621": "达拉特旗",
    "150622": "准格尔旗", "150623": "鄂托克前旗", "150624": "鄂托克旗", "150625": "杭锦旗",
    "150626": "乌审旗", "150627": "伊金霍洛旗",
}  # fmt: skip
CENSUS = {
    "150602": 574_242, "150603": 118_796, "150621": 328_593, "150622": 359_184, "150623": 92_724,
    "150624": 162_726, "150625": 110_824, "150626": 158_566, "150627": 247_983,
}  # fmt: skip
KM2 = {
    "150602": 2151.1, "150603": 372.9, "150621": 8238.5, "150622": 7556.7, "150623": 12213.5,
    "150624": 20358.8, "150625": 18817.3, "150626": 11663.5, "150627": 5481.0,
}  # fmt: skip
# People by square kilometre: CENSUS over the ground as shipped (Kangbashi: 372.95 km²).
DENSITY = {
    "150602": 267.0, "150603": 318.5, "150621": 39.9, "150622": 47.5, "150623": 7.6,
    "150624": 8.0, "150625": 5.9, "150626": 13.6, "150627": 45.2,
}  # fmt: skip
# 专栏1: base of 2015, target of 2020, reached in 2020; None where it prints a dash.
BOX_1: dict[str, tuple[float | None, float | None, float]] = {
    "talent_total": (29.4, 52, 43.8),
    "talent_party_gov": (1.32, None, 1.48),
    "talent_enterprise": (7.99, 12, 12.9),
    "talent_professional": (11.94, 11.2, 16.29),
    "talent_skilled": (3.01, 11.8, 4.64),
    "talent_rural": (4.7, 6.5, 7.46),
    "talent_social_work": (0.45, 0.2, 0.86),
    "skilled_share": (13, 20, 30.66),
    "academician_stations": (None, 10, 5),
    "postdoc_stations": (None, None, 7),
    "skill_master_studios": (3, 5, 7),
}
# 专栏2: base of 2020, target of 2025.
BOX_2: dict[str, tuple[float, float]] = {
    "talent_total": (43.8, 53.8),
    "talent_party_gov": (1.48, 1.5),
    "talent_enterprise": (12.9, 19.6),
    "talent_professional": (16.29, 20.8),
    "talent_skilled": (4.8, 7.5),
    "talent_rural": (7.46, 10.7),
    "talent_social_work": (0.86, 1.4),
    "postdoc_stations": (7, 10),
    "skill_master_studios": (7, 12),
    "rd_per_10k_employed": (55.87, 61.54),
    "high_level_share": (10.3, 11),
    "skilled_share": (30.66, 33),
    "patents_per_10k": (3, 5),
    "rd_gdp_share": (0.81, 2),
}
# What the running text of the plan says.
TEXT_2020 = {
    "talent_total": 43.8, "talent_enterprise": 12.9, "talent_professional": 16.29,
    "talent_skilled": 4.8, "talent_rural": 7.46, "talent_social_work": 0.86,
    "talent_party_gov": 1.48, "high_level_talent": 4.5, "academicians_flexible": 18,
    "talent_investment": 6.2, "talent_apartments": 300, "new_rd_institutions": 8,
}  # fmt: skip
TEXT_2025 = {
    "talent_total": 53.8, "high_level_talent": 6, "high_level_share": 11,
    "rd_per_10k_employed": 61, "skilled_share": 33, "invention_patents_per_10k": 5,
    "rd_institutions": 240, "hightech_firms": 270, "tech_smes": 300, "talent_enterprise": 13.5,
    "talent_professional": 20.8, "talent_skilled": 6.95, "talent_rural": 9.7,
    "talent_social_work": 1.35, "innovation_platforms": 200,
}  # fmt: skip
TASKS_2025 = {
    "talent_total": 60, "high_level_share": 10, "skilled_share": 35, "innovation_teams": 50,
    "urgent_talent": 1000, "young_talent": 10_000, "hightech_firms": 300, "national_labs": 4,
    "rd_institutions": 280, "rd_per_10k_employed": 80, "invention_patents_per_10k": 10,
    "rd_gdp_share": 2.5, "city_sci_budget": 100, "banner_sci_budget_avg": 10,
    "enterprise_hightech_investment": 1000,
}  # fmt: skip
BASES = {
    "康巴什区人才科创基地": "150603",
    "达拉特经济开发区人才科创基地": "150621",
    "准格尔经济开发区人才科创基地": "150622",
    "苏里格经济开发区人才科创基地": "150626",
    "杭锦经济开发区人才科创基地": "150625",
    "鄂托克经济开发区人才科创基地": "150624",
    "上海庙经济开发区人才科创基地": "150623",
    "鄂尔多斯空港物流园区人才科创基地": "150627",
}


def rows(path: str) -> list[Row]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).glob("*.csv"))


def figures() -> list[Row]:
    return [
        {**row, "source": path.stem}
        for path in files("stats")
        for row in rows(f"stats/{path.name}")
    ]


def printed_in(source: str, start: str) -> dict[Key, float]:
    """Give what one part of a document prints: by indicator, year, kind and locator."""
    return {
        (row["indicator"], int(row["year"]), row["kind"], row["locator"]): float(row["value"])
        for row in rows(f"stats/{source}.csv")
        if row["locator"].startswith(start)
    }


# --- units, areas, people -------------------------------------------------------------------------


def test_there_are_the_city_and_its_nine_units() -> None:
    listed = rows("boundaries/units.csv")
    assert {row["code"]: row["name_zh"] for row in listed} == UNITS
    assert listed[0]["code"] == CITY
    assert {row["parent"] for row in listed[1:]} == {CITY}
    features = content("boundaries/county-2024.geojson")["features"]
    assert [one["properties"]["code"] for one in features] == list(UNITS)[1:]


def test_the_census_sums_to_the_city() -> None:
    people = {
        row["area"]: int(row["value"])
        for row in rows("stats/census2020.csv")
        if row["indicator"] == "population"
    }
    assert people.pop(CITY) == 2_153_638
    assert people == CENSUS
    assert sum(people.values()) == 2_153_638


def ground() -> dict[str, float]:
    """Measure the polygons on the ellipsoid, ring by ring, in km²."""
    geod = Geod(ellps="WGS84")
    found = {}
    for feature in content("boundaries/county-2024.geojson")["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        total = 0.0
        for shell, *holes in polygons:
            sizes = [
                abs(geod.polygon_area_perimeter(*zip(*ring, strict=True))[0])
                for ring in (shell, *holes)
            ]
            total += sizes[0] - sum(sizes[1:])
        found[feature["properties"]["code"]] = total / 1e6
    return found


def test_the_nine_cover_86_853_km2() -> None:
    measured = ground()
    assert sum(measured.values()) == pytest.approx(86_853, rel=1e-3)
    for code, km2 in KM2.items():
        assert measured[code] == pytest.approx(km2, rel=2e-3), code


def test_coordinates_have_five_decimals_at_most() -> None:
    text = (ROOT / "boundaries/county-2024.geojson").read_text(encoding="utf-8")
    assert all(
        len(number.split(".")[1].rstrip("]}, \n")) <= 5
        for number in text.split("coordinates")[1].replace("[", "").replace("]", "").split(",")
        if number.count(".") == 1 and number.replace(".", "").isdigit()
    )


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return open_release(ROOT)


@pytest.mark.slow
def test_densities_are_people_by_ground(atlas: Atlas) -> None:
    measured = ground()
    shown = atlas.series[("population_density", "actual")][2020]
    for code, people in CENSUS.items():
        value = shown[code].value
        assert value is not None
        assert value == pytest.approx(people / measured[code], rel=1e-6)
        assert round(value, 1) == DENSITY[code], code
    assert shown[CITY].value == pytest.approx(2_153_638 / sum(measured.values()), rel=1e-6)


@pytest.mark.slow
def test_gdp_per_head_is_in_yuan(atlas: Atlas) -> None:
    # 2020: 353.37 bn yuan over 2,153,638 people; 2023: 500.15 亿元 over 334,000 in Dalad.
    shown = atlas.series[("gdp_per_head", "actual")]
    assert shown[2020][CITY].value == pytest.approx(164_080.5, abs=0.1)
    assert shown[2023]["150621"].value == pytest.approx(149_745.5, abs=0.1)
    assert shown[2023]["150621"].status == "provisional"


def test_talent_per_10k_and_talent_change_by_hand(atlas: Atlas) -> None:
    shown = atlas.series[("talent_per_10k", "actual")][2020][CITY]
    assert shown.value == pytest.approx(2033.77, abs=0.01)
    change = atlas.series[("talent_change", "actual")][2020][CITY]
    assert (change.value, change.base_year) == (pytest.approx(48.98, abs=0.01), 2015)


# --- the two documents ----------------------------------------------------------------------------


def test_box_1_is_all_there() -> None:
    expected: dict[Key, float] = {}
    for name, (base, target, reached) in BOX_1.items():
        if base is not None:
            expected[(name, 2015, "actual", "专栏1 2015年基数")] = base
        if target is not None:
            expected[(name, 2020, "target", "专栏1 2020年规划目标")] = target
        expected[(name, 2020, "actual", "专栏1 2020年完成情况")] = reached
    assert printed_in("plan145", "专栏1") == expected


def test_box_2_is_all_there() -> None:
    expected: dict[Key, float] = {}
    for name, (base, target) in BOX_2.items():
        expected[(name, 2020, "actual", "专栏2 2020年基数")] = base
        expected[(name, 2025, "target", "专栏2 2025年目标")] = target
    assert printed_in("plan145", "专栏2") == expected


def test_what_the_text_of_the_plan_says_is_all_there() -> None:
    said = [row for row in rows("stats/plan145.csv") if not row["locator"].startswith("专栏")]
    found = {(row["indicator"], row["year"], row["kind"]): float(row["value"]) for row in said}
    assert found == {
        **{(name, "2020", "actual"): value for name, value in TEXT_2020.items()},
        **{(name, "2025", "target"): value for name, value in TEXT_2025.items()},
    }
    assert all(row["quote"] for row in said)


def test_the_tasks_document_is_all_there() -> None:
    listed = rows("stats/tasks2025.csv")
    assert {row["indicator"]: float(row["value"]) for row in listed} == TASKS_2025
    assert {(row["year"], row["kind"]) for row in listed} == {("2025", "target")}


def test_the_six_kinds_of_talent_add_up_to_the_total_with_the_4_8_of_box_2() -> None:
    kinds = [name for name in BOX_2 if name.startswith("talent_") and name != "talent_total"]
    assert sum(BOX_2[name][0] for name in kinds) == pytest.approx(43.79)
    assert sum(BOX_1[name][2] for name in kinds) == pytest.approx(43.63)


@pytest.mark.parametrize(
    ("name", "year", "kind", "held", "all_values"),
    [
        ("talent_total", 2015, "actual", 29.4, {29.4}),
        ("talent_total", 2020, "actual", 43.8, {43.8}),
        ("talent_total", 2020, "target", 52, {52}),
        ("talent_total", 2025, "target", 60, {53.8, 60}),
        ("talent_skilled", 2020, "actual", 4.8, {4.64, 4.8}),
        ("talent_skilled", 2025, "target", 7.5, {6.95, 7.5}),
        ("talent_enterprise", 2025, "target", 19.6, {13.5, 19.6}),
        ("talent_rural", 2025, "target", 10.7, {9.7, 10.7}),
        ("talent_social_work", 2025, "target", 1.4, {1.35, 1.4}),
        ("rd_per_10k_employed", 2025, "target", 80, {61, 61.54, 80}),
    ],
)
def test_documents_that_disagree_are_both_there_and_marked(
    atlas: Atlas, name: str, year: int, kind: str, held: float, all_values: set[float]
) -> None:
    found = {
        float(row["value"])
        for row in figures()
        if (row["indicator"], row["year"], row["kind"], row["area"])
        == (name, str(year), kind, CITY)
    }
    assert found == all_values
    shown = atlas.series[(name, kind)][year][CITY]
    assert (shown.value, shown.conflict) == (held, len(all_values) > 1)


def test_no_banner_has_a_talent_figure_that_nobody_published(atlas: Atlas) -> None:
    talent = [row for row in figures() if row["indicator"].startswith("talent_")]
    assert {row["area"] for row in talent} == {CITY}
    shown = atlas.series["talent_total", "actual"][2020]
    assert {code: row.status for code, row in shown.items() if code != CITY} == dict.fromkeys(
        (code for code in UNITS if code != CITY), "apportioned"
    )
    assert set(atlas.series["talent_total", "actual"][2015]) == {CITY}


# --- sites ----------------------------------------------------------------------------------------


def test_the_eight_bases_are_there_each_with_its_targets() -> None:
    bases = rows("sites/base.csv")
    assert {row["name_zh"]: row["area"] for row in bases} == BASES
    targets = rows("sites/figures.csv")
    for base in bases:
        own = {
            row["item"]: (row["value"], row["date"], row["kind"], row["source"])
            for row in targets
            if row["site"] == base["id"]
        }
        assert own == {
            "national_platforms": ("1", "2025", "target", "tasks2025"),
            "regional_platforms": ("3", "2025", "target", "tasks2025"),
            "rd_talent": ("1000", "2025", "target", "tasks2025"),
        }, base["name_zh"]


def test_the_four_offshore_centres_lie_off_the_map() -> None:
    centres = rows("sites/offshore.csv")
    assert [(row["name_zh"], row["area"], row["precision"]) for row in centres] == [
        ("北京离岸科创中心", "110000", "city"),
        ("上海离岸科创中心", "310000", "city"),
        ("深圳离岸科创中心", "440300", "city"),
        ("苏州离岸科创中心", "320500", "city"),
    ]
    kinds = {one["id"]: one["outside"] for one in content("site_kinds.json")}
    assert [kind for kind, outside in kinds.items() if outside] == ["offshore"]


def test_a_site_without_coordinates_says_that_only_its_area_is_known() -> None:
    for path in files("sites"):
        if path.name in ("figures.csv", "complete.csv"):
            continue
        for row in rows(f"sites/{path.name}"):
            placed = bool(row["lon"]) and bool(row["lat"])
            assert placed == (row["precision"] != "area"), row["id"]
            assert bool(row["coordinate_source"]) == placed, row["id"]
            assert row["area"] in UNITS or row["kind"] == "offshore", row["id"]


# --- sources --------------------------------------------------------------------------------------


def test_every_row_names_a_document_that_is_listed_and_a_place_in_it() -> None:
    sources = {one["id"]: one for one in content("sources.json")}
    listed = figures() + [row for path in files("sites") for row in rows(f"sites/{path.name}")]
    assert len(listed) > 350
    for row in listed:
        assert row["source"] in sources, row
        assert row["locator"], row
    assert all(one["title"] and one["issuer"] for one in sources.values())
    assert not any(one["synthetic"] for one in sources.values())


def test_every_second_hand_figure_is_provisional_and_says_so() -> None:
    own = {"plan145", "tasks2025", "census2020"}
    for row in figures():
        if row["source"] not in own:
            assert row["note"], row
        if "二手来源" in row["note"]:
            assert row["status"] == "provisional", row


def test_both_planning_documents_bear_their_numbers() -> None:
    sources = {one["id"]: one for one in content("sources.json")}
    assert sources["plan145"]["number"] == "鄂府发〔2022〕38号"
    assert sources["tasks2025"]["number"] == "鄂党办发〔2022〕16号"
    assert (sources["plan145"]["date"], sources["tasks2025"]["date"]) == (
        "2022-03-29",
        "2022-12-22",
    )
