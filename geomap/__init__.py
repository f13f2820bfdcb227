"""geomap (人才地图): the talent map of a region, offline, with a source for every figure."""

__version__ = "0.1.0"
