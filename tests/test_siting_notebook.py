"""The worked example in ``docs/siting.ipynb`` runs, and still says what it shows."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "siting.ipynb"


def cells() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == "code"]


def test_each_cell_of_the_worked_example_prints_what_it_shows() -> None:
    names: dict[str, Any] = {}
    assert len(cells()) == 7
    for cell in cells():
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream):
            exec(compile("".join(cell["source"]), NOTEBOOK.name, "exec"), names)
        shown = "".join(line for output in cell["outputs"] for line in output["text"])
        assert stream.getvalue() == shown


def test_the_worked_example_names_who_is_not_served_and_that_this_is_coarse() -> None:
    shown = NOTEBOOK.read_text(encoding="utf-8")
    assert "粗略" in shown
    assert "60 公里内没有基地：乌审旗嘎鲁图镇" in shown
