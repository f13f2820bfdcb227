"""Every location model is told everywhere once it stands in the list."""

from __future__ import annotations

import re

import numpy as np
import pytest
from click.testing import CliRunner

from geomap.app.pages.siting_form import page_data
from geomap.atlas import Atlas
from geomap.cli import main as geomap
from geomap.errors import NotFoundError, RequestError
from geomap.siting.solve.costs import Costs
from geomap.siting.solve.models import MODELS
from geomap.siting.solve.models.base import LocationModel
from geomap.siting.solve.problem import Ask, Case
from geomap.siting.solve.solver import solve_model
from tests.support import ROOT

EACH = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
# Three villages on a line, 0, 4 and 10 km along it, of 5, 1 and 2 people; a site may stand in each.
LINE = Case(
    Costs(np.array([[0.0, 4, 10], [4, 0, 6], [10, 6, 0]]), unit="km"),
    np.array([5.0, 1, 2]),
    capacity=np.array([6.0, 6, 6]),
)
# Worked out by hand. p-median: in the first village, 4 + 2 × 10. Covered within 4 km of the second:
# 5 + 1. All within 4 km: two sites. p-centre: the second village, 6 km from the third. Nobody takes
# more than 6 of 8: two sites, 0 and 10, serve the second from the first, 4 × 1.
BY_HAND = {
    "p-median": ({"new_sites": 1}, 24.0),
    "mclp": ({"new_sites": 1, "radius": 4.0}, 6.0),
    "lscp": ({"radius": 4.0}, 2.0),
    "p-center": ({"new_sites": 1}, 6.0),
    "capacitated-p-median": ({"new_sites": 2}, 4.0),
}


@EACH
def test_a_model_says_what_it_is(model: LocationModel) -> None:
    for words in (model.label, model.help, model.short, model.aim(model.label)):
        assert words.zh.strip()
        assert words.en.strip()
    assert re.search(r"\b(19|20)\d\d\b", model.reference)
    assert model.asks <= {"sites", "radius", "fair", "capacity"}


@EACH
def test_a_model_answers_as_worked_out_by_hand(model: LocationModel) -> None:
    asked, objective = BY_HAND[model.name]
    answer = solve_model(LINE, Ask(model.name, **asked))
    assert answer.objective == pytest.approx(objective)
    assert answer.gap == 0
    assert answer.reference == model.reference


@EACH
def test_a_model_refuses_a_case_that_lacks_what_it_asks_for(model: LocationModel) -> None:
    bare = Case(LINE.costs, LINE.weight)
    lacking = {"radius": "半径", "sites": "新增点位数", "capacity": "容量"}
    with pytest.raises(RequestError) as told:
        solve_model(bare, Ask(model.name))
    assert {name for name, word in lacking.items() if word in told.value.text.zh} == {
        name for name in lacking if name in model.asks
    }


@EACH
def test_the_command_the_page_and_the_documents_name_a_model(
    model: LocationModel, atlas: Atlas
) -> None:
    shown = CliRunner().invoke(geomap, ["site", "allocate", "--help"], terminal_width=200)
    assert model.name in shown.output
    given = page_data(atlas, "zh", most_seconds=60, scenarios_on=False)["models"]
    (mine,) = [one for one in given if one["id"] == model.name]
    assert (mine["name"], mine["asks"]) == (model.label, sorted(model.asks))
    for name in ("methods.md", "user-guide.md"):
        assert f"`{model.name}`" in (ROOT / "docs" / name).read_text(encoding="utf-8"), name


def test_a_model_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="p-center"):
        solve_model(LINE, Ask("p-centre", new_sites=1))
