"""Statements that SQLAlchemy builds, as the text that sessions run."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ClauseElement, MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable, SetColumnComment, SetTableComment

# Its named parameters are those of sessions, and no % is doubled for a driver.
_DIALECT = postgresql.dialect(paramstyle="named")


def text_of(statement: ClauseElement) -> str:
    """The statement with its values in it. DuckDB runs what SQLAlchemy writes for PostgreSQL."""
    return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def making(metadata: MetaData) -> Iterator[str]:
    """The statements that make its tables and comments."""
    for table in metadata.sorted_tables:
        yield text_of(CreateTable(table))
        if table.comment:
            yield text_of(SetTableComment(table))
        for column in table.columns:
            if column.comment:
                yield text_of(SetColumnComment(column))
