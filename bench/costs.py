"""Seconds of a processor that each address takes: asked first of a release, and asked again.

Run ``python bench/costs.py``. Each address is asked of the demonstration release just opened, of
which nothing is kept; then with another question, so that the answer is not one from memory. Exits
with 1 when one of those that wait in no line takes over 0.2 s.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask

from geomap.app import Settings, create_app
from geomap.app.queues import AT_ONCE, MADE_ONCE
from geomap.atlas import Atlas
from geomap.demo.write import write_demo
from geomap.release.open import open_release
from geomap.render.data.export import EXPORT_FORMATS as EXPORTS
from geomap.render.drawing.paint import IMAGE_FORMATS as IMAGES
from geomap.render.report.pack import REPORT_FORMATS as REPORTS

MOST_S = 0.2
VIEWS = ("indicator=talent_total&year=2020", "indicator=population&year=2021&classes=4")
QUESTIONS = {
    "/": VIEWS,
    "/api/view": VIEWS,
    "/map.html": VIEWS,
    "/export.<ending>": VIEWS,
    "/figure.<kind>": tuple(f"{one}&size=a3&dpi=600" for one in VIEWS),
    "/figure-preview.png": VIEWS,
    "/snippet.docx": VIEWS,
    "/api/provenance": tuple(f"indicator=talent_total&area={one}&year=2020"
                             for one in ("150600", "150602")),
    "/api/figures": ("", "kind=actual"),
    "/api/values": ("", "kind=actual"),
    "/screen": ("", "seconds=30"),
    "/sources": ("", "page=2"),
    "/progress": ("", "as_of=2020"),
    "/progress.json": ("", "as_of=2020"),
    "/progress.xlsx": ("", "as_of=2020"),
    "/progress.docx": ("", "as_of=2020"),
    "/report.<kind>": ("", "maker=x"),
}  # fmt: skip
FILLED = {
    "<ending>": tuple(EXPORTS), "<kind>": (), "<role>": ("demand",), "<job>": ("0" * 32,),
    "<path:name>": ("geomap.js",),
}  # fmt: skip


def addresses(app: Flask) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Give the endpoint, the address and two questions of each rule that is asked by GET."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()):
            continue
        kinds = REPORTS if "report" in rule.rule else IMAGES
        names = {**FILLED, "<kind>": tuple(kinds)}
        mark = next((one for one in names if one in rule.rule), "")
        first, second = QUESTIONS.get(rule.rule, ("lang=zh", "lang=en"))
        if rule.rule.startswith("/api/") and rule.rule not in QUESTIONS:
            first, second = "", "x"
        for value in names.get(mark, ("",)):
            path = rule.rule.replace(mark, value) if mark else rule.rule
            yield rule.endpoint, path, (first, second)


def costs(atlas: Atlas, spool: str, path: str, questions: tuple[str, str]) -> list[float]:
    """Give the seconds of both questions to a server that has answered nothing of a release."""
    fresh = replace(atlas)
    assert fresh.series  # the first page that a process makes at its start works them out
    client = create_app(fresh, settings=Settings(spool=spool)).test_client()
    took = []
    for question in questions:
        began = time.process_time()
        client.get(f"{path}?{question}" if question else path)
        took.append(time.process_time() - began)
    return took


def main() -> None:
    """Print a row for each address."""
    over = 0
    print("| address | first, s | again, s | waits |\n|---|--:|--:|---|")
    with tempfile.TemporaryDirectory() as name:
        atlas = open_release(write_demo(Path(name) / "demo"))
        for end, path, two in addresses(create_app(atlas, settings=Settings(spool=name))):
            first, again = costs(atlas, name, path, two)
            waits = "no" if end in AT_ONCE else "to be made" if end in MADE_ONCE else "yes"
            over += waits == "no" and max(first, again) > MOST_S
            print(f"| {path} | {first:.2f} | {again:.2f} | {waits} |", flush=True)
    sys.exit(bool(over))


if __name__ == "__main__":
    main()
