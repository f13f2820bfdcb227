"""An atlas of maps in a folder: every indicator, year and size, drawn on all cores, resumable.

A file that is there, was drawn from the same release with the same choices, and still has the hash
it was written with, is not drawn again. What is done is noted after each file, so an interrupted
run goes on where it stopped; no file is ever half written. Maps on which no area has a value are
listed as such and not drawn.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap import __version__
from geomap.errors import GeomapError, NotFoundError, Text
from geomap.files import write_whole
from geomap.lifeline import end_with_parent
from geomap.render.drawing.paint import require_size
from geomap.render.sheets.draw import draw_figure, require_kind
from geomap.render.sheets.paper import Sheet
from geomap.views.maps.slices import Drawing, shares_breaks
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas

MANIFEST, JOURNAL, INDEX = "manifest.json", ".done.jsonl", "index.html"
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an atlas is to hold and how it is drawn; empty means all there are.

    Parameters
    ----------
    sizes, formats : keys of ``PAPERS`` and endings of ``geomap.render.sheets.draw``
    indicators, years : ids and years
    dpi : of PNG files
    lang, maker, made : as for ``Sheet``
    """

    sizes: tuple[str, ...] = ("a4",)
    formats: tuple[str, ...] = ("png",)
    indicators: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    dpi: int = 300
    lang: str = "zh"
    maker: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class Plate:
    """One file: ``file`` is its path in the folder, ``key`` the hash of all it is drawn from."""

    file: str
    indicator: str
    year: int
    size: str
    format: str
    key: str


@dataclass(frozen=True, slots=True)
class Done:
    """A file as it was written; ``fault`` says why it was not."""

    plate: Plate
    sha256: str = ""
    bytes: int = 0
    fault: Text | None = None


@dataclass(frozen=True, slots=True)
class PlatePlan:
    """The files to draw, those that are there already, and the maps without any value.

    ``without`` holds ids of indicators with the year, None when they have none at all.
    """

    plates: tuple[Plate, ...]
    there: tuple[Done, ...]
    without: tuple[tuple[str, int | None], ...]

    @property
    def rest(self) -> tuple[Plate, ...]:
        """What is still to be drawn."""
        have = {one.plate.file for one in self.there}
        return tuple(plate for plate in self.plates if plate.file not in have)


def plan(atlas: Atlas, wanted: Wanted, folder: Path) -> PlatePlan:
    """Say what is to be drawn into a folder; nothing is written.

    Raises
    ------
    NotFoundError : no such size, format, indicator or year; names those there are
    RequestError : the resolution is out of bounds
    """
    _require(atlas, wanted)
    plates: list[Plate] = []
    without: list[tuple[str, int | None]] = []
    for id_ in wanted.indicators or tuple(atlas.indicators):
        series = atlas.series.get((id_, "actual"), {})
        years = _years(atlas, wanted, id_)
        if not series:
            without.append((id_, None))
        for year in years:
            known = (row for code, row in series[year].items() if code != atlas.city)
            if any(row.value is not None or row.others for row in known):
                plates += _plates(atlas, wanted, id_, year)
            else:
                without.append((id_, year))
    return PlatePlan(tuple(plates), tuple(_there(folder, plates)), tuple(without))


def _years(atlas: Atlas, wanted: Wanted, id_: str) -> list[int]:
    """List the years of an indicator that the book shows."""
    known = atlas.series.get((id_, "actual"), {})
    return [year for year in known if not wanted.years or year in wanted.years]


def _require(atlas: Atlas, wanted: Wanted) -> None:
    for size in wanted.sizes:
        paper = Sheet(size).paper
        for kind in wanted.formats:
            if require_kind(kind) == "png":
                require_size(paper.width_mm, paper.height_mm, wanted.dpi)
    for id_ in wanted.indicators:
        atlas.indicator(id_)
    known = sorted({year for (_, kind), one in atlas.series.items() if kind == "actual"
                    for year in one})  # fmt: skip
    for year in wanted.years:
        if year not in known:
            raise NotFoundError(Text("年份", "year"), year, known)


def _plates(atlas: Atlas, wanted: Wanted, id_: str, year: int) -> Iterator[Plate]:
    drawn = {"program": __version__, "release": atlas.release, "dpi": wanted.dpi,
             "audience": str(atlas.disclosure.audience), "rules": repr(atlas.disclosure.rules),
             "lang": wanted.lang, "maker": wanted.maker, "made": wanted.made}  # fmt: skip
    for size in wanted.sizes:
        for kind in wanted.formats:
            which = {"indicator": id_, "year": year, "size": size, "format": kind}
            which |= {"beside": _years(atlas, wanted, id_)}  # they share their classes
            text = json.dumps({**drawn, **which}, sort_keys=True, ensure_ascii=False)
            key = hashlib.sha256(text.encode()).hexdigest()
            yield Plate(f"{size}/{_UNSAFE.sub('_', id_)}-{year}.{kind}", id_, year, size, kind, key)


def _there(folder: Path, plates: Sequence[Plate]) -> Iterator[Done]:
    """Find what an earlier run has drawn and nobody has touched since."""
    noted = {one["file"]: one for one in _noted(folder)}
    for plate in plates:
        one = noted.get(plate.file)
        if one is None or one.get("key") != plate.key:
            continue
        try:
            content = (folder / plate.file).read_bytes()
        except OSError:
            continue
        digest = hashlib.sha256(content).hexdigest()
        if digest == one.get("sha256"):
            yield Done(plate, digest, len(content))


