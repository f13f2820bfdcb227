"""One page that needs no network, and into which no name can smuggle a script."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import folium
import pytest
from playwright.sync_api import Browser, Page

from geomap.atlas import Atlas
from geomap.errors import GeomapError, NotFoundError, RequestError, Text
from geomap.paths import web_dir
from geomap.release.open import open_release
from geomap.webmap.page import (
    DATA_ID,
    Tiles,
    bundle,
    compose_page,
    embed_json,
    later_part,
    leaflet,
    standalone,
    write_map,
)
from tests.support import ROOT
from tests.support.toy import TOY, ToyRelease

EVIL = "<img src=x onerror=alert(1)>"
CLOSER = "</script><script>alert(2)</script><!--"
LINES = "\u2028\u2029"
ADDRESS = re.compile(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[^\s'\"<>)]*")
SVG = "http://www.w3.org/2000/svg"


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


# --- embed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [EVIL, CLOSER, LINES, "&lt;", "]]>", "<!--<script>", "\\u003c"])
def test_no_text_can_end_the_script_element_and_all_comes_back(text: str) -> None:
    written = embed_json({text: [text]})
    assert not set(written) & set("<>&" + LINES)
    assert json.loads(written) == {text: [text]}


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        embed_json([float("nan")])


# --- bundle ---------------------------------------------------------------------------------------


def modules() -> dict[str, str]:
    root = web_dir() / "static/js"
    return {
        path.relative_to(root).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*.js")
    }


def found_at(name: str, other: str) -> str:
    return normpath(join(dirname(name), other))


def reached(first: str) -> set[str]:
    """Give the modules that one of the scripts is joined from."""
    texts = modules()
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            needed = re.findall(r"(?:from |import\()'(\.[\w./]+)\.js'", texts[name])
            waiting += [found_at(name, one) for one in needed]
    return seen


def test_every_module_is_reached_from_a_script_of_a_page() -> None:
    entries = ("map/main", "siting/main", "screen/main", "frame/main", "share/main", "tour/main")
    assert set().union(*map(reached, entries)) == modules().keys()


def test_a_room_imports_from_itself_and_from_what_is_shared() -> None:
    for name, text in modules().items():
        rooms = {found_at(name, one).split("/")[0] for one in re.findall(r"from '(.+)'", text)}
        assert rooms <= {name.split("/")[0], "shared"}, name


@pytest.mark.parametrize(
    ("first", "some"),
    [
        ("map/main", "Atlas"),
        ("siting/main", "SitingMap"),
        ("screen/main", "screen"),
        ("frame/main", "frame"),
        ("share/main", "ShareDialog"),
        ("tour/main", "Tour"),
    ],
)
def test_each_top_level_name_is_unique_within_a_script(first: str, some: str) -> None:
    pattern = re.compile(r"^(?:export )?(?:async )?(?:const|let|var|class|function)\s+(\w+)", re.M)
    texts = modules()
    names = Counter(name for one in reached(first) for name in pattern.findall(texts[one]))
    assert [name for name, count in names.items() if count > 1] == []
    assert some in names


def test_every_import_is_exported_where_it_is_looked_for() -> None:
    texts = modules()
    for name, text in texts.items():
        for wanted, other in re.findall(
            r"^import \{([^}]*)\} from '(\.[\w./]+)\.js';$", text, re.M
        ):
            for one in wanted.split(","):
                assert re.search(
                    rf"^export (?:async )?\w+ {one.strip()}\b", texts[found_at(name, other)], re.M
                ), f"{name}.js takes {one} from {other}.js"


def test_the_bundle_is_one_script_that_sets_geomap() -> None:
    script = bundle()
    assert script.startswith("window.geomap=(()=>{'use strict';")
    assert script.endswith("return {mount};})();")
    assert not re.search(r"^\s*(import|export)\b", script, re.M)
    assert " from './" not in script
    # It stands inside a script element.
    assert "</script" not in script.lower()
    assert "<!--" not in script


def test_a_page_alone_has_at_hand_what_a_served_page_asks_for_later() -> None:
    assert "import('./desk.js')" in bundle(whole=False)
    assert "class Desk" not in bundle(whole=False)
    assert "Promise.resolve({Desk})" in bundle()
    assert "class Desk" in bundle()
    assert "import(" not in bundle()


def test_what_comes_later_takes_the_names_that_the_first_script_gives_out() -> None:
    given = re.search(r"parts:\{([\w,]+)\}", bundle(whole=False))
    taken = re.match(r"const \{([\w,]+)\}=window\.geomap\.parts;", later_part())
    assert given
    assert taken
    assert given[1] == taken[1]
    assert "byId" in taken[1].split(",")
    assert later_part().endswith("export {Desk};")
    assert "parts" not in bundle("siting", whole=False).splitlines()[-1]


def test_the_bundle_leaves_out_indents_empty_lines_and_lines_of_comment() -> None:
    assert not re.search(r"^(\s|//|/\*|$)", bundle(), re.M)


def test_no_text_of_a_script_runs_over_the_end_of_a_line() -> None:
    """Else an indent inside it would be lost with those of the code."""
    for name, text in modules().items():
        for line in text.splitlines():
            bare = re.sub(r"//.*|'(\\.|[^'\\])*'", "", line)
            assert bare.count("`") % 2 == 0, f"{name}.js: {line}"


def test_the_big_screen_has_a_script_of_its_own() -> None:
    script = bundle("screen")
    assert script.startswith("window.geomap=(()=>{'use strict';")
    assert script.endswith("return {screen};})();")
    assert "Leaflet" not in script


@pytest.mark.parametrize("name", ["leaflet.js", "leaflet.css"])
def test_leaflet_can_stand_inside_a_page(name: str) -> None:
    text = leaflet(name).lower()
    assert not any(word in text for word in ("</script", "</style", "<!--"))


# --- compose --------------------------------------------------------------------------------------


def test_folium_names_only_what_it_is_given() -> None:
    made = compose_page(scripts={"a": "/static/a.js"}, styles={"b": "/static/b.css"})
    assert re.findall(r'(?:src|href)="([^"]+)"', made.links) == ["/static/a.js", "/static/b.css"]
    everything = made.links + made.html + made.script
    assert ADDRESS.findall(everything) == []
    assert not re.search("jquery|bootstrap|fontawesome|cdn", everything, re.I)
    assert "<script" not in made.html
    assert f'geomap.mount(map_geomap, "{DATA_ID}");' in made.script


def test_two_maps_of_one_process_do_not_know_of_each_other() -> None:
    first = compose_page(
        scripts={"a": "/a.js"}, styles={}, tiles=Tiles("https://t.example/{z}", "T")
    )
    second = compose_page(scripts={}, styles={"b": "/b.css"})
    assert "/a.js" not in second.links + second.script
    assert "/b.css" not in first.links
    assert "t.example" not in second.script
    stock = folium.Map(tiles=None).get_root().render()
    assert "jquery" in stock
    assert "/a.js" not in stock
    assert "geomap" not in stock


def test_tiles_are_drawn_only_when_asked_for() -> None:
    tiles = Tiles("https://t.example/{z}/{x}/{y}.png?tk=K", "天地图")
    made = compose_page(scripts={}, styles={}, tiles=tiles)
    assert "https://t.example/{z}/{x}/{y}.png?tk=K" in made.script
    assert "tileLayer" not in compose_page(scripts={}, styles={}).script


# --- one file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.slow
def test_a_file_names_no_address_but_the_svg_namespace_and_licences(
    shipped: Atlas, lang: str
) -> None:
    text = standalone(shipped, "population_density", lang=lang)
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)  # the licences of Leaflet
    data = re.search(rf'id="{DATA_ID}">(.*?)</script>', code, re.S)
    assert data is not None
    found = {one for one in ADDRESS.findall(code) if one.startswith(("http", "//"))}
    # Leaflet writes this one into its attribution control, which the map does not have.
    assert found <= {SVG, "http://www.w3.org/1999/xlink", "https://leafletjs.com"}
    assert ADDRESS.findall(data[1]) == []
    assert not re.search(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=""", code)
    assert "内部工作用图" in text if lang == "zh" else "Internal working map" in text


