"""The report of the toy world, composed once."""

from __future__ import annotations

import pytest

from geomap.atlas import Atlas
from geomap.render.office.blocks import Report
from geomap.render.report.compose import compose_report
from geomap.render.report.desk import Asked


@pytest.fixture(scope="session")
def composed(atlas: Atlas) -> Report:
    return compose_report(atlas, Asked(maker="市委人才办", made="2025-03-01"))
