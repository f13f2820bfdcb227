"""What a notebook needs: a release, a map that shows itself, its image and data, a siting study.

The functions of the commands and pages under one roof: the same words are asked, the same bytes
come back. Nothing is written to a disk here, so nothing is on record.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any

from geomap.atlas import Atlas
from geomap.disclosure.suppression import Threshold
from geomap.model.audience import Audience
from geomap.paths import shipped_data_dir
from geomap.release import editions
from geomap.release import open as releases
from geomap.render.data.export import export
from geomap.render.sheets.draw import draw_sheet
from geomap.render.sheets.kinds.one_map import view_of
from geomap.render.sheets.paper import Sheet
from geomap.render.sheets.subject import Subject
from geomap.siting import study as studies
from geomap.siting.inputs import build_inputs
from geomap.siting.settings import StudySettings
from geomap.views.maps.mapview import MapView


def open_release(
    directory: str | PathLike[str] | None = None,
    *,
    audience: Audience | str = Audience.INTERNAL,
    rules: Threshold | None = None,
) -> Atlas:
    """Open a release as an audience may see it.

    Parameters
    ----------
    directory : of the data; the release that comes with geomap when None
    audience : "internal", or "public": small counts are withheld
    rules : what is withheld and how well, for the public; the usual ones when None

    Raises
    ------
    ReleaseError : with every finding
    RequestError : there is no such audience, or something cannot be hidden
    """
    atlas = releases.open_release(Path(directory) if directory else shipped_data_dir())
    return editions.for_audience(atlas, audience, rules)


@dataclass(frozen=True)
class Map:
    """One map, which a notebook shows as its finished sheet.

    Parameters
    ----------
    atlas : the release
    subject : what is shown
    sheet : size, language, kinds of sites and imprint of its image
    """

    atlas: Atlas
    subject: Subject
    sheet: Sheet

    @property
    def view(self) -> MapView:
        """All that the map shows, as plain data: value, class, colour and document of each area."""
        return view_of(self.atlas, self.subject)

    def figure(self, kind: str = "png", *, dpi: int = 300, grey: bool = False) -> bytes:
        """Give the finished sheet: "png", "svg" or "pdf"; as ``geomap figure`` writes it."""
        return draw_sheet(self.atlas, self.subject, kind, self.sheet, dpi=dpi, grey=grey).content

    def export(self, format: str = "xlsx") -> bytes:  # noqa: A002
        """Give the data of the map: "csv", "xlsx", "geojson", … as ``geomap export`` does."""
        lang, layers = self.sheet.lang, self.sheet.layers
        return export(self.atlas, self.view, format, lang=lang, layers=layers)

    def _repr_html_(self) -> str:
        drawn = draw_sheet(self.atlas, self.subject, "svg", self.sheet)
        picture = b64encode(drawn.content).decode("ascii")
        source = f"data:image/svg+xml;base64,{picture}"
        return f'<img alt="{escape(drawn.title)}" src="{source}" style="max-width: 100%">'


def draw(
    atlas: Atlas,
    indicator: str,
    year: int | None = None,
    *,
    lang: str = "zh",
    layers: Iterable[str] = (),
    size: str = "a4",
    **asked: Any,
) -> Map:
    """Make a map of an indicator.

    Parameters
    ----------
    year : the latest that most areas have, when None
    lang : "zh" or "en"
    layers : kinds of sites that are drawn
    size : of the sheet, "a4" or another that ``geomap figure`` knows
    asked : any other field of ``Subject``: method, k, palette, since, …

    Raises
    ------
    NotFoundError : no such indicator, year, size or layer; names those there are
    RequestError : fields that do not go together
    """
    subject = Subject(indicator=indicator, year=year, **asked)
    made = Map(atlas, subject, Sheet(size=size, lang=lang, layers=tuple(layers)))
    _ = made.view, made.sheet.paper
    return made


def study(atlas: Atlas, **asked: Any) -> dict[str, Any]:
    """Work out a question of siting; give the JSON that ``geomap site`` and the page give.

    Parameters
    ----------
    asked : the settings of the study by name: kind, existing, candidates, model, sites, …

    Raises
    ------
    RequestError : a setting is unknown or does not fit; names the setting
    """
    settings = StudySettings.from_dict(asked)
    return studies.run_study(atlas, settings, build_inputs(atlas, settings)).as_dict()
