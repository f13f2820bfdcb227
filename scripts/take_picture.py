"""Take the picture of the README anew from the running product.

1920 × 1080, the density of population in 2020. Needs Chromium; set ``GEOMAP_CHROMIUM`` for another.
"""

from __future__ import annotations

import io
import os
import shutil
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from geomap.app import create_app
from geomap.paths import shipped_data_dir

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "map.png"
COLOURS = 128


def take(address: str) -> Image.Image:
    """Show the map in Chromium and give what is seen."""
    path = os.environ.get("GEOMAP_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        page.goto(f"{address}/?indicator=population_density&year=2020")
        page.wait_for_function("performance.getEntriesByName('geomap-ready').length > 0")
        page.wait_for_timeout(500)
        seen = page.screenshot()
        browser.close()
    return Image.open(io.BytesIO(seen)).convert("RGB")


def main() -> None:
    """Serve the shipped release and write the picture, with few colours, for it is looked at."""
    server = make_server("127.0.0.1", 0, create_app(shipped_data_dir()), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        picture = take(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
    method, dither = Image.Quantize.MEDIANCUT, Image.Dither.NONE
    picture.quantize(COLOURS, method=method, dither=dither).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
