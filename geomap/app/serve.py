"""Serve the application with granian: its processes, its address, and what may go wrong before.

Settings reach the processes through the environment, for on Windows they are started afresh.
Faults of the data, of the settings and of the port are told before a process starts.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from geomap.app import create_app
from geomap.app.http.gateway import Gateway
from geomap.app.http.security import LARGEST_BODY_BYTES
from geomap.app.http.turnstile import HEAVY, READING, REPORTS
from geomap.errors import ServeError
from geomap.files import SPOOL, sweep_parts, sweep_temporary, temporary
from geomap.lifeline import end_with_parent
from geomap.paths import data_dir
from geomap.settings import Settings

# Few threads: under Python's lock more of them only wait for each other. Those who stand in a line
# hold one each, and leave these to the others.
THREADS = 4 + sum(line.places for line in (HEAVY, READING, REPORTS))
# How long a stop waits for answers under way.
STOP_S = 10
# A process must be over its ceiling of memory so often, 30 s apart: one large image is no leak.
RSS_SAMPLES = 2
# How long a new process has to begin to answer before the one that it replaces is stopped: on a
# busy machine it took 15 s, in which nobody would have answered when all were over at once.
_START_S = 30.0
# Connections that one process holds open, and how long one may say nothing before it has asked: a
# client that opens 1,024 and asks nothing kept all others out for half a minute.
CONNECTIONS = 4096
SILENT_MS = 10_000
HEAD_BYTES = 64 * 1024
"""Of an address with all headers; no browser sends a tenth of it."""
_TRIED_PORTS = 50
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to open instead


def serve(
    *,
    data: Path | None = None,
    demo: bool = False,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    show: bool = False,
) -> None:
    """Serve until interrupted; what is None comes from the environment, then from the defaults.

    Parameters
    ----------
    data : data directory
    demo : make up a demonstration release and serve that instead
    port : 0 for any free one
    show : open the map in the browser; when it is served at that port already, only open it

    Raises
    ------
    ReleaseError : the data cannot be opened
    ServeError : the port is taken, the host is none, or a setting cannot be used
    """
    with _release(data, demo=demo) as directory:
        settings = Settings.from_env()
        settings = replace(
            settings,
            data=str(directory),
            host=settings.host if host is None else host,
            port=settings.port if port is None else port,
            workers=process_count(settings.workers if workers is None else workers),
        )
        address = resolve_host(settings.host)
        if show and _answers(_local(settings, address)):
            _show(_local(settings, address))
            return
        settings = replace(settings, port=free_port(address, settings.port))
        with _spool(settings) as spool:
            settings = replace(settings, spool=spool)
            create_app(directory, settings=settings)
            _announce(settings, address, show=show)
            with _environment(settings):
                _run(settings, address)


def rsgi() -> Gateway:
    """Build what a server process runs; it ends with the one that began it."""
    end_with_parent()
    app = wsgi()
    return Gateway(
        app,
        threads=THREADS,
        largest=LARGEST_BODY_BYTES,
        refused=app.extensions["geomap.refusals"].count,
        proxies=app.extensions["geomap.settings"].proxies,
    )


def wsgi() -> Flask:
    """Build the application inside a server process, from the environment."""
    settings = Settings.from_env()
    app = create_app(data_dir(settings.data), settings=settings)
    # Whoever comes first should not wait for what is made once and kept.
    app.test_client().get("/")
    return app


def process_count(asked: int) -> int:
    """Give the number of processes: as asked, else one for each processor, at most two."""
    if sys.platform == "win32":
        return 1  # granian serves with one process there
    return asked or min(2, os.cpu_count() or 1)


def resolve_host(host: str) -> str:
    """Give the numeric address of a host.

    Raises
    ------
    ServeError : there is no such host
    """
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError):
        raise ServeError(
            f"主机名 {host} 无法解析，本机请用 127.0.0.1，对外请用 0.0.0.0",
            f"the host {host} is unknown; use 127.0.0.1 for this machine, 0.0.0.0 for others",
        ) from None


def free_port(address: str, port: int) -> int:
    """Give ``port`` when it can be listened at, or any free one for 0.

    Raises
    ------
    ServeError : the port is in use or may not be used; names a free one
    """
    try:
        return _bind(address, port)
    except OverflowError:
        raise ServeError(
            f"端口 {port} 无效，应在 0 至 65535 之间", f"port {port} must be from 0 to 65535"
        ) from None
    except OSError as error:
        other = _next_free(address, port)
        raise ServeError(
            f"端口 {port} 无法使用（{error.strerror}），请换一个，例如 geomap serve --port {other}",
            f"port {port} cannot be used; choose another, such as geomap serve --port {other}",
        ) from None


def _bind(address: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Lets a port be taken again right after a stop, but not while another listens.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, port))
        return int(probe.getsockname()[1])


def _next_free(address: str, port: int) -> int:
    first = max(port + 1, 1024)
    for other in range(first, min(first + _TRIED_PORTS, 65536)):
        with contextlib.suppress(OSError):
            return _bind(address, other)
    return 0


@contextlib.contextmanager
def _release(data: Path | None, *, demo: bool) -> Iterator[Path]:
    if not demo:
        yield data_dir(data)
        return
    from geomap.demo.write import write_demo

    with temporary("geomap-demo-") as made:
        write_demo(made / "demo")
        yield made / "demo"


@contextlib.contextmanager
def _spool(settings: Settings) -> Iterator[str]:
    """Give the directory that all processes share; a temporary one goes with the server."""
    for kept in filter(None, (settings.data, settings.spool, settings.scenarios)):
        sweep_parts(Path(kept))
    sweep_temporary(SPOOL)
    if settings.spool:
        yield settings.spool
        return
    with temporary(SPOOL) as made:
        yield str(made)


@contextlib.contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(
        GEOMAP_DATA=settings.data,
        GEOMAP_HOST=settings.host,
        GEOMAP_PORT=str(settings.port),
        GEOMAP_SPOOL=settings.spool,
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _local(settings: Settings, address: str) -> str:
    """Give the address of the map for a browser on this machine."""
    return _url(_LOOPBACK.get(address, settings.host), settings.port)


def _url(host: str, port: int) -> str:
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}/"


def _answers(url: str) -> bool:
    """Whether a talent map is served there."""
    try:
        # A proxy that is set for the internet knows nothing of this machine.
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{url}healthz", timeout=2) as answer:
            return "release" in json.load(answer)
    except (OSError, ValueError):
        return False


def _show(url: str) -> None:
    if not webbrowser.open(url):
        click.echo(f"请用浏览器打开 / open in a browser: {url}")


def _announce(settings: Settings, address: str, *, show: bool = False) -> None:
    """Print the address once it answers, from a thread beside the server."""
    reached = _LOOPBACK.get(address, address)

    def wait() -> None:
        for _ in range(600):
            with contextlib.suppress(OSError):
                socket.create_connection((reached, settings.port), timeout=1).close()
                click.echo(invitation(settings, address))
                if show:
                    _show(_local(settings, address))
                return
            time.sleep(0.05)

    threading.Thread(target=wait, daemon=True).start()


def invitation(settings: Settings, address: str) -> str:
    """Say where to look; when all may, under the name of this machine too."""
    hosts = [settings.host]
    if address in _LOOPBACK:
        hosts = [_LOOPBACK[address], socket.gethostname()]
    links = "  ".join(_url(host, settings.port) for host in hosts)
    return f"人才地图已就绪 / the map is ready: {links}  （Ctrl+C 停止 / to stop）"


def _run(settings: Settings, address: str) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.log import logger as granian_log

    # The documentation says so; whoever starts the map has no use for it.
    granian_log.addFilter(lambda record: "tcp_migrate_req" not in record.getMessage())
    Granian(
        target="geomap.app.serve:rsgi",
        factory=True,
        address=address,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=SILENT_MS, max_buffer_size=HEAD_BYTES),
        backpressure=_connections(),
        workers=settings.workers,
        workers_max_rss=settings.worker_mb,
        rss_samples=RSS_SAMPLES,
        respawn_interval=_START_S,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        log_level=LogLevels.warning,
    ).serve()


def _connections() -> int:
    """Give how many connections a process may hold: half of the files that it may open."""
    if sys.platform == "win32":
        return CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = 2 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))  # processes begun here have it
    return min(CONNECTIONS, enough // 2)
