"""Charts as charts of Excel and PowerPoint: the view's numbers, gaps as gaps, no more."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pptx
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.wording import as_exported
from geomap.release.open import open_release
from geomap.render.office.series import SeriesForm, office_chart
from geomap.render.report.native import draw_file, format_by_name
from geomap.render.sheets.kinds.charts import chart_of
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.subject import Subject
from geomap.views.charts.chart import Chart
from geomap.views.charts.line import LineChart
from tests.support.toy import TOY, write_toy

SUBJECTS = {
    "line": Subject("talent", chart="line", areas=("150602", "150603")),
    "bars": Subject("talent", chart="bars", year=2020),
    "slope": Subject("talent", chart="slope", since=2020, year=2021),
    "scatter": Subject("density", chart="scatter", year=2021, bivariate="talent"),
}
MORE = "".join(
    f"{area},{indicator},{year},{value},人,actual,reported,表3,,\n"
    for year, indicator, values in (
        (2021, "population", (520, 330, 190)),
        (2021, "talent", (60, 20, 10)),
    )
    for area, value in zip(("150602", "150603", "150627"), values, strict=True)
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy world with a second year."""
    return write_toy(
        tmp_path_factory.mktemp("two"), {"stats/plan.csv": TOY["stats/plan.csv"] + MORE}
    )


@pytest.fixture(scope="module")
def two(release: Path) -> Atlas:
    return open_release(release)


@pytest.fixture(scope="module")
def client(two: Atlas) -> FlaskClient:
    return create_app(two).test_client()


def book(atlas: Atlas, subject: Subject, lang: str = "zh") -> Any:
    made = draw_file(atlas, subject, "xlsx", Sheet(lang=lang), dpi=300, grey=False)
    return openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]


def cells(sheet: Any, formula: str) -> list[Any]:
    area = formula.rpartition("!")[2].replace("$", "")
    found = sheet[area]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [one.value for row in rows for one in row]


def in_cells(sheet: Any) -> list[tuple[str, list[tuple[Any, float]]]]:
    """Give each series of the chart as its references find it: its name, where and how much."""
    (chart,) = sheet._charts
    found = []
    for one in chart.series:
        (name,) = cells(sheet, one.tx.strRef.f)
        where = one.xVal.numRef.f if getattr(one, "xVal", None) else one.cat.strRef.f
        values = (one.yVal if getattr(one, "yVal", None) else one.val).numRef.f
        both = zip(cells(sheet, where), cells(sheet, values), strict=True)
        found.append((name, [near(at, value) for at, value in both if value is not None]))
    return found


def near(at: Any, value: float) -> tuple[Any, float]:
    """Leave out the last digits, which a cell does not hold."""
    return at if isinstance(at, str) else round(at, 12), round(value, 12)


def of_view(chart: Chart, lang: str) -> list[tuple[str, list[tuple[Any, float]]]]:
    return [
        (
            one.name.in_(lang),
            [
                near(at.in_(lang) if isinstance(at, Text) else at, value)
                for at, value, _ in one.points
            ],
        )
        for one in office_chart(chart).series
    ]


def printed(sheet: Any) -> str:
    return "\n".join(str(one.value) for row in sheet for one in row if one.value is not None)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_workbook_has_the_series_words_and_sources_of_the_view(
    two: Atlas, kind: str, lang: str
) -> None:
    sheet, chart = book(two, SUBJECTS[kind], lang), chart_of(two, SUBJECTS[kind])
    assert in_cells(sheet) == of_view(chart, lang)
    text = printed(sheet)
    told = (chart.title, chart.sentence, *chart.notes, *chart.marks)
    assert [one.in_(lang) for one in told if one.in_(lang) not in text] == []
    assert [one for one in chart.sources if two.sources[one].named.in_(lang) not in text] == []
    for row in chart.table.rows:
        assert all(one.in_(lang) in text for one in row)
    (drawn,) = sheet._charts
    title = "".join(run.t for part in drawn.title.tx.rich.p for run in part.r)
    assert title == chart.sentence.in_(lang)


def test_numbers_are_those_that_the_view_draws(two: Atlas) -> None:
    (_, values), *_ = in_cells(book(two, SUBJECTS["bars"]))
    assert [value for _, value in values] == sorted((value for _, value in values), reverse=True)
    chart = chart_of(two, SUBJECTS["bars"])
    drawn = {one.name.zh: as_exported(one, chart.indicator) for one in chart.areas()}
    assert all(drawn[name] == value for name, value in values)


def test_no_program_joins_what_the_line_does_not(made_up: Atlas, published_release: Atlas) -> None:
    parted = 0
    for atlas in (made_up, published_release):
        for id_ in list(atlas.indicators):
            chart = chart_of(atlas, Subject(id_, chart="line"))
            assert isinstance(chart, LineChart)
            if not any(one.points for one in chart.lines) and not chart.targets:
                continue
            runs = [one for one in office_chart(chart).series if not one.goal]
            found = sorted(
                (one.at, then.at, one.value, then.value)
                for each in runs
                for one, then in pairwise(each.points)
            )
            joined = sorted(
                (one.year, then.year, *(as_exported(end.area, chart.indicator)
                                        for end in (one, then)))
                for line in chart.lines
                for one, then in line.joined
            )  # fmt: skip
            assert found == joined, id_
            parted += len(runs) > len([one for one in chart.lines if one.points])
    assert parted


