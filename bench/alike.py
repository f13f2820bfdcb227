"""Compare what a public server gives of releases that differ in withheld numbers only.

Run ``python bench/alike.py``; ``--quick`` leaves the reports out. Every address of the URL map and
of the OpenAPI description is asked, in both languages and in every format of file, of both releases
of a pair; bytes and headers must be the same. The exit status is 1 when any differ. The withheld
numbers are made up.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner
from flask import Flask

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.cli import main as geomap
from geomap.demo.write import write_demo
from geomap.disclosure.narrowing import Audience
from geomap.paths import shipped_data_dir
from geomap.release.editions import for_audience
from geomap.release.open import open_release
from geomap.render.data.export import EXPORT_FORMATS as EXPORTS
from geomap.render.drawing.paint import IMAGE_FORMATS as IMAGES
from geomap.render.report.pack import REPORT_FORMATS as REPORTS
from geomap.settings import Settings

HEAD = "area,indicator,year,value,unit,kind,status,locator,quote,note,approx"
BANNERS = ("150602", "150625", "150627")


class Pair(NamedTuple):
    """Two releases, and what a reader would ask: indicator and year."""

    name: str
    base: Path | None
    small: tuple[tuple[int, ...], tuple[int, ...]]
    indicator: str
    year: int
    asked: tuple[str, ...]


PAIRS = (
    Pair("shipped, two banners", None, ((2, 3), (3, 2)), "talent_social_work", 2020,
         ("talent_social_work", "talent_total", "talent_share")),
    Pair("shipped, three banners", None, ((1, 2, 4), (4, 1, 2)), "talent_rural", 2020,
         ("talent_rural", "talent_total", "talent_per_10k")),
    Pair("shipped, another year", None, ((1, 4), (3, 2)), "talent_skilled", 2023,
         ("talent_skilled", "skilled_ratio", "talent_skilled_growth")),
)  # fmt: skip


def main() -> int:
    """Compare all pairs and print what was compared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without reports")
    parser.add_argument("--pairs", type=int, default=len(PAIRS) + 1, help="how many of them")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th address")
    options = parser.parse_args()
    print("| releases | withheld | routes | addresses | answers 200 | files | differ | time |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    differ = 0
    with tempfile.TemporaryDirectory() as home:
        for number, pair in enumerate([*PAIRS, None][: options.pairs]):
            directory = Path(home) / str(number)
            differ += compare(pair, directory, quick=options.quick, every=options.every)
    return int(differ > 0)


def compare(pair: Pair | None, home: Path, *, quick: bool, every: int) -> int:
    """Compare one pair at every address; None is the demonstration with two banners more."""
    began = time.monotonic()
    if pair is None:
        base = write_demo(home / "demo")
        pair = Pair("demonstration, two banners", base, ((2, 3), (3, 2)), "talent_rural", 2014,
                    ("talent_rural", "academicians_flexible", "talent_total"))  # fmt: skip
    releases = [made(pair, home / f"r{place}", small) for place, small in enumerate(pair.small)]
    shown = [for_audience(one) for one in releases]
    gone = [set(one.values.index[one.values["status"] == "suppressed"]) for one in shown]
    if releases[0].release == releases[1].release or gone[0] != gone[1]:
        print(f"{pair.name}: not two releases with the same withheld", file=sys.stderr)
        return 1
    apps = [create_app(one, settings=Settings(audience=Audience.PUBLIC)) for one in releases]
    seen: Counter[str] = Counter()
    routes: set[str] = set()
    asked = itertools.islice(addresses(apps[0], pair, quick=quick), 0, None, every)
    for path, rule in asked:
        first, second = (one.test_client().get(path) for one in apps)
        same = first.data == second.data and first.status_code == second.status_code
        same = same and first.headers == second.headers
        routes.add(rule)
        seen["asked"] += 1
        seen["good"] += first.status_code == 200
        seen["files"] += "attachment" in first.headers.get("Content-Disposition", "")
        if not same:
            seen["differ"] += 1
            print(f"DIFFER {path}", file=sys.stderr)
    seconds = time.monotonic() - began
    print(f"| {pair.name} | {len(gone[0])} | {len(routes)} | {seen['asked']} | {seen['good']} "
          f"| {seen['files']} | {seen['differ']} | {seconds:.0f} s |", flush=True)  # fmt: skip
    return seen["differ"]


def made(pair: Pair, home: Path, small: Sequence[int]) -> Atlas:
    """Take small counts of some banners into a release, by the command that users have."""
    home.mkdir(parents=True)
    release = home / "release"
    copy(pair.base or shipped_data_dir(), release)
    table = home / "own.csv"
    rows = [
        f"{area},{pair.indicator},{pair.year},{count / 10_000:.4f},万人,actual,reported,表1,,"
        f"其中{count}人,"
        for area, count in zip(BANNERS, small, strict=False)
    ]
    table.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    source = ("--source", "own", "--title", "自拟公报", "--number", "1号", "--issuer", "市统计局")
    asked = ["import", str(table), "--data", str(release), *source, "--date", "2024-03-01"]
    told = CliRunner().invoke(geomap, asked)
    if told.exit_code:
        raise SystemExit(told.output)
    return open_release(release)


def copy(base: Path, release: Path) -> None:
    """Copy the files of a release."""
    for one in base.rglob("*"):
        if one.is_file():
            (release / one.relative_to(base)).parent.mkdir(parents=True, exist_ok=True)
            (release / one.relative_to(base)).write_bytes(one.read_bytes())


def addresses(app: Flask, pair: Pair, *, quick: bool) -> Iterator[tuple[str, str]]:
    """Give every address to ask, with the rule that it comes from."""
    views = [f"indicator={one}&year={pair.year}" for one in pair.asked]
    ways = ["", "&as=circles", "&estimates=ranked", "&palette=Greens&method=equal"]
    described = app.test_client().get("/api/openapi.json").get_json()["paths"]
    seen = set()
    for path, rule in itertools.chain(
        of_routes(app, views, ways, quick=quick), of_openapi(described, views, pair)
    ):
        for one in (path, f"{path}{'&' if '?' in path else '?'}lang=en"):
            if one not in seen:
                seen.add(one)
                yield one, rule


def of_routes(
    app: Flask, views: Sequence[str], ways: Sequence[str], *, quick: bool
) -> Iterator[tuple[str, str]]:
    """Give the addresses of the URL map, each with questions."""
    filled = {
        "ending": tuple(EXPORTS),
        "kind": tuple(dict.fromkeys((*IMAGES, *REPORTS))),
        "role": ("demand", "candidates", "existing", "costs"),
        "job": ("none",),
    }
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/static"):
            continue
        report = rule.rule.startswith("/report.") or rule.rule.startswith("/progress.")
        names = sorted(rule.arguments)
        for values in itertools.product(*(filled.get(name, ("none",)) for name in names)):
            path = rule.rule
            for name, value in zip(names, values, strict=True):
                path = path.replace(f"<{name}>", value)
            if report and quick:
                continue
            yield path, rule.rule
            if report:
                continue
            several = path in ("/", "/api/view", "/map.html")
            for view in views[: 3 if several else 1]:
                some = ways if several else ways[:1]
                yield from ((f"{path}?{view}{way}", rule.rule) for way in some)


def of_openapi(
    described: dict[str, Any], views: Sequence[str], pair: Pair
) -> Iterator[tuple[str, str]]:
    """Give the addresses of the description: every parameter that it names, every choice of it."""
    usual = {
        "indicator": pair.indicator, "year": str(pair.year), "area": BANNERS[0], "kind": "actual",
        "status": "suppressed", "source": "own", "classes": "4", "palette": "Greens",
        "breaks": "1,2", "from": str(pair.year - 1), "method": "equal",
    }  # fmt: skip
    for path, verbs in described.items():
        yield path, path
        for parameter in verbs.get("get", {}).get("parameters", ()):
            name = parameter["name"]
            choices = parameter.get("schema", {}).get("enum") or [usual.get(name, "true")]
            for choice in choices:
                yield f"{path}?{name}={choice}", path
                if name not in ("indicator", "year"):
                    yield from ((f"{path}?{view}&{name}={choice}", path) for view in views[:1])
    for view, area in itertools.product(views, ("150600", *BANNERS, "150603")):
        yield f"/api/provenance?{view}&area={area}", "/api/provenance"


if __name__ == "__main__":
    sys.exit(main())
