"""Tables that were handed in for siting: kept for a while under the hash of their content.

An address cannot hold a table; it holds the hash. All processes of the server find the table in
the spool; a day after it was last used, or when there are too many, it is gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from geomap.errors import NotFoundError, RequestError, Text
from geomap.files import write_whole

LARGEST_UPLOAD_BYTES = 5 * 1024 * 1024
KEPT_S = 24 * 3600.0
_MOST = 200
_HASH = re.compile(r"[0-9a-f]{32}")
_KINDS = (".csv", ".txt", ".xlsx", ".geojson", ".json", ".graphml", ".gpkg")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was handed in: its name without a path, and its bytes."""

    name: str
    content: bytes

    @classmethod
    def checked(cls, name: str, content: bytes) -> Upload:
        """Make one of what somebody sent.

        Raises
        ------
        RequestError : it is empty, too large, or of a kind that cannot be read
        """
        upload = cls(_bare(name), content)
        if not content:
            raise RequestError(f"文件 {upload.name} 是空的", f"the file {upload.name} is empty")
        if len(content) > LARGEST_UPLOAD_BYTES:
            most = LARGEST_UPLOAD_BYTES // 2**20
            raise RequestError(
                f"文件 {upload.name} 超过 {most} MB", f"the file {upload.name} is over {most} MB"
            )
        return upload

    @property
    def key(self) -> str:
        """The hash that stands for it."""
        seal = hashlib.sha256(f"{self.name}\0".encode() + self.content)
        return seal.hexdigest()[:32]


class Uploads:
    """The tables in a spool shared by the processes of one server."""

    def __init__(self, spool: Path) -> None:
        self._home = spool / "tables"

    def keep(self, upload: Upload) -> None:
        """Keep a file."""
        self._sweep()
        content = self._home / f"{upload.key}.bin"
        write_whole(content, upload.content, parents=True, private=True)
        words = json.dumps({"name": upload.name}, ensure_ascii=False)
        write_whole(self._home / f"{upload.key}.json", words.encode(), private=True)

    def get(self, key: str) -> Upload:
        """Give the file that a hash stands for.

        Raises
        ------
        NotFoundError : it is not kept, or no longer
        """
        try:
            if not _HASH.fullmatch(key):
                raise OSError
            name = json.loads((self._home / f"{key}.json").read_text(encoding="utf-8"))["name"]
            path = self._home / f"{key}.bin"
            content = path.read_bytes()
            os.utime(path)
        except (OSError, ValueError):
            noun = Text(
                "上传的表（已过期或不在本服务器，请重新上传）", "uploaded table (upload it again)"
            )
            raise NotFoundError(noun, key[:8] if key.isalnum() else "…", ()) from None
        return Upload(name, content)

    def _sweep(self) -> None:
        found = []
        for path in self._home.glob("*.bin"):
            with suppress(OSError):
                found.append((time.time() - path.stat().st_mtime, path))
        for place, (age, path) in enumerate(sorted(found)):
            if place >= _MOST - 1 or age > KEPT_S:
                path.unlink(missing_ok=True)
                path.with_suffix(".json").unlink(missing_ok=True)


def _bare(name: str) -> str:
    """Give a file name without a path or anything that is not printed."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(one for one in last if one.isprintable()).strip() or "table.csv"
    stem, ending = PurePath(shown).stem, PurePath(shown).suffix.lower()
    if ending not in _KINDS:
        raise RequestError(
            f"不能读 {shown[:_LONGEST_NAME]}：请用 {'、'.join(_KINDS)} 文件",
            f"cannot read {shown[:_LONGEST_NAME]}: use one of {', '.join(_KINDS)}",
        )
    return stem[:_LONGEST_NAME] + ending
