"""The catalogue file ``indicators.json`` → groups and indicators; every finding at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from geomap.errors import Text
from geomap.model.catalog import Formula, Indicator, IndicatorGroup, Measure, Op
from geomap.numbers import full
from geomap.tables import cells
from geomap.tables.comparability import read_versions
from geomap.tables.json_file import GROUP, Document, Members

_NUMBER = (int, float)
_MAYBE_NUMBER = (int, float, type(None))
_INDICATOR: Members = {
    **GROUP,
    **dict.fromkeys(("group", "unit_zh", "unit_en", "measure", "direction"), ((str,), True)),
    **dict.fromkeys(("definition_zh", "definition_en"), ((str,), True)),
    "decimals": ((int,), True),
    "formula": ((dict, type(None)), False),
    "part_of": ((str,), False),
    "timeless": ((bool,), False),
    "weights": ((list,), False),
    "minimum": (_MAYBE_NUMBER, False),
    "maximum": (_MAYBE_NUMBER, False),
    "method": ((str,), False),
    "k": ((int,), False),
    "palette": ((str,), False),
    "versions": ((list,), False),
    "asked": ((bool,), False),
    "people": ((bool, type(None)), False),
    "cumulative": ((bool,), False),
    "linked": ((list,), False),
    "headline": ((bool,), False),
}
_FORMULA: Members = {
    "op": ((str,), True),
    "of": ((str,), True),
    "per": ((str, type(None)), False),
    "scale": (_NUMBER, False),
}


def read_catalogue(
    document: Document, site_kinds: Iterable[str]
) -> tuple[tuple[IndicatorGroup, ...], dict[str, Indicator]]:
    """Read ``indicators.json``: groups and indicators in menu order."""
    content = document.content(dict)
    lists: Members = {"groups": ((list,), True), "indicators": ((list,), True)}
    if not content or not document.fits(content, lists):
        return (), {}
    groups = tuple(
        IndicatorGroup(row["id"], Text(row["name_zh"], row["name_en"]))
        for row in document.records(content["groups"], GROUP)
    )
    rows = document.records(content["indicators"], _INDICATOR)
    ids = [row["id"] for row in rows]
    kinds = list(site_kinds)
    sound = [
        row for row in rows if _sound(document, row, [group.id for group in groups], ids, kinds)
    ]
    indicators = {row["id"]: _indicator(document, row) for row in sound}
    _circles(document, indicators)
    said = {row["id"]: row["asked"] for row in sound if "asked" in row}
    indicators = {id_: replace(one, asked=_asked(one, indicators, said))
                  for id_, one in indicators.items()}  # fmt: skip
    _check_weights(document, indicators)
    return groups, indicators


def _sound(
    document: Document, row: dict[str, Any], groups: list[str], ids: list[str], kinds: list[str]
) -> bool:
    """Whether the words and references of an indicator exist."""
    line = document.line(row["id"])
    before = len(document.findings)
    document.choice(line, "group", row["group"], groups)
    document.choice(line, "measure", row["measure"], [str(one) for one in Measure])
    document.choice(line, "direction", row["direction"], ("more", "less", "none"))
    if row.get("part_of"):
        document.choice(line, "part_of", row["part_of"], [one for one in ids if one != row["id"]])
    for member, value, low, high in (
        ("decimals", row["decimals"], 0, 6),
        ("k", row.get("k", 5), 2, 9),
    ):
        if not low <= value <= high:
            fix = (f"应在 {low} 至 {high} 之间", f"it must be from {low} to {high}")
            document.error(line, member, (f"{value} 超出范围", f"{value} is out of range"), fix)
    least, most = row.get("minimum"), row.get("maximum")
    if least is not None and most is not None and least > most:
        lower, upper = full(least), full(most)
        what = (f"下限 {lower} 大于上限 {upper}", f"{lower} is above the maximum {upper}")
        document.error(line, "minimum", what, ("改正上下限", "mend the two"))
    for member, word in (("weights", "权数"), ("linked", "所依据的指标")):
        _names(document, line, row, ids, member, word)
    if row.get("formula"):
        _formula(document, line, row["formula"], ids, kinds)
    read_versions(document, line, row.get("versions") or ())
    return len(document.findings) == before


def _names(
    document: Document, line: int, row: dict[str, Any], ids: list[str], member: str, word: str
) -> None:
    """Check that what a list names are other indicators, each once."""
    others = [one for one in ids if one != row["id"]]
    named = [str(name) for name in row.get(member) or ()]
    for name in named:
        document.choice(line, member, name, others)
    if len(set(named)) < len(named):
        what = (f"{word}重复", f"one of {member} stands twice")
        document.error(line, member, what, ("只留一个", "keep one"))


def _check_weights(document: Document, indicators: Mapping[str, Indicator]) -> None:
    """Report weights that do not add up over areas, and what is not additive itself."""
    for one in indicators.values():
        if one.weights and (one.formula or not one.additive):
            document.error(
                document.line(one.id),
                "weights",
                (f"{one.id} 不是各旗区可加的数", f"{one.id} does not add up over areas"),
                ("删去它的 weights", "remove its weights"),
            )
        for name in one.weights:
            if name in indicators and not indicators[name].additive:
                document.error(
                    document.line(one.id),
                    "weights",
                    (f"权数 {name} 不是总量", f"the weight {name} is no count"),
                    ("改用人口、从业人员、地区生产总值之类的总量", "use a count"),
                )


def _formula(
    document: Document, line: int, row: dict[str, Any], ids: list[str], kinds: list[str]
) -> None:
    before = len(document.findings)
    for name, (types, required) in _FORMULA.items():
        if required and not isinstance(row.get(name), types):
            what = (f"公式缺少 {name}", f"the formula lacks {name}")
            document.error(line, "formula", what, (f"补上 {name}", f"add {name}"))
    scale = row.get("scale", 1.0)
    if type(scale) not in _NUMBER or not 0 < scale <= cells.LARGEST:
        what = (f"公式的 scale 为 {str(scale)[:40]}", f"the scale is {str(scale)[:40]}")
        document.error(line, "formula", what, ("应为正数", "it must be a positive number"))
    for name in row.keys() - _FORMULA.keys():
        what = (f"公式不认识“{name}”", f"the formula has an unknown member {name}")
        document.error(line, "formula", what, ("删去它", "remove it"))
    if len(document.findings) > before:
        return
    document.choice(line, "formula", row["op"], [str(one) for one in Op])
    document.choice(line, "formula", row["of"], kinds if row["op"] == Op.SITES else ids)
    needs = row["op"] in {Op.RATIO, Op.QUOTIENT}
    if needs or row.get("per"):
        document.choice(line, "formula", row.get("per") or "", ids if needs else ("",))


def _indicator(document: Document, row: dict[str, Any]) -> Indicator:
    formula = row.get("formula")
    return Indicator(
        id=row["id"],
        name=Text(row["name_zh"], row["name_en"]),
        group=row["group"],
        unit=Text(row["unit_zh"], row["unit_en"]),
        measure=Measure(row["measure"]),
        decimals=row["decimals"],
        direction=row["direction"],
        definition=Text(row["definition_zh"], row["definition_en"]),
        formula=Formula(
            Op(formula["op"]), formula["of"], formula.get("per") or "", formula.get("scale", 1.0)
        )
        if formula
        else None,
        weights=tuple(row.get("weights") or ()),
        linked=tuple(row.get("linked") or ()),
        headline=row.get("headline", False),
        versions=read_versions(document, 0, row.get("versions") or ()),
        **{name: row[name] for name in _WITH_DEFAULTS if name in row},
    )


def _asked(one: Indicator, indicators: Mapping[str, Indicator], said: Mapping[str, bool]) -> bool:
    """Whether areas are asked to report it, where the catalogue does not say.

    What is stored is asked for; what is worked out is as the indicator that it is worked out from,
    its numerator; what holds for every year, and what is counted from lists, is not.
    """
    for _ in indicators:
        if one.id in said:
            return said[one.id]
        if one.formula is None:
            return not one.timeless
        if one.formula.of not in indicators:
            return False
        one = indicators[one.formula.of]
    return False


_WITH_DEFAULTS = (
    "part_of", "timeless", "minimum", "maximum", "method", "k", "palette", "people", "cumulative",
)  # fmt: skip


def _circles(document: Document, indicators: Mapping[str, Indicator]) -> None:
    """Report formulas, and parts, that lead back to themselves."""

    def formula_parts(one: Indicator) -> list[str]:
        formula = one.formula
        return [formula.of, formula.per] if formula and formula.op is not Op.SITES else []

    followed: list[tuple[str, Callable[[Indicator], list[str]]]] = [
        ("formula", formula_parts),
        ("part_of", lambda one: [one.part_of]),
    ]
    for member, parts in followed:
        for start in indicators:
            if start in _reached(start, indicators, parts):
                document.error(
                    document.line(start),
                    member,
                    (f"{start} 绕回自身", f"{start} leads back to itself"),
                    ("断开这个循环", "break the circle"),
                )


def _reached(
    start: str,
    indicators: Mapping[str, Indicator],
    parts: Callable[[Indicator], list[str]],
) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        one = indicators.get(waiting.pop())
        for part in parts(one) if one else []:
            if part and part not in reached:
                reached.add(part)
                waiting.append(part)
    return reached