@pytest.mark.slow
def test_the_same_release_gives_the_same_bytes(shipped: Atlas, tmp_path: Path) -> None:
    """Another process with another seed for the hashes of text, and this one."""
    program = (
        "import sys; from pathlib import Path; from geomap.release.open import open_release;"
        "from geomap.paths import shipped_data_dir; from geomap.webmap.page import write_map;"
        "write_map(open_release(shipped_data_dir()), 'gdp', Path(sys.argv[1]))"
    )
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    there = tmp_path / "there.html"
    subprocess.run([sys.executable, "-c", program, str(there)], check=True, env=env)
    assert there.read_text(encoding="utf-8") == standalone(shipped, "gdp")


def test_a_file_carries_its_group_and_begins_as_asked(atlas: Atlas) -> None:
    how: dict[str, Any] = {"method": "equal", "k": 2, "palette": "Greens"}
    data = embedded(standalone(atlas, "population", year=2020, **how))
    assert data["first"] == {"indicator": "population", "year": 2020}
    assert [one["id"] for one in data["indicators"]] == list(atlas.indicators)
    population, density = (data["indicators"][at]["years"]["2020"] for at in (0, -1))
    assert len(population["n"]) == 2
    assert population["p"].startswith("Greens")
    assert density["p"].startswith("Blues")


