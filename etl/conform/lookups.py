"""Columns of ours that stand in another table of the source.

A record there that cannot be looked up is held back, and with it every row of ours that needs it:
the row's earlier version stays whole. Where such a record does not say whose it is, the rows that
find none are in doubt: recall knows which of them had one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from etl.conform.counted import count_looked_up, count_needed
from etl.conform.reading import ReadColumn
from etl.conform.values import finished, mark_unreadable
from etl.conform.work import Conforming, record_numbers
from etl.contracts.contract import Kind
from etl.contracts.frames import as_one, pandas_type, row_of, taken
from etl.sources.code_list import CodeList
from etl.sources.mapping import FromColumn, Lookup, Mapping, Through
from etl.sources.spelling import are_called

# Of a lookup's rows, what is not part of their content.
BESIDE = ("record_number", "order")


@dataclass(frozen=True)
class _Found:
    """rows: one per key. held_back: the keys of records that were left out. is_any_unknown: whether
    one was left out that does not say whose it is."""

    rows: pd.DataFrame
    held_back: pd.DataFrame
    is_any_unknown: bool


def look_up(
    work: Conforming, source: pa.Table, mapping: Mapping, lookup: Lookup,
    kinds: dict[str, Kind], frame: pd.DataFrame,
) -> None:  # fmt: skip
    """Add the lookup's columns to the frame, and mark rows whose values could not be read, whose
    record was left out, or may have been."""
    if lookup.optional_table and not work.has(lookup.source):
        count_looked_up(work, lookup)
        return
    keys = [f"key {number}" for number in range(len(lookup.on))]
    there = (
        _linked(work, mapping, lookup, kinds, keys)
        if lookup.through
        else _lookup_rows(work, mapping, lookup, kinds, keys)
    )
    asked = pd.DataFrame(
        {
            key: work.read(source, mapping.source, here, Kind.ID).values
            for key, (here, _) in zip(keys, lookup.on, strict=True)
        }
    )
    found = _row_of(asked, there.rows)
    _mark_left_out(frame, asked, found, there, lookup)
    for column in lookup.columns:
        values = taken(there.rows[column.ours], found, frame.index)
        if column.is_present:
            values = values.fillna(False)
        frame[column.ours] = values.astype(pandas_type(kinds[column.ours]))
        unreadable = np.flatnonzero(there.rows[f"unreadable {column.ours}"].to_numpy())
        mark_unreadable(frame, column.ours, np.isin(found, unreadable))


def spread(
    work: Conforming, source: pa.Table, mapping: Mapping, lookup: Lookup,
    kinds: dict[str, Kind], frame: pd.DataFrame,
) -> tuple[pa.Table, pd.DataFrame]:  # fmt: skip
    """A row for each record that the lookup finds for a row, with its columns; what finds none is
    no row. Returns the source's rows and the frame's, as many."""
    (here, there), *_ = lookup.on
    others = work.columns(lookup.source, lookup.source_columns)
    asked = pd.DataFrame(
        {"key": work.read(source, mapping.source, here, Kind.ID).values, "row": range(len(frame))}
    )
    found = pd.DataFrame({"key": work.read(others, lookup.source, there, Kind.ID).values})
    for column in lookup.columns:
        read = work.read(others, lookup.source, column.column, _kind(column, kinds))
        found[column.ours] = _found_there(work, column, read)
        found[f"unreadable {column.ours}"] = read.unreadable
    pairs = asked.dropna().merge(found, on="key", sort=False).sort_values("row", kind="stable")
    rows = pairs["row"].to_numpy(dtype=np.int64)
    spread_frame = frame.iloc[rows].reset_index(drop=True)
    for column in lookup.columns:
        values = pairs[column.ours].reset_index(drop=True)
        spread_frame[column.ours] = values.astype(pandas_type(kinds[column.ours]))
        is_unreadable = pairs[f"unreadable {column.ours}"].to_numpy(dtype=bool)
        mark_unreadable(spread_frame, column.ours, is_unreadable)
    return source.take(pa.array(rows)), spread_frame


def has_a_code(words: pa.ChunkedArray, codes: CodeList) -> npt.NDArray[np.bool_]:
    """Which rows have a value of the list."""
    return _rows_whose(words, lambda distinct: codes.translate(distinct)[1])


def _rows_whose(
    words: pa.ChunkedArray, fits: Callable[[pd.Series], pd.Series | npt.NDArray[np.bool_]]
) -> npt.NDArray[np.bool_]:
    """Which rows have a word that fits; each distinct one is asked once."""
    found = pd.Series(words.combine_chunks().dictionary_encode().to_pandas())
    distinct = pd.Series(found.cat.categories, dtype="str")
    return found.isin(distinct[fits(distinct)]).to_numpy(dtype=bool)


def _row_of(asked: pd.DataFrame, rows: pd.DataFrame) -> npt.NDArray[np.int32]:
    """Where the row of the keys that are asked for stands; -1 where there is none.

    asked: the keys alone. rows: one for each key.
    """
    # No id holds a control character.
    return row_of(as_one(asked, "\n"), as_one(rows[list(asked)], "\n"))


def _mark_left_out(
    frame: pd.DataFrame, asked: pd.DataFrame, found: npt.NDArray[np.int32], there: _Found,
    lookup: Lookup,
) -> None:  # fmt: skip
    """Note the lookup's first column: of the rows that need a record left out, as one that cannot
    be read, and of those that find none though theirs may be among those left out, as doubtful.
    found: where the record of each row stands, -1 where there is none."""
    ours = lookup.columns[0].ours
    is_held = _is_in(asked, there.held_back)
    _note(frame, "held_back_column", is_held & frame["unreadable_column"].isna().to_numpy(), ours)
    mark_unreadable(frame, ours, is_held)
    if there.is_any_unknown:
        has_key = asked.notna().all(axis=1).to_numpy()
        _note(frame, "doubtful_column", has_key & (found < 0), ours)


def _is_in(asked: pd.DataFrame, keys: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if keys.empty:  # as a rule: what is left out is rare
        return np.zeros(len(asked), dtype=bool)
    return _row_of(asked, keys[list(asked)].drop_duplicates()) >= 0


def _note(frame: pd.DataFrame, where: str, rows: npt.NDArray[np.bool_], ours: str) -> None:
    frame.loc[rows & frame[where].isna().to_numpy(), where] = ours


def _linked(
    work: Conforming, mapping: Mapping, lookup: Lookup, kinds: dict[str, Kind], keys: list[str]
) -> _Found:
    """The same where a third table leads from our row to the looked-up ones. Of several of which
    one says yes, yes counts; then what cannot be read, as it may say so."""
    through, column = cast(Through, lookup.through), lookup.columns[0]
    there = _lookup_rows(work, mapping, lookup, kinds, ["linked"])
    source = work.columns(through.source, through.source_columns)
    links, is_unreadable = pd.DataFrame(), np.zeros(source.num_rows, dtype=bool)
    for key, name in zip([*keys, "linked"], (*through.on, through.column), strict=True):
        read = work.read(source, through.source, name, Kind.ID)
        links[key] = read.values
        is_unreadable |= read.unreadable
    is_any_unknown = there.is_any_unknown or bool(is_unreadable.any())
    links = links.dropna()
    found = links.merge(there.rows, on="linked").drop(columns="linked")
    says_yes = found[column.ours].eq(True).fillna(False).astype("int8")
    weight = 2 * says_yes + found[f"unreadable {column.ours}"].astype("int8")
    found = found.assign(weight=weight).sort_values("weight", kind="stable")
    rows = found.drop(columns="weight").drop_duplicates(subset=keys, keep="last")
    held = links[_is_in(links[["linked"]], there.held_back)]
    return _Found(rows, held[keys], is_any_unknown)


def _lookup_rows(
    work: Conforming, mapping: Mapping, lookup: Lookup, kinds: dict[str, Kind], keys: list[str]
) -> _Found:
    """One row per key: the key, each of our columns, and ``unreadable <column>``.

    Of several rows the latest counts. Where none is later than the others and they differ, they
    are rows of one id with other content: none of them counts. Those that name several records
    name none, and what refers to them is not in doubt.
    """
    source = work.columns(lookup.source, lookup.source_columns)
    rows_in_file = source.num_rows
    numbers = record_numbers(source)
    part = ""
    if lookup.where:
        name, value = lookup.where
        part = f"{name}={value}"
        chosen = _are_called(source[name], work.answers.get(lookup.columns[0].ours, (value,)))
        source, numbers = source.filter(pa.array(chosen)), numbers[chosen]
    count_looked_up(work, lookup, rows_in_file, part, numbers)
    rows = pd.DataFrame({"record_number": numbers})
    is_unreadable = np.zeros(len(rows), dtype=bool)
    for key, there in zip(keys, lookup.keys, strict=True):
        read = work.read(source, lookup.source, there, Kind.ID, part=part)
        rows[key] = read.values
        is_unreadable |= read.unreadable
        count_needed(work, mapping.table, lookup, there, int(rows[key].notna().sum()))
    for column in lookup.columns:
        read = work.read(
            source, lookup.source, column.column, _kind(column, kinds), part=part,
            any_date=column.any_date,
        )  # fmt: skip
        rows[column.ours] = _found_there(work, column, read)
        rows[f"unreadable {column.ours}"] = read.unreadable
    rows["order"] = pd.NaT
    if lookup.latest_by:
        read = work.read(source, lookup.source, lookup.latest_by, Kind.DATE, part=part)
        rows["order"] = read.values
        # Of several it cannot be told which is the latest; one needs no order.
        if read.unreadable.any():
            is_unreadable |= read.unreadable & rows.duplicated(subset=keys, keep=False).to_numpy()
    names_records = all(_kind(column, kinds) is Kind.ID for column in lookup.columns)
    return _one_row_per_key(work, rows, is_unreadable, lookup, keys, names_records=names_records)


def _are_called(names: pa.ChunkedArray, wanted: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which rows have one of the names, compared as codes are."""
    return _rows_whose(names, lambda distinct: are_called(distinct, wanted))


