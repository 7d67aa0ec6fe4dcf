"""Who may reach which address of the officer surface: denied unless the view says otherwise.

A view declares either a permission (``requires``) or that it is open (``open_to_everyone``). The guard runs
before every request; an address with a ``unit_code`` is checked there against the officer's units, never in the
view. Who must have a second factor reaches nothing before; a ``dangerous`` view asks for a proof not older than ten
minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Officer, Permission, allows_somewhere
from survey_app.services import officers, sign_in
from survey_app.web import proof

DECLARED = "hailong_permission"
DANGEROUS = "hailong_dangerous"
OPEN = "open"
SESSION_KEY = "officer"
NEXT_KEY = "next"
ENROLMENT = frozenset(
    {"officer.account_second_factor", "officer.account_enrol", "officer.confirm", "officer.confirm_send"}
)
"""What is open to who must enrol first, beside the open addresses."""

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def requires(permission: Permission) -> Callable[[View], View]:
    """Only officers who hold ``permission`` (at the unit of the address, if it names one) reach this view."""

    def declare(view: View) -> View:
        setattr(view, DECLARED, permission)
        return view

    return declare


def open_to_everyone(view: View) -> View:
    """Anybody reaches this view, signed in or not."""
    setattr(view, DECLARED, OPEN)
    return view


def dangerous(view: View) -> View:
    """The view changes what cannot easily be taken back: who opens it has just proved who they are."""
    setattr(view, DANGEROUS, True)
    return view


def is_dangerous(endpoint: str) -> bool:
    """Whether the view of an endpoint is marked ``dangerous``."""
    return bool(getattr(current_app.view_functions.get(endpoint), DANGEROUS, False))


def declared(endpoint: str) -> Permission | str | None:
    """What the view of an endpoint declares; None: nothing, so that it is denied."""
    found: Permission | str | None = getattr(current_app.view_functions.get(endpoint), DECLARED, None)
    return found


def current_session() -> sign_in.OpenSession | None:
    """The session of this browser, read once a request."""
    if "officer_session" not in g:
        token = session.get(SESSION_KEY)
        g.officer_session = sign_in.resume_session(extensions.engine(), extensions.now(), token) if token else None
    opened: sign_in.OpenSession | None = g.officer_session
    return opened


def current_officer() -> Officer | None:
    """The officer who is signed in."""
    opened = current_session()
    return opened.officer if opened else None


def may_at(unit_code: str, permission: Permission) -> bool:
    """Whether the officer who is signed in holds ``permission`` at this unit."""
    officer = current_officer()
    today = local_day(extensions.now())
    return officer is not None and officers.may(extensions.engine(), officer, permission, unit_code, today)


def require_at(unit_code: str, permission: Permission) -> None:
    """For addresses that name something else than a unit: 404 unless the officer holds ``permission`` at its unit."""
    if not may_at(unit_code, permission):
        abort(404)


def signed_in() -> Officer:
    """The officer who is signed in, in a view that requires a permission."""
    officer = current_officer()
    assert officer is not None
    return officer


def holds(permission: Permission) -> bool:
    """Whether the officer who is signed in holds ``permission`` at any unit."""
    officer = current_officer()
    return officer is not None and allows_somewhere(officer.grants, permission, local_day(extensions.now()))


def _heading_here() -> None:
    """Remember where the officer was heading."""
    if request.method == "GET":
        session[NEXT_KEY] = proof.this_address()


def _to_sign_in() -> ResponseReturnValue:
    session.pop(SESSION_KEY, None)
    _heading_here()
    return redirect(url_for("officer.sign_in"), 303)


def _refuse_what_is_not_granted(wanted: Permission) -> None:
    """403 without the permission; 404 where the unit of the address lies beyond the grant."""
    if not holds(wanted):
        abort(403)
    unit_code = (request.view_args or {}).get("unit_code")
    if unit_code is not None and not may_at(unit_code, wanted):
        abort(404)


def guard() -> ResponseReturnValue | None:
    """Before every officer request: let through, send to sign in, refuse, or ask who this is (web/proof.py)."""
    endpoint = request.endpoint or ""
    wanted = declared(endpoint)
    if wanted is None:
        abort(403)
    if not isinstance(wanted, Permission):
        return None
    opened = current_session()
    if opened is None:
        return _to_sign_in()
    if opened.must_enrol and endpoint not in ENROLMENT:
        _heading_here()
        return redirect(url_for("officer.account_second_factor"), 303)
    _refuse_what_is_not_granted(wanted)
    return proof.ask_again(opened, session[SESSION_KEY]) if is_dangerous(endpoint) else None
