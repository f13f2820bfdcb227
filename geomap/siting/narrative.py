"""The text of a siting study, for a 选址论证: blocks that a page, a document or a terminal shows.

In: an outcome, or its JSON. Out: sections of paragraphs, lists and tables in one language. Every
number stands in the outcome; nothing is worked out here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.numbers import counted, full
from geomap.render.office.blocks import (
    Block,
    Bullets,
    Paragraph,
    Report,
    Section,
    TableBlock,
)
from geomap.siting.narrative_ranking import ranking_blocks, sureness_section
from geomap.siting.narrative_service import (
    lacking_section,
    service_blocks,
    site_tables,
    unplaced_lines,
    why_not_blocks,
)
from geomap.siting.solve.models import MODELS
from geomap.siting.study_proof import proof_sentence
from geomap.siting.study_writer import Answered, StudyWriter

if TYPE_CHECKING:
    from geomap.siting.study import StudyOutcome


TITLES = {
    "cover": Text("现有点位服务水平", "Service of existing sites"),
    "allocate": Text("新增点位选址", "Siting of new sites"),
    "rank": Text("候选点适宜性排序", "Ranking of candidates"),
    "whatif": Text("点位调整前后对比", "Sites changed: before and after"),
}


def narrative(outcome: StudyOutcome | Answered, lang: str = "zh") -> tuple[Section, ...]:
    """Write the text of a study.

    Parameters
    ----------
    outcome : or what its ``as_dict`` gave
    lang : "zh" or "en"
    """
    found = outcome if isinstance(outcome, Mapping) else outcome.as_dict()
    writer = StudyWriter(found, lang)
    parts = [part(writer) for part in (_question, _assumptions, _data, _method, _results)]
    if found["kind"] != "rank":
        parts.append(lacking_section(writer))
    if found["ranking"]:
        parts.append(sureness_section(writer))
    last = parts.pop()
    return *parts, replace(last, blocks=(*last.blocks, _origin(writer)))


def study_report(found: Answered, lang: str, marks: Sequence[str]) -> Report:
    """Give a study as a document.

    Parameters
    ----------
    marks : what every page bears
    """
    title = study_title(found, lang)
    return Report(title, "", (), tuple(marks), lang, narrative(found, lang), cover=False)


def study_title(outcome: StudyOutcome | Answered, lang: str = "zh") -> str:
    """Give the name of a study: the user's, else what kind it is."""
    found = outcome if isinstance(outcome, Mapping) else outcome.as_dict()
    words = TITLES[found["kind"]]
    return found["settings"]["name"] or words.in_(lang)


# --- parts ----------------------------------------------------------------------------------------


def _question(w: StudyWriter) -> Section:
    inputs, settings = w.found["inputs"], w.found["settings"]
    count = w.say(
        f"需求点 {inputs['demands']} 个，合计权重 {w.number(inputs['weight'], 0)}；"
        f"现有点位 {inputs['existing']} 处，候选点 {inputs['candidates']} 处。",
        f"{inputs['demands']} demands with the weight {w.number(inputs['weight'], 0)}; "
        f"{counted(inputs['existing'], 'existing site')}, "
        f"{counted(inputs['candidates'], 'candidate')}.",
    )
    told = Paragraph(count + _asked(w, settings))
    return Section(w.say("一、问题", "1. Question"), 1, (told,))


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


def _assumptions(w: StudyWriter) -> Section:
    told = Bullets(tuple(w.of(one) for one in w.found["assumptions"]))
    return Section(w.say("二、假定", "2. Assumptions"), 1, (told,))


def _data(w: StudyWriter) -> Section:
    inputs = w.found["inputs"]
    told = [w.of(one) for one in (*inputs["gaps"], *inputs["notices"])]
    if w.found["synthetic"]:
        told.insert(0, w.say("示例数据，非真实统计", "demonstration data, not real statistics"))
    none = Paragraph(w.say("未发现缺口。", "No gaps were found."))
    title = w.say("三、数据及其缺口", "3. Data and their gaps")
    return Section(title, 1, (Bullets(tuple(told)) if told else none,))


def _method(w: StudyWriter) -> Section:
    method = w.found["method"]
    text = w.of(method["text"])
    distance = w.of(w.found["distance"]["words"])
    text += w.say(f"。距离：{distance}。", f". Distance: {distance}.")
    if method["reference"]:
        text += w.say("文献：", " Reference: ") + method["reference"]
    proof = [Paragraph(proof_sentence(w))] if w.found["kind"] == "allocate" else []
    return Section(w.say("四、方法", "4. Method"), 1, (Paragraph(text), *proof))


def _results(w: StudyWriter) -> Section:
    return Section(w.say("五、结果", "5. Results"), 1, tuple(_result_blocks(w)))


def _result_blocks(w: StudyWriter) -> Iterator[Block]:
    told = [*map(w.of, w.found["notes"]), *unplaced_lines(w)]
    if told:
        yield Bullets(tuple(told))
    if w.found["reasons"]:
        yield from why_not_blocks(w)
    yield from site_tables(w)
    if w.found["ranking"]:
        yield from ranking_blocks(w)
    yield from service_blocks(w)


def _origin(w: StudyWriter) -> Paragraph:
    release = w.found["release"]
    return Paragraph(
        w.say(
            f"数据：{w.of(release['title'])}，版本 {release['id'][:12]}。{w.of(release['mark'])}",
            f"Data: {w.of(release['title'])}, release {release['id'][:12]}. "
            f"{w.of(release['mark'])}",
        )
    )


# --- a terminal -----------------------------------------------------------------------------------


def as_lines(outcome: StudyOutcome | Answered, lang: str = "zh") -> list[str]:
    """Write the text as lines for a terminal; cells of tables stand between tabs."""
    lines = [study_title(outcome, lang)]
    for section in narrative(outcome, lang):
        lines += ["", section.title]
        for block in section.blocks:
            lines += _block_lines(block)
    return lines


def _block_lines(block: Block) -> list[str]:
    if isinstance(block, Bullets):
        return [f"- {item}" for item in block.items]
    if isinstance(block, TableBlock):
        heads = [one.head for one in block.columns]
        rows = ["\t".join(cell.text for cell in row) for row in (heads, *block.rows)]
        return [block.caption, *rows]
    return [block.text] if isinstance(block, Paragraph) else []
