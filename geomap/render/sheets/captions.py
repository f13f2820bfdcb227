"""What is written on a sheet: title, subtitle, values, sources, projection; in one language.

In: a ``MapView`` and its ``Atlas``. Out: texts without a line break. Nothing is said that the view
or the release does not hold; there is no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from geomap.errors import Text
from geomap.model.absence import absence_word
from geomap.model.catalog import Indicator, Kind, Source, Status
from geomap.model.wording import in_full, known, unit_of, unsure
from geomap.numbers import digits_of, full, written
from geomap.render.sheets.paper import Sheet
from geomap.views.maps.notes import beside

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.views.maps.mapview import AreaView, MapView

CAPTION_GAP = Text("　", " · ")
_NAMED = 3  # more indicators than these would not fit into a title
PROVISIONAL = "*"
CONFLICT = "†"
UNDECIDED_SHORT = Text("并列未定", "undecided")
DISPUTED = Text("各处记载不一致", "the documents disagree")
INDICATIVE = Text("界线仅供示意，不作划界依据", "Boundaries are indicative only")


def map_title(view: MapView, circles: MapView | None, sheet: Sheet) -> str:
    """Name the map; of two views both."""
    if sheet.title:
        return " ".join(sheet.title.split())
    first = sheet.say(view.title)
    if circles is None:
        return first
    name, both = sheet.say(view.indicator.name), sheet.say(Text("与", " and "))
    second = both + sheet.say(circles.indicator.name)
    if circles.year == view.year:
        # The year stands at the end of a title: both names go before it.
        return first.replace(name, name + second, 1)
    year = circles.year
    when = Text(f"（{year}年）", f", {year}") if year else Text("", "")
    return first + second + sheet.say(when)


def subtitle(atlas: Atlas, view: MapView, circles: MapView | None, sheet: Sheet) -> str:
    """Say unit, the city's own value, years and how new the documents are."""
    views = [view, *([circles] if circles else [])]
    said = [text for one in views for text in _about(atlas, one, sheet, named=len(views) > 1)]
    said += up_to(atlas, (id_ for one in views for id_ in one.sources), sheet)
    return sheet.say(CAPTION_GAP).join(said)


def map_description(view: MapView, under: str, sheet: Sheet) -> str:
    """Say in words what a map shows: for readers who do not see it."""
    values = [told_area(area, view.indicator, sheet) for area in view.areas[:60]]
    said = sheet.say(view.sentence).rstrip("。.")
    return sheet.say(Text("；", "; ")).join([*filter(None, [said, under]), *values])


def title_of_several(atlas: Atlas, views: Sequence[MapView], sheet: Sheet) -> str:
    """Name maps that stand side by side: the indicators, and from which year to which."""
    if sheet.title:
        return " ".join(sheet.title.split())
    city = atlas.areas[atlas.city]
    names = list(dict.fromkeys(sheet.say(view.indicator.name) for view in views))
    named = sheet.say(Text("、", ", ")).join(names)
    if len(names) > _NAMED:
        named = _together(atlas, views, len(names), sheet)
    years = sorted({view.year for view in views if view.year})
    span = "—".join(str(year) for year in dict.fromkeys([*years[:1], *years[-1:]]))
    when = Text(f"（{span}年）", f", {span.replace('—', '–')}") if span else Text("", "")
    return sheet.say(
        Text(f"{city.name_zh}{named}{when.zh}", f"{city.name_en or city.name_zh}: {named}{when.en}")
    )


def _together(atlas: Atlas, views: Sequence[MapView], count: int, sheet: Sheet) -> str:
    """Name many indicators as the parts of the one they are of; else say how many."""
    wholes = {view.indicator.part_of for view in views}
    whole = atlas.indicators.get(next(iter(wholes))) if len(wholes) == 1 else None
    if whole is None:
        return sheet.say(Text(f"{count} 个指标", f"{count} indicators"))
    return sheet.say(Text(f"{whole.name.zh}的组成", f"{whole.name.en} by part"))


