"""What a source yields: one table with the source's own columns, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class SourceTable:
    """name: the source's name of the table, upper case. content: all columns, as text.

    sha256: of the source file's bytes, uncompressed. encoding: how it was read.
    """

    name: str
    content: pa.Table
    sha256: str
    encoding: str
    file: str
