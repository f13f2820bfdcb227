from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geomap.atlas import Atlas
from geomap.errors import NotFoundError, Text
from geomap.model.catalog import Area, Indicator, IndicatorGroup, Measure, Source
from geomap.paths import data_dir
from geomap.release.open import open_release
from geomap.render.drawing.font import text_width
from geomap.render.drawing.scene import Circle, Scene, SceneWords, Shape
from geomap.render.sheets import captions
from geomap.render.sheets.canvas import GROUPS
from geomap.render.sheets.ground import ground
from geomap.render.sheets.map_sheet import compose_sheet
from geomap.render.sheets.paper import PAPERS, Box, Sheet
from geomap.views.maps.mapview import MapView
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view
from geomap.webmap.payload import payload
from tests.support.sheets import box_of, group, outside, texts, written_over
from tests.support.toy import ToyRelease

EVERY_LAYER = ("base", "park", "city", "center", "institute", "platform", "offshore")


# Filled, drawn by circles, estimated, partly or wholly missing, all alike: what differs in layout.
IN_ENGLISH = (
    "population_density", "population", "talent_total", "gdp", "high_level_talent",
    "talent_per_10k", "talent_bases",
)  # fmt: skip


@pytest.fixture(scope="module")
def ordos() -> Atlas:
    return open_release(Path(data_dir()))


def set_on(atlas: Atlas, view: MapView, sheet: Sheet, circles: MapView | None = None) -> Scene:
    return compose_sheet(atlas, view, sheet, circles=circles, measure=text_width)


def every_other(indicators: Iterable[str], size: str) -> list[str]:
    """Give the one half of them for one size, the other half for the next."""
    return list(indicators)[list(PAPERS).index(size) % 2 :: 2]


# --- nothing lies over anything, nothing is cut ---------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.slow
def test_no_text_of_any_indicator_lies_over_another_or_off_the_sheet(
    ordos: Atlas, size: str, lang: str
) -> None:
    sheet = Sheet(size, lang, EVERY_LAYER, maker="市委人才办", made="2025-01-15")
    for indicator in every_other(ordos.indicators, size) if lang == "zh" else IN_ENGLISH:
        scene = set_on(ordos, map_view(ordos, indicator), sheet)
        assert (indicator, written_over(scene)) == (indicator, [])
        assert (indicator, outside(scene, PAPERS[size].margin_mm)) == (indicator, [])


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.slow
def test_nor_does_it_on_sheets_of_the_demonstration(made_up: Atlas, size: str) -> None:
    for indicator in every_other(made_up.indicators, size):
        scene = set_on(made_up, map_view(made_up, indicator), Sheet(size, layers=EVERY_LAYER[:3]))
        assert (indicator, written_over(scene)) == (indicator, [])
        assert (indicator, outside(scene, PAPERS[size].margin_mm)) == (indicator, [])


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.slow
def test_every_area_is_named_on_every_size(ordos: Atlas, size: str) -> None:
    for indicator in ("population", "population_density", "talent_total", "gdp"):
        found = texts(set_on(ordos, map_view(ordos, indicator), Sheet(size)), "labels")
        assert [one.name_zh for one in ordos.parts if one.name_zh not in found] == []


@pytest.mark.parametrize("size", PAPERS)
def test_the_map_lies_within_the_sheet_and_off_the_legend(ordos: Atlas, size: str) -> None:
    scene = set_on(ordos, map_view(ordos, "population"), Sheet(size, layers=EVERY_LAYER))
    drawn = [
        ring
        for name in ("neighbours", "areas", "borders", "sites")
        for item in group(scene, name)
        if isinstance(item, Shape)
        for ring in item.rings
    ]
    every = np.concatenate(drawn)
    frame = Box(*every.min(axis=0).tolist(), *every.max(axis=0).tolist())
    assert PAPERS[size].inner.holds(frame, slack=0.3)
    legend = [box_of(one) for one in group(scene, "legend") if isinstance(one, SceneWords)]
    assert [box for box in legend if box.overlaps(frame)] == []


