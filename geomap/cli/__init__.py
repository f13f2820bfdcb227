"""The command line: each command a thin layer over one function."""

from geomap.cli.commands import main

__all__ = ["main"]
