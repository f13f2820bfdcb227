"""The report of the shipped release in a real office program: it opens whole, page by page."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pptx
import pytest
from pypdf import PdfReader

from geomap.atlas import Atlas
from geomap.release.editions import for_audience
from geomap.render.office.blocks import FigureBlock, Report, TableBlock
from geomap.render.report.compose import compose_report
from geomap.render.report.pack import report_pack

pytestmark = pytest.mark.office
PATIENCE_S = 300


@pytest.fixture(scope="module")
def shipped(published_release: Atlas) -> Atlas:
    return for_audience(published_release, "public")


@pytest.fixture(scope="module")
def composed(shipped: Atlas) -> Report:
    return compose_report(shipped)


@pytest.fixture(scope="module")
def folder(shipped: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write both reports and have LibreOffice make a PDF of each."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip(
            "没有 LibreOffice，略过 / there is no LibreOffice: sh scripts/office.sh --install"
        )
    made = tmp_path_factory.mktemp("office")
    for kind in ("docx", "pptx"):
        (made / f"{kind}.{kind}").write_bytes(report_pack(shipped, kind).content)
    profile = f"-env:UserInstallation={(made / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(made)]
    files = [str(made / f"{kind}.{kind}") for kind in ("docx", "pptx")]
    subprocess.run([*command, *files], check=True, timeout=PATIENCE_S, capture_output=True)
    return made


@pytest.fixture(scope="module")
def printed(folder: Path) -> list[str]:
    """Give the text of each page of the Word file, read once."""
    return pages(folder / "docx.pdf")


def pages(path: Path) -> list[str]:
    """Give the text of each page without white space, which a renderer sets as it likes."""
    return ["".join(page.extract_text().split()) for page in PdfReader(path).pages]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_heading_and_caption_is_on_a_page(printed: list[str], composed: Report) -> None:
    text = "".join(printed)
    for section in composed.sections:
        assert squeezed(section.title) in text
        for block in section.blocks:
            if isinstance(block, FigureBlock | TableBlock):
                label = "图" if isinstance(block, FigureBlock) else "表"
                assert squeezed(f"{label}{block.number}{block.caption}") in text


def test_no_field_of_the_document_is_broken(printed: list[str]) -> None:
    text = "".join(printed)
    assert re.findall("错误！|Error!|找不到引用源", text) == []
    assert f"/{len(printed)}" in text  # NUMPAGES, counted by the program


def test_the_contents_name_the_page_that_each_heading_is_on(
    printed: list[str], composed: Report
) -> None:
    listed = printed[1]
    for section in (one for one in composed.sections if one.level == 1):
        at = re.search(rf"{re.escape(squeezed(section.title))}\.*(\d+)", listed)
        assert at, section.title
        assert squeezed(section.title) in printed[int(at[1]) - 1][:200]


def test_each_area_begins_a_page(printed: list[str], shipped: Atlas) -> None:
    tops = [page for page in printed if "：主要指标" in page]
    for area in shipped.parts:
        (own,) = [page for page in tops if f"{area.name_zh}：主要指标" in page]
        assert own.index(area.name_zh) < own.index("：主要指标")


def test_every_slide_is_a_page_of_its_own_with_its_title(folder: Path) -> None:
    slides = pptx.Presentation(io.BytesIO((folder / "pptx.pptx").read_bytes())).slides
    texts = pages(folder / "pptx.pdf")
    assert len(texts) == len(slides)
    for slide, text in zip(slides, texts, strict=True):
        assert squeezed(slide.shapes.title.text) in text


def test_the_pictures_are_in_the_pages(folder: Path, composed: Report) -> None:
    figures = [b for one in composed.sections for b in one.blocks if isinstance(b, FigureBlock)]
    for kind in ("docx", "pptx"):
        # Counted, not unpacked: `len` decodes no picture.
        images = sum(len(page.images) for page in PdfReader(folder / f"{kind}.pdf").pages)
        assert images >= len(figures) > 2
