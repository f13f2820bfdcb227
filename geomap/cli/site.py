"""The commands ``geomap site …``: siting studies from tables or from the release.

JSON goes to standard output alone; what is said while solving goes to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.options import recorded
from geomap.cli.site_settings import settings_of, study_files
from geomap.numbers import full, written

if TYPE_CHECKING:
    from geomap.siting.solve.problem import Effort, SolveReport
    from geomap.siting.study import StudyOutcome

_FILE = click.Path(dir_okay=False, path_type=Path)
_DIRECTORY = click.Path(file_okay=False, path_type=Path)
_ENDINGS = (".docx", ".xlsx", ".geojson", ".json")
SiteCommand = Callable[..., Any]


class _SiteCommand(click.Command):
    """Shows its whole first line in the list of commands."""

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        return str(self.help).partition("\n")[0]


class _SiteCommands(click.Group):
    command_class = _SiteCommand

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        return str(self.help).partition("\n")[0]


class _ModelName(click.ParamType):  # type: ignore[type-arg]  # generic since 8.2
    """A location model; they are looked up when they are asked for, for they load numpy."""

    name = "model"

    def convert(self, value: Any, *place: Any) -> Any:
        return self._names.convert(value, *place)

    def get_metavar(self, *place: Any, **more: Any) -> str | None:
        return self._names.get_metavar(*place, **more)

    @property
    def _names(self) -> click.Choice[str]:
        from geomap.siting.setting_labels import MODEL_NAMES

        return click.Choice(list(MODEL_NAMES))


@click.group(cls=_SiteCommands)
def site() -> None:
    """选址：覆盖、布点、排序、试改。Siting: cover, allocate, rank, whatif."""


def _options(*made: Callable[[SiteCommand], SiteCommand]) -> Callable[[SiteCommand], SiteCommand]:
    def decorate(command: SiteCommand) -> SiteCommand:
        for one in reversed(made):
            command = one(command)
        return command

    return decorate


_input_options = _options(
    click.option(
        "--demand",
        metavar="D",
        help="需求表（CSV、Excel），或 seats:指标。Table of demand, or seats:INDICATOR.",
    ),
    click.option(
        "--existing",
        metavar="E",
        help="已有点的表，或 sites:类型。Table of what exists, or sites:KINDS.",
    ),
    click.option("--matrix", type=_FILE, metavar="M", help="距离矩阵 CSV。Matrix of distances."),
    click.option(
        "--matrix-unit",
        type=click.Choice(["km", "min"]),
        default="km",
        help="矩阵的单位，默认 km。Unit of the matrix.",
    ),
    click.option(
        "--roads", type=_FILE, metavar="R", help="路网 GraphML 或 GeoPackage。Road network."
    ),
    click.option(
        "--roads-unit",
        type=click.Choice(["km", "min"]),
        default="km",
        help="路网上比距离还是时间。Distance or time on roads.",
    ),
    click.option("--detour", type=float, metavar="F", help="绕行系数。Detour factor, 1 to 5."),
    click.option("--radii", metavar="KM,KM", help="服务半径，默认 30,60,100。Radii of service."),
    click.option(
        "--crs",
        type=click.Choice(["wgs84", "cgcs2000", "gcj02", "bd09"]),
        default="wgs84",
        help="表中坐标的坐标系。Reference system of the tables.",
    ),
    click.option(
        "--outside/--inside",
        default=None,
        help="候选点可否在市外；默认看需求点。Whether candidates may lie outside the city.",
    ),
    click.option("--data", type=_DIRECTORY, metavar="DIR", help="数据目录。Data directory."),
    click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="语言。Language."),
    click.option(
        "--audience",
        type=click.Choice(["leader", "internal", "public"]),
        default="public",
        help="public 小数已保护（默认）、internal 内部全数。By default small counts are withheld.",
    ),
    click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON."),
    click.option(
        "-o",
        "--output",
        type=_FILE,
        metavar="FILE",
        help="写到 .docx、.xlsx、.geojson 或 .json。Write a file.",
    ),
)
_candidate_option = click.option(
    "--candidates",
    required=True,
    metavar="C",
    help="候选点的表，或 sites:类型、hexagons:公里。Table, sites:KINDS or hexagons:KM.",
)
_exclude_option = click.option(
    "--exclude",
    type=_FILE,
    metavar="G",
    help="候选点避开的面，GeoJSON。Polygons without candidates.",
)


@site.command()
@_input_options
@click.option(
    "--catchment", metavar="KM,KM", help="移动搜索法的分区外界。Zones of the floating catchment."
)
@click.option("--decay", metavar="W,W", help="各区权重，如 1,0.5。Weights of the zones.")
def cover(**given: Any) -> None:
    """现有点位服务得怎样。How well what exists serves."""
    _do("cover", given)


@site.command()
@_candidate_option
@_exclude_option
@_input_options
@click.option("--model", type=_ModelName(), default="p-median", help="选址模型。Location model.")
@click.option("--sites", type=int, metavar="N", help="新增几处。How many new sites.")
@click.option("--budget", type=float, metavar="B", help="预算，代替个数。Budget instead.")
@click.option(
    "--radius-km",
    type=float,
    metavar="R",
    help="覆盖半径（mclp、lscp）；矩阵以分钟计时为分钟。Covering radius; minutes with minutes.",
)
@click.option("--fair", is_flag=True, help="先顾最差的地区。The worst-served area first.")
@click.option("--split", is_flag=True, help="带容量时一处需求可分摊。Demand may be shared out.")
@click.option(
    "--require-area",
    "required_areas",
    multiple=True,
    metavar="A",
    help="该地区至少一处，可多次。At least one site there.",
)
@click.option(
    "--time-limit", type=float, default=30.0, metavar="S", help="时限，秒。Time limit, seconds."
)
def allocate(**given: Any) -> None:
    """新增的点放在哪里。Where new sites should go."""
    _do("allocate", given)


@site.command()
@_candidate_option
@_exclude_option
@_input_options
@click.option(
    "--criteria",
    type=_FILE,
    required=True,
    metavar="K",
    help="准则，JSON（见 docs/user-guide.md）。Criteria, JSON.",
)
@click.option(
    "--zone",
    "zones",
    multiple=True,
    metavar="NAME=G",
    help="范围，GeoJSON，可多次。A zone for criteria.",
)
def rank(**given: Any) -> None:
    """候选点排序，并说明稳不稳。Rank candidates, and say how sure that is."""
    _do("rank", given)


@site.command()
@_input_options
@click.option("--put", multiple=True, metavar="LON,LAT", help="放一处，可多次。Put a site.")
@click.option("--move", multiple=True, metavar="ID,LON,LAT", help="移一处。Move a site.")
@click.option("--remove", multiple=True, metavar="ID", help="撤一处。Take a site away.")
def whatif(**given: Any) -> None:
    """放、移、撤一处，前后对比。Put, move or remove a site: before and after."""
    _do("whatif", given)


# --- from options to settings ---------------------------------------------------------------------


def _do(kind: str, given: dict[str, Any]) -> None:
    from geomap.siting.input_files import read_inputs
    from geomap.siting.settings import StudySettings
    from geomap.siting.study import run_study

    _check_output(given["output"])
    settings = StudySettings.from_dict(settings_of(kind, given))
    atlas = _atlas(given)
    inputs = read_inputs(atlas, settings, study_files(given))
    for one in (*inputs.handling, *inputs.notices, *inputs.gaps):
        click.echo(f"提示：{one.zh} / {one.en}", err=True)
    outcome = run_study(atlas, settings, inputs, _effort(settings.time_limit))
    _give(outcome, given)


def _check_output(output: Path | None) -> None:
    if output is not None and output.suffix.lower() not in _ENDINGS:
        raise click.BadParameter(
            f"{output}：应以 {'、'.join(_ENDINGS)} 结尾 / must end in {', '.join(_ENDINGS)}"
        )


def _atlas(given: dict[str, Any]) -> Any:
    from geomap.paths import data_dir
    from geomap.release.editions import for_audience
    from geomap.release.open import open_release
    from geomap.settings import rules_from

    return for_audience(open_release(data_dir(given["data"])), given["audience"], rules_from())


# --- telling and giving ---------------------------------------------------------------------------


def _effort(seconds: float) -> Effort:
    from geomap.siting.solve.problem import Effort

    last = [0.0]

    def tell(report: SolveReport) -> None:
        if report.seconds - last[0] < 1:
            return
        last[0] = report.seconds
        best = "—" if report.objective is None else full(report.objective, digits=6)
        bound = "—" if report.bound is None else full(report.bound, digits=6)
        spent = written(report.seconds, 0)
        click.echo(
            f"{spent} s {report.phase.zh} / {report.phase.en}: {best} ({bound})",
            err=True,
        )

    return Effort(seconds=seconds, progress=tell)


def _give(outcome: StudyOutcome, given: dict[str, Any]) -> None:
    output: Path | None = given["output"]
    if output is not None:
        from geomap.files import write_whole
        from geomap.siting.answer_files import departure, write

        kind = output.suffix.lower().lstrip(".")
        with recorded(output) as facts:
            made = write(outcome, kind, given["lang"], given["audience"])
            write_whole(output, made, parents=True)
            left = departure(outcome.as_dict(), kind)
            facts |= {"what": left.what, "audience": given["audience"]}
            facts |= {"release": left.release, "indicator": left.indicator}
        click.echo(f"已写入 {output} / wrote {output}", err=True)
    if given["as_json"]:
        from geomap.siting.answer_json import answer_of

        shown = answer_of(outcome.as_dict())
        text = json.dumps(shown, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write(text + "\n")
    elif output is None:
        from geomap.siting.narrative import as_lines

        click.echo("\n".join(as_lines(outcome, given["lang"])))
