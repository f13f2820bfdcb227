"""Processes that end with the one that began them, however that ends, on every system."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """Let this process end as soon as its parent has; in one without a parent nothing happens.

    A kill gives the parent no time to tell. What it can do then is what the system does for it:
    close the pipe (on Windows the handle) that ``multiprocessing`` holds between the two.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        # Nobody is left to answer or to report to, and other threads may hang in C code.
        os._exit(1)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
