"""A directory with tables of places and a toy release, where siting commands are run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from geomap.cli import main

DEMAND = "id,name,area,lon,lat,weight\n"
# Three along the parallel 39.5, one degree apart, in the three districts of the toy world.
D = DEMAND + "d1,一,,109.5,39.5,10\nd2,二,,110.5,39.5,20\nd3,三,,111.5,39.5,30\n"
C = "id,lon,lat\nc1,109.5,39.5\nc2,110.5,39.5\nc3,111.5,39.5\n"


class Desk:
    """A directory with tables and a toy release; runs commands there."""

    def __init__(self, home: Path, data: Path) -> None:
        self.home = home
        self.data = data

    def put(self, name: str, text: str | bytes) -> Path:
        path = self.home / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def run(self, kind: str, *words: object) -> Result:
        given = ["site", kind, *map(str, words), "--data", str(self.data)]
        return CliRunner().invoke(main, given)

    def allocate(self, *words: object, demand: str = D, candidates: str = C) -> dict[str, Any]:
        result = self.try_allocate(*words, demand=demand, candidates=candidates)
        assert result.exit_code == 0, result.stderr
        told: dict[str, Any] = json.loads(result.stdout)
        return told

    def try_allocate(self, *words: object, demand: str = D, candidates: str = C) -> Result:
        tables = ("--demand", self.put("D.csv", demand))
        tables += ("--candidates", self.put("C.csv", candidates))
        return self.run("allocate", *tables, *words, "--json")
