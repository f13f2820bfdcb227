"""Scenarios saved by name: settings, the tables they used, and what came out, one file each.

The file is named by a hash of the scenario's name, so no name can lead out of the directory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from geomap.errors import GeomapError, NotFoundError, RequestError, Text
from geomap.files import DiskError, write_whole

LONGEST_NAME = 60
_MOST = 200
_LARGEST_BYTES = 20 * 1024 * 1024
_HEAD, _AFTER_HEAD = 2000, ', "outcome": '


class ScenarioError(GeomapError):
    """The directory of the scenarios cannot be written to."""

    code = "scenarios"


class Scenarios:
    """The scenarios in a directory.

    Parameters
    ----------
    home : the directory; made when the first scenario is saved
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def listed(self) -> list[dict[str, Any]]:
        """List the scenarios, the newest first: name, saved, release."""
        found = [one for path in self._home.glob("*.json") if (one := _head(path) or _read(path))]
        heads = [{key: one.get(key) for key in ("name", "saved", "release")} for one in found]
        return sorted(heads, key=lambda one: str(one["saved"]), reverse=True)

    def get(self, name: str) -> dict[str, Any]:
        """Give a scenario as it was saved.

        Raises
        ------
        NotFoundError : there is none of that name
        """
        found = _read(self._path(_checked(name)))
        if found is None:
            names = [one["name"] for one in self.listed()]
            raise NotFoundError(Text("方案", "scenario"), name[:LONGEST_NAME], names)
        return found

    def save(self, name: str, release: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """Save a scenario, in place of one of the same name.

        Parameters
        ----------
        members : what to keep: ``settings``, ``tables``, ``outcome``

        Raises
        ------
        RequestError : the name cannot be used, it is too large, or there are too many
        ScenarioError : the directory cannot be written to
        """
        name = _checked(name)
        saved = datetime.now().astimezone().isoformat()  # two of one second have an order
        scenario = {"name": name, "saved": saved, "release": release, **members}
        content = json.dumps(scenario, ensure_ascii=False, allow_nan=False).encode()
        path = self._path(name)
        self._check(path, len(content))
        try:
            write_whole(path, content, parents=True, private=True)
        except DiskError as error:
            raise ScenarioError(
                f"方案目录无法写入（{error.reason}），请管理员检查 GEOMAP_SCENARIOS",
                f"the directory of scenarios cannot be written to ({error.reason})",
            ) from error
        return scenario

    def require(self, name: str) -> None:
        """Do nothing where there is a scenario, be it damaged.

        Raises
        ------
        NotFoundError : there is none of that name
        """
        if not self._path(_checked(name)).is_file():
            self.get(name)  # says what there is

    def remove(self, name: str) -> None:
        """Remove a scenario, also one that can no longer be read; raises as :meth:`require`."""
        self.require(name)
        self._path(_checked(name)).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._home / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"

    def _check(self, path: Path, size: int) -> None:
        if size > _LARGEST_BYTES:
            most = _LARGEST_BYTES // 2**20
            raise RequestError(
                f"方案连同数据超过 {most} MB", f"the scenario with its tables is over {most} MB"
            )
        if not path.exists() and sum(1 for _ in self._home.glob("*.json")) >= _MOST:
            raise RequestError(
                f"已存 {_MOST} 个方案，请先删除一些",
                f"{_MOST} scenarios are saved; remove some first",
            )


def _checked(name: str) -> str:
    """Give the name without blanks at its ends.

    Raises
    ------
    RequestError : it is blank, too long, or holds what is not printed or belongs to paths
    """
    shown = " ".join(name.split())
    bad = [one for one in shown if not one.isprintable() or one in '/\\:*?"<>|']
    if not shown or len(shown) > LONGEST_NAME or bad:
        raise RequestError(
            f'方案名称应为 1–{LONGEST_NAME} 个字，不含 / \\ : * ? " < > |',
            f'a scenario is named by 1 to {LONGEST_NAME} characters, none of / \\ : * ? " < > |',
        )
    return shown


def _head(path: Path) -> dict[str, Any] | None:
    """Read what a file says before the outcome: a list would else read gigabytes of tables."""
    try:
        with path.open(encoding="utf-8") as opened:
            begin, found, _ = opened.read(_HEAD).partition(_AFTER_HEAD)
        head: dict[str, Any] = json.loads(begin + "}") if found else {}
    except (OSError, ValueError):
        return None
    return head if isinstance(head.get("name"), str) else None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("name"), str) else None
