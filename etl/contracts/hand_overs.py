"""What passes between the steps of a night: each thing once, with who writes and who reads it.

All of it lies in the run's work folder, which only its owner can look into and which is removed at
the night's end. A room that is not named here neither writes nor reads it; a test looks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypedDict, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from etl.contracts.child import CHILD_TABLE
from etl.contracts.child_protection_plan import CHILD_PROTECTION_PLAN
from etl.contracts.code_lists import national_codes
from etl.contracts.contract import OWNERS, Column, Kind, Table, day, text, whole
from etl.contracts.frames import NO_ROWS, read_frame, write_frame, write_frames
from etl.run import Run, owner_only

Content = TypeVar("Content")
# The name of a table of ours and of a column of it.
TableColumn = tuple[str, str]


@dataclass(frozen=True)
class HandOver:
    """path: its name in the work folder. by: the rooms that write it. to: those that read it."""

    path: str
    by: tuple[str, ...]
    to: tuple[str, ...]

    def at(self, run: Run) -> Path:
        """Where it lies."""
        return run.work / self.path


@dataclass(frozen=True)
class Document(HandOver, Generic[Content]):
    """One JSON document. Content: what it says."""

    def write(self, run: Run, content: Content) -> None:
        """Put it there in the place of an earlier one."""
        (owner_only(run.work) / self.path).write_text(json.dumps(content))

    def read(self, run: Run) -> Content:
        """Raises FileNotFoundError where it was not written."""
        return cast(Content, json.loads(self.at(run).read_text()))

    def read_if_written(self, run: Run) -> Content | None:
        """None where the night did not come so far, or there was nothing to say."""
        return self.read(run) if self.at(run).exists() else None


@dataclass(frozen=True)
class Frame(HandOver):
    """One table that is none of ours. columns: what it holds."""

    columns: tuple[Column, ...]

    def write(self, run: Run, frame: pd.DataFrame) -> None:
        """Put it there in the place of an earlier one."""
        write_frame(frame, self.columns, self.at(run))

    def write_parts(self, run: Run, frames: Iterable[pd.DataFrame]) -> None:
        """Put it there part after part."""
        write_frames(frames, self.columns, self.at(run))

    def read(self, run: Run) -> pd.DataFrame:
        """Raises FileNotFoundError where it was not written."""
        return read_frame(self.at(run))


@dataclass(frozen=True)
class Tables(HandOver):
    """A folder with one Parquet file a table. columns: what is written of each."""

    columns: Callable[[Table], Iterable[Column]]

    def of(self, run: Run, table: Table) -> Path:
        """Where the table's file lies."""
        return self.at(run) / f"{table.name}.parquet"

    def write(self, run: Run, table: Table, frame: pd.DataFrame) -> None:
        """Put one table there."""
        owner_only(run.work)
        write_frame(frame, self.columns(table), self.of(run, table))

    def write_parts(self, run: Run, table: Table, frames: Iterable[pd.DataFrame]) -> int:
        """Put one table there part after part; returns its rows."""
        return write_frames(frames, self.columns(table), self.of(run, table))

    def replace(self, run: Run, table: Table, frame: pd.DataFrame) -> None:
        """Put one table there in the place of an earlier one. One without rows is not there, nor is
        then what an earlier try at the same task wrote."""
        if len(frame):
            self.write(run, table, frame)
        else:
            self.of(run, table).unlink(missing_ok=True)

    def has(self, run: Run, table: Table) -> bool:
        """Whether that table was written."""
        return self.of(run, table).exists()

    def read(self, run: Run, table: Table, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Raises FileNotFoundError where it was not written. columns: the only ones to read."""
        return read_frame(self.of(run, table), columns)

    def rows(self, run: Run, table: Table) -> int:
        """How many rows the table has there; 0 where it was not written."""
        return int(pq.read_metadata(self.of(run, table)).num_rows) if self.has(run, table) else 0


@dataclass(frozen=True)
class Remaining(HandOver):
    """Tables without some of their rows: read without these, and not written anew. tables: of which
    they are. without: by ``row`` the rows that are left out, of a table that has such. columns:
    what is read of each."""

    tables: Tables
    without: Tables
    columns: Callable[[Table], Iterable[Column]]

    def has(self, run: Run, table: Table) -> bool:
        """Whether the table was written."""
        return self.tables.has(run, table)

    def read(self, run: Run, table: Table, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Raises FileNotFoundError where it was not written. columns: the only ones to read."""
        columns = columns or [column.name for column in self.columns(table)]
        return read_frame(self.tables.of(run, table), columns, self._without(run, table))

    def rows(self, run: Run, table: Table) -> int:
        """How many rows remain; 0 where the table was not written."""
        return self.tables.rows(run, table) - self.without.rows(run, table)

    def _without(self, run: Run, table: Table) -> npt.NDArray[np.int64]:
        if not self.without.has(run, table):
            return NO_ROWS
        return self.without.read(run, table, ["row"])["row"].to_numpy(dtype=np.int64)


class Manifest(TypedDict):
    """Of a landed extract. sha256: of all its content. tables: rows, columns, hashes, by table."""

    la_code: str
    extract_date: str
    run_id: str
    kind: str
    sha256: str
    tables: dict[str, Any]


class Previous(TypedDict):
    """The authority's last load: its run and how many rows each table had; None, {} if none."""

    run_id: str | None
    rows: dict[str, int]


class Sealed(TypedDict):
    """What recognises erased children: the authority's secret, encrypted, and their hashes."""

    sealed: str
    recognised_by: list[str]


class Account(TypedDict):
    """Where the records of one source table went: rows = repeats + outside + conformed."""

    source_table: str
    rows: int
    repeats: int
    outside: int


class UnlistedCode(TypedDict):
    """A code of the source that no list has, and that enough children have to be no name."""

    code: str
    rows: int
    children: int


class ReadCodes(TypedDict):
    """What was read of one column of codes. rows: those with a code; rows_listed: with one that a
    list has. unlisted: the other codes; few_codes, few_rows: those that few children have, which
    are not said."""

    code_list: str
    source_table: str
    source_column: str
    rows: int
    rows_listed: int
    unlisted: list[UnlistedCode]
    few_codes: int
    few_rows: int


def types_of_no_list(codes: list[ReadCodes]) -> list[tuple[str, str, int]]:
    """Source table, type and rows of what is not read because no list names its type. Those that
    few children have are counted together."""
    found = []
    for read in codes:
        if read["code_list"] in national_codes():
            continue
        shown = [(one["code"], one["rows"]) for one in read["unlisted"]]
        few = [("of few children", read["few_rows"])] if read["few_rows"] else []
        found += [(read["source_table"], *each) for each in (*shown, *few)]
    return found


class Reading(TypedDict):
    """What was counted while reading. accounts: by table of ours. replaced: source table, column,
    spelling, rows. not_known: source table and column, empty for a whole table. not_named: source
    table, and how many columns it has that are not known and do not look like columns. lacking:
    tables of ours whose source the extract lacks. left_out: records of looked-up tables that cannot
    be looked up: source table, column, record number, reason, and the record's id, empty where it
    cannot be told. looked_up: by source table, how many records were read to be looked up. codes:
    of each column of codes whose list has all its values. noted: observation, detail and rows of
    what the kind of source found."""

    accounts: dict[str, Account]
    replaced: list[tuple[str, str, str, int]]
    not_known: list[tuple[str, str]]
    not_named: list[tuple[str, int]]
    lacking: list[str]
    left_out: list[tuple[str, str, int, str, str]]
    looked_up: dict[str, int]
    codes: list[ReadCodes]
    noted: list[tuple[str, str, int]]


class Coverage(TypedDict):
    """What a door of the night carries. name: of one after the first. gives: the tables of ours
    that are taken from it. system: whose records come through it, whether as files or from its
    database. covered_from: ISO day since which it holds every event; None: always.
    measures: those that may be published, without the pairs of timescales; None: all. wholly:
    timescales that are owed, their pairs published; None: all. partly: those that are owed and not
    published. child_month: the columns of a month's snapshot that it can tell; None: all.
    latest_only: of clocks that repeat it knows only the last event. ids_from_content: its records
    have no ids of their own. not_provided: by table of ours the columns that it has not."""

    name: str
    gives: list[str]
    system: str
    covered_from: str | None
    measures: list[str] | None
    wholly: list[str] | None
    partly: list[str]
    child_month: list[str] | None
    latest_only: bool
    ids_from_content: bool
    not_provided: dict[str, list[str]]


class Carried(TypedDict):
    """What may be published of a night. covered_from: ISO day since which every event is held;
    None: always, or not the same of all. measures: those that are told, without the pairs of
    timescales; None: all. covered_by_measure: that day of each measure, where sources differ."""

    covered_from: str | None
    measures: list[str] | None
    covered_by_measure: dict[str, str]


class CheckRow(TypedDict):
    """What came of one check, as ``audit.expectation_result`` keeps it."""

    table_name: str
    column_name: str
    reason: str
    says: str
    action: str
    outcome: str
    rows: int
    rows_failed: int


class EventRows(TypedDict):
    """Of which fact table the rows meet a timescale, their columns of subject, day and id, and the
    flags that rows which hold an event have, and have not."""

    table: str
    subject: str
    day: str
    id: str
    only: list[str]
    unless: list[str]


class Derived(TypedDict):
    """What was counted while deriving. observed: rows by what was observed of visits. skipped: by
    timescale the tables it lacks. not_carried, partly_carried: timescales of which the kind of
    source tells nothing, or not all. not_as_signed: timescales whose rule is no longer the one that
    was signed. events: by timescale where what meets it stands. rules_sha256: of the software's
    rules and the calendar."""

    observed: dict[str, int]
    skipped: dict[str, list[str]]
    not_carried: list[str]
    partly_carried: list[str]
    not_as_signed: list[str]
    events: dict[str, EventRows]
    rules_sha256: str


# What every conformed table carries beside its contract's columns.
ROW_COLUMNS = (
    whole("record_number", "number of the record in the source's file, from 1"),
    text("unreadable_column", "the first of our columns whose value could not be read"),
    text("held_back_column", "the same, where the record of a looked-up table is held back"),
    text("doubtful_column", "the first whose record may be among those held back: none was found"),
)
_ROW = whole("row", "its place in the conformed table, from 0")
# Why a row is held back that needs a record of a looked-up table which is.
LOOKED_UP_HELD_BACK = "looked_up_held_back"
REJECTED_COLUMNS = (
    text("table_name", "our table"),
    text("source_table", "the source's table"),
    whole("record_number", "number of the record in the source's file, from 1"),
    text("column_name", "our column"),
    text("reason", "why, as in the suite"),
)
# A check that more records of a table fail is no list of records to mend one by one: most likely a
# code of the source is not mapped. They are counted, as everything that is reported is.
MOST_REPORTED = 20_000
REPORTED_COLUMNS = (
    text("table_name", "our table"),
    whole("record_number", "number of the record in the source's file, from 1"),
    text("column_name", "our column"),
    text("reason", "which check it fails, as in the suite"),
)
# By which those who mend the record find it; for ``restricted`` alone.
TO_MEND_COLUMNS = (
    text("record_id", "the source's id; of a person the token; null where it cannot be told"),
    text("child_token", "whom the record is about"),
    text("team_id", "the record's own team"),
)
PREVIOUS_CHILDREN_COLUMNS = (
    text("child_token", "the child"),
    *(CHILD_TABLE.column(name) for name in ("sex", "ethnicity_code", "birth_month", "is_unborn")),
)
# What may stand for a code in the counts: rows without a value, where that keeps them in the
# figures; with none of the codes that a rule hangs on; or the different records that are named and
# are there.
WITH_NONE, WITH_ANY_OTHER_CODE, WITH_THE_RECORD = "none", "any other", "its record"
# How many rows have a value in a column (code is empty), or one code of it, or the key by which a
# lookup fills it (code is then that column of the source). column_name is empty for the records of
# a table that is only looked up, which is named as in the source: code says which of them.
COUNTED_COLUMNS = (
    text("table_name", "our table, or the source's where it is only looked up"),
    text("column_name", "our column, or the source's"),
    text("code", "the code; empty for any value"),
    text("source_table", "the source's table"),
    text("source_column", "the source's columns that it is read from"),
    whole("rows", "how many"),
)
PAST_LOADS_COLUMNS = (
    day("extract_date", "of a night loaded before"),
    text("table_name", "our table"),
    whole("rows", "records in its file"),
    whole("days_since_newest_event", "how long before the night it was"),
)
PAST_CHECKS_COLUMNS = (
    day("extract_date", "of one of the last nights, loaded or stopped"),
    text("status", "loaded or stopped"),
    whole("held_back", "records it held back"),
    text("table_name", "as in audit.expectation_result, and so are the others"),
    text("column_name", "what was judged"),
    text("reason", "the reason code"),
    text("says", "what should hold"),
    text("outcome", "passed, failed, not_applicable or error"),
    whole("rows_failed", "how many rows failed"),
)
PAST_EXTRACTS_COLUMNS = (day("extract_date", "of a night loaded before"),)
PAST_CATEGORIES_COLUMNS = (
    CHILD_PROTECTION_PLAN.column("plan_id"),
    CHILD_PROTECTION_PLAN.column("latest_category"),
    day("known_to", "the first extract that did not hold this version"),
)
_OWNER_COLUMNS = tuple(
    Column(name, Kind.ID if name.endswith("_id") else Kind.TEXT, "whom it belongs to")
    for name in OWNERS
)


def conformed_columns(table: Table) -> tuple[Column, ...]:
    """Those of the contract, and what tells a record and what could not be read of it."""
    return (*ROW_COLUMNS, *table.conformed_columns)


def key_columns(table: Table) -> tuple[Column, ...]:
    """What a row is known by."""
    return tuple(table.column(name) for name in table.key)


def held_back_columns(table: Table) -> tuple[Column, ...]:
    """Which row it is, and what it is known by: where its id cannot be told, a fact by its child
    and date."""
    named = dict.fromkeys((*table.key, *(("child_token", str(table.dated_by)) * table.is_fact)))
    return (_ROW, *(table.column(name) for name in named), ROW_COLUMNS[1])


def doubtful_columns(table: Table) -> tuple[Column, ...]:
    """Which row it is, and what is in it."""
    return (_ROW, *conformed_columns(table))


def to_mend(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a conformed table with its name, and with TO_MEND_COLUMNS."""
    found = rows.assign(table_name=table.name, record_id=rows[table.key[0]])
    lacking = [column.name for column in TO_MEND_COLUMNS if column.name not in found]
    return found.assign(**dict.fromkeys(lacking))


def identity_columns(table: Table) -> tuple[Column, ...]:
    """A person's token, and what ``restricted`` knows of it."""
    return (*key_columns(table), *table.identity)


def derived_columns(table: Table) -> tuple[Column, ...]:
    """What derive writes of a table: the stored columns, and for a fact whom it belongs to."""
    if not table.is_fact:
        passing = {name for name in OWNERS if table.has(name)}
        return tuple(column for column in table.columns if column.stored or column.name in passing)
    own = [column for column in table.columns if column.stored and column.name not in OWNERS]
    for_load = [column for column in table.columns if column.name in ("standard_from", "event_id")]
    return (*own, *for_load, *_OWNER_COLUMNS)


# In the order in which they come to be.
FETCHED = HandOver("fetched", by=("night",), to=("night",))
STARTED_AT = Document[str]("started_at.json", by=("night",), to=("night",))
LANDED = HandOver("landed", by=("land",), to=("land", "conform", "privacy", "night"))
MANIFEST = Document[Manifest]("landed/manifest.json", by=("land",), to=("recall", "night", "load"))
PREVIOUS = Document[Previous]("previous.json", by=("recall",), to=("validate", "load"))
PREVIOUS_CHILDREN = Frame(
    "previous_children.parquet", by=("recall",), to=("conform", "validate"),
    columns=PREVIOUS_CHILDREN_COLUMNS,
)  # fmt: skip
PREVIOUS_COUNTS = Frame(
    "previous_counts.parquet", by=("recall",), to=("validate",), columns=COUNTED_COLUMNS
)
PAST_LOADS = Frame(
    "past_loads.parquet", by=("recall",), to=("validate",), columns=PAST_LOADS_COLUMNS
)
PAST_CHECKS = Frame(
    "past_checks.parquet", by=("recall",), to=("validate",), columns=PAST_CHECKS_COLUMNS
)
PAST_EXTRACTS = Frame(
    "past_extracts.parquet", by=("recall",), to=("derive",), columns=PAST_EXTRACTS_COLUMNS
)
PAST_CATEGORIES = Frame(
    "past_categories.parquet", by=("recall",), to=("derive",), columns=PAST_CATEGORIES_COLUMNS
)
ERASED = Document[Sealed]("erased.json", by=("recall",), to=("privacy", "load"))
ARRANGED = HandOver("arranged", by=("conform",), to=("conform",))
COVERAGE = Document[list[Coverage]](
    "coverage.json", by=("conform",), to=("validate", "derive", "load", "night")
)
CARRIED = Document[Carried]("carried.json", by=("night",), to=("validate", "load", "night"))
CONFORMED_TABLES = Tables(
    "conformed", by=("conform",), to=("validate", "night"), columns=conformed_columns
)
IDENTITIES = Tables("identity", by=("conform",), to=("load",), columns=identity_columns)
READING = Document[Reading](
    "conformed.json", by=("conform",), to=("validate", "recall", "derive", "load", "night")
)
COUNTED = Frame(
    "counted.parquet", by=("conform",), to=("validate", "load"), columns=COUNTED_COLUMNS
)
# Of tables that have such rows.
HELD_BACK = Tables(
    "held_back", by=("validate", "recall"), to=("validate", "recall"), columns=held_back_columns
)
DOUBTFUL = Tables("doubtful", by=("validate",), to=("recall",), columns=doubtful_columns)
PASSED = Remaining(
    "passed", by=(), to=("recall", "derive", "load"), tables=CONFORMED_TABLES, without=HELD_BACK,
    columns=lambda table: table.conformed_columns,
)  # fmt: skip
REJECTED = Frame(
    "rejected.parquet", by=("validate", "recall"), to=("validate", "recall", "load"),
    columns=(*REJECTED_COLUMNS, *TO_MEND_COLUMNS),
)  # fmt: skip
# A record stands there once for each check that it fails and is loaded all the same.
REPORTED = Frame(
    "reported.parquet", by=("validate", "recall"), to=("recall", "load"),
    columns=(*REPORTED_COLUMNS, *TO_MEND_COLUMNS),
)  # fmt: skip
CHECKS = Document[list[CheckRow]]("checks.json", by=("validate",), to=("load",))
# By table of ours, how many days its newest event lies before the extract date.
NEWEST = Document[dict[str, int]]("newest.json", by=("validate",), to=("load",))
KEPT = Tables(
    "kept", by=("recall",), to=("validate", "derive", "load"),
    columns=lambda table: table.conformed_columns,
)  # fmt: skip
# What is to be looked at though the night is loaded: that nothing differs from the load before.
LOADED = Document[str]("loaded.json", by=("load",), to=("validate", "night"))
DERIVED_TABLES = Tables("derived", by=("derive",), to=("load",), columns=derived_columns)
DERIVED = Document[Derived]("derived.json", by=("derive",), to=("load",))
# Of a night that is loaded late: keys that members have already, by keyed dimension.
GIVEN_KEYS = HandOver("given", by=("night",), to=("load",))
