"""The text of a ranking: the table, and how sure its first place is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geomap.numbers import percent, written
from geomap.render.office.blocks import Block, Bullets, Paragraph, Section
from geomap.siting.study_writer import StudyWriter


def ranking_blocks(w: StudyWriter) -> Iterator[Block]:
    """Write the candidates in the order of their score, and why others are left out."""
    ranking = w.found["ranking"]
    criteria = ranking["criteria"]
    head = [w.say("名次", "Rank"), w.say("候选点", "Candidate"), w.say("得分", "Score")]
    head += [_criterion_head(w, one) for one in criteria]
    kinds = {one["id"]: one["kind"] for one in criteria}
    rows = [
        [
            str(one["rank"]),
            one["name"],
            written(one["score"], 3),
            *(_raw(w, kinds[part["id"]], part["value"]) for part in one["criteria"]),
        ]
        for one in ranking["rows"][:20]
    ]
    yield w.table(
        w.say("排序（前 20 名，各列为原值）", "Ranking (first 20, raw values)"), head, rows
    )
    if ranking["excluded"]:
        yield Bullets(
            tuple(f"{one['name']}: {w.of(one['reason'])}" for one in ranking["excluded"][:40])
        )
    notes = [w.of(one) for one in ranking["notes"]]
    if notes:
        yield Bullets(tuple(notes))


def _criterion_head(w: StudyWriter, one: Mapping[str, Any]) -> str:
    name, told = w.of(one["name"]), [*filter(None, [w.of(one["unit"])]), w.share(one["weight"])]
    return w.say(f"{name}（{'，'.join(told)}）", f"{name} ({', '.join(told)})")


def _raw(w: StudyWriter, kind: str, value: float | None) -> str:
    """Write a density as the amount of demand that it adds up, all else as measured."""
    return w.amount(value) if kind == "density" else w.number(value, 2)


def sureness_section(w: StudyWriter) -> Section:
    """Say what would put another candidate first."""
    sure = w.found["ranking"]["sensitivity"]
    if sure["winner"] is None:
        none = w.say("没有候选点通过全部条件。", "No candidate passes all conditions.")
        told: Block = Paragraph(none)
    else:
        told = Bullets(tuple(_sureness_lines(w, sure)))
    return Section(w.say("六、稳不稳", "6. How sure the ranking is"), 1, (told,))


def _sureness_lines(w: StudyWriter, sure: Mapping[str, Any]) -> Iterator[str]:
    draws, first = sure["draws"], w.share(sure["first"])
    yield from _tied(w, sure)
    yield w.say(
        f"权重在所给值附近随机取 {draws:,} 次，“{sure['winner']['name']}”有 {first} 排第一",
        f"of {draws:,} draws of weights around those given, {sure['winner']['name']} is first "
        f"in {first}",
    )
    yield _change(w, sure)
    yield from _turns(w, sure)
    yield from _ahp(w, w.found["ranking"]["ahp"])


def _tied(w: StudyWriter, sure: Mapping[str, Any]) -> Iterator[str]:
    if sure["tied"]:
        names = [one["name"] for one in (sure["winner"], *sure["tied"])]
        yield w.say(f"得分相同，并列第一：{'、'.join(names)}", f"tied: {', '.join(names)}")


def _change(w: StudyWriter, sure: Mapping[str, Any]) -> str:
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


def _turns(w: StudyWriter, sure: Mapping[str, Any]) -> Iterator[str]:
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


def _ahp(w: StudyWriter, ahp: Mapping[str, Any] | None) -> Iterator[str]:
    if ahp is None:
        return
    ratio = written(ahp["ratio"], 3)
    yield w.say(f"两两比较的一致性比率 {ratio}", f"consistency ratio of the comparisons {ratio}")
    if ahp["advice"]:
        yield w.of(ahp["advice"])
