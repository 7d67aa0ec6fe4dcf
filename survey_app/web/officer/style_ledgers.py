"""Made-up ledgers and sums of points for the page of the design system."""

from __future__ import annotations

from survey_app.web.officer.figures import FigureView, NamedFigure
from survey_app.web.officer.ledger_view import LedgerView
from survey_app.web.officer.points_view import PointsView


def sample_ledger() -> LedgerView:
    """A unit in both ledgers."""
    return LedgerView(
        name="Xã Mẫu",
        address="",
        dossiers="1.000",
        overdue="5,0 %",
        disliked="1,0 %",
        satisfaction="94,0 %",
        points="100,0 %",
        in_time="90,0 %",
        settled="90,0 %",
        share="80,0 %",
        interval="70,0 – 87,0",
        withheld="",
        n="100",
        rate="10,0 %",
        bounds="8,0 % – 98,0 %",
        missing="",
    )


def sample_points() -> PointsView:
    """One of two indices imported, and a class by a made-up decision."""
    imported = (("Chỉ số mẫu 1", "1,75", "1.000"), ("Chỉ số mẫu 2", "", ""))
    return PointsView(imported, "8/9", is_converted=True, band="Tốt", reference="QĐ 1/QĐ-MẪU")


def sample_dimensions() -> tuple[NamedFigure, ...]:
    """One dimension."""
    return (NamedFigure("Chỉ số nội dung mẫu", FigureView("100", "6,44", "6,10 – 6,80", "", None, out_of="/10")),)