def _kind(column: FromColumn, kinds: dict[str, Kind]) -> Kind:
    """Of what is only asked whether it is there: an id, or one of several codes."""
    if column.is_present:
        return Kind.CODE if column.other_than else Kind.ID
    return Kind.ID if column.token else kinds[column.ours]


def _found_there(work: Conforming, column: FromColumn, read: ReadColumn) -> pd.Series:
    if column.is_present:
        none = [column.other_than] if column.other_than else []
        return read.by_row(read.distinct.notna() & ~are_called(read.distinct, none))
    if column.codes:
        return read.by_row(work.code_list(column.codes).translate(read.distinct)[0])
    return finished(work, column, read)


def _one_row_per_key(
    work: Conforming,
    rows: pd.DataFrame,
    is_unreadable: npt.NDArray[np.bool_],
    lookup: Lookup,
    keys: list[str],
    *,
    names_records: bool,
) -> _Found:
    is_one_each = not (lookup.latest_by or all(column.is_present for column in lookup.columns))
    _leave_out(work, lookup, rows, keys[0], is_unreadable, "unreadable")
    lacks_id = rows[keys].isna().any(axis=1).to_numpy()
    unknown = is_unreadable
    if is_one_each:
        _leave_out(work, lookup, rows, keys[0], lacks_id & ~is_unreadable, "id_missing")
        unknown = is_unreadable | lacks_id
    is_any_unknown = bool((unknown & lacks_id).any())
    held = rows.loc[is_unreadable, keys].dropna()
    rows = rows[~lacks_id & ~is_unreadable]
    rows = rows if held.empty else rows[~_is_in(rows[keys], held)]
    if lookup.latest_by or is_one_each:
        is_one_of_several = rows.duplicated(subset=keys, keep=False)
        if is_one_of_several.any():
            rows, several = rows[~is_one_of_several], rows[is_one_of_several]
            if lookup.latest_by:
                several = _latest(several, keys)
            several = several.drop_duplicates([name for name in rows if name not in BESIDE])
            is_shared = several.duplicated(subset=keys, keep=False)
            if not names_records:
                _leave_out(work, lookup, several, keys[0], is_shared, "id_shared")
                held = pd.concat([held, several.loc[is_shared, keys]])
            rows = pd.concat([rows, several[~is_shared]])
    else:
        rows = rows.sort_values([column.ours for column in lookup.columns], kind="stable")
        rows = rows.drop_duplicates(subset=keys, keep="last")
    return _Found(rows.drop(columns="order"), held, is_any_unknown)


def _latest(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of the rows of a key those that no other is later than: one of a known day is later than one
    of none."""
    newest = rows.groupby(keys)["order"].transform("max")
    return rows[rows["order"].eq(newest) | newest.isna()]


def _leave_out(
    work: Conforming, lookup: Lookup, rows: pd.DataFrame, key: str,
    chosen: pd.Series | npt.NDArray[np.bool_], reason: str,
) -> None:  # fmt: skip
    """Note the records of a looked-up table that cannot be looked up, for validate to report. key:
    by which they are."""
    if not chosen.any():  # as a rule
        return
    left = rows[chosen]
    work.left_out |= {
        (lookup.source, lookup.keys[0], int(number), reason, str(record_id))
        for number, record_id in zip(left["record_number"], left[key].fillna(""), strict=True)
    }
