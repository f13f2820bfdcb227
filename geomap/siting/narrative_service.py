"""The text of who is served how far: sites, areas, access, what is not covered. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from geomap.numbers import counted, full
from geomap.render.office.blocks import Block, Bullets, Paragraph, Section, TableBlock
from geomap.siting.solve.models import MODELS
from geomap.siting.study_writer import MOST_LISTED, StudyWriter

_NEAR = 1e-9


def site_tables(w: StudyWriter) -> Iterator[Block]:
    """Write the sites, and what each serves."""
    if w.found["chosen"]:
        yield _chosen_table(w)
    if w.found["shares"]:
        yield _share_table(w)
    if _has_loads(w) and w.found["existing"]:
        yield _load_table(w)


def service_blocks(w: StudyWriter) -> Iterator[Block]:
    """Write who is served how far, and how much of a site each has."""
    if w.found["after"]:
        yield _service_table(w)
        yield _area_table(w)
        if w.found["kind"] == "cover":
            yield _nearest_table(w)
    if w.found["access"]:
        yield from _access(w)


def unplaced_lines(w: StudyWriter) -> Iterator[str]:
    """Name existing sites without coordinates: what follows takes their areas as without one."""
    rows = w.found["unplaced"]
    if rows:
        named = [f"{w.name(one['id'])}（{w.area(one['area'])}）" if w.lang == "zh"
                 else f"{w.name(one['id'])} ({w.area(one['area'])})" for one in rows]  # fmt: skip
        yield w.say(
            f"有 {len(rows)} 处现有点位没有坐标，未计入，所在旗区可能更近：{'、'.join(named)}",
            f"left out for want of coordinates: {counted(len(rows), 'existing site')}, whose area "
            f"may be served better than shown: {', '.join(named)}",
        )


def _has_loads(w: StudyWriter) -> bool:
    """Whether sites have a capacity, so that what each serves counts."""
    found = w.found
    return bool(
        found["kind"] == "allocate" and "capacity" in MODELS[found["settings"]["model"]].asks
    )


def _share_table(w: StudyWriter) -> TableBlock:
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
    return w.table(w.say("分摊的需求", "Demands shared out"), head, rows[:MOST_LISTED])


def _load_table(w: StudyWriter) -> TableBlock:
    """List existing sites with what they can take and what they serve."""
    head = [w.say("名称", "Name"), w.say("地区", "Area"), w.say("容量", "Capacity")]
    head += [w.say("服务的需求", "Serves"), w.say("服务的需求点", "Demands")]
    rows = [[w.name(one["id"]), w.area(one["area"]), *_load(w, one)]
            for one in w.found["existing"]]  # fmt: skip
    return w.table(w.say("现有的点位", "Existing sites"), head, rows[:MOST_LISTED])


def _load(w: StudyWriter, one: Mapping[str, Any]) -> list[str]:
    """Give capacity where it counts, what a site serves, and whom."""
    names = [w.name(id_) for id_ in one["demands"]]
    more = f" … ({len(names)})" if len(names) > 8 else ""
    who = w.say("、", ", ").join(names[:8]) + more
    capacity = [w.amount(one["capacity"])] if _has_loads(w) else []
    return [*capacity, w.amount(one["serves_weight"]), who]


def _access(w: StudyWriter) -> Iterator[Block]:
    """Tell the floating catchment: capacity in reach, by area and by demand."""
    access = w.found["access"]
    words = w.say("可及性：每单位需求可得的容量", "Access: capacity per unit of demand")
    words += f"（{w.of(access['words'])}）" if w.lang == "zh" else f" ({w.of(access['words'])})"
    value = w.say("每单位需求的容量", "Capacity per unit")
    rows = [[w.of(one["name"]), _ratio(w, one)] for one in access["by_area"]]
    yield w.table(words, [w.say("地区", "Area"), value], rows[:MOST_LISTED])
    rows = [[w.name(one["id"]), _ratio(w, one)] for one in access["demands"]]
    title_of = w.say("各需求点的可及性", "Access by demand")
    yield w.table(title_of, [w.say("需求点", "Demand"), value], rows[:MOST_LISTED])
    told = []
    for name, zh, en in (
        ("without_capacity", "没有容量，未计入，所及之处至少如此",
         "no capacity, left out; what they reach has at least so much"),
        ("unused", "分区内没有需求，其容量未分出", "no demand in reach, capacity not given out"),
    ):  # fmt: skip
        if access[name]:
            listed = w.say("、", ", ").join(w.name(id_) for id_ in access[name])
            told.append(w.say(f"{zh}：{listed}", f"{en}: {listed}"))
    yield Bullets((*told, w.say("文献：", "Reference: ") + access["reference"]))


def _ratio(w: StudyWriter, one: Mapping[str, Any]) -> str:
    """Write access; where a capacity is not known there may be more."""
    value = one["access"]
    if value is None:
        return "—"
    if not one["at_least"]:
        return full(value, digits=4)
    return f"≥ {full(value, digits=4)}" if value else w.say("不详", "not known")


def why_not_blocks(w: StudyWriter) -> Iterator[Block]:
    """Say why there is no answer, and what would make one."""
    lines = []
    for reason in w.found["reasons"]:
        names = [w.name(one["id"]) for one in (*reason["demands"], *reason["sites"])]
        listed = w.say("：", ": ") + "、".join(names[:MOST_LISTED]) if names else ""
        lines.append(w.of(reason) + listed)
    lines += [
        (w.say("可行的最小改动：", "least relaxation: ") if one["exact"]
         else w.say("可行的改动：", "what would help: ")) + w.of(one["text"])
        for one in w.found["relief"]
    ]  # fmt: skip
    yield Bullets(tuple(lines))


def _chosen_table(w: StudyWriter) -> TableBlock:
    """List the new sites."""
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
        return w.table(words, head, rows)
    head += [w.say("容量", "Capacity")] if _has_loads(w) else []
    head += [w.say("服务的需求", "Serves"), w.say("服务的需求点", "Demands")]
    for row, one in zip(rows, w.found["chosen"], strict=True):
        row += _load(w, one)
    return w.table(w.say("新增的点位", "New sites"), head, rows[:MOST_LISTED])


def _service_table(w: StudyWriter) -> TableBlock:
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
    return w.table(w.say("服务水平", "Service"), head, rows)


def _difference(then: float | None, now: float | None, say: Callable[[float], str]) -> str:
    """Write a difference with its sign; "" where there is none, or an end is not known."""
    if then is None or now is None or abs(now - then) < _NEAR:
        return ""
    return f"{'+' if now > then else '−'}{say(abs(now - then))}"


def _area_table(w: StudyWriter) -> TableBlock:
    """Set the areas side by side."""
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
    return w.table(words, head, rows[:MOST_LISTED])


def _nearest_table(w: StudyWriter) -> TableBlock:
    """List each demand with its nearest and second nearest site."""
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
        for one in w.found["demands"][:MOST_LISTED]
    ]
    return w.table(w.say("最近与次近的点位", "Nearest and second nearest"), head, rows)


def lacking_section(w: StudyWriter) -> Section:
    """List the demands that are not covered."""
    lost = w.found["uncovered"]
    told = _lacking_table(w, lost) if lost else Paragraph(w.say("没有。", "None."))
    return Section(w.say("六、未覆盖的需求", "6. Demand not covered"), 1, (told,))


def _lacking_table(w: StudyWriter, lost: Sequence[Mapping[str, Any]]) -> TableBlock:
    far = w.say("到服务它的点位", "Site serving it") if _has_loads(w) else w.say(
        "到最近点位", "Nearest site")  # fmt: skip
    head = [w.say("需求点", "Demand"), w.say("权重", "Weight"), far]
    rows = [[w.name(one["id"]), w.amount(one["weight"]), w.far(one["distance"])] for one in lost]
    words = w.say(f"共 {len(lost)} 个", f"{len(lost)} in all")
    return w.table(words, head, rows[:MOST_LISTED])
