"""A made-up trend for the page of the design system: a break, a gap, former units, something measured elsewhere."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from survey_app.domain.external_series import ExternalSeries
from survey_app.domain.lineage import OVERALL
from survey_app.domain.precision import Interval
from survey_app.domain.scorecard import Figure
from survey_app.services.result_choices import UnitPage
from survey_app.services.trend_points import (
    Break,
    BreakKind,
    Bucket,
    ExternalPoint,
    Point,
    Step,
    Trend,
)
from survey_app.web.officer.trend_view import TrendView, trend_view

SERIES = ExternalSeries("Mẫu", "Mẫu", "Mẫu", "mau")


def _point(month: int, value: int | None, *, is_reconstructed: bool = False) -> Point:
    first = date(2025, month, 1)
    around = None if value is None else Interval(value - 4.0, value + 3.0)
    figure = Figure(40, None if value is None else Fraction(value), around)
    return Point(Bucket(first, first), "mau.v1", figure, is_reconstructed)


def sample_course(page: UnitPage) -> TrendView:
    """The trend of the sample unit."""
    assert page.results is not None
    assert page.results.result.card is not None
    points = [_point(5, 80, is_reconstructed=True), _point(6, 81, is_reconstructed=True), _point(7, 83)]
    points += [_point(8, 84), _point(9, None), _point(10, 86)]
    elsewhere = Bucket(date(2025, 1, 1), date(2025, 3, 1))
    trend = Trend(
        questionnaire=page.results.result.card.questionnaire,
        known=(OVERALL,),
        figure=OVERALL,
        step=Step.MONTH,
        points=tuple(points),
        breaks=(Break(date(2025, 7, 1), BreakKind.UNITS, 5),),
        external=(ExternalPoint(SERIES, elsewhere, 120, Fraction(78), None, 5),),
        lines=("mau.v1", "mau.v0"),
    )
    return trend_view(page, trend, lambda _code: False)
