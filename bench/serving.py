"""A server of our own, as ``geomap serve`` starts it, for the measurements that need one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 300.0  # on a busy machine; ten on one that is idle


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers.

    Parameters
    ----------
    host, port : where
    pid : of the process that began the workers
    log : what it wrote so far
    """

    host: str
    port: int
    pid: int
    log: Path

    @property
    def url(self) -> str:
        """Its address without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def workers(self) -> list[int]:
        """Give the processes that it began, now."""
        task = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(one) for one in task.read_text(encoding="ascii").split()]

    def tracebacks(self) -> int:
        """Count those that it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most rec")


@contextmanager
def running(*options: str, env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Serve on a free port until the block ends; ``env`` goes beside the environment."""
    command = [sys.executable, "-m", "geomap", "serve", "--port", "0", *options]
    with tempfile.TemporaryDirectory(prefix="geomap-bench-") as folder:
        log = Path(folder) / "log"
        with log.open("w", encoding="utf-8") as opened:
            process = subprocess.Popen(
                command, stdout=opened, stderr=subprocess.STDOUT, start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "GEOMAP_AUDIT_LOG": f"{folder}/audit",
                     **(env or {})},
            )  # fmt: skip
        try:
            yield _started(process, log)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _started(process: subprocess.Popen[bytes], log: Path) -> Running:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and process.poll() is None:
        found = re.search(r"http://([\d.]+):(\d+)", log.read_text(encoding="utf-8"))
        if found:
            time.sleep(2)  # for the second process
            return Running(found[1], int(found[2]), process.pid, log)
        time.sleep(0.2)
    raise SystemExit(f"the server did not start: {log.read_text(encoding='utf-8')}")
