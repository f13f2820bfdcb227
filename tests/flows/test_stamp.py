"""No file says that it is public and that it must not be published: every export is opened."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from pypdf import PdfReader

from geomap.app import create_app
from geomap.cli import main
from geomap.release.open import open_release
from tests.support.toy import write_toy

MAP = "indicator=density&year=2020"
PAGES = ("/", "/progress", "/screen", "/siting")
UNSTAMPED = ("/conflicts", "/sources", "/report")  # pages without a map
FILES = (
    *(f"/figure.{kind}?{MAP}" for kind in ("svg", "pdf")),
    *(f"/export.{kind}?{MAP}" for kind in ("xlsx", "csv", "geojson", "topojson")),
    f"/map.html?{MAP}",
    "/figure.pdf?progress=city",
    "/progress.xlsx",
    "/progress.docx",
    "/report.docx",
    "/report.pptx",
)
BOTH = re.compile(
    # 不得公开 is the stamp, 不予公开 the word for a withheld number, 无公开数 that for one which
    # nobody has published, and none says "public".
    r"(?<!不得)(?<!不予)(?<!无)公开(?!号)|受众|"
    r"\b[Ff]or:? (?:the )?public\b|[Aa]udience\W{1,4}public\b"
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy(tmp_path_factory.mktemp("stamp"))


@pytest.fixture(scope="module")
def client(release: Path) -> FlaskClient:
    return create_app(open_release(release)).test_client()


def said(content: bytes) -> str:
    """Give what a file says, whatever its format: tags taken out, machine ids left."""
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        return "\n".join(html.unescape(re.sub(r"<[^>]+>", "", part)) for part in parts)
    text = content.decode("utf-8-sig")
    if text.lstrip().startswith("{"):  # an id is for programs; what people read stands beside it
        text = json.dumps(json.loads(text), ensure_ascii=False).replace('"id": "public"', "")
    return text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", [*FILES, *PAGES, *UNSTAMPED])
@pytest.mark.slow
def test_what_must_not_be_published_is_nowhere_called_public(
    client: FlaskClient, path: str, lang: str
) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200
    text = " ".join(said(answer.data).split())
    stamp = "内部工作用图" if lang == "zh" else "Internal working map"
    assert path in UNSTAMPED or stamp.replace(" ", "") in text.replace(" ", "")
    assert not BOTH.search(text)


@pytest.mark.parametrize(("audience", "word"), [("public", "小数已保护"), ("internal", "内部全数")])
@pytest.mark.slow
def test_a_file_says_which_figures_it_holds(client: FlaskClient, audience: str, word: str) -> None:
    for path in (f"/export.xlsx?{MAP}", "/progress.docx?lang=zh", "/report.docx?lang=zh"):
        assert word in said(client.get(f"{path}&audience={audience}").data)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "geojson", "json"])
def test_files_of_siting_do_not_say_both_either(release: Path, tmp_path: Path, kind: str) -> None:
    made = tmp_path / f"out.{kind}"
    asked = ["site", "allocate", "--candidates", "sites:base", "--sites", "1", "--data", release]
    result = CliRunner().invoke(main, [str(one) for one in (*asked, "-o", made)])
    assert result.exit_code == 0, result.stderr
    text = said(made.read_bytes())
    assert "不得公开" in text
    assert not BOTH.search(text)
    assert "小数已保护" in text


@pytest.mark.parametrize("command", ["figure", "map", "export", "report", "atlas", "site allocate"])
def test_the_help_offers_protected_or_all_figures(command: str) -> None:
    told = CliRunner().invoke(main, [*command.split(), "--help"]).output
    told = "".join(told.split())
    assert "小数已保护" in told
    assert "内部全数" in told
