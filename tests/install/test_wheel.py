"""The wheel, installed as a user does: into an empty environment, run from another directory.

A full installation with all that it depends on, so a requirement that nobody declared is found.
It needs a package registry or pip's cache; ``-m "not wheel"`` leaves these tests out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

import geomap
from tests.support import ROOT

START_S = 60
STOP_S = 30
pytestmark = pytest.mark.wheel


def outside() -> dict[str, str]:
    """Give an environment in which neither this checkout nor its settings can be found."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "GEOMAP_", "VIRTUAL_ENV", "COV_", "PYTEST"))
    }


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=outside(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("built")
    options = ("--wheel", "--no-isolation", "--outdir", built)
    run(sys.executable, "-m", "build", *options, ROOT, cwd=built)
    (made,) = built.iterdir()
    return made


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the directory of the programs of an environment that holds the wheel."""
    empty = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(empty, with_pip=True)
    found = empty / ("Scripts" if sys.platform == "win32" else "bin")
    install = ("-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check")
    run(found / "python", *install, "-c", ROOT / "constraints.txt", wheel, cwd=empty)
    return found


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@contextmanager
def serving(programs: Path, elsewhere: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the installed server; give it and its address, and stop it if it still runs."""
    lines: Queue[str] = Queue()
    with subprocess.Popen(
        [programs / "geomap", "serve", "--port", "0"],
        cwd=elsewhere,
        env=outside(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as server:
        assert server.stdout is not None
        reader = Thread(target=lambda output: [*map(lines.put, output)], args=(server.stdout,))
        reader.start()
        try:
            told = lines.get(timeout=START_S)
            found = re.search(r"http://127\.0\.0\.1:\d+/", told)
            assert found, told
            yield server, found[0]
        finally:
            stop(server)
            reader.join(STOP_S)


def stop(server: subprocess.Popen[str]) -> None:
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def running(programs: Path, elsewhere: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with serving(programs, elsewhere) as found:
        yield found


@pytest.fixture
def address(running: tuple[subprocess.Popen[str], str]) -> str:
    return running[1]


def ask(address: str, path: str) -> bytes:
    with urllib.request.urlopen(address + path, timeout=30) as answer:
        assert answer.status == 200
        body: bytes = answer.read()
    return body


def test_the_wheel_holds_the_pages_and_the_data_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {
        path.relative_to(ROOT).as_posix()
        for folder in ("web", "data")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert {name.removeprefix("geomap/_") for name in names} >= shipped
    tops = {name.split("/")[0] for name in names}
    assert tops == {"geomap", f"geomap-{geomap.__version__}.dist-info"}


def test_the_program_comes_from_the_wheel_alone(programs: Path, elsewhere: Path) -> None:
    program = (
        "import sys, geomap, geomap.paths as paths;"
        "print(*sys.path, geomap.__file__, paths.web_dir(), paths.data_dir(), sep='\\n')"
    )
    told = run(programs / "python", "-c", program, cwd=elsewhere).splitlines()
    assert [line for line in told if Path(line).is_relative_to(ROOT)] == []
    assert [Path(line).parts[-2:] for line in told[-2:]] == [
        ("geomap", "_web"),
        ("geomap", "_data"),
    ]


def test_the_installed_program_tells_its_version(programs: Path, elsewhere: Path) -> None:
    told = run(programs / "geomap", "--version", cwd=elsewhere)
    assert told.strip() == f"geomap {geomap.__version__}"


def test_the_installed_data_passes_its_own_check(programs: Path, elsewhere: Path) -> None:
    told = json.loads(run(programs / "geomap", "check", "--json", cwd=elsewhere))
    assert told["errors"] == 0


def test_the_installed_server_shows_the_map_with_all_that_it_asks_for(address: str) -> None:
    page = ask(address, "").decode()
    assert "鄂尔多斯" in page
    needed = re.findall(r'(?:src|href)="/((?:static/|map\.js)[^"]*)"', page)
    assert any(name.endswith(".js") for name in needed)
    assert any(name.endswith(".css") for name in needed)
    assert all(ask(address, name) for name in needed)


def test_the_installed_server_is_well(address: str) -> None:
    assert json.loads(ask(address, "healthz"))["status"] == "ok"


def test_the_installed_server_answers_with_figures(address: str) -> None:
    view = json.loads(ask(address, "api/view?indicator=population_density&year=2020"))
    values = [area["value"] for area in view["areas"]]
    assert len(values) == 9
    assert all(value > 0 for value in values)


def test_a_map_can_be_written_from_anywhere(programs: Path, elsewhere: Path) -> None:
    run(programs / "geomap", "map", "population_density", "-o", "map.html", cwd=elsewhere)
    text = (elsewhere / "map.html").read_text(encoding="utf-8")
    assert "人口密度" in text


def test_the_installed_server_ends_when_told_to(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    server, address = running  # the last test of the file: no other finds it running
    assert json.loads(ask(address, "healthz"))["status"] == "ok"
    server.terminate()
    # Windows has no gentle way: there the code says that it was ended.
    assert server.wait(STOP_S) == (1 if sys.platform == "win32" else 0)
    with pytest.raises(OSError, match="urlopen error"):
        ask(address, "healthz")
