"""What the forms of an export have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

# Writes the rows of a view of that name; returns how many there were.
Writer = Callable[[str, pa.RecordBatchReader], int]


def in_rows(rows: pa.RecordBatchReader, write: Callable[[tuple[Any, ...]], object]) -> int:
    """Write each row of a reader, whose batches alone are in memory."""
    count = 0
    for batch in rows:
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            write(row)
        count += batch.num_rows
    return count
