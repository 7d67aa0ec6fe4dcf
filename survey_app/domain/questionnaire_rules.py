"""What a JSON Schema cannot say about a questionnaire: identities, references, scoring and complete wording.

Messages are Vietnamese, for the person who writes the file: what is wrong, then what to do.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.domain.anonymity import WITHHELD
from survey_app.domain.questionnaire import MAIN_LANGUAGE, SCORED_BY_RESIDENCE, ItemKind, Polarity
from survey_app.domain.questionnaire_outline import Node, Outline, Path
from survey_app.domain.record import COMMUNE_CODE_LENGTH, DONT_KNOW, NO_WISH, NOT_APPLICABLE

RESERVED_IDS = {
    "comment_checked",
    "consent",
    "csrf_token",
    "filled_by",
    "form",
    "lang",
    "page_token",
    "response_key",
    "seconds_taken",
    "website",
}
"""Names the page uses for its own fields."""

MISSING_CODES = NOT_APPLICABLE + DONT_KNOW + NO_WISH
STAGE_CODES = "1234"
"""Codes of a stage item: 1 filing, 2 collecting, 3 asking, 4 other; the same in every questionnaire."""

LEAST_LEVELS = 3
"""Of a scale that is scored."""


@dataclass(frozen=True)
class RuleProblem:
    """A mistake at ``path`` and what to do about it, in Vietnamese."""

    path: Path
    message: str


Problems = Iterator[RuleProblem]


def _problem(node: Node, key: str | None, message: str) -> RuleProblem:
    """A problem at ``key`` of ``node``, or at ``node`` itself where it has no such key."""
    return RuleProblem(node.path if key is None or key not in node.data else (*node.path, key), message)


def _check_duplicates(nodes: list[Node], what: str) -> Problems:
    seen: set[str] = set()
    for node in nodes:
        if node.id and node.id in seen:
            yield _problem(node, "id", f"{what} “{node.id}” bị trùng mã. Hãy đặt cho mỗi nơi một id riêng.")
        seen.add(node.id)


def _columns(item: Node, outline: Outline) -> list[str]:
    """Names of the record's columns where an item takes several."""
    if item.kind == ItemKind.CHOICES:
        return [f"{item.id}_{code}" for code in outline.codes_of(item)]
    places = range(1, COMMUNE_CODE_LENGTH + 1) if item.kind == ItemKind.COMMUNE else ()
    return [f"{item.id}_{place}" for place in places]


def _check_ids(outline: Outline) -> Problems:
    yield from _check_duplicates(outline.sections, "Mục")
    yield from _check_duplicates(outline.items, "Câu hỏi")
    owners = {column: item.id for item in outline.items for column in _columns(item, outline)}
    for item in outline.items:
        if item.id in RESERVED_IDS:
            message = f"“{item.id}” là tên dành riêng của trang phiếu. Hãy chọn id khác."
            yield _problem(item, "id", message)
        if item.id in owners:
            message = f"“{item.id}” trùng tên cột dữ liệu của câu “{owners[item.id]}”. Hãy chọn id khác."
            yield _problem(item, "id", message)


def _check_codes(scale: Node) -> Problems:
    seen: set[str] = set()
    for node in scale.children("codes"):
        code = node.text("code")
        if code and code in MISSING_CODES:
            message = f"Mã “{code}” (X, K, R) dành cho câu không có ý kiến. Hãy dùng 0-9 hoặc chữ in hoa khác."
            yield _problem(node, "code", message)
        if code and code in seen:
            yield _problem(node, "code", f"Mã “{code}” đã dùng trong thang này. Hãy đặt mã khác.")
        seen.add(code)


def _check_scales(outline: Outline) -> Problems:
    used = {item.text("scale") for item in outline.items}
    for name, scale in outline.scales.items():
        yield from _check_codes(scale)
        if name not in used:
            message = f"Thang “{name}” không câu nào dùng. Hãy xóa thang hoặc gán thang cho một câu hỏi."
            yield _problem(scale, None, message)


def _check_item_scale(item: Node, outline: Outline) -> Problems:
    name = item.text("scale")
    if item.is_coded and "scale" not in item.data:
        message = f"Câu “{item.id}” (kind: {item.kind}) chưa có thang trả lời. Hãy thêm “scale: …”."
        yield _problem(item, None, message)
    if item.kind in (ItemKind.COMMUNE, ItemKind.TEXT) and "scale" in item.data:
        message = f"Câu “{item.id}” (kind: {item.kind}) không dùng thang trả lời. Hãy xóa dòng scale."
        yield _problem(item, "scale", message)
    elif name and name not in outline.scales:
        message = f"Không có thang “{name}”. Hãy khai báo trong scales hoặc chọn: {', '.join(outline.scales)}."
        yield _problem(item, "scale", message)


