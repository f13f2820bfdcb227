from __future__ import annotations

import numpy as np
import pytest

from geomap.atlas import Atlas
from geomap.errors import RequestError
from geomap.render.drawing.font import text_width
from geomap.render.drawing.scene import Circle, Scene, Shape
from geomap.render.sheets.kinds.several_maps import several
from geomap.render.sheets.multiples import compose_multiples
from geomap.render.sheets.paper import PAPERS, Sheet
from geomap.render.sheets.request import scene_of
from geomap.render.sheets.subject import Subject
from geomap.views.maps.mapview import MapView
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view
from tests.support.sheets import box_of, group, outside, texts, written_over


@pytest.fixture(scope="module")
def demo(made_up: Atlas) -> Atlas:
    return made_up


def years_of(demo: Atlas, indicator: str, count: int, *, shared: bool = True) -> list[MapView]:
    years = range(2026 - count, 2026)
    return [
        map_view(demo, indicator, year=year, how=Drawing(shared_breaks=shared)) for year in years
    ]


def set_on(demo: Atlas, views: list[MapView], sheet: Sheet) -> Scene:
    return compose_multiples(demo, views, sheet, measure=text_width)


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("count", [2, 6, 11])
@pytest.mark.slow
def test_no_text_lies_over_another_or_off_the_sheet(demo: Atlas, size: str, count: int) -> None:
    for indicator, lang in (("population_density", "zh"), ("talent_total", "en")):
        scene = set_on(demo, years_of(demo, indicator, count), Sheet(size, lang))
        assert (indicator, written_over(scene)) == (indicator, [])
        assert (indicator, outside(scene, PAPERS[size].margin_mm)) == (indicator, [])


@pytest.mark.slow
def test_each_map_is_named_by_its_year_and_stands_in_one_scale(demo: Atlas) -> None:
    scene = set_on(demo, years_of(demo, "population_density", 6), Sheet())
    assert {f"{year}年" for year in range(2020, 2026)} <= set(texts(scene, "text"))
    areas = [one for one in group(scene, "areas") if isinstance(one, Shape)]
    assert len(areas) == 6 * 9
    wide = [float(np.ptp(one.rings[0][:, 0])) for one in areas[::9]]
    assert wide == pytest.approx([wide[0]] * 6)


def test_one_legend_and_one_bar_scale_serve_all(demo: Atlas) -> None:
    scene = set_on(demo, years_of(demo, "population_density", 6), Sheet())
    assert texts(scene, "legend").count("人口密度（人/平方公里）") == 1
    assert sum(text == "北" for text in texts(scene, "furniture")) == 1


@pytest.mark.slow
def test_circles_of_all_maps_have_one_scale(demo: Atlas) -> None:
    views = years_of(demo, "population", 4)
    drawn = [
        one for one in group(set_on(demo, views, Sheet()), "symbols") if isinstance(one, Circle)
    ]
    known = sorted(
        (area.value for view in views for area in view.areas if area.value), reverse=True
    )
    radii = sorted((one.radius_mm for one in drawn), reverse=True)
    assert np.square(radii) / np.square(radii[0]) == pytest.approx(np.array(known) / known[0])


def test_categories_are_named_and_what_is_said_of_each_says_of_which(demo: Atlas) -> None:
    views = [map_view(demo, one, year=2020) for one in ("talent_party_gov", "talent_skilled")]
    said = " ".join(texts(set_on(demo, views, Sheet()), "text"))
    assert "党政人才：控制总数" in said
    assert "高技能人才：控制总数" in said


def test_maps_with_other_breaks_are_refused(demo: Atlas) -> None:
    with pytest.raises(RequestError, match="shared_breaks"):
        set_on(demo, years_of(demo, "population_density", 3, shared=False), Sheet())


@pytest.mark.parametrize("shared", [True, False])
def test_breaks_given_hold_for_the_maps_of_all_years(demo: Atlas, shared: bool) -> None:
    # 50 leaves a class empty, 300 is exceeded; both stopped the sheet
    subject = Subject(
        "population_density", years=("2015", "2020"), method="manual",
        breaks=(10.0, 20.0, 50.0, 300.0), shared_breaks=shared,
    )  # fmt: skip
    views = several(demo, subject)
    assert len({view.legend.bounds for view in views}) == 1
    assert {10.0, 20.0, 50.0, 300.0} < set(views[0].legend.bounds)
    scene, _ = scene_of(demo, subject)
    assert texts(scene, "legend").count("人口密度（人/平方公里）") == 1


def test_maps_in_other_units_are_refused(demo: Atlas) -> None:
    views = [map_view(demo, "population"), map_view(demo, "talent_total")]
    with pytest.raises(RequestError, match="单位不同"):
        set_on(demo, views, Sheet())


def test_one_map_is_refused(demo: Atlas) -> None:
    with pytest.raises(RequestError, match="2 到 12"):
        set_on(demo, years_of(demo, "population", 1), Sheet())


@pytest.mark.slow
def test_names_keep_clear_of_the_captions(demo: Atlas) -> None:
    scene = set_on(demo, years_of(demo, "population_density", 6), Sheet("half"))
    captions = [box_of(one) for one in scene.words() if one.text in ("2020年", "2025年")]
    labels = [box_of(one) for one in scene.groups[5].items if hasattr(one, "text")]
    assert len(captions) == 2
    assert [box for box in labels for caption in captions if box.overlaps(caption)] == []
