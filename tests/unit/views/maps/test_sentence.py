"""What a map says in one sentence: by hand for each kind of gap, and that it never claims more."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.model.catalog import Formula, Measure, Op
from geomap.views.maps.mapview import AreaView, MapView
from geomap.views.maps.sentence import sentence
from geomap.views.maps.view import map_view

NAMES = ("东胜区", "康巴什区", "伊金霍洛旗")
CITY = "鄂尔多斯市"
HYPOTHESIS = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def area(name: str, value: float | None, **members: Any) -> AreaView:
    """Give an area as a map shows it; its code counts from 1."""
    status = "missing" if value is None else "reported"
    code = str([*NAMES, CITY].index(name)) if name in (*NAMES, CITY) else name
    given = {
        "decimals": 9,
        "status": status,
        "absence": "missing" if value is None else "",
        **members,
    }
    return AreaView(
        code=code, name=Text(name, f"en-{name}"), value=value, class_index=-1, rank=None,
        figures=(), conflict=False, **given,
    )  # fmt: skip


def view(atlas: Atlas, *areas: AreaView, city: AreaView | None = None, **members: Any) -> MapView:
    """Give a map of 人数 in 2020; members with the name of one of an indicator's go to it."""
    base = map_view(atlas, "population")
    own = {name: members.pop(name) for name in list(members) if hasattr(base.indicator, name)}
    indicator = replace(
        base.indicator,
        **{"name": Text("人数", "Heads"), "unit": Text("人", "people"), "measure": Measure.COUNT,
           "decimals": 0, "formula": None, "minimum": 0.0, "asked": True, **own},
    )  # fmt: skip
    given = {"year": 2020, "base_year": None, "joint": (), **members}
    return replace(base, indicator=indicator, areas=areas, city=city, **given)


def three(*values: float | None) -> tuple[AreaView, ...]:
    return tuple(area(name, value) for name, value in zip(NAMES, values, strict=True))


def said(shown: MapView) -> str:
    """Give the sentence in Chinese without its full stop."""
    zh = sentence(shown).zh
    assert zh.endswith("。")
    return zh[:-1]


def test_it_tells_the_city_the_top_and_the_bottom(atlas: Atlas) -> None:
    shown = view(atlas, *three(60, 30, 10), city=area(CITY, 100))
    assert sentence(shown) == (
        "全市 100 人，东胜区最多（60 人，占全市 60.0 %），是最少的伊金霍洛旗（10 人）的 6 倍。",
        "City 100 people, en-东胜区 is highest (60 people, 60.0% of the city), "
        "6 times en-伊金霍洛旗, the lowest (10 people).",
    )


def test_rates_are_high_and_have_no_share_of_the_city(atlas: Atlas) -> None:
    shown = view(
        atlas, *three(6.0, 3.0, 1.5), city=area(CITY, 4.0),
        measure=Measure.RATE, decimals=1, unit=Text("%", "%"),
    )  # fmt: skip
    assert said(shown) == "全市 4.0 %，东胜区最高（6.0 %），是最低的伊金霍洛旗（1.5 %）的 4 倍"
    assert sentence(shown).en == (
        "City 4.0%, en-东胜区 is highest (6.0%), 4 times en-伊金霍洛旗, the lowest (1.5%)."
    )


def test_ties_share_their_place(atlas: Atlas) -> None:
    assert (
        said(view(atlas, *three(9, 9, 3)))
        == "东胜区、康巴什区并列最多（9 人），伊金霍洛旗最少（3 人）"
    )
    assert (
        said(view(atlas, *three(9, 3, 3)))
        == "东胜区最多（9 人），康巴什区、伊金霍洛旗并列最少（3 人）"
    )
    assert said(view(atlas, *three(3, 3, 3))) == "3 个旗区相同，都是 3 人"
    # What prints alike is tied, though the numbers behind are not equal.
    assert "并列最多" in said(view(atlas, *three(9.2, 8.9, 3)))
    five = [area(f"{number}旗", 9.0) for number in "一二三四五"]
    most = said(view(atlas, *five, area("末旗", 1.0)))
    assert most.startswith("一旗等 5 个并列最多（9 人）")


