"""The columns of a dataset: facts about a response first, then one column a record column; and what codes mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from survey_app.domain.anonymity import WITHHELD, identifying_items
from survey_app.domain.disclosure import Withheld
from survey_app.domain.questionnaire import MAIN_LANGUAGE, Item, ItemKind, Polarity, Questionnaire, say
from survey_app.domain.record import (
    COMMUNE_CODE_LENGTH,
    DONT_KNOW,
    MISSING,
    NO_WISH,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_SHOWN,
    layout,
)

Labels = Mapping[str, str]

SAMPLE_NOTICE = "DỮ LIỆU MẪU"
MISSING_LABELS: Labels = {
    NOT_ANSWERED: "Không trả lời",
    NOT_SHOWN: "Không hiện câu hỏi",
    NOT_APPLICABLE: "Không áp dụng",
    DONT_KNOW: "Không biết",
    NO_WISH: "Không muốn trả lời",
    WITHHELD: "Không công bố để bảo mật",
}
MISSING_LABELS_EN: Labels = {
    NOT_ANSWERED: "Not answered",
    NOT_SHOWN: "Not shown",
    NOT_APPLICABLE: "Not applicable",
    DONT_KNOW: "Don't know",
    NO_WISH: "Prefer not to say",
    WITHHELD: "Withheld to protect privacy",
}
REASONS: Labels = {
    Withheld.FEW.value: "ít phiếu",
    Withheld.UNANIMOUS.value: "mọi người trả lời như nhau",
    Withheld.TOO_FINE.value: "chỉ công bố theo xã và theo quý",
    Withheld.PART.value: "trừ các số khác đi sẽ lộ một nhóm ít phiếu",
    Withheld.INCOMPLETE.value: "mẫu phiếu này chỉ hỏi một phần",
}
REASONS_EN: Labels = {
    Withheld.FEW.value: "too few responses",
    Withheld.UNANIMOUS.value: "everybody gave the same answer",
    Withheld.TOO_FINE.value: "published by commune and quarter only",
    Withheld.PART.value: "a small group would follow by subtraction",
    Withheld.INCOMPLETE.value: "this questionnaire asks only a part",
}
"""Why a score is withheld."""
STAGE_LABELS: Labels = {
    "filing": "nộp hồ sơ",
    "collecting": "nhận kết quả",
    "asking": "hỏi, được hướng dẫn",
    "other": "việc khác",
    "unknown": "không rõ",
}
RELEASE_STAGE_LABELS: Labels = {**STAGE_LABELS, "mixed": "gộp nhiều mục đích"}
STAGE_LABELS_EN: Labels = {stage: stage for stage in STAGE_LABELS}
RELEASE_STAGE_LABELS_EN: Labels = {**STAGE_LABELS_EN, "mixed": "several stages"}
CHANNEL_LABELS: Labels = {
    "poster": "mã QR tại quầy",
    "ticket": "thẻ mời",
    "kiosk": "máy tại chỗ",
    "assisted": "có người hỗ trợ",
    "paper": "phiếu giấy",
    "phone": "điện thoại",
    "online": "trực tuyến",
}
CHANNEL_LABELS_EN: Labels = {**{channel: channel for channel in CHANNEL_LABELS}, "poster": "poster at the counter"}
DURATION_LABELS: Labels = {
    "0": "không rõ",
    "1": "dưới 30 giây",
    "2": "từ 30 giây đến dưới 1 phút",
    "3": "từ 1 đến dưới 2 phút",
    "4": "từ 2 đến dưới 5 phút",
    "5": "từ 5 phút",
}
DURATION_LABELS_EN: Labels = {
    "0": "unknown",
    "1": "under 30 seconds",
    "2": "30 seconds to under 1 minute",
    "3": "1 to under 2 minutes",
    "4": "2 to under 5 minutes",
    "5": "5 minutes or more",
}
CHOSEN_LABELS: Labels = {"0": "không chọn", "1": "chọn"}
CHOSEN_LABELS_EN: Labels = {"0": "not chosen", "1": "chosen"}
FLAGGED_LABELS: Labels = {"0": "không", "1": "có dấu hiệu cần kiểm tra"}
FLAGGED_LABELS_EN: Labels = {"0": "no", "1": "sign to check"}
SAMPLE_LABELS: Labels = {"0": "không", "1": SAMPLE_NOTICE}
SAMPLE_LABELS_EN: Labels = {"0": "no", "1": "sample data"}

NO_ANSWER = frozenset(MISSING + WITHHELD)
"""Characters that stand in place of an answer."""

ORDERED_SCALES = frozenset({"age", "education", "need"})
"""Scales of items without polarity whose codes stand in an order all the same."""

UNIT_COLUMNS = ("province", "department", "commune", "centre", "counter", "unit")


class Measure(StrEnum):
    """The measurement level of a column, as SPSS and DDI call it."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


