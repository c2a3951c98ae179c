"""Which tables of which kind of source a database has, in any of its schemas. Only the names of
tables and columns are asked for, and only of those that a kind knows; no record is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnClause, Connection, Select, column, func, quoted_name, select, table

from etl.sources.database.there import SQL_SERVER
from etl.sources.mapping import columns_read, known_columns, optional_tables
from etl.sources.register import SOURCES
from etl.sources.source import Source


@dataclass(frozen=True)
class SeenSchema:
    """The tables of a schema that a kind of source knows, with the columns that are there, in
    capitals."""

    source: Source
    schema: str
    tables: Mapping[str, frozenset[str]]

    @property
    def lacking(self) -> list[str]:
        """What is needed and is not there, or not shown to this login: tables, and columns."""
        may_lack = optional_tables(self.source)
        found = []
        for name, columns in sorted(columns_read(self.source).items()):
            if name not in self.tables:
                found += [] if name in may_lack else [name]
                continue
            needed = {each for each, may in columns.items() if not may}
            found += [f"{name}.{each}" for each in sorted(needed - self.tables[name])]
        return found

    @property
    def may_lack(self) -> list[str]:
        """The tables that a source may lack, and this one does."""
        return sorted(optional_tables(self.source) - self.tables.keys())


def look_at_database(connection: Connection) -> list[SeenSchema]:
    """Every schema with tables of a kind that is asked of a database, the one with most first."""
    kinds = [source for source in SOURCES.values() if source.is_database]
    found = [each for source in kinds for each in _of_kind(connection, source)]
    return sorted(found, key=lambda each: (-len(each.tables), each.schema))


def _of_kind(connection: Connection, source: Source) -> Iterator[SeenSchema]:
    known = known_columns(source)
    schemas: dict[str, dict[str, set[str]]] = {}
    for schema, name, its_column in connection.execute(
        names_of(connection.dialect.name, sorted(known))
    ).all():
        of_schema = schemas.setdefault(str(schema), {})
        of_schema.setdefault(str(name).strip().upper(), set()).add(str(its_column).strip().upper())
    for schema, tables in schemas.items():
        yield SeenSchema(
            source, schema,
            {name: frozenset(columns & known[name]) for name, columns in tables.items()},
        )  # fmt: skip


def names_of(dialect: str, tables: list[str]) -> Select[Any]:
    """The statement for schema, table and column of what is there under these names, in any
    case."""
    # SQL Server's names of names are in capitals.
    written = str.upper if dialect == SQL_SERVER else str.lower
    schema, name, its_column = (
        _unquoted(written(each)) for each in ("table_schema", "table_name", "column_name")
    )
    there = table(written("columns"), schema=written("information_schema"))
    return select(schema, name, its_column).select_from(there).where(func.upper(name).in_(tables))


def _unquoted(name: str) -> ColumnClause[Any]:
    return column(quoted_name(name, quote=False))
