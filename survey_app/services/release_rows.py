"""Waiting responses as releasing handles them: column by column, thousands at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.local_day import MINUTES_A_DAY, MINUTES_AHEAD
from survey_app.domain.quality import STAGES, UNKNOWN_STAGE
from survey_app.domain.release_plan import Flags, Integers, Waiting
from survey_app.domain.tally_many import matrix_of
from survey_app.storage.questionnaires import PublishedVersion
from survey_app.storage.tables import CHANNELS

STAGE_NAMES = (*STAGES.values(), UNKNOWN_STAGE)
"""Stages by their numbers here."""
_CHANNEL_NUMBERS = {name: number for number, name in enumerate(CHANNELS)}
_UNKNOWN = len(STAGES)
_STAGE_OF_CODE = np.full(128, _UNKNOWN, dtype=np.int64)
_STAGE_OF_CODE[[ord(code) for code in STAGES]] = range(len(STAGES))
_NOT_SHOWN = ord("-")
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Rows:
    """Waiting responses. ``unit_id``: where they may be released, the counter or a unit above it.

    ``day`` counts from 1970-01-01. ``put_to``: responses × as many columns as any version has routed items.
    """

    unit_id: Integers
    counter_id: Integers
    wave_id: Integers
    version_id: Integers
    minute: Integers
    stage: Integers
    channel: Integers
    flagged: Flags
    put_to: Flags
    key: Texts
    language: Texts
    seconds: Texts
    record: Texts
    comment: Texts

    def __len__(self) -> int:
        return len(self.key)

    @property
    def day(self) -> Integers:
        return (self.minute + MINUTES_AHEAD) // MINUTES_A_DAY

    @property
    def place(self) -> Integers:
        """A number for each unit, wave and version: no two of them share one."""
        waves, versions = int(self.wave_id.max(initial=0)) + 1, int(self.version_id.max(initial=0)) + 1
        return (self.unit_id * waves + self.wave_id) * versions + self.version_id

    def at(self, wanted: Integers | Flags) -> Rows:
        """Some of the rows, by their places or by whether they are wanted."""
        return Rows(**{name: column[wanted] for name, column in vars(self).items()})

    def moved(self, unit_ids: Integers) -> Rows:
        """The same where they may be released at other units."""
        return replace(self, unit_id=unit_ids)

    def waiting(self) -> Waiting:
        """What the rules of a release look at."""
        return Waiting(self.place, self.stage, self.channel, self.flagged, self.day, self.put_to)


def joined(parts: Sequence[Rows]) -> Rows:
    """All of these, at least one, one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Rows(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})


def rows_of(stored: Mapping[str, Sequence[Any]], versions: Mapping[int, PublishedVersion]) -> Rows:
    """Rows from the columns of the inbox, with what their records tell."""
    counter, wave, version, minute = (
        np.array(stored[name], dtype=np.int64) for name in ("counter_id", "wave_id", "version_id", "received_minute")
    )
    texts = {name: np.array(stored[name], dtype=object) for name in ("key", "language", "record", "comment")}
    stage, put_to = _told(version, texts["record"], versions)
    return Rows(
        unit_id=counter,
        counter_id=counter,
        wave_id=wave,
        version_id=version,
        minute=minute,
        stage=stage,
        channel=np.array([_CHANNEL_NUMBERS[name] for name in stored["channel"]], dtype=np.int64),
        flagged=np.array(stored["flagged"], dtype=np.bool_),
        put_to=put_to,
        seconds=np.array(stored["seconds_taken"], dtype=object),
        **texts,
    )


def _told(version: Integers, record: Texts, versions: Mapping[int, PublishedVersion]) -> tuple[Integers, Flags]:
    """Visit stages, and which routed items were put, as the records show it."""
    stage = np.full(len(version), _UNKNOWN, dtype=np.int64)
    routed = max((len(one.routed_positions) for one in versions.values()), default=0)
    put_to = np.zeros((len(version), routed), dtype=np.bool_)
    for number in np.unique(version).tolist():
        own, published = np.flatnonzero(version == number), versions[number]
        matrix = matrix_of(record[own].tolist())
        if published.stage_position is not None:
            stage[own] = _STAGE_OF_CODE[matrix[:, published.stage_position]]
        for item, position in enumerate(published.routed_positions):
            put_to[own, item] = matrix[:, position] != _NOT_SHOWN
    return stage, put_to


def shuffled(number: int) -> Integers:
    """The numbers below ``number`` in an order drawn from the operating system's randomness."""
    return np.argsort(np.frombuffer(secrets.token_bytes(8 * number), dtype=np.uint64), kind="stable")
