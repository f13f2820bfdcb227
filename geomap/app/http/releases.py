"""The release that is being served: replaced whole when the directory changes, or not at all.

``Releases.current`` looks at ``datapackage.json`` at most once a second. A new release is opened
completely, hashes checked, before it takes the place of the old one; when it cannot be opened the
old one stays, and ``Edition.problem`` says why. A request takes one edition and keeps it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from geomap.atlas import Atlas
from geomap.errors import ReleaseError, Text
from geomap.release.versions import Version, listed

_log = logging.getLogger("geomap.releases")
_PACKAGE = "datapackage.json"
_MOST_FINDINGS = 20
Footprint = dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class ReloadProblem:
    """Why the directory holds something newer that is not served."""

    message: Text
    findings: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """What is served: a release, and what is wrong with the one that should replace it.

    ``number`` grows with each change; it tells answers of different editions apart. ``opened`` is
    the identity of the release as it was opened, before anything was taken out of it; not to be
    told. ``history`` are the versions that are kept, the newest first, when the newest is served.
    """

    atlas: Atlas
    number: int
    opened: str
    problem: ReloadProblem | None = None
    history: tuple[Version, ...] = ()


def _as_it_is(atlas: Atlas) -> Atlas:
    return atlas


class Releases:
    """Holds the current edition; safe to ask from many threads.

    Parameters
    ----------
    source : a data directory, or an atlas that never changes
    interval_s : how long the directory is trusted before it is looked at again, seconds
    prepare : makes of an opened release what is served

    Raises
    ------
    ReleaseError : the directory cannot be opened at the start; also what ``prepare`` raises
    """

    def __init__(
        self,
        source: Path | Atlas,
        *,
        interval_s: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        prepare: Callable[[Atlas], Atlas] = _as_it_is,
    ) -> None:
        self._clock, self._interval_s, self._prepare = clock, interval_s, prepare
        self._lock = threading.Lock()
        self._directory = None if isinstance(source, Atlas) else Path(source)
        self._seen = {} if self._directory is None else _footprint(self._directory)
        atlas = source if isinstance(source, Atlas) else _open(source)
        history = _history(self._directory, atlas.release)
        self._edition = Edition(prepare(atlas), 1, atlas.release, history=history)
        self._due = clock() + interval_s

    def current(self) -> Edition:
        """Give the edition to answer with, after a look at the directory when one is due."""
        if self._directory is None or self._clock() < self._due:
            return self._edition
        # Whoever comes while another is loading is answered from the old edition, not held up.
        if self._lock.acquire(blocking=False):
            try:
                self._look(self._directory)
            finally:
                self._due = self._clock() + self._interval_s
                self._lock.release()
        return self._edition

    def _look(self, directory: Path) -> None:
        if not self._changed(directory):
            return
        before, old = _footprint(directory), self._edition
        try:
            opened = _open(directory)
            same = opened.release == old.opened
            atlas = old.atlas if same else self._prepare(opened)
        except Exception as error:  # whatever a half-written file provokes, the old one stays
            _log.exception("the new release cannot be opened, the old one is still served")
            self._edition = replace(old, number=old.number + 1, problem=_problem(error))
        else:
            _log.info("serving release %s", atlas.release)
            history = _history(directory, opened.release)
            self._edition = Edition(atlas, old.number + 1, opened.release, history=history)
        self._seen = before

    def _changed(self, directory: Path) -> bool:
        # A file may be mended without a new datapackage.json, so while faulty all are looked at.
        if self._edition.problem is not None:
            return _footprint(directory) != self._seen
        return _stat(directory / _PACKAGE) != self._seen.get(_PACKAGE)


def _open(directory: Path) -> Atlas:
    from geomap.release.open import open_release

    return open_release(directory)


def _history(directory: Path | None, release: str) -> tuple[Version, ...]:
    found = () if directory is None else tuple(listed(directory))
    return found if found and found[0].id == release else ()


def _problem(error: Exception) -> ReloadProblem:
    findings = error.findings if isinstance(error, ReleaseError) else ()
    return ReloadProblem(
        Text(
            "数据目录已更新但无法使用，仍在提供旧版；请运行 geomap check",
            "the data directory has changed but cannot be used, the old release is still served; "
            "run geomap check",
        ),
        tuple(finding.as_dict() for finding in findings[:_MOST_FINDINGS]),
    )


def _footprint(directory: Path) -> Footprint:
    # Unlike rglob, walk passes over folders that may not be looked into.
    files = [Path(folder) / name for folder, _, names in os.walk(directory) for name in names]
    stats = {path.relative_to(directory).as_posix(): _stat(path) for path in sorted(files)}
    return {name: stat for name, stat in stats.items() if stat is not None}


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