def test_goals_are_points_of_their_own_without_a_line(published_release: Atlas) -> None:
    made = office_chart(chart_of(published_release, Subject("talent_total", chart="line")))
    goals = [one for one in made.series if one.goal]
    assert goals
    assert not any(one.joined for one in goals)
    sheet = book(published_release, Subject("talent_total", chart="line"))
    (chart,) = sheet._charts
    last = chart.series[-1]
    assert last.marker.symbol == "diamond"
    assert last.graphicalProperties.line.noFill


def test_estimates_are_hatched_and_hollow(made_up: Atlas) -> None:
    for id_ in made_up.indicators:
        chart = chart_of(made_up, Subject(id_, chart="line"))
        points = [one for line in getattr(chart, "lines", ()) for one in line.points]
        if any(one.estimated for one in points):
            (drawn,) = book(made_up, Subject(id_, chart="line"))._charts
            hollow = sum(
                one.marker.graphicalProperties.solidFill.srgbClr == "FFFFFF"
                for each in drawn.series
                for one in each.dPt
            )
            assert hollow == sum(one.estimated for one in points)
            return
    pytest.fail("no line of the demonstration has an estimate")


def test_parts_of_a_total_are_stacked_to_the_whole(published_release: Atlas) -> None:
    subject = Subject("talent_total", chart="stack", year=2020)
    chart = chart_of(published_release, subject)
    assert office_chart(chart).form is SeriesForm.SHARES
    sheet = book(published_release, subject)
    (drawn,) = sheet._charts
    assert (drawn.grouping, drawn.overlap) == ("percentStacked", 100)
    assert in_cells(sheet) == of_view(chart, "zh")


def test_the_same_asked_gives_the_same_bytes_by_command_and_by_address(
    release: Path, client: FlaskClient, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    words = ["figure", "talent", "--chart", "bars", "--year", "2020", "--data", str(release)]
    result = CliRunner().invoke(main, [*words, "-o", str(path)])
    assert result.exit_code == 0, result.output
    answer = client.get("/figure.xlsx?indicator=talent&chart=bars&year=2020")
    assert answer.status_code == 200
    assert answer.content_type.endswith("spreadsheetml.sheet")
    assert answer.data == path.read_bytes()


def test_what_is_no_chart_and_what_has_nothing_to_draw_is_refused(
    atlas: Atlas, client: FlaskClient, tmp_path: Path
) -> None:
    answer = client.get("/figure.xlsx?indicator=talent&year=2020")
    assert answer.status_code == 400
    assert "只用于图表" in answer.text
    assert client.get("/figure.xlsx?indicator=talent&chart=bars&grey=1").status_code == 400
    assert client.get("/figure.exe?indicator=talent").status_code == 404
    path = tmp_path / "a.xlsx"
    result = CliRunner().invoke(main, ["figure", "talent", "-o", str(path)])
    assert result.exit_code != 0
    assert not path.exists()
    with pytest.raises(RequestError, match="没有可以画出的数"):
        book(atlas, Subject("talent_high", chart="line", areas=("150627",)))


def test_the_format_follows_the_name() -> None:
    assert format_by_name("图 1.PDF") == "pdf"
    assert format_by_name("图.xlsx") == "xlsx"
    with pytest.raises(NotFoundError, match="png"):
        format_by_name("图.docx")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_slide_has_the_series_and_the_sentence_of_the_view(
    two: Atlas, kind: str, lang: str
) -> None:
    given = (two, SUBJECTS[kind], "pptx", Sheet(lang=lang))
    content = draw_file(*given, dpi=300, grey=False).content
    assert content == draw_file(*given, dpi=300, grey=False).content
    (slide,) = pptx.Presentation(io.BytesIO(content)).slides
    chart = chart_of(two, SUBJECTS[kind])
    (drawn,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    found = [
        (one.name, [round(value, 12) for value in one.values if value is not None])
        for one in drawn.plots[0].series
    ]
    assert found == [
        (name, [value for _, value in points]) for name, points in of_view(chart, lang)
    ]
    assert slide.shapes.title.text == chart.sentence.in_(lang)
    text = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    told = (*chart.notes, *chart.marks, *(two.sources[one].named for one in chart.sources))
    assert all(one.in_(lang) in text for one in told)


def test_a_slide_leaves_by_http(client: FlaskClient) -> None:
    answer = client.get("/figure.pptx?indicator=talent&chart=bars&year=2020")
    assert answer.status_code == 200
    assert answer.content_type.endswith("presentationml.presentation")