def test_a_label_keeps_off_the_circles_of_other_areas(ordos: Atlas) -> None:
    view = map_view(ordos, "population")
    scene = set_on(ordos, view, Sheet())
    circles = {
        one.title.split("：")[0]: one for one in group(scene, "symbols") if isinstance(one, Circle)
    }
    for words in group(scene, "labels"):
        if isinstance(words, SceneWords) and words.text in circles:
            box = box_of(words)
            for name, circle in circles.items():
                x = min(max(circle.x, box.x0), box.x1) - circle.x
                y = min(max(circle.y, box.y0), box.y1) - circle.y
                apart = float(np.hypot(x, y)) >= circle.radius_mm
                assert (words.text, name, apart) == (words.text, name, True) or (words.text == name)


# --- what the sheet says ---------------------------------------------


def test_a_sheet_has_every_layer_in_order(ordos: Atlas) -> None:
    scene = set_on(ordos, map_view(ordos, "population_density"), Sheet("half"))
    assert [one.name for one in scene.groups] == [name for name in GROUPS if name != "chart"]
    assert (scene.width_mm, scene.height_mm, scene.lang) == (150, 110, "zh")


def test_an_area_tells_its_value_and_that_it_is_an_estimate(ordos: Atlas) -> None:
    scene = set_on(ordos, map_view(ordos, "talent_total", year=2020), Sheet())
    told = [one.title for one in group(scene, "areas") if isinstance(one, Shape)]
    assert told[0] == "东胜区：11.7 万人（估算）"
    assert len(told) == 9


def test_estimates_are_hatched_on_map_and_legend_and_said_in_words(ordos: Atlas) -> None:
    scene = set_on(ordos, map_view(ordos, "talent_share"), Sheet())
    hatched = [one for one in group(scene, "areas") if isinstance(one, Shape) and one.hatch]
    assert len(hatched) == 9
    assert "估算（斜线）" in texts(scene, "legend")
    assert any("（估算）" in text for text in texts(scene, "labels"))


@pytest.mark.slow
def test_the_legend_counts_what_the_view_counts(made_up: Atlas) -> None:
    for indicator in made_up.indicators:
        view = map_view(made_up, indicator, how=Drawing(representation="fill"))
        scene = set_on(made_up, view, Sheet())
        said = Counter(texts(scene, "legend"))
        rows = Counter(view.legend.labels) + Counter(f"{n} 个" for n in view.legend.counts)
        assert (indicator, rows - said) == (indicator, Counter())


@pytest.mark.slow
def test_the_source_line_names_the_documents_of_the_view_and_no_other(ordos: Atlas) -> None:
    for indicator in ordos.indicators:
        view = map_view(ordos, indicator)
        foot = "".join(texts(set_on(ordos, view, Sheet("a3")), "text")).replace(" ", "")
        named = {
            id_
            for id_, one in ordos.sources.items()
            if f"{one.title}{f'（{one.number}）' * bool(one.number)}".replace(" ", "") in foot
        }
        assert (indicator, named) == (indicator, set(view.sources))


def test_no_sheet_names_the_year_of_its_boundaries_as_that_of_its_figures(atlas: Atlas) -> None:
    # Figures of 2020 from a plan of 2022, by the land within boundaries of 2024.
    view = map_view(atlas, "density", year=2020)
    assert set(view.sources) == {"plan", "boundaries"}
    said = captions.subtitle(atlas, view, None, Sheet())
    assert said.endswith("资料发布截至 2022-01-01")
    several = captions.subtitle_of_several(atlas, [view, view], Sheet(lang="en"))
    assert several.endswith("newest document: 2022-01-01")


def test_one_area_with_a_figure_is_told_as_a_figure_by_legend_notes_and_page(atlas: Atlas) -> None:
    view = map_view(atlas, "talent", year=2020, how=Drawing(representation="fill"))
    said = "只有一个旗区有数：东胜区 50"
    for drawn in (view, map_view(atlas, "talent", year=2020)):
        told = set_on(atlas, drawn, Sheet())
        assert said in "".join(texts(told, "legend"))
        assert "全部数值相同" not in "".join(word.text for word in told.words())
    assert said in captions.remarks([view], Sheet())
    page = json.dumps(payload(atlas), ensure_ascii=False)
    assert page.count(said) >= 2  # legend and notes


