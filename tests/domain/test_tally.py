"""Tallies against counting by hand: of both shipped questionnaires, any responses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import floor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.domain.questionnaire import ItemKind, questionnaire_from_dict
from survey_app.domain.record import MISSING, decode, encode
from survey_app.domain.tally import MILLION, Moments, add, count, counts_of, empty, moments_of, pack, unpack
from survey_app.domain.tally_layout import ALL_SECTIONS, TallyLayout, tally_layout
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


def in_millionths(value: Fraction) -> Fraction:
    return Fraction(floor(value * MILLION + Fraction(1, 2)), MILLION)


@few
@given(slugs, numbers, chance)
def test_moments_are_those_of_respondents_own_means(slug: str, number: int, rng: Random) -> None:
    layout = layout_of(slug)
    records = random_records(slug, number, rng)
    tally = count(layout, records)

    for group, _ in layout.groups:
        respondents = [scores for record in records if (scores := scores_given(layout, record, group))]
        means = [Fraction(sum(scores), len(scores)) for scores in respondents]
        tops = [Fraction(sum(score >= 4 for score in scores), len(scores)) for scores in respondents]
        rounded_means, rounded_tops = ([in_millionths(v) for v in values] for values in (means, tops))
        found = moments_of(layout, tally, group)
        assert found == Moments(
            len(respondents),
            sum(rounded_means, Fraction(0)),
            sum((in_millionths(mean**2) for mean in rounded_means), Fraction(0)),
            sum(rounded_tops, Fraction(0)),
            sum((in_millionths(top**2) for top in rounded_tops), Fraction(0)),
        )
        assert abs(found.total - sum(means)) <= Fraction(len(means), 2 * MILLION)
        assert abs(found.squares - sum(mean**2 for mean in means)) <= Fraction(6 * len(means), MILLION)


def test_moments_of_two_people_by_hand() -> None:
    layout = layout_of("sipas_desk")
    access = next(section for section in layout.questionnaire.sections if section.id == "access")
    four_fives = {item.id: "5" for item in access.items}
    a_three_and_a_four = {access.items[0].id: "3", access.items[1].id: "4", access.items[2].id: "X"}
    records = [encode(layout.questionnaire, answers) for answers in (four_fives, a_three_and_a_four, {})]

    found = moments_of(layout, count(layout, records), "access")
    assert found == Moments(2, Fraction("8.5"), Fraction("37.25"), Fraction("1.5"), Fraction("1.25"))


def test_a_section_that_is_not_scored_has_no_moments() -> None:
    layout = layout_of("sipas_desk")
    with pytest.raises(KeyError):
        moments_of(layout, empty(layout), "visit")
