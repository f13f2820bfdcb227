"""What goes to a PC without network: legal there, whole, and only for its system."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.support import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import bundle

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
LONGEST = 200


def make_wheel(
    folder: Path, name: str, version: str, tag: str, licence: str, needs: str = ""
) -> Path:
    """Write a wheel that holds its metadata and a licence alone."""
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
            f"License-Expression: {licence}\n{needs}\n",
        )
        archive.writestr(f"{info}/licenses/LICENSE", f"{name}: as is\n")
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bundle of geomap and one package, for Windows."""
    wheels = tmp_path_factory.mktemp("wheels")
    make_wheel(wheels, "geomap", "1.2", "py3-none-any", "MIT", "Requires-Dist: numpy>=2\n")
    other = make_wheel(wheels, "numpy", "2.4.6", "cp312-cp312-win_amd64", "BSD-3-Clause")
    pins = f"numpy==2.4.6 --hash=sha256:{hashlib.sha256(other.read_bytes()).hexdigest()}\n"
    files = bundle.contents(wheels, pins, "win_amd64", "3.12")
    return bundle.pack(files, "geomap-win_amd64-py3.12", tmp_path_factory.mktemp("out"))


def read(path: Path) -> dict[str, bytes]:
    """Give the files of a bundle by their path below its one folder."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        (folder,) = {name.partition("/")[0] for name in archive.namelist()}
        return {n.removeprefix(f"{folder}/"): archive.read(n) for n in archive.namelist()}


def check_for_windows(path: Path) -> None:
    files = read(path)
    for name in files:
        assert len(f"{path.stem}/{name}") <= LONGEST
        for part in name.split("/"):
            assert not re.search(r'[<>:"\\|?*\x00-\x1f]|[ .]$', part), name
            assert not RESERVED.fullmatch(part), name
    for name, content in files.items():
        if name.endswith((".cmd", ".txt")) and name != "requirements.txt":
            assert content.count(b"\r\n") == content.count(b"\n") > 0, name
            assert "@" not in content.decode() or name in ("third-party.txt", "启动人才地图.cmd")
    assert files["启动人才地图.cmd"].isascii()


def check_whole(path: Path, python: str, ends: tuple[str, ...]) -> None:
    """Each wheel is for the system, pinned by its hash, and told in both lists."""
    files = read(path)
    wheels = {n.removeprefix("wheels/"): c for n, c in files.items() if n.startswith("wheels/")}
    pins = files["requirements.txt"].decode()
    bom = json.loads(files["sbom.cdx.json"])
    told = {canonicalize_name(one["name"]): one for one in bom["components"]}
    told["geomap"] = bom["metadata"]["component"]
    assert any("numpy" in one for row in bom["dependencies"] for one in row.get("dependsOn", []))
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    names = set()
    for file, content in wheels.items():
        name, version, _, tags = parse_wheel_filename(file)
        names.add(name)
        assert any(fits(tag, python, ends) for tag in tags), file
        digest = hashlib.sha256(content).hexdigest()
        assert f"sha256:{digest}" in pins, file
        assert told[name]["version"] == str(version)
        assert told[name]["hashes"] == [{"alg": "SHA-256", "content": digest}]
        assert told[name]["licenses"]
        if name != "geomap":
            assert f"{told[name]['name']} {version} — " in files["third-party.txt"].decode()
    assert set(told) == names
    pinned = re.findall(r"^([\w.-]+)==", pins, re.M)
    assert {canonicalize_name(one) for one in pinned} == names


def fits(tag: Tag, python: str, ends: tuple[str, ...]) -> bool:
    cp = f"cp{python.replace('.', '')}"
    interpreter = tag.interpreter.startswith("py") or tag.interpreter == cp or tag.abi == "abi3"
    return interpreter and (tag.platform == "any" or tag.platform in ends)


def test_a_bundle_is_legal_on_windows(small: Path) -> None:
    check_for_windows(small)


def test_a_bundle_is_whole(small: Path) -> None:
    check_whole(small, "3.12", bundle.PLATFORMS["win_amd64"].pip)


def test_the_start_script_installs_by_hash_and_from_the_folder_alone(small: Path) -> None:
    script = read(small)["启动人才地图.cmd"].decode()
    assert "--no-index --find-links wheels --require-hashes -r requirements.txt" in script
    assert r"%LOCALAPPDATA%\geomap\1.2-py3.12" in script
    assert "-m geomap serve --open %*" in script
    assert "py -3.12 -m venv" in script


def test_a_script_that_is_double_clicked_names_only_files_that_are_there(small: Path) -> None:
    files = read(small)
    named = re.findall(r"text\\([\w-]+\.txt)", files["启动人才地图.cmd"].decode())
    assert len(named) == 3
    assert all(f"text/{name}" in files for name in named)


def test_the_readme_says_how_to_start_and_to_uninstall_in_chinese(small: Path) -> None:
    text = read(small)["说明.txt"].decode("utf-8-sig")
    assert "双击“启动人才地图.cmd”" in text
    assert "卸载" in text
    assert r"删去文件夹 %LOCALAPPDATA%\geomap" in text


@pytest.mark.registry
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("name", ["win_amd64", "manylinux_aarch64", "macosx_arm64"])
def test_everything_has_a_wheel_for_the_systems_of_the_users(name: str, python: str) -> None:
    extras = [
        *tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "optional-dependencies"
        ]
    ]
    pins = bundle.resolve(bundle.PLATFORMS[name], python, [one for one in extras if one != "dev"])
    asked = dict(re.findall(r"^([\w.-]+)==(\S+)", pins, re.M))
    constraints = dict(
        re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text("utf-8"), re.M)
    )
    same = {canonicalize_name(one): version for one, version in constraints.items()}
    assert len(asked) > 30
    assert {one: same.get(canonicalize_name(one)) for one in asked} == asked


@pytest.mark.registry
def test_the_bundle_for_windows_is_whole_and_legal(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "scripts" / "bundle.py", "win_amd64", "--out", tmp_path]
    subprocess.run([str(part) for part in command], check=True)
    (made,) = tmp_path.glob("*.zip")
    check_for_windows(made)
    check_whole(made, "3.12", bundle.PLATFORMS["win_amd64"].pip)


@pytest.mark.registry
@pytest.mark.skipif(sys.platform != "linux", reason="starts the bundle of this system")
def test_the_bundle_for_this_system_installs_without_an_index(tmp_path: Path) -> None:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    script = [sys.executable, str(ROOT / "scripts" / "bundle.py"), "manylinux_x86_64"]
    subprocess.run([*script, "--python", python, "--out", str(tmp_path)], check=True)
    (made,) = tmp_path.glob("*.zip")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(tmp_path)
    env = {"HOME": str(tmp_path / "home"), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    start = ["sh", str(tmp_path / made.stem / "启动人才地图.sh"), "--help"]
    done = subprocess.run(start, env=env, check=True, capture_output=True, encoding="utf-8")
    assert "启动网页服务" in done.stdout
    assert (tmp_path / "home/.local/share/geomap").is_dir()
