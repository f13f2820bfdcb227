"""An atlas of maps: what is drawn, what is not, and how a run goes on after an interruption."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geomap.atlas import Atlas
from geomap.cli import main
from geomap.errors import GeomapError, NotFoundError, RequestError
from geomap.render.report import plates as platebook
from geomap.render.report.plates import (
    JOURNAL,
    MANIFEST,
    Done,
    Plate,
    Wanted,
    draw_plates,
    finish,
    plan,
)
from tests.support.toy import ToyRelease

FEW = Wanted(sizes=("half",), dpi=40)


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def drawn(atlas: Atlas, wanted: Wanted, folder: Path, jobs: int = 1) -> list[Done]:
    planned = plan(atlas, wanted, folder)
    done = list(draw_plates(atlas, wanted, planned.rest, folder, jobs))
    finish(atlas, wanted, planned, done, folder)
    return done


def manifest(folder: Path) -> Any:
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("atlas")
    drawn(atlas, FEW, folder)
    return folder


def test_every_indicator_and_year_with_a_value_is_drawn(whole: Path) -> None:
    assert {name for name in contents(whole) if name.endswith(".png")} == {
        "half/population-2020.png",
        "half/talent-2020.png",
        "half/land_area-2024.png",
        "half/density-2020.png",
    }


def test_a_map_without_any_value_is_listed_and_not_drawn(whole: Path) -> None:
    assert {"indicator": "talent_high", "year": None} in manifest(whole)["without"]
    page = (whole / "index.html").read_text(encoding="utf-8")
    assert "没有旗区数、未作图：高层次人才" in page


def test_the_manifest_has_the_hash_of_every_file(whole: Path) -> None:
    for one in manifest(whole)["sheets"]:
        content = (whole / one["file"]).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
        assert one["bytes"] == len(content)


def test_the_index_leads_to_every_file_and_loads_nothing_foreign(whole: Path) -> None:
    page = (whole / "index.html").read_text(encoding="utf-8")
    for one in manifest(whole)["sheets"]:
        assert f'href="{one["file"]}"' in page
    assert "//" not in page
    assert "<script" not in page
    assert "未经审核" in page


@pytest.mark.slow
def test_several_processes_give_the_same_files(atlas: Atlas, whole: Path, tmp_path: Path) -> None:
    drawn(atlas, FEW, tmp_path, jobs=2)
    assert contents(tmp_path) == contents(whole)


def test_nothing_is_drawn_twice(atlas: Atlas, tmp_path: Path) -> None:
    assert len(drawn(atlas, FEW, tmp_path)) == 4
    before = contents(tmp_path)
    assert drawn(atlas, FEW, tmp_path) == []
    assert contents(tmp_path) == before


def test_an_interrupted_run_goes_on_where_it_stopped(
    atlas: Atlas, whole: Path, tmp_path: Path
) -> None:
    planned = plan(atlas, FEW, tmp_path)
    run = draw_plates(atlas, FEW, planned.rest, tmp_path, 1)
    first = [next(run), next(run)]
    run.close()  # type: ignore[attr-defined]
    (tmp_path / "half" / ".talent-2020.png.77.part").write_bytes(b"half of")
    with (tmp_path / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write('{"file": "half/tal')
    assert not (tmp_path / MANIFEST).exists()
    rest = drawn(atlas, FEW, tmp_path)
    assert {one.plate.file for one in first} & {one.plate.file for one in rest} == set()
    assert contents(tmp_path) == contents(whole)


def test_a_file_that_was_changed_is_drawn_again(atlas: Atlas, tmp_path: Path) -> None:
    drawn(atlas, FEW, tmp_path)
    before = contents(tmp_path)
    (tmp_path / "half" / "density-2020.png").write_bytes(b"touched")
    (tmp_path / "half" / "talent-2020.png").unlink()
    again = drawn(atlas, FEW, tmp_path)
    assert {one.plate.indicator for one in again} == {"density", "talent"}
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "other",
    [
        Wanted(sizes=("half",), dpi=41),
        Wanted(sizes=("half",), dpi=40, lang="en"),
        Wanted(sizes=("half",), dpi=40, maker="市委人才办"),
    ],
)
def test_another_choice_is_drawn_anew(
    atlas: Atlas, whole: Path, tmp_path: Path, other: Wanted
) -> None:
    for name, content in contents(whole).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert len(plan(atlas, FEW, tmp_path).rest) == 0
    assert len(plan(atlas, other, tmp_path).rest) == 4


@pytest.mark.parametrize("text", ["", "[]", "{", '{"sheets": 3}', '{"sheets": [1, {"file": 2}]}'])
def test_a_damaged_manifest_only_means_drawing_again(
    atlas: Atlas, tmp_path: Path, text: str
) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    assert len(plan(atlas, FEW, tmp_path).rest) == 4


def test_what_there_is_not_is_named_before_anything_is_drawn(atlas: Atlas, tmp_path: Path) -> None:
    for wanted, told in (
        (Wanted(sizes=("a9",)), "a4"),
        (Wanted(formats=("gif",)), "png"),
        (Wanted(indicators=("salary",)), "population"),
        (Wanted(years=(1999,)), "2020"),
    ):
        with pytest.raises(NotFoundError, match=told):
            plan(atlas, wanted, tmp_path)
    with pytest.raises(RequestError, match="50,000 dpi"):
        plan(atlas, Wanted(dpi=50_000), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_years_and_indicators_narrow_what_is_drawn(atlas: Atlas, tmp_path: Path) -> None:
    wanted = Wanted(indicators=("density", "land_area"), years=(2020,), formats=("svg", "pdf"))
    files = [plate.file for plate in plan(atlas, wanted, tmp_path).plates]
    assert files == ["a4/density-2020.svg", "a4/density-2020.pdf"]


def test_a_map_that_cannot_be_drawn_does_not_stop_the_others(atlas: Atlas, tmp_path: Path) -> None:
    wanted = Wanted(sizes=("half",), dpi=40, maker="\U000e0041")  # a character no typeface has
    done = list(draw_plates(atlas, wanted, plan(atlas, wanted, tmp_path).rest, tmp_path, 1))
    assert [one.fault is not None for one in done] == [True] * 4
    assert contents(tmp_path) == {JOURNAL: b"\n"}


def test_a_process_that_dies_is_said(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying(ThreadPoolExecutor):
        def submit(self, *_: object, **__: object) -> Future[Any]:
            died: Future[Any] = Future()
            died.set_exception(BrokenProcessPool())
            return died

    monkeypatch.setattr(platebook, "ProcessPoolExecutor", lambda *_: Dying())
    plates: list[Plate] = list(plan(atlas, FEW, tmp_path).plates)
    with pytest.raises(GeomapError, match="--jobs"):
        list(draw_plates(atlas, FEW, plates, tmp_path, 2))


def test_the_command_draws_an_atlas_and_records_it(
    tmp_path: Path, toy_release: ToyRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, folder = tmp_path / "exports.jsonl", tmp_path / "图集"
    monkeypatch.setenv("GEOMAP_AUDIT_LOG", str(log))
    words = ("atlas", folder, "--data", toy_release(), "--sizes", "half", "--dpi", 40)
    result = run(*words, "--jobs", 1)
    assert result.exit_code == 0, result.output
    assert "drew 4, found 0 done" in result.output
    assert "drew 0, found 4 done" in run(*words).output
    first = json.loads(log.read_text(encoding="utf-8").splitlines()[0])
    assert (first["what"], first["audience"], first["name"]) == ("atlas", "public", MANIFEST)


def test_the_command_says_where_it_cannot_write(tmp_path: Path, toy_release: ToyRelease) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("atlas", tmp_path / "file" / "x", "--data", toy_release(), "--dpi", 40)
    assert result.exit_code == 1
    assert "无法" in result.stderr
