"""How a connection opens the files: to read, as copies to write, or written anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.warehouse.duckdb.faults import telling_of
from etl.warehouse.duckdb.files import Files, mode

# Readable by every DuckDB since 1.1: analysts' tools lag behind.
STORAGE_VERSION = "v1.0.0"


def attach(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    """Open the file to read."""
    with telling_of(file, "read"):
        _attach_to_read(connection, file, name)


def attach_copies(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """Open both copies to write, as ``restricted`` and ``building``.

    A file that is made here gets the mode of the one whose place it takes. The first of all gets
    the system's, that of the identities is for its owner only.
    """
    new = [(target, copy) for target, copy in files.pairs() if not copy.exists()]
    with _for_its_owner_only() as usual:
        for (target, copy), name in zip(files.pairs(), ("restricted", "building"), strict=True):
            with telling_of(target, "written"):
                _attach_to_write(connection, copy, name)
    for target, copy in new:
        if target.exists():
            copy.chmod(mode(target))
        elif target == files.path:
            copy.chmod(0o666 & ~usual)
    connection.execute("use building")


def write_anew(source: Path, copy: Path) -> None:
    """The same tables, views and comments in a file without history of its own."""
    with duckdb.connect() as connection:
        _attach_to_read(connection, source, "source")
        with _for_its_owner_only():
            _attach_to_write(connection, copy, "anew")
        connection.execute("copy from database source to anew")
    copy.chmod(mode(source))


def _attach_to_read(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    # The type is named, for DuckDB would fetch a reader of another kind of file by itself.
    connection.execute(f"attach '{_quoted(file)}' as {name} (read_only, type duckdb)")


def _attach_to_write(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    version = f"(type duckdb, storage_version '{STORAGE_VERSION}')"
    connection.execute(f"attach '{_quoted(file)}' as {name} {version}")


@contextmanager
def _for_its_owner_only() -> Iterator[int]:
    """So is what is made in the block. Yields the mask that holds otherwise."""
    before = os.umask(0o077)
    try:
        yield before
    finally:
        os.umask(before)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
