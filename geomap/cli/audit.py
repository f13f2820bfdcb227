"""The commands ``geomap audit``: whether the record is whole, and the record as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.options import FILE_PATH, Command, done, printable, recorded

if TYPE_CHECKING:
    from datetime import datetime

_SHOWN_BREAKS = 20
_COLUMNS = (
    "n", "when", "by", "event", "what", "name", "audience", "release", "indicator", "year",
    "format", "request", "status", "code", "count", "bytes", "sha256",
)  # fmt: skip
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def audit() -> None:
    """审计记录：核对是否完整，取出成表。The record of what was done: verify it, write it out."""


@audit.command(cls=Command)
@click.option(
    "--hash",
    "known",
    help="以前记下的末条校验值，应仍在链上。A hash told before, which must still be in the chain.",
)
@click.pass_context
def verify(context: click.Context, known: str | None) -> None:
    """核对审计记录：有没有被改、被删、被移、缺尾。See that the record is whole."""
    from geomap.audit.chain import verify_chain as look
    from geomap.settings import log_from

    log = log_from()
    found = look(log)
    for one in found.breaks[:_SHOWN_BREAKS]:
        place = f"{one.file}:{one.line}" if one.line else one.file
        click.echo(f"{place}: {one.what.zh} / {one.what.en}", err=True)
    lost = bool(known) and known not in found.hashes
    if lost:
        click.echo(f"链上没有 {known} / it is not in the chain", err=True)
    if found.breaks or lost:
        number = len(found.breaks) + lost
        click.echo(
            f"审计记录不完整，{number} 处 / the record is broken at {number} places", err=True
        )
        context.exit(1)
    span = f"{found.first}–{found.last}" if found.entries else "0"
    older = f"，另有旧版 {found.older} 行不在链上" if found.older else ""
    done(
        f"审计记录完整：第 {span} 条{older}；末条校验值 {found.hash}，请另处保存",
        f"the record is whole: entries {span}; keep this hash of the last one elsewhere",
    )


@audit.command(cls=Command)
@click.option(
    "-o", "--output", type=FILE_PATH, required=True, help="写到哪个 .csv 或 .json 文件。File."
)
@click.option("--since", type=_DAY, metavar="TIME", help="从何时起（本机时区）。From then on.")
@click.option("--until", type=_DAY, metavar="TIME", help="到何时止，不含。Before then.")
@click.option("--event", default="", help="只要哪一类，如 export、refused。Of one kind only.")
def export(output: Path, since: datetime | None, until: datetime | None, event: str) -> None:
    """把审计记录写成 CSV 或 JSON。Write the record as CSV or JSON."""
    from geomap.audit.log import entries
    from geomap.errors import RequestError
    from geomap.files import write_whole
    from geomap.settings import log_from

    ending = output.suffix.lower()
    if ending not in (".csv", ".json"):
        raise RequestError(f"{output.name}：请用 .csv 或 .json", f"{output.name}: .csv or .json")
    begin, end = (None if one is None else one.astimezone() for one in (since, until))
    found = list(entries(log_from(), begin, end, event))
    text = _table(found) if ending == ".csv" else json.dumps(found, ensure_ascii=False, indent=2)
    with recorded(output) as facts:
        write_whole(output, text.encode("utf-8", "backslashreplace"), private=True)
        facts |= {"what": "audit", "audience": "internal", "release": ""}
    done(f"{len(found)} 条，已写入 {output}", f"{len(found)} entries, wrote {output}")


def _table(found: Iterable[Mapping[str, Any]]) -> str:
    """Give entries as CSV for a spreadsheet; what has no column stands in the last one."""
    written = io.StringIO("\ufeff")
    written.seek(0, io.SEEK_END)
    table = csv.writer(written)
    table.writerow([*_COLUMNS, "more"])
    for entry in found:
        more = {name: one for name, one in entry.items() if name not in (*_COLUMNS, "prev")}
        rest = json.dumps(more, ensure_ascii=False) if more else ""
        table.writerow([*(_cell(entry.get(name)) for name in _COLUMNS), rest])
    return written.getvalue()


def _cell(value: object) -> object:
    """Give a value so that a spreadsheet takes it for no formula: a client may have written it."""
    if not isinstance(value, str):
        return value
    return printable(f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value)
