"""Which of tonight's rows the load must look at: those that the last load did not have just so.

What the last load was given is kept beside the landed nights. Where it is not there, cannot be
read, or is of another run or software, every row is looked at; the outcome is the same and dearer.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl import __version__
from etl.contracts.contract import Kind, Table
from etl.contracts.hand_overs import DERIVED_TABLES, KEPT
from etl.contracts.register import KEYED_DIMENSIONS
from etl.errors import reason
from etl.log import logger
from etl.run import Run, owner_only

_NOTE = "run.json"
_OF_FEW_WORDS = (Kind.CODE, Kind.TEXT)


@dataclass(frozen=True)
class Changes:
    """rows: tonight's that may differ from what is stored; None: all of them. gone: the keys of
    rows that the last night had and tonight has not just so; None where that is not known. count:
    tonight's rows in all."""

    rows: pa.Table | None
    gone: pa.Table | None
    count: int

    @property
    def is_nothing(self) -> bool:
        """Whether every row is stored as it is, and no other."""
        return not any(rows is None or rows.num_rows for rows in (self.rows, self.gone))


@dataclass(frozen=True)
class LastGiven:
    """What the last load was given. moved: by column that names a member, the members that may be
    there in only one of the two nights: rows that name them get another key. members: by keyed
    dimension, what of its rows is as in ``changes``."""

    folder: Path
    moved: dict[str, pa.Array] = field(default_factory=dict)
    members: dict[str, Changes] = field(default_factory=dict)

    def changes(self, table: Table, derived: Path, events: pa.Table | None = None) -> Changes:
        """What of a table's rows is new, changed, of a moved member, or was kept back last night.

        derived: the file of tonight's. events: of obligations, the timescale, subject_id and
        event_id of every event of which a version began or ended tonight.
        """
        path = self.folder / DERIVED_TABLES.path / f"{table.name}.parquet"
        if not path.exists():
            return everything(derived)
        often = _said_often(table)
        tonight = _read(derived, often=often)
        with _open(path, often) as before:
            if before.schema_arrow != tonight.schema:
                return everything(derived)
            keys, keys_before = _numbers(tonight.select(table.key)), _part(before, table.key)
            at = pc.index_in(keys, value_set=_numbers(keys_before))
            is_as_before = pc.invert(_differing(tonight, before, at))
        gone = keys_before.filter(_not_at(at.filter(is_as_before), keys_before.num_rows))
        changed = pc.or_(pc.invert(is_as_before), self._of_moved(tonight))
        if events is not None:
            changed = pc.or_(changed, _dated_anew(tonight, events))
        kept = self.folder / KEPT.path / f"{table.name}.parquet"
        if kept.exists():
            were_kept = _numbers(_read(kept, table.key))
            changed = pc.or_(changed, pc.is_in(keys, value_set=were_kept))
        return Changes(_spelt_out(tonight.filter(changed)), _spelt_out(gone), tonight.num_rows)

    def _of_moved(self, tonight: pa.Table) -> pa.Array:
        """Whether each of the rows names a moved member."""
        found = pa.repeat(False, tonight.num_rows)
        for column, members in self.moved.items():
            if len(members) and column in tonight.column_names:
                is_of_moved = pc.is_in(tonight[column], value_set=members)
                found = pc.or_(found, is_of_moved.combine_chunks())
        return found


def _dated_anew(tonight: pa.Table, events: pa.Table) -> pa.Array:
    """Which obligations may have been met on another day, as far as the load dates that: by since
    when the warehouse has had the event, and the others of the subject. Where no version of these
    began or ended tonight, it says what it said on the night before."""
    is_done, is_dated = (pc.is_valid(tonight[name].combine_chunks())
                         for name in ("done_date", "first_recorded_date"))  # fmt: skip
    is_dated_here = pc.and_not(is_done, is_dated)
    dated_here = tonight.filter(is_dated_here)
    of_subject, of_event = (
        pc.is_in(_numbers(dated_here.select(named)), value_set=_numbers(events.select(named)))
        for named in (["timescale", "subject_id"], ["timescale", "event_id"])
    )
    return pc.replace_with_mask(is_dated_here, is_dated_here, pc.or_(of_subject, of_event))


def everything(derived: Path) -> Changes:
    """Where nothing is known of the last night. derived: the file of tonight's."""
    return Changes(None, None, pq.read_metadata(derived).num_rows)


def _said_often(table: Table) -> list[str]:
    """The columns of a table that say few different things: Arrow reads and compares them as
    numbers."""
    codes = [column.name for column in table.stored_columns if column.kind in _OF_FEW_WORDS]
    if table.is_fact:
        return [*codes, "team_id", "worker_token"]
    return [name for name in codes if name not in table.key]  # a dimension names each member once


def _spelt_out(rows: pa.Table) -> pa.Table:
    """The same with every text as itself, for the warehouse."""
    plain = [
        field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(plain))


def _read(
    path: Path, columns: tuple[str, ...] | None = None, often: Sequence[str] = ()
) -> pa.Table:
    """The file's rows. often: see ``_open``."""
    with _open(path, often) as file:
        return _part(file, columns)


def _open(path: Path, often: Sequence[str] = ()) -> pq.ParquetFile:
    """often: the columns whose different texts are read once, and of each row which of them."""
    return pq.ParquetFile(path, memory_map=True, read_dictionary=list(often))


