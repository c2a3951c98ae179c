"""What stands between landed tables and a mapping, for kinds of source whose tables are not yet
such that one record is one row of ours: their own ids are lacking, or what belongs together is in
several tables or in one column.

An arrangement makes tables of text, as if they had landed so; the mapping reads these. It judges
nothing and leaves no row out: what lacks its child, its date or its id goes on without.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts.contract import Kind
from etl.sources.door import Door

# A column of every made table: the number of the record in the landed one, from 1.
RECORD_NUMBER = "RECORD_NUMBER"


class ReadValues(Protocol):
    """One column as it is read. unreadable: where it cannot be."""

    unreadable: npt.NDArray[np.bool_]

    @property
    def values(self) -> pd.Series:
        """Its values, null where there is none or it cannot be read."""


class Arranging(Protocol):
    """What an arrangement works with."""

    @property
    def extract_date(self) -> pd.Timestamp:
        """That of the night."""

    @property
    def covered_from(self) -> pd.Timestamp | None:
        """Since when the door holds every event; None: it always did."""

    @property
    def door(self) -> Door:
        """What the authority's file says of the source."""

    def has(self, table: str) -> bool:
        """Whether the extract has the table."""

    def rows(self, table: str) -> pd.DataFrame:
        """The landed table's columns that the arrangement needs, as text under their names in
        capitals; an optional one that is not there is null throughout."""

    def read(self, words: pd.Series, kind: Kind) -> ReadValues:
        """Text as conform reads it. Nothing is counted: what the mapping reads is."""

    def coded(self, values: pd.Series, code_list: str, *, whole: bool = False) -> pd.Series:
        """Codes, as they are read, as ours; as they are where the list has none. whole: a code
        before a label is none."""

    def child_tokens(self, ids: pd.Series) -> pd.Series:
        """The tokens of ids of children, as they are read."""

    def content_ids(
        self, kind: str, tokens: pd.Series, dates: pd.Series, content: pd.DataFrame
    ) -> pd.Series:
        """See ``etl.sources.content_ids``."""

    def review_ids(self, plan_ids: pd.Series, held: pd.Series) -> pd.Series:
        """See ``etl.sources.content_ids``."""

    def note(self, observation: str, detail: str, rows: int) -> None:
        """A line of ``audit.observation``: something of so many rows that people should know."""


@dataclass(frozen=True)
class Arrangement:
    """needs: by landed table, the columns it reads, in capitals, and whether an extract may lack
    them. makes: by table, the columns of those it makes; one takes the place of a landed table of
    its name. make: makes them, each with RECORD_NUMBER; one that cannot be made, for want of a
    table that may be lacking, it leaves out. optional_tables: of those needed, which may be. of: by
    table that it makes, those it is made of, where not every one is needed for all."""

    needs: Mapping[str, Mapping[str, bool]]
    makes: Mapping[str, tuple[str, ...]]
    make: Callable[[Arranging], Iterator[tuple[str, pd.DataFrame]]]
    optional_tables: frozenset[str] = field(default_factory=frozenset)
    of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def needed_for(self, tables: Collection[str]) -> dict[str, dict[str, bool]]:
        """Of ``needs`` what these tables are made of."""
        wanted = {needed for table in tables for needed in self.of.get(table, ())}
        return {
            table: dict(columns)
            for table, columns in self.needs.items()
            if table in wanted or not self.of
        }
