"""An outcome of a siting study as programs take it, and its text as the page does. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geomap.render.office.blocks import Block, Bullets, Paragraph, TableBlock
from geomap.siting.narrative import narrative
from geomap.siting.solve.models import MODELS

_Row = dict[str, Any]
LACKING = ("id", "name", "name_en", "area", "weight", "distance")


def answer_of(found: Mapping[str, Any]) -> _Row:
    """Give the JSON form that commands print.

    Parameters
    ----------
    found : what ``Outcome.as_dict`` gave

    Returns
    -------
    dict: as ``found``, but ``chosen`` ids of sites and ``uncovered`` ids of demands; their rows
    are ``chosen_sites`` and ``uncovered_demands``. Where new sites are sought and no radius was
    asked for, only what no site can reach is uncovered; the radii reported by default stay in
    ``after``.
    """
    lost = _uncovered(found)
    shown: _Row = {}
    for name, value in found.items():
        shown[name] = value
        if name == "chosen":
            shown |= {"chosen": [one["id"] for one in value], "chosen_sites": value}
        elif name == "uncovered":
            shown |= {"uncovered": [one["id"] for one in lost], "uncovered_demands": lost}
    return shown


def _uncovered(found: Mapping[str, Any]) -> list[_Row]:
    settings = found["settings"]
    if found["kind"] != "allocate" or MODELS[settings["model"]].covers:
        return list(found["uncovered"])
    most = settings["radius"]
    lost: dict[str, float | None] = {}
    for one in found["assignments"]:
        far, known = one["distance"], lost.get(one["demand"], 0.0)
        if far is None or (most is not None and far > most):
            lost[one["demand"]] = None if far is None or known is None else max(far, known)
    return [
        {**{name: row[name] for name in LACKING}, "distance": lost[row["id"]]}
        for row in found["demands"]
        if row["id"] in lost
    ]


def narrative_json(found: Mapping[str, Any], lang: str) -> list[_Row]:
    """Give the text of a study as the page shows it.

    Returns
    -------
    list of {kind: "heading" | "paragraph", text}, {kind: "list", items},
    {kind: "table", title, head, rows}; all plain text, to be escaped where it is shown
    """
    told: list[_Row] = []
    for section in narrative(found, lang):
        told.append({"kind": "heading", "text": section.title})
        told += [_block_json(block) for block in section.blocks]
    return told


def _block_json(block: Block) -> _Row:
    if isinstance(block, TableBlock):
        head = [one.head.text for one in block.columns]
        rows = [[cell.text for cell in row] for row in block.rows]
        return {"kind": "table", "title": block.caption, "head": head, "rows": rows}
    if isinstance(block, Bullets):
        return {"kind": "list", "items": list(block.items)}
    assert isinstance(block, Paragraph)
    return {"kind": "paragraph", "text": block.text}
