"""Two years of one indicator have one scale: side by side, played, and in the table of both."""

from __future__ import annotations

import pytest

from tests.support.browser import Screen, Site

pytestmark = pytest.mark.browser
TWO_YEARS = "/?indicator=talent_per_10k&year=2025&compare=talent_per_10k:2015"
_MARKERS = "root => document.querySelectorAll(root + ' .leaflet-marker-pane .site').length"


def classes(screen: Screen, root: str = "#legend") -> list[tuple[str, str]]:
    return [
        (row["colour"], row["label"])
        for row in screen.legend(root)
        if (row["colour"] or "").startswith("#")
    ]


def beside(screen: Screen, site: Site, path: str) -> None:
    screen.open(site, path)
    screen.until(lambda: screen.labels("#second"), "there is no second map")
    screen.settle()


@pytest.mark.parametrize(
    "choice",
    ["", "&shared=false", "&method=equal&classes=3&palette=Oranges", "&method=manual&breaks=2000"],
)
def test_the_second_year_is_drawn_as_the_first(screen: Screen, demo: Site, choice: str) -> None:
    beside(screen, demo, f"{TWO_YEARS}{choice}&layers=base,park")
    assert classes(screen) == classes(screen, "#legend-second")
    assert len(classes(screen)) > 1
    assert screen.find("#shared").is_checked()
    assert screen.find("#shared").is_disabled()
    first, second = (screen.page.evaluate(_MARKERS, root) for root in ("#map", "#second"))
    assert first == second > 0
    # 乌审旗 had 1,534.7 in 2015 and 2,898.5 in 2025: not one colour.
    fills = {
        one["fill"]
        for root in ("#map", "#second")
        for one in screen.areas(root)
        if one["said"].startswith("乌审旗")
    }
    assert len(fills) == 2


def test_the_table_has_both_years_and_their_difference(screen: Screen, demo: Site) -> None:
    beside(screen, demo, TWO_YEARS)
    heads = screen.find("#table-head th:visible").all_inner_texts()
    assert [one.split()[0] for one in heads] == ["位次", "旗区", "2025", "2015", "2025−2015"]
    for row in screen.find("#ranking tr").all():
        later, earlier, gap = (
            float(text.split("\n")[0].strip("*+").replace(",", "").replace("−", "-"))
            for text in row.locator("td.value").all_inner_texts()
        )
        assert gap == pytest.approx(later - earlier, abs=0.11)
    gaps = screen.find("#ranking td.value:last-child")
    screen.click('th[data-by="difference"] button')
    told = [float(text.strip("+*").replace(",", "")) for text in gaps.all_inner_texts()]
    assert told == sorted(told, reverse=True)
    screen.click("#compare-close")
    assert screen.find("#table-head th:visible").count() == 3
    assert screen.find('th[data-by="value"]').get_attribute("aria-sort") == "descending"


def test_the_classes_stay_while_the_years_are_played(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=talent_per_10k&year=2015")
    first = classes(screen)
    screen.find("#year").fill("10")
    screen.settle()
    assert screen.text("#year-now") == "2025"
    assert classes(screen) == first
    screen.find("#shared").uncheck()
    screen.until(lambda: classes(screen) != first, "each year has no classes of its own")
    assert screen.query()["shared"] == "false"


def test_changes_up_to_each_year_have_one_scale(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=talent_per_10k&year=2016&from=2015")
    first = classes(screen)
    screen.show(demo, "indicator=talent_per_10k&year=2025&from=2015")
    assert classes(screen) == first


def test_the_year_chosen_stays_and_is_said_where_it_cannot(steady: Screen, demo: Site) -> None:
    screen = steady.show(demo, "indicator=talent_total&year=2022&area=150603")
    assert "各数为 2022 年" in screen.text("#profile")
    year_of = {
        row.split("\n")[0].split("\t")[0]: row
        for row in screen.find("#profile tbody tr").all_inner_texts()
    }
    assert any("20" in row.split("\t")[1] for row in year_of.values())
    screen.pick("常住人口")
    assert screen.text("#year-now") == "2022"
    assert screen.query()["year"] == "2022"
    lacking = next(
        one
        for one in demo.atlas.indicators.values()
        if (years := demo.atlas.series.get((one.id, "actual"))) and 2022 not in years
    )
    screen.pick(lacking.name.zh)
    assert f"{lacking.name.zh}没有 2022 年的数" in screen.text("#notes")
    assert "year" not in screen.query()
    screen.pick("人才资源总量")
    assert screen.text("#year-now") == "2022"


def test_equal_values_are_called_tied_and_have_no_bars(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=talent_bases")
    rows = screen.ranking()
    assert [row["rank"] for row in rows] == ["并列1"] * 8 + ["9"]
    assert screen.find("#ranking .bar").count() == 0


def test_estimates_stand_in_the_order_of_their_values(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=talent_total")
    told = [float(row["value"].split("（")[0]) for row in screen.ranking()]
    assert told == sorted(told, reverse=True)
    assert {row["rank"] for row in screen.ranking()} == {"–"}
    screen.click('th[data-by="value"] button')
    told = [float(row["value"].split("（")[0]) for row in screen.ranking()]
    assert told == sorted(told)
    screen.click('th[data-by="value"] button')


def test_one_reported_area_is_not_called_the_first(steady: Screen, shipped: Site) -> None:
    screen = steady.show(shipped, "indicator=urbanisation_rate")
    assert [row["rank"] for row in screen.ranking()] == ["–"] * 9
