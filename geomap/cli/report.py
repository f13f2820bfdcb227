"""The commands that write whole packs: a report, an atlas of maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geomap.cli.options import (
    DIRECTORY,
    FILE_PATH,
    LANGUAGE_CHOICE,
    Command,
    audience_option,
    data_option,
    demo_option,
    done,
    opened,
    recorded,
    split_numbers,
)


@click.command(cls=Command)
@click.option(
    "--template",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    metavar="FILE",
    help="本单位的模板，与报告同格式。The house's template, of the same format.",
)
@click.option("--as-of", type=click.IntRange(1949, 2100), help="截至年份。As of the end of a year.")
@click.option("--maker", default="", help="编制单位，印在封面和图下。Who made it.")
@click.option("--date", "made", default="", help="日期，不写则不印。Date, none by default.")
@click.option("--lang", type=LANGUAGE_CHOICE, default="zh", help="语言。Language.")
@audience_option
@data_option
@demo_option
@click.option(
    "-o", "--output", required=True, type=FILE_PATH, metavar="FILE", help=".docx、.pptx。Where to."
)
def report(
    data: Path | None,
    demo: bool,
    audience: str,
    output: Path,
    template: Path | None,
    **choice: Any,
) -> None:
    """写一份整套报告：Word、PowerPoint。A whole report with maps, tables and sources."""
    from geomap.files import write_whole
    from geomap.release.editions import for_audience
    from geomap.render.report.desk import Asked
    from geomap.render.report.pack import report_format, report_pack
    from geomap.settings import rules_from

    kind = report_format(output.name)
    with opened(data, demo) as whole, recorded(output) as facts:
        atlas = for_audience(whole, audience, rules_from())
        pack = report_pack(atlas, kind, Asked(**choice), template)
        write_whole(output, pack.content, parents=True)
        facts |= {"what": "report", "format": kind, "audience": audience}
        facts |= {"release": atlas.release}
    for note in pack.notes:
        click.echo(f"提示：{note.zh}\nNotice: {note.en}", err=True)
    done(f"已写入 {output}", f"wrote {output}")


def _listed(text: str) -> tuple[str, ...]:
    """Read words split by commas, each once."""
    parts = (one.strip() for one in text.replace("，", ",").split(","))
    return tuple(dict.fromkeys(one for one in parts if one))


def _years(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in split_numbers(text)) if text else ()


@click.command(cls=Command)
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option("--sizes", default="a4", metavar="S,…", help="图幅，逗号分隔。Sizes of sheets.")
@click.option("--formats", default="png", metavar="F,…", help="png、svg、pdf。Formats.")
@click.option("--indicators", default="", metavar="I,…", help="指标，默认全部。By default all.")
@click.option("--years", default="", metavar="Y,…", help="年份，默认全部。By default all.")
@click.option("--dpi", type=int, default=300, help="PNG 每英寸像素，30–1200。Pixels per inch.")
@click.option("--jobs", type=click.IntRange(1, 64), help="进程数，默认全部核心。Processes.")
@click.option("--maker", default="", help="制图单位，印在图下。Who made it, printed below.")
@click.option("--date", "made", default="", help="制图日期，不写则不印。Date, none by default.")
@click.option("--lang", type=LANGUAGE_CHOICE, default="zh", help="语言。Language.")
@audience_option
@data_option
@demo_option
def atlas(
    directory: Path, data: Path | None, demo: bool, audience: str, jobs: int | None, **choice: Any
) -> None:
    """把全部指标、年份、图幅画成图集，可中断续画。All maps at once; a run can be resumed."""
    from geomap.errors import GeomapError
    from geomap.release.editions import for_audience
    from geomap.render.report import plates as platebook
    from geomap.settings import rules_from

    choice["years"] = _years(choice["years"])
    choice |= {name: _listed(choice[name]) for name in ("sizes", "formats", "indicators")}
    wanted = platebook.Wanted(**choice)
    drawn = []
    with opened(data, demo) as whole, recorded(directory / platebook.MANIFEST) as facts:
        release = for_audience(whole, audience, rules_from())
        planned = platebook.plan(release, wanted, directory)
        todo = planned.rest
        work = platebook.draw_plates(release, wanted, todo, directory, jobs or platebook.cores())
        with click.progressbar(work, length=len(todo), label="画图 drawing") as bar:
            drawn += list(bar)
        platebook.finish(release, wanted, planned, drawn, directory)
        facts |= {"what": "atlas", "audience": audience, "release": release.release}
    faults = [one for one in drawn if one.fault]
    for one in faults:
        click.echo(f"{one.plate.file}: {one.fault}", err=True)
    if faults:
        raise GeomapError(
            f"{len(faults)} 张图没有画成，见上；其余已写入 {directory}",
            f"{len(faults)} maps could not be drawn, see above; the others are in {directory}",
        )
    there, bare = len(planned.there), len(planned.without)
    done(
        f"画了 {len(drawn)} 张，已有 {there} 张，{bare} 张没有旗区数未画；见 {directory}",
        f"drew {len(drawn)}, found {there} done, {bare} without values; see index.html",
    )
