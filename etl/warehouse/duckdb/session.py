"""A connection to DuckDB that speaks as every engine's sessions do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl.warehouse.session import BATCH_ROWS, PARAMETER, named_in
from etl.warehouse.view import COLUMNS_OF_REPORT, View, comments_on, sha256_of

# A file named warehouse.duckdb opens under the name `warehouse`, and `warehouse.dim_child` would
# then be ambiguous. The tables live in `star`; `warehouse` holds a view of each, and the views of
# `report` read `star`, so that they work however the file is opened.
TABLES_IN = "star"
_STAR = re.compile(r"\bwarehouse\.")
_SAID_OF_VIEWS = """
select macro_definition from duckdb_functions()
where schema_name = 'audit' and function_name = 'views_made_from'
and database_name = current_database()
"""


def _for_duckdb(sql: str, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement with DuckDB's parameters and table names, and the parameters it names."""
    text = _STAR.sub(f"{TABLES_IN}.", PARAMETER.sub(r"$\1", sql))
    return text, named_in(sql, parameters)


def as_one(statements: Iterable[str]) -> str:
    """Several statements as one text. A comment costs less to make than to ask for: DuckDB does in
    one go what is asked in one."""
    return ";\n".join(statements)


class DuckDBSession:
    """See ``session.Session``. keys: statements that give the tables of a new file their primary
    keys, see ``tables.create_tables``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, keys: Sequence[str] = ()) -> None:
        self._connection = connection
        self._keys = keys
        self._writes_identities = False
        # Names that stand for a file, not for a table.
        self._files: set[str] = set()

    def _execute(self, sql: str, parameters: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(*_for_duckdb(sql, parameters))

    def run(self, sql: str, **parameters: Any) -> int:
        result = self._execute(sql, parameters).fetchone()
        return int(result[0]) if result and isinstance(result[0], int) else 0

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self._execute(sql, parameters).fetchall()

    def table(self, sql: str, **parameters: Any) -> pa.Table:
        text, used = _for_duckdb(sql, parameters)
        return self._connection.sql(text, params=used).to_arrow_table()

    def reader(self, sql: str) -> pa.RecordBatchReader:
        text, _ = _for_duckdb(sql, {})
        return self._connection.sql(text).to_arrow_reader(BATCH_ROWS)

    def stage(self, name: str, content: pa.Table) -> None:
        self._connection.register("arriving", content)
        self._connection.execute(f"create temporary table {name} as select * from arriving")
        self._connection.unregister("arriving")

    def stage_file(self, name: str, path: Path) -> None:
        self._files.add(name)
        quoted = str(path).replace("'", "''")
        self._connection.execute(
            f"create temporary view {name} as select * from read_parquet('{quoted}')"
        )

    def make(self, name: str, query: str, **parameters: Any) -> int:
        return self.run(f"create temporary table {name} as {query}", **parameters)

    def drop(self, *names: str) -> None:
        for name in names:
            kind = "view" if name in self._files else "table"
            self._connection.execute(f"drop {kind} {name}")
            self._files.discard(name)

    def make_views(self, views: Sequence[View]) -> None:
        """Only where a text changed: replacing each takes a tenth of a second, and its comments,
        which are lost by that, two. A macro keeps the hash of their texts, as DuckDB has no comment
        on a schema."""
        said = sha256_of(views)
        if self.rows(_SAID_OF_VIEWS) == [(f"'{said}'",)]:
            return
        self.run(as_one(f"create or replace view report.{v.name} as {v.sql}" for v in views))
        self.run(as_one(comments_on(views, self.rows(COLUMNS_OF_REPORT))))
        self.run(f"create or replace macro audit.views_made_from() as '{said}'")

    def wait_for_shared(self) -> None:
        """Whoever writes a file writes it alone."""

    def refresh_statistics(self, la_code: str) -> None:
        """DuckDB keeps them itself."""

    def turn_to_identities(self) -> None:
        """DuckDB writes one file in a transaction, so that of the star is committed to the copy.
        Nothing is lost by that; the copy counts only once it is put in place."""
        if not self._writes_identities:
            self.commit()
            self._connection.execute("begin")
            self._writes_identities = True

    def begin_again(self) -> None:
        named = self.rows("select table_name from duckdb_tables() where temporary")
        self.drop(*self._files, *(name for (name,) in named))
        if self._writes_identities:
            self.commit()
            self._connection.execute("begin")
            self._writes_identities = False

    def commit(self) -> None:
        """Raises duckdb.ConstraintException where the keys of a new file do not tell its rows
        apart, which DuckDB finds as it commits and tells as it tells of a full disk."""
        if self._keys:
            self.run(as_one(self._keys))
            self._keys = ()
        try:
            self._connection.execute("commit")
        except duckdb.TransactionException as error:
            if "constraint violation" not in str(error):
                raise
            raise duckdb.ConstraintException("Two rows have one primary key.") from None
