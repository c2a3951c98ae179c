"""Whether the start of a period of care is known, as ``0014_coverage.sql`` adds it and
``0014_fill.sql`` fills it in."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from etl.warehouse.migrations import filling

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(filling(revision))
