"""What a total is made of: its parts as shares, for the city and each area, in one year.

A bar is drawn only where the total and all its parts are known. What they leave of the total is
shown as such; parts that exceed it are told and not drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.errors import NotFoundError, RequestError, Text
from geomap.model.catalog import Indicator, Kind
from geomap.model.wording import decimals_of, with_unit
from geomap.numbers import full, percent
from geomap.views.charts.chart import (
    Chart,
    ChartPoint,
    ChartTable,
    area_name,
    cell,
    chart_title,
    documents_of,
    not_drawn,
)
from geomap.views.maps.view import map_view, marks

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView

FEWEST_PARTS = 2
_NOISE = 1e-9
_BY_METHOD = Text(
    "全是按同一权数分摊的估算，构成同全市",
    "all estimates spread by the same weights: as the city by construction",
)


@dataclass(frozen=True, slots=True)
class StackRow:
    """A total and its parts.

    Parameters
    ----------
    parts : in the order of the chart's
    shares : of each part, 0 to 1; with ``rest`` they make 1
    rest : share of the total that no part accounts for; 0 where only rounding is left
    left : the number that this is
    """

    name: Text
    total: ChartPoint
    parts: tuple[ChartPoint, ...]
    shares: tuple[float, ...]
    rest: float
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StackChart(Chart):
    """Shares of a total.

    Parameters
    ----------
    parts : the indicators
    rows : the city first where it is among them
    city : whether it is
    """

    city: bool
    parts: tuple[Indicator, ...]
    rows: tuple[StackRow, ...]

    def areas(self) -> tuple[AreaView, ...]:
        """Give all totals and parts."""
        return tuple(one.area for row in self.rows for one in (row.total, *row.parts))


def parts_of_total(atlas: Atlas, indicator: str, kind: str = Kind.ACTUAL.value) -> list[str]:
    """List the parts of an indicator that have figures; refused where they are fewer than two."""
    name = atlas.indicator(indicator).name
    found: dict[str, list[str]] = defaultdict(list)
    for one in atlas.indicators.values():
        if one.part_of and atlas.series.get((one.id, kind)):
            found[one.part_of].append(one.id)
    if len(found[indicator]) >= FEWEST_PARTS:
        return found[indicator]
    known = sorted(id_ for id_, parts in found.items() if len(parts) >= FEWEST_PARTS)
    zh, en = "、".join(known) or "（无）", ", ".join(known) or "none"
    raise RequestError(
        f"{name.zh}没有两个以上有数的组成部分；有组成部分的：{zh}",
        f"{name.en} has no two parts with figures; with parts: {en}",
    )


def stack_chart(atlas: Atlas, indicator_id: str, *, year: int | None = None) -> StackChart:
    """Say what a total is made of.

    Parameters
    ----------
    year : the one in which the most can be drawn when None, of those the latest

    Raises
    ------
    NotFoundError : no such indicator or year
    RequestError : it has no two parts, or nowhere are all of them known
    """
    indicator = atlas.indicator(indicator_id)
    parts = [atlas.indicators[one] for one in parts_of_total(atlas, indicator_id)]
    drawn = {one: _of_year(atlas, indicator, parts, one) for one in _years(atlas, indicator, year)}
    best = max(drawn, key=lambda one: (len(drawn[one][0]), one), default=None)
    if best is None or not drawn[best][0]:
        raise _none(indicator, parts, year)
    rows, left = drawn[best]
    shown = [one.area for row in rows for one in (row.total, *row.parts)]
    what = Text(f"{indicator.name.zh}的组成", f"{indicator.name.en} by part")
    return StackChart(
        indicator=indicator,
        year=best,
        title=chart_title(atlas, what, [best]),
        sentence=_sentence(atlas, indicator, parts, rows),
        notes=tuple(_notes(atlas, rows, left)),
        sources=documents_of(atlas, shown),
        marks=marks(atlas),
        table=_table(indicator, parts, rows),
        city=rows[0].total.area.code == atlas.city,
        parts=tuple(parts),
        rows=tuple(rows),
    )


Left = list[tuple["AreaView", Text]]


def _years(atlas: Atlas, indicator: Indicator, asked: int | None) -> list[int]:
    known = atlas.series.get((indicator.id, Kind.ACTUAL.value), {})
    if asked is None:
        return list(known)
    if asked not in known:
        raise NotFoundError(Text("年份", "year"), asked, known)
    return [asked]


def _of_year(
    atlas: Atlas, indicator: Indicator, parts: Sequence[Indicator], year: int
) -> tuple[list[StackRow], Left]:
    """Make the rows of a year; gives them, and the areas without one with the reason."""
    totals = _everyone(map_view(atlas, indicator.id, year=year))
    known = [atlas.series[one.id, Kind.ACTUAL.value] for one in parts]
    if not all(year in one for one in known):
        return [], []
    tables = [_everyone(map_view(atlas, one.id, year=year)) for one in parts]
    rows: list[StackRow] = []
    left: Left = []
    for code, total in totals.items():
        found = [one.get(code) for one in tables]
        why = _why_not(indicator, parts, total, found)
        if why is not None:
            left.append((total, why))
            continue
        points = tuple(ChartPoint(year, one) for one in found if one is not None)
        rows.append(_row(area_name(atlas, code), ChartPoint(year, total), points, parts, indicator))
    return rows, left


def _everyone(view: MapView) -> dict[str, AreaView]:
    return {one.code: one for one in (*([view.city] if view.city else []), *view.areas)}


def _why_not(
    indicator: Indicator,
    parts: Sequence[Indicator],
    total: AreaView,
    found: Sequence[AreaView | None],
) -> Text | None:
    """Say why a total cannot be divided; None where it can."""
    for one, part in ((total, indicator), *zip(found, parts, strict=True)):
        if one is None or one.value is None:
            why = Text("没有数", "no figure") if one is None else cell(one, part)
            return Text(f"{part.name.zh}{why.zh}", f"{part.name.en}: {why.en}")
    everyone = [one for one in (total, *found) if one is not None]
    if all(ChartPoint(0, one).estimated for one in everyone):
        return _BY_METHOD
    if not total.value or any((one.value or 0) < 0 for one in everyone):
        return Text(
            "总数为 0 或有负数，不能分成份额", "a total of 0, or a part below 0, has no shares"
        )
    summed = sum(one.value or 0.0 for one in everyone[1:])
    if summed - total.value > _rounding(total, everyone[1:], indicator, parts):
        return Text(
            f"各部分合计 {full(summed, digits=8)} 超过总数 {full(total.value)}",
            f"the parts make {full(summed, digits=8)}, more than the total of {full(total.value)}",
        )
    return None


def _rounding(
    total: AreaView, found: Sequence[AreaView], indicator: Indicator, parts: Sequence[Indicator]
) -> float:
    """Give what a total and the sum of its parts may differ by if all were cut to their digits."""
    halves = [0.5 * 10.0 ** -decimals_of(total, indicator)]
    halves += [
        0.5 * 10.0 ** -decimals_of(one, part) for one, part in zip(found, parts, strict=True)
    ]
    return sum(halves)


def _row(
    name: Text,
    total: ChartPoint,
    parts: tuple[ChartPoint, ...],
    indicators: Sequence[Indicator],
    indicator: Indicator,
) -> StackRow:
    values = [one.value or 0.0 for one in parts]
    summed, whole = sum(values), total.value or 0.0
    areas = [one.area for one in parts]
    left = whole - summed
    if abs(left) <= _rounding(total.area, areas, indicator, indicators):
        whole, left = summed, 0.0
    return StackRow(name, total, parts, tuple(one / whole for one in values), left / whole, left)


# --- words ----------------------------------------------------------------------------------------


def _none(indicator: Indicator, parts: Sequence[Indicator], year: int | None) -> RequestError:
    name = indicator.name
    when = Text(f"{year}年" if year else "", f" in {year}" if year else "")
    return RequestError(
        f"{name.zh}{when.zh}没有一处总数和 {len(parts)} 个部分都有可分的数，画不成 stack",
        f"{name.en}{when.en}: nowhere are the total and all {len(parts)} parts known, for stack",
    )


def _sentence(
    atlas: Atlas, indicator: Indicator, parts: Sequence[Indicator], rows: Sequence[StackRow]
) -> Text:
    """Tell the shares of the first row, which is the city's where it has one; the largest first."""
    row = rows[0]
    name = Text("全市", "City") if row.total.area.code == atlas.city else row.name
    ordered = sorted(zip(parts, row.shares, row.parts, strict=True), key=lambda one: -one[1])
    said = [(part.name, Text(*[percent(share)] * 2), point) for part, share, point in ordered]
    about = {bool(point.area.approx or row.total.area.approx): None for _, _, point in said}
    word = Text("约", "about ") if True in about else Text("", "")
    total = with_unit(row.total.area, indicator)
    rest = _rest(row)
    zh = "、".join(f"{one.zh} {word.zh}{share.zh} %" for one, share, _ in said)
    en = ", ".join(f"{one.en} {word.en}{share.en}%" for one, share, _ in said)
    return Text(f"{name.zh} {total.zh}：{zh}{rest.zh}。", f"{name.en} {total.en}: {en}{rest.en}.")


