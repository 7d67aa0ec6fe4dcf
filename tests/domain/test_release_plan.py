"""Which waiting responses become visible together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain import release_plan
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.record import NOT_SHOWN, encode, layout
from survey_app.domain.release_rules import MIXED, routed_positions
from tests import plain_release_rules
from tests.plain_release_rules import Batch, Waiting, plan_at_once, put_to_matrix
from tests.scenes import canonical, random_answers

TODAY = date(2026, 11, 16)
K = 10


def plan_batches(rows: Sequence[Waiting], least: int, mixed_before: date) -> list[Batch]:
    """What the product plans for one counter."""
    return plan_at_once([rows], least, mixed_before)[0]


def safe_together(rows: Sequence[Waiting], least: int) -> list[Waiting]:
    """The part of one counter's responses that may share a release, as the product finds it."""
    group, everyone = np.zeros(len(rows), dtype=np.int64), np.ones(len(rows), dtype=np.bool_)
    kept = release_plan.safe_together(put_to_matrix(rows), group, everyone, least)
    return [row for row, is_kept in zip(rows, kept.tolist(), strict=True) if is_kept]


def waiting(
    number: int,
    stage: str = "filing",
    channel: str = "poster",
    flagged: bool = False,
    day: date = TODAY,
    first: int = 0,
    routed: frozenset[int] = frozenset(),
) -> list[Waiting]:
    return [
        Waiting(f"{stage}-{channel}-{flagged}-{place}", stage, channel, flagged, day, routed)
        for place in range(first, first + number)
    ]


def shapes(batches: list[Batch]) -> list[tuple[str, str, bool, int]]:
    return sorted((batch.stage, batch.channel, batch.flagged, len(batch.keys)) for batch in batches)


def test_fewer_than_k_wait() -> None:
    assert plan_batches(waiting(K - 1), K, TODAY) == []


def test_nothing_comes_of_nothing() -> None:
    assert plan_batches([], K, TODAY) == []


def test_k_of_one_stage_go_at_once_however_young() -> None:
    found = plan_batches(waiting(K), K, TODAY - timedelta(days=1))
    assert shapes(found) == [("filing", "poster", False, K)]


def test_all_of_a_full_stage_go_together() -> None:
    assert shapes(plan_batches(waiting(K + 7), K, TODAY)) == [("filing", "poster", False, K + 7)]


def test_what_does_not_fill_a_stage_goes_out_mixed_once_it_is_old_enough() -> None:
    rows = waiting(6) + waiting(6, "collecting")
    assert plan_batches(rows, K, TODAY - timedelta(days=1)) == []
    assert shapes(plan_batches(rows, K, TODAY)) == [(MIXED, "poster", False, 12)]


def test_one_old_response_is_enough_to_let_the_mixed_rest_go() -> None:
    old = waiting(1, "asking", day=TODAY - timedelta(days=14))
    rows = old + waiting(5) + waiting(5, "collecting")
    assert shapes(plan_batches(rows, K, TODAY - timedelta(days=14))) == [(MIXED, "poster", False, 11)]


def test_a_rest_of_one_stage_and_two_channels_keeps_its_stage() -> None:
    rows = waiting(6) + waiting(6, channel="kiosk")
    assert shapes(plan_batches(rows, K, TODAY)) == [("filing", MIXED, False, 12)]


def test_a_full_stage_goes_alone_and_the_rest_waits_for_more() -> None:
    found = plan_batches(waiting(K) + waiting(4, "collecting") + waiting(4, "asking"), K, TODAY)
    assert shapes(found) == [("filing", "poster", False, K)]


def test_flagged_responses_never_fill_up_others() -> None:
    assert plan_batches(waiting(6) + waiting(6, flagged=True), K, TODAY) == []
    found = plan_batches(waiting(K) + waiting(K, flagged=True), K, TODAY)
    assert shapes(found) == [("filing", "poster", False, K), ("filing", "poster", True, K)]


def test_a_batch_counts_in_the_month_of_its_latest_response() -> None:
    rows = waiting(5, day=date(2026, 10, 31)) + waiting(5, day=date(2026, 11, 1), first=5)
    assert [batch.month for batch in plan_batches(rows, K, TODAY)] == [date(2026, 11, 1)]


RESULT = frozenset({7})
"""Put an item that is shown to who collects."""


def collecting(number: int, channel: str = "poster", day: date = TODAY) -> list[Waiting]:
    return waiting(number, "collecting", channel, day=day, routed=RESULT)


def test_one_who_collects_waits_while_the_stages_without_routed_items_mix() -> None:
    rows = waiting(9) + collecting(1) + waiting(1, "asking")
    assert shapes(plan_batches(rows, K, TODAY)) == [(MIXED, "poster", False, 10)]
    assert plan_batches(waiting(9) + collecting(1), K, TODAY) == []


def test_k_who_collect_by_two_channels_may_go_with_others() -> None:
    rows = waiting(3) + collecting(6) + collecting(4, "kiosk")
    assert shapes(plan_batches(rows, K, TODAY)) == [(MIXED, MIXED, False, 13)]
    assert shapes(plan_batches(waiting(3) + collecting(9), K, TODAY)) == []


def test_who_cannot_go_makes_no_others_go_early() -> None:
    rows = collecting(3, day=TODAY - timedelta(days=30)) + waiting(6) + waiting(6, "asking")
    assert plan_batches(rows, K, TODAY - timedelta(days=14)) == []


