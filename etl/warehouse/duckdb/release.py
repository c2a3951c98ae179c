"""Files of another release: refused by name, or brought over into the tables of this one."""

from __future__ import annotations

import duckdb

from etl.errors import WrongUsage
from etl.warehouse.duckdb.attaching import attach
from etl.warehouse.duckdb.files import Files
from etl.warehouse.duckdb.session import TABLES_IN, DuckDBSession
from etl.warehouse.duckdb.tables import ColumnName, columns_of, columns_of_this_release
from etl.warehouse.migrations import filling
from etl.warehouse.release import of_another_version

# By the revision that fills it from what is stored, a column that earlier releases had not.
FILLED = {
    "0007": ("fact_timescale_obligation", "not_recorded_before"),
    "0014": ("fact_looked_after_period", "is_start_known"),
}


def check_release(connection: duckdb.DuckDBPyConnection, files: Files, *databases: str) -> None:
    """Raises WrongUsage where a file lacks a column that this release writes, or has one beside
    ours that it does not know. databases: ``building``, ``restricted``, as they are open."""
    for database in databases:
        check_ours(connection, files, database)
        there, ours = columns_of(connection, database), columns_of_this_release(database)
        if lacking := ours - there:
            names = sorted(f"{table}.{column}" for _, table, column in lacking)
            raise of_another_version(names, str(files.path))
        our_schemas = {schema for schema, _, _ in ours}
        if surplus := {name for name in there - ours if name[0] in our_schemas}:
            raise _no_place_for(surplus, files)


def check_ours(connection: duckdb.DuckDBPyConnection, files: Files, *databases: str) -> None:
    """Raises WrongUsage where a file is none of ours, of whatever release. databases: as above."""
    for database in databases:
        if not columns_of(connection, database) & columns_of_this_release(database):
            raise _not_ours(files, database)


def bring_over(connection: duckdb.DuckDBPyConnection, files: Files, *, into: str) -> None:
    """Fill the new tables of ``building`` or ``restricted`` from those of the earlier release.
    Raises WrongUsage where those hold what this release has no place for."""
    earlier = f"earlier_{into}"
    attach(connection, files.opened_as(into), earlier)
    had = columns_of(connection, earlier)
    if not had & columns_of_this_release(into):
        raise _not_ours(files, into)
    if surplus := had - columns_of(connection, into):
        raise _no_place_for(surplus, files)
    for schema, table in sorted({name[:2] for name in had}):
        columns = ", ".join(f'"{name[2]}"' for name in had if name[:2] == (schema, table))
        connection.execute(
            f"insert into {into}.{schema}.{table} ({columns}) "
            f"select {columns} from {earlier}.{schema}.{table}"
        )
    for revision, (table, column) in FILLED.items():
        name = (TABLES_IN, table, column)
        if name in columns_of_this_release(into) and name not in had:
            DuckDBSession(connection).run(filling(revision))


def _not_ours(files: Files, database: str) -> WrongUsage:
    is_warehouse = database == "building"
    return WrongUsage(
        "The file is no warehouse of ours: it has none of its tables."
        if is_warehouse
        else "The file beside the warehouse has none of the tables of identities.",
        where=str(files.opened_as(database)),
        means="Nothing was changed.",
        next="Give the path of the warehouse, such as warehouse.duckdb; the identities are in "
        "warehouse.restricted.duckdb beside it. Of a new one, give a path where no file is."
        if is_warehouse
        else "Restore both files from one backup.",
    )


def _no_place_for(surplus: set[ColumnName], files: Files) -> WrongUsage:
    more = f" and {len(surplus) - 1} more" if len(surplus) > 1 else ""
    return WrongUsage(
        f"The warehouse holds what this release has no place for: {'.'.join(min(surplus))}{more}.",
        where=str(files.path),
        means="Nothing was changed.",
        next="If a later release wrote it, use that release. A table or view of your own "
        "belongs in a file of its own.",
    )
