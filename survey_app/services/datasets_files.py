"""What every file of a dataset shares: styles of CSV, texts no spreadsheet runs, and the hash of what was written."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any

ENCODING = "utf-8-sig"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class CsvStyle:
    """What stands between columns and in decimals."""

    separator: str
    decimal_mark: str


WORLD = CsvStyle(",", ".")
VIETNAMESE_EXCEL = CsvStyle(";", ",")


@lru_cache(maxsize=10_000)
def neutralise(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if len(text) > 1 and text.startswith(FORMULA_STARTS) else text


class Hashed(io.RawIOBase):
    """Passes bytes on and keeps their SHA-256 and number."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self._hash = hashlib.sha256()
        self._size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any) -> int:
        self._hash.update(data)
        self._inner.write(data)
        size = memoryview(data).nbytes
        self._size += size
        return size
