"""The page of the design system shows every macro there is."""

from __future__ import annotations

import re

import pytest

from survey_app.domain.permissions import Role
from tests.scenes import ROOT
from tests.web.officer.conftest import ACCOUNTS, SignIn

OFFICER = ROOT / "survey_app" / "templates" / "officer"
MACROS = sorted((OFFICER / "macros").glob("*.html"))
NAME = re.compile(r"{% macro (\w+)\(")


@pytest.mark.parametrize("file", MACROS, ids=lambda file: file.stem)
def test_every_macro_is_shown(file) -> None:
    """Called on the page, in the frame around it, or by another macro (which is shown in its turn)."""
    pages = [OFFICER / "base.html", *sorted((OFFICER / "styles").glob("*.html")), *MACROS]
    calls = " ".join(re.sub(r"{% macro \w+", "", page.read_text(encoding="utf-8")) for page in pages)
    shown = [name for name in NAME.findall(file.read_text(encoding="utf-8")) if not re.search(rf"\b{name}\(", calls)]
    assert shown == []


@pytest.mark.parametrize("login", [login for login, (role, _) in ACCOUNTS.items() if role is not Role.PROVINCE_ADMIN])
def test_every_officer_may_open_it(signed_in: SignIn, login: str) -> None:
    page = signed_in(login).get("/officer/styles")
    assert page.status_code == 200
    assert "đều là mẫu" in page.text


def test_figures_forms_and_tables_are_on_it(signed_in: SignIn) -> None:
    page = signed_in("tinh").get("/officer/styles").text
    for part in ('class="headline"', 'aria-invalid="true"', 'id="heat-table"', 'class="trend"', 'class="confirm"'):
        assert part in page
