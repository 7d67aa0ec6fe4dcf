"""Comments become readable at least ten at once, a week old, shuffled and masked; exactly once, and for a year."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.services.province_settings import BadSetting
from survey_app.services.recount import recount
from survey_app.services.release import run_releases
from survey_app.services.settings_changes import change_settings
from survey_app.storage.comment_tables import CommentBatchRow, CommentRow, CommentWaitingRow
from survey_app.storage.database import begin_read, begin_write, is_postgresql
from survey_app.storage.tables import ResponseRow
from tests.comment_scenes import TEXTS, WRITTEN, every_comment, released_comments, write_comments
from tests.postgresql_server import binaries
from tests.scenes import AFTER_THE_WAVE, NOW, Province

DAY = timedelta(days=1)


def waiting(engine: Engine) -> list[str]:
    with begin_read(engine) as connection:
        return sorted(connection.scalars(select(CommentWaitingRow.text)))


def batches(engine: Engine, province: Province) -> list[tuple[str, date, int]]:
    """(unit, month, comments) of every batch."""
    code_of = {number: code for code, number in province.ids.items()}
    with begin_read(engine) as connection:
        rows = connection.execute(select(CommentBatchRow.__table__)).all()
    return sorted((code_of[row.unit_id], row.month, row.comments) for row in rows)


def test_comments_wait_after_their_responses_are_released(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, TEXTS)
    summary = run_releases(any_engine, WRITTEN)
    assert (summary.responses, summary.comments) == (10, 0)
    assert every_comment(any_engine) == []
    assert waiting(any_engine) == sorted(TEXTS)


def test_ten_become_readable_at_once_when_the_youngest_is_seven_days_old(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, TEXTS)
    run_releases(any_engine, WRITTEN)
    sunday = date(2026, 11, 1)
    for day in range(14):
        now = WRITTEN + day * DAY
        is_ripe = now.date() >= sunday + 7 * DAY
        assert run_releases(any_engine, now).comments == (10 if is_ripe else 0)
        if is_ripe:
            break
    found = every_comment(any_engine)
    assert {(one.unit_code, one.month, one.status, one.language) for one in found} == {
        (any_province.centres[0], date(2026, 10, 1), "new", "vi")
    }
    assert batches(any_engine, any_province) == [(any_province.centres[0], date(2026, 10, 1), 10)]
    assert waiting(any_engine) == []
    assert run_releases(any_engine, NOW).comments == 0


def test_nine_wait_and_a_younger_one_does_not_fill_the_batch(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, [*TEXTS[:9], *[None] * 3])
    run_releases(any_engine, WRITTEN)
    write_comments(any_engine, any_province, [TEXTS[9], *[None] * 9], at=NOW)
    run_releases(any_engine, NOW)
    assert every_comment(any_engine) == []
    assert len(waiting(any_engine)) == 10
    assert run_releases(any_engine, NOW + 20 * DAY).comments == 10


def test_counters_of_one_centre_join_and_centres_do_not(any_engine: Engine, any_province: Province):
    for counter in (0, 1, 2):
        write_comments(any_engine, any_province, [*TEXTS[:6], *[None] * 4], counter=counter)
    run_releases(any_engine, WRITTEN)
    assert run_releases(any_engine, NOW).comments == 12
    assert [(unit, number) for unit, _, number in batches(any_engine, any_province)] == [(any_province.centres[0], 12)]
    assert len(waiting(any_engine)) == 6


def test_when_a_wave_is_over_remainders_join_above_until_they_are_enough(any_engine: Engine, any_province: Province):
    for counter in (0, 2, 4):
        write_comments(any_engine, any_province, [*TEXTS[:4], *[None] * 6], counter=counter)
    run_releases(any_engine, WRITTEN)
    assert run_releases(any_engine, NOW).comments == 0
    assert run_releases(any_engine, AFTER_THE_WAVE).comments == 12
    assert [(unit, number) for unit, _, number in batches(any_engine, any_province)] == [("51", 12)]


def test_a_remainder_that_is_never_enough_is_never_read(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, [*TEXTS[:9], None])
    run_releases(any_engine, WRITTEN)
    assert run_releases(any_engine, AFTER_THE_WAVE).comments == 0
    assert run_releases(any_engine, AFTER_THE_WAVE + 60 * DAY).comments == 0
    assert len(waiting(any_engine)) == 9


def test_remainders_wait_for_the_last_comment_of_their_wave(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, [*TEXTS[:6], *[None] * 6])
    run_releases(any_engine, WRITTEN)
    end = AFTER_THE_WAVE - 4 * DAY
    write_comments(any_engine, any_province, [*TEXTS[:6], *[None] * 6], counter=2, at=end)
    run_releases(any_engine, AFTER_THE_WAVE)
    assert every_comment(any_engine) == []
    assert run_releases(any_engine, AFTER_THE_WAVE + 14 * DAY).comments == 12


def test_a_comment_carries_nothing_of_its_response(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province)
    with begin_read(any_engine) as connection:
        columns = {column.name for column in CommentRow.__table__.columns}
        assert columns == {"id", "batch_id", "language", "text", "spelled", "folded", "status", "reply_id"}
        ids = set(connection.scalars(select(CommentRow.id)))
        assert ids.isdisjoint(connection.scalars(select(ResponseRow.id)))


def test_a_rare_language_is_not_told(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, TEXTS)
    write_comments(any_engine, any_province, ["Hâm kơ̆ ti"], counter=1, language="sed")
    write_comments(any_engine, any_province, [None] * 9, counter=1)
    write_comments(any_engine, any_province, ["Thank you"], counter=0, language="en")
    write_comments(any_engine, any_province, [None] * 9, counter=0)
    run_releases(any_engine, WRITTEN)
    run_releases(any_engine, NOW)
    assert sorted(one.language for one in every_comment(any_engine)) == ["en", "other", *["vi"] * 10]


def test_texts_are_masked_and_themes_suggested(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province)
    found = {one.text: set(one.themes) for one in every_comment(any_engine)}
    assert found["Gọi lại cho tôi số [đã che: số điện thoại]."] == {"other"}
    assert found["Phải chờ đợi hơi lâu mới tới lượt."] == {"waiting"}
    assert found["Phí 150.000 đồng, có biên lai."] == {"fee"}
    assert "Chị [đã che: tên người] hướng dẫn tận tình." in found


def test_stored_order_tells_nothing_of_arrival(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, [f"c{place}" for place in range(500)])
    run_releases(any_engine, WRITTEN)
    run_releases(any_engine, NOW)
    with begin_read(any_engine) as connection:
        place = "ctid" if is_postgresql(connection) else "rowid"
        orders = [
            connection.scalars(text(f"SELECT text FROM comment ORDER BY {order}")).all() for order in (place, "id")
        ]
    for order in orders:
        arrived = [int(tracer[1:]) for tracer in order]
        assert sorted(arrived) == list(range(500))
        assert abs(float(np.corrcoef(arrived, range(500))[0, 1])) < 0.25


def dump(engine: Engine) -> str:
    with begin_read(engine) as connection:
        if not is_postgresql(connection):
            driver = connection.connection.driver_connection
            assert driver is not None
            return "\n".join(driver.iterdump())
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [binaries() / "pg_dump", "--inserts", "--dbname", address]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_dump_holds_no_week_and_no_unmasked_text_of_readable_comments(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province)
    everything = dump(any_engine)
    assert "2026-10-26" not in everything
    assert "0905" not in everything
    assert "Hạnh" not in everything


def test_the_sqlite_file_keeps_nothing_of_what_waited(engine: Engine, province: Province):
    released_comments(engine, province)
    assert engine.url.database is not None
    content = Path(engine.url.database).read_bytes()
    assert b"0905 123 456" not in content
    assert "Hạnh".encode() not in content


def test_a_release_of_comments_stands_or_falls_whole(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, TEXTS)
    run_releases(any_engine, WRITTEN)
    with begin_write(any_engine) as connection:
        connection.execute(text("ALTER TABLE comment_theme RENAME TO away"))
    with pytest.raises((SQLAlchemyError, DatabaseUnavailable)):
        run_releases(any_engine, NOW)
    with begin_write(any_engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO comment_theme"))
    assert waiting(any_engine) == sorted(TEXTS)
    assert run_releases(any_engine, NOW).comments == 10
    assert recount(any_engine) == []


def test_comments_are_kept_for_twelve_months(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province)
    write_comments(any_engine, any_province, [*TEXTS[:3], *[None] * 7], counter=2)
    run_releases(any_engine, NOW)
    run_releases(any_engine, NOW.replace(year=2027, month=10, day=31))
    assert (len(every_comment(any_engine)), len(waiting(any_engine))) == (10, 3)
    run_releases(any_engine, NOW.replace(year=2027, month=11, day=1))
    assert (len(every_comment(any_engine)), len(waiting(any_engine))) == (0, 0)
    with begin_read(any_engine) as connection:
        assert connection.scalar(select(func.count()).select_from(CommentBatchRow)) == 0


def test_a_province_may_ask_for_more_but_not_for_less(engine: Engine, province: Province):
    for changes in ({"comment_batch": 9}, {"comment_days": 6}, {"comment_months": 0}, {"comment_batch": "12"}):
        with pytest.raises(BadSetting):
            change_settings(engine, NOW, "an", changes)
    change_settings(engine, NOW, "an", {"comment_batch": 12, "comment_days": 14})
    released_comments(engine, province, [*TEXTS, *TEXTS[:1]])
    assert every_comment(engine) == []
    write_comments(engine, province, [TEXTS[0], *[None] * 9], counter=1)
    run_releases(engine, WRITTEN)
    assert run_releases(engine, NOW).comments == 12


def test_random_numbers_of_comments_are_new_when_they_become_readable(engine: Engine, province: Province):
    write_comments(engine, province, TEXTS)
    run_releases(engine, WRITTEN)
    with begin_read(engine) as connection:
        before = set(connection.scalars(select(CommentWaitingRow.id)))
    run_releases(engine, NOW)
    assert before.isdisjoint(one.id for one in every_comment(engine))
