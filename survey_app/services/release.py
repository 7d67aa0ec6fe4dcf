"""Releasing: inbox rows become responses and tallies, at least k at a time; comments go on by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from sqlalchemy import Engine

from survey_app.domain.comment_themes import Themes
from survey_app.domain.crowds import crowded
from survey_app.domain.local_day import minute_of
from survey_app.domain.release_plan import plan_batches
from survey_app.services import comment_release
from survey_app.services.durations import keep_measured
from survey_app.services.province_settings import read_settings
from survey_app.services.release_rows import Rows, joined, rows_of
from survey_app.services.release_run import ReleaseRun, ReleaseSummary
from survey_app.services.release_scene import Moment, Scene, read_scene
from survey_app.services.residence_closing import close_quarters
from survey_app.storage import audit_log, inbox, releases
from survey_app.storage.bulk import begin_bulk_write
from survey_app.storage.database import RELEASE_LOCK, begin_read, sweep, try_lock
from survey_app.storage.inbox import Group
from survey_app.storage.theme_files import load_themes

AT_ONCE = 25_000
"""A transaction is full with so many responses: on SQLite it holds up citizens' writes, for about a second."""
RESPONSES_A_GROUP = 40
"""So many are reckoned for a group of fewer, which costs no less."""


def _release(run: ReleaseRun, rows: Rows) -> Rows:
    """Release what may be released, each where it may be; returns what goes on waiting."""
    batches = plan_batches(rows.waiting(), run.scene.settings.thresholds.release, run.scene.mixed_before())
    run.release(rows, batches)
    return rows.at(np.delete(np.arange(len(rows)), batches.members))


def _waiting(run: ReleaseRun, groups: Sequence[Group]) -> Rows:
    """The waiting responses of groups; those that came faster than any desk serves are flagged, the first as well."""
    rows = rows_of(inbox.waiting_at(run.connection, groups), run.scene.versions)
    is_crowded = crowded(rows.place, rows.minute, run.scene.settings.pace)
    caught = rows.key[is_crowded & ~rows.flagged].tolist()
    inbox.flag(run.connection, sorted(caught))
    run.summary.newly_flagged += len(caught)
    return replace(rows, flagged=rows.flagged | is_crowded)


def _release_remainders(run: ReleaseRun, waiting: Iterable[Group]) -> None:
    """What is left of the counters joins at the centre; when the wave is over, all of it, and above until it is k.

    While the wave runs only those join who were put an item that too few at their counter are put, and who have
    waited as long as for a mixed release: at their counter they may wait in vain.
    """
    scene = run.scene
    rows = _waiting(run, [group for group in waiting if scene.above[group[0]] and scene.may_join(*group[1:])])
    rows = _above(scene, rows.at(scene.joining(rows)))
    while len(rows):
        depths = np.array([len(scene.above[unit_id]) for unit_id in rows.unit_id.tolist()])
        is_deepest = depths == depths.max()
        left = _release(run, rows.at(is_deepest))
        climbing = _above(scene, left.at(scene.over(left)))
        rows = joined([rows.at(~is_deepest), climbing])


def _above(scene: Scene, rows: Rows) -> Rows:
    """The rows at the next unit above; those at the top are gone."""
    nearest = np.array([next(iter(scene.above[unit_id]), 0) for unit_id in rows.unit_id.tolist()], dtype=np.int64)
    return rows.moved(nearest).at(nearest > 0)


def _in_transaction(
    engine: Engine, moment: Moment, summary: ReleaseSummary, work: Callable[[ReleaseRun], None]
) -> bool:
    """Do ``work`` in one transaction under the release lock; False when another releaser holds it."""
    with begin_bulk_write(engine) as connection:
        if not try_lock(connection, RELEASE_LOCK):
            return False
        run = ReleaseRun(connection, read_scene(connection, moment), summary)
        work(run)
        run.finish()
    return True


def _chunks(groups: Iterable[tuple[Group, int]], at_once: int) -> Iterator[list[Group]]:
    """Groups to release in one transaction each."""
    chunk: list[Group] = []
    responses = 0
    for group, waiting in groups:
        chunk.append(group)
        responses += max(waiting, RESPONSES_A_GROUP)
        if responses >= at_once:
            yield chunk
            chunk, responses = [], 0
    if chunk:
        yield chunk


def run_releases(
    engine: Engine,
    now: datetime,
    is_patient: bool = False,
    progress: Callable[[int, int], None] | None = None,
    themes: Themes | None = None,
    at_once: int = AT_ONCE,
) -> ReleaseSummary:
    """Release everything that may be released. Safe to kill: each transaction stands or falls whole.

    Args:
        is_patient: let each visit stage wait for a batch of its own (setting ``mixed_release_days``) before what is
            left goes out mixed, and each response the ten minutes in which a burst around it would show, so that a
            burst is flagged in full; timers do, the command by hand does not.
        progress: called with (groups done, groups in all).
        themes: what comments are about; the shipped ones where none are given.
        at_once: about so many responses in one transaction.
    """
    summary, moment = ReleaseSummary(), Moment(now, is_patient)
    with begin_read(engine) as connection:
        least = read_settings(connection).thresholds.release
        full = [(group, waiting) for group, waiting in inbox.groups(connection) if waiting >= least]
    done = 0
    for chunk in _chunks(full, at_once):

        def release_chunk(run: ReleaseRun, chunk: Sequence[Group] = chunk) -> None:
            rows = _waiting(run, chunk)
            _release(run, rows.at(run.scene.settled(rows)))

        if not _in_transaction(engine, moment, summary, release_chunk):
            return summary
        done += len(chunk)
        if progress:
            progress(done, len(full))
    _tidy(engine, moment, summary, themes or load_themes())
    return summary


def _tidy(engine: Engine, moment: Moment, summary: ReleaseSummary, themes: Themes) -> None:
    def end_of_run(run: ReleaseRun) -> None:
        summary.late_retries_dropped += inbox.drop_spent(run.connection)
        _release_remainders(run, [group for group, _ in inbox.groups(run.connection)])
        run.finish()
        summary.comments += comment_release.release_comments(run.connection, run.scene.comment_desk(themes))
        close_quarters(run.connection, moment.now)
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
