"""MANIFEST.csv: the tables that an export wrote, how many rows of each, and the hashes of their
files where it knows them."""

from __future__ import annotations

import re
from pathlib import Path

from etl.sources.arrival.csv_file import CsvFile
from etl.sources.arrival.files import (
    CHANGE_THE_EXPORT,
    COPY_AGAIN,
    csv_files,
    stop,
    table_called,
)

MANIFEST = "MANIFEST"
_TABLE, _ROWS, _SHA256 = "TABLE", "ROWS", "SHA256"
_MOST_DIGITS = 18
_BIGGEST = 1 << 24
_OF_A_FILE = re.compile(r"\.CSV(\.GZ)?\Z")


def read_manifest(raw: bytes, extract: Path | str) -> dict[str, int]:
    """Rows by table, whose names are in capitals. Raises NightStopped where the manifest itself
    cannot be read."""
    where = f"{extract}, MANIFEST.csv"
    columns = _columns(raw, where)
    tables = _tables(columns)
    rows = [str(rows).strip() for rows in columns.get(_ROWS, [])]
    if not {_TABLE, _ROWS} <= columns.keys() or not all(map(_is_a_number, rows)):
        raise stop("MANIFEST.csv is not a list of `table,rows`.", where, CHANGE_THE_EXPORT)
    if not tables:
        raise stop("MANIFEST.csv lists no table.", where, COPY_AGAIN)
    if len(set(tables)) < len(tables):
        raise stop("MANIFEST.csv lists a table twice.", where, CHANGE_THE_EXPORT)
    return dict(zip(tables, map(int, rows), strict=True))


def sha256_by_file(folder: Path, extract: str) -> dict[str, str]:
    """The hashes, in small letters, that a folder's manifest says of files that are there, by name
    of file, as they lie there. Nothing where it says none. Raises NightStopped where it cannot be
    read."""
    files = {table_called(path.name): path for path in folder.iterdir()}
    manifest = files.get(MANIFEST)
    if manifest is None:
        return {}
    columns = _columns(csv_files(folder, _BIGGEST)[MANIFEST](), f"{extract}, MANIFEST.csv")
    said = dict(zip(_tables(columns), columns.get(_SHA256, []), strict=False))
    return {
        files[table].name: str(sha256).strip().lower()
        for table, sha256 in said.items()
        if table in files and str(sha256 or "").strip()
    }


def _columns(raw: bytes, where: str) -> dict[str, list[str]]:
    content = CsvFile("MANIFEST.csv", where, (_TABLE, _ROWS)).read(MANIFEST, raw).content
    return {name.strip().upper(): content[name].to_pylist() for name in content.column_names}


def _tables(columns: dict[str, list[str]]) -> list[str]:
    """A table may be called by its file."""
    return [_OF_A_FILE.sub("", str(table).strip().upper()) for table in columns.get(_TABLE, [])]


def _is_a_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
