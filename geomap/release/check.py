"""Check a whole data directory: every finding at once, errors and notices.

``store`` refuses what cannot be opened; here is looked at besides whether what was read agrees
with itself: parts with totals, sites with their areas, real with synthetic data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from geomap.disclosure.suppression import Threshold
from geomap.errors import Finding, ReleaseError
from geomap.model.approval import check_approval
from geomap.model.findings import Findings
from geomap.model.people import is_unsure
from geomap.numbers import full
from geomap.release.check_places import check_seats, check_sites
from geomap.release.contents import CATALOGUE, SOURCES, Release
from geomap.release.editions import differences
from geomap.release.magnitude import check_magnitude
from geomap.release.open import figures_of, open_release, read_release, sites_of
from geomap.tables import cells
from geomap.tables.comparability import disjoint, is_joint, members
from geomap.tables.json_file import Document
from geomap.values.claims import check_arithmetic
from geomap.values.precedence_faults import check_precedence
from geomap.values.quantities import FigureRow, printed_number

SYNTHETIC_WORD = "示例数据"

_TINY = 1e-6
"""What adding binary fractions may cost, far below any printed decimal."""


def check_release(directory: Path) -> list[Finding]:
    """Give every finding about a data directory, by file and line.

    Returns
    -------
    Errors and notices; a release without errors can be opened by ``store.open_release``
    """
    try:
        release = read_release(Path(directory))
    except ReleaseError as error:
        return list(error.findings)
    look_closer(release)
    return release.findings.in_order()


def check_against(directory: Path, earlier: Path, rules: Threshold | None = None) -> list[Finding]:
    """Find what the public editions of a release and of an earlier one give away together.

    Parameters
    ----------
    directory, earlier : the data directory to be published and the one that was
    rules : what is withheld from the public

    Raises
    ------
    ReleaseError : either cannot be opened
    RequestError : something cannot be hidden
    """
    now, then = open_release(Path(directory)), open_release(Path(earlier))
    found = differences(then, now, rules)
    findings = Findings()
    for leak in found.leaks:
        named, area = now.indicators[leak.indicator].name, now.areas.get(leak.area)
        zh, en = (area.name_zh, area.name_en or area.name_zh) if area else (leak.area, leak.area)
        low, high = (full(end, digits=9) for end in (leak.low, leak.high))
        ends = low if low == high else f"{low}–{high}"
        findings.error(
            ("stats", 0, f"{leak.indicator} {leak.area} {leak.year}"),
            (
                f"{zh}{leak.year}年{named.zh}不予公开，但与以前的发布对照可知为 {ends} 人"
                f"（{leak.reason.zh}）",
                f"{named.en} of {en}, {leak.year}, is withheld, yet beside the earlier "
                f"publication it is known to be {ends} ({leak.reason.en})",
            ),
            (
                "已公开的收不回；先不发布新版，或不公开引起它的合计、旗区",
                "what is out is out; do not publish the new one, or leave out the totals or areas "
                "that give it away",
            ),
        )
    for note in found.notes:
        findings.notice(("stats", 0, ""), note, ("请人工核对这一部分", "look at this part by hand"))
    return findings.in_order()


def look_closer(release: Release) -> None:
    """Add what is found by comparing the parts of a release with one another."""
    for check in (
        check_drawing,
        check_people,
        _check_totals,
        check_sites,
        check_seats,
        check_synthetic,
        check_magnitude,
        check_claims,
        check_map_approval,
    ):
        check(release)


def check_claims(release: Release) -> None:
    """Check that rulings and claims name what there is."""
    indicators, sources = release.indicators, release.sources
    named = [code for frame in release.stats.values() for code in frame["area"]]
    areas = {**release.areas, **{code: None for code in named if is_joint(code)}}
    release.findings += check_arithmetic(
        release.arithmetic, indicators=indicators, areas=areas, sources=sources
    )
    if release.precedence.rulings:
        release.findings += check_precedence(
            release.precedence,
            figures_of(release, sites_of(release)),
            indicators=indicators,
            areas=areas,
            sources=sources,
        )


def check_map_approval(release: Release) -> None:
    """Check that the approval of the map is whole and given for this geometry.

    Not a reason to refuse the release: its maps bear the internal mark until this is mended.
    """
    release.findings.extend(check_approval(release.approval, release.boundaries, release.context))


def check_drawing(release: Release) -> None:
    """Check that the methods and palettes of the catalogue exist."""
    from geomap.cartography.classes import METHODS
    from geomap.cartography.palettes import PALETTES

    text = release.files.get(CATALOGUE, b"").decode("utf-8", errors="replace")
    document = Document(CATALOGUE, text, release.findings)
    methods = [name for name in METHODS if name != "manual"]
    for indicator in release.indicators.values():
        line = document.line(indicator.id)
        document.choice(line, "method", indicator.method, methods)
        document.choice(line, "palette", indicator.palette, PALETTES)


def check_people(release: Release) -> None:
    """Ask of units that the protection of small counts does not know whether they are people."""
    text = release.files.get(CATALOGUE, b"").decode("utf-8", errors="replace")
    document = Document(CATALOGUE, text, release.findings)
    for one in release.indicators.values():
        if is_unsure(one):
            release.findings.notice(
                (CATALOGUE, document.line(one.id), "unit_zh"),
                (
                    f"看不出单位“{one.unit.zh}”数的是不是人，公开时按人数保护",
                    f"{one.unit.zh!r} may or may not count people; the public edition takes it for "
                    "people",
                ),
                (
                    '在这个指标里写 "people": true（是人数）或 false（不是）',
                    'say "people": true or false in this indicator',
                ),
            )


def _values(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the rows with a number, and the least and most that it can have been."""
    value = pd.to_numeric(frame["value"], errors="coerce")
    kept: pd.DataFrame = frame.assign(number=value)[np.isfinite(value)]
    digits = kept["value"].map(cells.decimals)
    rows: list[FigureRow] = kept.assign(value=kept["number"], decimals=digits, id="").to_dict(
        "records"
    )  # type: ignore[assignment]
    ends = [(float(one.low), float(one.high)) for one in map(printed_number, rows)]
    least, most = zip(*ends, strict=True) if ends else ((), ())
    return kept.assign(least=least, most=most)


