"""Run by Alembic: its revisions go through the connection that the warehouse has open."""

from __future__ import annotations

from alembic import context

from etl.warehouse.migrations import VERSION_SCHEMA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    include_schemas=True,
    version_table=VERSION_TABLE,
    version_table_schema=VERSION_SCHEMA,
)
with context.begin_transaction():
    context.run_migrations()
