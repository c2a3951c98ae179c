"""One night's conforming in hand: the landed tables as they are read, and what is counted on the
way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.conform.reading import ReadColumn, read_column
from etl.contracts.contract import Kind
from etl.privacy.erased import Erased
from etl.privacy.pseudonym import Pseudonyms
from etl.sources.mapping import Mappings
from etl.sources.source import Source


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": pd.Series(dtype="datetime64[s]"),
            "is_estimated": pd.Series(dtype="boolean"),
        }
    )


@dataclass
class Conforming:
    """landed: the folder of landed tables. births: date and is_estimated by child_token. replaced:
    by source table, column and part, rows by spelling. left_out: see ``hand_overs.Reading``."""

    landed: Path
    source: Source
    mappings: Mappings
    date_format: str
    pseudonyms: Pseudonyms
    extract_date: pd.Timestamp
    erased: Erased | None = None
    erased_tokens: set[str] = field(default_factory=set)
    births: pd.DataFrame = field(default_factory=_nobody)
    replaced: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)
    left_out: set[tuple[str, str, int, str]] = field(default_factory=set)

    def names(self, table: str) -> dict[str, str]:
        """The table's column names as landed, by their plain upper-case form."""
        found = pq.read_schema(self.landed / f"{table}.parquet").names
        return {plain_name(name): name for name in found}

    def has(self, table: str) -> bool:
        """Whether the extract has the table of the source."""
        return (self.landed / f"{table}.parquet").exists()

    def columns(self, table: str, wanted: dict[str, bool]) -> pa.Table:
        """The wanted columns under their plain names; an optional one that is not there is left
        out."""
        names = self.names(table)
        present = [name for name in wanted if name in names]
        landed = pq.read_table(
            self.landed / f"{table}.parquet", columns=[names[name] for name in present]
        )
        return landed.rename_columns(present)

    def read(
        self, source: pa.Table, table: str, column: str, kind: Kind, *, part: str = "",
        any_date: bool = False,
    ) -> ReadColumn:  # fmt: skip
        """One column as ``kind``. part: which rows of the table these are, so that a column read
        for several of our tables is counted once."""
        formats = ("iso", "uk") if any_date else (self.date_format,)
        read = read_column(source[column], kind, self.source.forms, date_formats=formats)
        self.replaced[table, column, part] = read.replaced
        return read


def plain_name(name: str) -> str:
    """A column's name without regard to case and surrounding spaces."""
    return name.strip().upper()
