"""Whether an extract has the tables and columns that the mapping reads, and which it has beside."""

from __future__ import annotations

import re

from etl.conform.work import Conforming
from etl.errors import NOTHING_CHANGED, NightStopped
from etl.sources.mapping import columns_read, known_columns, optional_tables

# What a column's name looks like. What does not may be a value.
A_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


def check_tables_and_columns(work: Conforming) -> None:
    """Raises NightStopped that names every table and column the extract should have."""
    problems = []
    may_lack = optional_tables(work.source, work.mappings)
    of = f" of source '{work.door.name}'" if work.door.name else ""
    for table, columns in sorted(columns_read(work.source, work.mappings).items()):
        if not work.has_landed(table):
            problems += [] if table in may_lack else [f"table {table} ({table}.csv){of}"]
            continue
        names, called = work.names(table), work.called.get(table, {})
        lacking = [name for name, optional in columns.items() if not optional and name not in names]
        lacking += [name for name in called if name not in names]
        problems += [
            f"column {called.get(name, name)} of {table}.csv" for name in sorted({*lacking})
        ]
    if problems:
        folder = f"etl/sources/{work.source.folder.name}/mapping"
        raise NightStopped(
            f"The extract lacks {', '.join(problems)}.",
            where=f"conform, extract of {work.extract_date:%Y-%m-%d}",
            means=NOTHING_CHANGED,
            next="Export what is missing and load again. A column that is called otherwise here "
            "stands in the authority's file, [columns.<table>]; one that an upgrade of the case "
            f"system renamed, in {folder}/.",
        )


def columns_not_known(work: Conforming) -> tuple[list[tuple[str, str]], list[tuple[str, int]]]:
    """Table and column that no mapping knows; column is empty where the whole table is unknown.
    And by table how many more there are, whose names may be something else than names."""
    known = known_columns(work.source)
    listed: list[tuple[str, str]] = []
    counted: list[tuple[str, int]] = []
    for table in work.landed_tables():
        if table not in known:
            listed.append((work.told(table), ""))
            continue
        names = work.names(table).keys()
        unknown = sorted(names - known[table])
        # Of a file that came without its header, as earlier releases landed, all may be values.
        told = [name for name in unknown if A_NAME.fullmatch(name)] if names & known[table] else []
        listed += [(work.told(table), name) for name in told]
        if len(told) < len(unknown):
            counted.append((work.told(table), len(unknown) - len(told)))
    return listed, counted
