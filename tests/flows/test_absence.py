"""Of what the banners are not asked to report, no surface says that they did not report it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geomap.atlas import Atlas
from geomap.release.open import open_release
from geomap.render.data.extract import extract
from geomap.render.drawing.scene import Scene
from geomap.render.report.compose import compose_report
from geomap.render.report.desk import Asked
from geomap.render.screen.compose import compose_screen
from geomap.render.sheets.bullet_sheet import compose_bullets
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.request import scene_of
from geomap.render.sheets.subject import Subject
from geomap.views.evidence.conflicts import conflict_report
from geomap.views.maps.view import map_view
from tests.support.toy import CATALOGUE, TOY, write_toy

ACCUSING = {
    "zh": ("未上报", "缺报", "已上报", "没有旗区上报", "没有上报数"),
    "en": ("not report", "area reported", "was reported", "that reported", "areas missing"),
}
UNPUBLISHED = {"zh": "无公开数", "en": "no public figure"}


def opened(directory: Path, *, asked: bool) -> Atlas:
    """Open the toy world with a target that has no actual; 伊旗 has no talent, 康巴什 neither."""
    rows: list[dict[str, Any]] = [dict(row) for row in CATALOGUE["indicators"]]  # type: ignore[call-overload]
    menu = {**CATALOGUE, "indicators": [{**row, "asked": asked} for row in rows]}
    recorded = "150603,talent,2020,,人,actual,missing,表2,,\n"
    stats = TOY["stats/plan.csv"].replace(recorded, "")
    stats += "150627,talent,2025,60,人,target,reported,第三节,,\n"
    edits = {
        "indicators.json": lambda _: json.dumps(menu, ensure_ascii=False),
        "stats/plan.csv": lambda _: stats,
    }
    return open_release(write_toy(directory, edits))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Atlas]:
    base = tmp_path_factory.mktemp("absence")
    return {asked: opened(base / str(asked), asked=asked) for asked in (True, False)}


def _said(scene: Scene) -> str:
    return "|".join(word.text for word in scene.words()) + scene.description


def _sheet(atlas: Atlas, lang: str) -> str:
    return _said(scene_of(atlas, Subject("talent"), Sheet(lang=lang, bars=True))[0])


def _bullets(atlas: Atlas, lang: str) -> str:
    scenes, _ = compose_bullets(atlas, "150627", Sheet(lang=lang))
    return "|".join(map(_said, scenes))


def _report(atlas: Atlas, lang: str) -> str:
    return repr(compose_report(atlas, Asked(lang=lang)).sections)


def _screen(atlas: Atlas, lang: str) -> str:
    return repr(compose_screen(atlas, indicators=["talent", "talent_high"], layers=(), lang=lang))


def _checks(atlas: Atlas, lang: str) -> str:
    return repr(
        [
            (one["verdict_name"][lang], one["reason"][lang])
            for one in conflict_report(atlas, atlas.rules)["totals"]
        ]
    )


def _export(atlas: Atlas, lang: str) -> str:
    shown = extract(atlas, map_view(atlas, "talent"), lang=lang)
    return repr([row["status_label"] for row in shown.rows])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("surface", [_sheet, _bullets, _report, _screen, _checks, _export])
@pytest.mark.slow
def test_only_what_was_asked_for_is_not_reported(
    worlds: dict[bool, Atlas], surface: Callable[[Atlas, str], str], lang: str
) -> None:
    asked, unasked = (surface(worlds[one], lang).lower() for one in (True, False))
    assert [one for one in ACCUSING[lang] if one in unasked] == []
    assert UNPUBLISHED[lang] in unasked
    assert any(one in asked for one in ACCUSING[lang])
