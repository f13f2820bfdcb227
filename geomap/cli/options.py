"""What several commands share: their options, the release they open, the record of what leaves."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from geomap.model.asked import FIELDS, Form, MapChoice, fields

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.release.versions import Change

Callback: TypeAlias = Callable[..., None]
Decorator: TypeAlias = Callable[[Callback], Callback]
LANGUAGE_CHOICE = click.Choice(["zh", "en"])
DIRECTORY = click.Path(file_okay=False, path_type=Path)
FILE_PATH = click.Path(dir_okay=False, path_type=Path)
data_option = click.option(
    "--data",
    type=DIRECTORY,
    metavar="DIR",
    help="数据目录，默认 GEOMAP_DATA，再默认随附数据。Data; GEOMAP_DATA or the shipped one.",
)
demo_option = click.option(
    "--demo", is_flag=True, help="用示例数据（非真实统计）。Use demonstration data, not real."
)
audience_option = click.option(
    "--audience",
    type=click.Choice(["leader", "internal", "public"]),
    default="public",
    help="public 小数已保护（默认）、internal 内部全数。By default small counts are withheld.",
)


def map_options(*names: str) -> Decorator:
    """Add the options of the choices of these names, or of all, in the order of the table."""
    made = [_option(field) for field in fields(*names) if field.option]

    def add(command: Callback) -> Callback:
        for option in reversed(made):
            command = option(command)
        return command

    return add


def _option(field: MapChoice) -> Decorator:
    told: dict[str, Any] = {"help": f"{field.words.zh}。{field.words.en}."}
    if field.form in (Form.FLAG, Form.WORD):
        return click.option(field.option, field.name, is_flag=True, **told)
    types: dict[Form, Any] = {
        Form.YEAR: int, Form.WHOLE: click.IntRange(*field.bounds),
        Form.CHOICE: click.Choice([str(one) for one in field.choices]),
    }  # fmt: skip
    kind = types.get(field.form, str)
    return click.option(field.option, field.name, type=kind, metavar=field.metavar, **told)


def taken(choice: dict[str, Any]) -> dict[str, Any]:
    """Take what options chose of a map out of ``choice``, read as ``Subject`` has it."""
    found = {field: choice.pop(field.name) for field in FIELDS if field.name in choice}
    given = {field: value for field, value in found.items() if value is not None}
    return {
        field.name: _READ[field.form](value) if field.form in _READ else value
        for field, value in given.items()
    }


def split_names(text: str) -> tuple[str, ...]:
    """Read names split by commas."""
    return tuple(part for part in map(str.strip, text.replace("，", ",").split(",")) if part)


class Command(click.Command):
    """Shows its whole first line in the list of commands; click would cut it."""

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        """Give the first line of the help, whole."""
        return str(self.help).partition("\n")[0]


def split_numbers(text: str) -> list[float]:
    """Read numbers split by commas."""
    try:
        return [float(part) for part in text.replace("，", ",").split(",")]
    except ValueError:
        raise click.BadParameter(f"{text}：应为逗号分隔的数 / numbers split by commas") from None


_READ: dict[Form, Callable[[str], Any]] = {
    Form.NAMES: split_names,
    Form.NUMBERS: lambda text: tuple(split_numbers(text)),
}


@contextlib.contextmanager
def opened(data: Path | None, demo: bool) -> Iterator[Atlas]:
    """Open the release that the options name, for as long as the block runs."""
    from geomap.files import temporary
    from geomap.paths import data_dir
    from geomap.release.open import open_release

    if not demo:
        yield open_release(data_dir(data))
        return
    from geomap.demo.write import write_demo

    with temporary("geomap-demo-") as directory:
        yield open_release(write_demo(directory / "demo"))


@contextlib.contextmanager
def recorded(output: Path) -> Iterator[dict[str, Any]]:
    """Record the file that the block writes, of which it gives the facts; see ``audit``."""
    from datetime import UTC, datetime

    from geomap.audit.log import Departure
    from geomap.settings import log_from

    log = log_from()
    log.check()  # before there is a file that may not leave
    facts: dict[str, Any] = {"format": output.suffix.lstrip("."), "name": output.name}
    yield facts
    facts.setdefault("request", words())
    log.record_file(output, Departure(**facts), by=user(), when=datetime.now(UTC))


def change() -> Change:
    """Say by whom and when a release is changed, and how many former versions are kept."""
    from datetime import UTC, datetime

    from geomap.release.versions import Change
    from geomap.settings import keep_from, log_from

    return Change(user(), datetime.now(UTC), keep_from(), log=log_from())


def words() -> str:
    """Give the command with its choices, without what names places on this machine."""
    context = click.get_current_context()
    chosen = {
        name: PurePath(value).name if isinstance(value, str) and "/" in value else value
        for name, value in context.params.items()
        if value not in (None, False, ()) and not isinstance(value, Path)
    }
    return " ".join(
        [f"geomap {context.info_name}", *(f"{key}={one}" for key, one in chosen.items())]
    )


def user() -> str:
    """Say who runs the command, and where."""
    import getpass
    import socket

    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "?"
    return f"cli:{name}@{socket.gethostname()}"


def printable(text: str) -> str:
    """Take out what could steer the terminal: a client may have put it into the record."""
    return "".join(one if one.isprintable() or one == "\t" else "�" for one in text)


def done(zh: str, en: str) -> None:
    """Tell the last line, Chinese first."""
    click.echo(f"{zh} / {en}")
