"""What stands at the head of each page leads somewhere, and every page of a blueprint is there."""

from __future__ import annotations

import re

import pytest

from geomap.app import NAVIGATION, create_app
from geomap.atlas import Atlas
from geomap.language import LANGUAGES, strings


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_but_the_wall_leads_to_all_others_in_a_language(atlas: Atlas, lang: str) -> None:
    client, words = create_app(atlas).test_client(), strings(lang)["page"]
    for here in NAVIGATION:
        answer = client.get(here, query_string={"lang": lang})
        assert answer.status_code == 200, here
        if here == "/screen":  # a wall shows nothing to click
            continue
        for path, word in NAVIGATION.items():
            # Some lead back to what was left there (js/shared/trail.js).
            mark = ' aria-current="page"' if path == here else ""
            link = rf'<a href="{re.escape(path)}\?lang={lang}"( data-back)?{mark}>{words[word]}</a>'
            assert re.search(link, answer.text), path
