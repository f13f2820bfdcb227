"""What one figure must hold in itself: its unit, its range, a status that fits, a place. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from geomap.errors import Text
from geomap.model.approx import WORDS, Sense, ends, quoted, sense, with_word
from geomap.model.catalog import Indicator
from geomap.model.findings import FaultWords, Findings
from geomap.numbers import full
from geomap.tables import cells
from geomap.tables.grid import tell_changes


def check_figures(
    file: str, frame: pd.DataFrame, indicators: Mapping[str, Indicator], findings: Findings
) -> pd.DataFrame:
    """Check what one figure must hold in itself: unit, range, status against value, its place.

    Parameters
    ----------
    frame : as ``check_grid`` gives it for ``schema.STATS``

    Returns
    -------
    The frame with units in their usual spelling.
    """
    frame = frame.assign(unit=_units(file, frame, indicators, findings))
    check_status(file, frame, findings)
    derived = [one.id for one in indicators.values() if one.formula]
    for line, indicator in frame.loc[frame["indicator"].isin(derived), "indicator"].items():
        findings.error(
            (file, int(str(line)), "indicator"),
            (f"{indicator} 由公式算出，不存数", f"{indicator} is worked out by a formula"),
            ("删去这一行，只填它的组成指标", "remove the row; give the indicators it is made of"),
        )
    values = pd.to_numeric(frame["value"], errors="coerce")
    for indicator_id, part in values.groupby(frame["indicator"]):
        indicator = indicators.get(str(indicator_id))
        if indicator:
            _range(file, part, indicator, findings)
    return with_wording(file, frame, findings)


def with_wording(file: str, frame: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Check the words that stand with numbers (约、超过、以上), and take those that quotes hold.

    A word that is left out of its column but stands with this very number in the quote is the
    document's own, so it is taken, and said.
    """
    numbers = pd.to_numeric(frame["value"], errors="coerce").tolist()
    words: list[str] = frame["approx"].tolist()
    changes: dict[int, tuple[str, str]] = {}
    rows = zip(frame.index, numbers, frame["quote"], strict=True)
    for at, (line, number, quote) in enumerate(rows):
        if words[at]:
            if fault := _wording_fault(words[at], number):
                findings.error((file, int(line), "approx"), *fault)
        elif quote and not math.isnan(number) and (word := quoted(quote, number)):
            words[at] = word
            printed = full(number, thousands=False)
            changes[int(line)] = printed, with_word(printed, word).zh
    if changes:
        told = list(dict.fromkeys(changes.values()))
        tell_changes((file, min(changes), "approx"), told, len(changes), findings)
    return frame.assign(approx=words)


def _wording_fault(word: str, value: float) -> tuple[FaultWords, FaultWords] | None:
    listed = "、".join(WORDS)
    if sense(word) is Sense.PLAIN:
        return (
            (f"不认识“{word}”", f"{word!r} is not a word that is known here"),
            (f"可写：{listed}，或区间如 3—5", f"write one of {listed}, or a range such as 3—5"),
        )
    low = ends(word)
    if low and low[0] != value:
        return (
            (f"区间 {word} 与数值 {full(value)} 不符", f"{word} does not begin with {full(value)}"),
            ("数值填区间的小数一端", "let the value be the lower end of the range"),
        )
    return None


def check_status(file: str, frame: pd.DataFrame, findings: Findings, wording: str = "") -> None:
    """Check that a value is there exactly when its status says so, and that it has a place.

    Parameters
    ----------
    wording : name of a column that may hold the fact in words instead of a value
    """
    absent = frame["status"].isin(["missing", "suppressed"])
    empty = frame["value"] == ""
    if wording:
        empty &= frame[wording] == ""
    for line in frame.index[absent & (frame["value"] != "")]:
        findings.error(
            (file, int(line), "value"),
            ("状态为未上报或不予公开，却有数值", "has a value, yet its status says there is none"),
            ("改状态，或清空数值", "mend the status, or empty the value"),
        )
    for line in frame.index[~absent & empty]:
        findings.error(
            (file, int(line), "value"),
            ("没有数值", "there is no value"),
            (
                "填上数值，或把状态改为 missing（未上报）",
                "fill it in, or set the status to missing",
            ),
        )
    for line in frame.index[~empty & (frame["locator"] == "")]:
        findings.error(
            (file, int(line), "locator"),
            ("没有出处", "there is no place in the document"),
            ("写明页码、表号或专栏", "name the page, table or box"),
        )


