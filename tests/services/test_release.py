"""Releasing on both databases: at least k at once, exactly once, and nothing left that tells who was who."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Barrier

import numpy as np
import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.domain.local_day import cut_to_day, minute_of
from survey_app.domain.tally import count
from survey_app.services.recount import recount
from survey_app.services.release import run_releases
from survey_app.services.release_run import ReleaseSummary
from survey_app.storage import inbox, releases, tallies
from survey_app.storage.audit_log import entries
from survey_app.storage.comment_tables import CommentWaitingRow
from survey_app.storage.database import begin_read, begin_write, is_postgresql
from survey_app.storage.inbox import InboxEntry
from survey_app.storage.releases import Release
from survey_app.storage.tables import ReleaseRow, ResponseRow, SpentKeyRow
from tests.postgresql_server import binaries
from tests.scenes import AFTER_THE_WAVE, NOW, Province, build_province, entry, fill_inbox, put_all

K = 10
TEN_MINUTES = timedelta(minutes=10)


def heads(engine: Engine) -> list[Release]:
    with begin_read(engine) as connection:
        return [head for _, head in releases.every_release(connection)]


def waiting(engine: Engine) -> int:
    with begin_read(engine) as connection:
        return sum(number for _, number in inbox.groups(connection))


def shapes(engine: Engine, province: Province) -> list[tuple[str, str, int]]:
    """(unit, stage, responses) of every release."""
    code_of = {number: code for code, number in province.ids.items()}
    return sorted((code_of[head.unit_id], head.stage, head.responses) for head in heads(engine))


def everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table a release writes."""
    tables = ("response_inbox", "response", "tally", "unit_tally", "release", "spent_key", "audit_entry")
    tables += ("comment_waiting", "comment_batch", "comment", "comment_theme")
    with begin_read(engine) as connection:
        return {table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}")).all())) for table in tables}


def test_under_k_nothing_is_released(any_engine: Engine, any_province: Province, rng: Random) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], K - 1, rng, stage="filing")
    assert run_releases(any_engine, NOW) == ReleaseSummary(still_waiting=K - 1)
    assert heads(any_engine) == []


