"""The list of staff names: read, kept, and readable comments masked with it at once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import officers
from survey_app.services.comments import CommentsAsked, comments_page
from survey_app.services.release import run_releases
from survey_app.services.staff_names import MOST_NAMES, BadNames, change_names, listed_names, read_names
from survey_app.storage.audit_log import entries
from survey_app.storage.database import begin_read
from tests.comment_scenes import TEXTS, every_comment, released_comments
from tests.scenes import NOW, Province

TOLD = [*TEXTS[:9], "cán bộ hanh và nguyen thi hanh rất tốt"]
MASKED = "cán bộ [đã che: tên cán bộ] và [đã che: tên cán bộ] rất tốt"


def texts(engine: Engine) -> set[str]:
    return {one.text for one in every_comment(engine)}


def test_names_are_read_one_a_line():
    assert read_names(" Nguyễn  Thị Hạnh \r\n\nY Blơng\nY Blơng") == ["Nguyễn Thị Hạnh", "Y Blơng"]
    for bad in ("cán bộ một", "Anh", "123", "Nguyễn\x00", "A" * 121):
        with pytest.raises(BadNames):
            read_names(bad)
    with pytest.raises(BadNames):
        read_names("\n".join(f"Lê {chr(0xC0 + n % 20)}{'a' * (n // 20 + 1)}" for n in range(MOST_NAMES + 1)))


@pytest.mark.parametrize("unit", ["51", "51-23293", "51-23293-TT", "51-23293-TT-Q1"])
def test_readable_comments_are_masked_when_the_list_grows(any_engine: Engine, any_province: Province, unit: str):
    released_comments(any_engine, any_province, TOLD)
    assert TOLD[9] in texts(any_engine)
    assert change_names(any_engine, NOW, "xa01", unit, ["Nguyễn Thị Hạnh"]) == 1
    assert MASKED in texts(any_engine)
    assert listed_names(any_engine, unit) == ["Nguyễn Thị Hạnh"]
    assert comments_page(any_engine, "51", CommentsAsked(words="hanh")).total == 0
    with begin_read(any_engine) as connection:
        [(actor, code, detail)] = entries(connection, "comments.staff_names")
    assert (actor, code, detail) == ("xa01", unit, {"added": 1, "removed": 0, "comments_masked": 1})


def test_names_of_another_commune_change_nothing(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province, TOLD)
    assert change_names(any_engine, NOW, "an", any_province.centres[1], ["Nguyễn Thị Hạnh"]) == 0
    assert TOLD[9] in texts(any_engine)


def test_a_name_taken_off_the_list_stays_masked(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province, TOLD)
    change_names(any_engine, NOW, "an", any_province.centres[0], ["Nguyễn Thị Hạnh"])
    change_names(any_engine, NOW, "an", any_province.centres[0], [])
    assert listed_names(any_engine, any_province.centres[0]) == []
    assert MASKED in texts(any_engine)


def test_a_new_account_is_masked_with_the_next_run(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province, TOLD)
    place = {"role": Role.COUNTER_STAFF, "unit_code": any_province.centres[0]}
    officers.create_officer(any_engine, NOW, login="hanh", name="Nguyễn Thị Hạnh", **place)
    run_releases(any_engine, NOW)
    assert MASKED in texts(any_engine)
