"""The three ways to make the same page: ours, stock folium, and GeoDataFrame.explore."""

from __future__ import annotations

import re

import folium
from worlds import World, atlas_of

from geomap.webmap import page as webmap


class Ours:
    """The page of the server, with everything that it loads."""

    name = "geomap"
    # Set by our own script when the first map is painted.
    ready = "() => performance.getEntriesByName('geomap-usable').length > 0"
    # Choose the indicator that comes next in the tree; the measures are of our own script.
    switch = """async (turn) => {
        const picks = [...document.querySelectorAll('#tree button')];
        const button = picks[turn % picks.length];
        performance.clearMeasures();
        const start = performance.now();
        button.click();
        for (let wait = 0; wait < 1000; wait += 1) {
            if (performance.getEntriesByName('geomap-switch').length) break;
            await Promise.resolve();
        }
        document.body.getBoundingClientRect();
        const whole = performance.now() - start;
        const paint = performance.getEntriesByName('geomap-repaint')[0].duration;
        return { paint, whole };
    }"""

    def __init__(self, world: World) -> None:
        self.atlas = atlas_of(world)

    def build(self) -> str:
        """Give the page that stands alone: it has all that the others have, and its sources."""
        return webmap.standalone(self.atlas, next(iter(self.atlas.indicators)))

    def served(self) -> dict[str, bytes]:
        """Give what the server gives for its page: ``/page`` and all that it loads, by path."""
        from geomap.app import create_app

        client = create_app(self.atlas).test_client()
        page = client.get("/").text
        parts = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|svg)[^"]*)"', page)
        script = next(one for one in parts if one.endswith("/geomap.js"))
        parts += [script.replace("geomap.js", "desk.js"), "/rest.zh.json"]
        return {"/page": page.encode()} | {part: client.get(part).data for part in parts}


class Stock:
    """What the two stock ways share: one layer an indicator, chosen in a LayerControl."""

    name = ""
    ready = "() => document.querySelectorAll('path.leaflet-interactive').length >= COUNT"
    # Leave one indicator and show the next: two clicks in the control.
    switch = """async (turn) => {
        const boxes = [...document.querySelectorAll('.leaflet-control-layers-selector')];
        const leave = boxes[(turn - 1) % boxes.length], enter = boxes[turn % boxes.length];
        const start = performance.now();
        leave.click();
        enter.click();
        const paint = performance.now() - start;
        document.body.getBoundingClientRect();
        return { paint, whole: performance.now() - start };
    }"""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ready = self.ready.replace("COUNT", str(len(world.table)))

    def _map(self) -> folium.Map:
        west, south, east, north = self.world.table.total_bounds
        chart = folium.Map([(south + north) / 2, (west + east) / 2], tiles=None)
        chart.fit_bounds([(south, west), (north, east)])
        return chart


class Choropleth(Stock):
    """``folium.Choropleth``, one layer an indicator."""

    name = "folium.Choropleth"

    def build(self) -> str:
        """Give the page."""
        chart, table = self._map(), self.world.table
        for place, indicator in enumerate(self.world.indicators):
            folium.Choropleth(
                geo_data=table[["code", "name", "geometry"]],
                data=table,
                columns=["code", indicator],
                key_on="feature.properties.code",
                fill_color="YlGnBu",
                name=indicator,
                show=place == 0,
            ).add_to(chart)
        folium.LayerControl(collapsed=False).add_to(chart)
        return str(chart.get_root().render())


class Explore(Stock):
    """``GeoDataFrame.explore``, one call an indicator."""

    name = "GeoDataFrame.explore"

    def build(self) -> str:
        """Give the page."""
        chart = self._map()
        for place, indicator in enumerate(self.world.indicators):
            table = self.world.table[["code", "name", indicator, "geometry"]]
            table.explore(
                indicator, m=chart, cmap="YlGnBu", scheme=None, name=indicator, show=place == 0
            )
        folium.LayerControl(collapsed=False).add_to(chart)
        return str(chart.get_root().render())
