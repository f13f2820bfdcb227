"""One rule writes every figure: half up on the shortest decimal, in Python and in the script."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.numbers import full, percent, rounded, written
from geomap.paths import web_dir
from tests.support import ROOT
from tests.support.node import in_node

finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (37.25, 1, "37.3"),
        (1.15, 1, "1.2"),
        (2.05, 1, "2.1"),
        (12.95, 1, "13.0"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-1.25, 1, "−1.3"),
        (-0.0, 1, "0.0"),
        (0.0, 2, "0.00"),
        (1234567.5, 0, "1,234,568"),
        (0.003, 1, "<0.1"),
        (-0.003, 1, ">−0.1"),
        (0.05, 1, "0.1"),
        (0.4, 0, "<1"),
        (1e-7, 6, "<0.000001"),
        (1e15, 1, "1,000,000,000,000,000.0"),
        (1e16, 1, "1e+16"),
    ],
)
def test_a_number_is_written_half_up_and_never_as_the_zero_that_it_is_not(
    number: float, decimals: int, text: str
) -> None:
    assert written(number, decimals) == text


@given(finite, st.integers(0, 6))
def test_what_is_printed_is_the_nearest_and_the_farther_from_zero_of_two(
    number: float, decimals: int
) -> None:
    near, step = Fraction(Decimal(repr(rounded(number, decimals)))), Fraction(1, 10**decimals)
    shown = Fraction(Decimal(repr(number)))
    printed = written(number, decimals, thousands=False).replace("−", "-")
    if printed[0] not in "<>":
        near = Fraction(Decimal(printed))
        assert abs(near - shown) <= step / 2
        assert abs(near - shown) < step / 2 or abs(near) > abs(shown)
    else:
        assert 0 < abs(shown) < step / 2


def test_a_number_in_full_has_its_own_decimals_without_the_noise_of_binary_fractions() -> None:
    written_in_full = [full(one) for one in (0.1 + 0.2, 1310.0, 1300.1, 5613.4, -0.5, 1e-5)]
    assert written_in_full == ["0.3", "1,310", "1,300.1", "5,613.4", "−0.5", "0.00001"]


def test_what_was_given_and_is_no_number_is_told_as_it_was_given() -> None:
    assert [full(one) for one in (float("nan"), float("inf"), float("-inf"))] == [
        "nan", "inf", "−inf",
    ]  # fmt: skip


def test_a_share_is_rounded_as_a_decimal_and_not_after_a_product_of_binary_fractions() -> None:
    assert [percent(0.0725), percent(0.145, 0), percent(1.0), percent(0.0)] == [
        "7.3", "15", "100.0", "0.0",
    ]  # fmt: skip
    assert percent(8.03e-7, 2) == "<0.01"


def _ties() -> list[tuple[float, int]]:
    """Give ties of 0 to 4 decimals on both sides of zero, and what is known to go wrong."""
    wholes = [0, 1, 2, 7, 12, 37, 99, 999, 1234, 99999, 123456789]
    pairs = [
        (sign * float(f"{whole}.{tail}"), decimals)
        for whole, sign, decimals in product(wholes, (1, -1), range(5))
        for tail in (f"{part:0{decimals}d}5" if decimals else "5" for part in _parts(decimals))
    ]
    odd = [0.0, -0.0, 1e-7, -1e-7, 5e-324, 1e15, -1e15, 0.1 + 0.2]
    return pairs + [(number, decimals) for number in odd for decimals in range(5)]


def _parts(decimals: int) -> list[int]:
    """Give the digits before the five: all of them while they are few."""
    most = 10**decimals
    return list(range(most)) if most <= 100 else list(range(0, most, most // 170))


@pytest.mark.slow
def test_the_script_writes_every_number_as_python_does() -> None:
    pairs = _ties()
    assert len(pairs) >= 10_000
    found = in_node(
        "shared/format",
        "({ fixed, percent }, pairs) => pairs.map(([n, d]) => [fixed(n, d), percent(n, d)])",
        [[number, decimals] for number, decimals in pairs],
    )
    expected = [[written(*pair), percent(*pair)] for pair in pairs]
    wrong = [each for each in zip(pairs, found, expected, strict=True) if each[1] != each[2]]
    assert wrong == []


# Which functions may format or round a float on their own, and why. All others write through
# geomap.numbers.
OWN_FORMATS = {
    "numbers._plain": "the owner",
    "approx._spellings": "spellings to look for in quotes",
    "bullet_svg._n": "coordinates of SVG",
    "colour.mixed": "parts of a colour",
    "sites._figures_of": "a count in a table that is made up",
    "sites._row": "degrees in a table that is made up",
    "emblems.icon": "coordinates of a path",
    "tables._cell": "CSV for programs",
    "numberformat._filled": "figures as a spreadsheet shows them, to be read and not written",
    "numberformat.shown": "figures as a spreadsheet shows them, to be read and not written",
    "pdf._cubic": "coordinates of PDF",
    "pdf._halo": "coordinates of PDF",
    "svg._number": "coordinates of SVG",
    "pdf_objects.pdf_number": "coordinates of PDF",
    "pdf_font.embed_font": "measures of a font in PDF",
    "roads.of": "the words of a projection",
    "map._path": "coordinates of a path",
    "xlsx_numbers.number_text": "the text of a cell, to be read and not written",
}


def _own_formats(path: Path) -> set[str]:
    """Name the functions that write floats in f-strings: :.1f, :g, :,.2f, :.0%, round(x)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return set(_places(tree, path.stem, path.stem))


def _places(node: ast.AST, module: str, place: str) -> Iterator[str]:
    """Name the functions that write a float, the innermost."""
    if isinstance(node, ast.FunctionDef):
        place = f"{module}.{node.name}"
    if _writes_a_float(node):
        yield place
    for inner in ast.iter_child_nodes(node):
        yield from _places(inner, module, place)


def _writes_a_float(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name, inner = getattr(node.func, "id", ""), node.args
        return name in ("str", "format") and any(map(_rounds, inner))
    if not isinstance(node, ast.FormattedValue):
        return False
    spec = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
    last = spec[-1].value if spec and isinstance(spec[-1], ast.Constant) else ""
    return _rounds(node.value) or bool(re.search(r"[eEfFgGn%]$", str(last)))


def _rounds(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "round"


@pytest.mark.slow
def test_no_module_formats_figures_by_hand() -> None:
    package = ROOT / "geomap"
    found = {place for path in package.rglob("*.py") for place in _own_formats(path)}
    assert found - OWN_FORMATS.keys() == set(), "write figures with geomap.numbers"
    assert OWN_FORMATS.keys() - found == set(), "is no longer needed"


def test_no_template_formats_figures() -> None:
    templates = (web_dir() / "templates").glob("*.html")
    # Python's own formats, which round half to even and write 26,600 as 2.66e+04.
    found = [path.name for path in templates if re.search(r"\{:[^{}]*\}", path.read_text("utf-8"))]
    assert found == []


def test_the_script_rounds_figures_in_one_place() -> None:
    scripts = (web_dir() / "static/js").rglob("*.js")
    found = {
        path.name
        for path in scripts
        if re.search(r"\.toFixed\(|\.toLocaleString\(|NumberFormat", path.read_text("utf-8"))
    }
    # Degrees, coordinates that are drawn, and numbers that go into the request of siting.
    assert found <= {"dom.js", "sites.js", "result.js", "place.js", "plan.js", "series.js"}
