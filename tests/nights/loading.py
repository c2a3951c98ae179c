"""Runs the command line in this process, and reads what it left in a warehouse of either engine.

What differs between the engines is here alone: what a test asks is SQL that both run.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from reference.timescales import read_bank_holidays
from servers.postgresql import Server

from etl.calendar import working_days
from etl.cli import main
from etl.contracts.register import STAR
from etl.settings import PROJECT, PSEUDONYM_KEY
from etl.warehouse import Session, open_warehouse
from nights.verdicts import remembered

KEY = "a key for tests only, 40 characters long"
WESTMERE = PROJECT / "etl" / "demo" / "westmere.toml"
BANK_HOLIDAYS = read_bank_holidays(
    Path(working_days.__file__).with_name("bank_holidays_england.csv")
)
CURRENT = "known_to = date '9999-12-31'"


@dataclass(frozen=True)
class Ran:
    """What a command returned and said."""

    exit_code: int
    out: str
    err: str

    @property
    def parts(self) -> list[str]:
        """The four parts of the message, by their first words."""
        lines = self.err.splitlines()
        return [line.partition(":")[0] for line in lines if line[:6] in MESSAGE_PARTS]

    @property
    def shown_rows(self) -> dict[str, str]:
        """How many rows the command says it changed, or would change, by part."""
        return dict(re.findall(r"│ (\S+) +│ +([\d,]+) +│", self.out))


MESSAGE_PARTS = ("What: ", "Where:", "Means:", "Next: ")


# What is given with a command that would ask, or make nothing new, unless a test is about that.
GIVEN = {"load": "--new", "erase": "--yes", "purge": "--yes", "rotate-key": "--yes"}


def command(*arguments: object, key: str = KEY, as_it_stands: bool = False) -> Ran:
    """Run ``csc-etl`` with these arguments, in this process; every word it says is kept. A table
    that was judged before in this run of the tests is not judged again.

    as_it_stands: with these arguments alone, without what is in ``GIVEN``.
    """
    out, err = io.StringIO(), io.StringIO()
    if not as_it_stands and arguments[0] in GIVEN and "--dry-run" not in arguments:
        arguments = (*arguments, GIVEN[str(arguments[0])])
    with (
        remembered(),
        mock.patch.dict(os.environ, {PSEUDONYM_KEY: key}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        exit_code = main([str(argument) for argument in arguments])
    return Ran(exit_code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Council:
    """An authority with a folder of its own. database: URL of its warehouse in PostgreSQL; without
    one it is a DuckDB file in the folder."""

    folder: Path
    authority: Path
    database: str | None = None

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def restricted(self) -> Path:
        return self.folder / "warehouse.restricted.duckdb"

    @property
    def url(self) -> str:
        return self.database or f"duckdb:///{self.file}"

    def arguments(self, extract: Path) -> list[str]:
        """Those of the command that loads a night."""
        asked = ["load", str(extract), "--authority", str(self.authority), "--warehouse", self.url]
        # Beside a file it is the default.
        return [*asked, "--landing", str(self.folder / "landing")] if self.database else asked

    def load(self, extract: Path) -> Ran:
        """Load a night; the audit's accounts of every night so far must then sum."""
        ran = command(*self.arguments(extract))
        if ran.exit_code == 0:
            assert accounts_that_do_not_sum(self.url) == []
        return ran

    def freed_blocks(self) -> list[int]:
        """Of each file, the blocks whose rows were deleted and whose bytes are still there; of a
        database nothing, as it does not tell."""
        files = () if self.database else (self.file, self.restricted)
        asked = "select free_blocks from pragma_database_size() where database_name = 'csc'"
        return [free for file in files for (free,) in rows(file, asked)]

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query on the warehouse."""
        return ask(self.url, sql, **values)

    def work_left_behind(self) -> list[Path]:
        """What is still in the work folder, which must be empty after every night."""
        return list((self.folder / "landing" / "work").iterdir())


class DuckDBFile:
    """Makes councils whose warehouse is a file."""

    def council(self, folder: Path, authority: Path) -> Council:
        """One with an empty warehouse."""
        return Council(folder, authority)

    def copy(self, council: Council, folder: Path) -> Council:
        """The same council with a copy of its warehouse as it is now."""
        folder.mkdir()
        copied = replace(council, folder=folder)
        shutil.copy(council.file, copied.file)
        shutil.copy(council.restricted, copied.restricted)
        return copied

    def marks(self, council: Council) -> object:
        """What every write changes: the bytes of the files."""
        files = (council.file, council.restricted)
        return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


class PostgreSQLDatabase:
    """Makes councils whose warehouse is a database of this server."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def council(self, folder: Path, authority: Path) -> Council:
        """One with an empty warehouse."""
        return Council(folder, authority, self.server.new_database())

    def copy(self, council: Council, folder: Path) -> Council:
        """The same council with a copy of its warehouse as it is now."""
        return replace(council, folder=folder, database=self.server.copy_database(council.url))

    def marks(self, council: Council) -> object:
        """What every write changes: where each row is stored, and by which transaction."""
        return {
            table: sorted(ask(council.url, f"select cast(xmin as text), cast(ctid as text) "
                                           f"from {table}"))
            for table in tables(council.url)
        }  # fmt: skip


