"""A sheet as PDF: the typeface embedded as a subset, text that can be found, tagged for readers.

Each group is a layer. What is drawn is one figure with the sheet's description; every line of
text is a paragraph of its own, group after group. Halos are shapes, so no text is there twice.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np

from geomap.render.drawing.font import BOLD_EM, font, visible
from geomap.render.drawing.hatching import Segments, hatch_segments
from geomap.render.drawing.outlines import placed_glyphs, words_outline
from geomap.render.drawing.pdf_font import EmbeddedFont, embed_font
from geomap.render.drawing.pdf_objects import (
    PdfFile,
    dictionary,
    pdf_number,
    reference,
    references,
    text,
)
from geomap.render.drawing.scene import (
    MM_PER_INCH,
    MM_PER_PT,
    PT_PER_INCH,
    Circle,
    Item,
    Ring,
    Scene,
    SceneWords,
    Shape,
    Stroke,
)
from geomap.render.drawing.svg import legible

_PT_PER_MM = PT_PER_INCH / MM_PER_INCH
_CURVE, _CLOSE = 3, 79
_ARC = 0.5522847498
"""Length of the handles by which four Bézier curves make a circle of radius 1."""


def pdf(*scenes: Scene, made: str = "") -> bytes:
    """Write sheets whose characters and size have been checked, each on a page of its own."""
    file, first = PdfFile(), scenes[0]
    root, pages = file.reserve(), file.reserve()
    leaves = [file.reserve() for _ in scenes]
    characters = {one for scene in scenes for words in scene.words() for one in visible(words.text)}
    embedded = embed_font(file, font(), characters or {" "})
    drawn = [_Drawing(scene, embedded) for scene in scenes]
    layers = [
        file.put(dictionary({"Type": "/OCG", "Name": text(group.title)})) for group in first.groups
    ]
    for at, (page, one) in enumerate(zip(leaves, drawn, strict=True)):
        entries = {
            "Type": "/Page",
            "Parent": reference(pages),
            "MediaBox": _box(one.scene),
            "Resources": dictionary(_resources(one, layers)),
            "Contents": reference(file.stream("\n".join(one.lines).encode("ascii"))),
            "StructParents": at,
            "Tabs": "/S",
        }
        file.put(dictionary(entries), page)
    kids = {"Type": "/Pages", "Kids": references(leaves), "Count": len(leaves)}
    file.put(dictionary(kids), pages)
    catalog = {
        "Type": "/Catalog",
        "Pages": reference(pages),
        "Lang": text(first.lang),
        "MarkInfo": "<</Marked true>>",
        "StructTreeRoot": reference(_structure(file, list(zip(leaves, drawn, strict=True)))),
        "ViewerPreferences": "<</DisplayDocTitle true>>",
        "Metadata": reference(_metadata(file, first, made)),
        "OCProperties": dictionary(
            {"OCGs": references(layers), "D": f"<</Order {references(layers)}>>"}
        ),
    }
    file.put(dictionary(catalog), root)
    info = {"Title": text(first.title), "Subject": text(first.description)}
    return file.content(root=root, info=file.put(dictionary(info)))


def _box(scene: Scene) -> str:
    size = (scene.width_mm * _PT_PER_MM, scene.height_mm * _PT_PER_MM)
    return f"[0 0 {pdf_number(size[0])} {pdf_number(size[1])}]"


def _resources(drawn: _Drawing, layers: list[int]) -> dict[str, str]:
    return {
        "Font": f"<</F {reference(drawn.font.object_)}>>",
        "ExtGState": dictionary(
            {name: f"<</ca {share}/CA {share}>>" for share, name in drawn.shares.items()}
        ),
        "Properties": dictionary({f"L{at}": reference(one) for at, one in enumerate(layers)}),
    }


class _Drawing:
    """What is on the page, as operators; and which marked content is what.

    ``paragraphs`` holds, group after group, the numbers of its lines of text; ``figure`` the
    number of the drawing, where there is one.
    """

    def __init__(self, scene: Scene, embedded: EmbeddedFont) -> None:
        self.font = embedded
        self.scene = scene
        self.shares: dict[float, str] = {}
        self.paragraphs: list[list[int]] = []
        self.figures: list[int] = []
        self.marked = 0
        wide, high = scene.width_mm, scene.height_mm
        k = pdf_number(_PT_PER_MM)
        self.lines = [
            # From here on millimetres, y down.
            f"{k} 0 0 -{k} 0 {pdf_number(high * _PT_PER_MM)} cm 1 j",
            "/Artifact BMC",
            f"{_rgb(scene.background)} rg 0 0 {pdf_number(wide)} {pdf_number(high)} re f",
            "EMC",
        ]
        for at, group in enumerate(scene.groups):
            self.lines.append(f"/OC /L{at} BDC")
            self._group(group.items)
            self.lines.append("EMC")

    def _group(self, items: tuple[Item, ...]) -> None:
        """Draw a group; its shapes belong to the figure when one of them has something to tell."""
        told = any(not isinstance(item, SceneWords) and item.title for item in items)
        self.paragraphs.append([])
        open_ = False
        for item in items:
            if isinstance(item, SceneWords):
                if open_:
                    self.lines.append("EMC")
                open_ = False
                self._words(item)
                continue
            if not open_:
                self.lines.append(self._figure() if told else "/Artifact BMC")
                open_ = True
            self._shape(item)
        if open_:
            self.lines.append("EMC")

    def _figure(self) -> str:
        self.figures.append(self._next())
        return f"/Figure <</MCID {self.figures[-1]}>> BDC"

    def _next(self) -> int:
        self.marked += 1
        return self.marked - 1

    def _shape(self, item: Shape | Circle) -> None:
        outline = _circle(item) if isinstance(item, Circle) else _rings(item)
        if not outline:
            return
        segments = hatch_segments(item)
        self.lines.append("q")
        if item.opacity < 1:
            name = self.shares.setdefault(item.opacity, f"A{len(self.shares)}")
            self.lines.append(f"/{name} gs")
        if len(segments) and item.hatch:
            self._paint(outline, item.fill, None)
            ends = "1 J " if item.hatch.kind == "dots" else ""
            ink = Stroke(item.hatch.colour, item.hatch.width_mm)
            self.lines.append(f"q {ends}{_pen(ink)} {_strokes(segments)} S Q")
            self._paint(outline, None, item.stroke)
        else:
            self._paint(outline, item.fill, item.stroke)
        self.lines.append("Q")

    def _paint(self, outline: str, fill: str | None, stroke: Stroke | None) -> None:
        if fill is None and stroke is None:
            return
        ink = f"{_rgb(fill)} rg " if fill else ""
        pen = f"{_pen(stroke)} " if stroke else ""
        how = {(True, True): "B*", (True, False): "f*", (False, True): "S"}
        self.lines.append(f"{ink}{pen}{outline} {how[fill is not None, stroke is not None]}")

    def _words(self, words: SceneWords) -> None:
        shown = visible(words.text)
        if not shown.strip():
            return
        if words.halo:
            halo = _halo(words)
            self.lines.append(f"/Artifact BMC q {_pen(words.halo)} {halo} S Q EMC")
        self.paragraphs[-1].append(self._next())
        _, begin = next(iter(placed_glyphs(words)))
        size = words.size_pt * MM_PER_PT
        ink = f"{_rgb(words.colour)} rg"
        if words.bold:
            ink += f" {_pen(Stroke(words.colour, BOLD_EM * size))} 2 Tr"
        self.lines.append(
            f"/P <</MCID {self.paragraphs[-1][-1]}>> BDC q BT {ink} /F {pdf_number(size)} Tf"
            # The letters must not stand on their heads.
            f" 1 0 0 -1 {pdf_number(begin)} {pdf_number(words.y)} Tm"
            f" {self.font.hex(shown)} Tj ET Q EMC"
        )


def _structure(file: PdfFile, pages: list[tuple[int, _Drawing]]) -> int:
    """Write the tree of tags: a figure, then for each group a section with its lines of text."""
    root, document = file.reserve(), file.reserve()
    kids: list[int] = []
    parents = [references(_tagged(file, page, drawn, document, kids)) for page, drawn in pages]
    file.put(
        f"<</Type /StructElem/S /Document/P {reference(root)}/K {references(kids)}>>", document
    )
    numbered = " ".join(f"{at} {listed}" for at, listed in enumerate(parents))
    tree = file.put(f"<</Nums [{numbered}]>>")
    entries = {
        "Type": "/StructTreeRoot",
        "K": references([document]),
        "ParentTree": reference(tree),
        "ParentTreeNextKey": len(pages),
    }
    return file.put(dictionary(entries), root)


def _tagged(file: PdfFile, page: int, drawn: _Drawing, document: int, kids: list[int]) -> list[int]:
    """Write the tags of one page and add its sections to ``kids``; gives what owns each mark."""
    parents = [0] * drawn.marked

    def element(tag: str, parent: int, marks: list[int], more: str = "") -> int:
        content = f"[{' '.join(map(str, marks))}]"
        made = file.put(
            f"<</Type /StructElem/S /{tag}/P {reference(parent)}/Pg {reference(page)}"
            f"/K {content}{more}>>"
        )
        for mark in marks:
            parents[mark] = made
        return made

    if drawn.figures:
        box = _box(drawn.scene)
        attributes = f"/Alt {text(drawn.scene.description)}/A <</O /Layout/BBox {box}>>"
        kids.append(element("Figure", document, drawn.figures, attributes))
    for group, marks in zip(drawn.scene.groups, drawn.paragraphs, strict=True):
        if marks:
            section = file.reserve()
            lines = [element("P", section, [mark]) for mark in marks]
            file.put(
                f"<</Type /StructElem/S /Sect/P {reference(document)}/T {text(group.title)}"
                f"/K {references(lines)}>>",
                section,
            )
            kids.append(section)
    return parents


def _metadata(file: PdfFile, scene: Scene, made: str) -> int:
    """Write XMP: title, description, language and, where given, the date."""
    title, description, lang = (
        escape(legible(one)) for one in (scene.title, scene.description, scene.lang)
    )
    date = f"<xmp:CreateDate>{escape(legible(made))}</xmp:CreateDate>" if made else ""
    packet = f"""<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt>\
