"""ETags, compression and a bounded memory of answers, in front of Flask.

A GET answered with 200 depends on nothing but the edition and the address, unless its view says
``no-store``, varies by something or is asked each time; such an answer is kept, as it is and
compressed, and given again without entering Flask. Of the address only the parameters count that
the page looks at, or every stranger's parameter would fill the memory with the same page. All
bodies get a strong ETag, one for each encoding.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, request
from isal import isal_zlib

from geomap.app.http import params
from geomap.app.http.releases import Releases

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

KEEP = "geomap.keep"
_EACH = "geomap.each"
EDITION = "geomap.edition"
_SMALLEST_TO_COMPRESS = 256
_GZIP = 16 + zlib.MAX_WBITS
_ONLY_WITH_BODY = {"content-encoding", "content-length", "content-type"}


@dataclass(frozen=True, slots=True)
class Variant:
    """One answer in one encoding, ready to send."""

    status: str
    headers: Headers
    unchanged: Headers
    etag: str
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer, plain and (when that is smaller) compressed."""

    plain: Variant
    packed: Variant | None

    @property
    def size(self) -> int:
        """Bytes held by the bodies."""
        return len(self.plain.body) + (len(self.packed.body) if self.packed else 0)

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Choose the encoding and whether to send the body at all."""
        packed = self.packed and accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        variant = self.packed if self.packed and packed else self.plain
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and holds(asked, variant.etag):
            start_response("304 NOT MODIFIED", variant.unchanged)
            return []
        start_response(variant.status, variant.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [variant.body]


class Memory:
    """The answers given last, within a number of entries and of bytes."""

    def __init__(self, *, most_entries: int = 2000, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._most_entries, self._most_bytes = most_entries, most_bytes
        self._answers: OrderedDict[tuple[Any, ...], tuple[KeptAnswer, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: tuple[Any, ...]) -> KeptAnswer | None:
        """Give the answer kept under ``key``, which is then the one used last."""
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            self._answers.move_to_end(key)
            return found[0]

    def put(self, key: tuple[Any, ...], answer: KeptAnswer) -> None:
        """Keep an answer and forget those used longest ago; one that is too large is not kept."""
        size = answer.size + sum(len(part) for part in key if isinstance(part, str))
        if size > self._most_bytes // 4:
            return
        with self._lock:
            _, before = self._answers.pop(key, (None, 0))
            self._answers[key] = answer, size
            self.bytes += size - before
            while len(self._answers) > self._most_entries or self.bytes > self._most_bytes:
                _, (_, freed) = self._answers.popitem(last=False)
                self.bytes -= freed


class Delivery:
    """WSGI in front of Flask: answers from memory, or asks Flask and remembers."""

    def __init__(self, app: WSGIApplication, releases: Releases, memory: Memory) -> None:
        self._app, self._releases, self._memory = app, releases, memory
        self._own: dict[str, tuple[str, ...]] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, wholly from one edition."""
        environ[EDITION] = edition = self._releases.current()
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        answer = self._memory.get((edition.number, path, self._counts(path, query)))
        if answer is None:
            asked = {**environ, "REQUEST_METHOD": "GET"}
            status, headers, body = _collect(self._app, asked)
            answer = pack_answer(status, headers, body, thorough=not query)
            if asked.get(KEEP):
                if params.OWN in asked:
                    self._own[path] = asked[params.OWN]
                self._memory.put((edition.number, path, self._counts(path, query)), answer)
        return answer.send(environ, start_response)

    def _counts(self, path: str, query: str) -> str:
        """Give what of a query the page looks at, as far as it has said so."""
        names = self._own.get(path)
        if not query or names is None:
            return query
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        return urlencode(params.own(pairs, names), errors="surrogateescape")


def ask_each_time() -> None:
    """Have the view that is answering now asked again each time."""
    request.environ[_EACH] = True


