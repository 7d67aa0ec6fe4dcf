"""The audit page: who reads which entries, finding them, taking them away."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Engine

from survey_app.domain.permissions import Role
from survey_app.services import counters, units
from survey_app.services.audit import PAGE, verify_chain
from survey_app.storage import audit_log, officers
from survey_app.storage.database import begin_read, begin_write
from survey_app.web.officer.audit_actions import actions
from tests import scenes
from tests.scenes import CENTRES, COMMUNES, NOW, Province
from tests.web.officer.conftest import SignIn, csrf_token

ADDRESS = "/officer/audit"
ACTION = re.compile(r"[a-z]+\.[a-z_]+")


def test_every_action_of_the_product_is_told_in_words(app: Flask) -> None:
    written = {action for path in sorted((scenes.ROOT / "survey_app").rglob("*.py")) for action in actions_in(path)}
    with app.test_request_context():
        told = actions()
    unknown = {action for action in written if action.rstrip("*") == action and action not in told}
    assert unknown == set(), "say in web/officer/audit_actions.py what these are called"
    for beginning in (action.rstrip("*") for action in written if action.endswith("*")):
        assert any(action.startswith(beginning) for action in told), beginning


def actions_in(path: Path) -> set[str]:
    """The actions of every ``audit_log.append`` in a module: plain texts, names of texts, or how a text begins (*)."""
    tree, found = ast.parse(path.read_text(encoding="utf-8")), set[str]()
    named: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        for name, value in assigned(node):
            named.setdefault(name, set()).update(texts_in(value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit_log.append":
            action = node.args[3]
            said = named.get(action.id, set()) if isinstance(action, ast.Name) else texts_in(action)
            assert said, f"{path.name}:{node.lineno}: the action is neither a text nor the name of one"
            found |= said
    return found


def assigned(node: ast.AST) -> list[tuple[str, ast.AST]]:
    """(name, value) of an assignment to one name or to several."""
    if not isinstance(node, ast.Assign):
        return []
    target, value = node.targets[0], node.value
    several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    pairs = zip(target.elts, value.elts, strict=False) if several else [(target, value)]
    return [(target.id, value) for target, value in pairs if isinstance(target, ast.Name)]


def texts_in(node: ast.AST) -> set[str]:
    """The texts that look like actions in an expression."""
    if isinstance(node, ast.JoinedStr):
        return {f"{node.values[0].value}*"}  # type: ignore[attr-defined]
    texts = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {text for text in texts if isinstance(text, str) and ACTION.fullmatch(text)}


@pytest.fixture
def log(engine: Engine, staff: Province) -> Province:
    """Entries about the province and about counters of both communes."""
    counters.move(engine, staff.codes[staff.counters[0]], staff.counters[1], NOW, "giamdoc")
    counters.move(engine, staff.codes[staff.counters[2]], staff.counters[3], NOW, "quantri")
    units.retire(engine, staff.counters[4], NOW.date(), NOW, "quantri")
    return staff


def test_the_newest_entry_stands_first_in_words(signed_in: SignIn, log: Province) -> None:
    page = signed_in("quantri").get(ADDRESS).text
    places = [page.index(f"{said}</th>") for said in ("Đăng nhập", "Ngừng một đơn vị", "Chuyển mã QR sang quầy khác")]
    assert places == sorted(places)
    assert "16/11/2026 09:00" in page
    assert "Quầy số 1" in page


@pytest.mark.parametrize(
    ("login", "status"), [("quantri", 200), ("thanhtra", 200), ("tinh", 403), ("giamdoc", 403), ("mattran", 403)]
)
def test_who_may_read_it(signed_in: SignIn, login: str, status: int) -> None:
    assert signed_in(login).get(ADDRESS).status_code == status


def test_below_the_province_only_entries_of_the_own_units(engine: Engine, signed_in: SignIn, log: Province) -> None:
    with begin_write(engine) as connection:
        leader = officers.find(connection, "xa01")
        assert leader is not None
        officers.put_grant(connection, leader.id, Role.INSPECTOR, log.ids[COMMUNES[0]], None)
    client = signed_in("xa01")
    page = client.get(ADDRESS).text
    assert page.count("Chuyển mã QR sang quầy khác</th>") == 1
    for foreign in ("Đăng nhập</th>", "Ngừng một đơn vị</th>"):
        assert foreign not in page
    assert client.get(f"{ADDRESS}?unit={COMMUNES[1]}").status_code == 404
    assert client.get(f"{ADDRESS}?unit=no-such-unit").status_code == 404


@pytest.mark.parametrize(
    ("search", "shown", "hidden"),
    [
        ("actor=giam", "giamdoc", "Ngừng một đơn vị</th>"),
        ("action=unit.retire", "Ngừng một đơn vị</th>", "Chuyển mã QR sang quầy khác</th>"),
        (f"unit={CENTRES[0]}", "giamdoc", "Ngừng một đơn vị</th>"),
        ("text=den+het+ngay", "Ngừng một đơn vị</th>", "Chuyển mã QR sang quầy khác</th>"),
        ("text=%C4%90%E1%BA%BEN+H%E1%BA%BET", "Ngừng một đơn vị</th>", "Chuyển mã QR sang quầy khác</th>"),
        ("first=2026-11-16&last=2026-11-16", "Ngừng một đơn vị</th>", "Không có thao tác nào khớp"),
        ("first=2026-11-17", "Không có thao tác nào khớp", "Ngừng một đơn vị</th>"),
        ("last=2026-11-15", "Không có thao tác nào khớp", "Ngừng một đơn vị</th>"),
    ],
)
def test_finding_entries(signed_in: SignIn, log: Province, search: str, shown: str, hidden: str) -> None:
    page = signed_in("quantri").get(f"{ADDRESS}?{search}")
    assert page.status_code == 200
    assert shown in page.text
    assert hidden not in page.text


@pytest.mark.parametrize(
    ("search", "status"),
    [
        ("first=16/11/2026", 422),
        ("first=2026-02-30", 422),
        ("action=no.such", 422),
        ("actor=%00", 422),
        ("text=%ff%00", 422),
        (f"actor={'x' * 61}", 422),
        ("unit=%00", 404),
        ("before=x", 404),
        ("before=9999999999999999999", 404),
        ("before=0", 200),
        ("after=0", 200),
    ],
)
def test_what_cannot_be_is_refused(signed_in: SignIn, search: str, status: int) -> None:
    assert signed_in("quantri").get(f"{ADDRESS}?{search}").status_code == status


def test_a_long_log_comes_in_pages(engine: Engine, signed_in: SignIn) -> None:
    with begin_write(engine) as connection:
        for number in range(PAGE * 2):
            audit_log.append(connection, NOW, "tho.nguyen", "wave.create", None, {"wave": f"đợt-{number:03}."})
    client = signed_in("quantri")
    first = client.get(f"{ADDRESS}?actor=tho")
    assert "đợt-099." in first.text
    assert "đợt-050." in first.text
    assert "đợt-049." not in first.text
    assert "Mới hơn" not in first.text
    before = first.text.split("before=")[1].split('"')[0]
    second = client.get(f"{ADDRESS}?actor=tho&before={before}").text
    assert "đợt-049." in second
    assert "đợt-000." in second
    after = second.split("after=")[1].split('"')[0]
    assert "đợt-050." in client.get(f"{ADDRESS}?actor=tho&after={after}").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_found_is_taken_away_as_a_file_and_that_is_logged(
    engine: Engine, signed_in: SignIn, log: Province, kind: str
) -> None:
    client = signed_in("quantri")
    fields = {"csrf_token": csrf_token(client, ADDRESS), "format": kind, "action": "counter.move"}
    reply = client.post(f"{ADDRESS}/export", data=fields)
    assert reply.headers["Content-Disposition"] == f"attachment; filename=nhat-ky-20261116.{kind}"
    assert reply.headers["Cache-Control"] == "no-store"
    if kind == "csv":
        told = reply.data.decode("utf-8-sig")
        assert told.count("Chuyển mã QR sang quầy khác") == 2
        assert "Ngừng một đơn vị" not in told
    else:
        book = openpyxl.load_workbook(io.BytesIO(reply.data))
        assert book["Nhật ký"].max_row == 3
    with begin_read(engine) as connection:
        [(actor, unit, detail)] = audit_log.entries(connection, "audit.export")
    assert (actor, unit, detail["rows"], detail["format"], detail["action"]) == (
        *("quantri", None, 2),
        *(kind, "counter.move"),
    )


def test_a_file_needs_a_known_format_and_a_sound_search(signed_in: SignIn, log: Province) -> None:
    client = signed_in("quantri")
    token = csrf_token(client, ADDRESS)
    for fields, status in (({"format": "sav"}, 404), ({}, 404), ({"format": "csv", "first": "x"}, 422)):
        assert client.post(f"{ADDRESS}/export", data={"csrf_token": token, **fields}).status_code == status


def test_the_head_of_the_day_is_shown_for_keeping(engine: Engine, signed_in: SignIn, log: Province) -> None:
    page = signed_in("thanhtra").get(ADDRESS).text
    assert verify_chain(engine).heads[-1].hash in page


def test_signing_in_and_out_changing_and_printing_make_one_whole_chain(engine: Engine, signed_in: SignIn) -> None:
    signed_in("quantri")
    walk = verify_chain(engine)
    assert walk.broken is None
    assert walk.count >= 1
