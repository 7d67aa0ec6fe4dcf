"""A director types in a month in a real browser; the pages of transactions and the weighted score under axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from tests.browser.conftest import Site
from tests.browser.desk import add_officer, open_desk, problems_on, two_quarters
from tests.scenes import CENTRES

pytestmark = pytest.mark.browser


def test_a_director_types_in_a_month_and_sees_the_weighted_score(browser: Browser, engine: Engine, site: Site) -> None:
    two_quarters(engine, site)
    add_officer(engine, "giamdoc", Role.CENTRE_DIRECTOR, CENTRES[0])
    page = open_desk(browser, site, "giamdoc")
    page.goto("/officer/transactions")
    for month in ("09/2026", "10/2026"):
        page.locator("thead").get_by_role("link", name=month).click()
        page.get_by_label("Quầy 1").fill("1.200")
        page.get_by_label("Quầy 2").fill("x")
        page.locator("main button[type=submit]").click()
        page.locator(".problem a").click()
        assert page.evaluate("document.activeElement.id") == f"n-{CENTRES[0]}-Q2"
        page.get_by_label("Quầy 2").fill("300")
        page.locator("main button[type=submit]").click()
        assert "Đã lưu lượt giao dịch" in page.inner_text("main")
    page.get_by_role("link", name="Xem kết quả của đơn vị").click()
    shown = page.get_by_role("region", name="Tính theo lượt giao dịch").inner_text()
    assert "100,0\N{NO-BREAK SPACE}% lượt giao dịch" in shown
    own = f"/officer/units/{CENTRES[0]}"
    found = problems_on(page, own, f"{own}/transactions", f"{own}/transactions/month", f"{own}/transactions/import")
    page.context.close()
    assert found == []
