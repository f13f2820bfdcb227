"""The range of an estimate is carried into what is worked out from it, and to the public."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geomap.atlas import Atlas, Value
from geomap.model.wording import in_full
from geomap.release.editions import for_audience
from geomap.release.import_table import Details, import_table
from geomap.release.open import open_release
from geomap.render.data.extract import extract
from geomap.render.data.tables import csv_file
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.request import scene_of
from geomap.render.sheets.subject import Subject
from geomap.views.evidence.conflicts import conflict_report
from geomap.views.evidence.provenance import provenance
from geomap.views.maps.view import map_view
from geomap.webmap.payload import payload
from tests.support.toy import STATS_HEAD, TOY, indicator, write_toy
from tests.support.withheld import row
from tests.support.withheld import toy as small

CITY, EAST, KANG, EJIN = "150600", "150602", "150603", "150627"


def derived(id_: str, **formula: object) -> dict[str, object]:
    return indicator(id_, id_, "", measure="rate", decimals=4, minimum=None, formula=formula)


DERIVED = [
    derived("per_head", op="ratio", of="talent", per="population", scale=100),
    derived("heads_per_talent", op="ratio", of="population", per="talent", scale=1),
    derived("share", op="share", of="talent"),
    derived("quotient", op="quotient", of="talent", per="population", scale=1),
    derived("growth", op="change", of="talent"),
]


def catalogue() -> str:
    found = json.loads(TOY["indicators.json"])
    found["indicators"][1]["weights"] = ["population", "workers"]
    found["indicators"] += [indicator("workers", "就业人员", "人"), *DERIVED]
    return json.dumps(found, ensure_ascii=False)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Talent 100: 东胜 has 50, so 50 is spread over 300 and 200 people, or 100 and 400 workers."""
    stats = (
        TOY["stats/plan.csv"]
        + "150600,talent,2020,100,人,actual,reported,表2,,\n"
        + "150603,talent,2010,20,人,actual,reported,表2,,\n"
        + "150603,workers,2020,100,人,actual,reported,表3,,\n"
        + "150627,workers,2020,400,人,actual,reported,表3,,\n"
    )
    edits = {"stats/plan.csv": stats, "indicators.json": catalogue()}
    return open_release(write_toy(tmp_path_factory.mktemp("ranges") / "release", edits))


def value(atlas: Atlas, name: str, area: str) -> Value:
    return atlas.series[name, "actual"][2020][area]


@pytest.mark.parametrize(
    ("name", "found", "low", "high"),
    [
        ("talent", 30, 10, 30),
        ("per_head", 10, 10 / 3, 10),  # 30 of 300 people, or 10
        ("heads_per_talent", 10, 10, 30),  # the larger the part below, the smaller the ratio
        ("share", 30, 10, 30),  # of 100
        ("quotient", 1, 1 / 3, 1),  # 10 per cent as in the city, or a third of it
        ("growth", 50, -50, 50),  # from 20
    ],
)
@pytest.mark.slow
def test_what_is_worked_out_from_an_estimate_has_its_range(
    atlas: Atlas, name: str, found: float, low: float, high: float
) -> None:
    one = value(atlas, name, KANG)
    assert (one.value, one.low, one.high) == tuple(pytest.approx(x) for x in (found, low, high))
    assert one.status == "apportioned"


def test_what_follows_from_a_range_stands_in_its_middle(tmp_path: Path) -> None:
    """康巴什 has 30—36 of 300 people: 10 to 12 of a hundred, about 11, not 10."""
    head, _, rows = TOY["stats/plan.csv"].partition("\n")
    kept = [row for row in rows.splitlines() if not row.startswith("150603,talent,2020")]
    filled = "".join(f"{row},\n" for row in kept)
    stats = f"{head},approx\n{filled}150603,talent,2020,30,人,actual,reported,表2,,,30—36\n"
    edits = {"stats/plan.csv": stats, "indicators.json": catalogue()}
    made = open_release(write_toy(tmp_path / "release", edits))
    one = value(made, "per_head", KANG)
    assert (one.value, one.low, one.high) == tuple(map(pytest.approx, (11, 10, 12)))
    assert in_full(one, made.indicators["per_head"]).zh == "约11（10.0–12.0）"


def test_what_is_worked_out_from_reports_has_no_range(atlas: Atlas) -> None:
    for name in ("per_head", "share", "quotient"):
        one = value(atlas, name, EAST)
        assert (one.status, one.low, one.high) == ("derived", None, None)


