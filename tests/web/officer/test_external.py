"""Earlier results on the desk: taken in, seen on the trend, replaced, deleted."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.services import external_series
from tests.pages import read_page
from tests.rows import nothing_stored
from tests.scenes import COMMUNES, Province
from tests.web.officer.conftest import TOKEN, SignIn

ADDRESS = "/officer/units/51/external"
HEAD = "unit;period;figure;responses;level_1;level_2;level_3;level_4;level_5\n"
GOOD = f"{HEAD}51;2024;overall;30;0;0;3;20;7\n{COMMUNES[0]};2025-Q1;access_info;20;0;0;0;10;10\n"
FIELDS = {"name": "Google Form 2024", "source": "Sở Nội vụ", "method": "Đếm tay", "slug": "sipas_desk"}


@pytest.fixture
def analyst(signed_in: SignIn) -> FlaskClient:
    return signed_in("tinh")


def send(client: FlaskClient, content: bytes | None = GOOD.encode(), to: str = ADDRESS, **changed: str) -> TestResponse:
    found = TOKEN.search(client.get(ADDRESS).text)
    assert found is not None
    fields: dict[str, object] = {"csrf_token": found[1], **FIELDS, **changed}
    if content is not None:
        fields["file"] = (io.BytesIO(content), "số liệu.csv")
    reply = client.post(to, data=fields, content_type="multipart/form-data")
    reply.request.environ["wsgi.input"].close()
    return reply


def test_a_series_is_taken_in_and_stands_apart_on_the_trend(analyst: FlaskClient) -> None:
    assert analyst.get("/officer/external").location == ADDRESS
    assert "Chưa nhập số liệu nào" in analyst.get(ADDRESS).text
    assert send(analyst).location == ADDRESS
    text = read_page(analyst.get(ADDRESS)).text
    assert "Đã nhập 2 dòng." in text
    assert "01/2024 – 03/2025" in text
    page = analyst.get("/officer/trend/51")
    told = read_page(page).text
    for part in ("Năm 2024", "82,7", "nhập từ trước", "Số liệu nhập từ trước – Sở Nội vụ, cách làm khác"):
        assert part in told
    chart = page.text[page.text.index('class="trend course"') :].split("</svg>")[0]
    assert chart.count('class="external"') == 1
    assert 'class="path"' not in chart
    lines = analyst.get("/officer/trend/51?as=csv").data.decode("utf-8-sig")
    assert "Năm 2024;82,7;30;Google Form 2024;Sở Nội vụ" in lines


def test_the_unit_page_does_not_know_it(analyst: FlaskClient) -> None:
    before = read_page(analyst.get("/officer/units/51")).text
    send(analyst)
    assert read_page(analyst.get("/officer/units/51")).text.replace("Đã nhập 2 dòng.", "").split() == before.split()


def test_one_series_is_seen_replaced_and_deleted(analyst: FlaskClient, engine: Engine) -> None:
    send(analyst)
    [stored] = external_series.series_at(engine, "51")
    one = f"{ADDRESS}/{stored.id}"
    assert "Quý I/2025" in analyst.get(one).text
    assert send(analyst, f"{HEAD}51;2024;overall;x;0;0;3;20;7\n".encode(), one).status_code == 422
    assert send(analyst, f"{HEAD}51;2023;overall;30;0;0;3;20;7\n".encode(), one, name="Khác").status_code == 303
    [stored] = external_series.series_at(engine, "51")
    assert (stored.series.name, stored.figures) == ("Khác", 1)
    one = f"{ADDRESS}/{stored.id}"
    page = analyst.get(one).text
    assert 'class="confirm"' in page
    token = TOKEN.search(page)[1]
    assert analyst.post(f"{one}/delete", data={"csrf_token": token}).status_code == 303
    assert "Đã xóa “Khác”." in analyst.get(ADDRESS).text
    assert analyst.get(one).status_code == 404


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_files_to_fill_in_and_of_what_is_stored(analyst: FlaskClient, engine: Engine, file_format: str) -> None:
    template = analyst.get(f"{ADDRESS}/template?form=sipas_desk&as={file_format}")
    assert template.headers["Content-Disposition"] == f"attachment; filename=mau-so-lieu-sipas_desk.{file_format}"
    send(analyst)
    [stored] = external_series.series_at(engine, "51")
    found = analyst.get(f"{ADDRESS}/{stored.id}/file?as={file_format}").data
    assert send(analyst, found, f"{ADDRESS}/{stored.id}").status_code == 303
    assert analyst.get(f"{ADDRESS}/template?form=sipas_desk&as=pdf").status_code == 404
    assert analyst.get(f"{ADDRESS}/template?form=nothing").status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (None, 422),
        (b"", 422),
        (b"\xff\xfe", 422),
        (b"PK\x03\x04", 422),
        (HEAD.encode() + b"<script>;\0;x;;;;;;\n" * 900, 422),
        (b"x" * 524_289, 422),
        (b"x" * 700_000, 413),
    ],
    ids=["none", "empty", "not UTF-8", "no archive", "bad lines", "too large", "far too large"],
)
def test_what_is_no_file_is_refused(analyst: FlaskClient, engine: Engine, content: bytes | None, status: int) -> None:
    analyst.get(ADDRESS)
    with nothing_stored(engine):
        reply = send(analyst, content)
    assert reply.status_code == status
    assert "<script>;" not in reply.text


@pytest.mark.parametrize(
    "changed",
    [{"name": ""}, {"source": " "}, {"method": "x" * 501}, {"name": "a\0b"}, {"slug": "nothing"}],
)
def test_every_field_is_needed_and_what_was_typed_stays(
    analyst: FlaskClient, engine: Engine, changed: dict[str, str]
) -> None:
    with nothing_stored(engine):
        reply = send(analyst, **changed)
    assert reply.status_code == 422
    assert 'id="problems"' in reply.text


def test_a_name_is_taken_once(analyst: FlaskClient) -> None:
    send(analyst)
    reply = send(analyst)
    assert reply.status_code == 422
    assert "Đã có chuỗi số liệu khác mang tên này." in reply.text


@pytest.mark.parametrize("login", ["xa01", "giamdoc", "canbo", "mattran", "thanhtra"])
def test_only_who_enters_them_sees_the_desk(signed_in: SignIn, staff: Province, login: str) -> None:
    client = signed_in(login)
    assert client.get(ADDRESS).status_code == 403
    assert 'href="/officer/external"' not in client.get("/officer/").text
