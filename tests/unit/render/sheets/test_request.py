"""What a sheet may show: the kinds of sheets by command and by address, and what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from pypdf import PdfReader

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.errors import NotFoundError, RequestError, Text
from geomap.release.open import open_release
from geomap.render.drawing.scene import Shape
from geomap.render.sheets.bullet_sheet import choices, compose_bullets
from geomap.render.sheets.captions import title_of_several
from geomap.render.sheets.draw import draw_sheet
from geomap.render.sheets.kinds.several_maps import several
from geomap.render.sheets.kinds.two_indicators import both_views
from geomap.render.sheets.paper import PAPERS, Sheet
from geomap.render.sheets.request import scene_of
from geomap.render.sheets.subject import Subject
from geomap.views.plans.verdicts import Outcome
from tests.support.toy import TOY, ToyRelease, write_toy

KINDS: Mapping[str, tuple[list[str], str]] = {
    "change": (
        ["density", "--from", "2020", "--year", "2021"],
        "indicator=density&from=2020&year=2021",
    ),
    "years": (["talent", "--years", "all"], "indicator=talent&years=all"),
    "categories": (
        ["--categories", "talent,talent_high,population"],
        "categories=talent,talent_high,population",
    ),
    "bivariate": (
        ["density", "--year", "2020", "--bivariate", "talent"],
        "indicator=density&year=2020&bivariate=talent",
    ),
    "circles": (["density", "--compare", "talent:2020"], "indicator=density&compare=talent:2020"),
    "line": (
        ["talent", "--chart", "line", "--area", "150602,150603"],
        "indicator=talent&chart=line&areas=150602,150603",
    ),
    "bars": (["talent", "--chart", "bars"], "indicator=talent&chart=bars"),
    "slope": (
        ["talent", "--chart", "slope", "--from", "2020", "--year", "2021"],
        "indicator=talent&chart=slope&from=2020&year=2021",
    ),
    "scatter": (
        ["density", "--chart", "scatter", "--year", "2021", "--bivariate", "talent"],
        "indicator=density&chart=scatter&year=2021&bivariate=talent",
    ),
    "progress": (["--progress", "city", "--as-of", "2022"], "progress=city&as_of=2022"),
}
MORE = "".join(
    f"{area},{indicator},{year},{value},人,actual,reported,表3,,\n"
    for year, indicator, values in (
        (2021, "population", (520, 330, 190)),
        (2021, "talent", (60, 20, 10)),
        (2020, "talent_high", (8, 3, 2)),
    )
    for area, value in zip(("150602", "150603", "150627"), values, strict=True)
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the toy world with a second year and a second kind of talent."""
    return write_toy(
        tmp_path_factory.mktemp("two"), {"stats/plan.csv": TOY["stats/plan.csv"] + MORE}
    )


@pytest.fixture(scope="module")
def atlas(release: Path) -> Atlas:
    return open_release(release)


