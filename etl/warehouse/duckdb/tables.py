"""The tables of a file: how they are made, and which it has."""

from __future__ import annotations

from functools import cache

import duckdb
from sqlalchemy import PrimaryKeyConstraint, Table
from sqlalchemy.schema import AddConstraint

from etl.warehouse.dialect import making, text_of
from etl.warehouse.duckdb.session import TABLES_IN, DuckDBSession, as_one
from etl.warehouse.schema import build_metadata, identity_metadata

# Schema, table and column.
ColumnName = tuple[str, str, str]


def create_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Make every schema and table, but those of identities. Returns the statements that give those
    of the star their primary keys, once their first rows are in: to look each up in an index as it
    comes costs a quarter of what they cost."""
    metadata, session = build_metadata(), DuckDBSession(connection)
    # Made beforehand: a key that is added later is left out where the table is made.
    keys = [
        text_of(AddConstraint(_since_when_first(table)))
        for table in metadata.sorted_tables
        if table.schema == "warehouse"
    ]
    for schema in (TABLES_IN, "warehouse", "report", "audit"):
        connection.execute(f"create schema {schema}")
    session.run(as_one(making(metadata)))
    connection.execute(
        as_one(
            f"create view warehouse.{table.name} as select * from {TABLES_IN}.{table.name}"
            for table in metadata.sorted_tables
            if table.schema == "warehouse"
        )
    )
    return keys


def _since_when_first(table: Table) -> PrimaryKeyConstraint:
    """The table's primary key, with since when a version is known before what it is a version of.
    The index keeps once what keys begin with, and this many share: last, each row would keep it."""
    names = sorted(table.primary_key.columns.keys(), key=lambda name: name != "known_from")
    table.append_constraint(PrimaryKeyConstraint(*names))
    return table.primary_key


def create_identity_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of identities in the file that is open as ``restricted``."""
    connection.execute(as_one(making(identity_metadata())))


def columns_of(connection: duckdb.DuckDBPyConnection, database: str) -> set[ColumnName]:
    """Every column of the file that is open by that name, without those of the views that we
    make."""
    found = connection.execute(
        "select schema_name, table_name, column_name "
        "from duckdb_columns() as columns "
        "where database_name = $database and not exists ("
        "select 1 from duckdb_views() as views where views.database_name = $database "
        "and views.schema_name = columns.schema_name and views.view_name = columns.table_name "
        "and (internal or views.schema_name in ('warehouse', 'report')))",
        {"database": database},
    )
    return set(found.fetchall())


@cache
def columns_of_this_release(database: str) -> frozenset[ColumnName]:
    """Every column that the file named ``building`` or ``restricted`` has today."""
    metadata = build_metadata() if database == "building" else identity_metadata()
    return frozenset(
        (_schema(table), table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
    )


def _schema(table: Table) -> str:
    """Where a file has the table: ``restricted`` is a file of its own."""
    return {"warehouse": TABLES_IN, "restricted": "main"}.get(str(table.schema), str(table.schema))
