"""What is asked of a database: the tables and columns that the kind's mapping reads, and of two
tables too big to read whole the records that it has a use for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.sources.code_list import CodeList
from etl.sources.local import Local
from etl.sources.mapping import (
    Lookup,
    Mappings,
    Through,
    columns_read,
    mappings,
    only,
    optional_tables,
)
from etl.sources.mapping import Mapping as TableMapping
from etl.sources.source import Source
from etl.sources.spelling import are_called

# Which of some distinct words a reader of the table has a use for.
Fits = Callable[[pd.Series], "pd.Series | npt.NDArray[np.bool_]"]


@dataclass(frozen=True)
class Wanted:
    """table, columns: names in capitals, the columns as they are called in this database, and
    whether it may lack them. may_lack: whether it may lack the table. chosen: the column by which
    records are chosen, and fits: by which of its words, one of these each; no column: all of
    them are read."""

    table: str
    columns: Mapping[str, bool]
    may_lack: bool = False
    chosen: str | None = None
    fits: tuple[Fits, ...] = ()

    def words_that_fit(self, words: pd.Series) -> list[str]:
        """Those of the distinct words that any reader of the table has a use for. They are compared
        as conform compares them, so that as many records are read as of files are made rows."""
        chosen = np.zeros(len(words), dtype=bool)
        for fits in self.fits:
            chosen |= np.asarray(fits(words), dtype=bool)
        return [str(word) for word in words[chosen]]


def wanted(source: Source, local: Local, ours: Collection[str] | None = None) -> list[Wanted]:
    """Every table, by name. local: what the authority calls otherwise. ours: the tables of ours
    that are taken from it; None: all that it gives."""
    mapped = mappings(source) if ours is None else only(mappings(source), ours)
    may_lack = optional_tables(source, mapped)
    found = []
    for table, columns in sorted(columns_read(source, mapped).items()):
        called = local.columns.get(table, {})
        # What an authority says is called otherwise must be there, as with files.
        named = {
            called.get(column, column): optional and column not in called
            for column, optional in columns.items()
        }
        column, fits = _chosen(source, local, mapped, table)
        found.append(
            Wanted(table, named, table in may_lack, called.get(column, column) or None, fits)
        )
    return found


def _chosen(
    source: Source, local: Local, mapped: Mappings, table: str
) -> tuple[str, tuple[Fits, ...]]:
    """The column that the table's records are chosen by, and the words it must have one of."""
    column = source.database.chosen_by.get(table, "") if source.database else ""
    if not column:
        return "", ()
    return column, tuple(
        fits
        for _, part in mapped.parts()
        if part.source == table
        for fits in _conditions(source, local, part, column)
    )


def _conditions(
    source: Source, local: Local, part: TableMapping | Lookup | Through, column: str
) -> Iterator[Fits]:
    """What a reader asks of the column. Raises ValueError where it asks nothing, and so must have
    every record."""
    if isinstance(part, Lookup) and part.where and part.where[0] == column:
        names = local.answers.get(part.columns[0].ours, (part.where[1],))
        yield partial(_are_called, names=names)
    elif isinstance(part, TableMapping) and (lists := _lists_of(part, column)):
        for name in lists:
            own = local.codes.get(name, {})
            yield partial(_are_listed, codes=CodeList(name, {**source.code_map(name), **own}))
    else:
        raise ValueError(f"{part.source} is read whole, and cannot be chosen from by {column}")


def _lists_of(mapping: TableMapping, column: str) -> list[str]:
    """The code lists that the column's value must be in."""
    only = [code_list for name, code_list in mapping.only if name == column]
    return only or [
        str(each.codes) for each in mapping.columns if each.only_listed and each.column == column
    ]


def _are_called(words: pd.Series, names: Collection[str]) -> pd.Series:
    return are_called(words, names)


def _are_listed(words: pd.Series, codes: CodeList) -> npt.NDArray[np.bool_]:
    return codes.translate(words)[1]
