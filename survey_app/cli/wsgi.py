"""What the server loads: one surface, and nothing of the other."""

from __future__ import annotations

import os

import config
from survey_app import create_app

app = create_app(config.BY_NAME[os.environ.get("SURVEY_CONFIG", "production")], os.environ.get("SURVEY_SURFACE", "all"))
