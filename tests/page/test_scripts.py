"""The pure part of the page's scripts, by ``node --test``: each ``*.test.mjs`` beside this file.

One alone: ``node --test tests/page/format.test.mjs``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.node import SCRIPTS, run_node

SUITES = sorted(Path(__file__).parent.glob("*.test.mjs"))
# They start a page, so they need one.
STARTERS = {"map/main", "siting/main", "screen/main", "frame/main"}


@pytest.mark.parametrize("suite", SUITES, ids=lambda one: one.name.partition(".")[0])
@pytest.mark.slow
def test_the_scripts_do_what_their_tests_say(suite: Path) -> None:
    told = run_node("--test", "--test-reporter=tap", str(suite))
    assert "# fail 0" in told
    assert "# pass 0" not in told


def test_every_module_can_be_had_without_a_page() -> None:
    names = {path.relative_to(SCRIPTS).with_suffix("").as_posix() for path in SCRIPTS.rglob("*.js")}
    assert names > STARTERS
    wanted = [(SCRIPTS / f"{name}.js").as_uri() for name in sorted(names - STARTERS)]
    run_node("--input-type=module", "-e", "\n".join(f"await import('{one}');" for one in wanted))
