"""One transaction of releasing: batches are collected, then written together, table by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Connection

from survey_app.domain.local_day import FIRST_DAY, month_of
from survey_app.domain.quality import duration_band
from survey_app.domain.release_plan import SEVERAL, Batches, Integers
from survey_app.domain.release_rules import MIXED
from survey_app.domain.tally_many import count_parts, matrix_of
from survey_app.services import comment_release
from survey_app.services.comment_release import Written
from survey_app.services.release_rows import STAGE_NAMES, Rows, joined, shuffled
from survey_app.services.release_scene import Scene
from survey_app.storage import inbox, releases, tallies
from survey_app.storage.releases import Release, ReleasedResponses
from survey_app.storage.tables import CHANNELS
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


def _day(number: int) -> date:
    return date.fromordinal(FIRST_DAY + number)


def _name(number: int, names: Sequence[str]) -> str:
    return MIXED if number == SEVERAL else names[number]


@dataclass
class ReleaseRun:
    """One transaction's releases, and what is known while they are made. Nothing is written before ``finish``."""

    connection: Connection
    scene: Scene
    summary: ReleaseSummary
    _heads: list[Release] = field(default_factory=list)
    _members: list[Rows] = field(default_factory=list)
    """Of all heads, in their order."""

    def release(self, rows: Rows, batches: Batches) -> None:
        """Release these batches of the rows."""
        if not len(batches.sizes):
            return
        members, starts = rows.at(batches.members), batches.starts
        firsts = members.at(starts)
        columns = (firsts.unit_id, firsts.wave_id, firsts.version_id, batches.last_day, batches.stage, batches.channel)
        every = zip(*(column.tolist() for column in (*columns, firsts.flagged, batches.sizes)), strict=True)
        least, today = self.scene.settings.thresholds.release, self.scene.today
        self._heads += [
            Release(
                unit_id=unit_id,
                wave_id=wave_id,
                version_id=version_id,
                month=month_of(_day(last_day)),
                stage=_name(stage, STAGE_NAMES),
                channel=_name(channel, CHANNELS),
                flagged=flagged,
                threshold=least,
                responses=size,
                released_on=today,
            )
            for unit_id, wave_id, version_id, last_day, stage, channel, flagged, size in every
        ]
        self._members.append(members)
        self.summary.releases += len(batches.sizes)
        self.summary.responses += len(members)

    def finish(self) -> None:
        """Write the releases collected: heads, responses, comments, tallies and their sums, spent keys."""
        if not self._heads:
            return
        heads, members = self._heads, joined(self._members)
        self._heads, self._members = [], []
        numbers = releases.add_releases(self.connection, heads)
        owner = np.repeat(np.arange(len(heads)), [head.responses for head in heads])
        self._move(members, np.array(numbers)[owner])
        self._tally(heads, numbers, members, owner)

    def _move(self, members: Rows, numbers: Integers) -> None:
        keys = members.key.tolist()
        inbox.remove(self.connection, keys)
        releases.spend_keys(self.connection, keys, self.scene.today + timedelta(days=SPENT_KEY_DAYS))
        order = shuffled(len(members))
        releases.add_responses(self.connection, _released(members.at(order), numbers[order]))
        self._keep_comments(members)
        self._keep_seconds(members)

    def _keep_comments(self, members: Rows) -> None:
        said = members.at(np.array([comment is not None for comment in members.comment.tolist()], dtype=np.bool_))
        columns = (said.counter_id, said.wave_id, said.day, said.language, said.comment)
        written = [
            Written(self.scene.centre_of(counter_id), wave_id, _day(day), language, text)
            for counter_id, wave_id, day, language, text in zip(*(column.tolist() for column in columns), strict=True)
        ]
        comment_release.keep_waiting(self.connection, written)

    def _keep_seconds(self, members: Rows) -> None:
        for version_id in np.unique(members.version_id).tolist():
            told = members.seconds[(members.version_id == version_id) & ~members.flagged].tolist()
            slug = self.scene.versions[version_id].questionnaire.slug
            self.summary.seconds.setdefault(slug, []).extend(second for second in told if second is not None)

    def _tally(self, heads: Sequence[Release], numbers: Sequence[int], members: Rows, owner: Integers) -> None:
        """The tally of each release, and the sums of all units above it."""
        of_version: dict[int, list[int]] = defaultdict(list)
        for place, head in enumerate(heads):
            of_version[head.version_id].append(place)
        for version_id, places in of_version.items():
            records = members.record[members.version_id == version_id].tolist()
            sizes = [heads[place].responses for place in places]
            fresh = count_parts(self.scene.versions[version_id].layout, matrix_of(records), sizes)
            tallies.add_release_tallies(self.connection, [numbers[place] for place in places], fresh)
            parts: dict[UnitTallyKey, list[int]] = defaultdict(list)
            for row, place in enumerate(places):
                for key in self._sums_of(heads[place]):
                    parts[key].append(row)
            sums = fresh.summed(list(parts.values()))
            tallies.add_to_units(self.connection, {key: place for place, key in enumerate(parts)}, sums)

    def _sums_of(self, head: Release) -> list[UnitTallyKey]:
        """The sums a release is part of: its unit's and those above."""
        rest = (head.month, head.wave_id, head.version_id, head.stage, head.channel, head.flagged)
        return [UnitTallyKey(unit_id, *rest) for unit_id in (head.unit_id, *self.scene.above[head.unit_id])]


def _released(rows: Rows, numbers: Integers) -> ReleasedResponses:
    """Rows as responses of the releases with these numbers."""
    days = {number: _day(number) for number in np.unique(rows.day).tolist()}
    records, seconds = rows.record.tolist(), rows.seconds.tolist()
    bands = {taken: duration_band(taken) for taken in set(seconds)}
    return ReleasedResponses(
        release_id=numbers.tolist(),
        version_id=rows.version_id.tolist(),
        record_length=[*map(len, records)],
        day=[days[number] for number in rows.day.tolist()],
        stage=[STAGE_NAMES[number] for number in rows.stage.tolist()],
        channel=[CHANNELS[number] for number in rows.channel.tolist()],
        language=rows.language.tolist(),
        duration_band=[bands[taken] for taken in seconds],
        flagged=rows.flagged.tolist(),
        record=records,
    )
