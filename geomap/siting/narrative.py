"""The text of a siting study, for a 选址论证: blocks that a page, a document or a terminal shows.

In: an outcome, or its JSON. Out: headings, paragraphs, lists and tables in one language. Every
number stands in the outcome; nothing is worked out here. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import TYPE_CHECKING, Any

from geomap.errors import Text
from geomap.numbers import counted, full, percent, to_step, written
from geomap.siting.solve.models import MODELS

if TYPE_CHECKING:
    from geomap.siting.study import StudyOutcome

StudyBlock = dict[str, Any]
_MOST_ROWS = 60
_NEAR = 1e-9

TITLES = {
    "cover": Text("现有点位服务水平", "Service of existing sites"),
    "allocate": Text("新增点位选址", "Siting of new sites"),
    "rank": Text("候选点适宜性排序", "Ranking of candidates"),
    "whatif": Text("点位调整前后对比", "Sites changed: before and after"),
}
STATUS_WORDS = {
    "optimal": Text("已证明为最优", "proven optimal"),
    "feasible": Text("可行，尚未证明最优", "feasible, not proven optimal"),
    "infeasible": Text("无可行方案", "infeasible"),
    "cancelled": Text("中途取消，为当时所得", "cancelled; the best by then"),
    "unknown": Text("没有找到方案，也没有证明不可能", "no answer found, none proven impossible"),
    "done": Text("已算出", "worked out"),
}


class _Writer:
    """Says things in one language, from the JSON of an outcome."""

    def __init__(self, found: Mapping[str, Any], lang: str) -> None:
        self.found = found
        self.lang = lang
        self.names = self._names()
        self.unit = {"km": Text("公里", "km"), "min": Text("分钟", "min")}[
            found["distance"]["unit"]
        ]

    def say(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def of(self, text: Any) -> str:
        if text is None:
            return ""
        if isinstance(text, Text):
            return self.say(*text)
        return str(text["en"] if self.lang == "en" else text["zh"])

    def number(self, value: float | None, digits: int = 1) -> str:
        return "—" if value is None else written(value, digits)

    def amount(self, value: float | None) -> str:
        """Write an amount of demand: whole where it is whole or large, small ones still seen."""
        if value is None:
            return "—"
        if value == round(value) or abs(value) >= 1000:
            return self.number(value, 0)
        return self.number(value, 2) if abs(value) >= 1 else full(value, digits=3)

    def share(self, value: float | None) -> str:
        return "—" if value is None else f"{percent(value)} %"

    def points(self, value: float) -> str:
        """Write the difference of two shares: in points, for per cent would be of the first."""
        return self.say(f"{percent(value)} 个百分点", f"{percent(value)} points")

    def far(self, value: float | None) -> str:
        if value is None:
            return self.say("到不了", "out of reach")
        return f"{written(value, 1)} {self.of(self.unit)}"

    def within(self, radius: float) -> str:
        return f"{full(radius)} {self.of(self.unit)}"

    def name(self, id_: str | None) -> str:
        return "—" if id_ is None else self.names.get(id_, id_)

    def area(self, code: str) -> str:
        names = self.found["areas"]
        return self.of(names[code]) if code in names else code or "—"

    def _names(self) -> dict[str, str]:
        kinds = ("existing", "chosen", "unplaced", "demands")
        lists = [self.found[kind] for kind in kinds]
        key = "name_en" if self.lang == "en" else "name"
        return {row["id"]: row.get(key, row["name"]) for listed in lists for row in listed}


def _heading(text: str) -> StudyBlock:
    return {"kind": "heading", "text": text}


def _paragraph(text: str) -> StudyBlock:
    return {"kind": "paragraph", "text": text}


def _list(items: list[str]) -> StudyBlock:
    return {"kind": "list", "items": items}


def _table(title: str, head: list[str], rows: list[list[str]]) -> StudyBlock:
    return {"kind": "table", "title": title, "head": head, "rows": rows}


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
    writer = _Writer(found, lang)
    blocks: list[StudyBlock] = []
    for part in (_question, _assumptions, _data, _method, _results, _lacking, _sureness, _origin):
        blocks += part(writer)
    return blocks


def study_title(outcome: StudyOutcome | Mapping[str, Any], lang: str = "zh") -> str:
    """Give the name of a study: the user's, else what kind it is."""
    found = outcome if isinstance(outcome, Mapping) else outcome.as_dict()
    words = TITLES[found["kind"]]
    return found["settings"]["name"] or words.in_(lang)