@pytest.fixture(scope="module")
def client(atlas: Atlas) -> FlaskClient:
    return create_app(atlas).test_client()


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
def test_every_kind_has_the_same_bytes_by_command_and_by_address(
    kind: str, release: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.svg"
    words, query = KINDS[kind]
    result = run("figure", *words, "--layers", "base", "--data", release, "-o", path)
    assert result.exit_code == 0, result.output
    answer = create_app(release).test_client().get(f"/figure.svg?{query}&layers=base")
    assert answer.status_code == 200, answer.text
    assert path.read_bytes() == answer.data


def test_small_multiples_of_all_years_have_them_in_order(atlas: Atlas) -> None:
    views = several(atlas, Subject("talent", years=("all",)))
    assert [view.year for view in views] == [2020, 2021]


def test_categories_drawn_as_fill_share_bounds_and_colours(atlas: Atlas) -> None:
    asked = Subject(categories=("talent", "talent_high"), representation="fill")
    first, second = several(atlas, asked)
    assert first.legend.bounds == second.legend.bounds
    assert first.legend.colours == second.legend.colours
    values = [one.value for view in (first, second) for one in view.areas if one.value is not None]
    assert first.legend.bounds[0] == min(values)
    assert first.legend.bounds[-1] >= max(values)


def test_a_title_names_three_indicators_and_counts_more(atlas: Atlas) -> None:
    many = ("talent", "talent_high", "population")
    scene, _ = scene_of(atlas, Subject(categories=many))
    assert "人才总量、高层次人才、常住人口" in scene.title
    views = several(atlas, Subject(categories=many))
    parts = [
        replace(view, indicator=replace(view.indicator, name=Text(str(at), ""), part_of="talent"))
        for at, view in enumerate([*views, views[0]])
    ]
    assert "人才总量的组成" in title_of_several(atlas, parts, Sheet())


def test_indicators_of_different_units_do_not_stand_side_by_side(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="平方公里"):
        several(atlas, Subject(categories=("talent", "density")))


def test_an_indicator_without_two_parts_is_refused(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="组成部分"):
        several(atlas, Subject("talent", categories=("all",)))


def test_one_year_alone_is_no_small_multiple(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="2020"):
        several(atlas, Subject("talent", years=("2020",)))
    with pytest.raises(NotFoundError, match="2020"):
        several(atlas, Subject("talent", years=("1999", "2020")))


def test_the_second_of_two_indicators_is_of_the_year_of_the_first(atlas: Atlas) -> None:
    across, up = both_views(atlas, Subject("density", year=2020, bivariate="talent"))
    assert (across.year, up.year) == (2020, 2020)
    assert up.representation == "fill"
    with pytest.raises(RequestError, match="两个不同"):
        both_views(atlas, Subject("density", bivariate="density"))


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (Subject("density", since=2020, years=("all",)), "from 不能与 years 同用"),
        (Subject("density", bivariate="talent", palette="Reds"), "palette 不能与 bivariate"),
        (Subject("density", progress="city"), "indicator 不能与 progress 同用"),
        (Subject("density", as_of=2020), "as_of 要与 progress 同用"),
        (Subject("density", accept_break=True), "definitions 要与 from 同用"),
    ],
)
def test_what_does_not_go_together_is_refused(subject: Subject, said: str, atlas: Atlas) -> None:
    with pytest.raises(RequestError) as refusal:
        scene_of(atlas, subject)
    assert said in refusal.value.text.zh


def test_two_indicators_in_grey_are_refused_with_what_can_be_told_apart(
    client: FlaskClient,
) -> None:
    answer = client.get("/figure.svg?indicator=density&year=2020&bivariate=talent&grey=true")
    assert answer.status_code == 400
    assert "compare" in answer.text


def test_bars_stand_beside_one_map_only(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="bars"):
        scene_of(atlas, Subject("talent", years=("all",)), Sheet(bars=True))


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("indicator=density&years=1999,2020", 404, "2020"),
        ("indicator=density&bivariate=none", 404, "talent"),
        ("indicator=density&years=all&compare=talent", 400, "years"),
        ("progress=none", 404, "city"),
        ("indicator=density&chart=pie", 404, "scatter"),
        ("indicator=density&chart=line&areas=1", 404, "150602"),
        ("indicator=density&chart=bars&palette=Reds", 400, "palette"),
        ("progress=city&as_of=1", 400, "as_of"),
    ],
)
def test_an_address_is_refused_with_what_there_is(
    client: FlaskClient, query: str, status: int, said: str
) -> None:
    answer = client.get(f"/figure.svg?{query}")
    assert answer.status_code == status
    assert said in answer.text


def test_a_command_without_an_indicator_says_what_goes_without(
    release: Path, tmp_path: Path
) -> None:
    result = run("figure", "--data", release, "-o", tmp_path / "a.svg")
    assert result.exit_code == 1
    assert "--progress" in result.stderr


# --- bullets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bullets_stay_on_the_sheet_and_name_their_verdict(
    size: str, lang: str, atlas: Atlas
) -> None:
    (scene,), year = compose_bullets(atlas, "city", Sheet(size=size, lang=lang), as_of=2022)
    assert year == 2022
    words = scene.words()
    assert all(0 <= one.x <= scene.width_mm and 0 <= one.y <= scene.height_mm for one in words)
    verdicts = {outcome.label.zh if lang == "zh" else outcome.label.en for outcome in Outcome}
    assert verdicts & {one.text for one in words}
    assert min(one.size_pt for one in words) >= 4  # the small years beside the values
    points = [p for g in scene.groups for i in g.items if isinstance(i, Shape) for p in i.rings[0]]
    assert all(0 <= x <= scene.width_mm and 0 <= y <= scene.height_mm for x, y in points)


