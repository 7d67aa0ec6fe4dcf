"""Who may reach which address of the officer surface: denied unless the view says otherwise.

A view declares either a permission (``requires``) or that it is open (``open_to_everyone``). The guard runs
before every request; an address with a ``unit_code`` is checked there against the officer's units, never in the
view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Officer, Permission, allows_somewhere
from survey_app.services import officers

DECLARED = "hailong_permission"
OPEN = "open"
SESSION_KEY = "officer"
NEXT_KEY = "next"

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


def declared(endpoint: str) -> Permission | str | None:
    """What the view of an endpoint declares; None: nothing, so that it is denied."""
    found: Permission | str | None = getattr(current_app.view_functions.get(endpoint), DECLARED, None)
    return found


def current_officer() -> Officer | None:
    """The officer who is signed in, read once a request."""
    if "officer" not in g:
        token = session.get(SESSION_KEY)
        g.officer = officers.resume_session(extensions.engine(), extensions.now(), token) if token else None
    officer: Officer | None = g.officer
    return officer


def may_at(unit_code: str, permission: Permission) -> bool:
    """Whether the officer who is signed in holds ``permission`` at this unit."""
    officer = current_officer()
    today = local_day(extensions.now())
    return officer is not None and officers.may(extensions.engine(), officer, permission, unit_code, today)


def holds(permission: Permission) -> bool:
    """Whether the officer who is signed in holds ``permission`` at any unit."""
    officer = current_officer()
    return officer is not None and allows_somewhere(officer.grants, permission, local_day(extensions.now()))


def _to_sign_in() -> ResponseReturnValue:
    session.pop(SESSION_KEY, None)
    if request.method == "GET":
        session[NEXT_KEY] = request.script_root + request.full_path.rstrip("?")
    return redirect(url_for("officer.sign_in"), 303)


def guard() -> ResponseReturnValue | None:
    """Before every officer request: let through, send to sign in, or refuse (403; 404 beyond the grant)."""
    wanted = declared(request.endpoint or "")
    if wanted is None:
        abort(403)
    if not isinstance(wanted, Permission):
        return None
    if current_officer() is None:
        return _to_sign_in()
    if not holds(wanted):
        abort(403)
    unit_code = (request.view_args or {}).get("unit_code")
    if unit_code is not None and not may_at(unit_code, wanted):
        abort(404)
    return None
