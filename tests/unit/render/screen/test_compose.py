from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import reduce
from html.parser import HTMLParser
from itertools import combinations, product

import pytest
import shapely
from flask.testing import FlaskClient

from geomap.app import Settings, create_app
from geomap.atlas import Atlas
from geomap.disclosure.narrowing import Audience
from geomap.model.schema import SHAPES
from geomap.paths import web_dir
from geomap.release.editions import for_audience
from geomap.render.screen.compose import (
    MOST_SLIDES,
    compose_screen,
    default_indicators,
)
from geomap.render.screen.map import FRAME, SITE_PX, ScreenLabel, outlines, placed_labels
from geomap.render.screen.parts import Slide, Symbol
from geomap.render.sheets.emblems import icon, spans
from geomap.views.evidence.headline import HEADLINES, key_figures
from tests.support.toy import CATALOGUE, STATS_HEAD, ToyRelease

SLACK = 2.5  # units of the frame: what the raster of areas may miss
EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


@pytest.fixture
def client(atlas: Atlas) -> FlaskClient:
    return create_app(atlas).test_client()


def label(index: int, at: tuple[float, float], room: float = 10, name: str = "区") -> ScreenLabel:
    return ScreenLabel(index, name, "1", "", at, room)


# --- the map --------------------------------------------------------------------------------------


def test_three_squares_of_one_degree_fill_the_width_of_the_frame(atlas: Atlas) -> None:
    found = outlines(atlas)
    xs = [float(x) for path in found.areas for x in re.findall(r"[ML](-?[\d.]+) ", path)]
    # 28 units are left free on either side of 840.
    assert (min(xs), max(xs)) == (pytest.approx(28, abs=0.1), pytest.approx(812, abs=0.1))
    assert len(found.areas) == 3
    left, _, right, _ = found.extents[0]
    assert right - left == pytest.approx(784 / 3, rel=0.01)
    x, y = found.points[1]
    # A square of degrees is taller than wide here: the largest circle within may lie up or down.
    assert (x, y) == (pytest.approx(420, abs=8), pytest.approx(FRAME[1] / 2, abs=60))


def test_only_sites_with_coordinates_within_the_frame_have_a_place(atlas: Atlas) -> None:
    # b1 stands in the middle of the first square, b2 has no coordinates, o1 lies in Beijing.
    first, second, third = outlines(atlas).sites
    assert second is None
    assert third is None
    assert first == (pytest.approx(28 + 784 / 6, abs=3), pytest.approx(FRAME[1] / 2, abs=8))


def test_a_lone_label_stands_on_its_point(atlas: Atlas) -> None:
    geometry = outlines(atlas)
    (one,) = placed_labels((label(0, geometry.points[0]),), geometry)
    assert (one.x, one.y) == pytest.approx(geometry.points[0], abs=0.1)
    assert one.own
    assert one.leader is None


def test_a_label_steps_off_a_site_but_stays_in_its_area(atlas: Atlas) -> None:
    geometry = outlines(atlas)
    x, y = geometry.points[0]
    (one,) = placed_labels((label(0, (x, y)),), geometry, ((x, y, 24), (x, y + 20, 24)))
    assert abs(one.y - y) >= (one.height + 24) / 2 or abs(one.x - x) >= (one.width + 24) / 2
    assert one.own


def test_very_many_areas_are_labelled_only_where_there_is_room(atlas: Atlas) -> None:
    few = outlines(atlas)
    geometry = replace(few, land=None, extents=((0, 0, 10, 10), *few.extents[1:]))
    found = placed_labels(
        tuple(label(index, at) for index, at in enumerate(geometry.points)), geometry
    )
    assert sorted(one.index for one in found) == [1, 2]


@pytest.mark.parametrize(
    ("which", "lang"), [("shipped", "zh"), ("shipped", "en"), ("made_up", "en")]
)
@pytest.mark.slow
def test_labels_stand_in_their_own_area_or_outside_with_a_whole_leader(
    request: pytest.FixtureRequest, which: str, lang: str
) -> None:
    city: Atlas = request.getfixturevalue(which)
    layers = list(city.site_kinds)
    made = compose_screen(city, indicators=default_indicators(city), layers=layers, lang=lang)
    areas = [polygon(path) for path in made.geometry.areas]
    assert len(made.slides) > 3
    for one in made.slides:
        assert len(one.labels) == len(areas), one.name
        require_good_labels(one, areas)
        if which == "shipped":  # so few sites leave every label a place that hides none
            signs = shapely.union_all([sign_of(each) for each in made.symbols])
            for each, _ in one.labels:
                assert signs.disjoint(box_of(each)), f"{each.name} of {one.name}"


def sign_of(one: Symbol) -> shapely.Polygon:
    half = 0.49 * SITE_PX
    return shapely.box(one.x - half, one.y - half, one.x + half, one.y + half)


