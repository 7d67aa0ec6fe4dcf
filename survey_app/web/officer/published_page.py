"""The page of published results: a unit's page with the quarter chosen in place of months."""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey_app.domain.quarter import Quarter
from survey_app.services.published_results import PublishedPage
from survey_app.web.officer.filters import select
from survey_app.web.officer.page import PageView
from survey_app.web.rendering import day
from survey_app.web.rendering import gettext as _


@dataclass(frozen=True)
class PublishedView:
    """``next_day``: the last day of the quarter that is still open."""

    unit: PageView
    quarter: str
    next_day: str


def _name(quarter: Quarter) -> str:
    return _("Quý %(number)s năm %(year)s", number=("I", "II", "III", "IV")[quarter.number - 1], year=quarter.year)


def published_view(found: PublishedPage, unit: PageView) -> PublishedView:
    """The page as its template shows it."""
    quarters = [(quarter.code, _name(quarter)) for quarter in found.quarters]
    chooser = select("quarter", _("Quý"), found.quarter.code, quarters)
    summary = ((_("Quý"), _name(found.quarter)), *unit.top.summary)
    top = replace(unit.top, choices=(chooser, *unit.top.choices), summary=summary)
    return PublishedView(replace(unit, top=top), _name(found.quarter), day(found.open_until))
