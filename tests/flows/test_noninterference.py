"""What the public is given is a function of what is public.

Two releases that differ in withheld numbers only, in the figures and in the words beside them, must
give the same bytes at every address of a public server and in every file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main
from geomap.disclosure.narrowing import Audience
from geomap.release.editions import for_audience
from geomap.release.open import open_release
from geomap.settings import Settings
from tests.support.toy import SOURCES, STATS_HEAD, TOY, write_toy

CITY, EAST, KANG, EJIN = "150600", "150602", "150603", "150627"


def release(directory: Path, small: int) -> Path:
    """Make a release whose withheld numbers are ``small``, 1244 − small, and one in a second text.

    The words beside harmless rows name numbers from 1 to 4, so that one of them always tells.
    """
    counts = {CITY: 9873, EAST: 1244 - small, KANG: small, EJIN: 8629}
    high = "".join(
        f"{area},talent_high,{year},{count},人,actual,reported,表9,{count}人,东胜{1244 - small}\n"
        for area, count in counts.items()
        for year in (2020, 2021)
    )
    told = "".join(
        f"{EJIN},population,{2010 + page},{200 + page},人,actual,reported,表{page},,第{page}页\n"
        for page in range(1, 5)
    )
    # Of 伊金霍洛 a second document says another, small number; it is not chosen.
    other = f"{EJIN},talent_high,2020,{small},人,actual,reported,第二节所列{small}人,{small}人,\n"
    other += f"{CITY},population,2015,900,人,actual,reported,第一节,其中高层次{small}人,\n"
    ruling = {
        "indicator": "talent_high", "area": EJIN, "year": 2020, "kind": "actual",
        "source": "plan", "locator": "表9", "who": "某人", "when": "2023-01-01",
        "why": f"康巴什为{small}",
    }  # fmt: skip
    claim = {
        "id": "c1", "title_zh": f"其中{small}", "title_en": "sum", "op": "sum", "source": "plan",
        "locator": "", "quote": f"{small}人",
        "terms": [{"value": str(small), "unit": "人"}, {"value": "1", "unit": "人"}],
        "stated": {"value": str(small + 1), "unit": "人"},
    }  # fmt: skip
    catalogue = json.loads(TOY["indicators.json"])
    extra = (("share", ""), ("change", ""), ("ratio", "population"))
    for op, per in extra:
        formula = {"op": op, "of": "talent_high", "per": per, "scale": 100}
        row = {**catalogue["indicators"][4], "id": f"high_{op}", "name_zh": f"高层次{op}"}
        catalogue["indicators"].append({**row, "formula": formula, "decimals": 3})
    catalogue["indicators"][1]["weights"] = ["talent_high", "population"]
    total = f"{CITY},talent,2020,30000,人,actual,reported,表2,,\n"
    site = f"b1,staff,人员,Staff,2025,{small},{small}人,人,actual,reported,plan,第一节,,注{small}\n"
    sources = [*SOURCES, {**SOURCES[0], "id": "news", "title": "报道", "date": "2023-01-01"}]
    files = {
        "stats/plan.csv": TOY["stats/plan.csv"].replace(",50,人", ",9000,人") + high + told + total,
        "stats/news.csv": STATS_HEAD + other,
        "sites/figures.csv": TOY["sites/figures.csv"] + site,
        "sites/base.csv": TOY["sites/base.csv"].replace("第一节,\n", f"第一节,有{small}人\n", 1),
        "sources.json": json.dumps(sources, ensure_ascii=False),
        "indicators.json": json.dumps(catalogue, ensure_ascii=False),
        "precedence.json": json.dumps({"order": ["ruling"], "rulings": [ruling]}),
        "arithmetic.json": json.dumps({"complete": [], "claims": [claim]}),
    }
    return write_toy(directory, files)


@pytest.fixture(scope="module")
def directories(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("alike")
    return [release(home / f"r{small}", small) for small in (3, 4)]


@pytest.fixture(scope="module")
def pair(directories: list[Path]) -> list[Atlas]:
    return [open_release(one) for one in directories]


def app_of(atlas: Atlas) -> Flask:
    return create_app(atlas, settings=Settings(audience=Audience.PUBLIC))


QUERIES = [
    "indicator=talent_high&year=2020",
    "indicator=talent_high&year=2021&palette=Greens",
    "indicator=high_share&year=2020&as=circles",
    "indicator=high_change&year=2021",
    "indicator=talent&year=2020&estimates=ranked",
]
FILLED = {
    "ending": ("csv", "xlsx", "geojson", "topojson", "gpkg", "shp"),
    "kind": ("svg", "pdf", "docx", "pptx"),
    "lang": ("zh", "en"),
    "role": ("demand", "candidates"),
}
ASKED = ("/", "/api/view", "/api/values", "/api/figures", "/figure.svg", "/export.csv")
"""Where every question is put; elsewhere one is enough."""


def addresses(app: Flask) -> Iterator[str]:
    """Give every address of the application, in both languages, and questions that it answers."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/static"):
            continue
        paths = [rule.rule]
        for name in rule.arguments:
            place = rf"<(?:[^<>:]*:)?{name}>"
            paths = [re.sub(place, value, path) for path in paths for value in FILLED.get(name, ())]
        for path in paths:
            yield from languages(path)[: 1 if "." in path else 2]
            yield from (f"{path}?{one}" for one in QUERIES[: 9 if path in ASKED else 1])
    yield from ("/progress?q=人员", "/progress?plan=sites&sort=lag", "/progress?outcome=unknown")
    yield from (f"/sources?q={words}" for words in ("报道", "3", "4"))
    both = [(query, area) for query in QUERIES for area in (CITY, EAST, KANG, EJIN)]
    yield from (f"/api/provenance?{query}&area={area}" for query, area in both)
    high = ("talent_high", "high_share", "high_change", "talent")
    yield from (f"/api/trend?indicator={one}&area={area}" for one in high for area in (CITY, EAST))
    charts = ("line", "bars&year=2020")
    yield from (f"/figure.{ending}?indicator=talent_high&chart={chart}"
                for ending in ("xlsx", "pptx") for chart in charts)  # fmt: skip
    yield from (f"/snippet.docx?{query}" for query in QUERIES[:2])


