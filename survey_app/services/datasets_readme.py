"""README of a dataset, in Vietnamese or English: what it is, how to read it, what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from survey_app.domain.local_day import local_day
from survey_app.domain.public_release import Period, Tell
from survey_app.services.datasets_columns import (
    MISSING_LABELS,
    MISSING_LABELS_EN,
    REASONS,
    REASONS_EN,
    SAMPLE_NOTICE,
)
from survey_app.services.datasets_public import PublicDataset
from survey_app.services.datasets_source import Shape, Source

SAMPLE_NOTICES = {"vi": SAMPLE_NOTICE, "en": "SAMPLE DATA"}
NO_SCORES = {
    "vi": "Mẫu phiếu này tính điểm theo nơi cư trú: gói này chỉ có phiếu, không có điểm.",
    "en": "This questionnaire is scored by place of residence: the package holds responses and no scores.",
}
UNIT_WORDS = {
    "vi": {"centre": "Trung tâm", "commune": "xã, phường, đặc khu", "province": "tỉnh"},
    "en": {"centre": "one-stop centre", "commune": "commune, ward or special zone", "province": "province"},
}
PERIOD_WORDS = {
    "vi": {Period.MONTH: "tháng", Period.QUARTER: "quý", Period.YEAR: "năm", Period.ALL: "cả thời gian"},
    "en": {Period.MONTH: "month", Period.QUARTER: "quarter", Period.YEAR: "year", Period.ALL: "the whole time"},
}


def _months(first: date | None, last: date | None, everything: str) -> str:
    if first is None and last is None:
        return everything
    return " – ".join(f"{month:%m/%Y}" if month else "…" for month in (first, last))


def _item_words(tell: Tell, none: str) -> tuple[str, str]:
    """(items left out, items with answers withheld)"""
    withheld = [f"{item} {number}" for item, number in sorted(tell.withheld.items()) if number]
    return ", ".join(tell.items_left_out) or none, ", ".join(withheld) or none


def _public_vi(tell: Tell) -> list[str]:
    left_out, withheld = _item_words(tell, "không có")
    unit, period = UNIT_WORDS["vi"][tell.step.unit.value], PERIOD_WORDS["vi"][tell.step.period]
    return [
        f"BẢN CÔNG KHAI: mỗi tổ hợp đơn vị, kỳ và câu trả lời về nhân khẩu có ít nhất {tell.k} phiếu.",
        f"Đã khái quát: đơn vị đến cấp {unit}; thời gian theo {period}; không có tuần, quầy, đợt, hình thức, ngôn ngữ.",
        f"Câu bỏ hẳn: {left_out}. Số câu trả lời thay bằng W: {withheld}.",
        "Câu nhạy cảm chỉ có ở nơi đủ số phiếu; điểm dùng ngưỡng công khai. Không có ý kiến bằng lời.",
        "Không nói ai đến để làm gì: ở câu chỉ hỏi một số người, không được hỏi và không trả lời đều là W.",
    ]


def _public_en(tell: Tell) -> list[str]:
    left_out, withheld = _item_words(tell, "none")
    unit, period = UNIT_WORDS["en"][tell.step.unit.value], PERIOD_WORDS["en"][tell.step.period]
    return [
        f"PUBLIC RELEASE: every combination of unit, period and demographic answers has at least {tell.k} responses.",
        f"Generalised: units to {unit}; time to {period}; no week, counter, wave, channel or language.",
        f"Items left out: {left_out}. Answers replaced by W: {withheld}.",
        "Sensitive items are told only where their base suffices; scores use the public thresholds. No comments.",
        "Why people came is not told: in items put only to some of them, not asked and not answered are both W.",
    ]


def _reasons(labels: Mapping[str, str]) -> str:
    return "; ".join(f"{why} = {told}" for why, told in labels.items())


def _reading_vi(source: Source, k: int) -> list[str]:
    row = "một phiếu trả lời đã công bố" if source.shape is Shape.WIDE else "một câu trả lời của một phiếu đã công bố"
    lines = [
        f"Mỗi dòng của responses là {row}; ý nghĩa từng cột có trong codebook.",
        "Mã thiếu: " + "; ".join(f"{code} = {label}" for code, label in MISSING_LABELS.items()) + ".",
    ]
    if source.dataset.level == "internal":
        lines += [
            f"Câu về nhân khẩu, nơi sinh sống: tổ hợp có dưới {k} phiếu trong một đơn vị và một năm được thay bằng W.",
            "Số liệu theo mục đích đến (cột stage của scores) chỉ tính các kỳ công bố có release_stage tương ứng.",
            f"Một kỳ công bố gộp nhiều mục đích (mixed) có thể có dưới {k} phiếu của một mục đích: "
            "không công bố số liệu tự cắt theo response_stage.",
        ]
    return [
        *lines,
        "Điểm: value là giá trị đầy đủ, published là giá trị công bố (làm tròn một lần).",
        f"withheld = 1: chưa công bố; cột reason: {_reasons(REASONS)}.",
        "Khoảng tin cậy 95 % (low, high) chỉ phản ánh sai số ngẫu nhiên; người trả lời không phải mẫu ngẫu nhiên.",
        "Mã có số 0 ở đầu: khi mở CSV bằng Excel hãy chọn kiểu Văn bản (Text) cho cột, hoặc dùng tệp XLSX.",
    ]


def _reading_en(source: Source, k: int) -> list[str]:
    row = "one released response" if source.shape is Shape.WIDE else "one answer of a released response"
    lines = [
        f"A row of responses is {row}; the codebook tells what each column means.",
        "Missing codes: " + "; ".join(f"{code} = {label}" for code, label in MISSING_LABELS_EN.items()) + ".",
    ]
    if source.dataset.level == "internal":
        lines += [
            f"Demographics and residence: combinations of fewer than {k} responses of a unit and year are told as W.",
            "Figures by visit stage (column stage of scores) count only releases with that release_stage.",
            f"A mixed release may hold fewer than {k} responses of one stage: "
            "publish no figures you cut by response_stage yourself.",
        ]
    return [
        *lines,
        "Scores: value is the full value, published the one shown (rounded once).",
        f"withheld = 1: not published; column reason: {_reasons(REASONS_EN)}.",
        "The 95 % interval (low, high) covers chance only; those who answer are not a random sample.",
        "Codes with a leading 0: import CSV columns as text in Excel, or use the XLSX file.",
    ]


def _about_vi(source: Source) -> list[str]:
    dataset, query = source.dataset, source.dataset.query
    return [
        "BỘ DỮ LIỆU KHẢO SÁT – chỉ số hài lòng tại quầy (cách tính theo SIPAS), không phải SIPAS của địa phương",
        f"Mẫu phiếu: {query.slug}, phiên bản {query.version}; SHA-256 {dataset.version.sha256}",
        f"Đơn vị: {', '.join(f'{code} {dataset.tree.units[code].name}' for code in dataset.roots)}",
        f"Đợt khảo sát: {query.wave or 'tất cả'}",
        f"Tháng: {_months(query.first_month, query.last_month, 'tất cả')}",
        f"Số phiếu đã công bố: {source.total}",
        f"Ngày xuất: {local_day(source.now):%d/%m/%Y}",
    ]


def _about_en(source: Source) -> list[str]:
    dataset, query = source.dataset, source.dataset.query
    return [
        "SURVEY DATASET – satisfaction at the desk (scored the SIPAS way); not the SIPAS of any locality",
        f"Questionnaire: {query.slug}, version {query.version}; SHA-256 {dataset.version.sha256}",
        f"Units: {', '.join(f'{code} {dataset.tree.units[code].name}' for code in dataset.roots)}",
        f"Wave: {query.wave or 'all'}",
        f"Months: {_months(query.first_month, query.last_month, 'all')}",
        f"Released responses: {source.total}",
        f"Exported on: {local_day(source.now):%Y-%m-%d}",
    ]


def describe(source: Source) -> list[str]:
    """What this dataset is, line by line, for whoever opens it: the notice on sample data first."""
    dataset = source.dataset
    is_english = source.language == "en"
    k = dataset.settings.thresholds.demographic
    lines = [SAMPLE_NOTICES[source.language]] if dataset.settings.is_sample else []
    lines += _about_en(source) if is_english else _about_vi(source)
    if isinstance(dataset, PublicDataset):
        lines += ["", *(_public_en if is_english else _public_vi)(dataset.tell)]
    lines += ["", *(_reading_en if is_english else _reading_vi)(source, k)]
    if dataset.version.questionnaire.is_scored_by_residence:
        lines.append(NO_SCORES[source.language])
    return lines
