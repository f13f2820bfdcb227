"""Measure siting: the same instances for ours, and for spopt with CBC and with HiGHS.

Run ``python bench/siting.py`` (markdown tables) or ``--json``; ``--quick`` for the small sizes
only, ``--limit`` seconds for each solve, ``--pmed DIR`` for the true files of the OR-Library
(pmed1.txt …), whose optima are known. Points are random from a fixed seed. Each solve runs in a
process of its own, so that its memory can be measured; imports are not in the time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

SIZES = [(200, 200), (2000, 200), (10_000, 200), (2000, 2000), (10_000, 2000)]
COUNTS = [5, 10, 20, 50]
SPOPT_PAIRS = 400_000  # above, its model alone takes longer than the limit; there p = 10 only
# Beasley 1985, Table 2, as published with the files.
OPTIMA = {"pmed1": 5819, "pmed2": 4093, "pmed3": 4250, "pmed4": 3034, "pmed5": 1355, "pmed6": 7824}
RADIUS = 12.0


def main() -> None:
    """Run all that is there and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print numbers instead of tables")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds for each solve")
    parser.add_argument("--pmed", type=Path, help="directory with pmed1.txt and so on")
    parser.add_argument("--only", default="", help="instances whose name has this in it")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(**json.loads(options.one))))
        return
    results = []
    for task in tasks(options):
        results.append(alone(task))
        print(table(results[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    print(json.dumps(results) if options.json else table(results))


def tasks(options: argparse.Namespace) -> list[dict[str, Any]]:
    """List every solve."""
    sizes = SIZES[:2] if options.quick else SIZES
    found = []
    for n, m in sizes:
        for p in [10] if options.quick else COUNTS:
            found += solves("p-median", f"random {n} × {m}", n, m, p, options.limit)
    found += solves("mclp", "random 200 × 200", 200, 200, 5, options.limit)
    found += solves("lscp", "random 200 × 200", 200, 200, 0, options.limit)
    if not options.quick:
        for number, (n, p) in enumerate([(100, 5), (100, 33), (200, 10), (400, 20)], 1):
            name = f"pmed form {number}: {n} vertices"
            found += solves("p-median", name, n, n, p, options.limit)
    for path in sorted(options.pmed.glob("pmed*.txt")) if options.pmed else []:
        n, _, p = map(int, path.read_text().split()[:3])
        found += solves("p-median", str(path), n, n, p, options.limit)
    return [task for task in found if options.only in task["name"] + task["model"]]


def solves(model: str, name: str, n: int, m: int, p: int, limit: float) -> list[dict[str, Any]]:
    both = n * m <= SPOPT_PAIRS // 10 or (n * m <= SPOPT_PAIRS and p == 10)
    tools = ["ours"] + (["spopt CBC", "spopt HiGHS"] if both else [])
    shape = {"name": name, "n": n, "m": m, "p": p}
    return [{"model": model, "tool": tool, "limit": limit} | shape for tool in tools]


def alone(task: dict[str, Any]) -> dict[str, Any]:
    """Run one solve in a process of its own."""
    command = [sys.executable, __file__, "--one", json.dumps(task)]
    most = task["limit"] + 60
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=most, check=False)
    except subprocess.TimeoutExpired:
        return task | {"failed": f"nothing in {most:g} s"}
    if told.returncode:
        return task | {"failed": told.stderr.strip().splitlines()[-1]}
    return task | dict(json.loads(told.stdout.splitlines()[-1]))


def instance(name: str, n: int, m: int) -> tuple[Any, Any]:
    """Make costs and weights: points in a square of 100 km, or a graph in the pmed form."""
    rng = np.random.default_rng(n + m)
    if name.endswith(".txt"):
        return graph(
            np.array(Path(name).read_text("utf-8").split(), dtype=int)[3:].reshape(-1, 3), n
        )
    if name.startswith("pmed"):
        ring = np.column_stack([np.arange(1, n + 1), np.roll(np.arange(1, n + 1), -1)])
        more = rng.integers(1, n + 1, (n * n // 50 - n, 2))
        ends = np.vstack([ring, more])
        return graph(np.column_stack([ends, rng.integers(1, 101, len(ends))]), n)
    one, other = rng.random((n, 2)) * 100, rng.random((m, 2)) * 100
    cost = np.zeros((n, m), dtype=np.float32 if n * m > 4_000_000 else float)
    for axis in range(2):
        cost += np.square(one[:, None, axis] - other[None, :, axis])
    return np.sqrt(cost, out=cost), rng.integers(1, 100, n).astype(float)


def graph(edges: Any, n: int) -> tuple[Any, Any]:
    """Measure all shortest paths; of edges given twice the last counts, as the files ask."""
    from scipy.sparse.csgraph import floyd_warshall

    length = np.full((n, n), np.inf)
    for start, end, cost in edges:
        length[start - 1, end - 1] = length[end - 1, start - 1] = cost
    np.fill_diagonal(length, 0)
    return floyd_warshall(length), np.ones(n)


def one(model: str, tool: str, name: str, n: int, m: int, p: int, limit: float) -> dict[str, Any]:
    """Solve one instance with one tool."""
    cost, weight = instance(name, n, m)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = (ours if tool == "ours" else spopt)(model, tool, cost, weight, p, limit)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found | {"memory_mb": most / 1024, "grown_mb": (most - before) / 1024}


def ours(model: str, _: str, cost: Any, weight: Any, p: int, limit: float) -> dict[str, Any]:
    import highspy  # noqa: F401
    import scipy.sparse  # noqa: F401

    from geomap.siting.solve.costs import Costs
    from geomap.siting.solve.problem import Ask, Case, Effort
    from geomap.siting.solve.solver import solve_model

    case = Case(Costs(cost, unit="km"), weight)
    radius = None if model == "p-median" else RADIUS
    ask = Ask(model, new_sites=p or None, radius=radius)
    began = time.perf_counter()
    passed: dict[str, float] = {}

    def watch(report: Any) -> None:
        if report.objective and report.bound:
            gap = abs(report.objective - report.bound) / report.objective
            for level in (0.01, 0.001):
                if gap <= level:
                    passed.setdefault(f"seconds_to_{level:.1%}", time.perf_counter() - began)

    answer = solve_model(case, ask, Effort(seconds=limit, progress=watch))
    seconds = time.perf_counter() - began
    told = {"status": answer.status, "objective": answer.objective, "gap": answer.gap}
    return told | {"seconds": seconds} | passed


def spopt(model: str, tool: str, cost: Any, weight: Any, p: int, limit: float) -> dict[str, Any]:
    import pulp
    from spopt.locate import LSCP, MCLP, PMedian

    kind = pulp.HiGHS if tool.endswith("HiGHS") else pulp.PULP_CBC_CMD
    solver = kind(msg=False, timeLimit=limit)
    began = time.perf_counter()
    if model == "p-median":
        built = PMedian.from_cost_matrix(cost, weight, p)
    elif model == "mclp":
        built = MCLP.from_cost_matrix(cost, weight, RADIUS, p)
    else:
        built = LSCP.from_cost_matrix(cost, RADIUS)
    built = built.solve(solver)
    seconds = time.perf_counter() - began
    status = pulp.LpStatus[built.problem.status]
    value = pulp.value(built.problem.objective)
    return {"seconds": seconds, "status": f"says {status}", "objective": value, "gap": None}


def table(results: list[dict[str, Any]]) -> str:
    """Give a markdown table."""
    lines = [
        "| model | instance | p | tool | s | s to 1 % | to 0.1 % | MB | objective | gap proven | |",
        "|---|---|--:|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in results:
        told = Path(row["name"]).stem
        known = f" (published {OPTIMA[told]})" if told in OPTIMA else ""
        gap = row.get("gap")
        cells = [
            row["model"], told + known, row["p"] or "–", row["tool"], number(row.get("seconds"), 3),
            number(row.get("seconds_to_1.0%"), 3), number(row.get("seconds_to_0.1%"), 3),
            number(row.get("memory_mb"), 0), number(row.get("objective"), 1),
            "–" if gap is None else f"{gap:.4%}", row.get("status") or row.get("failed") or "",
        ]  # fmt: skip
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def number(value: float | None, decimals: int) -> str:
    """Write a number, a dash for none."""
    return "–" if value is None else f"{value:,.{decimals}f}"


if __name__ == "__main__":
    main()
