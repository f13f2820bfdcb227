"""What a map may be asked stands in one table, and every way to ask reads from it."""

from __future__ import annotations

import re
from dataclasses import fields as members

from geomap.app.pages.openapi import openapi_document
from geomap.cli import main
from geomap.model.asked import FIELDS, ONE_MAP, keys
from geomap.paths import web_dir
from geomap.render.sheets.subject import Subject


def options(command: str) -> set[str]:
    return {one for option in main.commands[command].params for one in option.opts}


def test_the_table_has_every_member_of_a_subject_once() -> None:
    assert [field.name for field in FIELDS] == list(dict.fromkeys(field.name for field in FIELDS))
    assert {field.name for field in FIELDS} == {one.name for one in members(Subject)}


def test_the_commands_offer_what_the_table_has() -> None:
    own = {field.name: field.option for field in FIELDS if field.option}
    assert set(own.values()) <= options("figure")
    assert {own[name] for name in ONE_MAP if name in own} <= options("export")
    assert "--rank-estimates" in options("figure")


def test_the_api_describes_what_the_table_has() -> None:
    told = openapi_document()["paths"]["/api/view"]["get"]["parameters"]
    expected = ["representation" if key == "as" else key for key in keys(*ONE_MAP)]
    assert [one["name"] for one in told] == expected
    classes = next(one for one in told if one["name"] == "classes")
    assert classes["schema"] == {"type": "integer", "minimum": 2, "maximum": 9}
    assert [one["name"] for one in told if one.get("required")] == ["indicator"]


def test_the_page_keeps_in_its_address_what_the_table_has() -> None:
    script = (web_dir() / "static/js/map/state.js").read_text(encoding="utf-8")
    (listed,) = re.findall(r"const KEYS = \[(.*?)\];", script)
    own = {"layers", "area", "view", "at", "list", "level", "industry", "verdict", "within"}
    assert set(re.findall(r"'(\w+)'", listed)) - own <= set(keys())
