"""Comments stored before there were batches wait after the step up, and none is lost on the way down."""

from __future__ import annotations

from sqlalchemy import Engine, text

from survey_app.services.release import run_releases
from survey_app.storage import migrations
from survey_app.storage.database import begin_read, begin_write
from tests.comment_scenes import TEXTS, WRITTEN, every_comment, released_comments, write_comments
from tests.scenes import MIGRATIONS_DIR, NOW, Province

OLD = "SELECT centre_id, wave_id, week, language, text FROM comment ORDER BY text"
WAITING = "SELECT centre_id, wave_id, week, language, text FROM comment_waiting ORDER BY text"


def rows(engine: Engine, query: str) -> list[tuple[str, ...]]:
    with begin_read(engine) as connection:
        return [tuple(map(str, row)) for row in connection.execute(text(query))]


def test_comments_wait_after_the_step_and_become_readable(any_engine: Engine, any_province: Province):
    write_comments(any_engine, any_province, TEXTS)
    run_releases(any_engine, WRITTEN)
    before = rows(any_engine, WAITING)
    migrations.downgrade(any_engine, MIGRATIONS_DIR, "0004")
    assert rows(any_engine, OLD) == before
    migrations.upgrade(any_engine, MIGRATIONS_DIR)
    assert rows(any_engine, WAITING) == before
    assert run_releases(any_engine, NOW).comments == len(TEXTS)


def test_readable_comments_stay_masked_on_the_way_down(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province)
    masked = sorted(one.text for one in every_comment(any_engine))
    with begin_write(any_engine) as connection:
        connection.execute(text("UPDATE comment SET status = 'answered'"))
    migrations.downgrade(any_engine, MIGRATIONS_DIR, "0004")
    assert sorted(row[4] for row in rows(any_engine, OLD)) == masked
    assert {row[2] for row in rows(any_engine, OLD)} == {"2026-10-01"}
