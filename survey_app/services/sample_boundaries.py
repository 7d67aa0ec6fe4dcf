"""Sample history of a sample province: some former communes, and results measured in another way before ours."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import Engine

from survey_app.domain.external_series import OVERALL, ExternalSeries
from survey_app.services import external_series, unit_successions
from survey_app.services.sample_answers import lean_of
from survey_app.storage import unit_successions as stored_successions
from survey_app.storage.audit_log import SYSTEM
from survey_app.storage.database import begin_read

SERIES = ExternalSeries(
    "Google Form 2024–2025 (mẫu)",
    "DỮ LIỆU MẪU, phiếu Google Form của các xã, phường cũ",
    "Gửi đường dẫn qua Zalo, ai cũng trả lời được nhiều lần; đếm bằng tay theo quý.",
    "sipas_desk",
)
PERIODS = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
FIGURES = {OVERALL: 19, "access": 4, "procedures": 4, "officials": 5, "result": 3, "feedback": 3}
"""Figure -> how many items it is made of."""
LEVELS = (1, 2, 3, 4, 5)
DIVIDED_INTO = "21136"
"""A commune that took in a part of a divided one, so that both kinds of change are seen."""
MERGED = "23293"


def add_history(engine: Engine, province_code: str, commune_code: str, now: datetime) -> None:
    """Former communes of a few communes, and an earlier series of the province and of the whole former ones."""
    if SERIES.name in {stored.series.name for stored in external_series.series_at(engine, province_code)}:
        return
    wanted = {commune_code, MERGED, DIVIDED_INTO}
    unit_successions.adopt_country_mapping(engine, province_code, now, SYSTEM, only=wanted)
    with begin_read(engine) as connection:
        pools = stored_successions.read_all(connection)
    former = [code for commune in (commune_code, MERGED) for code in pools.pool(commune).codes[1:]]
    lines = [line for unit in [province_code, *former] for line in _lines(unit, unit == province_code)]
    head = [*("unit", "period", "figure", "responses"), *(f"level_{level}" for level in LEVELS)]
    external_series.import_series(engine, SERIES, [head, *lines], province_code, now, SYSTEM)


def _lines(unit: str, is_province: bool) -> list[list[str]]:
    rng = Random(unit)  # noqa: S311 (sample data, repeatable)
    lean = 0.3 * lean_of(unit)
    weights = [1.2 - lean, 2.0, 5.0, 9.0 + lean, 5.0 + 3 * lean]
    lines: list[list[str]] = []
    for period in PERIODS:
        responses = rng.randint(900, 1400) if is_province else rng.randint(14, 60)
        for figure, items in FIGURES.items():
            drawn = rng.choices(LEVELS, weights, k=responses * items)
            lines.append([unit, period, figure, str(responses), *(str(drawn.count(level)) for level in LEVELS)])
    return lines
