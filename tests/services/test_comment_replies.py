"""Public summary replies: enough comments, no quotation, draft and published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from survey_app.domain.comment_reply import EVERY_THEME, ReplyStatus, ReplyText
from survey_app.services.comment_replies import (
    BadReply,
    NoSuchReply,
    find_reply,
    publish_reply,
    reply_subjects,
    save_reply,
    withdraw_reply,
)
from survey_app.services.comments import CommentChange, CommentsAsked, comments_page, handle_comments
from survey_app.storage.audit_log import entries
from survey_app.storage.database import begin_read
from tests.comment_scenes import TEXTS, every_comment, released_comments
from tests.scenes import NOW, Province

TEXT = ReplyText(
    theme=EVERY_THEME,
    quarter=date(2026, 10, 1),
    said="Bà con mong bớt thời gian ngồi đợi.",
    done="Mở thêm quầy vào sáng thứ hai.",
    responsible="Trung tâm",
    due_on=date(2026, 12, 31),
)


@pytest.fixture
def centre(any_engine: Engine, any_province: Province) -> str:
    """A centre with twelve comments, ten of them about waiting."""
    released_comments(any_engine, any_province, ["Phải chờ đợi hơi lâu mới tới lượt."] * 10 + list(TEXTS[3:5]))
    return any_province.centres[0]


def save(engine: Engine, centre: str, text: ReplyText = TEXT, reply_id: int | None = None) -> int:
    return save_reply(engine, NOW, "giamdoc", unit_code=centre, text=text, reply_id=reply_id)


def refusal(engine: Engine, centre: str, **changed: object) -> tuple[str, str]:
    with pytest.raises(BadReply) as caught:
        save(engine, centre, replace(TEXT, **changed))
    return caught.value.field, caught.value.problem


def test_subjects_are_quarters_with_their_themes(any_engine: Engine, centre: str):
    subjects = reply_subjects(any_engine, centre)
    [subject] = subjects.quarters
    assert (subject.quarter.code, subject.themes["waiting"], subject.themes[EVERY_THEME]) == ("2026-q4", 10, 12)


def test_a_theme_is_named_only_with_enough_comments(any_engine: Engine, centre: str):
    assert refusal(any_engine, centre, theme="place") == ("theme", "few")
    assert refusal(any_engine, centre, quarter=date(2026, 7, 1)) == ("theme", "few")
    assert save(any_engine, centre, replace(TEXT, theme="waiting"))


@pytest.mark.parametrize("field", ["said", "done", "responsible"])
def test_no_comment_is_quoted(any_engine: Engine, centre: str, field: str):
    quote = "Người dân: phải chờ đợi hơi lâu mới tới lượt"
    assert refusal(any_engine, centre, **{field: quote}) == (field, "quote")


def test_one_reply_a_unit_theme_and_quarter(any_engine: Engine, centre: str):
    first = save(any_engine, centre)
    assert refusal(any_engine, centre) == ("theme", "taken")
    assert save(any_engine, centre, replace(TEXT, said="Khác"), first) == first
    assert find_reply(any_engine, centre, first).text.said == "Khác"


def test_a_draft_is_published_and_taken_back(any_engine: Engine, centre: str):
    reply_id = save(any_engine, centre)
    assert find_reply(any_engine, centre, reply_id).status is ReplyStatus.DRAFT
    for _ in range(2):
        publish_reply(any_engine, NOW, "giamdoc", centre, reply_id)
    assert find_reply(any_engine, centre, reply_id).published_on == date(2026, 11, 16)
    with pytest.raises(BadReply, match="published"):
        save(any_engine, centre, reply_id=reply_id)
    withdraw_reply(any_engine, NOW, "giamdoc", centre, reply_id)
    assert find_reply(any_engine, centre, reply_id).published_on is None
    with begin_read(any_engine) as connection:
        assert len(entries(connection, "comments.reply_publish")) == 1
        assert len(entries(connection, "comments.reply_withdraw")) == 1
        assert len(entries(connection, "comments.reply_save")) == 1


def test_a_reply_of_another_unit_is_not_there(any_engine: Engine, any_province: Province, centre: str):
    reply_id = save(any_engine, centre)
    for act in (find_reply,):
        with pytest.raises(NoSuchReply):
            act(any_engine, any_province.centres[1], reply_id)
    with pytest.raises(NoSuchReply):
        publish_reply(any_engine, NOW, "an", any_province.centres[1], reply_id)
    with pytest.raises(NoSuchReply):
        withdraw_reply(any_engine, NOW, "an", centre, reply_id + 1)


def test_comments_are_linked_to_a_reply_of_their_own_unit(any_engine: Engine, any_province: Province, centre: str):
    released_comments(any_engine, any_province, TEXTS, counter=2)
    reply_id = save(any_engine, centre)
    ids = [one.id for one in every_comment(any_engine)]
    change = CommentChange(reply_id=reply_id)
    done = handle_comments(any_engine, NOW, "an", unit_code="51", ids=ids, change=change)
    assert (done.changed, done.kept) == (12, 10)
    page = comments_page(any_engine, centre, CommentsAsked())
    assert {one.reply_id for one in page.comments} == {reply_id}
