"""The dialog that shows the map as a finished sheet, and gives it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from tests.support.browser import DESKTOP, LAPTOP, Screen, Site
from tests.support.page import violations

pytestmark = pytest.mark.browser
KINDS = {
    "years": {"years": ["all"]},
    "bivariate": {"bivariate": ["talent_share"], "year": ["2021"]},
    "progress": {"progress": ["city"]},
    "line": {"chart": ["line"]},
    "scatter": {"chart": ["scatter"], "bivariate": ["talent_share"], "year": ["2021"]},
}
ADDRESS = "/?indicator=talent_per_10k&year=2021&layers=base"


def opened(screen: Screen, demo: Site, address: str = ADDRESS) -> Screen:
    # Worked out once: what the public may see of the demonstration takes many seconds.
    drawn = demo.app.test_client().get("/figure.svg?indicator=population&audience=public")
    assert drawn.status_code == 200
    screen.open(demo, address)
    screen.click("#leave summary")
    screen.click("#image-open")
    screen.until(lambda: width(screen) > 0, "there is no preview")
    return screen


def width(screen: Screen) -> int:
    return int(screen.page.evaluate("() => document.getElementById('image-preview').naturalWidth"))


def asked(screen: Screen) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(screen.find("#image-download").get_attribute("href") or "")
    return parts.path, parse_qs(parts.query)


def test_the_dialog_shows_and_gives_the_sheet_that_is_asked_for(
    screen: Screen, demo: Site, tmp_path: Path
) -> None:
    opened(screen, demo)
    assert_the_link_asks_for_what_the_map_shows(screen)
    assert_only_kinds_that_can_be_drawn_are_offered(screen)
    for mode, asks in KINDS.items():
        assert_another_kind_is_shown_and_asked_for(screen, mode, asks)
    assert_a_chart_is_given_to_office_too(screen, demo)
    screen.choose("#image-form [name=mode]", "")
    assert_the_image_that_is_taken_is_a_sheet_at_its_resolution(screen, tmp_path)
    assert_a_choice_changes_preview_and_link(screen)
    assert_a_refusal_is_told_in_words(screen)


def assert_a_chart_is_given_to_office_too(screen: Screen, demo: Site) -> None:
    screen.choose("#image-form [name=mode]", "line")
    for office in ("xlsx", "pptx"):
        screen.choose("#image-form [name=format]", office)
        link = screen.find("#image-download").get_attribute("href") or ""
        assert urlsplit(link).path == f"/figure.{office}"
        answer = demo.app.test_client().get(link)
        assert answer.status_code == 200, answer.text
        assert answer.data.startswith(b"PK")
    screen.choose("#image-form [name=mode]", "years")  # of maps there is none
    assert asked(screen)[0] == "/figure.png"


def assert_the_link_asks_for_what_the_map_shows(screen: Screen) -> None:
    assert width(screen) == 1123  # A4: 297 mm at 96 dpi
    path, query = asked(screen)
    assert path == "/figure.png"
    assert query == {
        "indicator": ["talent_per_10k"],
        "year": ["2021"],
        "shared": ["true"],
        "layers": ["base"],
        "lang": ["zh"],
        "size": ["a4"],
        "audience": ["public"],
        "dpi": ["300"],
    }


def assert_only_kinds_that_can_be_drawn_are_offered(screen: Screen) -> None:
    values = screen.page.evaluate(
        "() => [...document.querySelectorAll('#image-form [name=mode] option:enabled')]"
        ".map((one) => one.value)"
    )
    assert values == [
        "", "years", "compare", "bivariate", "progress", "line", "bars", "slope", "scatter",
    ]  # fmt: skip
    assert not screen.find("#image-form [name=with]").is_visible()


def assert_another_kind_is_shown_and_asked_for(
    screen: Screen, mode: str, asks: dict[str, list[str]]
) -> None:
    before = screen.find("#image-preview").get_attribute("src")
    screen.choose("#image-form [name=mode]", mode)
    told = {"dpi", "lang", "layers", "size", "audience"}
    path, query = asked(screen)
    assert path == "/figure.png", mode
    left = {name: value for name, value in query.items() if name not in told}
    assert left == asks | ({} if mode == "progress" else {"indicator": ["talent_per_10k"]})
    assert screen.find("#image-preview").get_attribute("src") != before, mode
    screen.until(
        lambda: "waiting" not in (screen.find("#image").get_attribute("class") or ""),
        f"{mode} was never drawn",
    )
    assert width(screen) == 1123, mode
    assert screen.find("#image-form [name=bars]").is_disabled(), mode
    assert screen.find("#image-form [name=grey]").is_disabled() == (mode == "bivariate")


def assert_the_image_that_is_taken_is_a_sheet_at_its_resolution(
    screen: Screen, tmp_path: Path
) -> None:
    screen.choose("#image-form [name=size]", "half")
    screen.choose("#image-form [name=dpi]", "150")
    with screen.page.expect_download() as download:
        screen.click("#image-download")
    download.value.save_as(tmp_path / "taken.png")
    assert download.value.suggested_filename == "鄂尔多斯市每万人口人才数（2021年）.png"
    with Image.open(tmp_path / "taken.png") as image:
        assert image.size == (886, 650)


def assert_a_choice_changes_preview_and_link(screen: Screen) -> None:
    screen.until(lambda: width(screen) == 567, "the preview stayed as it was")
    screen.choose("#image-form [name=format]", "pdf")
    screen.click("#image-form [name=grey]")
    path, query = asked(screen)
    assert path == "/figure.pdf"
    assert (query["size"], query["grey"]) == (["half"], ["true"])
    assert "dpi" not in query
    assert screen.find("#image-form [name=dpi]").is_disabled()


def assert_a_refusal_is_told_in_words(screen: Screen) -> None:
    screen.find("#image-form [name=maker]").fill("😀")
    screen.press("Tab")
    screen.until(lambda: "U+1F600" in screen.text("#image-problem"), "nothing was said")
    assert all("400" in one for one in screen.faults)
    screen.faults.clear()  # the image that was refused is what this is about


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_dialog_fits_the_window_and_has_no_violations(
    screen: Screen, demo: Site, lang: str
) -> None:
    opened(screen, demo, f"{ADDRESS}&lang={lang}")
    for size in (LAPTOP, DESKTOP):
        screen.resize(size)
        left, top, right, bottom = screen.box("#image")
        assert left >= 0
        assert top >= 0
        assert right <= size[0]
        assert bottom <= size[1]
        assert violations(screen, lang, "#image") == ""
    screen.press("Escape")
    assert not screen.find("#image").is_visible()
