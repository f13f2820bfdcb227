"""The commands that write whole packs: a report, an atlas of maps."""

from __future__ import annotations

from pathlib import Path

import click

from geomap.cli_parts import (
    FILE,
    LANGUAGES,
    Command,
    audience_option,
    data_option,
    demo_option,
    done,
    opened,
    recorded,
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
@click.option("--lang", type=LANGUAGES, default="zh", help="语言。Language.")
@audience_option
@data_option
@demo_option
@click.option(
    "-o", "--output", required=True, type=FILE, metavar="FILE", help=".docx、.pptx。Where to."
)
def report(
    data: Path | None,
    demo: bool,
    audience: str,
    output: Path,
    template: Path | None,
    **choice: object,
) -> None:
    """写一份整套报告：Word、PowerPoint。A whole report with maps, tables and sources."""
    from geomap.app.settings import rules_from
    from geomap.audiences import for_audience
    from geomap.painting import write_figure
    from geomap.report import format_by_name, report_pack
    from geomap.report_parts import Asked

    kind = format_by_name(output.name)
    with opened(data, demo) as whole, recorded(output) as facts:
        atlas = for_audience(whole, audience, rules_from())
        pack = report_pack(atlas, kind, Asked(**choice), template)  # type: ignore[arg-type]
        write_figure(output, pack.content)
        facts |= {"what": "report", "format": kind, "audience": audience}
        facts |= {"release": atlas.release}
    for note in pack.notes:
        click.echo(f"提示：{note.zh}\nNotice: {note.en}", err=True)
    done(f"已写入 {output}", f"wrote {output}")