def polygon(path: str) -> shapely.Geometry:
    """Read an outline of ``M x y L x y … Z`` back, holes and all."""
    rings = [
        shapely.Polygon([tuple(map(float, at.split())) for at in ring.split("L")])
        for ring in path.replace("Z", "").split("M")[1:]
    ]
    return reduce(shapely.symmetric_difference, rings)


def require_good_labels(one: Slide, areas: list[shapely.Geometry]) -> None:
    """Fail where a label lies in another area, or cannot be told whose it is."""
    labels = [each for each, _ in one.labels]
    circles = [shapely.Point(spot.x, spot.y).buffer(spot.radius + 1) for spot in one.spots]
    boxes = {each.index: box_of(each) for each in labels}
    leaders = {each.index: shapely.LineString(each.leader) for each in labels if each.leader}
    assert all(shapely.box(0, 0, *FRAME).contains(box) for box in boxes.values())
    for each in labels:
        where = f"{each.name} of {one.name}"
        if any(circle.contains(boxes[each.index]) for circle in circles):
            continue
        others = shapely.union_all([area for at, area in enumerate(areas) if at != each.index])
        assert others.buffer(-SLACK).disjoint(boxes[each.index]), where
        if each.index not in leaders:
            assert areas[each.index].intersects(boxes[each.index]), where
            continue
        begin, end = (shapely.Point(at) for at in leaders[each.index].coords)
        assert boxes[each.index].distance(end) < SLACK, where
        away = begin.distance(shapely.Point(each.at))
        assert away == pytest.approx(each.radius, abs=SLACK), where
    for (at, box), (to, other) in combinations(boxes.items(), 2):
        assert not box.intersects(other), f"{at} {to} {one.name}"
    for (at, line), (to, other) in combinations(leaders.items(), 2):
        assert line.disjoint(other), f"{at} {to} {one.name}"
    for (at, line), (to, box) in product(leaders.items(), boxes.items()):
        assert at == to or line.disjoint(box), f"{at} {to} {one.name}"


def box_of(one: ScreenLabel) -> shapely.Polygon:
    across, down = one.width / 2 - 0.1, one.height / 2 - 0.1
    return shapely.box(one.x - across, one.y - down, one.x + across, one.y + down)


def test_the_shapes_are_those_of_the_map_page() -> None:
    text = (web_dir() / "static/js/shared/dom.js").read_text(encoding="utf-8")
    paths = dict(re.findall(r"^  (\w+): '(M[^']+)',$", text, re.M))
    assert paths == {shape: icon(shape) for shape in SHAPES}
    spanned = re.findall(r"^  (\w+): \[([\d.]+), ([\d.]+)\],$", text, re.M)
    assert {shape: (float(most), float(least)) for shape, most, least in spanned} == {
        shape: tuple(round(span, 3) for span in spans(shape)) for shape in SHAPES
    }


# --- what is chosen, and how it is printed --------------------------------------------------------


def test_it_turns_through_what_at_least_half_of_the_areas_reported(atlas: Atlas) -> None:
    # Population (3 of 3), density and land area are known; talent is of one area in three.
    assert default_indicators(atlas) == ["population", "density"]


