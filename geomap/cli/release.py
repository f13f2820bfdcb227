"""The commands ``geomap releases`` and ``geomap restore``: former versions of the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.options import Command, change, data_option, done

if TYPE_CHECKING:
    from geomap.release.versions import Version


@click.command(cls=Command)
@data_option
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON.")
def releases(data: Path | None, as_json: bool) -> None:
    """列出数据的历次版本：何时、何人、改了什么。List the versions of the data that are kept."""
    from geomap.paths import data_dir
    from geomap.release.versions import current, listed

    directory = data_dir(data)
    now, found = current(directory), listed(directory)
    if as_json:
        told = {"current": now, "versions": [one.as_dict() for one in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for number, one in enumerate(found):
        click.echo(_line(one, present=number == 0 and one.id == now))
    done(
        f"现用版本 {now[:12]}，留存 {len(found)} 版", f"now {now[:12]}, {len(found)} versions kept"
    )


def _line(one: Version, *, present: bool) -> str:
    mark = "现用 now" if present else ""
    head = [f"{one.number}", one.id[:12], one.when or "?", one.by or "?", str(one.what), mark]
    return "\n".join(["\t".join(head).rstrip(), *(f"\t{path}" for path in one.changed)])


@click.command(cls=Command)
@click.argument("version")
@data_option
def restore(version: str, data: Path | None) -> None:
    """恢复某一版数据（编号或标识见 geomap releases）。Bring a former version of the data back."""
    from geomap.paths import data_dir
    from geomap.release.versions import restore_version

    back = restore_version(data_dir(data), version, change())
    done(
        f"已恢复第 {back.number} 版（{back.id[:12]}）；恢复前的数据也已留存",
        f"restored version {back.number} ({back.id[:12]}); what was there before is kept too",
    )
