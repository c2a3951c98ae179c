"""How a connection opens the files: to read, as copies to write, or written anew."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.warehouse.duckdb.faults import telling_of
from etl.warehouse.duckdb.files import Files

# Readable by every DuckDB since 1.1: analysts' tools lag behind.
STORAGE_VERSION = "v1.0.0"
# Of a load. Several wait for one another: they take a sixth more process time, and end no sooner.
THREADS = 1
# For texts that hardly repeat, such as ids and tokens. To try it on every column takes a twelfth of
# a first load, and saves a sixth of the file.
NOT_WORTH_TRYING = "fsst"


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection that knows no file yet. spill: where it writes what does not fit into memory, a
    folder in one of the owner's; by itself DuckDB would take one that everybody can look into."""
    return duckdb.connect(config={"temp_directory": str(spill)})


def attach(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    """Open the file to read."""
    with telling_of(file, "read"):
        _attach_to_read(connection, file, name)


def attach_copies(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """Open both copies to write, as ``restricted`` and ``building``; one that is not there is
    made."""
    connection.execute(f"set threads = {THREADS}")
    for (target, copy), name in zip(files.pairs(), ("restricted", "building"), strict=True):
        with telling_of(target, "written"):
            _attach_to_write(connection, copy, name)
    connection.execute("use building")


def write_anew(source: Path, copy: Path, spill: Path) -> None:
    """The same tables, views and comments in a file without history of its own. spill: as in
    ``connect``."""
    with connect(spill) as connection:
        _attach_to_read(connection, source, "source")
        _attach_to_write(connection, copy, "anew")
        connection.execute("copy from database source to anew")


def _attach_to_read(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    # The type is named, for DuckDB would fetch a reader of another kind of file by itself.
    connection.execute(f"attach '{_quoted(file)}' as {name} (read_only, type duckdb)")


def _attach_to_write(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> None:
    connection.execute(f"set disabled_compression_methods = '{NOT_WORTH_TRYING}'")
    version = f"(type duckdb, storage_version '{STORAGE_VERSION}')"
    connection.execute(f"attach '{_quoted(file)}' as {name} {version}")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
