"""Measure finished map images against the usual ways to draw the same map at A4, 300 dpi.

Run ``python bench/figure.py`` (markdown tables) or ``--json``; ``--runs`` for medians, ``--quick``
for the nine areas only. Each way runs in a process of its own, so that its start and its memory
count: cold is the whole process with one image, from the start of Python and the reading of the
boundaries on (each way by its own reader), by the clock and in seconds of the processor, which say
more where others use the machine; warm is the median of later ones in it. Ours draws the
finished sheet (labels, legend, scale, sources), the usual way fills, legend, names and a title.
The figures are made up from a fixed seed: no real statistics.
"""

from __future__ import annotations

import argparse
import atexit
import base64
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from statistics import median
from typing import Any

KINDS = ("png", "svg", "pdf")
DPI = 300
A4_INCHES = (297 / 25.4, 210 / 25.4)
MANY = 20
CORES = 2
OURS, USUAL, CHROMIUM, QGIS = "geomap", "GeoDataFrame.plot", "headless Chromium", "PyQGIS"


def main() -> None:
    """Run all that is there and print it; with ``--once``, be one of the processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print numbers instead of tables")
    parser.add_argument("--quick", action="store_true", help="nine areas only")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", nargs=3, metavar=("WAY", "WORLD", "KIND"), help="one process")
    options = parser.parse_args()
    if options.once:
        print(json.dumps(once(*options.once, options.runs)))
        return
    results = measured(options.runs, quick=options.quick)
    if options.json:
        print(json.dumps(results, ensure_ascii=False))
        return
    show(results)


def measured(runs: int, *, quick: bool) -> list[dict[str, Any]]:
    """Give one row for each way, world and format."""
    rows = []
    worlds = ["nine"] if quick else ["nine", "counties"]
    for world in worlds:
        for kind in KINDS if world == "nine" else ("png",):
            ways = [OURS, USUAL]
            if world == "nine" and kind == "png":
                ways += [CHROMIUM] if _has("playwright") else []
                ways += [QGIS] if _has("qgis") else []
            rows += [started(way, world, kind, runs) for way in ways]
    return [*rows, *(started(way, "twenty", "png", 1) for way in (OURS, USUAL))]


def _has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def started(way: str, world: str, kind: str, runs: int) -> dict[str, Any]:
    """Run one way in processes of its own: one that makes a single image, one that makes many."""
    spent, worked = [], []
    _child(way, world, kind, 0)  # compiles
    for _ in range(min(runs, 5)):
        begun, before = time.perf_counter(), _children_s()
        _child(way, world, kind, 0)
        spent.append(time.perf_counter() - begun)
        worked.append(_children_s() - before)
    single, many = _child(way, world, kind, 0), _child(way, world, kind, runs)
    return {
        "way": way,
        "world": world,
        "kind": kind,
        "cold_s": median(spent),
        "cold_cpu_s": median(worked),
        "warm_s": many["warm_s"],
        "warm_cpu_s": many["warm_cpu_s"],
        "bytes": many["bytes"],
        "peak_mb": single["peak_mb"],
    }


@lru_cache(maxsize=1)
def _environment() -> dict[str, str]:
    """Let Python keep what it compiles, as it does for installed packages."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compiled = tempfile.mkdtemp(prefix="geomap-bench-")
    atexit.register(shutil.rmtree, compiled, ignore_errors=True)
    return {**kept, "PYTHONPYCACHEPREFIX": compiled}


def _children_s() -> float:
    """Give the seconds of the processor that ended processes took; 0 on Windows."""
    times = os.times()
    return times.children_user + times.children_system


