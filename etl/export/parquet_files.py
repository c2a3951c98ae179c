"""Parquet, a file for each view: the types as they are, nothing put before a text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from etl.export.about import About
from etl.export.writer import Writer


@contextmanager
def writing(folder: Path, _: About) -> Iterator[Writer]:
    """Writes a file for each view."""

    def write(name: str, rows: pa.RecordBatchReader) -> int:
        count = 0
        file = folder / f"{name}.parquet"
        with pyarrow.parquet.ParquetWriter(file, rows.schema, compression="zstd") as writer:
            for batch in rows:
                writer.write_batch(batch)
                count += batch.num_rows
        return count

    yield write


def files_of(name: str) -> list[str]:
    """The files that a view becomes."""
    return [f"{name}.parquet"]
