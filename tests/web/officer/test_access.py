"""Denied by default: every officer address declares who may reach it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.permissions import Permission, Role
from survey_app.services import officers
from survey_app.web import access
from survey_app.web.officer.blueprint import blueprint
from tests.scenes import COMMUNES, NOW, Province
from tests.web.officer.addresses import OPEN, every_request, officer_rules
from tests.web.officer.conftest import TOKEN, SignIn, csrf_token, send_sign_in


def test_every_officer_address_declares_a_permission_or_that_it_is_open(app: Flask) -> None:
    with app.app_context():
        found = {rule.endpoint: access.declared(rule.endpoint) for rule in officer_rules(app)}
    assert len(found) > len(OPEN)
    assert {endpoint for endpoint, declared in found.items() if declared == access.OPEN} == OPEN
    rest = {endpoint: declared for endpoint, declared in found.items() if endpoint not in OPEN}
    assert all(isinstance(declared, Permission) for declared in rest.values()), rest


def test_every_address_under_officer_belongs_to_the_guarded_blueprint(app: Flask) -> None:
    strays = [rule for rule in app.url_map.iter_rules() if str(rule).startswith("/officer")]
    assert {rule.endpoint.split(".")[0] for rule in strays} == {blueprint.name}


def test_without_signing_in_every_other_address_leads_to_the_sign_in_page(
    app: Flask, client: FlaskClient, staff: Province
) -> None:
    token = csrf_token(client)
    for rule, method, address in every_request(app, COMMUNES[0]):
        if rule.endpoint in OPEN:
            continue
        reply = client.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert (reply.status_code, reply.location) == (303, "/officer/sign-in"), rule


def test_a_view_that_declares_nothing_is_refused(app: Flask, signed_in: SignIn) -> None:
    client = signed_in("tinh")
    view = app.view_functions["officer.methods"]
    app.view_functions["officer.methods"] = partial(view)
    assert client.get("/officer/methods").status_code == 403


@pytest.mark.parametrize(
    ("login", "unit", "status"),
    [
        ("tinh", "51", 200),
        ("tinh", COMMUNES[1], 200),
        ("xa01", COMMUNES[0], 200),
        ("xa01", f"{COMMUNES[0]}-TT-Q1", 200),
        ("xa01", COMMUNES[1], 404),
        ("xa01", f"{COMMUNES[1]}-TT", 404),
        ("xa01", "51", 404),
        ("giamdoc", f"{COMMUNES[0]}-TT-Q2", 200),
        ("giamdoc", COMMUNES[0], 404),
        ("tinh", "no-such-unit", 404),
    ],
)
def test_units_beyond_the_grant_do_not_exist(signed_in: SignIn, login: str, unit: str, status: int) -> None:
    assert signed_in(login).get(f"/officer/units/{unit}").status_code == status


def test_beyond_the_grant_and_unknown_look_the_same(signed_in: SignIn) -> None:
    client = signed_in("xa01")
    beyond, unknown = client.get(f"/officer/units/{COMMUNES[1]}"), client.get("/officer/units/no-such-unit")
    assert TOKEN.sub("", beyond.text) == TOKEN.sub("", unknown.text), "but for the moment in the form's token"


def test_units_above_the_grant_are_named_but_not_linked(signed_in: SignIn) -> None:
    page = signed_in("xa01").get(f"/officer/units/{COMMUNES[0]}").text
    assert "Tỉnh Quảng Ngãi" in page
    assert 'href="/officer/units/51"' not in page


def test_a_permission_not_granted_is_refused_and_not_offered(signed_in: SignIn) -> None:
    client = signed_in("xa01")
    assert client.get("/officer/datasets").status_code == 403
    assert "/officer/datasets" not in client.get(f"/officer/units/{COMMUNES[0]}").text
    assert "/officer/datasets" in signed_in("tinh").get("/officer/units/51").text


def test_a_grant_that_has_ended_opens_nothing(app: Flask, engine: Engine, staff: Province) -> None:
    yesterday = (NOW - timedelta(days=1)).date()
    officers.grant_role(engine, NOW, login="xa01", role=Role.COMMUNE_LEADER, unit_code=COMMUNES[0], valid_to=yesterday)
    client = app.test_client()
    send_sign_in(client, "xa01")
    assert client.get("/officer/").status_code == 403
    assert client.get(f"/officer/units/{COMMUNES[0]}").status_code == 403
