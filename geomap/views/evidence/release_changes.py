"""One change between two releases, and all of them, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from geomap.errors import Text
from geomap.numbers import full
from geomap.views.maps.mapview import as_plain

ChangedRow: TypeAlias = "dict[str, Any]"
PARTS: Mapping[str, Text] = {
    "figures": Text("数据", "figures"),
    "sites": Text("载体", "sites"),
    "site_figures": Text("载体数据", "figures of sites"),
    "site_lists": Text("齐全的名单", "complete lists"),
    "geometries": Text("界线", "geometry"),
    "areas": Text("旗区", "areas"),
    "indicators": Text("指标目录", "catalogue"),
    "sources": Text("来源", "documents"),
    "maps": Text("地图", "maps"),
    "verdicts": Text("判定", "verdicts"),
}
_ACTIONS = {
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "changed": Text("改动", "changed"),
    "moved": Text("移动", "moved"),
}


@dataclass(frozen=True, slots=True)
class ReleaseChange:
    """One change.

    Parameters
    ----------
    part : one of ``PARTS``
    action : added, removed, changed or moved
    what : what it is, in words
    key : what tells it apart, for programs
    before, after : the members that differ; empty where there was, or is, nothing
    source : id of the document that it stands in, "" when none
    """

    part: str
    action: str
    what: Text
    key: ChangedRow
    before: ChangedRow
    after: ChangedRow
    source: str = ""

    def as_dict(self) -> ChangedRow:
        """Give the JSON form."""
        result: ChangedRow = as_plain(self)
        return result

    def line(self) -> Text:
        """Write the change in one line."""
        told = "，".join(self._told())
        action, tail = _ACTIONS[self.action], f"：{told}" if told else ""
        en = f": {told}".replace("，", ", ") if told else ""
        return Text(f"{action.zh} {self.what.zh}{tail}", f"{action.en} {self.what.en}{en}")

    def _told(self) -> Iterator[str]:
        for name in dict.fromkeys((*self.before, *self.after)):
            old, new = (shown_value(side.get(name)) for side in (self.before, self.after))
            if self.action == "added":
                yield f"{name} {new}"
            elif self.action == "removed":
                yield f"{name} {old}"
            else:
                yield f"{name} {old} → {new}"


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one release to another, in the order of ``PARTS``."""

    old: str
    new: str
    changes: tuple[ReleaseChange, ...]
    titles: Mapping[str, str]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.changes)

    def of(self, part: str, action: str = "") -> list[ReleaseChange]:
        """Give the changes of one part, of one action."""
        return [
            change
            for change in self.changes
            if change.part == part and action in ("", change.action)
        ]

    def as_dict(self) -> ChangedRow:
        """Give the JSON form: every part with the list of its changes."""
        parts = {part: [change.as_dict() for change in self.of(part)] for part in PARTS}
        by_source = {
            source: {"title": self.titles.get(source, ""), "changes": count}
            for source, count in self._by_source().items()
        }
        return {"old": self.old, "new": self.new, "sources": by_source, "changes": parts}

    def text(self) -> str:
        """Write all for reading, Chinese first, English beside."""
        if not self:
            return "两个版本没有差别 / no difference\n"
        lines = []
        for source, count in self._by_source().items():
            title = self.titles.get(source, source)
            lines.append(f"《{title}》（{source}）：{count} 处 / {count} change(s)")
        for part, name in PARTS.items():
            changes = self.of(part)
            if changes:
                lines += ["", f"{name.zh} {len(changes)} 处 / {name.en}: {len(changes)}"]
                lines += [f"  {change.line()}" for change in changes]
        return "\n".join(lines).lstrip("\n") + "\n"

    def _by_source(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for change in self.changes:
            if change.source:
                counts[change.source] = counts.get(change.source, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


_EMPTY: tuple[Any, ...] = (None, "")


def shown_value(value: Any) -> str:
    """Write a value as it is shown; what is empty is said to be."""
    if value in _EMPTY:
        return "（空）"
    return f"{full(value)}" if isinstance(value, float) else str(value)
