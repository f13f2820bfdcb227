"""The command ``geomap figure``: a map, or several, or bullets, as an image for a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geomap.cli.options import (
    FILE_PATH,
    LANGUAGE_CHOICE,
    Command,
    audience_option,
    data_option,
    demo_option,
    done,
    map_options,
    opened,
    recorded,
    split_names,
    taken,
)
from geomap.errors import RequestError

_SHEET = ("size", "lang", "maker", "made", "bars", "title")


@click.command(cls=Command)
@click.argument("indicator", default="")
@map_options()
@click.option("--layers", metavar="K,…", default="", help="点位类别，逗号分隔。Kinds of sites.")
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
@click.option("--lang", type=LANGUAGE_CHOICE, default="zh", help="语言。Language.")
@audience_option
@data_option
@demo_option
@click.option(
    "-o", "--output", required=True, type=FILE_PATH, metavar="FILE", help="写到哪里。Where to."
)
def figure(indicator: str, data: Path | None, demo: bool, audience: str, **choice: Any) -> None:
    """把指标画成图片：PNG、SVG、PDF；图表还可以是 XLSX、PPTX。An image, a chart also native."""
    from geomap.files import write_whole
    from geomap.release.editions import for_audience
    from geomap.render.report.native import format_by_name
    from geomap.settings import rules_from

    output: Path = choice.pop("output")
    kind = format_by_name(output.name)
    with opened(data, demo) as whole, recorded(output) as facts:
        atlas = for_audience(whole, audience, rules_from())
        drawn = _drawn(atlas, indicator, kind, choice)
        write_whole(output, drawn.content, parents=True)
        facts |= {"what": "figure", "format": kind, "audience": audience}
        facts |= {"release": atlas.release, "indicator": drawn.indicator, "year": drawn.year}
    done(f"已写入 {output}", f"wrote {output}")


def _drawn(atlas: Any, indicator: str, kind: str, choice: dict[str, Any]) -> Any:
    """Give the file, with its year."""
    from geomap.render.report.native import draw_file
    from geomap.render.sheets.paper import Sheet
    from geomap.render.sheets.subject import Subject

    how = {name: choice.pop(name) for name in ("dpi", "grey")}
    sheet = Sheet(
        layers=split_names(choice.pop("layers")), **{name: choice.pop(name) for name in _SHEET}
    )
    subject = Subject(indicator=indicator, **taken(choice))
    if not (indicator or subject.progress or subject.categories):
        raise RequestError(
            "没有写指标；只有 --progress、--categories 可以不写",
            "no indicator is named; only --progress and --categories go without",
        )
    return draw_file(atlas, subject, kind, sheet, **how)
