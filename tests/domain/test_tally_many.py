"""Many tallies at once against each alone."""

from __future__ import annotations

import json
from random import Random

import pytest

from survey_app.domain import tally_many
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.tally import count
from survey_app.domain.tally_layout import tally_layout
from survey_app.domain.tally_many import count_each
from tests import scenes

SLUGS = sorted(path.parent.name for path in scenes.QUESTIONNAIRES_DIR.glob("*/v1.yaml"))


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("block", [1, 50, 5_000])
def test_each_is_what_it_is_alone(slug: str, block: int, rng: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_many, "BLOCK", block)
    layout = tally_layout(questionnaire_from_dict(json.loads(scenes.canonical(slug))))
    parts = [
        [scenes.random_record(layout.questionnaire, rng) for _ in range(number)] for number in (1, 30, 2, 60, 11, 1)
    ]
    for tally, part in zip(count_each(layout, parts), parts, strict=True):
        assert tally.equals(count(layout, part))


def test_of_none_there_are_none() -> None:
    layout = tally_layout(questionnaire_from_dict(json.loads(scenes.canonical("quick_pulse"))))
    assert count_each(layout, []) == []
