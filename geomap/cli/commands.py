"""The command ``geomap``: a thin shell; each command imports what it needs when it runs.

Exit codes: 0 done, 1 refused with a message, 2 wrong usage.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.audit import audit
from geomap.cli.check import check, finding_line
from geomap.cli.export import export, exports, map_
from geomap.cli.figure import figure
from geomap.cli.options import (
    DIRECTORY,
    FILE_PATH,
    Command,
    change,
    data_option,
    demo_option,
    done,
    opened,
)
from geomap.cli.release import releases, restore
from geomap.cli.report import atlas as atlas_of_maps
from geomap.cli.report import report
from geomap.cli.site import site

if TYPE_CHECKING:
    from geomap.atlas import Atlas


class _Commands(click.Group):
    """Tells our errors as messages, Chinese first, instead of tracebacks."""

    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            name = error.filename or ""
            _fail(ctx, f"无法读写 {name}：{error.strerror}", f"{error.strerror}: {name}")
        except Exception as error:
            from geomap.errors import GeomapError

            if not isinstance(error, GeomapError):
                raise
            _fail(ctx, error.text.zh, error.text.en)


def _fail(ctx: click.Context, zh: str, en: str) -> None:
    click.echo(f"错误：{zh}\nError: {en}", err=True)
    ctx.exit(1)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="geomap", message="geomap %(version)s")
def main() -> None:
    """人才地图：离线可用，每个数字有出处。A talent map that works offline, every figure sourced."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in another code page must not turn a message into a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


@main.command()
@data_option
@demo_option
@click.option(
    "--host", help="监听地址，默认 127.0.0.1。Address to listen on, 127.0.0.1 by default."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="端口，默认 8000；0 为任意空闲端口。Port, 8000 by default; 0 for any free one.",
)
@click.option("--workers", type=click.IntRange(1), help="进程数。Number of processes.")
@click.option(
    "--open",
    "show",
    is_flag=True,
    help="在浏览器里打开；已经启动的只打开。Open it in the browser; start it only if need be.",
)
def serve(data: Path | None, demo: bool, **choice: Any) -> None:
    """启动网页服务。Serve the map in the browser."""
    from geomap.app.serve import serve as run

    run(data=data, demo=demo, **choice)


@main.command()
@click.argument("adcode")
@click.argument("directory", metavar="DIR", type=DIRECTORY)
def init(adcode: str, directory: Path) -> None:
    """为任一地级市新建数据目录。Make a data directory for any prefecture-level city of China."""
    from geomap.cities.initialise import initialise

    made = initialise(adcode, directory)
    done(f"已建好 {made}；运行 geomap serve --data {made}", f"made {made}")


@main.command("import")
@click.argument("file", type=FILE_PATH)
@click.option("--source", required=True, metavar="ID", help="来源标识。Id of the document.")
@click.option("--title", default="", help="文件标题。Title of the document.")
@click.option("--number", default="", help="文号。Its number.")
@click.option("--issuer", default="", help="发文单位。Who issued it.")
@click.option("--date", default="", help="日期。Its date, such as 2025-03-01.")
@data_option
@click.option("--replace", is_flag=True, help="替换该来源已有的数；旧版留存。Replace its figures.")
@click.option("--dry-run", is_flag=True, help="只检查，不写入。Check only, write nothing.")
def import_(
    file: Path,
    data: Path | None,
    replace: bool,
    dry_run: bool,
    source: str,
    **details: str,
) -> None:
    """导入 CSV 或 Excel 表。Take a CSV or Excel table into the data, checked, with its source."""
    from geomap.paths import data_dir
    from geomap.release.import_table import Details, import_table

    taken = import_table(
        data_dir(data),
        file,
        Details(source, **details),
        overwrite=replace,
        dry_run=dry_run,
        change=change(),
    )
    for finding in taken.findings:
        click.echo(finding_line(finding, None))
    if dry_run:
        done(f"检查通过，{taken.rows} 行，未写入", f"{taken.rows} rows are sound, nothing written")
    else:
        done(f"已写入 {taken.path}，{taken.rows} 行", f"wrote {taken.rows} rows to {taken.path}")


@main.command()
@click.option("--as-of", type=click.IntRange(1949, 2100), help="截至年份。As of the end of a year.")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON.")
@data_option
@demo_option
def progress(data: Path | None, demo: bool, as_of: int | None, as_json: bool) -> None:
    """规划进度：目标与实际对照。Plan progress: targets against actuals."""
    from geomap.views.maps.mapview import as_plain
    from geomap.views.plans.counts import plan_counts
    from geomap.views.plans.targets import default_year, progress_rows

    with opened(data, demo) as atlas:
        year = default_year(atlas) if as_of is None else as_of
        rows = progress_rows(atlas, year)
        plans = plan_counts(atlas, rows)
    if as_json:
        click.echo(json.dumps(as_plain(rows), ensure_ascii=False, indent=2, allow_nan=False))
        return
    for plan in plans:
        click.echo(f"{plan.told().zh} / {plan.told().en}")
    for row in rows:
        click.echo(_progress_line(row))


def _progress_line(row: dict[str, Any]) -> str:
    from geomap.model.absence import gap_word
    from geomap.views.plans.targets import amount

    target = amount(row, "target").zh
    known = row["actual"] is not None
    actual = f"{amount(row, 'actual').zh}（{row['actual_year']}）" if known else gap_word(row).zh
    when = row["target_year"] or ""
    return (
        f"{row['symbol']} {row['verdict']}\t{row['name_zh']}（{row['unit']}）\t"
        f"目标 {target} {when}\t实际 {actual}\t{row['target_source'] or ''}\t{row['reason']}"
    )


@main.command()
@click.argument("old", metavar="OLD", type=DIRECTORY)
@click.argument("new", metavar="NEW", type=DIRECTORY)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON.")
def diff(old: Path, new: Path, as_json: bool) -> None:
    """两个数据版本有何不同。What changed between two releases."""
    from geomap.release.open import open_release
    from geomap.views.evidence.release_diff import compare_releases
    from geomap.views.plans.targets import default_year, progress_rows

    def verdicts(atlas: Atlas) -> dict[str, str]:
        rows = progress_rows(atlas, default_year(atlas))
        keys = ("group", "indicator", "target_year", "target_source", "locator")
        return {" ".join(str(row[key]) for key in keys): str(row["verdict"]) for row in rows}

    found = compare_releases(open_release(old), open_release(new), verdicts=verdicts)
    shown = json.dumps(found.as_dict(), ensure_ascii=False, indent=2) if as_json else found.text()
    click.echo(shown)


@main.command()
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option("--seed", type=int, help="随机种子；同一种子结果相同。Seed; the same gives the same.")
def demo(directory: Path, seed: int | None) -> None:
    """生成示例数据（非真实统计）。Make demonstration data, not real statistics."""
    from geomap.demo.write import write_demo

    made = write_demo(directory) if seed is None else write_demo(directory, seed)
    done(f"已生成示例数据 {made}；运行 geomap serve --data {made}", f"made {made}")


main.add_command(audit)
main.add_command(check)
main.add_command(map_)
main.add_command(export)
main.add_command(exports)
main.add_command(figure)
main.add_command(report)
main.add_command(atlas_of_maps)
main.add_command(site)
main.add_command(releases)
main.add_command(restore)
