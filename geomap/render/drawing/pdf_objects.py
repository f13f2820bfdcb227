"""The objects of a PDF file, numbered and written down; the same ones give the same bytes.

PDF 1.7 (ISO 32000-1). Knows nothing of sheets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence


class PdfFile:
    """Objects in the order they were asked for; each is known by its number."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> int:
        """Give the number of an object that comes later."""
        self._bodies.append(b"null")
        return len(self._bodies)

    def put(self, body: str, number: int = 0) -> int:
        """Add an object, or fill one that was reserved; give its number."""
        at = number or self.reserve()
        self._bodies[at - 1] = body.encode("latin-1")
        return at

    def stream(
        self, content: bytes, entries: Mapping[str, object] | None = None, *, packed: bool = True
    ) -> int:
        """Add a stream, compressed unless it should be legible in the file."""
        from isal import isal_zlib

        told = dict(entries or {})
        if packed:
            content = isal_zlib.compress(content, isal_zlib.ISAL_BEST_COMPRESSION)
            told["Filter"] = "/FlateDecode"
        told["Length"] = len(content)
        at = self.reserve()
        head = dictionary(told).encode("latin-1")
        self._bodies[at - 1] = head + b"\nstream\n" + content + b"\nendstream"
        return at

    def content(self, *, root: int, info: int) -> bytes:
        """Give the whole file."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self._bodies, start=1):
            places.append(len(out))
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        name = hashlib.sha256(out).hexdigest()[:32]
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        trailer = dictionary(
            {
                "Size": len(places) + 1,
                "Root": reference(root),
                "Info": reference(info),
                "ID": f"[<{name}> <{name}>]",
            }
        )
        out += b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer.encode("latin-1"), start)
        return bytes(out)


def reference(number: int) -> str:
    """Point to an object."""
    return f"{number} 0 R"


def references(numbers: Sequence[int]) -> str:
    """Point to several."""
    return f"[{' '.join(map(reference, numbers))}]"


def dictionary(entries: Mapping[str, object]) -> str:
    """Write a dictionary whose values are PDF already."""
    return "<<" + "".join(f"/{key} {value}" for key, value in entries.items()) + ">>"


def text(content: str) -> str:
    """Write a text string, in UTF-16 with its mark."""
    return f"<FEFF{content.encode('utf-16-be', 'replace').hex().upper()}>"


def pdf_number(value: float) -> str:
    """Write a number as short as it can be."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
