"""How a number went over the years, in one sentence: from when to when, by how much, to what end.

It claims no more than the series holds: across a change of definition or of boundaries nothing is
compared, and a change whose sign is not known is not told. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.catalog import Indicator, Kind, Status
from geomap.model.schema import FIRST_YEAR, LAST_YEAR
from geomap.model.wording import with_unit
from geomap.tables.comparability import compare_area, compare_years, versions_of
from geomap.views.maps.change import change_in_words, change_of

if TYPE_CHECKING:
    from geomap.atlas import Atlas, Value

Points = list[tuple[int, "Value"]]


def trend_sentence(
    atlas: Atlas,
    indicator_id: str,
    area: str | None = None,
    *,
    span: tuple[int, int] = (FIRST_YEAR, LAST_YEAR),
) -> Text:
    """Say how the number of the city, or of an area, went.

    Parameters
    ----------
    area : its code; None for the city
    span : the years that are told, from the first to the last

    Returns
    -------
    Text : one sentence in each language, ended by a full stop

    Raises
    ------
    NotFoundError : no such indicator
    """
    one, code = atlas.indicator(indicator_id), area or atlas.city
    points = _points(atlas, one, code, Kind.ACTUAL, span)
    parts = [_course(atlas, one, code, points)]
    parts += [
        Text(f"{year}年目标 {value.zh}", f"target {value.en} for {year}")
        for year, row in _points(atlas, one, code, Kind.TARGET, span)[-1:]
        if (value := with_unit(row, one)).zh
    ]
    zh, en = "，".join(part.zh for part in parts), ", ".join(part.en for part in parts)
    who = Text("全市", "City") if code == atlas.city else _name(atlas, code)
    return Text(f"{who.zh}{zh}。", f"{who.en}: {en}.")


def _name(atlas: Atlas, code: str) -> Text:
    area = atlas.area(code)
    return Text(area.name_zh, area.name_en or area.name_zh)


def _points(atlas: Atlas, one: Indicator, code: str, kind: Kind, span: tuple[int, int]) -> Points:
    series = atlas.series.get((one.id, kind.value), {})
    return [
        (year, rows[code])
        for year, rows in sorted(series.items())
        if code in rows and rows[code].value is not None and span[0] <= year <= span[1]
    ]


def _course(atlas: Atlas, one: Indicator, code: str, points: Points) -> Text:
    """Tell the first and the last number and what changed between them."""
    if not points:
        return Text("没有数", "there is no figure")
    (since, first), (year, last) = points[0], points[-1]
    end = _said(one, last)
    if since == year:
        when = Text(f"{year}年 ", f"{year}, ") if not one.timeless else Text(" ", "")
        return Text(f"{when.zh}{end.zh}", f"{when.en}{end.en}")
    start = _said(one, first)
    change = change_of(atlas, one, code, since, year)
    if change is not None and change.value is not None:
        by = change_in_words(change, one, since, year)
        verb, told = _verb(change.value), Text(f"（{by.zh}）", f" ({by.en})")
    elif _exact(first) and _exact(last) and _comparable(atlas, one, code, since, year):
        # Of nothing there is no percentage.
        verb, told = _verb((last.value or 0) - (first.value or 0)), Text("", "")
    else:
        why = (
            Text("升降不能断定", "whether it rose or fell is not known")
            if _comparable(atlas, one, code, since, year)
            else Text("不可直接比较", "not to be compared directly")
        )
        zh = f"{since}年 {start.zh}，{year}年 {end.zh}，{why.zh}"
        return Text(zh, f"{start.en} in {since}, {end.en} in {year}, {why.en}")
    zh = f"由{since}年的 {start.zh}{verb.zh}{year}年的 {end.zh}{told.zh}"
    return Text(zh, f"{verb.en} from {start.en} in {since} to {end.en} in {year}{told.en}")


def _exact(row: Value) -> bool:
    return not row.approx and row.low is None and row.high is None


def _comparable(atlas: Atlas, one: Indicator, code: str, since: int, year: int) -> bool:
    """Whether definition and boundaries are the same in both years."""
    same_meaning = compare_years(versions_of(one.id, atlas.indicators), since, year).allowed
    return same_meaning and compare_area(code, since, year, atlas.rules.vintages).allowed


def _said(one: Indicator, row: Value) -> Text:
    value = with_unit(row, one)
    estimate = row.status == Status.APPORTIONED.value
    mark = Text("（估算）", " (an estimate)") if estimate else Text("", "")
    return Text(value.zh + mark.zh, value.en + mark.en)


def _verb(change: float) -> Text:
    if change == 0:
        return Text("持平于", "unchanged")
    return Text("升至", "rose") if change > 0 else Text("降至", "fell")
