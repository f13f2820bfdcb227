"""Which lists of sites a document says to be complete (``sites/complete.csv``), read and checked.

Only such a list can say that there is none: what is not listed elsewhere is not known. Each row
states how many there are, so that a site which is added later contradicts it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geomap.model.catalog import SiteKind, Source
from geomap.model.findings import Findings
from geomap.model.schema import SITE_LISTS
from geomap.tables.grid import Spelt, read_csv

COMPLETE_LISTS = "sites/complete.csv"


def read_site_lists(
    data: bytes, known: Mapping[str, Spelt], findings: Findings, sources: Mapping[str, Source]
) -> pd.DataFrame:
    """Read which lists are complete.

    Parameters
    ----------
    known : by column, the kinds, areas and documents that there are

    Returns
    -------
    DataFrame of text with the columns of ``schema.SITE_LISTS``, the index the line in the file;
    rows with a fault keep their text and have an error in ``findings``
    """
    frame = read_csv(COMPLETE_LISTS, data, SITE_LISTS, findings, known)
    numbers = pd.to_numeric(frame["count"], errors="coerce")
    for line in frame.index[numbers.notna() & ((numbers < 0) | (numbers % 1 != 0))]:
        findings.error(
            (COMPLETE_LISTS, int(line), "count"),
            (f"{frame['count'][line]} 不是个数", f"{frame['count'][line]} is no count"),
            ("写整数，没有就写 0", "write a whole number, 0 for none"),
        )
    for line, row in frame.iterrows():
        written = sources[row["source"]].date[:4] if row["source"] in sources else ""
        if written and row["year"].isdigit() and int(row["year"]) > int(written):
            findings.error(
                (COMPLETE_LISTS, int(str(line)), "year"),
                (
                    f"{written} 年的文件不能说明 {row['year']} 年的名单",
                    f"a document of {written} cannot tell of {row['year']}",
                ),
                ("年份不晚于文件的日期", "the year must not be after the date of the document"),
            )
    return frame


def check_site_lists(
    lists: pd.DataFrame,
    sites: pd.DataFrame,
    kinds: Mapping[str, SiteKind],
    city: str,
    findings: Findings,
) -> None:
    """Check each complete list against the sites that are listed.

    Parameters
    ----------
    lists : as ``read_site_lists`` gives them
    sites : all sites of the release: kind, area
    """
    for line, row in lists.iterrows():
        kind, area = row["kind"], row["area"]
        if kind in kinds and kinds[kind].outside and area != city:
            findings.error(
                (COMPLETE_LISTS, int(str(line)), "area"),
                (f"{kind} 在市域外，不分旗区", f"{kind} lies outside the city, in no area of it"),
                (f"写全市 {city}", f"write the city, {city}"),
            )
            continue
        own = sites[sites["kind"] == kind]
        listed = len(own if area == city else own[own["area"] == area])
        stated = pd.to_numeric(row["count"], errors="coerce")
        if stated == stated and stated != listed:
            findings.error(
                (COMPLETE_LISTS, int(str(line)), "count"),
                (
                    f"说名单共 {row['count']} 处，sites/{kind}.csv 列了 {listed} 处",
                    f"says {row['count']} in all, sites/{kind}.csv lists {listed}",
                ),
                (
                    "补全或改正点位；名单不再齐全就删去这一行",
                    "mend the sites, or remove this row where the list is no longer complete",
                ),
            )
