"""How the modules hang together: imports point up the layers, cores are pure, nothing is foreign.

All imports count, those inside functions and under ``TYPE_CHECKING`` too: a name that is only used
in an annotation still has to be known to whoever reads the module. Cycles are looked for in what
is imported at run time.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from geomap.paths import web_dir

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "geomap"

# A module imports from layers above its own and from its own; docs/architecture.md explains them.
LAYERS: Mapping[str, str] = {
    "base": "geomap errors files numbers paths lifeline readers audit auditchain settings",
    "model": "schema cells findings crs catalog approx provinces wording",
    "tables": (
        "documents cleaners doubts encodings containers numberformat spellings table notdata "
        "totals rules menu coverage precedence claims series approval release points hexagons "
        "magnitude"
    ),
    "drawing": (
        "breaks classes brewer colour palettes symbols labels topology scene hatching "
        "sheet typesetting blocks mesh territory placement furniture emblems"
    ),
    "values": (
        "arithmetic ranks fitting estimates reconcile join indicators people additive attacker "
        "protection suppression disclosure differencing suitability distance locations service "
        "catchment vertexswap nearest standing lagrange benders milp median covering "
        "capacitated relief sitecheck siting"
    ),
    "atlas": "atlas",
    "words": "language",
    "views": (
        "absence changenotes mapnotes mapview changemap provenance sourcebook payload redaction "
        "audiences conflictbook verdicts bullet plancounts progress progress_sites progress_marks "
        "progress_columns identity screen_map screen_parts screen_slides screen report_parts "
        "report_groups report_plans "
        "report_areas reportbook diff study_settings study_inputs study_service study_rank "
        "study study_answer study_text study_changes extract_fields extract captions fills ground "
        "sitemarks legend thematic plan margins mapframe composition ranking multiples "
        "bivariate bulletmarks bulletsheet subject"
    ),
    "invention": "demo_levels demo_city demo_matrix demo_figures demo_sites",
    "adapters": (
        "divisions lookup boundaries store xlsx sheets ownexport "
        "package check versions importer initialise demo "
        "webmap progress_tables siting_inputs matrixfiles placefiles zonefiles roads roadfiles "
        "siting_files packing exports exports_tables exports_geo exports_layers fonts outlines "
        "aggpaths pngfile paint_png paint_svg subset pdffile pdffont paint_pdf painting figure "
        "word_parts report_styles "
        "report_template report_figures report_docx slide_parts report_pptx report platebook"
    ),
    "server": (
        "app app.answers app.api app.current app.delivery app.errors app.gateway app.turnstile "
        "app.openapi app.pages app.departures app.export_pages app.figure_pages app.drawn "
        "app.params app.payloads app.progress_pages app.conflict_pages app.report_pages "
        "app.records app.screen_pages app.releases app.jobs app.uploads app.scenarios "
        "app.siting_pages app.siting_words app.siting_work app.schemas app.security "
        "app.serve app.static"
    ),
    "shell": "cli_parts cli_audit cli_figure cli_release cli_report cli cli_site __main__",
}
LAYER_OF = {name: number for number, names in enumerate(LAYERS.values()) for name in names.split()}
CORE = ("model", "tables", "drawing", "values", "atlas", "views", "invention")
SHELLS = {
    "click",
    "flask",
    "werkzeug",
    "granian",
    "folium",
    "branca",
    "matplotlib",
    "jinja2",
    "docx",
    "pptx",
}
READS = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob",
    "exists", "is_file", "is_dir", "stat", "mkdir", "unlink", "to_csv",
    "to_file", "read_file", "getenv", "urlopen",
}  # fmt: skip
HEAVY = (
    "numpy pandas geopandas shapely pyproj folium branca flask jinja2 granian openpyxl topojson "
    "scipy highspy docx lxml matplotlib pptx pyogrio"
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


def tree_of(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Give the full names of what is imported; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(tree):
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


def own_imports(tree: ast.AST) -> set[str]:
    return {found for full in imported(tree) if (found := own(full))}


class _AtRunTime(ast.NodeTransformer):
    """Takes out what stands under ``if TYPE_CHECKING``."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return node.orelse
        return self.generic_visit(node)


def at_run_time(name: str) -> set[str]:
    return own_imports(_AtRunTime().visit(tree_of(name))) - {name}


def core_modules() -> list[str]:
    return [name for layer in CORE for name in LAYERS[layer].split()]


def test_every_module_has_a_layer() -> None:
    assert sorted(LAYER_OF) == sorted(MODULES)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_from_its_layer_or_above(name: str) -> None:
    below = {one for one in own_imports(tree_of(name)) if LAYER_OF[one] > LAYER_OF[name]}
    assert below == set()


def test_no_module_needs_itself_by_way_of_others() -> None:
    needs = {name: at_run_time(name) for name in MODULES}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
    assert set(order) == set(MODULES)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_says_what_lives_there(name: str) -> None:
    assert (ast.get_docstring(tree_of(name)) or "").strip()


@pytest.mark.parametrize("name", core_modules())
def test_cores_know_no_framework(name: str) -> None:
    known = {full.split(".")[0] for full in imported(tree_of(name))}
    assert known & SHELLS == set()


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


@pytest.mark.parametrize("name", core_modules())
def test_cores_open_no_file(name: str) -> None:
    assert set(called(tree_of(name))) & READS == set()


def test_a_file_that_is_opened_would_be_noticed() -> None:
    assert set(called(ast.parse("Path('a').read_text(); open('b')"))) & READS == {
        "read_text",
        "open",
    }


def test_reading_the_command_line_loads_nothing_heavy() -> None:
    program = f"import sys, geomap.cli; print(sorted(set({HEAVY.split()!r}) & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout.decode().strip() == "[]"


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert {"utils", "util", "helpers", "common", "misc"} & set(MODULES) == set()


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
