"""CSV that Excel reads as it is: UTF-8 with a byte order mark, and no text that it would run."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.export.about import About
from etl.export.writer import Writer, in_rows

# A spreadsheet runs a text that begins so as a formula, or passes it on to a program.
RUN = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """The text as it is; where a spreadsheet would run it, with an apostrophe before it."""
    return f"'{text}" if text.startswith(RUN) else text


@contextmanager
def writing(folder: Path, _: About) -> Iterator[Writer]:
    """Writes a file for each view."""

    def write(name: str, rows: pa.RecordBatchReader) -> int:
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(rows.schema.names)
            shown = [_shown(field.type) for field in rows.schema]
            return in_rows(
                rows, lambda row: writer.writerow([show(value) for show, value in
                                                   zip(shown, row, strict=True)])
            )  # fmt: skip

    yield write


def files_of(name: str) -> list[str]:
    """The files that a view becomes."""
    return [f"{name}.csv"]


def _shown(kind: pa.DataType) -> Callable[[Any], Any]:
    """How values of a type are written; None is written as nothing."""
    if pa.types.is_string(kind):
        return lambda value: None if value is None else safe(value)
    if pa.types.is_boolean(kind):
        return lambda value: None if value is None else int(value)
    if pa.types.is_decimal(kind):
        return _plain
    return lambda value: value


def _plain(value: Decimal | None) -> str | None:
    """Without an exponent, and without noughts at its end."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
