"""A nightly extract of Liquidlogic as files: a folder or a zip of one CSV per table.

Yields text exactly as exported. What can be wrong with a file as a file is found here: not text,
cut off, uneven rows, another number of rows than the manifest says. The meaning of the columns is
not known here.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from etl.contracts.source_table import SourceTable
from etl.errors import NOTHING_CHANGED, ConnectionFault
from etl.run import Arrival
from etl.sources.arrival.files import Read, csv_files, stop

MANIFEST = "MANIFEST"
_LARGEST_FIELD = 1 << 24
# What unpacking meets in a file that is cut off, altered or encrypted.
_DAMAGED = (zipfile.BadZipFile, EOFError, RuntimeError, zlib.error, lzma.LZMAError)


def read_extract(arrival: Arrival) -> Iterator[SourceTable]:
    """Every table of the extract, one by one, by name.

    Raises NightStopped where a file cannot be trusted, ConnectionFault where it cannot be read.
    """
    extract = arrival.where
    try:
        files = csv_files(extract)
        manifest = _manifest(files.pop(MANIFEST)()) if MANIFEST in files else None
        if not files:
            raise stop("The extract holds no table.", str(extract))
        if manifest is not None and (missing := sorted(set(manifest) - set(files))):
            raise stop(
                f"The manifest lists {', '.join(missing)}, which the extract lacks.",
                f"{extract} MANIFEST.csv",
            )
        without_line_end: list[str] = []
        for name in sorted(files):
            table, ends_whole = _read_table(name, _bytes(name, files[name], extract), extract)
            if not ends_whole:
                without_line_end.append(name)
            if manifest is not None:
                _check_rows(table, manifest, extract)
            yield table
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise stop("A .gz file of the extract is damaged.", str(extract)) from None
        raise ConnectionFault(
            f"The extract cannot be read ({error.strerror or type(error).__name__}).",
            where=str(extract),
            means=NOTHING_CHANGED,
            next="Check that the folder is there and readable, then load it again.",
        ) from None
    except _DAMAGED as error:
        raise stop(
            f"The extract is damaged, cut off or encrypted ({type(error).__name__}).", str(extract)
        ) from None
    # An exporter ends all its files alike: one without a line end was cut off in its last record.
    if without_line_end and len(without_line_end) < len(files):
        raise stop(
            f"{', '.join(f'{name}.csv' for name in without_line_end)} ends within its last record.",
            str(extract),
        )


def _bytes(name: str, read: Read, extract: Path) -> bytes:
    try:
        return read()
    except (gzip.BadGzipFile, *_DAMAGED) as error:
        raise stop(
            f"{name}.csv is damaged, cut off or encrypted ({type(error).__name__}).",
            f"{extract}, table {name}",
        ) from None


def _manifest(raw: bytes) -> dict[str, int]:
    """Rows by table. Raises NightStopped where the manifest itself cannot be read."""
    try:
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        found = {row["table"].strip().upper(): int(row["rows"]) for row in rows}
    except (KeyError, ValueError, AttributeError, TypeError, csv.Error):
        raise stop("The manifest is not a list of `table,rows`.", "MANIFEST.csv") from None
    if len(found) < len(rows):
        raise stop("The manifest lists a table twice.", "MANIFEST.csv")
    return found


def _check_rows(table: SourceTable, manifest: dict[str, int], extract: Path) -> None:
    expected = manifest.get(table.name)
    if expected is not None and expected != table.content.num_rows:
        raise stop(
            f"{table.file} has {table.content.num_rows:,} rows; the manifest says {expected:,}.",
            f"{extract}, table {table.name}",
        )


def _read_table(name: str, raw: bytes, extract: Path) -> tuple[SourceTable, bool]:
    """The table, and whether its last record has a line end."""
    file, where = f"{name}.csv", f"{extract}, table {name}"
    encoding = _encoding(raw)
    ends_whole = raw.endswith((b"\n", b"\r"))
    header = _header(raw, encoding) if encoding else []
    if not header:
        raise stop(f"{file} is not text with a header line.", where)
    if raw.count(b'"') % 2:
        raise stop(f"{file} opens a quotation mark that never closes: it is cut off.", where)
    plain = [name.strip().upper() for name in header]
    if repeated := sorted({column for column in plain if plain.count(column) > 1}):
        raise stop(f"{file} has the column {', '.join(repeated)} twice.", where)
    uneven: list[int] = []

    def note_uneven(row: pa.csv.InvalidRow) -> str:
        uneven.append(row.number - 1)
        return "skip"

    content = pa.csv.read_csv(
        pa.BufferReader(raw if ends_whole else raw + b"\n"),
        read_options=pa.csv.ReadOptions(
            use_threads=False,  # so that an uneven row's number is known
            block_size=_LARGEST_FIELD,
            encoding=encoding,
        ),
        parse_options=pa.csv.ParseOptions(
            newlines_in_values=True,
            invalid_row_handler=note_uneven,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), null_values=[]
        ),
    )
    if uneven:
        raise stop(
            f"{file}: record {uneven[0]:,} has not as many fields as the header"
            f" ({len(uneven):,} such records): the file is cut off or not quoted as CSV.",
            where,
        )
    digest = hashlib.sha256(raw).hexdigest()
    return SourceTable(name, content, digest, encoding or "", file), ends_whole


def _encoding(raw: bytes) -> str | None:
    """UTF-8, else Windows-1252, else None: not text."""
    for encoding in ("utf-8", "cp1252"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _header(raw: bytes, encoding: str) -> list[str]:
    """The column names as written; empty where the first line is no header of printable text."""
    first_line = re.split(rb"[\r\n]", raw.removeprefix(b"\xef\xbb\xbf"), maxsplit=1)[0]
    names = next(csv.reader([first_line.decode(encoding)]), [])
    if not names or not all(name.strip() and name.isprintable() for name in _plain(names)):
        return []
    return names


def _plain(names: list[str]) -> list[str]:
    return [name.replace("\u00a0", " ").replace("\t", " ") for name in names]
