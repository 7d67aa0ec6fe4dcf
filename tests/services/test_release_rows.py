"""Waiting responses as columns: what their records tell, and an order that tells nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.record import NOT_SHOWN
from survey_app.services.release_rows import STAGE_NAMES, Rows, joined, rows_of, shuffled
from survey_app.storage.inbox import FIELDS, InboxEntry
from survey_app.storage.questionnaires import PublishedVersion
from tests.scenes import Province, entry


def rows(province: Province, entries: list[InboxEntry]) -> Rows:
    versions = {version.id: version for version in (province.sipas, province.pulse)}
    return rows_of({name: [getattr(one, name) for one in entries] for name in FIELDS}, versions)


def with_stage(version: PublishedVersion, one: InboxEntry, code: str) -> InboxEntry:
    assert version.stage_position is not None
    return replace(one, record=one.record[: version.stage_position] + code + one.record[version.stage_position + 1 :])


@pytest.mark.parametrize(
    ("code", "stage"),
    [("1", "filing"), ("2", "collecting"), ("3", "asking"), ("4", "other"), (".", "unknown"), ("-", "unknown")],
)
def test_the_stage_of_a_visit_is_read_from_its_column(province: Province, rng: Random, code: str, stage: str) -> None:
    counter = province.counters[0]
    one = with_stage(province.sipas, entry(province, counter, rng), code)
    other = with_stage(province.pulse, entry(province, counter, rng, slug="quick_pulse"), code)
    assert [STAGE_NAMES[number] for number in rows(province, [one, other]).stage] == [stage, stage]


def test_a_questionnaire_without_a_question_of_stage_knows_none(province: Province, rng: Random) -> None:
    one = entry(province, province.counters[0], rng, stage="filing")
    version = replace(province.sipas)
    version.__dict__["stage_position"] = None
    found = rows_of({name: [getattr(one, name)] for name in FIELDS}, {version.id: version})
    assert [STAGE_NAMES[number] for number in found.stage] == ["unknown"]


def test_who_was_put_a_routed_item_is_told_by_the_record(province: Province, rng: Random) -> None:
    [position] = province.sipas.routed_positions
    entries = [
        entry(province, province.counters[0], rng, stage=stage, slug=slug)
        for stage in ("filing", "collecting", "asking")
        for slug in ("sipas_desk", "quick_pulse")
    ]
    told = [one.version_id == province.sipas.id and one.record[position] != NOT_SHOWN for one in entries]
    assert sum(told) == 1
    assert rows(province, entries).put_to[:, 0].tolist() == told


def test_rows_are_taken_apart_and_joined_again(province: Province, rng: Random) -> None:
    every = rows(province, [entry(province, counter, rng) for counter in province.counters])
    again = joined([every.at(every.unit_id == number) for number in every.unit_id.tolist()])
    assert again.key.tolist() == every.key.tolist()
    assert again.record.tolist() == every.record.tolist()
    assert len(set(every.place.tolist())) == len(every)
    assert len(rows(province, [])) == 0


def test_a_shuffled_order_is_whole_and_new_each_time(engine: Engine) -> None:
    orders = {tuple(shuffled(50).tolist()) for _ in range(20)}
    assert len(orders) == 20
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(50))}
