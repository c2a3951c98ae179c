"""The floor: the same files read with pyarrow, written as Parquet and copied into the same engine
by its fastest way. No night that keeps what it read and stores it can cost less."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv


def into_duckdb(extract: str, folder: str, url: str) -> dict[str, int]:
    """Copy every table of an extract into a new DuckDB file; returns the rows of each."""
    import duckdb

    rows = {}
    with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
        for name, table in landed(Path(extract), Path(folder)):
            connection.register("arrow", table)
            connection.execute(f'create table "{name}" as select * from arrow')
            connection.unregister("arrow")
            rows[name] = table.num_rows
    return rows


def into_postgresql(extract: str, folder: str, url: str) -> dict[str, int]:
    """Copy every table of an extract into an empty PostgreSQL database; returns the rows of
    each."""
    import psycopg

    rows = {}
    with psycopg.connect(url) as connection:
        for name, table in landed(Path(extract), Path(folder)):
            columns = ", ".join(f'"{column}" text' for column in table.column_names)
            connection.execute(f'create table "{name}" ({columns})'.encode())
            written = io.BytesIO()
            csv.write_csv(table, written, csv.WriteOptions(include_header=False))
            with connection.cursor().copy(f'copy "{name}" from stdin (format csv)'.encode()) as to:
                to.write(written.getbuffer())
            rows[name] = table.num_rows
    return rows


def rows(extract: str) -> dict[str, int]:
    """The rows of each table of an extract."""
    return {name: table.num_rows for name, table in tables(Path(extract))}


def landed(extract: Path, folder: Path) -> Iterator[tuple[str, pa.Table]]:
    """Each table by name, once it is a Parquet file."""
    for name, table in tables(extract):
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        yield name, table


def tables(extract: Path) -> Iterator[tuple[str, pa.Table]]:
    """Each table of an extract by name: every column as the text that it is."""
    for name, content in _files(extract):
        header = content.split(b"\n", 1)[0].decode("utf-8-sig").strip().replace('"', "").split(",")
        yield (
            name,
            csv.read_csv(
                pa.BufferReader(content),
                parse_options=csv.ParseOptions(newlines_in_values=True),
                convert_options=csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
            ),
        )


def _files(extract: Path) -> Iterator[tuple[str, bytes]]:
    """Each table's file in a folder or zip, by the table's name."""
    at = zipfile.Path(extract) if extract.suffix == ".zip" else extract
    for file in sorted(at.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".csv") and file.name != "MANIFEST.csv":
            yield file.name.removesuffix(".csv"), file.read_bytes()
