"""Differences in words and signs: the number, its interval, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.domain.comparing import LEAST_BASE, Difference, Verdict
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

KINDS: Mapping[Verdict, str] = {Verdict.CLEAR_INCREASE: "good", Verdict.CLEAR_DECREASE: "bad"}
MARKS: Mapping[Verdict, str] = {Verdict.CLEAR_INCREASE: "▲", Verdict.CLEAR_DECREASE: "▼"}


@dataclass(frozen=True)
class DifferenceView:
    """A difference as shown; ``value`` and ``interval`` are empty where nothing was tested."""

    value: str
    interval: str
    verdict: str
    kind: str
    mark: str


def signed(value: float, places: int = 1) -> str:
    """Points with their sign; nothing before zero."""
    rounded = round(value, places)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return sign + number(abs(value), places)


def change_words(found: Difference | None) -> str:
    """What may be said of one period against another; nothing released in one says as little as too few responses."""
    return {
        Verdict.CLEAR_INCREASE: _("tăng rõ rệt"),
        Verdict.NOT_ENOUGH: _("chưa đủ cơ sở kết luận"),
        Verdict.CLEAR_DECREASE: _("giảm rõ rệt"),
        Verdict.TOO_FEW: _("chưa đủ phiếu (cần %(n)s ở mỗi kỳ)", n=LEAST_BASE),
    }[found.verdict if found else Verdict.TOO_FEW]


def unit_words(found: Difference | None) -> str:
    """What may be said of one unit against another, or against the rest; None: one of the two is withheld."""
    if found is None:
        return _("Chưa công bố (ít phiếu)")
    match found.verdict:
        case Verdict.CLEAR_INCREASE:
            return _("cao hơn rõ rệt")
        case Verdict.NOT_ENOUGH:
            return _("chưa đủ cơ sở kết luận")
        case Verdict.CLEAR_DECREASE:
            return _("thấp hơn rõ rệt")
        case Verdict.TOO_FEW:
            return _("chưa đủ phiếu (cần %(n)s ở mỗi bên)", n=LEAST_BASE)


def difference_view(found: Difference | None, told: str, places: int = 1) -> DifferenceView:
    """A difference, with its recipe's decimals, and its verdict in the words ``told``."""
    if found is None or found.interval is None:
        return DifferenceView("", "", told, "plain", "")
    interval = f"{signed(found.interval.low, places)} … {signed(found.interval.high, places)}"
    kind, mark = KINDS.get(found.verdict, "plain"), MARKS.get(found.verdict, "")
    return DifferenceView(signed(found.value, places), interval, told, kind, mark)
