"""Runs the command line in this process, and reads what it left in a warehouse file."""

from __future__ import annotations

import contextlib
import io
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from reference.timescales import read_bank_holidays

from etl.calendar import working_days
from etl.cli import main
from etl.settings import PROJECT, PSEUDONYM_KEY

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


MESSAGE_PARTS = ("What: ", "Where:", "Means:", "Next: ")


def command(*arguments: object, key: str = KEY) -> Ran:
    """Run ``csc-etl`` with these arguments, in this process; every word it says is kept."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, {PSEUDONYM_KEY: key}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        exit_code = main([str(argument) for argument in arguments])
    return Ran(exit_code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Council:
    """An authority with a warehouse file in a folder of its own."""

    folder: Path
    authority: Path

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def restricted(self) -> Path:
        return self.folder / "warehouse.restricted.duckdb"

    @property
    def url(self) -> str:
        return f"duckdb:///{self.file}"

    def load(self, extract: Path) -> Ran:
        """Load a night."""
        return command("load", extract, "--authority", self.authority, "--warehouse", self.url)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query on the warehouse file."""
        return rows(self.file, sql, *values)

    def work_left_behind(self) -> list[Path]:
        """What is still in the work folder, which must be empty after every night."""
        return list((self.folder / "landing" / "work").iterdir())


def authority_of(path: Path) -> dict[str, Any]:
    """The authority's file as a plain dict, for the reference calculation."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@contextlib.contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the file under the name csc."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as csc (read_only)")
        connection.execute("use csc")
        yield connection


def rows(file: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query on a DuckDB file."""
    with opened(file) as connection:
        return connection.execute(sql, list(values)).fetchall()


def records(file: Path, sql: str, *values: Any) -> list[dict[str, Any]]:
    """The rows of a query, by column."""
    with opened(file) as connection:
        result = connection.execute(sql, list(values))
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def tables(file: Path) -> list[str]:
    """Every table of the file, with its schema."""
    return [
        f"{schema}.{table}"
        for schema, table in rows(
            file,
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'csc' order by all",
        )
    ]


def content(file: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without those of some schemas."""
    return {
        table: rows(file, f"select * from {table} order by all")
        for table in tables(file)
        if table.partition(".")[0] not in without
    }
