"""A road network of four nodes, written as GraphML."""

from __future__ import annotations

HEAD = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="node" attr.name="x" attr.type="string"/>
<key id="d1" for="node" attr.name="y" attr.type="string"/>
<key id="d2" for="edge" attr.name="length" attr.type="string"/>
<key id="d3" for="edge" attr.name="speed_kph" attr.type="string"/>
<graph edgedefault="{kind}">
"""
TAIL = "</graph></graphml>"
NODES = {"a": (109.0, 39.0), "b": (109.1, 39.0), "c": (109.2, 39.0), "x": (110.0, 39.5)}


def graphml(*edges: tuple[str, str, int, int], kind: str = "undirected") -> bytes:
    nodes = "".join(
        f'<node id="{id_}"><data key="d0">{x}</data><data key="d1">{y}</data></node>'
        for id_, (x, y) in NODES.items()
    )
    lines = "".join(
        f'<edge source="{u}" target="{v}"><data key="d2">{m}</data><data key="d3">{s}</data></edge>'
        for u, v, m, s in edges
    )
    return (HEAD.format(kind=kind) + nodes + lines + TAIL).encode()
