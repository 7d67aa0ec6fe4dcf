"""The one rule that withholds small bases: defaults of the domain description, section 9b."""

from __future__ import annotations

import pytest

from survey_app.domain.disclosure import Audience, Thresholds, is_withheld

OFFICER, PUBLIC = Audience.OFFICER, Audience.PUBLIC


@pytest.mark.parametrize(
    ("audience", "is_sensitive", "score", "counts"),
    [
        (OFFICER, False, 10, 20),
        (OFFICER, True, 30, 30),
        (PUBLIC, False, 30, 30),
        (PUBLIC, True, 30, 30),
    ],
)
def test_defaults(audience: Audience, is_sensitive: bool, score: int, counts: int) -> None:
    thresholds = Thresholds()
    assert thresholds.score(audience, is_sensitive) == score
    assert thresholds.counts(audience, is_sensitive) == counts


def test_the_base_itself_is_shown_and_one_less_is_not() -> None:
    assert is_withheld(9, 10)
    assert not is_withheld(10, 10)


def test_a_province_may_raise_them_and_the_highest_one_that_applies_counts() -> None:
    raised = Thresholds(officer_score=25, public_score=50, sensitive=40)
    assert raised.score(OFFICER) == 25
    assert raised.counts(OFFICER) == 25
    assert raised.score(OFFICER, is_sensitive=True) == 40
    assert raised.score(PUBLIC, is_sensitive=True) == 50
    assert raised.counts(PUBLIC, is_sensitive=True) == 50


@pytest.mark.parametrize("name", ["officer_score", "public_score", "distribution", "sensitive", "demographic"])
def test_none_lies_under_the_release_size(name: str) -> None:
    assert Thresholds(**{name: 10})
    with pytest.raises(ValueError, match=f"{name} must not be smaller than release"):
        Thresholds(**{name: 9})


def test_raising_the_release_size_alone_is_refused_where_it_would_pass_a_score() -> None:
    with pytest.raises(ValueError, match="officer_score"):
        Thresholds(release=11)


@pytest.mark.parametrize("release", [1, 0, -5])
def test_a_release_is_never_a_single_person(release: int) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        Thresholds(release=release)