def _check_missing(item: Node) -> Problems:
    allowed = {ItemKind.TEXT.value: "", ItemKind.COMMUNE.value: NO_WISH}.get(item.kind, MISSING_CODES)
    for code in item.texts("missing"):
        if code in MISSING_CODES and code not in allowed:
            use = f"chỉ dùng {allowed}" if allowed else "không dùng missing"
            yield _problem(item, "missing", f"Câu kind: {item.kind} {use}. Hãy bỏ {code} khỏi missing.")
    if item.data.get("sensitive") is True and NO_WISH not in item.texts("missing"):
        message = f"Câu nhạy cảm “{item.id}” phải cho chọn “Không muốn trả lời”. Hãy thêm R vào missing."
        yield _problem(item, "sensitive", message)


def _check_demographic(outline: Outline) -> Problems:
    """In a dataset “W” stands for an identifying answer withheld; an answer of that code could not be told apart."""
    identifying: set[str] = set()
    for section in outline.sections:
        for item in section.children("items"):
            asked = {owner.child("show_if").text("item") for owner in (section, item)}
            if item.data.get("demographic") is not True and not asked & identifying:
                continue
            identifying.add(item.id)
            if WITHHELD in outline.codes_of(item):
                message = f"Câu nhân khẩu học “{item.id}” không được có mã {WITHHELD}: dữ liệu xuất dùng mã này."
                yield _problem(item, "scale", f"{message} Hãy đổi mã.")


def _check_items(outline: Outline) -> Problems:
    for item in outline.items:
        yield from _check_item_scale(item, outline)
        yield from _check_missing(item)
    for extra in [item for item in outline.items if item.kind == ItemKind.TEXT][1:]:
        message = "Mỗi phiếu chỉ có một câu viết tự do (kind: text). Hãy xóa câu này hoặc đổi kind."
        yield _problem(extra, "kind", message)


def _condition_fault(asked: Node | None, name: str, earlier: set[str]) -> str | None:
    if asked is None:
        return f"Không có câu hỏi “{name}”. Hãy ghi id của một câu đứng trước."
    if name not in earlier:
        return f"Câu “{name}” phải đứng trước. Hãy chuyển câu đó lên hoặc đổi điều kiện."
    if asked.kind != ItemKind.CHOICE:
        return f"Câu “{name}” không phải câu chọn một. Hãy dùng câu có kind: choice."
    return None


def _check_condition(owner: Node, earlier: set[str], outline: Outline) -> Problems:
    """``earlier`` holds the ids of the items asked before ``owner``."""
    condition = owner.child("show_if")
    name = condition.text("item")
    asked = outline.find_item(name)
    if not name:
        return
    if fault := _condition_fault(asked, name, earlier):
        yield _problem(condition, "item", fault)
    known = outline.codes_of(asked) if asked else []
    for code in condition.texts("codes"):
        if known and code not in known:
            message = f"Câu “{name}” không có mã “{code}”. Hãy chọn: {', '.join(known)}."
            yield _problem(condition, "codes", message)


def _check_conditions(outline: Outline) -> Problems:
    earlier: set[str] = set()
    for section in outline.sections:
        yield from _check_condition(section, earlier, outline)
        for item in section.children("items"):
            yield from _check_condition(item, earlier, outline)
            if "show_if" in item.data and "show_if" in section.data:
                message = "Mục này đã có show_if. Hãy bỏ show_if ở câu hỏi hoặc tách ra một mục riêng."
                yield _problem(item, "show_if", message)
            earlier.add(item.id)


def _check_scored_item(item: Node, scale: str, outline: Outline) -> Problems:
    if item.kind in (ItemKind.CHOICES, ItemKind.COMMUNE, ItemKind.TEXT):
        message = "Mục tính điểm chỉ gồm câu chọn một. Hãy ghi “kind: choice” hoặc chuyển câu sang mục khác."
        yield _problem(item, "kind", message)
        return
    if item.text("scale") not in ("", scale):
        message = f"Các câu trong mục tính điểm phải dùng chung một thang. Hãy dùng “{scale}”."
        yield _problem(item, "scale", message)
    if any(code and not code.isdigit() for code in outline.codes_of(item)):
        message = "Thang tính điểm chỉ có mã là chữ số. Hãy sửa thang hoặc chuyển câu sang mục khác."
        yield _problem(item, "scale", message)
    if item.text("polarity") != Polarity.POSITIVE:
        message = f"Câu tính điểm “{item.id}” phải có mã cao là tốt. Hãy ghi “polarity: positive”."
        yield _problem(item, "polarity", message)
    for code, label in ((NOT_APPLICABLE, "Không áp dụng"), (DONT_KNOW, "Không biết")):
        if code not in item.texts("missing"):
            message = f"Câu tính điểm “{item.id}” phải cho chọn “{label}”. Hãy thêm {code} vào missing."
            yield _problem(item, "missing", message)


