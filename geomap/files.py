"""Files on a disk: written whole or not at all, one writer at a time; the only writer of files.

What is read meanwhile is the old file or the new one. A lock holds between processes, also of
several machines that share a disk; it goes with the process that holds it, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from geomap.errors import GeomapError
from geomap.numbers import full

WAIT_S = 120.0
"""How long a writer waits for the one before it, seconds."""
_TURNS = 40 if os.name == "nt" else 1
"""Windows refuses to replace a file while somebody reads it; elsewhere asking again is no use."""
_PAUSE_S = 0.05
_STALE_S = 3600.0
_UNCLAIMED_S = 24 * 3600.0
"""After which a temporary directory without a lock is nobody's: made before locks were, or killed
in the moment between."""
_LOCK = ".in-use"
SPOOL = "geomap-spool-"
"""Beginning of the names of directories that a server keeps for a while."""


class DiskError(GeomapError):
    """A file cannot be written; what was there is there still."""

    status = 507
    code = "disk"

    def __init__(self, path: Path, error: OSError) -> None:
        self.reason = os.strerror(error.errno) if error.errno else str(error)
        super().__init__(
            f"无法写入 {path}（{self.reason}），原有内容未动，也没有留下半个文件；"
            "请检查目录是否存在、可写，磁盘是否已满，或换一个位置",
            f"cannot write {path} ({self.reason}): nothing was changed and no part was left; see "
            "that its directory exists, may be written to and has room, or choose another place",
        )


class LockedError(GeomapError):
    """Somebody else is writing, and did not end in time."""

    status = 503
    code = "locked"


def write_whole(
    path: Path, content: bytes, *, parents: bool = False, private: bool = False
) -> None:
    """Write a file whole or not at all: beside its place, onto the disk, then into its place.

    Parameters
    ----------
    parents : whether to make the directories that lead there
    private : whether only its owner may read the file, and the directories that are made

    Raises
    ------
    DiskError : the disk refuses; the old file is there still, and no part of the new one
    """
    # Hidden, so that a check that runs meanwhile does not take it for a part of a release; of a
    # name of its own, so that two writers do not meet.
    beside = path.with_name(f".{path.name[:80]}.{secrets.token_hex(6)}.part")
    try:
        if parents:
            make_directory(path.parent, private=private)
        _onto_disk(beside, content, 0o600 if private else 0o666)
        _into_place(beside, path)
    except OSError as error:
        raise DiskError(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def make_directory(path: Path, *, private: bool = False) -> None:
    """Make a directory and those that lead there; ``private`` ones are open to their owner only.

    Raises
    ------
    OSError : the disk refuses
    """
    if path.is_dir():
        return
    # ``Path.mkdir`` gives its mode to the last one only.
    make_directory(path.parent, private=private)
    path.mkdir(mode=0o700 if private else 0o777, exist_ok=True)


def _onto_disk(path: Path, content: bytes, mode: int) -> None:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as opened:
        opened.write(content)
        opened.flush()
        # Else a cut in the power may leave the new name with no content.
        os.fsync(opened.fileno())


def _into_place(beside: Path, path: Path) -> None:
    for turn in range(_TURNS):
        try:
            os.replace(beside, path)
        except PermissionError:
            if turn == _TURNS - 1:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


@contextlib.contextmanager
def locked(path: Path, what: str, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Be the only one who holds this lock for as long as the block runs; others wait.

    Parameters
    ----------
    path : the file that stands for the lock; it is made, and stays
    what : what is locked, for the message

    Raises
    ------
    LockedError : somebody else held it for all of ``wait_s``
    DiskError : the lock cannot be made
    """
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not for one thread only: what is given up by chance is let go by another.
        held = FileLock(path, thread_local=False)
        held.acquire(timeout=wait_s, poll_interval=_PAUSE_S)
    except Timeout as error:
        raise LockedError(
            f"{what} 正被另一个程序写入，等了 {full(wait_s)} 秒仍未结束；未作任何改动，请稍后再试",
            f"{what} is being written by another program, for over {full(wait_s)} s; nothing was "
            "changed, try again later",
        ) from error
    except OSError as error:
        raise DiskError(path, error) from error
    try:
        yield
    finally:
        held.release()


@contextlib.contextmanager
def temporary(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """Give a directory that goes after the block, and remove those left by who was killed.

    Who uses one holds a lock within it, which a killed process no longer does.

    Parameters
    ----------
    prefix : beginning of the name, by which others of this kind are known
    within : where to make it; with the temporary files of the system when None
    """
    sweep_temporary(prefix, within)
    with (
        tempfile.TemporaryDirectory(prefix=prefix, dir=within, ignore_cleanup_errors=True) as made,
        locked(Path(made) / _LOCK, made),
    ):
        yield Path(made)


def sweep_temporary(prefix: str, within: Path | None = None) -> None:
    """Remove the directories of a kind that were left by who was killed."""
    for left in (within or Path(tempfile.gettempdir())).glob(f"{prefix}*"):
        _remove_unused(left)


def _remove_unused(directory: Path) -> None:
    """Remove a directory of which nobody holds the lock; another user's stays."""
    lock = directory / _LOCK
    with contextlib.suppress(OSError, GeomapError):
        # One that is being made has its lock only in a moment.
        held = lock if lock.exists() else directory
        wait_s = _PAUSE_S * 100 if lock.exists() else _UNCLAIMED_S
        # Another's may hold a link in the place of the lock, to a file of ours.
        if not _is_ours(directory) or time.time() - held.stat().st_mtime < wait_s:
            return
        with locked(lock, str(directory), wait_s=0):
            pass
        shutil.rmtree(directory, ignore_errors=True)


def _is_ours(directory: Path) -> bool:
    if os.name == "nt":
        return directory.is_dir() and not directory.is_symlink()
    found = directory.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def sweep_parts(directory: Path) -> None:
    """Remove the parts of files, there and below, that were never written to their end."""
    for part in directory.rglob(".*.part"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > _STALE_S:
                part.unlink()
