"""Thousands of hostile requests, the same in every run: no failure of ours, and not one row."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from random import Random
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.pages import Fields, read_page
from tests.rows import count_rows
from tests.scenes import Province

ALLOWED_TO_GROW = {"sign_in_failure", "audit_entry"}
"""A failed sign-in leaves its trace, until its login must wait."""

CODES = ("d4k0ng1", "d4k0ng2", "k0nt0m1", "D4K0NG1", "zzzzzzz")
NOT_SHOWN = ("reasons_good", "result_")
"""Items whose condition does not hold when the first code is chosen everywhere."""

SLUGS = ("quick_pulse", "sipas_desk")

METHODS = (
    ["GET"] * 6 + ["POST"] * 10 + ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "BREW", "get", ""]
)
PATHS = [
    "/",
    "/q",
    "/q/",
    "/q/%00",
    "/q/..%2f..%2fetc%2fpasswd",
    "/q/../../../etc/passwd",
    "//q//d4k0ng1",
    "/q/d4k0ng1/thanks",
    "/q/d4k0ng1/no-thanks",
    "/q/d4k0ng1/thanks/%00",
    "/q/đắk-long",
    "/q/%ff%fe%fd",
    "/q/%ED%A0%80",
    "/q/" + "a" * 5_000,
    "/q/’;DROP TABLE response_inbox;--",
    "/q/{{7*7}}",
    "/q/d4k0ng1\r\nSet-Cookie: a=b",
    "/static/citizen/page.css",
    "/static/../../config.py",
    "/static/%2e%2e/%2e%2e/config.py",
    "/officer",
    "/officer/",
    "/officer/sign-in",
    "/officer/sign-out",
    "/officer/methods",
    "/officer/units/51",
    "/officer/units/51-23293-TT-Q1",
    "/officer/units/%00",
    "/officer/static/x/%00",
    "/officer/static/../../../config.py",
    "/officer/units/’ OR 1=1 --",
    "/healthz",
    "/readyz",
    "/metrics",
    "/.git/config",
    "/api/v1/results?",
    "/\u202e\ufffd",
    "",
    "*",
]
QUERIES = [
    "",
    "lang=en",
    "lang=en&lang=vi",
    "lang=%00",
    "lang=" + "x" * 3_000,
    "form=quick_pulse",
    "form=sipas_desk&lang=en",
    "form=%ff%fe",
    "form=papi",
    "form[]=1",
    "code=d4k0ng1",
    "code=..%2f..%2f",
    "code=%0d%0aLocation:%20https://evil.example",
    "code=//evil.example",
    "next=https://evil.example",
    "&&&===",
    "%",
    "a=1&" * 500,
    "period=99999999999999999999&sort=;--&stage=%00&unit=51&q=%27",
    "from=2026-13-45&to=0000-00-00&version=-1",
]
CONTENT_TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=\x00",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "b" * 300,
    "multipart/mixed; boundary=x",
    "application/json",
    "text/plain",
    'text/html; q="',
    ";;;",
    "",
]
TEXTS = [
    "\0",
    "\x1b[2J",
    "\ud800",
    "\uffff",
    "a" * 1_001,
    "ă" * 20_000,
    "' OR ''='",
    "<script>alert(1)</script>",
    "{{config}}",
    "=cmd|'/c calc'!A1",
    "..",
    "-1",
    "1e9",
    "１",
    "None",
    "true",
    "%00",
    "\u202e",
    "X" * 50,
]
PARTS = [
    b"",
    b"&" * 5_000,
    b"=" * 100,
    b"\xff\xfe\x00\x80" * 50,
    b"overall=%FF%FE%00&comment=%ED%A0%80",
    b"consent=1&" * 3_000,
    urlencode({f"field{n}": n for n in range(5_000)}).encode(),
    urlencode({"overall": ["5"] * 2_000}, doseq=True).encode(),
    b"a" * 270_000,
    b'--x\r\nContent-Disposition: form-data; name="overall"\r\n\r\n5\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../a"\r\n\r\n\x00\r\n--x--\r\n',
    b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n--y--\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="comment"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff',
    b"--x\r\n" * 3_000,
    b'--x\r\nContent-Disposition: form-data; name="p"\r\n\r\n1\r\n' * 2_500 + b"--x--\r\n",
    b'{"overall": [[[[[[1]]]]]]}',
]

Environ = dict[str, Any]
Forms = dict[tuple[str, str], Fields]
"""(path, query) -> a form that would be stored if it were sent there."""

ALWAYS: Environ = {
    "SCRIPT_NAME": "",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "192.0.2.9",
    "HTTP_HOST": "localhost",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
NO_CODES = ("page_token", "response_key", "consent", "seconds_taken", "comment", "website", "filled_by")
"""Fields that take no code."""


def headers(rng: Random) -> Environ:
    """Some odd headers, as WSGI names them."""
    odd: list[Environ] = [
        {"HTTP_COOKIE": "hailong_officer=" + "A" * rng.choice([1, 40, 8_000])},
        {"HTTP_COOKIE": "hailong_officer=.eJyrVkrOT0lVslIqLU4tUtIBAE0oBkQ.x.y; hailong_officer=;;=; \xff=\xfe"},
        {"HTTP_COOKIE": "a=b;" * 2_000},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1, ::1, unknown, \xff", "HTTP_X_FORWARDED_PROTO": "javascript"},
        {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PREFIX": "/../.."},
        {"HTTP_HOST": "evil.example:99999"},
        {"HTTP_HOST": "\xff\xfe"},
        {"HTTP_HOST": "a b"},
        {"HTTP_REFERER": "https://evil.example/\x00", "HTTP_ORIGIN": "null"},
        {"HTTP_ACCEPT_LANGUAGE": "en;q=9,,,;;=" * 50},
        {"HTTP_IF_NONE_MATCH": '"', "HTTP_IF_MODIFIED_SINCE": "32 Feb", "HTTP_RANGE": "bytes=-9-,a"},
        {"HTTP_AUTHORIZATION": "Basic " + "=" * 90},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE", "HTTP_X_ORIGINAL_URL": "/officer/"},
        {"HTTP_TRANSFER_ENCODING": "chunked, identity"},
        {"SCRIPT_NAME": rng.choice(["/khaosat", "//evil.example", "/\xff"])},
    ]
    found: Environ = {}
    for chosen in rng.sample(odd, rng.choice([0, 0, 1, 2, 3])):
        found |= chosen
    return found


def damage_value(rng: Random, fields: Fields) -> None:
    item = rng.choice([name for name in fields if name not in NO_CODES])
    fields[item] = [rng.choice(["9X", "Z\0", "55", "\ud83d", "１", "--"])]


def damage_consent(rng: Random, fields: Fields) -> None:
    fields["consent"] = rng.choice([[], ["0"], ["true"], ["1 "], ["１"], [" 1"]])


def damage_token(rng: Random, fields: Fields) -> None:
    token = fields["page_token"][0]
    place = rng.randrange(len(token) - 1)
    other = rng.choice([letter for letter in "ABCxyz019-_" if letter != token[place]])
    fields["page_token"] = [
        rng.choice([token[:place] + other + token[place + 1 :], token[:place], token * 2, "\xff", ""])
    ]


def damage_key(rng: Random, fields: Fields) -> None:
    fields["response_key"] = [rng.choice(["", "g" * 32, "F" * 32, "0" * 31, "0" * 9_000, "\0" * 32, "'"])]


def damage_names(rng: Random, fields: Fields) -> None:
    fields[rng.choice(["role", "overall[]", "__proto__", "\0", "ẩn", "a" * 2_000, "page_token.x", "wave_id"])] = ["1"]


def damage_times(rng: Random, fields: Fields) -> None:
    fields["stage"] = ["1", rng.choice(["1", "2", "K", "\0"])]


DAMAGES: list[Callable[[Random, Fields], None]] = [
    damage_value,
    damage_consent,
    damage_token,
    damage_key,
    damage_names,
    damage_times,
]


def damaged_form(rng: Random, forms: Forms) -> tuple[str, str, bytes]:
    """A valid form with at least one thing wrong in it, and the path and query it is sent to."""
    path, query = rng.choice(list(forms))
    fields = {name: list(values) for name, values in forms[path, query].items()}
    for damage in rng.sample(DAMAGES, rng.choice([1, 1, 2, 3])):
        damage(rng, fields)
    fields["comment"] = [rng.choice([*TEXTS, "Tốt"])] if rng.random() < 0.3 else fields.get("comment", [""])
    pairs = [(name, value) for name, values in fields.items() for value in values]
    rng.shuffle(pairs)
    return path, query, urlencode(pairs, errors="surrogatepass").encode()


def sent_somewhere(rng: Random) -> Environ:
    """Any body to any path."""
    body = rng.choice(PARTS)
    return {
        "REQUEST_METHOD": rng.choice(METHODS),
        "PATH_INFO": rng.choice([*PATHS, *(f"/q/{rng.choice(CODES)}" for _ in range(15))]),
        "QUERY_STRING": rng.choice(QUERIES),
        "CONTENT_TYPE": rng.choice(CONTENT_TYPES),
        "wsgi.input": body,
    }


def sent_as_a_form(rng: Random, forms: Forms) -> Environ:
    """A damaged form to where it belongs, mostly as what it is."""
    path, query, body = damaged_form(rng, forms)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": CONTENT_TYPES[0] if rng.random() < 0.9 else rng.choice(CONTENT_TYPES),
        "wsgi.input": body,
    }


def sent_to_sign_in(rng: Random, door: tuple[str, str], login: str) -> Environ:
    """A login that nobody has, from a page that was really opened."""
    cookie, token = door
    fields = {"csrf_token": token, "login": login, "password": rng.choice(TEXTS)}
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/officer/sign-in",
        "QUERY_STRING": "",
        "CONTENT_TYPE": CONTENT_TYPES[0],
        "HTTP_COOKIE": cookie,
        "wsgi.input": urlencode(fields, errors="surrogatepass").encode(),
    }


def environ(rng: Random, forms: Forms, door: tuple[str, str]) -> Environ:
    """One hostile request as a server would hand it to the application."""
    kind = rng.random()
    if kind < 0.02:
        request = sent_to_sign_in(rng, door, rng.choice(TEXTS[1:3]))
    else:
        request = (sent_as_a_form(rng, forms) if kind < 0.45 else sent_somewhere(rng)) | headers(rng)
    return as_served(rng, request)


def as_served(rng: Random, request: Environ) -> Environ:
    """A request with what a server adds to it; the length of its body is not always true."""
    body = request["wsgi.input"]
    odd_length = rng.choice(["", "-1", "99999999999", "abc", "1", "0", "１２"])
    return (
        ALWAYS
        | request
        | {
            "PATH_INFO": unquote_to_bytes(request["PATH_INFO"]).decode("latin-1"),
            "CONTENT_LENGTH": str(len(body)) if rng.random() < 0.85 else odd_length,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }
    )


def status_of(app: Flask, request: Environ) -> int:
    """Answer one request; the status, with the whole reply read."""
    told: list[str] = []

    def start_response(
        status: str, reply_headers: list[tuple[str, str]], _info: object = None
    ) -> Callable[[bytes], object]:
        told.append(status)
        assert all("\n" not in value and "\r" not in value for _, value in reply_headers)
        return lambda _data: None

    reply = app.wsgi_app(request, start_response)
    try:
        for _ in reply:
            pass
    finally:
        getattr(reply, "close", lambda: None)()
    return int(told[0].split()[0])


def valid_forms(app: Flask) -> Forms:
    """A page of each counter and questionnaire, answered; sent to its path and query it would be stored."""
    client = app.test_client()
    forms: Forms = {}
    for code in CODES[:3]:
        for slug in SLUGS:
            path, query = f"/q/{code}", f"form={slug}"
            form = read_page(client.get(path, query_string=query)).form
            shown = [name for name in form.offered if not name.startswith(("consent", "residence", *NOT_SHOWN))]
            forms[path, query] = form.with_answers(**{name: form.offered[name][0] for name in shown})
    return forms


def open_door(app: Flask) -> tuple[str, str]:
    """The cookie and the form token of a sign-in page that was opened."""
    reply = app.test_client().get("/officer/sign-in")
    return reply.headers["Set-Cookie"].split(";")[0], read_page(reply).form.hidden["csrf_token"]


def every_login(rng: Random, door: tuple[str, str]) -> Iterator[Environ]:
    """Each hostile text once as a login."""
    for text in TEXTS:
        yield as_served(rng, sent_to_sign_in(rng, door, text))


def attack(app: Flask, engine: Engine, requests: int, seed: int) -> Counter[int]:
    """How often each status was answered; fails at the first failure of ours and when a row was added."""
    rng, forms, door = Random(seed), valid_forms(app), open_door(app)
    before = count_rows(engine)
    statuses: Counter[int] = Counter()
    hostile = chain(every_login(rng, door), (environ(rng, forms, door) for _ in range(requests)))
    for number, request in enumerate(hostile):
        status = status_of(app, request)
        shown = [request[name][:80] for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING")]
        assert status < 500, f"request {number}: {shown} -> {status}"
        statuses[status] += 1
    grown = {name: rows - before[name] for name, rows in count_rows(engine).items() if rows != before[name]}
    assert grown.keys() <= ALLOWED_TO_GROW
    assert grown["audit_entry"] == grown["sign_in_failure"] < 10 * len(TEXTS)
    return statuses


def test_ten_thousand_hostile_requests_find_no_failure_and_leave_no_row(
    app: Flask, engine: Engine, province: Province
) -> None:
    statuses = attack(app, engine, 10_000, seed=20260705)
    assert {200, 302, 303, 400, 404, 405, 413, 415, 422, 429} <= statuses.keys(), statuses


@pytest.mark.postgresql
@pytest.mark.parametrize("any_engine", ["postgresql"], indirect=True)
def test_a_thousand_more_find_none_on_postgresql(any_app: Flask, any_engine: Engine, any_province: Province) -> None:
    statuses = attack(any_app, any_engine, 1_000, seed=3)
    assert statuses.total() == 1_000 + len(TEXTS)
    assert {200, 302, 303, 400, 404, 405, 413, 415, 422} <= statuses.keys(), statuses


def test_the_forms_the_campaign_damages_are_valid_before_it(app: Flask, engine: Engine, province: Province) -> None:
    client = app.test_client()
    forms = valid_forms(app)
    for (path, query), fields in forms.items():
        assert client.post(path, query_string=query, data=fields).status_code == 303
    assert count_rows(engine)["response_inbox"] == len(forms) == 6