def embedded(page: str) -> dict[str, Any]:
    found = re.search(rf'id="{DATA_ID}">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize(
    "choice",
    [{"year": 1999}, {"method": "magic"}, {"palette": "Mud"}, {"lang": "fr"}],
)
def test_what_there_is_not_makes_no_file(
    atlas: Atlas, tmp_path: Path, choice: dict[str, object]
) -> None:
    with pytest.raises(NotFoundError):
        write_map(atlas, "density", tmp_path / "x.html", **choice)
    with pytest.raises(RequestError):
        write_map(atlas, "density", tmp_path / "x.html", k=10)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_and_replaces_the_one_before(atlas: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "地图.html"
    path.write_text("old")
    write_map(atlas, "population", path)
    assert path.read_bytes() == standalone(atlas, "population").encode()
    assert b"\r" not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_said_and_left_as_it_was(
    atlas: Atlas, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "file").write_text("kept")
    for path in (tmp_path / "none/x.html", tmp_path / "file/x.html", tmp_path / "taken"):
        with pytest.raises(GeomapError, match="cannot write") as caught:
            write_map(atlas, "population", path)
        assert f"无法写入 {path}" in caught.value.text.zh
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_disk_that_fills_up_leaves_the_old_file(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.html"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GeomapError, match="No space left"):
        write_map(atlas, "population", path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# --- in the browser -------------------------------------------------------------------------------


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(offline=True, viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.set_default_timeout(8_000)
    yield opened
    context.close()


def hostile(toy_release: ToyRelease) -> Atlas:
    """Open a toy world in which every kind of name is markup."""

    def quoted(text: str) -> str:
        return f'"{text}"'

    directory = toy_release(
        {
            "boundaries/units.csv": lambda text: text.replace(
                "东胜区,东胜", f"{EVIL},东胜"
            ).replace("康巴什区", quoted(CLOSER)),
            "indicators.json": lambda text: text.replace("人口密度", f"密度{EVIL}{CLOSER}").replace(
                '"name_zh": "人口"', json.dumps({"name_zh": EVIL})[1:-1]
            ),
            "sources.json": lambda text: text.replace("人才规划", EVIL + CLOSER),
            "sites/base.csv": lambda text: text.replace("甲基地", EVIL),
            "stats/plan.csv": lambda text: text.replace("“五十人”", EVIL),
        }
    )
    assert EVIL not in TOY["boundaries/units.csv"]
    return replace(open_release(directory), title=Text(f"图{CLOSER}{LINES}", EVIL))


@pytest.mark.browser
def test_html_in_names_is_shown_as_text_and_never_run(
    toy_release: ToyRelease, tmp_path: Path, page: Page
) -> None:
    path = tmp_path / "map.html"
    write_map(hostile(toy_release), "density", path)
    heard: list[str] = []
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: heard.append(str(error)))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("#ranking tr")
    assert EVIL in page.inner_text("#ranking")
    assert CLOSER in page.inner_text("#ranking")
    assert EVIL in page.inner_text("#tree")
    assert f"密度{EVIL}{CLOSER}" in page.inner_text("#title")
    page.locator("#ranking button.plain").filter(has_text=EVIL).click()
    assert EVIL in page.inner_text("#profile")
    page.locator("#ranking button.number").first.click()
    assert EVIL + CLOSER in page.inner_text("#source")
    page.keyboard.press("Escape")
    page.hover("#map .site")
    assert page.inner_text(".leaflet-tooltip").startswith(EVIL)
    page.focus("#map path[role=button] >> nth=0")
    assert page.locator("img[src='x']").count() == 0
    assert heard == []
    assert requests == [path.as_uri()]


@pytest.mark.browser
def test_a_file_works_from_a_disk_without_network(
    shipped: Atlas, tmp_path: Path, page: Page
) -> None:
    path = tmp_path / "密度.html"
    write_map(shipped, "population_density", path)
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_selector("#ranking tr")
    assert page.locator("#map path[role=button]").count() == 9
    assert page.inner_text("#ranking tr:first-child").split()[1] == "康巴什区"
    page.locator(".pick").filter(has=page.get_by_text("常住人口", exact=True)).click()
    assert "常住人口" in page.inner_text("#title")
    page.locator("#ranking button.number").first.click()
    assert "第七次全国人口普查公报" in page.inner_text("#source")
    assert heard == []
