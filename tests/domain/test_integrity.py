"""What is left of a scorecard for those who may not see sensitive items."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.integrity import outline_without_sensitive, without_sensitive
from survey_app.domain.overall import outlines, scorecards
from survey_app.domain.questionnaire import Item, questionnaire_from_dict
from survey_app.domain.scoring import ItemScore, Reading, Scorecard, score
from survey_app.domain.tally import count
from survey_app.domain.tally_layout import tally_layout
from survey_app.storage.recipe_files import load_recipes
from tests import scenes

RECIPE = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")[scenes.MEAN5]


@pytest.fixture
def card(rng: Random) -> Scorecard:
    questionnaire = questionnaire_from_dict(json.loads(scenes.canonical("sipas_desk")))
    records = [scenes.random_record(questionnaire, rng, "collecting") for _ in range(60)]
    layout = tally_layout(questionnaire)
    return score(layout, count(layout, records), Reading(RECIPE, Thresholds(), Audience.OFFICER))


def _with_a_sensitive_item(card: Scorecard) -> Scorecard:
    """The card had the first item of its first factor been marked sensitive."""

    def marked(found: ItemScore) -> ItemScore:
        item: Item = replace(found.item, is_sensitive=True)
        return replace(found, item=item)

    first, *others = card.sections
    return replace(card, sections=(replace(first, items=(marked(first.items[0]), *first.items[1:])), *others))


def test_sensitive_counted_items_are_absent_and_everything_else_stays(card: Scorecard) -> None:
    left = without_sensitive(card)
    gone = {counted.item.id for counted in card.counted} - {counted.item.id for counted in left.counted}
    assert gone == {"officials_trouble", "extra_payment"}
    assert (left.overall, left.sections) == (card.overall, card.sections)


def test_no_figure_is_left_from_which_a_sensitive_scored_item_follows(card: Scorecard) -> None:
    left = without_sensitive(_with_a_sensitive_item(card))
    assert left.overall.is_withheld
    assert left.sections[0].figure.is_withheld
    assert len(left.sections[0].items) == len(card.sections[0].items) - 1
    assert left.sections[1:] == card.sections[1:]


@pytest.mark.parametrize("sensitive", [0, 1, 99])
def test_tables_keep_of_every_unit_what_its_scorecard_keeps(sensitive: int, rng: Random) -> None:
    data = json.loads(scenes.canonical("sipas_desk"))
    factor = next(section for section in data["sections"] if section.get("scored"))
    for item in factor["items"][:sensitive]:
        item["sensitive"] = True
    questionnaire = questionnaire_from_dict(data)
    layout, reading = tally_layout(questionnaire), Reading(RECIPE, Thresholds(), Audience.OFFICER)
    tallies = [count(layout, [scenes.random_record(questionnaire, rng) for _ in range(number)]) for number in (60, 9)]
    readings = [reading] * len(tallies)
    cards = map(without_sensitive, scorecards(layout, tallies, readings))
    tables = map(outline_without_sensitive, outlines(layout, tallies, readings))
    for card, table in zip(cards, tables, strict=True):
        assert table.overall == card.overall
        assert [(own.section, own.figure) for own in table.sections] == [
            (own.section, own.figure) for own in card.sections
        ]
