"""The page that exports datasets: permission, scope, download."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from werkzeug.test import TestResponse

from survey_app.domain.permissions import Role
from survey_app.services import officers
from survey_app.services.release import run_releases
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.officer_tables import OfficerGrantRow
from tests import scenes

PASSWORD = "mot mat khau du dai"
FORM = {"form": "sipas_desk.v1", "unit": "", "wave": "", "from": "", "to": "", "format": "csv"}


@pytest.fixture
def released(engine: Engine, province: scenes.Province, rng: Random) -> scenes.Province:
    for counter in province.counters[:4]:
        scenes.fill_inbox(engine, province, counter, 12, rng, stage="filing")
    run_releases(engine, scenes.NOW)
    return province


def sign_in(engine: Engine, client: FlaskClient, role: Role, unit: str) -> None:
    login = f"{role.value}.1"
    officers.create_officer(
        engine, scenes.NOW, login=login, name="Lê Thu", role=role, unit_code=unit, password=PASSWORD
    )
    fields = {"login": login, "password": PASSWORD, "csrf_token": token(client, "/officer/sign-in")}
    assert client.post("/officer/sign-in", data=fields).status_code == 303


def token(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert found is not None
    return found[1]


def download(client: FlaskClient, **changed: str) -> TestResponse:
    return client.post(
        "/officer/datasets", buffered=True, data={**FORM, "csrf_token": token(client, "/officer/datasets"), **changed}
    )


def test_the_file_comes_with_an_audit_entry(engine: Engine, client: FlaskClient, released: scenes.Province) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    reply = download(client)
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"] == "attachment; filename=sipas_desk-v1-20261116.zip"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.content_length == len(reply.data)
    with zipfile.ZipFile(io.BytesIO(reply.data)) as bundle:
        assert bundle.read("responses.csv").count(b"\r\n") == 48 + 1
    with begin_read(engine) as connection:
        [(actor, _, detail)] = audit_log.entries(connection, "dataset.export")
    assert (actor, detail["rows"]) == ("province_analyst.1", 48)


def test_a_workbook(engine: Engine, client: FlaskClient, released: scenes.Province) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    book = openpyxl.load_workbook(io.BytesIO(download(client, format="xlsx", unit="51").data))
    assert book["data"].max_row == 48 + 1


def test_only_the_granted_units(engine: Engine, client: FlaskClient, released: scenes.Province) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    with begin_write(engine) as connection:
        connection.execute(update(OfficerGrantRow).values(unit_id=released.ids["51-23293"]))
    with zipfile.ZipFile(io.BytesIO(download(client).data)) as bundle:
        assert bundle.read("responses.csv").count(b"\r\n") == 24 + 1
    assert download(client, unit="51-23368").status_code == 404
    assert download(client, unit="51").status_code == 404


def test_without_the_permission(engine: Engine, client: FlaskClient, released: scenes.Province) -> None:
    sign_in(engine, client, Role.COMMUNE_LEADER, "51-23293")
    assert client.get("/officer/datasets").status_code == 403
    assert client.get("/officer/datasets").text.count("csrf_token") <= 1


def test_not_signed_in(client: FlaskClient, released: scenes.Province) -> None:
    assert client.get("/officer/datasets").status_code == 303


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"from": "2030-01"}, "Không có phiếu nào đã công bố khớp với lựa chọn này."),
        ({"to": "11/2026"}, "Tháng phải có dạng năm-tháng, ví dụ 2026-10."),
    ],
)
def test_what_stands_in_the_way_is_said(
    engine: Engine, client: FlaskClient, released: scenes.Province, changed: dict[str, str], told: str
) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    reply = download(client, **changed)
    assert reply.status_code == 400
    assert told in reply.text
    assert next(iter(changed.values())) in reply.text, "what was typed is kept"


@pytest.mark.parametrize(
    "changed", [{"form": "x"}, {"form": "sipas_desk.v9"}, {"format": "sas"}, {"wave": "none"}, {"unit": "99"}]
)
def test_what_the_form_did_not_offer(
    engine: Engine, client: FlaskClient, released: scenes.Province, changed: dict[str, str]
) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    assert download(client, **changed).status_code == 404


@pytest.mark.parametrize(("kind", "shape"), [("sav", "wide"), ("dta", "wide"), ("parquet", "long"), ("jsonl", "wide")])
def test_every_format_and_shape_is_offered_and_sent(
    engine: Engine, client: FlaskClient, released: scenes.Province, kind: str, shape: str
) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    page = client.get("/officer/datasets").text
    assert f'value="{kind}"' in page
    reply = download(client, format=kind, shape=shape, lang="en")
    assert reply.status_code == 200
    with zipfile.ZipFile(io.BytesIO(reply.data)) as bundle:
        assert f"responses.{kind}" in bundle.namelist()
        assert bundle.read("README.txt").decode("utf-8-sig").startswith("SURVEY DATASET")


def test_a_public_file_is_named_and_audited_as_such(
    engine: Engine, client: FlaskClient, released: scenes.Province
) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    reply = download(client, level="public")
    assert "sipas_desk-v1-public-20261116.zip" in reply.headers["Content-Disposition"]
    with begin_read(engine) as connection:
        [(_, _, detail)] = audit_log.entries(connection, "dataset.export")
    assert detail["level"] == "public"


def test_a_format_without_the_long_shape_says_so_and_keeps_what_was_chosen(
    engine: Engine, client: FlaskClient, released: scenes.Province
) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    reply = download(client, format="sav", shape="long")
    assert reply.status_code == 400
    assert "Định dạng này chỉ có dạng một dòng một phiếu." in reply.text
    assert re.search(r'name="format" value="sav" checked', reply.text)
    assert re.search(r'name="shape" value="long" checked', reply.text)


@pytest.mark.parametrize("changed", [{"shape": "round"}, {"level": "secret"}, {"lang": "fr"}, {"shape": "\x00"}])
def test_choices_that_were_not_offered(
    engine: Engine, client: FlaskClient, released: scenes.Province, changed: dict[str, str]
) -> None:
    sign_in(engine, client, Role.PROVINCE_ANALYST, "51")
    assert download(client, **changed).status_code == 404