def test_what_is_measured_on_the_boundaries_alone_has_no_documents_of_figures(atlas: Atlas) -> None:
    assert "资料发布" not in captions.subtitle(atlas, map_view(atlas, "land_area"), None, Sheet())


def test_maker_and_date_are_printed_when_given_and_left_out_when_not(ordos: Atlas) -> None:
    view = map_view(ordos, "population")
    given = set_on(ordos, view, Sheet(maker="市委人才办", made="2025-01-15"))
    foot = "".join(texts(given, "text"))
    assert "制图：市委人才办" in foot
    assert "日期：2025-01-15" in foot
    assert not any(
        "制图" in text or "日期" in text for text in texts(set_on(ordos, view, Sheet()), "text")
    )


def test_marks_stand_on_every_sheet(made_up: Atlas) -> None:
    said = texts(set_on(made_up, map_view(made_up, "population"), Sheet("half")), "text")
    assert "示例数据 非真实统计" in said
    assert "内部工作用图 未经审核 不得公开" in said


def test_an_indicator_without_a_value_gives_a_sheet_that_says_so(ordos: Atlas) -> None:
    said = "".join(texts(set_on(ordos, map_view(ordos, "urgent_talent"), Sheet()), "text"))
    assert "没有可以画出的数：未上报 9 个" in said


def test_of_two_indicators_the_one_without_a_value_is_named(ordos: Atlas) -> None:
    circles = map_view(ordos, "academicians_flexible")
    scene = set_on(ordos, map_view(ordos, "population_density"), Sheet(), circles)
    assert "柔性引进两院院士：没有可以画出的数" in "".join(texts(scene, "text"))


def test_fill_and_circles_together_have_both_legends(ordos: Atlas) -> None:
    scene = set_on(
        ordos, map_view(ordos, "population_density"), Sheet(), map_view(ordos, "population")
    )
    assert {"人口密度（人/平方公里）", "常住人口（人）"} <= set(texts(scene, "legend"))
    assert sum(isinstance(one, Circle) and bool(one.title) for one in group(scene, "symbols")) == 9
    assert scene.title == "鄂尔多斯市人口密度与常住人口（2020年）"


def test_ranked_bars_are_as_long_as_their_values(ordos: Atlas) -> None:
    view = map_view(ordos, "population")
    plain, ranked = (set_on(ordos, view, Sheet(bars=bars)) for bars in (False, True))
    extra = group(ranked, "legend")[len(group(plain, "legend")) :]
    bars = [one.rings[0] for one in extra if isinstance(one, Shape)]
    widths = [float(np.ptp(ring[:, 0])) for ring in bars]
    values = sorted((one.value or 0.0 for one in view.areas), reverse=True)
    assert np.array(widths) / widths[0] == pytest.approx(np.array(values) / values[0])
    names = [one.text for one in extra if isinstance(one, SceneWords)]
    assert names[:4] == ["各旗区排名", "1", "东胜区", "574,242*"]


def test_a_bar_below_zero_goes_to_the_other_side(ordos: Atlas) -> None:
    view = map_view(ordos, "population_increment_2010_2020")
    first = dataclasses.replace(view.areas[0], value=-20_000.0)
    changed = dataclasses.replace(view, areas=(first, *view.areas[1:]))
    drawn = group(set_on(ordos, changed, Sheet(bars=True)), "legend")
    plain = group(set_on(ordos, changed, Sheet()), "legend")
    bars = [one.rings[0][:, 0] for one in drawn[len(plain) :] if isinstance(one, Shape)]
    assert bars[-1].max() == pytest.approx(bars[0].min())
    assert bars[-1].min() < bars[0].min()


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.slow
def test_ranked_bars_cover_nothing(ordos: Atlas, size: str) -> None:
    for indicator in ("talent_total", "population_density", "gdp", "population_change"):
        scene = set_on(ordos, map_view(ordos, indicator), Sheet(size, "en", EVERY_LAYER, bars=True))
        assert (indicator, written_over(scene)) == (indicator, [])
        assert (indicator, outside(scene, PAPERS[size].margin_mm)) == (indicator, [])


