"""Which of tonight's rows the load must look at: those that the last load did not have just so.

What the last load was given is kept beside the landed nights. Where it is not there, cannot be
read, or is of another run or software, every row is looked at; the outcome is the same and dearer.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
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
    rows that the last night had and tonight has not; None where that is not known. count: tonight's
    rows in all."""

    rows: pa.Table | None
    gone: pa.Table | None
    count: int

    @property
    def is_nothing(self) -> bool:
        """Whether every row is stored as it is, and no other."""
        return not any(rows is None or rows.num_rows for rows in (self.rows, self.gone))


@dataclass(frozen=True)
class LastGiven:
    """What the last load was given. moved: by column that names a member, the members that only
    one of the two nights has: rows that name them get another key."""

    folder: Path
    moved: dict[str, pa.Array]

    def changes(self, table: Table, derived: Path, events: pa.Table | None = None) -> Changes:
        """What of a fact's rows is new, changed, of a moved member, or was kept back last night.

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
            keys = _keys(tonight.select(table.key))
            keys_before = _part(before, table.key)
            at = pc.index_in(keys, value_set=_keys(keys_before))
            changed = pc.or_(_differing(tonight, before, at), self._of_moved(tonight))
        if events is not None:
            changed = pc.or_(changed, _dated_anew(tonight, events))
        kept = self.folder / KEPT.path / f"{table.name}.parquet"
        if kept.exists():
            were_kept = _keys(_read(kept, table.key))
            changed = pc.or_(changed, pc.is_in(keys, value_set=were_kept))
        gone = keys_before.filter(_not_at(at, keys_before.num_rows))
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
    of_subject, of_event = (
        pc.is_in(_keys(tonight.select(named)), value_set=_keys(events.select(named)))
        for named in (["timescale", "subject_id"], ["timescale", "event_id"])
    )
    return pc.and_(pc.and_not(is_done, is_dated), pc.or_(of_subject, of_event))


def everything(derived: Path) -> Changes:
    """Where nothing is known of the last night. derived: the file of tonight's."""
    return Changes(None, None, pq.read_metadata(derived).num_rows)


def _said_often(table: Table) -> list[str]:
    """The columns of a fact that say few different things: Arrow reads and compares them as
    numbers."""
    codes = [column.name for column in table.stored_columns if column.kind in _OF_FEW_WORDS]
    return [*codes, "team_id", "worker_token"]


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


def _keys(named: pa.Table) -> pa.Array:
    """One text for the key of each row, of all columns."""
    texts = [column.combine_chunks().cast(pa.string()) for column in named.columns]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "\x1f")


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
        return LastGiven(folder, _moved_members(run, folder))
    except (OSError, ValueError) as error:
        logger.warning("what the last load was given cannot be read: %s", type(error).__name__)
        return None


def _is_of(folder: Path, expected: dict[str, str | None]) -> bool:
    note = folder / _NOTE
    return note.exists() and json.loads(note.read_text()) == expected


def _moved_members(run: Run, folder: Path) -> dict[str, pa.Array]:
    found = {}
    for table in KEYED_DIMENSIONS:
        column = table.key[0]
        path = folder / DERIVED_TABLES.path / f"{table.name}.parquet"
        tonight = _read(DERIVED_TABLES.of(run, table), table.key)
        if not path.exists():
            found[column] = pc.unique(tonight[column])
            continue
        before = _read(path, table.key)
        at = pc.index_in(_keys(tonight), value_set=_keys(before))
        came = tonight[column].filter(pc.is_null(at))
        gone = before[column].filter(_not_at(at, before.num_rows))
        found[column] = pa.concat_arrays([came.combine_chunks(), gone.combine_chunks()])
    return found


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
