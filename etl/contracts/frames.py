"""How tables travel between steps: Parquet with a contract's columns, pandas while at work.

Dates are datetime64[s] without time, flags pandas' boolean, whole numbers Int64, all nullable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.contracts.contract import ARROW_TYPES, Column, Kind

_PANDAS_TYPES = {
    Kind.DATE: "datetime64[s]",
    Kind.FLAG: "boolean",
    Kind.WHOLE: "Int64",
    Kind.NUMBER: "Float64",
    Kind.KEY: "Int64",
}
NO_ROWS = np.array([], dtype=np.int64)
ROWS_AT_ONCE = 1_000_000
# How the Parquet files of landed tables are written, which are kept. What says thousands of
# different things, as ids and tokens do, is not gathered in a dictionary only to be spelt out.
PARQUET: Any = {"compression": "zstd", "dictionary_pagesize_limit": 1 << 16}
# How those are that one step writes for the next: twice the size, and a quarter less to write and
# to read. Whoever reads one reads all of it, without asking what is the least of a column.
HANDED_OVER: Any = PARQUET | {"compression": "lz4", "write_statistics": False}
_TEXT = pd.StringDtype(na_value=float("nan"))  # unnamed, Arrow makes Python text of it first
_FROM_ARROW = {pa.string(): _TEXT, pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}


def pandas_type(kind: Kind) -> Any:
    """The dtype of a column of this kind while at work."""
    return _PANDAS_TYPES.get(kind, "str")


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The columns' names and types in Arrow."""
    return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in columns])


def to_arrow(frame: pd.DataFrame, columns: Iterable[Column]) -> pa.Table:
    """The columns of the contract, in its order and types."""
    columns = list(columns)
    arrays = [_array(frame[column.name], ARROW_TYPES[column.kind]) for column in columns]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(columns))


def _array(values: pd.Series, kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(kind):  # which pandas has none of
        return pa.Array.from_pandas(values, type=pa.float64()).cast(kind)
    is_categorical = isinstance(values.dtype, pd.CategoricalDtype)
    array = pa.Array.from_pandas(values, type=None if is_categorical else kind)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.dictionary_decode().cast(kind) if is_categorical else array


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """The same in pandas."""
    # Days become pandas' in Arrow: pandas would copy the frame for it, and put it together anew.
    fields = [
        field.with_type(pa.timestamp("s")) if field.type == pa.date32() else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields)).to_pandas(types_mapper=_FROM_ARROW.get)


def write_frame(frame: pd.DataFrame, columns: Iterable[Column], path: Path) -> None:
    """Write the frame's contract columns as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(to_arrow(frame, columns), path, **HANDED_OVER)


def write_frames(frames: Iterable[pd.DataFrame], columns: Iterable[Column], path: Path) -> int:
    """Write frames one after the other into one file; returns how many rows. No more than one
    frame is needed at a time, and of it no more than ROWS_AT_ONCE are spelt out."""
    columns = list(columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with pq.ParquetWriter(path, arrow_schema(columns), **HANDED_OVER) as file:
        for frame in frames:
            for first in range(0, len(frame), ROWS_AT_ONCE):
                file.write_table(to_arrow(frame.iloc[first : first + ROWS_AT_ONCE], columns))
            rows += len(frame)
    return rows


def read_frame(
    path: Path, columns: Sequence[str] | None = None, without: npt.NDArray[np.int64] = NO_ROWS
) -> pd.DataFrame:
    """What ``write_frame`` wrote. columns: the only ones to read. without: the rows to leave out,
    from 0."""
    table = read_arrow(path, columns)
    if len(without):
        remains = np.ones(len(table), dtype=bool)
        remains[without] = False
        table = table.filter(pa.array(remains))
    return from_arrow(table)


def read_arrow(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """One Parquet file. columns: the only ones to read, in this order; raises KeyError where it has
    one not.

    As one of many files, as Arrow takes any, a small one costs twice as much.
    """
    with pq.ParquetFile(path) as file:
        table = file.read(columns, use_threads=False)
    return table if columns is None else table.select(columns)


def column_from_arrow(array: pa.Array) -> pd.Series:
    """A column of text, flags or whole numbers in pandas."""
    found: pd.Series = array.to_pandas(types_mapper=_FROM_ARROW.get)
    return found


def each_once(words: pd.Series) -> tuple[pa.Array, pa.Array]:
    """The different texts of a column, and where the text of each row stands among them; null where
    the row has none."""
    encoded = pa.array(words, pa.string())
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    encoded = encoded.dictionary_encode()
    return encoded.dictionary, encoded.indices


def as_one(ids: pd.DataFrame, between: str) -> pd.Series:
    """Of each row all its ids as one text, null where one of them is."""
    if len(ids.columns) == 1:
        return ids.iloc[:, 0]
    texts = [pa.array(ids[name], pa.string()) for name in ids]
    joined = column_from_arrow(pc.binary_join_element_wise(*texts, between))
    return joined.set_axis(ids.index)


def is_among(values: pd.Series, members: pd.Series) -> pd.Series:
    """Where a text is one of ``members``; False where it is null.

    pandas' own isin compares Arrow text in Python; Arrow's does not.
    """
    return pd.Series(row_of(values, members) >= 0, index=values.index)


def row_of(ids: pd.Series, keys: pd.Series | pd.Index) -> npt.NDArray[np.int32]:
    """By id, the position of the first of the keys that is the same text; -1 where there is none,
    and where the id is null."""
    asked, there = pa.array(ids, pa.large_string()), pa.array(keys, pa.large_string())
    if 2 * len(asked) < len(there):
        return _row_of_few(asked, there)
    return _positions(pc.index_in(asked, value_set=there, skip_nulls=True))


def _row_of_few(asked: pa.Array, there: pa.Array) -> npt.NDArray[np.int32]:
    """The same found from the keys: what is looked up in costs much more than what is."""
    asked = asked.combine_chunks() if isinstance(asked, pa.ChunkedArray) else asked
    each = asked.dictionary_encode()
    named = _positions(pc.index_in(there, value_set=each.dictionary, skip_nulls=True))
    rows = np.flatnonzero(named >= 0).astype("int32")
    row_of_each = np.full(len(each.dictionary) + 1, -1, dtype="int32")  # the last: of null
    row_of_each[named[rows[::-1]]] = rows[::-1]  # of several the first is written last
    return row_of_each[_positions(each.indices)]


def _positions(found: pa.Array) -> npt.NDArray[np.int32]:
    """-1 where there is none."""
    return found.fill_null(-1).to_numpy(zero_copy_only=False)


def taken(values: pd.Series, rows: npt.NDArray[np.integer[Any]], index: pd.Index) -> pd.Series:
    """The values at these positions, as ``row_of`` gives them; null where there is none."""
    return pd.Series(values.array.take(rows, allow_fill=True), index=index)


def is_before_parent(
    frame: pd.DataFrame, dated: str, parents: pd.DataFrame, parent_id: str, starts: str
) -> pd.Series:
    """Where a row's day lies before the start of the parent it names; null where there is no day,
    or no parent of that id."""
    started = taken(parents[starts], row_of(frame[parent_id], parents[parent_id]), frame.index)
    is_before = (frame[dated] < started).astype("boolean")
    return is_before.mask(started.isna() | frame[dated].isna())


def in_id_order(ids: pd.Series) -> pd.Series:
    """A sort key that puts ids of digits in the order of their numbers: 9 before 10."""
    return ids.str.zfill(40)
