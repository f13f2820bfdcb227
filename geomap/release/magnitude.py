"""Whether figures have the size that their neighbours have: 人 written as 万人, 0.785 for 78.5 %.

Nothing here stops a release: each figure that stands out is told once, with all that is odd about
it, across documents. A city that grew tenfold in ten years is no fault, so growth is allowed by
the years between. Pure.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geomap.model.catalog import Indicator, Op
from geomap.model.findings import FaultWords, Findings
from geomap.numbers import full, written
from geomap.release.contents import Release
from geomap.tables import cells
from geomap.tables.comparability import is_joint

JUMP = 5.0
"""How often larger or smaller than a year before a figure may be; per year between them."""
SMALL = 20.0
"""Counts that were and are below jump about: 1 person, then 6."""
_UNITS_APART = ((3, "千"), (4, "万"), (8, "亿"))
_THINGS = frozenset("人名家个套件项户辆所处座间位支门台次篇张幢栋") | {"人次"}
_OTHERS = 3
_KEY = ["indicator", "kind"]


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure: where it stands, and what it says."""

    path: str
    line: int
    area: str
    year: int
    number: float
    text: str


class _Beside:
    """What stands beside a figure: all of one indicator and kind, laid out once.

    Looking at all figures for each of them takes minutes where there are 50,000.
    """

    def __init__(self, figures: list[_Figure], city: str) -> None:
        self.city_code = city
        self.largest: dict[int, _Figure] = {}
        self.by_year: defaultdict[str, defaultdict[int, list[_Figure]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for one in figures:
            if one.area == city and one.number > self._largest(one.year):
                self.largest[one.year] = one
            same = self.by_year[one.area][one.year]
            # One to be looked at, one to compare it with.
            if one.number and len(same) < 2:
                same.append(one)
        self.sizes = sorted((abs(x.number), x.area) for x in figures if x.number and x.area != city)
        self.known = Counter(area for _, area in self.sizes)
        self.whole = [x.number for x in figures if not 0 < x.number < 1]
        self.middle = float(np.median(self.whole)) if self.whole else 0.0

    def _largest(self, year: int) -> float:
        return self.largest[year].number if year in self.largest else -math.inf

    def nearest(self, one: _Figure) -> _Figure | None:
        """Give the figure of its area nearest in time, of the same year first, else the earlier."""
        years = self.by_year[one.area]
        for year in sorted(years, key=lambda year: (abs(year - one.year), year)):
            for other in years[year]:
                if other is not one:
                    return other
        return None

    def others(self, area: str) -> tuple[float, float] | None:
        """Give the smallest and the largest of the other areas, None where they are too few."""
        if len(self.sizes) - self.known[area] < _OTHERS:
            return None
        low = next(size for size, code in self.sizes if code != area)
        return low, next(size for size, code in reversed(self.sizes) if code != area)


def check_magnitude(release: Release) -> None:
    """Add a notice for each figure whose size does not fit what stands beside it."""
    rows = _figures(release)
    for (indicator_id, _), part in rows.groupby(_KEY):
        indicator = release.indicators.get(str(indicator_id))
        if indicator is None:
            continue
        figures = [_Figure(*row) for row in part[list(_Figure.__slots__)].itertuples(index=False)]
        beside = _Beside(figures, release.package.city)
        for one in figures:
            _tell(release.findings, one, [*_reasons(one, beside, indicator)])
    _check_ratios(release, rows)


def _figures(release: Release) -> pd.DataFrame:
    frames = [
        frame.assign(path=path, line=frame.index, text=frame["value"])
        for path, frame in release.stats.items()
    ]
    if not frames:
        return pd.DataFrame(columns=[*_KEY, *_Figure.__slots__])
    stacked = pd.concat(frames, ignore_index=True)
    number = pd.to_numeric(stacked["value"], errors="coerce")
    year = pd.to_numeric(stacked["year"], errors="coerce")
    joint = stacked["area"].map(is_joint).astype(bool)
    kept = stacked.assign(number=number, year=year)[
        (number.abs() <= cells.LARGEST) & year.notna() & ~joint
    ]
    sound: pd.DataFrame = kept.astype({"year": int})
    return sound


def _tell(findings: Findings, one: _Figure, reasons: list[FaultWords]) -> None:
    if reasons:
        zh, en = "；".join(reason[0] for reason in reasons), "; ".join(r[1] for r in reasons)
        findings.notice(
            (one.path, one.line, "value"),
            (f"{one.text}：{zh}", f"{one.text}: {en}"),
            (
                "核对数值与单位（人还是万人，% 还是比例）",
                "see whether the value or the unit is wrong",
            ),
        )


def _reasons(one: _Figure, beside: _Beside, indicator: Indicator) -> Iterator[FaultWords]:
    """Say what is odd about one figure, the surest first."""
    if indicator.unit.zh in _THINGS and one.number != int(one.number):
        yield f"{indicator.unit.zh}数不是整数", "a count of things is no whole number"
    if indicator.additive and one.area != beside.city_code:
        yield from _above_city(one, beside.largest)
    before = beside.nearest(one)
    if before:
        yield from _against(one, before)
    elif one.number:
        yield from _among_others(one, beside)
    if indicator.unit.zh == "%" and 0 < one.number < 1:
        yield from _as_fraction(one, beside)


def _above_city(one: _Figure, largest_of: Mapping[int, _Figure]) -> Iterator[FaultWords]:
    near = min((abs(year - one.year) for year in largest_of), default=None)
    if near is None:
        return
    years = [year for year in (one.year - near, one.year + near) if year in largest_of]
    largest = max((largest_of[year] for year in years), key=lambda x: x.number)
    allowed = 1.0 + 0.1 * near
    if one.number > largest.number * allowed + _rounding(one) + _rounding(largest):
        yield (
            f"大于全市 {largest.year}年 的 {largest.text}",
            f"above the city's {largest.text} of {largest.year}",
        )


def _against(one: _Figure, other: _Figure) -> Iterator[FaultWords]:
    ratio = one.number / other.number
    if ratio <= 0 or max(abs(one.number), abs(other.number)) < SMALL:
        return
    apart = _units_apart(ratio)
    if not apart and max(ratio, 1 / ratio) <= JUMP * max(1, abs(one.year - other.year)):
        return
    times = max(ratio, 1 / ratio)
    said = written(times, 0) if times >= 100 else full(times, digits=3)
    zh, en = ("倍", f"{said} times") if ratio > 1 else (" 分之一", f"1/{said} of")
    hint = f"，可能差了“{apart}”" if apart else ""
    yield (
        f"是 {other.year}年 {other.text} 的 {said}{zh}{hint}",
        f"{en} the {other.text} of {other.year}",
    )


def _units_apart(ratio: float) -> str:
    """Give the unit that two figures seem to differ by, "" for none."""
    size = abs(math.log10(ratio))
    return next((name for power, name in _UNITS_APART if abs(size - power) < 0.302), "")


def _among_others(one: _Figure, beside: _Beside) -> Iterator[FaultWords]:
    """Look at the other areas where an area has no figure of another year."""
    around = beside.others(one.area)
    if around is None or one.area == beside.city_code:
        return
    low, high = around
    if abs(one.number) * 1000 < low or abs(one.number) > high * 1000:
        least, most = full(low, digits=6), full(high, digits=6)
        yield (
            f"与其他旗区的 {least} 至 {most} 相差千倍以上",
            f"a thousand times apart from other areas: {least} to {most}",
        )


def _as_fraction(one: _Figure, beside: _Beside) -> Iterator[FaultWords]:
    if beside.middle > max(1.0, 10 * one.number):
        low, high, perhaps = map(full, (min(beside.whole), max(beside.whole), 100 * one.number))
        yield (
            f"小于 1 %，而其他的数在 {low} 至 {high}，可能应为 {perhaps}",
            f"below 1 %, where others are {low} to {high}; perhaps {perhaps}",
        )


def _rounding(one: _Figure) -> float:
    return 0.5 * 10.0 ** -cells.decimals(one.text)


def _check_ratios(release: Release, rows: pd.DataFrame) -> None:
    """Work out ratios that have a maximum (shares) of figures of one area and year."""
    actual = rows[rows["kind"] == "actual"]
    for indicator in release.indicators.values():
        formula, most = indicator.formula, indicator.maximum
        if formula is None or most is None or formula.op is not Op.RATIO:
            continue
        parts = actual[actual["indicator"] == formula.of]
        wholes = actual[(actual["indicator"] == formula.per) & (actual["number"] > 0)]
        joined = parts.merge(wholes, on=["area", "year"], suffixes=("", "_per"))
        share = joined["number"] / joined["number_per"] * formula.scale
        # Of documents that disagree the smallest share decides.
        lowest = share.groupby([joined["path"], joined["line"]]).transform("min")
        over = joined[(share == lowest) & (share > most * (1 + 1e-6))]
        for row in over.assign(share=share[over.index]).to_dict("records"):
            release.findings.notice(*_share_words(row, indicator))


def _share_words(
    row: Mapping[Hashable, object], indicator: Indicator
) -> tuple[tuple[str, int, str], FaultWords, FaultWords]:
    share, most = full(float(str(row["share"])), digits=4), full(indicator.maximum or 0)
    unit = indicator.unit.zh
    return (
        (str(row["path"]), int(str(row["line"])), "value"),
        (
            f"{row['text']}：按 {row['text_per']} 算得{indicator.name.zh} {share}{unit}，"
            f"超过上限 {most}{unit}",
            f"{row['text']}: makes {indicator.id} {share}, above {most}, by {row['text_per']}",
        ),
        ("核对两个数与单位", "see which of the two is wrong"),
    )
