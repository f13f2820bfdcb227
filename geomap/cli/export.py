"""The commands that give a map as one page and a table as a file, and that list what has left."""

from __future__ import annotations

import json
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
    printable,
    recorded,
    split_names,
    taken,
)
from geomap.model.asked import ONE_MAP


@click.command("map", cls=Command)
@click.argument("indicator")
@map_options("year", "method", "breaks", "k", "palette", "rank_estimates")
@click.option(
    "--shared/--per-year",
    "shared_breaks",
    default=None,
    help="各年用同一分级（默认），或各年自己分级。Classes for all years (default), or of each.",
)
@click.option("--lang", type=LANGUAGE_CHOICE, default="zh", help="语言。Language.")
@audience_option
@data_option
@demo_option
@click.option(
    "-o", "--output", required=True, type=FILE_PATH, metavar="FILE.html", help="写到哪里。Where to."
)
def map_(
    indicator: str, data: Path | None, demo: bool, audience: str, output: Path, **choice: Any
) -> None:
    """把一个指标写成单个网页，断网可看。Write one page that works from a disk, offline."""
    from geomap.release.editions import for_audience
    from geomap.settings import rules_from
    from geomap.webmap.page import write_map

    given = taken(choice)
    with opened(data, demo) as whole, recorded(output) as facts:
        atlas = for_audience(whole, audience, rules_from())
        view = write_map(atlas, indicator, path=output, **choice, **given)
        facts |= {"what": "map", "audience": audience, "release": atlas.release}
        facts |= {"indicator": indicator, "year": view.year}
    done(f"已写入 {output}", f"wrote {output}")


@click.command(cls=Command)
@click.argument("indicator")
@map_options(*ONE_MAP)
@click.option("--layers", metavar="K,…", default="", help="点位类别，逗号分隔。Kinds of sites.")
@click.option(
    "--format",
    "format_",
    metavar="F",
    help="格式，如 xlsx、csv、gpkg；默认按文件名。Format; by default the file's name says it.",
)
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "gbk"]),
    default="utf-8",
    help="CSV、Shapefile 的编码。Of CSV and Shapefile.",
)
@click.option("--lang", type=LANGUAGE_CHOICE, default="zh", help="语言。Language.")
@audience_option
@data_option
@demo_option
@click.option(
    "-o", "--output", required=True, type=FILE_PATH, metavar="FILE", help="写到哪里。Where to."
)
def export(
    indicator: str,
    data: Path | None,
    demo: bool,
    audience: str,
    output: Path,
    **choice: Any,
) -> None:
    """导出一张图的数据：Excel、CSV、GIS 格式。Write what one map shows as data."""
    from geomap.files import write_whole
    from geomap.release.editions import for_audience
    from geomap.render.data.export import export as written
    from geomap.render.data.export import export_format
    from geomap.render.sheets.kinds.one_map import view_of
    from geomap.render.sheets.request import sheet_kind
    from geomap.render.sheets.subject import Subject
    from geomap.settings import rules_from

    subject = Subject(indicator=indicator, **taken(choice))
    sheet_kind(subject)
    format_ = choice.pop("format_") or export_format(output.name)
    layers = list(split_names(choice.pop("layers")))
    with opened(data, demo) as whole, recorded(output) as facts:
        atlas = for_audience(whole, audience, rules_from())
        view = view_of(atlas, subject)
        write_whole(output, written(atlas, view, format_, layers=layers, **choice))
        facts |= {"what": "data", "format": format_, "audience": audience}
        facts |= {"release": atlas.release, "indicator": indicator, "year": view.year}
    done(f"已写入 {output}", f"wrote {output}")


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="从哪一天起（本机时区），如 2025-03-01。From this day on, local time.",
)
def exports(as_json: bool, since: Any) -> None:
    """看导出记录：何时、什么、给谁、哪个版本。Print the record of what left."""
    from geomap.audit.log import EXPORT, entries
    from geomap.settings import log_from

    log = log_from()
    found = list(entries(log, since.astimezone() if since else None, event=EXPORT))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for entry in found:
        click.echo(_departed(entry))
    where = log.path or "off"
    done(f"{len(found)} 条，记录在 {where}", f"{len(found)} entries, kept in {where}")


def _departed(entry: dict[str, Any]) -> str:
    if "damaged" in entry:
        return printable(f"?\t（这一行损坏 / a damaged line）{entry['damaged']}")
    names = ("when", "by", "audience", "what", "format", "indicator", "year", "name")
    release, digest = str(entry.get("release", ""))[:12], str(entry.get("sha256", ""))[:12]
    cells = [str(entry.get(name) or "") for name in names]
    return printable("\t".join([*cells, f"release {release}", f"sha256 {digest}"]))
