"""Archives whose bytes depend on nothing but what they hold.

An archive keeps no time of writing and no system that wrote it; Office files are archives too.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from types import MappingProxyType

_OPEN = "application/vnd.openxmlformats-officedocument"
OFFICE_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "docx": f"{_OPEN}.wordprocessingml.document",
        "pptx": f"{_OPEN}.presentationml.presentation",
        "xlsx": f"{_OPEN}.spreadsheetml.sheet",
    }
)
"""Endings of Office files and their media types."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_NO_TIME = rb"\g<1>2000-01-01T00:00:00Z"
_UNIX = 3
"""Else an archive would differ between Windows and the rest."""


def packed_zip(files: Mapping[str, bytes]) -> bytes:
    """Pack files by name, in their order; names are in UTF-8."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            archive.writestr(entry, content)
    return stream.getvalue()


def timeless(office: bytes) -> bytes:
    """Pack an Office file again without the time of writing."""
    with zipfile.ZipFile(io.BytesIO(office)) as given:
        files = {name: given.read(name) for name in given.namelist()}
    core = "docProps/core.xml"
    if core in files:
        files[core] = _STAMP.sub(_NO_TIME, files[core])
    return packed_zip(files)
