"""How a unit changed since the period before, in words."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.domain.comparing import LEAST_BASE, Difference
from survey_app.services.comparisons import Change
from survey_app.web.officer.verdicts import DifferenceView, change_words, difference_view
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, words


@dataclass(frozen=True)
class ChangeView:
    """The change of the overall figure and of each factor (none where there is but one)."""

    before: str
    overall: DifferenceView
    factors: tuple[tuple[str, DifferenceView], ...]
    least: int
    explain: str = ""


def _view(found: Difference | None, places: int) -> DifferenceView:
    return difference_view(found, change_words(found), places)


def change_view(found: Change | None, places: int = 1, explain: str = "") -> ChangeView | None:
    """A change as its template shows it; None where there is nothing to compare with.

    ``explain``: where its steps stand.
    """
    if found is None:
        return None
    first, last = month(found.first_month), month(found.last_month)
    factors = found.sections if len(found.sections) > 1 else ()
    return ChangeView(
        before=first if first == last else _("%(first)s đến %(last)s", first=first, last=last),
        overall=_view(found.overall, places),
        factors=tuple((words(entry.section.title), _view(entry.difference, places)) for entry in factors),
        least=LEAST_BASE,
        explain=explain,
    )
