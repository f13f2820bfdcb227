"""Why a question has no answer, and the least change that gives it one. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_CEILING

import numpy as np

from geomap.arrays import Flags, Reals
from geomap.errors import Text
from geomap.numbers import full, rounded, to_step
from geomap.siting.solve.capacitated import Loads, least_sites
from geomap.siting.solve.covering import cheapest_cover, smallest_radius
from geomap.siting.solve.problem import Ask, Case, Explained, Found, Reason, Relief, Run, Vector
from geomap.siting.solve.vertex_swap import SiteRules


def enough(value: float) -> str:
    """Write a number that is just enough: with six figures, never rounded down."""
    if not value:
        return "0"
    digits = 5 - math.floor(math.log10(abs(value)))
    near = rounded(value, digits + 5)  # what is beyond is the noise of sums
    return full(to_step(near, digits, ROUND_CEILING))


def unreachable(matrix: Reals) -> Reason | None:
    """Name the demands that no site reaches."""
    lost = np.flatnonzero(~np.isfinite(matrix).any(axis=1))
    if not len(lost):
        return None
    text = Text(f"{len(lost)} 个需求到不了任何点位", f"{len(lost)} demands cannot reach any site")
    return Reason(text, demands=tuple(int(row) for row in lost))


def beyond_radius(matrix: Reals, radius: float, unit: str) -> Explained:
    """Name the demands with no site within the radius, and the radius that would reach all."""
    nearest = matrix.min(axis=1)
    far = np.flatnonzero(nearest > radius)
    if not len(far):
        return [], []
    reason = Reason(
        Text(
            f"{len(far)} 个需求在 {full(radius)} {unit} 内没有任何点位",
            f"{len(far)} demands have no site within {full(radius)} {unit}",
        ),
        demands=tuple(int(row) for row in far),
    )
    least = float(nearest.max())
    if not np.isfinite(least):
        return [reason], []
    text = Text(
        f"半径至少要 {enough(least)} {unit}",
        f"the radius has to be at least {enough(least)} {unit}",
    )
    return [reason], [Relief("radius", least, text)]


def nothing_affordable(rules: SiteRules) -> Explained:
    """Say what the cheapest candidate costs when the budget buys none and nothing exists."""
    if rules.price is None or rules.fixed.any():
        return [], []
    least = float(rules.price.min())
    if least <= rules.most:
        return [], []
    given, needed = full(rules.budget or 0), enough(least)
    text = Text(
        f"预算 {given} 建不了任何一处，最便宜的候选点要 {needed}",
        f"a budget of {given} buys nothing: the cheapest candidate costs {needed}",
    )
    return [Reason(text)], [_amount(True, least, exact=True)]


def nothing_found(seconds: float) -> Explained:
    """Say that the time was too short, where no answer is proven impossible either."""
    given = full(seconds)
    text = Text(
        f"{given} 秒内没有找到方案，也没有证明不可能：加长时限，或放宽条件",
        f"no answer was found in {given} s, and none is proven impossible: allow more time, or ask "
        "for less",
    )
    return [Reason(text)], []


def not_reached(matrix: Reals, found: Found) -> Explained:
    """Name the demands that the best set of sites found does not reach."""
    lost = np.flatnonzero(~np.isfinite(matrix[:, found.sites]).any(axis=1))
    if not len(lost):
        return [], []
    text = Text(
        f"没有找到全部需求都到得了的方案，也没有证明不可能；最好的还有 {len(lost)} 个到不了",
        "no answer that reaches all demand was found, and none is proven impossible; the best "
        f"found leaves {len(lost)} out",
    )
    return [Reason(text, demands=tuple(int(row) for row in lost))], []


def over_the_limit(rules: SiteRules, found: Found) -> Explained:
    """Say how many sites, or what budget, the best cover found takes when that is too much."""
    budget = rules.price is not None
    most = float(rules.budget or 0) if budget else float(rules.count or 0)
    if found.value <= (rules.most if budget else most) + 1e-9:
        return [], []
    within, best, least = (full(one, digits=9) for one in (most, found.value, found.bound))
    text = Text(
        f"没有找到预算 {within} 以内的方案，也没有证明不可能：找到的最便宜的要 {best}，"
        f"至少要 {least}" if budget
        else f"没有找到 {within} 处以内的方案，也没有证明不可能：找到的最少要 {best} 处，"
        f"至少要 {least} 处",
        f"no answer within {within} was found, and none is proven impossible: the best found takes "
        f"{best}, {least} at least are needed",
    )  # fmt: skip
    return [Reason(text)], [_amount(budget, found.value, exact=False)]


def missing_areas(case: Case, ask: Ask) -> Reason | None:
    """Name the required areas that hold no site at all."""
    assert case.site_area is not None
    held = set(case.site_area.tolist())
    lost = [str(area) for area in ask.required_areas if area not in held]
    if not lost:
        return None
    return Reason(
        Text(
            f"要求有点位的地区没有候选点：{'、'.join(lost)}",
            f"required areas without a candidate: {', '.join(lost)}",
        )
    )


def too_few(matrix: Reals, rules: SiteRules, run: Run, *, radius: float | None = None) -> Explained:
    """Say how many sites, or what budget, would do, and which demands a good try leaves out.

    Parameters
    ----------
    matrix : (n, m) costs, inf where a site cannot be reached; each demand reaches one
    radius : cost up to which a demand counts as served, any finite cost when None
    """
    covers = np.isfinite(matrix) if radius is None else matrix <= radius
    budget = rules.price is not None
    price = rules.price if rules.price is not None else np.ones(len(rules.fixed))
    found = cheapest_cover(covers, rules, price, run)
    if not np.isfinite(found.value):
        return [], []
    least, exact = found.value, found.bound >= found.value * (1 - 1e-6) - 1e-9
    left = _left_out(covers, rules)
    reason = Reason(
        Text("要求有点位的地区放不下", "the required areas need more than is given"),
    ) if rules.groups and not left else Reason(
        Text(
            f"预算不够，{len(left)} 个需求会没有点位" if budget
            else f"新增点位太少，{len(left)} 个需求会没有点位",
            f"{'the budget is too small' if budget else 'too few new sites'}: {len(left)} demands "
            "would be left without",
        ),
        demands=left,
    )  # fmt: skip
    relief = [_amount(budget, least if budget else round(least), exact)]
    if radius is not None:
        relief += _radius(matrix, rules, run)
    return [reason], relief


def _amount(budget: bool, least: float, exact: bool) -> Relief:
    """Say what budget, or how many sites, would do; and whether less is proven not to."""
    amount = enough(least)
    zh, en = ("预算", "a budget of") if budget else ("新增点位", "new sites:")
    text = Text(f"{zh} {amount} 时有方案", f"there is an answer with {en} {amount}")
    if exact:
        text = (
            Text(f"预算至少要 {amount}", f"the budget has to be at least {amount}")
            if budget
            else Text(f"至少要新增 {amount} 个点位", f"at least {amount} new sites are needed")
        )
    return Relief("budget" if budget else "new_sites", least, text, exact)


def _radius(matrix: Reals, rules: SiteRules, run: Run) -> Iterator[Relief]:
    found = smallest_radius(matrix, rules, run)
    if found.sites is not None and np.isfinite(found.value):
        text = Text(
            f"点位数不变时半径至少要 {enough(found.value)}",
            f"with as many sites the radius has to be at least {enough(found.value)}",
        )
        yield Relief("radius", found.value, text, found.bound >= found.value * (1 - 1e-9))


def _left_out(covers: Flags, rules: SiteRules) -> tuple[int, ...]:
    """Give the demands that are left when sites are opened greedily as far as the rules go."""
    sites = np.flatnonzero(rules.fixed)
    left = ~covers[:, sites].any(axis=1)
    while (allowed := rules.can_join(sites)).any() and left.any():
        gain = np.where(allowed, covers[left].sum(axis=0), -1)
        if gain.max() <= 0:
            break
        sites = np.append(sites, int(gain.argmax()))
        left = ~covers[:, sites].any(axis=1)
    return tuple(int(row) for row in np.flatnonzero(left))


def too_full(
    loads: Loads, rules: SiteRules, run: Run, known: list[Reason] | None = None
) -> Explained:
    """Say how many sites could take all demand, or how much more each would have to take.

    Parameters
    ----------
    known : reasons that were found before
    """
    need = float(loads.weight.sum())
    room = _room(loads.capacity, rules)
    reasons: list[Reason] = [*(known or [])]
    relief: list[Relief] = []
    if room < need:
        reasons.append(_too_little(room, need))
        relief += [_grown(need / room)] if room else []
    large = np.flatnonzero(loads.weight > loads.capacity.max())
    if len(large) and not loads.split:
        rows = tuple(int(row) for row in large)
        text = Text(
            "单个需求大于任何点位的容量，可改为允许分摊", "larger than any site; allow splitting"
        )
        return [*reasons, Reason(text, demands=rows)], relief
    budget = rules.price is not None
    price: Vector = rules.price if rules.price is not None else np.ones(len(rules.fixed))
    solved = least_sites(loads, rules, price, run)
    if solved.x is not None:
        exact = solved.bound >= solved.value * (1 - 1e-6) - 1e-9
        relief.append(_amount(budget, round(solved.value, 9), exact))
    if not reasons:
        text = Text("容量在这些点位之间分配不开", "the demand cannot be fitted into the capacities")
        reasons.append(Reason(text))
    return reasons, relief


def _too_little(room: float, need: float) -> Reason:
    takes, asked, short = (full(one, digits=12) for one in (room, need, need - room))
    return Reason(
        Text(
            f"能选的点位最多容纳 {takes}，需求 {asked}，差 {short}",
            f"the sites that may be open take {takes} at most, the demand is {asked}: "
            f"{short} short",
        )
    )


def _grown(times: float) -> Relief:
    text = Text(
        f"容量至少要增至 {enough(times)} 倍",
        f"capacities have to grow to at least {enough(times)} times",
    )
    return Relief("capacity", times, text, exact=False)


def _room(capacity: Vector, rules: SiteRules) -> float:
    """Give the most that any allowed set can take, without regard to required areas."""
    free = capacity[~rules.fixed]
    if rules.count is not None:
        return float(capacity[rules.fixed].sum() + np.sort(free)[::-1][: rules.count].sum())
    assert rules.price is not None
    ratio = free / np.maximum(rules.price[~rules.fixed], 1e-12)
    left, room = float(rules.budget or 0), float(capacity[rules.fixed].sum())
    for site in np.argsort(-ratio, kind="stable"):
        part = min(1.0, left / max(rules.price[~rules.fixed][site], 1e-12))
        room += float(part * free[site])
        left -= part * rules.price[~rules.fixed][site]
        if left <= 0:
            break
    return room


def areas_too_many(rules: SiteRules, run: Run) -> Explained:
    """Say what one site in each required area comes to, when that is more than is given."""
    nothing = np.zeros((0, len(rules.fixed)), dtype=bool)
    price = rules.price if rules.price is not None else np.ones(len(rules.fixed))
    found = cheapest_cover(nothing, rules, price, run)
    most = rules.budget if rules.price is not None else float(rules.count or 0)
    if most is None or found.value <= most * (1 + 1e-12) + 1e-9:
        return [], []
    reason = Reason(Text("要求有点位的地区放不下", "the required areas need more than is given"))
    return [reason], [_amount(rules.price is not None, found.value, exact=True)]
