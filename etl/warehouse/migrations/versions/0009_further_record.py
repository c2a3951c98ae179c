"""Health checks, missing episodes, disabilities, factors of assessments, care leavers, and who
provides a placement and why it changed, as ``0009_further_record.sql`` adds them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
