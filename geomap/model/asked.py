"""What a map may be asked: each choice once, with its words.

Options of commands, parameters of addresses, their description in the API and the words of refusals
come from this table: a new choice is one line here, a member of ``Subject``, and what draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from geomap.errors import Text
from geomap.model.catalog import Kind
from geomap.model.schema import FIRST_YEAR, LAST_YEAR

CHARTS = ("line", "bars", "slope", "stack", "scatter")
"""The kinds of charts."""
FEWEST_CLASSES, MOST_CLASSES = 2, 9


class Form(Enum):
    """How a choice is written."""

    TEXT = auto()
    YEAR = auto()
    WHOLE = auto()
    CHOICE = auto()
    FLAG = auto()
    WORD = auto()
    NUMBERS = auto()
    NAMES = auto()


@dataclass(frozen=True, slots=True)
class MapChoice:
    """One choice.

    Parameters
    ----------
    name : of the member of ``geomap.render.sheets.subject.Subject``
    key : in an address
    words : for help and description
    option : on the command line, "" where it is the argument
    choices : of ``CHOICE`` all there are, of ``WORD`` the one that says yes in an address
    bounds : least and most of ``WHOLE``
    metavar : what stands for the value in the help of a command
    """

    name: str
    key: str
    form: Form
    words: Text
    option: str = ""
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] = (0, 0)
    metavar: str | None = None
    example: str | int = ""


FIELDS = (
    MapChoice("indicator", "indicator", Form.TEXT, Text("指标", "Indicator"), example="population"),
    MapChoice(
        "year", "year", Form.YEAR,
        Text("年份，默认数据最全的一年", "Year, by default the fullest"), "--year", example=2020,
    ),
    MapChoice(
        "since", "from", Form.YEAR,
        Text("画与此年相比的变化", "The change since this year"), "--from",
        metavar="Y", example=2015,
    ),
    MapChoice(
        "accept_break", "definitions", Form.WORD,
        Text("口径、区划有变也画，图上注明", "Across a change of definition too"), "--accept-break",
        ("accepted",),
    ),
    MapChoice(
        "kind", "kind", Form.CHOICE, Text("实际或目标", "Actual or target"), "--kind",
        tuple(Kind), example=Kind.ACTUAL,
    ),
    MapChoice(
        "representation", "as", Form.CHOICE, Text("面或圆", "Fill or circles"), "--as",
        ("fill", "symbol"), example="symbol",
    ),
    MapChoice(
        "method", "method", Form.TEXT, Text("分级方法", "Method of classes"), "--method",
        metavar="M", example="quantile",
    ),
    MapChoice(
        "breaks", "breaks", Form.NUMBERS,
        Text("自定义断点（各级上界），如 10,20,50", "Breaks, for method manual"), "--breaks",
    ),
    MapChoice(
        "k", "classes", Form.WHOLE, Text("级数", "Number of classes"), "--classes",
        bounds=(FEWEST_CLASSES, MOST_CLASSES), example=5,
    ),
    MapChoice(
        "palette", "palette", Form.TEXT, Text("色带", "Palette"), "--palette",
        metavar="P", example="Blues",
    ),
    MapChoice(
        "shared_breaks", "shared", Form.FLAG,
        Text("各年用同一分级", "One classing for all years"), "--shared",
    ),
    MapChoice(
        "rank_estimates", "estimates", Form.WORD,
        Text("估算参与排名", "Estimates have places"), "--rank-estimates", ("ranked",),
    ),
    MapChoice(
        "compare", "compare", Form.TEXT,
        Text("另一指标（可加年份），以圆叠在面上", "Another indicator as circles over the fill"),
        "--compare", metavar="I[:Y]",
    ),
    MapChoice(
        "bivariate", "bivariate", Form.TEXT,
        Text("双变量图：两个指标合成 3×3 色；散点图的纵轴",
             "Two indicators in one fill; the upright axis of a scatter"), "--bivariate",
        metavar="I[:Y]",
    ),
    MapChoice(
        "years", "years", Form.NAMES, Text("多年并列，all 为各年", "Small multiples"), "--years",
        metavar="Y,…",
    ),
    MapChoice(
        "categories", "categories", Form.NAMES,
        Text("几个同单位的指标并列，all 为各组成部分", "Indicators of one unit, or all parts"),
        "--categories", metavar="I,…",
    ),
    MapChoice(
        "chart", "chart", Form.CHOICE,
        Text("画成图表：折线、条形、两年对比、组成、散点", "A chart in place of a map"),
        "--chart", CHARTS, example="line",
    ),
    MapChoice(
        "areas", "areas", Form.NAMES,
        Text("折线图只画这些旗区（代码）", "Areas of a chart of lines, codes"), "--area",
        metavar="A,…",
    ),
    MapChoice(
        "progress", "progress", Form.TEXT,
        Text("规划进度子弹图：city、某专栏、某旗区代码", "Bullets of plans"), "--progress",
        metavar="P",
    ),
    MapChoice(
        "as_of", "as_of", Form.WHOLE,
        Text("规划进度截至哪年，与 progress 同用", "Judge as of, with progress"), "--as-of",
        bounds=(FIRST_YEAR, LAST_YEAR), metavar="Y",
    ),
)  # fmt: skip
"""All choices, in the order of the help."""

STYLE = ("representation", "method", "k", "palette", "shared_breaks", "breaks", "rank_estimates")
"""How a map is drawn, whatever it shows."""
ONE_MAP = ("indicator", "year", "kind", *STYLE, "since", "accept_break")
"""What makes one map of a year, or of a change."""


def fields(*names: str) -> tuple[MapChoice, ...]:
    """Give the choices of these names, or all, in the order of the table."""
    return tuple(field for field in FIELDS if not names or field.name in names)


def keys(*names: str) -> tuple[str, ...]:
    """Give their keys in an address."""
    return tuple(field.key for field in fields(*names))
