"""Whether the record of what was done is whole: each entry holds to the one before it.

What is found: lines that cannot be read, that were edited, taken out or moved, and an end that was
lost. The last entry of all is held by the note of its hash beside the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geomap.audit.log import Log, digest, head_of, lines_of, read_entry
from geomap.errors import Text
from geomap.files import locked


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold.

    Parameters
    ----------
    file, line : the name of the file, and the line in it from 1; 0 at the end of all
    """

    file: str
    line: int
    what: Text


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """What a look at the whole record found.

    Parameters
    ----------
    entries : how many are chained
    older : lines of former versions, which had no chain
    first, last : numbers of the first and last entry, 0 without any
    hash : of the last entry
    hashes : of all entries
    breaks : in the order of the record
    """

    entries: int
    older: int
    first: int
    last: int
    hash: str
    hashes: frozenset[str]
    breaks: tuple[Break, ...]


@dataclass(slots=True)
class _Walk:
    """How far the look has come."""

    number: int = 0
    former: str = ""
    first: int = 0
    entries: int = 0
    older: int = 0


def verify_chain(log: Log) -> ChainVerdict:
    """Look at every entry of the record, while nobody writes.

    Raises
    ------
    AuditError : the record cannot be read
    DiskError, LockedError : it cannot be locked
    """
    if log.path is None or not log.path.parent.is_dir():
        return ChainVerdict(0, 0, 0, 0, "", frozenset(), ())
    with locked(log.path.with_name(log.path.name + ".lock"), str(log.path)):
        lines, head = list(lines_of(log)), head_of(log.path)
    walk = _Walk()
    found = [one for line in lines for one in _looked_at(walk, *line)]
    found += _at_the_end(walk, log.path, head, dict(_numbered(lines)))
    hashes = frozenset(digest(line) for _, _, line in lines)
    return ChainVerdict(
        walk.entries, walk.older, walk.first, walk.number, walk.former, hashes, tuple(found)
    )


def _looked_at(walk: _Walk, file: Path, at: int, line: bytes) -> Iterator[Break]:
    entry = read_entry(line)
    if entry is None:
        yield Break(file.name, at, Text("这一行损坏，读不出", "a damaged line"))
        return
    if "prev" not in entry:
        if walk.entries:
            yield Break(file.name, at, Text("这一条不在链上", "an entry outside the chain"))
        walk.older += 1
    else:
        if (told := _wrong(walk, entry)) is not None:
            yield Break(file.name, at, told)
        walk.entries += 1
        walk.number = entry["n"]
        walk.first = walk.first or walk.number
    walk.former = digest(line)


def _wrong(walk: _Walk, entry: dict[str, Any]) -> Text | None:
    number = entry["n"]
    if not walk.entries and number > 1 and entry.get("event") == "continued":
        return None  # what it goes on from has gone by its age
    if number != walk.number + 1:
        return Text(
            f"这里应为第 {walk.number + 1} 条，却是第 {number} 条：有记录被删、被移或未写全",
            f"entry {walk.number + 1} should stand here, not {number}: some are lost or moved",
        )
    # Some records begin with the hash of nothing.
    if entry["prev"] != walk.former and (walk.former or entry["prev"] != digest(b"")):
        return Text(
            f"第 {number} 条与前一行的校验值不符：其中一条被改过",
            f"entry {number} does not hold to the line before: one of the two was edited",
        )
    return None


def _at_the_end(
    walk: _Walk, path: Path, head: tuple[int, str], known: dict[int, str]
) -> Iterator[Break]:
    number, hex_ = head
    if not hex_:
        if walk.entries:
            yield Break(path.name, 0, Text(
                f"缺少 {path.name}.head，末尾是否完整无从核对",
                f"{path.name}.head is missing: the end cannot be checked",
            ))  # fmt: skip
    elif number > walk.number:
        yield Break(path.name, 0, Text(
            f"末尾缺记录：记到第 {number} 条，只剩到第 {walk.number} 条",
            f"the end is lost: there were {number} entries, now {walk.number}",
        ))  # fmt: skip
    elif known.get(number, hex_) != hex_:
        yield Break(path.name, 0, Text(f"第 {number} 条被改过", f"entry {number} was edited"))


def _numbered(lines: list[tuple[Path, int, bytes]]) -> Iterator[tuple[int, str]]:
    for _, _, line in lines:
        entry = read_entry(line)
        if entry is not None and "n" in entry:
            yield entry["n"], digest(line)