def _scored_scale(section: Node) -> str:
    """The scale most of the section's items are answered on."""
    items = [item for item in section.children("items") if item.kind == ItemKind.CHOICE]
    scales = Counter(item.text("scale") for item in items if item.text("scale"))
    return scales.most_common(1)[0][0] if scales else ""


def _check_scored(outline: Outline) -> Problems:
    scored = [section for section in outline.sections if section.data.get("scored") is True]
    for section in scored:
        for item in section.children("items"):
            yield from _check_scored_item(item, _scored_scale(section), outline)
    for name in dict.fromkeys(map(_scored_scale, scored)):
        if scale := outline.scales.get(name):
            yield from _check_levels(name, scale)


def _check_levels(name: str, scale: Node) -> Problems:
    """With two levels the two highest are all there are: every share by that formula is 100, and nothing varies."""
    levels = len(scale.children("codes"))
    if levels < LEAST_LEVELS:
        told = f"Thang tính điểm “{name}” chỉ có {levels} mức, nên “hai mức cao nhất” luôn là mọi câu trả lời."
        yield _problem(scale, "codes", f"{told} Hãy dùng thang từ {LEAST_LEVELS} mức hoặc bỏ scored của mục.")


def _check_references(outline: Outline) -> Problems:
    top, stage = outline.top, outline.find_item(outline.top.text("stage_item"))
    if top.text("follow_up") and top.text("follow_up") == top.text("slug"):
        message = "follow_up không được là chính mẫu phiếu này. Hãy ghi slug khác hoặc xóa dòng này."
        yield _problem(top, "follow_up", message)
    if not top.text("stage_item"):
        return
    if stage is None or stage.kind != ItemKind.CHOICE:
        message = "stage_item phải là id của một câu chọn một (kind: choice). Hãy sửa id."
        yield _problem(top, "stage_item", message)
    elif not set(outline.codes_of(stage)) <= {*STAGE_CODES, ""}:
        meaning = "1 (nộp hồ sơ), 2 (nhận kết quả), 3 (hỏi, được hướng dẫn), 4 (việc khác)"
        yield _problem(top, "stage_item", f"Thang của stage_item chỉ dùng mã {meaning}. Hãy sửa thang.")


def _check_residence(outline: Outline) -> Problems:
    top = outline.top
    asked = [item for item in outline.items if item.kind == ItemKind.COMMUNE]
    if top.text("scored_by") == SCORED_BY_RESIDENCE and len(asked) != 1:
        message = "Phiếu tính điểm theo nơi ở cần đúng một câu kind: commune. Hãy thêm câu đó hoặc xóa dòng scored_by."
        yield _problem(top, "scored_by", message)


def _check_wordings(outline: Outline) -> Problems:
    languages = dict.fromkeys([MAIN_LANGUAGE, *outline.top.texts("languages")])
    for wording in outline.wordings():
        for language in languages:
            text = wording.data.get(language, "")
            if isinstance(text, str) and not text.strip():
                instead = "" if language == MAIN_LANGUAGE else f" hoặc bỏ {language} khỏi languages"
                message = f"{wording.path[-1]} thiếu lời văn “{language}”. Hãy viết “{language}: …”{instead}."
                yield _problem(wording, language, message)


_FORM_CHECKS = (_check_ids, _check_references, _check_residence, _check_conditions, _check_wordings)
_ANSWER_CHECKS = (_check_scales, _check_items, _check_demographic, _check_scored)


def find_problems(data: Mapping[str, Any]) -> list[RuleProblem]:
    """Every mistake beyond the schema; an empty list for a questionnaire that may be published."""
    outline = Outline(data)
    return [problem for check in (*_FORM_CHECKS, *_ANSWER_CHECKS) for problem in check(outline)]


def _normalised(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_normalised(key): _normalised(entry) for key, entry in value.items()}
    return [_normalised(entry) for entry in value] if isinstance(value, list) else value


def canonical_json(data: Mapping[str, Any]) -> str:
    """The one text of a questionnaire that is frozen: NFC, keys sorted, no spaces."""
    return json.dumps(_normalised(data), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256_of(canonical: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal."""
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
