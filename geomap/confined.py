"""Work that a stranger's file may make endless or huge, done in a child process that can be killed.

A function and its arguments go to the child pickled; its result or error comes back as a parcel,
in which there is nothing to call. A child has the time of :class:`Allowance` on every system, and
the memory on Linux; over it, it is killed, and whoever asked is told. This guards against files
that exhaust; what a child that was taken over says cannot run in the server, yet it is no sandbox:
it runs as the same user. A child that did well serves again, for starting one takes seconds; one
is kept in readiness, for some minutes.
"""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from geomap.errors import GeomapError, RequestError, Text
from geomap.lifeline import end_with_parent
from geomap.numbers import full
from geomap.parcel import ParcelError, packed, unpacked

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

P = ParamSpec("P")
R = TypeVar("R")
_log = logging.getLogger("geomap.confined")
MOST_BYTES = 64 * 2**20
"""Of a packed result: it has to fit into the server too."""
_START_S = 60.0
IDLE_S = 600.0
_TURNS = 50
_GROWTH_BYTES = 64 * 2**20
"""A child is replaced after so many turns, or when it holds so much more than at its start."""
_KINDS = ("done", "raised", "memory", "failed", "large")
_NAMED = 120
_SMALLER = Text(
    "精简或拆分后再上传，或在命令行用 geomap site",
    "make it smaller or split it, or use geomap site on the command line",
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one task may take: MB of memory beyond what the child has (Linux only), and seconds."""

    memory_mb: int = 512
    seconds: float = 20.0


class UnreadableError(RequestError):
    """A file was given up: it takes too long or too much to read, or ended what reads it."""

    status = 422
    code = "unreadable"

    def __init__(self, what: str, why: Text) -> None:
        what = what if len(what) <= _NAMED else what[:_NAMED] + "…"
        super().__init__(f"读取 {what} {why.zh}", f"reading {what} {why.en}")


def confined(
    allowed: Allowance,
    what: str,
    needs: tuple[str, ...],
    work: Callable[P, R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Call a function in a child process; safe to use from many threads.

    Parameters
    ----------
    what : the files that are read, for the message
    needs : modules that a new child loads before its time and memory are counted
    work : of a module, for the child finds it by its name; what goes in can be pickled, what comes
        out travels as ``geomap.parcel`` says

    Raises
    ------
    GeomapError : what ``work`` raised, whole
    UnreadableError : the child was killed or ended, or the result is too large
    OSError : the system gives no further process
    """
    child = _idle.take() or _Child(needs)
    try:
        kind, keep, value = child.ask(pickle.dumps((allowed, work, args, kwargs)), allowed.seconds)
    except BaseException:
        child.end()
        raise
    if keep:
        _idle.put(child)
    else:
        child.end()
    if kind == "done":
        done: R = value
        return done
    if kind == "raised":
        raise value
    if kind == "failed":
        _log.error("reading %s failed:\n%s", what, value)
    raise UnreadableError(what, _why(kind, allowed))


def ready(needs: tuple[str, ...]) -> None:
    """Have a child started in the background when none waits: soon there is something to read."""
    _idle.fill(needs)


def _why(kind: str, allowed: Allowance) -> Text:
    if kind == "late":
        return Text(
            f"用时超过 {full(allowed.seconds)} 秒，已停止：{_SMALLER.zh}",
            f"took over {full(allowed.seconds)} s and was stopped: {_SMALLER.en}",
        )
    if kind == "memory":
        return Text(
            f"所需内存超过 {allowed.memory_mb} MB，已停止：{_SMALLER.zh}",
            f"needs over {allowed.memory_mb} MB of memory and was stopped: {_SMALLER.en}",
        )
    return Text(
        "时中断，文件可能已损坏或过大：用原来的软件打开核对，另存后再上传",
        "broke off, the file may be damaged or too large: open it in the program that it is from, "
        "look it over, and save it anew",
    )


# --- in the parent --------------------------------------------------------------------------------

_starting = threading.Lock()


class _Child:
    """A child process and the pipe to it; used by one thread at a time."""

    def __init__(self, needs: tuple[str, ...]) -> None:
        # A server has threads, so it cannot be forked; and this is the way on every system.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, needs), daemon=True)
        self.turns = 0
        try:
            with _starting:
                self._process.start()
        finally:
            theirs.close()
        with self._deadline(_START_S):
            try:
                self._pipe.recv_bytes()
            except (EOFError, OSError) as error:
                self.end()
                raise OSError("the child process did not start") from error

    def ask(self, task: bytes, seconds: float) -> tuple[str, bool, Any]:
        """Give how it ended, whether the child may serve again, and the result or error."""
        self.turns += 1
        answer: tuple[str, bool, Any] = ("ended", False, None)
        with self._deadline(seconds) as late:
            try:
                self._pipe.send_bytes(task)
                answer = _understood(self._pipe.recv_bytes(2 * MOST_BYTES))
            except (EOFError, OSError):
                pass
        if answer[0] == "ended" and (late.is_set() or self._is_spent()):
            return "late", False, None
        kind, keep, value = answer
        return kind, keep and not late.is_set() and self.turns < _TURNS, value

    def end(self) -> None:
        """Kill it, whatever it does."""
        with _starting:
            self._process.kill()
            self._process.join()
        self._pipe.close()

    def _is_spent(self) -> bool:
        """Whether it was ended for the time of the processor that it took."""
        self._process.join(1)
        return sys.platform != "win32" and self._process.exitcode == -signal.SIGXCPU

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[threading.Event]:
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()
            timer.join()


def _understood(said: bytes) -> tuple[str, bool, Any]:
    """Open what a child says, which may be anything once a file has taken it over."""
    try:
        kind, keep, value = unpacked(said)
        if kind not in _KINDS or (kind == "raised") != isinstance(value, GeomapError):
            raise ParcelError(f"kind {kind!r:.40}")
    except (ValueError, TypeError) as error:
        _log.warning("a child that reads files said what no child says: %s", error)
        return "ended", False, None
    return kind, keep is True, value


class _Idle:
    """The child that waits for its next turn; at most one, and not for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._timer: threading.Timer | None = None
        self._filler: threading.Thread | None = None

    def take(self) -> _Child | None:
        with self._lock:
            filler = self._filler
        if filler:
            filler.join()
        with self._lock:
            child, self._child = self._child, None
            if self._timer:
                self._timer.cancel()
        return child

    def fill(self, needs: tuple[str, ...]) -> None:
        def fill() -> None:
            try:
                self.put(_Child(needs))
            except OSError as error:
                _log.warning("no process to read files in: %s", error)
            finally:
                self._filler = None

        with self._lock:
            if self._child is None and self._filler is None:
                self._filler = threading.Thread(target=fill, daemon=True)
                self._filler.start()

    def put(self, child: _Child) -> None:
        timer = threading.Timer(IDLE_S, self._retire, (child,))
        timer.daemon = True
        with self._lock:
            if self._timer:
                self._timer.cancel()
            other, self._child, self._timer = self._child, child, timer
            timer.start()
        if other:
            other.end()

    def _retire(self, child: _Child) -> None:
        with self._lock:
            if self._child is not child or threading.current_thread() is not self._timer:
                return
            self._child = None
        child.end()


_idle = _Idle()


# --- in the child ---------------------------------------------------------------------------------


def _serve(pipe: Connection, needs: tuple[str, ...]) -> None:
    end_with_parent()
    # A Ctrl+C in the terminal is for the server, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in needs:
        import_module(name)
    at_start = _data_bytes()
    pipe.send_bytes(b"ready")
    while True:
        try:
            task = pipe.recv_bytes()
        except EOFError:
            return
        kind, value = _done(task)
        del task
        keep = kind != "memory" and _data_bytes() - at_start < _GROWTH_BYTES
        pipe.send_bytes(_packed(kind, keep, value))


def _done(task: bytes) -> tuple[str, Any]:
    try:
        allowed, work, args, kwargs = pickle.loads(task)  # noqa: S301 - its parent sent it
        _limit(allowed)
        return "done", work(*args, **kwargs)
    except GeomapError as error:
        return "raised", error
    except MemoryError:
        return "memory", None
    except Exception as error:
        # C++ code has its own word for it.
        return ("memory", None) if "bad_alloc" in str(error) else ("failed", traceback.format_exc())


def _packed(kind: str, keep: bool, value: Any) -> bytes:
    try:
        answer = packed((kind, keep, value))
    except MemoryError:
        return packed(("memory", False, None))
    except Exception:
        return packed(("failed", False, traceback.format_exc()))
    return answer if len(answer) <= MOST_BYTES else packed(("large", keep, None))


def _limit(allowed: Allowance) -> None:
    """Set what the system itself holds the child to, from now on."""
    if sys.platform == "win32":
        return
    import resource

    if held := _data_bytes():
        most = held + allowed.memory_mb * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.RLIM_INFINITY))
    # The parent counts seconds too; this holds also when it is gone and C code keeps the lock.
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = int(used.ru_utime + used.ru_stime + allowed.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, resource.RLIM_INFINITY))


def _data_bytes() -> int:
    """Give the private writable memory of this process, 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return pages * resource.getpagesize()
