"""The one failure every surface must answer kindly: the database is away."""


class DatabaseUnavailable(Exception):
    """The database cannot be reached, cannot write or refuses (down, full, locked too long). Nothing was written."""
