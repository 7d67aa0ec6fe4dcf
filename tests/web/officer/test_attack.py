"""The pages and files of every role below the inspector show what the attack knows of (tests/bench/attack.py), no more.

Every item's row of every file is recounted from the records of the whole releases its address names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey_app.domain.questionnaire import Item
from survey_app.domain.rounding import rounded
from survey_app.services.results import ResultsQuery
from tests.bench.attack import AFTER, DECEMBER, NOVEMBER, SIPAS, Truth, days, read_truth
from tests.scenes import CENTRES, COMMUNES, COUNTERS, Province
from tests.web.officer.conftest import SignIn

LAST_THREE = replace(SIPAS, first_month=NOVEMBER, last_month=date(2027, 1, 1))
QUARTER = replace(SIPAS, first_month=date(2026, 10, 1), last_month=DECEMBER)
CUTS = {
    "": LAST_THREE,
    "&stage=filing": replace(LAST_THREE, stage="filing"),
    "&stage=filing&channel=poster&flagged=without": replace(
        LAST_THREE, stage="filing", channel="poster", with_flagged=False
    ),
    "&flagged=without": replace(LAST_THREE, with_flagged=False),
    "&channel=poster": replace(LAST_THREE, channel="poster"),
    "&wave=2026-q4": replace(SIPAS, wave="2026-q4"),
    "&from=2026-11&to=2026-11": replace(SIPAS, first_month=NOVEMBER, last_month=NOVEMBER),
    "&field=Hộ tịch": replace(LAST_THREE, service_field="Hộ tịch"),
}
WHOLE_CENTRE = {cut: query if cut.startswith("&from") else LAST_THREE for cut, query in CUTS.items()}
MINE = (COMMUNES[0], CENTRES[0], f"{CENTRES[0]}-Q1", f"{CENTRES[0]}-Q2")
READERS = {
    "xa01": [(f"/officer/{path}", unit, CUTS) for unit in MINE for path in (f"units/{unit}", f"explore/{unit}/items")],
    "giamdoc": [(f"/officer/units/{unit}", unit, CUTS) for unit in MINE[1:]],
    "canbo": [(f"/officer/centre/{CENTRES[0]}", CENTRES[0], WHOLE_CENTRE)],
    "mattran": [
        (f"/officer/published/{unit}", unit, dict.fromkeys(("", "&stage=filing", "&flagged=without"), QUARTER))
        for unit in ("51", *COMMUNES, *CENTRES)
    ],
}
"""Role's login -> (address, unit, what a filter of the address makes of it)."""


@pytest.fixture
def truth(engine: Engine, app: Flask, staff: Province) -> Truth:
    """The month is over, and so is the wave."""
    for _ in days(engine, staff, 20):
        pass
    app.config["NOW"] = lambda: AFTER
    return read_truth(engine, staff)


def item_rows(client: FlaskClient, address: str, items: dict[str, Item]) -> Iterator[tuple[Item, dict[str, str]]]:
    """The rows of a file that are about a scored item, by the names of their columns."""
    reply = client.get(address)
    assert reply.status_code == 200
    columns: list[str] = []
    for row in csv.reader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";"):
        if "Tiêu chí" in row:
            columns = row
        elif len(row) > 1 and row[1] in items:
            yield items[row[1]], dict(zip(columns, row, strict=False))


def recount(truth: Truth, item: Item, query: ResultsQuery) -> tuple[str, list[Decimal]]:
    """(number of answers, share of each level) in the records of whole releases."""
    slot = truth.province.sipas.layout.slots_of(item.id)[0]
    said = [record[slot.column.position] for record in truth.said(truth.counted_by(query))]
    assert item.scale is not None
    counts = [said.count(code) for code in item.scale.characters]
    base = sum(counts)
    return str(base), [rounded(Fraction(100 * count, base), 1) for count in counts] if base else []


@pytest.mark.parametrize("login", READERS)
def test_each_row_of_a_file_counts_whole_releases(login: str, signed_in: SignIn, truth: Truth) -> None:
    items = {item.criterion.name: item for item in truth.province.sipas.questionnaire.items()}
    client, shown = signed_in(login), 0
    for address, unit, cuts in READERS[login]:
        for cut, query in cuts.items():
            for item, row in item_rows(client, f"{address}?form=sipas_desk.v1{cut}&as=csv", items):
                base, shares = recount(truth, item, replace(query, unit_code=unit))
                told = [value for name, value in row.items() if name.endswith(" (%)") and "Hai mức" not in name]
                assert row["n"] == base
                if not told[0].startswith("Chưa công bố"):
                    assert [Decimal(value.replace(",", ".")) for value in told] == shares
                    shown += 1
    assert shown > 10


@pytest.mark.parametrize("login", ["hotro", "nhaplieu"])
def test_who_helps_at_a_counter_sees_no_figure(login: str, signed_in: SignIn, truth: Truth) -> None:
    client = signed_in(login)
    for unit in ("51", *COMMUNES, *CENTRES, *COUNTERS):
        for address in ("units", "explore", "centre", "published"):
            assert client.get(f"/officer/{address}/{unit}").status_code in (403, 404)
    for address in ("/officer/", "/officer/helping"):
        assert not re.findall(r"n = \d|\d,\d", client.get(address).text)


@pytest.mark.parametrize("login", [*READERS, "hotro", "nhaplieu"])
def test_no_page_cuts_by_facts_about_citizens(login: str, signed_in: SignIn, truth: Truth) -> None:
    facts = [item.text["vi"] for item in truth.province.sipas.questionnaire.items() if item.is_demographic]
    client = signed_in(login)
    addresses = ["/officer/", *(address for address, _, _ in READERS.get(login, []))]
    for address in addresses:
        text = client.get(address).text + client.get(f"{address}?as=csv").data.decode("utf-8-sig")
        assert not [fact for fact in facts if fact in text]
    assert facts
