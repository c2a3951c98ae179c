"""What a source yields: one table with the source's own columns, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class SourceTable:
    """name: the source's name of the table, upper case. content: all columns, as text; batches of
    it, which are read once and before the next table is asked for, where it may be too big to be
    held.

    sha256: tells this content from any other: of a file that of its bytes, uncompressed, else of
    the rows; empty of batches, whose rows are only known as they pass. encoding: how it was read,
    empty where nothing was decoded. file: what it came as, for people.
    """

    name: str
    content: pa.Table | pa.RecordBatchReader
    sha256: str
    encoding: str
    file: str
