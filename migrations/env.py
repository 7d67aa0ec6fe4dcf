"""Runs the migrations on the connection of storage/migrations.py, in its transaction."""

from __future__ import annotations

from alembic import context

from survey_app.storage.every_table import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
)
with context.begin_transaction():
    context.run_migrations()
