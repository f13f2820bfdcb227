"""Charts as sheets: every indicator that is shipped or made up can be drawn and read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from geomap.atlas import Atlas
from geomap.errors import NotFoundError, RequestError
from geomap.model.asked import CHARTS
from geomap.render.drawing.font import text_width
from geomap.render.drawing.scene import Scene, Shape
from geomap.render.sheets.kinds.charts import chart_of
from geomap.render.sheets.paper import PAPERS, Sheet
from geomap.render.sheets.request import scene_of
from geomap.render.sheets.subject import Subject
from tests.support.sheets import group, outside, texts, written_over

SIZES = ("a4", "half")
SECOND = "population"


def subjects(atlas: Atlas) -> Iterator[Subject]:
    """Give every indicator in one of the charts, by turns."""
    for at, one in enumerate(atlas.indicators):
        chart = CHARTS[at % len(CHARTS)]
        second = SECOND if chart == "scatter" and one != SECOND else ""
        yield Subject(one, chart=chart, bivariate=second)


def faults(scene: Scene, size: str) -> list[object]:
    return [*written_over(scene), *outside(scene, PAPERS[size].margin_mm)]


@pytest.mark.parametrize("release", ["published_release", "made_up"])
@pytest.mark.slow
def test_no_text_of_a_chart_lies_over_another_or_leaves_the_sheet(
    release: str, request: pytest.FixtureRequest
) -> None:
    atlas: Atlas = request.getfixturevalue(release)
    found, refused = {}, []
    for at, subject in enumerate(subjects(atlas)):
        # Each is set in one size and one language, by turns: together all are.
        size, lang = SIZES[at // 5 % 2], ("zh", "en")[at // 10 % 2]
        try:
            scene, _ = scene_of(atlas, subject, Sheet(size=size, lang=lang), measure=text_width)
        except RequestError:
            refused.append(subject.chart)
            continue
        if wrong := faults(scene, size):
            found[subject.indicator, subject.chart, size, lang] = wrong
    assert found == {}
    assert "line" not in refused


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("size", PAPERS)
def test_a_chart_has_its_head_its_sentence_its_documents_and_its_marks(
    chart: str, size: str, made_up: Atlas
) -> None:
    second = "gdp_per_head" if chart == "scatter" else ""
    subject = Subject("talent_total", chart=chart, bivariate=second)
    plain = chart_of(made_up, subject)
    scene, _ = scene_of(made_up, subject, Sheet(size=size), measure=text_width)
    assert faults(scene, size) == []
    words = "".join(texts(scene, "text")).replace(" ", "")
    for said in (plain.sentence.zh, "示例数据 非真实统计", "内部工作用图", "资料来源"):
        assert said.replace(" ", "") in words
    assert plain.sentence.zh in scene.description
    shapes = [one for one in group(scene, "chart") if isinstance(one, Shape)]
    assert any("东胜区" in one.title for one in shapes)
    points = [point for one in shapes for ring in one.rings for point in ring]
    assert all(0 <= x <= scene.width_mm and 0 <= y <= scene.height_mm for x, y in points)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (Subject("academician_advisers", chart="bars"), "chart=line"),
        (Subject("talent_bases", chart="slope"), "两个年份"),
        (Subject("population", chart="stack"), "组成部分"),
        (Subject("talent_total", chart="scatter"), "第二个写在 bivariate"),
        (Subject("academician_advisers", chart="scatter", bivariate="population"), "chart=line"),
        (Subject("population", chart="bars", since=2020), "from 不能与 chart=bars 同用"),
        (Subject("population", chart="line", since=2024, year=2020), "晚于"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_with_what_can(
    subject: Subject, said: str, made_up: Atlas
) -> None:
    with pytest.raises(RequestError) as refusal:
        scene_of(made_up, subject)
    assert said in refusal.value.text.zh


def test_a_kind_of_chart_or_an_area_that_there_is_not_is_told_with_those_there_are(
    made_up: Atlas,
) -> None:
    with pytest.raises(NotFoundError, match="scatter"):
        scene_of(made_up, Subject("population", chart="pie"))
    with pytest.raises(NotFoundError, match="150602"):
        scene_of(made_up, Subject("population", chart="line", areas=("1",)))
