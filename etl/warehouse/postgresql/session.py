"""A connection to PostgreSQL that speaks as every engine's sessions do."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv

from etl.warehouse.postgresql import locks
from etl.warehouse.postgresql.access import give_access
from etl.warehouse.session import BATCH_ROWS, PARAMETER, named_in

_ARROW_OF = {
    "bool": pa.bool_(), "int2": pa.int64(), "int4": pa.int64(), "int8": pa.int64(),
    "numeric": pa.float64(), "float4": pa.float64(), "float8": pa.float64(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip
_TYPE_OF = {
    pa.bool_(): "boolean", pa.int64(): "bigint", pa.float64(): "double precision",
    pa.date32(): "date",
}  # fmt: skip


class PostgreSQLSession:
    """See ``session.Session``. Values are bound by the client, quoted by psycopg: PostgreSQL takes
    no parameters in ``create table as``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def _execute(self, sql: str, parameters: dict[str, Any]) -> psycopg.Cursor[Any]:
        text = PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
        cursor = psycopg.ClientCursor(self._connection)
        return cursor.execute(text.encode(), named_in(sql, parameters))

    def run(self, sql: str, **parameters: Any) -> int:
        return max(self._execute(sql, parameters).rowcount, 0)

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self._execute(sql, parameters).fetchall()

    def table(self, sql: str, **parameters: Any) -> pa.Table:
        cursor = self._execute(sql, parameters)
        columns = cursor.description or []
        types = self._connection.adapters.types
        kinds = [
            _ARROW_OF.get(found.name if (found := types.get(column.type_code)) else "", pa.string())
            for column in columns
        ]
        values = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(columns)
        arrays = [pa.array(column, kind) for column, kind in zip(values, kinds, strict=True)]
        return pa.Table.from_arrays(arrays, names=[column.name for column in columns])

    def reader(self, sql: str) -> pa.RecordBatchReader:
        schema = self.table(f"select * from ({sql}) as asked limit 0").schema
        return pa.RecordBatchReader.from_batches(schema, self._batches(sql, schema))

    def _batches(self, sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The server keeps the rows, and gives some at a time."""
        # Every row will be asked for, not the first tenth, for which plans are made by default.
        self.run("set local cursor_tuple_fraction = 1")
        with psycopg.ServerCursor(self._connection, "reader") as cursor:
            cursor.execute(sql.encode())
            while rows := cursor.fetchmany(BATCH_ROWS):
                columns = zip(zip(*rows, strict=True), schema.types, strict=True)
                arrays = [pa.array(values, kind) for values, kind in columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def stage(self, name: str, content: pa.Table) -> None:
        columns = ", ".join(f"{field.name} {_type(field.type)}" for field in content.schema)
        self.run(f"create temporary table {name} ({columns}) on commit drop")
        written = io.BytesIO()
        options = pyarrow.csv.WriteOptions(include_header=False)
        pyarrow.csv.write_csv(content, written, options)
        copy = f"copy {name} from stdin (format csv)"
        with self._connection.cursor().copy(copy.encode()) as taking:
            taking.write(written.getbuffer())
        self.run(f"analyze {name}")

    def make_views(self, views: Mapping[str, str]) -> None:
        """Only where a text changed: replacing a view waits for everybody who reads it."""
        said = hashlib.sha256(repr(list(views.items())).encode()).hexdigest()
        if self._said_of_views() == said:
            return
        self.wait_for_shared()
        if self._said_of_views() == said:
            return
        self.drop_views()
        for name, sql in views.items():
            # The asker's own rights and row policies hold through the view, not its owner's.
            self.run(f"create view {name} with (security_invoker = true) as {sql}")
        self.run(f"comment on schema report is 'Views and figures for analysts. {said}'")
        give_access(self)

    def drop_views(self) -> None:
        """All at once, as one is made of another; a stranger's view made of them refuses it."""
        views = self.rows("select quote_ident(viewname) from pg_views where schemaname = 'report'")
        if views:
            self.run(f"drop view {', '.join(f'report.{view}' for (view,) in views)}")
        self.run("comment on schema report is null")

    def _said_of_views(self) -> str | None:
        found = self.rows(
            "select right(obj_description(oid, 'pg_namespace'), 64) from pg_namespace "
            "where nspname = 'report'"
        )
        said: str | None = found[0][0]
        return said

    def wait_for_shared(self) -> None:
        locks.wait_for_shared(self)

    def refresh_statistics(self) -> None:
        """Of the star; of what is written after it where a load ends. In the order of the tables'
        names, so that two authorities' loads cannot wait in a ring."""
        self.run(f"analyze {tables_of(self, 'warehouse')}")

    def turn_to_identities(self) -> None:
        """One transaction holds both."""

    def begin_again(self) -> None:
        self.run("discard temporary")


def tables_of(session: PostgreSQLSession, schema: str) -> str:
    """The schema's tables, in the order of their names, as a list for a statement."""
    found = session.rows(
        "select tablename from pg_tables where schemaname = :schema order by tablename",
        schema=schema,
    )
    return ", ".join(f"{schema}.{table}" for (table,) in found)


def _type(kind: pa.DataType) -> str:
    return "timestamp" if pa.types.is_timestamp(kind) else _TYPE_OF.get(kind, "text")
