"""What is wrong with a case or a question, every finding at once, before it is solved. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geomap.errors import NotFoundError, RequestError, Text
from geomap.numbers import full
from geomap.siting.solve.models import MODELS
from geomap.siting.solve.models.base import LocationModel
from geomap.siting.solve.problem import Ask, Case

MAX_PAIRS = 40_000_000
"""Demands × sites that are solved at most: a few hundred megabytes."""


def require_sound(case: Case, ask: Ask) -> None:
    """Refuse what cannot be solved as it stands.

    Raises
    ------
    NotFoundError : there is no such model
    RequestError : with every finding, Chinese and English
    """
    model = MODELS.get(ask.model)
    if model is None:
        raise NotFoundError(Text("选址模型", "location model"), ask.model, MODELS)
    found = [*_table_faults(case)] or [*_number_faults(case), *_ask_faults(case, ask, model)]
    if found:
        raise RequestError("；".join(one.zh for one in found), "; ".join(one.en for one in found))


def _listed(rows: Any) -> str:
    shown = ", ".join(str(int(row) + 1) for row in rows[:10])
    return shown + (" …" if len(rows) > 10 else "")


def _table_faults(case: Case) -> Iterator[Text]:
    n, m = case.shape
    if n == 0:
        yield Text("没有需求点，请给出至少一个", "there is no demand; give at least one")
    if m == 0:
        yield Text("没有候选点，请给出至少一个", "there is no candidate; give at least one")
    if n * m > MAX_PAIRS:
        most = MAX_PAIRS // n
        yield Text(
            f"{n} 个需求点 × {m} 个候选点太多；这些需求点最多可配 {most} 个候选点，"
            "请先筛选或加大网格",
            f"{n} demands × {m} sites are too many; with these demands {most} sites are possible: "
            "choose among them or take a coarser grid",
        )
    for name, values, count in (
        ("weight", case.weight, n), ("area", case.area, n), ("site_area", case.site_area, m),
        ("price", case.price, m), ("capacity", case.capacity, m),
    ):  # fmt: skip
        if values is not None and len(values) != count:
            yield Text(
                f"{name} 有 {len(values)} 个值，应为 {count} 个",
                f"{name} has {len(values)} values, need {count}",
            )
    beyond = [site for site in case.existing if not 0 <= site < m]
    if beyond or len(set(case.existing)) < len(case.existing):
        yield Text(
            f"现有点位的列号不对或重复：{case.existing}",
            f"columns of existing sites do not exist or are repeated: {case.existing}",
        )


def _number_faults(case: Case) -> Iterator[Text]:
    bad = np.flatnonzero(~(np.isfinite(case.weight) & (case.weight >= 0)))
    if len(bad):
        yield Text(
            f"第 {_listed(bad)} 个需求的权重缺失或为负，应为不小于 0 的数",
            f"demands {_listed(bad)}: the weight is missing or negative; give a number, at least 0",
        )
    elif not (case.weight > 0).any():
        yield Text("所有需求的权重都是 0", "the weights of all demands are 0")
    bad = np.flatnonzero(~(case.costs.matrix >= 0).all(axis=1))
    if len(bad):
        yield Text(
            f"第 {_listed(bad)} 个需求的距离缺失或为负；到不了的请写 inf",
            f"demands {_listed(bad)}: a cost is missing or negative; write inf for unreachable",
        )
    named = (
        ("price", Text("造价", "price"), case.price),
        ("capacity", Text("容量", "capacity"), case.capacity),
    )
    for _, word, values in named:
        if values is not None and not (np.isfinite(values) & (values >= 0)).all():
            rows = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
            yield Text(
                f"第 {_listed(rows)} 个点位的{word.zh}缺失或为负",
                f"sites {_listed(rows)}: the {word.en} is missing or negative",
            )


def _ask_faults(case: Case, ask: Ask, model: LocationModel) -> Iterator[Text]:
    yield from _size_faults(case, ask, model)
    radius = np.nan if ask.radius is None else ask.radius
    if model.covers and not (np.isfinite(radius) and radius > 0):
        given = full(radius)
        yield (
            Text("请给出半径", "give the radius")
            if ask.radius is None
            else Text(f"半径 {given} 不能用，应大于 0", f"the radius {given} must be above 0")
        )
    if ask.fair and ("fair" not in model.asks or case.area is None):
        fair = [one.name for one in MODELS.values() if "fair" in one.asks]
        yield Text(
            f"“最差的地区优先”只用于 {' 与 '.join(fair)}，并需要各需求所在的地区",
            f"the worst-served area first needs the areas of the demands, and {' or '.join(fair)}",
        )
    if ask.required_areas and case.site_area is None:
        yield Text(
            "要求各地区至少一个点位时，需要各点位所在的地区",
            "at least one site in each chosen area needs the areas of the sites",
        )
    if "capacity" in model.asks:
        yield from _capacity_faults(case)


def _size_faults(case: Case, ask: Ask, model: LocationModel) -> Iterator[Text]:
    free = len(case.candidates)
    if ask.new_sites is None and ask.budget is None and "sites" in model.asks:
        yield Text("请给出新增点位数或预算", "give the number of new sites, or a budget")
    if ask.new_sites is not None and ask.budget is not None:
        yield Text(
            "新增点位数与预算只能给一个", "give the number of new sites or a budget, not both"
        )
    if ask.new_sites is not None and ask.new_sites > free:
        yield Text(
            f"要新增 {ask.new_sites} 个，候选点只有 {free} 个",
            f"{ask.new_sites} new sites are asked for, there are {free} candidates",
        )
    least = 0 if case.existing else 1
    if ask.new_sites is not None and ask.new_sites < least:
        yield Text(
            f"新增点位数 {ask.new_sites} 应至少为 {least}",
            f"the number of new sites, {ask.new_sites}, must be at least {least}",
        )
    if ask.budget is not None:
        if not (np.isfinite(ask.budget) and ask.budget >= 0):
            given = full(ask.budget)
            yield Text(f"预算 {given} 不能用", f"the budget {given} cannot be used")
        if case.price is None:
            yield Text("有预算时，需要各候选点的造价", "a budget needs the price of each candidate")


def _capacity_faults(case: Case) -> Iterator[Text]:
    if case.capacity is None:
        yield Text("需要各点位的容量", "the capacity of each site is needed")
        return
    have, need = float(np.nansum(case.capacity)), float(np.nansum(case.weight))
    if have < need:
        takes, asked, short = (full(one, digits=12) for one in (have, need, need - have))
        yield Text(
            f"全部点位的容量 {takes} 小于总需求 {asked}，还差 {short}",
            f"all sites together can take {takes}, the demand is {asked}: {short} short",
        )
