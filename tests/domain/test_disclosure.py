"""The one rule that withholds figures: defaults of the domain description, section 9b."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.domain.disclosure import (
    Audience,
    Days,
    Thresholds,
    Withheld,
    first_reason,
    is_too_fine,
    is_withheld,
    why_withheld,
)
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.questionnaire import Criterion, Item, ItemKind, Polarity

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


def asked(polarity: Polarity = Polarity.NONE, *, sensitive: bool = False) -> Item:
    names = Criterion("tiêu chí", "mẫu phiếu")
    return Item("bribes", ItemKind.CHOICE, {"vi": "câu"}, names, "views", polarity=polarity, is_sensitive=sensitive)


SENSITIVE = asked(sensitive=True)
ALIKE, APART = {"1": 0, "2": 40, "3": 0}, {"1": 1, "2": 39, "3": 0}


class TestUnanimous:
    @pytest.mark.parametrize(
        ("item", "is_hidden"),
        [
            (SENSITIVE, True),
            (asked(Polarity.NEGATIVE), True),
            (asked(Polarity.POSITIVE, sensitive=True), True),
            (asked(Polarity.POSITIVE), False),
            (asked(), False),
        ],
    )
    @pytest.mark.parametrize("code", ["1", "2", "3"])
    def test_one_answer_of_all_is_withheld_where_it_could_hurt(self, item: Item, is_hidden: bool, code: str) -> None:
        counts = {"1": 0, "2": 0, "3": 0} | {code: 40}
        assert why_withheld(item, counts, 30) is (Withheld.UNANIMOUS if is_hidden else None)

    def test_one_other_answer_is_enough(self) -> None:
        assert why_withheld(SENSITIVE, APART, 30) is None

    @pytest.mark.parametrize("option", [{"0": 0, "1": 40}, {"0": 40, "1": 0}])
    def test_an_option_everybody_chose_or_nobody_is_withheld(self, option: dict[str, int]) -> None:
        assert why_withheld(SENSITIVE, option, 30) is Withheld.UNANIMOUS

    def test_too_few_are_told_first_and_no_answer_is_too_few(self) -> None:
        assert why_withheld(SENSITIVE, ALIKE, 41) is Withheld.FEW
        assert why_withheld(SENSITIVE, {"1": 0}, 30) is Withheld.FEW


class TestFineness:
    TODAY = date(2026, 11, 16)
    LAST = (date(2026, 7, 1), date(2026, 9, 1))

    def test_only_sensitive_items_are_withheld_in_a_fine_cut(self) -> None:
        assert why_withheld(SENSITIVE, APART, 30, is_too_fine=True) is Withheld.TOO_FINE
        assert why_withheld(asked(Polarity.NEGATIVE), APART, 30, is_too_fine=True) is None

    @pytest.mark.parametrize("kind", UnitKind)
    def test_no_place_is_finer_than_a_commune(self, kind: UnitKind) -> None:
        is_shown = kind in (UnitKind.PROVINCE, UnitKind.COMMUNE)
        assert is_too_fine(kind, Days.of_months(*self.LAST), self.TODAY) is (not is_shown)

    @pytest.mark.parametrize(
        ("first", "last", "is_shown"),
        [
            ((2026, 7), (2026, 9), True),
            ((2025, 10), (2026, 9), True),
            (None, (2026, 9), True),
            ((2026, 7), (2026, 8), False),
            ((2026, 8), (2026, 9), False),
            ((2026, 8), (2026, 10), False),
            ((2026, 10), (2026, 12), False),
            ((2026, 7), (2026, 12), False),
            ((2026, 7), None, False),
            (None, None, False),
        ],
    )
    def test_periods_are_whole_quarters_that_are_over(
        self, first: tuple[int, int] | None, last: tuple[int, int] | None, is_shown: bool
    ) -> None:
        days = Days.of_months(date(*first, 1) if first else None, date(*last, 1) if last else None)
        assert is_too_fine(UnitKind.COMMUNE, days, self.TODAY) is (not is_shown)

    def test_a_quarter_is_over_the_day_after_its_last(self) -> None:
        days = Days.of_months(*self.LAST)
        assert not days.are_closed_quarters_on(date(2026, 9, 30))
        assert days.are_closed_quarters_on(date(2026, 10, 1))

    def test_a_wave_within_a_quarter_is_shorter_than_it(self) -> None:
        quarter = Days.of_months(*self.LAST)
        week = Days(date(2026, 8, 3), date(2026, 8, 9))
        assert is_too_fine(UnitKind.COMMUNE, quarter.within(week), self.TODAY)
        assert is_too_fine(UnitKind.COMMUNE, Days().within(week), self.TODAY)
        assert not is_too_fine(UnitKind.COMMUNE, Days().within(quarter), self.TODAY)

    def test_without_a_day_nothing_is_known_to_be_over(self) -> None:
        assert is_too_fine(UnitKind.PROVINCE, Days.of_months(*self.LAST), None)


def test_a_figure_of_several_tells_the_gravest_reason() -> None:
    assert first_reason([None, Withheld.UNANIMOUS, Withheld.FEW]) is Withheld.FEW
    assert first_reason([Withheld.FEW, Withheld.TOO_FINE]) is Withheld.TOO_FINE
    assert first_reason([None]) is None
