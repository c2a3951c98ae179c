"""Whether an extract has the tables and columns that the mapping reads, and which it has beside."""

from __future__ import annotations

from etl.conform.work import Conforming
from etl.errors import NOTHING_CHANGED, NightStopped


def check_tables_and_columns(work: Conforming) -> None:
    """Raises NightStopped that names every table and column the extract should have."""
    problems = []
    for table, columns in sorted(_needed(work).items()):
        if not work.has(table):
            problems.append(f"table {table} ({table}.csv)")
            continue
        names = work.names(table)
        lacking = [name for name, optional in columns.items() if not optional and name not in names]
        problems += [f"column {name} of {table}.csv" for name in sorted(lacking)]
    if problems:
        folder = f"etl/sources/{work.source.folder.name}/mapping"
        raise NightStopped(
            f"The extract lacks {', '.join(problems)}.",
            where=f"conform, extract of {work.extract_date:%Y-%m-%d}",
            means=NOTHING_CHANGED,
            next="Export what is missing and load again. After an upgrade of the case system, "
            f"change the names in {folder}/.",
        )


def columns_not_known(work: Conforming) -> list[tuple[str, str]]:
    """Table and column that no mapping knows; column is empty where the whole table is unknown."""
    needed, spare = _needed(work), work.mappings.not_used
    found: list[tuple[str, str]] = []
    for path in sorted(work.landed.glob("*.parquet")):
        table = path.stem
        if table not in needed and table not in spare:
            found.append((table, ""))
            continue
        known = {*needed.get(table, {}), *spare.get(table, ())}
        found += [(table, name) for name in work.names(table) if name not in known]
    return found


def _needed(work: Conforming) -> dict[str, dict[str, bool]]:
    """The source's columns that the mappings need, by table; optional tables only if there."""
    needed: dict[str, dict[str, bool]] = {}
    for _, part in work.mappings.parts():
        if part.optional_table and not work.has(part.source):
            continue
        columns = needed.setdefault(part.source, {})
        for column, optional in part.source_columns.items():
            columns[column] = columns.get(column, True) and optional
    return needed
