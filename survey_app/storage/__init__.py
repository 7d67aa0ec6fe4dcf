"""Floor 2: every SQL statement and every file. Only frozen dataclasses and plain values leave it."""
