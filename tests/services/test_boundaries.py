"""Periods reported in today's units and in those there were: pooled counts, breaks, what cannot be compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from survey_app.domain.disclosure import Audience
from survey_app.domain.questionnaire_rules import canonical_json, sha256_of
from survey_app.domain.rounding import rounded
from survey_app.domain.unit_succession import Boundaries
from survey_app.services import unit_successions
from survey_app.services.results import ResultsQuery, results_page
from survey_app.services.trend_points import BreakKind, Step
from survey_app.services.trends import unit_trend
from survey_app.services.units import UnknownUnit, unit_tree
from survey_app.storage import audit_log, questionnaires
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.recipe_files import load_recipes
from tests.merger import AUGUST as AUGUST_DAY
from tests.merger import (
    COMMUNES,
    DIVIDED,
    DIVIDED_INTO,
    FIRST,
    NEW,
    NEW_COUNTER,
    OLD,
    SECOND,
    plant_counts,
    plant_merger,
    reorganise,
)
from tests.rows import nothing_stored
from tests.scenes import NOW, QUESTIONNAIRES_DIR, Province, canonical

RECIPES = load_recipes(QUESTIONNAIRES_DIR / "recipes")
MAY, AUGUST = date(2025, 5, 1), date(2025, 8, 1)
TODAY = date(2026, 11, 16)


def query(unit: str, boundaries: Boundaries, months: tuple[date, date] | None = (MAY, MAY), **more: object):
    first, last = months or (None, None)
    made = ResultsQuery(unit, "sipas_desk", 1, first_month=first, last_month=last, boundaries=boundaries, today=TODAY)
    return replace(made, **more)


def page_of(engine: Engine, asked: ResultsQuery):
    with begin_read(engine) as connection:
        return results_page(connection, RECIPES, asked)


@pytest.fixture
def merged(any_engine: Engine, any_province: Province) -> Province:
    return plant_merger(any_engine, any_province)


@pytest.mark.parametrize(("recipe", "shown"), [("sipas-2022-mean5", "85.60"), ("sipas-2017-top2", "94.00")])
def test_a_merged_commune_pools_the_counts_of_its_predecessors(
    any_engine: Engine, merged: Province, recipe: str, shown: str
) -> None:
    """A mean of means would be 86.33."""
    page = page_of(any_engine, query(NEW, Boundaries.NOW, recipe=recipe))
    card = page.result.card
    assert card is not None
    assert card.responses == 50
    figures = [card.overall, *(s.figure for s in card.sections), *(i.figure for s in card.sections for i in s.items)]
    assert {str(rounded(figure.value, 2)) for figure in figures} == {shown}
    assert card.overall.value == (Fraction(428, 5) if shown == "85.60" else Fraction(94))
    item = card.sections[0].items[0]
    assert list(item.distribution.counts.values()) == [0, 0, 3, 30, 17]
    assert page.marks[NEW].is_reconstructed


def test_then_current_units_stand_as_they_were(any_engine: Engine, merged: Province) -> None:
    for code, shown in zip(OLD, ("82.67", "90.00"), strict=True):
        page = page_of(any_engine, query(code, Boundaries.THEN))
        assert str(rounded(page.result.card.overall.value, 2)) == shown
    assert page_of(any_engine, query(NEW, Boundaries.THEN)).result.card is None
    province = page_of(any_engine, query("51", Boundaries.THEN))
    assert {result.unit.code for result in province.below} >= {*OLD, DIVIDED}
    assert not {result.unit.code for result in province.below}.intersection(COMMUNES)
    assert province.marks == {}


def test_todays_units_take_the_place_of_former_ones_in_the_list(any_engine: Engine, merged: Province) -> None:
    page = page_of(any_engine, query("51", Boundaries.NOW, (MAY, AUGUST)))
    listed = {result.unit.code: result for result in page.below}
    assert not listed.keys() & {*OLD, DIVIDED}
    assert listed[NEW].card.responses == 90
    assert listed[DIVIDED_INTO].card.responses == 40
    assert page.marks[NEW].is_reconstructed
    assert page.marks[DIVIDED_INTO].incomparable_before == date(2025, 7, 1)
    assert page.result.card.responses == 160
    newer = page_of(any_engine, query("51", Boundaries.THEN, (AUGUST, AUGUST)))
    assert {result.unit.code for result in newer.below}.isdisjoint({*OLD, DIVIDED})


def test_what_is_left_of_the_province_is_without_the_pooled_counts(any_engine: Engine, merged: Province) -> None:
    page = page_of(any_engine, query("51", Boundaries.NOW, (MAY, AUGUST), with_comparands=True))
    assert page.comparands.rests[NEW].base == 160 - 90


def test_a_commune_made_of_parts_has_nothing_before(any_engine: Engine, merged: Province) -> None:
    page = page_of(any_engine, query(DIVIDED_INTO, Boundaries.NOW))
    assert page.result.card is None
    assert page.marks[DIVIDED_INTO].incomparable_before == date(2025, 7, 1)
    whole = page_of(any_engine, query(DIVIDED_INTO, Boundaries.NOW, (MAY, AUGUST)))
    assert whole.result.card.responses == 40


def test_the_public_reads_units_as_they_were(any_engine: Engine, merged: Province) -> None:
    from survey_app.services.published_results import PUBLIC  # noqa: PLC0415
    from survey_app.services.result_choices import Asked, unit_page  # noqa: PLC0415

    asked = Asked(first_month=MAY, last_month=MAY)
    assert unit_page(any_engine, RECIPES, NEW, asked, TODAY).results.result.card.responses == 50
    assert unit_page(any_engine, RECIPES, NEW, asked, TODAY, PUBLIC).results.result.card is None


class TestTrend:
    def trend(self, engine: Engine, unit: str, step: Step = Step.MONTH, figure: str = "overall", **more: object):
        asked = query(unit, Boundaries.NOW, None, **more)
        return unit_trend(engine, RECIPES, asked, figure, step)

    @pytest.mark.parametrize("figure", ["overall", "access", "access_info"])
    @pytest.mark.parametrize("step", list(Step))
    def test_the_merger_breaks_the_line(self, any_engine: Engine, merged: Province, figure: str, step: Step) -> None:
        trend = self.trend(any_engine, NEW, step, figure)
        before, after = trend.points
        assert str(rounded(before.figure.value, 2)) == "85.60"
        assert (before.is_reconstructed, after.is_reconstructed) == (True, False)
        assert before.figure.interval.low < 85.6 < before.figure.interval.high
        [entry] = trend.breaks
        assert (entry.day, entry.kind, entry.units) == (date(2025, 7, 1), BreakKind.UNITS, 2)
        assert not trend.are_joined(before, after)
        if step is Step.QUARTER:
            assert before.bucket.after == after.bucket.first

    def test_its_figures_are_those_of_the_page(self, any_engine: Engine, merged: Province) -> None:
        point = self.trend(any_engine, NEW).points[0]
        assert point.figure == page_of(any_engine, query(NEW, Boundaries.NOW)).result.card.overall

    def test_a_divided_unit_says_that_nothing_can_be_compared(self, any_engine: Engine, merged: Province) -> None:
        trend = self.trend(any_engine, DIVIDED_INTO)
        assert [point.bucket.first for point in trend.points] == [AUGUST]
        assert [entry.kind for entry in trend.breaks] == [BreakKind.SPLIT]

    def test_the_province_shows_the_break_too_and_a_counter_has_none(
        self, any_engine: Engine, merged: Province
    ) -> None:
        assert [entry.units for entry in self.trend(any_engine, "51").breaks] == [3]
        assert self.trend(any_engine, f"{NEW}-TT-Q1").breaks == ()

    def test_few_answers_leave_a_gap(self, engine: Engine, province: Province) -> None:
        whole = reorganise(engine, province)
        for month, counts in ((8, (0, 1, 4, 20, 15)), (9, (0, 0, 4, 8, 8)), (10, (0, 1, 4, 20, 15))):
            plant_counts(engine, whole, NEW_COUNTER, counts, datetime(2025, month, 20, 2, tzinfo=UTC))
        points = self.trend(engine, NEW, audience=Audience.PUBLIC).points
        assert [point.figure.is_withheld for point in points] == [False, True, False]
        trend = self.trend(engine, NEW, audience=Audience.PUBLIC)
        assert not any(trend.are_joined(one, other) for one, other in pairwise(points))
        officers = self.trend(engine, NEW)
        assert all(officers.are_joined(one, other) for one, other in pairwise(officers.points))


class TestFile:
    LINES = f"predecessor;successor;first_day;share\n{OLD[0]};{NEW};2025-07-01;whole\n"

    def test_a_file_replaces_what_it_names(self, any_engine: Engine, any_province: Province) -> None:
        reorganise(any_engine, any_province)
        before = unit_successions.export_successions(any_engine)
        assert len(before.splitlines()) == 4
        assert unit_successions.import_successions(any_engine, self.LINES, NOW, "tester") == 1
        assert unit_successions.export_successions(any_engine) == before
        with begin_read(any_engine) as connection:
            [(actor, _unit, detail)] = audit_log.entries(connection, "unit.successions")
        assert (actor, detail["lines"]) == ("tester", 1)

    @pytest.mark.parametrize("text", ["", '"', "\0", "predecessor;successor\n", LINES.replace("whole", "half")])
    def test_a_bad_file_changes_nothing(self, engine: Engine, province: Province, text: str) -> None:
        reorganise(engine, province)
        with nothing_stored(engine), pytest.raises(unit_successions.SuccessionFileProblems):
            unit_successions.import_successions(engine, text, NOW, "tester")


class TestCountry:
    def test_the_former_communes_of_a_province_come_with_what_became_of_them(
        self, engine: Engine, province: Province
    ) -> None:
        added, lines = unit_successions.adopt_country_mapping(engine, "51", NOW, "tester")
        assert (added, lines) == (5, 5)
        tree = unit_tree(engine)
        assert tree.units["62-608-23293"].name == "Phường Thắng Lợi (Thành phố Kon Tum, cũ)"
        assert tree.units["62-608-23293"].valid_to == date(2025, 6, 30)
        assert unit_successions.adopt_country_mapping(engine, "51", NOW, "tester") == (0, 5)

    def test_only_some_communes(self, engine: Engine, province: Province) -> None:
        assert unit_successions.adopt_country_mapping(engine, "51", NOW, "t", only=[COMMUNES[1]]) == (0, 0)
        with pytest.raises(UnknownUnit):
            unit_successions.adopt_country_mapping(engine, COMMUNES[1], NOW, "t")


class TestVersions:
    """The merged commune asks version 2 from August on."""

    @pytest.fixture
    def versions(self, any_engine: Engine, any_province: Province) -> Callable[..., None]:
        def publish(*but: str) -> None:
            data = json.loads(canonical("sipas_desk")) | {"version": 2}
            for section in data["sections"]:
                for item in section["items"]:
                    if section.get("scored") and item["id"] not in but:
                        item["comparable_to"] = [f"sipas_desk.v1.{item['id']}"]
            text = canonical_json(data)
            with begin_write(any_engine) as connection:
                questionnaires.add(connection, text, sha256_of(text), NOW)
                newer = questionnaires.find(connection, "sipas_desk", 2)
            plant_counts(any_engine, any_province, NEW_COUNTER, FIRST, AUGUST_DAY)
            later = Province(**{**vars(any_province), "versions": {**any_province.versions, "sipas_desk": newer}})
            plant_counts(any_engine, later, NEW_COUNTER, SECOND, AUGUST_DAY)
            plant_counts(any_engine, later, NEW_COUNTER, SECOND, datetime(2025, 9, 20, 2, tzinfo=UTC))

        return publish

    def test_comparable_versions_pool_counts_and_continue_the_line(
        self, any_engine: Engine, versions: Callable[..., None]
    ) -> None:
        versions()
        asked = replace(query(NEW, Boundaries.NOW, None), version=2)
        trend = unit_trend(any_engine, RECIPES, asked, "overall", Step.MONTH)
        assert [str(rounded(point.figure.value, 2)) for point in trend.points] == ["85.60", "90.00"]
        assert trend.breaks == ()
        assert trend.are_joined(*trend.points)
        item = unit_trend(any_engine, RECIPES, asked, "access_info", Step.QUARTER)
        assert [str(rounded(point.figure.value, 2)) for point in item.points] == ["86.86"]

    def test_incomparable_versions_break_it_with_a_mark(
        self, any_engine: Engine, versions: Callable[..., None]
    ) -> None:
        versions("access_info")
        asked = replace(query(NEW, Boundaries.NOW, None), version=2)
        trend = unit_trend(any_engine, RECIPES, asked, "overall", Step.MONTH)
        assert [(p.line, p.bucket.first.month, str(rounded(p.figure.value, 2))) for p in trend.points] == [
            ("sipas_desk.v1", 8, "82.67"),
            ("sipas_desk.v2", 8, "90.00"),
            ("sipas_desk.v2", 9, "90.00"),
        ]
        [entry] = trend.breaks
        assert entry.kind is BreakKind.VERSION
        assert entry.versions == ("sipas_desk.v1", "sipas_desk.v2")
        assert unit_trend(any_engine, RECIPES, asked, "procedures", Step.MONTH).breaks == ()
