"""Releasing: inbox rows become responses and tallies, at least k at a time; comments go on by themselves."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from survey_app.domain.comment_themes import Themes
from survey_app.domain.local_day import day_of_minute, minute_of
from survey_app.domain.quality import crowded_minutes, duration_band, stage_of
from survey_app.domain.release_rules import Batch, Waiting, plan_batches, put_to
from survey_app.domain.tally import Tally, count
from survey_app.services import comment_release
from survey_app.services.durations import keep_measured
from survey_app.services.province_settings import read_settings
from survey_app.services.release_scene import Moment, Scene, read_scene
from survey_app.storage import audit_log, inbox, releases, tallies
from survey_app.storage.database import RELEASE_LOCK, begin_read, begin_write, sweep, try_lock
from survey_app.storage.inbox import Group, InboxEntry
from survey_app.storage.tallies import UnitTallyKey
from survey_app.storage.theme_files import load_themes

GROUPS_A_TRANSACTION = 100
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


@dataclass
class _Run:
    """One transaction's releases and the additions to unit tallies they lead to."""

    connection: Connection
    scene: Scene
    summary: ReleaseSummary
    additions: dict[UnitTallyKey, Tally] = field(default_factory=dict)

    def release(self, unit_id: int, batch: Batch, entries: Sequence[InboxEntry]) -> None:
        """Release one batch at a unit: head, responses, comments, tally, spent keys."""
        first = entries[0]
        head = releases.Release(
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
        release_id = releases.add_release(self.connection, head)
        self._move(release_id, entries)
        tally = count(self.scene.versions[first.version_id].layout, [entry.record for entry in entries])
        tallies.add_release_tally(self.connection, release_id, tally)
        self._add_to_units(head, tally)
        self.summary.releases += 1
        self.summary.responses += len(entries)

    def _move(self, release_id: int, entries: Sequence[InboxEntry]) -> None:
        stage_position = self.scene.versions[entries[0].version_id].stage_position
        inbox.remove(self.connection, [entry.key for entry in entries])
        releases.spend_keys(
            self.connection,
            [entry.key for entry in entries],
            self.scene.today + timedelta(days=SPENT_KEY_DAYS),
        )
        responses = [
            releases.ReleasedResponse(
                id=secrets.randbits(62),
                release_id=release_id,
                version_id=entry.version_id,
                record_length=entry.record_length,
                day=day_of_minute(entry.received_minute),
                stage=stage_of(stage_position, entry.record),
                channel=entry.channel,
                language=entry.language,
                duration_band=duration_band(entry.seconds_taken),
                flagged=entry.flagged,
                record=entry.record,
            )
            for entry in entries
        ]
        releases.add_responses(self.connection, sorted(responses, key=lambda response: response.id))
        comment_release.keep_waiting(self.connection, entries, self.scene.centre_of)
        slug = self.scene.versions[entries[0].version_id].questionnaire.slug
        told = (entry.seconds_taken for entry in entries if not entry.flagged)
        self.summary.seconds.setdefault(slug, []).extend(seconds for seconds in told if seconds is not None)

    def _add_to_units(self, head: releases.Release, tally: Tally) -> None:
        for unit_id in (head.unit_id, *self.scene.above[head.unit_id]):
            key = UnitTallyKey(
                unit_id, head.month, head.wave_id, head.version_id, head.stage, head.channel, head.flagged
            )
            held = self.additions.get(key)
            self.additions[key] = tally if held is None else held + tally

    def finish(self) -> None:
        """Write the sums collected since the transaction began."""
        tallies.add_to_units(self.connection, self.additions)


def _plan(scene: Scene, entries: Sequence[InboxEntry]) -> list[tuple[Batch, list[InboxEntry]]]:
    if not entries:
        return []
    version = scene.versions[entries[0].version_id]
    waiting = [
        Waiting(
            entry.key,
            stage_of(version.stage_position, entry.record),
            entry.channel,
            entry.flagged,
            day_of_minute(entry.received_minute),
            put_to(version.routed_positions, entry.record),
        )
        for entry in entries
    ]
    by_key = {entry.key: entry for entry in entries}
    batches = plan_batches(waiting, scene.settings.thresholds.release, scene.mixed_before())
    return [(batch, [by_key[key] for key in batch.keys]) for batch in batches]


def _release_at(run: _Run, unit_id: int, entries: Sequence[InboxEntry]) -> list[InboxEntry]:
    """Release what may be released at this unit; returns what goes on waiting."""
    left = {entry.key: entry for entry in entries}
    for batch, members in _plan(run.scene, entries):
        run.release(unit_id, batch, members)
        for entry in members:
            del left[entry.key]
    return list(left.values())


def _waiting(run: _Run, group: Group) -> list[InboxEntry]:
    """The waiting responses of a group; those that came faster than any desk serves are flagged, the first as well."""
    entries = inbox.waiting(run.connection, group)
    crowded = crowded_minutes([entry.received_minute for entry in entries], run.scene.settings.pace)
    caught = {entry.key for entry in entries if not entry.flagged and entry.received_minute in crowded}
    if not caught:
        return entries
    inbox.flag(run.connection, sorted(caught))
    run.summary.newly_flagged += len(caught)
    return [replace(entry, flagged=True) if entry.key in caught else entry for entry in entries]


def _release_remainders(run: _Run, waiting: Iterable[Group]) -> None:
    """What is left of the counters joins at the centre; when the wave is over, all of it, and above until it is k.

    While the wave runs only those join who were put an item that too few at their counter are put, and who have
    waited as long as for a mixed release: at their counter they may wait in vain.
    """
    levels: dict[Group, list[InboxEntry]] = defaultdict(list)
    for group in waiting:
        counter, wave_id, version_id = group
        if run.scene.above[counter] and run.scene.may_join(wave_id, version_id):
            joining = [one for one in _waiting(run, group) if run.scene.joins(one)]
            levels[run.scene.above[counter][0], wave_id, version_id] += joining
    while levels:
        unit_id, wave_id, version_id = deepest = max(levels, key=lambda place: len(run.scene.above[place[0]]))
        left = _release_at(run, unit_id, levels.pop(deepest))
        if left and run.scene.above[unit_id] and run.scene.is_over(wave_id):
            levels[run.scene.above[unit_id][0], wave_id, version_id] += left


def _in_transaction(engine: Engine, moment: Moment, summary: ReleaseSummary, work: Callable[[_Run], None]) -> bool:
    """Do ``work`` in one transaction under the release lock; False when another releaser holds it."""
    with begin_write(engine) as connection:
        if not try_lock(connection, RELEASE_LOCK):
            return False
        summary.late_retries_dropped += inbox.drop_spent(connection)
        run = _Run(connection, read_scene(connection, moment), summary)
        work(run)
        run.finish()
    return True


def run_releases(
    engine: Engine,
    now: datetime,
    is_patient: bool = False,
    progress: Callable[[int, int], None] | None = None,
    themes: Themes | None = None,
) -> ReleaseSummary:
    """Release everything that may be released. Safe to kill: each transaction stands or falls whole.

    Args:
        is_patient: let each visit stage wait for a batch of its own (setting ``mixed_release_days``) before what is
            left goes out mixed, and each response the ten minutes in which a burst around it would show, so that a
            burst is flagged in full; timers do, the command by hand does not.
        progress: called with (groups done, groups in all).
        themes: what comments are about; the shipped ones where none are given.
    """
    summary, moment = ReleaseSummary(), Moment(now, is_patient)
    with begin_read(engine) as connection:
        least = read_settings(connection).thresholds.release
        full = [group for group, waiting in inbox.groups(connection) if waiting >= least]
    for start in range(0, len(full), GROUPS_A_TRANSACTION):
        chunk = full[start : start + GROUPS_A_TRANSACTION]

        def release_chunk(run: _Run, chunk: Sequence[Group] = chunk) -> None:
            for group in chunk:
                _release_at(run, group[0], [one for one in _waiting(run, group) if run.scene.is_settled(one)])

        if not _in_transaction(engine, moment, summary, release_chunk):
            return summary
        if progress:
            progress(min(start + GROUPS_A_TRANSACTION, len(full)), len(full))
    _tidy(engine, moment, summary, themes or load_themes())
    return summary


def _tidy(engine: Engine, moment: Moment, summary: ReleaseSummary, themes: Themes) -> None:
    def end_of_run(run: _Run) -> None:
        _release_remainders(run, [group for group, _ in inbox.groups(run.connection)])
        summary.comments += comment_release.release_comments(run.connection, run.scene.comment_desk(themes))
        inbox.blur(run.connection, minute_of(moment.now), run.scene.settings.exact_minute_hours)
        inbox.settle(run.connection)
        releases.forget_keys(run.connection, run.scene.today)
        keep_measured(run.connection, summary.seconds)
        groups = inbox.groups(run.connection)
        summary.still_waiting = sum(waiting for _, waiting in groups)
        summary.left_over = sum(waiting for (_, wave, _), waiting in groups if run.scene.is_over(wave))
        if summary.releases or summary.newly_flagged or summary.comments:
            detail = {"releases": summary.releases, "responses": summary.responses}
            if summary.comments:
                detail["comments"] = summary.comments
            if summary.newly_flagged:
                detail["flagged"] = summary.newly_flagged
            audit_log.append(run.connection, moment.now, audit_log.SYSTEM, "release.run", None, detail)

    _in_transaction(engine, moment, summary, end_of_run)
    sweep(engine)
