"""What figures that are neither items nor factors are called in an address; the ids of those have no hyphens."""

from __future__ import annotations

WEIGHTED = "by-transactions"
CHANGE = "change-since"
STANDINGS = "among-units"
PAIRS = "each-pair"
DROP = "clear-drop"
ASSOCIATION = "with-the-rest"
