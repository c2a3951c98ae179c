"""Statements that SQLAlchemy builds, as the text that sessions run."""

from __future__ import annotations

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql

# Its named parameters are those of sessions, and no % is doubled for a driver.
_DIALECT = postgresql.dialect(paramstyle="named")


def text_of(statement: ClauseElement) -> str:
    """The statement with its values in it. DuckDB runs what SQLAlchemy writes for PostgreSQL."""
    return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