def test_k_are_released_at_once_with_all_they_hold(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter = any_province.counters[0]
    stored = fill_inbox(any_engine, any_province, counter, K, rng, stage="filing", comment="Cảm ơn")
    summary = run_releases(any_engine, NOW)
    assert summary == ReleaseSummary(releases=1, responses=K)
    assert heads(any_engine) == [
        Release(
            unit_id=any_province.ids[counter],
            wave_id=any_province.wave_id,
            version_id=any_province.sipas.id,
            month=date(2026, 11, 1),
            stage="filing",
            channel="poster",
            flagged=False,
            threshold=K,
            responses=K,
            released_on=date(2026, 11, 16),
        )
    ]
    with begin_read(any_engine) as connection:
        rows = connection.execute(select(ResponseRow.__table__)).all()
        comments = connection.execute(select(CommentWaitingRow.__table__)).all()
        assert entries(connection, "release.run") == [("system", None, {"releases": 1, "responses": K})]
    assert Counter(row.record for row in rows) == Counter(one.record for one in stored)
    assert {(row.day, row.stage, row.channel) for row in rows} == {(date(2026, 11, 16), "filing", "poster")}
    centre = any_province.ids[any_province.centres[0]]
    assert {(row.centre_id, row.week, row.text) for row in comments} == {(centre, date(2026, 11, 16), "Cảm ơn")}


def test_the_threshold_is_the_provinces_own(any_engine: Engine, any_province: Province, rng: Random) -> None:
    with begin_write(any_engine) as connection:
        stored = '{"release": 12, "officer_score": 12, "demographic": 12}'
        connection.execute(text("INSERT INTO setting (name, value) VALUES ('thresholds', :v)"), {"v": stored})
    fill_inbox(any_engine, any_province, any_province.counters[0], 11, rng, stage="filing")
    assert run_releases(any_engine, NOW).releases == 0
    fill_inbox(any_engine, any_province, any_province.counters[0], 1, rng, stage="filing")
    assert run_releases(any_engine, NOW).responses == 12
    assert [head.threshold for head in heads(any_engine)] == [12]


def test_a_full_stage_is_released_alone(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter = any_province.counters[0]
    fill_inbox(any_engine, any_province, counter, 11, rng, stage="filing")
    fill_inbox(any_engine, any_province, counter, 13, rng, stage="collecting")
    fill_inbox(any_engine, any_province, counter, 4, rng, stage="asking")
    run_releases(any_engine, NOW)
    assert shapes(any_engine, any_province) == [(counter, "collecting", 13), (counter, "filing", 11)]
    with begin_read(any_engine) as connection:
        stages = connection.execute(select(ResponseRow.release_id, ResponseRow.stage).distinct()).all()
    assert len(stages) == 2
    assert waiting(any_engine) == 4


def test_counters_versions_channels_and_flags_never_mix(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    first, second = any_province.counters[:2]
    fill_inbox(any_engine, any_province, first, 6, rng, stage="filing")
    fill_inbox(any_engine, any_province, first, 6, rng, stage="filing", flagged=True)
    fill_inbox(any_engine, any_province, first, 6, rng, stage="filing", slug="quick_pulse")
    fill_inbox(any_engine, any_province, second, 6, rng, stage="filing")
    assert run_releases(any_engine, NOW).releases == 0
    fill_inbox(any_engine, any_province, first, 6, rng, stage="filing", channel="kiosk")
    run_releases(any_engine, NOW)
    assert [(h.stage, h.channel, h.flagged, h.responses) for h in heads(any_engine)] == [("filing", "mixed", False, 12)]


def test_patient_releasing_gives_each_stage_time_to_fill(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    counter = any_province.counters[0]
    fill_inbox(any_engine, any_province, counter, 6, rng, stage="filing")
    fill_inbox(any_engine, any_province, counter, 6, rng, stage="other")
    assert run_releases(any_engine, NOW + timedelta(days=13), is_patient=True).releases == 0
    fill_inbox(any_engine, any_province, counter, 4, rng, stage="filing", now=NOW + timedelta(days=13))
    run_releases(any_engine, NOW + timedelta(days=13) + TEN_MINUTES, is_patient=True)
    assert shapes(any_engine, any_province) == [(counter, "filing", 10)]
    fill_inbox(any_engine, any_province, counter, 5, rng, stage="asking", now=NOW + timedelta(days=14))
    run_releases(any_engine, NOW + timedelta(days=14) + TEN_MINUTES, is_patient=True)
    assert shapes(any_engine, any_province) == [(counter, "filing", 10), (counter, "mixed", 11)]


def flagged_of(engine: Engine, province: Province, counter: str) -> list[tuple[bool, int]]:
    """(flagged, responses) of the releases at a counter."""
    return sorted((head.flagged, head.responses) for head in heads(engine) if head.unit_id == province.ids[counter])


def test_a_burst_is_flagged_in_full_however_often_releases_run(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    script, desk = any_province.counters[:2]
    start = minute_of(NOW)
    for minute in range(60):
        at = {"received_minute": start + minute, "stage": "filing"}
        if minute < 20:
            put_all(any_engine, [entry(any_province, script, rng, **at) for _ in range(20)])
        if minute % 4 == 0:
            put_all(any_engine, [entry(any_province, desk, rng, **at)])
        if minute % 5 == 0:
            run_releases(any_engine, NOW + timedelta(minutes=minute), is_patient=True)
    run_releases(any_engine, NOW + timedelta(minutes=80), is_patient=True)
    assert waiting(any_engine) < K
    assert {flagged for flagged, _ in flagged_of(any_engine, any_province, script)} == {True}
    assert sum(responses for _, responses in flagged_of(any_engine, any_province, script)) == 400
    assert {flagged for flagged, _ in flagged_of(any_engine, any_province, desk)} == {False}
    with begin_read(any_engine) as connection:
        told = [detail.get("flagged", 0) for _, _, detail in entries(connection, "release.run")]
    assert sum(told) == 400


def test_a_patient_release_waits_until_a_burst_would_show(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    fill_inbox(
        any_engine, any_province, any_province.counters[0], K, rng, stage="filing", received_minute=minute_of(NOW)
    )
    nine = NOW + timedelta(minutes=9)
    assert run_releases(any_engine, nine, is_patient=True) == ReleaseSummary(still_waiting=K)
    assert run_releases(any_engine, NOW + TEN_MINUTES, is_patient=True).responses == K


def test_a_burst_at_the_end_of_a_wave_is_flagged_too(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter, end = any_province.counters[0], AFTER_THE_WAVE - timedelta(days=4, hours=9, minutes=5)
    fill_inbox(any_engine, any_province, counter, 40, rng, stage="filing", received_minute=minute_of(end))
    run_releases(any_engine, end + TEN_MINUTES, is_patient=True)
    assert flagged_of(any_engine, any_province, counter) == [(True, 40)]


def test_responses_cut_to_their_day_are_no_burst(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter, midnight = any_province.counters[0], cut_to_day(minute_of(NOW))
    fill_inbox(any_engine, any_province, counter, 40, rng, stage="filing", received_minute=midnight)
    run_releases(any_engine, NOW + timedelta(days=4), is_patient=True)
    assert flagged_of(any_engine, any_province, counter) == [(False, 40)]


def test_more_than_a_desk_serves_in_a_day_is_flagged(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter = any_province.counters[0]
    fill_inbox(any_engine, any_province, counter, 151, rng, stage="filing", received_minute=cut_to_day(minute_of(NOW)))
    run_releases(any_engine, NOW)
    assert flagged_of(any_engine, any_province, counter) == [(True, 151)]


def test_releasing_by_hand_does_not_wait(any_engine: Engine, any_province: Province, rng: Random) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], 6, rng, stage="filing")
    fill_inbox(any_engine, any_province, any_province.counters[0], 6, rng, stage="asking")
    run_releases(any_engine, NOW)
    assert shapes(any_engine, any_province) == [(any_province.counters[0], "mixed", 12)]


def put_results_to(engine: Engine, province: Province) -> set[int]:
    """Numbers of people the item on results was put to, release by release."""
    [position] = province.sipas.routed_positions
    with begin_read(engine) as connection:
        every = [releases.records(connection, number) for number, _ in releases.every_release(connection)]
    return {sum(record[position] != "-" for record in records) for records in every}


def test_who_collects_is_never_one_of_few_in_a_release(any_engine: Engine, any_province: Province, rng: Random) -> None:
    counter = any_province.counters[0]
    fill_inbox(any_engine, any_province, counter, 9, rng, stage="filing")
    fill_inbox(any_engine, any_province, counter, 1, rng, stage="collecting")
    assert run_releases(any_engine, NOW) == ReleaseSummary(still_waiting=10)
    fill_inbox(any_engine, any_province, counter, 1, rng, stage="asking")
    assert run_releases(any_engine, NOW) == ReleaseSummary(releases=1, responses=10, still_waiting=1)
    assert put_results_to(any_engine, any_province) == {0}


def test_who_collects_joins_at_the_centre_after_waiting_in_vain(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    for counter in any_province.counters[:2]:
        fill_inbox(any_engine, any_province, counter, 6, rng, stage="collecting")
        fill_inbox(any_engine, any_province, counter, 6, rng, stage="filing")
    later = NOW + timedelta(days=13)
    assert run_releases(any_engine, later, is_patient=True).releases == 0
    fill_inbox(any_engine, any_province, any_province.counters[0], 1, rng, stage="collecting", now=later)
    run_releases(any_engine, NOW + timedelta(days=14), is_patient=True)
    assert shapes(any_engine, any_province) == [(any_province.centres[0], "collecting", 12)]
    assert waiting(any_engine) == 13, "who filed goes on waiting at the counter, and so does who came of late"
    assert put_results_to(any_engine, any_province) == {12}
    assert recount(any_engine) == []
    before = everything(any_engine)
    run_releases(any_engine, NOW + timedelta(days=14), is_patient=True)
    assert everything(any_engine) == before


def test_while_the_wave_runs_nobody_climbs_above_the_centre(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    for counter in any_province.counters:
        fill_inbox(any_engine, any_province, counter, 4, rng, stage="collecting")
    assert run_releases(any_engine, NOW + timedelta(days=30), is_patient=True) == ReleaseSummary(still_waiting=20)


def test_who_collects_climbs_to_the_province_when_the_wave_is_over(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    for counter in any_province.counters:
        fill_inbox(any_engine, any_province, counter, 3, rng, stage="collecting")
        fill_inbox(any_engine, any_province, counter, 12, rng, stage="filing")
    run_releases(any_engine, AFTER_THE_WAVE)
    assert shapes(any_engine, any_province) == sorted(
        [("51", "collecting", 15), *((counter, "filing", 12) for counter in any_province.counters)]
    )
    assert waiting(any_engine) == 0
    assert recount(any_engine) == []
    with begin_read(any_engine) as connection:
        units = {key.unit_id for key in tallies.every(connection) if key.stage == "collecting"}
    assert units == {any_province.ids["51"]}, "what is released at the province counts in its figures alone"


def test_whom_not_even_the_province_fills_to_k_goes_on_waiting_and_is_counted(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], 9, rng, stage="collecting")
    for counter in any_province.counters:
        fill_inbox(any_engine, any_province, counter, 3, rng, stage="filing")
    summary = run_releases(any_engine, AFTER_THE_WAVE)
    assert summary == ReleaseSummary(releases=1, responses=15, still_waiting=9, left_over=9)
    assert shapes(any_engine, any_province) == [("51", "filing", 15)]
    assert run_releases(any_engine, AFTER_THE_WAVE) == ReleaseSummary(still_waiting=9, left_over=9)


def test_remainders_wait_while_the_wave_runs(any_engine: Engine, any_province: Province, rng: Random) -> None:
    for counter in any_province.counters:
        fill_inbox(any_engine, any_province, counter, 6, rng, stage="filing")
    assert run_releases(any_engine, NOW) == ReleaseSummary(still_waiting=30)


def test_when_the_wave_is_over_remainders_join_at_the_centre(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    for counter in any_province.counters[:2]:
        fill_inbox(any_engine, any_province, counter, 6, rng, stage="filing")
    run_releases(any_engine, AFTER_THE_WAVE)
    assert shapes(any_engine, any_province) == [(any_province.centres[0], "filing", 12)]
    with begin_read(any_engine) as connection:
        units = {key.unit_id for key in tallies.every(connection)}
    above = (any_province.centres[0], any_province.communes[0], any_province.code)
    assert units == {any_province.ids[code] for code in above}
    assert recount(any_engine) == []


def test_remainders_climb_until_they_are_k(any_engine: Engine, any_province: Province, rng: Random) -> None:
    for counter in any_province.counters:
        fill_inbox(any_engine, any_province, counter, 2, rng, stage="filing")
    run_releases(any_engine, AFTER_THE_WAVE)
    assert shapes(any_engine, any_province) == [("51", "filing", 10)], "centres of every depth meet at the top"
    assert waiting(any_engine) == 0


def test_a_remainder_under_k_at_the_top_waits_for_good(any_engine: Engine, any_province: Province, rng: Random) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], K - 1, rng, stage="filing")
    assert run_releases(any_engine, AFTER_THE_WAVE) == ReleaseSummary(still_waiting=K - 1, left_over=K - 1)


def test_running_twice_changes_nothing(any_engine: Engine, any_province: Province, rng: Random) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], 25, rng, comment="Tốt")
    run_releases(any_engine, NOW)
    after_once = everything(any_engine)
    assert run_releases(any_engine, NOW).releases == 0
    assert everything(any_engine) == after_once


def test_a_late_retry_is_dropped(any_engine: Engine, any_province: Province, rng: Random) -> None:
    stored = fill_inbox(any_engine, any_province, any_province.counters[0], K, rng, stage="filing")
    run_releases(any_engine, NOW)
    put_all(any_engine, stored[:3])
    summary = run_releases(any_engine, NOW)
    assert summary == ReleaseSummary(late_retries_dropped=3)
    with begin_read(any_engine) as connection:
        assert releases.count_responses(connection) == K


def test_late_retries_do_not_fill_a_batch(any_engine: Engine, any_province: Province, rng: Random) -> None:
    stored = fill_inbox(any_engine, any_province, any_province.counters[0], K, rng, stage="filing")
    run_releases(any_engine, NOW)
    fill_inbox(any_engine, any_province, any_province.counters[0], K - 1, rng, stage="filing")
    put_all(any_engine, stored)
    assert run_releases(any_engine, NOW) == ReleaseSummary(late_retries_dropped=K, still_waiting=K - 1)


def test_spent_keys_are_forgotten_when_no_page_can_send_them(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], K, rng, stage="filing")
    run_releases(any_engine, NOW)
    for days, left in ((30, K), (31, 0)):
        run_releases(any_engine, NOW + timedelta(days=days))
        with begin_read(any_engine) as connection:
            assert len(connection.scalars(select(SpentKeyRow.key)).all()) == left


def test_after_72_hours_of_waiting_the_minute_is_cut_to_the_day(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    now = minute_of(NOW)
    old, young = now - 72 * 60 - 1, now - 72 * 60
    put_all(any_engine, [entry(any_province, any_province.counters[0], rng, received_minute=m) for m in (old, young)])
    run_releases(any_engine, NOW)
    group = (any_province.ids[any_province.counters[0]], any_province.wave_id, any_province.sipas.id)
    with begin_read(any_engine) as connection:
        minutes = {one.received_minute for one in inbox.waiting(connection, group)}
    assert minutes == {cut_to_day(old), young}
    assert cut_to_day(old) != old


def test_tallies_add_up_from_counter_to_province(any_engine: Engine, any_province: Province, rng: Random) -> None:
    records: dict[str, list[str]] = {}
    for counter in any_province.counters:
        stored = fill_inbox(any_engine, any_province, counter, rng.randint(10, 20), rng, stage="filing")
        records[counter] = [one.record for one in stored]
    run_releases(any_engine, NOW)
    layout = any_province.sipas.layout
    kon_tum = records[any_province.counters[0]] + records[any_province.counters[1]]
    everyone = [record for some in records.values() for record in some]
    for code, expected in ((any_province.centres[0], kon_tum), (any_province.communes[0], kon_tum), ("51", everyone)):
        with begin_read(any_engine) as connection:
            wanted = tallies.TallyFilter([any_province.ids[code]], any_province.sipas.id)
            held = list(tallies.sums(connection, wanted, ("stage", "channel", "flagged")).values())
        total = held[0]
        for tally in held[1:]:
            total = total + tally
        assert total.equals(count(layout, expected)), code


def test_recounting_agrees_and_finds_what_was_tampered_with(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], 12, rng, stage="filing")
    fill_inbox(any_engine, any_province, any_province.counters[0], 12, rng, stage="collecting")
    run_releases(any_engine, NOW)
    assert recount(any_engine) == []
    with begin_write(any_engine) as connection:
        row = connection.execute(select(ResponseRow.id, ResponseRow.record, ResponseRow.release_id).limit(1)).one()
        other = ("2" if row.record[0] != "2" else "1") + row.record[1:]
        connection.execute(update(ResponseRow).where(ResponseRow.id == row.id).values(record=other))
    found = recount(any_engine)
    assert found[0] == f"release {row.release_id}: the tally differs from its responses"
    assert sum(line.startswith("unit ") for line in found) == 4, "the counter and the three units above it"


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM unit_tally WHERE stage = 'filing' AND unit_id = 1",
        "UPDATE unit_tally SET responses = responses + 1 WHERE unit_id = 1",
        "UPDATE unit_tally SET month = '2026-10-01' WHERE unit_id = 1",
    ],
)
def test_recounting_finds_damaged_sums(any_engine: Engine, any_province: Province, rng: Random, damage: str) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], 12, rng, stage="filing")
    run_releases(any_engine, NOW)
    assert any_province.ids["51"] == 1
    with begin_write(any_engine) as connection:
        assert connection.execute(text(damage)).rowcount == 1
    assert recount(any_engine)
    assert all(line.startswith("unit 51 ") for line in recount(any_engine))


def test_a_release_stands_or_falls_whole(any_engine: Engine, any_province: Province, rng: Random) -> None:
    fill_inbox(any_engine, any_province, any_province.counters[0], 12, rng, stage="filing", comment="Tốt")
    before = everything(any_engine)
    with begin_write(any_engine) as connection:
        connection.execute(text("ALTER TABLE unit_tally RENAME TO away"))
    with pytest.raises((SQLAlchemyError, DatabaseUnavailable)):
        run_releases(any_engine, NOW)
    with begin_write(any_engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO unit_tally"))
    assert everything(any_engine) == before
    assert run_releases(any_engine, NOW).responses == 12


def test_two_releasers_at_once_release_exactly_once(any_engine: Engine, any_province: Province, rng: Random) -> None:
    for counter in any_province.counters:
        fill_inbox(any_engine, any_province, counter, 20, rng, stage="filing")
    together = Barrier(2)

    def release() -> ReleaseSummary:
        together.wait()
        return run_releases(any_engine, NOW)

    with ThreadPoolExecutor(2) as pool:
        summaries = [future.result() for future in [pool.submit(release) for _ in range(2)]]
    assert sum(summary.responses for summary in summaries) == 100
    assert shapes(any_engine, any_province) == sorted((c, "filing", 20) for c in any_province.counters)
    assert recount(any_engine) == []


def test_progress_is_told_to_the_end(any_engine: Engine, any_province: Province, rng: Random) -> None:
    for counter in any_province.counters[:3]:
        fill_inbox(any_engine, any_province, counter, K, rng, stage="filing")
    told: list[tuple[int, int]] = []
    run_releases(any_engine, NOW, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


def correlation(ranks: Sequence[int], others: Sequence[int]) -> float:
    return abs(float(np.corrcoef(ranks, others)[0, 1]))


LARGEST_BY_CHANCE = 0.25
"""More than five standard deviations of the correlation of 500 shuffled places."""


def test_stored_order_tells_nothing_of_arrival(any_engine: Engine, any_province: Province, rng: Random) -> None:
    arrivals = [
        entry(any_province, any_province.counters[0], rng, stage="filing", language=f"t{place}", comment=f"c{place}")
        for place in range(500)
    ]
    put_all(any_engine, arrivals)
    run_releases(any_engine, NOW)
    with begin_read(any_engine) as connection:
        place = "ctid" if is_postgresql(connection) else "rowid"
        responses = connection.scalars(text(f"SELECT language FROM response ORDER BY {place}")).all()
        comments = connection.scalars(text(f"SELECT text FROM comment_waiting ORDER BY {place}")).all()
        ids = connection.scalars(text("SELECT language FROM response ORDER BY id")).all()
        comment_ids = connection.scalars(text("SELECT text FROM comment_waiting ORDER BY id")).all()
        order = "key" if place == "rowid" else "ctid"
        keys = connection.scalars(text(f"SELECT key FROM spent_key ORDER BY {order}")).all()
    found = [[int(tracer[1:]) for tracer in tracers] for tracers in (responses, comments, ids, comment_ids)]
    for arrived in found:
        assert sorted(arrived) == list(range(500))
        assert correlation(arrived, range(500)) < LARGEST_BY_CHANCE
    by_response, by_comment = np.argsort(found[0]), np.argsort(found[1])
    assert correlation(by_response.tolist(), by_comment.tolist()) < LARGEST_BY_CHANCE
    assert list(keys) == sorted(keys), "spent keys stand in key order, not in that of arrival or of responses"


def test_numbers_follow_one_another_across_releases_and_tell_no_order_of_them(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    firsts = []
    for _ in range(3):
        for counter in any_province.counters:
            fill_inbox(any_engine, any_province, counter, 100, rng, stage="filing", channel="kiosk")
        run_releases(any_engine, NOW)
        with begin_read(any_engine) as connection:
            last = select(ReleaseRow.id).order_by(ReleaseRow.id.desc()).limit(len(any_province.counters))
            found = connection.execute(
                select(ResponseRow.id, ResponseRow.release_id)
                .where(ResponseRow.release_id.in_(last))
                .order_by(ResponseRow.id)
            ).all()
        firsts.append(found[0].id)
        assert [row.id - firsts[-1] for row in found] == list(range(500)), "one transaction, one stretch of numbers"
        assert correlation([row.release_id for row in found], range(500)) < LARGEST_BY_CHANCE
    assert all(0 <= first < 2**62 for first in firsts)
    assert len({first >> 40 for first in firsts}) == 3, "where a stretch begins is drawn anew"


def dump(engine: Engine) -> str:
    """Everything the database tells in a plain dump."""
    with begin_read(engine) as connection:
        if not is_postgresql(connection):
            driver = connection.connection.driver_connection
            assert driver is not None
            return "\n".join(driver.iterdump())
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [binaries() / "pg_dump", "--inserts", "--dbname", address]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def release_some(engine: Engine, province: Province, rng: Random) -> list[InboxEntry]:
    """Release 60 responses; returns them as they came."""
    stored: list[InboxEntry] = []
    for counter in province.counters[:3]:
        stored += fill_inbox(engine, province, counter, 20, rng, stage="filing", comment="Cán bộ tận tình")
    run_releases(engine, NOW + timedelta(minutes=1))
    assert waiting(engine) == 0
    return stored


def file_bytes(engine: Engine) -> bytes:
    """What stands on the disk: the SQLite file with its write-ahead log."""
    assert engine.url.database is not None
    database = Path(engine.url.database)
    return b"".join(path.read_bytes() for path in sorted(database.parent.glob(f"{database.name}*")))


def beside_its_record(content: bytes, one: InboxEntry) -> int:
    """How often the key stands right before the answers it came with."""
    rest = (content[found.end() : found.end() + 100] for found in re.finditer(one.key.encode(), content))
    return sum(one.record.encode() in part for part in rest)


def test_a_dump_holds_no_key_beside_an_answer_and_no_minute(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    stored = release_some(any_engine, any_province, rng)
    keys, minutes = {one.key for one in stored}, {one.received_minute for one in stored}
    lines = dump(any_engine).splitlines()
    with_key = [line for line in lines if any(key in line for key in keys)]
    assert len(with_key) == len(keys)
    for line in with_key:
        assert re.fullmatch(r"""INSERT INTO (public\.|")?spent_key"? VALUES ?\('\w{64}', ?'2026-12-16'\);""", line), (
            line
        )
    released = re.compile(r"""INSERT INTO (public\.|")?(response|comment_waiting|release)\b""")
    answers = [line for line in lines if released.match(line)]
    assert len(answers) == 60 + 60 + 3
    for line in answers:
        assert not re.search(r"\d\d:\d\d", line)
        assert not any(str(minute) in line for minute in minutes)


def test_the_sqlite_file_keeps_nothing_of_the_inbox(engine: Engine, province: Province, rng: Random) -> None:
    stored = release_some(engine, province, rng)
    keys = [one.key for one in stored]
    content = file_bytes(engine)
    assert all(key.encode() in content for key in keys), "spent keys"
    for one in stored:
        assert beside_its_record(content, one) == 0
    run_releases(engine, NOW + timedelta(days=31))
    content = file_bytes(engine)
    assert not any(key.encode() in content for key in keys)


def test_the_sqlite_file_keeps_no_stale_copy_between_waiting_rows(engine: Engine, province: Province) -> None:
    rng = Random(7)  # with these rows SQLite itself leaves stale copies of three released responses

    def comment() -> str | None:
        return "ă" * rng.randint(1, 300) if rng.random() < 0.5 else None

    scattered = [
        entry(province, counter, rng, stage=stage, channel=channel, comment=comment())
        for counter in province.counters
        for channel, number in (("poster", 12), ("kiosk", 9), ("ticket", 9), ("phone", 9), ("paper", 9))
        for stage in ("filing", "collecting", "asking")
        for _ in range(number)
    ]
    rng.shuffle(scattered)
    put_all(engine, [replace(one, received_minute=minute_of(NOW) - place) for place, one in enumerate(scattered)])
    run_releases(engine, NOW + TEN_MINUTES, is_patient=True)
    assert waiting(engine) == 540
    content = file_bytes(engine)
    assert not [one for one in scattered if one.channel == "poster" and beside_its_record(content, one)]
    assert all(beside_its_record(content, one) for one in scattered if one.channel != "poster")


@pytest.mark.postgresql
def test_the_postgresql_inbox_is_empty_on_disk(postgresql_engine: Engine, rng: Random) -> None:
    release_some(postgresql_engine, build_province(postgresql_engine), rng)
    with begin_read(postgresql_engine) as connection:
        assert connection.scalar(text("SELECT pg_relation_size('response_inbox')")) == 0


def test_the_clock_of_a_release_is_the_local_day(any_engine: Engine, any_province: Province, rng: Random) -> None:
    evening = datetime(2026, 11, 30, 17, 30, tzinfo=NOW.tzinfo)
    fill_inbox(any_engine, any_province, any_province.counters[0], K, rng, stage="filing", now=evening)
    run_releases(any_engine, evening)
    head = heads(any_engine)[0]
    assert (head.month, head.released_on) == (date(2026, 12, 1), date(2026, 12, 1))