def _units(
    file: str, frame: pd.DataFrame, indicators: Mapping[str, Indicator], findings: Findings
) -> pd.Series[str]:
    units = frame["unit"].copy()
    for pair, part in frame.groupby(["indicator", "unit"])[["unit"]]:
        indicator_id, given = (str(name) for name in pair)
        indicator = indicators.get(indicator_id)
        if indicator is None or given in {"", indicator.unit.zh}:
            continue
        wanted = indicator.unit.zh
        if cells.unit(given) == cells.unit(wanted) or given.casefold() == (
            indicator.unit.en.casefold()
        ):
            units[part.index] = wanted
            where = (file, int(part.index[0]), "unit")
            tell_changes(where, [(given, wanted)], len(part), findings)
            continue
        for line in part.index:
            findings.error((file, int(line), "unit"), *_unit_fault(indicator, given))
    return units


def _unit_fault(indicator: Indicator, given: str) -> tuple[FaultWords, FaultWords]:
    wanted = indicator.unit
    what = (
        f"单位为“{given}”，指标 {indicator.id} 应为“{wanted.zh}”",
        f"the unit is {given!r}, the indicator {indicator.id} is in {wanted.zh} ({wanted.en})",
    )
    times = cells.factor(given, wanted.zh)
    if times is None:
        return what, ("核对指标与单位", "see which of the two is wrong")
    how_zh, how_en = (
        (f"乘以 {full(times)}", f"multiply by {full(times)}")
        if times >= 1
        else (f"除以 {full(1 / times)}", f"divide by {full(1 / times)}")
    )
    return what, (
        f"若数值确为{given}，{how_zh}后把单位改为{wanted.zh}",
        f"if the value is in {given}, {how_en} and write {wanted.zh}",
    )


def _range(file: str, values: pd.Series[float], indicator: Indicator, findings: Findings) -> None:
    low = indicator.minimum if indicator.minimum is not None else float("-inf")
    high = indicator.maximum if indicator.maximum is not None else float("inf")
    limits = _limits(indicator)
    for line, value in values[(values < low) | (values > high)].items():
        given = full(value)
        findings.error(
            (file, int(str(line)), "value"),
            (
                f"{given} 超出指标 {indicator.id} 的范围：{limits.zh}",
                f"{given} is outside {limits.en}, the range of {indicator.id}",
            ),
            ("核对数值与单位", "see whether the value or the unit is wrong"),
        )


def _limits(indicator: Indicator) -> Text:
    low, high = indicator.minimum, indicator.maximum
    if low is None:
        most = "" if high is None else full(high)
        return Text(f"不超过 {most}", f"at most {most}")
    if high is None:
        return Text(f"不小于 {full(low)}", f"at least {full(low)}")
    return Text(f"{full(low)} 至 {full(high)}", f"{full(low)} to {full(high)}")


def check_position(file: str, frame: pd.DataFrame, findings: Findings) -> None:
    """Check that a site has both coordinates or, where only its area is known, neither."""
    lacking = (frame["lon"] == "") | (frame["lat"] == "")
    partly = (frame["lon"] == "") != (frame["lat"] == "")
    for line in frame.index[partly | (lacking & (frame["precision"] != "area"))]:
        findings.error(
            (file, int(line), "lon"),
            ("缺少经度或纬度", "longitude or latitude is missing"),
            (
                "补上坐标；只知所在旗区时两格都留空，精度写 area",
                "add both; when only the area is known leave both empty, precision area",
            ),
        )