def _rest(row: StackRow) -> Text:
    if not row.left:
        return Text("", "")
    share = percent(row.rest)
    return Text(f"、未分类 {share} %", f", unaccounted for {share}%")


def _notes(atlas: Atlas, rows: Sequence[StackRow], left: Left) -> Iterator[Text]:
    yield Text(
        "条长为占各自总数的份额，总数写在右侧",
        "Bars are shares of each total, which stands at the right",
    )
    if any(one.estimated for row in rows for one in row.parts):
        yield Text("斜线的部分为估算", "Hatched parts are estimates")
    if any(row.left for row in rows):
        yield Text(
            "空白段是总数减各部分的余数", "The blank part is what the parts leave of the total"
        )
    if any(_is_rounded(row) for row in rows):
        yield Text(
            "份额以各部分合计为 100 %，与总数之差在舍入之内",
            "Shares are of the sum of the parts, which is the total but for rounding",
        )
    yield from not_drawn(
        [(one, why) for one, why in left if one.code != atlas.city], len(atlas.parts)
    )
    yield from _city_left(atlas, left)


def _is_rounded(row: StackRow) -> bool:
    summed = sum(one.value or 0.0 for one in row.parts)
    return not row.left and abs(summed - (row.total.value or 0.0)) > _NOISE


def _city_left(atlas: Atlas, left: Iterable[tuple[AreaView, Text]]) -> Iterator[Text]:
    for one, why in left:
        if one.code == atlas.city:
            yield Text(f"全市未画：{why.zh}", f"The city is not drawn: {why.en}")


def _table(
    indicator: Indicator, parts: Sequence[Indicator], rows: Sequence[StackRow]
) -> ChartTable:
    columns = (Text("旗区", "Area"), indicator.name, *(one.name for one in parts))
    body = tuple(
        (
            row.name,
            cell(row.total.area, indicator),
            *(_with_share(point, part, share)
              for point, part, share in zip(row.parts, parts, row.shares, strict=True)),
        )
        for row in rows
    )  # fmt: skip
    return ChartTable(columns, body)


def _with_share(point: ChartPoint, part: Indicator, share: float) -> Text:
    value = cell(point.area, part)
    return Text(f"{value.zh}（{percent(share)} %）", f"{value.en} ({percent(share)}%)")