def commune_cell(part: str) -> str:
    """The one cell of a commune code: a missing code stands five times in the record, once in a dataset."""
    return part[0] if part[0] in NO_ANSWER else part


@dataclass(frozen=True)
class Span:
    """Neighbouring characters of the record: plain columns of one character, or one commune code."""

    start: int
    stop: int
    is_commune: bool

    def cells(self, record: str) -> list[str]:
        """The cells of these characters."""
        part = record[self.start : self.stop]
        return [commune_cell(part)] if self.is_commune else list(part)


@dataclass(frozen=True)
class DatasetColumn:
    """One column: a fact about the response (``item`` None), or an item, or one option of it.

    ``record_start`` and ``width`` say which characters of the record the column stands for.
    """

    name: str
    label_vi: str
    label_en: str
    item: Item | None = None
    labels: Labels = field(default_factory=dict)
    labels_en: Labels = field(default_factory=dict)
    missing: Labels = field(default_factory=dict)
    missing_en: Labels = field(default_factory=dict)
    record_start: int = 0
    width: int = 0

    @property
    def is_commune(self) -> bool:
        return self.item is not None and self.item.kind is ItemKind.COMMUNE

    @property
    def measure(self) -> Measure:
        """Answers that speak well or badly of something stand in an order, and so do bands of time and of age."""
        if self.name == "week":
            return Measure.SCALE
        if self.item is None:
            return Measure.ORDINAL if self.name.endswith("duration_band") else Measure.NOMINAL
        if self.item.kind is not ItemKind.CHOICE:
            return Measure.NOMINAL
        is_ordered = self.item.polarity is not Polarity.NONE or (
            self.item.scale and self.item.scale.id in ORDERED_SCALES
        )
        return Measure.ORDINAL if is_ordered else Measure.NOMINAL


FACT_COLUMNS = (
    DatasetColumn("response", "Số ngẫu nhiên của phiếu trả lời", "Random number of the response"),
    DatasetColumn("release", "Số của kỳ công bố chứa phiếu", "Number of the release"),
    DatasetColumn("release_month", "Tháng mà kỳ công bố được tính vào", "Month in which the release counts"),
    DatasetColumn("week", "Tuần nhận phiếu (ngày thứ Hai)", "Week of receipt (its Monday)"),
    DatasetColumn("province", "Mã tỉnh", "Code of the province"),
    DatasetColumn("department", "Mã cơ quan cấp tỉnh", "Code of the provincial department"),
    DatasetColumn("commune", "Mã xã, phường, đặc khu", "Code of the commune"),
    DatasetColumn("centre", "Mã Trung tâm Phục vụ hành chính công", "Code of the one-stop centre"),
    DatasetColumn("counter", "Mã quầy; trống nếu công bố ở cấp trên quầy", "Code of the counter, if released there"),
    DatasetColumn("unit", "Mã đơn vị của kỳ công bố", "Code of the release's unit"),
    DatasetColumn("questionnaire", "Mẫu phiếu", "Questionnaire"),
    DatasetColumn("version", "Phiên bản mẫu phiếu", "Version of the questionnaire"),
    DatasetColumn("wave", "Đợt khảo sát", "Wave"),
    DatasetColumn("channel", "Hình thức trả lời", "Channel", None, CHANNEL_LABELS, CHANNEL_LABELS_EN),
    DatasetColumn(
        "response_stage", "Mục đích đến của người trả lời", "Visit stage told", None, STAGE_LABELS, STAGE_LABELS_EN
    ),
    DatasetColumn(
        "release_stage",
        "Mục đích đến của cả kỳ công bố: số liệu theo mục đích chỉ tính các kỳ này",
        "Visit stage of the whole release: figures by stage count only these",
        labels=RELEASE_STAGE_LABELS,
        labels_en=RELEASE_STAGE_LABELS_EN,
    ),
    DatasetColumn("language", "Ngôn ngữ của phiếu đã trả lời", "Language answered in"),
    DatasetColumn("duration_band", "Thời gian trả lời", "Time taken", None, DURATION_LABELS, DURATION_LABELS_EN),
    DatasetColumn("flagged", "Dấu hiệu cần kiểm tra", "Sign to check", None, FLAGGED_LABELS, FLAGGED_LABELS_EN),
    DatasetColumn("sample", "Là dữ liệu mẫu", "Is sample data", None, SAMPLE_LABELS, SAMPLE_LABELS_EN),
)
FACTS = len(FACT_COLUMNS)
"""How many columns stand before the items."""


