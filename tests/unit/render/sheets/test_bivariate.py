from __future__ import annotations

from pathlib import Path

import pytest

from geomap.atlas import Atlas
from geomap.cartography.palettes import distinguishable
from geomap.errors import RequestError
from geomap.paths import data_dir
from geomap.release.open import open_release
from geomap.render.drawing.font import text_width
from geomap.render.drawing.scene import Scene, Shape
from geomap.render.sheets.bivariate import compose_bivariate
from geomap.render.sheets.fills import NO_DATA, PAIRS
from geomap.render.sheets.paper import PAPERS, Sheet
from geomap.views.maps.mapview import MapView
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view
from tests.support.sheets import group, outside, texts, written_over


@pytest.fixture(scope="module")
def ordos() -> Atlas:
    return open_release(Path(data_dir()))


def two(atlas: Atlas, first: str, second: str) -> tuple[MapView, MapView]:
    return map_view(atlas, first, how=Drawing(k=3)), map_view(atlas, second, how=Drawing(k=3))


def set_on(atlas: Atlas, views: tuple[MapView, MapView], sheet: Sheet | None = None) -> Scene:
    return compose_bivariate(atlas, views, sheet, measure=text_width)


@pytest.mark.slow
def test_an_area_takes_the_colour_of_its_two_classes(ordos: Atlas) -> None:
    views = two(ordos, "population_density", "population_share")
    drawn = [one for one in group(set_on(ordos, views), "areas") if isinstance(one, Shape)]
    pairs = zip(views[0].areas, views[1].areas, strict=True)
    assert [one.fill for one in drawn] == [PAIRS[b.class_index][a.class_index] for a, b in pairs]


def test_an_area_that_lacks_one_value_is_not_guessed(ordos: Atlas) -> None:
    views = two(ordos, "population_density", "gdp_share_of_city")
    drawn = [one for one in group(set_on(ordos, views), "areas") if isinstance(one, Shape)]
    assert sum(one.fill == NO_DATA for one in drawn) == 7
    assert "无公开数" in texts(set_on(ordos, views), "legend")


def test_an_estimate_of_either_is_hatched(ordos: Atlas) -> None:
    views = two(ordos, "population_density", "talent_share")
    drawn = [one for one in group(set_on(ordos, views), "areas") if isinstance(one, Shape)]
    assert all(one.hatch for one in drawn)


def test_the_fields_of_the_square_count_the_areas(ordos: Atlas) -> None:
    scene = set_on(ordos, two(ordos, "population_density", "population_share"))
    counts = [int(text) for text in texts(scene, "legend") if text.isdigit()]
    assert sum(counts) == 9


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", PAPERS)
def test_no_text_lies_over_another_or_off_the_sheet(ordos: Atlas, size: str, lang: str) -> None:
    scene = set_on(ordos, two(ordos, "population_density", "talent_share"), Sheet(size, lang))
    assert written_over(scene) == []
    assert outside(scene, PAPERS[size].margin_mm) == []


def test_a_title_gives_each_indicator_its_own_year(ordos: Atlas) -> None:
    views = two(ordos, "population_density", "gdp_share_of_city")
    assert set_on(ordos, views).title == (
        "鄂尔多斯市人口密度（2020年）与地区生产总值占全市比重（2022年）"
    )


def test_no_two_fields_look_alike_to_any_reader() -> None:
    fields = [colour for row in PAIRS for colour in row]
    assert distinguishable([NO_DATA, *fields], every=True, least=5) == []


def test_more_than_three_classes_are_refused(ordos: Atlas) -> None:
    views = (
        map_view(ordos, "population_density", how=Drawing(k=3)),
        map_view(ordos, "population_share", how=Drawing(k=5)),
    )
    with pytest.raises(RequestError, match="最多 3 级"):
        set_on(ordos, views)
