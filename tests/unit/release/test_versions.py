"""A release is changed by one at a time, and what it was before can be brought back."""

from __future__ import annotations

import json
import multiprocessing
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geomap.cli import main
from geomap.errors import GeomapError, NotFoundError, ReleaseError, RequestError
from geomap.files import LockedError
from geomap.release.check import check_release
from geomap.release.import_table import Details, import_table, update_hashes
from geomap.release.open import listing, open_release
from geomap.release.versions import HOME, Change, held, listed, restore_version
from tests.support.toy import STATS_HEAD, ToyRelease

NOON = Change("cli:王@pc", datetime(2025, 3, 1, 4, tzinfo=UTC))
BOOK = Details("yearbook", title="统计年鉴", issuer="市统计局", date="2025")


def table(path: Path, value: int) -> Path:
    path.write_text(
        STATS_HEAD + f"150602,population,2024,{value},人,actual,reported,表3,,\n", encoding="utf-8"
    )
    return path


def taken(directory: Path, value: int, change: Change = NOON) -> None:
    file = table(directory.parent / "in.csv", value)
    import_table(directory, file, BOOK, overwrite=True, change=change)


def released(directory: Path) -> dict[str, bytes]:
    return {
        path: (directory / path).read_bytes() for path in [*listing(directory), "datapackage.json"]
    }


def value(directory: Path) -> Any:
    return open_release(directory).figures.set_index("id").loc["yearbook:2", "value"]


# --- one writer at a time -------------------------------------------------------------------------


def steward(directory: Path, number: int, together: Any) -> None:
    """Run the command as one of several stewards does, all at once."""
    file = table(directory.parent / f"{number}.csv", number)
    together.wait()
    words = ["--title", "年鉴", "--issuer", "局", "--date", "2025", "--data", str(directory)]
    main(["import", str(file), "--source", f"banner{number}", *words], standalone_mode=False)


@pytest.mark.parametrize("stewards", [2, 9])
@pytest.mark.slow
def test_all_arrive_that_import_at_once(toy_release: ToyRelease, stewards: int) -> None:
    directory = toy_release()
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    context.set_forkserver_preload(["geomap.release.import_table", "geomap.cli"])
    together = context.Barrier(stewards)
    running = [
        context.Process(target=steward, args=(directory, number, together))
        for number in range(stewards)
    ]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert [one.exitcode for one in running] == [0] * stewards
    assert [one for one in check_release(directory) if one.level == "error"] == []
    sources = open_release(directory).sources
    assert {f"banner{number}" for number in range(stewards)} <= set(sources)
    whats = [one.what.en for one in listed(directory)]
    assert sum(what.startswith("imported 1 rows") for what in whats) == stewards


def test_who_does_not_get_the_lock_changes_nothing(toy_release: ToyRelease) -> None:
    directory = toy_release()
    with held(directory, NOON):
        before = released(directory)
        for act in (taken, lambda one, _, change: update_hashes(one, change)):
            with pytest.raises(LockedError, match="稍后再试"):
                act(directory, 5, Change(wait_s=0))
        with pytest.raises(LockedError):
            restore_version(directory, "1", Change(wait_s=0))
        assert released(directory) == before


def test_a_check_only_needs_no_lock(toy_release: ToyRelease, tmp_path: Path) -> None:
    directory = toy_release()
    with held(directory, NOON):
        file = table(tmp_path / "a.csv", 5)
        done = import_table(directory, file, BOOK, dry_run=True, change=Change(wait_s=0))
    assert done.rows == 1


