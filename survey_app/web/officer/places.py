"""Units, counters and their codes: one page for each unit, and a search over all an officer looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services import officers, places
from survey_app.services.posters import counter_address
from survey_app.services.qr_picture import qr_data_address
from survey_app.web.access import may_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.place_words import kind_name, shown

LONGEST_SEARCH = 100


@dataclass(frozen=True)
class CodeCard:
    """A code in force as its card shows it."""

    code: str
    address: str
    picture: str
    issue_number: int
    since: date


def granted(permission: Permission) -> list[str]:
    """The units at which the officer who is signed in was granted ``permission``."""
    today = local_day(extensions.now())
    return [grant.unit_code for grant in signed_in().grants if grant.gives(permission, today)]


def _cards(place: places.Place) -> list[CodeCard]:
    base = extensions.setting("PUBLIC_BASE_URL")
    cards: list[CodeCard] = []
    for stay in place.codes:
        address = counter_address(base, stay.code)
        picture = qr_data_address(address)
        cards.append(CodeCard(stay.code, address, picture, stay.issue_number, stay.valid_from))
    return cards


@blueprint.get("/places", endpoint="places")
@requires(Permission.POSTERS_PRINT)
def begin() -> ResponseReturnValue:
    """To the highest unit whose posters the officer may print."""
    today = local_day(extensions.now())
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.POSTERS_PRINT, today)
    if code is None:
        abort(403)
    return redirect(url_for("officer.places_unit", unit_code=code), 303)


@blueprint.get("/places/<unit_code>", endpoint="places_unit")
@requires(Permission.POSTERS_PRINT)
def show(unit_code: str) -> ResponseReturnValue:
    """A unit, the units below it, its codes."""
    place = places.place(extensions.engine(), unit_code, local_day(extensions.now()))
    may = {"units": may_at(unit_code, Permission.UNITS_MANAGE), "codes": may_at(unit_code, Permission.CODES_MANAGE)}
    path = [(unit, may_at(unit.code, Permission.POSTERS_PRINT)) for unit in place.path]
    return render_template(
        "officer/places.html",
        place=place,
        path=path,
        may=may,
        cards=_cards(place),
        kind_name=kind_name,
        shown=shown,
        with_retired="retired" in request.args,
    )


@blueprint.get("/places/search", endpoint="places_search")
@requires(Permission.POSTERS_PRINT)
def search() -> ResponseReturnValue:
    """Units of the whole grant by name or code, marks or not."""
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    scopes = granted(Permission.POSTERS_PRINT)
    found, total = places.find_units(extensions.engine(), scopes, words) if words else ([], 0)
    return render_template("officer/places_search.html", words=words, found=found, total=total, kind_name=kind_name)
