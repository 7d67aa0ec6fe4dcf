"""An analyst brings earlier results in and reads the trend of a merged commune in a real browser; all under axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from tests.browser.conftest import Site
from tests.browser.desk import add_officer, open_desk, problems_on
from tests.merger import NEW, OLD, plant_merger

pytestmark = pytest.mark.browser

HEAD = "unit;period;figure;responses;level_1;level_2;level_3;level_4;level_5\n"


def test_earlier_results_and_a_merger_on_one_chart(
    browser: Browser, engine: Engine, site: Site, tmp_path: Path
) -> None:
    plant_merger(engine, site.province)
    add_officer(engine, "phantichtinh", Role.PROVINCE_ANALYST, "51")
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{HEAD}{OLD[0]};2024;overall;30;0;0;3;20;7\n{OLD[1]};2024;overall;20;0;0;0;10;10\n", "utf-8")
    page = open_desk(browser, site, "phantichtinh")
    page.goto("/officer/external")
    page.get_by_label("Tên chuỗi số liệu").fill("Google Form 2024")
    page.get_by_label("Nguồn").fill("Sở Nội vụ")
    page.get_by_label("Cách làm").fill("Đếm tay từng quý")
    page.get_by_label("Mẫu phiếu có các chỉ tiêu tương ứng").select_option("sipas_desk")
    page.get_by_label("Tệp CSV hoặc Excel (XLSX)").set_input_files(file)
    page.get_by_role("button", name="Nhập tệp").click()
    assert "Đã nhập 2 dòng." in page.inner_text("main")
    page.goto(f"/officer/units/{NEW}?period=whole")
    page.locator(".headline").get_by_role("link", name="Diễn biến").click()
    assert page.locator("svg.course .external").count() == 1
    assert page.locator("svg.course .reconstructed").count() == 1
    assert page.locator("svg.course .break").count() == 1
    page.get_by_label("Theo", exact=True).select_option("quarter")
    page.get_by_label("Chỉ số, yếu tố, tiêu chí").select_option("access")
    page.locator(".course-choice button").click()
    told = page.locator(".course-table").inner_text()
    assert "Quý II/2025" in told
    assert "85,6" in told
    assert "Sắp xếp đơn vị hành chính từ 01/07/2025" in told
    own = ("/officer/external", "/officer/units/51/external/1", f"/officer/trend/{NEW}", "/officer/units/51")
    found = problems_on(page, *own)
    page.context.close()
    assert found == []
