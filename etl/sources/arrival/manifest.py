"""MANIFEST.csv: the tables that an export wrote, and how many rows of each."""

from __future__ import annotations

import re
from pathlib import Path

from etl.sources.arrival.csv_file import CsvFile
from etl.sources.arrival.files import CHANGE_THE_EXPORT, COPY_AGAIN, stop

MANIFEST = "MANIFEST"
_TABLE, _ROWS = "TABLE", "ROWS"
_MOST_DIGITS = 18
_OF_A_FILE = re.compile(r"\.CSV(\.GZ)?\Z")


def read_manifest(raw: bytes, extract: Path) -> dict[str, int]:
    """Rows by table, whose names are in capitals. Raises NightStopped where the manifest itself
    cannot be read."""
    where = f"{extract}, MANIFEST.csv"
    content = CsvFile("MANIFEST.csv", where, (_TABLE, _ROWS)).read(MANIFEST, raw).content
    columns = {name.strip().upper(): content[name].to_pylist() for name in content.column_names}
    # A table may be called by its file.
    tables = [_OF_A_FILE.sub("", str(table).strip().upper()) for table in columns.get(_TABLE, [])]
    rows = [str(rows).strip() for rows in columns.get(_ROWS, [])]
    if not {_TABLE, _ROWS} <= columns.keys() or not all(map(_is_a_number, rows)):
        raise stop("MANIFEST.csv is not a list of `table,rows`.", where, CHANGE_THE_EXPORT)
    if not tables:
        raise stop("MANIFEST.csv lists no table.", where, COPY_AGAIN)
    if len(set(tables)) < len(tables):
        raise stop("MANIFEST.csv lists a table twice.", where, CHANGE_THE_EXPORT)
    return dict(zip(tables, map(int, rows), strict=True))


def _is_a_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
