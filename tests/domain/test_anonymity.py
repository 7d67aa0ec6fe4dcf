"""k-anonymity of demographic vectors."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.anonymity import WITHHELD, identifying_items, published_vectors
from survey_app.domain.questionnaire import ShowIf, questionnaire_from_dict
from survey_app.storage.questionnaire_files import load_file
from tests.scenes import QUESTIONNAIRES_DIR

VECTORS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[st.sampled_from(".R123") for _ in range(width)]), max_size=120)
)


@given(VECTORS, st.integers(2, 12))
def test_every_published_vector_is_shared_by_k_or_withheld(vectors: list[tuple[str, ...]], k: int) -> None:
    published = published_vectors(Counter(vectors), k)
    shared = Counter(published[vector] for vector in vectors)
    for vector, number in shared.items():
        assert number >= k or (set(vector) == {WITHHELD} and len(vectors) < k)


@given(VECTORS, st.integers(2, 12))
def test_values_are_kept_or_withheld_never_invented(vectors: list[tuple[str, ...]], k: int) -> None:
    for original, shown in published_vectors(Counter(vectors), k).items():
        assert all(value in (own, WITHHELD) for own, value in zip(original, shown, strict=True))


@given(VECTORS, st.randoms())
def test_the_order_of_rows_does_not_matter(vectors: list[tuple[str, ...]], random: object) -> None:
    shuffled = list(vectors)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert published_vectors(Counter(vectors), 5) == published_vectors(Counter(shuffled), 5)


def test_common_values_stay() -> None:
    counts = {("1", "a"): 10, ("2", "a"): 12}
    assert published_vectors(counts, 10) == {vector: vector for vector in counts}


def test_rare_values_are_withheld_together() -> None:
    counts = {("1",): 30, ("2",): 6, ("3",): 5}
    assert published_vectors(counts, 10) == {("1",): ("1",), ("2",): ("W",), ("3",): ("W",)}


def test_too_few_rare_ones_take_the_smallest_common_value_with_them() -> None:
    counts = {("1",): 30, ("2",): 11, ("3",): 1}
    assert published_vectors(counts, 10) == {("1",): ("1",), ("2",): ("W",), ("3",): ("W",)}


def test_a_later_value_is_told_where_the_earlier_is_withheld() -> None:
    counts = {("1", "a"): 5, ("2", "a"): 5, ("3", "b"): 10}
    assert published_vectors(counts, 10) == {
        ("1", "a"): ("W", "a"),
        ("2", "a"): ("W", "a"),
        ("3", "b"): ("3", "b"),
    }


def test_fewer_than_k_in_all_tell_nothing() -> None:
    assert published_vectors({("1", "."): 9}, 10) == {("1", "."): ("W", "W")}


def test_no_demographics_and_no_rows() -> None:
    assert published_vectors({(): 3}, 10) == {(): ()}
    assert published_vectors({}, 10) == {}


def test_items_that_give_a_demographic_answer_away_identify_too() -> None:
    form = questionnaire_from_dict(load_file(QUESTIONNAIRES_DIR / "sipas_desk" / "v1.yaml").data)
    plain = [item.id for item in identifying_items(form)]
    assert plain == ["gender", "age_group", "ethnicity", "education", "occupation", "area", "residence"]
    last = form.sections[-2]
    asked_of_women = replace(last.items[0], id="birth", is_demographic=False, show_if=ShowIf("gender", ("2",)))
    section = replace(last, items=(*last.items, asked_of_women))
    changed = replace(form, sections=(*form.sections[:-2], section))
    assert [item.id for item in identifying_items(changed)] == [*plain, "birth"]
