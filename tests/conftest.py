"""What every test may ask for: the toy world, the demonstration, the release that is shipped."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Generic, TypeVar

import pytest
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache

from geomap.atlas import Atlas
from geomap.demo.write import write_demo
from geomap.model.findings import Findings
from geomap.paths import shipped_data_dir
from geomap.release import open as opening
from geomap.release.contents import Release, read
from geomap.release.open import open_release
from geomap.tables.json_file import Package
from tests.support.toy import Edit, ToyRelease, write_toy

T = TypeVar("T")
pytest_plugins = ["tests.support.browser"]
# A busy machine is slow, not wrong: the time of a single example decides nothing.
settings.register_profile("geomap", deadline=None)
settings.load_profile("geomap")
# They start other programs and take the longest, in this order.
PROGRAMS = ("registry", "office", "wheel", "browser")


class Compiled(BytecodeCache):
    """Compiled templates in memory; jinja2 looks whether the source is still the same."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()


class Recent(Generic[T]):
    """The last few things that were made, by name."""

    def __init__(self) -> None:
        self.kept: dict[str, T] = {}

    def give(self, name: str, make: Callable[[], T]) -> T:
        self.kept[name] = one = self.kept.pop(name, None) or make()
        if len(self.kept) > 16:
            self.forget(next(iter(self.kept)))
        return one

    def forget(self, name: str) -> None:
        del self.kept[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process has one left at the end."""
    turns: dict[Path, int] = {}
    for one in items:
        marks = [turn for turn, mark in enumerate(PROGRAMS) if one.get_closest_marker(mark)]
        turns[one.path] = min([turns.get(one.path, len(PROGRAMS)), *marks])
    items.sort(key=lambda one: turns[one.path])


@pytest.fixture
def toy_release(tmp_path: Path) -> ToyRelease:
    """Give a maker of toy releases: ``toy_release({"stats/plan.csv": lambda text: ...})``."""

    def make(edits: Mapping[str, Edit] | None = None, name: str = "release") -> Path:
        return write_toy(tmp_path / name, edits)

    return make


@pytest.fixture(scope="session", autouse=True)
def _own_record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the commands of the tests write out of the record of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOMAP_AUDIT_LOG", str(tmp_path_factory.mktemp("record") / "exports.jsonl"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests, and the programs that they start or kill, leave in pytest's own folder."""
    with pytest.MonkeyPatch.context() as patch:
        own = str(tmp_path_factory.mktemp("t"))
        patch.setattr(tempfile, "tempdir", own)
        for name in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(name, own)
        yield


@pytest.fixture(scope="session", autouse=True)
def _opened_once() -> Iterator[None]:
    """Give the same Release and Atlas whenever the same bytes without a fault are opened.

    Every file is loaded and its hash compared each time; nothing changes what was read.
    """
    make = opening._atlas
    releases, atlases = Recent[Release](), Recent[Atlas]()

    def read_once(
        package: Package, files: Mapping[str, bytes], findings: Findings, *, identity: str
    ) -> Release:
        if findings.errors:
            return read(package, files, findings, identity=identity)
        found = releases.give(identity, lambda: read(package, files, findings, identity=identity))
        if found.findings.errors:
            releases.forget(identity)
        return replace(found, findings=Findings(found.findings))

    def make_once(release: Release) -> Atlas:
        return atlases.give(release.identity, lambda: make(release))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomap.release.open.read", read_once)
        patch.setattr("geomap.release.open._atlas", make_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Compile the templates once, however many applications the tests make."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Compiled()})
        yield


@pytest.fixture(scope="session")
def demo_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the demonstration release, made once; nothing may write into it."""
    return write_demo(tmp_path_factory.mktemp("demo") / "release")


@pytest.fixture(scope="session")
def made_up(demo_directory: Path) -> Atlas:
    """Give the demonstration release, opened."""
    return open_release(demo_directory)


@pytest.fixture(scope="session")
def published_release() -> Atlas:
    """Give the release that is shipped, opened once for all tests of this process."""
    return open_release(shipped_data_dir())


@pytest.fixture(scope="session")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Give the toy world, opened."""
    return open_release(write_toy(tmp_path_factory.mktemp("toy")))
