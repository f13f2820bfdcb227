"""One map or chart for Word: the sentence, the picture, the caption, the documents."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from geomap.app import create_app
from geomap.atlas import Atlas
from geomap.render.report.snippet import word_snippet
from geomap.render.sheets.subject import Subject
from geomap.views.maps.view import map_view


def lines(content: bytes) -> list[tuple[str, str]]:
    word = docx.Document(io.BytesIO(content))
    return [(one.style.name, one.text) for one in word.paragraphs]  # type: ignore[union-attr]


def picture(content: bytes) -> Any:
    (shape,) = docx.Document(io.BytesIO(content)).inline_shapes
    return shape


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_map_comes_with_its_sentence_caption_documents_and_marks(atlas: Atlas, lang: str) -> None:
    made = word_snippet(atlas, Subject("population", year=2020), lang, ())
    view = map_view(atlas, "population", year=2020)
    sentence, drawn, caption, origin, standing = lines(made.content)
    assert sentence == ("Normal", view.sentence.in_(lang))
    assert drawn == ("geomap Picture", "")
    assert caption[0] == "Caption"
    assert caption[1].strip().endswith(view.title.in_(lang))
    assert origin[1].startswith({"zh": "资料来源：", "en": "Sources: "}[lang])
    assert all(atlas.sources[one].named.in_(lang) in origin[1] for one in view.sources)
    assert all(mark.in_(lang) in standing[1] for mark in view.marks)
    assert atlas.release[:16] in standing[1]
    assert (made.title, made.indicator, made.year) == (view.title.in_(lang), "population", 2020)


def test_the_picture_says_in_words_what_it_shows(atlas: Atlas) -> None:
    made = word_snippet(atlas, Subject("population", year=2020), "zh", ())
    told = picture(made.content)._inline.docPr.get("descr")
    assert told.startswith(f"{made.title}。")
    assert all(area.name_zh in told for area in atlas.parts)


def test_a_chart_has_its_own_sentence_and_its_table_in_words(atlas: Atlas) -> None:
    made = word_snippet(atlas, Subject("population", chart="line"), "zh", ())
    assert made.year is None
    said = "全市2020年 1,000 人。"
    assert lines(made.content)[0] == ("Normal", said)
    told = picture(made.content)._inline.docPr.get("descr")
    assert told == f"{made.title}。{said.rstrip('。')}；2020，1,000"


def test_the_same_asked_gives_the_same_bytes(atlas: Atlas) -> None:
    first, again = (word_snippet(atlas, Subject("population"), "zh", ()) for _ in range(2))
    assert first == again


def test_the_server_gives_it_under_the_parameters_of_the_page(atlas: Atlas) -> None:
    client = create_app(atlas).test_client()
    answer = client.get("/snippet.docx?indicator=population&year=2020&as=fill&layers=")
    assert answer.status_code == 200
    assert answer.mimetype.endswith("wordprocessingml.document")
    assert lines(answer.data)[0][0] == "Normal"


@pytest.mark.parametrize(
    ("query", "status"),
    [("indicator=gone", 404), ("", 400), ("indicator=population&years=all", 400),
     ("indicator=population&embed=locked", 400), ("indicator=population&layers=x", 404)],
)  # fmt: skip
def test_what_it_cannot_hold_is_refused(atlas: Atlas, query: str, status: int) -> None:
    assert create_app(atlas).test_client().get(f"/snippet.docx?{query}").status_code == status