def _check_totals(release: Release) -> None:
    """Check that no part exceeds its total, and that the areas do not exceed the city."""
    numbers = {path: _values(frame) for path, frame in release.stats.items()}
    _check_parts(release, numbers)
    check_sums(release, numbers)


def _check_parts(release: Release, numbers: Mapping[str, pd.DataFrame]) -> None:
    """Check that no part exceeds its total: same area, year, kind and document.

    Parameters
    ----------
    numbers : by path, the rows that hold a number: ``number``, ``least``, ``most`` it can have been
    """
    key = ["area", "year", "kind"]
    for path, frame in numbers.items():
        rows = dict(iter(frame.groupby("indicator")))
        for indicator in release.indicators.values():
            total = release.indicators.get(indicator.part_of)
            if total is None or not {indicator.id, total.id} <= rows.keys():
                continue
            times = cells.factor(indicator.unit.zh, total.unit.zh)
            if times is None:
                continue
            parts, totals = rows[indicator.id], rows[total.id]
            # Two figures of one document that disagree: the larger total decides.
            largest = totals.sort_values("number").drop_duplicates(key, keep="last")
            joined = parts.reset_index(names="line").merge(largest, on=key, suffixes=("", "_total"))
            over = joined[joined["least"] * times - joined["most_total"] > _TINY]
            for row in over.to_dict("records"):
                release.findings.error(
                    (path, int(row["line"]), "value"),
                    (
                        f"{indicator.name.zh} {row['value']} 大于它所属的 {total.name.zh} "
                        f"{row['value_total']}",
                        f"{indicator.id} {row['value']} is above its total {total.id} "
                        f"{row['value_total']}",
                    ),
                    (
                        "核对原文；可能是单位或年份有误",
                        "see the document: unit or year may be wrong",
                    ),
                )


