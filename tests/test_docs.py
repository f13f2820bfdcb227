"""The documents say what the program does: commands, settings, tables, words, links."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geomap.app.http.security import headers
from geomap.atlas import Atlas
from geomap.cartography.classes import METHODS
from geomap.cli import main
from geomap.model.catalog import Kind, Op, Status
from geomap.model.schema import (
    PRECISIONS,
    SHAPES,
    SITE_FIGURES,
    SITE_LISTS,
    SITES,
    STATS,
    UNITS,
    TableSchema,
)
from geomap.paths import shipped_data_dir
from geomap.settings import Settings
from tests.support import ROOT
from tests.test_architecture import ORDER

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HELP = {"-h", "--help"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Give what stands under a heading, up to the next of the same or a higher level."""
    found = re.search(rf"^(#+) {re.escape(heading)}\s*$", text, re.MULTILINE)
    assert found, f"no heading {heading}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> dict[str, list[str]]:
    """Give the rows of all tables in a text, by the code in their first cell."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and (name := re.fullmatch(r"`(.+?)`", cells[0])):
            found[name[1]] = cells[1:]
    return found


def blocks() -> list[str]:
    """Give every line of every code block of all pages."""
    return [
        line
        for page in PAGES
        for fence in FENCE.findall(page.read_text(encoding="utf-8"))
        for line in fence.splitlines()[1:-1]
    ]


def leaves(group: click.Group = main, before: str = "") -> dict[str, click.Command]:
    """Give every command by the words it is typed with; those of groups below them."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        deeper = isinstance(command, click.Group)
        typed = f"{before}{name}"
        found |= leaves(command, f"{typed} ") if deeper else {typed: command}  # type: ignore[arg-type]
    return found


def options(command: click.Command) -> set[str]:
    given = [
        one.opts + one.secondary_opts for one in command.params if isinstance(one, click.Option)
    ]
    return {name for names in given for name in names} - HELP


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return published_release


# --- commands, settings -------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(leaves()))
def test_the_guide_lists_each_command_with_its_options(name: str) -> None:
    listed = rows(section(read("docs/user-guide.md"), "命令一览 Commands"))[f"geomap {name}"]
    told = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", listed[-1]))
    assert told == options(leaves()[name])


def test_the_guide_lists_no_command_that_does_not_exist() -> None:
    listed = rows(section(read("docs/user-guide.md"), "命令一览 Commands"))
    assert set(listed) == {f"geomap {name}" for name in leaves()}


def test_commands_in_the_documents_can_be_typed() -> None:
    typed = [line for line in blocks() if line.startswith("geomap ")]
    assert len(typed) >= 5
    for line in typed:
        words = shlex.split(line)[1:]
        two = " ".join(words[:2])
        given = {word for word in words if word.startswith("-")}
        assert given <= options(leaves()[two if two in leaves() else words[0]]), line


def figures_of_the_guide() -> list[str]:
    return [line for line in blocks() if line.startswith("geomap figure ")]


@pytest.mark.parametrize("line", figures_of_the_guide())
@pytest.mark.slow
def test_figures_of_the_guide_can_be_drawn_from_the_shipped_data(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    *words, flag, name = shlex.split(line)[1:]
    file = Path(name).with_suffix(".svg")  # the quickest to paint, and its text can be read
    answer = CliRunner().invoke(main, [*words, flag, str(file)])
    assert answer.exit_code == 0, answer.output
    drawn = file.read_text(encoding="utf-8")
    assert "没有可以画出的数" not in drawn
    assert "图例" in drawn or "目标" in drawn


def test_the_settings_table_holds_each_setting() -> None:
    known = set(re.findall(r"GEOMAP_[A-Z_]+", read("geomap/settings.py")))
    assert set(rows(section(read("docs/deployment.md"), "设置 Settings"))) == known


def test_the_deployment_page_names_each_security_header() -> None:
    told = section(read("docs/deployment.md"), "安全 Security")
    sent = set(headers(Settings())) - {"Server", "Content-Security-Policy"}
    assert [name for name in sent if name not in told] == []
    assert "内容安全策略" in told


def test_make_knows_the_targets_that_the_readme_names() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", read("README.md")))
    known = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert named >= {"serve", "test", "test-fast", "lint", "bench"}
    assert named <= known


# --- data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "schema"),
    [
        ("boundaries/units.csv", UNITS),
        ("stats/*.csv", STATS),
        ("sites/*.csv", SITES),
        ("sites/figures.csv", SITE_FIGURES),
        ("sites/complete.csv", SITE_LISTS),
    ],
)
def test_each_table_is_described_column_by_column(heading: str, schema: TableSchema) -> None:
    told = section(read("docs/data-format.md"), heading)
    table = rows(told)
    assert list(table) == schema.names
    assert {name for name, cells in table.items() if cells[0] == "是"} == {
        column.name for column in schema.columns if column.required
    }
    assert f"键：{'、'.join(f'`{name}`' for name in schema.key)}。" in told


def test_headings_that_stewards_may_use_are_listed() -> None:
    table = rows(section(read("docs/data-format.md"), "stats/*.csv"))
    told = {name: set(cells[2].split("、")) - {""} for name, cells in table.items()}
    assert told == {column.name: set(column.names) for column in STATS.columns}


