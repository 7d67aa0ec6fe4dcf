"""Made-up evidence for the page of the design system."""

from __future__ import annotations

from survey_app.domain.correlation import Sides
from survey_app.domain.drivers import Advice, Driver, Reliability, Tie
from survey_app.domain.precision import Interval
from survey_app.services.driver_results import Drivers, FactorDriver, FactorReliability, ItemDriver
from survey_app.services.result_choices import UnitPage
from survey_app.web.officer.driver_view import DriversView, drivers_view
from survey_app.web.officer.explain_formulas import Part

TIE = Tie(0.3, 0.5, 0.5, 200, Sides(1, 3, 3))


def _around(value: float) -> Interval:
    return Interval(value - 0.1, value + 0.1)


def sample_drivers(page: UnitPage) -> DriversView:
    """An item of each advice."""
    assert page.results is not None
    assert page.results.result.card is not None
    sections = page.results.result.card.sections
    scores = [(score, section) for section in sections for score in section.items]
    items = tuple(
        ItemDriver(
            score,
            section,
            Driver(score.item.id, 240, tie, _around(tie), 4, _around(4), 1 + place * 2, advice, TIE),
        )
        for place, ((score, section), tie, advice) in enumerate(zip(scores, (0.7, 0.6, 0.5), Advice, strict=False))
    )
    scale = FactorReliability(sections[0], sections[0].items, Reliability(0.8, (0.7, 0.7), 1.2, 2))
    factors = tuple(
        FactorDriver(section, Driver(section.section.id, 240, 0.6, _around(0.6), 4, _around(4), 1, advice, TIE))
        for section, advice in zip(sections, Advice, strict=False)
    )
    return drivers_view(page, Drivers(240, items, factors, (scale,), ()), lambda _code: False)


def sample_step() -> Part:
    """One step of an explanation."""
    return Part("Mẫu", ("100 × 3 / 4 = 75",), ("Mẫu", "n"), (("Mẫu", "4"),))
