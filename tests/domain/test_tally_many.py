"""Many tallies at once against each alone."""

from __future__ import annotations

import json
from random import Random

import pytest

from survey_app.domain import tally_many
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.tally import add, count, pack
from survey_app.domain.tally_layout import tally_layout
from survey_app.domain.tally_many import add_packed, count_each, rows_of
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


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("factor", [1, 40, 9_000, 30_000_000])
def test_packed_summed_and_added_as_one_by_one(slug: str, factor: int, rng: Random) -> None:
    layout = tally_layout(questionnaire_from_dict(json.loads(scenes.canonical(slug))))
    records = [[scenes.random_record(layout.questionnaire, rng) for _ in range(number)] for number in (3, 1, 40, 7)]
    own = [
        scenes.times(count(layout, part), grown) for part, grown in zip(records, (factor, 1, 1, factor), strict=True)
    ]
    rows = rows_of(own)
    assert all(one.equals(other) for one, other in zip(rows.each(), own, strict=True))
    assert rows.packed() == [(tally.responses, *pack(tally)) for tally in own]
    parts = [[0, 2], [1], [0, 1, 2, 3]]
    sums = rows.summed(parts)
    for total, part in zip(sums.each(), parts, strict=True):
        assert total.equals(add(layout, [own[place] for place in part]))
    stored = add_packed([[packed] for packed in rows.packed()[:2]])
    grown = [own[0] + add(layout, [own[place] for place in parts[2]]), own[1] + add(layout, [own[0], own[2]])]
    first, second, third = sums.plus([2, 0], stored).each()
    assert first.equals(grown[1])
    assert second.equals(own[1])
    assert third.equals(grown[0])
