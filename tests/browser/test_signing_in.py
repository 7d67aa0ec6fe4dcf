"""Signing in with a second factor in a real Chromium: enrolling, the code, and the question before a dangerous act."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import officers
from tests import scenes
from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.browser.test_accessibility import LOOKS

pytestmark = pytest.mark.browser
LOGIN, PASSWORD = "quan.tri", "bốn từ dễ nhớ lâu"


@pytest.fixture
def administrator(site: Site, engine: Engine) -> Site:
    """The site with an administrator who has not enrolled yet."""
    officers.create_officer(
        engine,
        scenes.NOW,
        login=LOGIN,
        name="Ông Quản Trị",
        role=Role.PROVINCE_ADMIN,
        unit_code=site.province.code,
        password=PASSWORD,
    )
    return site


class Visit:
    """A browser window, the administrator's phone, and the clock of the product."""

    def __init__(self, browser: Browser, site: Site, app: Flask, size: tuple[int, int], scheme: str) -> None:
        viewport = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=viewport, base_url=site.address, color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.app, self.secret = app, ""
        self.recovery_codes: list[str] = []

    def wait(self, **time: int) -> None:
        later = self.app.config["NOW"]() + timedelta(**time)
        self.app.config["NOW"] = lambda: later

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.app.config["NOW"]())

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def looks_well(self) -> None:
        assert violations(self.page) == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def sign_in(self) -> None:
        self.page.goto("/officer/account")
        self.page.get_by_label("Tên đăng nhập").fill(LOGIN)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.press("Đăng nhập")


def enrol(visit: Visit) -> None:
    visit.sign_in()
    visit.heading("Bật xác thực lớp thứ hai")
    visit.looks_well()
    visit.secret = visit.page.locator("#key").inner_text().replace(" ", "")
    visit.page.get_by_label("Nhập mã 6 chữ số").fill(visit.code())
    visit.press("Xác nhận và bật")
    visit.heading("Mã khôi phục")
    visit.looks_well()
    expect(visit.page.locator(".codes li")).to_have_count(8)
    visit.recovery_codes = visit.page.locator(".codes li").all_inner_texts()
    visit.page.get_by_role("link", name="Đã cất mã, tiếp tục").click()
    visit.heading("Tài khoản của tôi")
    visit.looks_well()


def sign_in_with_a_code(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Đăng xuất", exact=True).click()
    visit.wait(minutes=1)
    visit.sign_in()
    visit.heading("Xác thực lớp thứ hai")
    visit.looks_well()
    visit.page.get_by_label("Mã xác thực").fill("000000")
    visit.press("Tiếp tục")
    expect(visit.page.get_by_role("alert")).to_contain_text("Mã không đúng")
    visit.page.get_by_label("Mã xác thực").fill(visit.code())
    visit.press("Tiếp tục")
    visit.heading("Tài khoản của tôi")


def do_a_dangerous_act_late(visit: Visit) -> None:
    visit.page.get_by_text("Tạo mã khôi phục mới").first.click()
    visit.wait(minutes=11)
    visit.press("Tạo mã khôi phục mới")
    visit.heading("Nhập lại mật khẩu")
    visit.looks_well()
    visit.page.get_by_label("Mật khẩu").fill(PASSWORD)
    visit.page.get_by_label("Mã xác thực").fill(visit.code())
    visit.press("Tiếp tục")
    visit.heading("Mã khôi phục")


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["phone", "phone-dark", "office"])
def test_an_administrator_enrols_signs_in_and_is_asked_again(
    browser: Browser, administrator: Site, app: Flask, size: tuple[int, int], scheme: str
) -> None:
    visit = Visit(browser, administrator, app, size, scheme)
    enrol(visit)
    sign_in_with_a_code(visit)
    codes = visit.recovery_codes
    do_a_dangerous_act_late(visit)
    new_codes = visit.page.locator(".codes li").all_inner_texts()
    assert len(set(new_codes)) == 8
    assert not set(new_codes) & set(codes)
