"""A valid submission becomes one row in the inbox, exactly once, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.answers import InvalidAnswers
from survey_app.domain.availability import DatabaseUnavailable
from survey_app.domain.local_day import minute_of
from survey_app.domain.quality import PaceLimits
from survey_app.services.collection import (
    LONGEST_SECONDS,
    Submission,
    accept,
    check,
    is_response_key,
    new_response_key,
    store,
)
from survey_app.services.collection_facts import OpenForm, read_facts
from survey_app.services.pace import LONGEST_DELAY, Pacing
from survey_app.services.page_token import PageFacts
from survey_app.services.release import run_releases
from survey_app.storage.database import begin_read, make_engine
from survey_app.storage.inbox import waiting
from survey_app.storage.inbox_group import InboxGroup
from tests.rows import inbox_rows
from tests.scenes import NOW, Province, fill_inbox

KEY = "0123456789abcdef0123456789abcdef"
TODAY = NOW.date()


def form_at(engine: Engine, code: str = "d4k0ng1", slug: str = "quick_pulse") -> OpenForm:
    with begin_read(engine) as connection:
        return read_facts(connection).open_form(code, slug, TODAY)


def submission(form: OpenForm, seconds: int | None = 40, key: str = KEY, **fields: str) -> Submission:
    shown = PageFacts(form.version.id, form.place.counter_id, "poster", minute_of(NOW))
    answers = check(form, {name: [value] for name, value in fields.items()}, asked_again=["comment"])
    return Submission(shown, key, "vi", seconds, answers)


def test_a_submission_is_stored_with_what_was_shown_and_nothing_of_who_sent_it(
    any_engine: Engine, any_province: Province
) -> None:
    form = form_at(any_engine)
    assert store(InboxGroup(any_engine), form, submission(form, overall="4", stage="1", comment="Tốt"), NOW)
    (row,) = inbox_rows(any_engine)
    assert row.counter_id == any_province.ids["51-23368-TT-Q1"]
    assert (row.wave_id, row.version_id) == (any_province.wave_id, any_province.pulse.id)
    assert (row.channel, row.language, row.received_minute) == ("poster", "vi", minute_of(NOW))
    assert (row.record, row.comment) == ("4" + "-" * 8 + "." * 8 + "1", "Tốt")
    assert (row.seconds_taken, row.flagged) == (40, False)
    assert KEY not in row.key


def test_the_same_key_again_changes_nothing(any_engine: Engine, any_province: Province) -> None:
    form = form_at(any_engine)
    assert store(InboxGroup(any_engine), form, submission(form, overall="4"), NOW)
    before = inbox_rows(any_engine)
    assert not store(InboxGroup(any_engine), form, submission(form, overall="4"), NOW)
    assert not store(InboxGroup(any_engine), form, submission(form, overall="1"), NOW)
    assert inbox_rows(any_engine) == before


def test_the_same_key_at_another_counter_is_another_response(any_engine: Engine, any_province: Province) -> None:
    for code in ("d4k0ng1", "d4k0ng2"):
        form = form_at(any_engine, code)
        assert store(InboxGroup(any_engine), form, submission(form, overall="4"), NOW)
    assert len({row.key for row in inbox_rows(any_engine)}) == 2


def test_many_at_once_with_one_key_make_one_row(any_engine: Engine, any_province: Province) -> None:
    form = form_at(any_engine)
    sent = submission(form, overall="5")
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: store(InboxGroup(any_engine), form, sent, NOW), range(16)))
    assert sorted(stored) == [False] * 15 + [True]
    assert len(inbox_rows(any_engine)) == 1


def test_a_late_retry_of_a_released_response_never_waits_for_another_release(
    any_engine: Engine, any_province: Province, rng: Random
) -> None:
    fill_inbox(any_engine, any_province, "51-23368-TT-Q1", 9, rng, slug="quick_pulse", stage="filing")
    form = form_at(any_engine)
    sent = submission(form, overall="4", stage="1")
    assert store(InboxGroup(any_engine), form, sent, NOW)
    assert run_releases(any_engine, NOW).responses == 10
    assert store(InboxGroup(any_engine), form, sent, NOW), "the thank-you page is the same"
    with begin_read(any_engine) as connection:
        assert waiting(connection, (form.place.counter_id, form.wave_id, form.version.id)) == []
    assert run_releases(any_engine, NOW).late_retries_dropped == 1
    assert inbox_rows(any_engine) == []


def test_the_comment_is_masked_before_it_is_stored(any_engine: Engine, any_province: Province) -> None:
    form = form_at(any_engine)
    sent = submission(form, comment="Tôi là 051203004567, gọi 0912 345 678 hoặc a.b@c.vn")
    store(InboxGroup(any_engine), form, sent, NOW)
    assert inbox_rows(any_engine)[0].comment == "Tôi là […], gọi […] hoặc […]"


def test_a_response_quicker_than_reading_is_flagged(engine: Engine, province: Province) -> None:
    form = form_at(engine)
    quick, slow = (submission(form, seconds, key, overall="4", stage="1") for seconds, key in ((0, KEY), (1, "f" * 32)))
    store(InboxGroup(engine), form, quick, NOW)
    store(InboxGroup(engine), form, slow, NOW)
    assert sorted((row.seconds_taken, row.flagged) for row in inbox_rows(engine)) == [(0, True), (1, False)]


def flags(engine: Engine) -> list[bool]:
    return sorted(row.flagged for row in inbox_rows(engine))


def test_a_response_sent_sooner_than_its_page_can_be_answered_is_flagged(engine: Engine, province: Province) -> None:
    form = form_at(engine)
    sent = submission(form, None, overall="4", stage="1")
    for opened, key in ((3, "3" * 32), (4, "4" * 32)):
        shown = replace(sent.shown, opened=int(NOW.timestamp()) - opened)
        store(InboxGroup(engine), form, replace(sent, shown=shown, response_key=key), NOW)
    assert flags(engine) == [False, True]


def test_help_is_a_channel_of_its_own(any_engine: Engine, any_province: Province) -> None:
    form = form_at(any_engine)
    store(InboxGroup(any_engine), form, replace(submission(form, overall="4"), is_assisted=True), NOW)
    assert [row.channel for row in inbox_rows(any_engine)] == ["assisted"]


LIMITS = PaceLimits(ten_minutes=3, day=5, page=2)


def accepted(engine: Engine, form: OpenForm, pacing: Pacing, place: int, load: str = "", minutes: int = 0) -> float:
    """Accept the response number ``place``; returns the delay of its reply."""
    sent = submission(form, key=f"{place:032x}", overall="4")
    sent = replace(sent, shown=replace(sent.shown, load=load))
    return accept(InboxGroup(engine), form, sent, NOW + timedelta(minutes=minutes), pacing, LIMITS)


def test_more_than_a_code_takes_in_ten_minutes_is_stored_flagged_and_slowed(
    any_engine: Engine, any_province: Province
) -> None:
    form, other, pacing = form_at(any_engine), form_at(any_engine, "d4k0ng2"), Pacing()
    delays = [accepted(any_engine, form, pacing, place) for place in range(5)]
    assert delays[:3] == [0, 0, 0]
    assert 0 < delays[3] < delays[4] <= LONGEST_DELAY
    assert accepted(any_engine, other, pacing, 5) == 0
    assert flags(any_engine) == [False] * 4 + [True] * 2
    assert accepted(any_engine, form, pacing, 6, minutes=10) == 0, "ten minutes later"


def test_more_than_a_code_takes_in_a_day_is_flagged(engine: Engine, province: Province) -> None:
    form, pacing = form_at(engine), Pacing()
    for place in range(7):
        accepted(engine, form, pacing, place, minutes=10 * place)
    assert flags(engine) == [False] * 5 + [True] * 2
    accepted(engine, form, pacing, 7, minutes=24 * 60 + 20)
    assert flags(engine) == [False] * 6 + [True] * 2


def test_many_responses_from_one_load_of_the_page_are_flagged(engine: Engine, province: Province) -> None:
    form, pacing = form_at(engine), Pacing()
    for place in range(3):
        accepted(engine, form, pacing, place, load="abc", minutes=20 * place)
    accepted(engine, form, pacing, 3, load="def", minutes=60)
    assert flags(engine) == [False] * 3 + [True]


def test_a_key_sent_again_and_again_costs_no_write_and_gets_slower_replies(engine: Engine, province: Province) -> None:
    form, pacing = form_at(engine), Pacing()
    assert accepted(engine, form, pacing, 1) == 0
    away = make_engine("postgresql://nobody@/nothing?host=/no/such/directory")
    delays = [accepted(away, form, pacing, 1) for _ in range(100)]
    assert delays[:3] == [0, 0, 0]
    assert delays[3] > 0
    assert max(delays) == LONGEST_DELAY
    assert flags(engine) == [False]


def test_what_could_not_be_stored_is_not_counted(engine: Engine, province: Province) -> None:
    form, pacing = form_at(engine), Pacing()
    away = make_engine("postgresql://nobody@/nothing?host=/no/such/directory")
    for _ in range(4):
        with pytest.raises(DatabaseUnavailable):
            accepted(away, form, pacing, 1)
    assert accepted(engine, form, pacing, 1) == 0
    assert flags(engine) == [False]


@pytest.mark.parametrize(("told", "kept"), [(None, None), (-5, 0), (0, 0), (LONGEST_SECONDS + 1, LONGEST_SECONDS)])
def test_seconds_taken_are_kept_within_a_day(
    engine: Engine, province: Province, told: int | None, kept: int | None
) -> None:
    form = form_at(engine)
    store(InboxGroup(engine), form, submission(form, told), NOW)
    assert inbox_rows(engine)[0].seconds_taken == kept


def test_answers_are_checked_against_the_version_that_is_open(engine: Engine, province: Province) -> None:
    with pytest.raises(InvalidAnswers):
        submission(form_at(engine, slug="quick_pulse"), access_info="4")
    assert submission(form_at(engine, slug="sipas_desk"), access_info="4", residence="00000")


def test_nothing_is_stored_while_the_database_is_away(engine: Engine, province: Province) -> None:
    form = form_at(engine)
    away = make_engine("postgresql://nobody@/nothing?host=/no/such/directory")
    with pytest.raises(DatabaseUnavailable):
        store(InboxGroup(away), form, submission(form, overall="4"), NOW)
    assert inbox_rows(engine) == []


def test_a_record_of_another_version_is_refused_by_the_table_itself(any_engine: Engine, any_province: Province) -> None:
    form = form_at(any_engine)
    wrong = replace(form, version=replace(form.version, id=any_province.sipas.id))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store(InboxGroup(any_engine), wrong, submission(form, overall="4"), NOW)
    assert inbox_rows(any_engine) == []


def test_response_keys_are_128_random_bits_in_lower_case() -> None:
    keys = {new_response_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(is_response_key(key) for key in keys)


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n", "０" * 32])
def test_what_is_no_response_key(text: str) -> None:
    assert not is_response_key(text)
