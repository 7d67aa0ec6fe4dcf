"""Former units and earlier results by command."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from survey_app.cli import external, successions
from tests.merger import NEW, OLD, reorganise
from tests.scenes import Province

HEAD = "unit;period;figure;responses;level_1;level_2;level_3;level_4;level_5\n"


def test_successions_are_imported_and_listed(app: Flask, engine: Engine, province: Province, tmp_path: Path) -> None:
    reorganise(engine, province)
    run = app.test_cli_runner().invoke
    listed = run(successions.group, ["list"])
    assert f"{OLD[0]},{NEW},2025-07-01,whole" in listed.output
    file = tmp_path / "s.csv"
    file.write_text(listed.output, "utf-8")
    assert "đã nhập 3 dòng" in run(successions.group, ["import", str(file)]).output
    file.write_text(listed.output.replace("whole", "half"), "utf-8")
    refused = run(successions.group, ["import", str(file)])
    assert refused.exit_code == 1
    assert "dòng 2: Ghi “whole”" in refused.output
    file.write_bytes(b"\xff\xfe")
    assert run(successions.group, ["import", str(file)]).exit_code == 1


def test_former_communes_of_a_province(app: Flask, province: Province) -> None:
    run = app.test_cli_runner().invoke
    assert "thêm 5 đơn vị cũ, 5 dòng kế thừa" in run(successions.group, ["former", "51"]).output
    assert run(successions.group, ["former", "99"]).exit_code == 1


def test_earlier_results_come_and_go(app: Flask, province: Province, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    file = tmp_path / "x.csv"
    file.write_text(f"{HEAD}51;2024;overall;30;0;0;3;20;7\n", "utf-8")
    told = ["import", "51", str(file), "--name", "Form 2024", "--source", "Sở", "--method", "tay"]
    assert "đã nhập 1 dòng" in run(external.group, told).output
    assert "đã có chuỗi số liệu" in run(external.group, told).output
    assert "1  Form 2024  01/2024 – 12/2024  1 dòng  Sở" in run(external.group, ["list", "51"]).output
    assert "đã nhập 1 dòng" in run(external.group, [*told, "--replaces", "1"]).output
    assert run(external.group, ["delete", "51", "7", "--yes"]).exit_code == 1
    listed = run(external.group, ["list", "51"]).output
    assert "đã xóa Form 2024" in run(external.group, ["delete", "51", listed.split()[0], "--yes"]).output
    for option, typed in (("--name", "a" * 121), ("--source", "a" * 201), ("--method", "a" * 501), ("--name", " \n ")):
        told_badly = ["a" * 3 if word in ("Form 2024", "Sở", "tay") else word for word in told]
        told_badly[told_badly.index(option) + 1] = typed
        refused = run(external.group, told_badly)
        assert (refused.exit_code, option in refused.output) == (2, True)
    file.write_text(f"{HEAD}51;2024;nothing;30;0;0;3;20;7\n", "utf-8")
    refused = run(external.group, told)
    assert (refused.exit_code, "dòng 2: Mẫu phiếu không có chỉ tiêu" in refused.output) == (1, True)
