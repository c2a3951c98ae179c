"""A night of a database: its tables as text, one statement each, in one state and in bounded
memory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import CursorResult

from etl.contracts.source_table import SourceTable
from etl.errors import NOTHING_CHANGED, NightStopped
from etl.sources.database.address import Address, address_of
from etl.sources.database.faults import told
from etl.sources.database.one_state import State, one_state
from etl.sources.database.statements import how_many, records
from etl.sources.database.there import There, tables_there
from etl.sources.database.wanted import wanted
from etl.sources.local import Local
from etl.sources.source import Expected, Source

# Rows that are in memory at once.
ROWS = 65_536
_AFTER_ITS_LOAD = (
    "Let the night begin after the case system has filled its reporting tables, then load it again."
)


def read_database(source: Source, expected: Expected, local: Local) -> Generator[SourceTable]:
    """Every wanted table that the database has, one by one, by name; each must be read before the
    next is asked for. local: what the authority calls otherwise.

    Raises NightStopped where it is not what it should be, ConnectionFault where it is away or goes
    away, WrongUsage where nobody said where it is.
    """
    address = address_of(expected.la_code, expected.door.connection)
    schema = expected.door.schema or (source.database.schema if source.database else None)
    with one_state(address, schema) as state:
        yield from _Night(source, expected, local, address, state).tables(schema)


# By word that records are chosen by, how many there are; of a table that is read whole, one number.
Counts = dict[str | None, int]


@dataclass
class _Night:
    """read_bytes: how many were read so far."""

    source: Source
    expected: Expected
    local: Local
    address: Address
    state: State
    read_bytes: int = 0

    def tables(self, schema: str | None) -> Iterator[SourceTable]:
        """See ``read_database``."""
        connection = self.state.connection
        with self._told("the list of its tables"):
            schema = schema or str(connection.dialect.default_schema_name)
            asked = wanted(self.source, self.local, self.expected.tables)
            there = tables_there(connection, schema, asked, self.address.shown)
        counted = {each.name: self._count(each) for each in there}
        self._check_filled(there, counted)
        for each in there:
            words, expected = _words_and_rows(each, counted[each.name])
            schema_of_rows = pa.schema(
                [(column.name, pa.string()) for column in each.columns.values()]
            )
            with closing(self._batches(each, words, schema_of_rows, expected)) as batches:
                content = pa.RecordBatchReader.from_batches(schema_of_rows, batches)
                yield SourceTable(each.wanted.table, content, "", "", each.shown)
        if not self.state.is_one:
            for each in there:
                if self._count(each) != counted[each.name]:
                    raise self._changed(each)

    def _told(self, what: str) -> AbstractContextManager[None]:
        return told(what, self.address.shown, self.state.connection.dialect.loaded_dbapi.Error)

    def _count(self, there: There) -> Counts:
        with self._told(there.shown):
            found = self.state.connection.execute(how_many(there, self.state.dialect)).all()
        if there.wanted.chosen is None:
            return {None: int(found[0][0])}
        counts: Counts = {}
        for word, number in found:
            counts[word] = counts.get(word, 0) + int(number)
        return counts

    def _check_filled(self, there: list[There], counted: dict[str, Counts]) -> None:
        """Raises NightStopped where a table is empty that no council has empty: the case system
        empties its reporting tables before it fills them again."""
        never_empty = self.source.database.never_empty if self.source.database else ()
        empty = [
            each.shown
            for each in there
            if each.wanted.table in never_empty and not sum(counted[each.name].values())
        ]
        if empty:
            raise NightStopped(
                f"{' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} empty: the reporting "
                "tables are being filled, or were not.",
                where=self.address.shown,
                means=NOTHING_CHANGED,
                next=_AFTER_ITS_LOAD,
            )

    def _batches(
        self, there: There, words: list[str] | None, schema: pa.Schema, expected: int
    ) -> Generator[pa.RecordBatch]:
        """Raises NightStopped where these are not as many rows as were counted, or too many for the
        authority's limit."""
        rows = 0
        with self._told(there.shown):
            asked = records(there, self.state.dialect, words)
            result = self.state.connection.execute(asked, execution_options={"yield_per": ROWS})
            with closing(result):
                for batch in _as_arrow(result, schema):
                    rows += batch.num_rows
                    self._check_size(batch)
                    yield batch
        if rows != expected:
            raise self._changed(there)

    def _check_size(self, batch: pa.RecordBatch) -> None:
        self.read_bytes += batch.nbytes
        if self.read_bytes > self.expected.most_bytes:
            raise NightStopped(
                f"The night is bigger than {self.expected.most_bytes / (1 << 30):g} GiB.",
                where=self.address.shown,
                means=NOTHING_CHANGED,
                next="If it is to be as big, raise extract_gib in [limits] of the authority's "
                "file.",
            )

    def _changed(self, there: There) -> NightStopped:
        return NightStopped(
            f"{there.shown} changed while the night was read: it has another number of records "
            "than it had.",
            where=self.address.shown,
            means=NOTHING_CHANGED,
            next=f"{_AFTER_ITS_LOAD} A database that allows snapshots (in SQL: alter database ... "
            "set allow_snapshot_isolation on) can be read while it is filled.",
        )


def _words_and_rows(there: There, counts: Counts) -> tuple[list[str] | None, int]:
    """The words that the table's records are chosen by, None where all are read; and how many
    records these are."""
    if there.wanted.chosen is None:
        return None, sum(counts.values())
    written = pd.Series([word for word in counts if word is not None], dtype="str")
    words = there.wanted.words_that_fit(written)
    return words, sum(counts[word] for word in words)


def _as_arrow(result: CursorResult[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows as text, of a driver that gives them as Arrow as it gives them."""
    cursor: Any = result.cursor
    if hasattr(cursor, "arrow_reader"):
        for batch in cursor.arrow_reader(batch_size=ROWS):
            yield batch.rename_columns(schema.names).cast(schema)
        return
    for rows in result.partitions(ROWS):
        columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