def test_leaving_out_for_one_item_may_make_another_thin() -> None:
    both, one = Waiting("a", "x", "poster", False, TODAY, frozenset({1, 2})), frozenset({2})
    others = [Waiting(f"b{place}", "y", "poster", False, TODAY, one) for place in range(K - 1)]
    plain = waiting(K)
    assert safe_together([both, *others, *plain], K) == plain
    assert safe_together([*others, replace(both, put_to=one)], K) == [*others, replace(both, put_to=one)]


def test_routed_is_what_the_visit_stage_routes_as_the_record_shows_it() -> None:
    sipas, pulse = (questionnaire_from_dict(json.loads(canonical(slug))) for slug in ("sipas_desk", "quick_pulse"))
    [position] = routed_positions(sipas)
    assert layout(sipas)[position].item == "result_on_time"
    assert routed_positions(pulse) == (), "its reasons are routed by the citizen's own answer"
    rng = Random(4)
    for stage, is_put in (("collecting", True), ("filing", False), (None, False)):
        answers = random_answers(sipas, rng, stage or "other")
        if stage is None:
            del answers["stage"]
        assert (encode(sipas, answers)[position] != NOT_SHOWN) is is_put


rows_of_a_counter = st.lists(
    st.builds(
        Waiting,
        key=st.uuids().map(str),
        stage=st.sampled_from(["filing", "collecting", "unknown"]),
        channel=st.sampled_from(["poster", "kiosk"]),
        flagged=st.booleans(),
        day=st.dates(date(2026, 10, 25), date(2026, 11, 16)),
        put_to=st.sampled_from([frozenset(), frozenset({1}), frozenset({2}), frozenset({1, 2})]),
    ),
    max_size=40,
    unique_by=lambda row: row.key,
)
least = st.integers(2, 7)
any_day = st.dates(date(2026, 10, 20), date(2026, 11, 20))


@given(rows_of_a_counter, least, any_day)
def test_every_batch_has_k_and_no_response_is_in_two(rows: list[Waiting], k: int, mixed_before: date) -> None:
    batches = plan_batches(rows, k, mixed_before)
    assert all(len(batch.keys) >= k for batch in batches)
    keys = Counter(key for batch in batches for key in batch.keys)
    assert set(keys.values()) <= {1}
    assert keys.keys() <= {row.key for row in rows}


@given(rows_of_a_counter, least, any_day)
def test_a_batch_is_what_its_head_says(rows: list[Waiting], k: int, mixed_before: date) -> None:
    by_key = {row.key: row for row in rows}
    for batch in plan_batches(rows, k, mixed_before):
        members = [by_key[key] for key in batch.keys]
        assert {row.flagged for row in members} == {batch.flagged}
        assert batch.month == max(row.day for row in members).replace(day=1)
        for named, values in ((batch.stage, {r.stage for r in members}), (batch.channel, {r.channel for r in members})):
            assert values == {named} if named != MIXED else len(values) > 1


def is_thin(rows: Iterable[Waiting], k: int) -> bool:
    """Whether an item was put to some of these, and to fewer than k."""
    return any(number < k for number in Counter(item for row in rows for item in row.put_to).values())


@given(rows_of_a_counter, least, any_day)
def test_no_batch_puts_a_routed_item_to_fewer_than_k(rows: list[Waiting], k: int, mixed_before: date) -> None:
    by_key = {row.key: row for row in rows}
    for batch in plan_batches(rows, k, mixed_before):
        assert not is_thin([by_key[key] for key in batch.keys], k)


@given(rows_of_a_counter, least, any_day)
def test_what_may_go_does_not_wait(rows: list[Waiting], k: int, mixed_before: date) -> None:
    gone = {key for batch in plan_batches(rows, k, mixed_before) for key in batch.keys}
    left = [row for row in rows if row.key not in gone]
    for flagged in (False, True):
        own = [row for row in left if row.flagged is flagged]
        for cell in {(row.stage, row.channel) for row in own}:
            assert len(safe_together([row for row in own if (row.stage, row.channel) == cell], k)) < k
        together = safe_together(own, k)
        assert len(together) < k or min(row.day for row in together) > mixed_before


@given(st.lists(st.frozensets(st.integers(1, 3)), max_size=8), st.integers(2, 3))
def test_no_larger_part_may_go_together(items: list[frozenset[int]], k: int) -> None:
    rows = [Waiting(f"r{place}", "x", "poster", False, TODAY, own) for place, own in enumerate(items)]
    best = safe_together(rows, k)
    parts = (part for size in range(len(rows) + 1) for part in combinations(rows, size))
    assert len(best) == max(len(part) for part in parts if not is_thin(part, k))


@given(rows_of_a_counter, least, any_day)
def test_planning_again_with_what_is_left_releases_nothing(rows: list[Waiting], k: int, mixed_before: date) -> None:
    gone = {key for batch in plan_batches(rows, k, mixed_before) for key in batch.keys}
    assert plan_batches([row for row in rows if row.key not in gone], k, mixed_before) == []


def in_any_order(batches: Sequence[Batch]) -> list[Batch]:
    return sorted((replace(batch, keys=tuple(sorted(batch.keys))) for batch in batches), key=repr)


@given(st.lists(rows_of_a_counter, max_size=5), least, any_day)
def test_many_counters_at_once_are_planned_as_each_alone(
    counters: list[list[Waiting]], k: int, mixed_before: date
) -> None:
    for rows, batches in zip(counters, plan_at_once(counters, k, mixed_before), strict=True):
        assert in_any_order(batches) == in_any_order(plain_release_rules.plan_batches(rows, k, mixed_before))
