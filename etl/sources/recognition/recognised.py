"""What a kind of source says of a file or folder that it knows for its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from etl.sources.mapping import known_columns
from etl.sources.recognition.forms import CSV
from etl.sources.recognition.seen import Seen, SeenFile
from etl.sources.source import Source


@dataclass(frozen=True)
class Recognised:
    """kind: of the source. title: what it is, for people. told_by: what it is known by. files: how
    many it takes for its own. of_day, la_code: of which day, and whose, it says that it is.
    keys: what ``[source]`` of an authority's file must say for it, and why. shape: of which years
    its form is, for people. from_reader: columns that are none of the source's own but its
    reader's, in capitals."""

    kind: str
    title: str
    told_by: str
    files: int
    of_day: date | None = None
    la_code: str | None = None
    keys: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    shape: tuple[str, ...] = ()
    from_reader: frozenset[str] = frozenset()


def named_for_tables(seen: Seen, source: Source) -> list[SeenFile]:
    """The CSV files that are named for a table of the kind and have a column of it."""
    known = known_columns(source)
    return [file for file in seen.of_form(CSV) if known.get(file.stem, frozenset()) & file.headings]


def table_by_columns(file: SeenFile, tables: Mapping[str, Collection[str]]) -> str | None:
    """The table of which a CSV file has most columns, of those that no other has; None where it
    has not half of any's."""
    best, most = None, 0.5
    for name, columns in tables.items():
        own = set(columns).difference(*(each for other, each in tables.items() if other != name))
        share = len(own & file.headings) / len(own) if own else 0.0
        if share >= most:
            best, most = name, share
    return best


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"
