"""Random questionnaires, three answers in ten missing: brute force from raw rows is exactly what tallies lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.overall import measures, outlines, score_overalls, scorecards
from survey_app.domain.questionnaire import Item, Questionnaire, questionnaire_from_dict
from survey_app.domain.recipe import Formula, Overall, Recipe
from survey_app.domain.record import MISSING, Answer, encode, layout
from survey_app.domain.scoring import Reading, Scorecard, measure, score
from survey_app.domain.tally import Tally, add, count, pack, unpack
from survey_app.domain.tally_layout import TallyLayout, tally_layout
from survey_app.services.release import run_releases
from survey_app.services.results import ResultsQuery, results_page
from survey_app.storage.database import begin_read
from tests import scenes
from tests.domain.test_scoring import MEAN, TOP_TWO, figures, random_answers

WORDS = {"vi": "lời"}
SCALES = {"five": "12345", "three": "012", "yesno": "01", "letters": "ABC", "stage": "1234"}
LEAST = Thresholds(release=2, officer_score=2, public_score=2, distribution=2, sensitive=2, demographic=2)


def _scale(characters: str) -> dict[str, Any]:
    return {"codes": [{"code": code, "label": WORDS} for code in characters]}


GUARDS: tuple[dict[str, Any], ...] = ({"polarity": "positive"}, {"polarity": "negative"}, {"sensitive": True})


def _item(item_id: str, scale: str, kind: str = "choice", **more: object) -> dict[str, Any]:
    criterion = {"name": "tiêu chí", "source": "mẫu phiếu"}
    return {"id": item_id, "kind": kind, "scale": scale, "text": WORDS, "criterion": criterion, **more}


@st.composite
def questionnaires(draw: st.DrawFn, is_guarded: bool = False) -> Questionnaire:
    """Up to four sections, scored ones on one scale each, some shown only after a result; some items guarded."""
    guards = st.sampled_from(GUARDS if is_guarded else GUARDS[:1])
    sections = [{"id": "visit", "title": WORDS, "items": [_item("stage", "stage")]}]
    for place in range(draw(st.integers(1, 4))):
        scored = draw(st.booleans())
        scale = draw(st.sampled_from(["five", "five", "three", "yesno"])) if scored else "letters"
        kind = "choice" if scored else draw(st.sampled_from(["choice", "choices"]))
        items = [_item(f"q{place}_{number}", scale, kind, **draw(guards)) for number in range(draw(st.integers(1, 4)))]
        shown = {"show_if": {"item": "stage", "codes": ["2", "3"]}} if draw(st.booleans()) else {}
        sections.append({"id": f"s{place}", "title": WORDS, "items": items, "scored": scored, **shown})
    return questionnaire_from_dict(
        {
            "slug": "random",
            "version": 1,
            "title": WORDS,
            "purpose": WORDS,
            "seconds": 60,
            "languages": ["vi"],
            "stage_item": "stage",
            "scales": {name: _scale(characters) for name, characters in SCALES.items()},
            "sections": sections,
        }
    )


def recipes() -> st.SearchStrategy[Recipe]:
    """Both formulas on any scale (the two highest of two say nothing), any weights, over items or sections."""
    weights = st.dictionaries(st.sampled_from([f"q{a}_{b}" for a in range(4) for b in range(4)]), st.integers(1, 5))
    return st.builds(
        replace,
        st.sampled_from([MEAN, TOP_TWO]),
        scale=st.sampled_from(["five", "three", "yesno"]),
        overall=st.sampled_from([Overall.MEAN_OF_ITEMS, Overall.MEAN_OF_SECTIONS]),
        item_weights=weights,
        section_weights=st.dictionaries(st.sampled_from(["s0", "s1", "s2", "s3"]), st.integers(1, 5)),
    ).filter(lambda recipe: recipe.formula is not Formula.TOP_TWO_BOX or recipe.scale != "yesno")


def _index(recipe: Recipe, item: Item, given_: Sequence[int]) -> Fraction | None:
    assert item.scale is not None
    levels = sorted(map(int, item.scale.characters))
    if len(given_) < LEAST.officer_score:
        return None
    if recipe.formula is Formula.TOP_TWO_BOX:
        return Fraction(100 * sum(value in levels[-2:] for value in given_), len(given_))
    return Fraction(100 * sum(given_), levels[-1] * len(given_))


def _mean(values: Sequence[Fraction | None], weights: Sequence[int]) -> Fraction | None:
    """A weighted mean written out; None where any value is."""
    shown = [value * weight for value, weight in zip(values, weights, strict=True) if value is not None]
    return sum(shown, Fraction(0)) / sum(weights) if shown and len(shown) == len(values) else None


def brute_force(asked: Questionnaire, rows: Sequence[Mapping[str, str]], recipe: Recipe) -> dict[str, Fraction | None]:
    """Item, section and overall ("*") values from raw rows: item -> character."""
    found: dict[str, Fraction | None] = {}
    on_scale = {item.id for item in asked.items() if item.scale and item.scale.id == recipe.scale}
    factors = [section for section in asked.sections if section.is_scored]
    scored = [(section, [item for item in section.items if item.id in on_scale]) for section in factors]
    scored = [(section, items) for section, items in scored if items]
    for section, items in scored:
        for item in items:
            given_ = [int(row[item.id]) for row in rows if row[item.id] not in MISSING]
            found[item.id] = _index(recipe, item, given_)
        own = [recipe.item_weights.get(item.id, 1) for item in items]
        found[section.id] = _mean([found[item.id] for item in items], own)
    if recipe.overall is Overall.MEAN_OF_SECTIONS:
        weights = [recipe.section_weights.get(section.id, 1) for section, _ in scored]
        return found | {"*": _mean([found[section.id] for section, _ in scored], weights)}
    every = [item for _, items in scored for item in items]
    weights = [recipe.item_weights.get(item.id, 1) for item in every]
    return found | {"*": _mean([found[item.id] for item in every], weights)}


def raw_rows(asked: Questionnaire, records: Sequence[str]) -> list[dict[str, str]]:
    columns = [column for column in layout(asked) if column.option is None]
    return [{column.item: record[column.position] for column in columns} for record in records]


def in_releases(layout_: TallyLayout, records: Sequence[str], rng: Random) -> Tally:
    """Counted release by release, stored and read back, and added in another order."""
    parts: list[list[str]] = [[] for _ in range(rng.randint(1, 5))]
    for record in records:
        rng.choice(parts).append(record)
    tallies = [count(layout_, part) for part in parts]
    rng.shuffle(tallies)
    return add(layout_, [unpack(tally.responses, *pack(tally)) for tally in tallies])


def values_of(card: Scorecard) -> dict[str, Fraction | None]:
    return {name: figure.value for name, figure in figures(card).items()}


@settings(max_examples=150, deadline=None)
@given(questionnaires(), recipes(), st.integers(0, 40), st.integers(0, 2**32))
def test_tallies_lead_to_the_values_counted_from_raw_rows(
    asked: Questionnaire, recipe: Recipe, number: int, seed: int
) -> None:
    rng = Random(seed)
    people: list[dict[str, Answer]] = [random_answers(asked, rng) for _ in range(number)]
    records = [encode(asked, person) for person in people]
    layout_, reading = tally_layout(asked), Reading(recipe, LEAST, Audience.OFFICER)
    whole, added = count(layout_, records), in_releases(layout_, records, rng)

    assert added.equals(whole)
    card = score(layout_, added, reading)
    assert values_of(card) == brute_force(asked, raw_rows(asked, records), recipe)


@settings(max_examples=60, deadline=None)
@given(
    questionnaires(is_guarded=True),
    recipes(),
    st.lists(st.integers(0, 60), min_size=1, max_size=8),
    st.integers(0, 2**32),
)
def test_many_tallies_at_once_are_scored_as_each_alone(
    asked: Questionnaire, recipe: Recipe, numbers: Sequence[int], seed: int
) -> None:
    rng, layout_ = Random(seed), tally_layout(asked)
    tallies = [count(layout_, [encode(asked, random_answers(asked, rng)) for _ in range(number)]) for number in numbers]
    least = replace(LEAST, officer_score=10, distribution=20, sensitive=30)
    readings = [Reading(recipe, least, Audience.OFFICER, is_too_fine=rng.random() < 0.3) for _ in tallies]
    alone = [score(layout_, tally, reading) for tally, reading in zip(tallies, readings, strict=True)]

    assert scorecards(layout_, tallies, readings) == alone
    assert score_overalls(layout_, tallies, readings) == [card.overall for card in alone]
    for outline, card in zip(outlines(layout_, tallies, readings), alone, strict=True):
        assert all(getattr(outline, name) == getattr(card, name) for name in ("responses", "overall", "basis"))
        assert [(own.section, own.figure) for own in outline.sections] == [(s.section, s.figure) for s in card.sections]
        estimates = [
            (own.figure.estimate, other.figure.estimate)
            for own, other in zip(outline.sections, card.sections, strict=True)
        ]
        assert all(one == other for one, other in [(outline.overall.estimate, card.overall.estimate), *estimates])
    sections = asked.scored_sections(recipe.scale)
    answered = [tally for tally, card in zip(tallies, alone, strict=True) if not card.overall.is_withheld]
    if sections and answered:
        items = sections[0][1]
        weights = recipe.weights_of(items)
        each = [measure(layout_, tally, items, recipe.formula, weights) for tally in answered]
        assert measures(layout_, answered, items, recipe.formula, weights) == each


def test_from_the_inbox_to_the_page_figures_are_those_counted_from_stored_answers(
    any_engine: Engine, any_province: scenes.Province, rng: Random
) -> None:
    for counter, n in zip(any_province.counters, (23, 17, 41, 12, 15), strict=True):
        scenes.fill_inbox(any_engine, any_province, counter, n, rng, stage="collecting")
    run_releases(any_engine, scenes.NOW)
    query = ResultsQuery("51", "sipas_desk", 1, with_sensitive=True)
    with begin_read(any_engine) as connection:
        page = results_page(connection, {recipe.slug: recipe for recipe in (MEAN, TOP_TWO)}, query)
        answers = connection.execute(text("SELECT * FROM answer")).mappings().all()
    rows: dict[Any, dict[str, str]] = {}
    for answer in answers:
        rows.setdefault(answer["response_id"], {})[answer["item"]] = answer["code"]

    assert page.result.card is not None
    assert len(rows) == page.result.card.responses == 108
    assert values_of(page.result.card) == brute_force(any_province.sipas.questionnaire, list(rows.values()), MEAN)