# --- parts ----------------------------------------------------------------------------------------


def _question(w: _Writer) -> Iterator[StudyBlock]:
    inputs, settings = w.found["inputs"], w.found["settings"]
    yield _heading(w.say("一、问题", "1. Question"))
    count = w.say(
        f"需求点 {inputs['demands']} 个，合计权重 {w.number(inputs['weight'], 0)}；"
        f"现有点位 {inputs['existing']} 处，候选点 {inputs['candidates']} 处。",
        f"{inputs['demands']} demands with the weight {w.number(inputs['weight'], 0)}; "
        f"{counted(inputs['existing'], 'existing site')}, "
        f"{counted(inputs['candidates'], 'candidate')}.",
    )
    yield _paragraph(count + _asked(w, settings))


def _asked(w: _Writer, settings: Mapping[str, Any]) -> str:
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


def _assumptions(w: _Writer) -> Iterator[StudyBlock]:
    yield _heading(w.say("二、假定", "2. Assumptions"))
    yield _list([w.of(one) for one in w.found["assumptions"]])


def _data(w: _Writer) -> Iterator[StudyBlock]:
    inputs = w.found["inputs"]
    yield _heading(w.say("三、数据及其缺口", "3. Data and their gaps"))
    told = [w.of(one) for one in (*inputs["gaps"], *inputs["notices"])]
    if w.found["synthetic"]:
        told.insert(0, w.say("示例数据，非真实统计", "demonstration data, not real statistics"))
    if told:
        yield _list(told)
    else:
        yield _paragraph(w.say("未发现缺口。", "No gaps were found."))


def _method(w: _Writer) -> Iterator[StudyBlock]:
    method = w.found["method"]
    yield _heading(w.say("四、方法", "4. Method"))
    text = w.of(method["text"])
    distance = w.of(w.found["distance"]["words"])
    text += w.say(f"。距离：{distance}。", f". Distance: {distance}.")
    if method["reference"]:
        text += w.say("文献：", " Reference: ") + method["reference"]
    yield _paragraph(text)
    if w.found["kind"] == "allocate":
        yield _paragraph(_proof(w))


def _proof(w: _Writer) -> str:
    found = w.found
    status = verdict(found, w.lang)
    seconds = written(found["seconds"], 2)
    if found["objective"] is None:
        return w.say(f"结果：{status}，用时 {seconds} 秒。", f"Result: {status}, {seconds} s.")
    words = w.of(found["objective_words"])
    covering = MODELS[found["settings"]["model"]].covers
    value, bound = found["objective"], found["bound"]
    zh, en = f"{words} {_figure(w, value, covering)}", f"{words} {_figure(w, value, covering)}"
    if MODELS[found["settings"]["model"]].weighs:
        mean = w.far(found["after"]["mean"])
        zh, en = f"{zh}（平均 {mean}）", f"{en} (mean {mean})"
    if bound is not None and bound != value:
        best = _figure(w, _away(bound, value, covering), covering)
        zh, en = f"{zh}，任何方案不会好过 {best}", f"{en}, no answer is better than {best}"
    zh, en = f"{zh}，用时 {seconds} 秒。", f"{en}, {seconds} s."
    return w.say(f"结果：{status}；{zh}", f"Result: {status}; {en}")


def _figure(w: _Writer, value: float, covering: bool) -> str:
    return w.amount(value) if covering else w.number(value, 2)


def _away(bound: float, value: float, covering: bool) -> float:
    """Round a bound as it will be printed, never towards the value: it has to hold as printed."""
    digits = 0 if covering and abs(bound) >= 1000 else 2
    return to_step(bound, digits, ROUND_CEILING if bound > value else ROUND_FLOOR)


