"""The command line: messages in two languages, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geomap.cli import main
from tests.support.toy import STATS_HEAD, ToyRelease

SOUND = STATS_HEAD + "伊旗,常住人口,2024,210,人,实际,已公布,表3,,\n"
NEW = ["--source", "book", "--title", "年鉴", "--issuer", "统计局", "--date", "2025"]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_help_names_every_command_in_chinese_and_english() -> None:
    told = run("--help").stdout
    for name in ("check", "demo", "import", "init", "map", "serve"):
        assert f"\n  {name} " in told
    assert "人才地图" in told
    assert "Check a data directory" in told


@pytest.mark.parametrize("name", ["check", "demo", "import", "init", "map", "serve"])
def test_each_command_has_help_that_reads_nothing(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_help_imports_only_click_and_the_standard_library() -> None:
    code = (
        "import sys, geomap.cli\n"
        "print([name for name in ('numpy','pandas','geopandas','shapely','pyproj','flask','folium',"
        "'openpyxl','branca','granian') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.slow
def test_no_command_but_serve_loads_a_web_server(toy_release: ToyRelease, tmp_path: Path) -> None:
    """One process for all: what the first had loaded would be there after the last."""
    (tmp_path / "a.csv").write_text(SOUND, encoding="utf-8")
    words = [
        ["figure", "density", "-o", "a.svg"],
        ["export", "population", "-o", "b.csv"],
        ["import", "a.csv", *NEW],
    ]
    code = (
        "import json, sys\nfrom geomap.cli import main\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    main([*words, '--data', sys.argv[2]], standalone_mode=False)\n"
        "    print([one for one in ('flask', 'folium', 'geomap.app') if one in sys.modules])"
    )
    call = [sys.executable, "-c", code, json.dumps(words), str(toy_release())]
    told = subprocess.run(call, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert told.stdout.splitlines().count("[]") == len(words)


def test_a_sound_release_passes(toy_release: ToyRelease) -> None:
    result = run("check", "--data", toy_release())
    assert (result.exit_code, result.stdout) == (
        0,
        "0 处错误，0 处提示 / 0 error(s), 0 notice(s)\n",
    )


def test_the_data_directory_may_come_from_the_environment(
    toy_release: ToyRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOMAP_DATA", str(toy_release({"sources.json": "["})))
    assert run("check").exit_code == 1


def test_an_error_is_told_as_file_line_column_what_and_what_to_do(
    toy_release: ToyRelease,
) -> None:
    directory = toy_release({"stats/plan.csv": lambda text: text.replace("2020,500", "20200,500")})
    result = run("check", "--data", directory, "--lang", "zh")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        "stats/plan.csv:3: year: “20200”不是年份: 写四位年份，1949 至 2100"
    )
    english = run("check", "--data", directory, "--lang", "en").stdout.splitlines()
    assert english == [
        "stats/plan.csv:3: year: '20200' is not a year: write four digits, 1949 to 2100",
        "1 error(s), 0 notice(s)",
    ]


def test_notices_alone_pass_and_say_that_they_are_only_that(toy_release: ToyRelease) -> None:
    directory = toy_release({"stats/plan.csv": lambda text: text.replace("150627,", "伊旗,")})
    result = run("check", "--data", directory, "--lang", "zh")
    assert result.exit_code == 0
    assert result.stdout.startswith("stats/plan.csv:5: 提示: area: 1 格已规范：“伊旗”→“150627”")


def test_findings_as_json(toy_release: ToyRelease) -> None:
    result = run("check", "--data", toy_release({"site_kinds.json": None}), "--json")
    content = json.loads(result.stdout)
    assert result.exit_code == 1
    assert content["errors"] == len(content["findings"]) > 0
    assert content["findings"][0]["file"] == "site_kinds.json"
    assert set(content["findings"][0]["what"]) == {"zh", "en"}


def test_an_edit_is_refused_until_it_is_recorded(toy_release: ToyRelease) -> None:
    directory = toy_release()
    file = directory / "stats/plan.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("初步数", "快报"), encoding="utf-8")
    refused = run("check", "--data", directory)
    assert refused.exit_code == 1
    assert "--update" in refused.stdout
    mended = run("check", "--data", directory, "--update")
    assert mended.exit_code == 0
    assert mended.stdout.startswith("已重记 stats/plan.csv")


def test_a_missing_directory_is_a_message(tmp_path: Path) -> None:
    result = run("check", "--data", tmp_path / "none")
    assert result.exit_code == 1
    assert "数据目录不存在" in result.stdout
    update = run("check", "--data", tmp_path / "none", "--update")
    assert update.exit_code == 1
    assert update.stderr.startswith("错误：")


@pytest.mark.slow
def test_an_import_tells_what_it_wrote(toy_release: ToyRelease, tmp_path: Path) -> None:
    directory, file = toy_release(), tmp_path / "a.csv"
    file.write_text(SOUND, encoding="utf-8")
    dry = run("import", file, *NEW, "--data", directory, "--dry-run")
    assert "未写入" in dry.stdout
    done = run("import", file, *NEW, "--data", directory)
    assert done.exit_code == 0
    assert "已写入 stats/book.csv，1 行" in done.stdout
    again = run("import", file, *NEW, "--data", directory)
    assert again.exit_code == 1
    assert "--replace" in again.stderr


def test_our_errors_are_chinese_then_english_and_no_traceback(
    toy_release: ToyRelease, tmp_path: Path
) -> None:
    result = run("map", "nothing", "--data", toy_release(), "-o", tmp_path / "x.html")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0].startswith("错误：没有指标“nothing”")
    assert lines[1].startswith("Error: there is no indicator nothing")
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("serve", "--port", "70000"),
        ("serve", "--workers", "0"),
        ("map", "population"),
        ("map", "population", "--classes", "12", "-o", "x.html"),
        ("import", "a.csv"),
        ("init", "150600"),
        ("check", "--lang", "fr"),
    ],
)
def test_wrong_usage_exits_with_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_disk_that_refuses_is_a_message(toy_release: ToyRelease, tmp_path: Path) -> None:
    target = tmp_path / "none" / "x.html"
    result = run("map", "population", "--data", toy_release(), "-o", target)
    assert result.exit_code == 1
    assert result.stderr.startswith("错误：")


def test_a_map_is_written_to_one_file(toy_release: ToyRelease, tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    result = run("map", "population", "--year", "2020", "--data", toy_release(), "-o", target)
    assert result.exit_code == 0, result.stderr
    assert "伊金霍洛旗" in target.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_demonstration_passes_its_own_check(tmp_path: Path) -> None:
    made = run("demo", tmp_path / "demo", "--seed", "7")
    assert made.exit_code == 0, made.stderr
    assert run("check", "--data", tmp_path / "demo").exit_code == 0
    assert run("demo", tmp_path / "demo").exit_code == 1


def test_serve_refuses_a_faulty_release_with_its_findings(toy_release: ToyRelease) -> None:
    result = run("serve", "--data", toy_release({"sources.json": "["}), "--port", "0")
    assert result.exit_code == 1
    assert "sources.json:1" in result.stderr


@pytest.mark.slow
def test_the_program_answers_in_utf8_whatever_the_console(toy_release: ToyRelease) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "geomap", "check", "--data", str(toy_release())],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
        check=True,
    )
    assert told.stdout.decode("utf-8").startswith("0 处错误")
