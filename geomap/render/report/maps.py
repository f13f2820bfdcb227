"""The maps of a report as images, each drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.render.office.blocks import FigureBlock, Report
from geomap.render.sheets.draw import draw_figure
from geomap.render.sheets.paper import Sheet
from geomap.views.maps.slices import Drawing
from geomap.views.maps.view import map_view

if TYPE_CHECKING:
    from geomap.atlas import Atlas

DPI = {"half": 220, "wide": 160}
"""Half a page is printed, a slide is projected: 160 dpi give 2,133 pixels across."""


def draw_figures(atlas: Atlas, report: Report, size: str) -> dict[int, bytes]:
    """Draw all maps of a report.

    Parameters
    ----------
    atlas : the one that the report was composed from
    size : a key of ``DPI``

    Returns
    -------
    PNG files by the number of the figure
    """
    images = {}
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, FigureBlock):
                images[block.number] = _drawn(atlas, report, block, size)
    return images


def _drawn(atlas: Atlas, report: Report, block: FigureBlock, size: str) -> bytes:
    how = Drawing(representation=block.representation)
    view = map_view(atlas, block.indicator, year=block.year, how=how)
    sheet = Sheet(size, report.lang, block.layers, report.maker, report.made)
    return draw_figure(atlas, view, "png", sheet, dpi=DPI[size])
