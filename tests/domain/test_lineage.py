"""Which versions continue a figure, and counts of one version read as another's."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.lineage import Lineage, items_of, read_as
from survey_app.domain.questionnaire import Questionnaire, questionnaire_from_dict
from survey_app.domain.scoring import Reading, score
from survey_app.domain.tally import count
from survey_app.domain.tally_layout import tally_layout
from survey_app.storage.recipe_files import load_recipes
from tests.scenes import QUESTIONNAIRES_DIR, canonical, random_record

RECIPE = load_recipes(QUESTIONNAIRES_DIR / "recipes")["sipas-2022-mean5"]
V1 = questionnaire_from_dict(json.loads(canonical("sipas_desk")))


def version(number: int, *, goes_on_from: int = 1, but: tuple[str, ...] = (), turned: bool = False) -> Questionnaire:
    """A later version whose scored items continue those of another, but for some."""
    data: dict[str, Any] = copy.deepcopy(json.loads(canonical("sipas_desk")))
    data["version"] = number
    for section in data["sections"]:
        if turned:
            section["items"].reverse()
        for item in section["items"]:
            if section.get("scored") and item["id"] not in but:
                item["comparable_to"] = [f"sipas_desk.v{goes_on_from}.{item['id']}"]
    if turned:
        data["sections"] = [s for s in data["sections"] if not s.get("scored")] + [
            s for s in reversed(data["sections"]) if s.get("scored")
        ]
    return questionnaire_from_dict(data)


def goes_on(newer: Questionnaire, older: Questionnaire, figure: str, *others: Questionnaire) -> bool:
    return bool(Lineage((newer, older, *others)).goes_on(newer, older, RECIPE, figure))


@pytest.mark.parametrize("figure", ["overall", "access", "access_info"])
def test_a_version_all_of_whose_items_continue_goes_on(figure: str) -> None:
    assert goes_on(version(2), V1, figure)
    assert goes_on(V1, version(2), figure)


def test_one_item_that_does_not_breaks_its_factor_and_the_overall_figure_alone() -> None:
    newer = version(2, but=("access_info",))
    assert [goes_on(newer, V1, figure) for figure in ("overall", "access", "access_info")] == [False] * 3
    others = [item.id for item in items_of(V1, RECIPE, "access") if item.id != "access_info"]
    assert goes_on(newer, V1, others[0])
    assert goes_on(newer, V1, "procedures")


def test_the_same_name_alone_continues_nothing() -> None:
    assert not goes_on(version(2, goes_on_from=9), V1, "access_info")


def test_what_continues_goes_on_through_a_version_between() -> None:
    third, second = version(3, goes_on_from=2), version(2)
    assert goes_on(third, V1, "overall", second)
    assert not goes_on(third, V1, "overall")


def test_an_unknown_figure_is_made_of_nothing() -> None:
    assert items_of(V1, RECIPE, "nothing") == ()
    assert not goes_on(version(2), V1, "nothing")


def test_counts_read_as_another_version_give_the_same_figures(rng: Random) -> None:
    newer = version(2, turned=True)
    layout, target = tally_layout(V1), tally_layout(newer)
    tally = count(layout, [random_record(V1, rng, "collecting") for _ in range(60)])
    pairs = Lineage((newer, V1)).goes_on(newer, V1, RECIPE, "overall")
    moved = read_as(tally, layout, target, pairs)
    reading = Reading(RECIPE, Thresholds(), Audience.OFFICER)
    before, after = score(layout, tally, reading), score(target, moved, reading)
    assert (after.overall.value, after.overall.base) == (before.overall.value, before.overall.base)
    assert after.overall.estimate is not None
    assert before.overall.estimate is not None
    assert after.overall.estimate.variance == pytest.approx(before.overall.estimate.variance, rel=1e-12)
    values = {s.section.id: (s.figure.value, s.figure.base) for s in before.sections}
    assert {s.section.id: (s.figure.value, s.figure.base) for s in after.sections} == values
    assert read_as(tally, layout, layout, {}) is tally
