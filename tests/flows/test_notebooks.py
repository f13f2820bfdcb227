"""The notebooks in ``docs/`` run and still say what they show; so does the face they use."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from typing import Any

import pytest

import geomap
from geomap.errors import NotFoundError, RequestError
from geomap.paths import shipped_data_dir
from tests.support import ROOT

DOCS = ROOT / "docs"
NOTEBOOKS = {"siting": 7, "python": 6}
"""How many cells of each hold a program."""


def cells(name: str) -> list[dict[str, Any]]:
    text = (DOCS / f"{name}.ipynb").read_text(encoding="utf-8")
    return [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.slow
def test_each_cell_of_a_notebook_prints_what_it_shows(name: str) -> None:
    names: dict[str, Any] = {}
    assert len(cells(name)) == NOTEBOOKS[name]
    for cell in cells(name):
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream):
            exec(compile("".join(cell["source"]), name, "exec"), names)
        shown = "".join(line for output in cell["outputs"] for line in output["text"])
        assert stream.getvalue() == shown


def test_the_worked_example_names_who_is_not_served_and_that_this_is_coarse() -> None:
    shown = (DOCS / "siting.ipynb").read_text(encoding="utf-8")
    assert "粗略" in shown
    assert "60 公里内没有基地：乌审旗嘎鲁图镇" in shown


@pytest.mark.slow
def test_a_map_shows_itself_as_a_picture_that_cannot_run_anything() -> None:
    chart = geomap.draw(geomap.open_release(shipped_data_dir()), "population", 2020)
    shown = chart._repr_html_()
    assert shown.startswith(
        '<img alt="鄂尔多斯市常住人口（2020年）" src="data:image/svg+xml;base64,'
    )
    assert shown.count("<") == 1


@pytest.mark.slow
def test_what_the_face_does_not_know_is_refused_with_what_there_is() -> None:
    atlas = geomap.open_release()
    with pytest.raises(NotFoundError, match="2020"):
        geomap.draw(atlas, "population", 1999)
    with pytest.raises(NotFoundError, match="a4"):
        geomap.draw(atlas, "population", 2020, size="a9")
    with pytest.raises(RequestError, match="secret"):
        geomap.open_release(audience="secret")
    with pytest.raises(AttributeError, match="nothing"):
        _ = geomap.nothing


def test_the_face_is_documented_and_costs_nothing_until_it_is_used() -> None:
    told = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    assert [name for name in geomap.__all__ if f"`geomap.{name}`" not in told] == []
    program = (
        "import sys, geomap; print({'numpy', 'pandas', 'flask', 'geomap.atlas'} & {*sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert loaded.stdout.decode().strip() == "set()"
    assert callable(geomap.draw)
