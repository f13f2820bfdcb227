"""Measure the report pack and the atlas of maps of the shipped release.

Run ``python bench/report.py`` (a markdown table) or ``--json``; ``--runs`` for medians. Each is a
process of its own, the command as it is typed, so that its start and the opening of the data count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

LIMIT_S = 15


def main() -> None:
    """Run each command and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print numbers instead of a table")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(Path(folder), options.runs)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    print("| 命令 | 秒（中位） | 兆字节 |\n|---|--:|--:|")
    for row in rows:
        print(f"| `{row['command']}` | {row['seconds']:.1f} | {row['megabytes']:.1f} |")
    print(f"\n报告目标：不超过 {LIMIT_S} 秒。")


def measured(folder: Path, runs: int) -> list[dict[str, object]]:
    rows = []
    for command in ("report -o r.docx", "report -o r.pptx", "atlas a --dpi 300"):
        seconds = []
        for number in range(runs):
            place = folder / f"{number}-{command.split()[-1]}-{len(rows)}"
            place.mkdir()
            start = time.perf_counter()
            environment = {**os.environ, "GEOMAP_AUDIT_LOG": str(folder / "log.jsonl")}
            subprocess.run([sys.executable, "-m", "geomap", *command.split()], cwd=place,
                           env=environment, check=True, capture_output=True)  # fmt: skip
            seconds.append(time.perf_counter() - start)
        size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / 2**20
        rows.append({"command": f"geomap {command}", "seconds": median(seconds), "megabytes": size})
    return rows


if __name__ == "__main__":
    main()
