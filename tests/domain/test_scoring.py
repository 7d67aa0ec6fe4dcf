"""Scores: the figures of the domain description, section 10, and any tally against counting by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.domain.disclosure import Audience, Thresholds, Withheld
from survey_app.domain.overall import score_overalls
from survey_app.domain.precision import mean_interval, wilson
from survey_app.domain.questionnaire import Item, ItemKind, Polarity, Questionnaire, questionnaire_from_dict
from survey_app.domain.recipe import Formula, Recipe
from survey_app.domain.record import MISSING, Answer, encode, is_visible
from survey_app.domain.rounding import rounded
from survey_app.domain.scoring import (
    Distribution,
    Figure,
    Reading,
    Scorecard,
    item_index,
    score,
)
from survey_app.domain.tally import Tally, count
from survey_app.domain.tally_layout import TallyLayout, tally_layout
from survey_app.storage.recipe_files import load_recipes
from tests import scenes

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
MEAN, TOP_TWO = RECIPES["sipas-2022-mean5"], RECIPES["sipas-2017-top2"]
WORDS = {"vi": "lời"}
PUNCTUALITY = (0, 3, 66, 498, 63)
FAIRNESS = (0, 2, 66, 499, 63)
SMALL_DESK = (0, 0, 3, 20, 7)
OTHER_DESK = (0, 0, 0, 10, 10)


def scale(characters: str) -> dict[str, Any]:
    return {"codes": [{"code": code, "label": WORDS} for code in characters]}


def item(item_id: str, scale_id: str = "satisfaction", kind: str = "choice", **more: object) -> dict[str, Any]:
    criterion = {"name": "tiêu chí", "source": "mẫu phiếu"}
    return {"id": item_id, "kind": kind, "scale": scale_id, "text": WORDS, "criterion": criterion, **more}


def section(section_id: str, *items: dict[str, Any], scored: bool = True, **more: object) -> dict[str, Any]:
    return {"id": section_id, "title": WORDS, "scored": scored, "items": list(items), **more}


def questionnaire(*sections: dict[str, Any], levels: str = "12345") -> Questionnaire:
    return questionnaire_from_dict(
        {
            "slug": "desk",
            "version": 1,
            "title": WORDS,
            "purpose": WORDS,
            "seconds": 60,
            "languages": ["vi"],
            "stage_item": "stage",
            "scales": {"satisfaction": scale(levels), "stage": scale("1234"), "reasons": scale("AB7")},
            "sections": list(sections),
        }
    )


VISIT = section("visit", item("stage", "stage"), scored=False)
AFTER_A_RESULT = {"item": "stage", "codes": ["2"]}


def answers_of(counts: Sequence[int]) -> list[str]:
    return [code for code, number in zip("12345", counts, strict=True) for _ in range(number)]


def tally_of(layout: TallyLayout, answers: Mapping[str, Sequence[str]]) -> Tally:
    """A tally of one response for each place in the equally long lists of answers."""
    people = [dict(zip(answers, given_, strict=True)) for given_ in zip(*answers.values(), strict=True)]
    return count(layout, [encode(layout.questionnaire, person) for person in people])


def read(layout: TallyLayout, tally: Tally, recipe: Recipe = MEAN, audience: Audience = Audience.OFFICER) -> Scorecard:
    return score(layout, tally, Reading(recipe, Thresholds(), audience))


def figures(card: Scorecard) -> dict[str, Figure]:
    """Every figure of a card by the name of its item or section; "*" is the overall one."""
    items = {entry.item.id: entry.figure for section_ in card.sections for entry in section_.items}
    return items | {entry.section.id: entry.figure for entry in card.sections} | {"*": card.overall}


def two_decimals(figure: Figure) -> str:
    assert figure.value is not None
    return str(rounded(figure.value, 2))


ONE_ITEM = tally_layout(questionnaire(section("result", item("punctual"))))
TWO_ITEMS = tally_layout(questionnaire(section("result", item("punctual"), item("fair"))))
TWO_FACTORS = tally_layout(
    questionnaire(section("access", item("info"), item("signs"), item("seats")), section("result", item("fair")))
)


class TestFigures:
    @pytest.mark.parametrize(
        ("counts", "mean", "top_two"),
        [
            ((0, 0, 63, 504, 63), "80.00", "90.00"),
            (PUNCTUALITY, "79.71", "89.05"),
            (FAIRNESS, "79.78", "89.21"),
            (SMALL_DESK, "82.67", "90.00"),
            ((10, 0, 0, 0, 0), "20.00", "0.00"),
            ((0, 0, 0, 0, 10), "100.00", "100.00"),
        ],
    )
    def test_an_item_by_both_recipes(self, counts: tuple[int, ...], mean: str, top_two: str) -> None:
        tally = tally_of(ONE_ITEM, {"punctual": answers_of(counts)})
        assert two_decimals(figures(read(ONE_ITEM, tally))["punctual"]) == mean
        assert two_decimals(figures(read(ONE_ITEM, tally, TOP_TWO))["punctual"]) == top_two

    def test_a_factor_is_the_mean_of_its_unrounded_items(self) -> None:
        tally = tally_of(TWO_ITEMS, {"punctual": answers_of(PUNCTUALITY), "fair": answers_of(FAIRNESS)})
        found = figures(read(TWO_ITEMS, tally))

        assert found["result"].value == (Fraction(251100, 3150) + Fraction(251300, 3150)) / 2
        assert two_decimals(found["result"]) == "79.75"
        assert rounded(Fraction("79.745"), 2) == Decimal("79.75")

    def test_overall_is_the_mean_over_items_and_not_over_factors(self) -> None:
        alike = {name: answers_of((0, 0, 0, 20, 0)) for name in ("info", "signs", "seats")}
        tally = tally_of(TWO_FACTORS, alike | {"fair": answers_of((0, 20, 0, 0, 0))})
        found = figures(read(TWO_FACTORS, tally))

        assert (found["access"].value, found["result"].value) == (80, 40)
        assert found["*"].value == 70
        assert figures(read(TWO_FACTORS, tally, TOP_TWO))["*"].value == 75

    def test_two_desks_are_pooled_by_counts(self) -> None:
        one = tally_of(ONE_ITEM, {"punctual": answers_of(SMALL_DESK)})
        other = tally_of(ONE_ITEM, {"punctual": answers_of(OTHER_DESK)})
        assert two_decimals(read(ONE_ITEM, one + other).overall) == "85.60"
        assert two_decimals(read(ONE_ITEM, one + other, TOP_TWO).overall) == "94.00"

    def test_a_recipe_reads_only_the_items_on_its_scale(self) -> None:
        mixed = questionnaire(section("result", item("fair")), section("channels", item("way", "stage")))
        layout = tally_layout(mixed)
        card = read(layout, tally_of(layout, {"fair": answers_of(SMALL_DESK), "way": ["1"] * 30}))
        assert [entry.section.id for entry in card.sections] == ["result"]
        assert card.overall.value == card.sections[0].figure.value

    def test_missing_codes_leave_the_base(self) -> None:
        given_ = [*answers_of(SMALL_DESK), *"XKR."]
        card = read(ONE_ITEM, tally_of(ONE_ITEM, {"punctual": given_}))
        (entry,) = card.sections[0].items
        assert (card.responses, entry.figure.base, two_decimals(entry.figure)) == (34, 30, "82.67")
        assert entry.distribution == Distribution(
            30, dict(zip("12345", SMALL_DESK, strict=True)), {".": 1, "-": 0, "X": 1, "K": 1, "R": 1}
        )

    @pytest.mark.parametrize("formula", Formula)
    def test_no_answers_have_no_index(self, formula: Formula) -> None:
        with pytest.raises(ZeroDivisionError):
            item_index(formula, dict.fromkeys(range(1, 6), 0))


class TestIntervals:
    def test_a_share_has_wilsons(self) -> None:
        tally = tally_of(ONE_ITEM, {"punctual": answers_of(SMALL_DESK)})
        found = figures(read(ONE_ITEM, tally, TOP_TWO))["punctual"].interval
        assert found == wilson(27, 30).scaled(100)
        assert (round(found.low, 1), round(found.high, 1)) == (74.4, 96.5)

    def test_a_mean_has_the_matched_beta(self) -> None:
        tally = tally_of(ONE_ITEM, {"punctual": answers_of(SMALL_DESK)})
        found = figures(read(ONE_ITEM, tally))["punctual"].interval
        assert found == mean_interval(30, Fraction(124), Fraction(522), range(1, 6)).scaled(20)

    def test_a_factor_of_one_item_has_the_interval_of_that_item(self) -> None:
        tally = tally_of(ONE_ITEM, {"punctual": answers_of(SMALL_DESK)})
        found = figures(read(ONE_ITEM, tally))
        for name in ("result", "*"):
            interval = found[name].interval
            assert interval is not None
            assert interval.low == pytest.approx(found["punctual"].interval.low, abs=1e-4)
            assert interval.high == pytest.approx(found["punctual"].interval.high, abs=1e-4)

    @pytest.mark.parametrize("recipe", [MEAN, TOP_TWO])
    def test_seven_people_all_at_the_ceiling_would_still_have_width(self, recipe: Recipe) -> None:
        tally = tally_of(TWO_ITEMS, {"punctual": ["5"] * 7, "fair": ["5"] * 7})
        least = Thresholds(release=2, officer_score=2)
        overall = score(TWO_ITEMS, tally, Reading(recipe, least, Audience.OFFICER)).overall
        assert overall.value == 100
        assert overall.interval is not None
        assert overall.interval.low < 95
        assert overall.interval.high == pytest.approx(100)

    def test_an_item_that_ten_of_three_hundred_judged_widens_the_factor(self) -> None:
        punctual = ["4", "5"] * 150
        everybody = tally_of(TWO_ITEMS, {"punctual": punctual, "fair": punctual})
        ten = tally_of(TWO_ITEMS, {"punctual": punctual, "fair": punctual[:10] + ["X"] * 290})
        only_ten = tally_of(TWO_ITEMS, {"punctual": punctual[:10], "fair": punctual[:10]})
        found = [figures(read(TWO_ITEMS, tally))["result"].interval for tally in (everybody, ten, only_ten)]
        narrow, middle, wide = (interval.high - interval.low for interval in found if interval)
        assert 2 * narrow < middle < wide

    @pytest.mark.parametrize("recipe", [MEAN, TOP_TWO])
    def test_it_lies_around_a_figure_that_rests_on_few_people_in_part(self, recipe: Recipe) -> None:
        layout = tally_layout(
            questionnaire(
                VISIT, section("access", item("info")), section("result", item("fair"), show_if=AFTER_A_RESULT)
            )
        )
        tally = tally_of(
            layout,
            {
                "stage": ["1"] * 280 + ["2"] * 20,
                "info": answers_of((0, 0, 30, 200, 70)),
                "fair": answers_of((280, 4, 6, 6, 4)),
            },
        )
        overall = read(layout, tally, recipe).overall
        assert overall.value is not None
        assert overall.interval is not None
        below, above = float(overall.value) - overall.interval.low, overall.interval.high - float(overall.value)
        assert 0.5 < below / above < 2

    def test_overall_covers_the_truth_where_few_can_judge_the_result_and_judge_it_badly(self) -> None:
        numbers = np.random.default_rng(20261116)
        layout = tally_layout(
            questionnaire(
                VISIT,
                section("access", *(item(f"a{place}") for place in range(6))),
                section("result", item("fair"), item("punctual"), show_if=AFTER_A_RESULT),
            )
        )
        truth = 20 * (6 * 4.03 + 2 * 3.1) / 8
        covered = []
        for _ in range(250):
            # Shares .01 .03 .12 .60 .24 and .10 .20 .30 .30 .10; a person's answers move together.
            mood = numbers.random((100, 1))
            apart = numbers.random((100, 8))
            chance = np.where(numbers.random((100, 8)) < 0.6, mood, apart)
            access = 1 + np.searchsorted([0.01, 0.04, 0.16, 0.76], chance[:, :6])
            result = 1 + np.searchsorted([0.1, 0.3, 0.6, 0.9], chance[:, 6:])
            rows = [
                ("2" if place < 25 else "1")
                + "".join(map(str, access[place]))
                + ("".join(map(str, result[place])) if place < 25 else "--")
                for place in range(100)
            ]
            interval = read(layout, count(layout, rows)).overall.interval
            assert interval is not None
            covered.append(interval.low <= truth <= interval.high)
        assert np.mean(covered) >= 0.9


class TestWithholding:
    @pytest.mark.parametrize(("n", "is_shown"), [(9, False), (10, True)])
    def test_an_officer_sees_a_score_from_ten_answers(self, n: int, is_shown: bool) -> None:
        card = read(ONE_ITEM, tally_of(ONE_ITEM, {"punctual": ["4"] * n + ["X"] * 5}))
        for figure in figures(card).values():
            assert figure.base == n
            assert (figure.value is not None) == (figure.interval is not None) == is_shown
            assert figure.is_withheld == (not is_shown)

    @pytest.mark.parametrize(("n", "is_shown"), [(29, False), (30, True)])
    def test_the_public_sees_a_score_and_a_distribution_from_thirty(self, n: int, is_shown: bool) -> None:
        card = read(ONE_ITEM, tally_of(ONE_ITEM, {"punctual": ["4"] * n}), audience=Audience.PUBLIC)
        assert card.overall.is_withheld == (not is_shown)
        assert (card.sections[0].items[0].distribution.counts is not None) == is_shown

    @pytest.mark.parametrize(("n", "is_shown"), [(19, False), (20, True)])
    def test_a_distribution_is_shown_from_twenty(self, n: int, is_shown: bool) -> None:
        card = read(ONE_ITEM, tally_of(ONE_ITEM, {"punctual": ["4"] * n}))
        found = card.sections[0].items[0].distribution
        assert not card.overall.is_withheld
        assert found.base == n
        assert (found.counts is not None) == (found.missing is not None) == is_shown

    @pytest.mark.parametrize(("n", "is_shown"), [(29, False), (30, True)])
    def test_a_sensitive_item_is_shown_from_thirty(self, n: int, is_shown: bool) -> None:
        layout = tally_layout(
            questionnaire(
                section("officials", item("polite"), item("honest", sensitive=True)),
                section("views", item("bribes", "reasons", sensitive=True), scored=False),
            )
        )
        last = n - 1
        given = {"polite": ["4"] * n, "honest": ["4"] * last + ["5"], "bribes": ["A"] * last + ["B"]}
        card = read(layout, tally_of(layout, given))
        found = figures(card)
        assert not found["polite"].is_withheld
        assert found["honest"].is_withheld == (not is_shown)
        assert (card.counted[0].options[""].counts is not None) == is_shown

    def test_what_everybody_said_alike_is_withheld_with_all_that_tells_it(self) -> None:
        layout = tally_layout(
            questionnaire(
                section("officials", item("polite"), item("honest", sensitive=True)),
                section(
                    "views",
                    item("trouble", "reasons", polarity="negative"),
                    item("wishes", "reasons"),
                    item("faults", "reasons", "choices", polarity="negative"),
                    scored=False,
                ),
            )
        )
        faults = [("A", "B")] * 20 + [("A",)] * 20
        same = {"polite": ["2"] * 40, "honest": ["4"] * 40, "trouble": ["A"] * 40, "wishes": ["A"] * 40}
        card = read(layout, tally_of(layout, same | {"faults": faults}))
        found = figures(card)
        assert not found["polite"].is_withheld
        assert {found[name].reason for name in ("honest", "officials", "*")} == {Withheld.UNANIMOUS}
        assert card.sections[0].items[1].distribution == Distribution(40, None, None, Withheld.UNANIMOUS)
        trouble, wishes, chosen = (counted.options for counted in card.counted)
        assert (trouble[""].reason, wishes[""].reason) == (Withheld.UNANIMOUS, None)
        reasons = {code: option.reason for code, option in chosen.items()}
        assert reasons == {"A": Withheld.UNANIMOUS, "B": None, "7": Withheld.UNANIMOUS}
        reading = Reading(MEAN, Thresholds(), Audience.OFFICER)
        [overall] = score_overalls(layout, [tally_of(layout, same | {"faults": faults})], [reading])
        assert overall.reason is Withheld.UNANIMOUS

    def test_a_factor_is_withheld_with_any_of_its_items_so_that_none_follows_by_subtraction(self) -> None:
        fair = ["4"] * 9 + ["K"] * 31
        found = figures(read(TWO_ITEMS, tally_of(TWO_ITEMS, {"punctual": ["4"] * 40, "fair": fair})))
        assert not found["punctual"].is_withheld
        assert found["fair"].is_withheld
        assert found["result"] == found["*"] == Figure(40, None, None, reason=Withheld.FEW)

    @pytest.mark.parametrize(("collecting", "is_shown"), [(9, False), (10, True)])
    def test_no_overall_where_a_factor_lacks_its_base(self, collecting: int, is_shown: bool) -> None:
        layout = tally_layout(
            questionnaire(
                VISIT, section("access", item("info")), section("result", item("fair"), show_if=AFTER_A_RESULT)
            )
        )
        stages = ["1"] * 40 + ["2"] * collecting
        answers = {"stage": stages, "info": ["4"] * len(stages), "fair": ["5"] * len(stages)}
        found = figures(read(layout, tally_of(layout, answers)))
        assert not found["access"].is_withheld
        assert found["result"].base == collecting
        assert found["result"].is_withheld == found["*"].is_withheld == (not is_shown)
        if is_shown:
            assert found["*"].value == 90

    def test_a_questionnaire_without_factors_has_no_overall(self) -> None:
        layout = tally_layout(questionnaire(VISIT))
        card = read(layout, tally_of(layout, {"stage": ["1"] * 50}))
        assert (card.sections, card.overall) == ((), Figure(0, None, None))

    def test_demographic_items_are_on_no_card(self) -> None:
        about_you = section("you", item("age", "reasons", demographic=True), scored=False)
        layout = tally_layout(questionnaire(VISIT, about_you))
        card = read(layout, tally_of(layout, {"stage": ["1"] * 50, "age": ["A"] * 50}))
        assert [entry.item.id for entry in card.counted] == ["stage"]


# Any questionnaire, any answers: the long way round by hand.

LOW_THRESHOLDS = Thresholds(release=2, officer_score=2, public_score=6, distribution=4, sensitive=8, demographic=2)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    sections = [VISIT]
    for place in range(draw(st.integers(0, 3))):
        shown = {"show_if": AFTER_A_RESULT} if draw(st.booleans()) else {}
        scored = draw(st.booleans())
        shapes = ["choice"] if scored else ["choice", "choices", "letters"]
        items = [
            item(
                f"q{place}_{number}",
                "reasons" if shape != "choice" else "satisfaction",
                "choices" if shape == "choices" else "choice",
                sensitive=draw(st.booleans()),
            )
            for number, shape in enumerate(draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=4)))
        ]
        sections.append(section(f"s{place}", *items, scored=scored, **shown))
    return questionnaire(*sections, levels=draw(st.sampled_from(["12345", "54321", "1234", "123"])))


def random_answers(asked: Questionnaire, rng: Random) -> dict[str, Answer]:
    """Answers to what is shown, three in ten of them missing."""
    answers: dict[str, Answer] = {}
    for entry in asked.items():
        assert entry.scale is not None
        if not is_visible(entry, answers):
            continue
        if rng.random() < 0.3:
            answers[entry.id] = rng.choice(".XKR")
        elif entry.kind is ItemKind.CHOICES:
            answers[entry.id] = tuple(code for code in entry.scale.characters if rng.random() < 0.5)
        else:
            answers[entry.id] = rng.choice(entry.scale.characters)
    return answers


def index_by_hand(recipe: Recipe, entry: Item, given_: Sequence[int]) -> Fraction:
    assert entry.scale is not None
    levels = sorted(map(int, entry.scale.characters))
    if recipe is TOP_TWO:
        return Fraction(100 * sum(value in levels[-2:] for value in given_), len(given_))
    return 100 * Fraction(sum(given_), len(given_)) / levels[-1]


def mean(values: Sequence[Fraction | None]) -> Fraction | None:
    shown = [value for value in values if value is not None]
    return sum(shown, Fraction(0)) / len(shown) if shown and len(shown) == len(values) else None


def is_guarded(entry: Item) -> bool:
    return entry.is_sensitive or entry.polarity is Polarity.NEGATIVE


def distribution_by_hand(entry: Item, by_code: dict[str, int], missing: dict[str, int], least: int) -> Distribution:
    base = sum(by_code.values())
    if base < least:
        return Distribution(base, None, None, Withheld.FEW)
    if is_guarded(entry) and max(by_code.values()) == base:
        return Distribution(base, None, None, Withheld.UNANIMOUS)
    return Distribution(base, by_code, missing)


def values_by_hand(
    asked: Questionnaire, people: Sequence[Mapping[str, Answer]], recipe: Recipe, audience: Audience
) -> dict[str, tuple[int, Fraction | None]]:
    """Base and value of every item, factor and of all ("*"), from the answers themselves."""
    found: dict[str, tuple[int, Fraction | None]] = {}
    every_value: list[Fraction | None] = []
    every_judge: set[int] = set()
    for section_ in (section_ for section_ in asked.sections if section_.is_scored):
        values: list[Fraction | None] = []
        judges: set[int] = set()
        for entry in section_.items:
            given_ = {
                n: int(str(a[entry.id])) for n, a in enumerate(people) if str(a.get(entry.id, ".")) not in MISSING
            }
            least = {Audience.OFFICER: 2, Audience.PUBLIC: 6}[audience]
            enough = len(given_) >= (8 if entry.is_sensitive else least)
            tells = is_guarded(entry) and len(set(given_.values())) == 1
            values.append(index_by_hand(recipe, entry, list(given_.values())) if enough and not tells else None)
            found[entry.id] = (len(given_), values[-1])
            judges |= given_.keys()
        found[section_.id] = (len(judges), mean(values))
        every_value += values
        every_judge |= judges
    return found | {"*": (len(every_judge), mean(every_value))}


@settings(max_examples=120, deadline=None)
@given(
    questionnaires(),
    st.integers(0, 30),
    st.integers(0, 2**32),
    st.sampled_from([MEAN, TOP_TWO]),
    st.sampled_from(Audience),
)
def test_every_figure_is_exactly_the_one_counted_by_hand(
    asked: Questionnaire, number: int, seed: int, recipe: Recipe, audience: Audience
) -> None:
    rng = Random(seed)
    people = [random_answers(asked, rng) for _ in range(number)]
    layout = tally_layout(asked)
    tally = count(layout, [encode(asked, person) for person in people])
    card = score(layout, tally, Reading(recipe, LOW_THRESHOLDS, audience))

    assert card.responses == number
    found = figures(card)
    assert {name: (figure.base, figure.value) for name, figure in found.items()} == values_by_hand(
        asked, people, recipe, audience
    )
    for figure in found.values():
        if figure.value is not None:
            assert figure.interval is not None
            assert -1e-9 <= figure.interval.low <= float(figure.value) + 1e-9
            assert float(figure.value) - 1e-9 <= figure.interval.high <= 100 + 1e-9
            assert figure.interval.low < figure.interval.high


@settings(max_examples=60, deadline=None)
@given(questionnaires(), st.integers(0, 30), st.integers(0, 2**32))
def test_every_distribution_is_the_one_counted_by_hand(asked: Questionnaire, number: int, seed: int) -> None:
    rng = Random(seed)
    people = [random_answers(asked, rng) for _ in range(number)]
    layout = tally_layout(asked)
    tally = count(layout, [encode(asked, person) for person in people])
    card = score(layout, tally, Reading(MEAN, LOW_THRESHOLDS, Audience.OFFICER))

    assert [entry.item.id for entry in card.counted] == [
        entry.id for section_ in asked.sections if not section_.is_scored for entry in section_.items
    ]
    shown = {entry.item.id: {"": entry.distribution} for section_ in card.sections for entry in section_.items}
    shown |= {entry.item.id: dict(entry.options) for entry in card.counted}
    for entry in asked.items():
        assert entry.scale is not None
        given_ = [person.get(entry.id, "-") for person in people]
        missing = {code: given_.count(code) for code in MISSING}
        least = 8 if entry.is_sensitive else 4
        if entry.kind is ItemKind.CHOICES:
            chosen = [answer for answer in given_ if isinstance(answer, tuple)]
            counts = {
                code: {"0": sum(code not in a for a in chosen), "1": sum(code in a for a in chosen)}
                for code in entry.scale.characters
            }
        else:
            counts = {"": {code: given_.count(code) for code in entry.scale.characters}}
        assert shown[entry.id] == {
            option: distribution_by_hand(entry, by_code, missing, least) for option, by_code in counts.items()
        }
