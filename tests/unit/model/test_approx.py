"""约、超过、以上、3—5: what the words beside a number mean, and how both are written together."""

from __future__ import annotations

import pytest

from geomap.errors import ReleaseError
from geomap.model.approx import WORDS, Sense, ends, quoted, sense, with_word
from geomap.release.check import check_release
from geomap.release.open import open_release
from tests.support.toy import STATS_HEAD, ToyRelease

HEAD = STATS_HEAD.replace("note\n", "note,approx\n")


@pytest.mark.parametrize(
    ("number", "word", "zh", "en"),
    [
        ("60", "突破", "突破60", "over 60"),
        ("10%", "超过", "超过10%", "over 10%"),
        ("300 家", "以上", "300 家以上", "at least 300 家"),
        ("50", "左右", "50左右", "about 50"),
        ("150", "至少", "至少150", "at least 150"),
        ("3 家", "3—5", "3—5 家", "3–5 家"),
        ("3", "3-5", "3—5", "3–5"),
        ("1,310.5", "", "1,310.5", "1,310.5"),
    ],
)
def test_a_number_is_written_with_its_word(number: str, word: str, zh: str, en: str) -> None:
    assert with_word(number, word) == (zh, en)


@pytest.mark.parametrize(
    ("quote", "value", "word"),
    [
        ("高层次人才占比超过10%", 10, "超过"),
        ("全市人才资源总量突破60万人", 60, "突破"),
        ("研发机构达到280个以上", 280, "以上"),
        ("投入占GDP比重达到2.5%以上", 2.5, "以上"),
        ("平均达到10亿元左右", 10, "左右"),
        ("常住人口约25万人", 250_000, "约"),
        ("引进400余名", 400, "余"),
        ("控制在12人以内", 12, "以内"),
        ("不超过3%", 3, "不超过"),
        # The word stands with another number, or with a span of years.
        ("高层次人才总量达4.5万人，年均增长约10%", 4.5, ""),
        ("近5年引进5人", 5, ""),
        ("超过250人", 25, ""),
        ("引进3名、5名以上", 3, ""),
        ("人才资源总量 万人 29.4 52 43.8", 52, ""),
    ],
)
def test_a_quote_gives_the_word_that_stands_with_this_very_number(
    quote: str, value: float, word: str
) -> None:
    assert quoted(quote, value) == word


def test_every_word_has_a_sense_and_a_range_has_two_ends() -> None:
    assert Sense.PLAIN not in {sense(word) for word in WORDS}
    assert (sense(""), sense("大概吧")) == (Sense.PLAIN, Sense.PLAIN)
    assert (ends("3—5"), ends("约"), sense("3至5")) == ((3, 5), None, Sense.RANGE)


def test_a_word_left_out_of_its_column_is_taken_from_the_quote_and_said(
    toy_release: ToyRelease,
) -> None:
    rows = "150602,population,2024,510,人,actual,reported,表3,约510人,\n"
    directory = toy_release({"stats/plan.csv": lambda text: text + rows})
    atlas = open_release(directory)
    taken = atlas.figures.query("source == 'plan' and year == 2024")["approx"].tolist()
    assert taken == ["约"]
    assert any("“510”→“约510”" in one.what.zh for one in check_release(directory))


@pytest.mark.parametrize(
    ("word", "said"), [("大概吧", "不认识“大概吧”"), ("4—6", "区间 4—6 与数值 3 不符")]
)
def test_a_word_that_is_not_known_and_a_range_of_another_number_are_refused(
    toy_release: ToyRelease, word: str, said: str
) -> None:
    rows = HEAD + f"150602,population,2024,3,人,actual,reported,表3,,,{word}\n"
    with pytest.raises(ReleaseError) as caught:
        open_release(toy_release({"stats/plan.csv": rows}))
    assert any(said in one.what.zh and one.column == "approx" for one in caught.value.findings)
