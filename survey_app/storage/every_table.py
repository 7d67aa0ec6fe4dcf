"""Every table at once, for what looks at the whole schema: migrations must lead to exactly these."""

from __future__ import annotations

from survey_app.storage import (
    boundary_tables,
    comment_tables,
    dossier_tables,
    fieldwork_tables,
    officer_tables,
    print_tables,
    residence_tables,
    tables,
    transaction_tables,
)
from survey_app.storage.table_base import Base as Base
