"""How often a property is tried whose examples take long; all others as often as hypothesis likes.

``GEOMAP_EXAMPLES=100`` tries these as often too.
"""

from __future__ import annotations

import os

from hypothesis import settings

FEW = settings(max_examples=int(os.environ.get("GEOMAP_EXAMPLES", "40")), deadline=None)