def test_words_of_the_data_are_explained() -> None:
    text = read("docs/data-format.md")
    statuses = rows(section(text, "状态 Status"))
    assert {name: cells[0] for name, cells in statuses.items()} == {
        status.value: status.label.zh for status in Status
    }
    assert list(rows(section(text, "类型 Kind"))) == [kind.value for kind in Kind]
    assert set(rows(section(text, "坐标精度 Precision"))) == set(PRECISIONS)
    assert re.findall(r"`(\w+)`、?", section(text, "site_kinds.json"))[5:13] == list(SHAPES)


def test_members_of_the_catalogue_are_explained() -> None:
    told = rows(section(read("docs/data-format.md"), "indicators.json"))
    catalogue = json.loads((shipped_data_dir() / "indicators.json").read_text(encoding="utf-8"))
    used = {name for row in catalogue["indicators"] for name in row}
    assert used <= set(told)


def test_members_of_a_source_are_explained() -> None:
    told = section(read("docs/data-format.md"), "sources.json")
    sources = json.loads((shipped_data_dir() / "sources.json").read_text(encoding="utf-8"))
    assert [name for row in sources for name in row if f"`{name}`" not in told] == []


@pytest.mark.slow
def test_the_template_can_be_imported(tmp_path: Path) -> None:
    (template,) = [
        fence for fence in FENCE.findall(read("docs/data-format.md")) if "\n旗区," in fence
    ]
    table = tmp_path / "template.csv"
    table.write_text("\n".join(template.splitlines()[1:-1]) + "\n", encoding="utf-8")
    words = ("--source", "template", "--title", "t", "--issuer", "i", "--date", "2021-05-26")
    data = ("--data", str(shipped_data_dir()), "--dry-run")
    result = CliRunner().invoke(main, ["import", str(table), *words, *data])
    assert result.exit_code == 0, result.output
    assert "2 rows are sound" in result.output


def test_the_indicator_page_is_what_the_script_writes(shipped: Atlas) -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "list_indicators.py"))["page"]
    catalogue = json.loads((shipped_data_dir() / "indicators.json").read_text(encoding="utf-8"))
    assert read("docs/indicators.md") == page(shipped, catalogue), (
        "run python scripts/list_indicators.py"
    )


def test_every_indicator_is_listed(shipped: Atlas) -> None:
    assert set(rows(read("docs/indicators.md"))) == set(shipped.indicators)


# --- methods, structure -------------------------------------------------------------------------


def test_each_method_of_classification_is_explained_by_its_name_in_the_menu() -> None:
    told = rows(section(read("docs/methods.md"), "分级 Classification"))
    assert {name: cells[0] for name, cells in told.items()} == {
        name: text.zh for name, text in METHODS.items()
    }


def test_each_formula_is_explained() -> None:
    told = rows(section(read("docs/methods.md"), "派生指标 Derived indicators"))
    assert list(told) == [op.value for op in Op]


def test_the_structure_names_every_package_in_its_order() -> None:
    told = section(read("docs/architecture.md"), "房间 Packages")
    lines = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    assert [" ".join(re.findall(r"`([\w.]+)`", cell)) for cell in lines] == list(ORDER)


def test_each_status_and_kind_has_one_name_in_the_glossary() -> None:
    text = read("docs/glossary.md")
    for status in Status:
        line = f"| {status.label.zh} | {status.label.en} | `Status.{status.name}` |"
        assert line in text
    assert all(f"`Kind.{kind.name}`" in text for kind in Kind)


def test_no_term_of_the_glossary_is_there_twice() -> None:
    lines = [line for line in read("docs/glossary.md").splitlines() if line.startswith("|")]
    terms = [line.split("|")[1].strip() for line in lines]
    assert len(terms) == len(set(terms))


# --- links, versions ----------------------------------------------------------------------------


def slug(heading: str) -> str:
    """Give the anchor of a heading as GitHub writes it."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {slug(found) for found in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_documents_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_every_file_of_ours_that_the_documents_name_is_there() -> None:
    for page in (*PAGES, ROOT / "CONTRIBUTING.md"):
        text = page.read_text(encoding="utf-8")
        named = re.findall(
            r"\b(?:tests|geomap|bench|scripts|web)/[\w./-]+\.(?:py|sh|js|html)\b", text
        )
        assert [one for one in named if not (ROOT / one).exists()] == [], page.name


def test_every_page_can_be_reached_from_the_readme() -> None:
    linked = set(re.findall(r"\(docs/([\w-]+\.md)", read("README.md")))
    assert linked == {page.name for page in PAGES if page.parent.name == "docs"}


def test_a_link_to_nowhere_would_be_noticed() -> None:
    assert slug("stats/*.csv") == "statscsv"
    assert slug("派生指标 Derived indicators") == "派生指标-derived-indicators"
    assert "no-such-heading" not in anchors(ROOT / "README.md")


def test_the_picture_is_a_small_one_of_a_full_screen() -> None:
    picture = (ROOT / "docs" / "images" / "map.png").read_bytes()
    size = (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big"))
    assert size == (1920, 1080)
    assert len(picture) < 300_000


def test_what_is_required_is_pinned_without_an_address() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(one for extra in project["project"]["optional-dependencies"].values() for one in extra),
    ]
    names = {re.split(r"[<>=\[]", one)[0].lower().replace("_", "-") for one in wanted} - {"geomap"}
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9.]+", line) for line in lines)
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    assert names - pinned == set()
    assert "://" not in read("constraints.txt")