LONG = {
    "zh": "国家级和自治区级重点实验室与工程技术研究中心",
    "en": "Laboratories of the nation and region",
}


@pytest.fixture
def crowded(toy_release: ToyRelease) -> Atlas:
    """Give a toy world whose one site has a target alone and whose other has sixty."""
    head = "site,item,name_zh,name_en,date,value,text,unit,kind,status,source,locator,quote,note\n"
    rows = "".join(
        f"{'b1' if at else 'b3'},i{at},{LONG['zh']}{at},{LONG['en']} {at},2025,{at + 1},,个,target,"
        f"reported,plan,第一节,,\n"
        for at in range(61)
    )
    third = "b3,独一基地,Lone,base,市级,150602,109.6,39.6,exact,,实测,,plan,第一节,\n"
    edits = {"sites/figures.csv": head + rows, "sites/base.csv": lambda text: text + third}
    return open_release(toy_release(edits))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.slow
def test_bullets_that_need_several_pages_get_them_with_every_name_whole(
    lang: str, crowded: Atlas
) -> None:
    sheet = Sheet(lang=lang)
    scenes, _ = compose_bullets(crowded, "150602", sheet, as_of=2022)
    assert len(scenes) > 1
    assert all(f"{at} of {len(scenes)}" in scene.title or f"第 {at} 页" in scene.title
               for at, scene in enumerate(scenes, start=1))  # fmt: skip
    # Names are broken into lines, never cut.
    assert not any("···" in one.text for scene in scenes for one in scene.words())
    said = ["".join(one.text for one in scene.words()).replace(" ", "") for scene in scenes]
    names = [f"{LONG[lang]}{'' if lang == 'zh' else ' '}{at}" for at in range(61)]
    assert sum(one.count(LONG[lang].replace(" ", "")) for one in said) == len(names)
    for scene in scenes:
        assert all(0 <= one.y <= scene.height_mm for one in scene.words())
    (only,), _ = compose_bullets(crowded, "150602", sheet, as_of=2022, alone=True)
    left = {"zh": r"另 (\d+) 个目标见 PDF", "en": r"(\d+) more targets in the PDF"}[lang]
    found = re.search(left, only.title)
    assert found
    shown = "".join(one.text for one in only.words()).replace(" ", "")
    assert shown.count(LONG[lang].replace(" ", "")) == 61 - int(found[1])


@pytest.mark.slow
def test_a_group_of_one_target_has_no_heading_of_its_own(crowded: Atlas) -> None:
    scenes, _ = compose_bullets(crowded, "150602", Sheet(), as_of=2022)
    words = [one.text for scene in scenes for one in scene.words()]
    # Over the columns only: one for each column of each page.
    assert words.count("判断") <= 3 * len(scenes)
    assert words.count("独一基地") == 1


@pytest.mark.slow
def test_a_pdf_of_bullets_has_all_pages_and_a_png_says_what_it_lacks(crowded: Atlas) -> None:
    subject = Subject(progress="150602", as_of=2022)
    drawn = draw_sheet(crowded, subject, "pdf", Sheet())
    pages = PdfReader(io.BytesIO(drawn.content), strict=True).pages
    assert len(pages) > 1
    assert f"第 2 页，共 {len(pages)} 页" in pages[1].extract_text().replace("\n", "")
    assert "个目标见 PDF" in draw_sheet(crowded, subject, "svg", Sheet()).title


@pytest.mark.slow
def test_a_target_that_is_not_known_yet_says_so_beside_the_bar(crowded: Atlas) -> None:
    (scene, *_), _ = compose_bullets(crowded, "150602", Sheet(lang="en"), as_of=2022)
    ends = {one.anchor for one in scene.words() if one.text == "no public figure"}
    assert ends == {"end"}  # in the column of the actuals, where no mark of a target crosses it


def test_bullets_of_what_there_is_not_are_refused_with_what_there_is(atlas: Atlas) -> None:
    assert choices(atlas, 2022)[0] == "city"
    with pytest.raises(NotFoundError, match="city"):
        compose_bullets(atlas, "nowhere")