def languages(path: str) -> tuple[str, str]:
    return path, f"{path}{'&' if '?' in path else '?'}lang=en"


def linked(text: str) -> set[str]:
    found = {one.replace("&amp;", "&") for one in re.findall(r'(?:href|src)="(/[^"#]*)', text)}
    return {one for one in found if not urlsplit(one).path.startswith("/static")}


def first_difference(one: bytes, other: bytes) -> tuple[bytes, bytes] | None:
    """Give both sides about the first byte that differs; pytest's own way takes minutes."""
    if one == other:
        return None
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), -1)
    at = min(len(one), len(other)) if at < 0 else at
    return one[max(0, at - 60) : at + 60], other[max(0, at - 60) : at + 60]


def test_a_difference_is_shown_where_it_begins() -> None:
    assert first_difference(b"same", b"same") is None
    assert first_difference(b"one 3 of", b"one 4 of") == (b"one 3 of", b"one 4 of")
    assert first_difference(b"ab", b"abc") == (b"ab", b"abc")


def test_no_address_is_left_out_of_the_sweep(pair: list[Atlas]) -> None:
    app = app_of(pair[0])
    asked = {urlsplit(one).path for one in addresses(app)}
    matcher = app.url_map.bind("")
    swept = {matcher.match(path)[0] for path in asked}
    readable = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/static")
    }
    # A siting job has an address only once it was asked for.
    assert readable - swept == {"siting.job_state", "siting.job_result", "siting.job_file"}
    assert {"/rest.zh.json", "/rest.en.json"} <= asked


@pytest.mark.slow
def test_two_releases_that_differ_in_withheld_numbers_only_look_the_same_everywhere(
    pair: list[Atlas],
) -> None:
    first, second = (app_of(atlas) for atlas in pair)
    waiting = [*addresses(first)][::-1]
    seen: set[str] = set()
    good = 0
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answers = [one.test_client().get(path) for one in (first, second)]
        assert answers[0].status_code == answers[1].status_code, path
        assert first_difference(*(one.data for one in answers)) is None, path
        assert answers[0].headers == answers[1].headers, path
        good += answers[0].status_code == 200
        if path in ("/", "/?lang=en"):
            waiting += linked(answers[0].text)
    assert good > 70


def test_an_internal_server_would_tell_them_apart(pair: list[Atlas]) -> None:
    clients = [create_app(atlas).test_client() for atlas in pair]
    for path in ("/api/figures", "/conflicts.json", "/sources", "/healthz", "/api/sites"):
        assert clients[0].get(path).data != clients[1].get(path).data, path


def test_a_siting_answer_is_the_same(pair: list[Atlas]) -> None:
    settings = {"kind": "cover", "demand": "indicator:talent", "existing": "sites:base"}
    answers = [
        app_of(atlas).test_client().post(
            "/siting/whatif", json={"settings": settings}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        for atlas in pair
    ]  # fmt: skip
    told: list[Any] = [answer.get_json() for answer in answers]
    for one in told:
        one.get("outcome", {}).pop("seconds", None)
    assert told[0] == told[1]


def test_the_identity_of_the_public_edition_is_that_of_what_it_shows(pair: list[Atlas]) -> None:
    shown = [for_audience(atlas) for atlas in pair]
    assert pair[0].release != pair[1].release
    assert shown[0].release == shown[1].release
    assert shown[0].release not in {atlas.release for atlas in pair}
    # Another number that is shown makes another edition.
    assert for_audience(pair[0], "public", Settings.from_env({"GEOMAP_SMALL_COUNT": "10"}).rules) \
        .release != shown[0].release  # fmt: skip


@pytest.mark.parametrize("kind", ["map", "export", "site"])
@pytest.mark.slow
def test_files_of_the_command_line_are_the_same(
    directories: list[Path], tmp_path: Path, kind: str
) -> None:
    asked = {
        "map": ("map", "talent_high", "-o", tmp_path / "out.html"),
        "export": ("export", "talent_high", "--year", "2020", "-o", tmp_path / "out.xlsx"),
        "site": ("figure", "talent_high", "--year", "2020", "-o", tmp_path / "out.svg"),
    }[kind]
    made = []
    for directory in directories:
        arguments = [*map(str, asked), "--data", str(directory)]
        told = CliRunner().invoke(main, arguments)
        assert told.exit_code == 0, told.output
        made.append(Path(asked[-1]).read_bytes())
    assert made[0] == made[1]
