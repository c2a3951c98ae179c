"""Copies of both files to keep, of one moment, and whether two such copies belong together."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb

from etl.errors import NightError
from etl.left_behind import temporary_folder
from etl.warehouse.duckdb.attaching import attach, connect
from etl.warehouse.duckdb.faults import fault, telling_of
from etl.warehouse.duckdb.files import Files
from etl.warehouse.duckdb.release import check_ours
from etl.warehouse.duckdb.session import DuckDBSession

_AT_A_TIME = 1 << 20
# docs/backup-and-restore.md asks the same by hand.
_OF_NO_CHILD = """
select
    (select max(extract_date) from audit.load_run where status = 'loaded') as last_night,
    (select count(*) from warehouse.fact_timescale_obligation) as obligations,
    (
        select count(*) from restricted.child_identity
        where child_key not in (select child_key from warehouse.dim_child)
    ) as identities_of_no_child
"""


def copy_files(files: Files, folder: Path) -> dict[str, str]:
    """Copy both into the folder while no load may write; returns the SHA-256 of each as it was
    read, by its name. Raises ConnectionFault where one cannot be read or the lock is not free
    within an hour, OSError where a copy cannot be written."""
    with files.held_still():
        return {source.name: _copy(source, folder / source.name) for source, _ in files.pairs()}


def check_copies(files: Files, folder: Path) -> None:
    """Read all that both copies hold, and ask what only two files of one moment answer well. Raises
    ConnectionFault where one cannot be read, WrongUsage where one is none of ours, NightError where
    they do not belong together."""
    star, restricted = (folder / path.name for path in (files.path, files.restricted))
    with temporary_folder() as spill, connect(spill / "spill") as connection:
        attach(connection, star, "building")
        attach(connection, restricted, "restricted")
        check_ours(connection, files, "building", "restricted")
        _read_through(connection, "building", files.path)
        _read_through(connection, "restricted", files.restricted)
        connection.execute("use building")
        with telling_of(star, "read"):
            [(_, _, strangers)] = DuckDBSession(connection).rows(_OF_NO_CHILD)
    if strangers:
        raise NightError(
            f"The two files do not belong together: {strangers:,} identities are of no child that "
            "the warehouse has.",
            where=f"{files.path} and {files.restricted}",
            means="There is no new backup; those before it are still there.",
            next="Somebody put one of them in place alone: restore both from one backup, "
            "docs/backup-and-restore.md.",
        )


def _read_through(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """Every block of the copy that holds a row. DuckDB opens a file of which one is broken, and a
    good copy of it would be kept while those of before age out. Of the copy the sums are right: it
    is the file itself that is told of."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ?", [name]
    ).fetchall()
    with telling_of(file, "read"):
        for schema, table in tables:
            connection.execute(
                f'select bit_xor(hash(every_column)) from {name}."{schema}"."{table}" '
                "as every_column"
            ).fetchall()


def _copy(source: Path, target: Path) -> str:
    """With its mode, times and, where it may be, group."""
    found = hashlib.sha256()
    with target.open("xb") as written:
        for part in _parts(source):
            found.update(part)
            written.write(part)
        written.flush()
        os.fsync(written.fileno())
    with suppress(OSError):  # the group is not one of this account's
        os.chown(target, -1, source.stat().st_gid)
    shutil.copystat(source, target)
    return found.hexdigest()


def _parts(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as read:
            while part := read.read(_AT_A_TIME):
                yield part
    except OSError as error:
        raise fault(error, "read", source) from None
