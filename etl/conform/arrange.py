"""Lets a kind of source arrange its landed tables before they are mapped, see
``etl.sources.arranging``."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.conform.reading import ReadColumn, read_column
from etl.conform.work import Conforming
from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Kind
from etl.contracts.frames import HANDED_OVER
from etl.run import owner_only
from etl.sources.arranging import RECORD_NUMBER
from etl.sources.content_ids import content_ids, review_ids
from etl.sources.door import Door


def arrange(work: Conforming) -> None:
    """Write the tables that the kind makes of the landed ones to the work folder, where the mapping
    finds them. What they need must be there."""
    arrangement = work.source.arrangement
    if arrangement is None:
        return
    owner_only(work.arranged)
    for name, rows in arrangement.make(_InHand(work)):
        columns: list[str] = [*arrangement.makes[name], RECORD_NUMBER]
        if odd := {*columns} ^ {*map(str, rows)}:
            raise ValueError(f"the arrangement of {name} makes other columns: {sorted(odd)}")
        schema = pa.schema([(column, pa.string()) for column in columns[:-1]])
        made = pa.Table.from_pandas(
            rows[columns], schema.append(pa.field(RECORD_NUMBER, pa.int64())), preserve_index=False
        )
        pq.write_table(made, work.arranged / f"{work.told(name)}.parquet", **HANDED_OVER)


@dataclass
class _InHand:
    """``etl.sources.arranging.Arranging`` for one night."""

    work: Conforming

    @property
    def extract_date(self) -> pd.Timestamp:
        return self.work.extract_date

    @property
    def covered_from(self) -> pd.Timestamp | None:
        return self.work.covered_from

    @property
    def door(self) -> Door:
        return self.work.door

    def has(self, table: str) -> bool:
        return self.work.has_landed(table)

    def rows(self, table: str) -> pd.DataFrame:
        arrangement = self.work.source.arrangement
        wanted = dict(arrangement.needs[table]) if arrangement else {}
        landed = self.work.landed_columns(table, wanted)
        text = {
            name: pd.Series(landed[name].to_pandas(), dtype="str")
            if name in landed.column_names
            else pd.Series(pd.NA, range(landed.num_rows), dtype="str")
            for name in wanted
        }
        return pd.DataFrame(text, index=range(landed.num_rows))

    def read(self, words: pd.Series, kind: Kind) -> ReadColumn:
        raw = pa.array(words, pa.string())
        # Of what was read from a file it is in pieces already, or in none.
        raw = raw if isinstance(raw, pa.ChunkedArray) else pa.chunked_array([raw], pa.string())
        found = read_column(raw, kind, self.work.source.forms, date_formats=self.work.date_formats)
        found.values.index = words.index
        return found

    def coded(self, values: pd.Series, code_list: str, *, whole: bool = False) -> pd.Series:
        return self.work.code_list(code_list).translate(values, whole=whole)[0]

    def child_tokens(self, ids: pd.Series) -> pd.Series:
        # Of an erased child too by its own number: what stands in for the ids made of the token
        # is put in their place later, and is then what it was when the child was erased.
        return self.work.pseudonyms.tokens(self.work.child_ids(ids), CHILD_TABLE.name)

    def content_ids(
        self, kind: str, tokens: pd.Series, dates: pd.Series, content: pd.DataFrame
    ) -> pd.Series:
        return content_ids(kind, tokens, dates, content)

    def review_ids(self, plan_ids: pd.Series, held: pd.Series) -> pd.Series:
        return review_ids(plan_ids, held)

    def note(self, observation: str, detail: str, rows: int) -> None:
        if rows:
            self.work.noted.append((observation, detail, rows))
