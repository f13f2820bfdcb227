"""Which of several figures holds: the rules as data (``precedence.json``), and their application.

A rule that does not tell the candidates apart leaves the choice to the next one. When none tells
them apart nothing is chosen: the value is missing and all candidates are shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from geomap.errors import Text
from geomap.model.catalog import Source, Status
from geomap.tables.json_file import Document, Members

PRECEDENCE_FILE = "precedence.json"
ORDER = ("ruling", "status", "later_document", "table_over_text", "later_table")
KEY = ["indicator", "area", "year", "kind"]
RESOLVED_COLUMNS = [
    *KEY, "value", "status", "figures", "conflict", "base_year", "rule", "others", "approx",
    "decimals",
]  # fmt: skip
_Row = Mapping[str, Any]

ONLY_PLACE = Text("只有一处", "the only place")
AGREE = Text("各处一致", "all places agree")
NO_VALUE = Text("没有数值", "no value")
NO_RULE = Text("没有适用的规则，各数并列", "no rule applies; all are shown")

_SEVERITY = {status.value: status.severity for status in Status}
_BY_SEVERITY = [status.value for status in Status]
_TABLE = re.compile(r"(?:专栏|表)\s*(\d{1,6})(?:[-–.](\d{1,6}))?")
_READ = ["id", *KEY, "value", "status", "source", "locator"]
_WORDING = {"approx": "", "digits": math.nan}
_TYPES = {
    "value": "float64", "status": "str", "conflict": "bool", "base_year": "int64",
    "approx": "str", "decimals": "float64",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision by name: of the figures of one key, the one in this place holds.

    Parameters
    ----------
    source, locator : the place, as in the figure
    who, when, why : who decided, on which date, for what reason
    line : in ``precedence.json``, 0 when unknown
    """

    indicator: str
    area: str
    year: int
    kind: str
    source: str
    locator: str
    who: str
    when: str
    why: str
    line: int = 0

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What it decides: indicator, area, year, kind."""
        return self.indicator, self.area, self.year, self.kind


@dataclass(frozen=True, slots=True)
class Precedence:
    """The rules in the order in which they are tried, and the rulings."""

    order: tuple[str, ...] = ORDER
    rulings: tuple[Ruling, ...] = ()


DEFAULT = Precedence()

_TEXTS = ("area", "kind", "source", "locator", "who", "when", "why")
_RULING: Members = {
    "indicator": ((str,), True),
    "year": ((int,), True),
    **dict.fromkeys(_TEXTS, ((str,), True)),
}
_FILE: Members = {"order": ((list,), True), "rulings": ((list,), True)}


def read_precedence(document: Document) -> Precedence:
    """Read ``precedence.json``; what cannot be read is a finding and left out."""
    before = len(document.findings)
    content = document.content(dict)
    if len(document.findings) > before or not document.fits(content, _FILE):
        return DEFAULT
    order = [name for name in content["order"] if document.choice(0, "order", name, ORDER)]
    lines = [
        document.text.count("\n", 0, match.start()) + 1
        for match in re.finditer(r'"indicator"\s*:', document.text)
    ]
    if len(lines) != len(content["rulings"]):
        lines = [0] * len(content["rulings"])
    rulings = [
        Ruling(**row, line=line)
        for row, line in zip(content["rulings"], lines, strict=True)
        if document.fits(row, _RULING, "indicator")
    ]
    return Precedence(tuple(dict.fromkeys(order)), tuple(rulings))


def choose(
    candidates: Sequence[_Row], precedence: Precedence, sources: Mapping[str, Source]
) -> tuple[int | None, Text]:
    """Choose one of several figures of the same indicator, area, year and kind.

    Parameters
    ----------
    candidates : figures with id, indicator, area, year, kind, value, status, source, locator;
        at least one; those without a value are only taken when there is no other

    Returns
    -------
    The position of the chosen one and the rule that decided; None when no rule tells figures with
    different values apart
    """
    left = [place for place, row in enumerate(candidates) if not math.isnan(row["value"])]
    if not left:
        return min(range(len(candidates)), key=lambda one: _unknown(candidates[one])), NO_VALUE
    if len(left) == 1:
        return left[0], ONLY_PLACE
    why = AGREE
    decided = _distinct(candidates, left) == 1
    for name in precedence.order:
        kept = _RULES[name](left, candidates, precedence, sources)
        if not decided and _distinct(candidates, kept) == 1:
            decided = True
            first = min((candidates[one] for one in kept), key=_line)
            why = _say(name, first, precedence, sources)
        left = kept
    if not decided:
        return None, NO_RULE
    return min(left, key=lambda one: _line(candidates[one])), why


def resolve(
    figures: pd.DataFrame, sources: Mapping[str, Source], precedence: Precedence = DEFAULT
) -> pd.DataFrame:
    """Choose one figure for each indicator, area, year and kind, and say by which rule.

    Parameters
    ----------
    figures : DataFrame as in ``geomap.atlas.Atlas``; the order of its rows plays no part

    Returns
    -------
    DataFrame with ``RESOLVED_COLUMNS``, sorted by the key. ``figures`` names all candidates, the
    chosen one first; ``rule`` is a ``Text``; ``others`` holds the distinct values that were not
    chosen; ``approx`` the word beside the chosen one, ``decimals`` those that its document
    prints. Where nothing was chosen ``value`` is NaN, ``status`` the worst, and ``others`` holds
    all values.
    """
    groups = groupby(_ranked(figures, sources), key=_key)
    settled = [_settled(list(rows), precedence, sources) for _, rows in groups]
    types = {**{name: figures[name].dtype for name in KEY}, **_TYPES}
    return pd.DataFrame(
        {
            name: pd.Series([row[place] for row in settled], dtype=types.get(name, object))
            for place, name in enumerate(RESOLVED_COLUMNS)
        }
    )


def _key(row: _Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def _ranked(figures: pd.DataFrame, sources: Mapping[str, Source]) -> list[dict[str, Any]]:
    """Sort the figures by key, and in each the one that holds if nothing else tells to the front.

    Rows, not columns: of one key there are few figures, and each step of pandas costs the same.
    """
    columns = {name: figures[name].tolist() for name in _READ}
    # Figures that were made, not read, bear no word.
    for name, blank in _WORDING.items():
        columns[name] = figures[name].tolist() if name in figures else [blank] * len(figures)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    # Each sort keeps the order of the one before among its equals.
    rows.sort(key=_within_document)
    rows.sort(key=lambda row: _date(row, sources), reverse=True)
    return sorted(rows, key=lambda row: (*_key(row), math.isnan(row["value"]), _severity(row)))


def _within_document(row: _Row) -> tuple[Any, ...]:
    table, part = table_number(row["locator"])
    in_text = not row["locator"].startswith(("专栏", "表"))
    return in_text, row["source"], -table, -part, len(row["id"]), row["id"]


def _severity(row: _Row) -> int:
    return _SEVERITY[row["status"]]


def _settled(
    rows: list[dict[str, Any]], precedence: Precedence, sources: Mapping[str, Source]
) -> tuple[Any, ...]:
    """Give the row of ``RESOLVED_COLUMNS`` for the figures of one key."""
    known = [row["value"] for row in rows if not math.isnan(row["value"])]
    distinct = tuple(dict.fromkeys(known))
    chosen, rule = choose(rows, precedence, sources)
    if chosen is None:
        worst = max(_severity(row) for row in rows if not math.isnan(row["value"]))
        held = math.nan, _BY_SEVERITY[worst], tuple(row["id"] for row in rows)
        return *_key(rows[0]), *held, len(distinct) > 1, 0, rule, distinct, "", math.nan
    first = rows[chosen]
    ids = (first["id"], *(row["id"] for row in rows if row is not first))
    held = first["value"], first["status"], ids
    rest = tuple(value for value in distinct if value != first["value"])
    wording = (first[name] for name in _WORDING)
    return *_key(first), *held, len(distinct) > 1, 0, rule, rest, *wording


def _distinct(candidates: Sequence[_Row], places: list[int]) -> int:
    return len({float(candidates[place]["value"]) for place in places})


def _line(row: _Row) -> tuple[str, int, str]:
    return row["source"], len(row["id"]), row["id"]


def _unknown(row: _Row) -> tuple[int, str, int, str]:
    return _SEVERITY[row["status"]], *_line(row)


# --- the rules: which of the candidates are left --------------------------------------------------

Sources = Mapping[str, Source]
Rule = Callable[[list[int], Sequence[_Row], Precedence, Sources], list[int]]


def _ruled(row: _Row, precedence: Precedence) -> Ruling | None:
    key = tuple(row[name] for name in KEY)
    for ruling in precedence.rulings:
        place = ruling.source, ruling.locator
        if ruling.key == key and place == (row["source"], row["locator"]):
            return ruling
    return None


def _ruling(left: list[int], rows: Sequence[_Row], order: Precedence, _: Sources) -> list[int]:
    return [place for place in left if _ruled(rows[place], order)] or left


def _status(left: list[int], rows: Sequence[_Row], _: Precedence, __: Sources) -> list[int]:
    best = min(_SEVERITY[rows[place]["status"]] for place in left)
    return [place for place in left if _SEVERITY[rows[place]["status"]] == best]


def _later_document(
    left: list[int], rows: Sequence[_Row], _: Precedence, sources: Sources
) -> list[int]:
    """Keep what no other is surely later than: "2025" and "2025-09" cannot be told apart."""
    dates = {place: _date(rows[place], sources) for place in left}
    return [
        place for place in left if not any(_earlier(dates[place], dates[other]) for other in left)
    ]


def _date(row: _Row, sources: Sources) -> str:
    source = sources.get(row["source"])
    return source.date if source else ""


def _earlier(one: str, other: str) -> bool:
    """Whether a date is surely the earlier; what bears no date goes behind what bears one."""
    if not one or not other:
        return bool(other)
    known = min(len(one), len(other))
    return one[:known] < other[:known]


def _table_over_text(
    left: list[int], rows: Sequence[_Row], _: Precedence, __: Sources
) -> list[int]:
    tables = [place for place in left if rows[place]["locator"].startswith(("专栏", "表"))]
    return tables or left


def _later_table(left: list[int], rows: Sequence[_Row], _: Precedence, __: Sources) -> list[int]:
    """Keep the last table of a document; numbers of two documents say nothing about each other."""
    if len({rows[place]["source"] for place in left}) > 1:
        return left
    numbers = {place: table_number(rows[place]["locator"]) for place in left}
    last = max(numbers.values())
    return [place for place in left if numbers[place] == last]


def table_number(locator: str) -> tuple[int, int]:
    """Give the number of a table: (2, 1) for "表2-1 …"; (0, 0) for a place in the text."""
    match = _TABLE.match(locator)
    return (int(match[1]), int(match[2] or 0)) if match else (0, 0)


_RULES: Mapping[str, Rule] = {
    "ruling": _ruling,
    "status": _status,
    "later_document": _later_document,
    "table_over_text": _table_over_text,
    "later_table": _later_table,
}


def _say(name: str, row: _Row, precedence: Precedence, sources: Sources) -> Text:
    """Say a rule with what it rested on."""
    if name == "ruling":
        ruling = _ruled(row, precedence)
        assert ruling is not None, "a ruling decided, so there is one"
        said = f"{ruling.who}，{ruling.when}：{ruling.why}"
        return Text(f"指定（{said}）", f"by ruling ({said})")
    if name == "status":
        label = Status(row["status"]).label
        return Text(f"较确定的优先（{label.zh}）", f"the surer status first ({label.en})")
    if name == "later_document":
        source = sources.get(row["source"])
        named = source.named if source else Text(row["source"], row["source"])
        zh, en = (source.number or one if source else one for one in named)
        date = source.date if source else ""
        zh, en = "，".join(filter(None, (zh, date))), ", ".join(filter(None, (en, date)))
        return Text(f"较晚的文件优先（{zh}）", f"the later document first ({en})")
    place = row["locator"].split()[0] if row["locator"] else ""
    if name == "table_over_text":
        return Text(f"表格优先于正文（{place}）", f"a table before running text ({place})")
    return Text(
        f"同一文件后面的表优先（{place}）", f"the later table of one document first ({place})"
    )