def verdict(found: Mapping[str, Any], lang: str = "zh") -> str:
    """Say what an answer is worth; how far it may be from the best where that is not proven."""
    words = STATUS_WORDS[found["status"]]
    said = words.in_(lang)
    gaps = [found["gap"], *([_worst_gap(*found["worst"])] if found["worst"] else [])]
    if found["status"] not in ("feasible", "cancelled") or None in gaps:
        return said
    most = upward(max(gaps))
    near = f"within {most} of the best" if lang == "en" else f"与最优相差不到 {most}"
    if found["status"] == "feasible":
        return near
    return f"{said}, {near}" if lang == "en" else f"{said}，{near}"


def _worst_gap(value: float, bound: float) -> float | None:
    if value == bound:
        return 0.0
    return abs(value - bound) / abs(value) if value else None


def upward(gap: float) -> str:
    """Write a gap as a percentage of two figures, rounded up."""
    if not gap:
        return "0 %"
    digits = 1 - math.floor(math.log10(gap * 100))
    return f"{full(to_step(gap * 100, digits, ROUND_CEILING))} %"


def _results(w: _Writer) -> Iterator[StudyBlock]:
    yield _heading(w.say("五、结果", "5. Results"))
    told = [*map(w.of, w.found["notes"]), *_unplaced(w)]
    if told:
        yield _list(told)
    if w.found["reasons"]:
        yield from _why_not(w)
    if w.found["chosen"]:
        yield _chosen(w)
    if w.found["shares"]:
        yield _shares(w)
    if _has_loads(w) and w.found["existing"]:
        yield _existing(w)
    if w.found["ranking"]:
        yield from _ranking(w)
    if w.found["after"]:
        yield _service(w)
        yield _areas(w)
        if w.found["kind"] == "cover":
            yield _nearest(w)
    if w.found["access"]:
        yield from _access(w)


def _unplaced(w: _Writer) -> Iterator[str]:
    """Name existing sites without coordinates: what follows takes their areas as without one."""
    rows = w.found["unplaced"]
    if rows:
        named = [f"{w.name(one['id'])}（{w.area(one['area'])}）" if w.lang == "zh"
                 else f"{w.name(one['id'])} ({w.area(one['area'])})" for one in rows]  # fmt: skip
        yield w.say(
            f"有 {len(rows)} 处现有点位没有坐标，未计入，所在旗区可能更近：{'、'.join(named)}",
            f"{len(rows)} existing sites have no coordinates and are left out; their areas may "
            f"be served better than shown: {', '.join(named)}",
        )


def _has_loads(w: _Writer) -> bool:
    found = w.found
    return bool(
        found["kind"] == "allocate" and "capacity" in MODELS[found["settings"]["model"]].asks
    )


def _shares(w: _Writer) -> StudyBlock:
    """List the demands that are shared out, a row each part."""
    weight = {one["id"]: one["weight"] for one in w.found["demands"]}
    head = [w.say("需求点", "Demand"), w.say("由谁服务", "Served by"), w.say("份额", "Share")]
    head += [w.say("权重", "Weight"), w.say("距离", "Distance")]
    rows = [
        [
            w.name(one["demand"]), w.name(one["site"]), w.share(one["share"]),
            w.amount(one["share"] * weight[one["demand"]]), w.far(one["distance"]),
        ]
        for one in w.found["shares"]
    ]  # fmt: skip
    return _table(w.say("分摊的需求", "Demands shared out"), head, rows[:_MOST_ROWS])


def _existing(w: _Writer) -> StudyBlock:
    head = [w.say("名称", "Name"), w.say("地区", "Area"), w.say("容量", "Capacity")]
    head += [w.say("服务的需求", "Serves"), w.say("服务的需求点", "Demands")]
    rows = [[w.name(one["id"]), w.area(one["area"]), *_load(w, one)]
            for one in w.found["existing"]]  # fmt: skip
    return _table(w.say("现有的点位", "Existing sites"), head, rows[:_MOST_ROWS])


def _load(w: _Writer, one: Mapping[str, Any]) -> list[str]:
    """Give capacity where it counts, what a site serves, and whom."""
    names = [w.name(id_) for id_ in one["demands"]]
    more = f" … ({len(names)})" if len(names) > 8 else ""
    who = w.say("、", ", ").join(names[:8]) + more
    capacity = [w.amount(one["capacity"])] if _has_loads(w) else []
    return [*capacity, w.amount(one["serves_weight"]), who]


