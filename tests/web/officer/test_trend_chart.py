"""Where marks of a trend stand: gaps and breaks are never crossed, what was measured elsewhere stays apart."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from flask import Flask

from survey_app.domain.external_series import ExternalSeries
from survey_app.domain.lineage import OVERALL
from survey_app.domain.precision import Interval
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.recipe import Span
from survey_app.domain.scoring import Figure
from survey_app.services.trend_points import Break, BreakKind, Bucket, ExternalPoint, Point, Step, Trend, bucket_of
from survey_app.web.officer.trend_chart import trend_picture
from tests.scenes import canonical

ON = Span(Fraction(20), Fraction(100))
SERIES = ExternalSeries("a", "b", "c", "sipas_desk")


def point(month: int, value: int | None, line: str = "f.v2", year: int = 2025) -> Point:
    first = date(year, month, 1)
    interval = None if value is None else Interval(value - 2.0, value + 2.0)
    return Point(Bucket(first, first), line, Figure(30, None if value is None else Fraction(value), interval), False)


def trend(*points: Point, breaks: tuple[Break, ...] = (), external: tuple[ExternalPoint, ...] = ()) -> Trend:
    form = questionnaire_from_dict(json.loads(canonical("sipas_desk")))
    return Trend(form, (OVERALL,), OVERALL, Step.MONTH, points, breaks, external, ("f.v2", "f.v1"))


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.test_request_context():
        yield


def test_neighbours_are_joined_and_a_withheld_month_is_a_gap() -> None:
    picture = trend_picture(trend(point(1, 80), point(2, 82), point(3, None), point(4, 83), point(6, 84)), ON)
    assert picture is not None
    assert len(picture.marks) == 4
    assert len(picture.joints) == 1
    assert len(picture.bands) == 1
    assert [mark.x for mark in picture.marks] == sorted(mark.x for mark in picture.marks)


def test_no_line_crosses_a_break_of_units_or_versions() -> None:
    broken = trend(point(6, 80), point(7, 82), breaks=(Break(date(2025, 7, 1), BreakKind.UNITS, 2),))
    picture = trend_picture(broken, ON)
    assert picture is not None
    assert picture.joints == ()
    [entry] = picture.breaks
    assert picture.marks[0].x < entry.x < picture.marks[1].x
    other = trend_picture(trend(point(6, 80, "f.v1"), point(7, 82)), ON)
    assert other is not None
    assert other.joints == ()
    assert [mark.line for mark in other.marks] == [0, 1]


def test_what_was_measured_elsewhere_has_its_own_marks_and_widens_the_chart() -> None:
    year = Bucket(date(2024, 1, 1), date(2024, 12, 1))
    hidden = ExternalPoint(SERIES, Bucket(date(2023, 1, 1), date(2023, 12, 1)), 5, None, None)
    shown = ExternalPoint(SERIES, year, 50, Fraction(60), None)
    picture = trend_picture(trend(point(1, 80), external=(hidden, shown)), ON)
    assert picture is not None
    [mark] = picture.others
    assert mark.left < mark.x < mark.right < picture.marks[0].x
    assert mark.y > picture.marks[0].y
    assert len(mark.corners.split()) == 4


def test_nothing_shown_is_no_chart() -> None:
    assert trend_picture(trend(point(1, None)), ON) is None
    assert trend_picture(trend(), ON) is None


def test_months_make_quarters() -> None:
    assert bucket_of(date(2025, 8, 1), Step.QUARTER) == Bucket(date(2025, 7, 1), date(2025, 9, 1))
    assert bucket_of(date(2025, 8, 1), Step.MONTH).after == date(2025, 9, 1)
