"""The analyst's main job in Chromium: narrow down, look across centres, compare, take the figures along."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.browser.conftest import LOGIN, Site
from tests.browser.desk import open_desk, problems_on, two_quarters
from tests.scenes import CENTRES, COMMUNES

pytestmark = pytest.mark.browser


def test_filter_heat_map_comparison_and_workbook(browser: Browser, site: Site, engine: Engine) -> None:
    two_quarters(engine, site)
    page = open_desk(browser, site, LOGIN)
    page.goto("/officer/units/51?form=sipas_desk.v1")
    page.locator(".filters summary").click()
    page.select_option("select[name=stage]", "collecting")
    page.locator(".filters button[type=submit]").click()
    page.get_by_role("link", name="Bản đồ điểm").click()
    expect(page.locator("#heat-table tbody tr")).to_have_count(3)
    page.locator("#heat-table thead a", has_text="Chỉ số chung").click()
    expect(page.locator("#heat-table thead th[aria-sort=descending]")).to_have_text("Chỉ số chung")
    page.get_by_role("link", name="So sánh đơn vị").click()
    page.select_option("#unit-1", COMMUNES[0])
    page.select_option("#unit-2", COMMUNES[1])
    page.get_by_role("button", name="So sánh").click()
    expect(page.locator(".compared").first.locator("tbody tr")).to_have_count(2)
    shown = page.locator(".compared").first.locator(".value").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel (XLSX)").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    facts = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert facts["Mục đích đến"] == "Nhận kết quả"
    rows = list(book.worksheets[1].iter_rows(min_row=2, max_row=3, values_only=True))
    assert [row[2] for row in rows] == ["Phường Kon Tum", "Xã Đăk Long"]
    assert [f"{row[3]:.1f}".replace(".", ",") for row in rows] == shown
    page.context.close()


def test_from_province_to_counter_in_three_clicks_and_back_with_the_filters(
    browser: Browser, site: Site, engine: Engine
) -> None:
    two_quarters(engine, site)
    page = open_desk(browser, site, LOGIN)
    page.goto("/officer/units/51?form=sipas_desk.v1&period=12-months")
    clicks = 0
    for name in ("Phường Kon Tum", "Quầy 1"):
        page.locator("#unit-table").get_by_role("link", name=name, exact=True).click()
        clicks += 1
    page.wait_for_url(f"**/units/{CENTRES[0]}-Q1?*")
    assert clicks <= 3
    assert "period=12-months" in page.url
    page.locator(".path a", has_text="Tỉnh").click()
    page.wait_for_url("**/units/51?*")
    assert "period=12-months" in page.url
    page.context.close()


def test_the_pages_suit_everybody(browser: Browser, site: Site, engine: Engine) -> None:
    two_quarters(engine, site)
    page = open_desk(browser, site, LOGIN)
    compared = f"/officer/explore/51/compare?units={COMMUNES[0]},{COMMUNES[1]}"
    views = ("/officer/units/51?channel=poster&field=Đất+đai", "/officer/explore/51", "/officer/explore/51/items")
    assert problems_on(page, *views, compared) == []
    page.context.close()


def test_the_page_of_samples_suits_everybody(browser: Browser, site: Site) -> None:
    """Pieces of several pages stand on it, so some of its regions have the same name."""
    page = open_desk(browser, site, LOGIN)
    assert problems_on(page, "/officer/styles", but_for=("landmark-unique",)) == []
    page.context.close()


def test_on_paper_the_choices_stand_in_a_sentence_and_menus_are_gone(
    browser: Browser, site: Site, engine: Engine
) -> None:
    two_quarters(engine, site)
    page = open_desk(browser, site, LOGIN)
    page.goto("/officer/explore/51?stage=collecting")
    page.emulate_media(media="print")
    assert page.locator(".on-paper").is_visible()
    assert "Nhận kết quả" in page.locator(".on-paper").inner_text()
    for gone in (".masthead nav", ".tabs", ".filters", ".downloads", ".search"):
        assert not page.locator(gone).first.is_visible()
    page.context.close()
