"""Fills a PostgreSQL database with an extract, as a case system's reporting database holds it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from etl.sources.arrival.files import csv_files

SCHEMA = "Child_Social"
# Ids in words, which end as numbers do.
_WORDS = {"LEGACY_ID", "STAFF_ID", "DEPT_ID", "EXTERNAL_ID", "DIM_LOOKUP_CONT_SORC_ID"}
# What an export writes where the database has nothing.
_NOTHING = ("", "NULL", "#N/A", "#VALUE!")


def kind_of(column: str) -> str:
    """The type that such a column has."""
    if column.upper().endswith(("_DTTM", "_DATE")):
        return "timestamp"
    return "bigint" if column.endswith("_ID") and column not in _WORDS else "varchar"


def fill(
    url: str, extract: Path, *, schema: str = SCHEMA, named: Callable[[str], str] = str.upper
) -> None:
    """Make the schema, and a table for each of the extract's. named: as its tables are."""
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        for name, read in csv_files(extract, 1 << 30).items():
            if name != "MANIFEST":
                rows = csv.reader(io.StringIO(read().decode("utf-8-sig"), newline=""))
                _fill_table(connection, sql.Identifier(schema, named(name)), rows)


def _fill_table(
    connection: psycopg.Connection, table: sql.Identifier, rows: Iterable[list[str]]
) -> None:
    rows = iter(rows)
    columns = next(rows)
    made = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind_of(column)))
        for column in columns
    )
    connection.execute(sql.SQL("create table {} ({})").format(table, made))
    with connection.cursor().copy(sql.SQL("copy {} from stdin").format(table)) as copying:
        for row in rows:
            copying.write_row([None if value in _NOTHING else value for value in row])
