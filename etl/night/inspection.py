"""Reads a night to be looked at: what landed, what became of it, how far it can be read. Nothing is
judged and nothing kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow.parquet as pq

from etl.contracts.contract import Table
from etl.contracts.hand_overs import CONFORMED_TABLES, MANIFEST, READING, Manifest, Reading
from etl.contracts.register import CONFORMED
from etl.errors import NightError
from etl.night.walk import steps_to_read
from etl.run import Run

# A year of fewer records may be a slip of the keyboard, or tell of one child.
_FEWEST_OF_A_YEAR = 3


@dataclass(frozen=True)
class Became:
    """What became of one table of ours. years: the first and the last of which there are records,
    by the date that places them; None where it has none."""

    rows: int
    years: tuple[int, int] | None


@dataclass
class Inspected:
    """landed: what landed; None where it did not. reading: what was counted while it was read, and
    became: by table of ours, what became of it; None and empty where it cannot be read. stopped: by
    what it was stopped."""

    landed: Manifest | None = None
    reading: Reading | None = None
    became: dict[str, Became] = field(default_factory=dict)
    stopped: NightError | None = None


def inspect_night(run: Run, key: bytes) -> Inspected:
    """The night as far as it can be read."""
    found = Inspected()
    try:
        for step in steps_to_read(run, key):
            if step == "land":
                found.landed = MANIFEST.read(run)
            elif step == "conform":
                found.reading = READING.read(run)
                found.became = {
                    table.name: _became(run, table) for table in CONFORMED
                    if CONFORMED_TABLES.rows(run, table)
                }  # fmt: skip
    except NightError as error:
        found.stopped = error
    return found


def _became(run: Run, table: Table) -> Became:
    rows = CONFORMED_TABLES.rows(run, table)
    if table.dated_by is None:
        return Became(rows, None)
    file = CONFORMED_TABLES.of(run, table)
    days = pq.read_table(file, columns=[table.dated_by])[table.dated_by].drop_null()
    many = Counter(days.cast("date32").to_pandas(date_as_object=False).dt.year)
    years = [int(year) for year, times in many.items() if times >= _FEWEST_OF_A_YEAR]
    return Became(rows, (min(years), max(years)) if years else None)