def test_sites_outside_the_city_are_listed_not_drawn(ordos: Atlas) -> None:
    scene = set_on(ordos, map_view(ordos, "population"), Sheet(layers=("base", "offshore")))
    assert "上海离岸科创中心" in texts(scene, "insets")
    drawn = [item for item in group(scene, "sites") if isinstance(item, Shape)]
    assert len(drawn) == 7  # of eight bases one has no coordinates


def test_the_same_input_gives_the_same_sheet(ordos: Atlas) -> None:
    view = map_view(ordos, "population_density")
    first, second = (set_on(ordos, view, Sheet(layers=EVERY_LAYER)) for _ in range(2))
    assert first.words() == second.words()


def test_maps_of_one_release_share_their_frame(ordos: Atlas) -> None:
    frames = set()
    for indicator in ("population", "population_density", "talent_total", "gdp"):
        scene = set_on(ordos, map_view(ordos, indicator), Sheet())
        ring = group(scene, "neighbours")[0].rings[0]  # type: ignore[attr-defined]
        frames.add(tuple(ring.ravel().tolist()))
    assert len(frames) == 1


def test_a_size_that_is_none_is_refused_with_those_there_are(ordos: Atlas) -> None:
    with pytest.raises(NotFoundError, match="a4-portrait"):
        compose_sheet(ordos, map_view(ordos, "population"), Sheet("a5"))


def test_a_layer_that_is_none_is_refused_with_those_there_are(ordos: Atlas) -> None:
    with pytest.raises(NotFoundError, match="offshore"):
        compose_sheet(ordos, map_view(ordos, "population"), Sheet(layers=("bases",)))


# --- hostile input ---------------------------------------------------


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("title", ["人才" * 150, "talent " * 43, "W" * 300])
def test_a_title_of_300_characters_is_wrapped_and_cut_and_covers_nothing(
    ordos: Atlas, size: str, title: str
) -> None:
    scene = set_on(ordos, map_view(ordos, "population"), Sheet(size, title=title))
    assert any(text.endswith("…") for text in texts(scene, "text"))
    assert written_over(scene) == []
    assert outside(scene, PAPERS[size].margin_mm) == []
    assert scene.title == title.strip()


def test_names_in_mongolian_emoji_and_rare_characters_do_not_break_a_sheet(
    toy_release: ToyRelease,
) -> None:
    odd = toy_release(
        {
            "boundaries/units.csv": lambda text: text.replace("东胜区,东胜", "ᠣᠷᠳᠤᠰ,ᠣᠷᠳᠤᠰ").replace(
                "康巴什区,康巴什", "𠮷林👩‍🔬区,𠮷林"
            )
        }
    )
    atlas = open_release(odd)
    scene = compose_sheet(atlas, map_view(atlas, "population"), Sheet("half"))
    assert {"ᠣᠷᠳᠤᠰ", "𠮷林👩‍🔬区"} <= set(texts(scene, "labels"))


def test_a_value_that_disagrees_or_is_undecided_is_marked(ordos: Atlas) -> None:
    view = map_view(ordos, "population")
    first = dataclasses.replace(view.areas[0], conflict=True)
    second = dataclasses.replace(view.areas[1], value=None, status="reported", others=(3.0, 4.0))
    changed = dataclasses.replace(view, areas=(first, second, *view.areas[2:]))
    scene = set_on(ordos, changed, Sheet())
    assert {"574,242†*", "574,242*†"} & set(texts(scene, "labels"))
    assert "3｜4" in texts(scene, "labels")
    assert {"并列未定", "各处记载不一致"} <= set(texts(scene, "legend"))


