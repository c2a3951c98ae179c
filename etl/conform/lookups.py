"""Columns of ours that stand in another table of the source."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.conform.values import finished, mark_unreadable
from etl.conform.work import Conforming
from etl.contracts.contract import Kind
from etl.contracts.frames import pandas_type
from etl.sources.mapping import Lookup, Mapping

# Of a lookup's rows, what is not part of their content.
BESIDE = ("record_number", "order")


def look_up(
    work: Conforming, source: pa.Table, mapping: Mapping, lookup: Lookup,
    kinds: dict[str, Kind], frame: pd.DataFrame,
) -> None:  # fmt: skip
    """Add the lookup's columns to the frame, and mark rows whose values could not be read."""
    if lookup.optional_table and not work.has(lookup.source):
        return
    keys = [f"key {number}" for number in range(len(lookup.on))]
    wanted = _lookup_rows(work, lookup, kinds, keys)
    asked = pd.DataFrame(
        {
            key: work.read(source, mapping.source, here, Kind.ID).values
            for key, (here, _) in zip(keys, lookup.on, strict=True)
        }
    )
    found = asked.merge(wanted, on=keys, how="left", validate="many_to_one")
    for column in lookup.columns:
        values = found[column.ours]
        if column.is_present:
            values = values.fillna(False)
        frame[column.ours] = values.astype(pandas_type(kinds[column.ours]))
        marked = found[f"unreadable {column.ours}"].eq(True).to_numpy(dtype=bool, na_value=False)
        mark_unreadable(frame, column.ours, marked)


def _lookup_rows(
    work: Conforming, lookup: Lookup, kinds: dict[str, Kind], keys: list[str]
) -> pd.DataFrame:
    """One row per key: the key, each of our columns, and ``unreadable <column>``.

    Of several rows the latest counts, the later record where that is equal. Where no date orders
    them and they differ, they are rows of one id with other content: none of them counts.
    """
    source = work.columns(lookup.source, lookup.source_columns)
    part = ""
    if lookup.where:
        name, value = lookup.where
        part = f"{name}={value}"
        source = source.filter(pc.equal(pc.utf8_trim_whitespace(source[name]), value))
    rows = pd.DataFrame({"record_number": np.arange(1, source.num_rows + 1)})
    for key, (_, there) in zip(keys, lookup.on, strict=True):
        rows[key] = work.read(source, lookup.source, there, Kind.ID, part=part).values
    for column in lookup.columns:
        kind = Kind.ID if column.is_present else kinds[column.ours]
        read = work.read(
            source, lookup.source, column.column, kind, part=part, any_date=column.any_date
        )
        values = read.values
        if column.is_present:
            values = values.notna() & values.ne(column.other_than or "")
        rows[column.ours] = finished(work, column, values)
        rows[f"unreadable {column.ours}"] = read.unreadable
    order = None
    if lookup.latest_by:
        order = work.read(source, lookup.source, lookup.latest_by, Kind.DATE, part=part).values
    return _one_row_per_key(work, rows.assign(order=order), lookup, keys)


def _one_row_per_key(
    work: Conforming, rows: pd.DataFrame, lookup: Lookup, keys: list[str]
) -> pd.DataFrame:
    is_one_each = not (lookup.latest_by or all(column.is_present for column in lookup.columns))
    if is_one_each:
        _leave_out(work, lookup, rows, rows[keys].isna().any(axis=1), "id_missing")
    rows = rows.dropna(subset=keys)
    if lookup.latest_by:
        rows = rows.sort_values("order", kind="stable", na_position="first")
    elif is_one_each:
        rows = rows.drop_duplicates([name for name in rows if name not in BESIDE])
        is_shared = rows.duplicated(subset=keys, keep=False)
        _leave_out(work, lookup, rows, is_shared, "id_shared")
        rows = rows[~is_shared]
    else:
        rows = rows.sort_values([column.ours for column in lookup.columns], kind="stable")
    return rows.drop(columns="order").drop_duplicates(subset=keys, keep="last")


def _leave_out(
    work: Conforming, lookup: Lookup, rows: pd.DataFrame, chosen: pd.Series, reason: str
) -> None:
    """Note the records of a looked-up table that cannot be looked up, for validate to report."""
    work.left_out |= {
        (lookup.source, lookup.on[0][1], int(number), reason)
        for number in rows.loc[chosen, "record_number"]
    }
