"""The master that slides are made on: the house's, emptied, or a plain one of 16:9 made here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geomap.errors import RequestError, Text
from geomap.render.office.styles import ACCENT
from geomap.render.office.word_xml import HAN, LATIN

_KEPT = ("Title Slide", "Section Header", "Title Only")
_WIDE, _HIGH = 12_192_000, 6_858_000
_INCH, _INSET = 914_400, 91_440


@dataclass(frozen=True, slots=True)
class SlideBox:
    """A place on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Deck:
    """A presentation without slides, its layouts for the cover, for sections and for the rest."""

    slides: Any
    cover: Any
    section: Any
    content: Any

    @property
    def room(self) -> SlideBox:
        """The place below the title and above the foot."""
        title = self.content.placeholders[0]
        for one in self.content.placeholders:
            if one.placeholder_format.type in (1, 3):
                title = one
        top = int(title.top + title.height + 0.1 * _INCH)
        foot = int(self.slides.slide_height * 0.945)
        # Text in a title stands so far within its frame; what stands below begins where it does.
        left, width = int(title.left) + _INSET, int(title.width) - 2 * _INSET
        return SlideBox(left, top, width, foot - top)

    @property
    def foot(self) -> SlideBox:
        """The line at the bottom."""
        room = self.room
        top = room.top + room.height
        high = int(self.slides.slide_height) - top
        return SlideBox(room.left, top, room.width, int(high * 0.8))


def built_in() -> Deck:
    """Make a plain master of 16:9: title above, white ground, one accent colour."""
    import pptx
    from pptx.oxml.ns import qn

    slides: Any = pptx.Presentation()
    slides.slide_width, slides.slide_height = _WIDE, _HIGH
    layouts = slides.slide_layouts
    for layout in list(layouts):
        if layout.name not in _KEPT:
            layouts.remove(layout)
    master = slides.slide_masters[0]
    _dress_theme(master)
    _dress_titles(master)
    for layout in layouts:
        for level in layout.element.iter(qn("a:lvl1pPr")):
            level.set("algn", "l")
    found = {layout.name: layout for layout in layouts}
    for name, places in _PLACES.items():
        _put_in_place(master if name == "master" else found[name], places)
    return Deck(slides, *(found[name] for name in _KEPT))


_FOOT = (13, 15, 16)
"""Slide number, footer and date: the foot is written by us."""
_TITLE = (0.55, 0.3, 12.23, 0.75)
# Inches: left, top, width, height; the keys are those of PP_PLACEHOLDER: 1 title, 2 body,
# 3 title of the cover, 4 subtitle.
_PLACES = {
    "master": {1: _TITLE, 2: (0.55, 1.25, 12.23, 5.5)},
    "Title Slide": {3: (0.9, 1.9, 11.5, 1.1), 4: (0.9, 3.0, 11.5, 0.7)},
    "Section Header": {1: (0.9, 2.3, 11.5, 0.9), 2: (0.9, 3.3, 11.5, 1.8)},
    "Title Only": {1: _TITLE},
}


def _put_in_place(layout: Any, places: Mapping[int, tuple[float, ...]]) -> None:
    for shape in layout.placeholders:
        kind = int(shape.placeholder_format.type)
        if kind in places:
            left, top, width, height = (int(one * _INCH) for one in places[kind])
            shape.left, shape.top, shape.width, shape.height = left, top, width, height
        elif kind in _FOOT:
            shape._element.getparent().remove(shape._element)


def _dress_theme(master: Any) -> None:
    """Set the faces and the accent of the theme, which all text and tables follow."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode("utf-8")
    text = re.sub(r'(<a:latin typeface=")[^"]*', rf"\g<1>{LATIN}", text)
    text = re.sub(r'(<a:ea typeface=")[^"]*', rf"\g<1>{HAN}", text)
    accent = f'<a:accent1><a:srgbClr val="{ACCENT.lstrip("#").upper()}"/></a:accent1>'
    text = re.sub(r"<a:accent1>.*?</a:accent1>", accent, text, flags=re.DOTALL)
    theme._blob = text.encode("utf-8")


def _dress_titles(master: Any) -> None:
    from pptx.oxml.ns import qn

    styles = master.element.find(qn("p:txStyles"))
    title = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    title.set("algn", "l")
    title.find(qn("a:defRPr")).set("sz", "2400")
    title.find(qn("a:defRPr")).set("b", "1")


def emptied(slides: Any, name: str) -> tuple[Deck, tuple[Text, ...]]:
    """Take the slides out of a house's template and choose among its layouts.

    Raises
    ------
    RequestError : no layout has a title
    """
    _without_slides(slides)
    layouts = [layout for master in slides.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if _kinds(layout) & {1, 3}]
    if not titled:
        raise RequestError(
            f"模板 {name} 没有带标题的版式，无法使用；请加“仅标题”版式",
            f"the template {name} has no layout with a title; add Title Only",
        )
    lacking = []
    content = min(titled, key=lambda one: (3 in _kinds(one), _others(one)))
    if _others(content) or 1 not in _kinds(content):
        lacking.append(Text("仅标题", "Title Only"))
    cover = next((one for one in titled if 3 in _kinds(one)), None)
    if cover is None:
        lacking.append(Text("标题幻灯片", "Title Slide"))
    section = next((one for one in titled if one.name in ("Section Header", "节标题")), content)
    deck = Deck(slides, cover or content, section, content)
    if not lacking:
        return deck, ()
    listed = "、".join(one.zh for one in lacking), ", ".join(one.en for one in lacking)
    told = Text(
        f"模板 {name} 缺少版式：{listed[0]}；已用“{content.name}”代替",
        f"the template {name} lacks the layouts {listed[1]}; {content.name} stands in",
    )
    return deck, (told,)


def _kinds(layout: Any) -> set[int]:
    return {int(one.placeholder_format.type) for one in layout.placeholders}


def _others(layout: Any) -> int:
    """Count the placeholders that a slide of ours would leave empty."""
    kinds = [int(one.placeholder_format.type) for one in layout.placeholders]
    return sum(kind not in (1, 3, *_FOOT) for kind in kinds)


def _without_slides(slides: Any) -> None:
    """Remove all slides, and what names them: sections and custom shows."""
    from pptx.oxml.ns import qn

    root = slides.part._element
    listed = root.find(qn("p:sldIdLst"))
    for one in list(listed if listed is not None else ()):
        slides.part.drop_rel(one.get(qn("r:id")))
        listed.remove(one)
    for tag in ("p:extLst", "p:custShowLst"):
        for found in root.findall(qn(tag)):
            root.remove(found)