def _access(w: _Writer) -> Iterator[StudyBlock]:
    """Tell the floating catchment: capacity in reach, by area and by demand."""
    access = w.found["access"]
    words = w.say("可及性：每单位需求可得的容量", "Access: capacity per unit of demand")
    words += f"（{w.of(access['words'])}）" if w.lang == "zh" else f" ({w.of(access['words'])})"
    value = w.say("每单位需求的容量", "Capacity per unit")
    rows = [[w.of(one["name"]), _ratio(w, one)] for one in access["by_area"]]
    yield _table(words, [w.say("地区", "Area"), value], rows[:_MOST_ROWS])
    rows = [[w.name(one["id"]), _ratio(w, one)] for one in access["demands"]]
    title_of = w.say("各需求点的可及性", "Access by demand")
    yield _table(title_of, [w.say("需求点", "Demand"), value], rows[:_MOST_ROWS])
    told = []
    for name, zh, en in (
        ("without_capacity", "没有容量，未计入，所及之处至少如此",
         "no capacity, left out; what they reach has at least so much"),
        ("unused", "分区内没有需求，其容量未分出", "no demand in reach, capacity not given out"),
    ):  # fmt: skip
        if access[name]:
            listed = w.say("、", ", ").join(w.name(id_) for id_ in access[name])
            told.append(w.say(f"{zh}：{listed}", f"{en}: {listed}"))
    yield _list([*told, w.say("文献：", "Reference: ") + access["reference"]])


def _ratio(w: _Writer, one: Mapping[str, Any]) -> str:
    """Write access; where a capacity is not known there may be more."""
    value = one["access"]
    if value is None:
        return "—"
    if not one["at_least"]:
        return full(value, digits=4)
    return f"≥ {full(value, digits=4)}" if value else w.say("不详", "not known")


def _why_not(w: _Writer) -> Iterator[StudyBlock]:
    lines = []
    for reason in w.found["reasons"]:
        names = [w.name(one["id"]) for one in (*reason["demands"], *reason["sites"])]
        listed = w.say("：", ": ") + "、".join(names[:_MOST_ROWS]) if names else ""
        lines.append(w.of(reason) + listed)
    lines += [
        (w.say("可行的最小改动：", "least relaxation: ") if one["exact"]
         else w.say("可行的改动：", "what would help: ")) + w.of(one["text"])
        for one in w.found["relief"]
    ]  # fmt: skip
    yield _list(lines)


def _chosen(w: _Writer) -> StudyBlock:
    head = [w.say("编号", "Id"), w.say("名称", "Name"), w.say("地区", "Area")]
    head += [w.say("经度", "Lon"), w.say("纬度", "Lat")]
    rows = [
        [
            one["id"], w.name(one["id"]), w.area(one["area"]),
            w.number(one["lon"], 5), w.number(one["lat"], 5),
        ]
        for one in w.found["chosen"]
    ]  # fmt: skip
    if w.found["kind"] == "rank":
        words = w.say("并列首位", "Tied for first") if len(rows) > 1 else w.say("排在首位", "First")
        return _table(words, head, rows)
    head += [w.say("容量", "Capacity")] if _has_loads(w) else []
    head += [w.say("服务的需求", "Serves"), w.say("服务的需求点", "Demands")]
    for row, one in zip(rows, w.found["chosen"], strict=True):
        row += _load(w, one)
    return _table(w.say("新增的点位", "New sites"), head, rows[:_MOST_ROWS])


