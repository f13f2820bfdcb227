"""What the browser gets: short, whole, without NaN; and classed by it just as Python does."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from geomap.atlas import Atlas
from geomap.cartography.classes import METHODS, class_of, classify
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view
from geomap.webmap.payload import payload
from tests.support.node import in_node


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


def entry(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in data["indicators"] if one["id"] == name)
    return found


@pytest.mark.parametrize("api", ["/api/", None])
@pytest.mark.slow
def test_there_is_no_nan_in_it(shipped: Atlas, api: str | None) -> None:
    text = json.dumps(payload(shipped, api=api), allow_nan=False)
    assert json.loads(text)["city"]["code"] == "150600"


def test_values_statuses_and_conflicts_stand_in_the_order_of_the_areas(atlas: Atlas) -> None:
    data = payload(atlas)
    assert [one["code"] for one in data["areas"]] == ["150602", "150603", "150627"]
    assert entry(data, "population")["years"]["2020"] | {"y": 0} == {
        "v": [500, 300, 200], "s": "rpr", "x": [], "c": [1000, "r", False],
        "b": [200, 200, 300, 500], "l": ("=200", ">200–300", ">300–500"), "n": (1, 1, 1),
        "p": "Blues0", "o": [], "f": ("plan",), "y": 0,
        "k": "控制总数：全市 1,000人；已上报旗区合计 1,000；差 0；3/3 上报；闭合",
        "z": "全市 1,000 人，东胜区最多（500 人，占全市 50.0 %），"
        "是最少的伊金霍洛旗（200 人）的 2.5 倍。",
    }  # fmt: skip
    assert entry(data, "talent")["years"]["2020"]["v"] == [50, None, None]
    assert entry(data, "talent")["years"]["2020"]["s"] == "rmm"


def test_colours_are_named_once_for_all_that_use_them(atlas: Atlas) -> None:
    data = payload(atlas)
    used = {year["p"] for one in data["indicators"] for year in one["years"].values()}
    assert used == data["colours"].keys()
    shown = [json.dumps(colours) for colours, _ in data["colours"].values()]
    assert len(set(shown)) == len(shown)


def test_the_city_has_its_targets_also_one_of_nought(atlas: Atlas) -> None:
    assert entry(payload(atlas), "talent")["targets"] == [[2025, 120, False]]
    figures = atlas.figures.copy()
    figures.loc[figures["kind"] == "target", "value"] = 0.0
    nought = replace(atlas, figures=figures)
    assert entry(payload(nought), "talent")["targets"] == [[2025, 0, False]]


def test_figures_travel_only_with_a_page_that_stands_alone(atlas: Atlas) -> None:
    assert "figures" not in payload(atlas)
    figures = payload(atlas, api=None)["figures"]
    assert figures["of"]["density|actual"]["2020"]["150602"] == ("plan:3", "boundaries:150602")
    row = dict(zip(figures["columns"], figures["rows"]["plan:6"], strict=True))
    assert (row["value"], row["quote"], row["source"]) == (50, "“五十人”", "plan")
    assert set(figures["working"]) == {"density"}


@pytest.mark.slow
def test_every_value_that_is_embedded_leads_to_figures_that_are_embedded(shipped: Atlas) -> None:
    data = payload(shipped, api=None)
    figures = data["figures"]
    for one in data["indicators"]:
        for year, view in one["years"].items():
            ids = figures["of"][f"{one['id']}|actual"][year]
            for area, value in zip(data["areas"], view["v"], strict=True):
                if value is not None:
                    assert all(id_ in figures["rows"] for id_ in ids[area["code"]])
                    assert ids[area["code"]]
            assert set(view["f"]) <= data["sources"].keys()


@pytest.mark.slow
def test_sites_without_coordinates_have_none(shipped: Atlas) -> None:
    sites = {one["id"]: one for one in payload(shipped)["sites"]}
    assert (sites["base_hanggin"]["lon"], sites["base_hanggin"]["lat"]) == (None, None)
    assert sites["offshore_suzhou"]["lon"] == 120.5853


def test_other_boundaries_are_told_of_the_areas_that_have_them(shipped: Atlas) -> None:
    data = payload(shipped)
    # 康巴什 was taken out of 东胜 in 2016; the city stayed as it was.
    splits = {area["code"]: area["splits"] for area in data["areas"] if "splits" in area}
    assert splits == {"150602": [2016], "150603": [2016]}
    assert not [one["id"] for one in data["indicators"] if 2016 in one["breaks"]]


def test_in_english_all_names_are_english(atlas: Atlas) -> None:
    data = payload(atlas, lang="en")
    assert data["title"] == "Toy map"
    assert [one["short"] for one in data["areas"]] == ["Dongsheng", "Kangbashi", "Ejin Horo"]
    assert entry(data, "density")["name"] == "Density"
    assert data["sites"][0]["name"] == "Base A"


def test_an_empty_release_has_a_page(atlas: Atlas) -> None:
    empty = replace(atlas, figures=atlas.figures.head(0))
    data = payload(empty)
    assert all(one["years"] == {} and one["start"] is None for one in data["indicators"])
    assert data["first"]["indicator"] in atlas.indicators


def test_a_release_without_indicators_or_sites_has_a_page(atlas: Atlas) -> None:
    bare = replace(
        atlas,
        figures=atlas.figures.head(0),
        indicators={},
        sites=atlas.sites.head(0),
        site_figures=atlas.site_figures.head(0),
        context=atlas.context.head(0),
    )
    data = payload(bare)
    assert (data["indicators"], data["sites"], data["first"]["indicator"]) == ([], [], "")
    assert set(data["topology"]["objects"]) == {"areas"}


@pytest.mark.slow
def test_each_view_says_what_the_map_view_says(made_up: Atlas) -> None:
    data = payload(made_up)
    for name in ("talent_quotient", "gdp_per_head", "population"):
        for year, short in entry(data, name)["years"].items():
            view = map_view(made_up, name, year=int(year), how=Drawing(shared_breaks=True))
            assert short["v"] == [one.value for one in view.areas]
            assert tuple(short["b"]) == view.legend.bounds
            assert tuple(data["colours"][short["p"]][0]) == view.legend.colours
            assert short.get("base") == view.base_year


# --- the rule in the script -----------------------------------------------------------------------


def samples() -> Iterator[tuple[list[float | None], str, int]]:
    """Give tied, negative, tiny, large and missing values, with every method."""
    draw = random.Random(20250101)
    pools: list[list[float | None]] = [
        [0, 1, 1, 2, 3, None],
        [-5, -1, 0, 0.1, 0.2, 0.30000000000000004, 0.3],
        [1e-300, 1e300, 7, 7, 7],
        [None, None, 4],
    ]
    for _ in range(60):
        grain = draw.choice([1, 0.1, 0.001])
        size = draw.randint(1, 12)
        pools.append([round(draw.gauss(10, 8) / grain) * grain for _ in range(size)])
    for pool in pools:
        for method in METHODS:
            if method != "manual":
                yield pool, method, draw.randint(2, 9)


def test_the_script_sorts_values_into_classes_as_python_does() -> None:
    cases, expected = [], []
    for values, method, k in samples():
        classes = classify(values, method=method, k=k, decimals=1)
        beside = [*values, *classes.bounds, -1e9, 1e9]
        cases.append([beside, classes.bounds])
        expected.append(class_of(beside, classes).tolist() if classes.k else None)
    found = in_node(
        "map/atlas",
        """({ classOf }, cases) => cases.map(
            ([values, bounds]) => values.map((one) => classOf(one, bounds)))""",
        cases,
    )
    assert len(found) > 300
    for told, right, (values, _) in zip(found, expected, cases, strict=True):
        assert right is not None
        assert told == right, values


@pytest.mark.slow
def test_the_script_gives_classes_and_places_as_the_map_view(made_up: Atlas) -> None:
    data = payload(made_up)
    views = [
        (
            one["id"],
            int(year),
            {"indicator": {"decimals": one["decimals"]}}
            | {name: short[name] for name in ("v", "s", "b", "h", "q") if name in short},
        )
        for one in data["indicators"]
        for year, short in one["years"].items()
    ]
    found = in_node(
        "map/view",
        """({ prepare }, views) => views.map(([, , view]) => [
            prepare(view).classes, prepare(view).ranks,
            prepare(view, true).ranks, prepare(view).sizes])""",
        views,
    )
    for (name, year, _), (classes, ranks, all_ranks, sizes) in zip(views, found, strict=True):
        areas = map_view(made_up, name, year=year, how=Drawing(shared_breaks=True)).areas
        assert classes == [one.class_index for one in areas], (name, year)
        assert ranks == [one.rank for one in areas], (name, year)
        assert sizes == pytest.approx([one.size for one in areas]), (name, year)
        asked = map_view(made_up, name, year=year, how=Drawing(rank_estimates=True)).areas
        assert all_ranks == [one.rank for one in asked], (name, year)


def test_missing_is_never_nought(atlas: Atlas) -> None:
    figures = atlas.figures.copy()
    figures.loc[figures["area"] != atlas.city, "value"] = math.nan
    figures.loc[figures["area"] != atlas.city, "status"] = "missing"
    gone = replace(atlas, figures=pd.DataFrame(figures))
    for one in payload(gone)["indicators"]:
        for view in one["years"].values():
            assert view["v"] == [None] * 3 or one["id"] == "land_area"
            assert sum(view["n"]) == 0 or one["id"] == "land_area"
