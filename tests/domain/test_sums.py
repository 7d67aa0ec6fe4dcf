"""Recipes that sum up: points of the one-stop desk, and dimensions made of parts (domain description, 3, 4 and 10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from survey_app.domain.conversion import item_conversion
from survey_app.domain.disclosure import Audience, Thresholds, Withheld
from survey_app.domain.overall import score_overalls
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.recipe import Formula, Recipe, recipe_from_dict
from survey_app.domain.rounding import rounded
from survey_app.domain.scoring import Figure, ImportedIndex, Known, Reading, Scorecard, item_index, score
from survey_app.domain.tally import Tally, count
from survey_app.domain.tally_layout import TallyLayout, tally_layout
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.domain.test_scoring import WORDS, item, questionnaire, section

ONE_STOP = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")["one-stop-2018"]
SEVEN = tuple(f"index_{number}" for number in range(3, 10))
PARTS = {"participation": ("knowledge", "chances", "elections", "gifts"), "air": ("effort", "air", "water")}


def desk(*ids: str) -> TallyLayout:
    return tally_layout(questionnaire(section("desk", *(item(name) for name in ids)), levels="012"))


ANSWERED = desk(*SEVEN)


def tally_of(layout: TallyLayout, *rows: str) -> Tally:
    """Of answers to every item, a column each, repeated so that ten people gave each row."""
    return count(layout, [row for row in rows for _ in range(10)])


def points(recipe: Recipe = ONE_STOP) -> Recipe:
    """The recipe on the scale of these tests."""
    return replace(recipe, scale="satisfaction")


def imported(*values: str) -> tuple[ImportedIndex, ...]:
    pairs = zip(ONE_STOP.imported, values, strict=False)
    return tuple(ImportedIndex(index, Fraction(value), 100) for index, value in pairs)


def read(layout: TallyLayout, tally: Tally, recipe: Recipe, *values: str) -> Scorecard:
    return score(layout, tally, Reading(recipe, Thresholds(), Audience.OFFICER, imported=imported(*values)))


def value_of(figure: Figure) -> Fraction:
    assert figure.value is not None
    return figure.value


class TestPoints:
    def test_nine_indices_at_their_maximum_are_eighteen_and_excellent(self) -> None:
        card = read(ANSWERED, tally_of(ANSWERED, "2222222"), points(), "2", "2")
        assert card.overall.value == 18
        assert card.band is not None
        assert card.band.title["vi"] == "Xuất sắc"
        assert card.overall.known == Known((*SEVEN, "total_time", "agency_time"), 9)
        assert not card.overall.known.is_converted

    @pytest.mark.parametrize(
        ("total", "name"),
        [
            ("18", "Xuất sắc"),
            ("15", "Xuất sắc"),
            ("14.99", "Tốt"),
            ("14.9999999", "Tốt"),
            ("12", "Tốt"),
            ("11.99", "Khá"),
            ("9", "Khá"),
            ("8.99", "Trung bình"),
            ("6", "Trung bình"),
            ("5.99", "Yếu"),
            ("0", "Yếu"),
        ],
    )
    def test_a_class_goes_by_the_unrounded_total(self, total: str, name: str) -> None:
        assert ONE_STOP.classes is not None
        band = ONE_STOP.classes.of(Fraction(total), 9)
        assert band is not None
        assert band.title["vi"] == name

    def test_exactly_fifteen_from_answers_is_excellent_and_a_hair_less_is_good(self) -> None:
        tally = tally_of(ANSWERED, "2222222", "2221111")  # 3 indices at 2, 4 at 1,5: 12 points
        assert read(ANSWERED, tally, points(), "1", "2").overall.value == 15
        for value, name in (("1", "Xuất sắc"), ("0.999999", "Tốt")):
            band = read(ANSWERED, tally, points(), value, "2").band
            assert band is not None
            assert band.title["vi"] == name

    def test_an_index_is_the_mean_of_its_points(self) -> None:
        card = read(ANSWERED, tally_of(ANSWERED, "2100000", "1000000", "1100000"), points())
        values = [entry.figure.value for entry in card.sections[0].items]
        assert values[:3] == [Fraction(4, 3), Fraction(2, 3), 0]
        assert card.sections[0].figure.value == Fraction(2, 7)

    def test_without_the_imported_indices_the_mean_of_the_answered_counts_nine_times(self) -> None:
        card = read(ANSWERED, tally_of(ANSWERED, "2222211"), points())
        assert card.overall.value == Fraction(12, 7) * 9
        assert card.overall.known == Known(SEVEN, 9)
        assert card.overall.known.is_converted
        assert card.band is not None

    def test_not_applicable_leaves_an_index_out_and_the_total_is_converted(self) -> None:
        card = read(ANSWERED, tally_of(ANSWERED, "222221X"), points(), "2", "1")
        assert card.overall.value == Fraction(2 * 5 + 1 + 3, 8) * 9
        assert card.overall.known is not None
        assert len(card.overall.known.names) == 8
        assert card.sections[0].figure.is_withheld

    @pytest.mark.parametrize(("answers", "known", "has_class"), [("22222XX", 7, True), ("2222XXX", 6, False)])
    def test_there_is_no_class_under_seven_known_indices(self, answers: str, known: int, has_class: bool) -> None:
        card = read(ANSWERED, tally_of(ANSWERED, answers), points(), "2", "2")
        assert card.overall.value == 18
        assert card.overall.known is not None
        assert len(card.overall.known.names) == known
        assert (card.band is not None) == has_class

    def test_imported_indices_alone_are_no_figure(self) -> None:
        overall = read(ANSWERED, tally_of(ANSWERED, "XXXXXXX"), points(), "2", "2").overall
        assert (overall.value, overall.reason) == (None, Withheld.FEW)

    def test_an_index_with_nine_answers_is_left_out_and_cannot_be_worked_out(self) -> None:
        rows = ["2222220"] * 9 + ["222222X"] * 6
        overall = read(ANSWERED, count(ANSWERED, rows), points()).overall
        assert overall.value == 18
        assert overall.known is not None
        assert "index_9" not in overall.known.names

    def test_the_interval_is_that_of_the_sum_and_holds_it(self) -> None:
        rows = ["2222222", "2212122", "1112111", "2212022", "2222122"]
        for values in ((), ("2", "1.5")):
            overall = read(ANSWERED, tally_of(ANSWERED, *rows), points(), *values).overall
            assert overall.interval is not None
            assert overall.estimate is not None
            assert overall.estimate.plain == pytest.approx(float(value_of(overall)))
            assert 0 <= overall.interval.low < float(value_of(overall)) < overall.interval.high <= 18
        seven, nine = (
            read(ANSWERED, tally_of(ANSWERED, *rows), points(), *values).overall.estimate for values in ((), ("2", "2"))
        )
        assert seven is not None
        assert nine is not None
        assert nine.variance == pytest.approx(seven.variance * (7 / 9) ** 2)

    def test_the_quick_way_gives_the_same(self) -> None:
        reading = Reading(points(), Thresholds(), Audience.OFFICER, imported=imported("2", "1"))
        tallies = [tally_of(ANSWERED, "2222211"), tally_of(ANSWERED, "1X12021"), tally_of(ANSWERED, "XXXXXXX")]
        found = score_overalls(ANSWERED, tallies, [reading] * 3)
        assert found == [score(ANSWERED, tally, reading).overall for tally in tallies]
        assert found == [score(ANSWERED, tally, reading).overall for tally in tallies]


def parts_recipe() -> Recipe:
    return recipe_from_dict(
        {
            "slug": "parts",
            "version": 1,
            "title": WORDS,
            "short_title": WORDS,
            "formula": "rescaled_parts",
            "scale": "satisfaction",
            "overall": "sum_of_dimensions",
            "dimensions": {key: {"title": WORDS, "sections": list(parts)} for key, parts in PARTS.items()},
            "spans": {"item": [1, 10], "section": [0.25, 3.34], "dimension": [1, 10], "overall": [2, 20]},
            "missing": {"codes": "left_out", "short_item": "withholds"},
            "rounding": {"places": 2, "mode": "half_up"},
            "status": "inferred",
            "population": "household",
            "mode": "opt_in",
            "sources": ["nguồn"],
            "explanation": WORDS,
        }
    )


def commune(*parts: str) -> Questionnaire:
    return questionnaire(*(section(name, item(f"{name}_a"), item(f"{name}_b")) for name in parts))


class TestParts:
    @pytest.mark.parametrize(
        ("parts", "dimension"),
        [
            (("1.48", "1.84", "1.77", "1.35"), "6.44"),
            (("2.89", "2.26", "2.09"), "7.24"),
            (("2.11", "2.66", "2.74"), "7.51"),
            ((".874", "1.552", "1.145", ".910"), "4.481"),
        ],
    )
    def test_published_dimensions_are_the_sum_of_their_parts(self, parts: tuple[str, ...], dimension: str) -> None:
        assert sum(map(Fraction, parts)) == Fraction(dimension)
        k = len(parts)
        assert all(Fraction(1, k) <= Fraction(part) <= Fraction(10, k) for part in parts)

    def test_an_item_runs_from_one_to_ten(self) -> None:
        scores = dict.fromkeys(range(1, 6), 0)
        for level, index in ((1, 1), (2, Fraction(13, 4)), (3, Fraction(11, 2)), (5, 10)):
            assert item_index(Formula.RESCALED_PARTS, scores | {level: 7}) == index
        assert item_conversion(Formula.RESCALED_PARTS, [0, 1]).of(Fraction(1, 3)) == 4

    @pytest.mark.parametrize(("level", "part_of_4", "part_of_3"), [("1", "0.25", "0.33"), ("5", "2.50", "3.33")])
    def test_a_part_runs_from_one_kth_to_ten_kths(self, level: str, part_of_4: str, part_of_3: str) -> None:
        layout = tally_layout(commune(*PARTS["participation"], *PARTS["air"]))
        card = read(layout, tally_of(layout, level * 14), parts_recipe())
        shown = [rounded(value_of(entry.figure), 2) for entry in card.sections]
        assert shown == [Decimal(part_of_4)] * 4 + [Decimal(part_of_3)] * 3
        ends = 1 if level == "1" else 10
        assert [entry.figure.value for entry in card.dimensions] == [ends, ends]
        assert card.overall.value == 2 * ends

    def test_a_dimension_is_the_sum_of_its_parts_and_the_total_of_its_dimensions(self) -> None:
        layout = tally_layout(commune(*PARTS["participation"], *PARTS["air"]))
        tally = tally_of(layout, "12345123451234", "55443322112345", "33333444445555")
        card = read(layout, tally, parts_recipe())
        by_id = {entry.section.id: value_of(entry.figure) for entry in card.sections}
        for entry in card.dimensions:
            assert entry.figure.value == sum(by_id[name] for name in entry.dimension.sections)
            assert entry.figure.estimate is not None
            assert entry.figure.estimate.plain == pytest.approx(float(value_of(entry.figure)))
        assert card.overall.value == sum(value_of(entry.figure) for entry in card.dimensions)
        assert card.overall.interval is not None
        assert 2 <= card.overall.interval.low < float(value_of(card.overall)) < card.overall.interval.high <= 20
        reading = Reading(parts_recipe(), Thresholds(), Audience.OFFICER)
        [quick] = score_overalls(layout, [tally], [reading])
        assert (quick.value, quick.base) == (card.overall.value, card.overall.base)
        assert quick.interval is not None
        assert quick.interval.low == pytest.approx(card.overall.interval.low)

    def test_a_module_gives_its_dimensions_but_no_total(self) -> None:
        layout = tally_layout(commune(*PARTS["air"]))
        tally = tally_of(layout, "123451", "554433")
        card = read(layout, tally, parts_recipe())
        assert [entry.dimension.id for entry in card.dimensions] == ["air"]
        assert (card.overall.value, card.overall.reason) == (None, Withheld.INCOMPLETE)
        reading = Reading(parts_recipe(), Thresholds(), Audience.OFFICER)
        assert score_overalls(layout, [tally], [reading])[0].reason is Withheld.INCOMPLETE

    def test_a_dimension_of_which_a_part_is_withheld_is_withheld(self) -> None:
        layout = tally_layout(commune(*PARTS["participation"], *PARTS["air"]))
        card = read(layout, tally_of(layout, "1234512345123X", "4321543215432K"), parts_recipe())
        assert [entry.figure.is_withheld for entry in card.dimensions] == [False, True]
        assert card.overall.reason is Withheld.FEW