def _service(w: _Writer) -> StudyBlock:
    """Compare before and after, radius by radius."""
    before, after = w.found["before"], w.found["after"]
    same = w.found["kind"] == "cover"
    none = w.say("—（尚无点位）", "— (no site yet)")
    head = ["", *([] if same else [w.say("之前", "Before")]), w.say("现在", "Now") if same
            else w.say("之后", "After"), *([] if same else [w.say("变化", "Change")])]  # fmt: skip
    rows = []
    for then, now in zip(before["radii"], after["radii"], strict=True):
        radius = w.within(now["radius"])
        name = w.say(f"{radius}内的需求", f"Demand within {radius}")
        was = w.share(then["share"]) if before["sites"] else none
        rows.append([name, *([] if same else [was]), w.share(now["share"])])
        if not same:
            told = before["sites"] and _difference(then["share"], now["share"], w.points)
            rows[-1].append(told or "—")
    for name, one in (
        (w.say("平均距离", "Mean distance"), "mean"),
        (w.say("最远距离", "Largest distance"), "worst"),
    ):
        pair = [side[one] if one == "mean" else side[one]["distance"] for side in (before, after)]
        shown = [w.far(value) for value in pair]
        if not before["sites"]:
            shown[0] = none
        rows.append([name, *(shown[1:] if same else shown)])
        if not same:
            rows[-1].append((before["sites"] and _difference(pair[0], pair[1], w.far)) or "—")
    return _table(w.say("服务水平", "Service"), head, rows)


def _difference(then: float | None, now: float | None, say: Callable[[float], str]) -> str:
    """Write a difference with its sign; "" where there is none, or an end is not known."""
    if then is None or now is None or abs(now - then) < _NEAR:
        return ""
    return f"{'+' if now > then else '−'}{say(abs(now - then))}"


def _areas(w: _Writer) -> StudyBlock:
    after = w.found["after"]
    radii = [one["radius"] for one in after["radii"]]
    head = [w.say("地区", "Area"), w.say("需求", "Demand")]
    head += [f"≤ {w.within(radius)}" for radius in radii]
    head += [w.say("平均", "Mean"), w.say("最远", "Largest")]
    lost = {one["area"] for one in w.found["unplaced"]}
    note = w.say("（有点位，无坐标，未计入）", " (has a site without coordinates, left out)")
    rows = [
        [
            w.of(one["name"]) + (note if one["area"] in lost else ""),
            w.amount(one["weight"]),
            *(w.share(level["share"]) for level in one["radii"]),
            w.far(one["mean"]),
            w.far(one["worst"]),
        ]
        for one in after["by_area"]
    ]
    named = {one["area"]: w.of(one["name"]) for one in after["by_area"]}
    worst = named.get(after["worst_area"], "—")
    words = w.say(f"各地区（服务最差：{worst}）", f"By area (served worst: {worst})")
    return _table(words, head, rows[:_MOST_ROWS])


def _nearest(w: _Writer) -> StudyBlock:
    head = [
        w.say("需求点", "Demand"),
        w.say("最近的点位", "Nearest"),
        w.say("距离", "Distance"),
        w.say("次近的点位", "Second nearest"),
        w.say("距离", "Distance"),
    ]
    rows = [
        [
            w.name(one["id"]),
            w.name(one["site"]),
            w.far(one["distance"]),
            w.name(one["second"]),
            w.far(one["second_distance"]) if one["second"] else "—",
        ]
        for one in w.found["demands"][:_MOST_ROWS]
    ]
    return _table(w.say("最近与次近的点位", "Nearest and second nearest"), head, rows)


def _ranking(w: _Writer) -> Iterator[StudyBlock]:
    ranking = w.found["ranking"]
    criteria = ranking["criteria"]
    head = [w.say("名次", "Rank"), w.say("候选点", "Candidate"), w.say("得分", "Score")]
    head += [f"{w.of(one['name'])} ({percent(one['weight'], 0)} %)" for one in criteria]
    rows = [
        [
            str(one["rank"]),
            one["name"],
            written(one["score"], 3),
            *(w.number(part["value"], 2) for part in one["criteria"]),
        ]
        for one in ranking["rows"][:20]
    ]
    yield _table(
        w.say("排序（前 20 名，各列为原值）", "Ranking (first 20, raw values)"), head, rows
    )
    if ranking["excluded"]:
        yield _list([f"{one['name']}: {w.of(one['reason'])}" for one in ranking["excluded"][:40]])
    notes = [w.of(one) for one in ranking["notes"]]
    if notes:
        yield _list(notes)