def _noted(folder: Path) -> Iterator[dict[str, Any]]:
    """Read what earlier runs noted; a line that was cut short counts for nothing."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        yield from (one for one in manifest["sheets"] if isinstance(one, dict) and "file" in one)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    try:
        lines = (folder / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            one = json.loads(line)
        except ValueError:
            continue
        if isinstance(one, dict) and "file" in one:
            yield one


# --- drawing --------------------------------------------------------------------------------------


def draw_plates(
    atlas: Atlas, wanted: Wanted, todo: Sequence[Plate], folder: Path, jobs: int
) -> Iterator[Done]:
    """Draw plates into a folder, each noted as soon as it is written.

    Parameters
    ----------
    jobs : processes; 1 draws in this one

    Yields
    ------
    each file, in the order in which they are done; ``fault`` for one that cannot be drawn
    """
    _clear(folder)
    with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write("\n")  # ends a line that an interruption cut short
        for done in _drawn(atlas, wanted, todo, folder, jobs):
            if done.fault is None:
                journal.write(json.dumps(_entry(done), ensure_ascii=False) + "\n")
                journal.flush()
            yield done


def _clear(folder: Path) -> None:
    """Make the folder, and take away what a run that was killed left beside its files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*/.*.part"):
            left.unlink(missing_ok=True)
    except OSError as error:
        raise GeomapError(
            f"无法写入 {folder}（{error.strerror}），请换一个位置",
            f"cannot write to {folder} ({error.strerror}); choose another place",
        ) from error


def _drawn(
    atlas: Atlas, wanted: Wanted, todo: Sequence[Plate], folder: Path, jobs: int
) -> Iterator[Done]:
    if jobs == 1 or len(todo) < 2:
        for plate in todo:
            yield _draw_one(atlas, wanted, folder, plate)
        return
    pool = ProcessPoolExecutor(
        min(jobs, len(todo)), get_context("spawn"), _begin, (atlas, wanted, folder)
    )
    try:
        for future in as_completed([pool.submit(_next, plate) for plate in todo]):
            yield future.result()
    except BrokenProcessPool as error:
        raise GeomapError(
            "有一个画图的进程被系统结束，多半是内存不足；已画的都在，用较小的 --jobs 续画",
            "a process was ended by the system, most likely for want of memory; what is drawn is"
            " kept: run again with fewer --jobs",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_given: list[Any] = []
"""In a process that draws: the atlas, what is wanted and the folder, given once."""


def _begin(atlas: Atlas, wanted: Wanted, folder: Path) -> None:
    end_with_parent()
    _given[:] = [atlas, wanted, folder]


def _next(plate: Plate) -> Done:
    atlas, wanted, folder = _given
    return _draw_one(atlas, wanted, folder, plate)


def _draw_one(atlas: Atlas, wanted: Wanted, folder: Path, plate: Plate) -> Done:
    sheet = Sheet(plate.size, wanted.lang, maker=wanted.maker, made=wanted.made)
    try:
        shared = shares_breaks(None, _years(atlas, wanted, plate.indicator))
        view = map_view(atlas, plate.indicator, year=plate.year, how=Drawing(shared_breaks=shared))
        content = draw_figure(atlas, view, plate.format, sheet, dpi=wanted.dpi)
        write_whole(folder / plate.file, content, parents=True)
    except GeomapError as error:
        return Done(plate, fault=error.text)
    return Done(plate, hashlib.sha256(content).hexdigest(), len(content))


# --- manifest and index ---------------------------------------------------------------------------


def _entry(done: Done) -> dict[str, Any]:
    return {**asdict(done.plate), "sha256": done.sha256, "bytes": done.bytes}


def finish(
    atlas: Atlas, wanted: Wanted, planned: PlatePlan, drawn: Sequence[Done], folder: Path
) -> Path:
    """Write the manifest and the index page; gives the path of the manifest.

    The same release and choices give the same two files, however often the run was interrupted.
    """
    by_file = {one.plate.file: one for one in (*planned.there, *drawn) if one.fault is None}
    done = [by_file[plate.file] for plate in planned.plates if plate.file in by_file]
    manifest = {
        "release": atlas.release,
        "title": {"zh": atlas.title.zh, "en": atlas.title.en},
        "audience": str(atlas.disclosure.audience),
        "drawn": asdict(wanted),
        "sheets": [_entry(one) for one in done],
        "without": [{"indicator": id_, "year": year} for id_, year in planned.without],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    write_whole(folder / MANIFEST, (text + "\n").encode(), parents=True)
    write_whole(folder / INDEX, _index(atlas, wanted, planned, done).encode(), parents=True)
    (folder / JOURNAL).unlink(missing_ok=True)
    return folder / MANIFEST


def _index(atlas: Atlas, wanted: Wanted, planned: PlatePlan, done: Sequence[Done]) -> str:
    """Write the index page: it needs no script and loads nothing but its own pictures."""
    from jinja2 import Environment, FileSystemLoader

    from geomap.paths import web_dir
    from geomap.views.maps.view import marks

    loader = FileSystemLoader(web_dir() / "templates")
    page = Environment(autoescape=True, loader=loader).get_template("atlas.html")
    groups = [
        (group, [one for one in atlas.indicators.values() if one.group == group.id])
        for group in atlas.groups
    ]
    sheets: dict[str, dict[int, list[Done]]] = {}
    for one in done:
        sheets.setdefault(one.plate.indicator, {}).setdefault(one.plate.year, []).append(one)
    without: dict[str, list[int | None]] = {}
    for id_, year in planned.without:
        without.setdefault(id_, []).append(year)
    return page.render(
        atlas=atlas, lang=wanted.lang, groups=groups, sheets=sheets, without=without,
        marks=[*marks(atlas), atlas.disclosure.note], count=len(done),
    )  # fmt: skip


def cores() -> int:
    """Give how many processes this machine draws with at once."""
    return max(1, os.cpu_count() or 1)
