"""Tables of distances or times → a checked frame: a matrix, or a list of origins and destinations.

What the heading of a list says of its unit is handed on; nothing is converted.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from geomap.errors import RequestError, Text
from geomap.model.findings import Findings
from geomap.siting.inputs import MOST_PAIRS, MOST_SITES
from geomap.siting.places import MOST_UPLOAD_FAULTS
from geomap.tables import cells
from geomap.tables.encodings import decode
from geomap.tables.spreadsheets import grid_of

_FROM = {
    "from",
    "origin",
    "o",
    "fromid",
    "originid",
    "起点",
    "出发地",
    "需求",
    "需求点",
    "需求编号",
}
_TO = {"to", "destination", "d", "toid", "destinationid", "终点", "目的地", "点位", "点位编号"}
_UNITS = {
    "min": ("minutes", "minute", "mins", "min", "traveltime", "time", "duration", "分钟", "时间",
            "耗时", "用时"),
    "km": ("km", "kilometres", "kilometers", "公里", "千米", "里程"),
    "": ("cost", "distance", "dist", "value", "代价", "距离", "数值"),
}  # fmt: skip
_FOREIGN = ("metres", "meters", "m", "米", "seconds", "second", "sec", "s", "秒", "小时", "hours")


def read_costs(name: str, data: bytes, findings: Findings) -> tuple[pd.DataFrame, str]:
    """Read a matrix, or a list with a row for each pair.

    Parameters
    ----------
    findings : notices are added here

    Returns
    -------
    DataFrame of floats, the index the demand ids, the columns the site ids, inf where a site
    cannot be reached; and "km" or "min" where the heading says so, else ""

    Raises
    ------
    TableError : cells that are no number from 0, and ids or pairs that stand twice, up to 200
    RequestError : more demands or sites than a study can take
    """
    told = Findings(most=MOST_UPLOAD_FAULTS)
    frame, unit = _read(name, data, told)
    findings.extend(told)
    return frame, unit


def _read(name: str, data: bytes, findings: Findings) -> tuple[pd.DataFrame, str]:
    given: Iterable[list[str]]
    if data[:4] == b"PK\x03\x04":
        grid = grid_of(name, data, findings)
        given = [grid.header, *grid.rows]
    else:
        given = _rows(name, decode(name, data, findings) or "")
    rows = [row for row in given if row and any(map(str.strip, row))]
    findings.refuse(name)
    if rows and _is_list(rows[0]):
        return _from_pairs(name, rows, findings)
    _limit(name, len(rows) - 1, len(rows[0]) - 1 if rows else 0)
    header = [cells.code(cell) for cell in rows[0][1:]] if rows else []
    names = [cells.code(row[0]) for row in rows[1:]]
    _check_names(name, header, names, findings)
    if findings.is_full:
        findings.refuse(name)
    values = np.full((len(names), len(header)), np.nan)
    for at, row in enumerate(rows[1:]):
        _matrix_row(name, at, row, header, values, findings)
        if findings.is_full:
            findings.refuse(name, more=True)
    findings.refuse(name)
    return pd.DataFrame(values, index=names, columns=header), ""


def _rows(name: str, text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text))
    except csv.Error as error:
        raise RequestError(
            f"{name} 不是 CSV（{error}）：用 Excel 另存为 CSV", f"{name} is no CSV ({error})"
        ) from error


def _limit(name: str, demands: int, sites: int) -> None:
    if sites > MOST_SITES or demands * sites > MOST_PAIRS:
        raise RequestError(
            f"{name} 有 {demands:,} 个需求点、{sites:,} 个点位，最多 {MOST_SITES:,} 个点位、"
            f"两者之积 {MOST_PAIRS:,}",
            f"{name} holds {demands:,} demands and {sites:,} sites, at most {MOST_SITES:,} sites "
            f"and {MOST_PAIRS:,} pairs",
        )


# --- lists ----------------------------------------------------------------------------------------


def _word(heading: str) -> str:
    return cells.lookup_key(heading).replace("_", "").replace("-", "")


def _is_list(header: list[str]) -> bool:
    return len(header) > 2 and _word(header[0]) in _FROM and _word(header[1]) in _TO


def _from_pairs(name: str, rows: list[list[str]], findings: Findings) -> tuple[pd.DataFrame, str]:
    at, unit = _value_column(name, rows[0], findings)
    findings.refuse(name)
    found: dict[tuple[str, str], float] = {}
    for line, row in enumerate(rows[1:], start=2):
        pair = (cells.code(row[0]), cells.code(row[1] if len(row) > 1 else ""))
        text = row[at].strip() if at < len(row) else ""
        value = _cost(text)
        if not value >= 0:
            findings.error((name, line, rows[0][at]), *_bad(text))
        if pair in found or not all(pair):
            findings.error(
                (name, line, ""),
                (f"{pair[0]} → {pair[1]} 已经有一行", f"{pair[0]} to {pair[1]} has a row already")
                if all(pair)
                else ("起点或终点空着", "an origin or a destination is empty"),
                ("每一对只写一行", "write each pair once"),
            )
        found[pair] = value
        if findings.is_full:
            findings.refuse(name, more=True)
    findings.refuse(name)
    _limit(name, len({one for one, _ in found}), len({one for _, one in found}))
    frame = pd.Series(found).unstack()
    lacking = int(frame.isna().sum().sum())
    if lacking:
        findings.notice(
            (name, 1, ""),
            (f"{lacking} 对没有列出，按到不了计", f"{lacking} pairs are not listed: not reachable"),
            ("能到的补上", "add those that can be reached"),
        )
    return frame.fillna(np.inf), unit


def _value_column(name: str, header: list[str], findings: Findings) -> tuple[int, str]:
    """Find the column of costs and the unit that its heading says."""
    known = {word: unit for unit, words in _UNITS.items() for word in words}
    words = [_word(one) for one in header]
    able = [at for at in range(2, len(words)) if _unit_of(words[at], known) is not None]
    if len(words) == 3:
        able = [2]
    elif len(able) != 1:
        findings.error(
            (name, 1, ""),
            (
                f"看不出哪一列是距离或时间：{'、'.join(header[2:])}",
                f"which column holds the distance or time? {', '.join(header[2:])}",
            ),
            ("只留起点、终点和那一列", "keep origin, destination and that column only"),
        )
        return 2, ""
    heading = words[able[0]]
    if any(heading in (one, f"traveltime{one}", f"distance{one}") for one in _FOREIGN):
        findings.error(
            (name, 1, header[able[0]]),
            (f"单位是 {header[able[0]]}", f"the unit is {header[able[0]]}"),
            ("换算成公里或分钟", "convert it to km or minutes"),
        )
    return able[0], _unit_of(heading, known) or ""


def _unit_of(heading: str, known: dict[str, str]) -> str | None:
    """Give the unit of a heading such as minutes, travel_time_p50 or 距离（公里）."""
    inner = heading.replace("（", "(").partition("(")
    for word in (inner[2].rstrip("）)"), inner[0], inner[0].rstrip("0123456789p")):
        if word in known:
            return known[word]
    return None


# --- matrices -------------------------------------------------------------------------------------


def _check_names(file: str, header: list[str], names: list[str], findings: Findings) -> None:
    if not header or not names:
        findings.error(
            (file, 1, ""),
            ("矩阵是空的", "the matrix is empty"),
            ("第一行写点位编号，第一列写需求编号", "head it with site ids, demand ids first"),
        )
    for what, listed in ((("列", "column"), header), (("行", "row"), names)):
        for one, count in Counter(listed).items():
            if count > 1:
                findings.error(
                    (file, 1, one),
                    (
                        f"{what[0]} {one} 出现 {count} 次",
                        f"the {what[1]} {one} stands {count} times",
                    ),
                    ("每个编号只写一次", "write each id once"),
                )


def _matrix_row(
    file: str, at: int, row: list[str], header: list[str], values: Any, findings: Findings
) -> None:
    line = at + 2
    texts = row[1:]
    if len(texts) != len(header):
        findings.error(
            (file, line, ""),
            (
                f"有 {len(texts)} 个数，应为 {len(header)} 个",
                f"{len(texts)} numbers, not {len(header)}",
            ),
            ("补齐或删去多余的格", "add or remove cells"),
        )
        return
    try:
        values[at] = [float(text) for text in texts]
    except ValueError:
        for column, text in enumerate(texts):
            values[at, column] = _cost(text)
    for column in np.flatnonzero(~(values[at] >= 0)).tolist():
        findings.error((file, line, header[column]), *_bad(texts[column].strip()))


def _bad(text: str) -> tuple[Text, Text]:
    bad = Text(f"“{text}”不是不小于 0 的数", f"{text!r} is no number from 0")
    return (
        bad if text else Text("空着", "is empty"),
        Text("写公里或分钟；到不了的写 inf", "write km or minutes; inf where it cannot be reached"),
    )


def _cost(text: str) -> float:
    try:
        return float(cells.half_width(cells.tidy(text)))
    except ValueError:
        return float("nan")