Engine = DuckDBFile | PostgreSQLDatabase


def authority_of(path: Path) -> dict[str, Any]:
    """The authority's file as a plain dict, for the reference calculation."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def asking(url: str) -> AbstractContextManager[Session]:
    """A session of the product's own that reads everything, the identities too."""
    return open_warehouse(url).reading(identities=True)


def ask(url: str, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with asking(url) as session:
        return session.rows(sql, **values)


def accounts_that_do_not_sum(url: str) -> list[tuple[Any, ...]]:
    """Lines of the audit in which a record went nowhere or twice; and tables whose current rows
    are not those that the nights opened less those that they closed, of authorities of which no
    child was erased."""
    lines = (
        "select run_id, table_name from audit.table_load where loaded <> unchanged + new_versions "
        "or rows_in_file <> repeats + outside + held_back + loaded"
    )
    current = " union all ".join(
        f"select '{table.name}' as table_name, la_code, count(*) as rows "
        f"from warehouse.{table.warehouse} where {CURRENT} and la_code <> '' group by la_code"
        for table in STAR
        if table.keeps_history and table.has_authority
    )
    tables = (
        "select opened.la_code, opened.table_name from ("
        "select run.la_code, load.table_name, sum(new_versions) - sum(closed) as rows "
        "from audit.table_load as load join audit.load_run as run on run.run_id = load.run_id "
        "where run.status = 'loaded' group by run.la_code, load.table_name) as opened "
        f"join ({current}) as stored on stored.la_code = opened.la_code "
        "and stored.table_name = opened.table_name where stored.rows <> opened.rows "
        "and opened.la_code not in "
        "(select la_code from audit.privacy_action where action = 'erase')"
    )
    with asking(url) as session:
        return session.rows(lines) + session.rows(tables)


def records(url: str, sql: str, **values: Any) -> list[dict[str, Any]]:
    """The rows of a query, by column."""
    with asking(url) as session:
        found: list[dict[str, Any]] = session.table(sql, **values).to_pylist()
    return found


# In a DuckDB file the tables of warehouse are in star, with a view of each in warehouse; the
# identities are in the only schema of a file of their own.
COLUMNS = """
select distinct
    case table_schema when 'star' then 'warehouse' when 'main' then 'restricted'
        else table_schema end || '.' || columns.table_name as name,
    columns.column_name, columns.data_type, tables.table_type = 'VIEW' as is_view
from information_schema.columns as columns
join information_schema.tables as tables using (table_catalog, table_schema, table_name)
where table_schema not in ('information_schema', 'pg_catalog')
"""


def tables(url: str) -> list[str]:
    """Every table, with its schema."""
    found = ask(url, f"select name from ({COLUMNS}) as found where not is_view")
    return sorted({name for (name,) in found})


def views(url: str) -> list[str]:
    """Every view for analysts, with its schema."""
    found = ask(url, f"select name from ({COLUMNS}) as found where is_view")
    return sorted({name for (name,) in found if name.startswith("report.")})


def types(url: str) -> dict[str, str]:
    """The engine's name for the type of each column of every table and view."""
    found = ask(url, f"select name, column_name, data_type from ({COLUMNS}) as found")
    return {f"{table}.{column}": kind for table, column, kind in found}


def content(url: str, *, without: tuple[str, ...] = ()) -> dict[str, Counter[tuple[Any, ...]]]:
    """Every row of every table, and how often it is there, without those of some schemas."""
    named = [table for table in tables(url) if table.partition(".")[0] not in without]
    with asking(url) as session:
        return {table: Counter(session.rows(f"select * from {table}")) for table in named}


@contextlib.contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads a file under the name csc, as an analyst's tool does."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as csc (read_only)")
        connection.execute("use csc")
        yield connection


def rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query on a file opened by itself, in DuckDB's own SQL."""
    with opened(file) as connection:
        return connection.execute(sql).fetchall()
