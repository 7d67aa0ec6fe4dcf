"""The geography files that ship with the product hold what they say: counts, codes, spelling, a sample."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from survey_app.domain.org_tree import OrgTree, UnitKind, check_header, parse_unit_rows

FOLDER = Path(__file__).parents[2] / "survey_app" / "geography"
FILES = (
    *("provinces.csv", "communes.csv", "quang_ngai_units.csv"),
    *("former_provinces.csv", "former_communes.csv", "successions.csv"),
)
LATE_TONE = re.compile(r"(o[àáảãạ]|o[èéẻẽẹ]|(?<![qQ])u[ỳýỷỹỵ])\b")


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def provinces() -> list[dict[str, str]]:
    return read("provinces.csv")


@pytest.fixture(scope="module")
def communes() -> list[dict[str, str]]:
    return read("communes.csv")


@pytest.fixture(scope="module")
def sample() -> OrgTree:
    units, problems = parse_unit_rows(read("quang_ngai_units.csv"), known={})
    assert problems == []
    return OrgTree(units)


def test_34_provinces(provinces: list[dict[str, str]]) -> None:
    assert len({row["code"] for row in provinces}) == len(provinces) == 34
    assert Counter(row["kind"] for row in provinces) == {"tỉnh": 28, "thành phố": 6}


def test_3321_communes(communes: list[dict[str, str]]) -> None:
    assert len({row["code"] for row in communes}) == len(communes) == 3321
    assert Counter(row["kind"] for row in communes) == {"xã": 2621, "phường": 687, "đặc khu": 13}


def test_every_commune_lies_in_a_province_and_every_province_has_communes(
    provinces: list[dict[str, str]], communes: list[dict[str, str]]
) -> None:
    assert {row["province_code"] for row in communes} == {row["code"] for row in provinces}


def test_codes_keep_their_leading_zeros(provinces: list[dict[str, str]], communes: list[dict[str, str]]) -> None:
    assert all(re.fullmatch("[0-9]{2}", row["code"]) for row in provinces)
    assert all(re.fullmatch("[0-9]{5}", row["code"]) for row in communes)
    assert provinces[0] == {"code": "01", "name": "Hà Nội", "kind": "thành phố"}


def test_quang_ngai_has_96_communes(communes: list[dict[str, str]]) -> None:
    quang_ngai = [row for row in communes if row["province_code"] == "51"]

    assert Counter(row["kind"] for row in quang_ngai) == {"xã": 86, "phường": 9, "đặc khu": 1}
    assert [row["name"] for row in quang_ngai if row["kind"] == "đặc khu"] == ["Lý Sơn"]
    unchanged_in_2025 = {"Đăk Long", "Ba Xa", "Rờ Kơi", "Mô Rai", "Ia Đal"}
    assert unchanged_in_2025 <= {row["name"] for row in quang_ngai}


def test_the_kind_follows_the_full_name_where_the_source_contradicts_itself(
    communes: list[dict[str, str]],
) -> None:
    kinds = {row["code"]: f"{row['kind']} {row['name']}" for row in communes}

    assert kinds["10543"] == "phường Việt Hòa"
    assert kinds["11848"] == "xã Vĩnh Hòa"
    assert kinds["31213"] == "phường Tân Lộc"
    assert kinds["31299"] == "xã Phong Điền"


def test_names_stand_without_their_kind(provinces: list[dict[str, str]], communes: list[dict[str, str]]) -> None:
    prefixed = re.compile(r"(tỉnh|thành phố|xã|phường|đặc khu)\s", re.IGNORECASE)
    assert [row for row in provinces + communes if prefixed.match(row["name"])] == []


@pytest.mark.parametrize("name", FILES)
def test_files_are_composed_unicode_with_one_spelling_of_tones_and_plain_line_ends(name: str) -> None:
    text = (FOLDER / name).read_bytes().decode("utf-8")

    assert text == unicodedata.normalize("NFC", text)
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    assert text.endswith("\n")
    assert LATE_TONE.findall(text) == []


@pytest.mark.parametrize("name", FILES)
def test_files_stay_small(name: str) -> None:
    assert (FOLDER / name).stat().st_size < 1_000_000


def test_the_sample_has_the_header_of_the_import_format() -> None:
    first_line = (FOLDER / "quang_ngai_units.csv").read_text(encoding="utf-8").splitlines()[0]

    assert first_line == "code,kind,name,parent_code,valid_from,valid_to,service_fields"
    assert check_header(first_line.split(",")) == []


def test_the_sample_has_the_official_communes(sample: OrgTree, communes: list[dict[str, str]]) -> None:
    official = {
        row["code"]: f"{row['kind'].capitalize()} {row['name']}" for row in communes if row["province_code"] == "51"
    }
    assert {unit.code: unit.name for unit in sample.descendants("51", UnitKind.COMMUNE)} == official


def test_each_commune_has_its_centre_with_four_to_nine_counters(sample: OrgTree) -> None:
    for commune in sample.descendants("51", UnitKind.COMMUNE):
        (centre,) = sample.children(commune.code)
        counters = sample.children(centre.code)

        lower_kind = commune.name[0].lower() + commune.name[1:]
        assert centre.code == f"{commune.code}-TT"
        assert centre.name == f"Trung tâm Phục vụ hành chính công {lower_kind}"
        assert [unit.code for unit in counters] == [f"{centre.code}-Q{n}" for n in range(1, len(counters) + 1)]
        assert {unit.kind for unit in counters} == {UnitKind.COUNTER}
        assert 4 <= len(counters) <= 9


def test_the_province_has_its_own_centre_and_departments(sample: OrgTree) -> None:
    assert sample.units["51-TT"].name == "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi"
    assert len(sample.children("51-TT")) == 6
    departments = {unit.name for unit in sample.descendants("51", UnitKind.DEPARTMENT)}
    assert {"Sở Nội vụ", "Văn phòng Ủy ban nhân dân tỉnh", "Thanh tra tỉnh"} <= departments


def test_some_counters_of_the_sample_serve_several_fields(sample: OrgTree) -> None:
    counters = sample.descendants("51", UnitKind.COUNTER)

    assert 600 <= len(counters) <= 800
    assert {len(unit.service_fields) for unit in counters} >= {1, 2, 3}


@pytest.fixture(scope="module")
def former() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read("former_communes.csv")}


@pytest.fixture(scope="module")
def successions() -> list[dict[str, str]]:
    return read("successions.csv")


def test_63_provinces_became_34(provinces: list[dict[str, str]]) -> None:
    old = read("former_provinces.csv")
    assert len({row["code"] for row in old}) == len(old) == 63
    assert {row["successor_code"] for row in old} == {row["code"] for row in provinces}
    assert {row["name"] for row in old if row["successor_code"] == "51"} == {"Quảng Ngãi", "Kon Tum"}


def test_every_former_commune_has_a_successor_and_every_commune_a_predecessor(
    former: dict[str, dict[str, str]], communes: list[dict[str, str]], successions: list[dict[str, str]]
) -> None:
    assert len(former) == 10_040
    assert {row["predecessor"] for row in successions} == former.keys()
    assert {row["successor"] for row in successions} == {row["code"] for row in communes}
    assert {row["first_day"] for row in successions} == {"2025-07-01"}
    assert {row["valid_to"] for row in former.values()} == {"2025-06-30"}


def test_a_former_commune_went_whole_into_one_or_in_parts_into_several(successions: list[dict[str, str]]) -> None:
    changes: dict[str, list[str]] = {}
    for row in successions:
        changes.setdefault(row["predecessor"], []).append(row["change"])
    assert all(own in (["unchanged"], ["renamed"], ["merged"]) or set(own) == {"part"} for own in changes.values())
    assert all(len(own) > 1 for own in changes.values() if "part" in own)
    pairs = [(row["predecessor"], row["successor"]) for row in successions]
    assert len(set(pairs)) == len(pairs)


def test_in_quang_ngai_five_communes_stayed_and_91_were_formed(
    former: dict[str, dict[str, str]], communes: list[dict[str, str]], successions: list[dict[str, str]]
) -> None:
    names = {row["code"]: row["name"] for row in communes if row["province_code"] == "51"}
    changes: dict[str, set[str]] = {}
    for row in successions:
        if row["successor"] in names:
            changes.setdefault(row["successor"], set()).add(row["change"])
            assert former[row["predecessor"]]["province_code"] in ("51", "62")
    assert len(changes) == 96
    unchanged = {names[code] for code, found in changes.items() if found == {"unchanged"}}
    assert unchanged == {"Đăk Long", "Ba Xa", "Rờ Kơi", "Mô Rai", "Ia Đal"}
    formed = {code: found for code, found in changes.items() if found != {"unchanged"}}
    assert len(formed) == 91
    assert sum("part" in found for found in formed.values()) == 2
    assert [names[code] for code, found in formed.items() if found == {"renamed"}] == ["Lý Sơn"]


def test_former_communes_are_told_apart_by_code_where_names_repeat(former: dict[str, dict[str, str]]) -> None:
    dak_long = {code for code, row in former.items() if row["name"] == "Đăk Long" and row["province_code"] == "62"}
    assert len(dak_long) == 2
    assert all(re.fullmatch(r"[0-9]{2}-[0-9]{3}(-[0-9]{5})?", code) for code in former)
    assert [row["kind"] for code, row in former.items() if len(code) == 6] == ["huyện"] * 5
