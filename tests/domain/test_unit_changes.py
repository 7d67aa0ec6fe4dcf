"""What a file would change, and what a file may not: leave its scope, or move what has been counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.unit_changes import CHANGEABLE, cell, plan_changes
from survey_app.domain.unit_file import FileRules, parse_unit_rows
from survey_app.domain.unit_lines import COLUMNS
from tests import scenes

KNOWN = {unit.code: unit for unit in scenes.units()}
COUNTER = KNOWN["51-23293-TT-Q1"]
CENTRE, OTHER_CENTRE = scenes.CENTRES


def row(unit: OrgUnit, **changed: object) -> dict[str, str]:
    new = replace(unit, **changed)
    return {"code": new.code, "kind": new.kind.value} | {column: cell(new, column) for column in CHANGEABLE}


def problems(*rows: dict[str, str], **rules: object) -> list[tuple[str, str]]:
    return [(p.column, p.message) for p in parse_unit_rows(rows, KNOWN, FileRules(**rules))[1]]


def test_units_are_told_apart_by_what_storing_them_would_do() -> None:
    new, changed = replace(COUNTER, code="Q9"), replace(COUNTER, name="Quầy Một", service_fields=("Thuế",))
    plan = plan_changes([new, changed, KNOWN["51"]], KNOWN)
    assert (plan.added, plan.unchanged, plan.to_save) == ((new,), (KNOWN["51"],), (new, changed))
    [change] = plan.changed
    assert change.told() == {"name": ["Quầy 1", "Quầy Một"], "service_fields": ["Hộ tịch|Chứng thực", "Thuế"]}


def test_every_column_but_code_and_kind_can_change() -> None:
    assert {"code", "kind", *CHANGEABLE} == set(COLUMNS)


def test_a_unit_with_responses_keeps_the_unit_above_it() -> None:
    moved = row(COUNTER, parent_code=OTHER_CENTRE)
    assert problems(moved) == []
    [(column, message)] = problems(moved, settled=frozenset({COUNTER.code}))
    assert (column, "đã có phiếu" in message) == ("parent_code", True)
    assert problems(row(COUNTER, name="Quầy Một"), settled=frozenset({COUNTER.code})) == []


@pytest.mark.parametrize(
    "line",
    [
        row(KNOWN["51-23368-TT-Q1"], name="Quầy khác"),
        row(COUNTER, parent_code=OTHER_CENTRE),
        row(KNOWN["51-23368-TT-Q1"], parent_code=CENTRE),
        row(KNOWN["51-23368-TT-Q1"], code="Q9"),
        row(KNOWN[CENTRE], parent_code="51-23368"),
        row(KNOWN["51"], valid_from=date(2020, 1, 1)),
    ],
    ids=["elsewhere", "moved out", "moved in", "new elsewhere", "the scope itself moved", "above"],
)
def test_nothing_changes_outside_the_scope(line: dict[str, str]) -> None:
    [(column, message)] = problems(line, scope=CENTRE)
    assert (column, "nằm ngoài phạm vi" in message) == ("code", True)
    assert problems(line) == []


def test_lines_inside_the_scope_and_lines_that_change_nothing_pass() -> None:
    inside = [row(KNOWN[CENTRE], name="Trung tâm"), row(COUNTER, name="Quầy Một"), row(COUNTER, code="Q9")]
    assert (
        problems(
            *inside,
            *(row(unit) for unit in KNOWN.values() if unit.parent_code != CENTRE and unit.code != CENTRE),
            scope=CENTRE,
        )
        == []
    )


def test_a_service_field_fits_the_table() -> None:
    [(column, message)] = problems(row(COUNTER, service_fields=("x" * 121,)))
    assert (column, "tối đa 120" in message) == ("service_fields", True)


def test_broken_characters_are_named() -> None:
    [(column, message)] = problems(row(COUNTER, name="Quầy \ud800"))
    assert (column, "U+D800" in message) == ("name", True)
