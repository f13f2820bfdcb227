"""What changed between two releases, and what changes on the maps with it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from geomap.release.open import open_release
from geomap.views.evidence.release_changes import PARTS
from geomap.views.evidence.release_diff import compare_releases
from tests.support.toy import ToyRelease, collection, square


def changed(toy_release: ToyRelease, edits, **options):
    old = open_release(toy_release(name="old"))
    return compare_releases(old, open_release(toy_release(edits, name="new")), **options)


def actions(difference, part):
    return [change.action for change in difference.of(part)]


def test_the_same_release_has_no_difference(toy_release: ToyRelease) -> None:
    found = changed(toy_release, {})
    assert not found
    assert found.text() == "两个版本没有差别 / no difference\n"


def test_a_changed_figure_names_both_values_and_its_document(toy_release: ToyRelease) -> None:
    found = changed(
        toy_release,
        {
            "stats/plan.csv": lambda text: text.replace(
                "150602,population,2020,500", "150602,population,2020,510"
            )
        },
    )
    [change] = found.of("figures")
    assert (change.action, change.source) == ("changed", "plan")
    assert (change.before, change.after) == ({"value": 500.0}, {"value": 510.0})
    assert "东胜区常住人口 2020年" in change.what.zh
    assert "《人才规划》（plan）：1 处 / 1 change(s)" in found.text()
    assert "value 500 → 510" in found.text()


def test_maps_that_change_say_which_area_and_class(toy_release: ToyRelease) -> None:
    found = changed(
        toy_release,
        {
            "stats/plan.csv": lambda text: text.replace(
                "150602,population,2020,500", "150602,population,2020,250"
            )
        },
    )
    maps = {change.key["indicator"]: change for change in found.of("maps")}
    assert set(maps) == {"population", "density"}
    assert maps["population"].before["东胜区"].startswith("500 [")
    assert maps["population"].after["东胜区"].startswith("250 [")


def test_a_reported_figure_takes_the_place_of_a_missing_one(toy_release: ToyRelease) -> None:
    found = changed(
        toy_release,
        {
            "stats/plan.csv": lambda text: text.replace(
                ",,人,actual,missing", ",7,人,actual,reported"
            )
        },
    )
    [change] = found.of("figures")
    assert change.before == {"value": None, "status": "missing"}
    assert change.after == {"value": 7.0, "status": "reported"}
    json.dumps(found.as_dict(), allow_nan=False)


def test_added_and_removed_figures_are_told_apart(toy_release: ToyRelease) -> None:
    line = "150600,talent,2025,120,人,target,reported,第三节,,\n"
    more = "150600,talent,2030,200,人,target,reported,第三节,,\n"
    found = changed(toy_release, {"stats/plan.csv": lambda text: text.replace(line, more)})
    assert actions(found, "figures") == ["removed", "added"]
    assert actions(found, "maps") == ["removed", "added"]


def test_a_site_moves_by_metres_on_the_ground(toy_release: ToyRelease) -> None:
    found = changed(
        toy_release, {"sites/base.csv": lambda text: text.replace("109.5,39.5", "109.5,39.51")}
    )
    [change] = found.of("sites")
    assert change.action == "moved"
    # One hundredth of a degree of latitude at 39.5°N.
    assert change.after["metres"] == pytest.approx(1110.3, abs=0.5)


def test_sites_and_their_figures_come_go_and_change(toy_release: ToyRelease) -> None:
    found = changed(
        toy_release,
        {
            "sites/base.csv": lambda text: text.replace("甲基地", "甲新基地"),
            "sites/figures.csv": lambda text: text.replace("2025,40,", "2025,45,"),
        },
    )
    assert actions(found, "sites") == ["changed"]
    [figure] = found.of("site_figures")
    assert figure.after == {"value": 45.0}


def test_a_border_that_moves_tells_the_area_that_changed_hands(toy_release: ToyRelease) -> None:
    features = (
        square("150602", 109),
        square("150603", 110).replace("[111", "[111.01"),
        square("150627", 111.01),
    )
    found = changed(toy_release, {"boundaries/county-2024.geojson": collection(*features)})
    change = next(one for one in found.of("geometries") if one.key == {"code": "150603"})
    assert change.action == "changed"
    # 0.01° of longitude (about 860 m) by one degree of latitude (about 111 km).
    assert change.after["differing_km2"] == pytest.approx(95, abs=1)
    assert change.before["km2"] + change.after["differing_km2"] == pytest.approx(
        change.after["km2"], abs=0.01
    )


def test_the_catalogue_and_the_documents_are_compared_member_by_member(
    toy_release: ToyRelease,
) -> None:
    found = changed(
        toy_release,
        {
            "indicators.json": lambda text: text.replace('"常住人口"', '"常住人口数"'),
            "sources.json": lambda text: text.replace("2022-01-01", "2022-02-01"),
            "boundaries/units.csv": lambda text: text.replace("Dongsheng District", "Dongsheng"),
        },
    )
    [indicator] = found.of("indicators")
    assert indicator.after == {"name_zh": "常住人口数"}
    assert found.of("sources")[0].after == {"date": "2022-02-01"}
    assert found.of("areas")[0].after == {"name_en": "Dongsheng"}


def test_verdicts_are_compared_as_they_are_handed_in(toy_release: ToyRelease) -> None:
    old = open_release(toy_release(name="old"))
    new = replace(old, release="another")
    words = {
        old.release: {"人才总量 2025": "滞后", "a": "x"},
        new.release: {"人才总量 2025": "超前", "b": "y"},
    }
    found = compare_releases(old, new, verdicts=lambda atlas: words[atlas.release])
    assert actions(found, "verdicts") == ["changed", "removed", "added"]
    assert "verdict 滞后 → 超前" in found.text()


def test_the_json_form_has_every_part(toy_release: ToyRelease) -> None:
    found = changed(toy_release, {}).as_dict()
    assert list(found["changes"]) == list(PARTS)
