"""Batches by commune of residence: at least k each, made once, and nothing left that a difference would tell."""

from __future__ import annotations

from random import Random

import pytest

from survey_app.domain.questionnaire import Questionnaire, questionnaire_from_dict
from survey_app.domain.record import ELSEWHERE, NO_WISH, encode
from survey_app.domain.residence import HomeBatch, home_batches, residence_item, residence_of, residence_start
from survey_app.storage.questionnaire_files import load_file
from tests.scenes import QUESTIONNAIRES_DIR

COMMUNES = {"23293", "23368"}


def _questionnaire(slug: str) -> Questionnaire:
    return questionnaire_from_dict(load_file(QUESTIONNAIRES_DIR / slug / "v1.yaml").data)


def _homes(**numbers: int) -> dict[int, str | None]:
    """``numbers`` responses of each commune; ``none`` of those who named no commune."""
    named = [None if name == "none" else name for name, number in numbers.items() for _ in range(number)]
    return dict(enumerate(named))


def _shapes(batches: list[HomeBatch]) -> list[tuple[str | None, int]]:
    return [(batch.commune, len(batch.responses)) for batch in batches]


@pytest.mark.parametrize(
    ("answer", "home"), [("23293", "23293"), (NO_WISH, None), (ELSEWHERE, None), ("00004", None), (None, None)]
)
def test_a_record_tells_the_commune_of_the_province_or_none(answer: str | None, home: str | None) -> None:
    questionnaire = _questionnaire("papi_d1")
    record = encode(questionnaire, {"residence": answer, "know_vote": "4"} if answer else {"know_vote": "4"})
    assert residence_of(residence_start(questionnaire), record, COMMUNES) == home


def test_what_does_not_ask_for_residence_cannot_be_cut_by_it() -> None:
    questionnaire = _questionnaire("papi_d5_desk")
    assert residence_item(questionnaire) is None
    with pytest.raises(ValueError, match="does not ask"):
        residence_start(questionnaire)


def test_a_commune_with_k_responses_has_its_batch_and_the_rest_waits() -> None:
    assert _shapes(home_batches(_homes(a=10, b=9, none=9), 10, 2)) == [("a", 10)]


def test_responses_of_nobody_count_for_the_province_once_they_are_k() -> None:
    assert _shapes(home_batches(_homes(a=10, none=11), 10, 1)) == [("a", 10), (None, 11)]


def test_at_the_end_of_a_year_what_is_left_joins_without_its_communes() -> None:
    assert _shapes(home_batches(_homes(a=12, b=6, c=3, none=1), 10, 4)) == [("a", 12), (None, 10)]
    assert _shapes(home_batches(_homes(a=12, b=6, none=1), 10, 4)) == [("a", 12)]


def test_every_batch_holds_k_and_nobody_is_in_two() -> None:
    rng = Random(3)
    for quarter in (1, 2, 3, 4):
        homes = {number: rng.choice(["a", "b", "c", "d", None]) for number in range(rng.randrange(80))}
        batches = home_batches(homes, 10, quarter)
        members = [response for batch in batches for response in batch.responses]
        assert all(len(batch.responses) >= 10 for batch in batches)
        assert len(members) == len(set(members)) <= len(homes)
        for batch in batches:
            assert batch.commune is None or {homes[number] for number in batch.responses} == {batch.commune}