def deliver(app: Flask, releases: Releases, memory: Memory, *, private: bool) -> None:
    """Put ``Delivery`` in front of ``app``.

    Parameters
    ----------
    private : whether what it tells is for some only, so that no browser or proxy keeps it
    """
    fresh = "private, no-store" if private else "no-cache"

    @app.after_request
    def mark(response: Response) -> Response:
        # What the views forbid to keep is not kept here either; what is private, only elsewhere.
        request.environ[KEEP] = (
            response.status_code == 200
            and not response.cache_control.no_store
            and not response.is_streamed
            and not request.environ.get(_EACH)
            and not {"Vary", "Set-Cookie"} & set(response.headers.keys())
        )
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = fresh if response.status_code == 200 else "no-store"
        return response

    app.wsgi_app = Delivery(app.wsgi_app, releases, memory)  # type: ignore[method-assign]


def pack_answer(status: str, headers: Headers, body: bytes, *, thorough: bool) -> KeptAnswer:
    """Make an answer of what Flask said.

    Parameters
    ----------
    thorough : compress as small as can be (what all visitors load), else fast (what varies)
    """
    etag = hashlib.sha256(body).hexdigest()[:24]
    bare = [pair for pair in headers if pair[0].lower() not in ("content-length", "etag")]
    if not _compressible(bare, body):
        return KeptAnswer(_variant(status, bare, body, f'"{etag}"'), None)
    bare = _vary(bare)
    plain = _variant(status, bare, body, f'"{etag}"')
    packed = compress(body, thorough=thorough)
    if len(packed) >= len(body):
        return KeptAnswer(plain, None)
    encoded = [*bare, ("Content-Encoding", "gzip")]
    return KeptAnswer(plain, _variant(status, encoded, packed, f'"{etag}-gz"'))


def compress(body: bytes, *, thorough: bool) -> bytes:
    """Compress with gzip: zlib level 9 for size, ISA-L level 3 for speed."""
    packer = (
        zlib.compressobj(9, zlib.DEFLATED, _GZIP)
        if thorough
        else isal_zlib.compressobj(3, isal_zlib.DEFLATED, _GZIP)
    )
    return bytes(packer.compress(body) + packer.flush())


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Tell whether an Accept-Encoding allows gzip."""
    quality = {}
    for part in header.lower().split(","):
        name, _, rest = part.partition(";")
        quality[name.strip()] = rest.replace(" ", "")
    given = quality.get("gzip", quality.get("*"))
    return given is not None and given not in ("q=0", "q=0.0", "q=0.00", "q=0.000")


def holds(if_none_match: str, etag: str) -> bool:
    """Tell whether an If-None-Match names ``etag``; compared weakly, as RFC 9110 says."""
    named = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in (etag, "*") for tag in named)


def _variant(status: str, headers: Headers, body: bytes, etag: str) -> Variant:
    tagged = [*headers, ("ETag", etag)] if status.startswith("200") else headers
    return Variant(
        status=status,
        headers=[*tagged, ("Content-Length", str(len(body)))],
        unchanged=[pair for pair in tagged if pair[0].lower() not in _ONLY_WITH_BODY],
        etag=etag if status.startswith("200") else "",
        body=body,
    )


def _compressible(headers: Headers, body: bytes) -> bool:
    names = {name.lower(): value for name, value in headers}
    if len(body) < _SMALLEST_TO_COMPRESS or "content-encoding" in names:
        return False
    media = names.get("content-type", "").partition(";")[0]
    return media.startswith("text/") or media.endswith(("json", "javascript", "xml"))


def _vary(headers: Headers) -> Headers:
    others = [value for name, value in headers if name.lower() == "vary"]
    kept = [pair for pair in headers if pair[0].lower() != "vary"]
    return [*kept, ("Vary", ", ".join([*others, "Accept-Encoding"]))]


def _collect(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, Headers, bytes]:
    said: list[tuple[str, Headers]] = []

    def note(status: str, headers: Headers, *_: object) -> Callable[[bytes], object]:
        said.append((status, headers))
        return lambda _: None

    parts = app(environ, note)
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    status, headers = said[-1]
    return status, headers, body
