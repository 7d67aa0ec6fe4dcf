"""The ways results are read: by officers, by the public, by staff of a whole centre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from survey_app.web.officer import filters


@dataclass(frozen=True)
class Face:
    """One of the ways results are read: the endpoint of its pages, its filters, and what it tells beyond figures."""

    endpoint: str
    filters: tuple[str, ...]
    has_below: bool = True
    has_waiting: bool = True
    is_explored: bool = False
    explained_at: str = "officer.results_explain"

    def explain_address(self, unit_code: str, name: str) -> str:
        """ "Cách tính" of a figure of a unit under the filters of this address."""
        return filters.address(self.explained_at, unit_code, self.filters, figure=name)

    def explain_addresses(self) -> Callable[[str, str], str]:
        """The same for many figures: (unit, name) -> address."""
        return filters.addresses(self.explained_at, self.filters)

    def trend_addresses(self) -> Callable[[str, str], str]:
        """``trend_address`` of many figures: (unit, name) -> address."""
        return filters.addresses("officer.results_trend", self.filters) if self.is_explored else self.trend_address

    def addresses(self) -> Callable[[str], str]:
        """``address`` of many units."""
        return filters.unit_addresses(self.endpoint, self.filters)

    def explain_month(self, unit_code: str, month: date) -> str:
        """ "Cách tính" of the overall figure of one month."""
        of_month = {"from": f"{month:%Y-%m}", "to": f"{month:%Y-%m}"}
        names = [name for name in self.filters if name != "period"]
        return filters.address(self.explained_at, unit_code, names, figure="overall", **of_month)

    def trend_address(self, unit_code: str, name: str) -> str:
        """The trend of a figure of a unit under the filters of this address, where results are explored."""
        if not self.is_explored:
            return ""
        return filters.address("officer.results_trend", unit_code, self.filters, figure=name)

    def address(self, unit_code: str) -> str:
        """The page of another unit under the filters of this address."""
        return filters.address(self.endpoint, unit_code, self.filters)


OFFICER = Face("officer.unit", filters.FILTERS, is_explored=True)
PUBLISHED = Face(
    "officer.published_unit",
    filters.PUBLISHED_FILTERS,
    has_waiting=False,
    explained_at="officer.published_explain",
)
WHOLE_CENTRE = Face(
    "officer.centre_scores_unit",
    filters.WHOLE_CENTRE_FILTERS,
    has_below=False,
    has_waiting=False,
    explained_at="officer.centre_scores_explain",
)
