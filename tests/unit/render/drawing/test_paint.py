"""Sheets as files: sizes, colours and bytes, checked by readers other than our own writers."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from geomap.errors import NotFoundError, RequestError
from geomap.render.drawing.font import GlyphError
from geomap.render.drawing.paint import greyed, paint, require_size
from geomap.render.drawing.png import Canvas
from geomap.render.drawing.png_paths import wound
from geomap.render.drawing.scene import (
    Scene,
    SceneWords,
    Shape,
    Stroke,
)
from tests.support.painting import BLUE, RED, full_sheet, sheet, square

DPI = 254  # ten pixels per millimetre


def pixels(scene: Scene, dpi: int = DPI, grey: bool = False) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(paint(scene, "png", dpi=dpi, grey=grey))))


def test_a_png_is_as_large_as_the_sheet_at_its_dpi() -> None:
    image = Image.open(io.BytesIO(paint(full_sheet(), "png", dpi=300)))
    assert image.size == (472, 354)  # 40 / 25.4 × 300 = 472.4; 30 / 25.4 × 300 = 354.3
    assert image.mode == "RGB"
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_a_png_says_what_it_shows_and_no_date_unless_given() -> None:
    info = Image.open(io.BytesIO(paint(full_sheet(), "png"))).info
    assert (info["Title"], info["Description"]) == ("鄂尔多斯 <1>", "说明 & more")
    assert "Creation Time" not in info
    dated = Image.open(io.BytesIO(paint(full_sheet(), "png", made="2025-03-01"))).info
    assert dated["Creation Time"] == "2025-03-01"


def test_y_runs_down_from_the_top_left_corner() -> None:
    drawn = pixels(sheet(Shape((square(1, 2, 5),), fill=RED)))
    assert drawn[40, 30].tolist() == [0xD6, 0x27, 0x28]
    assert drawn[15, 30].tolist() == drawn[80, 30].tolist() == [255, 255, 255]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_hole_stays_open_however_its_ring_runs(turn: int) -> None:
    rings = (square(2, 2, 12), square(4, 4, 8)[::turn], square(6, 6, 4))
    drawn = pixels(sheet(Shape(rings, fill=RED)))
    assert [drawn[at, at, 1] for at in (30, 50, 80)] == [0x27, 255, 0x27]


def test_rings_within_rings_run_against_each_other() -> None:
    rings = (square(0, 0, 9), square(1, 1, 5), square(2, 2, 2), square(20, 0, 1)[::-1])
    points, sizes = wound([rings])
    # From its second point a square goes down, reversed it goes up.
    turned = points.reshape(4, 4, 2)
    assert sizes.tolist() == [4, 4, 4, 4]
    assert (turned[:, 2, 1] > turned[:, 1, 1]).tolist() == [True, False, True, True]


def test_areas_of_one_colour_side_by_side_meet_without_a_seam() -> None:
    left, right = square(2.03, 2, 10), square(12.03, 2, 10)[::-1]  # run against each other
    drawn = pixels(sheet(Shape((left,), fill=RED), Shape((right,), fill=RED)))
    assert np.unique(drawn[100, 30:200], axis=0).tolist() == [[0xD6, 0x27, 0x28]]


def test_areas_of_one_colour_within_each_others_holes_are_both_drawn() -> None:
    around = Shape((square(2, 2, 20), square(6, 6, 10)), fill=RED)
    drawn = pixels(sheet(around, Shape((square(9, 9, 2),), fill=RED)))
    assert [drawn[y, y].tolist() == [0xD6, 0x27, 0x28] for y in (30, 70, 100)] == [
        True,
        False,
        True,
    ]


def test_the_paper_has_the_colour_asked_for() -> None:
    assert pixels(sheet(background="#102030"))[5, 5].tolist() == [0x10, 0x20, 0x30]


def test_opacity_mixes_with_what_lies_beneath() -> None:
    drawn = pixels(sheet(Shape((square(2, 2, 10),), fill="#000000", opacity=0.5)))
    assert drawn[50, 50].tolist() == pytest.approx([127, 127, 127], abs=1)


def test_words_begin_where_they_are_anchored() -> None:
    def columns(anchor: str) -> tuple[int, int]:
        words = SceneWords(20, 20, "区", 20, anchor=anchor)  # type: ignore[arg-type]
        dark = np.flatnonzero((pixels(sheet(words))[:, :, 0] < 128).any(axis=0))
        return int(dark[0]), int(dark[-1])

    # The character is 20 pt = 70.6 pixels wide and lies a little within that.
    assert 200 <= columns("start")[0] < columns("start")[1] <= 271
    assert 164 <= columns("middle")[0] < columns("middle")[1] <= 236
    assert 129 <= columns("end")[0] < columns("end")[1] <= 200


def test_words_stand_on_their_baseline() -> None:
    dark = np.flatnonzero((pixels(sheet(SceneWords(10, 20, "H", 20)))[:, :, 0] < 128).any(axis=1))
    assert dark[-1] == pytest.approx(199, abs=1)
    assert dark[0] == pytest.approx(200 - 0.733 * 70.6, abs=1.5)


def test_a_halo_clears_what_lies_behind_the_letters() -> None:
    ground = Shape((square(0, 0, 40),), fill="#000000")
    plain = SceneWords(10, 20, "H", 20, colour="#000000")
    halo = SceneWords(10, 20, "H", 20, colour="#000000", halo=Stroke("#ffffff", 1))
    assert pixels(sheet(ground, plain)).max() == 0
    assert pixels(sheet(ground, halo)).max() == 255


def test_bold_letters_have_more_ink() -> None:
    light = pixels(sheet(SceneWords(10, 20, "鄂", 20))).astype(int)
    bold = pixels(sheet(SceneWords(10, 20, "鄂", 20, bold=True))).astype(int)
    assert (255 - bold).sum() > 1.15 * (255 - light).sum()


def test_grey_has_one_channel_and_keeps_the_luminance() -> None:
    image = Image.open(io.BytesIO(paint(full_sheet(), "png", grey=True)))
    assert image.mode == "L"
    # Y of sRGB red is 0.2126; encoded: 1.055 × 0.2126^(1/2.4) − 0.055 = 0.4984, of 255: 127.
    assert pixels(sheet(Shape((square(2, 2, 10),), fill="#ff0000")), grey=True)[50, 50] == 127


def test_every_colour_of_a_grey_sheet_is_grey() -> None:
    shape, _, hatched, line, circle, halo, _ = greyed(full_sheet()).groups[0].items
    assert isinstance(shape, Shape)
    assert shape.fill is not None
    assert shape.fill[1:3] == shape.fill[3:5] == shape.fill[5:7]
    for item in (hatched, line, circle, halo):
        assert BLUE not in repr(item)


def test_a_shape_without_points_is_passed_over() -> None:
    assert pixels(sheet(Shape((), fill=RED), SceneWords(1, 1, " ", 9))).min() == 255


@pytest.mark.slow
def test_the_same_sheet_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    """With another seed for the hashes of text; one process paints all formats."""
    program = (
        "import sys; from pathlib import Path; from tests.support.painting import full_sheet;"
        "from geomap.render.drawing.paint import paint;"
        "[Path(sys.argv[1], one).write_bytes(paint(full_sheet(), one, dpi=96))"
        " for one in sys.argv[2:]]"
    )
    formats = ("png", "svg", "pdf")
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    environment: Mapping[str, str] = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", program, str(tmp_path), *formats]
    subprocess.run(command, env=environment, check=True)
    for one in formats:
        assert (tmp_path / one).read_bytes() == paint(full_sheet(), one, dpi=96)


def test_a_shape_without_fill_lets_the_paper_through() -> None:
    drawn = pixels(sheet(Shape((square(2, 2, 10),), stroke=Stroke(RED, 0.4))))
    assert drawn[70, 70].tolist() == [255, 255, 255]
    assert drawn[20, 70].tolist() == [0xD6, 0x27, 0x28]


def test_a_stroke_shares_the_opacity_of_its_shape() -> None:
    drawn = pixels(sheet(Shape((square(2, 2, 10),), stroke=Stroke("#000000", 1), opacity=0.5)))
    assert drawn[20, 70].tolist() == pytest.approx([127, 127, 127], abs=1)


def test_bands_meet_without_a_seam() -> None:
    """One band of 300 rows against bands of 37: dashes run on, wide lines lose no corner."""
    wide = Shape((square(5, 1, 20),), stroke=Stroke(BLUE, 1.5))
    dashed = Shape((square(6, 2, 20),), stroke=Stroke(RED, 0.4, (2, 1)))
    scene = sheet(*full_sheet().groups[0].items, wide, dashed)
    whole, parts = (
        np.concatenate([band.copy() for band in Canvas(scene, DPI, rows).bands()])
        for rows in (300, 37)
    )
    assert whole.shape == parts.shape == (300, 400, 4)
    assert np.abs(whole.astype(int) - parts).max() <= 1


@pytest.mark.slow
def test_painting_starts_no_pyplot() -> None:
    program = (
        "import sys; from tests.support.painting import full_sheet;"
        "from geomap.render.drawing.paint import paint;"
        "paint(full_sheet(), 'png'); print({'matplotlib.pyplot', 'zhplot'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout.decode().strip() == "set()"


def test_a_character_that_the_font_lacks_is_refused_before_drawing() -> None:
    with pytest.raises(GlyphError, match="U\\+1F600"):
        paint(sheet(SceneWords(1, 1, "😀", 9)), "png")


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFoundError, match=r"png.*svg.*pdf"):
        paint(full_sheet(), "gif")


@pytest.mark.parametrize("dpi", [0, -1, 29, 1201, 50_000])
def test_a_resolution_out_of_bounds_is_refused_with_the_limits(dpi: int) -> None:
    with pytest.raises(RequestError, match=r"30.*1200"):
        require_size(297, 210, dpi)


def test_50000_dpi_is_refused_with_the_memory_it_would_need() -> None:
    # 297 / 25.4 × 50,000 = 584,646; 210 mm: 413,386; × 4 bytes = 900.3 GB.
    with pytest.raises(RequestError, match=r"584,646 × 413,386.*900\.3"):
        require_size(297, 210, 50_000)


def test_too_many_pixels_are_refused() -> None:
    with pytest.raises(RequestError, match="200,000,000"):
        require_size(420, 297, 1200)


@pytest.mark.parametrize("size", [(0, 210), (297, 0), (-1, 5), (float("nan"), 5)])
def test_a_sheet_without_size_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(RequestError, match="0"):
        require_size(*size, 300)
