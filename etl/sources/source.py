"""What a kind of source is: how a night of it is read, and what is particular to it.

Nothing after conform knows which kind it was.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.contracts.source_table import SourceTable
from etl.run import Arrival


@dataclass(frozen=True)
class Forms:
    """How a kind of source writes things, as regular expressions.

    ids: what an id looks like; a name or a note in its place is not carried into the warehouse.
    missing: spellings of "nothing", beside the empty field. missing_dates: dates that stand for
    "none" or "for ever", and under which spelling they are counted. person, record: columns,
    in capitals, that name a person, and a record that belongs to persons; the record's group is
    what it is called in any table.
    """

    ids: str
    missing: tuple[str, ...]
    missing_dates: Mapping[str, str]
    person: str
    record: str


@dataclass(frozen=True, eq=False)  # each is the only one of its kind
class Source:
    """One kind of source.

    kind: as in an authority's file. folder: holds ``mapping/`` and ``codes/``. read: every table
    of an arrival, one by one, with the source's own columns; raises NightStopped where it cannot be
    trusted, ConnectionFault where it cannot be read.
    """

    kind: str
    folder: Path
    read: Callable[[Arrival], Iterator[SourceTable]]
    forms: Forms

    def code_map(self, name: str) -> dict[str, str]:
        """Our value by the source's, lower case, from ``codes/<name>.csv``; empty where there is
        none."""
        return _code_map(self.folder / "codes" / f"{name}.csv")


@cache
def _code_map(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as source:
        rows = csv.DictReader(source)
        return {row["source_value"].lower(): row["our_value"] for row in rows}