def test_the_shipped_release_is_shown_without_naming_its_indicators(shipped: Atlas) -> None:
    chosen = default_indicators(shipped)
    assert 3 <= len(chosen) <= MOST_SLIDES
    groups = [shipped.indicators[one].group for one in chosen]
    assert len(set(groups)) >= 3
    assert max(groups.count(one) for one in groups) <= 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_has_a_document_in_the_list(
    shipped: Atlas, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where labels stand says nothing of documents, and takes most of the time.
    monkeypatch.setattr("geomap.render.screen.slides.placed_labels", lambda *_: ())
    made = compose_screen(
        shipped, indicators=list(shipped.indicators), layers=list(shipped.site_kinds), lang=lang
    )
    listed = {number for number, *_ in made.references}
    numbered = [
        *made.headline, *made.sites, *made.plan.pages,
        *(row for page in made.plan.pages for row in page.rows),
        *(one for one in made.slides if one.city or any(bar.share is not None for bar in one.bars)),
    ]  # fmt: skip
    assert len(numbered) > 40
    assert all(one.refs and set(one.refs) <= listed for one in numbered)
    assert sorted(listed) == list(range(1, len(listed) + 1))


def test_no_year_is_named_later_than_the_figures_shown(shipped: Atlas) -> None:
    made = compose_screen(shipped, indicators=["talent_total"], layers=[], lang="zh")
    of_plans = [row.row["actual_year"] for page in made.plan.pages for row in page.rows]
    main = [one.year for one in key_figures(shipped)[:HEADLINES]]
    years = sorted({2020, *main, *(one for one in of_plans if one)})
    assert made.years == f"{years[0]}–{years[-1]}"


def test_each_page_of_the_plans_is_of_one_plan_by_name_the_running_first(shipped: Atlas) -> None:
    pages = compose_screen(shipped, indicators=[], layers=[], lang="zh").plan.pages
    names = list(dict.fromkeys(page.name for page in pages))
    assert all(name.startswith("2025年目标 · ") for name in names[:2])
    assert names[-1].startswith("2020年目标（已到期） · ")
    totals = {page.name: page.total for page in pages}
    assert list(totals.values()) == [25, 15, 9]
    # 高技能人才 is aimed at twice in one plan; its two targets stand on the page that names it.
    told = [row.name for row in pages[0].rows if row.row["indicator"] == "talent_skilled"]
    assert told == ["高技能人才（专栏2）", "高技能人才（正文）"]
    skilled = [(page.name, row.target) for page in pages for row in page.rows
               if row.row["indicator"] == "talent_skilled"]  # fmt: skip
    assert skilled == [(names[0], "7.5⚑"), (names[0], "6.95⚑"), (names[2], "11.8")]


def test_estimates_are_hatched_worded_and_have_no_place(shipped: Atlas) -> None:
    (slide,) = compose_screen(shipped, indicators=["talent_total"], layers=[], lang="zh").slides
    assert slide.hatches == ("estimate-2b6cb0",)
    assert {(bar.rank, bar.mark, bar.estimate) for bar in slide.bars} == {("", "估算", True)}
    assert {one.mark for one, _ in slide.labels} == {"估算"}
    assert all(spot.estimate for spot in slide.spots)


def test_the_ranking_goes_from_the_largest_to_those_who_did_not_report(atlas: Atlas) -> None:
    slides = compose_screen(atlas, indicators=["population", "talent"], layers=[], lang="zh").slides
    assert [(one.rank, one.name, one.value, one.share) for one in slides[0].bars] == [
        ("1", "东胜", "500", 1.0), ("2", "康巴什", "300*", 0.6), ("3", "伊旗", "200", 0.4),
    ]  # fmt: skip
    assert [(one.name, one.value, one.share) for one in slides[1].bars[1:]] == [
        ("康巴什", "未上报", None), ("伊旗", "未上报", None),
    ]  # fmt: skip


def test_circles_have_area_in_proportion_to_the_value(atlas: Atlas) -> None:
    (slide,) = compose_screen(atlas, indicators=["population"], layers=[], lang="zh").slides
    radii = [one.radius for one in slide.spots]
    assert radii[0] ** 2 / radii[2] ** 2 == pytest.approx(500 / 200, rel=0.02)
    key = next(one for one in slide.legend if one.radius)
    assert key.label == "500"
    assert key.radius == pytest.approx(radii[0], abs=0.2)


def test_sites_are_counted_on_the_map_and_in_all(atlas: Atlas) -> None:
    made = compose_screen(atlas, indicators=[], layers=["base", "offshore"], lang="zh")
    assert [(one.name, one.drawn, one.total) for one in made.sites] == [
        ("基地", 1, 2),
        ("离岸", 0, 1),
    ]
    assert [one.shapes for one in made.symbols] == [(("triangle", 1.0),)]


def test_no_base_of_the_big_screen_lies_beneath_a_park(shipped: Atlas) -> None:
    made = compose_screen(shipped, indicators=[], layers=["base", "park"], lang="zh")
    assert [(one.drawn, one.total) for one in made.sites] == [(7, 8), (9, 23)]
    assert sum(len(one.names) for one in made.symbols) == 7 + 9
    places = [(one.x, one.y) for one in made.symbols]
    assert len(places) == len(set(places)) == 11
    both = [one for one in made.symbols if len(one.shapes) == 2]
    assert len(both) == 5
    assert {tuple(shape for shape, _ in one.shapes) for one in both} == {("square", "triangle")}
    # Bases are drawn last, above the parks.
    alone = [one.shapes[-1][0] for one in made.symbols if len(one.shapes) == 1]
    assert alone == sorted(alone)


# --- the page -------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """Gathers addresses, and text by whether it stands within an element of ``data-refs``."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src", "action"}:
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(f"{tag} {name}")


def test_the_page_loads_from_its_own_server_and_holds_no_script_or_style(
    client: FlaskClient,
) -> None:
    answer = client.get("/screen")
    page = _Page(answer.text)
    assert answer.status_code == 200
    assert page.handlers == []
    assert all(one[0] in "/#?" and not one.startswith("//") for one in page.addresses)
    assert re.findall(r"<script(?![^>]* src=)|<style", answer.text) == []
    assert "内部工作用图 未经审核 不得公开" in answer.text


def test_nothing_on_the_page_depends_on_the_clock(client: FlaskClient) -> None:
    first, second = client.get("/screen"), client.head("/screen")
    assert first.headers["ETag"] == second.headers["ETag"]
    assert client.get("/screen?seconds=30").headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("indicators=none", 404, "population"),
        ("indicators=population,none", 404, "none"),
        ("layers=none", 404, "base"),
        ("seconds=4", 400, "5"),
        ("seconds=601", 400, "600"),
        ("seconds=x", 400, "x"),
        ("lang=fr", 404, "zh"),
        ("seconds=20&seconds=30", 400, "seconds"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    client: FlaskClient, query: str, status: int, told: str
) -> None:
    answer = client.get(f"/screen?{query}")
    assert answer.status_code == status
    assert told in answer.text


def test_the_address_owns_the_state(client: FlaskClient) -> None:
    text = client.get("/screen?indicators=density,population,density&seconds=45&layers=").text
    assert re.findall(r'<article class="slide"[^>]* aria-label="([^"]+)"', text) == [
        "人口密度",
        "常住人口",
    ]
    assert 'data-seconds="45"' in text
    assert "没有选择点位" in text
    other = re.search(r'<a href="\?([^"]+)" lang="en">', text)
    assert other is not None
    assert "seconds=45" in other[1]
    assert "lang=en" in other[1]


def test_too_many_indicators_are_refused(shipped: Atlas) -> None:
    many = ",".join(list(shipped.indicators)[: MOST_SLIDES + 1])
    answer = create_app(shipped).test_client().get(f"/screen?indicators={many}")
    assert answer.status_code == 400
    assert str(MOST_SLIDES) in answer.text


def test_foreign_text_stays_text(toy_release: ToyRelease) -> None:
    release = toy_release(
        {
            "indicators.json": lambda text: text.replace("常住人口", EVIL.replace('"', "")),
            "sources.json": lambda text: text.replace("人才规划", EVIL),
        }
    )
    text = create_app(release).test_client().get("/screen").text
    assert EVIL not in text
    assert "&lt;/script&gt;&lt;img src=x" in text


def test_a_release_without_figures_says_who_supplies_them(toy_release: ToyRelease) -> None:
    counts = {**CATALOGUE, "indicators": CATALOGUE["indicators"][:3]}
    edits = {"stats/plan.csv": STATS_HEAD, "indicators.json": json.dumps(counts)}
    release = toy_release({**edits, "sites/figures.csv": None})
    client = create_app(release).test_client()
    for lang, word in (("zh", "请由数据员上报"), ("en", "stewards supply them")):
        answer = client.get(f"/screen?lang={lang}")
        assert answer.status_code == 200
        assert word in answer.text


def test_a_city_of_one_area_has_a_screen(toy_release: ToyRelease) -> None:
    def first(text: str) -> str:
        kept = [line for line in text.splitlines() if not re.match("15060[36]|150627", line)]
        return "\n".join(kept) + "\n"

    release = toy_release(
        {
            "boundaries/units.csv": first,
            "boundaries/county-2024.geojson": lambda text: text.replace(
                text[text.index(",\n") : text.rindex("\n]}")], ""
            ),
            "stats/plan.csv": first,
            "sites/base.csv": lambda text: text.replace("150603", "150602"),
        }
    )
    answer = create_app(release).test_client().get("/screen")
    assert answer.status_code == 200
    assert answer.text.count('class="label') == answer.text.count('class="slide"') > 0


@pytest.mark.slow
def test_what_the_public_may_not_see_is_not_on_its_screen(shipped: Atlas) -> None:
    public = for_audience(shipped, Audience.PUBLIC)
    settings = Settings(audience=Audience.PUBLIC)
    text = create_app(shipped, settings=settings).test_client().get("/screen").text
    assert public.disclosure.note.zh in text
    assert shipped.disclosure.note.zh not in text


@pytest.mark.parametrize(("lang", "word"), [("zh", "大屏"), ("en", "Big screen")])
def test_the_other_pages_lead_to_it(client: FlaskClient, lang: str, word: str) -> None:
    for path in ("/", "/progress", "/sources"):
        text = client.get(f"{path}?lang={lang}").text
        assert f'<a href="/screen?lang={lang}">{word}</a>' in text


def test_a_main_figure_tells_its_change_and_cites_both_years(shipped: Atlas) -> None:
    zh, en = (
        compose_screen(shipped, indicators=[], layers=[], lang=lang).headline
        for lang in ("zh", "en")
    )
    (total,) = [one for one in zh if one.name == "人才资源总量"]
    assert total.change == "较2015年 +49.0 %"
    assert [one.change for one in en if one.name == "Talent total"] == ["+49.0% on 2015"]
    assert [one.change for one in zh if one.name == "高层次人才总量"] == [""]