def _child(way: str, world: str, kind: str, runs: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--once", way, world, kind, "--runs", str(runs)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment())
    answer: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return answer


def once(way: str, world: str, kind: str, runs: int) -> dict[str, Any]:
    """Make images in this process and say how long each took and how much memory."""
    if world == "twenty":
        return twenty(way)
    draw = {OURS: ours, USUAL: usual, CHROMIUM: chromium, QGIS: qgis}[way](world, kind)
    content = draw()
    spent, worked = [], []
    for _ in range(runs):
        begun, before = time.perf_counter(), time.process_time()
        content = draw()
        spent.append(time.perf_counter() - begun)
        worked.append(time.process_time() - before)
    return {
        "bytes": len(content),
        "warm_s": median(spent) if spent else None,
        "warm_cpu_s": median(worked) if spent else None,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float | None:
    """Give the most memory this process has held; unknown on Windows."""
    try:
        import resource
    except ImportError:
        return None
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1000 if sys.platform != "darwin" else 1_000_000)


def world_of(name: str, count: int = 1, *, own: bool = False) -> Any:
    """Give the nine areas or all counties of China, with made-up figures."""
    from worlds import counties, nine

    return nine(count, own=own) if name == "nine" else counties(count)


def ours(world: str, kind: str, number: int = 0) -> Callable[[], bytes]:
    """Draw the finished sheet."""
    from worlds import atlas_of

    from geomap.render.sheets.draw import draw_figure
    from geomap.views.maps.view import map_view

    atlas = atlas_of(world_of(world, number + 1, own=True))

    def draw() -> bytes:
        return draw_figure(atlas, map_view(atlas, f"i{number}"), kind, dpi=DPI)

    return draw


def usual(world: str, kind: str, number: int = 0) -> Callable[[], bytes]:
    """Draw with GeoPandas and pyplot as its documentation does, in the same projection."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib import font_manager

    from geomap.render.drawing.font import font_path

    font_manager.fontManager.addfont(str(font_path()))
    plt.rcParams["font.sans-serif"] = ["Noto Sans SC", "DejaVu Sans"]
    frame = world_of(world, number + 1)
    table = frame.table.to_crs("+proj=aea +lat_1=25 +lat_2=47 +lon_0=109")
    indicator = frame.indicators[number]

    def draw() -> bytes:
        figure, axes = plt.subplots(figsize=A4_INCHES)
        table.plot(indicator, ax=axes, cmap="YlGnBu", legend=True, edgecolor="white", linewidth=0.8)
        if len(table) < 100:
            for at, name in zip(table.representative_point(), table["name"], strict=True):
                axes.annotate(name, (at.x, at.y), ha="center", fontsize=8)
        axes.set_axis_off()
        axes.set_title(indicator)
        out = io.BytesIO()
        figure.savefig(out, format=kind, dpi=DPI)
        plt.close(figure)
        return out.getvalue()

    return draw


def chromium(world: str, kind: str) -> Callable[[], bytes]:
    """Let a browser without window draw our SVG as a PNG of the same pixels."""
    from playwright.sync_api import sync_playwright

    shown = base64.b64encode(ours(world, "svg")()).decode()
    scale = DPI / 96
    browser = (
        sync_playwright()
        .start()
        .chromium.launch(
            executable_path=os.environ.get("GEOMAP_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
    )
    page = browser.new_page(viewport={"width": 1123, "height": 794}, device_scale_factor=scale)

    def draw() -> bytes:
        page.set_content(f'<img width="1123" src="data:image/svg+xml;base64,{shown}">')
        return page.screenshot(type="png" if kind == "png" else "jpeg")

    return draw


def qgis(world: str, kind: str) -> Callable[[], bytes]:
    """Draw the fills with QGIS, where it is installed."""
    from qgis.core import (  # type: ignore[import-not-found]
        QgsApplication,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsVectorLayer,
    )
    from qgis.PyQt.QtCore import QBuffer, QSize  # type: ignore[import-not-found]

    application = QgsApplication([], False)
    application.initQgis()
    text = world_of(world).table.to_json()
    layer = QgsVectorLayer(text, "areas", "ogr")

    def draw() -> bytes:
        settings = QgsMapSettings()
        settings.setLayers([layer])
        settings.setExtent(layer.extent())
        settings.setOutputSize(QSize(*(round(side * DPI) for side in A4_INCHES)))
        settings.setOutputDpi(DPI)
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        job.renderedImage().save(buffer, kind.upper())
        return bytes(buffer.data())

    return draw


def twenty(way: str) -> dict[str, Any]:
    """Make 20 maps: ours on two cores, the usual way one after the other as scripts do."""
    begun, before = time.perf_counter(), _children_s() + time.process_time()
    if way == OURS:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        halves = [range(start, MANY, CORES) for start in range(CORES)]
        with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
            sizes = [size for half in pool.map(_ours_of, halves) for size in half]
    else:
        draw = usual("nine", "png")
        sizes = [len(draw()) for _ in range(MANY)]
    return {
        "bytes": sum(sizes),
        "warm_s": time.perf_counter() - begun,
        "warm_cpu_s": _children_s() + time.process_time() - before,
        "peak_mb": peak_mb(),
    }


def _ours_of(numbers: range) -> list[int]:
    from worlds import atlas_of, nine

    from geomap.render.sheets.draw import draw_figure
    from geomap.views.maps.view import map_view

    atlas = atlas_of(nine(MANY, own=True))
    return [
        len(draw_figure(atlas, map_view(atlas, f"i{number}"), "png", dpi=DPI)) for number in numbers
    ]


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table; the usual way is the measure of the others."""
    against = {(row["world"], row["kind"]): row for row in rows if row["way"] == USUAL}
    columns = ("warm_s", "warm_cpu_s", "cold_s", "cold_cpu_s")
    print("| world | format | way | warm | × | CPU | × | cold | × | CPU | × | peak MB | KB |")
    print("|---|---|---|" + "--:|" * 10)
    for row in rows:
        base = against[row["world"], row["kind"]]
        told = " | ".join(_told(row[name], base[name]) for name in columns)
        print(
            f"| {row['world']} | {row['kind']} | {row['way']} | {told} |"
            f" {row['peak_mb'] or 0:,.0f} | {row['bytes'] / 1000:,.0f} |"
        )


def _told(spent: float, base: float) -> str:
    told = f"{spent:.2f} s" if spent >= 1 else f"{spent * 1000:.0f} ms"
    return f"{told} | {spent / base:.2f}" if base else f"{told} | –"


if __name__ == "__main__":
    main()
