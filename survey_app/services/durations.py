"""How long answering really takes, measured at release: what the page promises is what people needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from sqlalchemy import Connection

from survey_app.storage import settings

LEAST_MEASURED = 30
SETTING = "measured_seconds"


def keep_measured(connection: Connection, seconds: Mapping[str, Sequence[int]]) -> None:
    """Keep the median of each questionnaire's seconds (slug -> seconds); fewer than thirty leave the last one.

    Medians alone are kept, of a whole run at once: they say nothing about any one response.
    """
    fresh = {slug: round(median(found)) for slug, found in seconds.items() if len(found) >= LEAST_MEASURED}
    if fresh:
        settings.write(connection, {SETTING: settings.read_all(connection).get(SETTING, {}) | fresh})