def subtitle_of_several(atlas: Atlas, views: Sequence[MapView], sheet: Sheet) -> str:
    """Say the unit and how new the documents are."""
    unit = sheet.say(views[0].indicator.unit)
    said = [sheet.say(Text(f"单位：{unit}", f"Unit: {unit}"))] if unit else []
    said += up_to(atlas, (id_ for one in views for id_ in one.sources), sheet)
    return sheet.say(CAPTION_GAP).join(said)


def up_to(atlas: Atlas, sources: Iterable[str], sheet: Sheet) -> list[str]:
    """Say how new the documents of the figures are; nothing where there is none."""
    newest = atlas.newest(sources)
    said = Text(f"资料发布截至 {newest}", f"newest document: {newest}")
    return [sheet.say(said)] if newest else []


def _about(atlas: Atlas, view: MapView, sheet: Sheet, *, named: bool) -> list[str]:
    indicator, year = view.indicator, view.year
    unit, name = sheet.say(indicator.unit), sheet.say(indicator.name)
    said = []
    if named:
        when = f"，{year}年" if year else ""
        when_en = f", {year}" if year else ""
        said.append(f"{name}{sheet.say(Text(when, when_en))}")
    if unit:
        said.append(sheet.say(Text(f"单位：{unit}", f"Unit: {unit}")))
    if not named:
        said += _when(view, sheet)
    if view.city and (view.city.value is not None or view.city.others):
        value = saying(view.city, indicator, sheet)
        whole = atlas.areas[atlas.city]
        named_city = Text(f"全市 {value}", f"{whole.name_en or whole.name_zh} {value}")
        said.append(sheet.say(named_city))
    return said


def _when(view: MapView, sheet: Sheet) -> list[str]:
    if not view.year:
        return []
    goal = view.kind == Kind.TARGET.value
    zh = f"{'目标' if goal else '数据'}年份：{view.year}年"
    en = f"{'Target' if goal else 'Data'} of {view.year}"
    base = Text(f"（与{view.base_year}年比）", f", compared with {view.base_year}")
    if view.base_year:
        zh, en = zh + base.zh, en + base.en
    return [sheet.say(Text(zh, en))]


def saying(area: AreaView, indicator: Indicator, sheet: Sheet) -> str:
    """Write a value with its mark, the values side by side, or the word for what is missing."""
    if unsure(area):
        return sheet.say(known(area, indicator))
    if area.value is None:
        return beside(area.others) if area.others else sheet.say(absence_word(indicator, area))
    return sheet.say(known(area, indicator)) + _mark(area, sheet)


def _mark(area: AreaView, sheet: Sheet) -> str:
    """Give the signs after a value that is not plainly reported."""
    signs = PROVISIONAL if area.status == Status.PROVISIONAL.value else ""
    if area.conflict:
        signs += CONFLICT
    if area.status == Status.APPORTIONED.value:
        signs += sheet.say(Text("（估算）", " (est.)"))
    return signs


def told_area(area: AreaView, indicator: Indicator, sheet: Sheet) -> str:
    """Tell an area and its value in words: 东胜区：12.3 人（估算）."""
    name, unit = sheet.say(area.name), sheet.say(unit_of(area, indicator))
    if area.value is None and not unsure(area):
        said = sheet.say(absence_word(indicator, area))
        if area.others:
            said = f"{beside(area.others)} {unit}".rstrip()
            return sheet.say(
                Text(f"{name}：{said}（{UNDECIDED_SHORT.zh}）", f"{name}: {said} (undecided)")
            )
        return sheet.say(Text(f"{name}：{said}", f"{name}: {said}"))
    said = f"{sheet.say(in_full(area, indicator))} {unit}".rstrip()
    words = _standing(area, sheet)
    if not words:
        return sheet.say(Text(f"{name}：{said}", f"{name}: {said}"))
    return sheet.say(
        Text(f"{name}：{said}（{'，'.join(words)}）", f"{name}: {said} ({', '.join(words)})")
    )


def _standing(area: AreaView, sheet: Sheet) -> list[str]:
    plain = (Status.REPORTED.value, Status.DERIVED.value)
    words = [] if area.status in plain else [sheet.say(Status(area.status).label)]
    return [*words, sheet.say(DISPUTED)] if area.conflict else words


