"""A nightly extract of a case system as files: a folder or a zip of one CSV per table.

Yields text exactly as exported. What can be wrong with an extract as files is found here and in
``arrival``: a file that is not CSV, cut off or without its header, another number of rows than the
manifest says. The meaning of the columns is not known here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from etl.contracts.source_table import SourceTable
from etl.run import Arrival
from etl.sources.arrival.csv_file import CsvFile, rows_of_an_unknown_file
from etl.sources.arrival.files import COPY_AGAIN, csv_files, stop, to_be_read
from etl.sources.arrival.manifest import MANIFEST, read_manifest
from etl.sources.source import Expected


def read_extract(arrival: Arrival, expected: Expected) -> Iterator[SourceTable]:
    """Every table of the extract, one by one, by name; one that is not known has no columns.

    Raises NightStopped where a file cannot be trusted, ConnectionFault where it cannot be read.
    """
    with to_be_read(arrival.path):
        yield from _tables(arrival.path, expected)


def _tables(extract: Path, expected: Expected) -> Iterator[SourceTable]:
    files = csv_files(extract, expected.most_bytes)
    manifest = None
    if MANIFEST in files:
        manifest = read_manifest(files.pop(MANIFEST)(), extract)
        _check_listed(manifest, set(files), expected, extract)
    if not files:
        raise stop("The extract holds no table.", str(extract), COPY_AGAIN)
    ends_whole: dict[str, bool] = {}
    for name in sorted(files):
        raw = files[name]()
        where = f"{extract}, table {name}"
        if not expected.columns.get(name):  # not known, or nothing of it is needed
            if manifest is not None and name in manifest:
                _check_counted(name, raw, manifest[name], extract)
            yield only_listed(name, raw)
            continue
        table = CsvFile(f"{name}.csv", where, expected.columns[name]).read(name, raw)
        if manifest is not None:
            check_rows(table, manifest[name], where)
        ends_whole[name] = raw.endswith((b"\n", b"\r"))
        yield table
    check_ends(ends_whole, extract)


def only_listed(name: str, raw: bytes) -> SourceTable:
    """A table of which nothing is known: what it holds is not looked at, and not kept."""
    return SourceTable(name, pa.table({}), hashlib.sha256(raw).hexdigest(), "", f"{name}.csv")


def _check_listed(
    manifest: dict[str, int], there: set[str], expected: Expected, extract: Path
) -> None:
    """Raises NightStopped where the manifest lists what is not there, or leaves out a table that is
    known: then it is not the manifest of these files, or was not whole when it was copied."""
    where = f"{extract}, MANIFEST.csv"
    if missing := manifest.keys() - there:
        # A name that is not known may be anything.
        told = sorted(missing & expected.columns.keys())
        others = len(missing) - len(told)
        told += [f"{others:,} table{'s' * (others > 1)} that we do not know"] if others else []
        raise stop(
            f"The manifest lists {', '.join(told)}, which the extract lacks.", where, COPY_AGAIN
        )
    if left_out := sorted(there & expected.columns.keys() - manifest.keys()):
        raise stop(
            f"The manifest leaves out {', '.join(left_out)}, which the extract holds.",
            where,
            f"{COPY_AGAIN} If it stops again: let the export list every table that it writes.",
        )


def check_rows(table: SourceTable, expected: int, where: str) -> None:
    if expected != table.content.num_rows:
        raise stop(
            f"{table.file} has {table.content.num_rows:,} rows; the manifest says {expected:,}.",
            where,
            COPY_AGAIN,
        )


def _check_counted(name: str, raw: bytes, expected: int, extract: Path) -> None:
    """The same of a table that is not known, of which nothing else is asked. Raises
    NightStopped."""
    if expected not in rows_of_an_unknown_file(raw):
        raise stop(
            f"{name}.csv has not as many rows as the manifest says.",
            f"{extract}, MANIFEST.csv",
            COPY_AGAIN,
        )


def check_ends(ends_whole: dict[str, bool], extract: Path) -> None:
    """An exporter ends all its files alike: one without a line end was cut off in its last
    record. Raises NightStopped."""
    cut_off = [f"{name}.csv" for name, is_whole in ends_whole.items() if not is_whole]
    if cut_off and len(cut_off) < len(ends_whole):
        verb = "ends within its last record" if len(cut_off) == 1 else "end within their last"
        raise stop(f"{', '.join(cut_off)} {verb}.", str(extract), COPY_AGAIN)
