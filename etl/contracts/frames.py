"""How tables travel between steps: Parquet with a contract's columns, pandas while at work.

Dates are datetime64[s] without time, flags pandas' boolean, whole numbers Int64, all nullable.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
_FROM_ARROW = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}


def pandas_type(kind: Kind) -> Any:
    """The dtype of a column of this kind while at work."""
    return _PANDAS_TYPES.get(kind, "str")


def to_arrow(frame: pd.DataFrame, columns: Iterable[Column]) -> pa.Table:
    """The columns of the contract, in its order and types."""
    columns = list(columns)
    schema = pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in columns])
    arrays = [
        pa.Array.from_pandas(frame[column.name], type=ARROW_TYPES[column.kind])
        for column in columns
    ]
    return pa.Table.from_arrays(
        [
            array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
            for array in arrays
        ],
        schema=schema,
    )


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """The same in pandas."""
    frame = table.to_pandas(types_mapper=_FROM_ARROW.get, date_as_object=False)
    dates = [field.name for field in table.schema if field.type == pa.date32()]
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def write_frame(frame: pd.DataFrame, columns: Iterable[Column], path: Path) -> None:
    """Write the frame's contract columns as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(to_arrow(frame, columns), path, compression="zstd")


def read_frame(path: Path) -> pd.DataFrame:
    """What ``write_frame`` wrote."""
    return from_arrow(pq.read_table(path))


def is_among(values: pd.Series, members: pd.Series) -> pd.Series:
    """Where a text is one of ``members``; False where it is null.

    pandas' own isin compares Arrow text in Python; Arrow's does not.
    """
    found = pc.is_in(
        pa.array(values, pa.string()), value_set=pa.array(members.dropna(), pa.string())
    )
    return pd.Series(found.to_numpy(zero_copy_only=False), index=values.index) & values.notna()


def in_id_order(ids: pd.Series) -> pd.Series:
    """A sort key that puts ids of digits in the order of their numbers: 9 before 10."""
    return ids.str.zfill(40)