def test_nearly_equal_ends_are_told_as_such(atlas: Atlas) -> None:
    assert said(view(atlas, *three(1050, 1020, 1000))).endswith(
        "东胜区最多（1,050 人），与最少的伊金霍洛旗（1,000 人）相差不大"
    )


@pytest.mark.parametrize(
    ("high", "low", "unit", "times"),
    [
        (900, 100, "%", "9.0"),  # 8.95 to 9.05
        (90, 10, "%", "9"),  # 8.5 to 9.5
        (5, 1, "%", None),  # 3 to 11: no number at all
        (15, 10, "%", None),  # 1.38 to 1.63, and "2 times" would be false
        (7, 0, "%", None),
        (1200, 100, "%", "12"),
        (5, 1, "人", "5"),  # people are counted, not measured
        (15, 10, "人", "1.5"),
        (7, 0, "人", None),
    ],
)
def test_how_many_times_has_the_digits_that_both_ends_leave(
    atlas: Atlas, high: float, low: float, unit: str, times: str | None
) -> None:
    shown = view(atlas, *three(high, (high + low) / 2, low), unit=Text(unit, unit))
    assert said(shown).endswith(f"的 {times} 倍" if times else f"伊金霍洛旗最少（{low} {unit}）")


def test_an_index_is_not_told_in_times(atlas: Atlas) -> None:
    shown = view(atlas, *three(400, 300, 200), measure=Measure.INDEX)
    assert said(shown) == "东胜区最高（400 人），伊金霍洛旗最低（200 人）"


def test_estimates_are_neither_first_nor_last(atlas: Atlas) -> None:
    guess = area("伊金霍洛旗", 99, status="apportioned")
    assert said(view(atlas, *three(9, 3, None)[:2], guess)) == (
        "可比的 2 个旗区中东胜区最多（9 人），是最少的康巴什区（3 人）的 3 倍；其余 1 个估算"
    )
    every = [area(name, 5, status="apportioned") for name in NAMES]
    assert said(view(atlas, *every, city=area(CITY, 15))) == (
        "全市 15 人，3 个旗区都是估算，没有上报的数，不比高低"
    )


def test_a_share_of_an_estimated_or_approximate_city_is_not_told(atlas: Atlas) -> None:
    guess = area(CITY, 100, status="apportioned")
    assert said(view(atlas, *three(60, 30, 10), city=guess)).startswith(
        "全市 100 人（估算），东胜区最多（60 人）"
    )
    about = area(CITY, 100, approx="约")
    assert "占全市" not in said(view(atlas, *three(60, 30, 10), city=about))


def test_one_figure_none_and_the_city_alone_have_sentences_of_their_own(atlas: Atlas) -> None:
    assert (
        said(view(atlas, *three(None, 7, None)))
        == "只有康巴什区一个旗区有数：7 人；其余 2 个未上报"
    )
    assert said(view(atlas, *three(None, None, None))) == "没有数"
    assert (
        said(view(atlas, *three(None, None, None), city=area(CITY, 7)))
        == "全市 7 人，没有分旗区的数"
    )
    assert said(view(atlas, area("东胜区", 7), city=area(CITY, 7))) == "7 人"


def test_who_is_left_out_is_counted_by_its_reason(atlas: Atlas) -> None:
    more = [
        area("甲旗", None, status="suppressed", absence="suppressed"),
        area("乙旗", None, absence="unpublished"),
        area("丙旗", None, others=(3.0, 4.0)),
        area("丁旗", None, approx="约", low=-1.0, high=2.0),
        area("150628", None),
        area("戊旗", 4, status="apportioned"),
    ]
    joint = (area("150628+150629", 12.0),)
    shown = view(atlas, *three(9, 3, None), *more, joint=joint)
    assert said(shown).partition("；")[2] == (
        "其余 1 个未上报、1 个不予公开、1 个无公开数、1 个数未定、1 个只知范围、"
        "1 个合并填报、1 个估算"
    )
    assert sentence(shown).en.partition("; ")[2] == (
        "the others: 1 not reported, 1 withheld, 1 no public figure, 1 undecided, "
        "1 only a range known, 1 reported jointly, 1 estimated."
    )


