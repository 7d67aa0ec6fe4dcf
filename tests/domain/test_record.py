"""Answers become a fixed-column record and come back unchanged."""

from __future__ import annotations

import json
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire, questionnaire_from_dict
from survey_app.domain.record import MISSING, NOT_ANSWERED, NOT_SHOWN, Answer, decode, encode, is_visible, layout
from survey_app.storage.tables import RECORD_ALPHABET
from tests.scenes import canonical, random_answers

SLUGS = ("sipas_desk", "quick_pulse")


@cache
def questionnaire(slug: str) -> Questionnaire:
    return questionnaire_from_dict(json.loads(canonical(slug)))


def answer_to(item: Item) -> st.SearchStrategy[Answer | None]:
    """Any answer the page offers for an item; None: left empty."""
    given_codes: st.SearchStrategy[Answer] = st.from_regex(r"\A[0-9]{5}\Z")
    if item.kind is not ItemKind.COMMUNE:
        assert item.scale is not None
        given_codes = st.sampled_from(item.scale.characters)
        if item.kind is ItemKind.CHOICES:
            order = item.scale.characters
            given_codes = st.sets(given_codes, min_size=1).map(lambda codes: tuple(sorted(codes, key=order.index)))
    return st.one_of(st.none(), given_codes, *[st.just(code) for code in item.missing])


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Answer]]:
    asked = questionnaire(draw(st.sampled_from(SLUGS)))
    answers: dict[str, Answer] = {}
    for item in asked.items():
        if item.kind is ItemKind.TEXT or not is_visible(item, answers):
            continue
        answer = draw(answer_to(item))
        if answer is not None:
            answers[item.id] = answer
    return asked, answers


@settings(max_examples=60, deadline=None, derandomize=True)
@given(answered())
def test_a_record_gives_back_exactly_the_answers_it_was_made_of(case: tuple[Questionnaire, dict[str, Answer]]) -> None:
    asked, answers = case
    record = encode(asked, answers)
    decoded = decode(asked, record)
    assert {item: answer for item, answer in decoded.items() if answer not in (NOT_ANSWERED, NOT_SHOWN)} == answers
    for item_id, answer in decoded.items():
        if answer == NOT_SHOWN:
            assert not is_visible(asked.item(item_id), answers)
        elif answer == NOT_ANSWERED:
            assert is_visible(asked.item(item_id), answers)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(answered())
def test_a_record_has_its_versions_length_and_only_characters_its_columns_allow(
    case: tuple[Questionnaire, dict[str, Answer]],
) -> None:
    asked, answers = case
    record = encode(asked, answers)
    columns = layout(asked)
    assert len(record) == len(columns)
    assert all(character in column.characters for character, column in zip(record, columns, strict=True))
    assert set(record) <= set(RECORD_ALPHABET)


@pytest.mark.parametrize("slug", SLUGS)
def test_different_answers_make_different_records(slug: str) -> None:
    rng = Random(5)
    made = [random_answers(questionnaire(slug), rng) for _ in range(300)]
    distinct = {repr(sorted(answers.items())) for answers in made}
    assert len({encode(questionnaire(slug), answers) for answers in made}) == len(distinct) > 250


def test_the_record_of_a_quick_rating_reads_like_the_form() -> None:
    pulse = questionnaire("quick_pulse")
    answers: dict[str, Answer] = {"overall": "2", "reasons_bad": ("2", "7"), "stage": "1"}
    assert encode(pulse, answers) == "2" + "01000010" + "-" * 8 + "1"
    assert encode(pulse, {}) == "." + "-" * 8 + "-" * 8 + "."
    assert encode(pulse, {"overall": "K"}) == "K" + "-" * 8 + "-" * 8 + "."


def test_a_choice_of_several_takes_a_column_for_each_option() -> None:
    names = [column.name for column in layout(questionnaire("quick_pulse"))]
    assert names[:3] == ["overall", "reasons_bad_1", "reasons_bad_2"]
    assert len(names) == 18


def test_a_residence_takes_five_columns_that_are_never_tallied() -> None:
    columns = [column for column in layout(questionnaire("sipas_desk")) if column.item == "residence"]
    assert [column.option for column in columns] == ["1", "2", "3", "4", "5"]
    assert not any(column.is_tallied for column in columns)
    sipas = questionnaire("sipas_desk")
    assert encode(sipas, {"residence": "23293"}).endswith("23293")
    assert encode(sipas, {"residence": "R"}).endswith("RRRRR")


@pytest.mark.parametrize("slug", SLUGS)
def test_no_scale_uses_a_missing_code_and_no_free_text_has_a_column(slug: str) -> None:
    asked = questionnaire(slug)
    for scale in asked.scales.values():
        assert not set(scale.characters) & set(MISSING)
    texts = {item.id for item in asked.items() if item.kind is ItemKind.TEXT}
    assert not texts & {column.item for column in layout(asked)}
