"""One zip for a PC without network: wheels with hashes, a start script, a bill of materials.

    python scripts/bundle.py win_amd64 [--python 3.12] [--out dist]

Run it on any machine that reaches a package registry; it needs the development requirements. uv
resolves for the other system (pip reads the markers of the machine it runs on), pip fetches.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "scripts" / "bundle"
_WINDOWS_LOG = r"%LOCALAPPDATA%\geomap\audit.jsonl"
_LICENCE_FILE = re.compile(r"[^/]+\.dist-info/(licenses/.*|(LICEN[CS]E|COPYING|NOTICE)[^/]*)", re.I)


@dataclass(frozen=True, slots=True)
class Platform:
    """A system that bundles are made for: what uv and pip call it, and how it is started there."""

    uv: str
    pip: tuple[str, ...]
    start: str
    template: str
    home: str
    log: str


# The tags of wheels that a Linux with glibc 2.28 (Kylin V10, UOS 20, RHEL 8) takes.
_GLIBC = (*(f"_2_{minor}" for minor in range(28, 16, -1)), 2014, 2010, 1)
_LINUX = (
    "启动人才地图.sh",
    "start.sh",
    "~/.local/share/geomap",
    "~/.local/state/geomap/audit.jsonl",
)
PLATFORMS: Mapping[str, Platform] = {
    "win_amd64": Platform(
        "x86_64-pc-windows-msvc", ("win_amd64",), "启动人才地图.cmd", "start.cmd",
        r"%LOCALAPPDATA%\geomap", _WINDOWS_LOG,
    ),
    "manylinux_x86_64": Platform(
        "x86_64-manylinux_2_28",
        tuple(f"manylinux{version}_x86_64" for version in _GLIBC),
        *_LINUX,
    ),
    "manylinux_aarch64": Platform(
        "aarch64-manylinux_2_28",
        tuple(f"manylinux{version}_aarch64" for version in _GLIBC),
        *_LINUX,
    ),
    "macosx_arm64": Platform(
        "aarch64-apple-darwin", tuple(f"macosx_{major}_0_arm64" for major in (14, 13, 12, 11)),
        *_LINUX,
    ),
}  # fmt: skip


def resolve(platform: Platform, python: str, extras: Sequence[str] = ("china",)) -> str:
    """Pin all that geomap needs at run time on a platform, each with its hashes; wheels only.

    Raises
    ------
    subprocess.CalledProcessError : something has no wheel there; uv says what
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "pyproject.toml"]
    command += [part for extra in extras for part in ("--extra", extra)]
    command += ["--constraint", "constraints.txt", "--python-platform", platform.uv]
    command += ["--python-version", python, "--only-binary", ":all:"]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    # GDAL and PROJ are built for macOS 14.
    env = {"MACOSX_DEPLOYMENT_TARGET": "14.0", **os.environ}
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout


def fetch(requirements: str, platform: Platform, python: str, wheels: Path) -> None:
    """Fetch the pinned wheels of a platform; each must have the hash that was resolved."""
    listed = wheels.parent / "resolved.txt"
    listed.write_text(requirements, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(wheels)]
    command += ["--python-version", python, "--implementation", "cp", "--requirement", str(listed)]
    command += [part for tag in platform.pip for part in ("--platform", tag)]
    subprocess.run(command, check=True)


def build(wheels: Path) -> None:
    """Build geomap's own wheel into a folder."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels)]
    subprocess.run([*command, str(ROOT)], check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True, slots=True)
class Wheel:
    """What a bundle tells of a wheel."""

    file: str
    sha256: str
    metadata: Message
    licences: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Give the name as the wheel writes it."""
        return str(self.metadata["Name"])

    @property
    def version(self) -> str:
        """Give the version."""
        return str(self.metadata["Version"])

    @property
    def licence(self) -> str:
        """Give what the wheel says of its licence: an expression, else words, else classifiers."""
        said = self.metadata["License-Expression"] or (self.metadata["License"] or "")
        kinds = [
            one.rpartition(" :: ")[2]
            for one in self.metadata.get_all("Classifier", [])
            if one.startswith("License ::")
        ]
        return said.splitlines()[0] if 0 < len(said) < 80 else "; ".join(kinds) or "—"


def read_wheel(path: Path) -> Wheel:
    """Read the metadata and the licence texts of a wheel."""
    with zipfile.ZipFile(path) as archive:
        (described,) = filter(
            re.compile(r"[^/]+\.dist-info/METADATA").fullmatch, archive.namelist()
        )
        metadata = message_from_string(archive.read(described).decode("utf-8"))
        texts = [
            (name, archive.read(name).decode("utf-8", "replace"))
            for name in archive.namelist()
            if _LICENCE_FILE.fullmatch(name) and not name.endswith("/")
        ]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Wheel(path.name, digest, metadata, tuple(texts))


