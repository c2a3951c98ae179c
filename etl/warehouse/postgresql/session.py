"""A connection to PostgreSQL that speaks as every engine's sessions do."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from psycopg.types import TypesRegistry

from etl.warehouse.postgresql import locks
from etl.warehouse.postgresql.access import give_access
from etl.warehouse.postgresql.replacing import replace_views, said_of_views
from etl.warehouse.postgresql.statistics import tell_planner_of_star
from etl.warehouse.session import BATCH_ROWS, PARAMETER, named_in
from etl.warehouse.view import View, sha256_of

_ARROW_OF = {
    "bool": pa.bool_(), "int2": pa.int64(), "int4": pa.int64(), "int8": pa.int64(),
    "float4": pa.float64(), "float8": pa.float64(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip
_TYPE_OF = {
    pa.bool_(): "boolean", pa.int64(): "bigint", pa.float64(): "double precision",
    pa.date32(): "date",
}  # fmt: skip


class PostgreSQLSession:
    """See ``session.Session``. Values are bound by the client, quoted by psycopg: PostgreSQL takes
    no parameters in ``create table as``. is_upgrading: what others made of the views may go."""

    def __init__(self, connection: psycopg.Connection[Any], *, is_upgrading: bool = False) -> None:
        self._connection = connection
        self._is_upgrading = is_upgrading
        self._to_index: dict[str, Sequence[str]] = {}

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
        kinds = [_arrow_type(column, types) for column in columns]
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
        self._take(name, content.schema, content.to_batches(max_chunksize=BATCH_ROWS))

    def stage_file(self, name: str, path: Path) -> None:
        with pq.ParquetFile(path) as file:
            self._take(name, file.schema_arrow, file.iter_batches(BATCH_ROWS))

    def _take(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Make a temporary table of these rows, of which no more than a batch is text at a time."""
        columns = ", ".join(f"{field.name} {_type(field.type)}" for field in schema)
        self.run(f"create temporary table {name} ({columns}) on commit drop")
        options = pyarrow.csv.WriteOptions(include_header=False)
        copy = f"copy {name} from stdin (format csv)"
        with self._connection.cursor().copy(copy.encode()) as taking:
            for batch in batches:
                written = io.BytesIO()
                pyarrow.csv.write_csv(batch, written, options)
                taking.write(written.getbuffer())
        self._analyze(name)

    def make(self, name: str, query: str, **parameters: Any) -> int:
        rows = self.run(f"create temporary table {name} on commit drop as {query}", **parameters)
        self._analyze(name)
        return rows

    def _analyze(self, name: str) -> None:
        """Of few rows too, which the planner would take for a thousand and more: it would read all
        of what they are looked up in."""
        self.run(f"analyze {name}")

    def drop(self, *names: str) -> None:
        self.run(f"drop table {', '.join(names)}")

    def make_views(self, views: Sequence[View]) -> None:
        """Only where a text changed: replacing a view waits for everybody who reads it. An upgrade
        gives the roles their rights in any case."""
        said = sha256_of(views)
        is_new = said_of_views(self) != said
        if is_new:
            self.wait_for_shared()
            is_new = said_of_views(self) != said
        if is_new:
            replace_views(self, views, said, may_drop_strangers=self._is_upgrading)
        if is_new or self._is_upgrading:
            give_access(self)

    def wait_for_shared(self) -> None:
        locks.wait_for_shared(self)

    def refresh_statistics(self, la_code: str) -> None:
        """Of what is written after the star where a load ends."""
        self.make_indexes("warehouse")
        tell_planner_of_star(self, la_code)

    def index_later(self, statements: Mapping[str, Sequence[str]]) -> None:
        """Of tables that nobody else sees yet, have the indexes of each schema where it has its
        rows: to sort them once costs less than half of what it costs each row to find its place in
        three trees. Of a warehouse that is there already, others read and write the tables: there
        each row is put into the indexes as it comes."""
        self._to_index = dict(statements)

    def make_indexes(self, *schemas: str) -> None:
        """Those that were to be made later; without schemas, all that are left."""
        for schema in schemas or tuple(self._to_index):
            if statements := self._to_index.pop(schema, ()):
                self.run(";\n".join(statements))

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


def _arrow_type(column: psycopg.Column, types: TypesRegistry) -> pa.DataType | None:
    """None where only the values say how many digits there are, as of a sum."""
    found = types.get(column.type_code)
    if found and found.name == "numeric":
        has_digits = column.precision is not None and column.scale is not None
        return pa.decimal128(column.precision, column.scale) if has_digits else None
    return _ARROW_OF.get(found.name if found else "", pa.string())


def _type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision}, {kind.scale})"
    return "timestamp" if pa.types.is_timestamp(kind) else _TYPE_OF.get(kind, "text")