def test_an_approximate_number_leads_only_where_its_whole_range_does(atlas: Atlas) -> None:
    about = area("东胜区", 60, approx="约")  # 55 to 65
    assert said(view(atlas, about, *three(0, 54, 10)[1:])) == "东胜区最多（约60 人）"
    assert said(view(atlas, about, *three(0, 56, 10)[1:])) == (
        "东胜区的数最大（约60 人），但有约数，先后不能确定"
    )
    over = area("康巴什区", 50, approx="超过")  # no upper end
    assert said(view(atlas, area("东胜区", 60), over, area("伊金霍洛旗", 1))).endswith(
        "先后不能确定"
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((5, 1, -2), "东胜区升得最多（+5.0 %），伊金霍洛旗降得最多（−2.0 %）"),
        ((5, 2, 1), "东胜区升得最多（+5.0 %），没有下降的，伊金霍洛旗升得最少（+1.0 %）"),
        ((-1, -2, -4), "伊金霍洛旗降得最多（−4.0 %），没有上升的，东胜区降得最少（−1.0 %）"),
        ((5, 2, 0), "东胜区升得最多（+5.0 %），没有下降的"),
        ((0, -2, -4), "伊金霍洛旗降得最多（−4.0 %），没有上升的"),
        ((0.04, -2, -4), "伊金霍洛旗降得最多（−4.0 %），没有上升的"),  # prints as less than 0.1
        ((0, 0, 0), "3 个旗区相同，都是 0.0 %"),
    ],
)
def test_changes_are_told_by_their_direction(
    atlas: Atlas, values: tuple[float, ...], words: str
) -> None:
    shown = view(
        atlas, *three(*values), base_year=2015, measure=Measure.RATE, decimals=1,
        unit=Text("%", "%"), formula=Formula(Op.CHANGE, "population"), minimum=None,
    )  # fmt: skip
    assert said(shown) == words


@pytest.mark.parametrize(
    ("unit", "decimals", "value", "en"),
    [
        ("×10,000 people", 1, 43.8, "438,000 people"),
        ("×10,000 people", 2, 1.48, "14,800 people"),
        ("×100 million yuan", 1, 5613.4, "561.34 billion yuan"),
        ("×10,000 yuan per km²", 1, 646.3077, "6,463,000 yuan per km²"),
        ("bases", 0, 1, "1 base"),
        ("people", 0, 1, "1 people"),
    ],
)
def test_english_counts_in_its_own_thousands(
    atlas: Atlas, unit: str, decimals: int, value: float, en: str
) -> None:
    shown = view(atlas, *three(None, value, None), unit=Text("单位", unit), decimals=decimals)
    assert f"has a figure: {en};" in sentence(shown).en


def test_where_there_are_no_banners_the_parts_are_districts(atlas: Atlas) -> None:
    parts = [area("甲区", 3), area("乙县", 3), area("丙区", 3)]
    assert said(view(atlas, *parts)) == "3 个区县相同，都是 3 人"


VALUES = st.one_of(st.none(), st.integers(-50, 5000).map(float))


@HYPOTHESIS
@given(values=st.lists(st.tuples(VALUES, st.booleans()), min_size=2, max_size=9))
def test_whoever_is_told_as_first_has_reported_and_nobody_reported_more(
    atlas: Atlas, values: list[tuple[float | None, bool]]
) -> None:
    areas = [
        area(
            f"{number}旗",
            value,
            **({"status": "apportioned"} if guess and value is not None else {}),
        )
        for number, (value, guess) in enumerate(values)
    ]
    words = said(view(atlas, *areas))
    firm = {
        one.name.zh: one.value
        for one in areas
        if one.value is not None and one.status == "reported"
    }
    if len(set(firm.values())) < 2:
        assert "最多（" not in words
        return
    most = words.partition("最多（")[0]
    first = next(name for name in firm if re.search(rf"{name}(、.*|等 \d+ 个)?(并列)?$", most))
    assert firm[first] == max(firm.values())
    assert ("可比的" in words) is (len(firm) < len(areas))