def _part(file: pq.ParquetFile, columns: tuple[str, ...] | None) -> pa.Table:
    """By one thread: several take longer to wait for one another than it does."""
    return file.read(columns=columns and list(columns), use_threads=False)


# Odd and large: what is multiplied by it says in its last digits what it said.
_APART = np.uint64(0x9E3779B97F4A7C15)


def _numbers(named: pa.Table) -> pa.Array:
    """A number for the values of each row: of two rows that say the same the same, of two others
    hardly ever. An index of texts takes four times what one of numbers takes."""
    found = np.zeros(named.num_rows, dtype=np.uint64)
    for column in named.columns:
        found = found * _APART + _number(column.combine_chunks())
    return pa.array(found)


def _number(column: pa.Array) -> npt.NDArray[np.uint64]:
    """The same of one column; of a text its length and last eight bytes. Nothing is 0."""
    if pa.types.is_dictionary(column.type):
        nothing_last = np.append(_number(column.dictionary), np.uint64(0))
        return nothing_last[column.indices.fill_null(-1).to_numpy()]
    if not pa.types.is_string(column.type):
        days = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
        return days.cast(pa.int64()).fill_null(0).to_numpy().view(np.uint64)
    column = column.fill_null("")
    _, offsets, texts = column.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(ends)
    behind = np.frombuffer(bytes(8) + bytes(texts or b""), dtype=np.uint8)
    words = np.ndarray(len(behind) - 7, dtype="<u8", buffer=behind, strides=(1,))
    others = 8 * (8 - np.minimum(lengths, 8)).astype(np.uint64)
    return (words[ends[1:]] >> others) ^ lengths.astype(np.uint64)


def _not_at(at: pa.Array, rows: int) -> pa.Array:
    """Whether each of so many rows is at none of these places."""
    found = np.ones(rows, dtype=bool)
    found[at.drop_null().to_numpy()] = False
    return pa.array(found)


def _differing(tonight: pa.Table, before: pq.ParquetFile, at: pa.Array) -> pa.Array:
    """Whether each of tonight's rows was not there before, or differs from what it was in any
    column, nothing being the same as nothing. at: where each was among those before, of which no
    more than a column is in memory at once."""
    differing = pc.is_null(at)
    for name in tonight.column_names:
        now = tonight[name].combine_chunks()
        was = _part(before, (name,))[name].combine_chunks()
        if pa.types.is_dictionary(now.type):
            now, was = _as_numbers(now, was)
        was = was.take(at)
        equal = pc.fill_null(pc.equal(now, was), False)
        neither = pc.and_(pc.is_null(now), pc.is_null(was))
        differing = pc.or_(differing, pc.invert(pc.or_(equal, neither)))
    return differing


def _as_numbers(
    now: pa.DictionaryArray, was: pa.DictionaryArray
) -> tuple[pa.Int32Array, pa.Int32Array]:
    """Both as places in the list of now's texts; what is not among them is at none: -1."""
    place = pc.fill_null(pc.index_in(was.dictionary, value_set=now.dictionary), -1)
    return now.indices, place.take(was.indices)


def last_given(run: Run, last_run_id: str | None) -> LastGiven | None:
    """What the load of that run was given, if it is there, whole, and this software wrote it.

    It is taken away from where it was kept: a load into another warehouse, with the same landing
    folder, may put its own there at any moment. Where this load fails, the next looks at every row.
    """
    expected = {"run_id": last_run_id, "software_version": __version__}
    folder = run.work / "before"
    try:
        if not _is_of(run.last_derived, expected):
            return None
        run.last_derived.rename(folder)
        if not _is_of(folder, expected):
            return None
        for path in folder.rglob("*.parquet"):
            pq.read_metadata(path)
        return _with_members(run, LastGiven(folder))
    except (OSError, ValueError) as error:
        logger.warning("what the last load was given cannot be read: %s", type(error).__name__)
        return None


def _is_of(folder: Path, expected: dict[str, str | None]) -> bool:
    note = folder / _NOTE
    return note.exists() and json.loads(note.read_text()) == expected


def _with_members(run: Run, given: LastGiven) -> LastGiven | None:
    """The same with what differs of the members: those that others name come before these. None
    where that is not known: who went is named by rows that stay as they are."""
    for table in KEYED_DIMENSIONS:
        column = table.key[0]
        found = given.members[table.name] = given.changes(table, DERIVED_TABLES.of(run, table))
        if found.rows is None or found.gone is None:
            return None
        now, was = found.rows.select(table.key), found.gone
        one_night = [
            some.join(others, list(table.key), join_type="left anti", use_threads=False)[column]
            for some, others in ((now, was), (was, now))
        ]
        given.moved[column] = pa.concat_arrays([each.combine_chunks() for each in one_night])
    return given


def remember(run: Run) -> None:
    """Keep what this load was given, for the next one: what that costs alone depends on it, so a
    fault of the disk is told and no more."""
    try:
        arriving = owner_only(run.work / "last_derived")
        for given in (DERIVED_TABLES, KEPT):
            if given.at(run).exists():
                given.at(run).rename(arriving / given.path)
        note = {"run_id": run.run_id, "software_version": __version__}
        (arriving / _NOTE).write_text(json.dumps(note))
        for path in arriving.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        if run.last_derived.exists():
            shutil.rmtree(run.last_derived)
        arriving.rename(run.last_derived)
    except OSError as error:
        logger.warning("the next load will look at every row: %s", reason(error))
