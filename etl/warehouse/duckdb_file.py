"""A warehouse in a DuckDB file, with the identities in a second, owner-only file beside it.

DuckDB lets one process write and then nobody read. So a load writes a copy and puts it in the
file's place when it is whole: readers keep the file they opened, new ones get the new one. Any
two loads into one file take turns by a lock of the operating system, which dies with its holder.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from etl.contracts.register import DIMENSIONS
from etl.errors import NOTHING_CHANGED, ConnectionFault, WrongUsage
from etl.log import logger
from etl.warehouse.schema import (
    OWN_KEYS,
    build_metadata,
    content_columns,
    identity_metadata,
)

# A file named warehouse.duckdb opens under the name `warehouse`, and `warehouse.dim_child` would
# then be ambiguous. The tables live in `star`; `warehouse` holds a view of each, and the views of
# `report` read `star`, so that they work however the file is opened.
TABLES_IN = "star"
# Readable by every DuckDB since 1.1: analysts' tools lag behind.
STORAGE_VERSION = "v1.0.0"
LOCK_WAIT_SECONDS = 3600
_STAR = re.compile(r"\bwarehouse\.")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)\b")


def _for_duckdb(sql: str, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement with DuckDB's parameters and table names, and the parameters it names."""
    names = set(_PARAMETER.findall(sql))
    text = _STAR.sub(f"{TABLES_IN}.", _PARAMETER.sub(r"$\1", sql))
    return text, {name: value for name, value in parameters.items() if name in names}


