"""Figures, targets and comparators as exact decimals, as ``0012_exact.sql`` makes them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0008"


def upgrade() -> None:
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
