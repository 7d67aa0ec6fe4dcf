"""PAPI-style scoring: published PAPI figures as sums of parts, ranges of parts, and totals over modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace
from fractions import Fraction
from math import isclose, sqrt
from random import Random

import pytest

from survey_app.domain.composite import Estimate
from survey_app.domain.dimensions import dimension_figures, total_of
from survey_app.domain.disclosure import Audience, Thresholds, Withheld
from survey_app.domain.precision import Interval
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.record import encode
from survey_app.domain.rounding import rounded
from survey_app.domain.scorecard import Figure, Reading, Scorecard
from survey_app.domain.scoring import score
from survey_app.domain.tally import Tally, count
from survey_app.domain.tally_layout import TallyLayout, tally_layout
from survey_app.storage.questionnaire_files import load_file
from survey_app.storage.recipe_files import load_recipes
from tests.scenes import QUESTIONNAIRES_DIR

RECIPE = load_recipes(QUESTIONNAIRES_DIR / "recipes")["papi-style"]
READING = Reading(RECIPE, Thresholds(), Audience.OFFICER)
LEVELS = (1, 2, 3, 4, 5)


def _layout(slug: str) -> TallyLayout:
    return tally_layout(questionnaire_from_dict(load_file(QUESTIONNAIRES_DIR / slug / "v1.yaml").data))


def _tally(layout: TallyLayout, answers: Mapping[str, list[int]]) -> Tally:
    """Responses of which the n-th gives every item of a section the n-th level of that section."""
    n = max(len(levels) for levels in answers.values())
    items = {item.id: section.id for section in layout.questionnaire.sections for item in section.items}
    rows = [
        {item: str(answers[section][place]) for item, section in items.items() if section in answers}
        for place in range(n)
    ]
    return count(layout, [encode(layout.questionnaire, row) for row in rows])


def _levels_with_mean(mean: Fraction, n: int) -> list[int]:
    """``n`` levels with exactly this mean, where n times it is whole."""
    total = mean * n
    assert total.denominator == 1
    low, more = divmod(int(total), n)
    return [low + 1] * more + [low] * (n - more)


def _card(slug: str, parts: Mapping[str, Fraction], k: int, n: int) -> Scorecard:
    """The card of answers that lead to these parts: part = (1 + 9 (mean - 1) / 4) / k."""
    layout = _layout(slug)
    means = {section: 1 + (value * k - 1) * 4 / 9 for section, value in parts.items()}
    return score(layout, _tally(layout, {name: _levels_with_mean(mean, n) for name, mean in means.items()}), READING)


@pytest.mark.parametrize(
    ("place", "parts", "published", "places"),
    [
        ("Hà Tĩnh 2015, 1", ("1.48", "1.84", "1.77", "1.35"), "6.44", 2),
        ("Hà Tĩnh 2015, 2", ("2.89", "2.26", "2.09"), "7.24", 2),
        ("Hà Tĩnh 2015, 3", ("2.11", "2.66", "2.74"), "7.51", 2),
        ("An Giang 2016, 1", ("0.874", "1.552", "1.145", "0.910"), "4.481", 3),
    ],
)
def test_a_published_dimension_is_the_sum_of_its_parts(
    place: str, parts: tuple[str, ...], published: str, places: int
) -> None:
    assert str(rounded(sum(map(Fraction, parts), Fraction(0)), places)) == published, place
    assert all(Fraction(1, len(parts)) <= Fraction(part) <= Fraction(10, len(parts)) for part in parts)


@pytest.mark.parametrize(
    ("slug", "parts", "published"),
    [
        (
            "papi_d1",
            {"civic_knowledge": "1.48", "opportunities": "1.84", "elections": "1.77", "contributions": "1.35"},
            "6.44",
        ),
        ("papi_d3", {"interaction": "2.11", "complaints": "2.66", "justice": "2.74"}, "7.51"),
        (
            "papi_d1",
            {"civic_knowledge": "0.874", "opportunities": "1.552", "elections": "1.145", "contributions": "0.910"},
            "4.48",
        ),
    ],
)
def test_answers_that_lead_to_published_parts_lead_to_the_published_dimension(
    slug: str, parts: Mapping[str, str], published: str
) -> None:
    exact = {name: Fraction(value) for name, value in parts.items()}
    card = _card(slug, exact, len(parts), 22_500)
    assert {section.section.id: section.figure.value for section in card.sections} == exact
    [dimension] = card.dimensions
    assert dimension.figure.value == sum(exact.values())
    assert dimension.figure.value is not None
    assert str(rounded(dimension.figure.value, RECIPE.rounding.places)) == published


@pytest.mark.parametrize(("slug", "k"), [("papi_d1", 4), ("papi_d3", 3)])
@pytest.mark.parametrize(("level", "index"), [(1, 1), (3, Fraction(11, 2)), (5, 10)])
def test_a_part_runs_from_a_kth_of_one_to_a_kth_of_ten(slug: str, k: int, level: int, index: Fraction) -> None:
    layout = _layout(slug)
    sections = {section.id: [level] * 30 for section in layout.questionnaire.sections if section.is_scored}
    card = score(layout, _tally(layout, sections), READING)
    assert {section.figure.value for section in card.sections} == {Fraction(index, k)}
    assert [dimension.figure.value for dimension in card.dimensions] == [index]


def test_the_ranges_are_those_of_the_publications() -> None:
    assert [str(rounded(Fraction(end, 4), 2)) for end in (1, 10)] == ["0.25", "2.50"]
    assert [str(rounded(Fraction(end, 3), 2)) for end in (1, 10)] == ["0.33", "3.33"]
    assert (RECIPE.spans.overall.low, RECIPE.spans.overall.high) == (8, 80)


def test_a_module_alone_has_no_total() -> None:
    layout = _layout("papi_d3")
    card = score(layout, _tally(layout, dict.fromkeys(("interaction", "complaints", "justice"), [3] * 40)), READING)
    assert (card.overall.value, card.overall.reason) == (None, Withheld.INCOMPLETE)


@pytest.mark.parametrize(("slug", "place"), [("papi_d1", 0), ("papi_d4", 3), ("papi_d5_desk", 4)])
def test_many_places_at_once_have_the_figures_of_their_scorecards(slug: str, place: int) -> None:
    layout, rng, dimension = _layout(slug), Random(5), RECIPE.dimensions[place]
    tallies = []
    for n in (1, 9, 12, 25, 31, 60, 200):
        levels = {name: [rng.choice(LEVELS) for _ in range(n)] for name in dimension.sections}
        tallies += [_tally(layout, levels), _tally(layout, dict.fromkeys(dimension.sections, [4] * n))]
    for reading in (READING, replace(READING, is_too_fine=True)):
        quick = dimension_figures(layout, tallies, dimension, reading)
        whole = [score(layout, tally, reading).dimensions[0].figure for tally in tallies]
        assert [(f.base, f.value, f.reason) for f in quick] == [(f.base, f.value, f.reason) for f in whole]
        for mine, theirs in zip(quick, whole, strict=True):
            assert (mine.interval is None) == (theirs.interval is None)
            if mine.interval and theirs.interval:
                assert astuple(mine.interval) == pytest.approx(astuple(theirs.interval))
    assert dimension_figures(layout, [], dimension, READING) == []


def _figure(value: Fraction, variance: float, base: int = 100) -> Figure:
    found = Estimate(float(value), float(value), variance, 1.0, 10.0)
    return Figure(base, value, Interval(1.0, 10.0), found)


def test_the_total_adds_dimensions_and_their_variances() -> None:
    figures = [_figure(Fraction(place, 2) + 2, 0.01 * place, base=50 + place) for place in range(1, 9)]
    total = total_of(figures)
    assert total.value == 34
    assert total.base == 51
    assert total.estimate is not None
    assert isclose(total.estimate.variance, 0.36)
    assert total.interval is not None
    half = 1.96 * sqrt(0.36)
    assert isclose(total.interval.low, 34 - half, abs_tol=0.05)
    assert isclose(total.interval.high, 34 + half, abs_tol=0.05)


def test_the_total_runs_from_eight_to_eighty() -> None:
    assert [total_of([_figure(Fraction(end), 0.001)] * 8).value for end in (1, 10)] == [8, 80]


def test_there_is_no_total_while_a_dimension_is_missing_or_withheld() -> None:
    full = [_figure(Fraction(5), 0.01)] * 7
    assert total_of([*full, None]).reason is Withheld.INCOMPLETE
    short = total_of([*full, Figure(9, None, None, reason=Withheld.FEW)])
    assert (short.value, short.reason, short.base) == (None, Withheld.FEW, 9)
    assert total_of([]).value is None
