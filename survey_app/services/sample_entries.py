"""Sample responses as the inbox would hold them, made for many people at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.domain.quality import is_too_fast
from survey_app.services.sample_answers import sample_records
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.questionnaires import PublishedVersion

LEAST_SECONDS = 5


@dataclass(frozen=True)
class Crowd:
    """People who answer one form, column by column: at which counter, with which lean, from which commune, how."""

    version: PublishedVersion
    wave_id: int
    counter_ids: Sequence[int]
    leans: Sequence[float]
    homes: Sequence[str]
    channels: Sequence[str]
    languages: Sequence[str]
    comments: Sequence[str | None]


def sample_entries(crowd: Crowd, minutes: range, rng: np.random.Generator) -> list[InboxEntry]:
    """What these people send, each in one of these minutes."""
    number, asked = len(crowd.counter_ids), crowd.version.questionnaire
    if not number:
        return []
    records = sample_records(asked, crowd.leans, crowd.homes, rng)
    seconds = np.maximum(LEAST_SECONDS, np.rint(rng.normal(asked.seconds * 0.9, 20, number))).astype(int).tolist()
    columns = (
        crowd.counter_ids,
        crowd.channels,
        crowd.languages,
        rng.integers(minutes.start, minutes.stop, number).tolist(),
        seconds,
        records,
        crowd.comments,
    )
    return [
        InboxEntry(
            key=secrets.token_hex(32),
            counter_id=counter_id,
            wave_id=crowd.wave_id,
            version_id=crowd.version.id,
            record_length=crowd.version.record_length,
            channel=channel,
            language=language,
            received_minute=minute,
            seconds_taken=taken,
            flagged=is_too_fast(taken, record),
            record=record,
            comment=comment,
        )
        for counter_id, channel, language, minute, taken, record, comment in zip(*columns, strict=True)
    ]
