"""Sample answers: what no real page would send is never among them, and they are as uneven as meant."""

from __future__ import annotations

import json
from statistics import mean

import numpy as np
import pytest

from survey_app.domain.questionnaire import ItemKind, Questionnaire, questionnaire_from_dict
from survey_app.domain.record import DONT_KNOW, NO_WISH, NOT_ANSWERED, NOT_APPLICABLE, NOT_SHOWN, decode, encode, layout
from survey_app.services.sample_answers import sample_records
from tests import scenes

SLUGS = sorted(path.parent.name for path in scenes.QUESTIONNAIRES_DIR.glob("*/v1.yaml"))
HOME = "21001"


def asked(slug: str) -> Questionnaire:
    return questionnaire_from_dict(json.loads(scenes.canonical(slug)))


def drawn(slug: str, number: int, lean: float = 0.0, seed: int = 7) -> list[str]:
    return sample_records(asked(slug), [lean] * number, [HOME] * number, np.random.default_rng(seed))


@pytest.mark.parametrize("slug", SLUGS)
def test_each_record_is_one_the_form_can_send(slug: str) -> None:
    questionnaire = asked(slug)
    for record in drawn(slug, 300):
        assert len(record) == len(layout(questionnaire))
        answers = decode(questionnaire, record)
        assert encode(questionnaire, {item: a for item, a in answers.items() if a != NOT_SHOWN}) == record
        for item in questionnaire.items():
            given = answers.get(item.id)
            if given in {NOT_APPLICABLE, DONT_KNOW, NO_WISH}:
                assert given in item.missing
            if item.kind is ItemKind.COMMUNE:
                assert given in {HOME, NOT_ANSWERED, *item.missing}


def test_a_better_counter_gets_higher_levels() -> None:
    worse, better = (
        mean(int(record[1]) for record in drawn("sipas_desk", 2_000, lean) if record[1].isdigit())
        for lean in (-0.5, 0.5)
    )
    assert worse + 0.3 < better


def test_some_give_one_face_throughout() -> None:
    questionnaire = asked("sipas_desk")
    faces = [
        column.position
        for column in layout(questionnaire)
        if (scale := questionnaire.item(column.item).scale) and scale.drawn_as == "faces"
    ]
    assert len(faces) > 10
    straight = [len({record[place] for place in faces} - {NOT_SHOWN}) == 1 for record in drawn("sipas_desk", 2_000)]
    assert 0.09 < mean(straight) < 0.16


def test_the_same_seed_draws_the_same() -> None:
    assert drawn("quick_pulse", 50) == drawn("quick_pulse", 50)
    assert drawn("quick_pulse", 50) != drawn("quick_pulse", 50, seed=8)
