"""How new the data are, in words."""

from __future__ import annotations

from geomap.atlas import Atlas
from geomap.errors import Text
from geomap.release.versions import Version
from geomap.views.evidence.freshness import freshness, local


def version(when: str) -> Version:
    return Version(3, "a" * 64, Text("导入 a.csv", "imported a.csv"), "cli:王@pc", when, (), {})


def test_a_release_without_versions_tells_its_id_and_latest_document(atlas: Atlas) -> None:
    short, told = freshness(atlas)
    latest = max(one.date for one in atlas.sources.values())
    assert told.zh == f"最新文件 {latest} · 数据版本 {atlas.release[:8]}"
    assert told.en == f"latest document {latest} · release {atlas.release[:8]}"
    assert short.zh == f"最新文件 {latest}"


def test_the_last_change_is_told_first_and_never_by_whom(atlas: Atlas) -> None:
    when = "2025-03-01T04:00:00+00:00"
    short, told = freshness(atlas, [version(when), version("")])
    assert told.zh.startswith(f"数据更新于 {local(when)}（第 3 版：导入 a.csv） · 最新文件 ")
    assert short.zh == f"数据更新于 {local(when)}"
    by_what = f"data updated {local(when)} (version 3: imported a.csv) · latest document "
    assert told.en.startswith(by_what)
    assert "王" not in told.zh + told.en


def test_a_change_that_nobody_dated_is_not_dated(atlas: Atlas) -> None:
    assert freshness(atlas, [version("")]) == freshness(atlas)
    assert local("") == ""
