"""Measure disclosure control: time, and cells withheld against the usual greedy rule.

Run ``python bench/trust.py`` (markdown table) or ``--json``; ``--runs`` for medians, ``--quick``
for the nine areas only. The tables are made up from a fixed seed: no real statistics.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from geomap.disclosure.additive import Table, additive_table
from geomap.disclosure.attacker import intervals
from geomap.disclosure.suppression import Threshold, is_protected, suppress
from geomap.errors import Text
from geomap.model.catalog import Indicator, Measure
from geomap.values.fitting import ipf

CITY = "city"
RULES = Threshold()


def main() -> None:
    """Run all that is there and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print numbers instead of tables")
    parser.add_argument("--quick", action="store_true", help="nine areas only")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    shapes = [(9, 7, 11)] if options.quick else [(9, 7, 11), (100, 14, 1)]
    results = {f"{n} × {k} × {y}": suppression(n, k, y, options.runs) for n, k, y in shapes}
    others = fitting(options.runs) | progress(options.runs)
    if options.json:
        print(json.dumps({"suppression": results, "others": others}, ensure_ascii=False))
        return
    show(results)
    for name, told in others.items():
        print(f"- {name}: {told}")


def suppression(areas: int, parts: int, years: int, runs: int) -> dict[str, Any]:
    """Measure one made-up table: ours, the attacker, and the greedy rule."""
    table = made_up(areas, parts, years)
    ours_s, found = timed(lambda: suppress(table, RULES), runs)
    hidden = np.array([key in found.withheld for key in table.keys])
    attacker_s, _ = timed(lambda: intervals(table, hidden), runs)
    greedy_s, rule = timed(lambda: greedy(table), runs)
    small = np.array([key in found.primary for key in table.keys])
    return {
        "cells": len(table.keys),
        "small": int(small.sum()),
        "suppress_s": ours_s,
        "attacker_s": attacker_s,
        "method": found.method,
        "withheld": int(hidden.sum()),
        "exposed": exposed(table, hidden, small),
        "people": float(table.value[hidden & ~small].sum()),
        "greedy_s": greedy_s,
        "greedy_withheld": int(rule.sum()),
        "greedy_exposed": exposed(table, rule, small),
        "greedy_people": float(table.value[rule & ~small].sum()),
    }


def made_up(areas: int, parts: int, years: int) -> Table:
    """Make a table of categories × areas × years, skewed as real counts of talent are."""
    rng = np.random.default_rng(20250101)
    names = ["total", *(f"part{number}" for number in range(parts))]
    codes = [CITY, *(f"area{number}" for number in range(areas))]
    frames = []
    for year in range(2015, 2015 + years):
        size = np.outer(rng.gamma(1.5, 1, areas), rng.gamma(1.0, 1, parts))
        counts = np.floor(rng.gamma(1.5, 60, (areas, parts)) * size)
        whole = np.vstack([counts.sum(0), counts])
        whole = np.hstack([whole.sum(1, keepdims=True), whole])
        frame = pd.DataFrame(whole, index=codes, columns=names).rename_axis("area").reset_index()
        long = frame.melt("area", var_name="indicator", value_name="value")
        frames.append(long.assign(year=year, kind="actual", status="reported"))
    catalogue = {name: indicator(name) for name in names}
    return additive_table(pd.concat(frames), catalogue, city=CITY, areas=codes[1:])


def indicator(name: str) -> Indicator:
    """Make a count of people."""
    return Indicator(
        id=name,
        name=Text(name, name),
        group="g",
        unit=Text("人", "persons"),
        measure=Measure.COUNT,
        decimals=0,
        direction="more",
        definition=Text("", ""),
        part_of="" if name == "total" else "total",
        minimum=0.0,
    )


def greedy(table: Table) -> Any:
    """Apply the usual rule: where one cell of a sum is withheld, withhold the smallest other."""
    hidden = (table.value > 0) & (table.value < RULES.threshold)
    sums = [np.flatnonzero(row) for row in table.matrix.toarray()]
    while True:
        single = [one for one in sums if hidden[one].sum() == 1]
        if not single:
            return hidden
        for one in single:
            others = one[~hidden[one] & (table.value[one] > 0)]
            if hidden[one].sum() == 1 and len(others):
                hidden[others[np.argmin(table.value[others])]] = True
            elif hidden[one].sum() == 1:
                sums = [kept for kept in sums if kept is not one]


def exposed(table: Table, hidden: Any, small: Any) -> int:
    """Count small cells that a reader can work out better than the rules allow."""
    low, high = intervals(table, hidden)
    return sum(
        not is_protected(table.value[cell], low[cell], high[cell], RULES)
        for cell in np.flatnonzero(small)
    )


def fitting(runs: int) -> dict[str, str]:
    """Measure iterative proportional fitting for all counties."""
    rng = np.random.default_rng(20250101)
    seed = rng.gamma(1.5, 100, (2891, 14))
    goal = np.floor(rng.gamma(1.5, 100, (2891, 14)))
    seconds, _ = timed(lambda: ipf(seed, list(goal.sum(1)), list(goal.sum(0))), runs)
    return {"IPF 2,891 × 14": f"{seconds * 1000:.0f} ms"}


def progress(runs: int) -> dict[str, str]:
    """Measure the progress page of the shipped release, where there is one."""
    from geomap.app import create_app
    from geomap.paths import shipped_data_dir

    client = create_app(shipped_data_dir()).test_client()
    if client.get("/progress").status_code != 200:
        return {}
    seconds, answer = timed(lambda: client.get("/progress"), runs)
    size = len(gzip.compress(answer.data, mtime=0)) / 1000
    return {"/progress": f"{seconds * 1000:.0f} ms, {size:.1f} KB gzip"}


def timed(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Give the median of some runs and the last result."""
    times, result = [], None
    for _ in range(runs):
        begun = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begun)
    return median(times), result


def show(results: dict[str, dict[str, Any]]) -> None:
    """Print the table."""
    print(
        "| areas × categories × years | cells | small | | withheld | share | people in others |"
        " small ones exposed | time |"
    )
    print("|---|--:|--:|---|--:|--:|--:|--:|--:|")
    for name, row in results.items():
        head = f"| {name} | {row['cells']:,} | {row['small']} |"
        for who, prefix, spent in (
            (row["method"], "", f"{row['suppress_s']:.1f} s, attacker {row['attacker_s']:.2f} s"),
            ("greedy", "greedy_", f"{row['greedy_s'] * 1000:.0f} ms"),
        ):
            count = row[f"{prefix}withheld"]
            print(
                f"{head} {who} | {count} | {count / row['cells']:.1%} |"
                f" {row[f'{prefix}people']:,.0f} | {row[f'{prefix}exposed']} | {spent} |"
            )


if __name__ == "__main__":
    main()