def sbom(wheels: Sequence[Wheel]) -> str:
    """Write the software bill of materials: CycloneDX 1.6, JSON."""
    bom = Bom()
    parts = {canonicalize_name(wheel.name): _component(wheel) for wheel in wheels}
    bom.metadata.component = parts["geomap"]
    bom.components.update(part for name, part in parts.items() if name != "geomap")
    for wheel in wheels:
        needed = {
            canonicalize_name(Requirement(one).name)
            for one in wheel.metadata.get_all("Requires-Dist", [])
        }
        depended = [parts[name] for name in sorted(needed & parts.keys())]
        bom.register_dependency(parts[canonicalize_name(wheel.name)], depended)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _component(wheel: Wheel) -> Component:
    return Component(
        name=wheel.name,
        version=wheel.version,
        type=ComponentType.APPLICATION if wheel.name == "geomap" else ComponentType.LIBRARY,
        bom_ref=canonicalize_name(wheel.name),
        purl=PackageURL("pypi", name=canonicalize_name(wheel.name), version=wheel.version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=wheel.sha256)],
        licenses=[LicenseFactory().make_from_string(wheel.licence)],
    )


def notices(wheels: Sequence[Wheel]) -> str:
    """Write names, versions, licences and licence texts of what others wrote."""
    parts = ["第三方软件及其许可 Third-party software and its licences\n"]
    for wheel in wheels:
        if wheel.name != "geomap":
            parts.append(f"{'=' * 79}\n{wheel.name} {wheel.version} — {wheel.licence}\n")
            parts += [f"--- {name.partition('/')[2]}\n\n{text}" for name, text in wheel.licences]
    return "\n".join(parts)


def contents(
    wheels: Path, requirements: str, name: str, python: str
) -> Iterator[tuple[str, bytes]]:
    """Give the files of a bundle: path and content.

    Parameters
    ----------
    wheels : folder with geomap's wheel and those it needs
    requirements : the pins of the latter, with hashes
    name : the platform, one of ``PLATFORMS``
    """
    platform = PLATFORMS[name]
    read = [read_wheel(path) for path in sorted(wheels.glob("*.whl"))]
    (own,) = (wheel for wheel in read if wheel.name == "geomap")
    words = {
        "@VERSION@": own.version, "@PYTHON@": python, "@PLATFORM@": name,
        "@START@": platform.start, "@HOME@": platform.home, "@LOG@": platform.log,
    }  # fmt: skip

    def filled(template: str) -> bytes:
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        return _lines(text, windows=name.startswith("win"))

    yield platform.start, filled(platform.template)
    yield "说明.txt", "\ufeff".encode() + filled("readme.txt")
    for text in sorted((TEMPLATES / "text").glob("*.txt")):
        yield f"text/{text.name}", filled(f"text/{text.name}")
    pins = f"geomap=={own.version} --hash=sha256:{own.sha256}\n{requirements}"
    yield "requirements.txt", pins.encode()
    yield "sbom.cdx.json", sbom(read).encode()
    yield "third-party.txt", _lines(notices(read), windows=name.startswith("win"))
    for wheel in read:
        yield f"wheels/{wheel.file}", (wheels / wheel.file).read_bytes()


def _lines(text: str, *, windows: bool) -> bytes:
    return "\n".join([*text.splitlines(), ""]).replace("\n", "\r\n" if windows else "\n").encode()


def pack(files: Iterator[tuple[str, bytes]], folder: str, out: Path) -> Path:
    """Write the zip: beside its place first; wheels, being zips, are stored as they are."""
    out.mkdir(parents=True, exist_ok=True)
    done = out / f"{folder}.zip"
    beside = done.with_suffix(".part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(f"{folder}/{name}")
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            stored = name.endswith(".whl")
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    beside.replace(done)
    return done


def main() -> None:
    """Make the bundle that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platform", choices=PLATFORMS)
    parser.add_argument("--python", default="3.12", help="3.11, 3.12 or 3.13; 3.12 by default")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    asked = parser.parse_args()
    platform = PLATFORMS[asked.platform]
    with tempfile.TemporaryDirectory() as made:
        wheels = Path(made) / "wheels"
        wheels.mkdir()
        requirements = resolve(platform, asked.python)
        fetch(requirements, platform, asked.python, wheels)
        build(wheels)
        files = contents(wheels, requirements, asked.platform, asked.python)
        folder = f"geomap-{asked.platform}-py{asked.python}"
        print(pack(files, folder, asked.out))


if __name__ == "__main__":
    main()
