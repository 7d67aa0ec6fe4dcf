"""Units: what an import file may say, how every bad line is reported, and how the tree is walked."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.domain.org_tree import (
    COLUMNS,
    LineProblem,
    OrgTree,
    OrgUnit,
    UnitHasValidChildren,
    UnitKind,
    check_header,
    parse_unit_rows,
)

START = date(2025, 7, 1)
Row = dict[str, str | None]

PROVINCE = "51,province,Tỉnh Quảng Ngãi,,2025-07-01,,"
COMMUNE = "23293,commune,Phường Kon Tum,51,2025-07-01,,"
CENTRE = "23293-TT,centre,Trung tâm Phục vụ hành chính công phường Kon Tum,23293,2025-07-01,,"
COUNTER = "23293-TT-Q1,counter,Quầy 1,23293-TT,2025-07-01,,Tư pháp - Hộ tịch|Chứng thực"
BRANCH = (PROVINCE, COMMUNE, CENTRE, COUNTER)


def rows(*lines: str) -> list[Row]:
    return [dict(zip(COLUMNS, line.split(","), strict=True)) for line in lines]


def units(*lines: str, known: dict[str, OrgUnit] | None = None) -> list[OrgUnit]:
    read, problems = parse_unit_rows(rows(*lines), known or {})
    assert problems == []
    return read


def problems(*lines: str, known: dict[str, OrgUnit] | None = None) -> list[LineProblem]:
    read, found = parse_unit_rows(rows(*lines), known or {})
    assert read == []
    return found


def places(found: list[LineProblem]) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in found]


@pytest.fixture
def known() -> dict[str, OrgUnit]:
    return {unit.code: unit for unit in units(*BRANCH)}


@pytest.fixture
def tree() -> OrgTree:
    second = COUNTER.replace("Q1", "Q2").replace("Quầy 1", "Quầy 2")
    department = "51-SNV,department,Sở Nội vụ,51,2025-07-01,,"
    return OrgTree(units(*BRANCH, second, department))


class TestReadingAFile:
    def test_a_good_line_becomes_a_unit(self) -> None:
        assert units(*BRANCH)[3] == OrgUnit(
            code="23293-TT-Q1",
            kind=UnitKind.COUNTER,
            name="Quầy 1",
            parent_code="23293-TT",
            valid_from=START,
            valid_to=None,
            service_fields=("Tư pháp - Hộ tịch", "Chứng thực"),
        )

    def test_dates_are_read_in_both_forms(self) -> None:
        (province,) = units("51,province,Tỉnh Quảng Ngãi,,01/07/2025,31/12/2026,")
        assert (province.valid_from, province.valid_to) == (START, date(2026, 12, 31))

    def test_parents_come_before_their_children_whatever_the_order_of_lines(self) -> None:
        assert [unit.code for unit in units(*reversed(BRANCH))] == ["51", "23293", "23293-TT", "23293-TT-Q1"]

    def test_a_parent_may_be_known_already(self, known: dict[str, OrgUnit]) -> None:
        (added,) = units("23293-TT-Q2,counter,Quầy 2,23293-TT,2025-07-01,,Đất đai", known=known)
        assert added.parent_code == "23293-TT"

    def test_a_known_unit_may_be_renamed_and_moved_to_a_parent_of_the_same_kind(
        self, known: dict[str, OrgUnit]
    ) -> None:
        moved = COUNTER.replace("Quầy 1,23293-TT", "Quầy hộ tịch,23302-TT")
        *_, counter = units(COMMUNE.replace("23293", "23302"), CENTRE.replace("23293", "23302"), moved, known=known)
        assert (counter.name, counter.parent_code) == ("Quầy hộ tịch", "23302-TT")

    def test_a_province_level_centre_and_a_counter_of_a_department_are_allowed(self) -> None:
        read = units(
            PROVINCE,
            "51-TT,centre,Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi,51,2025-07-01,,",
            "51-SNV,department,Sở Nội vụ,51,2025-07-01,,",
            "51-SNV-Q1,counter,Quầy 1,51-SNV,2025-07-01,,Nội vụ",
        )
        assert len(read) == 4

    def test_a_name_of_200_characters_and_a_validity_of_one_day_are_allowed(self) -> None:
        (province,) = units("51,province," + "x" * 200 + ",,2025-07-01,2025-07-01,")
        assert province.is_valid_on(START)

    def test_names_are_composed_and_their_spaces_single(self) -> None:
        (province,) = units("51,province,  Ti\u0309nh  Qua\u0309ng Nga\u0303i ,,2025-07-01,,")
        assert province.name == "Tỉnh Quảng Ngãi"

    def test_lines_without_content_count_but_are_passed_over(self) -> None:
        assert places(problems(PROVINCE, ",,,,,,", " ,,,,,,", "51-X,province,,,2025-07-01,,")) == [(5, "name")]

    def test_one_bad_line_keeps_the_whole_file_out(self) -> None:
        read, found = parse_unit_rows(rows(*BRANCH, "51-SNV,department,,51,2025-07-01,,"), {})
        assert read == []
        assert found == [LineProblem(6, "name", "Chưa ghi tên đơn vị")]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (",province,Tỉnh,,2025-07-01,,", "code", "Chưa ghi mã đơn vị"),
        ("5a,province,Tỉnh,,2025-07-01,,", "code", "Mã “5a” không hợp lệ"),
        ("5,province,Tỉnh,,2025-07-01,,", "code", "dài từ 2 đến 24 ký tự"),
        ("5" * 25 + ",province,Tỉnh,,2025-07-01,,", "code", "không hợp lệ"),
        ("52,,Tỉnh,,2025-07-01,,", "kind", "Chưa ghi loại đơn vị"),
        (
            "52,huyện,Huyện,,2025-07-01,,",
            "kind",
            "Không có loại đơn vị “huyện”; chỉ dùng: province, department",
        ),
        ("52,province,  ,,2025-07-01,,", "name", "Chưa ghi tên đơn vị"),
        ("52,province," + "x" * 201 + ",,2025-07-01,,", "name", "Tên dài 201 ký tự, tối đa 200"),
        ("52,province,Tỉnh\u200b,,2025-07-01,,", "name", "Có ký tự điều khiển hoặc ký tự ẩn: U+200B"),
        ("52,province,Tỉnh\x07 A,,2025-07-01,,", "name", "U+0007"),
        ("52,province,Tỉnh,,,,", "valid_from", "Chưa ghi ngày bắt đầu hiệu lực"),
        ("52,province,Tỉnh,,7/1/2025,,", "valid_from", "Ngày “7/1/2025” không đọc được"),
        ("52,province,Tỉnh,,2025-02-29,,", "valid_from", "Không có ngày “2025-02-29” trong lịch"),
        ("52,province,Tỉnh,,2025-07-01,31/06/2026,", "valid_to", "Không có ngày “31/06/2026” trong lịch"),
        (
            "52,province,Tỉnh,,2025-07-01,2025-06-30,",
            "valid_to",
            "Ngày hết hiệu lực 30/06/2025 trước ngày bắt đầu 01/07/2025",
        ),
        ("52,province,Tỉnh,51,2025-07-01,,", "parent_code", "Tỉnh, thành phố không có đơn vị cấp trên"),
        ("52,commune,Xã,,2025-07-01,,", "parent_code", "Chưa ghi mã đơn vị cấp trên"),
        ("52,commune,Xã,99,2025-07-01,,", "parent_code", "Không có đơn vị cấp trên “99”"),
        (
            "52,counter,Quầy,23293,2025-07-01,,Đất đai",
            "parent_code",
            "của quầy phải là Trung tâm Phục vụ hành chính công hoặc cơ quan cấp tỉnh",
        ),
        (
            "52,commune,Xã,51,2025-06-30,,",
            "valid_from",
            "Bắt đầu trước đơn vị cấp trên “51” (có hiệu lực từ 01/07/2025)",
        ),
        ("52,counter,Quầy,23293-TT,2025-07-01,,", "service_fields", "Quầy phải có ít nhất một lĩnh vực"),
        ("52,commune,Xã,51,2025-07-01,,Đất đai", "service_fields", "Chỉ quầy và trung tâm mới ghi lĩnh vực"),
        ("52,counter,Quầy,23293-TT,2025-07-01,,A|||B", "service_fields", "Có lĩnh vực để trống"),
        ("52,counter,Quầy,23293-TT,2025-07-01,,A|B|A", "service_fields", "Lĩnh vực “A” ghi hai lần"),
        (
            "52,counter,Quầy,23293-TT,2025-07-01,," + "x" * 201,
            "service_fields",
            "Tên lĩnh vực dài 201 ký tự",
        ),
        ("23293,commune,Xã,51,2025-07-01,,", "code", "Mã “23293” đã có ở dòng 3"),
    ],
)
def test_a_bad_cell_is_named_with_line_column_and_reason(line: str, column: str, message: str) -> None:
    (problem,) = problems(*BRANCH, line)

    assert (problem.line, problem.column) == (6, column)
    assert message in problem.message


class TestProblemsBetweenLines:
    def test_every_problem_of_every_line_is_reported(self) -> None:
        found = problems(
            "51,province,,,2025-13-01,x,",
            "ab,commune,Xã,99,2025-07-01,,",
            "51-TT-Q1,counter,Quầy,ab,,2025-01-01,",
        )
        assert places(found) == [
            (2, "name"),
            (2, "valid_from"),
            (2, "valid_to"),
            (3, "code"),
            (3, "parent_code"),
            (4, "valid_from"),
            (4, "service_fields"),
            (4, "parent_code"),
        ]

    def test_a_bad_parent_line_does_not_make_its_children_orphans(self) -> None:
        assert places(problems(PROVINCE.replace("2025-07-01", "?"), COMMUNE)) == [(2, "valid_from")]

    def test_an_unreadable_last_day_is_not_taken_for_an_open_end(self) -> None:
        ending = PROVINCE.replace("01,,", "01,2026-06-30,")
        assert places(problems(ending, COMMUNE.replace("01,,", "01,?,"))) == [(3, "valid_to")]

    def test_a_child_may_not_outlast_its_parent(self) -> None:
        (problem,) = problems(PROVINCE.replace("01,,", "01,2026-06-30,"), COMMUNE)
        assert (problem.line, problem.column) == (3, "valid_to")
        assert problem.message == "Còn hiệu lực sau đơn vị cấp trên “51” (hiệu lực đến hết 30/06/2026)"

    def test_a_child_may_end_on_the_last_day_of_its_parent(self) -> None:
        ending = "2025-07-01,2026-06-30,"
        assert len(units(*(line.replace("2025-07-01,,", ending) for line in BRANCH))) == 4

    def test_units_that_stand_above_each_other_form_a_cycle(self) -> None:
        first = "51-A,centre,A,51-B,2025-07-01,,"
        second = "51-B,centre,B,51-A,2025-07-01,,"
        hanging = "51-Q,counter,Quầy,51-A,2025-07-01,,Đất đai"

        cyclic = [problem for problem in problems(first, second, hanging) if "vòng lặp" in problem.message]

        assert places(cyclic) == [(2, "parent_code"), (3, "parent_code")]

    def test_a_unit_that_is_its_own_parent_is_a_cycle(self) -> None:
        assert any("vòng lặp" in problem.message for problem in problems("51-A,centre,A,51-A,2025-07-01,,"))


class TestChangingKnownUnits:
    def test_the_kind_of_a_known_unit_stays(self, known: dict[str, OrgUnit]) -> None:
        (problem,) = problems("23293-TT-Q1,centre,Trung tâm,23293,2025-07-01,,", known=known)[:1]

        assert (problem.line, problem.column) == (2, "kind")
        assert "từ quầy thành Trung tâm Phục vụ hành chính công" in problem.message

    def test_a_known_unit_does_not_move_to_a_parent_of_another_kind(self, known: dict[str, OrgUnit]) -> None:
        (problem,) = problems(CENTRE.replace(",23293,", ",51,"), known=known)

        assert (problem.line, problem.column) == (2, "parent_code")
        assert "từ đơn vị hành chính cấp xã sang tỉnh, thành phố" in problem.message

    def test_a_change_of_kind_is_reported_at_the_unit_that_changes(self) -> None:
        department = "51-SNV,department,Sở Nội vụ,51,2025-07-01,,"
        counter = "51-SNV-Q1,counter,Quầy 1,51-SNV,2025-07-01,,Nội vụ"
        known = {unit.code: unit for unit in units(PROVINCE, department, counter)}

        found = problems(department.replace("department", "centre"), counter, known=known)

        assert places(found) == [(2, "kind")]

    def test_a_new_parent_of_unreadable_kind_is_reported_once(self, known: dict[str, OrgUnit]) -> None:
        unreadable = "23302-TT,?,Trung tâm,23293,2025-07-01,,"
        moved = COUNTER.replace("Quầy 1,23293-TT", "Quầy 1,23302-TT")
        assert places(problems(unreadable, moved, known=known)) == [(2, "kind")]

    def test_a_unit_does_not_end_while_stored_units_below_it_go_on(self, known: dict[str, OrgUnit]) -> None:
        (problem,) = problems(CENTRE.replace("01,,", "01,2026-06-30,"), known=known)
        assert (problem.line, problem.column) == (2, "valid_to")
        assert problem.message == "Đơn vị trực thuộc “23293-TT-Q1” còn hiệu lực sau 30/06/2026"

    def test_a_unit_does_not_start_after_stored_units_below_it(self, known: dict[str, OrgUnit]) -> None:
        (problem,) = problems(COMMUNE.replace("2025-07-01", "2025-07-02"), known=known)[:1]
        assert (problem.line, problem.column) == (2, "valid_from")
        assert problem.message == "Đơn vị trực thuộc “23293-TT” có hiệu lực từ 01/07/2025"

    def test_a_unit_may_end_together_with_what_is_below_it(self, known: dict[str, OrgUnit]) -> None:
        ending = [line.replace("01,,", "01,2026-06-30,") for line in (CENTRE, COUNTER)]
        assert {unit.valid_to for unit in units(*ending, known=known)} == {date(2026, 6, 30)}


class TestShortAndLongLines:
    def test_missing_cells_are_reported_once_each(self) -> None:
        short: Row = {"code": "51", "kind": "province", "name": "Tỉnh", "parent_code": ""}
        _, found = parse_unit_rows([short], {})

        assert places(found) == [(2, "valid_from"), (2, "valid_to"), (2, "service_fields")]
        assert found[0].message == "Dòng thiếu ô của cột “valid_from”"

    def test_a_cell_too_many_is_reported(self) -> None:
        (good,) = rows(PROVINCE)
        _, found = parse_unit_rows([good | {"": "thừa"}], {})

        assert "nhiều ô hơn dòng tiêu đề" in found[0].message


class TestHeader:
    def test_the_order_of_columns_is_free(self) -> None:
        assert check_header(list(reversed(COLUMNS))) == []

    def test_missing_unknown_and_repeated_columns_are_reported(self) -> None:
        found = check_header(["code", "code", "kind", "name", "parent_code", "valid_from", "valid_to", "lĩnh vực"])

        assert {problem.line for problem in found} == {1}
        assert [problem.column for problem in found] == ["service_fields", "lĩnh vực", "code"]
        assert found[0].message == "Thiếu cột “service_fields”"


class TestTree:
    def test_children_are_the_units_directly_below_in_the_order_given(self, tree: OrgTree) -> None:
        assert [unit.code for unit in tree.children("23293-TT")] == ["23293-TT-Q1", "23293-TT-Q2"]
        assert tree.children("51-SNV") == ()

    def test_ancestors_come_nearest_first(self, tree: OrgTree) -> None:
        assert [unit.code for unit in tree.ancestors("23293-TT-Q1")] == ["23293-TT", "23293", "51"]
        assert tree.ancestors("51") == ()

    def test_descendants_may_be_asked_for_one_kind(self, tree: OrgTree) -> None:
        assert len(tree.descendants("51")) == 5
        counters = tree.descendants("51", UnitKind.COUNTER)
        assert [unit.code for unit in counters] == ["23293-TT-Q1", "23293-TT-Q2"]

    def test_a_unit_is_found_by_its_code(self, tree: OrgTree) -> None:
        assert tree.units["51-SNV"].name == "Sở Nội vụ"

    @pytest.mark.parametrize("question", [OrgTree.children, OrgTree.ancestors, OrgTree.descendants])
    def test_an_unknown_code_is_a_key_error(self, tree: OrgTree, question: object) -> None:
        assert callable(question)
        with pytest.raises(KeyError):
            question(tree, "99")

    def test_a_tree_of_broken_units_is_refused(self, tree: OrgTree) -> None:
        province, commune, counter = (tree.units[code] for code in ("51", "23293", "23293-TT-Q1"))

        with pytest.raises(ValueError, match="repeated unit code 51"):
            OrgTree([province, province])
        with pytest.raises(ValueError, match="unknown parent 51"):
            OrgTree([commune])
        with pytest.raises(ValueError, match="wrong kind"):
            OrgTree([province, OrgUnit("A1", UnitKind.COUNTER, "Quầy", "51", START, None, ("Đất đai",))])
        with pytest.raises(ValueError, match="no parent"):
            OrgTree([OrgUnit("A1", UnitKind.COUNTER, "Quầy", None, START, None, counter.service_fields)])


class TestValidity:
    def test_first_and_last_day_are_both_valid(self) -> None:
        (unit,) = units("51,province,Tỉnh,,2025-07-01,2026-06-30,")

        assert unit.is_valid_on(START)
        assert unit.is_valid_on(date(2026, 6, 30))
        assert not unit.is_valid_on(date(2025, 6, 30))
        assert not unit.is_valid_on(date(2026, 7, 1))

    def test_a_unit_without_last_day_goes_on(self) -> None:
        (unit,) = units(PROVINCE)
        assert unit.is_valid_on(date(2099, 1, 1))


class TestRetiring:
    def test_a_retired_unit_keeps_its_last_day(self, tree: OrgTree) -> None:
        retired = tree.retire(tree.units["23293-TT-Q1"], date(2026, 6, 30))

        assert retired.valid_to == date(2026, 6, 30)
        assert retired.code == "23293-TT-Q1"

    def test_a_unit_with_valid_children_is_not_retired(self, tree: OrgTree) -> None:
        with pytest.raises(UnitHasValidChildren, match="còn 2 đơn vị trực thuộc") as refusal:
            tree.retire(tree.units["23293-TT"], date(2026, 6, 30))
        assert [unit.code for unit in refusal.value.children] == ["23293-TT-Q1", "23293-TT-Q2"]

    def test_a_unit_is_retired_after_its_children(self, tree: OrgTree) -> None:
        last_day = date(2026, 6, 30)
        retired = {code: tree.retire(tree.units[code], last_day) for code in ("23293-TT-Q1", "23293-TT-Q2")}
        later = OrgTree({**tree.units, **retired}.values())

        assert later.retire(later.units["23293-TT"], last_day).valid_to == last_day

    def test_a_unit_is_retired_only_on_a_day_on_which_it_is_valid(self, tree: OrgTree) -> None:
        with pytest.raises(ValueError, match="not valid on 2025-06-30"):
            tree.retire(tree.units["23293-TT-Q1"], date(2025, 6, 30))
