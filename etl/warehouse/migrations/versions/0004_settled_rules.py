"""The legal statuses, so that one that is held back keeps its earlier version, and what the rules
ask of deaths and of reviews, as ``0004_settled_rules.sql`` makes them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
