"""A file of units: preview, then exactly that; every bad line; the present units as such a file."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.services import units
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests.pages import read_page
from tests.rows import nothing_stored
from tests.scenes import COMMUNES, NOW, Province
from tests.web.officer.conftest import TOKEN, SignIn

ADDRESS = "/officer/places/51/import"
HEADER = "code,kind,name,parent_code,valid_from,valid_to,service_fields\n"
CHANGES = f"""{HEADER}51-9,commune,Xã Mới,51,2026-01-01,,
51-23293,commune,Phường KT,51,2025-07-01,,
51,province,Tỉnh Quảng Ngãi,,2025-07-01,,
"""


@pytest.fixture
def admin(signed_in: SignIn) -> FlaskClient:
    return signed_in("quantri")


def sent(client: FlaskClient, address: str, fields: dict[str, object]) -> TestResponse:
    """Send a form with a file; the client leaves open what it kept of a large one."""
    reply = client.post(address, data=fields, content_type="multipart/form-data")
    reply.request.environ["wsgi.input"].close()
    return reply


def upload(client: FlaskClient, content: bytes, address: str = ADDRESS) -> TestResponse:
    token = TOKEN.search(client.get(address).text)
    assert token is not None
    fields = {"csrf_token": token[1], "file": (io.BytesIO(content), "xã.csv")}
    return sent(client, address, fields)


def confirm(client: FlaskClient, preview: TestResponse, **changed: str) -> TestResponse:
    """Press the button of a preview, as a browser sends it."""
    [form] = [form for form in read_page(preview).forms if form.action.endswith("/store")]
    fields = {name: value.replace("\n", "\r\n") for name, value in form.hidden.items()} | changed
    return sent(client, form.action, fields)


def test_a_preview_stores_nothing_then_exactly_that_is_stored(admin: FlaskClient, engine: Engine) -> None:
    admin.get(ADDRESS)
    with nothing_stored(engine):
        preview = upload(admin, CHANGES.encode())
    text = read_page(preview).text
    assert preview.status_code == 200
    assert all(told in text for told in ("Xã Mới", "Phường Kon Tum", "Phường KT", "Xem trước: chưa lưu gì"))
    reply = confirm(admin, preview)
    assert (reply.status_code, reply.location) == (303, "/officer/places/51")
    assert "Đã nhập: thêm 1, cập nhật 1, không đổi 1 đơn vị." in admin.get(reply.location).text
    known = units.unit_tree(engine).units
    assert (known["51-9"].name, known["51-23293"].name) == ("Xã Mới", "Phường KT")
    again = upload(admin, CHANGES.encode())
    assert "không có gì để nhập" in again.text
    with begin_read(engine) as connection:
        [(actor, unit, detail)] = audit_log.entries(connection, "unit.import")
    assert (actor, unit, detail["file"]) == ("quantri", "51", "xã.csv")
    assert detail["changes"] == {"51-23293": {"name": ["Phường Kon Tum", "Phường KT"]}}


def test_every_bad_line_is_listed(admin: FlaskClient, engine: Engine) -> None:
    admin.get(ADDRESS)
    bad = HEADER + "Q1,countr,Quầy,51,2025-13-01,,\n\n51-9,commune,,51,2026-01-01,,\n"
    with nothing_stored(engine):
        reply = upload(admin, bad.encode())
    assert reply.status_code == 422
    text = read_page(reply).text
    assert all(told in text for told in ("tệp có 3 chỗ cần sửa", "countr", "2025-13-01", "Chưa ghi tên đơn vị"))


def test_bad_lines_are_told_in_english_too(admin: FlaskClient) -> None:
    bad = f"{HEADER}51-9,commune,,51,2026-13-01,,\n51-Q1,counter,100%(x)s,51,2026-01-01,,Y%d|Y%d\n"
    reply = upload(admin, bad.encode(), f"{ADDRESS}?lang=en")
    assert reply.status_code == 422
    text = read_page(reply).text
    told = (
        "The name of the unit is missing",
        "There is no day “2026-13-01” in the calendar",
        "The service field “Y%d” is there twice",
        "“51”, is a province or city; the unit above a counter must be a one-stop centre or a provincial department",
    )
    assert [part for part in told if part not in text] == []


def test_what_is_wrong_with_a_form_is_told_in_english_too(admin: FlaskClient) -> None:
    address = "/officer/places/51/new?lang=en"
    token = TOKEN.search(admin.get(address).text)
    assert token is not None
    fields = {"csrf_token": token[1], "code": "51-23293", "kind": "commune", "name": "X", "valid_from": "2026-01-01"}
    assert "Another unit already has the code “51-23293”" in admin.post(address, data=fields).text


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'"', (HEADER + "x\0,\n").encode(), HEADER.encode() + b"x" * 1_048_576],
    ids=["empty", "not UTF-8", "other columns", "open quote", "NUL", "too large"],
)
def test_what_is_no_file_of_units_says_so(admin: FlaskClient, engine: Engine, content: bytes) -> None:
    admin.get(ADDRESS)
    with nothing_stored(engine):
        assert upload(admin, content).status_code == 422


def test_a_form_without_a_file_and_one_far_too_large(admin: FlaskClient) -> None:
    token = TOKEN.search(admin.get(ADDRESS).text)
    assert token is not None
    assert admin.post(ADDRESS, data={"csrf_token": token[1]}).status_code == 422
    assert upload(admin, b"x" * 3_000_000).status_code == 413
    large = {"csrf_token": token[1], "text": "x" * 3_000_000}
    assert sent(admin, f"{ADDRESS}/store", large).status_code == 413
    small = {"csrf_token": token[1], "name": "\0", "text": HEADER, "fingerprint": "x"}
    assert admin.post(f"{ADDRESS}/store", data=small).status_code == 409
    assert admin.post(f"{ADDRESS}/store", data={"csrf_token": token[1]}).status_code == 422


def test_a_file_of_almost_a_megabyte_goes_through(admin: FlaskClient, engine: Engine) -> None:
    lines = [f"51-{n:05},commune,Xã {'đẹp ' * 12}{n},51,2026-01-01,,\n" for n in range(8000)]
    content = (HEADER + "".join(lines)).encode()
    assert 700_000 < len(content) < 1_048_576
    reply = confirm(admin, upload(admin, content))
    assert reply.status_code == 303
    assert len(units.unit_tree(engine).units) > 8000


def test_what_changed_since_the_preview_is_shown_anew(admin: FlaskClient, engine: Engine) -> None:
    preview = upload(admin, CHANGES.encode())
    units.import_text(engine, HEADER + "51-23293,commune,Tên khác,51,2025-07-01,,\n", NOW, "an", file_name="b.csv")
    reply = confirm(admin, preview)
    assert reply.status_code == 409
    assert "đã thay đổi sau khi xem trước" in reply.text
    assert "51-9" not in units.unit_tree(engine).units
    assert confirm(admin, reply).status_code == 303
    assert "51-9" in units.unit_tree(engine).units


def test_the_present_units_come_as_a_file_that_changes_nothing(admin: FlaskClient, province: Province) -> None:
    for unit in ("51", COMMUNES[0]):
        reply = admin.get(f"/officer/places/{unit}/units.csv")
        assert reply.headers["Content-Disposition"] == f"attachment; filename=don-vi-{unit}.csv"
        assert reply.headers["Cache-Control"] == "no-store"
        assert "không có gì để nhập" in upload(admin, reply.data, f"/officer/places/{unit}/import").text
    empty = admin.get("/officer/places/51/empty.csv").data.decode("utf-8-sig")
    assert empty.strip().split(";") == HEADER.strip().split(",")


def test_only_units_within_the_grant_may_change(
    client: FlaskClient, signed_in: SignIn, engine: Engine, province: Province
) -> None:
    admin = signed_in("quantri")
    reply = upload(admin, CHANGES.encode(), f"/officer/places/{COMMUNES[0]}/import")
    assert reply.status_code == 422
    assert "“51-9” nằm ngoài phạm vi" in reply.text