def round_number(value: float) -> str:
    """Write a round number of a legend in full."""
    return written(value, digits_of(value))


# --- the foot -------------------------------------------------------------------------------------


def source_line(atlas: Atlas, views: Iterable[MapView], sheet: Sheet) -> str:
    """Name the documents that the values come from, each once, with their numbers; "" for none."""
    return cited(atlas, (id_ for view in views for id_ in view.sources), sheet)


def cited(atlas: Atlas, ids: Iterable[str], sheet: Sheet) -> str:
    """Name documents, each once, with their numbers; "" for none."""
    once = dict.fromkeys(ids)
    if not once:
        return ""
    said = [_cited(atlas.sources[id_], sheet) for id_ in once]
    return sheet.say(Text("资料来源：", "Sources: ")) + sheet.say(Text("；", "; ")).join(said)


def _cited(source: Source, sheet: Sheet) -> str:
    title = sheet.say(source.named)
    if not source.number:
        return title
    return title + sheet.say(Text(f"（{source.number}）", f" ({source.number})"))


def projection(parameters: tuple[float, float, float], sheet: Sheet) -> str:
    """Name the projection with its meridian and parallels, and the datum."""
    meridian, south, north = parameters
    return sheet.say(
        Text(
            f"投影：阿尔伯斯等积圆锥，中央经线 {full(meridian)}°E，"
            f"标准纬线 {full(south)}°N、{full(north)}°N；CGCS2000",
            f"Projection: Albers equal-area conic, central meridian {full(meridian)}°E, standard "
            f"parallels {full(south)}°N and {full(north)}°N; CGCS2000",
        )
    )


def imprint(atlas: Atlas, sheet: Sheet) -> list[str]:
    """Say for whom it is, from which release, who made it and when; what is not known is left."""
    release = atlas.release[:12]
    said = [Text(f"数据版本：{release}", f"Release: {release}")] if release else []
    if sheet.maker:
        said.append(Text(f"制图：{sheet.maker}", f"Made by: {sheet.maker}"))
    if sheet.made:
        said.append(Text(f"日期：{sheet.made}", f"Date: {sheet.made}"))
    return [sheet.say(one) for one in (atlas.disclosure.note, *said)]


def remarks(views: Iterable[MapView], sheet: Sheet) -> list[str]:
    """Give what a reader must know: advice, notes on estimates, and whether the areas add up."""
    views = list(views)
    by_view = [
        [*([view.advice] if view.advice else []), *view.notes]
        + ([view.control.text] if view.control else [])
        for view in views
    ]
    common = set(by_view[0]).intersection(*by_view[1:])
    said = [
        text if text in common else _of(view, views, text)
        for view, texts in zip(views, by_view, strict=True)
        for text in texts
    ]
    return list(dict.fromkeys(sheet.say(one) for one in said))


def _of(view: MapView, views: Sequence[MapView], text: Text) -> Text:
    """Say which of several maps a text is about."""
    apart = apart_by(view, views)
    return Text(f"{apart.zh}：{text.zh}", f"{apart.en}: {text.en}") if apart.zh else text


def apart_by(view: MapView, views: Sequence[MapView]) -> Text:
    """Name a map by what sets it apart from the others: its year, its indicator, or both."""
    year = Text(f"{view.year}年", f"{view.year}") if view.year else Text("", "")
    if len({one.indicator.id for one in views}) == 1:
        return year
    name = view.indicator.name
    if len({one.year for one in views}) == 1 or not view.year:
        return name
    return Text(f"{name.zh}（{year.zh}）", f"{name.en}, {year.en}")


def empty(view: MapView, sheet: Sheet) -> str:
    """Say that no area has a value, and why; "" where some have."""
    if any(one.value is not None or one.others for one in view.areas):
        return ""
    words = Counter(absence_word(view.indicator, one) for one in view.areas)
    zh = "，".join(f"{word.zh} {count} 个" for word, count in words.items())
    en = ", ".join(f"{count} {word.en}" for word, count in words.items())
    return sheet.say(Text(f"没有可以画出的数：{zh}", f"No area has a value: {en}"))
