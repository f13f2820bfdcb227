"""The big screen (大屏) of a hall: one page that turns through maps and needs no one beside it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from geomap.app.http import params
from geomap.app.http.current import current_atlas
from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.language import LANGUAGES, parts_of, strings
from geomap.render.screen.compose import MOST_SLIDES, compose_screen, default_indicators
from geomap.render.screen.map import CROWD, CROWDED_PX, FRAME, SITE_PX
from geomap.render.sheets.emblems import icon

bp = Blueprint("screen", __name__)
SECONDS, SHORTEST, LONGEST = 20, 5, 600


@bp.get("/screen")
def page() -> str:
    """Show the big screen; an indicator or a kind of site that there is not is refused."""
    params.of_page("indicators", "seconds", "lang", "layers")
    atlas = current_atlas()
    lang = params.one("lang") or LANGUAGES[0]
    strings(lang)  # refuses a language that there is not
    seconds = params.whole_between("seconds", SHORTEST, LONGEST)
    indicators, layers = _indicators(atlas), _layers(atlas)
    screen = compose_screen(atlas, indicators=indicators, layers=layers, lang=lang)
    crowded = len(screen.symbols) > CROWD
    return render_template(
        "screen.html",
        screen=screen,
        seconds=SECONDS if seconds is None else seconds,
        frame=FRAME,
        release=atlas.release,
        parts=parts_of(atlas.parts),
        words=strings(lang, parts_of(atlas.parts))["script"],
        hatches=sorted({hatch for slide in screen.slides for hatch in slide.hatches}),
        crowded=crowded,
        site_px=CROWDED_PX if crowded else SITE_PX,
        shapes={one.shape: icon(one.shape) for one in screen.sites},
        other={**request.args, "lang": "en" if lang == "zh" else "zh"},
    )


def _indicators(atlas: Atlas) -> list[str]:
    asked = params.many("indicators", atlas.indicators, Text("指标", "indicator"))
    chosen = list(dict.fromkeys(asked))
    if len(chosen) > MOST_SLIDES:
        raise params.ParameterError(
            f"大屏最多轮播 {MOST_SLIDES} 个指标，给了 {len(chosen)} 个",
            f"the big screen turns through at most {MOST_SLIDES} indicators, {len(chosen)} given",
        )
    return chosen or default_indicators(atlas)


def _layers(atlas: Atlas) -> list[str]:
    """Give the kinds asked for; all that have sites when nothing is said, none for ``layers=``."""
    asked = params.many("layers", atlas.site_kinds, Text("点位类别", "kind of site"))
    if "layers" in request.args:
        return list(dict.fromkeys(asked))
    held = set(atlas.sites["kind"])
    return [kind for kind in atlas.site_kinds if kind in held]
