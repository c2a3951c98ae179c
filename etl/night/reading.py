"""What came of a night, read: the tables that come through each of an authority's doors."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace

from etl.authority import Authority
from etl.contracts.source_table import SourceTable
from etl.night.arriving import at_hand
from etl.run import Arrival, Run
from etl.sources.arrival.part import part_of
from etl.sources.database.reading import read_database
from etl.sources.door import Door, taken_from
from etl.sources.local import Local
from etl.sources.mapping import known_columns
from etl.sources.register import SOURCES
from etl.sources.source import Expected

GIB = 1 << 30


@contextmanager
def tables_of(run: Run, authority: Authority) -> Iterator[Iterator[SourceTable]]:
    """The tables, named as they are told apart where there are several doors. What is held open to
    read them is closed at the block's end, whatever happened. Raises what the readers do."""
    most_bytes = int(authority.limits.extract_gib * GIB)
    with at_hand(run, most_bytes) as arrival:
        tables = _tables(arrival, authority, most_bytes)
        try:
            yield tables
        finally:
            tables.close()


def _tables(
    arrival: Arrival, authority: Authority, most_bytes: int
) -> Generator[SourceTable, None, None]:
    for door in authority.doors:
        for table in _through(door, arrival, authority, most_bytes):
            yield replace(table, name=f"{door.prefix}{table.name}")


def _through(
    door: Door, arrival: Arrival, authority: Authority, most_bytes: int
) -> Iterator[SourceTable]:
    source = SOURCES[door.kind]
    expected = Expected(
        known_columns(source), most_bytes, authority.la_code, door,
        tables=taken_from(door, authority.doors, source),
    )  # fmt: skip
    if source.read is None:
        local = Local(authority.codes, authority.columns, authority.answers)
        return read_database(source, expected, local)
    own = part_of(arrival, door) if door.name else arrival
    return source.read(replace(own, kind=door.kind), expected)
