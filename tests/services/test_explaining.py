"""“Cách tính”: every number is that of the page, worked out again here from the released records themselves."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.workings import CompositeWorking, ItemWorking
from survey_app.services.explaining import Explained, NoSuchFigure, explained
from survey_app.services.listings import listed_below
from survey_app.services.release import run_releases
from survey_app.services.result_choices import Asked, Reader, unit_page
from survey_app.storage import releases
from survey_app.storage.database import begin_read
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.scenes import NOW, Province, fill_inbox, scored_items

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
CENTRE = scenes.CENTRES[0]
TODAY = NOW.date()


def explain(engine: Engine, name: str, unit: str = CENTRE, sees_sensitive: bool = False, **asked: str) -> Explained:
    page = unit_page(
        engine,
        RECIPES,
        unit,
        Asked(form="sipas_desk.v1", **asked),
        TODAY,
        Reader(sees_sensitive=sees_sensitive),
        listed_below,
    )
    return explained(engine, RECIPES, page, name)


def answers(engine: Engine, province: Province, item: str, stage: str | None = None) -> list[int]:
    """The levels given to an item at the first centre, from the records."""
    layout = province.sipas.layout
    position = next(column.position for column in layout.columns if column.item == item)
    with begin_read(engine) as connection:
        heads = releases.every_release(connection)
        chosen = [
            record
            for number, head in heads
            if head.version_id == province.sipas.id and (stage is None or head.stage == stage)
            for record in releases.records(connection, number)
        ]
    return [int(record[position]) for record in chosen if record[position].isdigit()]


def index(levels: list[int], recipe: str) -> Fraction:
    if recipe == "sipas-2017-top2":
        return Fraction(100 * sum(level >= 4 for level in levels), len(levels))
    return Fraction(100 * sum(levels), 5 * len(levels))


@pytest.fixture
def released(any_engine: Engine, any_province: Province, rng: Random) -> Province:
    """Releases of two stages and a mixed one, all at the first centre, and some that wait."""
    for counter in any_province.counters[:2]:
        fill_inbox(any_engine, any_province, counter, 60, rng, stage="collecting")
        fill_inbox(any_engine, any_province, counter, 40, rng, stage="filing")
        fill_inbox(any_engine, any_province, counter, 4, rng, stage="asking")
    run_releases(any_engine, NOW)
    return any_province


@pytest.mark.parametrize("recipe", ["sipas-2022-mean5", "sipas-2017-top2"])
@pytest.mark.parametrize("stage", [None, "collecting"])
def test_items_factors_and_the_index_from_raw_records(
    any_engine: Engine, released: Province, recipe: str, stage: str | None
) -> None:
    items = scored_items()
    own = {item: answers(any_engine, released, item, stage) for item in items}
    for item in (items[0], items[-1]):
        found = explain(any_engine, item, recipe=recipe, stage=stage)
        working = found.working
        assert isinstance(working, ItemWorking)
        assert found.figure is not None
        assert (working.value, working.base) == (index(own[item], recipe), len(own[item]))
        assert (found.figure.value, found.figure.interval) == (working.value, working.interval)
        assert working.counts == {level: own[item].count(level) for level in range(1, 6)}
    whole = explain(any_engine, "overall", recipe=recipe, stage=stage)
    assert isinstance(whole.working, CompositeWorking)
    assert whole.working.value == sum((index(own[item], recipe) for item in items), Fraction(0)) / len(items)
    assert whole.figure is not None
    assert (whole.figure.value, whole.figure.interval) == (whole.working.value, whole.working.interval)
    section = whole.card.sections[0]
    factor = explain(any_engine, section.section.id, recipe=recipe, stage=stage)
    assert factor.figure == section.figure
    assert isinstance(factor.working, CompositeWorking)
    assert factor.working.interval == section.figure.interval


def test_releases_are_counted_not_people(any_engine: Engine, released: Province) -> None:
    found = explain(any_engine, "overall")
    with begin_read(any_engine) as connection:
        made = [head for _, head in releases.every_release(connection)]
    assert found.counted.releases.releases == len(made)
    assert found.counted.releases.responses == sum(head.responses for head in made) == found.card.responses
    only = explain(any_engine, "overall", stage="filing").counted.releases
    assert (only.releases, only.responses) == (2, 80)


def test_the_releases_of_a_service_field_are_those_of_its_counters(any_engine: Engine, released: Province) -> None:
    found = explain(any_engine, "overall", service_field="Đất đai")
    assert found.counted.releases.responses == found.card.responses == 100


def test_a_withheld_figure_has_no_working(engine: Engine, province: Province, rng: Random) -> None:
    fill_inbox(engine, province, province.counters[0], 12, rng, stage="filing")
    run_releases(engine, NOW)
    found = explain(engine, "overall")
    assert found.working is None
    assert found.lacking


def test_nothing_released_is_explained_as_withheld(engine: Engine, province: Province) -> None:
    assert explain(engine, "overall").working is None


def test_between_the_two_bases_no_count_is_given(engine: Engine, province: Province, rng: Random) -> None:
    fill_inbox(engine, province, province.counters[0], 18, rng, stage="collecting")
    run_releases(engine, NOW)
    working = explain(engine, scored_items()[0]).working
    assert isinstance(working, ItemWorking)
    assert (working.counts, working.beta) == (None, None)


def test_what_is_not_asked_or_not_seen_does_not_exist(engine: Engine, province: Province, rng: Random) -> None:
    fill_inbox(engine, province, province.counters[0], 60, rng, stage="collecting")
    run_releases(engine, NOW)
    sensitive = next(item.id for item in province.sipas.questionnaire.items() if item.is_sensitive)
    for name in ("", "no-such-item", sensitive, "stage\x00"):
        with pytest.raises(NoSuchFigure):
            explain(engine, name)
    assert explain(engine, sensitive, sees_sensitive=True).option_counts is not None
