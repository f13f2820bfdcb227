"""Headless Chromium and a local server: load a page, wait until it can be used, measure it."""

from __future__ import annotations

import mimetypes
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

import cdn
from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-precise-memory-info",
]  # fmt: skip
SWITCHES = 8
TIMEOUT_MS = 180_000
# The condition holds in a frame; two frames later what it stands for has been painted.
_WATCH = """() => {
    const holds = CONDITION;
    const after = (frames) => requestAnimationFrame(() => {
        if (frames) after(frames - 1); else window.benchReady = performance.now();
    });
    const look = () => {
        if (document.body && holds()) after(1); else requestAnimationFrame(look);
    };
    look();
}"""


@dataclass
class Served:
    """A local server: the page and its own files in memory, the CDN files behind ``/cdn/``."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)


@contextmanager
def server(cache: Path) -> Iterator[Served]:
    """Serve on a free local port until the block ends."""
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body: bytes | None = b""
            kind = "text/html; charset=utf-8"
            if self.path in served.files:
                body = served.files[self.path]
                kind = mimetypes.guess_type(self.path)[0] or kind
            elif self.path.startswith("/cdn/"):
                address = self.path.removeprefix("/cdn/").partition("?")[0]
                served.asked.append(address)
                body = cdn.content(cache, address)
                kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
                if body is None:
                    served.absent.add(address)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return  # a browser context that closes leaves its connections open

    httpd = Server(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{httpd.server_port}"
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        httpd.shutdown()
        httpd.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, which can reach nothing but this machine."""
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    flags = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def measure(
    browser: Browser, served: Served, maker: Any, files: dict[str, bytes]
) -> dict[str, float]:
    """Load a page once in a fresh context.

    Returns
    -------
    ready_ms, heap_mb (as it is when ready), kept_mb (after a collection), paint_ms and whole_ms
    (medians over some switches), foreign (requests to CDNs)
    """
    served.files, served.asked = files, []
    context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    try:
        tab = context.new_page()
        tab.set_default_timeout(TIMEOUT_MS)
        tab.add_init_script(f"({_WATCH.replace('CONDITION', maker.ready)})()")
        tab.goto(f"{served.url}/page", wait_until="commit")
        tab.wait_for_function("window.benchReady")
        devtools = context.new_cdp_session(tab)
        heap = devtools.send("Runtime.getHeapUsage")["usedSize"]
        devtools.send("HeapProfiler.collectGarbage")
        kept = devtools.send("Runtime.getHeapUsage")["usedSize"]
        ready = float(tab.evaluate("window.benchReady"))
        switches = [tab.evaluate(maker.switch, turn) for turn in range(1, SWITCHES + 1)]
        return {
            "ready_ms": ready,
            "heap_mb": heap / 1e6,
            "kept_mb": kept / 1e6,
            "paint_ms": median(one["paint"] for one in switches),
            "whole_ms": median(one["whole"] for one in switches),
            "foreign": float(len(served.asked)),
        }
    finally:
        context.close()
