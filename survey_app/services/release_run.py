"""One transaction of releasing: batches are collected, then written together, table by table."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from survey_app.domain.local_day import day_of_minute
from survey_app.domain.quality import duration_band, stage_of
from survey_app.domain.release_rules import Batch
from survey_app.domain.tally import Tally
from survey_app.domain.tally_many import count_each
from survey_app.services import comment_release
from survey_app.services.release_scene import Scene
from survey_app.storage import inbox, releases, tallies
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.releases import Release, ReleasedResponse
from survey_app.storage.tallies import UnitTallyKey

SPENT_KEY_DAYS = 30


@dataclass
class ReleaseSummary:
    """What a run did."""

    releases: int = 0
    responses: int = 0
    comments: int = 0
    """Comments that became readable; those of the responses released wait for a batch of their own."""
    late_retries_dropped: int = 0
    newly_flagged: int = 0
    still_waiting: int = 0
    left_over: int = 0
    """Those of them whose wave is over: too few in the whole province, of all or of who was put what they were put."""
    seconds: dict[str, list[int]] = field(default_factory=dict, compare=False)
    """Questionnaire -> seconds its released, unflagged responses took, where the page could tell."""


RANDOM_BITS = 62


def random_numbers(number: int) -> list[int]:
    """So many numbers of 62 random bits, from the operating system."""
    drawn = secrets.token_bytes(8 * number)
    places = range(0, len(drawn), 8)
    return [int.from_bytes(drawn[place : place + 8], "little") >> (64 - RANDOM_BITS) for place in places]


Planned = tuple[Release, Sequence[InboxEntry]]


@dataclass
class ReleaseRun:
    """One transaction's releases, and what is known while they are made. Nothing is written before ``finish``."""

    connection: Connection
    scene: Scene
    summary: ReleaseSummary
    planned: list[Planned] = field(default_factory=list)

    def release(self, unit_id: int, batch: Batch, entries: Sequence[InboxEntry]) -> None:
        """Release one batch at a unit."""
        first = entries[0]
        head = Release(
            unit_id=unit_id,
            wave_id=first.wave_id,
            version_id=first.version_id,
            month=batch.month,
            stage=batch.stage,
            channel=batch.channel,
            flagged=batch.flagged,
            threshold=self.scene.settings.thresholds.release,
            responses=len(entries),
            released_on=self.scene.today,
        )
        self.planned.append((head, entries))
        self.summary.releases += 1
        self.summary.responses += len(entries)

    def finish(self) -> None:
        """Write the releases collected: heads, responses, comments, tallies and their sums, spent keys."""
        planned, self.planned = self.planned, []
        if not planned:
            return
        numbers = releases.add_releases(self.connection, [head for head, _ in planned])
        self._move(planned, numbers)
        self._tally(planned, numbers)

    def _move(self, planned: Sequence[Planned], numbers: Sequence[int]) -> None:
        every = [entry for _, entries in planned for entry in entries]
        keys = [entry.key for entry in every]
        inbox.remove(self.connection, keys)
        releases.spend_keys(self.connection, keys, self.scene.today + timedelta(days=SPENT_KEY_DAYS))
        owners = [number for number, head in zip(numbers, planned, strict=True) for _ in head[1]]
        ids = random_numbers(len(every))
        released = [self._released(*found) for found in zip(ids, owners, every, strict=True)]
        releases.add_responses(self.connection, released)
        comment_release.keep_waiting(self.connection, every, self.scene.centre_of)
        for head, entries in planned:
            slug = self.scene.versions[head.version_id].questionnaire.slug
            told = [entry.seconds_taken for entry in entries if entry.seconds_taken is not None and not entry.flagged]
            self.summary.seconds.setdefault(slug, []).extend(told)

    def _released(self, number: int, release_id: int, entry: InboxEntry) -> ReleasedResponse:
        return ReleasedResponse(
            number,
            release_id,
            entry.version_id,
            entry.record_length,
            day_of_minute(entry.received_minute),
            stage_of(self.scene.versions[entry.version_id].stage_position, entry.record),
            entry.channel,
            entry.language,
            duration_band(entry.seconds_taken),
            entry.flagged,
            entry.record,
        )

    def _tally(self, planned: Sequence[Planned], numbers: Sequence[int]) -> None:
        """The tally of each release, and the sums of all units above it."""
        of_version: dict[int, list[int]] = defaultdict(list)
        for place, (head, _) in enumerate(planned):
            of_version[head.version_id].append(place)
        sums: dict[UnitTallyKey, Tally] = {}
        for version_id, places in of_version.items():
            records = [[entry.record for entry in planned[place][1]] for place in places]
            counted = count_each(self.scene.versions[version_id].layout, records)
            fresh = {numbers[place]: tally for place, tally in zip(places, counted, strict=True)}
            tallies.add_release_tallies(self.connection, fresh)
            for place, tally in zip(places, counted, strict=True):
                self._add_to_units(sums, planned[place][0], tally)
        tallies.add_to_units(self.connection, sums)

    def _add_to_units(self, sums: dict[UnitTallyKey, Tally], head: Release, tally: Tally) -> None:
        for unit_id in (head.unit_id, *self.scene.above[head.unit_id]):
            key = UnitTallyKey(
                unit_id, head.month, head.wave_id, head.version_id, head.stage, head.channel, head.flagged
            )
            held = sums.get(key)
            sums[key] = tally if held is None else held + tally
