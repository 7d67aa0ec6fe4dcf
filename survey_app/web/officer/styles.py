"""The design system on one page: every macro of the officer pages with sample content, as light and dark show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.exploring import Neighbours
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.comparison import CompareView, compare_view
from survey_app.web.officer.driver_view import DriversView
from survey_app.web.officer.explain_formulas import Part
from survey_app.web.officer.external import SeriesForm
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import FigureView, NamedFigure
from survey_app.web.officer.heat_map import HeatView, heat_view
from survey_app.web.officer.item_list import ItemsView, items_view
from survey_app.web.officer.ledger_view import LedgerView
from survey_app.web.officer.page import EmptyState, PageView, page_view
from survey_app.web.officer.points_view import PointsView
from survey_app.web.officer.published_elsewhere import PublishedBox, published_boxes
from survey_app.web.officer.sorting import Order
from survey_app.web.officer.style_course import sample_course
from survey_app.web.officer.style_evidence import sample_drivers, sample_step
from survey_app.web.officer.style_ledgers import sample_dimensions, sample_ledger, sample_points
from survey_app.web.officer.style_samples import sample_page
from survey_app.web.officer.trend_view import TrendView
from survey_app.web.rendering import gettext as _

RECIPE = "sipas-2022-mean5"


class SampleForm(FlaskForm):
    """One field of every kind."""

    class Meta:
        csrf = False

    name = StringField()
    note = TextAreaField()
    kind = SelectField(choices=["A", "B"])
    agreed = BooleanField()
    several = SelectMultipleField(choices=["1", "2"])
    unit_code = StringField()


class WrongForm(FlaskForm):
    """Fields with problems to show."""

    class Meta:
        csrf = False

    wrong_name = StringField()
    wrong_note = TextAreaField()


@dataclass(frozen=True)
class StylesView:
    """The samples."""

    unit: PageView
    heat: HeatView
    items: ItemsView
    comparison: CompareView
    few: FigureView
    empty: EmptyState
    form: SampleForm
    wrong: WrongForm
    unit_code: StringField
    drivers: DriversView
    steps: Part
    ledger: LedgerView
    points: PointsView
    dimensions: tuple[NamedFigure, ...]
    course: TrendView
    published: tuple[PublishedBox, ...]
    series_form: SeriesForm
    sample_problem: Callable[[object], str]


def _wrong_form() -> WrongForm:
    form = WrongForm(formdata=None)
    form.wrong_name.errors = form.wrong_note.errors = [_("Hãy điền ô này.")]
    return form


@blueprint.get("/styles")
@requires(Permission.DESK)
def styles() -> ResponseReturnValue:
    """Every macro with sample content."""
    page = sample_page(extensions.recipes()[RECIPE])
    assert page.results is not None
    form = SampleForm(formdata=None)
    view = StylesView(
        unit=page_view(page, {}, OFFICER, lambda _code: False),
        heat=heat_view(page, Order(), lambda _code: False),
        items=items_view(page, Order(), lambda _code: False),
        comparison=compare_view(page, Neighbours((), ()), lambda _code: False),
        few=FigureView("7", None, "", _("không có câu trả lời"), None),
        empty=EmptyState("7", "10", 70, is_published=True, is_narrowed=True, has_counters=True),
        form=form,
        wrong=_wrong_form(),
        unit_code=form.unit_code,
        drivers=sample_drivers(page),
        steps=sample_step(),
        ledger=sample_ledger(),
        points=sample_points(),
        dimensions=sample_dimensions(),
        course=sample_course(page),
        published=published_boxes(page.path[0]),
        series_form=SeriesForm(meta={"csrf": False}),
        sample_problem=lambda _problem: _("Ngày phải viết như 2025-07-01"),
    )
    return render_template("officer/styles.html", view=view)
