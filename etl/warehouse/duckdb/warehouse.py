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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from etl.errors import NOTHING_CHANGED, ConnectionFault, WrongUsage, reason
from etl.log import logger
from etl.warehouse.engine import PARAMETER, named_in, take_turn
from etl.warehouse.members import add_unknown_members
from etl.warehouse.schema import build_metadata, identity_metadata, of_another_version

# A file named warehouse.duckdb opens under the name `warehouse`, and `warehouse.dim_child` would
# then be ambiguous. The tables live in `star`; `warehouse` holds a view of each, and the views of
# `report` read `star`, so that they work however the file is opened.
TABLES_IN = "star"
# Readable by every DuckDB since 1.1: analysts' tools lag behind.
STORAGE_VERSION = "v1.0.0"
ColumnName = tuple[str, str, str]
_STAR = re.compile(r"\bwarehouse\.")


def _for_duckdb(sql: str, parameters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement with DuckDB's parameters and table names, and the parameters it names."""
    text = _STAR.sub(f"{TABLES_IN}.", PARAMETER.sub(r"$\1", sql))
    return text, named_in(sql, parameters)


class DuckDBSession:
    """See ``engine.Session``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._writes_identities = False

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

    def make_views(self, views: Mapping[str, str]) -> None:
        for name, sql in views.items():
            self.run(f"create or replace view {name} as {sql}")

    def wait_for_shared(self) -> None:
        """Whoever writes a file writes it alone."""

    def refresh_statistics(self) -> None:
        """DuckDB keeps them itself."""

    def turn_to_identities(self) -> None:
        """DuckDB writes one file in a transaction, so that of the star is committed to the copy.
        Nothing is lost by that; the copy counts only once it is put in place."""
        if not self._writes_identities:
            self._connection.execute("commit")
            self._connection.execute("begin")
            self._writes_identities = True

    def begin_again(self) -> None:
        named = self.rows("select table_name from duckdb_tables() where temporary")
        for (name,) in named:
            self.run(f"drop table {name}")
        if self._writes_identities:
            self._connection.execute("commit")
            self._connection.execute("begin")
            self._writes_identities = False


class DuckDBWarehouse:
    """See ``engine.Warehouse``."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.restricted = self.path.with_name(f"{self.path.stem}.restricted.duckdb")
        self._lock = self.path.with_name(f"{self.path.name}.lock")
        self._copy = self.path.with_name(f"{self.path.name}.loading")
        self._restricted_copy = self.restricted.with_name(f"{self.restricted.name}.loading")

    def exists(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:  # such as a folder on the way that may not be looked into
            raise self._fault(error, "read") from None

    def shown(self) -> str:
        return str(self.path)

    def default_folder(self) -> Path | None:
        return self.path.parent

    @contextmanager
    def reading(self, *, identities: bool = False) -> Iterator[DuckDBSession]:
        connection = duckdb.connect()
        try:
            self._attach(connection, self.path, "building")
            if identities:
                self._attach(connection, self.restricted, "restricted")
            connection.execute("use building")
            self._check_release(connection, "building", *["restricted"] * identities)
            with self._telling_of(self.path, "read"):
                yield DuckDBSession(connection)
        finally:
            connection.close()

    def _attach(self, connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
        # The type is named, for DuckDB would fetch a reader of another kind of file by itself.
        with self._telling_of(file, "read"):
            connection.execute(f"attach '{_quoted(file)}' as {name} (read_only, type duckdb)")

    @contextmanager
    def _telling_of(self, file: Path, verb: str) -> Iterator[None]:
        """Where the file is at fault, say so of it and in our words."""
        try:
            yield
        except duckdb.Error as error:
            if not _is_of_a_file(error):
                raise
            raise self._fault(error, verb, file) from None

    @contextmanager
    def writing(self, la_code: str) -> Iterator[DuckDBSession]:
        with self._changing(upgrade=False) as session:
            yield session

    @contextmanager
    def upgrading(self) -> Iterator[DuckDBSession]:
        with self._changing(upgrade=True) as session:
            yield session

    def scrub(self) -> None:
        """Write both files anew: a file keeps the bytes of what was deleted until it uses their
        place again."""
        with self._replacing():
            for source, copy in self._files():
                _write_anew(source, copy)

    @contextmanager
    def _changing(self, *, upgrade: bool) -> Iterator[DuckDBSession]:
        with self._replacing():
            if not upgrade:  # which makes both files anew
                self._make_copies()
            connection = duckdb.connect()
            try:
                self._open_copies(connection, upgrade=upgrade)
                yield DuckDBSession(connection)
                connection.execute("commit")
            finally:
                connection.close()

    @contextmanager
    def _replacing(self) -> Iterator[None]:
        """Put in place what the block writes as copies, alone; where it raises, nothing."""
        with self._our_turn():
            try:
                self._remove_copies()
                with self._telling_of(self.path, "written"):
                    yield
                self._put_in_place()
            # A commit that finds the disk full is a TransactionException.
            except (duckdb.TransactionException, OSError) as error:
                raise self._fault(error, "written") from None
            finally:
                self._remove_copies()

    @contextmanager
    def _our_turn(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self._lock.open("a")
        except OSError as error:
            raise self._fault(error, "written") from None

        def lock() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        with handle:
            if not take_turn(lock, "into this warehouse"):
                raise self._fault(TimeoutError(), "written")
            yield

    def _files(self) -> tuple[tuple[Path, Path], ...]:
        """Each file and its copy, in the order in which they are put in place. The identities
        first: of a kill between the two analysts see nothing, and the same command again finishes
        it, as does the next night."""
        return (self.restricted, self._restricted_copy), (self.path, self._copy)

    def _make_copies(self) -> None:
        for source, copy in self._files():
            if source.exists():
                shutil.copyfile(source, copy)
                copy.chmod(_mode(source))

    def _open_copies(self, connection: duckdb.DuckDBPyConnection, *, upgrade: bool) -> None:
        is_new, knows_nobody = not self._copy.exists(), not self._restricted_copy.exists()
        self._attach_copies(connection)
        if knows_nobody:
            for statement in _ddl(identity_metadata()):
                connection.execute(statement)
        if upgrade and self.restricted.exists():
            self._bring_over(connection, self.restricted, into="restricted")
        connection.execute("begin")
        if is_new:
            create_tables(connection)
        if upgrade:
            self._bring_over(connection, self.path, into="building")
        if is_new:
            add_unknown_members(DuckDBSession(connection))
        self._check_release(connection, "building", "restricted")

    def _attach_copies(self, connection: duckdb.DuckDBPyConnection) -> None:
        """A file that is made here gets the mode of the one whose place it takes. The first of
        all gets the system's, that of the identities is for its owner only."""
        new = [(target, copy) for target, copy in self._files() if not copy.exists()]
        version = f"(type duckdb, storage_version '{STORAGE_VERSION}')"
        before = os.umask(0o077)
        try:
            for (target, copy), name in zip(self._files(), ("restricted", "building"), strict=True):
                with self._telling_of(target, "written"):
                    connection.execute(f"attach '{_quoted(copy)}' as {name} {version}")
        finally:
            os.umask(before)
        for target, copy in new:
            if target.exists():
                copy.chmod(_mode(target))
            elif target == self.path:
                copy.chmod(0o666 & ~before)
        connection.execute("use building")

    def _bring_over(
        self, connection: duckdb.DuckDBPyConnection, source: Path, *, into: str
    ) -> None:
        """Fill new tables from those of the earlier release. Raises WrongUsage where those hold
        what this release has no place for."""
        earlier = f"earlier_{into}"
        self._attach(connection, source, earlier)
        had = _columns_of(connection, earlier)
        if not had & _columns_of_this_release(into):
            raise self._not_ours(into)
        if surplus := had - _columns_of(connection, into):
            raise self._no_place_for(surplus)
        for schema, table in sorted({name[:2] for name in had}):
            columns = ", ".join(f'"{name[2]}"' for name in had if name[:2] == (schema, table))
            connection.execute(
                f"insert into {into}.{schema}.{table} ({columns}) "
                f"select {columns} from {earlier}.{schema}.{table}"
            )

    def _check_release(self, connection: duckdb.DuckDBPyConnection, *databases: str) -> None:
        """Raises WrongUsage where a file lacks a column that this release writes, or has one
        beside ours that it does not know."""
        for database in databases:
            there, ours = _columns_of(connection, database), _columns_of_this_release(database)
            if not there & ours:
                raise self._not_ours(database)
            if lacking := ours - there:
                names = sorted(f"{table}.{column}" for _, table, column in lacking)
                raise of_another_version(names, self.shown())
            our_schemas = {schema for schema, _, _ in ours}
            if surplus := {name for name in there - ours if name[0] in our_schemas}:
                raise self._no_place_for(surplus)

    def _not_ours(self, database: str) -> WrongUsage:
        is_warehouse = database == "building"
        return WrongUsage(
            "The file is no warehouse of ours: it has none of its tables."
            if is_warehouse
            else "The file beside the warehouse has none of the tables of identities.",
            where=str(self.path if is_warehouse else self.restricted),
            means="Nothing was changed.",
            next="Give the path of the warehouse, such as warehouse.duckdb; the identities are in "
            "warehouse.restricted.duckdb beside it. Of a new one, give a path where no file is."
            if is_warehouse
            else "Restore both files from one backup.",
        )

    def _no_place_for(self, surplus: set[ColumnName]) -> WrongUsage:
        more = f" and {len(surplus) - 1} more" if len(surplus) > 1 else ""
        return WrongUsage(
            f"The warehouse holds what this release has no place for: {'.'.join(min(surplus))}"
            f"{more}.",
            where=self.shown(),
            means="Nothing was changed.",
            next="If a later release wrote it, use that release. A table or view of your own "
            "belongs in a file of its own.",
        )

    def _put_in_place(self) -> None:
        """Both are on the disk before either takes its place: what a kill could come between is
        as short as two renames."""
        for _, copy in self._files():
            with copy.open("rb") as written:
                os.fsync(written.fileno())
        for target, copy in self._files():
            self._remove_log_of_another(target)
            copy.replace(target)

    def _remove_log_of_another(self, target: Path) -> None:
        """DuckDB would apply to the new file what somebody wrote into the old one by hand, and did
        not finish."""
        log = _log_of(target)
        if log.exists():
            logger.warning("%s was written by hand; what it holds is dropped", log)
            log.unlink()

    def _remove_copies(self) -> None:
        for _, copy in self._files():
            for name in (copy, _log_of(copy)):
                name.unlink(missing_ok=True)

    def _fault(self, error: BaseException, verb: str, file: Path | None = None) -> ConnectionFault:
        """file: the one concerned; by default that which the error names, or the warehouse."""
        named = getattr(error, "filename", None) == str(self.restricted)
        where = str(file or (self.restricted if named else self.path))
        if verb == "read":
            return ConnectionFault(
                f"The warehouse file cannot be read ({_why(error)}).",
                where=where,
                means="Nothing was changed.",
                next="See that the path is that of a warehouse file, that you may read it, and "
                "that no other program writes into it. Restore a damaged one from a backup: "
                "docs/backup-and-restore.md.",
            )
        return ConnectionFault(
            f"The warehouse file cannot be {verb} ({_why(error)}).",
            where=where,
            means=NOTHING_CHANGED,
            next="Free disk space, mend the folder's permissions, or wait for the load that holds "
            "the file; then try again.",
        )


# What DuckDB's message says of a file, and the same in our words: its own may quote what it read.
_OF_A_FILE = {
    "Is a directory": "it is a folder",
    "not a valid DuckDB database file": "it is no DuckDB file",
    "Conflicting lock is held": "another program has it open to write",
    "Permission denied": "Permission denied",
    "database does not exist": "there is no such file",
    "Could not read enough bytes": "it is cut off",
    "Corrupt database file": "it is damaged",
}


def _is_of_a_file(error: duckdb.Error) -> bool:
    """Whether the file is at fault, not what was asked of it. DuckDB has no kind of error of its
    own for a damaged one."""
    is_damaged = type(error) is duckdb.Error and "Corrupt database file" in str(error)
    return is_damaged or isinstance(error, duckdb.IOException)


def _why(error: BaseException) -> str:
    if isinstance(error, OSError):
        return reason(error)
    said = str(error)
    found = (ours for theirs, ours in _OF_A_FILE.items() if theirs in said)
    return next(found, type(error).__name__)


def _write_anew(source: Path, copy: Path) -> None:
    """The same tables, views and comments in a file without history of its own."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(source)}' as source (read_only, type duckdb)")
        before = os.umask(0o077)
        try:
            version = f"(type duckdb, storage_version '{STORAGE_VERSION}')"
            connection.execute(f"attach '{_quoted(copy)}' as anew {version}")
        finally:
            os.umask(before)
        connection.execute("copy from database source to anew")
    copy.chmod(_mode(source))


def _log_of(file: Path) -> Path:
    """DuckDB's log of what is not in the file yet."""
    return file.with_name(f"{file.name}.wal")


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _schema(table: Table) -> str:
    """Where a file has the table: ``restricted`` is a file of its own."""
    return {"warehouse": TABLES_IN, "restricted": "main"}.get(str(table.schema), str(table.schema))


def _columns_of(connection: duckdb.DuckDBPyConnection, database: str) -> set[ColumnName]:
    """Schema, table and column of every column, without those of the views that we make."""
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
def _columns_of_this_release(database: str) -> frozenset[ColumnName]:
    metadata = build_metadata() if database == "building" else identity_metadata()
    return frozenset(
        (_schema(table), table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
    )


def _ddl(metadata: MetaData) -> Iterator[str]:
    """SQLAlchemy's PostgreSQL dialect writes what DuckDB runs."""
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        qualified = f"{table.schema}.{table.name}"
        if table.comment:
            yield f"comment on table {qualified} is {_literal(table.comment)}"
        for column in table.columns:
            if column.comment:
                comment = _literal(column.comment)
                yield f"comment on column {qualified}.{column.name} is {comment}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every schema and table."""
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
