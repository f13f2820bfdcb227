"""Measure our page beside stock folium and GeoDataFrame.explore, in one run on one machine.

Run ``python bench/page.py``, with ``--world nine14`` for a part, ``--json`` for numbers. Needs
Chromium, playwright and, the first time, npm for the files that stock pages load from CDNs; they
are served locally, so that no network is timed. Medians over fresh browser contexts; the makers
take turns, so that a slow moment of the machine falls on all of them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import which
from statistics import median
from typing import Any

import cdn
from browser import chromium, measure, server
from makers import Choropleth, Explore, Ours
from worlds import World, counties, nine

Results = dict[str, dict[str, dict[str, float]]]

FIGURES = {
    "gzip_kb": "bytes of the page, gzip (KB); ours with all that it loads, theirs without",
    "alone_kb": "the same page as one file, its sources inside (KB)",
    "foreign": "requests to other servers",
    "ready_ms": "until the map can be used (ms)",
    "heap_mb": "JS heap when it can be used (MB)",
    "kept_mb": "JS heap after a collection (MB)",
    "paint_ms": "switch of indicator, script to repaint the areas (ms)",
    "whole_ms": "switch of indicator, script and layout of the whole page (ms)",
    "build_ms": "building the page (ms)",
    "cached_ms": "giving the page from cache (ms)",
}
# World → figure → what is to be reached; a text starting with × is a share of stock.
TARGETS: dict[str, dict[str, str]] = {
    "9 × 14": {
        "gzip_kb": "≤ 60",
        "foreign": "0",
        "ready_ms": "≤ 0.4 × stock",
        "paint_ms": "≤ 1",
        "whole_ms": "≤ 16",
        "build_ms": "≤ 10",
        "cached_ms": "≤ 1",
    },
    "9 × 60": {"gzip_kb": "≤ 70", "foreign": "0"},
    "2,891 × 14": {"gzip_kb": "≤ 900", "foreign": "0", "ready_ms": "≤ 700", "heap_mb": "≤ 100"},
}


# Name on the command line → what to make, and how many runs at most.
WORLDS: dict[str, tuple[Callable[[], World], int]] = {
    "nine14": (lambda: nine(14), 99),
    "nine60": (lambda: nine(60), 99),
    "counties": (lambda: counties(14), 3),
}


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print numbers instead of tables")
    parser.add_argument("--runs", type=int, default=5, help="runs of each; at most 3 of counties")
    parser.add_argument("--cache", type=Path, help="where the files of the CDNs are kept")
    parser.add_argument("--world", choices=WORLDS, action="append", help="only this; repeatable")
    options = parser.parse_args()
    results: Results = {}
    with chromium() as browser, server(cdn.fetch(options.cache)) as served:
        for name in options.world or WORLDS:
            make, most = WORLDS[name]
            world = make()
            results[world.name] = compare(browser, served, world, min(options.runs, most))
    if "9 × 14" in results:
        results["9 × 14"]["geomap"]["cached_ms"] = cached_ms()
    answers = answers_per_second()
    if options.json:
        print(json.dumps({"pages": results, "answers_per_second": answers}, ensure_ascii=False))
    else:
        show(results, answers, served.absent)


def compare(browser: Any, served: Any, world: World, runs: int) -> dict[str, dict[str, float]]:
    """Measure all makers on one world, turn by turn."""
    results: dict[str, dict[str, float]] = {}
    pages: dict[str, tuple[Any, dict[str, bytes]]] = {}
    for kind in (Ours, Choropleth, Explore):
        maker = kind(world)
        page, build_ms = timed(maker.build, 3 if len(world.table) < 100 else 1)
        files = {"/page": cdn.localised(page).encode()}
        results[maker.name] = {"build_ms": build_ms}
        if isinstance(maker, Ours):
            results[maker.name]["alone_kb"] = packed_kb({"": page.encode()})
            files = maker.served()
        pages[maker.name] = (maker, files)
        results[maker.name]["gzip_kb"] = packed_kb(
            files if isinstance(maker, Ours) else {"": page.encode()}
        )
        note(f"{world.name} {maker.name}: built in {build_ms:.0f} ms")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
    for run in range(runs):
        for name, (maker, files) in pages.items():
            found[name].append(measure(browser, served, maker, files))
            note(f"{world.name} {name} run {run + 1}: {found[name][-1]['ready_ms']:.0f} ms")
    for name, rows in found.items():
        results[name] |= {key: median(row[key] for row in rows) for key in rows[0]}
    return results


def packed_kb(files: dict[str, bytes]) -> float:
    """Give the kilobytes of files, each compressed."""
    return sum(len(gzip.compress(body, mtime=0)) for body in files.values()) / 1000


def timed(build: Callable[[], str], runs: int) -> tuple[str, float]:
    """Build once unmeasured where that is cheap, then give the page and the median time."""
    if runs > 1:
        build()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        page = build()
        times.append(1000 * (time.perf_counter() - start))
    return page, median(times)


def cached_ms() -> float:
    """Time the page of the server once it has been drawn, through WSGI."""
    from geomap.app import create_app
    from geomap.paths import shipped_data_dir

    client = create_app(shipped_data_dir()).test_client()
    client.get("/")
    times = []
    for _ in range(50):
        start = time.perf_counter()
        client.get("/").close()
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def answers_per_second(path: str = "/api/release", seconds: int = 5) -> float | None:
    """Ask two processes for a small answer with wrk; None when there is no wrk."""
    if which("wrk") is None:
        return None
    command = [sys.executable, "-m", "geomap", "serve", "--port", "0", "--workers", "2"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        try:
            url = _address(log)
            output = subprocess.run(
                ["wrk", "-t1", "-c32", f"-d{seconds}s", f"{url}{path}"],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None or "Non-2xx" in output:
        raise SystemExit(f"wrk: {output}")
    return float(found[1])


def _address(log: Any) -> str:
    for _ in range(100):
        time.sleep(0.2)
        log.seek(0)
        found = re.search(r"http://[\d.:]+", log.read())
        if found:
            time.sleep(2)  # for the second process
            return found[0]
    raise SystemExit("the server did not start")


def show(results: Results, answers: float | None, absent: set[str]) -> None:
    """Print one markdown table a world."""
    for world, makers in results.items():
        names = list(makers)
        print(f"\n### {world}\n")
        print("| figure | " + " | ".join(names) + " | ours / folium.Choropleth | to reach |")
        print("|---|" + "--:|" * (len(names) + 2))
        for key, words in FIGURES.items():
            if key in makers["geomap"]:
                print(f"| {words} | {_row(makers, key, TARGETS.get(world, {}).get(key, ''))}")
    if answers is not None:
        print(f"\nSmall API answers a second, 2 workers: {answers:,.0f} (to reach: ≥ 15,000)")
    if absent:
        print("\nIn no npm package, answered empty: " + ", ".join(sorted(absent)))


def _row(makers: dict[str, dict[str, float]], key: str, target: str) -> str:
    ours, stock = makers["geomap"][key], makers["folium.Choropleth"].get(key)
    ratio = f"{ours / stock:.3f}" if stock else "–"
    cells = [f"{one[key]:,.2f}" if key in one else "–" for one in makers.values()]
    return " | ".join([*cells, ratio, target]) + " |"


def note(text: str) -> None:
    """Tell how far it is, beside the results."""
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
