"""The commune leader's main job in a real browser: what people say about waiting, and the answer to it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from survey_app.domain.comments import Status
from survey_app.domain.permissions import Role
from survey_app.services import officers
from tests import scenes
from tests.browser.axe import violations
from tests.browser.conftest import PASSWORD, Site
from tests.comment_scenes import TEXTS, every_comment, released_comments

pytestmark = pytest.mark.browser
LEADER = "lanhdaoxa"
SIZES = [(1366, 768), (360, 640)]
WAITING = ["Phải chờ đợi hơi lâu.", "cho doi lau qua", "Chờ đợi cả buổi."]


def _check(page: Page) -> None:
    """Nothing for axe to find, nothing wider than the window."""
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("size", SIZES, ids=["office", "phone"])
def test_the_leader_finds_handles_and_answers_what_people_say_about_waiting(
    browser: Browser, site: Site, engine: Engine, size: tuple[int, int]
):
    released_comments(engine, site.province, [*WAITING, *TEXTS[2:]])
    place = {"role": Role.COMMUNE_LEADER, "unit_code": site.province.communes[0]}
    officers.create_officer(engine, scenes.NOW, login=LEADER, name="Ông Ba", password=PASSWORD, **place)
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, base_url=site.address, java_script_enabled=True)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/officer/comments")
    page.fill("input[name=login]", LEADER)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/comments")
    _check(page)

    page.get_by_label("Tìm trong ý kiến").fill("cho doi")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_role("heading", name="3 ý kiến")).to_be_visible()
    for box in page.locator("input[name=comment]").all():
        box.check()
    page.locator("#handling #status").select_option("in_progress")
    page.get_by_role("button", name="Cập nhật").click()
    expect(page.get_by_role("status")).to_contain_text("Đã cập nhật 3 ý kiến.")
    expect(page.locator(".comment .tag", has_text="Đang xử lý")).to_have_count(3)
    assert sum(one.status is Status.IN_PROGRESS for one in every_comment(engine)) == 3

    page.get_by_role("link", name="Viết trả lời chung").click()
    _check(page)
    page.get_by_label("Người dân nói").fill("Bà con mong bớt thời gian ngồi đợi vào đầu tuần.")
    page.get_by_label("Chúng tôi làm").fill("Từ tháng 12 mở thêm một quầy vào sáng thứ hai.")
    page.get_by_label("Ai làm").fill("Trung tâm Phục vụ hành chính công")
    page.get_by_label("Thời hạn hoàn thành").fill("2026-12-01")
    page.get_by_role("button", name="Lưu dự thảo").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu bản dự thảo.")
    page.locator("details.confirm summary", has_text="Công bố").click()
    _check(page)
    page.locator("details.confirm button").click()
    expect(page.get_by_role("status")).to_contain_text("Đã công bố trả lời.")

    page.goto("/officer/comments")
    expect(page.locator(".reply")).to_contain_text("Từ tháng 12 mở thêm một quầy vào sáng thứ hai.")
    expect(page.locator(".reply .tag")).to_contain_text("Đã công bố ngày 16/11/2026")
    page.get_by_role("link", name="Tên cán bộ cần che").click()
    _check(page)
    context.close()
