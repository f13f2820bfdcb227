"""The command ``geomap figure``: one map as an image for a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geomap.cli_parts import (
    FILE,
    LANGUAGES,
    Command,
    audience_option,
    data_option,
    demo_option,
    done,
    numbers,
    opened,
    recorded,
)
from geomap.errors import RequestError

_SHEET = ("size", "lang", "maker", "made", "bars", "title")


@click.command(cls=Command)
@click.argument("indicator")
@click.option("--year", type=int, help="年份，默认数据最全的一年。Year, by default the fullest.")
@click.option("--from", "since", type=int, metavar="Y", help="画与此年相比的变化。Change since.")
@click.option("--accept-break", is_flag=True, help="口径有变也画，图上注明。Draw it all the same.")
@click.option("--kind", type=click.Choice(["actual", "target"]), help="实际或目标。Kind.")
@click.option("--as", "representation", type=click.Choice(["fill", "symbol"]), help="面或圆。")
@click.option("--method", metavar="M", help="分级方法。Method of classes.")
@click.option("--breaks", help="自定义断点，如 10,20,50。Breaks, for --method manual.")
@click.option("--classes", "k", type=click.IntRange(2, 9), help="级数。Number of classes.")
@click.option("--palette", metavar="P", help="色带。Palette.")
@click.option("--shared", "shared_breaks", is_flag=True, help="各年用同一分级。For all years.")
@click.option("--layers", metavar="K,…", default="", help="点位类别，逗号分隔。Kinds of sites.")
@click.option(
    "--compare",
    metavar="I[:Y]",
    default="",
    help="另一指标（可加年份），以圆叠在面上。Another indicator as circles over the fill.",
)
@click.option("--bars", is_flag=True, help="旁列排名条。Ranked bars beside the map.")
@click.option(
    "--size",
    default="a4",
    metavar="S",
    help="图幅：a4、a4-portrait、a3、wide、half。Size of the sheet.",
)
@click.option("--dpi", type=int, default=300, help="PNG 每英寸像素，30–1200。Pixels per inch.")
@click.option("--grey", is_flag=True, help="灰度，供黑白印刷。In greys.")
@click.option("--title", default="", help="图名，默认自动写。Title in place of the usual one.")
@click.option("--maker", default="", help="制图单位，印在图下。Who made it, printed below.")
@click.option("--date", "made", default="", help="制图日期，不写则不印。Date, none by default.")
@click.option("--lang", type=LANGUAGES, default="zh", help="语言。Language.")
@audience_option
@data_option
@demo_option
@click.option(
    "-o", "--output", required=True, type=FILE, metavar="FILE", help="写到哪里。Where to."
)
def figure(indicator: str, data: Path | None, demo: bool, audience: str, **choice: Any) -> None:
    """把一个指标画成图片：PNG、SVG、PDF。One map as an image for a report."""
    from geomap.app.settings import rules_from
    from geomap.audiences import for_audience
    from geomap.figure import kind_by_name
    from geomap.painting import write_figure

    output: Path = choice.pop("output")
    kind = kind_by_name(output.name)
    with opened(data, demo) as whole, recorded(output) as facts:
        atlas = for_audience(whole, audience, rules_from())
        content, year = _drawn(atlas, indicator, kind, choice)
        write_figure(output, content)
        facts |= {"what": "figure", "format": kind, "audience": audience}
        facts |= {"release": atlas.release, "indicator": indicator, "year": year}
    done(f"已写入 {output}", f"wrote {output}")


def _drawn(
    atlas: Any, indicator: str, kind: str, choice: dict[str, Any]
) -> tuple[bytes, int | None]:
    """Give the file and the year it shows."""
    from geomap.figure import compared_view
    from geomap.figure import figure as drawn
    from geomap.sheet import Sheet

    how = {name: choice.pop(name) for name in ("dpi", "grey")}
    circles = compared_view(atlas, choice.pop("compare"))
    layers = tuple(one.strip() for one in choice.pop("layers").split(",") if one.strip())
    sheet = Sheet(layers=layers, **{name: choice.pop(name) for name in _SHEET})
    given = {name: value for name, value in choice.items() if value is not None}
    if "breaks" in given:
        given["breaks"] = numbers(given["breaks"])
    view = _view(atlas, indicator, given)
    return drawn(atlas, view, kind, sheet, circles=circles, **how), view.year


def _view(atlas: Any, indicator: str, given: dict[str, Any]) -> Any:
    """Give the map of a year, or of the change since another."""
    from geomap.changemap import change_view
    from geomap.mapview import best_year, map_view

    since, accept = given.pop("since", None), given.pop("accept_break")
    if since is None:
        return map_view(atlas, indicator, **given)
    if given.pop("kind", "actual") != "actual" or given.pop("shared_breaks"):
        raise RequestError(
            "--from 不能与 --kind target、--shared 同用",
            "--from goes with neither --kind target nor --shared",
        )
    year = given.pop("year", None) or best_year(atlas, atlas.series.get((indicator, "actual"), {}))
    return change_view(atlas, indicator, since, year or 0, accept_break=accept, **given)
