"""The rules beyond the schema: each case plants one mistake in a sound questionnaire."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from survey_app.domain.questionnaire_rules import canonical_json, find_problems, sha256_of

CRITERION = {"name": "Tận tình", "source": "mẫu phiếu"}


def _words(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def _scale(*codes: str) -> dict[str, Any]:
    return {"codes": [{"code": code, "label": _words(f"mức {code}")} for code in codes]}


def _item(item_id: str, kind: str = "choice", **more: Any) -> dict[str, Any]:
    return {
        "id": item_id,
        "kind": kind,
        "text": _words("Ông/Bà thấy thế nào?"),
        "criterion": CRITERION,
        **more,
    }


def _scored(item_id: str) -> dict[str, Any]:
    return _item(item_id, scale="satisfaction", polarity="positive", missing=["X", "K"])


def _sound() -> dict[str, Any]:
    return {
        "slug": "desk",
        "version": 1,
        "title": _words("Phiếu"),
        "purpose": _words("Để phục vụ tốt hơn."),
        "seconds": 60,
        "languages": ["vi", "en"],
        "stage_item": "stage",
        "follow_up": "longer",
        "scales": {
            "stage": _scale("1", "2"),
            "satisfaction": _scale("1", "2", "3", "4", "5"),
            "reasons": _scale("1", "2"),
        },
        "sections": [
            {"id": "visit", "title": _words("Lần đến"), "items": [_item("stage", scale="stage")]},
            {
                "id": "officials",
                "title": _words("Công chức"),
                "scored": True,
                "show_if": {"item": "stage", "codes": ["2"]},
                "items": [_scored("polite"), _scored("helpful")],
            },
            {
                "id": "more",
                "title": _words("Thêm"),
                "items": [
                    _item("reasons", "choices", scale="reasons", missing=["K", "R"], sensitive=True),
                    _item("residence", "commune", missing=["R"]),
                    _item("comment", "text"),
                ],
            },
        ],
    }


def _at(data: dict[str, Any], item_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(i for s in data["sections"] for i in s["items"] if i["id"] == item_id)
    return found


def _sound_but(plant: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    data = copy.deepcopy(_sound())
    plant(data)
    return data


def test_a_sound_questionnaire_has_no_problem() -> None:
    assert find_problems(_sound()) == []


MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], Any], tuple[str | int, ...], str]] = {
    "two items with one id": (
        lambda q: _at(q, "helpful").update(id="polite"),
        ("sections", 1, "items", 1, "id"),
        "bị trùng mã",
    ),
    "two sections with one id": (
        lambda q: q["sections"][2].update(id="visit"),
        ("sections", 2, "id"),
        "bị trùng mã",
    ),
    "a name of the page's own fields": (
        lambda q: _at(q, "comment").update(id="page_token"),
        ("sections", 2, "items", 2, "id"),
        "tên dành riêng",
    ),
    "an id that is a column of a k-choice item": (
        lambda q: _at(q, "comment").update(id="reasons_2"),
        ("sections", 2, "items", 2, "id"),
        "trùng tên cột",
    ),
    "an id that is a column of a commune item": (
        lambda q: _at(q, "comment").update(id="residence_5"),
        ("sections", 2, "items", 2, "id"),
        "trùng tên cột",
    ),
    "a code kept for missing answers": (
        lambda q: q["scales"]["reasons"]["codes"][1].update(code="K"),
        ("scales", "reasons", "codes", 1, "code"),
        "dành cho câu không có ý kiến",
    ),
    "a demographic answer with the code of withheld ones": (
        lambda q: (
            q["scales"]["reasons"]["codes"][1].update(code="W"),
            _at(q, "reasons").update(demographic=True),
        ),
        ("sections", 2, "items", 0, "scale"),
        "không được có mã W",
    ),
    "one code twice": (
        lambda q: q["scales"]["reasons"]["codes"][1].update(code="1"),
        ("scales", "reasons", "codes", 1, "code"),
        "đã dùng trong thang này",
    ),
    "a scale nobody uses": (
        lambda q: q["scales"].update(spare=_scale("1", "2")),
        ("scales", "spare"),
        "không câu nào dùng",
    ),
    "a scale that is not there": (
        lambda q: q["sections"][0]["items"].append(_item("extra", scale="stages")),
        ("sections", 0, "items", 1, "scale"),
        "Không có thang “stages”",
    ),
    "a choice without scale": (
        lambda q: q["sections"][0]["items"].append(_item("extra")),
        ("sections", 0, "items", 1),
        "chưa có thang",
    ),
    "a text with a scale": (
        lambda q: _at(q, "comment").update(scale="reasons"),
        ("sections", 2, "items", 2, "scale"),
        "không dùng thang",
    ),
    "a text with missing codes": (
        lambda q: _at(q, "comment").update(missing=["K"]),
        ("sections", 2, "items", 2, "missing"),
        "không dùng missing",
    ),
    "a commune with another missing code than R": (
        lambda q: _at(q, "residence").update(missing=["R", "X"]),
        ("sections", 2, "items", 1, "missing"),
        "Hãy bỏ X khỏi missing",
    ),
    "a sensitive item that cannot be declined": (
        lambda q: _at(q, "reasons").update(missing=["K"]),
        ("sections", 2, "items", 0, "sensitive"),
        "Hãy thêm R",
    ),
    "a second text": (
        lambda q: q["sections"][2]["items"].append(_item("other", "text")),
        ("sections", 2, "items", 3, "kind"),
        "chỉ có một câu viết tự do",
    ),
    "a condition on an unknown item": (
        lambda q: _at(q, "residence").update(show_if={"item": "stag", "codes": ["2"]}),
        ("sections", 2, "items", 1, "show_if", "item"),
        "Không có câu hỏi “stag”",
    ),
    "a condition on a later item": (
        lambda q: _at(q, "stage").update(show_if={"item": "polite", "codes": ["5"]}),
        ("sections", 0, "items", 0, "show_if", "item"),
        "phải đứng trước",
    ),
    "a condition on an item of the section itself": (
        lambda q: q["sections"][1].update(show_if={"item": "polite", "codes": ["5"]}),
        ("sections", 1, "show_if", "item"),
        "phải đứng trước",
    ),
    "a condition on a k-choice item": (
        lambda q: _at(q, "comment").update(show_if={"item": "reasons", "codes": ["1"]}),
        ("sections", 2, "items", 2, "show_if", "item"),
        "không phải câu chọn một",
    ),
    "a condition on a code the scale has not": (
        lambda q: q["sections"][1].update(show_if={"item": "stage", "codes": ["2", "7"]}),
        ("sections", 1, "show_if", "codes"),
        "không có mã “7”",
    ),
    "a condition inside a conditional section": (
        lambda q: _at(q, "helpful").update(show_if={"item": "stage", "codes": ["1"]}),
        ("sections", 1, "items", 1, "show_if"),
        "đã có show_if",
    ),
    "a scored section of nothing but text": (
        lambda q: q["sections"][2].update(scored=True, items=[_item("comment", "text")]) or q["scales"].pop("reasons"),
        ("sections", 2, "items", 0, "kind"),
        "chỉ gồm câu chọn một",
    ),
    "a k-choice item in a scored section": (
        lambda q: q["sections"][1]["items"].append(q["sections"][2]["items"].pop(0)),
        ("sections", 1, "items", 2, "kind"),
        "chỉ gồm câu chọn một",
    ),
    "a second scale in a scored section": (
        lambda q: q["sections"][1]["items"].append({**_scored("extra"), "scale": "stage"}),
        ("sections", 1, "items", 2, "scale"),
        "dùng chung một thang",
    ),
    "a scored item whose high codes are bad": (
        lambda q: _at(q, "helpful").update(polarity="negative"),
        ("sections", 1, "items", 1, "polarity"),
        "phải có mã cao là tốt",
    ),
    "a scored item without “Không biết”": (
        lambda q: _at(q, "helpful").update(missing=["X"]),
        ("sections", 1, "items", 1, "missing"),
        "“Không biết”",
    ),
    "a stage item that is not asked": (
        lambda q: q.update(stage_item="stages"),
        ("stage_item",),
        "id của một câu chọn một",
    ),
    "a stage with a code of its own": (
        lambda q: q["scales"]["stage"]["codes"][0].update(code="9"),
        ("stage_item",),
        "chỉ dùng mã 1 (nộp hồ sơ)",
    ),
    "a follow-up on itself": (lambda q: q.update(follow_up="desk"), ("follow_up",), "chính mẫu phiếu này"),
    "a title without English": (lambda q: q["title"].pop("en"), ("title",), "thiếu lời văn “en”"),
    "a label left empty": (
        lambda q: q["scales"]["reasons"]["codes"][0]["label"].update(vi="  "),
        ("scales", "reasons", "codes", 0, "label", "vi"),
        "thiếu lời văn “vi”",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_the_only_problem_and_stands_at_its_place(mistake: str) -> None:
    plant, path, words = MISTAKES[mistake]
    problems = find_problems(_sound_but(plant))
    assert [problem.path for problem in problems] == [path] * len(problems) != []
    assert words in problems[0].message
    assert "Hãy" in problems[0].message


def test_a_scored_scale_has_at_least_three_levels() -> None:
    two, three = _sound(), _sound()
    two["scales"]["satisfaction"] = _scale("1", "2")
    three["scales"]["satisfaction"] = _scale("1", "2", "3")
    [problem] = find_problems(two)
    assert problem.path == ("scales", "satisfaction", "codes")
    assert "chỉ có 2 mức" in problem.message
    assert "từ 3 mức" in problem.message
    assert find_problems(three) == []


def test_letters_cannot_be_scored() -> None:
    data = _sound_but(lambda q: q["scales"]["satisfaction"]["codes"][4].update(code="A"))
    assert {problem.path[-2:] for problem in find_problems(data)} == {(0, "scale"), (1, "scale")}


def test_every_mistake_is_reported_not_only_the_first() -> None:
    data = _sound_but(lambda q: _at(q, "helpful").update(id="lang", polarity="none", missing=[]))
    assert len(find_problems(data)) == 4


def test_a_language_in_preparation_may_have_empty_slots_until_it_is_declared() -> None:
    data = _sound_but(lambda q: q["title"].update(jra=""))
    assert find_problems(data) == []
    data["languages"].append("jra")
    assert ("title", "jra") in {problem.path for problem in find_problems(data)}


@pytest.mark.parametrize(
    "malformed",
    [
        {},
        {"sections": None, "scales": [], "languages": "vi"},
        {"sections": [1, {"items": "x"}, {"items": [None, {"missing": "X", "show_if": []}]}]},
        {"scales": {"a": None, "b": {"codes": [7, {"code": 1}]}}, "title": "Phiếu"},
    ],
)
def test_what_the_schema_refuses_does_not_stop_the_rules(malformed: dict[str, Any]) -> None:
    assert isinstance(find_problems(malformed), list)


def test_canonical_text_does_not_depend_on_order_of_keys_or_on_how_accents_are_typed() -> None:
    composed = {"title": {"vi": "Hài lòng", "en": "x"}, "version": 1}
    decomposed = {"version": 1, "title": {"en": "x", "vi": unicodedata.normalize("NFD", "Hài lòng")}}
    assert canonical_json(composed) == '{"title":{"en":"x","vi":"Hài lòng"},"version":1}'
    assert canonical_json(decomposed) == canonical_json(composed)


def test_the_digest_is_the_sha_256_of_the_utf_8_text() -> None:
    assert sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_of("Hài lòng") != sha256_of("Hai long")
