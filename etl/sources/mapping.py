"""Reads the mapping files: which source column becomes which of ours. See mapping/README.md."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from etl.contracts.register import CONFORMED

FOLDER = Path(__file__).parent / "liquidlogic" / "mapping"
CODES = Path(__file__).parent / "liquidlogic" / "codes"


@dataclass(frozen=True)
class FromColumn:
    """One of our columns and where it is read from; the fields are those of the mapping files."""

    ours: str
    column: str = ""
    optional: bool = False
    codes: str | None = None
    only_listed: bool = False
    any_date: bool = False
    is_present: bool = False
    other_than: str | None = None
    token: str | None = None
    first_set: tuple[tuple[str, str], ...] = ()
    optional_flags: tuple[str, ...] = ()

    @property
    def source_columns(self) -> dict[str, bool]:
        """The source's columns it needs, and whether an extract may lack them."""
        if self.first_set:
            return {name: name in self.optional_flags for name, _ in self.first_set}
        return {self.column: self.optional}


@dataclass(frozen=True)
class Lookup:
    """Columns found in another table of the source."""

    source: str
    on: tuple[tuple[str, str], ...]
    columns: tuple[FromColumn, ...]
    where: tuple[str, str] | None = None
    latest_by: str | None = None
    optional_table: bool = False

    @property
    def source_columns(self) -> dict[str, bool]:
        """The lookup table's columns it needs, and whether an extract may lack them."""
        needed = {there: False for _, there in self.on}
        needed |= {self.where[0]: False} if self.where else {}
        needed |= {self.latest_by: False} if self.latest_by else {}
        for column in self.columns:
            needed |= column.source_columns
        return needed


@dataclass(frozen=True)
class Mapping:
    """How one table of ours is made."""

    table: str
    source: str
    columns: tuple[FromColumn, ...]
    lookups: tuple[Lookup, ...]
    optional_table: bool = False
    birth: tuple[tuple[str, str], ...] = ()
    identity: tuple[tuple[str, str], ...] = ()

    @property
    def source_columns(self) -> dict[str, bool]:
        """The main table's columns it needs, and whether an extract may lack them."""
        needed: dict[str, bool] = {}
        for column in self.columns:
            needed |= column.source_columns
        for lookup in self.lookups:
            needed |= {here: False for here, _ in lookup.on}
        return needed | {name: False for _, name in (*self.birth, *self.identity)}


@cache
def mappings() -> tuple[Mapping, ...]:
    """One mapping per conformed table, in the contracts' order."""
    return tuple(_read(table.name) for table in CONFORMED)


def _read(table: str) -> Mapping:
    content = tomllib.loads((FOLDER / f"{table}.toml").read_text(encoding="utf-8"))
    return Mapping(
        table=table,
        source=content["source"],
        columns=_columns(content["columns"]),
        lookups=tuple(_lookup(entry) for entry in content.get("lookup", [])),
        optional_table=content.get("optional_table", False),
        birth=tuple(content.get("birth", {}).items()),
        identity=tuple(content.get("identity", {}).items()),
    )


def _columns(entries: dict[str, Any]) -> tuple[FromColumn, ...]:
    found = []
    for ours, entry in entries.items():
        entry = {"column": entry} if isinstance(entry, str) else dict(entry)
        if "first_set" in entry:
            entry["first_set"] = tuple(tuple(pair) for pair in entry["first_set"])
            entry["optional_flags"] = tuple(entry.pop("optional", ()))
        found.append(FromColumn(ours=ours, **entry))
    return tuple(found)


def _lookup(entry: dict[str, Any]) -> Lookup:
    return Lookup(
        source=entry["source"],
        on=tuple(entry["on"].items()),
        columns=_columns(entry["columns"]),
        where=next(iter(entry["where"].items())) if "where" in entry else None,
        latest_by=entry.get("latest_by"),
        optional_table=entry.get("optional_table", False),
    )


@cache
def known_but_not_used() -> dict[str, tuple[str, ...]]:
    """Columns of Liquidlogic's tables that we know and leave alone, by table."""
    content = tomllib.loads((FOLDER / "not_used.toml").read_text(encoding="utf-8"))
    return {table: tuple(columns) for table, columns in content.items()}


@cache
def code_map(name: str) -> dict[str, str]:
    """Our value by the source's, lower case, from codes/<name>.csv; empty where there is none."""
    path = CODES / f"{name}.csv"
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as source:
        rows = csv.DictReader(source)
        return {row["liquidlogic_value"].lower(): row["our_value"] for row in rows}
