"""The tables refuse rows that say what cannot be, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from survey_app.storage.database import begin_write
from survey_app.storage.every_table import Base
from survey_app.storage.tables import RECORD_ALPHABET
from tests.rows import count_rows
from tests.scenes import NOW, Province

DAY = date(2026, 11, 16)
FOREIGN_KEY = "foreign key"
UNIQUE = "unique"


def valid_rows(province: Province) -> dict[str, dict[str, Any]]:
    """A row of each table that is taken as it stands."""
    sipas = province.sipas
    centre, counter = province.ids[province.centres[0]], province.ids[province.counters[0]]
    place = {"wave_id": province.wave_id, "version_id": sipas.id}
    cut = {"stage": "filing", "channel": "poster", "flagged": False}
    record = {"record_length": sipas.record_length, "record": "." * sipas.record_length}
    return {
        "org_unit": {
            "code": "new",
            "kind": "counter",
            "name": "Quầy",
            "parent_id": centre,
            "valid_from": DAY,
            "valid_to": DAY,
        },
        "questionnaire_version": {
            "slug": "new",
            "version": 1,
            "sha256": "0" * 64,
            "record_length": 1,
            "content": "{}",
            "published_at": NOW,
        },
        "wave": {"code": "new", "title": "Đợt", "opens_on": DAY, "closes_on": DAY, "status": "open"},
        "counter_code": {"code": "abcdefg", "counter_id": counter, "issue_number": 1, "valid_from": DAY},
        "response_inbox": {
            "key": "0" * 64,
            "counter_id": counter,
            "channel": "poster",
            "language": "vi",
            "received_minute": 0,
            "seconds_taken": None,
            "flagged": False,
            "comment": None,
            **place,
            **record,
        },
        "release": {
            "id": 1,
            "unit_id": counter,
            "month": DAY,
            "threshold": 10,
            "responses": 10,
            "released_on": DAY,
            **place,
            **cut,
        },
        "response": {
            "id": 1,
            "release_id": 1,
            "version_id": sipas.id,
            "day": DAY,
            "language": "vi",
            "duration_band": 0,
            **cut,
            **record,
        },
        "comment_waiting": {
            "id": 1,
            "centre_id": centre,
            "wave_id": province.wave_id,
            "week": DAY,
            "language": "vi",
            "text": "tốt",
        },
        "comment_batch": {
            "id": 1,
            "unit_id": centre,
            "wave_id": province.wave_id,
            "month": DAY,
            "threshold": 10,
            "comments": 10,
        },
        "comment": {
            "id": 1,
            "batch_id": 1,
            "language": "vi",
            "text": "tốt",
            "spelled": "tốt",
            "folded": "tot",
            "status": "new",
        },
        "unit_tally": {
            "unit_id": counter,
            "month": DAY,
            "responses": 1,
            "counts": b"",
            "moments": b"",
            **place,
            **cut,
        },
    }


NEEDS = {"response": "release", "comment": "comment_batch"}
"""Table -> the table whose row must be there before."""


def store(engine: Engine, table: str, row: dict[str, Any]) -> None:
    with begin_write(engine) as connection:
        connection.execute(Base.metadata.tables[table].insert(), row)


def refusal(engine: Engine, table: str, row: dict[str, Any]) -> str:
    with pytest.raises(IntegrityError) as caught:
        store(engine, table, row)
    return str(caught.value.orig).lower()


def test_valid_rows_are_taken(any_engine: Engine, any_province: Province) -> None:
    for table, row in valid_rows(any_province).items():
        before = count_rows(any_engine)[table]
        store(any_engine, table, row)
        assert count_rows(any_engine)[table] == before + 1


@pytest.mark.parametrize(
    ("table", "changes", "constraint"),
    [
        ("org_unit", {"kind": "village"}, "ck_org_unit_kind_known"),
        ("org_unit", {"kind": "province"}, "ck_org_unit_parent"),
        ("org_unit", {"parent_id": None}, "ck_org_unit_parent"),
        ("org_unit", {"valid_to": date(2026, 11, 15)}, "ck_org_unit_validity"),
        ("org_unit", {"parent_id": 999}, FOREIGN_KEY),
        ("org_unit", {"code": "51"}, UNIQUE),
        ("questionnaire_version", {"sha256": "0" * 63}, "ck_questionnaire_version_sha256"),
        ("questionnaire_version", {"record_length": 0}, "ck_questionnaire_version_record_length"),
        ("questionnaire_version", {"slug": "sipas_desk"}, UNIQUE),
        ("wave", {"status": "over"}, "ck_wave_status_known"),
        ("wave", {"closes_on": date(2026, 11, 15)}, "ck_wave_dates"),
        ("wave", {"code": "2026-q4"}, UNIQUE),
        ("counter_code", {"code": "abcdef"}, "ck_counter_code_code"),
        ("counter_code", {"issue_number": 0}, "ck_counter_code_issue_number"),
        ("response_inbox", {"key": "0" * 63}, "ck_response_inbox_key"),
        ("response_inbox", {"channel": "mixed"}, "ck_response_inbox_channel_known"),
        ("response_inbox", {"seconds_taken": -1}, "ck_response_inbox_seconds_taken"),
        ("response_inbox", {"seconds_taken": 86401}, "ck_response_inbox_seconds_taken"),
        ("response_inbox", {"comment": ""}, "ck_response_inbox_comment"),
        ("response_inbox", {"comment": "ố" * 2001}, "ck_response_inbox_comment"),
        ("response_inbox", {"record": "."}, "ck_response_inbox_record_length"),
        ("response_inbox", {"record": ".", "record_length": 1}, FOREIGN_KEY),
        ("response_inbox", {"counter_id": 999}, FOREIGN_KEY),
        ("response_inbox", {"wave_id": 999}, FOREIGN_KEY),
        ("release", {"responses": 9}, "ck_release_responses"),
        ("release", {"responses": 0, "threshold": 0}, "ck_release_responses"),
        ("release", {"stage": "waiting"}, "ck_release_stage_known"),
        ("release", {"channel": "fax"}, "ck_release_channel_known"),
        ("response", {"stage": "mixed"}, "ck_response_stage_known"),
        ("response", {"channel": "mixed"}, "ck_response_channel_known"),
        ("response", {"duration_band": 6}, "ck_response_duration_band"),
        ("response", {"record": "."}, "ck_response_record_length"),
        ("response", {"record": ".", "record_length": 1}, FOREIGN_KEY),
        ("response", {"release_id": 2}, FOREIGN_KEY),
        ("comment_waiting", {"text": ""}, "ck_comment_waiting_text"),
        ("comment_waiting", {"text": "ố" * 2001}, "ck_comment_waiting_text"),
        ("comment_batch", {"comments": 9}, "ck_comment_batch_comments"),
        ("comment", {"text": ""}, "ck_comment_text"),
        ("comment", {"text": "ố" * 8001}, "ck_comment_text"),
        ("comment", {"status": "lost"}, "ck_comment_status_known"),
        ("unit_tally", {"responses": 0}, "ck_unit_tally_responses"),
        ("unit_tally", {"stage": "waiting"}, "ck_unit_tally_stage_known"),
    ],
)
def test_a_bad_row_is_refused_by_the_rule_it_breaks(
    any_engine: Engine, any_province: Province, table: str, changes: dict[str, Any], constraint: str
) -> None:
    rows = valid_rows(any_province)
    if table in NEEDS:
        store(any_engine, NEEDS[table], rows[NEEDS[table]])
    assert constraint in refusal(any_engine, table, rows[table] | changes)


def test_a_response_has_the_version_of_its_release(any_engine: Engine, any_province: Province) -> None:
    rows = valid_rows(any_province)
    store(any_engine, "release", rows["release"])
    pulse = any_province.pulse
    other = {
        "version_id": pulse.id,
        "record_length": pulse.record_length,
        "record": "." * pulse.record_length,
    }
    assert FOREIGN_KEY in refusal(any_engine, "response", rows["response"] | other)


@pytest.mark.parametrize("table", ["response_inbox", "response"])
def test_a_record_is_spelt_in_its_alphabet(any_engine: Engine, any_province: Province, table: str) -> None:
    row = valid_rows(any_province)[table]
    store(any_engine, "release", valid_rows(any_province)["release"])
    for character in ("a", " ", "\n", "_", "é", "Đ", "'", ","):
        for bad in (row["record"][:-1] + character, "." + character + row["record"][2:]):
            expected = f"ck_{table}_record_alphabet"
            assert expected in refusal(any_engine, table, row | {"record": bad}), repr(character)
    whole = RECORD_ALPHABET.ljust(row["record_length"], ".")[: row["record_length"]]
    store(any_engine, table, row | {"record": whole})


def test_lengths_count_characters_not_bytes(any_engine: Engine, any_province: Province) -> None:
    store(any_engine, "comment_waiting", valid_rows(any_province)["comment_waiting"] | {"text": "ố" * 2000})
    text = Base.metadata.tables["comment_waiting"].c.text
    with any_engine.connect() as connection:
        assert connection.scalar(select(func.length(text))) == 2000
