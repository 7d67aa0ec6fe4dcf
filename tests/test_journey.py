"""The whole way in one test, on both databases: from the QR on the poster to the analyst's CSV."""

from __future__ import annotations

import csv
import io
import re
import secrets
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from survey_app.cli import main
from tests import scenes

UNITS = """code,kind,name,parent_code,valid_from,valid_to,service_fields
51,province,Tỉnh Quảng Ngãi,,2025-07-01,,
21548,commune,Đặc khu Lý Sơn,51,2025-07-01,,
21548-TT,centre,Trung tâm Phục vụ hành chính công đặc khu Lý Sơn,21548,2025-07-01,,
21548-TT-Q1,counter,"Quầy 1 – Tư pháp, hộ tịch",21548-TT,2025-07-01,,Tư pháp - Hộ tịch|Chứng thực
"""
SCORED = 19


def _run(app: Flask, *words: str, says: str = "") -> str:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 0, result.output
    assert says in result.output
    return str(result.output)


def _address_on_poster(pdf: Path) -> str:
    page = pypdfium2.PdfDocument(pdf)[0]
    picture = page.render(scale=150 / 72).to_pil()
    return str(zxingcpp.read_barcodes(picture)[0].text)


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found
    return found[1]


def _answer(client: FlaskClient, path: str, number: int) -> None:
    page = client.get(f"{path}?form=sipas_desk").get_data(as_text=True)
    fields = {
        "page_token": _hidden(page, "page_token"),
        "response_key": secrets.token_hex(16),
        "consent": "1",
        "comment_checked": "1",
        "stage": "2",
        "comment": "Gọi tôi 0912 345 678 nhé" if number == 0 else "",
    }
    items = scenes.scored_items()
    assert len(items) == SCORED
    fields |= dict.fromkeys(items, "5" if number % 2 else "4")
    reply = client.post(f"{path}?form=sipas_desk", data=fields)
    assert (reply.status_code, "thanks" in reply.location) == (303, True)


def _prepare(app: Flask, folder: Path) -> str:
    """Everything up to the printed poster; returns the address its QR holds."""
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    _run(app, "unit", "import", str(folder / "units.csv"), says="thêm 4")
    _run(app, "questionnaire", "check", says="không có lỗi")
    _run(app, "questionnaire", "publish", says="sipas_desk v1")
    day = scenes.NOW.date().isoformat()
    wave = ["wave", "create", "d1", "Đợt 1", "--from", "2026-01-01", "--to", day, "--unit", "51"]
    _run(app, *wave, "--questionnaire", "quick_pulse:1", "--questionnaire", "sipas_desk:1")
    _run(app, "wave", "open", "d1")
    _run(app, "counter", "issue", "21548", says="đã cấp 1 mã")
    _run(app, "posters", "21548", "--out", str(folder / "posters.pdf"), says="1 bảng")
    return _address_on_poster(folder / "posters.pdf")


def test_from_the_qr_on_the_poster_to_the_dataset(any_app: Flask, tmp_path: Path):
    main.register(any_app)
    address = _prepare(any_app, tmp_path)
    assert address.startswith("https://khaosat.example/q/")

    client = any_app.test_client()
    path = urlsplit(address).path
    for number in range(9):
        _answer(client, path, number)
    _run(any_app, "release", "run", says="0 lượt công bố, 0 phiếu, 0 ý kiến; 9 phiếu đang chờ")
    for number in range(9, 12):
        _answer(client, path, number)
    _run(any_app, "release", "run", says="1 lượt công bố, 12 phiếu, 0 ý kiến; 0 phiếu đang chờ")
    _run(any_app, "tallies", "verify", says="khớp")

    page = _officer_page(any_app, client, "21548-TT-Q1")
    assert "Chỉ số hài lòng tại quầy (cách tính theo SIPAS 2022)" in page
    assert "90,0" in page

    _run(any_app, "dataset", "export", "sipas_desk", "--format", "csv", "--out", str(tmp_path / "d.zip"))
    rows = _csv(tmp_path / "d.zip", "responses.csv")
    assert [row["counter"] for row in rows] == ["21548-TT-Q1"] * 12
    assert sorted(row["access_info"] for row in rows) == ["4"] * 6 + ["5"] * 6
    scores = _csv(tmp_path / "d.zip", "scores.csv")
    overall = [s for s in scores if s["unit"] == "51" and (s["level"], s["recipe"]) == ("overall", scenes.MEAN5)]
    everybody_collected = {("all", "90.0", "12"), ("collecting", "90.0", "12")}
    assert {(s["stage"], s["published"], s["base"]) for s in overall} == everybody_collected


def _officer_page(app: Flask, client: FlaskClient, unit: str) -> str:
    made = _run(app, "officer", "create", "giamsat", "--name", "Bà An", "--role", "province_analyst", "--unit", "51")
    password = re.search(r"[a-z0-9]{20}", made)
    assert password
    page = client.get("/officer/sign-in").get_data(as_text=True)
    token = _hidden(page, "csrf_token")
    sign_in = {"csrf_token": token, "login": "giamsat", "password": password[0]}
    assert client.post("/officer/sign-in", data=sign_in).status_code == 303
    reply = client.get(f"/officer/units/{unit}?form=sipas_desk.v1")
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def _csv(bundle: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(bundle) as files:
        return list(csv.DictReader(io.StringIO(files.read(name).decode("utf-8-sig"))))
