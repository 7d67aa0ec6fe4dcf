"""The smallest Flask application: what the framework and the server take by themselves."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.route("/", methods=["GET", "POST"])
def hello() -> str:
    """Say so."""
    return "Xin chào"
