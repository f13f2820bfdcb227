"""The text of a siting study, for a 选址论证: blocks that a page, a document or a terminal shows.

In: an outcome, or its JSON. Out: headings, paragraphs, lists and tables in one language. Every
number stands in the outcome; nothing is worked out here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.numbers import counted, full
from geomap.siting.narrative_ranking import ranking_blocks, sureness_blocks
from geomap.siting.narrative_service import (
    lacking_blocks,
    service_blocks,
    site_tables,
    unplaced_lines,
    why_not_blocks,
)
from geomap.siting.solve.models import MODELS
from geomap.siting.study_proof import proof_sentence
from geomap.siting.study_writer import (
    StudyBlock,
    StudyWriter,
    heading_block,
    list_block,
    paragraph_block,
)

if TYPE_CHECKING:
    from geomap.siting.study import StudyOutcome


TITLES = {
    "cover": Text("现有点位服务水平", "Service of existing sites"),
    "allocate": Text("新增点位选址", "Siting of new sites"),
    "rank": Text("候选点适宜性排序", "Ranking of candidates"),
    "whatif": Text("点位调整前后对比", "Sites changed: before and after"),
}


def narrative(outcome: StudyOutcome | Mapping[str, Any], lang: str = "zh") -> list[StudyBlock]:
    """Write the text of a study.

    Parameters
    ----------
    outcome : or what its ``as_dict`` gave
    lang : "zh" or "en"

    Returns
    -------
    list of blocks: {kind: "heading" | "paragraph", text}, {kind: "list", items},
    {kind: "table", title, head, rows}; all plain text, to be escaped where it is shown
    """
    found = outcome if isinstance(outcome, Mapping) else outcome.as_dict()
    writer = StudyWriter(found, lang)
    blocks: list[StudyBlock] = []
    for part in (
        _question,
        _assumptions,
        _data,
        _method,
        _results,
        lacking_blocks,
        sureness_blocks,
        _origin,
    ):
        blocks += part(writer)
    return blocks


def study_title(outcome: StudyOutcome | Mapping[str, Any], lang: str = "zh") -> str:
    """Give the name of a study: the user's, else what kind it is."""
    found = outcome if isinstance(outcome, Mapping) else outcome.as_dict()
    words = TITLES[found["kind"]]
    return found["settings"]["name"] or words.in_(lang)


# --- parts ----------------------------------------------------------------------------------------


def _question(w: StudyWriter) -> Iterator[StudyBlock]:
    inputs, settings = w.found["inputs"], w.found["settings"]
    yield heading_block(w.say("一、问题", "1. Question"))
    count = w.say(
        f"需求点 {inputs['demands']} 个，合计权重 {w.number(inputs['weight'], 0)}；"
        f"现有点位 {inputs['existing']} 处，候选点 {inputs['candidates']} 处。",
        f"{inputs['demands']} demands with the weight {w.number(inputs['weight'], 0)}; "
        f"{counted(inputs['existing'], 'existing site')}, "
        f"{counted(inputs['candidates'], 'candidate')}.",
    )
    yield paragraph_block(count + _asked(w, settings))


def _asked(w: StudyWriter, settings: Mapping[str, Any]) -> str:
    if w.found["kind"] != "allocate":
        return ""
    parts = [w.of(MODELS[settings["model"]].short)]
    if settings["sites"] is not None:
        parts.append(w.say(f"新增 {settings['sites']} 处", counted(settings["sites"], "new site")))
    if settings["budget"] is not None:
        budget = full(settings["budget"])
        parts.append(w.say(f"预算 {budget}", f"budget {budget}"))
    if settings["radius"] is not None:
        parts.append(w.say("覆盖半径 ", "covering radius ") + w.within(settings["radius"]))
    if settings["fair"]:
        parts.append(w.say("先顾服务最差的地区", "the worst-served area first"))
    if settings["required_areas"]:
        listed = "、".join(settings["required_areas"])
        parts.append(w.say(f"须有点位的地区：{listed}", f"areas that must have one: {listed}"))
    return " " + w.say("模型：", "Model: ") + w.say("；", "; ").join(parts) + w.say("。", ".")


def _assumptions(w: StudyWriter) -> Iterator[StudyBlock]:
    yield heading_block(w.say("二、假定", "2. Assumptions"))
    yield list_block([w.of(one) for one in w.found["assumptions"]])


def _data(w: StudyWriter) -> Iterator[StudyBlock]:
    inputs = w.found["inputs"]
    yield heading_block(w.say("三、数据及其缺口", "3. Data and their gaps"))
    told = [w.of(one) for one in (*inputs["gaps"], *inputs["notices"])]
    if w.found["synthetic"]:
        told.insert(0, w.say("示例数据，非真实统计", "demonstration data, not real statistics"))
    if told:
        yield list_block(told)
    else:
        yield paragraph_block(w.say("未发现缺口。", "No gaps were found."))


def _method(w: StudyWriter) -> Iterator[StudyBlock]:
    method = w.found["method"]
    yield heading_block(w.say("四、方法", "4. Method"))
    text = w.of(method["text"])
    distance = w.of(w.found["distance"]["words"])
    text += w.say(f"。距离：{distance}。", f". Distance: {distance}.")
    if method["reference"]:
        text += w.say("文献：", " Reference: ") + method["reference"]
    yield paragraph_block(text)
    if w.found["kind"] == "allocate":
        yield paragraph_block(proof_sentence(w))


def _results(w: StudyWriter) -> Iterator[StudyBlock]:
    yield heading_block(w.say("五、结果", "5. Results"))
    told = [*map(w.of, w.found["notes"]), *unplaced_lines(w)]
    if told:
        yield list_block(told)
    if w.found["reasons"]:
        yield from why_not_blocks(w)
    yield from site_tables(w)
    if w.found["ranking"]:
        yield from ranking_blocks(w)
    yield from service_blocks(w)


def _origin(w: StudyWriter) -> Iterator[StudyBlock]:
    release = w.found["release"]
    yield paragraph_block(
        w.say(
            f"数据：{w.of(release['title'])}，版本 {release['id'][:12]}。{w.of(release['mark'])}",
            f"Data: {w.of(release['title'])}, release {release['id'][:12]}. "
            f"{w.of(release['mark'])}",
        )
    )


# --- a terminal -----------------------------------------------------------------------------------


def as_lines(outcome: StudyOutcome | Mapping[str, Any], lang: str = "zh") -> list[str]:
    """Write the text as lines for a terminal; cells of tables stand between tabs."""
    lines = [study_title(outcome, lang)]
    for block in narrative(outcome, lang):
        if block["kind"] == "heading":
            lines += ["", block["text"]]
        elif block["kind"] == "paragraph":
            lines.append(block["text"])
        elif block["kind"] == "list":
            lines += [f"- {item}" for item in block["items"]]
        else:
            lines += [block["title"], "\t".join(block["head"])]
            lines += ["\t".join(row) for row in block["rows"]]
    return lines
