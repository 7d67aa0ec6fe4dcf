"""Every address of the officer surface, with a value for each of its parameters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.scenes import COUNTERS

SAMPLES = {
    "code": COUNTERS["51-23293-TT-Q1"][3],
    "digest": "0" * 16,
    "comment_id": "1",
    "exception_id": "1",
    "file_id": "1",
    "group": "texts",
    "job_id": "1",
    "kind": "a4",
    "login": "tinh",
    "name": "officer.css",
    "number": "1",
    "reply_id": "1",
    "report": "ledger",
    "role": "province_analyst",
    "secret": "no-such-secret",
    "series_id": "1",
    "wave_code": "2026-q4",
}
"""Parameter -> something there is in the small province, or a well-formed value. ``unit_code``: each test's own."""

NONE_THERE = {"comment_id", "exception_id", "file_id", "job_id", "reply_id", "series_id"}
"""Parameters of ``SAMPLES`` for what the small province has none of: the right answer to who may ask is 404."""

OPEN = {
    "officer.accept_invitation",
    "officer.asset",
    "officer.invitation",
    "officer.second_factor",
    "officer.send_second_factor",
    "officer.send_sign_in",
    "officer.sign_in",
    "officer.sign_out",
}
"""Endpoints that anybody reaches."""


def officer_rules(app: Flask) -> list[Rule]:
    """Every address of the officer surface, in a fixed order."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("officer.")]
    return sorted(rules, key=lambda rule: (rule.endpoint, rule.rule))


def address_of(app: Flask, rule: Rule, unit_code: str = "51", samples: dict[str, str] = SAMPLES) -> str:
    """The address of a rule with its parameters filled in from ``SAMPLES``."""
    missing = rule.arguments - samples.keys() - {"unit_code"}
    if missing:
        pytest.fail(
            f"{rule} has the parameter {', '.join(sorted(missing))}: add something there is in the small province to "
            "SAMPLES in tests/web/officer/addresses.py, so that who may reach this address is tested too"
        )
    values = {name: (samples | {"unit_code": unit_code})[name] for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=methods(rule)[0])


def methods(rule: Rule) -> list[str]:
    """GET, POST or both."""
    return sorted((rule.methods or set()) & {"GET", "POST"})


def every_request(app: Flask, unit_code: str = "51") -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, address) of everything a browser may ask of the officer surface."""
    for rule in officer_rules(app):
        for method in methods(rule):
            yield rule, method, address_of(app, rule, unit_code)
