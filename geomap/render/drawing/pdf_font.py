"""The typeface within a PDF: a subset with the characters used, and what each one means."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geomap.render.drawing.font import Font
from geomap.render.drawing.font_subset import subset
from geomap.render.drawing.pdf_objects import PdfFile, dictionary, reference

_NAME = "NotoSansSC-Regular"
_AT_A_TIME = 100
"""Most lines of one ``beginbfchar``."""


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font that is in the file: its object, and the code of each character."""

    object_: int
    codes: dict[str, int]

    def hex(self, text: str) -> str:
        """Write a text as the string to be shown."""
        return "<" + "".join(f"{self.codes[one]:04X}" for one in text) + ">"


def embed_font(file: PdfFile, font: Font, characters: Iterable[str]) -> EmbeddedFont:
    """Put a font with these characters into a file."""
    used = sorted(set(characters))
    data, codes = subset(font, used)
    name = f"{_tag(used)}+{_NAME}"
    scale = 1000 / font.units_per_em
    advances = [round(font.width(one) * 1000) for one in used]
    box = struct.unpack_from(">4h", font.table("head"), 36)
    descriptor = {
        "Type": "/FontDescriptor",
        "FontName": f"/{name}",
        "Flags": 4,
        "FontBBox": f"[{' '.join(str(round(side * scale)) for side in box)}]",
        "ItalicAngle": 0,
        "Ascent": round(font.ascent * scale),
        "Descent": round(font.descent * scale),
        "CapHeight": round(font.cap_height * scale),
        "StemV": 80,
        "FontFile2": reference(file.stream(data, {"Length1": len(data)})),
    }
    widths = [f"{codes[one]} [{wide}]" for one, wide in zip(used, advances, strict=True)]
    inner = {
        "Type": "/Font",
        "Subtype": "/CIDFontType2",
        "BaseFont": f"/{name}",
        "CIDSystemInfo": "<</Registry (Adobe)/Ordering (Identity)/Supplement 0>>",
        "FontDescriptor": reference(file.put(dictionary(descriptor))),
        "DW": 1000,
        "W": f"[{' '.join(widths)}]",
        "CIDToGIDMap": "/Identity",
    }
    outer = {
        "Type": "/Font",
        "Subtype": "/Type0",
        "BaseFont": f"/{name}",
        "Encoding": "/Identity-H",
        "DescendantFonts": f"[{reference(file.put(dictionary(inner)))}]",
        "ToUnicode": reference(file.stream(_meanings(used, codes))),
    }
    return EmbeddedFont(file.put(dictionary(outer)), codes)


def _tag(used: Sequence[str]) -> str:
    """Give the six letters that name a subset, from what is in it."""
    digest = hashlib.sha256("".join(used).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _meanings(used: Sequence[str], codes: dict[str, int]) -> bytes:
    """Write the CMap by which a reader finds and copies the text."""
    lines = [f"<{codes[one]:04X}> <{one.encode('utf-16-be').hex().upper()}>" for one in used]
    blocks = [lines[at : at + _AT_A_TIME] for at in range(0, len(lines), _AT_A_TIME)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode("ascii")
