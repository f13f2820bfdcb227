"""The words of siting settings, as the page has them. Pure."""

from __future__ import annotations

from geomap.errors import Text
from geomap.siting.solve.models import MODELS

MODEL_NAMES = {**{name: name for name in MODELS}, "capacitated": "capacitated-p-median"}
SettingFault = tuple[str, Text]
"""The setting, and what is wrong with it in the words of the page."""
LABELS = {
    "kind": Text("问题", "question"),
    "name": Text("名称", "name"),
    "demand": Text("需求", "demand"),
    "candidates": Text("候选点", "candidates"),
    "existing": Text("已有点位", "existing sites"),
    "distance": Text("距离", "distance"),
    "crs": Text("坐标系", "reference system"),
    "outside": Text("候选点可否在市外", "candidates outside the city"),
    "exclude": Text("排除范围", "excluded polygons"),
    "model": Text("目标", "aim"),
    "sites": Text("新建个数", "number of new sites"),
    "budget": Text("预算", "budget"),
    "radius": Text("覆盖半径", "covering radius"),
    "radii": Text("统计半径", "radii to report"),
    "fair": Text("先照顾最不方便的旗区", "worst-served area first"),
    "split": Text("需求可分摊", "demand may be shared"),
    "required_areas": Text("必须有点位的地区", "areas that must have a site"),
    "catchment": Text("移动搜索分区", "zones of the catchment"),
    "decay": Text("各区权重", "weights of the zones"),
    "criteria": Text("准则", "criteria"),
    "comparisons": Text("两两比较", "pairwise comparisons"),
    "put": Text("放或移的点位", "sites put or moved"),
    "remove": Text("撤去的点位", "sites taken away"),
    "time_limit": Text("时限", "time limit"),
    "lon": Text("经度", "longitude"),
    "lat": Text("纬度", "latitude"),
    "weight": Text("权重", "weight"),
    "capacity": Text("容量", "capacity"),
    "id": Text("编号", "id"),
    "of": Text("对象", "object"),
    "influence": Text("方向", "direction"),
    "ideal": Text("理想值", "ideal value"),
    "least": Text("下限", "lower limit"),
    "most": Text("上限", "upper limit"),
    "within_km": Text("公里以内", "within km"),
}


def setting_label(name: str, where: tuple[str, int] | None = None) -> Text:
    """Name a setting as the page does."""
    zh, en = LABELS.get(name, Text(name, name))
    if where is None or name == where[0]:
        number = f" {where[1]}" if where else ""
        return Text(f"{zh}{number}", f"{en}{number}")
    whole = LABELS[where[0]]
    return Text(f"第 {where[1]} 个{whole.zh}的{zh}", f"{en} of number {where[1]} of {whole.en}")
