"""The one failure every surface must answer kindly: the database is away."""


class DatabaseUnavailable(Exception):
    """The database cannot be reached or cannot write (down, full, locked too long). Nothing was written."""
