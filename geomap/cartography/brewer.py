"""The numbers of ColorBrewer 2.0: for each scheme and each number of classes, its colours.

This product includes color specifications and designs developed by Cynthia Brewer
(colorbrewer2.org), Apache License 2.0. A scheme for fewer classes is no part of one for more:
each was chosen by eye, so each is written out. Only what ``cartography.palettes`` offers is here.
"""

from __future__ import annotations

from collections.abc import Mapping

_NUMBERS = """
Blues
deebf7 9ecae1 3182bd
eff3ff bdd7e7 6baed6 2171b5
eff3ff bdd7e7 6baed6 3182bd 08519c
eff3ff c6dbef 9ecae1 6baed6 3182bd 08519c
eff3ff c6dbef 9ecae1 6baed6 4292c6 2171b5 084594
f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 084594
f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b
Greens
e5f5e0 a1d99b 31a354
edf8e9 bae4b3 74c476 238b45
edf8e9 bae4b3 74c476 31a354 006d2c
edf8e9 c7e9c0 a1d99b 74c476 31a354 006d2c
edf8e9 c7e9c0 a1d99b 74c476 41ab5d 238b45 005a32
f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 005a32
f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b
Purples
efedf5 bcbddc 756bb1
f2f0f7 cbc9e2 9e9ac8 6a51a3
f2f0f7 cbc9e2 9e9ac8 756bb1 54278f
f2f0f7 dadaeb bcbddc 9e9ac8 756bb1 54278f
f2f0f7 dadaeb bcbddc 9e9ac8 807dba 6a51a3 4a1486
fcfbfd efedf5 dadaeb bcbddc 9e9ac8 807dba 6a51a3 4a1486
fcfbfd efedf5 dadaeb bcbddc 9e9ac8 807dba 6a51a3 54278f 3f007d
Oranges
fee6ce fdae6b e6550d
feedde fdbe85 fd8d3c d94701
feedde fdbe85 fd8d3c e6550d a63603
feedde fdd0a2 fdae6b fd8d3c e6550d a63603
feedde fdd0a2 fdae6b fd8d3c f16913 d94801 8c2d04
fff5eb fee6ce fdd0a2 fdae6b fd8d3c f16913 d94801 8c2d04
fff5eb fee6ce fdd0a2 fdae6b fd8d3c f16913 d94801 a63603 7f2704
Greys
f0f0f0 bdbdbd 636363
f7f7f7 cccccc 969696 525252
f7f7f7 cccccc 969696 636363 252525
f7f7f7 d9d9d9 bdbdbd 969696 636363 252525
f7f7f7 d9d9d9 bdbdbd 969696 737373 525252 252525
ffffff f0f0f0 d9d9d9 bdbdbd 969696 737373 525252 252525
ffffff f0f0f0 d9d9d9 bdbdbd 969696 737373 525252 252525 000000
YlGnBu
edf8b1 7fcdbb 2c7fb8
ffffcc a1dab4 41b6c4 225ea8
ffffcc a1dab4 41b6c4 2c7fb8 253494
ffffcc c7e9b4 7fcdbb 41b6c4 2c7fb8 253494
ffffcc c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 0c2c84
ffffd9 edf8b1 c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 0c2c84
ffffd9 edf8b1 c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 253494 081d58
GnBu
e0f3db a8ddb5 43a2ca
f0f9e8 bae4bc 7bccc4 2b8cbe
f0f9e8 bae4bc 7bccc4 43a2ca 0868ac
f0f9e8 ccebc5 a8ddb5 7bccc4 43a2ca 0868ac
f0f9e8 ccebc5 a8ddb5 7bccc4 4eb3d3 2b8cbe 08589e
f7fcf0 e0f3db ccebc5 a8ddb5 7bccc4 4eb3d3 2b8cbe 08589e
f7fcf0 e0f3db ccebc5 a8ddb5 7bccc4 4eb3d3 2b8cbe 0868ac 084081
PuBu
ece7f2 a6bddb 2b8cbe
f1eef6 bdc9e1 74a9cf 0570b0
f1eef6 bdc9e1 74a9cf 2b8cbe 045a8d
f1eef6 d0d1e6 a6bddb 74a9cf 2b8cbe 045a8d
f1eef6 d0d1e6 a6bddb 74a9cf 3690c0 0570b0 034e7b
fff7fb ece7f2 d0d1e6 a6bddb 74a9cf 3690c0 0570b0 034e7b
fff7fb ece7f2 d0d1e6 a6bddb 74a9cf 3690c0 0570b0 045a8d 023858
BuGn
e5f5f9 99d8c9 2ca25f
edf8fb b2e2e2 66c2a4 238b45
edf8fb b2e2e2 66c2a4 2ca25f 006d2c
edf8fb ccece6 99d8c9 66c2a4 2ca25f 006d2c
edf8fb ccece6 99d8c9 66c2a4 41ae76 238b45 005824
f7fcfd e5f5f9 ccece6 99d8c9 66c2a4 41ae76 238b45 005824
f7fcfd e5f5f9 ccece6 99d8c9 66c2a4 41ae76 238b45 006d2c 00441b
YlOrBr
fff7bc fec44f d95f0e
ffffd4 fed98e fe9929 cc4c02
ffffd4 fed98e fe9929 d95f0e 993404
ffffd4 fee391 fec44f fe9929 d95f0e 993404
ffffd4 fee391 fec44f fe9929 ec7014 cc4c02 8c2d04
ffffe5 fff7bc fee391 fec44f fe9929 ec7014 cc4c02 8c2d04
ffffe5 fff7bc fee391 fec44f fe9929 ec7014 cc4c02 993404 662506
RdBu
ef8a62 f7f7f7 67a9cf
ca0020 f4a582 92c5de 0571b0
ca0020 f4a582 f7f7f7 92c5de 0571b0
b2182b ef8a62 fddbc7 d1e5f0 67a9cf 2166ac
b2182b ef8a62 fddbc7 f7f7f7 d1e5f0 67a9cf 2166ac
b2182b d6604d f4a582 fddbc7 d1e5f0 92c5de 4393c3 2166ac
b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac
67001f b2182b d6604d f4a582 fddbc7 d1e5f0 92c5de 4393c3 2166ac 053061
67001f b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac 053061
PuOr
f1a340 f7f7f7 998ec3
e66101 fdb863 b2abd2 5e3c99
e66101 fdb863 f7f7f7 b2abd2 5e3c99
b35806 f1a340 fee0b6 d8daeb 998ec3 542788
b35806 f1a340 fee0b6 f7f7f7 d8daeb 998ec3 542788
b35806 e08214 fdb863 fee0b6 d8daeb b2abd2 8073ac 542788
b35806 e08214 fdb863 fee0b6 f7f7f7 d8daeb b2abd2 8073ac 542788
7f3b08 b35806 e08214 fdb863 fee0b6 d8daeb b2abd2 8073ac 542788 2d004b
7f3b08 b35806 e08214 fdb863 fee0b6 f7f7f7 d8daeb b2abd2 8073ac 542788 2d004b
BrBG
d8b365 f5f5f5 5ab4ac
a6611a dfc27d 80cdc1 018571
a6611a dfc27d f5f5f5 80cdc1 018571
8c510a d8b365 f6e8c3 c7eae5 5ab4ac 01665e
8c510a d8b365 f6e8c3 f5f5f5 c7eae5 5ab4ac 01665e
8c510a bf812d dfc27d f6e8c3 c7eae5 80cdc1 35978f 01665e
8c510a bf812d dfc27d f6e8c3 f5f5f5 c7eae5 80cdc1 35978f 01665e
543005 8c510a bf812d dfc27d f6e8c3 c7eae5 80cdc1 35978f 01665e 003c30
543005 8c510a bf812d dfc27d f6e8c3 f5f5f5 c7eae5 80cdc1 35978f 01665e 003c30
PRGn
af8dc3 f7f7f7 7fbf7b
7b3294 c2a5cf a6dba0 008837
7b3294 c2a5cf f7f7f7 a6dba0 008837
762a83 af8dc3 e7d4e8 d9f0d3 7fbf7b 1b7837
762a83 af8dc3 e7d4e8 f7f7f7 d9f0d3 7fbf7b 1b7837
762a83 9970ab c2a5cf e7d4e8 d9f0d3 a6dba0 5aae61 1b7837
762a83 9970ab c2a5cf e7d4e8 f7f7f7 d9f0d3 a6dba0 5aae61 1b7837
40004b 762a83 9970ab c2a5cf e7d4e8 d9f0d3 a6dba0 5aae61 1b7837 00441b
40004b 762a83 9970ab c2a5cf e7d4e8 f7f7f7 d9f0d3 a6dba0 5aae61 1b7837 00441b
Dark2
1b9e77 d95f02 7570b3
Set2
66c2a5 fc8d62 8da0cb
Paired
a6cee3 1f78b4 b2df8a
a6cee3 1f78b4 b2df8a 33a02c
a6cee3 1f78b4 b2df8a 33a02c fb9a99
"""


def _read(numbers: str) -> dict[str, dict[int, tuple[str, ...]]]:
    schemes: dict[str, dict[int, tuple[str, ...]]] = {}
    name = ""
    for line in numbers.split("\n")[1:-1]:
        first, *rest = line.split(" ")
        if rest:
            schemes[name][1 + len(rest)] = tuple(f"#{number}" for number in (first, *rest))
        else:
            name = first
            schemes[name] = {}
    return schemes


SCHEMES: Mapping[str, Mapping[int, tuple[str, ...]]] = _read(_NUMBERS)
"""Scheme → number of classes → ``#rrggbb`` colours, the lowest class first."""
