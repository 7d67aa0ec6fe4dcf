"""Two ledgers and what is reported for them, in Chromium: usable by everybody, on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from survey_app.domain.dossier_file import LEDGER_SHAPE
from survey_app.domain.permissions import Role
from survey_app.services import dossiers
from tests.browser.conftest import LOGIN, Site
from tests.browser.desk import add_officer, open_desk, problems_on, two_quarters
from tests.scenes import CENTRES, NOW

pytestmark = pytest.mark.browser

HEADER = "centre,month,dossiers,overdue,complaints,disliked\n"


def test_both_ledgers_suit_everybody(browser: Browser, site: Site, engine: Engine) -> None:
    two_quarters(engine, site)
    lines = "".join(f"{code},2026-{month:02},500,10,2,3\n" for code in CENTRES for month in (8, 9, 10))
    dossiers.import_reports(engine, LEDGER_SHAPE, HEADER + lines, "51", NOW, "tester")
    page = open_desk(browser, site, LOGIN)
    assert problems_on(page, "/officer/explore/51/ledgers", f"/officer/explore/{CENTRES[0]}/ledgers") == []
    page.goto("/officer/units/51")
    page.get_by_role("link", name="Hai sổ").click()
    expect(page.get_by_role("heading", name="Sổ hành chính")).to_be_visible()
    expect(page.get_by_role("heading", name="Sổ người dân")).to_be_visible()
    page.context.close()


def test_a_director_types_in_a_month_of_dossiers(browser: Browser, site: Site, engine: Engine) -> None:
    add_officer(engine, "giamdoc", Role.CENTRE_DIRECTOR, CENTRES[0])
    page = open_desk(browser, site, "giamdoc")
    own = f"/officer/units/{CENTRES[0]}/reports"
    page.goto(f"{own}/ledger")
    page.get_by_label("Số hồ sơ").fill("100")
    for name in ("Quá hạn", "Phản ánh, kiến nghị", "Đánh giá không hài lòng"):
        page.get_by_label(name).fill("101" if name == "Quá hạn" else "0")
    page.get_by_role("button", name="Lưu").click()
    page.locator(".problem a").click()
    assert page.evaluate("document.activeElement.id") == "r-overdue"
    page.get_by_label("Quá hạn").fill("1")
    page.get_by_role("button", name="Lưu").click()
    assert "Đã lưu số liệu của một tháng." in page.inner_text("main")
    found = problems_on(page, f"{own}/ledger", f"{own}/indices")
    page.context.close()
    assert found == []
