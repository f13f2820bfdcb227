"""Every kind of sheet in the list is asked for in one way, reads what it says, and can be drawn."""

from __future__ import annotations

import pytest

from geomap.atlas import Atlas
from geomap.errors import RequestError
from geomap.model.asked import FIELDS
from geomap.render.sheets.draw import draw_sheet
from geomap.render.sheets.kinds import KINDS
from geomap.render.sheets.kinds.base import SheetKind
from geomap.render.sheets.request import sheet_kind
from geomap.render.sheets.subject import Subject

EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=[name or "map" for name in KINDS])
# What each shows, and words of the title on its first page in the demonstration.
ASKED = {
    "": (Subject("talent_total", 2020), "人才资源总量"),
    "since": (Subject("talent_total", 2023, since=2021), "变化率（2021–2023年）"),
    "years": (Subject("talent_total", years=("2021", "2022")), "人才资源总量"),
    "categories": (Subject("talent_total", 2020, categories=("all",)), "2020"),
    "bivariate": (Subject("talent_total", 2020, bivariate="population"), "常住人口"),
    "chart": (Subject("talent_total", chart="line"), "（2015–2025年）"),
    "progress": (Subject(progress="city"), "规划进度"),
}


@EACH
@pytest.mark.slow
def test_a_kind_is_found_by_what_asks_for_it_and_drawn(kind: SheetKind, made_up: Atlas) -> None:
    subject, words = ASKED[kind.asked_by]
    assert sheet_kind(subject) is kind
    drawn = draw_sheet(made_up, subject, "svg")
    assert words in drawn.title
    assert (drawn.indicator == "") == kind.several


@EACH
@pytest.mark.slow
def test_greys_are_refused_with_the_reason_where_they_cannot_be_told_apart(
    kind: SheetKind, made_up: Atlas
) -> None:
    subject, _ = ASKED[kind.asked_by]
    if kind.not_grey is None:
        assert draw_sheet(made_up, subject, "svg", grey=True).content
        return
    with pytest.raises(RequestError) as told:
        draw_sheet(made_up, subject, "svg", grey=True)
    assert told.value.text == kind.not_grey


def test_what_can_be_asked_is_read_by_some_kind_and_what_is_read_can_be_asked() -> None:
    read = {name for kind in KINDS.values() for name in (kind.asked_by, *kind.beside)}
    assert read - {"", "bars"} == {field.name for field in FIELDS} == set(Subject.__slots__)
