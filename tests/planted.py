"""Responses with planted levels of satisfaction, to see what comparisons say of them."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import Engine

from survey_app.domain.local_day import minute_of
from survey_app.domain.record import encode
from tests import scenes
from tests.scenes import NOW, Province

TYPICAL = (1, 2, 5, 9, 6)
LOW = (3, 4, 5, 5, 3)


def plant(
    engine: Engine,
    province: Province,
    counter: str,
    n: int,
    weights: tuple[int, ...],
    rng: Random,
    now: datetime = NOW,
    stage: str | None = None,
) -> None:
    """Put ``n`` responses into the inbox whose scored items are drawn with these weights of 1 to 5."""
    questionnaire, scored = province.sipas.questionnaire, set(scenes.scored_items())

    def record() -> str:
        answers = scenes.random_answers(questionnaire, rng, stage)
        drawn = {item: rng.choices("12345", weights)[0] for item in answers if item in scored}
        return encode(questionnaire, {**answers, **drawn})

    last = minute_of(now)
    scenes.put_all(
        engine,
        [
            scenes.entry(province, counter, rng, record=record(), received_minute=last - n + 1 + place)
            for place in range(n)
        ],
    )
