"""Sample content for the page of the design system: a made-up questionnaire, counted and scored as real ones are."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random
from typing import Any

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.integrity import without_sensitive
from survey_app.domain.local_day import months_back
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Reading, Scorecard, score
from survey_app.domain.series import Series, Table
from survey_app.domain.tally import count
from survey_app.domain.tally_layout import TallyLayout, tally_layout
from survey_app.services.comparands import Comparands, Earlier
from survey_app.services.result_choices import Asked, Choices, UnitPage
from survey_app.services.results import ResultsPage, ResultsQuery
from survey_app.services.unit_result import TrendPoint, UnitResult, UnitScorecard

FIRST_DAY = date(2026, 1, 1)
SMALL, LARGE = 14, 180
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
PLACES = ("Xã Mẫu A", "Xã Mẫu B", "Phường Mẫu C")


def _item(item_id: str, text: str, **more: Any) -> dict[str, Any]:
    asked = {"id": item_id, "kind": "choice", "scale": "satisfaction", "text": {"vi": text}, "missing": ["X", "K", "R"]}
    return asked | {"criterion": {"name": text, "source": "mẫu"}} | more


def _data(scale: str) -> dict[str, Any]:
    """A questionnaire of two factors with two items each, and one that is counted."""
    codes = [{"code": str(place), "label": {"vi": label}} for place, label in enumerate(LEVELS, 1)]
    how_many = [
        {"code": str(place), "label": {"vi": label}} for place, label in enumerate(("Không có ai", "Một số"), 1)
    ]
    first = [_item("a1", "Tiêu chí mẫu 1", scale=scale), _item("a2", "Tiêu chí mẫu 2", scale=scale)]
    second = [_item("b1", "Tiêu chí mẫu 3", scale=scale), _item("b2", "Tiêu chí mẫu 4", scale=scale)]
    counted = [_item("c1", "Câu hỏi mẫu về nhận định", scale="how_many", polarity="negative")]
    return {
        "slug": "sample",
        "version": 1,
        "title": {"vi": "Phiếu mẫu"},
        "purpose": {"vi": "Phiếu mẫu"},
        "seconds": 60,
        "languages": ["vi"],
        "scales": {scale: {"codes": codes}, "how_many": {"codes": how_many}},
        "sections": [
            {"id": "a", "title": {"vi": "Yếu tố mẫu thứ nhất"}, "items": first, "scored": True},
            {"id": "b", "title": {"vi": "Yếu tố mẫu thứ hai"}, "items": second, "scored": True},
            {"id": "c", "title": {"vi": "Nhận định"}, "items": counted},
        ],
    }


@cache
def _layout(scale: str) -> TallyLayout:
    return tally_layout(questionnaire_from_dict(_data(scale)))


def sample_card(recipe: Recipe, responses: int) -> Scorecard:
    """A scorecard of made-up responses, the same at every call."""
    chance = Random(responses)  # noqa: S311 - sample content, no secret
    records = ["".join(chance.choices("12345", (1, 2, 5, 9, 6), k=4)) + chance.choice("112") for _ in range(responses)]
    layout = _layout(recipe.scale)
    reading = Reading(recipe, Thresholds(), Audience.OFFICER)
    return without_sensitive(score(layout, count(layout, records), reading))


def _unit(code: str, kind: UnitKind, name: str, parent: str | None) -> OrgUnit:
    return OrgUnit(code, kind, name, parent, FIRST_DAY, None, ())


def _comparands(recipe: Recipe, first_month: date) -> Comparands:
    """The four months before, and for the first two communes a rest to stand against."""
    before = sample_card(recipe, LARGE + 20)
    earlier = Earlier(months_back(first_month, 4), months_back(first_month, 1), before)
    return Comparands(earlier, {"mau-1": before.overall, "mau-2": before.overall})


def sample_page(recipe: Recipe) -> UnitPage:
    """A province with three communes: one with plenty of responses, one with few, one with none yet."""
    province = _unit("mau", UnitKind.PROVINCE, "Tỉnh Mẫu", None)
    cards = (sample_card(recipe, LARGE), sample_card(recipe, SMALL), None)
    below = Table(
        UnitResult(_unit(f"mau-{place}", UnitKind.COMMUNE, name, "mau"), card, place * 3)
        for place, (name, card) in enumerate(zip(PLACES, cards, strict=True), 1)
    )
    months = [months_back(date(2026, 11, 1), back) for back in (3, 2, 1, 0)]
    trend = Series(
        TrendPoint(month, card.responses, card.overall, card.basis)
        for month, card in zip(months, (sample_card(recipe, LARGE + place) for place in range(4)), strict=True)
    )
    results = ResultsPage(
        query=ResultsQuery("mau", "sample", 1, recipe.slug),
        path=(),
        result=UnitScorecard(province, sample_card(recipe, LARGE), 7),
        below=below,
        trend=trend,
        thresholds=Thresholds(),
        comparands=_comparands(recipe, months[0]),
    )
    asked = Asked("sample.v1", recipe.slug, first_month=months[0], last_month=months[-1], stage="filing")
    choices = Choices((), (recipe,), (), tuple(months))
    return UnitPage((province,), choices, asked, recipe, results)
