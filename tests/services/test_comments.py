"""Reading, finding and handling comments."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import Engine

from survey_app.domain.comments import Status
from survey_app.services.comment_files import CommentFormat, export_comments
from survey_app.services.comments import (
    CommentChange,
    CommentsAsked,
    Handled,
    NoSuchComment,
    ReasonNeeded,
    comments_page,
    handle_comments,
)
from survey_app.services.results import NoSuchUnit
from survey_app.storage.audit_log import entries
from survey_app.storage.database import begin_read
from survey_app.storage.theme_files import load_themes
from tests.comment_scenes import TEXTS, every_comment, released_comments
from tests.scenes import NOW, Province

EVERYTHING = CommentsAsked()


@pytest.fixture
def commented(any_engine: Engine, any_province: Province) -> Province:
    """Ten comments at the first centre, eleven at the second."""
    released_comments(any_engine, any_province)
    released_comments(any_engine, any_province, [f"Ý kiến thứ {place}" for place in range(11)], counter=2)
    return any_province


def found(engine: Engine, province: Province, **asked: object) -> set[str]:
    page = comments_page(engine, province.code, replace(EVERYTHING, **asked))
    return {comment.text for comment in page.comments}


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("cham", 1),
        ("chậm", 1),
        ("CHẬM", 1),
        ("chấm", 0),
        ("cho doi", 1),
        ("chờ", 2),
        ("cho", 3),
        ("ch", 0),
        ("%", 10),
        ("a_b", 0),
        ("\x00\ud800", 10),
        ("y kien thu 3", 0),
    ],
)
def test_words_are_found_with_and_without_marks(any_engine: Engine, commented: Province, words: str, number: int):
    assert len(found(any_engine, commented, words=words, unit_code=commented.centres[0])) == number


def test_filters_narrow_and_counts_tell_their_base(any_engine: Engine, commented: Province):
    page = comments_page(any_engine, commented.code, replace(EVERYTHING, theme="waiting"))
    assert (page.total, page.base, page.theme_counts["waiting"]) == (2, 21, 2)
    assert found(any_engine, commented, status=Status.ANSWERED) == set()
    assert len(found(any_engine, commented, month=page.months[0])) == 21
    assert found(any_engine, commented, language="en") == set()
    assert found(any_engine, commented, unit_code="no-such-unit") == set()
    assert {code for code, _ in page.units} == set(commented.centres)


def test_a_unit_reads_its_own_and_those_below(any_engine: Engine, commented: Province):
    assert comments_page(any_engine, commented.communes[0], EVERYTHING).total == 10
    assert comments_page(any_engine, commented.communes[1], EVERYTHING).total == 11
    assert found(any_engine, commented, unit_code=commented.centres[1]).isdisjoint(TEXTS)
    with pytest.raises(NoSuchUnit):
        comments_page(any_engine, "none", EVERYTHING)


def test_pages_of_twenty_five_keep_their_order(any_engine: Engine, any_province: Province):
    released_comments(any_engine, any_province, [f"c{place}" for place in range(60)])
    pages = [comments_page(any_engine, "51", replace(EVERYTHING, page=page)) for page in (1, 2, 3, 999)]
    assert [len(page.comments) for page in pages] == [25, 25, 10, 10]
    assert len({one.id for page in pages[:3] for one in page.comments}) == 60
    assert pages[0].comments == comments_page(any_engine, "51", EVERYTHING).comments
    assert pages[3].comments == pages[2].comments


def ids_of(engine: Engine, province: Province, number: int, unit: int = 0) -> list[int]:
    return [one.id for one in comments_page(engine, province.centres[unit], EVERYTHING).comments][:number]


def test_several_comments_are_handled_at_once_with_one_audit_entry(any_engine: Engine, commented: Province):
    ids = ids_of(any_engine, commented, 3)
    change = CommentChange(status=Status.IN_PROGRESS, add_theme="online", remove_theme="waiting")
    done = handle_comments(any_engine, NOW, "xa01", unit_code=commented.communes[0], ids=ids, change=change)
    assert done == Handled(3, 0)
    handled = [one for one in every_comment(any_engine) if one.id in ids]
    assert {one.status for one in handled} == {Status.IN_PROGRESS}
    assert all("online" in one.themes and "waiting" not in one.themes for one in handled)
    with begin_read(any_engine) as connection:
        [(actor, unit, detail)] = entries(connection, "comments.handle")
    assert (actor, unit, detail["comments"]) == ("xa01", commented.centres[0], sorted(ids))
    assert (detail["status"], detail["add_theme"]) == ("in_progress", "online")


def test_what_a_change_does_not_fit_stays_and_a_step_back_needs_a_reason(any_engine: Engine, commented: Province):
    first, second = ids_of(any_engine, commented, 2)

    def change(ids: list[int], **values: object) -> Handled:
        wanted = CommentChange(**values)
        return handle_comments(any_engine, NOW, "an", unit_code=commented.code, ids=ids, change=wanted)

    change([first], status=Status.IN_PROGRESS)
    assert change([first, second], status=Status.ANSWERED) == Handled(1, 1)
    with pytest.raises(ReasonNeeded):
        change([first], status=Status.IN_PROGRESS)
    assert change([first], status=Status.IN_PROGRESS, reason="Chưa xong") == Handled(1, 0)
    assert {one.id: one.status for one in every_comment(any_engine)}[first] is Status.IN_PROGRESS


def test_comments_of_another_unit_are_not_there(any_engine: Engine, commented: Province):
    others = ids_of(any_engine, commented, 2, unit=1)
    change = CommentChange(status=Status.IN_PROGRESS)
    for ids in (others, [1], [*ids_of(any_engine, commented, 1), 2**63 - 1]):
        with pytest.raises(NoSuchComment):
            handle_comments(any_engine, NOW, "an", unit_code=commented.communes[0], ids=ids, change=change)
    assert {one.status for one in every_comment(any_engine)} == {Status.NEW}


def export(engine: Engine, file_format: CommentFormat, **asked: object) -> bytes:
    return export_comments(
        engine,
        NOW,
        "an",
        unit_code="51",
        asked=replace(EVERYTHING, **asked),
        file_format=file_format,
        themes=load_themes(),
    )


def test_the_filtered_list_is_exported_with_an_audit_entry(any_engine: Engine, commented: Province):
    text = export(any_engine, CommentFormat.CSV_EXCEL, words="chờ").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 1 + 2
    assert rows[1][:4] == [commented.centres[0], rows[1][1], "2026-10", "vi"]
    book = openpyxl.load_workbook(io.BytesIO(export(any_engine, CommentFormat.XLSX)))
    assert book["comments"].max_row == 1 + 21
    with begin_read(any_engine) as connection:
        told = entries(connection, "comments.export")
    assert [(actor, unit, detail["rows"]) for actor, unit, detail in told] == [("an", "51", 2), ("an", "51", 21)]
    assert told[0][2]["words"] == "chờ"


def test_no_cell_of_the_file_is_a_formula(engine: Engine, province: Province):
    released_comments(engine, province, ["=1+1", *TEXTS[:9]])
    assert "'=1+1" in export(engine, CommentFormat.CSV).decode("utf-8-sig")
