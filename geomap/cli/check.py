"""The command ``check``: every finding in a data directory at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.options import DIRECTORY, LANGUAGE_CHOICE, Command, change, data_option

if TYPE_CHECKING:
    from geomap.errors import Finding


@click.command(cls=Command)
@data_option
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Write JSON.")
@click.option(
    "--update",
    is_flag=True,
    help="有意修改后重记校验值，再检查。Record the files as they are, then check.",
)
@click.option(
    "--against",
    type=DIRECTORY,
    metavar="OLD",
    help="与以前公开的版本对照，看两版相减会泄露什么。What both public editions give away.",
)
@click.option("--lang", type=LANGUAGE_CHOICE, help="只用一种语言。Use one language only.")
@click.pass_context
def check(
    ctx: click.Context,
    data: Path | None,
    as_json: bool,
    update: bool,
    against: Path | None,
    lang: str | None,
) -> None:
    """检查数据目录，一次列出所有问题。Check a data directory, every finding at once."""
    from geomap.paths import data_dir
    from geomap.release.check import check_release

    directory = data_dir(data)
    updated: list[str] = []
    if update:
        from geomap.release.import_table import update_hashes

        updated = update_hashes(directory, change())
    findings = check_release(directory)
    if against:
        findings += _leaks(directory, against)
    errors = sum(finding.level == "error" for finding in findings)
    if as_json:
        click.echo(_as_json(directory, updated, findings))
    else:
        _tell(updated, findings, lang)
    ctx.exit(1 if errors else 0)


def _leaks(directory: Path, earlier: Path) -> list[Finding]:
    from geomap.release.check import check_against
    from geomap.settings import rules_from

    return check_against(directory, earlier, rules_from())


def _as_json(directory: Path, updated: list[str], findings: list[Finding]) -> str:
    errors = sum(finding.level == "error" for finding in findings)
    content = {
        "directory": str(directory),
        "errors": errors,
        "notices": len(findings) - errors,
        "updated": updated,
        "findings": [finding.as_dict() for finding in findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _tell(updated: list[str], findings: list[Finding], lang: str | None) -> None:
    for path in updated:
        click.echo(_in(lang, f"已重记 {path}", f"recorded {path}"))
    for finding in findings:
        click.echo(finding_line(finding, lang))
    errors = sum(finding.level == "error" for finding in findings)
    notices = len(findings) - errors
    click.echo(
        _in(lang, f"{errors} 处错误，{notices} 处提示", f"{errors} error(s), {notices} notice(s)")
    )


def _in(lang: str | None, zh: str, en: str) -> str:
    return {"zh": zh, "en": en}.get(lang or "", f"{zh} / {en}")


def finding_line(finding: Finding, lang: str | None) -> str:
    """Write ``file:line: column: what: what to do``; notices say that they are only that."""
    column = f"{finding.column}: " if finding.column else ""
    mark = _in(lang, "提示", "notice") + ": " if finding.level == "notice" else ""
    zh = f"{finding.what.zh}: {finding.fix.zh}"
    en = f"{finding.what.en}: {finding.fix.en}"
    return f"{finding.file}:{finding.line}: {mark}{column}{_in(lang, zh, en)}"
