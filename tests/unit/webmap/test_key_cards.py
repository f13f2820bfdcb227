"""The line of key figures, as it is printed."""

from __future__ import annotations

from geomap.atlas import Atlas
from geomap.webmap.key_cards import key_cards


def test_each_language_writes_numbers_in_its_own_units(published_release: Atlas) -> None:
    zh, en = (
        {one.indicator: one for one in key_cards(published_release, lang)} for lang in ("zh", "en")
    )
    told = [(one["talent_total"].value, one["talent_total"].unit) for one in (zh, en)]
    assert told == [("43.8", "万人"), ("438,000", "people")]
    assert en["talent_total"].below == "2020 against 2015, target over 600,000 in 2025"
    assert not [one for one in en.values() if "×" in one.unit + one.value + one.below]
