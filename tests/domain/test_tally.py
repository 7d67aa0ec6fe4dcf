"""Tallies against counting by hand: of both shipped questionnaires, any responses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.domain.questionnaire import ItemKind, questionnaire_from_dict
from survey_app.domain.record import MISSING, decode
from survey_app.domain.tally import (
    add,
    base_of,
    comoments_of,
    count,
    counts_of,
    empty,
    pack,
    unpack,
)
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout, tally_layout
from survey_app.domain.tally_many import add_packed
from tests import scenes

SLUGS = ("sipas_desk", "quick_pulse")


@cache
def layout_of(slug: str) -> TallyLayout:
    return tally_layout(questionnaire_from_dict(json.loads(scenes.canonical(slug))))


def random_records(slug: str, number: int, rng: Random) -> list[str]:
    return [scenes.random_record(layout_of(slug).questionnaire, rng) for _ in range(number)]


slugs = st.sampled_from(SLUGS)
numbers = st.integers(0, 40)
chance = st.builds(Random, st.integers(0, 2**32))
few = settings(max_examples=40, deadline=None)


def counted_by_hand(layout: TallyLayout, records: Sequence[str]) -> dict[str, dict[str, Counter[str]]]:
    """Item -> option -> how often each character was given."""
    questionnaire = layout.questionnaire
    found: dict[str, dict[str, Counter[str]]] = {}
    for answers in (decode(questionnaire, record) for record in records):
        for item in questionnaire.items():
            answer = answers.get(item.id)
            if item.kind is ItemKind.CHOICE:
                found.setdefault(item.id, {}).setdefault("", Counter())[str(answer)] += 1
            elif item.kind is ItemKind.CHOICES:
                assert item.scale is not None
                for code in item.scale.characters:
                    given_ = str(int(code in answer)) if isinstance(answer, tuple) else str(answer)
                    found.setdefault(item.id, {}).setdefault(code, Counter())[given_] += 1
    return found


@few
@given(slugs, st.integers(1, 40), chance)
def test_counts_are_those_of_the_decoded_answers(slug: str, number: int, rng: Random) -> None:
    layout = layout_of(slug)
    records = random_records(slug, number, rng)
    tally = count(layout, records)

    assert tally.responses == number
    expected = counted_by_hand(layout, records)
    for item in layout.questionnaire.items():
        options = counts_of(layout, tally, item.id)
        assert {option: +Counter(counts) for option, counts in options.items()} == expected.get(item.id, {})
        assert all(sum(counts.values()) == number for counts in options.values())


@few
@given(slugs, st.lists(numbers, max_size=4), chance)
def test_a_tally_of_all_is_the_sum_of_the_tallies_of_parts(slug: str, sizes: list[int], rng: Random) -> None:
    layout = layout_of(slug)
    parts = [random_records(slug, size, rng) for size in sizes]
    whole = [record for part in parts for record in part]
    rng.shuffle(whole)

    assert add(layout, [count(layout, part) for part in parts]).equals(count(layout, whole))


@few
@given(slugs, numbers, chance)
def test_packing_keeps_everything(slug: str, number: int, rng: Random) -> None:
    tally = count(layout_of(slug), random_records(slug, number, rng))
    counts, moments = pack(tally)

    assert len(counts) == 4 * layout_of(slug).length
    assert unpack(number, counts, moments).equals(tally)


def test_packed_counts_are_little_endian_and_hold_a_million() -> None:
    layout = layout_of("quick_pulse")
    record = random_records("quick_pulse", 1, Random(1))[0]
    tally = count(layout, [record])
    for _ in range(20):
        tally = tally + tally
    counts, moments = pack(tally)

    assert (2**20).to_bytes(4, "little") in counts
    assert unpack(2**20, counts, moments).equals(tally)


def test_equal_means_equal_in_every_part() -> None:
    layout = layout_of("quick_pulse")
    one, other = (count(layout, random_records("quick_pulse", 12, Random(seed))) for seed in (1, 2))
    assert one.equals(count(layout, random_records("quick_pulse", 12, Random(1))))
    assert not one.equals(other)
    assert not one.equals(one + empty(layout) + other)


def test_adding_nothing_changes_nothing() -> None:
    layout = layout_of("sipas_desk")
    tally = count(layout, random_records("sipas_desk", 9, Random(3)))
    assert (tally + empty(layout)).equals(tally)
    assert count(layout, []).equals(empty(layout))


def scores_given(layout: TallyLayout, record: str, group: str) -> list[int]:
    answers = decode(layout.questionnaire, record)
    given_ = [
        str(answers[item.id])
        for section in layout.questionnaire.sections
        for item in section.items
        if section.is_scored and group in (section.id, ALL_SECTIONS)
    ]
    return [int(code) for code in given_ if code not in MISSING]


@few
@given(slugs, numbers, chance)
def test_bases_are_those_who_answered_an_item_of_the_section(slug: str, number: int, rng: Random) -> None:
    layout = layout_of(slug)
    records = random_records(slug, number, rng)
    tally = count(layout, records)
    for group, _ in layout.groups:
        assert base_of(layout, tally, group) == sum(bool(scores_given(layout, record, group)) for record in records)


@few
@given(slugs, numbers, chance)
def test_comoments_are_sums_over_pairs_of_answers(slug: str, number: int, rng: Random) -> None:
    layout = layout_of(slug)
    records = random_records(slug, number, rng)
    items = [layout.columns[position].item for position in layout.scored]
    found = comoments_of(layout, count(layout, records), items)
    given_ = [[decode(layout.questionnaire, record)[item] for item in items] for record in records]
    for j, k in product(range(len(items)), repeat=2):
        pairs = [(int(row[j]), int(row[k])) for row in given_ if row[j] not in MISSING and row[k] not in MISSING]
        assert found.both[j, k] == len(pairs)
        assert found.scores[j, k] == sum(x for x, _ in pairs)
        assert found.products[j, k] == sum(x * y for x, y in pairs)
        assert found.top_products[j, k] == sum(x >= 4 and y >= 4 for x, y in pairs)


def test_what_was_added_can_be_taken_away() -> None:
    layout = layout_of("sipas_desk")
    one, other = (count(layout, random_records("sipas_desk", 15, Random(seed))) for seed in (1, 2))
    assert (one + other - other).equals(one)


def test_a_section_that_is_not_scored_has_no_base() -> None:
    layout = layout_of("sipas_desk")
    with pytest.raises(KeyError):
        base_of(layout, empty(layout), "visit")
    with pytest.raises(ValueError, match="stage"):
        comoments_of(layout, empty(layout), ["stage"])


@few
@given(
    slugs, st.lists(st.lists(st.sampled_from([1, 40, 9_000, 30_000_000]), min_size=1, max_size=6), max_size=5), chance
)
def test_packed_tallies_of_every_width_add_up_as_they_do_one_by_one(
    slug: str, factors: list[list[int]], rng: Random
) -> None:
    layout = layout_of(slug)
    own = [
        [scenes.times(count(layout, random_records(slug, rng.randint(1, 9), rng)), n) for n in part] for part in factors
    ]
    packed = [[(tally.responses, *pack(tally)) for tally in part] for part in own]
    found = add_packed(packed).each() if packed else []
    assert len(found) == len(own)
    assert all(total.equals(add(layout, part)) for total, part in zip(found, own, strict=True))


def test_packed_tallies_of_two_versions_are_not_added() -> None:
    one, other = (pack(count(layout_of(slug), random_records(slug, 3, Random(1)))) for slug in SLUGS)
    with pytest.raises(ValueError, match="too many values"):
        add_packed([[(3, *one)], [(3, *other)]])
