"""Both ledgers of a unit in words, and the same figures as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from flask import url_for

from survey_app.domain.ledger import points_share
from survey_app.domain.permissions import Permission
from survey_app.domain.rounding import rounded
from survey_app.services.result_tables import Block, ResultTable, Value
from survey_app.services.two_ledgers import LedgerLine, TwoLedgers
from survey_app.web.access import may_at
from survey_app.web.officer import filters
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import span
from survey_app.web.officer.page_top import MayRead, Top, page_top
from survey_app.web.officer.result_tables import table_of
from survey_app.web.officer.withheld import label
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import language, month, number

HERE = "officer.results_ledgers"
FACE = replace(OFFICER, endpoint=HERE, filters=("form", "period", "from", "to"))
"""What dossiers are known by: no stage, no channel, no wave."""


@dataclass(frozen=True)
class LedgerView:
    """A unit's line; empty texts where there is nothing to show. ``missing``: what keeps rate and bounds away.

    ``explain``: "Cách tính" of the share of those who answered.
    """

    name: str
    address: str
    dossiers: str
    overdue: str
    disliked: str
    satisfaction: str
    points: str
    in_time: str
    settled: str
    share: str
    interval: str
    withheld: str
    n: str
    rate: str
    bounds: str
    missing: str
    explain: str = ""


@dataclass(frozen=True)
class LedgersView:
    """The page; ``import_address``: where dossiers are imported, for who may."""

    top: Top
    period: str
    own: LedgerView
    below: tuple[LedgerView, ...]
    import_address: str


def share_text(share: Fraction | None) -> str:
    """A share that is in percent already: 10,6 %; empty for none."""
    if share is None:
        return ""
    return f"{number(share, 1)}\u00a0%" if language() == "vi" else f"{number(share, 1)}%"


def _missing(line: LedgerLine) -> str:
    if line.ledger is None or line.is_complete:
        found = line.answered
        if found is not None and found.response_rate is None:
            return _("Số phiếu nhiều hơn số hồ sơ: hai sổ không cùng phạm vi, không tính tỷ lệ trả lời.")
        return ""
    return _(
        "Mới có %(known)s/%(needed)s số liệu (trung tâm, tháng): chưa tính tỷ lệ trả lời.",
        known=number(line.reported),
        needed=number(line.needed),
    )


def _line_view(line: LedgerLine, address: Callable[[str], str]) -> LedgerView:
    ledger, figure, answered = line.ledger, line.figure, line.answered
    satisfaction = ledger.satisfaction if ledger else None
    is_shown = figure is not None and figure.value is not None
    bounds = answered.bounds if answered else None
    return LedgerView(
        name=line.unit.name,
        address=address(line.unit.code),
        dossiers=number(ledger.dossiers) if ledger else "",
        overdue=share_text(ledger.overdue_percent if ledger else None),
        disliked=share_text(ledger.disliked_percent if ledger else None),
        satisfaction=share_text(satisfaction),
        points="" if satisfaction is None else share_text(points_share(satisfaction)),
        in_time=share_text(ledger.answered_in_time if ledger else None),
        settled=share_text(ledger.settled if ledger else None),
        share=share_text(figure.value) if figure else "",
        interval=span(figure.interval) if figure else "",
        withheld="" if is_shown else label(figure.reason if figure else None),
        n=number(figure.base) if figure else "0",
        rate=share_text(answered.response_rate) if answered else "",
        bounds=f"{share_text(bounds[0])} – {share_text(bounds[1])}" if bounds else "",
        missing=_missing(line),
    )


def period_text(found: TwoLedgers) -> str:
    """The months both ledgers are of."""
    return month(found.first) if found.first == found.last else f"{month(found.first)} – {month(found.last)}"


def ledgers_view(found: TwoLedgers, may_read: MayRead) -> LedgersView:
    """The page as its template shows it."""
    code = found.own.unit.code

    def address(unit_code: str) -> str:
        return filters.address(HERE, unit_code, FACE.filters) if may_read(unit_code) else ""

    months = {"from": f"{found.first:%Y-%m}", "to": f"{found.last:%Y-%m}"}
    explain = filters.address(
        FACE.explained_at, code, ("form",), figure="overall", recipe=found.page.recipe.slug, **months
    )
    may_import = may_at(code, Permission.TRANSACTIONS_ENTER)
    return LedgersView(
        top=replace(page_top(found.page, FACE, may_read, HERE), heading=_("Số liệu hồ sơ và ý kiến người trả lời")),
        period=period_text(found),
        own=replace(_line_view(found.own, address), explain=explain if found.own.figure else ""),
        below=tuple(_line_view(line, address) for line in found.below),
        import_address=url_for("officer.transactions_reports", unit_code=code, report="ledger") if may_import else "",
    )


def _decimal(share: Fraction | None) -> Value:
    return None if share is None else rounded(share, 1)


def _row(line: LedgerLine) -> list[Value]:
    ledger, figure, answered = line.ledger, line.figure, line.answered
    satisfaction = ledger.satisfaction if ledger else None
    bounds = answered.bounds if answered else None
    counts: list[Value] = [None] * 4
    if ledger:
        counts = [ledger.dossiers, ledger.overdue, ledger.complaints, ledger.disliked]
    ends = (figure.interval.low, figure.interval.high) if figure and figure.interval else (None, None)
    share: Value = label(figure.reason if figure else None)
    if figure is not None and figure.value is not None:
        share = rounded(figure.value, 1)
    return [
        line.unit.code,
        line.unit.name,
        *counts,
        _decimal(satisfaction),
        None if satisfaction is None else _decimal(points_share(satisfaction)),
        _decimal(ledger.answered_in_time if ledger else None),
        _decimal(ledger.settled if ledger else None),
        share,
        *(None if end is None else rounded(Fraction(end), 1) for end in ends),
        figure.base if figure else 0,
        _decimal(answered.response_rate if answered else None),
        *(_decimal(end) for end in (bounds or (None, None))),
    ]


def ledgers_table(found: TwoLedgers) -> ResultTable:
    """The same figures as a file: one line a unit, the two ledgers in columns of their own."""
    one, other = _("Sổ hành chính"), _("Sổ người dân")
    percent = (
        _("tỷ lệ hài lòng R"),
        _("phần điểm đạt"),
        _("phản ánh trả lời đúng hạn"),
        _("phản ánh không bị từ chối, trễ"),
    )
    silent = (_("Nếu người không trả lời đều không hài lòng"), _("Nếu người không trả lời đều hài lòng"))
    share = _("tỷ lệ hài lòng trong số người trả lời")
    ends = (_("Khoảng tin cậy 95 %: từ"), _("Khoảng tin cậy 95 %: đến"), "n")
    counts = (_("hồ sơ"), _("quá hạn"), _("phản ánh, kiến nghị"), _("không hài lòng"))
    columns = [
        _("Mã đơn vị"),
        _("Đơn vị"),
        *(f"{one}: {name}" for name in counts),
        *(f"{one}: {name} (%)" for name in percent),
        f"{other}: {share} (%)",
        *(f"{other}: {name}" for name in ends),
        *(f"{name} (%)" for name in (_("Tỷ lệ trả lời"), *silent)),
    ]
    rows = [_row(line) for line in (found.own, *found.below)]
    name = _("Hai sổ")
    return table_of(found.page, name, [Block(f"{name}: {period_text(found)}", columns, rows)])
