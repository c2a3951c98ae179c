"""One night's conforming in hand: the landed tables as they are read, and what is counted on the
way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.conform.reading import ReadColumn, read_column
from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Kind
from etl.contracts.frames import read_arrow
from etl.contracts.hand_overs import ReadCodes
from etl.privacy.erased import Erased
from etl.privacy.pseudonym import Pseudonyms
from etl.sources.arranging import RECORD_NUMBER
from etl.sources.code_list import CodeList
from etl.sources.door import LEGACY_ID, Door
from etl.sources.legacy import columns_of_ids, legacy_forms, numbers_by_person
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
    """Of one door. landed: the folder of landed tables; arranged: of those that the kind makes of
    them, which take their place. gives: the tables of ours that are taken from it, beside its
    children. child_prefix: of the children's numbers, where another door's are other numbers. door:
    what the authority's file says of the source. covered_from: since when
    it holds every event; None: always. noted: observation, detail and rows of what an arrangement
    found. known_children: by child_token, the columns of
    ``hand_overs.PREVIOUS_CHILDREN``. births: date and is_estimated by child_token; of a child who
    is there twice the first counts. about: tokens of the children about whom a record was read.
    replaced: by source table, column and part, rows by spelling. left_out, codes: see
    ``hand_overs.Reading``. counted: rows by what ``hand_overs.COUNTED`` names. looked_up: by source
    table, the numbers of the records that were read to be looked up. own_codes, called, answers:
    those of the authority, see ``authority.Authority``."""

    landed: Path
    arranged: Path
    source: Source
    mappings: Mappings
    door: Door
    pseudonyms: Pseudonyms
    extract_date: pd.Timestamp
    known_children: pd.DataFrame
    covered_from: pd.Timestamp | None = None
    gives: tuple[str, ...] = ()
    child_prefix: str = ""
    own_codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    called: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    erased: Erased | None = None
    erased_tokens: set[str] = field(default_factory=set)
    births: pd.DataFrame = field(default_factory=_nobody)
    about: set[str] = field(default_factory=set)
    replaced: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)
    left_out: set[tuple[str, str, int, str, str]] = field(default_factory=set)
    counted: dict[tuple[str, str, str, str, str], int] = field(default_factory=dict)
    looked_up: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    codes: list[ReadCodes] = field(default_factory=list)
    noted: list[tuple[str, str, int]] = field(default_factory=list)
    _lists: dict[str, CodeList] = field(default_factory=dict)
    _in_hand: pa.Table | None = None
    _ids: dict[str, ReadColumn] = field(default_factory=dict)
    _numbers: pd.Series | None = None

    @property
    def date_formats(self) -> tuple[str, ...]:
        """In which dates are written: the kind's, else the authority's."""
        return self.source.date_formats or (self.door.date_format,)

    def names(self, table: str) -> dict[str, str]:
        """The table's column names as landed, by the mapping's name, in capitals. One that the
        authority calls otherwise is found under that name alone."""
        landed = pq.read_schema(self._landed(table)).names
        found = {plain_name(name): name for name in landed}
        renamed = {ours: found.get(theirs) for ours, theirs in self.called.get(table, {}).items()}
        gone = {*renamed, *self.called.get(table, {}).values()}
        kept = {name: there for name, there in found.items() if name not in gone}
        return kept | {ours: there for ours, there in renamed.items() if there is not None}

    def code_list(self, name: str) -> CodeList:
        """The list of that name: the authority's, then the source's, then the national one."""
        if name not in self._lists:
            own = self.own_codes.get(name, {})
            self._lists[name] = CodeList(name, {**self.source.code_map(name), **own})
        return self._lists[name]

    def has(self, table: str) -> bool:
        """Whether the extract has the table of the source, or one was made of others."""
        return self._made(table).exists() if table in self._makes else self.has_landed(table)

    def has_landed(self, table: str) -> bool:
        """Whether the extract has it."""
        return self._landed(table).exists()

    def columns(self, table: str, wanted: dict[str, bool]) -> pa.Table:
        """The wanted columns under their plain names; an optional one that is not there is left
        out. A made table has the numbers of its records beside them."""
        if table in self._makes:
            return read_arrow(self._made(table), [*wanted, RECORD_NUMBER])
        return self.landed_columns(table, wanted)

    def landed_columns(self, table: str, wanted: dict[str, bool]) -> pa.Table:
        """The same of a landed table, also where another was made that takes its place."""
        names = self.names(table)
        present = [name for name in wanted if name in names]
        landed = read_arrow(self._landed(table), [names[name] for name in present])
        return landed.rename_columns(present)

    @property
    def _makes(self) -> Collection[str]:
        arrangement = self.source.arrangement
        return arrangement.makes.keys() if arrangement else ()

    def _made(self, table: str) -> Path:
        return self.arranged / f"{self.told(table)}.parquet"

    def _landed(self, table: str) -> Path:
        return self.landed / f"{self.told(table)}.parquet"

    def told(self, table: str) -> str:
        """What a table of the source is called where there are several doors."""
        return f"{self.door.prefix}{table}"

    def landed_tables(self) -> list[str]:
        """The names of those that came through this door."""
        names = [path.stem for path in sorted(self.landed.glob("*.parquet"))]
        if not self.door.prefix:
            return [name for name in names if "." not in name]
        own = [name for name in names if name.startswith(self.door.prefix)]
        return [name.removeprefix(self.door.prefix) for name in own]

    def apart(self, ids: pd.Series) -> pd.Series:
        """Ids of records as they are known: those of another door than the first are none of the
        first's."""
        return self.door.prefix + ids if self.door.prefix else ids

    @contextmanager
    def in_hand(self, source: pa.Table) -> Iterator[None]:
        """Keep what the ids of these records are read as meanwhile: one is asked for as itself, by
        lookups, and as a number of a person."""
        self._in_hand = source
        yield
        self._in_hand, self._ids = None, {}

    def read(
        self, source: pa.Table, table: str, column: str, kind: Kind, *, part: str = "",
        any_date: bool = False, missing: tuple[str, ...] = (),
    ) -> ReadColumn:  # fmt: skip
        """One column as ``kind``. part: which rows of the table these are, so that a column read
        for several of our tables is counted once. missing: what means nothing in this column, in
        any case."""
        is_kept = source is self._in_hand and kind is Kind.ID
        if is_kept and column in self._ids:
            return self._ids[column]
        formats = ("iso", "uk") if any_date else self.date_formats
        read = read_column(
            source[column], kind, self.source.forms, date_formats=formats, also_missing=missing
        )
        # A column may be read as more than one kind.
        self.replaced.setdefault((table, column, part), {}).update(read.replaced)
        if is_kept:
            self._ids[column] = read
        return read

    def child_ids(self, persons: pd.Series) -> pd.Series:
        """What tokens of children are made of, by the ids that the source's tables name them by:
        these, or the numbers that staff use; null where the child has none of its own. Where
        another door knows children by other ids, they are told from these. persons: as they are
        read."""
        if self.door.child_id == LEGACY_ID != self.source.child_id:
            if self._numbers is None:
                self._numbers = self._numbers_by_person()
            persons = persons.map(self._numbers).astype("str")
        return self.child_prefix + persons if self.child_prefix else persons

    def _numbers_by_person(self) -> pd.Series:
        child = self.mappings.tables[CHILD_TABLE.name]
        person, number = columns_of_ids(child)
        source = self.columns(child.source, {person: False, number: False})
        forms = self.source.forms
        return numbers_by_person(
            read_column(source[person], Kind.ID, forms).values,
            read_column(source[number], Kind.ID, legacy_forms(forms)).values,
        )


def record_numbers(table: pa.Table) -> npt.NDArray[np.int64]:
    """Of its records in what landed: from 1, unless a made table says them."""
    if RECORD_NUMBER in table.column_names:
        numbers: npt.NDArray[np.int64] = table[RECORD_NUMBER].to_numpy()
        return numbers
    return np.arange(1, table.num_rows + 1)


def plain_name(name: str) -> str:
    """A column's name without regard to case and surrounding spaces."""
    return name.strip().upper()
