"""Signing keys kept in files readable by their owner only, for development and the demo."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_make_key(folder: Path, name: str) -> str:
    """The key in ``folder/<name>.key``; made (256 random bits, mode 0600) when absent. Safe when two start at once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.lower()}.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    return path.read_text(encoding="ascii").strip()