</dc:description>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
{date}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
    return file.stream(packet.encode(), {"Type": "/Metadata", "Subtype": "/XML"}, packed=False)


def _rings(item: Shape) -> str:
    end = " h" if item.closed else ""
    return " ".join(_ring(ring) + end for ring in item.rings if len(ring) > 1)


def _ring(ring: Ring) -> str:
    form = "%.3f %.3f m" + " %.3f %.3f l" * (len(ring) - 1)
    return form % tuple(ring.ravel().tolist())


def _strokes(segments: Segments) -> str:
    return ("%.3f %.3f m %.3f %.3f l " * len(segments)) % tuple(np.ravel(segments).tolist())


def _circle(circle: Circle) -> str:
    x, y, r, a = circle.x, circle.y, circle.radius_mm, circle.radius_mm * _ARC
    around = [
        (x + r, y + a, x + a, y + r, x, y + r),
        (x - a, y + r, x - r, y + a, x - r, y),
        (x - r, y - a, x - a, y - r, x, y - r),
        (x + a, y - r, x + r, y - a, x + r, y),
    ]
    curves = [" ".join(map(pdf_number, curve)) + " c" for curve in around]
    return f"{pdf_number(x + r)} {pdf_number(y)} m {' '.join(curves)} h"


def _halo(words: SceneWords) -> str:
    """Write the outlines of a line of text."""
    outline = words_outline(words)
    if outline is None:
        return ""
    points, codes = outline[0].tolist(), outline[1].tolist()
    parts, at = [], 0
    while at < len(codes):
        x, y = points[at]
        if codes[at] == _CURVE:  # the handle, then the end
            parts.append(_cubic(points[at - 1], points[at], points[at + 1]))
            at += 1
        else:
            parts.append("h" if codes[at] == _CLOSE else f"{x:.3f} {y:.3f} {'ml'[codes[at] - 1]}")
        at += 1
    return " ".join(parts)


def _cubic(start: list[float], handle: list[float], end: list[float]) -> str:
    """Write a quadratic curve as the cubic one that PDF knows."""
    first = [a + 2 * (b - a) / 3 for a, b in zip(start, handle, strict=True)]
    second = [a + 2 * (b - a) / 3 for a, b in zip(end, handle, strict=True)]
    return " ".join(f"{value:.3f}" for value in (*first, *second, *end)) + " c"


def _pen(stroke: Stroke) -> str:
    dash = " ".join(map(pdf_number, stroke.dash_mm))
    pen = f"{_rgb(stroke.colour)} RG {pdf_number(stroke.width_mm)} w"
    return f"{pen} [{dash}] 0 d" if dash else pen


def _rgb(colour: str) -> str:
    return " ".join(pdf_number(part / 255) for part in bytes.fromhex(colour.removeprefix("#")))
