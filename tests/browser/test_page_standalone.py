"""What leaves the server or reaches it: files, print, foreign text, new releases."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from geomap.cli import main
from geomap.release.editions import for_audience
from tests.support.browser import Screen, Site
from tests.support.page import INTERNAL, SYNTHETIC, assert_labels, open_file, violations
from tests.support.toy import CATALOGUE, TOY, ToyRelease, write_toy

pytestmark = pytest.mark.browser
IMAGE, SCRIPT = "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_map_in_a_file_works_without_any_network(
    screens: Callable[..., Screen], tmp_path: Path, lang: str
) -> None:
    path = tmp_path / "map.html"
    asked = ["map", "population_density", "--year", "2020", "--lang", lang, "-o", str(path)]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    screen = open_file(screens(offline=True), path)
    assert [row["value"] for row in screen.ranking()][:2] == ["318.5", "267.0*"]
    assert_labels(screen, "#map")
    assert screen.text(".mark") == INTERNAL[lang]
    screen.click("#ranking .number")
    expect(screen.find("#source .figure")).to_have_count(2)
    assert "表2-1 各旗区常住人口" in screen.text("#source")
    assert violations(screen, lang) == ""
    screen.press("Escape")
    screen.pick({"zh": "常住人口", "en": "Resident population"}[lang])
    assert screen.find(".leaflet-circles-pane path").count() == 9
    screen.area({"zh": "康巴什区", "en": "Kangbashi District"}[lang]).focus()
    screen.press("Enter")
    assert "318.5" in screen.text("#profile")
    assert screen.requests == [path.as_uri()]


def test_the_download_is_a_file_that_works_without_network(
    screens: Callable[..., Screen], demo: Site, tmp_path: Path
) -> None:
    for_audience(demo.atlas)  # takes many seconds the first time, and a click waits for the answer
    served = screens().open(demo, "/?indicator=talent_per_10k&year=2021")
    served.click("#leave summary")
    with served.page.expect_download() as download:
        served.click("#download")
    path = tmp_path / "taken.html"
    download.value.save_as(path)
    assert download.value.suggested_filename.endswith(".html")
    screen = open_file(screens(offline=True), path)
    assert screen.text("#year-now") == "2021"
    assert screen.ranking() == served.ranking()
    assert screen.text(".synthetic") == SYNTHETIC["zh"]
    assert screen.text(".mark").split("\u3000") == [SYNTHETIC["zh"], INTERNAL["zh"]]
    screen.find("#year").focus()
    screen.press("End")
    assert screen.text("#year-now") == "2025"
    screen.click("#compare")
    screen.until(lambda: screen.labels("#second"), "there is no second map")


def test_the_commands_own_server_gives_a_page_that_works(screen: Screen, demo: Site) -> None:
    command = [sys.executable, "-m", "geomap", "serve", "--demo", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
            assert found
            screen.open(Site(found[0], demo.atlas, demo.app), "/?indicator=talent_per_10k")
            assert len(screen.labels()) == 9
            screen.choose("#classes", "3")
            screen.until(lambda: screen.find("#legend li rect").count() == 3, "no three classes")
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    "query", ["indicator=population_density", "indicator=talent_per_10k&area=150603"]
)
def test_print_gives_one_sheet_of_a4_with_the_whole_map(
    screen: Screen, demo: Site, query: str
) -> None:
    screen.open(demo, f"/?{query}")
    before = screen.areas(), screen.labels()
    paper = screen.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    assert box
    assert [float(one) for one in box.groups()] == pytest.approx([841.9, 595.3], abs=2)
    screen.settle()
    screen.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    screen.settle()
    assert_labels(screen, "#map")
    left, top, right, bottom = screen.box("#map_geomap")
    for path in screen.find("#map path[role=button]").all():
        area = path.bounding_box()
        assert area
        assert left <= area["x"]
        assert area["x"] + area["width"] <= right
        assert top <= area["y"]
        assert area["y"] + area["height"] <= bottom
    assert screen.find("#table").is_visible()
    assert screen.find(".mark").is_visible()
    assert screen.find(".tools").is_hidden()
    screen.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    screen.settle()
    assert screen.areas() == before[0]
    assert screen.find(".tools").is_visible()


@pytest.fixture
def hostile(toy_release: ToyRelease) -> Path:
    """Make a release whose names and notes are HTML."""
    catalogue = json.loads(json.dumps(CATALOGUE))
    for one in catalogue["indicators"]:
        one["name_zh"] += IMAGE
        one["definition_zh"] = SCRIPT
    return toy_release(
        {
            "indicators.json": json.dumps(catalogue, ensure_ascii=False),
            "sources.json": lambda text: text.replace("人才规划", f"规划{SCRIPT}"),
            "site_kinds.json": lambda text: text.replace('"基地"', f'"基地{IMAGE}"'),
            "boundaries/units.csv": lambda text: text.replace(
                "康巴什区,康巴什,", f"康巴什{IMAGE}区,康巴什{SCRIPT},"
            ),
            "stats/plan.csv": lambda text: text.replace("初步数", SCRIPT).replace(
                "“五十人”", f"五十{IMAGE}"
            ),
            "sites/base.csv": lambda text: text.replace("甲基地", f"甲{IMAGE}").replace(
                "乙基地", f"乙{SCRIPT}"
            ),
            "sites/offshore.csv": lambda text: text.replace("北京离岸", f"北京{IMAGE}"),
            "sites/figures.csv": lambda text: text.replace("启动运行", f"启动{SCRIPT}"),
        }
    )


def harmless(screen: Screen) -> None:
    """No element has come of foreign text, and no script has run."""
    assert screen.find("img:not(#image-preview)").count() == 0
    assert screen.page.evaluate(
        "() => [...document.scripts].every(one => !one.textContent.startsWith('alert'))"
    )


def test_html_in_names_is_shown_as_text(
    screen: Screen, serving: Callable[[Path], Site], hostile: Path
) -> None:
    screen.page.on("dialog", lambda box: screen.faults.append(box.message))
    site = serving(hostile)
    screen.open(site, "/?indicator=talent&year=2020&layers=base,offshore&area=150603")
    for selector in ("#title", "#tree", "#layers", "#legend"):
        assert IMAGE in screen.text(selector)
    assert IMAGE in screen.text("#profile h2")
    assert any(SCRIPT in one["name"] for one in screen.labels())
    assert SCRIPT in screen.text("#map-sources")
    assert SCRIPT in screen.text("#definition")
    assert IMAGE in screen.text("#outside")
    assert IMAGE in screen.areas()[1]["said"]
    screen.find(".leaflet-marker-icon.site").hover()
    assert IMAGE in screen.text(".leaflet-tooltip")
    harmless(screen)
    screen.click("#ranking .number")
    expect(screen.find("#source .figure").first).to_be_visible()
    assert IMAGE in screen.text("#source blockquote")
    harmless(screen)
    for path in ("/sources?id=plan", "/?indicator=nothing"):
        screen.open(site, path, status=200 if "sources" in path else 404)
        assert IMAGE in screen.page.content().replace("&lt;", "<").replace("&gt;", ">")
        harmless(screen)


def test_html_in_names_is_shown_as_text_in_a_file_too(
    screens: Callable[..., Screen], hostile: Path, tmp_path: Path
) -> None:
    path = tmp_path / "map.html"
    done = CliRunner().invoke(main, ["map", "talent", "--data", str(hostile), "-o", str(path)])
    assert done.exit_code == 0, done.output
    screen = screens(offline=True)
    screen.page.on("dialog", lambda box: screen.faults.append(box.message))
    open_file(screen, path)
    assert IMAGE in screen.text("#title")
    harmless(screen)


def test_a_new_release_is_shown_after_a_reload_and_a_half_written_one_is_not(
    screen: Screen, serving: Callable[[Path], Site], tmp_path: Path
) -> None:
    release = write_toy(tmp_path / "release")
    address = "/?indicator=population&year=2020"
    site = serving(release)

    def value() -> str:
        site.app.extensions["geomap.releases"]._due = 0.0  # looked at once a second else
        screen.open(site, address)
        return {row["name"]: row["value"] for row in screen.ranking()}["东胜区"]

    assert value() == "500"
    stats = TOY["stats/plan.csv"].replace(
        "150602,population,2020,500", "150602,population,2020,501"
    )
    (release / "stats/plan.csv").write_text(stats[:150], encoding="utf-8")
    (release / "datapackage.json").touch()
    assert value() == "500"
    write_toy(release, {"stats/plan.csv": stats})
    screen.until(lambda: value() == "501", "the new release was not taken up")