def _lacking(w: _Writer) -> Iterator[StudyBlock]:
    if w.found["kind"] == "rank":
        return
    yield _heading(w.say("六、未覆盖的需求", "6. Demand not covered"))
    lost = w.found["uncovered"]
    if not lost:
        yield _paragraph(w.say("没有。", "None."))
        return
    far = w.say("到服务它的点位", "Site serving it") if _has_loads(w) else w.say(
        "到最近点位", "Nearest site")  # fmt: skip
    head = [w.say("需求点", "Demand"), w.say("权重", "Weight"), far]
    rows = [[w.name(one["id"]), w.amount(one["weight"]), w.far(one["distance"])] for one in lost]
    words = w.say(f"共 {len(lost)} 个", f"{len(lost)} in all")
    yield _table(words, head, rows[:_MOST_ROWS])


def _sureness(w: _Writer) -> Iterator[StudyBlock]:
    ranking = w.found["ranking"]
    if not ranking:
        return
    yield _heading(w.say("六、稳不稳", "6. How sure the ranking is"))
    sure = ranking["sensitivity"]
    if sure["winner"] is None:
        yield _paragraph(w.say("没有候选点通过全部条件。", "No candidate passes all conditions."))
        return
    draws, first = sure["draws"], w.share(sure["first"])
    lines = [
        *_tied(w, sure),
        w.say(
            f"权重在所给值附近随机取 {draws:,} 次，“{sure['winner']['name']}”有 {first} 排第一",
            f"of {draws:,} draws of weights around those given, {sure['winner']['name']} is first "
            f"in {first}",
        ),
        _change(w, sure),
        *_turns(w, sure),
        *_ahp(w, ranking["ahp"]),
    ]
    yield _list(lines)


def _tied(w: _Writer, sure: Mapping[str, Any]) -> Iterator[str]:
    if sure["tied"]:
        names = [one["name"] for one in (sure["winner"], *sure["tied"])]
        yield w.say(f"得分相同，并列第一：{'、'.join(names)}", f"tied: {', '.join(names)}")


def _change(w: _Writer, sure: Mapping[str, Any]) -> str:
    if sure["change"] is None:
        return w.say(
            "无论怎样调整权重，没有候选点超过第一名", "no weights put another candidate ahead"
        )
    if sure["tied"]:
        return w.say("权重稍有变动，并列就会分出先后", "the least change of weights parts the tie")
    moved, rival = f"{percent(sure['change'])} %", sure["rival"]["name"]
    return w.say(
        f"把 {moved} 的权重改到别的准则上，“{rival}”就与第一名持平",
        f"when {moved} of all weight moves to other criteria, {rival} is level with the first",
    )


def _turns(w: _Writer, sure: Mapping[str, Any]) -> Iterator[str]:
    names = {one["id"]: w.of(one["name"]) for one in w.found["ranking"]["criteria"]}
    for one in sure["single"]:
        name, now = names[one["id"]], w.share(one["weight"])
        if one["turns_at"] is None:
            yield w.say(
                f"{name}（{now}）：单独改它的权重，没有候选点超过第一名",
                f"{name} ({now}): no weight of it alone puts another candidate ahead",
            )
            continue
        turn, rival = w.share(one["turns_at"]), one["rival"]["name"]
        if one["only_level"]:
            yield w.say(
                f"{name}（{now}）：权重到 {turn} 时“{rival}”与第一名并列，不超过",
                f"{name} ({now}): at {turn} {rival} is level with the first, not ahead",
            )
            continue
        yield w.say(
            f"{name}（{now}）：权重越过 {turn}，第一名让给“{rival}”",
            f"{name} ({now}): beyond {turn} {rival} becomes first",
        )


def _ahp(w: _Writer, ahp: Mapping[str, Any] | None) -> Iterator[str]:
    if ahp is None:
        return
    ratio = written(ahp["ratio"], 3)
    yield w.say(f"两两比较的一致性比率 {ratio}", f"consistency ratio of the comparisons {ratio}")
    if ahp["advice"]:
        yield w.of(ahp["advice"])


def _origin(w: _Writer) -> Iterator[StudyBlock]:
    release = w.found["release"]
    yield _paragraph(
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
