"""The scripts of the page in Node, without a browser: what they work out from what they are given.

Node comes with playwright, so nothing more is installed and every machine runs the same version.
The modules run as they are served. What needs a page is tested in ``tests/browser``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import playwright
import pytest

from geomap.paths import web_dir

SCRIPTS = web_dir() / "static" / "js"
LONGEST_S = 120


@cache
def node() -> str:
    """Find the program; a test that needs it fails where there is none."""
    bundled = Path(playwright.__file__).parent / "driver"
    found = shutil.which("node", path=str(bundled)) or shutil.which("node")
    if found is None:
        pytest.fail("There is no Node: playwright brings it (pip install -e '.[dev]').")
    return found


def run_node(*words: str, given: str = "") -> str:
    """Run Node and give what it prints; what it says of a failure is that of the test."""
    done = subprocess.run(
        [node(), *words], input=given, capture_output=True, timeout=LONGEST_S,
        encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout


def in_node(modules: str, function: str, given: Any) -> Any:
    """Apply a function to what modules of the page export and to what is given.

    Parameters
    ----------
    modules : such as ``map/atlas shared/format``
    function : JavaScript, ``({ fixed }, given) => …``; what it gives, or promises, comes back
        as JSON
    """
    addresses = [(SCRIPTS / f"{name}.js").as_uri() for name in modules.split()]
    program = f"""
        import {{ readFileSync }} from 'node:fs';
        const all = await Promise.all({json.dumps(addresses)}.map((one) => import(one)));
        const given = JSON.parse(readFileSync(0, 'utf-8'));
        const answer = await ({function})(Object.assign({{}}, ...all), given);
        process.stdout.write(JSON.stringify(answer));
    """
    return json.loads(run_node("--input-type=module", "-e", program, given=json.dumps(given)))
