"""What an answer is worth, in words: proven, or how far from the best at most. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Any

from geomap.errors import Text
from geomap.numbers import full, to_step, written
from geomap.siting.solve.models import MODELS
from geomap.siting.study_writer import StudyWriter

STATUS_WORDS = {
    "optimal": Text("已证明为最优", "proven optimal"),
    "feasible": Text("可行，尚未证明最优", "feasible, not proven optimal"),
    "infeasible": Text("无可行方案", "infeasible"),
    "cancelled": Text("中途取消，为当时所得", "cancelled; the best by then"),
    "unknown": Text("没有找到方案，也没有证明不可能", "no answer found, none proven impossible"),
    "done": Text("已算出", "worked out"),
}


def proof_sentence(w: StudyWriter) -> str:
    """Say what the answer is worth, its objective and what no answer is better than."""
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


def _figure(w: StudyWriter, value: float, covering: bool) -> str:
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
