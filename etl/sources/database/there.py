"""Which of the wanted tables and columns a database has, and of which type they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnClause, Connection, Select, column, func, quoted_name, select, table

from etl.errors import NOTHING_CHANGED, NightStopped
from etl.sources.database.wanted import Wanted

SQL_SERVER = "mssql"


@dataclass(frozen=True)
class Column:
    """A column as the database has it. kind: its type, in small letters."""

    name: str
    kind: str


@dataclass(frozen=True)
class There:
    """A wanted table as the database has it. columns: the wanted ones that are there, by name in
    capitals."""

    wanted: Wanted
    schema: str
    name: str
    columns: Mapping[str, Column]

    @property
    def shown(self) -> str:
        """What it is called, for people."""
        return f"{self.schema}.{self.name}"


def tables_there(
    connection: Connection, schema: str, wanted: list[Wanted], where: str
) -> list[There]:
    """The wanted tables that the database has. Raises NightStopped that names every table and
    column that it should have and has not, or this login may not see, and every one that is there
    twice, in capitals and in small letters."""
    asked = names_in(connection.dialect.name, schema, [each.table for each in wanted])
    found: dict[str, dict[str, list[Column]]] = {}
    for name, column_name, kind in connection.execute(asked).all():
        columns = found.setdefault(str(name), {})
        own = Column(str(column_name), str(kind).lower())
        columns.setdefault(own.name.strip().upper(), []).append(own)
    times = Counter(name.strip().upper() for name in found)
    problems = list(_lacking(schema, wanted, found, times))
    if problems:
        raise NightStopped(
            f"The database lacks, or does not show to this login, {', '.join(problems)}.",
            where=where,
            means=NOTHING_CHANGED,
            next="Let the login read what is named (in SQL: grant select), or see that 'schema' in "
            "[source] of the authority's file is right. A column that is called otherwise here "
            "stands in that file, [columns.<table>].",
        )
    by_name = {name.strip().upper(): name for name in found}
    return [
        There(
            each,
            schema,
            by_name[each.table],
            {
                name: columns[0]
                for name, columns in found[by_name[each.table]].items()
                if name in each.columns
            },
        )
        for each in wanted
        if each.table in by_name
    ]


def names_in(dialect: str, schema: str, tables: list[str]) -> Select[Any]:
    """The statement for table, column and type of what is there under these names, in any case."""
    place, written = "information_schema", str.lower
    if dialect == SQL_SERVER:
        # Its names of names are in capitals, and belong to a database, which may be named too.
        written = str.upper
        database, _, schema = schema.rpartition(".")
        place = f"{database}.INFORMATION_SCHEMA" if database else "INFORMATION_SCHEMA"
    of_table, of_column, kind, of_schema = (
        _unquoted(written(name))
        for name in ("table_name", "column_name", "data_type", "table_schema")
    )
    there = table(written("columns"), schema=place)
    return (
        select(of_table, of_column, kind)
        .select_from(there)
        .where(of_schema == schema, func.upper(of_table).in_(tables))
    )


def _unquoted(name: str) -> ColumnClause[Any]:
    return column(quoted_name(name, quote=False))


def _lacking(
    schema: str,
    wanted: list[Wanted],
    found: Mapping[str, Mapping[str, list[Column]]],
    times: Counter[str],
) -> Iterator[str]:
    """What is wrong, in words."""
    if not found:
        yield f"every table of the schema {schema}"
        return
    by_name = {name.strip().upper(): columns for name, columns in found.items()}
    for each in wanted:
        if each.table not in by_name:
            if not each.may_lack:
                yield f"the table {each.table}"
            continue
        if times[each.table] > 1:
            yield f"one table {each.table} alone (it has {times[each.table]})"
        for name, may_lack in sorted(each.columns.items()):
            own = by_name[each.table].get(name, [])
            if not own and not may_lack:
                yield f"the column {name} of {each.table}"
            elif len(own) > 1:
                yield f"one column {name} of {each.table} alone (it has {len(own)})"