def test_no_lock_is_made_where_there_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"datapackage\.json"):
        update_hashes(tmp_path)
    with pytest.raises(ReleaseError):
        update_hashes(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


# --- versions -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_replaced_table_is_kept_with_who_when_and_what(toy_release: ToyRelease) -> None:
    directory = toy_release()
    first = open_release(directory).release
    taken(directory, 500)
    second = open_release(directory).release
    taken(directory, 510)
    new, old, found = listed(directory)
    assert [one.number for one in (new, old, found)] == [3, 2, 1]
    assert (found.id, old.id, new.id) == (first, second, open_release(directory).release)
    assert (new.by, new.when) == ("cli:王@pc", "2025-03-01T04:00:00+00:00")
    assert (found.by, found.when) == ("", "")
    assert new.what.zh == "导入 yearbook，1 行"
    assert old.changed == ("* sources.json", "+ stats/yearbook.csv")
    assert new.changed == ("* stats/yearbook.csv",)


@pytest.mark.slow
def test_a_version_comes_back_byte_for_byte_and_going_back_can_be_taken_back(
    toy_release: ToyRelease,
) -> None:
    directory = toy_release()
    states = [released(directory)]
    for number in (500, 510):
        taken(directory, number)
        states.append(released(directory))
    restore_version(directory, "1", NOON)
    assert released(directory) == states[0]  # a table that had come since is gone
    assert listed(directory)[0].what.zh == "恢复第 1 版"
    restore_version(directory, listed(directory)[1].id[:12], NOON)
    assert released(directory) == states[2]
    assert value(directory) == 510
    restore_version(directory, "2", NOON)
    assert value(directory) == 500
    assert check_release(directory) == []


@pytest.mark.slow
def test_edits_by_hand_are_kept_before_anything_is_restored(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    book = directory / "stats/yearbook.csv"
    book.write_text(book.read_text(encoding="utf-8").replace("500", "501"), encoding="utf-8")
    restore_version(directory, "2", NOON)
    assert value(directory) == 500
    back, edited = listed(directory)[:2]
    assert (edited.what.zh, edited.changed) == ("未经 geomap 的改动", ("* stats/yearbook.csv",))
    assert back.what.zh == "恢复第 2 版"
    restore_version(directory, str(edited.number), NOON)
    assert value(directory) == 501
    assert check_release(directory) == []


@pytest.mark.slow
def test_recording_the_files_as_they_are_is_a_version_of_its_own(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    (directory / "README.md").write_text("# 说明\n", encoding="utf-8")
    assert update_hashes(directory, NOON) == ["README.md"]
    assert listed(directory)[0].changed == ("+ README.md",)
    restore_version(directory, "2", NOON)
    assert not (directory / "README.md").exists()


@pytest.mark.slow
def test_a_release_whose_package_is_gone_or_torn_comes_back(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    before = released(directory)
    for act in (lambda file: file.unlink(), lambda file: file.write_bytes(b"[")):
        act(directory / "datapackage.json")
        restore_version(directory, "2", NOON)
        assert released(directory) == before


@pytest.mark.slow
def test_what_is_kept_is_no_part_of_the_release(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    assert (directory / HOME / "files").is_dir()
    assert not [path for path in listing(directory) if HOME in path]
    package = json.loads((directory / "datapackage.json").read_bytes())
    assert not [one["path"] for one in package["resources"] if HOME in one["path"]]
    assert check_release(directory) == []


@pytest.mark.slow
def test_only_so_many_versions_are_kept(toy_release: ToyRelease) -> None:
    directory = toy_release()
    for number in range(5):
        taken(directory, 500 + number, Change(keep=2))
    assert [one.number for one in listed(directory)] == [6, 5, 4]
    kept = {path.name for path in (directory / HOME / "files").iterdir()}
    assert kept == {digest for one in listed(directory) for digest in one.files.values()}
    restore_version(directory, "4", Change(keep=2))
    assert value(directory) == 502
    taken(directory, 600, Change(keep=0))
    assert listed(directory) == []
    assert list((directory / HOME / "files").iterdir()) == []


@pytest.mark.slow
def test_nothing_is_kept_where_nothing_is_to_be(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500, Change(keep=0))
    assert [path.name for path in (directory / HOME).iterdir()] == ["lock"]


@pytest.mark.slow
def test_what_is_damaged_is_not_restored(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    taken(directory, 510)
    before = released(directory)
    digest = listed(directory)[1].files["stats/yearbook.csv"]
    (directory / HOME / "files" / digest).write_bytes(b"torn")
    with pytest.raises(GeomapError, match=r"stats/yearbook\.csv 已损坏"):
        restore_version(directory, "2", NOON)
    assert released(directory) == before


@pytest.mark.slow
def test_a_damaged_record_lets_no_file_be_forgotten(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    kept = set((directory / HOME / "files").iterdir())
    (directory / HOME / "versions" / "000001.json").write_bytes(b"{")
    taken(directory, 510, Change(keep=1))
    taken(directory, 520, Change(keep=1))
    assert kept - set((directory / HOME / "files").iterdir()) == set() or [
        one.number for one in listed(directory)
    ] == [4, 3]


def test_a_record_that_leads_out_of_the_directory_is_not_believed(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    record = directory / HOME / "versions" / "000001.json"
    told = json.loads(record.read_bytes())
    told["files"]["../out.csv"] = next(iter(told["files"].values()))
    record.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(NotFoundError):
        restore_version(directory, "1", NOON)


@pytest.mark.parametrize("which", ["9", "beef", "", "0", "sha256"])
@pytest.mark.slow
def test_a_version_that_there_is_not_is_refused_with_those_there_are(
    toy_release: ToyRelease, which: str
) -> None:
    directory = toy_release()
    taken(directory, 500)
    with pytest.raises(NotFoundError, match="2"):
        restore_version(directory, which, NOON)


def test_the_present_version_needs_no_restoring(toy_release: ToyRelease) -> None:
    directory = toy_release()
    taken(directory, 500)
    with pytest.raises(RequestError, match="就是现在的数据"):
        restore_version(directory, "2", NOON)
    assert len(listed(directory)) == 2


# --- at the command line --------------------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.slow
def test_a_steward_sees_who_replaced_what_and_takes_it_back(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = toy_release()
    assert "留存 0 版" in run("releases", "--data", directory).stdout
    monkeypatch.setenv("GEOMAP_KEEP_VERSIONS", "2")
    words = ("--source", "plan", "--data", directory, "--replace")
    for number in (7, 8, 9):
        assert run("import", table(tmp_path / "a.csv", number), *words).exit_code == 0
    told = run("releases", "--data", directory).stdout
    assert "* stats/plan.csv" in told
    assert "导入 plan，1 行" in told
    assert told.count("现用 now") == 1
    assert "留存 3 版" in told
    shown = json.loads(run("releases", "--data", directory, "--json").stdout)
    assert [one["number"] for one in shown["versions"]] == [4, 3, 2]
    assert shown["versions"][0]["id"] == shown["current"] == open_release(directory).release
    assert shown["versions"][0]["by"].startswith("cli:")
    back = run("restore", 2, "--data", directory)
    assert "已恢复第 2 版" in back.stdout
    assert ",7,人" in (directory / "stats/plan.csv").read_text(encoding="utf-8")
    gone = run("restore", 1, "--data", directory)
    assert gone.exit_code == 1
    assert "没有版本" in gone.stderr


def test_a_number_of_versions_that_is_none_is_refused(
    toy_release: ToyRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOMAP_KEEP_VERSIONS", "many")
    done = run("import", table(tmp_path / "a.csv", 7), "--source", "plan", "--data", toy_release())
    assert done.exit_code == 1
    assert "GEOMAP_KEEP_VERSIONS" in done.stderr