def _scale_labels(item: Item, language: str) -> Labels:
    if item.scale is None:
        return {}
    return {code.code: code.label.get(language, "") for code in item.scale.codes}


def _missing_labels(item: Item, is_identifying: bool) -> tuple[Labels, Labels]:
    """What the missing codes of an item mean, in Vietnamese and in English."""
    codes = NOT_ANSWERED + (NOT_SHOWN if item.show_if else "") + item.missing + (WITHHELD if is_identifying else "")
    return {code: MISSING_LABELS[code] for code in codes}, {code: MISSING_LABELS_EN[code] for code in codes}


def _option_column(item: Item, code: str, start: int, missing: tuple[Labels, Labels]) -> DatasetColumn:
    assert item.scale is not None
    label = next(entry.label for entry in item.scale.codes if entry.code == code)
    english = f"{item.text['en']} – {label['en']}" if "en" in item.text and "en" in label else ""
    vietnamese = f"{say(item.text, MAIN_LANGUAGE)} – {say(label, MAIN_LANGUAGE)}"
    labels = (CHOSEN_LABELS, CHOSEN_LABELS_EN, *missing)
    return DatasetColumn(f"{item.id}_{code}", vietnamese, english, item, *labels, start, 1)


def item_columns(questionnaire: Questionnaire) -> Iterator[DatasetColumn]:
    """One column an item, or an option of it, in the order of the questionnaire."""
    identifying = {item.id for item in identifying_items(questionnaire)}
    start_of: dict[str, int] = {}
    for column in layout(questionnaire):
        start_of.setdefault(column.item, column.position)
    for item in questionnaire.items():
        if item.kind is ItemKind.TEXT:
            continue
        start, missing = start_of[item.id], _missing_labels(item, item.id in identifying)
        if item.kind is ItemKind.CHOICES:
            assert item.scale is not None
            for place, code in enumerate(item.scale.characters):
                yield _option_column(item, code, start + place, missing)
            continue
        yield DatasetColumn(
            item.id,
            say(item.text, MAIN_LANGUAGE),
            item.text.get("en", ""),
            item,
            _scale_labels(item, MAIN_LANGUAGE),
            _scale_labels(item, "en"),
            *missing,
            start,
            COMMUNE_CODE_LENGTH if item.kind is ItemKind.COMMUNE else 1,
        )


def with_facts(facts: Sequence[DatasetColumn], items: Sequence[DatasetColumn]) -> tuple[DatasetColumn, ...]:
    """Facts first; one that has the name of an item is called ``response_…``."""
    taken = {column.name for column in items}

    def named(fact: DatasetColumn) -> DatasetColumn:
        name = fact.name
        while name in taken:
            name = f"response_{name}"
        taken.add(name)
        return replace(fact, name=name)

    return (*map(named, facts), *items)


def dataset_columns(questionnaire: Questionnaire) -> tuple[DatasetColumn, ...]:
    """All columns in order. An item keeps its id as name; a fact of the same name is called ``response_…``."""
    return with_facts(FACT_COLUMNS, tuple(item_columns(questionnaire)))


def record_spans(columns: Sequence[DatasetColumn]) -> tuple[Span, ...]:
    """The parts of the record these item columns stand for, in order; plain columns that touch are one part."""
    spans: list[Span] = []
    for column in columns:
        span = Span(column.record_start, column.record_start + column.width, column.is_commune)
        last = spans[-1] if spans else None
        if last and not last.is_commune and not span.is_commune and last.stop == span.start:
            spans[-1] = replace(last, stop=span.stop)
        else:
            spans.append(span)
    return tuple(spans)
