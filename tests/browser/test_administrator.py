"""The province administrator's main job in a real Chromium: somebody is invited by link and signs in with it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import officers
from survey_app.services.settings_changes import change_settings
from tests import scenes
from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.browser.test_accessibility import LOOKS

pytestmark = pytest.mark.browser
ADMINISTRATOR = ("quan.tri", "mat-khau-cua-quan-tri")
DIRECTOR = ("hoa.nguyen", "bốn từ dễ nhớ lâu")


@pytest.fixture
def desk(site: Site, engine: Engine) -> Site:
    """The site with an administrator, for whom a password is enough."""
    change_settings(engine, scenes.NOW, "test", {"second_factor_required": False})
    login, password = ADMINISTRATOR
    officers.create_officer(
        engine,
        scenes.NOW,
        login=login,
        name="Ông Quản Trị",
        role=Role.PROVINCE_ADMIN,
        unit_code=site.province.code,
        password=password,
    )
    return site


@contextmanager
def window(browser: Browser, site: Site, size: tuple[int, int] = (1366, 768), **look: object) -> Iterator[Page]:
    """A browser of its own, without cookies."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, base_url=site.address, **look)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/officer/sign-in")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def invite(page: Page, unit: str) -> str:
    """Fill in the form of an invitation; returns the link that is shown."""
    page.get_by_text("Quản lý", exact=True).click()
    page.get_by_role("link", name="Tài khoản", exact=True).click()
    page.get_by_role("link", name="Mời người dùng mới").first.click()
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Hoà")
    page.get_by_label("Tên đăng nhập").fill(DIRECTOR[0])
    page.get_by_label("Vai trò", exact=True).select_option(label="Giám đốc Trung tâm")
    page.get_by_label("Đơn vị").fill(unit)
    page.get_by_role("button", name="Tạo liên kết mời").click()
    return page.get_by_label("Liên kết", exact=True).input_value()


def accept(page: Page, link: str) -> None:
    """Open the link as the one who was invited, and set a password."""
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("Nguyễn Thị Hoà")
    page.get_by_label("Mật khẩu mới", exact=True).fill(DIRECTOR[1])
    page.get_by_label("Nhập lại mật khẩu mới").fill(DIRECTOR[1])
    page.get_by_role("button", name="Đặt mật khẩu").click()
    expect(page.get_by_text("Đã đặt mật khẩu.")).to_be_visible()


def test_an_invited_director_sets_a_password_and_lands_on_a_page(browser: Browser, desk: Site):
    with window(browser, desk) as page:
        sign_in(page, *ADMINISTRATOR)
        link = invite(page, desk.province.centres[0])
        photograph = page.get_by_role("img", name="Mã QR của liên kết mời").screenshot()
        page.get_by_role("link", name="Xong, về trang của tài khoản").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("đã mời, chưa đặt mật khẩu")
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(photograph)))
    assert found is not None
    assert found.text == link
    assert link.startswith(desk.address)
    with window(browser, desk, (360, 640)) as page:
        accept(page, link)
        sign_in(page, *DIRECTOR)
        assert page.goto("/officer/results").status == 200
        expect(page.get_by_role("heading", level=1)).to_contain_text("phường Kon Tum")
        assert page.goto(link).status == 404


def test_inviting_works_without_script_and_by_name(browser: Browser, desk: Site):
    with window(browser, desk, java_script_enabled=False) as page:
        sign_in(page, *ADMINISTRATOR)
        assert "/officer/invitations/" in invite(page, "trung tam phuc vu hanh chinh cong xa dak long")


def test_closing_an_account_opens_first_and_tells_what_will_happen(browser: Browser, desk: Site):
    with window(browser, desk) as page:
        sign_in(page, *ADMINISTRATOR)
        page.goto("/officer/accounts/phantich")
        button = page.get_by_role("button", name="Khóa tài khoản")
        expect(button).to_be_hidden()
        page.locator("summary", has_text="Khóa tài khoản").press("Enter")
        expect(page.get_by_text("Không ai đăng nhập được bằng tài khoản này nữa.")).to_be_visible()
        button.press("Enter")
        expect(page.get_by_text("Đã khóa tài khoản và đăng xuất mọi thiết bị.")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text("đã khóa")


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["phone", "phone-dark", "office"])
def test_the_pages_about_accounts_are_accessible(browser: Browser, desk: Site, size: tuple[int, int], scheme: str):
    found: list[str] = []

    def look_at(page: Page) -> None:
        found.extend(violations(page))
        if page.evaluate("document.documentElement.scrollWidth") > size[0]:
            found.append(f"{page.url} scrolls sideways")

    with window(browser, desk, size, color_scheme=scheme) as page:
        sign_in(page, *ADMINISTRATOR)
        for address in ("accounts", "accounts?q=nobody", "accounts/new", "accounts/quan.tri", "accounts/phantich"):
            page.goto(f"/officer/{address}")
            page.locator("main details").evaluate_all("found => found.forEach(part => { part.open = true })")
            look_at(page)
        page.goto("/officer/accounts/phantich/grants/province_analyst/51")
        look_at(page)
        link = invite(page, desk.province.centres[0])
        look_at(page)
        page.goto(link)
        look_at(page)
        page.goto(f"{link}x")
        look_at(page)
    assert found == []
