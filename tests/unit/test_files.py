"""Files are written whole or not at all, by one writer at a time, and by one module only."""

from __future__ import annotations

import ast
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from geomap import files
from geomap.app.serve import _spool
from geomap.cli.options import opened
from geomap.errors import GeomapError
from geomap.files import (
    DiskError,
    LockedError,
    locked,
    sweep_parts,
    sweep_temporary,
    temporary,
    write_whole,
)
from geomap.settings import Settings
from tests.support.toy import ToyRelease
from tests.test_architecture import MODULES, tree_of

# Who else may open a file for writing, and why it is not written whole.
OTHERS = {
    "audit.log": "appends entries, each by a single write",
    "render.report.plates": "appends to the journal of a run under way",
    "render.data.gdal": "GDAL writes into a temporary directory",
}
WRITERS = {
    "write_text", "write_bytes", "to_csv", "to_excel", "to_file", "to_parquet", "savefig", "copy",
    "write_dataframe", "copyfile", "copytree", "copy2", "mkstemp", "NamedTemporaryFile", "truncate",
}  # fmt: skip


def writes(tree: ast.AST) -> list[str]:
    """Name the calls that open a file for writing; ``copy`` only of ``shutil``."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in {"open", *WRITERS}:
            continue
        whose = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if name == "open":
            modes = [*node.args[not whose :][:1], *(one.value for one in node.keywords)]
            words = [one.value for one in modes if isinstance(one, ast.Constant)]
            if whose == "os" or any({*str(word)} & {*"wax+"} for word in words if word != "utf-8"):
                found.append(name)
        elif name != "copy" or whose == "shutil":
            found.append(name)
    return found


@pytest.mark.slow
def test_only_one_module_opens_files_for_writing() -> None:
    writers = {name for name in MODULES if writes(tree_of(name))}
    assert writers == {"files", *OTHERS}


@pytest.mark.parametrize(
    "text",
    ["a.write_bytes(b'')", "open('a', 'w')", "p.open(mode='ab')", "shutil.copy(a, b)",
     "os.open(p, 1)", "frame.to_csv('a.csv')", "p.open('r+b')"],
)  # fmt: skip
def test_a_file_opened_for_writing_would_be_noticed(text: str) -> None:
    assert writes(ast.parse(text))
    assert not writes(ast.parse("open('a'); p.open('rb'); f.copy(); open('b', encoding='utf-8')"))


def test_a_file_is_written_whole_and_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    for content in (b"old", b"new"):
        write_whole(path, content)
    assert path.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["图.png"]


def test_directories_are_made_only_when_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="目录是否存在"):
        write_whole(tmp_path / "new" / "a", b"a")
    write_whole(tmp_path / "new" / "a", b"a", parents=True)
    assert (tmp_path / "new" / "a").read_bytes() == b"a"


def test_a_full_disk_leaves_the_file_before_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.png"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GeomapError, match="No space left"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.png"]


def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(GeomapError, match="无法写入"):
        write_whole(tmp_path / "file" / "a.png", b"new", parents=True)


@pytest.mark.parametrize(("refusals", "written"), [(3, b"new"), (9, b"old")])
def test_a_file_that_is_being_read_on_windows_is_asked_for_again(
    refusals: int, written: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, replace, asked = tmp_path / "a", os.replace, []
    path.write_bytes(b"old")

    def sharing(source: Path, target: Path) -> None:
        asked.append(target)
        if len(asked) <= refusals:
            raise PermissionError(errno.EACCES, "sharing violation")
        replace(source, target)

    monkeypatch.setattr(files, "_TURNS", 5)
    monkeypatch.setattr(files, "_PAUSE_S", 0)
    monkeypatch.setattr(os, "replace", sharing)
    if refusals < 5:
        write_whole(path, b"new")
    else:
        with pytest.raises(DiskError):
            write_whole(path, b"new")
    assert path.read_bytes() == written
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_two_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a"
    contents = [bytes([number]) * 100_000 for number in range(8)]
    writers = [threading.Thread(target=write_whole, args=(path, one)) for one in contents]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert path.read_bytes() in contents
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_the_second_waits_and_is_then_refused_with_a_message(tmp_path: Path) -> None:
    lock = tmp_path / "x" / "lock"
    refused = pytest.raises(LockedError, match="数据目录 正被另一个程序写入")
    with locked(lock, "数据目录"), refused, locked(lock, "数据目录", wait_s=0):
        pass
    with locked(lock, "数据目录", wait_s=0):
        pass


def test_a_lock_ends_with_what_failed_under_it(tmp_path: Path) -> None:
    def fail() -> None:
        with locked(tmp_path / "lock", "a"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with locked(tmp_path / "lock", "a", wait_s=0):
        pass


def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiskError, match="无法写入"), locked(tmp_path / "file" / "lock", "a"):
        pass


# --- what a killed process leaves -----------------------------------------------------------------


def test_a_process_ends_when_the_one_that_began_it_is_killed(tmp_path: Path) -> None:
    (tmp_path / "begun.py").write_text(
        "import multiprocessing, threading\n"
        "from geomap.lifeline import end_with_parent\n"
        "def child():\n"
        "    end_with_parent()\n"
        "    print('alive', flush=True)\n"
        "    threading.Event().wait()\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.get_context('spawn').Process(target=child).start()\n",
        encoding="utf-8",
    )
    begun = [sys.executable, str(tmp_path / "begun.py")]
    with subprocess.Popen(begun, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip() == b"alive"
        parent.kill()
        # The child has the other end of the pipe: it is closed when the child is gone.
        assert parent.stdout.read() == b""


def test_a_directory_left_by_a_killed_process_goes_and_one_in_use_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(files.tempfile, "tempdir", str(tmp_path))
    left, old, new = (tmp_path / f"geomap-spool-{name}" for name in ("left", "old", "new"))
    for one in (left, old, new):
        one.mkdir()
    (left / ".in-use").touch()
    os.utime(left / ".in-use", (0, 0))
    # Without a lock: of a day ago it is nobody's any more, of now it is somebody's in a moment.
    os.utime(old, (0, 0))
    elsewhere = tmp_path / "of-somebody"
    elsewhere.mkdir()
    (tmp_path / "geomap-spool-link").symlink_to(elsewhere)
    foreign = [new, tmp_path / "geomap-spool-link", elsewhere]
    with temporary("geomap-spool-") as first:
        assert sorted(tmp_path.iterdir()) == sorted([first, *foreign])
        os.utime(first / ".in-use", (0, 0))
        with temporary("geomap-spool-") as second:
            assert sorted(tmp_path.iterdir()) == sorted([first, *foreign, second])
    assert sorted(tmp_path.iterdir()) == sorted(foreign)


def test_a_directory_of_another_user_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(os, "getuid"):
        pytest.skip("Windows keeps the temporary files of users apart")
    left = tmp_path / "geomap-spool-left"
    left.mkdir()
    # Opened as a lock, this would be emptied.
    (tmp_path / "kept.csv").write_text("kept", encoding="utf-8")
    (left / ".in-use").symlink_to(tmp_path / "kept.csv")
    os.utime(tmp_path / "kept.csv", (0, 0))
    monkeypatch.setattr(os, "getuid", lambda: -1)
    sweep_temporary("geomap-spool-", tmp_path)
    assert (tmp_path / "kept.csv").read_text(encoding="utf-8") == "kept"
    assert left.exists()


def test_a_demonstration_of_the_command_line_that_was_killed_goes_with_the_next(
    tmp_path: Path, toy_release: ToyRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = toy_release()
    monkeypatch.setattr("geomap.demo.write.write_demo", lambda _: release)
    home = tmp_path / "temporary"
    home.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(home))
    left = home / "geomap-demo-x"
    left.mkdir()
    (left / ".in-use").touch()
    os.utime(left / ".in-use", (0, 0))
    with opened(None, demo=True):
        assert left not in list(home.iterdir())
    assert list(home.iterdir()) == []


def test_a_server_sweeps_what_killed_ones_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / "stats" / ".a.csv.1.part"
    part.parent.mkdir()
    part.touch()
    os.utime(part, (0, 0))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spool = tmp_path / "geomap-spool-killed"
    spool.mkdir()
    os.utime(spool, (0, 0))
    with _spool(Settings(data=str(tmp_path), spool=str(tmp_path / "own"))):
        assert not part.exists()
        assert not spool.exists()


def test_parts_of_files_that_were_never_finished_are_swept(tmp_path: Path) -> None:
    old, new, whole = (tmp_path / one for one in (".a.1.part", ".b.2.part", "c.json"))
    for one in (old, new, whole):
        one.touch()
    os.utime(old, (0, 0))
    sweep_parts(tmp_path)
    assert sorted(tmp_path.iterdir()) == [new, whole]