@pytest.mark.slow
def test_a_range_that_passes_nothing_leaves_none_to_divide_by(tmp_path: Path) -> None:
    stats = (
        TOY["stats/plan.csv"]
        + "150600,talent,2020,100,人,actual,reported,表2,,\n"
        + "150603,workers,2020,0,人,actual,reported,表3,,\n"
        + "150627,workers,2020,400,人,actual,reported,表3,,\n"
    )
    edits = {"stats/plan.csv": stats, "indicators.json": catalogue()}
    made = open_release(write_toy(tmp_path / "release", edits))
    one = value(made, "talent", KANG)
    assert (one.value, one.low, one.high) == (30, 0, 30)
    one = value(made, "heads_per_talent", KANG)
    assert (one.value, one.low, one.high) == (10, None, None)


def test_the_map_and_the_provenance_give_the_range(atlas: Atlas) -> None:
    shown = {one.code: one for one in map_view(atlas, "share", year=2020).areas}
    assert (shown[EJIN].low, shown[EJIN].high) == (pytest.approx(20), pytest.approx(40))
    said: dict[str, Any] = provenance(atlas, "share", EJIN, 2020)
    assert (said["low"], said["high"]) == (pytest.approx(20), pytest.approx(40))


def weighted() -> str:
    found = json.loads(TOY["indicators.json"])
    found["indicators"][2]["weights"] = ["population"]
    return json.dumps(found, ensure_ascii=False)


def test_the_public_edition_keeps_the_weights_of_the_estimates_it_shows(atlas: Atlas) -> None:
    public = for_audience(atlas)
    assert (
        public.estimates.weights_used
        == atlas.estimates.weights_used
        == {("talent", 2020): "population"}
    )
    assert len(public.estimates.table) == 2


@pytest.mark.slow
def test_the_public_edition_invents_no_reason_and_quotes_no_withheld_number(
    tmp_path: Path,
) -> None:
    # 康巴什 has 3 and 伊旗 has not reported; the city is below the sum of 东胜 and 康巴什.
    counts = row(CITY, "1243") + row(EAST, "1241") + row(KANG, "3")
    full = open_release(small(tmp_path / "r", counts, **{"indicators.json": weighted()}))
    assert "小于有数的各旗区合计 1,244" in full.estimates.refusals[0].reason.zh
    public = for_audience(full)
    hidden = public.values[public.values["status"] == "suppressed"]
    assert KANG in set(hidden["area"])
    told = [one.reason.zh for one in public.estimates.refusals]
    assert told == ["原因涉及不予公开的数，从略"]
    # Made anew from what is left, the reason would be another: that areas withhold their value.
    anew = Atlas.estimates.func(_without(public))  # type: ignore[attr-defined]
    assert [one.reason.zh for one in anew.refusals] != told


def _without(public: Atlas) -> Atlas:
    from dataclasses import replace

    return replace(public, guessed=None)


# --- a range that a document gives ----------------------------------------------------------------


@pytest.mark.parametrize(("lang", "said"), [("zh", "3—5"), ("en", "3–5")])
@pytest.mark.slow
def test_a_range_of_a_table_is_the_same_range_on_page_sheet_and_export(
    lang: str, said: str, tmp_path: Path
) -> None:
    directory, table = write_toy(tmp_path / "release"), tmp_path / "a.csv"
    table.write_text(
        STATS_HEAD.strip() + ",approx\n"
        "150602,talent_high,2024,7,人,actual,reported,表3,,,\n"
        "150603,talent_high,2024,3,人,actual,reported,表3,高层次人才3—5人,,3—5\n",
        encoding="utf-8",
    )
    import_table(directory, table, Details("yearbook", title="年鉴", issuer="统计局", date="2025"))
    made = open_release(directory)
    view = map_view(made, "talent_high", year=2024)
    short = next(
        one for one in payload(made, lang=lang)["indicators"] if one["id"] == "talent_high"
    )
    assert short["years"]["2024"]["q"] == {"1": {"d": 0, "t": said}}
    sheet = Sheet(lang=lang, bars=True)
    scene, _ = scene_of(made, Subject("talent_high", year=2024), sheet)
    words = [word.text for word in scene.words()]
    assert words.count(said) == 2  # on the area and in the list beside
    assert "3" not in words
    shown = extract(made, view, lang=lang)
    assert [(row["value"], row["printed"]) for row in shown.rows[:2]] == [(7, "7"), (3, said)]
    assert f",{said}," in csv_file(shown, made.boundaries, "utf-8").decode("utf-8-sig")
    told = provenance(made, "talent_high", KANG, 2024)
    assert (told["approx"], told["figures"][0]["printed"]) == ("3—5", "3—5")
    # 7 and 3—5 are 10 to 12, and so says every surface that adds them up
    assert view.control is not None
    assert (view.control.reported_sum, view.control.sum_range) == (None, (10, 12))
    assert "合计 10–12；" in view.control.text.zh
    (total,) = (
        one
        for one in conflict_report(made, made.rules)["totals"]
        if one["indicator"] == "talent_high"
    )
    assert (total["printed"]["sum"][lang], total["ranges"]) == ("10–12", {"sum": [10, 12]})