def check_sums(release: Release, numbers: Mapping[str, pd.DataFrame]) -> None:
    """Check that the areas do not add up to more than the city, beyond rounding.

    Only counts add up. Same indicator, year, kind and document; of figures that disagree the
    smallest of an area and the largest of the city are taken. Areas that are counted together
    count once, and are not less than those of them that are there by themselves.

    Parameters
    ----------
    numbers : as for ``_check_parts``
    """
    counts = [one.id for one in release.indicators.values() if one.additive]
    city = release.package.city
    key = ["indicator", "year", "kind"]
    for path, frame in numbers.items():
        rows = frame[frame["indicator"].isin(counts)].sort_values("number")
        parts = rows[rows["area"] != city].drop_duplicates([*key, "area"])
        _check_joint(release, path, rows, parts)
        sums = _once(parts, key).groupby(key)[["number", "least"]].sum()
        totals = rows[rows["area"] == city].drop_duplicates(key, keep="last")
        joined = totals.reset_index(names="line").merge(sums, on=key, suffixes=("", "_sum"))
        over = joined[joined["least_sum"] - joined["most"] > _TINY]
        for row in over.to_dict("records"):
            summed = full(row["number_sum"], digits=12, thousands=False)
            release.findings.error(
                (path, int(row["line"]), "value"),
                (
                    f"各旗区 {row['indicator']} 合计 {summed}，大于全市 {row['value']}",
                    f"the areas' {row['indicator']} add up to {summed}, above the "
                    f"city's {row['value']}",
                ),
                ("核对各旗区与全市的数", "see which of them is wrong"),
            )


def _once(parts: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Leave out of each group what would count twice; without joint areas nothing does."""
    if not parts["area"].map(is_joint).any():
        return parts
    return pd.concat(
        [part[part["area"].isin(disjoint(part["area"]))] for _, part in parts.groupby(key)]
    )


def _check_joint(release: Release, path: str, rows: pd.DataFrame, parts: pd.DataFrame) -> None:
    key = ["indicator", "year", "kind"]
    for line, row in rows[rows["area"].map(is_joint)].iterrows():
        same = (parts[key] == row[key]).all(axis=1)
        inner = parts[same & parts["area"].isin(members(str(row["area"])))]
        if inner["least"].sum() - row["most"] > _TINY:
            summed = full(inner["number"].sum(), digits=12, thousands=False)
            release.findings.error(
                (path, int(str(line)), "value"),
                (
                    f"{row['area']} 的 {row['indicator']} {row['value']} 小于其中已列旗区的合计 "
                    f"{summed}",
                    f"{row['indicator']} {row['value']} of {row['area']} is below what its members "
                    f"have, {summed}",
                ),
                ("核对合并填报的数与各旗区的数", "see which of them is wrong"),
            )


def check_synthetic(release: Release) -> None:
    """Check that real and synthetic data are not mixed."""
    synthetic = release.package.synthetic
    text = release.files.get(SOURCES, b"").decode("utf-8", errors="replace")
    document = Document(SOURCES, text, release.findings)
    for source in release.sources.values():
        marked = source.synthetic or SYNTHETIC_WORD in source.title + source.note
        # What is measured on real boundaries stays real in a demonstration.
        if marked != synthetic and not (synthetic and source.id == "boundaries"):
            document.error(document.line(source.id), "synthetic", *_mixed(synthetic))
    if synthetic:
        return
    for path, line, column in _marked_rows(release):
        release.findings.error((path, line, column), *_mixed(synthetic))


def _mixed(synthetic: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    if synthetic:
        return (
            ("示例数据中混有真实来源", "a real source in a synthetic release"),
            ('删去它，或为来源写明 "synthetic": true', "remove it, or mark it synthetic"),
        )
    return (
        (f"真实数据中混有{SYNTHETIC_WORD}", "synthetic data in a real release"),
        ("删去；示例数据只放在 geomap demo 的目录", "remove it; it belongs to geomap demo only"),
    )


def _marked_rows(release: Release) -> Iterator[tuple[str, int, str]]:
    frames = {**release.stats, **release.sites, "sites/figures.csv": release.site_figures}
    for path, frame in frames.items():
        for column in ("quote", "note", "text", "name_zh"):
            if column in frame:
                marked = frame[column].str.contains(SYNTHETIC_WORD, regex=False)
                yield from ((path, int(line), column) for line in frame.index[marked])
