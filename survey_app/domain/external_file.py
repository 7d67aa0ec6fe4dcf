"""The import file of an external series: counts per level of a figure, a unit and a period; whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.external_series import ExternalFigure
from survey_app.domain.marked_text import _
from survey_app.domain.quarter import Quarter
from survey_app.domain.transaction_file import month_from
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem

COLUMNS = ("unit", "period", "figure", "responses")
"""The columns every file has; ``level_0`` to ``level_9`` follow, those of the scale."""

MOST = 10_000_000
MOST_LINES = 5_000
MOST_QUOTED = 40
_LEVEL = re.compile(r"level_([0-9])")
_YEAR = re.compile(r"20[0-9]{2}")
_QUARTER = re.compile(r"(?:q|quý )?(?P<q>[1-4])/(?P<y>20[0-9]{2})|(?P<year>20[0-9]{2})-?q(?P<quarter>[1-4])", re.I)
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+")

Months = tuple[date, date]


@dataclass(frozen=True)
class Countable:
    """A figure a file may name: the scores of its scale, and how many items it is made of."""

    scores: tuple[int, ...]
    items: int


@dataclass(frozen=True)
class Rules:
    """What a file may name. ``this_month``: later ones are not measured yet."""

    units: Collection[str]
    figures: Mapping[str, Countable]
    this_month: date


def check_columns(columns: Sequence[str]) -> list[LineProblem]:
    """The columns that are missing; their order is free, others are passed over."""
    missing = [name for name in COLUMNS if name not in columns]
    problems = [LineProblem(HEADER_LINE, name, _("Thiếu cột “%(name)s”"), {"name": name}) for name in missing]
    if not any(_LEVEL.fullmatch(name) for name in columns):
        problems.append(LineProblem(HEADER_LINE, "level_1", _("Thiếu các cột đếm theo mức, ví dụ level_1 đến level_5")))
    return problems


def period_from(text: str) -> Months | None:
    """The months of ``2024``, ``2024-Q3`` (``3/2024`` is March) or ``2024-10``; None for anything else."""
    text = text.strip()
    if _YEAR.fullmatch(text):
        return date(int(text), 1, 1), date(int(text), 12, 1)
    found = _QUARTER.fullmatch(text) if "q" in text.lower() else None
    if found is not None:
        quarter = Quarter(int(found["y"] or found["year"]), int(found["q"] or found["quarter"]))
        return quarter.first_month, quarter.last_month
    month = month_from(text)
    return (month, month) if month else None


def _number(text: str) -> int | None:
    """A whole number, thousands with a point or without; empty is 0; None for anything else."""
    text = text.strip()
    if not text:
        return 0
    found = _NUMBER.fullmatch(text) if len(text) <= len("10.000.000") else None
    number = int(text.replace(".", "")) if found else None
    return number if number is not None and number <= MOST else None


def _quoted(cell: str) -> str:
    printable = "".join(letter for letter in cell if letter.isprintable())
    return printable if len(printable) <= MOST_QUOTED else f"{printable[:MOST_QUOTED]}…"


class _Line:
    """One line as far as it can be read, with its problems."""

    def __init__(self, number: int, row: Mapping[str, str | None]) -> None:
        self.number = number
        self.cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        self.levels = {int(f[1]): (row[name] or "") for name in row if name and (f := _LEVEL.fullmatch(name))}
        self.problems: list[LineProblem] = []

    @property
    def is_empty(self) -> bool:
        return not any(self.cells.values()) and not any(text.strip() for text in self.levels.values())

    def note(self, column: str, text: str, **values: object) -> None:
        self.problems.append(LineProblem(self.number, column, text, values))

    def counts(self, countable: Countable, responses: int) -> dict[int, int]:
        """Score -> answers; problems are noted."""
        numbers = {score: _number(text) for score, text in self.levels.items()}
        for score, number in numbers.items():
            if number is None:
                told = _("Số đếm “%(number)s” phải là số nguyên từ 0")
                self.note(f"level_{score}", told, number=_quoted(self.levels[score]))
            elif number and score not in countable.scores:
                self.note(f"level_{score}", _("Thang trả lời của chỉ tiêu này không có mức %(level)s"), level=score)
        counts = {score: numbers.get(score) or 0 for score in countable.scores}
        total = sum(counts.values())
        if not self.problems and not 0 < total <= responses * countable.items:
            told = _("Tổng các mức là %(total)s, phải từ 1 đến %(most)s (số phiếu nhân số câu)")
            self.note("responses", told, total=total, most=responses * countable.items)
        return counts

    def responses(self) -> int:
        """How many people answered; problems are noted."""
        number = _number(self.cells["responses"])
        if not number:
            told = _("Số phiếu “%(number)s” phải là số nguyên từ 1")
            self.note("responses", told, number=_quoted(self.cells["responses"]))
        return number or 0

    def months(self, this_month: date) -> Months | None:
        """The period; problems are noted."""
        months = period_from(self.cells["period"])
        if months is None:
            told = _("Kỳ “%(period)s” phải viết như 2024, 2024-Q3 hoặc 2024-10")
            self.note("period", told, period=_quoted(self.cells["period"]))
        elif months[0] > this_month:
            self.note("period", _("Kỳ “%(period)s” chưa tới"), period=_quoted(self.cells["period"]))
        return months

    def named(self, rules: Rules) -> Countable | None:
        """The figure; problems with it and with the unit are noted."""
        if self.cells["unit"] not in rules.units:
            told = _("Không có đơn vị mã “%(code)s” trong phạm vi của Ông/Bà")
            self.note("unit", told, code=_quoted(self.cells["unit"]))
        found = rules.figures.get(self.cells["figure"])
        if found is None:
            told = _("Mẫu phiếu không có chỉ tiêu “%(figure)s”; xem các mã trong tệp mẫu")
            self.note("figure", told, figure=_quoted(self.cells["figure"]))
        return found

    def read(self, rules: Rules) -> ExternalFigure | None:
        """The figure of this line; None where it has problems."""
        countable, months, responses = self.named(rules), self.months(rules.this_month), self.responses()
        if countable is None or months is None:
            return None
        counts = self.counts(countable, responses)
        return ExternalFigure(self.cells["unit"], *months, self.cells["figure"], responses, counts)


def parse_external_rows(
    rows: Iterable[Mapping[str, str | None]], rules: Rules
) -> tuple[list[ExternalFigure], list[LineProblem]]:
    """The file's lines, or their problems; one of both is empty. The first row is line 2."""
    found: list[ExternalFigure] = []
    problems: list[LineProblem] = []
    seen: set[tuple[str, date, date, str]] = set()
    for number, row in enumerate(rows, HEADER_LINE + 1):
        line = _Line(number, row)
        if line.is_empty:
            continue
        if len(seen) >= MOST_LINES:
            told = _("Tệp có hơn %(most)s dòng. Hãy tách thành nhiều tệp.")
            problems.append(LineProblem(number, "", told, {"most": MOST_LINES}))
            break
        figure = line.read(rules)
        if figure is not None:
            key = (figure.unit_code, *figure.months, figure.figure)
            if key in seen:
                line.note("figure", _("Chỉ tiêu này của đơn vị và kỳ này đã có ở dòng trên"))
            seen.add(key)
            found.append(figure)
        problems += line.problems
    return ([], problems) if problems else (found, [])
