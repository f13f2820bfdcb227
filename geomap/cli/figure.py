"""The command ``geomap figure``: a map, or several, or bullets, as an image for a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geomap.cli.options import (
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
@click.argument("indicator", default="")
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
@click.option(
    "--bivariate",
    metavar="I[:Y]",
    default="",
    help="双变量图：两个指标合成 3×3 色。Two indicators in one fill.",
)
@click.option("--years", metavar="Y,…", default="", help="多年并列，all 为各年。Small multiples.")
@click.option(
    "--categories",
    metavar="I,…",
    default="",
    help="几个同单位的指标并列，all 为各组成部分。Indicators of one unit, or all parts.",
)
@click.option(
    "--progress",
    metavar="P",
    default="",
    help="规划进度子弹图：city、某专栏、某旗区代码。Bullets of plans.",
)
@click.option(
    "--as-of", type=int, metavar="Y", help="规划进度截至哪年。Judge as of, with --progress."
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
    """把指标画成图片：PNG、SVG、PDF。A map as an image for a report."""
    from geomap.files import write_whole
    from geomap.release.editions import for_audience
    from geomap.render.sheets.draw import kind_by_name
    from geomap.settings import rules_from

    output: Path = choice.pop("output")
    kind = kind_by_name(output.name)
    with opened(data, demo) as whole, recorded(output) as facts:
        atlas = for_audience(whole, audience, rules_from())
        drawn = _drawn(atlas, indicator, kind, choice)
        write_whole(output, drawn.content, parents=True)
        facts |= {"what": "figure", "format": kind, "audience": audience}
        facts |= {"release": atlas.release, "indicator": drawn.indicator, "year": drawn.year}
    done(f"已写入 {output}", f"wrote {output}")


def _drawn(atlas: Any, indicator: str, kind: str, choice: dict[str, Any]) -> Any:
    """Give the file, with its year."""
    from geomap.render.sheets.draw import draw_sheet
    from geomap.render.sheets.paper import Sheet
    from geomap.render.sheets.request import Subject

    how = {name: choice.pop(name) for name in ("dpi", "grey")}
    sheet = Sheet(
        layers=_split(choice.pop("layers")), **{name: choice.pop(name) for name in _SHEET}
    )
    given = {name: value for name, value in choice.items() if value is not None}
    for name in ("years", "categories"):
        given[name] = _split(given[name])
    if "breaks" in given:
        given["breaks"] = tuple(numbers(given["breaks"]))
    subject = Subject(indicator=indicator, **given)
    if not (indicator or subject.progress or subject.categories):
        raise RequestError(
            "没有写指标；只有 --progress、--categories 可以不写",
            "no indicator is named; only --progress and --categories go without",
        )
    return draw_sheet(atlas, subject, kind, sheet, **how)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, text.replace("，", ",").split(",")) if part)