def squares(count: int) -> Atlas:
    """Make a release of so many squares in rows of 59, each 0.1 degrees wide."""
    codes = [f"{100001 + at}" for at in range(count)]
    shapes = [
        shapely.box(x / 10, y / 10, (x + 1) / 10, (y + 1) / 10)
        for x, y in ((1050 + at % 59, 350 + at // 59) for at in range(count))
    ]
    rows = range(2, count + 2)
    figures = pd.DataFrame({"id": [f"s:{row}" for row in rows], "area": codes, "value": rows})
    figures = figures.astype({"value": float}).assign(
        indicator="i", year=2025, unit="", kind="actual", status="reported", source="s",
        locator="", quote="", note="",
    )  # fmt: skip
    boundaries = gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs="EPSG:4326")
    empty = pd.DataFrame(columns=["id", "kind", "area", "lon", "lat", "site"])
    text = Text("指标", "Indicator")
    return Atlas(
        release="squares",
        title=text,
        city="100000",
        areas={"100000": Area("100000", "全部", "全部", "All", "city", "")}
        | {code: Area(code, code, code, code, "county", "100000") for code in codes},
        groups=(IndicatorGroup("all", text),),
        indicators={"i": Indicator("i", text, "all", text, Measure.RATE, 0, "more", text)},
        sources={"s": Source("s", "来源", "", "", "2025")},
        site_kinds={},
        figures=figures,
        boundaries=boundaries,
        context=boundaries.iloc[:0].assign(name_zh=""),
        sites=empty,
        site_figures=empty,
        site_lists=empty,
    )


@pytest.mark.slow
def test_a_sheet_of_2891_areas_draws_all_and_says_how_many_have_no_label() -> None:
    atlas = squares(2891)
    for drawn in ("fill", "symbol"):
        scene = set_on(atlas, map_view(atlas, "i", how=Drawing(representation=drawn)), Sheet())
        assert len(group(scene, "areas")) == 2891
        assert written_over(scene) == []
        assert "2891 个区域放不下注记，未注" in texts(scene, "text")


# --- the ground ------------------------------------------------------


@pytest.mark.parametrize(("east", "north"), [(1.0, 0.0), (0.0, 1.0)])
def test_lengths_on_the_sheet_agree_with_the_bar_scale(
    ordos: Atlas, east: float, north: float
) -> None:
    land = ground(ordos, Box(0, 0, 200, 150))
    lon, lat = np.array([108.5, 108.5 + east]), np.array([38.7, 38.7 + north])
    (x0, y0), (x1, y1) = land.at(lon, lat)
    metres = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert np.hypot(x1 - x0, y1 - y0) / land.mm_per_km == pytest.approx(metres / 1000, rel=0.005)


def test_each_label_belongs_in_the_area_that_the_raster_gives(ordos: Atlas) -> None:
    land = ground(ordos, Box(0, 0, 200, 150))
    assert land.territory is not None
    assert land.territory.at(land.labels[:, 0], land.labels[:, 1]).tolist() == list(range(9))
    assert land.territory.at(np.array([1.0]), np.array([1.0])).tolist() == [-1]


def test_the_outline_is_drawn_once_and_inner_borders_once(ordos: Atlas) -> None:
    land = ground(ordos, Box(0, 0, 200, 150))
    city = shapely.union_all([shapely.Polygon(ring) for rings in land.areas for ring in rings])
    every = sum(shapely.Polygon(ring).length for rings in land.areas for ring in rings)
    outline, inner = (
        sum(shapely.LineString(line).length for line in lines)
        for lines in (land.outline, land.inner)
    )
    assert outline == pytest.approx(city.length, rel=0.01)
    assert outline + 2 * inner == pytest.approx(every, rel=1e-6)


def test_areas_keep_their_shares_on_the_sheet(ordos: Atlas) -> None:
    land = ground(ordos, Box(0, 0, 200, 150))
    drawn = [sum(shapely.Polygon(ring).area for ring in rings) for rings in land.areas]
    real = {one: row[ordos.parts[at].code].value for at, one in enumerate(drawn)
            for row in [ordos.series["land_area", "actual"][2024]]}  # fmt: skip
    shares = np.array(drawn) / sum(drawn)
    stored = np.array([real[one] for one in drawn], dtype=float)
    assert shares == pytest.approx(stored / stored.sum(), rel=0.01)
