"""The home page of each role: what changed, what is missing, what waits, what needs a decision."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day, months_back
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.permissions import Permission
from survey_app.domain.quarter import quarter_of
from survey_app.services.homes import Home, NotGrantedThere, read_home
from survey_app.services.result_choices import Asked, Reader, unit_page
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.alerts import alerts_view
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.counted_view import CountedView, counted_items
from survey_app.web.officer.figures import Bases
from survey_app.web.officer.home_view import (
    ChangeRow,
    address_of,
    change_row,
    changes_view,
    shown,
    tasks,
    work_view,
)
from survey_app.web.rendering import gettext as _

MONTHS_OF_INTEGRITY = 12
"""Sensitive items are shown of whole quarters only."""


def _integrity(unit: OrgUnit | None) -> list[CountedView] | None:
    """The sensitive items of the last four quarters that are over, at their own base."""
    if unit is None:
        return None
    today, reader = local_day(extensions.now()), Reader(sees_sensitive=True)
    last = quarter_of(today).before.last_month
    asked = Asked(first_month=months_back(last, MONTHS_OF_INTEGRITY - 1), last_month=last)
    page = unit_page(extensions.engine(), extensions.recipes(), unit.code, asked, today, reader, lambda *_: [])
    if page.results is None or page.results.result.card is None:
        return []
    card = page.results.result.card
    sensitive = tuple(counted for counted in card.counted if counted.item.is_sensitive)
    bases = Bases(page.results.thresholds, page.results.query.audience)
    explain = partial(_explain_item, unit.code, f"{asked.first_month:%Y-%m}", f"{last:%Y-%m}")
    return counted_items(replace(card, counted=sensitive), bases, explain)


def _explain_item(unit_code: str, first: str, last: str, name: str) -> str:
    about = {"unit_code": unit_code, "figure": name, "from": first, "to": last}
    return address_of("results_explain", Permission.RESULTS_READ, **about) or ""


def _explained(found: Home) -> dict[str, str | None]:
    """ "Cách tính" of the figures of the home page: the same months as there, which are a page's default."""
    links: dict[str, str | None] = {}
    if found.unit:
        links["explain"] = address_of("results_explain", Permission.RESULTS_READ, unit_code=found.unit.code)
    if found.centre:
        code = found.centre.own.unit.code
        links["explain_centre"] = address_of("centre_scores_explain", Permission.CENTRE_SCORES_READ, unit_code=code)
    if found.published:
        about = {"unit_code": found.published.unit.code, "quarter": found.published.quarter.code}
        links["explain_published"] = address_of("published_explain", Permission.PUBLISHED_READ, **about)
    return links


def _links(found: Home) -> dict[str, str | None]:
    """Where each block is worked on."""
    unit = {"unit_code": found.unit.code} if found.unit else {}
    return {
        "results": address_of("unit", Permission.RESULTS_READ, **unit) if unit else None,
        "waves": address_of("waves", Permission.WAVES_READ),
        "places": address_of("places", Permission.POSTERS_PRINT),
        "centre": address_of("centre_scores", Permission.CENTRE_SCORES_READ),
        "published": address_of("published", Permission.PUBLISHED_READ),
        "helping": address_of("helping", Permission.CITIZENS_HELP),
        "audit": address_of("audit", Permission.AUDIT_READ),
        "alerts": address_of("alerts", Permission.RESULTS_READ),
        **_explained(found),
        "first_run": address_of("home_first_run", Permission.UNITS_MANAGE),
    }


def _helping(counters: tuple[OrgUnit, ...] | None) -> list[tuple[OrgUnit, str | None]] | None:
    """The counters one may help at, each with its place on the page of helping."""
    if counters is None:
        return None
    page = address_of("helping", Permission.CITIZENS_HELP)
    return [(counter, f"{page}#{counter.code}" if page else None) for counter in counters]


def _centre_row(found: Home) -> ChangeRow | None:
    return change_row(found.centre.own, found.centre.recipe) if found.centre else None


def _choices(found: Home, at: str | None) -> list[tuple[str, str, bool]]:
    """(address, label, is here): the home of everything granted, and that of each unit where several are."""
    if len(found.granted_at) < 2:
        return []
    each = [(url_for("officer.home", at=unit.code), unit.name, unit.code == at) for unit in found.granted_at]
    return [(url_for("officer.home"), _("Tổng quan"), at is None), *each]


def _read(at: str | None) -> Home:
    try:
        return read_home(extensions.engine(), extensions.recipes(), signed_in(), extensions.now(), at)
    except NotGrantedThere:
        abort(404)


@blueprint.get("/")
@requires(Permission.DESK)
def home() -> ResponseReturnValue:
    """What the officer should know first, and where to go on."""
    at = request.args.get("at") or None
    found = _read(at)
    is_centre = found.unit is not None and found.unit.kind is UnitKind.CENTRE
    return render_template(
        "officer/home.html",
        home=found,
        choices=_choices(found, at),
        links=_links(found),
        changes=changes_view(found.changes, is_centre) if found.changes else None,
        is_centre=is_centre,
        work=work_view(found.work, found.release) if found.work else None,
        tasks=tasks(found.decisions) if found.decisions else None,
        centre=_centre_row(found),
        published=found.published,
        published_figure=shown(found.published.figure, found.published.recipe) if found.published else None,
        integrity=_integrity(found.integrity_at),
        helping=_helping(found.counters),
        alerts=alerts_view(found.alerts) if found.alerts else None,
        title=found.unit.name if found.unit else _("Trang chủ"),
    )
