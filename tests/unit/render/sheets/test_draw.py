"""A map as a file: by Python, by command and by address; what each refuses and how."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.errors import NotFoundError, RequestError
from geomap.render.drawing.font import GlyphError
from geomap.render.sheets.draw import draw_figure, draw_sheet, figure_name
from geomap.render.sheets.kinds.one_map import circle_view as compared_view
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.subject import Subject
from geomap.views.maps.view import map_view
from tests.support.toy import ToyRelease

ASKED = "indicator=density&year=2020"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def client(atlas: Atlas) -> FlaskClient:
    return create_app(atlas).test_client()


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def words_of(svg: bytes) -> str:
    return "\n".join(one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text"))


def test_a_figure_shows_the_title_of_its_view(atlas: Atlas) -> None:
    view = map_view(atlas, "density", year=2020)
    assert view.title.zh in words_of(draw_figure(atlas, view, "svg"))
    assert view.title.en in words_of(draw_figure(atlas, view, "svg", Sheet(lang="en")))


def test_all_formats_have_the_size_of_the_sheet(atlas: Atlas) -> None:
    view = map_view(atlas, "density", year=2020)
    sheet = Sheet(size="half")  # 150 × 110 mm
    image = Image.open(io.BytesIO(draw_figure(atlas, view, "png", sheet, dpi=254)))
    assert image.size == (1500, 1100)
    box = PdfReader(io.BytesIO(draw_figure(atlas, view, "pdf", sheet))).pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx((425.197, 311.811), abs=0.001)
    root = ET.fromstring(draw_figure(atlas, view, "svg", sheet))
    assert (root.get("width"), root.get("height")) == ("150mm", "110mm")


def test_the_pdf_says_the_same_words_as_the_svg(atlas: Atlas) -> None:
    view = map_view(atlas, "density", year=2020)
    found = PdfReader(io.BytesIO(draw_figure(atlas, view, "pdf"))).pages[0].extract_text()
    told = [line for line in words_of(draw_figure(atlas, view, "svg")).split("\n") if len(line) > 5]
    assert len(told) > 5
    squeezed = "".join(found.split())
    assert [line for line in told if "".join(line.split()) not in squeezed] == []


def test_a_date_goes_into_the_file_only_as_a_date(atlas: Atlas) -> None:
    view = map_view(atlas, "density", year=2020)
    assert b"<dc:date" in draw_figure(atlas, view, "svg", Sheet(made="2025-03-01"))
    loose = draw_figure(atlas, view, "svg", Sheet(made="2025年3月"))
    assert b"<dc:date" not in loose
    assert "2025年3月" in words_of(loose)


def test_another_indicator_lies_over_the_fill_as_circles(atlas: Atlas) -> None:
    circles = compared_view(atlas, "talent:2020")
    assert circles is not None
    assert (circles.representation, circles.year) == ("symbol", 2020)
    alone, both = (
        ET.fromstring(draw_sheet(atlas, Subject("density", 2020, compare=one), "svg").content)
        for one in ("", "talent:2020")
    )
    assert len(list(both.iter(f"{SVG}circle"))) > len(list(alone.iter(f"{SVG}circle")))


def test_a_comparison_with_what_there_is_not_is_refused(atlas: Atlas) -> None:
    assert compared_view(atlas, "") is None
    with pytest.raises(NotFoundError, match="talent"):
        compared_view(atlas, "talents")
    with pytest.raises(NotFoundError, match="2020"):
        compared_view(atlas, "talent:1999")


def test_a_title_with_emoji_is_refused_by_name(atlas: Atlas) -> None:
    with pytest.raises(GlyphError, match=r"U\+1F600"):
        draw_figure(atlas, map_view(atlas, "density"), "png", Sheet(title="人才 😀"))


def test_a_size_of_50000_dpi_is_refused_before_anything_is_drawn(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="GB"):
        draw_figure(atlas, map_view(atlas, "density"), "png", dpi=50_000)


def test_a_file_name_says_what_is_shown_and_nothing_a_disk_refuses(atlas: Atlas) -> None:
    view = map_view(atlas, "density", year=2020)
    name = figure_name(view.title.zh, "png")
    assert name.startswith(view.title.zh[:4])
    assert name.endswith(".png")
    assert not set(name) & set('<>:"/\\|?*')


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_command_and_the_server_give_the_same_bytes(
    kind: str, toy_release: ToyRelease, tmp_path: Path
) -> None:
    release, path = toy_release(), tmp_path / f"a.{kind}"
    words = ("density", "--year", 2020, "--size", "half", "--dpi", 96, "--layers", "base")
    result = run("figure", *words, "--data", release, "-o", path)
    assert result.exit_code == 0, result.output
    client = create_app(release).test_client()
    answer = client.get(f"/figure.{kind}?{ASKED}&size=half&dpi=96&layers=base")
    assert answer.status_code == 200, answer.text
    assert path.read_bytes() == answer.data


def test_the_command_refuses_without_leaving_a_file(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    release = toy_release()
    for words in (("--dpi", 50_000), ("--size", "a9"), ("--title", "😀"), ("--layers", "none")):
        result = run("figure", "density", *words, "--data", release, "-o", tmp_path / "a.png")
        assert result.exit_code == 1
        assert "错误：" in result.stderr
    assert not (tmp_path / "a.png").exists()


def test_a_folder_that_cannot_be_written_is_said(toy_release: ToyRelease, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    target = tmp_path / "file" / "a.svg"
    result = run("figure", "density", "--data", toy_release(), "-o", target)
    assert result.exit_code == 1
    assert "无法写入" in result.stderr


def test_what_the_command_writes_is_recorded(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.jsonl"
    monkeypatch.setenv("GEOMAP_AUDIT_LOG", str(log))
    run("figure", "density", "--data", toy_release(), "-o", tmp_path / "a.svg")
    (entry,) = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    assert (entry["what"], entry["format"], entry["audience"]) == ("figure", "svg", "public")
    assert (entry["indicator"], entry["year"]) == ("density", 2020)


def test_the_download_has_a_chinese_name(client: FlaskClient, atlas: Atlas) -> None:
    answer = client.get(f"/figure.png?{ASKED}&dpi=30")
    assert answer.content_type == "image/png"
    told = unquote(answer.headers["Content-Disposition"])
    assert (
        told == f"attachment; filename*=UTF-8''{map_view(atlas, 'density', year=2020).title.zh}.png"
    )


def test_the_preview_is_shown_and_not_kept_as_a_file(client: FlaskClient) -> None:
    answer = client.get(f"/figure-preview.png?{ASKED}&size=half")
    assert "Content-Disposition" not in answer.headers
    assert Image.open(io.BytesIO(answer.data)).size == (567, 416)  # 150 and 110 mm at 96 dpi


def test_a_grey_sheet_by_address_has_one_channel(client: FlaskClient) -> None:
    answer = client.get(f"/figure-preview.png?{ASKED}&grey=true")
    assert Image.open(io.BytesIO(answer.data)).mode == "L"


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        (f"{ASKED}&siz=a4", 400, "size"),
        (f"{ASKED}&size=a9", 400, "a4-portrait"),
        (f"{ASKED}&dpi=0", 400, "30"),
        (f"{ASKED}&dpi=50000", 400, "600"),
        (f"{ASKED}&dpi=many", 400, "600"),
        (f"{ASKED}&grey=yes", 400, "true"),
        (f"{ASKED}&layers=none", 404, "base"),
        (f"{ASKED}&compare=none", 404, "talent"),
        (f"{ASKED}&lang=de", 404, "zh"),
        (f"{ASKED}&audience=all", 400, "public"),
        (f"{ASKED}&maker={'市' * 61}", 400, "60"),
        (f"{ASKED}&maker=😀", 400, "U+1F600"),
        ("indicator=none", 404, "density"),
        ("", 400, "indicator"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_can(
    client: FlaskClient, query: str, status: int, said: str
) -> None:
    answer = client.get(f"/figure.svg?{query}")
    assert answer.status_code == status
    assert said in answer.text
    assert "Content-Disposition" not in answer.headers


def test_a_long_range_is_told_by_its_ends_and_not_number_by_number(client: FlaskClient) -> None:
    answer = client.get(f"/figure.png?{ASKED}&dpi=0")
    assert "30 至 600" in answer.text
    assert "<code>31</code>" not in answer.text


def test_an_unknown_format_by_address_is_refused(client: FlaskClient) -> None:
    answer = client.get(f"/figure.gif?{ASKED}")
    assert answer.status_code == 404
    assert "png" in answer.text
