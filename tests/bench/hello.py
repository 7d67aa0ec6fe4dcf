"""The smallest Flask applications: what framework, server, database and disk take by themselves.

``GET`` or ``POST /`` says hello. ``POST /q/<code>`` reads a whole form, stores a row like those in the inbox by one
statement of the driver, waits for the disk and sends on: a response without being checked, signed, paced or grouped.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, Response, request
from sqlalchemy import make_url

from survey_app.storage.inbox import FIELDS

app = Flask(__name__)
own = threading.local()


def _connect() -> Any:
    address = make_url(os.environ["DATABASE_URL"])
    if address.get_backend_name() == "postgresql":
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
    connection = sqlite3.connect(address.database or "", isolation_level=None, timeout=15)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@app.route("/", methods=["GET", "POST"])
def hello() -> str:
    """Say so."""
    return "Xin chào"


@app.post("/q/<code>")
def store(code: str) -> Response:
    """Store a copy of a row of the inbox under a new key."""
    if not hasattr(own, "connection"):
        own.connection = _connect()
        names = ", ".join(FIELDS)
        own.row = own.connection.execute(f"SELECT {names} FROM response_inbox LIMIT 1").fetchone()
        mark = "?" if isinstance(own.connection, sqlite3.Connection) else "%s"
        own.statement = f"INSERT INTO response_inbox ({names}) VALUES ({', '.join([mark] * len(FIELDS))})"
    if not request.form or not request.args:
        return Response(status=400)
    own.connection.execute(own.statement, (secrets.token_hex(32), *own.row[1:]))
    return Response(status=303, headers={"Location": f"/q/{code}/thanks"})
