"""What tests share: the toy world, a browser, independent checkers, and where the files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
