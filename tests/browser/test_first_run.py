"""An administrator walks from an empty database to printed posters in Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from werkzeug.serving import make_server

from survey_app.domain.permissions import Role
from survey_app.services import counters, first_run, officers
from survey_app.storage import org_units
from tests import scenes
from tests.browser.axe import violations
from tests.web.officer.conftest import code_at, give_second_factor

pytestmark = pytest.mark.browser
LOGIN, PASSWORD = "quantri", "mat-khau-cua-bai-thu"
COMMUNE = "21025"


@pytest.fixture
def empty_site(app: Flask, engine: Engine) -> Iterator[str]:
    """The product with its first administrator and nothing else; its address."""
    first_run.ensure_province(engine, "51", scenes.NOW, "system")
    admin = {"login": LOGIN, "name": "Bà An", "role": Role.PROVINCE_ADMIN, "unit_code": "51"}
    officers.create_officer(engine, scenes.NOW, password=PASSWORD, **admin)
    give_second_factor(engine, LOGIN)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_page(browser: Browser, address: str, size: tuple[int, int] = (1366, 768)) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_context(viewport=viewport, base_url=address).new_page()
    page.set_default_timeout(20_000)
    page.goto("/officer/first-run")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.fill("input[name=code]", code_at())
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/officer/first-run")
    return page


def next_step(page: Page) -> str:
    """The id of the step the page says comes next."""
    page.goto("/officer/first-run")
    return page.locator("li.next").get_attribute("id") or ""


def codes_in(pdf: Path) -> list[str]:
    pages = pypdfium2.PdfDocument(pdf.read_bytes())
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]


def test_from_an_empty_database_to_printed_posters(
    browser: Browser, empty_site: str, engine: Engine, tmp_path: Path
) -> None:
    page = open_page(browser, empty_site)
    assert next_step(page) == "units"
    found = violations(page)
    page.locator("li.next a.button").click()
    page.set_input_files("input[type=file]", org_units.GEOGRAPHY / "quang_ngai_units.csv")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Xác nhận nhập").click()
    expect(page.locator(".notices")).to_contain_text("Đã nhập")
    assert next_step(page) == "questionnaires"
    page.locator("li.next button").click()
    assert next_step(page) == "codes"
    page.locator("li.next button").click()
    expect(page.locator(".notices")).to_contain_text("642 quầy")
    assert next_step(page) == "posters"
    found += violations(page)

    page.goto(f"/officer/places/{COMMUNE}/print")
    found += violations(page)
    page.get_by_label("Bảng A4 dán tại quầy").check()
    page.get_by_label("Bảng để bàn").check()
    page.get_by_role("button", name="Dựng bảng để in").click()
    expect(page.get_by_role("status")).to_contain_text("bảng")
    page.get_by_role("link", name="Tải một tệp PDF Bảng A4").wait_for()
    found += violations(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải một tệp PDF Bảng A4").click()
    download.value.save_as(tmp_path / "posters.pdf")
    assert download.value.suggested_filename.isascii()
    held = counters.listing(engine, COMMUNE, scenes.NOW.date())
    assert codes_in(tmp_path / "posters.pdf") == [f"https://khaosat.example/q/{code.code}" for _, code in held if code]
    assert found == []


@pytest.mark.parametrize("size", [(360, 640), (1366, 768)])
def test_the_list_fits_its_screen(browser: Browser, empty_site: str, size: tuple[int, int]) -> None:
    page = open_page(browser, empty_site, size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
