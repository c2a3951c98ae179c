"""Of what is dated by the first extract that held it, the extract before, as
``0007_not_recorded_before.sql`` adds it and ``0007_fill.sql`` fills it in."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from etl.warehouse.migrations import filling

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(filling(revision))
