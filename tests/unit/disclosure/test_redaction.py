"""Words beside withheld numbers go by document, area and group, never for what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geomap.disclosure.redaction import (
    Telling,
    gone_at_sites,
    gone_figures,
    redact_figures,
    redact_site_figures,
    telling,
)
from geomap.disclosure.suppression import Threshold
from tests.support.cells_of_people import catalogue

NOWHERE = pd.DataFrame(columns=["site", "source"], dtype=str)
NONE = np.zeros(0, dtype=bool)


def figures(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "indicator": "talent", "area": "甲", "year": 2020, "kind": "actual", "source": "s",
        "value": 90.0, "unit": "人", "status": "reported", "quote": "引文", "note": "注",
        "approx": "约", "digits": 0.0, "locator": "表3",
    }  # fmt: skip
    return pd.DataFrame([{**usual, **row} for row in rows])


def redacted(given: pd.DataFrame, hidden: set[tuple[str, str, int]]) -> pd.DataFrame:
    menu = catalogue({"talent", "talent_high"})
    gone = gone_figures(given, hidden, menu, Threshold())
    return redact_figures(given, gone, telling(given, gone, NOWHERE, NONE, menu))


def test_words_of_the_document_the_area_and_the_group_go_with_the_number() -> None:
    given = figures(
        {"value": 3.0},
        {"area": "乙", "indicator": "gdp"},  # the same document
        {"source": "t", "indicator": "gdp"},  # the same area
        {"source": "t", "area": "乙", "indicator": "talent_high"},  # the same group
        {"source": "t", "area": "乙", "indicator": "gdp"},
    )
    shown = redacted(given, {("talent", "甲", 2020)})
    assert shown["quote"].tolist() == ["", "", "", "", "引文"]
    assert shown["note"].tolist() == ["", "", "", "", "注"]
    assert shown["value"].isna().tolist() == [True, False, False, False, False]
    assert shown["approx"].tolist() == ["", "约", "约", "约", "约"]
    assert shown["locator"].tolist() == ["", "表3", "表3", "表3", "表3"]
    assert shown["status"].tolist() == ["suppressed", *["reported"] * 4]


def test_words_of_areas_counted_together_go_with_one_of_them() -> None:
    given = figures({"value": 3.0}, {"source": "t", "area": "乙+甲", "indicator": "gdp"})
    assert redacted(given, {("talent", "甲", 2020)})["quote"].tolist() == ["", ""]


def test_which_words_go_does_not_depend_on_the_withheld_number() -> None:
    said = [f"第{page}页" for page in range(1, 6)]
    for count in (1.0, 2.0, 3.0, 4.0):
        given = figures({"value": count}, *({"area": one, "note": one} for one in said))
        assert redacted(given, {("talent", "甲", 2020)})["note"].tolist() == [""] * 6


def test_without_anything_withheld_all_words_stay() -> None:
    given = figures({}, {"area": "乙"})
    assert redacted(given, set()).equals(given)


def test_a_small_figure_that_was_not_chosen_is_withheld_too() -> None:
    given = figures({}, {"value": 2.0, "source": "t"}, {"value": 2.0, "kind": "target"})
    gone = gone_figures(given, set(), catalogue({"talent"}), Threshold())
    assert gone.tolist() == [False, True, False]


def test_small_counts_at_a_site_are_taken_out_with_all_words_of_the_site() -> None:
    usual = {"site": "b1", "source": "s", "text": "", "quote": "q", "note": "n", "kind": "actual",
             "status": "reported", "approx": "约", "locator": "表3"}  # fmt: skip
    given = pd.DataFrame(
        [
            {**usual, "value": 3.0, "unit": "名"},
            {**usual, "value": 3.0, "unit": "个"},
            {**usual, "value": np.nan, "unit": "人", "text": "四人", "site": "b2"},
            {**usual, "value": 3.0, "unit": "个", "site": "b3", "source": "t"},
        ]
    )
    gone = gone_at_sites(given, Threshold())
    assert gone.tolist() == [True, False, True, False]
    words = Telling(sites=frozenset({"b1", "b2"}), sources=frozenset("s"))
    shown = redact_site_figures(given, gone, words)
    assert shown["status"].tolist() == ["suppressed", "reported", "suppressed", "reported"]
    assert shown["quote"].tolist() == ["", "", "", "q"]
    assert shown["text"].tolist() == ["", "", "", ""]
    assert shown["approx"].tolist() == ["", "约", "", "约"]