class DuckDBSession:
    """See ``engine.Session``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

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

    def stage(self, name: str, content: pa.Table) -> None:
        self._connection.register("arriving", content)
        self._connection.execute(f"create temporary table {name} as select * from arriving")
        self._connection.unregister("arriving")


class DuckDBWarehouse:
    """See ``engine.Warehouse``."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.restricted = self.path.with_name(f"{self.path.stem}.restricted.duckdb")
        self._lock = self.path.with_name(f"{self.path.name}.lock")
        self._copy = self.path.with_name(f"{self.path.name}.loading")
        self._restricted_copy = self.restricted.with_name(f"{self.restricted.name}.loading")
        self._has_identities = False

    def exists(self) -> bool:
        return self.path.exists()

    def default_folder(self) -> Path | None:
        return self.path.parent

    @contextmanager
    def reading(self) -> Iterator[DuckDBSession]:
        connection = duckdb.connect()
        try:
            connection.execute(f"attach '{_quoted(self.path)}' as building (read_only)")
            connection.execute("use building")
            self._check_version(connection)
            yield DuckDBSession(connection)
        except duckdb.IOException as error:
            raise self._fault(error, "read") from None
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[DuckDBSession]:
        self._has_identities = False
        with self._our_turn():
            try:
                self._make_copies()
                connection = self._open_copy()
                try:
                    yield DuckDBSession(connection)
                    connection.execute("commit")
                finally:
                    connection.close()
                self._put_in_place()
            except (duckdb.IOException, OSError) as error:
                raise self._fault(error, "written") from None
            finally:
                self._remove_copies()

    def write_identities(self, session: Any, name: str, content: pa.Table) -> None:
        """The star's transaction is committed to the copy first: DuckDB writes one file at a
        time. Nothing is lost by that; the copy counts only once it is put in place."""
        if not self._has_identities:
            session.run("commit")
            session.run("begin")
            self._has_identities = True
        columns = content.column_names
        key = columns[0]
        staged = f"arriving_{name}"
        session.stage(staged, content)
        same = " and ".join(f"arriving.{c} is not distinct from stored.{c}" for c in columns)
        session.run(
            f"delete from restricted.{name} as stored where {key} in (select {key} from {staged}) "
            f"and not exists (select 1 from {staged} as arriving where {same})"
        )
        session.run(
            f"insert into restricted.{name} ({', '.join(columns)}) "
            f"select {', '.join(columns)} from {staged} "
            f"where {key} not in (select {key} from restricted.{name})"
        )

    @contextmanager
    def _our_turn(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self._lock.open("a")
        except OSError as error:
            raise self._fault(error, "written") from None
        with handle:
            waited = time.monotonic()
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() - waited > LOCK_WAIT_SECONDS:
                        raise self._fault(TimeoutError(), "written") from None
                    if time.monotonic() - waited < 1:
                        logger.info("waiting for another load into this warehouse")
                    time.sleep(1)
            yield

    def _make_copies(self) -> None:
        self._remove_copies()
        for source, copy in (
            (self.path, self._copy),
            (self.restricted, self._restricted_copy),
        ):
            if source.exists():
                shutil.copyfile(source, copy)
                copy.chmod(source.stat().st_mode & 0o777)

    def _open_copy(self) -> duckdb.DuckDBPyConnection:
        is_new = not self._copy.exists()
        connection = duckdb.connect()
        # Files made from here on, the identities among them, are for their owner only.
        before = os.umask(0o077)
        try:
            version = f"(storage_version '{STORAGE_VERSION}')"
            connection.execute(f"attach '{_quoted(self._copy)}' as building {version}")
            connection.execute(f"attach '{_quoted(self._restricted_copy)}' as restricted {version}")
        finally:
            os.umask(before)
        connection.execute("use building")
        self._create_identities(connection)
        connection.execute("begin")
        if is_new:
            self._copy.chmod(0o666 & ~before)
            create_tables(connection)
        else:
            self._check_version(connection)
        return connection

    def _check_version(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Raises WrongUsage where the file lacks a column that this version writes."""
        found = connection.execute(
            "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() "
            "where database_name = 'building'"
        ).fetchall()
        there = {name for (name,) in found}
        lacking = [
            f"{table.name}.{column.name}"
            for table in build_metadata().sorted_tables
            for column in table.columns
            if f"{_STAR.sub(f'{TABLES_IN}.', str(table))}.{column.name}" not in there
        ]
        if lacking:
            more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
            raise WrongUsage(
                f"The warehouse file is of another version: it lacks {lacking[0]}{more}.",
                where=str(self.path),
                means="Nothing was changed.",
                next="Keep that file as it is, and load into a new one; CHANGELOG.md says what "
                "each version added.",
            )

    def _create_identities(self, connection: duckdb.DuckDBPyConnection) -> None:
        found = connection.execute(
            "select count(*) from duckdb_tables() where database_name = 'restricted'"
        ).fetchone()
        if found and not found[0]:
            for statement in _ddl(identity_metadata("restricted")):
                connection.execute(statement)

    def _put_in_place(self) -> None:
        # The identities first: they only gain rows, so a kill between the two loses nothing.
        for copy, target in ((self._restricted_copy, self.restricted), (self._copy, self.path)):
            with copy.open("rb") as written:
                os.fsync(written.fileno())
            copy.replace(target)

    def _remove_copies(self) -> None:
        for copy in (self._copy, self._restricted_copy):
            for name in (copy, copy.with_name(f"{copy.name}.wal")):
                name.unlink(missing_ok=True)

    def _fault(self, error: BaseException, verb: str) -> ConnectionFault:
        reason = getattr(error, "strerror", None) or type(error).__name__
        if verb == "read":
            return ConnectionFault(
                f"The warehouse file cannot be read ({reason}).",
                where=str(self.path),
                means="Nothing was changed.",
                next="See that the path is that of a warehouse file, and that you may read it.",
            )
        return ConnectionFault(
            f"The warehouse file cannot be {verb} ({reason}).",
            where=str(self.path),
            means=NOTHING_CHANGED,
            next="Free disk space, mend the folder's permissions, or wait for the load that holds "
            "the file; then load the night again.",
        )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _ddl(metadata: MetaData) -> Iterator[str]:
    """SQLAlchemy's PostgreSQL dialect writes what DuckDB runs."""
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        qualified = f"{table.schema}.{table.name}" if table.schema else table.name
        if table.comment:
            yield f"comment on table {qualified} is {_literal(table.comment)}"
        for column in table.columns:
            if column.comment:
                comment = _literal(column.comment)
                yield f"comment on column {qualified}.{column.name} is {comment}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every schema and table, and the unknown member of each keyed dimension."""
    metadata, session = build_metadata(), DuckDBSession(connection)
    for schema in (TABLES_IN, "warehouse", "report", "audit"):
        connection.execute(f"create schema {schema}")
    for statement in _ddl(metadata):
        session.run(statement)
    for table in metadata.sorted_tables:
        if table.schema == "warehouse":
            connection.execute(
                f"create view warehouse.{table.name} as select * from {TABLES_IN}.{table.name}"
            )
    for dimension in DIMENSIONS:
        if dimension.name in OWN_KEYS:
            _add_unknown_member(session, dimension.warehouse or "", content_columns(dimension))


def _add_unknown_member(session: DuckDBSession, table: str, columns: tuple[str, ...]) -> None:
    keys = [column for column in columns if column.endswith("_key")]
    named = ", ".join(["la_code", *keys, "run_id", "known_from", "known_to"])
    zeros = ", ".join("0" for _ in keys)
    extra, values = ("", "")
    if "is_merged" in columns:
        extra, values = ", is_merged, is_unborn", ", false, false"
    if "name" in columns:
        extra, values = ", name", ", 'not known'"
    session.run(
        f"insert into warehouse.{table} ({named}{extra}) values "
        f"('', {zeros}, 'unknown member', date '1900-01-01', date '9999-12-31'{values})"
    )
