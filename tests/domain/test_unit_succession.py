"""Which units may be pooled, and since when they can be compared."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.succession_file import parse_succession_rows
from survey_app.domain.unit_succession import Share, Succession, Successions

DAY, LATER = date(2025, 7, 1), date(2027, 3, 15)


def whole(old: str, new: str, day: date = DAY) -> Succession:
    return Succession(old, new, day, Share.WHOLE)


def part(old: str, new: str, day: date = DAY) -> Succession:
    return Succession(old, new, day, Share.PART)


def test_a_unit_that_never_changed_is_itself() -> None:
    pool = Successions().pool("A")
    assert (pool.codes, pool.since, pool.days) == (("A",), None, ())
    assert not Successions()


def test_whole_units_are_pooled_through_every_change() -> None:
    successions = Successions([whole("A", "N"), whole("B", "N"), whole("N", "M", LATER), whole("C", "M", LATER)])
    pool = successions.pool("M")
    assert set(pool.codes) == {"M", "N", "A", "B", "C"}
    assert pool.codes[0] == "M"
    assert pool.since is None
    assert pool.days == (DAY, LATER)
    assert successions.successors("A") == ("N",)


def test_a_part_of_a_unit_ends_what_can_be_compared() -> None:
    successions = Successions([part("A", "N"), part("A", "M"), whole("B", "N")])
    pool = successions.pool("N")
    assert set(pool.codes) == {"N", "B"}
    assert pool.since == DAY
    assert pool.first_month == date(2025, 7, 1)


def test_what_cannot_be_compared_stays_so_in_a_later_merger_of_whole_units() -> None:
    pool = Successions([part("A", "N"), whole("N", "M", LATER), whole("B", "M", LATER)]).pool("M")
    assert set(pool.codes) == {"M", "N", "B"}
    assert pool.since == DAY


def test_a_month_that_is_comparable_in_part_is_not_comparable() -> None:
    assert Successions([part("A", "N", LATER)]).pool("N").first_month == date(2027, 4, 1)


def test_a_unit_that_gives_up_a_part_goes_on_as_its_own_successor() -> None:
    successions = Successions([part("A", "A", LATER), part("A", "N", LATER)])
    assert successions.pool("A").since == LATER
    assert successions.pool("A").codes == ("A",)
    assert successions.successors("A") == ()


def unit(code: str, kind: UnitKind = UnitKind.COMMUNE, parent: str = "51", last: date | None = None) -> OrgUnit:
    first = date(2015, 1, 1) if last else DAY
    return OrgUnit(code, kind, f"Đơn vị {code}", parent, first, last, ())


LAST = date(2025, 6, 30)
UNITS = {
    one.code: one
    for one in (
        *(unit("A", last=LAST), unit("B", last=LAST), unit("C", last=date(2025, 5, 31)), unit("N"), unit("M")),
        *(unit("T", UnitKind.CENTRE, "N"), unit("F", parent="52")),
    )
}
HEAD = ("predecessor", "successor", "first_day", "share")


def parse(*lines: str) -> tuple[list[Succession], list[str]]:
    rows = [dict(zip(HEAD, line.split(","), strict=True)) for line in lines]
    found, problems = parse_succession_rows(rows, UNITS)
    return found, [f"{problem.line}: {problem.message}" for problem in problems]


def test_a_file_of_successions_is_read() -> None:
    found, problems = parse("A,N,2025-07-01,whole", "B,N,2025-07-01,part", "B,M,2025-07-01,part", ",,,")
    assert problems == []
    assert found == [whole("A", "N"), part("B", "N"), part("B", "M")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("X,N,2025-07-01,whole", "Không có đơn vị mã “X”"),
        ("A,X,2025-07-01,whole", "Không có đơn vị mã “X”"),
        ("A,N,1/7/2025,whole", "phải viết như"),
        ("A,N,2025-13-01,whole", "phải viết như"),
        ("A,N,2025-07-01,all", "Ghi “whole”"),
        ("A,T,2025-07-01,whole", "cùng loại"),
        ("A,F,2025-07-01,whole", "cùng đơn vị cấp trên"),
        ("A,N,2025-06-01,whole", "chưa có hoặc không còn hiệu lực"),
        ("C,N,2025-07-01,whole", "phải ngừng đúng ngày 30/06/2025"),
        ("N,N,2025-07-01,whole", "chính nó"),
    ],
)
def test_every_bad_line_is_told(line: str, told: str) -> None:
    found, problems = parse("B,M,2025-07-01,whole", line)
    assert found == []
    assert any(problem.startswith("3: ") and told in problem for problem in problems), problems


def test_a_unit_goes_whole_into_one_and_no_pair_stands_twice() -> None:
    _found, problems = parse("A,N,2025-07-01,whole", "A,M,2025-07-01,whole")
    assert len(problems) == 2
    assert "chỉ có một đơn vị mới" in problems[0]
    _found, problems = parse("A,N,2025-07-01,part", "A,N,2025-07-01,part")
    assert ["đã có ở dòng trên" in problem for problem in problems] == [True]
