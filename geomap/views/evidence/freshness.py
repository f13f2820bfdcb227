"""How new the data are: when they were last changed and by what, and the latest document. Pure.

In: a release and the versions of it that are kept. Out: words for every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from geomap.errors import Text

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.release.versions import Version


def freshness(atlas: Atlas, history: Sequence[Version] = ()) -> tuple[Text, Text]:
    """Tell when the data came about, in the time of this machine: in short, and whole.

    Parameters
    ----------
    history : the versions that are kept, the newest first; () where none is, or where the release
        was changed by other means since

    Returns
    -------
    the date of the last change, else that of the latest document, else the release; and all three
    """
    parts = [Text(f"数据版本 {atlas.release[:8]}", f"release {atlas.release[:8]}")]
    if latest := max((source.date for source in atlas.sources.values()), default=""):
        parts.insert(0, Text(f"最新文件 {latest}", f"latest document {latest}"))
    short, told = parts[0], parts
    if history and history[0].when:
        number, when, what = history[0].number, local(history[0].when), history[0].what
        short = Text(f"数据更新于 {when}", f"data updated {when}")
        by_what = f"（第 {number} 版：{what.zh}）", f" (version {number}: {what.en})"
        told = [Text(short.zh + by_what[0], short.en + by_what[1]), *parts]
    return short, Text(" · ".join(one.zh for one in told), " · ".join(one.en for one in told))


def local(when: str) -> str:
    """Write a time (ISO 8601) as the clock of this machine shows it; "" for none."""
    return f"{datetime.fromisoformat(when).astimezone():%Y-%m-%d %H:%M}" if when else ""
