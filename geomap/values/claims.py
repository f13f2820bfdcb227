"""What a document claims about its own figures, as data (``arithmetic.json``), read and checked.

``geomap.values.arithmetic`` works the claims out again.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geomap.errors import Finding, Text, closest
from geomap.model.catalog import Indicator
from geomap.model.findings import Findings
from geomap.tables import cells
from geomap.tables.json_file import Document, Members

ARITHMETIC_FILE = "arithmetic.json"
OPS = ("sum", "difference", "growth", "yearly", "increase", "share")
_NO = Text("", "")


@dataclass(frozen=True, slots=True)
class Ref:
    """Points at one figure; an empty area is the city, an empty place any that says the same."""

    indicator: str
    year: int
    area: str = ""
    kind: str = "actual"
    source: str = ""
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that a document states and the release does not hold, as it is printed."""

    value: str
    unit: str


Term = Ref | Constant


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a document says and that can be worked out again.

    Parameters
    ----------
    op : sum: all terms; difference: a − b; growth: (a − b) / b × 100; yearly: the
        same by the year; increase: a / (b − a) × 100,
        the growth that an increase a up to b means; share: all terms but the last / the last × 100
    stated : what the document says the result is
    """

    id: str
    title: Text
    op: str
    terms: tuple[Term, ...]
    stated: Term
    source: str
    locator: str = ""
    quote: str = ""
    note: Text = _NO


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What is to be checked besides: totals whose parts are all in the catalogue, and claims."""

    complete: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


# --- the file -------------------------------------------------------------------------------------

_FILE: Members = {"complete": ((list,), True), "claims": ((list,), True)}
_TEXTS = ("quote", "note_zh", "note_en")
_CLAIM: Members = {
    **dict.fromkeys(("id", "title_zh", "title_en", "op", "source", "locator"), ((str,), True)),
    **dict.fromkeys(_TEXTS, ((str,), False)),
    "terms": ((list,), True),
    "stated": ((dict,), True),
}
_REF: Members = {
    "indicator": ((str,), True),
    "year": ((int,), True),
    **dict.fromkeys(("area", "kind", "source", "locator"), ((str,), False)),
}
_CONSTANT: Members = dict.fromkeys(("value", "unit"), ((str,), True))
_LENGTHS = dict.fromkeys(("difference", "growth", "yearly", "increase"), (2, 2))


def read_arithmetic(document: Document) -> Arithmetic:
    """Read ``arithmetic.json``; what cannot be read is a finding and left out."""
    before = len(document.findings)
    content = document.content(dict)
    if len(document.findings) > before or not document.fits(content, _FILE):
        return Arithmetic()
    claims = (_read_claim(document, row) for row in document.records(content["claims"], _CLAIM))
    complete = [name for name in content["complete"] if isinstance(name, str)]
    return Arithmetic(tuple(complete), tuple(claim for claim in claims if claim))


def _read_claim(document: Document, row: dict[str, Any]) -> Claim | None:
    line = document.line(row["id"])
    sound = document.choice(line, "op", row["op"], OPS)
    terms = [_read_term(document, line, term) for term in (*row["terms"], row["stated"])]
    least, most = _LENGTHS.get(row["op"], (2, math.inf))
    if not least <= len(terms) - 1 <= most:
        fix = (f"应有 {least} 个", f"it takes {least}")
        what = (f"{len(terms) - 1} 个数", f"{len(terms) - 1} terms")
        document.error(line, "terms", what, fix)
        sound = False
    whole = [term for term in terms if term is not None]
    if not sound or len(whole) < len(terms):
        return None
    return Claim(
        id=row["id"],
        title=Text(row["title_zh"], row["title_en"]),
        op=row["op"],
        terms=tuple(whole[:-1]),
        stated=whole[-1],
        source=row["source"],
        locator=row["locator"],
        quote=row.get("quote", ""),
        note=Text(row.get("note_zh", ""), row.get("note_en", "")),
    )


def _read_term(document: Document, line: int, row: Any) -> Term | None:
    if isinstance(row, dict) and "value" in row:
        if not document.fits(row, _CONSTANT, "value"):
            return None
        if cells.plain_decimal(row["value"]) != row["value"]:
            fix = ('写成数字，如 "42"', 'write the number, such as "42"')
            document.error(line, "value", (f"“{row['value']}”不是数", "is no number"), fix)
            return None
        return Constant(**row)
    return Ref(**row) if document.fits(row, _REF, "indicator") else None


def check_arithmetic(
    arithmetic: Arithmetic,
    *,
    indicators: Mapping[str, Indicator],
    areas: Mapping[str, object],
    sources: Mapping[str, object],
) -> list[Finding]:
    """Check that what the claims name exists; figures that are not there are no fault."""
    findings = Findings()
    parents = {one.part_of for one in indicators.values()} - {""}
    for name in arithmetic.complete:
        _known(findings, "complete", name, parents)
    for claim in arithmetic.claims:
        _known(findings, claim.id, claim.source, sources)
        for member, name in _names(claim):
            known = {"indicator": indicators, "area": areas, "source": sources}[member]
            _known(findings, claim.id, name, known)
    return findings.in_order()


def _names(claim: Claim) -> Iterator[tuple[str, str]]:
    for term in (*claim.terms, claim.stated):
        if isinstance(term, Ref):
            yield "indicator", term.indicator
            yield from (("area", term.area),) if term.area else ()
            yield from (("source", term.source),) if term.source else ()


def _known(findings: Findings, where: str, name: str, valid: Collection[str]) -> None:
    if name not in valid:
        near = closest(name, valid)
        findings.error(
            (ARITHMETIC_FILE, 0, where),
            (f"没有“{name}”", f"there is no {name}"),
            (f"最接近的是 {'、'.join(near) or '（无）'}", f"closest: {', '.join(near) or 'none'}"),
        )
