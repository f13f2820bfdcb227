"""The server as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT


def run_server(directory: Path, port: int, *, workers: int = 1) -> subprocess.Popen[str]:
    """Start it; its first line says where it listens."""
    program = (
        "import sys; from pathlib import Path; from geomap.app.serve import serve; "
        f"serve(data=Path(sys.argv[1]), port={port}, workers={workers})"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
    )
