"""What a kind of source is: how a night of it is read, and what is particular to it.

Nothing after conform knows which kind it was.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from etl.contracts.source_table import SourceTable
from etl.run import Arrival
from etl.sources.arranging import Arrangement
from etl.sources.door import PERSON_ID, Door
from etl.sources.spelling import plain_words


def _as_written(ids: pd.Series) -> pd.Series:
    return ids


def _always(_: date) -> None:
    return None


@dataclass(frozen=True)
class Forms:
    """How a kind of source writes things, as regular expressions.

    ids: what an id looks like; a name or a note in its place is not carried into the warehouse.
    missing: spellings of "nothing", beside the empty field. missing_dates: dates that stand for
    "none" or "for ever", and under which spelling they are counted. person, record: columns,
    in capitals, that name a person, and a record that belongs to persons; the record's group is
    what it is called in any table. missing_ids: what stands in place of an id where there is none,
    in any case, and under which spelling it is counted. one_spelling: ids that are written in
    several ways in the one in which they are known; default: as they are. numbers_are_ids: a whole
    number of up to ``spelling.LONGEST_NUMBER`` digits without zeros before it is an id as it
    stands, whatever it is.
    """

    ids: str
    missing: tuple[str, ...]
    missing_dates: Mapping[str, str]
    person: str
    record: str
    missing_ids: Mapping[str, str] = field(default_factory=dict)
    one_spelling: Callable[[pd.Series], pd.Series] = _as_written
    numbers_are_ids: bool = False

    def read_ids(self, words: pd.Series) -> pd.Series:
        """The ids as they are known; null where a text is none. words: without what surrounds
        them."""
        return self.one_spelling(words.where(words.str.fullmatch(self.ids)))


@dataclass(frozen=True)
class Expected:
    """What is known of an extract before it is read.

    columns: by table of the source, the columns that its mapping knows, used or not, in capitals;
    of a table that is not there only the name is of use. most_bytes: as many it may be unpacked.
    la_code, door: whose it is, and what its file says of it. tables: of ours those that are taken
    from it; None: all that it gives.
    """

    columns: Mapping[str, frozenset[str]]
    most_bytes: int
    la_code: str
    door: Door
    tables: frozenset[str] | None = None


@dataclass(frozen=True)
class Database:
    """What is particular to a kind that is read where it stands, by the mapping that it has.

    schema: of its tables, where the authority's file names none; None: the login's own. In
    capitals, never_empty: tables in which every council has records; chosen_by: of tables too big
    to be read whole, the column that every reader of them asks for some words of, so that other
    records are not read.
    """

    schema: str | None
    never_empty: tuple[str, ...]
    chosen_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)  # each is the only one of its kind
class Source:
    """One kind of source.

    kind: as in an authority's file. folder: holds ``mapping/`` and ``codes/``. read: every table
    of an arrival, one by one, with the source's own columns, and without any those that are not
    known; raises NightStopped where it cannot be trusted, ConnectionFault where it cannot be read;
    None of a database, which etl/sources/database reads.
    keys: those of ``[source]`` that mean something for it, beside those that do for every kind.
    date_formats: in which its dates are written; None: the authority's. arrangement: what is made
    of its tables before they are mapped. covered_from: the day from which on it holds every event,
    by the extract date, where the authority says none; None: always. ids_from_content: its records
    have no ids. settles_disputed_children: a child who is there twice, with other words about it,
    is loaded without them; else both are held back. child_id: which id of children it has, as far
    as is usual. database: nothing arrives, a database is asked.
    """

    kind: str
    folder: Path
    read: Callable[[Arrival, Expected], Iterator[SourceTable]] | None
    forms: Forms
    keys: tuple[str, ...] = ()
    date_formats: tuple[str, ...] | None = None
    arrangement: Arrangement | None = None
    covered_from: Callable[[date], date | None] = _always
    ids_from_content: bool = False
    settles_disputed_children: bool = True
    child_id: str = PERSON_ID
    database: Database | None = None

    @property
    def is_database(self) -> bool:
        """Whether nothing arrives, and it is asked."""
        return self.database is not None

    def tables(self) -> set[str]:
        """The names of our tables that it gives."""
        mapped = {path.stem for path in (self.folder / "mapping").glob("*.toml")}
        return mapped - {"not_provided", "not_used"}

    def code_map(self, name: str) -> dict[str, str]:
        """Our value by the source's, as it is compared, from ``codes/<name>.csv``; empty where
        there is none."""
        return _code_map(self.folder / "codes" / f"{name}.csv")


@cache
def _code_map(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as source:
        ours = [(row["source_value"], row["our_value"]) for row in csv.DictReader(source)]
    theirs = plain_words(word for word, _ in ours)
    return dict(zip(theirs, (value for _, value in ours), strict=True))
